//! What an attach would do, as commands.

use std::time::Duration;

use super::attach::{ask_more, conflict, counterpart, far_of, only_new, open, registered};
use super::draft::{Draft, Segment, wanted_addresses};
use super::install::{self, Site};
use super::{Context, card_side, detach, dhcp, shape, wire};
use crate::error::Result;
use crate::plan::{Step, lease};
use crate::registry::record::AttachmentRecord;
use crate::resolve::Inside;
use crate::resolve::host::Anchor;
use crate::spec::{Attachment, LinkKind, Sysctl};

/// The steps an attach would run, as commands. Nothing is changed or reserved.
///
/// # Errors
/// As [`super::attach::attach`].
pub fn dry_run(ctx: &Context, request: &Attachment, wait: Option<Duration>) -> Result<Vec<String>> {
    preview(ctx, request, wait, false)
}

/// The same; of one that is made anew (`anew`) if that is asked for.
///
/// # Errors
/// As [`super::attach::attach`].
pub fn preview(
    ctx: &Context,
    request: &Attachment,
    wait: Option<Duration>,
    anew: bool,
) -> Result<Vec<String>> {
    let (place, far) = match &request.peer {
        Some(peer) => {
            let (near, far) = wire::places(ctx, request, peer, wait)?;
            (near, Some(far))
        }
        None => (ctx.place(&request.target, wait)?, None),
    };
    let request = &wire::canonical(request, far.as_ref());
    let records = ctx.registry()?.of_target(&place.target)?;
    let mut site = open(ctx, &place, request, &records)?;
    site.far = far_of(request, far)?;
    let enter = place.enter();
    let steps = match counterpart(request, &records) {
        Some((record, difference)) if difference.conflicts.is_empty() && !anew => {
            let network = registered(ctx, record)?;
            let network = network.as_ref().map(|(name, spec)| (name, spec.as_ref()));
            let added = wanted_addresses(ctx, &mut site, request, network, &difference, None)?;
            let mut record = record.clone();
            record.addresses.clone_from(&added);
            if added.is_empty() && difference.asks.is_empty() {
                return Ok(Vec::new());
            }
            ask_more(&mut record, request, &difference);
            let mut steps = only_new(install::addressing_steps(
                &record,
                &[],
                &added,
                &site.inside,
            )?);
            steps.extend(dhcp::questions(&record, &difference.asks, &site.inside));
            steps.extend(card_side::routes_to(&mut site.host, &record, &added)?);
            steps
        }
        Some((record, difference)) if !request.replace && !anew => {
            return Err(conflict(record, &difference));
        }
        Some((record, _)) => {
            let mut steps = detach::steps(ctx, record, &site.inside)?;
            let given_up = dhcp::given_up(record, request);
            let mut kept = record.leasing.asks.clone();
            kept.retain(|kind| !given_up.contains(kind));
            let kept = lease::give_back(record, &kept);
            steps.retain(|step| !kept.contains(step));
            leave(&mut site.inside, record, &steps);
            if let (Some(far), Some(peer)) = (&mut site.far, &record.peer)
                && far.place.target == peer.target
            {
                far.inside.forget(&peer.ifname);
            }
            let others: Vec<_> = records
                .iter()
                .filter(|one| *one != record)
                .cloned()
                .collect();
            // The name of its host's end is free once it is gone.
            let same = request.host_ifname == record.host_ifname;
            let mut anew = match anew {
                true => request.clone(),
                false => shape::kept(request, record),
            };
            anew.host_ifname = anew.host_ifname.filter(|_| !same);
            let keep = record.host_ifname.clone().filter(|_| same);
            // The same card is home by then.
            let own = anew.link.kind == Some(LinkKind::Phys) && anew.link.name == record.link;
            let home = record.home.as_ref().filter(|_| own);
            let segment = match home {
                Some(home) => Segment::bare(Anchor::Nic(record.kind, home.link(&record.link))),
                None => Segment::of(ctx, &mut site.host, &anew)?,
            };
            let mut draft = Draft::new(ctx, &mut site, &anew, &others, segment)?;
            draft.record.host_ifname = keep.or(draft.record.host_ifname);
            draft.record.home = home.cloned().or(draft.record.home);
            steps.extend(draft_steps(ctx, &mut site, &anew, draft)?);
            steps
        }
        None => {
            let segment = Segment::of(ctx, &mut site.host, request)?;
            let draft = Draft::new(ctx, &mut site, request, &records, segment)?;
            draft_steps(ctx, &mut site, request, draft)?
        }
    };
    Ok(steps.iter().map(|step| step.command(&enter)).collect())
}

/// The steps of a new attachment.
fn draft_steps(
    ctx: &Context,
    site: &mut Site<'_>,
    request: &Attachment,
    mut draft: Draft,
) -> Result<Vec<Step>> {
    draft.choose_addresses(ctx, site, request)?;
    draft.plan(site)
}

/// What is inside once the attachment has been taken out by these steps.
fn leave(inside: &mut Inside, record: &AttachmentRecord, steps: &[Step]) {
    inside.forget(&record.owner.ifname);
    for step in steps {
        match step {
            Step::AddRoute(route) => inside.expect(&route.route, &route.dev),
            Step::SetSysctl { setting, .. } => {
                let Sysctl { key, value } = setting.clone();
                inside.sysctls.insert(key, value);
            }
            _ => {}
        }
    }
}

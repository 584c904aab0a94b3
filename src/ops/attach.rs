//! Plugging a target into a link: resolve → reserve → plan → exec → commit.

use std::net::IpAddr;
use std::time::Duration;

pub use super::attach_preview::{dry_run, preview};

use super::compare::{Difference, difference};
use super::detach::Whereabouts;
use super::draft::{Draft, Segment, check_parts, ifname, wanted_addresses};
use super::install::{self, Site};
use super::{
    Context, card, card_side, detach, dhcp, draft, phys, recover, repair, shape, unplug, wire,
};
use crate::error::{Error, Kind, Result};
use crate::plan::Step;
use crate::plan::addressing::{self, Families};
use crate::registry::Taken;
use crate::registry::record::{AttachmentRecord, State};
use crate::resolve::Place;
use crate::resolve::host::{Anchor, Bridge};
use crate::spec::{Attachment, IfName, NetworkName, NetworkSpec};

/// How often `auto` chooses again when somebody else was faster.
const TRIES: u32 = 64;

/// What an attach did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// A new attachment.
    Attached,
    /// Addresses were added to one that was there.
    Extended,
    /// What was recorded was put back.
    Repaired,
    /// Another attachment in the same place was replaced.
    Replaced,
    /// Everything was as requested already.
    Unchanged,
}

impl Change {
    /// Whether the link may be another than before.
    pub fn is_new_link(self) -> bool {
        matches!(self, Self::Attached | Self::Repaired | Self::Replaced)
    }
}

/// The outcome of an attach.
#[derive(Debug)]
pub struct Outcome {
    /// What it did.
    pub change: Change,
    /// The attachment as it is now.
    pub record: AttachmentRecord,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// Plugs a target into a link, or finds that it is. All of it happens, or none.
///
/// # Errors
/// Conflict if an address, name or place is taken; not found; failed, undone.
pub fn attach(ctx: &Context, request: &Attachment, wait: Option<Duration>) -> Result<Outcome> {
    let doing = format!("cannot attach `{}` to `{}`", request.target, request.plug());
    attach_inner(ctx, request, wait).map_err(|error| error.while_doing(&doing))
}

fn attach_inner(ctx: &Context, request: &Attachment, wait: Option<Duration>) -> Result<Outcome> {
    let (place, far, _locks) = wire::locked(ctx, request, wait)?;
    let request = &wire::canonical(request, far.as_ref());
    phys::recall(ctx, request, &place.target)?;
    let records = recover::target(ctx, &place)?;
    let mut site = open(ctx, &place, request, &records)?;
    site.far = far_of(request, far)?;
    let Some((record, difference)) = counterpart(request, &records) else {
        return fresh(ctx, &mut site, request, &records, None);
    };
    if difference.conflicts.is_empty() {
        return extend_or_keep(ctx, &mut site, request, (record, &records), &difference);
    }
    if !request.replace {
        return Err(conflict(record, &difference));
    }
    replace(ctx, site, &shape::kept(request, record), record)
}

/// Makes the recorded attachment of the interface that the request names anew, also if the
/// request is only for less than it has.
///
/// # Errors
/// As [`attach`]; what was there is put back then.
pub fn anew(ctx: &Context, request: &Attachment, wait: Option<Duration>) -> Result<Outcome> {
    let doing = format!("cannot attach `{}` to `{}`", request.target, request.plug());
    let anew = || {
        let (place, far, _locks) = wire::locked(ctx, request, wait)?;
        let request = &wire::canonical(request, far.as_ref());
        let records = recover::target(ctx, &place)?;
        let mut site = open(ctx, &place, request, &records)?;
        site.far = far_of(request, far)?;
        match counterpart(request, &records) {
            Some((record, _)) => replace(ctx, site, request, record),
            None => fresh(ctx, &mut site, request, &records, None),
        }
    };
    anew().map_err(|error: Error| error.while_doing(&doing))
}

/// The other target, open, if the request is for a wire.
pub(super) fn far_of(request: &Attachment, place: Option<Place>) -> Result<Option<wire::Far>> {
    match (&request.peer, place) {
        (Some(peer), Some(place)) => wire::Far::requested(place, peer).map(Some),
        _ => Ok(None),
    }
}

/// Opens the target with the settings that planning needs: those of the recorded
/// interface that the request means, or else of the new one.
pub(super) fn open<'a>(
    ctx: &Context,
    place: &'a Place,
    request: &Attachment,
    records: &[AttachmentRecord],
) -> Result<Site<'a>> {
    let far_ends = draft::far_ends(ctx, place)?;
    Site::open(ctx, place, |inside| {
        let families = match request.wants_auto() {
            true => Families::BOTH,
            false => {
                let given = Families {
                    v4: request.asks_network(true),
                    v6: request.asks_network(false),
                };
                Families::of(request.static_addresses().map(|address| address.ip)) | given
            }
        };
        let of = |dev: &IfName| {
            let is_there = inside.link(dev).is_some();
            addressing::settings(dev, families, &request.sysctls, inside, is_there)
        };
        match counterpart(request, records) {
            Some((record, _)) => {
                let dev = &record.owner.ifname;
                let mut settings = install::settings(record, inside);
                settings.extend(of(dev));
                if request.replace {
                    // Made anew it starts with the defaults.
                    settings.extend(addressing::settings(
                        dev,
                        families,
                        &request.sysctls,
                        inside,
                        false,
                    ));
                }
                settings.extend(record.saved.sysctls.iter().map(|saved| saved.key.clone()));
                settings.sort_unstable();
                settings.dedup();
                settings
            }
            None => of(&ifname(request, inside, records, &far_ends)),
        }
    })
}

/// The recorded attachment a request speaks of: the one of the interface it names, or
/// else one that has all it asks for.
pub(super) fn counterpart<'r>(
    request: &Attachment,
    records: &'r [AttachmentRecord],
) -> Option<(&'r AttachmentRecord, Difference)> {
    let mut compared = records
        .iter()
        .map(|record| (record, difference(request, record)));
    match &request.ifname {
        Some(ifname) => compared.find(|(record, _)| record.owner.ifname == *ifname),
        None => compared.find(|(record, difference)| {
            let asks = request.asks_network(true) || request.asks_network(false);
            let bare =
                request.static_addresses().next().is_none() && !request.wants_auto() && !asks;
            difference.is_none() && (!bare || record.own_addresses().is_empty())
        }),
    }
}

pub(super) fn conflict(record: &AttachmentRecord, difference: &Difference) -> Error {
    let what = difference.conflicts.join("; ");
    Error::conflict(format!(
        "`{}` is attached already, and {what}",
        record.owner.ifname
    ))
    .hint("give --replace to attach it anew, or another --ifname")
}

/// Makes an attachment where there is none, or none any more: `replaced` is what was
/// there, as it was and as it is recorded now.
fn fresh(
    ctx: &Context,
    site: &mut Site<'_>,
    request: &Attachment,
    records: &[AttachmentRecord],
    replaced: Option<(&AttachmentRecord, &AttachmentRecord)>,
) -> Result<Outcome> {
    for _ in 0..TRIES {
        match try_fresh(ctx, site, request, records, replaced)? {
            Ok(outcome) => return Ok(outcome),
            // The bridge is not locked here: to free an address may need the same lock.
            Err(taken) => make_way(ctx, request, taken)?,
        }
    }
    Err(Error::failed("other processes keep taking the addresses chosen").hint("try again"))
}

/// One try: [`Taken`] if an address was, with nothing changed.
fn try_fresh(
    ctx: &Context,
    site: &mut Site<'_>,
    request: &Attachment,
    records: &[AttachmentRecord],
    replaced: Option<(&AttachmentRecord, &AttachmentRecord)>,
) -> Result<Result<Outcome, Taken>> {
    // Held until the steps are done: nobody makes or removes this bridge meanwhile.
    // A wire is its targets', whose locks are held.
    let lock = match request.peer {
        None => Some(ctx.lock_bridge(&request.link.name)?),
        Some(_) => None,
    };
    let segment = Segment::of(ctx, &mut site.host, request)?;
    let mut draft = Draft::new(ctx, site, request, records, segment)?;
    draft.record.replaces = replaced.map(|(before, _)| Box::new(before.clone()));
    let known = replaced.map(|(_, leaving)| leaving);
    let warnings = warnings(&draft);
    draft
        .choose_addresses(ctx, site, request)
        .map_err(|error| suggest_ifname(error, request, records))?;
    let steps = draft.plan(site)?;
    let mut fresh: Vec<IpAddr> = draft.record.all_addresses().map(|ip| ip.ip()).collect();
    let network = draft.record.network.as_ref();
    fresh.retain(|ip| !known.is_some_and(|known| known.holds(network, *ip)));
    let done = install::install(ctx, site, &steps, &draft.record, known, &fresh, lock)?;
    Ok(done.map(|record| Outcome {
        change: Change::Attached,
        record,
        warnings,
    }))
}

/// To a conflict with an attachment's own subnet adds how to extend that attachment:
/// without an interface's name a request is for a new one.
fn suggest_ifname(error: Error, request: &Attachment, records: &[AttachmentRecord]) -> Error {
    let near = records.iter().find(|record| {
        let mut subnets = record.addresses.iter();
        subnets.any(|subnet| {
            request
                .static_addresses()
                .any(|wanted| subnet.contains(wanted.ip.ip()))
        })
    });
    match near {
        Some(record) if error.kind() == Kind::Conflict && request.ifname.is_none() => {
            let ifname = &record.owner.ifname;
            error.hint(format!("to add it to `{ifname}`, give --ifname {ifname}"))
        }
        _ => error,
    }
}

/// Decides whether a taken address is worth another try: one chosen by netpipe is, and
/// so is one that a crashed netpipe on this host left behind.
fn make_way(ctx: &Context, request: &Attachment, taken: Taken) -> Result<()> {
    let far = request.peer.iter().flat_map(|peer| &peer.addresses);
    let given = request
        .static_addresses()
        .chain(far)
        .any(|address| address.ip.ip() == taken.ip);
    if !given || recover::free_abandoned(ctx, &taken)? {
        return Ok(());
    }
    match (&taken.held.owner, request.reserved) {
        // What it was set aside for has just been changed.
        (None, true) => Ok(()),
        (None, false) => Err(Error::from(taken).hint(
            "to use it while it is set aside, give --reserved, or `reserved: true` in a topology",
        )),
        (Some(_), _) => Err(taken.into()),
    }
}

pub(super) fn warnings(draft: &Draft) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Anchor::Card(card) = &draft.anchor {
        warnings.extend(card::warning(card));
    }
    if let Anchor::Bridge(Bridge::Existing(bridge)) = &draft.anchor
        && bridge.mtu != draft.record.mtu
    {
        warnings.push(format!(
            "the MTU of `{}` is {}, but that of its bridge `{}` is {}: large frames may be lost",
            draft.record.owner.ifname, draft.record.mtu, bridge.name, bridge.mtu
        ));
    }
    warnings
}

/// The interface is there and nothing is at odds: adds what is missing.
fn extend_or_keep(
    ctx: &Context,
    site: &mut Site<'_>,
    request: &Attachment,
    (record, records): (&AttachmentRecord, &[AttachmentRecord]),
    difference: &Difference,
) -> Result<Outcome> {
    let repaired = repair::record(ctx, site, record, records)?;
    let record = repaired.as_ref().unwrap_or(record);
    if difference.is_none() {
        let change = if repaired.is_some() {
            Change::Repaired
        } else {
            Change::Unchanged
        };
        return Ok(Outcome {
            change,
            record: record.clone(),
            warnings: Vec::new(),
        });
    }
    for _ in 0..TRIES {
        let network = registered(ctx, record)?;
        let network = network.as_ref().map(|(name, spec)| (name, spec.as_ref()));
        let mut named = request.clone();
        named.ifname = Some(record.owner.ifname.clone());
        let added = wanted_addresses(ctx, site, &named, network, difference, None)?;
        let mut pending = record.clone();
        pending.state = State::Pending;
        pending.addresses.extend(&added);
        pending.auto |= difference.auto;
        pending.adding.clone_from(&added);
        pending
            .reserved
            .retain(|ip| record.holds(record.network.as_ref(), *ip));
        pending.reserved.extend(request.may_be_set_aside());
        ask_more(&mut pending, request, difference);
        check_parts(&pending)?;
        let mut steps = only_new(install::addressing_steps(
            &pending,
            &[],
            &added,
            &site.inside,
        )?);
        steps.extend(card_side::routes_to(&mut site.host, &pending, &added)?);
        steps.extend(dhcp::questions(&pending, &difference.asks, &site.inside));
        pending.saved = install::both(&record.saved, install::displaced(&pending, &steps));
        let fresh: Vec<IpAddr> = added.iter().map(|ip| ip.ip()).collect();
        match install::install(ctx, site, &steps, &pending, Some(record), &fresh, None)? {
            Ok(record) => {
                return Ok(Outcome {
                    change: Change::Extended,
                    record,
                    warnings: Vec::new(),
                });
            }
            Err(taken) => make_way(ctx, request, taken)?,
        }
    }
    Err(Error::failed("other processes keep taking the addresses chosen").hint("try again"))
}

/// The network of an attachment, with what is registered of it.
pub(super) fn registered(
    ctx: &Context,
    record: &AttachmentRecord,
) -> Result<Option<(NetworkName, Option<NetworkSpec>)>> {
    let Some(name) = &record.network else {
        return Ok(None);
    };
    let spec = ctx.registry()?.network(name)?;
    Ok(Some((name.clone(), spec)))
}

/// Has an attachment ask those that the request asks and it does not.
pub(super) fn ask_more(
    record: &mut AttachmentRecord,
    request: &Attachment,
    difference: &Difference,
) {
    if record.leasing.asks.is_empty() {
        record.leasing.told.clone_from(&request.dhcp);
    }
    record.leasing.asks.extend(&difference.asks);
    record.leasing.adding.clone_from(&difference.asks);
}

/// Of the steps for a whole link, those that further addresses need.
pub(super) fn only_new(steps: Vec<Step>) -> Vec<Step> {
    steps
        .into_iter()
        .filter(|step| !matches!(step, Step::AddRoute(_) | Step::DelRoute(_)))
        .collect()
}

/// Takes the old attachment down and makes the new one; if that fails, the old one is
/// made again. One of them is recorded all the while, and the old one's addresses are
/// reserved until the new one is done.
fn replace(
    ctx: &Context,
    site: Site<'_>,
    request: &Attachment,
    record: &AttachmentRecord,
) -> Result<Outcome> {
    let place = site.place;
    let far = site.far.map(|far| far.place);
    // The far end of the old one may be in a third target.
    let _locks = ctx.lock_ends(record)?;
    let given_up = dhcp::given_up(record, request);
    // While its link is there to say it by.
    let broken = unplug::give_back(ctx, Whereabouts::Here(place), record, &given_up).pop();
    let room = match broken {
        Some((_, error)) => Err(error),
        None => detach::make_room(ctx, place, record),
    };
    let replaced = room.and_then(|leaving| {
        let mut others = ctx.registry()?.of_target(&place.target)?;
        others.retain(|other| other.owner != record.owner);
        let mut again = open(ctx, place, request, &others)?;
        again.far = far_of(request, far)?;
        fresh(ctx, &mut again, request, &others, Some((record, &leaving)))
    });
    match replaced {
        Ok(outcome) => Ok(Outcome {
            change: Change::Replaced,
            ..outcome
        }),
        Err(error) => {
            ctx.interrupt.clear();
            Err(match put_back(ctx, place, record) {
                Ok(()) => error.hint("the attachment that was there has been put back"),
                Err(why) => error.hint(format!(
                    "the attachment that was there is not back ({why}); repair it: \
                     netpipe check {} --repair",
                    place.target
                )),
            })
        }
    }
}

/// Makes an attachment again of which all, some or nothing has been taken down.
pub(super) fn put_back(ctx: &Context, place: &Place, record: &AttachmentRecord) -> Result<()> {
    let registry = ctx.registry()?;
    let Some(now) = registry.attachment(&record.owner)? else {
        return Err(Error::failed("its record is gone"));
    };
    let mut site = Site::open(ctx, place, |inside| install::settings(&now, inside))?;
    let records = registry.of_target(&place.target)?;
    match repair::record(ctx, &mut site, &now, &records)? {
        None if now.is_unsettled() => registry.activate(&now).map(drop),
        _ => Ok(()),
    }
}

//! Taking away what the kernel has of an attachment: its link, wherever that is, what it
//! displaced in the target, and what only it needed on the host.

use super::detach::{Whereabouts, collected, displaced_settings, is_missed, shared_settings};
use super::{Context, bridge, card_side, filtering, phys, wire};
use crate::error::{Context as _, Error, Kind, Result};
use crate::exec::{Executor, Leftover, fault};
use crate::plan::kind::ovs as plan;
use crate::plan::{Step, lease, teardown};
use crate::registry::lease::LeaseKind;
use crate::registry::record::{AttachmentRecord, Saved};
use crate::resolve::{Inside, Place};
use crate::spec::LinkKind;
use crate::sys::netlink::Door;
use crate::sys::{addr, firewall, link};

/// Takes away what the kernel has of an attachment. The caller holds the locks of its
/// target and its link.
///
/// # Errors
/// Everything that could not be removed.
pub fn unplug(
    ctx: &Context,
    whereabouts: Whereabouts<'_>,
    record: &AttachmentRecord,
) -> Result<()> {
    let registry = ctx.registry()?;
    let mut host = ctx.host_door()?;
    let mut site = link_site(ctx, whereabouts, record)?;
    let broken = give_back(ctx, whereabouts, record, &record.leasing.asks);
    // What the switch has of it goes first, for it would look for a link that is gone.
    let mut switch = plug_out(ctx, &mut host, plan::plug_out(record));
    let mut failed = match (&mut site, whereabouts) {
        (LinkSite::Gone, _) => match record.kind {
            LinkKind::Phys => phys::settle(ctx, &mut host, record)?,
            _ => wire::cut(ctx, &mut host, record)?,
        },
        (LinkSite::Target(door), Whereabouts::Here(place)) => {
            let target = Some((&place.netns, door));
            Executor::new(&mut host, target, &ctx.interrupt).run_all(&teardown::leave(record)?)
        }
        _ => Executor::new(&mut host, None, &ctx.interrupt).run_all(&[teardown::link(record)]),
    };
    failed = phys::excuse(ctx, &mut host, record, failed)?;
    if let Some((_, error)) = failed.pop_if(|_| is_there(&mut host, &mut site, record)) {
        // Nothing was done, and so nothing is left to be finished.
        let before = AttachmentRecord {
            detaching: false,
            ..record.clone()
        };
        registry.update(record, &before)?;
        return Err(error);
    }
    failed.append(&mut switch);
    failed.extend(broken);
    failed.extend(wire::restore(ctx, record)?);
    match whereabouts {
        // What cannot come back, such as a route whose gateway moved away, must not hold
        // the attachment and its addresses for ever.
        Whereabouts::Here(place) => {
            for (step, why) in restore(ctx, place, record)? {
                if fault::is_injected(&why) {
                    failed.push((step, why));
                    continue;
                }
                ctx.warn(format!(
                    "not put back: `{}`: {why}",
                    step.command(&place.enter())
                ));
            }
        }
        Whereabouts::Unknown if is_missed(record) => {
            return Err(Error::unreachable("the engine does not answer, so what was replaced inside the target cannot be put back")
                .hint("repeat the command when the engine is up; the link itself is gone"));
        }
        Whereabouts::Unknown | Whereabouts::Gone => {}
    }
    if failed.is_empty() && !record.restoring {
        let steps = filtering::last_user(ctx, &mut host, record, std::slice::from_ref(record))?;
        failed.extend(Executor::new(&mut host, None, &ctx.interrupt).run_all(&steps));
    }
    // The bridge and its rules go before the record: whatever stops us, the record still
    // says what is left to do.
    let is_last = || registry.are_only_users(&[&record.owner], &record.link);
    if failed.is_empty() && record.kind == LinkKind::Ovs && is_last()? {
        failed.extend(plug_out(ctx, &mut host, plan::last_user(record)));
    }
    if failed.is_empty() && record.kind == LinkKind::Bridge && is_last()? {
        let mut rules = firewall::owned(Some(record.link.as_str()))?;
        if !rules.is_empty() && bridge::has_attachments(&mut host, record.link.as_str())? {
            // Those of another host's records, or of another store, need them still.
            rules.clear();
        }
        let steps = teardown::last_user(record, rules);
        failed.extend(Executor::new(&mut host, None, &ctx.interrupt).run_all(&steps));
    }
    if failed.is_empty() && record.card.is_some() {
        let steps = leaving(ctx, &mut host, record)?;
        failed.extend(Executor::new(&mut host, None, &ctx.interrupt).run_all(&steps));
    }
    if !failed.is_empty() {
        return Err(collected(
            failed.into_iter().map(|(_, error)| error).collect(),
        ));
    }
    Ok(())
}

/// Gives back what servers gave, while there is a link to say it by. That must not hold up
/// anything: what nobody gives back, a server takes back in time. Gives what a test broke.
pub(super) fn give_back(
    ctx: &Context,
    whereabouts: Whereabouts<'_>,
    record: &AttachmentRecord,
    kinds: &[LeaseKind],
) -> Leftover {
    let Whereabouts::Here(place) = whereabouts else {
        return Leftover::new();
    };
    let steps = lease::give_back(record, kinds);
    if steps.is_empty() || record.restoring {
        return Leftover::new();
    }
    let work = || {
        let mut door = place.door()?;
        if !record.is_of(ctx.boot_id()?, door.cookie()) {
            return Ok(Leftover::new());
        }
        let target = Some((&place.netns, &mut door));
        let mut host = ctx.host_door()?;
        Ok::<_, Error>(Executor::new(&mut host, target, &ctx.interrupt).run_all(&steps))
    };
    match work() {
        Ok(failed) => {
            let injected = |(_, why): &(Step, Error)| fault::is_injected(why);
            let (broken, failed): (Leftover, Leftover) = failed.into_iter().partition(injected);
            for (step, why) in failed {
                let command = step.command(&place.enter());
                ctx.warn(format!("not done: `{command}`: {why}"));
            }
            broken
        }
        Err(why) => {
            ctx.warn(format!("no lease was given back: {why}"));
            Leftover::new()
        }
    }
}

/// The steps that take away what of the host went with a link on a card.
fn leaving(ctx: &Context, host: &mut Door, record: &AttachmentRecord) -> Result<Vec<Step>> {
    let plain = *record.uplink() == record.link && record.shim()?.is_none();
    let cannot = || "cannot look at the host's links".to_owned();
    let uplink = link::find(host, record.uplink().as_str()).or_failed(cannot)?;
    if plain && uplink.is_none_or(|link| link.vlan.is_none()) {
        // On the card itself: nothing was made for it.
        return Ok(Vec::new());
    }
    let links = link::list(host).or_failed(cannot)?;
    let addresses = addr::list(host).or_failed(cannot)?;
    card_side::leaving(ctx, record, &[&record.owner], (&links, &addresses))
}

/// Takes something out of an Open vSwitch. One that does not answer must not hold the
/// attachment and its addresses for ever: what it has still, `gc` finds by its mark.
fn plug_out(ctx: &Context, host: &mut Door, step: Option<Step>) -> Leftover {
    let steps: Vec<_> = step.into_iter().collect();
    let mut failed = Executor::new(host, None, &ctx.interrupt).run_all(&steps);
    failed.retain(|(step, why)| {
        let silent = why.kind() == Kind::Unreachable;
        if silent {
            ctx.warn(format!(
                "not done: `{}`: {why}; `netpipe gc` does it once Open vSwitch answers",
                step.command("")
            ));
        }
        !silent
    });
    failed
}

/// Where the link of an attachment is deleted.
enum LinkSite {
    /// On the host: both ends of a pair go together.
    Host,
    /// In the target, through this door.
    Target(Door),
    /// Nowhere: it went with its namespace.
    Gone,
}

fn link_site(
    ctx: &Context,
    whereabouts: Whereabouts<'_>,
    record: &AttachmentRecord,
) -> Result<LinkSite> {
    if record.host_end().is_ok() {
        return Ok(LinkSite::Host);
    }
    match whereabouts {
        Whereabouts::Gone => Ok(LinkSite::Gone),
        Whereabouts::Unknown => Err(unreachable_link()),
        Whereabouts::Here(place) => {
            let door = place.door()?;
            Ok(match record.is_of(ctx.boot_id()?, door.cookie()) {
                true => LinkSite::Target(door),
                false => LinkSite::Gone,
            })
        }
    }
}

/// Of a link inside a target that nobody can be asked about.
pub(super) fn unreachable_link() -> Error {
    Error::unreachable("the engine does not answer, and the link is inside the target")
        .hint("repeat the command when the engine is up")
}

fn is_there(host: &mut Door, site: &mut LinkSite, record: &AttachmentRecord) -> bool {
    let door = match site {
        LinkSite::Host => host,
        LinkSite::Target(door) => door,
        LinkSite::Gone => return false,
    };
    // A card may be home already, and something else have failed.
    let name = record.handle().1;
    let mark = record.mark();
    match link::find(door, name.as_str()) {
        Ok(Some(link)) => record.kind != LinkKind::Phys || link.alias == Some(mark),
        Ok(None) => false,
        Err(_) => true,
    }
}

/// Puts back what an attachment displaced, if the namespace is still the same.
///
/// # Errors
/// If the namespace cannot be read.
pub fn restore(ctx: &Context, place: &Place, record: &AttachmentRecord) -> Result<Leftover> {
    if record.saved == Saved::default() {
        return Ok(Leftover::new());
    }
    let (inside, mut target) = Inside::read(&place.netns, |_| displaced_settings(record))?;
    if !record.is_of(ctx.boot_id()?, inside.cookie) {
        return Ok(Leftover::new());
    }
    let steps = teardown::restore(record, &shared_settings(ctx, record)?, &inside);
    let mut host = ctx.host_door()?;
    let target = Some((&place.netns, &mut target));
    Ok(Executor::new(&mut host, target, &ctx.interrupt).run_all(&steps))
}

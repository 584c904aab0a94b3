//! Unplugging: links, rules, addresses and records go, displaced routes come back.

use super::standing::{self, Standing};
use super::target_lock::TargetLock;
use super::{Context, compose, unplug};
use crate::error::{Error, Kind, Result};
use crate::exec::Executor;
use crate::plan::{DevRoute, Step, lease, teardown};
use crate::registry::record::{AttachmentRecord, IPV6_OF_LOOPBACK, Owner, Saved, State};
use crate::resolve::{Inside, Place};
use crate::spec::{IfName, Target};
use crate::sys::link;

/// What a detach removed.
#[derive(Debug)]
pub struct Outcome {
    /// The attachments that are gone.
    pub removed: Vec<AttachmentRecord>,
}

/// Which of a target's interfaces to unplug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// The one of that name.
    Named(IfName),
    /// The only one; with several there is a choice, and so an error.
    Only,
    /// All of them.
    All,
}

/// Unplugs one interface of a target, or all. What is gone already is success. Works
/// when the target is gone: its records say what there was.
///
/// # Errors
/// A usage error if `Only` has several to choose from; failed with every error listed.
pub fn detach(ctx: &Context, target: &Target, which: &Which) -> Result<Outcome> {
    let doing = format!("cannot detach `{target}`");
    let work = || {
        let (own, wires) = far_ends(ctx, target, which)?;
        let mut outcome = match own {
            true => inner(ctx, target, which)?,
            false => Outcome {
                removed: Vec::new(),
            },
        };
        // A wire is detached by its near end, under the locks of both.
        for owner in wires {
            let near = inner(ctx, &owner.target, &Which::Named(owner.ifname))?;
            outcome.removed.extend(near.removed);
        }
        Ok(outcome)
    };
    let outcome = work().map_err(|error: Error| error.while_doing(&doing))?;
    // Its locks are free again: what it was the last to use may be a project's that is down.
    if !outcome.removed.is_empty()
        && let Err(error) = compose::settle(ctx)
    {
        ctx.warn(format!("{error}; `netpipe gc` tries again"));
    }
    Ok(outcome)
}

/// Whether attachments of the target itself are meant, and the wires that are meant by the
/// ends that they have in it.
///
/// # Errors
/// A usage error if `Only` has several to choose from.
pub(super) fn far_ends(
    ctx: &Context,
    target: &Target,
    which: &Which,
) -> Result<(bool, Vec<Owner>)> {
    let registry = ctx.registry()?;
    let name = ctx.recorded(target)?;
    let mut wires = registry.wires_to(&name)?;
    if wires.is_empty() {
        return Ok((true, Vec::new()));
    }
    let own: Vec<IfName> = registry
        .all_of_target(&name)?
        .records
        .into_iter()
        .map(|record| record.owner.ifname)
        .collect();
    match which {
        Which::All => {}
        Which::Named(ifname) => wires.retain(|(end, _)| end == ifname),
        Which::Only if own.len() + wires.len() > 1 => {
            let ends = wires.iter().map(|(end, _)| end);
            let names: Vec<_> = own.iter().chain(ends).map(IfName::as_str).collect();
            return Err(several(&names));
        }
        Which::Only => {}
    }
    let owners: Vec<Owner> = wires.into_iter().map(|(_, owner)| owner).collect();
    let is_own = match which {
        Which::Named(ifname) => own.contains(ifname) || owners.is_empty(),
        Which::Only => owners.is_empty(),
        Which::All => true,
    };
    Ok((is_own, owners))
}

fn several(names: &[&str]) -> Error {
    Error::usage(format!("it has several interfaces: {}", names.join(", ")))
        .hint("name one, or give --all")
}

/// The locks of a target and of the far ends of its wires that are to go.
fn locks(ctx: &Context, name: &Target, which: &Which) -> Result<Vec<TargetLock>> {
    let registry = ctx.registry()?;
    let mut targets = vec![name.clone()];
    for record in registry.all_of_target(name)?.records {
        let meant = match which {
            Which::Named(ifname) => record.owner.ifname == *ifname,
            Which::Only | Which::All => true,
        };
        targets.extend(record.peer.filter(|_| meant).map(|peer| peer.target));
    }
    ctx.lock_targets(&targets)
}

/// Whether a target is there, as far as can be told.
#[derive(Debug, Clone, Copy)]
pub enum Whereabouts<'a> {
    /// It is, with this namespace.
    Here(&'a Place),
    /// It is gone, or does not run.
    Gone,
    /// Nobody answers who would know.
    Unknown,
}

fn inner(ctx: &Context, target: &Target, which: &Which) -> Result<Outcome> {
    let mut found = ctx.place(target, None);
    let mut name = canonical(ctx, target, &found)?;
    let mut lock = locks(ctx, &name, which)?;
    if found.as_ref().is_ok_and(|place| !place.is_current()) {
        // It got another namespace, or went, while the lock was waited for.
        drop(lock);
        found = ctx.place(target, None);
        name = canonical(ctx, target, &found)?;
        lock = locks(ctx, &name, which)?;
    }
    let _lock = lock;
    let (found, records) = judged(ctx, found, &name, which)?;
    match whereabouts(&found, &records) {
        Some(whereabouts) => records_of(ctx, whereabouts, records),
        None => found.map(|_| Outcome {
            removed: Vec::new(),
        }),
    }
}

/// The records that a detach is about, and the target they are of.
///
/// # Errors
/// If one of them may not be detached from here, or not by this name.
pub(super) fn judged(
    ctx: &Context,
    found: Result<Place>,
    name: &Target,
    which: &Which,
) -> Result<(Result<Place>, Vec<AttachmentRecord>)> {
    let records = chosen(ctx, name, which)?;
    for record in &records {
        standing::refuse_elsewhere(ctx, record)?;
    }
    Ok((by_id(ctx, found, &records)?, records))
}

/// What is known of a target, from the look-up of it; none if that has failed for good.
pub(super) fn whereabouts<'p>(
    found: &'p Result<Place>,
    records: &[AttachmentRecord],
) -> Option<Whereabouts<'p>> {
    match found {
        Ok(place) => Some(Whereabouts::Here(place)),
        Err(error) if error.kind() == Kind::Unreachable => Some(Whereabouts::Unknown),
        Err(error) if matches!(error.kind(), Kind::NotFound | Kind::Failed) => {
            Some(Whereabouts::Gone)
        }
        // What has the name now is no target; what was recorded under it is gone.
        Err(error) if error.kind() == Kind::Usage && !records.is_empty() => Some(Whereabouts::Gone),
        Err(_) => None,
    }
}

/// What has the name may be another container than the recorded one, or nothing if that
/// was renamed, or an id prefix may be several containers': the recorded id decides.
fn by_id(
    ctx: &Context,
    found: Result<Place>,
    records: &[AttachmentRecord],
) -> Result<Result<Place>> {
    let Some(record) = records.iter().find(|record| record.container.is_some()) else {
        return Ok(found);
    };
    match &found {
        Ok(place) if place.container != record.container => {
            standing::refuse_alive(ctx, record)?;
            Ok(Err(Error::not_found("its container is gone")))
        }
        Err(error) if matches!(error.kind(), Kind::NotFound | Kind::Usage) => {
            match standing::of(ctx, record) {
                Ok(Standing::Here(place) | Standing::Renewed(place)) => Ok(Ok(*place)),
                Ok(Standing::Stopped | Standing::Gone(_)) => Ok(found),
                // An engine that does not know it says nothing about it.
                Err(error) => Ok(Err(Error::unreachable(error.to_string()))),
            }
        }
        _ => Ok(found),
    }
}

/// The name a target is recorded under, whether it is there or not.
pub(super) fn canonical(ctx: &Context, target: &Target, found: &Result<Place>) -> Result<Target> {
    match found {
        Ok(place) => ctx.recorded_place(place),
        Err(_) => ctx.recorded(target),
    }
}

/// The records of a target that a detach is about.
fn chosen(ctx: &Context, target: &Target, which: &Which) -> Result<Vec<AttachmentRecord>> {
    let registry = ctx.registry()?;
    if let Which::Named(ifname) = which {
        // The others' records do not matter, whatever is in them.
        let named = registry.attachment(&ctx.owner(target, ifname))?;
        return Ok(named.into_iter().collect());
    }
    let records = registry.of_target(target)?;
    match which {
        Which::Only if records.len() > 1 => {
            let names: Vec<_> = records
                .iter()
                .map(|record| record.owner.ifname.as_str())
                .collect();
            Err(several(&names))
        }
        Which::Named(_) | Which::Only | Which::All => Ok(records),
    }
}

/// The steps that take an attachment out of a target with this in it.
pub(super) fn steps(
    ctx: &Context,
    record: &AttachmentRecord,
    inside: &Inside,
) -> Result<Vec<Step>> {
    let mut steps = lease::give_back(record, &record.leasing.asks);
    steps.extend(teardown::leave(record)?);
    let shared = shared_settings(ctx, record)?;
    steps.extend(teardown::restore(record, &shared, inside));
    Ok(steps)
}

/// The settings it changed that other attachments of the same target need as well.
pub(super) fn shared_settings(ctx: &Context, record: &AttachmentRecord) -> Result<Vec<String>> {
    let registry = ctx.registry()?;
    let mut all = registry.all_of_target(&record.owner.target)?.records;
    // Wires of other targets that end in this one need them as well.
    let wires = registry.wired_to(&record.owner.target)?;
    all.extend(wires.iter().filter_map(AttachmentRecord::far));
    Ok(shared_among(&all, record))
}

/// The same, with all attachments of the target given.
pub(super) fn shared_among(all: &[AttachmentRecord], record: &AttachmentRecord) -> Vec<String> {
    let others = all.iter().filter(|other| other.owner != record.owner);
    let mut shared = displaced_settings(record);
    shared.retain(|key| others.clone().any(|other| other.needs(key).is_some()));
    shared
}

pub(super) fn displaced_settings(record: &AttachmentRecord) -> Vec<String> {
    record
        .saved
        .sysctls
        .iter()
        .map(|setting| setting.key.clone())
        .collect()
}

/// Unplugs these attachments of one target, whose lock the caller holds.
fn records_of(
    ctx: &Context,
    whereabouts: Whereabouts<'_>,
    records: Vec<AttachmentRecord>,
) -> Result<Outcome> {
    let mut errors: Vec<Error> = Vec::new();
    // From the mark on there is no way back, so a signal is not heard: all of it is finished.
    ctx.interrupt.check()?;
    let records = if records.len() > 1 {
        let owners: Vec<_> = records.iter().map(|record| &record.owner).collect();
        let marked = ctx.registry()?.mark_detaching(&owners)?;
        errors.extend(delete_together(ctx, &marked).err());
        marked
    } else {
        records
    };
    let mut removed = Vec::new();
    for record in records {
        match self::record(ctx, whereabouts, &record) {
            Ok(()) => removed.push(record),
            Err(error) => {
                let owner = &record.owner;
                errors.push(error.while_doing(&format!("`{}` is not detached", owner.ifname)));
            }
        }
    }
    match errors.is_empty() {
        true => Ok(Outcome { removed }),
        false => Err(collected(errors)),
    }
}

/// One error for many: the first is the message, the rest are hints.
pub fn collected(errors: Vec<Error>) -> Error {
    let mut errors = errors.into_iter();
    let Some(mut first) = errors.next() else {
        return Error::failed("nothing failed");
    };
    for error in errors {
        first = first.hint(format!("also: {error}"));
    }
    first
}

/// Deletes the links of many attachments in one go: the kernel's wait, some 20 ms a
/// link, is then paid once.
fn delete_together(ctx: &Context, records: &[AttachmentRecord]) -> Result<()> {
    let mut door = ctx.host_door()?;
    let mut names = Vec::new();
    for record in records {
        // Those inside the target go each by itself.
        let Ok((name, mac)) = record.host_end() else {
            continue;
        };
        let found = link::find(&mut door, name.as_str());
        let mark = record.mark();
        let ours = matches!(&found, Ok(Some(link)) if link.is_proven(Some(mac), Some(&mark)));
        if ours {
            names.push(name.clone());
        }
    }
    if names.is_empty() {
        return Ok(());
    }
    let steps = [Step::DelLinks { names }];
    let failed = Executor::new(&mut door, None, &ctx.interrupt).run_all(&steps);
    failed
        .into_iter()
        .next()
        .map_or(Ok(()), |(_, error)| Err(error))
}

/// Unplugs one attachment whose target's lock the caller holds. The record says so before
/// anything is done, so that whoever meets it after a crash finishes it.
///
/// # Errors
/// Everything that could not be removed; the record stays then, so that the command
/// can be repeated.
pub fn record(
    ctx: &Context,
    whereabouts: Whereabouts<'_>,
    record: &AttachmentRecord,
) -> Result<()> {
    let registry = ctx.registry()?;
    let _ends = ctx.lock_ends(record)?;
    let _lock = match record.detaching {
        // There is no way back any more: a signal does not end the wait.
        true => ctx.lock_bridge_deaf(&record.link)?,
        false => ctx.lock_bridge(&record.link)?,
    };
    // As it is now: an attachment detached before it may have left it something to put back.
    let Some(record) = registry.mark_detaching(&[&record.owner])?.pop() else {
        return Ok(());
    };
    unplug::unplug(ctx, whereabouts, &record)?;
    bequeath(ctx, &record)?;
    registry.release(&record)
}

/// Takes away what the kernel has of an attachment that another is to replace. The record
/// stays, as one whose link is being made anew, and with it its addresses. Gives it.
///
/// # Errors
/// Everything that could not be removed.
pub fn make_room(
    ctx: &Context,
    place: &Place,
    record: &AttachmentRecord,
) -> Result<AttachmentRecord> {
    let _lock = ctx.lock_bridge(&record.link)?;
    ctx.interrupt.check()?;
    let mut leaving = record.clone();
    leaving.state = State::Pending;
    leaving.restoring = true;
    ctx.registry()?.update(record, &leaving)?;
    unplug::unplug(ctx, Whereabouts::Here(place), &leaving)?;
    Ok(leaving)
}

/// Takes back a replacement that was not completed: what was there before is recorded
/// again, its link still to be made.
///
/// # Errors
/// Everything that could not be removed.
pub fn take_back(
    ctx: &Context,
    whereabouts: Whereabouts<'_>,
    record: &AttachmentRecord,
    before: &AttachmentRecord,
) -> Result<()> {
    let _ends = ctx.lock_ends(record)?;
    let _lock = ctx.lock_bridge(&record.link)?;
    unplug::unplug(ctx, whereabouts, record)?;
    let registry = ctx.registry()?;
    registry.update(record, before)?;
    let mut gone: Vec<_> = record.all_addresses().copied().collect();
    gone.retain(|ip| !before.holds(record.network.as_ref(), ip.ip()));
    registry.free(record, &gone)
}

/// Hands what this attachment displaced to those that displaced it in turn: another that
/// replaced its default route, or its setting, saved what is gone now. So attachments can
/// be detached in any order, and the last one puts back what was there first.
pub(super) fn bequeath(ctx: &Context, record: &AttachmentRecord) -> Result<()> {
    leave_to_others(ctx, record, &record.owner)?;
    match record.far() {
        Some(far) => leave_to_others(ctx, &far, &record.owner),
        None => Ok(()),
    }
}

/// The same for one target that it had an end in. `gone` is that end, of the attachment
/// `owner`.
fn leave_to_others(ctx: &Context, gone: &AttachmentRecord, owner: &Owner) -> Result<()> {
    let registry = ctx.registry()?;
    let target = &gone.owner.target;
    // One that cannot be read inherits nothing, and keeps nobody from leaving.
    let near = registry.all_of_target(target)?.records.into_iter();
    let near = near.map(|heir| {
        let saved = inherited(&heir, gone);
        let after = AttachmentRecord {
            saved,
            ..heir.clone()
        };
        (heir, after)
    });
    let far = registry.wired_to(target)?.into_iter().filter_map(|heir| {
        let saved = inherited(&heir.far()?, gone);
        let mut after = heir.clone();
        after.peer.as_mut()?.saved = saved.sysctls;
        Some((heir, after))
    });
    for (heir, after) in near.chain(far) {
        if heir.owner != *owner && after != heir {
            registry.update(&heir, &after)?;
        }
    }
    Ok(())
}

/// What `heir` is to put back once `gone` is detached.
pub(super) fn inherited(heir: &AttachmentRecord, gone: &AttachmentRecord) -> Saved {
    let mut saved = heir.saved.clone();
    for v4 in [true, false] {
        let of_family = |route: &DevRoute| route.route.destination.is_ipv4() == v4;
        let before = saved.routes.len();
        saved
            .routes
            .retain(|route| !(of_family(route) && route.dev == gone.owner.ifname));
        if saved.routes.len() < before {
            saved.routes.extend(
                gone.saved
                    .routes
                    .iter()
                    .filter(|route| of_family(route))
                    .cloned(),
            );
        }
    }
    for setting in &gone.saved.sysctls {
        if heir.needs(&setting.key).is_some() {
            saved.sysctls.retain(|held| held.key != setting.key);
            saved.sysctls.push(setting.clone());
        }
    }
    saved
}

/// Whether the target lacks something that the attachment displaced. IPv6 on its loopback
/// interface is nothing to keep an attachment for.
pub(super) fn is_missed(record: &AttachmentRecord) -> bool {
    let mut settings = record.saved.sysctls.iter();
    !record.saved.routes.is_empty() || settings.any(|setting| setting.key != IPV6_OF_LOOPBACK)
}

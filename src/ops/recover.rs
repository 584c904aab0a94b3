//! What a crash left behind: records of operations that nobody is working on any more.

use super::detach::{self, Whereabouts};
use super::drift::{drift, settings};
use super::install::{self, Site};
use super::{Context, phys, repair, standing, unplug};
use crate::error::{Kind, Result};
use crate::exec::Executor;
use crate::plan::{Step, teardown};
use crate::registry::Taken;
use crate::registry::record::{AttachmentRecord, State};
use crate::resolve::{Inside, Place};

/// What became of an unfinished record.
#[derive(Debug)]
pub enum Settled {
    /// The kernel had all of it: it is active now.
    Completed(AttachmentRecord),
    /// It is of an earlier boot, whose kernel forgot it, and stands for a repair to make.
    Kept(AttachmentRecord),
    /// The addresses that were being added are taken back; it has those of before.
    Shortened(AttachmentRecord),
    /// A repair had not come to its end; its link is gone, for another repair to make.
    Unmade(AttachmentRecord),
    /// It was to replace this one, which is recorded again, for a repair to make.
    PutBack(AttachmentRecord),
    /// It is gone.
    RolledBack,
    /// It was being detached, and is now.
    Detached,
}

impl Settled {
    /// The active record that remains, if one does.
    pub fn remaining(self) -> Option<AttachmentRecord> {
        match self {
            Self::Completed(record)
            | Self::Kept(record)
            | Self::Shortened(record)
            | Self::Unmade(record)
            | Self::PutBack(record) => Some(record),
            Self::RolledBack | Self::Detached => None,
        }
    }
}

impl std::fmt::Display for Settled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let target = match self {
            Self::Completed(_) => return f.write_str("completed"),
            Self::RolledBack => return f.write_str("rolled back"),
            Self::Detached => return f.write_str("detached, as was begun"),
            Self::Shortened(record) => {
                let kept: Vec<_> = record.addresses.iter().map(ToString::to_string).collect();
                return match kept.is_empty() {
                    true => f.write_str("rolled back to no address"),
                    false => write!(f, "rolled back to {}", kept.join(",")),
                };
            }
            Self::Kept(record) => {
                f.write_str("kept from an earlier boot")?;
                &record.owner.target
            }
            Self::Unmade(record) => {
                f.write_str("link removed, its repair had not ended")?;
                &record.owner.target
            }
            Self::PutBack(record) => {
                f.write_str("rolled back, and what it replaced is recorded again")?;
                &record.owner.target
            }
        };
        write!(f, "; to make it: netpipe check {target} --repair")
    }
}

/// Settles the unfinished records of a target whose lock the caller holds, so that no
/// other process is at work on them, and drops those of an earlier container of the
/// same name or process of the same id that is gone. Gives the active records that remain.
///
/// # Errors
/// If what is left behind cannot be removed; a conflict if an earlier container of the
/// name is still there, under another one.
pub fn target(ctx: &Context, place: &Place) -> Result<Vec<AttachmentRecord>> {
    let registry = ctx.registry()?;
    let mut active = Vec::new();
    for record in registry.of_target(&place.target)? {
        standing::refuse_elsewhere(ctx, &record)?;
        if record.container != place.container {
            standing::refuse_alive(ctx, &record)?;
            detach::record(ctx, Whereabouts::Gone, &record)?;
        } else if place.target.is_of_process()
            && !record.is_of(ctx.boot_id()?, place.netns.cookie()?)
        {
            // The process id was reused: what is recorded was of another process.
            detach::record(ctx, Whereabouts::Gone, &record)?;
        } else if !record.is_unsettled() {
            active.push(record);
        } else {
            active.extend(settle(ctx, Some(place), &record)?.remaining());
        }
    }
    Ok(active)
}

/// Completes a pending record if the kernel has all of it, else rolls it back; completes a
/// detach that has begun. The caller holds the target's lock.
///
/// # Errors
/// If what is left behind cannot be removed.
pub fn settle(ctx: &Context, place: Option<&Place>, record: &AttachmentRecord) -> Result<Settled> {
    if record.detaching {
        let whereabouts = place.map_or(Whereabouts::Gone, Whereabouts::Here);
        return detach::record(ctx, whereabouts, record).map(|()| Settled::Detached);
    }
    if record.boot_id != ctx.boot_id()? {
        // The kernel forgot it with the boot, whatever it had of it. Success may have been
        // reported, so it stands: a later repair makes it, or gc finds its target gone.
        return install::finish(ctx, record).map(Settled::Kept);
    }
    let Some(place) = place else {
        return roll_back(ctx, None, record);
    };
    let (inside, target) = Inside::read(&place.netns, |_| settings(record))?;
    let mut site = Site {
        place,
        inside,
        target,
        host: ctx.host_door()?,
        far: None,
    };
    let host = repair::host_side(ctx, &mut site.host, record)?;
    let others = ctx.registry()?.all_of_target(&record.owner.target)?.records;
    if drift(ctx.boot_id()?, record, &others, &host, &site.inside).is_empty() {
        return install::finish(ctx, record).map(Settled::Completed);
    }
    roll_back(ctx, Some(site), record)
}

fn roll_back(ctx: &Context, site: Option<Site<'_>>, record: &AttachmentRecord) -> Result<Settled> {
    let registry = ctx.registry()?;
    if let Some(before) = &record.replaces {
        let place = site.as_ref().map(|site| site.place);
        let whereabouts = place.map_or(Whereabouts::Gone, Whereabouts::Here);
        detach::take_back(ctx, whereabouts, record, before)?;
        return Ok(Settled::PutBack((**before).clone()));
    }
    if !record.is_being_extended() && !record.restoring {
        let place = site.as_ref().map(|site| site.place);
        detach::record(
            ctx,
            place.map_or(Whereabouts::Gone, Whereabouts::Here),
            record,
        )?;
        return Ok(Settled::RolledBack);
    }
    let mut settled = record.clone();
    settled.state = State::Active;
    settled.restoring = false;
    settled.adding.clear();
    settled.leasing.adding.clear();
    let steps = if record.restoring {
        teardown::leave(record)?
    } else {
        settled.addresses.retain(|ip| !record.adding.contains(ip));
        let kept = settled.clone();
        settled
            .reserved
            .retain(|ip| kept.all_addresses().any(|own| own.ip() == *ip));
        let added = &record.leasing.adding;
        settled.leasing.asks.retain(|kind| !added.contains(kind));
        settled
            .leasing
            .leases
            .retain(|one| !added.contains(&one.kind));
        teardown::extension(record)?
    };
    let place = site.as_ref().map(|site| site.place);
    let mut failed = match site {
        Some(mut site) if record.is_of(ctx.boot_id()?, site.inside.cookie) => {
            let target = Some((&site.place.netns, &mut site.target));
            Executor::new(&mut site.host, target, &ctx.interrupt).run_all(&steps)
        }
        // A link inside a namespace that is gone went with it.
        _ if record.restoring && record.leaves_traces() => {
            Executor::new(&mut ctx.host_door()?, None, &ctx.interrupt).run_all(&steps)
        }
        _ => Vec::new(),
    };
    if let Some(place) = place.filter(|_| record.restoring) {
        // Until its link is made again, the target has what it had before.
        failed.extend(unplug::restore(ctx, place, record)?);
    }
    failed = phys::excuse(ctx, &mut ctx.host_door()?, record, failed)?;
    // A switch that is silent holds up nobody: `gc` finds the port by its mark.
    failed.retain(|(step, why)| !(matches!(step, Step::Ovs(_)) && why.kind() == Kind::Unreachable));
    if let Some((_, error)) = failed.into_iter().next() {
        return Err(error);
    }
    registry.update(record, &settled)?;
    let mut gone = record.adding.clone();
    gone.extend(record.leasing.addresses());
    gone.retain(|ip| !settled.holds(settled.network.as_ref(), ip.ip()));
    registry.free(record, &gone)?;
    Ok(match record.restoring {
        true => Settled::Unmade(settled),
        false => Settled::Shortened(settled),
    })
}

/// Takes back what a pending record was about to become, whether the kernel has all of it or
/// not. The caller holds the target's lock.
///
/// # Errors
/// If what is left behind cannot be removed.
pub fn take_back(ctx: &Context, place: &Place, record: &AttachmentRecord) -> Result<()> {
    let (inside, target) = Inside::read(&place.netns, |_| settings(record))?;
    let site = Site {
        place,
        inside,
        target,
        host: ctx.host_door()?,
        far: None,
    };
    roll_back(ctx, Some(site), record).map(drop)
}

/// Frees a taken address if a netpipe on this host crashed while it held it; whether
/// it did. A target somebody works on right now is left alone.
///
/// # Errors
/// If what is left behind cannot be removed.
pub fn free_abandoned(ctx: &Context, taken: &Taken) -> Result<bool> {
    let Some(owner) = taken
        .held
        .owner
        .as_ref()
        .filter(|owner| owner.host == ctx.host)
    else {
        return Ok(false);
    };
    let registry = ctx.registry()?;
    let Some(_lock) = ctx.try_lock_target(&owner.target)? else {
        return Ok(false);
    };
    match registry.attachment(owner)? {
        Some(record) if record.is_unsettled() => {
            standing::refuse_elsewhere(ctx, &record)?;
            // Whoever may still run is not settled as one that is gone.
            let Ok(standing) = standing::of(ctx, &record) else {
                return Ok(false);
            };
            settle(ctx, standing.place().as_deref(), &record)?;
            Ok(!registry.is_taken(&taken.network, taken.ip)?)
        }
        Some(_) => Ok(false),
        None => registry.free_orphan(&taken.network, taken.ip, owner),
    }
}

//! Taking tunnels away, and settling what a crash left of them. The caller holds the
//! tunnel's lock.

use super::{lock_bridge_of, with_leftover};
use crate::error::{Error, Kind, Result};
use crate::exec::{Executor, fault};
use crate::ops::Context;
use crate::plan::Step;
use crate::plan::tunnel::{self as plan, Have};
use crate::registry::tunnel::TunnelRecord;
use crate::resolve::underlay;
use crate::spec::IfName;

/// What became of an unfinished record.
#[derive(Debug)]
pub enum Settled {
    /// The kernel had all of it: it is active now.
    Completed(TunnelRecord),
    /// It is of an earlier boot, whose kernel forgot it, and stands for a repair to make.
    Kept(TunnelRecord),
    /// It is gone.
    RolledBack,
    /// It was being removed, and is now.
    Removed,
}

impl Settled {
    /// The active record that remains, if one does.
    pub fn remaining(self) -> Option<TunnelRecord> {
        match self {
            Self::Completed(record) | Self::Kept(record) => Some(record),
            Self::RolledBack | Self::Removed => None,
        }
    }
}

impl std::fmt::Display for Settled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Completed(_) => "completed",
            Self::Kept(_) => "kept from an earlier boot; to make it: netpipe check --repair",
            Self::RolledBack => "rolled back",
            Self::Removed => "removed, as was begun",
        })
    }
}

/// Refuses a record whose link is in another host namespace: from here it looks as if it
/// were gone.
///
/// # Errors
/// Failed, with what to do.
pub fn refuse_elsewhere(ctx: &Context, record: &TunnelRecord) -> Result<()> {
    if !record.is_elsewhere(ctx.boot_id()?, ctx.host_cookie) {
        return Ok(());
    }
    Err(Error::failed(format!(
        "tunnel `{}` was made in another host network namespace",
        record.name
    ))
    .hint("run netpipe there, or give another --state-dir here"))
}

/// The tunnel of that name, settled; none if there is none, or none is left.
///
/// # Errors
/// As [`settle`].
pub fn known(ctx: &Context, name: &IfName) -> Result<Option<TunnelRecord>> {
    let Some(record) = ctx.registry()?.tunnel(name)? else {
        return Ok(None);
    };
    refuse_elsewhere(ctx, &record)?;
    match record.is_unsettled() {
        false => Ok(Some(record)),
        true => Ok(settle(ctx, &record)?.remaining()),
    }
}

/// The record as it has to be before its link is made anew, written: of this boot, with the
/// MTU that the bridge has now and is to get back.
///
/// # Errors
/// If the store fails.
pub fn renewed(ctx: &Context, record: &TunnelRecord, have: &Have) -> Result<TunnelRecord> {
    let lowered = plan::lowered(have.bridge.as_ref(), record.mtu);
    // A bridge of an earlier boot is not the one of now.
    let same_boot = record.boot_id == ctx.boot_id()?;
    let noted = record.bridge_mtu.filter(|_| same_boot);
    let after = TunnelRecord {
        boot_id: ctx.boot_id()?.to_owned(),
        host_cookie: ctx.host_cookie,
        bridge_mtu: noted.or(lowered),
        ..record.clone()
    };
    if after != *record {
        ctx.registry()?.put_tunnel(Some(record), &after)?;
    }
    Ok(after)
}

/// Completes a pending tunnel if the kernel has all of it, else rolls it back; completes a
/// removal that has begun.
///
/// # Errors
/// If what is left behind cannot be removed.
pub fn settle(ctx: &Context, record: &TunnelRecord) -> Result<Settled> {
    if record.removing {
        return remove(ctx, record).map(|()| Settled::Removed);
    }
    if record.boot_id != ctx.boot_id()? {
        // Success may have been reported, so it stands.
        let active = ctx.registry()?.activate_tunnel(record)?;
        return Ok(Settled::Kept(active));
    }
    let have = match underlay::have(&mut ctx.host_door()?, record) {
        // The name is another link's by now, so the one that was made is gone.
        Err(error) if error.kind() == Kind::Conflict => None,
        have => Some(have?),
    };
    if have.is_some_and(|have| plan::steps(record, &have).is_empty()) {
        let active = ctx.registry()?.activate_tunnel(record)?;
        return Ok(Settled::Completed(active));
    }
    let _bridge = lock_bridge_of(ctx, record.bridge.as_ref())?;
    take_down(ctx, record)?;
    ctx.registry()?.forget_tunnel(record)?;
    Ok(Settled::RolledBack)
}

/// Removes a tunnel with its record. There is no way back: once the record says so, whoever
/// meets it finishes this.
///
/// # Errors
/// What could not be removed; the record stays then.
pub fn remove(ctx: &Context, record: &TunnelRecord) -> Result<()> {
    let registry = ctx.registry()?;
    let _bridge = lock_bridge_of(ctx, record.bridge.as_ref())?;
    let removing = TunnelRecord {
        removing: true,
        ..record.clone()
    };
    if !record.removing {
        registry.put_tunnel(Some(record), &removing)?;
    }
    fault::point("the mark of the removal")?;
    take_down(ctx, &removing)?;
    registry.forget_tunnel(&removing)
}

/// The steps that remove a tunnel.
///
/// # Errors
/// If store or kernel does not answer.
pub fn teardown_steps(ctx: &Context, record: &TunnelRecord) -> Result<Vec<Step>> {
    // A bridge that others have ports in stays anyway; one that attachments are recorded for
    // is theirs to take away.
    let used = match &record.bridge {
        Some(name) => ctx.registry()?.link_is_used_anywhere(name)?,
        None => false,
    };
    Ok(plan::teardown(record, used))
}

fn take_down(ctx: &Context, record: &TunnelRecord) -> Result<()> {
    let mut door = ctx.host_door()?;
    let steps = teardown_steps(ctx, record)?;
    let mut failed = Executor::new(&mut door, None, &ctx.interrupt).run_all(&steps);
    match failed.len() {
        0 => Ok(()),
        _ => {
            let (_, error) = failed.remove(0);
            Err(with_leftover(error, failed, Ok(())))
        }
    }
}

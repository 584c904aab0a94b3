//! Reserve, run the steps, commit; or take everything back.

use super::{holder, with_leftover};
use crate::error::Result;
use crate::exec::{Executor, fault};
use crate::ops::Context;
use crate::plan::Step;
use crate::registry::tunnel::TunnelRecord;
use crate::sys::netlink::Door;

/// Writes the pending record, runs the steps, and marks it done. Gives the active record.
/// The caller holds the locks of the tunnel and its bridge.
///
/// # Errors
/// What failed; everything has been undone then, unless the error says so.
pub fn install(
    ctx: &Context,
    door: &mut Door,
    steps: &[Step],
    pending: &TunnelRecord,
) -> Result<TunnelRecord> {
    let registry = ctx.registry()?;
    ctx.interrupt.check()?;
    registry.put_tunnel(None, pending)?;
    let mut executor = Executor::new(door, None, &ctx.interrupt);
    let outcome = fault::point("the reservation")
        .and_then(|()| executor.run(steps))
        .and_then(|()| registry.activate_tunnel(pending))
        .and_then(|active| fault::point("the commit").map(|()| active));
    match outcome {
        Ok(active) => {
            executor.commit();
            Ok(active)
        }
        Err(error) => {
            let leftover = executor.roll_back();
            // The mark `active` may have been written before the failure.
            let now = registry.tunnel(&pending.name);
            let forgotten = now.and_then(|now| match now {
                Some(now) if leftover.is_empty() => registry.forget_tunnel(&now),
                // What could not be undone now, `gc` finds by the record.
                Some(now) => registry.put_tunnel(Some(&now), pending),
                None => Ok(()),
            });
            let error = holder::name(ctx, pending, error);
            Err(with_leftover(error, leftover, forgotten))
        }
    }
}

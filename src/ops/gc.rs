//! Removing what belongs to nobody any more: pending records of crashed commands,
//! attachments of containers, namespaces and boots that are gone, and what has no record.

use std::collections::HashSet;

use super::detach::{self, Whereabouts};
use super::standing::{self, Standing};
use super::{
    Context, compose, direct_route, orphans, ovs_orphans, phys, port, recover, tunnel, wire,
};
use crate::error::{Error, Kind, Result};
use crate::registry::record::AttachmentRecord;
use crate::spec::Target;

/// What a gc found and did.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What was removed or settled, a line each.
    pub done: Vec<String>,
    /// What could not be judged or removed.
    pub errors: Vec<Error>,
}

impl Outcome {
    pub(super) fn note(&mut self, what: String, outcome: Result<bool>) {
        match outcome {
            Ok(true) => self.done.push(what),
            Ok(false) => {}
            Err(error) => self.errors.push(error),
        }
    }
}

/// Goes through everything of this host. What cannot be judged stays.
///
/// # Errors
/// If the store does not answer, or a signal arrives.
pub fn gc(ctx: &Context, progress: impl Fn(usize, usize)) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let found = ctx.registry()?.attachments()?;
    let total = found.records.len();
    let mut mute = false;
    for (nth, record) in found.records.into_iter().enumerate() {
        ctx.interrupt.check()?;
        progress(nth, total);
        if mute && matches!(record.owner.target, Target::Container(_)) {
            continue;
        }
        let what = format!("{} {}", record.owner.target, record.owner.ifname);
        match one(ctx, &record) {
            Ok(Some(done)) => outcome.done.push(format!("{what}: {done}")),
            Ok(None) => {}
            Err(error) => {
                // An engine that hangs would hang once for every container.
                mute |= error.kind() == Kind::Unreachable;
                outcome.errors.push(error.while_doing(&what));
            }
        }
    }
    // What cannot be read cannot be judged: it stays, with all that is its.
    let mut unreadable = HashSet::new();
    for broken in found.broken {
        unreadable.extend(broken.owner);
        outcome.errors.push(broken.error);
    }
    port::gc(ctx, &mut outcome)?;
    direct_route::gc(ctx, &mut outcome)?;
    // Ports before bridges: a bridge with ports stays.
    tunnel::collect(ctx, &mut outcome)?;
    orphans::links(ctx, &mut outcome)?;
    ovs_orphans::collect(ctx, &mut outcome)?;
    orphans::rules(ctx, &mut outcome)?;
    orphans::addresses(ctx, &unreadable, &mut outcome)?;
    // What was in use by all that may be gone by now.
    compose::gc(ctx, &mut outcome)?;
    Ok(outcome)
}

/// Judges one record; says what was done about it.
fn one(ctx: &Context, seen: &AttachmentRecord) -> Result<Option<String>> {
    let _locks = ctx.lock_ends(seen)?;
    // Somebody may have worked on it while we waited.
    let Some(record) = ctx.registry()?.attachment(&seen.owner)? else {
        return Ok(None);
    };
    let place = match standing::of(ctx, &record)? {
        Standing::Here(place) => Some(place),
        Standing::Stopped => None,
        // A namespace without a container is just itself: another one in its place means
        // that it is gone.
        Standing::Renewed(_) | Standing::Gone(_) => {
            phys::await_home(ctx, &record)?;
            detach::record(ctx, Whereabouts::Gone, &record)?;
            return Ok(Some("released, the target is gone".into()));
        }
    };
    if wire::is_cut(ctx, &record)? {
        let whereabouts = place
            .as_deref()
            .map_or(Whereabouts::Gone, Whereabouts::Here);
        detach::record(ctx, whereabouts, &record)?;
        return Ok(Some("released, the target of its far end is gone".into()));
    }
    if !record.is_unsettled() {
        let home = place.is_none() && phys::rest(ctx, &record)?;
        return Ok(home.then(|| format!("`{}` is home, the target does not run", record.link)));
    }
    let settled = recover::settle(ctx, place.as_deref(), &record)?;
    Ok(Some(settled.to_string()))
}

//! What projects of Compose ask of netpipe as a provider: a bridge, a network, a tunnel and
//! addresses that are set aside, made by `up` and removed by `down`.
//!
//! Services may share a bridge, a network or a tunnel. The record of each says what it uses
//! (a claim) and what was made for it. What was made goes with the last service that uses it:
//! a service that leaves hands it on to another one. What others than services still use when
//! the last of them leaves, attachments above all, stays with the record, which is `leaving`
//! then; the detach of the last attachment, or `gc`, removes it.
//!
//! All of it happens under one lock of the host, so services that Compose brings up at the same
//! time see each other's records whole.

mod down;
mod facts;
mod up;

use super::Context;
use super::gc::Outcome;
use crate::error::{Error, Result};
use crate::exec::fault;
use crate::registry::compose::{AddressKey, ComposeRecord};
use crate::registry::keys;
use crate::registry::record::State;
use crate::spec::{ComposeName, Segment};
use crate::sys::lock::{self, Lock};
pub use down::Down;
pub use up::Up;

/// Makes what a service asks for, or what is missing of it.
///
/// # Errors
/// A conflict if something of it belongs to others, or if the service is up and asked for
/// something else; otherwise what failed, with nothing changed.
pub fn up(
    ctx: &Context,
    project: &ComposeName,
    service: &ComposeName,
    wanted: &Segment,
) -> Result<Up> {
    let doing = format!("cannot bring up `{project}/{service}`");
    let work = || {
        let _lock = take_lock(ctx)?;
        let known = known(ctx, project, service)?;
        up::up(ctx, known, (project, service), wanted)
    };
    work().map_err(|error: Error| error.while_doing(&doing))
}

/// Removes what was made for a service. What is in use stays until it is not.
///
/// # Errors
/// What could not be removed; the same command again goes on.
pub fn down(ctx: &Context, project: &ComposeName, service: &ComposeName) -> Result<Down> {
    let doing = format!("cannot take down `{project}/{service}`");
    let work = || {
        let _lock = take_lock(ctx)?;
        let Some(record) = known(ctx, project, service)? else {
            return Ok(Down::default());
        };
        // From here on there is no way back.
        ctx.interrupt.check()?;
        let leaving = leaving(ctx, &record)?;
        down::down(&ctx.deaf()?, &leaving)
    };
    work().map_err(|error: Error| error.while_doing(&doing))
}

/// The record of a service, if there is one.
///
/// # Errors
/// If it cannot be read.
pub fn find(
    ctx: &Context,
    project: &ComposeName,
    service: &ComposeName,
) -> Result<Option<ComposeRecord>> {
    let key = keys::compose_service(&ctx.host, project, service);
    ctx.registry()?.single(&key)
}

/// The addresses that are set aside for a service.
///
/// # Errors
/// If the store does not answer.
pub fn reserved(ctx: &Context, record: &ComposeRecord) -> Result<Vec<AddressKey>> {
    let Some(claim) = &record.network else {
        return Ok(Vec::new());
    };
    let all = ctx.registry()?.set_aside_for(record, &claim.name)?;
    let key = |(ip, _): &(std::net::IpAddr, _)| AddressKey::new(&claim.name, *ip);
    Ok(all.iter().map(key).collect())
}

/// What projects have on this host. Of records that cannot be read it warns.
///
/// # Errors
/// If the store does not answer.
pub fn list(ctx: &Context) -> Result<Vec<ComposeRecord>> {
    let mut all = Vec::new();
    for record in ctx.registry()?.each_compose()? {
        match record {
            Ok(record) => all.push(record),
            Err(error) => ctx.warn(error.to_string()),
        }
    }
    Ok(all)
}

/// Removes what projects that are down left because it was in use; for who has just ended
/// such a use.
///
/// # Errors
/// If something could not be removed.
pub(super) fn settle(ctx: &Context) -> Result<()> {
    let any = |ctx: &Context| -> Result<bool> {
        let all = ctx.registry()?.each_compose()?;
        Ok(all.iter().flatten().any(|record| record.leaving))
    };
    if !any(ctx)? {
        return Ok(());
    }
    let ctx = &ctx.deaf()?;
    let _lock = take_lock(ctx)?;
    for record in ctx.registry()?.each_compose()?.into_iter().flatten() {
        if record.leaving && !is_elsewhere(ctx, &record)? {
            down::down(ctx, &record)?;
        }
    }
    Ok(())
}

/// Removes what commands that were killed and projects that are down left behind.
///
/// # Errors
/// If the store does not answer.
pub(super) fn gc(ctx: &Context, outcome: &mut Outcome) -> Result<()> {
    if ctx.registry()?.each_compose()?.is_empty() {
        return Ok(());
    }
    let _lock = take_lock(ctx)?;
    for record in ctx.registry()?.each_compose()? {
        ctx.interrupt.check()?;
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                outcome.errors.push(error);
                continue;
            }
        };
        let unfinished = record.leaving || record.state == State::Pending;
        if !unfinished || is_elsewhere(ctx, &record)? {
            continue;
        }
        let what = format!("compose {}: removed, it is down", record.name());
        let work = || {
            let left = leaving(ctx, &record)?;
            Ok(down::down(&ctx.deaf()?, &left)?.stays.is_empty())
        };
        outcome.note(what, work());
    }
    Ok(())
}

fn take_lock(ctx: &Context) -> Result<Lock> {
    lock::take(&ctx.state_dir, "compose", "all", &ctx.interrupt)
}

/// The record of a service, unless it is another host's namespace's.
fn known(
    ctx: &Context,
    project: &ComposeName,
    service: &ComposeName,
) -> Result<Option<ComposeRecord>> {
    match find(ctx, project, service)? {
        Some(record) if is_elsewhere(ctx, &record)? => Err(Error::conflict(
            "it is up in another network namespace of this host",
        )
        .hint("take it down from there: `docker compose down`")),
        known => Ok(known),
    }
}

/// Whether it was made in another namespace than the host's one, of this very boot.
fn is_elsewhere(ctx: &Context, record: &ComposeRecord) -> Result<bool> {
    let known = record.host_cookie != 0 && ctx.host_cookie != 0;
    Ok(known && record.boot_id == ctx.boot_id()? && record.host_cookie != ctx.host_cookie)
}

/// The record, marked as leaving.
fn leaving(ctx: &Context, record: &ComposeRecord) -> Result<ComposeRecord> {
    if record.leaving {
        return Ok(record.clone());
    }
    let mut after = record.clone();
    after.leaving = true;
    ctx.registry()?.swap(record, &after)?;
    fault::point("the mark of the removal")?;
    Ok(after)
}

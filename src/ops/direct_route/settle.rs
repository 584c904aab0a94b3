//! Routes that a crash left half made or half removed, or that something else changed.

use super::{Facts, Request, anew, make, of, unmake};
use crate::error::{Error, Kind, Result};
use crate::exec::{Executor, fault};
use crate::ops::Context;
use crate::ops::gc::Outcome;
use crate::ops::install::run_or_undo;
use crate::registry::direct_route::DirectRouteRecord;
use crate::registry::keys;
use crate::sys::netlink::Door;

/// What became of a record that was settled: words for it, if anything was done, and the
/// record if it stays.
pub type Settled = (Option<&'static str>, Option<DirectRouteRecord>);

/// What became of one that was not completed.
const ROLLED_BACK: &str = "rolled back";

/// The same, to who asked for a repair.
const NOT_FINISHED: &str = "the command that made it did not finish, so it was rolled back";

/// Settles a record of which the lock is held. One that is to be made anew after a boot is
/// none that the kernel has, and still is recorded, also if that was begun and is rolled back.
///
/// # Errors
/// If store or kernel refuse; it is left for another time then.
pub fn settle(ctx: &Context, door: &mut Door, record: &DirectRouteRecord) -> Result<Settled> {
    let registry = ctx.registry()?;
    let boot = ctx.boot_id()?;
    if record.is_elsewhere(boot, ctx.host_cookie) {
        return Err(
            Error::failed("it was made in another network namespace of this boot")
                .hint("run netpipe there"),
        );
    }
    if record.leaving {
        leave(ctx, door, record)?;
        return Ok((Some("removed"), None));
    }
    if record.boot_id != boot {
        // The kernel forgot all of it. What is done is to be made anew.
        if record.is_active() {
            return Ok((None, None));
        }
        registry.restore(record, record.of_earlier_boot().as_ref())?;
        return Ok((Some("forgotten, it is of an earlier boot"), None));
    }
    if record.is_active() {
        return Ok((None, Some(record.clone())));
    }
    if make(record, &Facts::read(door)?).is_ok_and(|steps| steps.is_empty()) {
        let active = record.done();
        registry.swap(record, &active)?;
        return Ok((Some("completed"), Some(active)));
    }
    finish(ctx, door, record)?;
    Ok((Some(ROLLED_BACK), None))
}

/// Removes everything, having said so in the record.
///
/// # Errors
/// If a step failed: the record stays, and the same again goes on.
pub fn leave(ctx: &Context, door: &mut Door, record: &DirectRouteRecord) -> Result<()> {
    if record.is_elsewhere(ctx.boot_id()?, ctx.host_cookie) {
        return Err(
            Error::failed("it was made in another network namespace of this boot")
                .hint("run netpipe there"),
        );
    }
    let leaving = DirectRouteRecord {
        leaving: true,
        ..record.clone()
    };
    if !record.leaving {
        ctx.registry()?.swap(record, &leaving)?;
    }
    fault::point("the reservation")?;
    finish(ctx, door, &leaving)
}

fn finish(ctx: &Context, door: &mut Door, record: &DirectRouteRecord) -> Result<()> {
    let steps = match record.boot_id == ctx.boot_id()? {
        true => unmake(ctx, record, &Facts::read(door)?)?,
        false => Vec::new(),
    };
    let failed = Executor::new(door, None, &ctx.interrupt).run_all(&steps);
    let mut failed = failed.into_iter();
    if let Some((_, first)) = failed.next() {
        let first = first.hint("what is left is tried again by the same command, or `netpipe gc`");
        return Err(failed.fold(first, |error, (step, why)| {
            error.hint(format!("`{}` failed too: {why}", step.command("")))
        }));
    }
    let earlier = record.of_earlier_boot();
    ctx.registry()?.restore(record, earlier.as_ref())?;
    fault::point("the commit")
}

/// Settles what crashes left of this host's routes.
///
/// # Errors
/// If the store does not answer, or a signal arrives.
pub fn gc(ctx: &Context, outcome: &mut Outcome) -> Result<()> {
    let registry = ctx.registry()?;
    for record in registry.singles::<DirectRouteRecord>(&keys::direct_routes(&ctx.host))? {
        ctx.interrupt.check()?;
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                outcome.errors.push(error);
                continue;
            }
        };
        let what = format!("direct route {}", record.subnet);
        let collect = || {
            let _lock = ctx.lock_routes()?;
            // Somebody may have worked on it while we waited.
            match of(ctx, record.subnet)? {
                // What is to be is made anew after a boot: `check --repair`.
                Some(now) if now.is_active() => Ok(None),
                Some(now) => Ok(settle(ctx, &mut ctx.host_door()?, &now)?.0),
                None => Ok(None),
            }
        };
        match collect() {
            Ok(Some(done)) => outcome.done.push(format!("{what}: {done}")),
            Ok(None) => {}
            Err(error) => {
                let error: Error = error;
                outcome.errors.push(error.while_doing(&what));
            }
        }
    }
    Ok(())
}

/// What a check found of one route.
#[derive(Debug)]
pub struct Look {
    /// The record.
    pub record: DirectRouteRecord,
    /// Where the kernel differs from it.
    pub drift: Vec<String>,
    /// What became of the repair, if one was asked for.
    pub repair: Option<Result<()>>,
}

/// Compares the routes of this host with the kernel and, if asked, puts them right. Of
/// records that cannot be read it gives the error.
///
/// # Errors
/// If the store does not answer, or a signal arrives.
pub fn check(ctx: &Context, fix: bool) -> Result<Vec<Result<Look>>> {
    let registry = ctx.registry()?;
    let mut all = Vec::new();
    for record in registry.singles::<DirectRouteRecord>(&keys::direct_routes(&ctx.host))? {
        ctx.interrupt.check()?;
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                all.push(Err(error));
                continue;
            }
        };
        let drift = drift(ctx, &record)?;
        let repair = (fix && !drift.is_empty()).then(|| repair(ctx, &record));
        if let Some(Err(error)) = &repair
            && let Kind::Interrupted(signal) = error.kind()
        {
            return Err(Error::interrupted(signal));
        }
        all.push(Ok(Look {
            record,
            drift,
            repair,
        }));
    }
    Ok(all)
}

fn drift(ctx: &Context, record: &DirectRouteRecord) -> Result<Vec<String>> {
    let boot = ctx.boot_id()?;
    if record.is_elsewhere(boot, ctx.host_cookie) {
        return Ok(vec!["it was made in another network namespace".into()]);
    }
    if record.boot_id != boot {
        return Ok(vec!["it is of an earlier boot".into()]);
    }
    if !record.is_active() {
        return Ok(vec!["a command that worked on it did not finish".into()]);
    }
    match make(record, &Facts::read(&mut ctx.host_door()?)?) {
        Err(error) => Ok(vec![error.to_string()]),
        Ok(steps) => Ok(steps
            .iter()
            .map(|step| format!("not so: {}", step.command("")))
            .collect()),
    }
}

fn repair(ctx: &Context, seen: &DirectRouteRecord) -> Result<()> {
    let _lock = ctx.lock_routes()?;
    let mut door = ctx.host_door()?;
    let Some(mut record) = of(ctx, seen.subnet)? else {
        return Err(Error::failed("it was removed meanwhile"));
    };
    let boot = ctx.boot_id()?;
    if record.boot_id == boot || record.leaving {
        let done = settle(ctx, &mut door, &record)?.0;
        record = match (of(ctx, seen.subnet)?, done) {
            (Some(record), _) => record,
            (None, Some(ROLLED_BACK)) => return Err(Error::failed(NOT_FINISHED)),
            (None, _) => return Ok(()),
        };
    }
    if record.boot_id != boot {
        let request = Request {
            subnet: record.subnet,
            via: record.via,
            metric: record.metric,
            dev: record.pinned.then(|| record.dev.clone()),
            firewall: record.firewall,
        };
        return anew(ctx, &mut door, &request, Some(&record)).map(drop);
    }
    let steps = make(&record, &Facts::read(&mut door)?)?;
    run_or_undo(ctx, &mut door, &steps)
}

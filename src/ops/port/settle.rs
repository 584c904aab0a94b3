//! Ports that a crash left half made or half given back, or that something else changed.

use super::{Request, facts, is_there, make, of, return_steps, steps};
use crate::error::{Error, Kind, Result};
use crate::exec::{Executor, fault};
use crate::ops::Context;
use crate::ops::gc::Outcome;
use crate::ops::install::run_or_undo;
use crate::plan::port::join;
use crate::registry::keys;
use crate::registry::port::PortRecord;
use crate::sys::netlink::Door;

/// What became of a record that was settled: words for it, if anything was done, and the
/// record if it stays.
pub type Settled = (Option<&'static str>, Option<PortRecord>);

/// What became of one that was not completed.
const ROLLED_BACK: &str = "rolled back";

/// The same, to who asked for a repair.
const NOT_FINISHED: &str = "the command that made it did not finish, so it was rolled back";

/// Settles a record of which the locks are held. One that is to be made anew after a boot is
/// none that the kernel has, and still is recorded, also if that was begun and is rolled back.
///
/// # Errors
/// If store or kernel refuse; it is left for another time then.
pub fn settle(ctx: &Context, door: &mut Door, record: &PortRecord) -> Result<Settled> {
    let registry = ctx.registry()?;
    let boot = ctx.boot_id()?;
    refuse_elsewhere(ctx, record)?;
    if record.boot_id != boot {
        // The kernel forgot all of it. What is done is to be made anew.
        if record.is_active() {
            return Ok((None, None));
        }
        registry.restore(record, record.of_earlier_boot().as_ref())?;
        return Ok((Some("forgotten, it is of an earlier boot"), None));
    }
    if record.leaving {
        leave(ctx, door, record)?;
        return Ok((Some("given back"), None));
    }
    if record.is_active() {
        return Ok((None, Some(record.clone())));
    }
    let facts = facts::read(ctx, door, &record.bridge, &record.nic)?;
    if join(record, &facts, None).is_empty() {
        let active = record.done();
        registry.swap(record, &active)?;
        return Ok((Some("completed"), Some(active)));
    }
    finish(ctx, door, record, !record.was_port)?;
    Ok((Some(ROLLED_BACK), None))
}

/// Refuses a record whose links are in another namespace: they cannot be seen from here.
fn refuse_elsewhere(ctx: &Context, record: &PortRecord) -> Result<()> {
    match record.is_elsewhere(ctx.boot_id()?, ctx.host_cookie) {
        false => Ok(()),
        true => Err(
            Error::failed("it was made in another network namespace of this boot")
                .hint("run netpipe there"),
        ),
    }
}

/// Gives everything back, having said so in the record. What an earlier boot had of it is
/// gone with that boot, and what is there now is somebody else's doing.
///
/// # Errors
/// If a step failed: the record stays, and the same again goes on.
pub fn leave(ctx: &Context, door: &mut Door, record: &PortRecord) -> Result<()> {
    refuse_elsewhere(ctx, record)?;
    if record.boot_id != ctx.boot_id()? {
        ctx.registry()?.forget(record)?;
        return fault::point("the commit");
    }
    let leaving = PortRecord {
        leaving: true,
        ..record.clone()
    };
    if !record.leaving {
        ctx.registry()?.swap(record, &leaving)?;
    }
    fault::point("the reservation")?;
    finish(ctx, door, &leaving, true)
}

fn finish(ctx: &Context, door: &mut Door, record: &PortRecord, out: bool) -> Result<()> {
    let facts = facts::read(ctx, door, &record.bridge, &record.nic)?;
    let steps = return_steps(record, &facts, out);
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

/// Settles what crashes left of this host's ports, and gives back what those had whose
/// bridge or interface is gone.
///
/// # Errors
/// If the store does not answer, or a signal arrives.
pub fn gc(ctx: &Context, outcome: &mut Outcome) -> Result<()> {
    for record in ctx
        .registry()?
        .singles::<PortRecord>(&keys::ports(&ctx.host))?
    {
        ctx.interrupt.check()?;
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                outcome.errors.push(error);
                continue;
            }
        };
        let what = format!("port {} of {}", record.nic, record.bridge);
        match collect(ctx, &record) {
            Ok(Some(done)) => outcome.done.push(format!("{what}: {done}")),
            Ok(None) => {}
            Err(error) => outcome.errors.push(error.while_doing(&what)),
        }
    }
    Ok(())
}

fn collect(ctx: &Context, seen: &PortRecord) -> Result<Option<&'static str>> {
    let _lock = ctx.lock_bridges(&[&seen.bridge, &seen.nic])?;
    // Somebody may have worked on it while we waited.
    let Some(record) = of(ctx, &seen.bridge, &seen.nic)? else {
        return Ok(None);
    };
    let mut door = ctx.host_door()?;
    let (done, stays) = settle(ctx, &mut door, &record)?;
    let Some(record) = stays else {
        return Ok(done);
    };
    let gone = match (
        is_there(&mut door, &record.bridge)?,
        is_there(&mut door, &record.nic)?,
    ) {
        (true, true) => return Ok(done),
        // It may be there under another name, or come back: the host keeps its addresses
        // until somebody says that it should not.
        (true, false) if record.moved.is_some() => return Ok(done),
        (false, _) => "given back, the bridge is gone",
        (true, false) => "released, the interface is gone",
    };
    leave(ctx, &mut door, &record)?;
    Ok(Some(gone))
}

/// What a check found of one port.
#[derive(Debug)]
pub struct Look {
    /// The record.
    pub record: PortRecord,
    /// Where the kernel differs from it.
    pub drift: Vec<String>,
    /// What became of the repair, if one was asked for.
    pub repair: Option<Result<()>>,
}

/// Compares the ports of this host with the kernel and, if asked, puts them right. Of
/// records that cannot be read it gives the error.
///
/// # Errors
/// If the store does not answer, or a signal arrives.
pub fn check(ctx: &Context, fix: bool) -> Result<Vec<Result<Look>>> {
    let mut all = Vec::new();
    for record in ctx
        .registry()?
        .singles::<PortRecord>(&keys::ports(&ctx.host))?
    {
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

fn drift(ctx: &Context, record: &PortRecord) -> Result<Vec<String>> {
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
    let mut door = ctx.host_door()?;
    let facts = facts::read(ctx, &mut door, &record.bridge, &record.nic)?;
    let gone = [(&facts.bridge, &record.bridge), (&facts.nic, &record.nic)];
    let gone = gone.iter().filter(|(link, _)| link.is_none());
    let gone: Vec<_> = gone.map(|(_, name)| format!("`{name}` is gone")).collect();
    if !gone.is_empty() {
        return Ok(gone);
    }
    let steps = join(record, &facts, None);
    Ok(steps
        .iter()
        .map(|step| format!("not so: {}", step.command("")))
        .collect())
}

fn repair(ctx: &Context, seen: &PortRecord) -> Result<()> {
    let _lock = ctx.lock_bridges(&[&seen.bridge, &seen.nic])?;
    let mut door = ctx.host_door()?;
    let now = || of(ctx, &seen.bridge, &seen.nic);
    let Some(mut record) = now()? else {
        return Err(Error::failed("it was taken out meanwhile"));
    };
    let boot = ctx.boot_id()?;
    if record.boot_id == boot || record.leaving {
        let done = settle(ctx, &mut door, &record)?.0;
        record = match (now()?, done) {
            (Some(record), _) => record,
            (None, Some(ROLLED_BACK)) => return Err(Error::failed(NOT_FINISHED)),
            (None, _) => return Ok(()),
        };
    }
    if record.boot_id != boot {
        let request = Request {
            bridge: record.bridge.clone(),
            nic: record.nic.clone(),
            take: record.moved.is_some(),
            confirm: None,
        };
        return make(ctx, &mut door, &request, Some(&record)).map(drop);
    }
    for name in [&record.bridge, &record.nic] {
        if !is_there(&mut door, name)? {
            return Err(Error::failed(format!("`{name}` is gone"))
                .hint("`netpipe gc` gives back what can be"));
        }
    }
    let facts = facts::read(ctx, &mut door, &record.bridge, &record.nic)?;
    match join(&record, &facts, None).is_empty() {
        true => Ok(()),
        false => run_or_undo(ctx, &mut door, &steps(&record, &facts, None)),
    }
}

//! Tunnels in `check --repair` and `gc`.

use super::{holder, lock_bridge_of, settle};
use crate::error::{Context as _, Error, Kind, Result};
use crate::exec::Executor;
use crate::ops::Context;
use crate::ops::gc::Outcome;
use crate::ops::install::run_or_undo;
use crate::ops::ovs_tunnel::{self, TunnelPort};
use crate::plan::tunnel::{self as plan, Have};
use crate::plan::{Step, TunnelStep, VlanStep};
use crate::registry::tunnel::TunnelRecord;
use crate::resolve::underlay;
use crate::spec::{IfName, TunnelKind};
use crate::sys::tunnel;

/// One tunnel looked at.
#[derive(Debug)]
pub struct Checked {
    /// Its name.
    pub name: String,
    /// Its kind, if that is known.
    pub kind: Option<TunnelKind>,
    /// How far its record has come; a switch keeps none.
    pub state: Option<&'static str>,
    /// Where the kernel differs from it, a line each.
    pub drift: Vec<String>,
    /// What became of the repair, if one was asked for and needed.
    pub repair: Option<Result<()>>,
}

/// Checks all tunnels of this host and, if asked, puts them right. Beside them, why an Open
/// vSwitch that is there cannot be asked for its own: nobody can say that these are as they
/// should be.
///
/// # Errors
/// If the store does not answer, or a signal arrives.
pub fn check(ctx: &Context, fix: bool) -> Result<(Vec<Checked>, Option<Error>)> {
    let mut all = Vec::new();
    for record in ctx.registry()?.each_tunnel()? {
        ctx.interrupt.check()?;
        all.push(match record {
            Ok(record) => one(ctx, &record, fix)?,
            Err((name, error)) => Checked {
                name,
                kind: None,
                state: None,
                drift: vec![error.to_string()],
                repair: fix.then_some(Err(error)),
            },
        });
    }
    match ovs_tunnel::list(ctx) {
        Ok(ports) => all.extend(ports.into_iter().filter_map(|port| of_switch(port, fix))),
        Err(error) if matches!(error.kind(), Kind::Interrupted(_)) => return Err(error),
        Err(error) => return Ok((all, Some(error))),
    }
    Ok((all, None))
}

/// A tunnel of Open vSwitch, whose database is all the record there is: what the switch says
/// is wrong with it is for somebody else to mend.
fn of_switch(port: TunnelPort, fix: bool) -> Option<Checked> {
    if !port.owned {
        return None;
    }
    let drift = port.error.map(|error| format!("Open vSwitch: {error}"));
    let drift: Vec<_> = drift.into_iter().collect();
    let refused = |why: &String| {
        let hint = format!("make it anew: netpipe tunnel del {}", port.name);
        Err(Error::failed(why.clone()).hint(hint))
    };
    Some(Checked {
        repair: drift.first().filter(|_| fix).map(refused),
        name: port.name,
        kind: Some(port.wire.kind),
        state: None,
        drift,
    })
}

fn one(ctx: &Context, record: &TunnelRecord, fix: bool) -> Result<Checked> {
    let drift = match look(ctx, record) {
        Err(error) if matches!(error.kind(), Kind::Interrupted(_)) => return Err(error),
        Err(error) => vec![error.to_string()],
        Ok(drift) => drift,
    };
    let mut checked = Checked {
        name: record.name.to_string(),
        kind: Some(record.wire.kind),
        state: Some(record.state_word()),
        drift,
        repair: None,
    };
    if fix && (record.is_unsettled() || !checked.drift.is_empty()) {
        checked.repair = match repair(ctx, &record.name) {
            Err(error) if matches!(error.kind(), Kind::Interrupted(_)) => return Err(error),
            repaired => Some(repaired),
        };
    }
    Ok(checked)
}

fn look(ctx: &Context, record: &TunnelRecord) -> Result<Vec<String>> {
    settle::refuse_elsewhere(ctx, record)?;
    let have = underlay::have(&mut ctx.host_door()?, record)?;
    Ok(drift(record, &have))
}

/// Where the kernel differs from the record: what the steps would mend, in words.
fn drift(record: &TunnelRecord, have: &Have) -> Vec<String> {
    let name = &record.name;
    if have.tunnel.is_none() {
        return vec![format!("the link `{name}` is missing")];
    }
    if !plan::is_as_recorded(record, have) {
        return vec![format!(
            "the link `{name}` leads elsewhere than is recorded"
        )];
    }
    plan::steps(record, have).iter().map(words).collect()
}

fn words(step: &Step) -> String {
    match step {
        Step::AddBridge { name, .. } => format!("bridge `{name}` is missing"),
        Step::SetMaster {
            name,
            master: Some(master),
            ..
        } => format!("`{name}` is no port of `{master}`"),
        Step::SetMtu { mtu, before, .. } => format!("its MTU is {before}, not {mtu}"),
        Step::SetUp { name, .. } => format!("`{name}` is down"),
        Step::AddAddress { ip, .. } => format!("address {ip} is missing"),
        Step::Vlan(VlanStep::SetFiltering { bridge, .. }) => {
            format!("bridge `{bridge}` does not tell VLANs apart")
        }
        Step::Vlan(VlanStep::SetPortVlans { port, wanted, .. }) => {
            format!("port `{port}` is not in VLAN {} alone", wanted.untagged)
        }
        Step::Tunnel(TunnelStep::Mark { name, .. }) => format!("`{name}` has lost its mark"),
        Step::Tunnel(TunnelStep::BridgeMtu {
            bridge,
            mtu,
            before,
            ..
        }) => format!("the MTU of bridge `{bridge}` is {before}, the tunnel's {mtu}"),
        Step::Tunnel(TunnelStep::AddRoute { to, .. }) => format!("the route to {to} is missing"),
        Step::Tunnel(TunnelStep::AddPeer { host, .. }) => format!("peer {host} is missing"),
        other => format!("`{}` was not done", other.command("")),
    }
}

fn repair(ctx: &Context, name: &IfName) -> Result<()> {
    let _lock = ctx.lock_tunnel(name)?;
    // Under the lock the record may be another one than before.
    let Some(seen) = ctx.registry()?.tunnel(name)? else {
        return Err(Error::failed("it was removed meanwhile"));
    };
    let Some(record) = settle::known(ctx, name)? else {
        // A removal that was begun is finished now.
        return match seen.removing {
            true => Ok(()),
            false => Err(Error::failed(
                "the command that made it did not finish, so it was rolled back",
            )),
        };
    };
    let _bridge = lock_bridge_of(ctx, record.bridge.as_ref())?;
    let mut door = ctx.host_door()?;
    let have = underlay::have(&mut door, &record)?;
    let record = settle::renewed(ctx, &record, &have)?;
    let steps = plan::steps(&record, &have);
    run_or_undo(ctx, &mut door, &steps).map_err(|error| holder::name(ctx, &record, error))
}

/// Settles what crashes left of tunnels, and removes those that are marked as netpipe's and
/// have no record.
///
/// # Errors
/// If store or kernel does not answer, or a signal arrives.
pub fn collect(ctx: &Context, outcome: &mut Outcome) -> Result<()> {
    let mut unreadable = Vec::new();
    for record in ctx.registry()?.each_tunnel()? {
        ctx.interrupt.check()?;
        match record {
            Ok(record) => match settle_one(ctx, &record) {
                Ok(Some(done)) => outcome.done.push(format!("tunnel {}: {done}", record.name)),
                Ok(None) => {}
                Err(error) => {
                    let what = format!("tunnel {}", record.name);
                    outcome.errors.push(error.while_doing(&what));
                }
            },
            // What cannot be read cannot be judged: it stays, with its link.
            Err((name, error)) => {
                unreadable.push(name);
                outcome.errors.push(error);
            }
        }
    }
    let found = tunnel::list(&mut ctx.host_door()?);
    for found in found.or_failed(|| "cannot list tunnels".into())? {
        ctx.interrupt.check()?;
        let name = &found.link.name;
        if !unreadable.contains(name) && holder::is_unrecorded(ctx, &found)? {
            let removed = name.parse().and_then(|name| remove_unrecorded(ctx, &name));
            outcome.note(format!("link {name}: removed, no record names it"), removed);
        }
    }
    Ok(())
}

fn settle_one(ctx: &Context, seen: &TunnelRecord) -> Result<Option<String>> {
    settle::refuse_elsewhere(ctx, seen)?;
    if !seen.is_unsettled() {
        return Ok(None);
    }
    let _lock = ctx.lock_tunnel(&seen.name)?;
    match ctx.registry()?.tunnel(&seen.name)? {
        Some(record) if record.is_unsettled() => {
            Ok(Some(settle::settle(ctx, &record)?.to_string()))
        }
        _ => Ok(None),
    }
}

/// Deletes the link if it still has no record; whether it did.
fn remove_unrecorded(ctx: &Context, name: &IfName) -> Result<bool> {
    let _lock = ctx.lock_tunnel(name)?;
    let cannot = || format!("cannot look up the link `{name}`");
    let mut door = ctx.host_door()?;
    let Some(found) = tunnel::find(&mut door, name.as_str()).or_failed(cannot)? else {
        return Ok(false);
    };
    if !holder::is_unrecorded(ctx, &found)? {
        return Ok(false);
    }
    let step = Step::Tunnel(TunnelStep::Del {
        name: name.clone(),
        mark: found.link.alias,
        group: 0,
    });
    let failed = Executor::new(&mut door, None, &ctx.interrupt).run_all(&[step]);
    match failed.into_iter().next() {
        None => Ok(true),
        Some((_, error)) => Err(error),
    }
}

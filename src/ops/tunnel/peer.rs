//! The further hosts of a VXLAN tunnel: each gets what is for everybody.

use std::net::IpAddr;

use super::{lock_bridge_of, settle, with_leftover};
use crate::error::{Context as _, Error, Result};
use crate::exec::{Executor, fault};
use crate::ops::Context;
use crate::plan::{Step, TunnelStep};
use crate::registry::tunnel::TunnelRecord;
use crate::resolve::underlay;
use crate::spec::{IfName, TunnelKind, check_end};
use crate::sys::addr;
use crate::sys::netlink::Door;

/// The most peers of one tunnel: a frame for everybody is sent once to each.
const MOST: usize = 1024;

/// A host to which a tunnel sends what is for everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// The host.
    pub host: IpAddr,
    /// Whether it is the remote or group that the tunnel was made with.
    pub is_default: bool,
    /// Whether the kernel has it.
    pub is_there: bool,
}

/// Adds a host; whether it is new.
///
/// # Errors
/// A usage error if it can be none of this tunnel, not found if there is no such tunnel.
pub fn add(ctx: &Context, name: &IfName, host: IpAddr) -> Result<bool> {
    let doing = format!("cannot add the peer {host} to `{name}`");
    let add = || {
        check_end("the peer", host, "give another host's address")?;
        let _lock = ctx.lock_tunnel(name)?;
        let record = vxlan(ctx, name)?;
        let mut door = ctx.host_door()?;
        check(&mut door, &record, host)?;
        if record.wire.remote == Some(host) {
            return Ok(false);
        }
        let have = underlay::have(&mut door, &record)?;
        let mut after = record.clone();
        if !after.peers.contains(&host) {
            after.peers.push(host);
        }
        if after.peers.len() > MOST {
            return Err(
                Error::failed(format!("it has {MOST} peers already")).hint("use a multicast group")
            );
        }
        let name = name.clone();
        let step = Step::Tunnel(TunnelStep::AddPeer { name, host });
        // Of a link that is missing a repair makes all of it.
        let lacks = have.tunnel.is_some() && !have.peers.contains(&host);
        let steps: Vec<Step> = lacks.then_some(step).into_iter().collect();
        change(ctx, &mut door, &record, &after, &steps)?;
        Ok(after != record || !steps.is_empty())
    };
    add().map_err(|error: Error| error.while_doing(&doing))
}

/// Takes a host away; whether it was there.
///
/// # Errors
/// A conflict if the tunnel was made with it, not found if there is no such tunnel.
pub fn del(ctx: &Context, name: &IfName, host: IpAddr) -> Result<bool> {
    let doing = format!("cannot remove the peer {host} of `{name}`");
    let del = || {
        let _lock = ctx.lock_tunnel(name)?;
        let record = vxlan(ctx, name)?;
        if record.wire.remote == Some(host) {
            return Err(Error::conflict("the tunnel was made with it").hint(
                "make the tunnel anew with --local and without --remote to have peers only",
            ));
        }
        let mut door = ctx.host_door()?;
        let have = underlay::have(&mut door, &record)?;
        let mut after = record.clone();
        after.peers.retain(|known| *known != host);
        let name = name.clone();
        let step = Step::Tunnel(TunnelStep::DelPeer { name, host });
        let steps: Vec<Step> = have
            .peers
            .contains(&host)
            .then_some(step)
            .into_iter()
            .collect();
        change(ctx, &mut door, &record, &after, &steps)?;
        Ok(after != record || !steps.is_empty())
    };
    del().map_err(|error: Error| error.while_doing(&doing))
}

/// The hosts to which a tunnel sends what is for everybody.
///
/// # Errors
/// Not found if there is no such tunnel.
pub fn list(ctx: &Context, name: &IfName) -> Result<Vec<Peer>> {
    let record = ctx.registry()?.tunnel(name)?.ok_or_else(|| missing(name))?;
    refuse_others(&record)?;
    let have = underlay::have(&mut ctx.host_door()?, &record)?;
    let default = record.wire.remote;
    let known = default.into_iter().chain(record.peers.iter().copied());
    let mut all: Vec<IpAddr> = known.chain(have.peers.iter().copied()).collect();
    let mut seen = std::collections::HashSet::new();
    all.retain(|host| seen.insert(*host));
    Ok(all
        .into_iter()
        .map(|host| Peer {
            host,
            is_default: Some(host) == default,
            is_there: have.peers.contains(&host),
        })
        .collect())
}

fn missing(name: &IfName) -> Error {
    Error::not_found(format!("there is no tunnel `{name}` of netpipe's"))
        .hint("see `netpipe tunnel list`")
}

fn vxlan(ctx: &Context, name: &IfName) -> Result<TunnelRecord> {
    let record = settle::known(ctx, name)?.ok_or_else(|| missing(name))?;
    refuse_others(&record)?;
    Ok(record)
}

fn refuse_others(record: &TunnelRecord) -> Result<()> {
    match record.wire.kind {
        TunnelKind::Vxlan => Ok(()),
        kind => Err(Error::usage(format!(
            "`{}` is a {kind} tunnel, which has no peers",
            record.name
        ))
        .hint("it leads to its remote alone; only vxlan has peers")),
    }
}

fn check(door: &mut Door, record: &TunnelRecord, host: IpAddr) -> Result<()> {
    if host.is_ipv6() != record.wire.is_over_ipv6() {
        return Err(
            Error::usage("the tunnel's other ends are of another address family")
                .hint("give an address of that family"),
        );
    }
    let held = addr::list(door).or_failed(|| "cannot list the host's addresses".into())?;
    match held.iter().any(|held| held.ip.ip() == host) {
        true => {
            Err(Error::usage("it is an address of this host").hint("give another host's address"))
        }
        false => Ok(()),
    }
}

/// Writes the record, then runs the steps; if they fail, the record becomes what it was. A
/// crash between the two leaves what a repetition of the command or a repair mends.
fn change(
    ctx: &Context,
    door: &mut Door,
    before: &TunnelRecord,
    after: &TunnelRecord,
    steps: &[Step],
) -> Result<()> {
    let registry = ctx.registry()?;
    // Whoever removes another tunnel of the bridge may change this record as well.
    let _bridge = lock_bridge_of(ctx, before.bridge.as_ref())?;
    if before != after {
        registry.put_tunnel(Some(before), after)?;
    }
    let mut executor = Executor::new(door, None, &ctx.interrupt);
    let done = fault::point("the record").and_then(|()| executor.run(steps));
    let Err(error) = done else {
        executor.commit();
        return Ok(());
    };
    let leftover = executor.roll_back();
    let put_back = match before == after {
        true => Ok(()),
        false => registry.put_tunnel(Some(after), before),
    };
    Err(with_leftover(error, leftover, put_back))
}

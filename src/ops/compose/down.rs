//! Removing what was made for a service.

use super::facts::{self, is_its_own};
use crate::error::{Error, Kind, Result};
use crate::exec::fault;
use crate::ops::bridge::NewBridge;
use crate::ops::install::run_or_undo;
use crate::ops::{Context, bridge, network, ovs_bridge, tunnel as tunnels};
use crate::plan::{Side, Step};
use crate::registry::compose::{BridgeClaim, ComposeRecord, NetworkClaim, TunnelClaim};
use crate::registry::record::Owner;
use crate::spec::IfName;

/// What a `down` came to.
#[derive(Debug, Default)]
pub struct Down {
    /// What is gone, a line each.
    pub removed: Vec<String>,
    /// What is in use and goes later, a line each.
    pub stays: Vec<String>,
    /// The addresses that were left to the attachments that use them, a line each.
    pub left: Vec<String>,
}

impl Down {
    /// Notes what became of one thing. A conflict is somebody else who uses it.
    fn note(&mut self, what: String, outcome: Result<bool>) -> Result<bool> {
        match outcome {
            Ok(gone) => {
                if gone {
                    self.removed.push(what);
                }
                fault::point("a removal")?;
                Ok(true)
            }
            Err(error) if error.kind() == Kind::Conflict => {
                self.stays.push(error.to_string());
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}

/// Removes all that was made for a record and is not in use, and then the record, unless
/// something stays. The caller holds the lock.
///
/// # Errors
/// What could not be removed.
pub(super) fn down(ctx: &Context, record: &ComposeRecord) -> Result<Down> {
    let mut outcome = Down::default();
    let others = facts::others(ctx, record)?;
    hand_on(ctx, record, &others)?;
    let mut left = record.clone();
    addresses(ctx, record, &mut outcome)?;
    // A port before its bridge.
    if let Some(claim) = &record.tunnel
        && remove_tunnel(ctx, claim, &others, &mut outcome)?
    {
        left.tunnel = None;
    }
    if let Some(claim) = &record.network
        && remove_network(ctx, claim, &others, &mut outcome)?
    {
        left.network = None;
    }
    if let Some(claim) = &record.bridge
        && remove_bridge(ctx, (record, claim), &others, &mut outcome)?
    {
        left.bridge = None;
    }
    if outcome.stays.is_empty() {
        ctx.registry()?.forget(record)?;
        fault::point("the commit")?;
    } else if left != *record {
        ctx.registry()?.swap(record, &left)?;
    }
    Ok(outcome)
}

/// Whoever else uses what was made for this record has it from now on.
fn hand_on(ctx: &Context, record: &ComposeRecord, others: &[ComposeRecord]) -> Result<()> {
    for other in others {
        let mut heir = other.clone();
        if let (Some(mine), Some(its)) = (&record.bridge, &mut heir.bridge)
            && mine.made
            && mine.name == its.name
            && is_first(others, other, |one| bridge_of(one) == bridge_of(other))
        {
            (its.made, its.index) = (true, mine.index);
            // What is the proof of the one has to be that of the other.
            heir.boot_id.clone_from(&record.boot_id);
        }
        if let (Some(mine), Some(its)) = (&record.network, &mut heir.network)
            && mine.made
            && mine.name == its.name
            && is_first(others, other, |one| network_of(one) == network_of(other))
        {
            its.made = true;
        }
        if let (Some(mine), Some(its)) = (&record.tunnel, &mut heir.tunnel)
            && mine.made
            && mine.name == its.name
            && is_first(others, other, |one| tunnel_of(one) == tunnel_of(other))
        {
            its.made = true;
            its.wire.clone_from(&mine.wire);
        }
        if heir != *other {
            ctx.registry()?.swap(other, &heir)?;
            fault::point("a hand-over")?;
        }
    }
    Ok(())
}

fn bridge_of(record: &ComposeRecord) -> Option<&str> {
    record.bridge.as_ref().map(|claim| claim.name.as_str())
}

fn network_of(record: &ComposeRecord) -> Option<&str> {
    record.network.as_ref().map(|claim| claim.name.as_str())
}

fn tunnel_of(record: &ComposeRecord) -> Option<&str> {
    record.tunnel.as_ref().map(|claim| claim.name.as_str())
}

/// Whether a record is the first of those that are alike.
fn is_first(
    all: &[ComposeRecord],
    one: &ComposeRecord,
    alike: impl Fn(&ComposeRecord) -> bool,
) -> bool {
    all.iter().find(|other| alike(other)) == Some(one)
}

/// Frees the addresses that are set aside for a record. One that is in use goes with its
/// attachment, which knows no service.
fn addresses(ctx: &Context, record: &ComposeRecord, outcome: &mut Down) -> Result<()> {
    let Some(claim) = &record.network else {
        return Ok(());
    };
    let registry = ctx.registry()?;
    for (ip, _) in registry.set_aside_for(record, &claim.name)? {
        let what = format!("address {ip} of {}", claim.name);
        let freed = registry.free_for(record, &claim.name, ip)?;
        match freed.map(|held| held.owner) {
            Some(Some(owner)) => {
                let Owner { target, ifname, .. } = owner;
                let left = format!("{what}, to `{ifname}` of `{target}`");
                outcome.left.push(left);
                fault::point("a removal")?;
            }
            freed => drop(outcome.note(what, Ok(freed.is_some()))?),
        }
    }
    Ok(())
}

/// Removes a tunnel; whether the record is done with it.
fn remove_tunnel(
    ctx: &Context,
    claim: &TunnelClaim,
    others: &[ComposeRecord],
    outcome: &mut Down,
) -> Result<bool> {
    let name = &claim.name;
    if !claim.made
        || others
            .iter()
            .any(|one| tunnel_of(one) == Some(name.as_str()))
    {
        return Ok(true);
    }
    let known = ctx.registry()?.tunnel(name)?;
    if let (Some(known), Some(wire)) = (known, &claim.wire)
        && known.wire != *wire
    {
        // Somebody removed it and made another of that name.
        return Ok(true);
    }
    outcome.note(format!("tunnel {name}"), tunnels::del(ctx, name))
}

/// Forgets a network; whether the record is done with it.
fn remove_network(
    ctx: &Context,
    claim: &NetworkClaim,
    others: &[ComposeRecord],
    outcome: &mut Down,
) -> Result<bool> {
    let name = &claim.name;
    let is_its = network::find(ctx, name)?.is_some_and(|spec| spec == claim.spec);
    let used = others
        .iter()
        .any(|one| network_of(one) == Some(name.as_str()));
    if !claim.made || used || !is_its {
        return Ok(true);
    }
    outcome.note(format!("network {name}"), network::del(ctx, name))
}

/// Removes a bridge, or the addresses that it has for this record alone; whether the record is
/// done with it.
fn remove_bridge(
    ctx: &Context,
    (record, claim): (&ComposeRecord, &BridgeClaim),
    others: &[ComposeRecord],
    outcome: &mut Down,
) -> Result<bool> {
    let name = &claim.name;
    let users: Vec<_> = others
        .iter()
        .filter(|one| bridge_of(one) == Some(name.as_str()))
        .collect();
    let Some(found) = facts::bridge(ctx, claim)? else {
        return Ok(true);
    };
    if !users.is_empty() {
        return remove_addresses(ctx, (record, claim), &users, &found).map(|()| true);
    }
    if !is_its_own(ctx, record, claim, &found)? {
        return Ok(true);
    }
    if !claim.ovs && !found.stays {
        // Killed before it had its mark, or what an attachment had made: as `up` would have it.
        bridge::add(ctx, &plain(name))?;
    }
    let gone = match claim.ovs {
        true => ovs_bridge::del(ctx, name),
        false => bridge::del(ctx, name),
    };
    outcome.note(format!("bridge {name}"), gone)
}

/// A bridge of which nothing is asked but that it is there.
fn plain(name: &IfName) -> NewBridge {
    NewBridge {
        name: name.clone(),
        addresses: Vec::new(),
        mtu: None,
        mac: None,
        stp: false,
        vlans: None,
        ports: Vec::new(),
    }
}

/// Takes from a bridge that stays for other services the addresses that only this one wants.
fn remove_addresses(
    ctx: &Context,
    (record, claim): (&ComposeRecord, &BridgeClaim),
    users: &[&ComposeRecord],
    found: &facts::Bridge,
) -> Result<()> {
    // A bridge of somebody else's has them from him.
    let all = users.iter().copied().chain([record]);
    let mut claims = all.filter_map(|one| one.bridge.as_ref());
    if !claims.any(|claim| claim.made) {
        return Ok(());
    }
    let wants = |one: &ComposeRecord, ip: &ipnetwork::IpNetwork| {
        one.asked.contains(&format!("bridge-address={ip}"))
    };
    let only_mine =
        |ip: &ipnetwork::IpNetwork| wants(record, ip) && !users.iter().any(|user| wants(user, ip));
    let steps: Vec<_> = found
        .addresses
        .iter()
        .copied()
        .filter(only_mine)
        .map(|ip| Step::DelAddress {
            side: Side::Host,
            dev: claim.name.clone(),
            ip,
        })
        .collect();
    let _lock = ctx.lock_bridge(&claim.name)?;
    run_or_undo(ctx, &mut ctx.host_door()?, &steps).map_err(|error: Error| {
        error.while_doing(&format!(
            "cannot take addresses from bridge `{}`",
            claim.name
        ))
    })
}

//! The tunnels of a file beside those there are.

use std::net::IpAddr;

use super::host::{Assessed, Task, change};
use super::survey::Survey;
use super::{Action, Change, Options, Prune, Sort};
use crate::error::Result;
use crate::ops::tunnel as tunnels;
use crate::ops::{Context, ovs_bridge, ovs_tunnel};
use crate::spec::topology::TunnelItem;
use crate::spec::{Topology, TunnelKind, TunnelSpec};

/// A tunnel as the file has it.
#[derive(Debug)]
pub(super) struct Wanted {
    spec: TunnelSpec,
    switched: bool,
    anew: bool,
    peers: Vec<IpAddr>,
    /// Peers that left the file.
    leaving: Vec<IpAddr>,
}

/// The tunnels that are not as the file has them.
pub(super) fn assess(
    ctx: &Context,
    topology: &Topology,
    options: &Options,
    survey: &Survey,
) -> Assessed {
    let mut tasks = Vec::new();
    let mut same = 0;
    for item in &topology.tunnels {
        match assess_tunnel(ctx, topology, options, survey, item) {
            None => same += 1,
            Some(task) => tasks.push(task),
        }
    }
    (tasks, same)
}

fn assess_tunnel(
    ctx: &Context,
    topology: &Topology,
    options: &Options,
    survey: &Survey,
    item: &TunnelItem,
) -> Option<(Change, Result<Task>)> {
    let mut spec = item.spec.clone();
    let to = spec.remote.or(spec.group).or(spec.local);
    let to = to.map(|ip| format!(" to {ip}")).unwrap_or_default();
    let what = format!("{}{to}", spec.kind);
    let failed = |error| {
        let change = change(Action::Add, Sort::Tunnel, &item.spec.name, what.clone());
        Some((change, Err(error)))
    };
    let switched = match is_switched(ctx, topology, &spec) {
        Ok(switched) => switched,
        Err(error) => return failed(error),
    };
    if switched && spec.kind == TunnelKind::Gre {
        // What Open vSwitch calls gre carries Ethernet frames.
        spec.kind = TunnelKind::Gretap;
    }
    let mut wanted = Wanted {
        spec,
        switched,
        anew: false,
        peers: item.peers.clone(),
        leaving: Vec::new(),
    };
    let name = &item.spec.name;
    if switched {
        return match ovs_tunnel::dry_run(ctx, &wanted.spec) {
            Ok(commands) if commands.is_empty() => None,
            Err(error) if !is_coming(survey, topology, &wanted.spec) => failed(error),
            _ => {
                let change = change(Action::Add, Sort::Tunnel, name, what);
                Some((change, Ok(Task::Tunnel(Box::new(wanted)))))
            }
        };
    }
    let Some(record) = survey.tunnels.iter().find(|record| record.name == *name) else {
        let change = change(Action::Add, Sort::Tunnel, name, what);
        return Some((change, Ok(Task::Tunnel(Box::new(wanted)))));
    };
    let mut change = change(Action::Change, Sort::Tunnel, name, what);
    let own = record.topology.is_some() && record.topology.as_ref() == ctx.topology();
    if let Some(difference) = tunnels::difference(record, &wanted.spec) {
        change.reasons.push(difference.to_string());
        if !own && !options.replace {
            let error = difference.while_doing(&format!("cannot change tunnel `{name}`"));
            return Some((change, Err(error.hint("or give --replace to make it anew"))));
        }
        wanted.anew = true;
        return Some((change, Ok(Task::Tunnel(Box::new(wanted)))));
    }
    let new = item.peers.iter().filter(|ip| !record.peers.contains(ip));
    change
        .reasons
        .extend(new.map(|ip| format!("it has no peer {ip}")));
    if options.prune == Prune::All || (options.prune == Prune::Own && own) {
        let gone = record.peers.iter().filter(|ip| !item.peers.contains(ip));
        wanted.leaving = gone.copied().collect();
        let gone = wanted.leaving.iter();
        change
            .reasons
            .extend(gone.map(|ip| format!("it has the peer {ip}")));
    }
    match tunnels::dry_run(ctx, &wanted.spec) {
        Err(error) => return Some((change, Err(error))),
        Ok(commands) if !commands.is_empty() => {
            change.reasons.push("something of it is missing".into());
        }
        Ok(_) => {}
    }
    if record.is_unsettled() {
        change
            .reasons
            .push(format!("it is {}", record.state_word()));
    }
    match change.reasons.is_empty() {
        true => None,
        false => Some((change, Ok(Task::Tunnel(Box::new(wanted))))),
    }
}

fn is_switched(ctx: &Context, topology: &Topology, spec: &TunnelSpec) -> Result<bool> {
    let Some(bridge) = &spec.bridge else {
        return Ok(false);
    };
    match topology.bridges.iter().find(|item| item.name == *bridge) {
        Some(item) => Ok(item.ovs),
        None => ovs_bridge::is_meant(ctx, bridge),
    }
}

/// Whether the tunnel's bridge is one of the file that is not there yet.
fn is_coming(survey: &Survey, topology: &Topology, spec: &TunnelSpec) -> bool {
    spec.bridge.as_ref().is_some_and(|name| {
        survey.link(name).is_none() && topology.bridges.iter().any(|item| item.name == *name)
    })
}

/// Makes a tunnel, or what it lacks.
///
/// # Errors
/// What failed; a tunnel that was there is back then.
pub(super) fn make(ctx: &Context, wanted: &Wanted) -> Result<()> {
    let spec = &wanted.spec;
    if wanted.switched {
        return ovs_tunnel::add(ctx, spec).map(drop);
    }
    let before = match wanted.anew {
        true => ctx.registry()?.tunnel(&spec.name)?,
        false => None,
    };
    if before.is_some() {
        tunnels::del(ctx, &spec.name)?;
    }
    let made = tunnels::add(ctx, spec).map(drop);
    if let (Err(error), Some(before)) = (made, before) {
        ctx.interrupt.clear();
        // As it was, and whose it was, but for the link itself.
        let back = tunnels::restore(ctx, &before);
        return Err(match back {
            Ok(()) => error.hint("the tunnel that was there has been put back"),
            Err(why) => error.hint(format!("the tunnel that was there is not back: {why}")),
        });
    }
    for peer in &wanted.peers {
        tunnels::add_peer(ctx, &spec.name, *peer)?;
    }
    for peer in &wanted.leaving {
        tunnels::del_peer(ctx, &spec.name, *peer)?;
    }
    Ok(())
}

/// What that equals, as commands.
///
/// # Errors
/// If it cannot be made.
pub(super) fn commands(
    ctx: &Context,
    topology: &Topology,
    survey: &Survey,
    wanted: &Wanted,
) -> Result<Vec<String>> {
    let name = &wanted.spec.name;
    let mut commands = Vec::new();
    let spec = &wanted.spec;
    if wanted.anew {
        commands.extend(tunnels::dry_run_del(ctx, name)?);
    }
    let coming = is_coming(survey, topology, spec);
    match (wanted.switched, coming) {
        (true, true) => commands.push(format!(
            "ovs-vsctl add-port {} {name} -- set Interface {name} type={}",
            spec.bridge
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            spec.kind
        )),
        (true, false) => commands.extend(ovs_tunnel::dry_run(ctx, spec)?),
        (false, true) => {
            let alone = TunnelSpec {
                bridge: None,
                vlan: None,
                ..spec.clone()
            };
            commands.extend(tunnels::preview(ctx, &alone, wanted.anew)?);
            let bridge = spec.bridge.as_ref().map(ToString::to_string);
            commands.extend(bridge.map(|bridge| format!("ip link set {name} master {bridge}")));
            commands.extend(
                spec.vlan
                    .map(|vlan| format!("bridge vlan add dev {name} vid {vlan} pvid untagged")),
            );
        }
        (false, false) => commands.extend(tunnels::preview(ctx, spec, wanted.anew)?),
    }
    let fdb = |verb: &str, ip: &IpAddr| {
        format!("bridge fdb {verb} 00:00:00:00:00:00 dev {name} dst {ip} self")
    };
    let known = survey.tunnels.iter().find(|one| one.name == *name);
    let has = |ip: &&IpAddr| !wanted.anew && known.is_some_and(|one| one.peers.contains(ip));
    let new = wanted.peers.iter().filter(|ip| !has(ip));
    commands.extend(new.map(|ip| fdb("append", ip)));
    commands.extend(wanted.leaving.iter().map(|ip| fdb("del", ip)));
    Ok(commands)
}

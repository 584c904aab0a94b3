//! Networks, bridges and tunnels of a file beside those there are.

use super::survey::Survey;
use super::{Action, Change, Options, Prune, Report, Sort, tunnels};
use crate::error::{Error, Result};
use crate::ops::bridge::{self, NewBridge};
use crate::ops::install::run_or_undo;
use crate::ops::{Context, network, ovs_bridge, port};
use crate::plan::{Side, Step};
use crate::registry::record::NetworkRecord;
use crate::spec::topology::{BridgeItem, NetworkItem, PortItem};
use crate::spec::{Datapath, IfName, NetworkName, NetworkSpec, Topology};
use crate::sys::addr;

/// One thing to do.
#[derive(Debug)]
pub(super) enum Task {
    /// Register a network.
    AddNetwork(NetworkName, NetworkSpec),
    /// Register it anew.
    ChangeNetwork(NetworkName, Box<(NetworkRecord, NetworkRecord)>),
    /// Make a bridge, or what it lacks.
    Bridge(Box<Wanted>),
    /// Make a tunnel, or what it lacks; `anew`: after the one that is there has gone.
    Tunnel(Box<tunnels::Wanted>),
}

/// A bridge as the file has it.
#[derive(Debug)]
pub(super) struct Wanted {
    bridge: NewBridge,
    ovs: bool,
    datapath: Option<Datapath>,
    ports: Vec<port::Request>,
    /// Addresses that left the file.
    leaving: Vec<ipnetwork::IpNetwork>,
}

/// Makes them, in order, and reports on each.
pub(super) fn make(
    ctx: &Context,
    topology: &Topology,
    options: &Options,
    survey: &Survey,
    report: &mut Report,
) -> Result<()> {
    let sections: [&dyn Fn() -> Assessed; 3] = [
        &|| networks(ctx, topology, options, survey),
        &|| bridges(ctx, topology, options, survey),
        &|| tunnels::assess(ctx, topology, options, survey),
    ];
    for section in sections {
        let (tasks, same) = section();
        report.unchanged += same;
        for (change, task) in tasks {
            if report.signal.is_some() {
                report.changes.push((change, super::Fate::NotBegun));
                continue;
            }
            let done = ctx
                .interrupt
                .check()
                .and(task)
                .and_then(|task| act(ctx, &task));
            report.note(change, done);
        }
    }
    Ok(())
}

/// What has to be done, and how many things are as they should be.
pub(super) type Assessed = (Vec<(Change, Result<Task>)>, usize);

pub(super) fn change(action: Action, sort: Sort, name: &dyn ToString, what: String) -> Change {
    Change {
        action,
        sort,
        name: name.to_string(),
        what,
        reasons: Vec::new(),
    }
}

fn listed<T: ToString>(all: &[T]) -> String {
    let all: Vec<_> = all.iter().map(ToString::to_string).collect();
    all.join(", ")
}

/// The networks that are not as the file has them.
pub(super) fn networks(
    ctx: &Context,
    topology: &Topology,
    options: &Options,
    survey: &Survey,
) -> Assessed {
    let mut tasks = Vec::new();
    let mut same = 0;
    for NetworkItem { name, spec, .. } in &topology.networks {
        let what = listed(&spec.subnets);
        let known = survey.networks.iter().find(|(known, _)| known == name);
        match known {
            None => tasks.push((
                change(Action::Add, Sort::Network, name, what),
                Ok(Task::AddNetwork(name.clone(), spec.clone())),
            )),
            Some((_, known)) if known.spec == *spec => same += 1,
            Some((_, known)) => {
                let mut change = change(Action::Change, Sort::Network, name, what);
                change.reasons = network_differences(&known.spec, spec);
                let own = known.topology.is_some() && known.topology.as_ref() == ctx.topology();
                let task = match own || options.replace {
                    true => {
                        let after = NetworkRecord {
                            spec: spec.clone(),
                            topology: ctx.topology().cloned(),
                            ..known.clone()
                        };
                        Ok(Task::ChangeNetwork(
                            name.clone(),
                            Box::new((known.clone(), after)),
                        ))
                    }
                    false => Err(Error::conflict(format!(
                        "network `{name}` is registered already, and {}",
                        change.reasons.join("; ")
                    ))
                    .hint("give --replace to change it")),
                };
                tasks.push((change, task));
            }
        }
    }
    (tasks, same)
}

fn network_differences(is: &NetworkSpec, wanted: &NetworkSpec) -> Vec<String> {
    let or_none = |text: String| if text.is_empty() { "none".into() } else { text };
    let text = |value: Option<String>| value.unwrap_or_else(|| "none".into());
    let rows = [
        (
            "bridge",
            text(is.bridge.as_ref().map(ToString::to_string)),
            text(wanted.bridge.as_ref().map(ToString::to_string)),
        ),
        (
            "VLAN",
            text(is.vlan.map(|id| id.to_string())),
            text(wanted.vlan.map(|id| id.to_string())),
        ),
        ("subnets", listed(&is.subnets), listed(&wanted.subnets)),
        ("gateways", listed(&is.gateways), listed(&wanted.gateways)),
        ("ranges", listed(&is.ranges), listed(&wanted.ranges)),
        ("exclude", listed(&is.exclude), listed(&wanted.exclude)),
    ];
    let differ = rows.into_iter().filter(|(_, is, wanted)| is != wanted);
    differ
        .map(|(what, is, wanted)| format!("its {what}: {}, not {}", or_none(is), or_none(wanted)))
        .collect()
}

/// The bridges that are not as the file has them.
pub(super) fn bridges(
    ctx: &Context,
    topology: &Topology,
    options: &Options,
    survey: &Survey,
) -> Assessed {
    let mut tasks = Vec::new();
    let mut same = 0;
    for item in &topology.bridges {
        let there = survey.link(&item.name).is_some();
        let wanted = wanted_bridge(ctx, item, options, survey);
        let commands = wanted
            .as_ref()
            .map_err(|error| Error::failed(error.to_string()))
            .and_then(|wanted| bridge_commands(ctx, wanted));
        let action = if there { Action::Change } else { Action::Add };
        let mut what = match item.ovs {
            true => "of Open vSwitch".to_owned(),
            false => String::new(),
        };
        if !item.addresses.is_empty() {
            what = format!("{what} with {}", listed(&item.addresses));
        }
        let change = change(action, Sort::Bridge, &item.name, what.trim().to_owned());
        match commands {
            Ok(commands) if commands.is_empty() => same += 1,
            Ok(_) => tasks.push((change, wanted.map(|wanted| Task::Bridge(Box::new(wanted))))),
            Err(error) => tasks.push((change, Err(error))),
        }
    }
    (tasks, same)
}

fn wanted_bridge(
    ctx: &Context,
    item: &BridgeItem,
    options: &Options,
    survey: &Survey,
) -> Result<Wanted> {
    let request = |port: &PortItem| {
        Some(port::Request {
            bridge: item.name.clone(),
            nic: port.name.clone(),
            take: port.take?,
            confirm: port.confirm,
        })
    };
    let plain = item.ports.iter().filter(|port| port.take.is_none());
    let own = survey
        .bridges
        .iter()
        .any(|bridge| bridge.name == item.name && Some(&bridge.topology) == ctx.topology());
    let prunes = options.prune == Prune::All || (options.prune == Prune::Own && own);
    // What a bridge took of its ports goes back with these.
    let leaving = match survey.link(&item.name) {
        Some(link) if prunes && !takes(ctx, &item.name)? => {
            let held = addr::list(&mut ctx.host_door()?).map_err(|error| {
                Error::failed("cannot read the host's addresses").because(error)
            })?;
            let held = held
                .into_iter()
                .filter(|held| held.link == link.index && !held.link_scope)
                .map(|held| held.ip);
            held.filter(|ip| !item.addresses.contains(ip)).collect()
        }
        _ => Vec::new(),
    };
    Ok(Wanted {
        bridge: NewBridge {
            name: item.name.clone(),
            addresses: item.addresses.clone(),
            mtu: item.mtu.map(|mtu| mtu.0),
            mac: item.mac.as_ref().map(|mac| mac.0),
            stp: item.stp,
            vlans: item.vlans,
            ports: plain.map(|port| port.name.clone()).collect(),
        },
        ovs: item.ovs,
        datapath: item.datapath,
        ports: item.ports.iter().filter_map(request).collect(),
        leaving,
    })
}

fn takes(ctx: &Context, bridge: &IfName) -> Result<bool> {
    let records = port::records_of(ctx, bridge)?;
    Ok(records.iter().any(|record| record.moved.is_some()))
}

fn bridge_commands(ctx: &Context, wanted: &Wanted) -> Result<Vec<String>> {
    let Wanted {
        bridge,
        ovs,
        datapath,
        ports,
        ..
    } = wanted;
    let mut commands = match ovs {
        true => ovs_bridge::dry_run(ctx, bridge, *datapath)?,
        false => bridge::dry_run(ctx, bridge)?,
    };
    let is_new = !commands.is_empty();
    for request in ports {
        match port::preview(ctx, request) {
            Ok(more) => commands.extend(more),
            // Of a bridge that is not there yet.
            Err(_) if is_new => commands.push(format!(
                "netpipe bridge port add {} {}{}",
                request.bridge,
                request.nic,
                if request.take { " --take-address" } else { "" }
            )),
            Err(error) => return Err(error),
        }
    }
    commands.extend(leaving_steps(wanted).iter().map(|step| step.command("")));
    Ok(commands)
}

fn leaving_steps(wanted: &Wanted) -> Vec<Step> {
    let gone = wanted.leaving.iter().map(|ip| Step::DelAddress {
        side: Side::Host,
        dev: wanted.bridge.name.clone(),
        ip: *ip,
    });
    gone.collect()
}

/// Does a task.
fn act(ctx: &Context, task: &Task) -> Result<()> {
    match task {
        Task::AddNetwork(name, spec) => network::add(ctx, name, spec.clone()).map(drop),
        Task::ChangeNetwork(name, records) => {
            let (before, after) = &**records;
            let doing = format!("cannot change network `{name}`");
            ctx.registry()?
                .change_network(name, before, after)
                .map_err(|error| error.while_doing(&doing))
        }
        Task::Bridge(wanted) => {
            match wanted.ovs {
                true => ovs_bridge::add(ctx, &wanted.bridge, wanted.datapath)?,
                false => bridge::add(ctx, &wanted.bridge)?,
            };
            for request in &wanted.ports {
                port::add(ctx, request)?;
            }
            run_or_undo(ctx, &mut ctx.host_door()?, &leaving_steps(wanted))
        }
        Task::Tunnel(wanted) => tunnels::make(ctx, wanted),
    }
}

/// What a task equals, as commands.
pub(super) fn commands(
    ctx: &Context,
    topology: &Topology,
    survey: &Survey,
    task: &Task,
) -> Result<Vec<String>> {
    match task {
        Task::AddNetwork(name, spec) => Ok(vec![network_command(name, spec)]),
        // Networks are records: no command of iproute2 knows them, and no other command
        // changes one.
        Task::ChangeNetwork(..) => Ok(Vec::new()),
        Task::Bridge(wanted) => bridge_commands(ctx, wanted),
        Task::Tunnel(wanted) => tunnels::commands(ctx, topology, survey, wanted),
    }
}

fn network_command(name: &NetworkName, spec: &NetworkSpec) -> String {
    let mut words = vec![format!("netpipe network add {name}")];
    words.extend(spec.bridge.iter().map(|one| format!("--bridge {one}")));
    words.extend(spec.vlan.iter().map(|one| format!("--vlan {one}")));
    words.extend(spec.subnets.iter().map(|one| format!("--subnet {one}")));
    words.extend(spec.gateways.iter().map(|one| format!("--gateway {one}")));
    words.extend(spec.ranges.iter().map(|one| format!("--range {one}")));
    words.extend(spec.exclude.iter().map(|one| format!("--exclude {one}")));
    words.join(" ")
}

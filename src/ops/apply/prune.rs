//! What left the file.

use super::assess::{by_target, pair, resolved};
use super::survey::Survey;
use super::{Action, Change, Options, Prune, Report, Sort};
use crate::error::Result;
use crate::ops::detach::{self, Which};
use crate::ops::ovs_owner;
use crate::ops::tunnel as tunnels;
use crate::ops::{Context, bridge, detach_preview, network, ovs_bridge, ovs_tunnel, port};
use crate::registry::record::{AttachmentRecord, OWN_BRIDGE};
use crate::spec::{IfName, NetworkName, Target, Topology, TopologyName};

/// What is to go.
#[derive(Debug, Default)]
pub(super) struct Leaving {
    attachments: Vec<(Target, Which, Vec<AttachmentRecord>)>,
    tunnels: Vec<IfName>,
    bridges: Vec<IfName>,
    networks: Vec<NetworkName>,
}

/// Finds what is to go.
///
/// # Errors
/// If store or kernel do not answer.
pub(super) fn leaving(
    ctx: &Context,
    topology: &Topology,
    options: &Options,
    survey: &Survey,
) -> Result<Leaving> {
    if options.prune == Prune::No {
        return Ok(Leaving::default());
    }
    let all = options.prune == Prune::All;
    let is_meant = |of: Option<&TopologyName>| all || of.is_some() && of == ctx.topology();
    let mut leaving = Leaving {
        attachments: attachments(ctx, topology, survey, &is_meant),
        ..Leaving::default()
    };
    let is_named = |name: &IfName| {
        topology.bridges.iter().any(|one| one.name == *name)
            || topology.tunnels.iter().any(|one| one.spec.name == *name)
    };
    let tunnels = survey.tunnels.iter();
    let tunnels = tunnels.filter(|record| is_meant(record.topology.as_ref()));
    leaving.tunnels = tunnels.map(|record| record.name.clone()).collect();
    let noted = survey.bridges.iter();
    let noted = noted.filter(|note| is_meant(Some(&note.topology)));
    leaving.bridges = noted.map(|note| note.name.clone()).collect();
    if all {
        let kept = survey.links().filter(|link| link.is_bridge());
        let kept = kept.filter(|link| link.alias.as_deref() == Some(OWN_BRIDGE));
        leaving
            .bridges
            .extend(kept.filter_map(|link| link.name.parse().ok()));
        if ctx.has_switch() {
            let own = ovs_bridge::list(ctx)?.into_iter();
            let own = own.filter(|found| ovs_owner::is_ours(&found.bridge));
            leaving
                .bridges
                .extend(own.filter_map(|found| found.bridge.name.parse().ok()));
            let ports = ovs_tunnel::list(ctx)?.into_iter().filter(|port| port.owned);
            leaving
                .tunnels
                .extend(ports.filter_map(|port| port.name.parse().ok()));
        }
    }
    // The port of a switch is noted as bridges are, and goes as tunnels do.
    let (mut ports, mut bridges) = (Vec::new(), Vec::new());
    for name in std::mem::take(&mut leaving.bridges) {
        match survey.link(&name).is_none() && ovs_tunnel::teardown(ctx, &name)?.is_some() {
            true => ports.push(name),
            false => bridges.push(name),
        }
    }
    leaving.tunnels.extend(ports);
    leaving.bridges = bridges;
    for names in [&mut leaving.tunnels, &mut leaving.bridges] {
        names.retain(|name| !is_named(name));
        names.sort();
        names.dedup();
    }
    let networks = survey.networks.iter();
    let networks = networks.filter(|(name, record)| {
        is_meant(record.topology.as_ref()) && topology.networks.iter().all(|one| one.name != *name)
    });
    leaving.networks = networks.map(|(name, _)| name.clone()).collect();
    Ok(leaving)
}

fn attachments(
    ctx: &Context,
    topology: &Topology,
    survey: &Survey,
    is_meant: &dyn Fn(Option<&TopologyName>) -> bool,
) -> Vec<(Target, Which, Vec<AttachmentRecord>)> {
    let mut named: Vec<(Target, Vec<usize>)> = Vec::new();
    for (target, items) in by_target(topology) {
        let place = ctx.place(&target, None);
        let name = place.map_or_else(|_| target.clone(), |place| place.target);
        let requests: Vec<_> = items
            .iter()
            .map(|item| resolved(ctx, topology, item))
            .collect();
        let records = survey.attachments.get(&name).map(Vec::as_slice);
        let records = records.unwrap_or_default();
        let kept = match requests.iter().all(Result::is_ok) {
            true => pair(&requests, records).into_iter().flatten().collect(),
            // Nothing goes for a mistake.
            false => (0..records.len()).collect(),
        };
        named.push((name, kept));
    }
    let mut leaving = Vec::new();
    for (target, records) in &survey.attachments {
        // A container may be named by its name and by its id.
        let kept = named.iter().filter(|(name, _)| name == target);
        let kept: Vec<usize> = kept.flat_map(|(_, kept)| kept).copied().collect();
        let mut gone: Vec<_> = records.iter().enumerate().collect();
        gone.retain(|(at, record)| !kept.contains(at) && is_meant(record.topology.as_ref()));
        if gone.len() == records.len() && gone.len() > 1 {
            let gone = gone.into_iter().map(|(_, record)| record.clone()).collect();
            leaving.push((target.clone(), Which::All, gone));
            continue;
        }
        leaving.extend(gone.into_iter().rev().map(|(_, record)| {
            let which = Which::Named(record.owner.ifname.clone());
            (target.clone(), which, vec![record.clone()])
        }));
    }
    leaving
}

fn change(sort: Sort, name: &dyn ToString, what: String) -> Change {
    Change {
        action: Action::Remove,
        sort,
        name: name.to_string(),
        what,
        reasons: Vec::new(),
    }
}

fn attachment_change(record: &AttachmentRecord) -> Change {
    let name = format!("{} {}", record.owner.target, record.owner.ifname);
    change(Sort::Attachment, &name, format!("from {}", record.plug()))
}

impl Leaving {
    /// The networks that go.
    pub fn networks(&self) -> &Vec<NetworkName> {
        &self.networks
    }

    /// Whether anything goes before new things come.
    pub fn has_early(&self) -> bool {
        !self.attachments.is_empty() || !self.tunnels.is_empty()
    }

    /// Removes attachments and tunnels.
    pub fn early(&self, ctx: &Context, report: &mut Report) {
        for (target, which, records) in &self.attachments {
            let done = ctx
                .interrupt
                .check()
                .and_then(|()| detach::detach(ctx, target, which).map(drop));
            note_all(records.iter().map(attachment_change), done, report);
        }
        for name in &self.tunnels {
            let done = ctx.interrupt.check().and_then(|()| tunnels::del(ctx, name));
            report.note(change(Sort::Tunnel, name, String::new()), done.map(drop));
        }
    }

    /// Removes bridges and networks.
    pub fn late(&self, ctx: &Context, report: &mut Report) {
        if report.signal.is_some() {
            return;
        }
        for name in &self.bridges {
            let done = ctx
                .interrupt
                .check()
                .and_then(|()| remove_bridge(ctx, name));
            report.note(change(Sort::Bridge, name, String::new()), done);
        }
        for name in &self.networks {
            let done = ctx.interrupt.check().and_then(|()| network::del(ctx, name));
            report.note(change(Sort::Network, name, String::new()), done.map(drop));
        }
    }

    /// The same as commands: those that come before new things, and those that come after.
    #[allow(clippy::type_complexity)]
    pub fn commands(
        &self,
        ctx: &Context,
    ) -> (
        Vec<(Change, Result<Vec<String>>)>,
        Vec<(Change, Result<Vec<String>>)>,
    ) {
        let mut early = Vec::new();
        for (target, which, records) in &self.attachments {
            let mut commands = Some(detach_preview::commands(ctx, target, which));
            early.extend(records.iter().map(|record| {
                let own = commands.take().unwrap_or_else(|| Ok(Vec::new()));
                (attachment_change(record), own)
            }));
        }
        early.extend(self.tunnels.iter().map(|name| {
            let change = change(Sort::Tunnel, name, String::new());
            (change, tunnels::dry_run_del(ctx, name))
        }));
        let bridges = self.bridges.iter().map(|name| {
            let change = change(Sort::Bridge, name, String::new());
            (change, bridge_commands(ctx, name))
        });
        let networks = self.networks.iter().map(|name| {
            let change = change(Sort::Network, name, String::new());
            (change, Ok(vec![format!("netpipe network del {name}")]))
        });
        (early, bridges.chain(networks).collect())
    }
}

/// One outcome for several; an error is told once.
fn note_all(changes: impl Iterator<Item = Change>, done: Result<()>, report: &mut Report) {
    let mut error = done.err();
    let failed = error.is_some();
    for change in changes {
        match (failed, error.take()) {
            (false, _) => report.note(change, Ok(())),
            (true, Some(error)) => report.note(change, Err(error)),
            (true, None) => report.changes.push((change, super::Fate::NotBegun)),
        }
    }
}

fn remove_bridge(ctx: &Context, name: &IfName) -> Result<()> {
    for record in port::records_of(ctx, name)? {
        port::del(ctx, name, &record.nic)?;
    }
    match ovs_bridge::has(ctx, name)? {
        true => ovs_bridge::del(ctx, name),
        false => bridge::del(ctx, name),
    }
    .map(drop)
}

fn bridge_commands(ctx: &Context, name: &IfName) -> Result<Vec<String>> {
    let mut commands = Vec::new();
    for record in port::records_of(ctx, name)? {
        commands.extend(port::preview_del(ctx, name, &record.nic)?);
    }
    commands.push(match ovs_bridge::has(ctx, name)? {
        true => format!("ovs-vsctl --if-exists del-br {name}"),
        false => format!("ip link del {name}"),
    });
    Ok(commands)
}

//! Tunnels in a drawing: which of them are the two ends of one.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::Draft;
use super::model::{Edge, EdgeKind, Node, NodeKind, State};
use crate::error::Result;
use crate::ops::{Context, tunnel};
use crate::registry::tunnel::TunnelRecord;
use crate::spec::{LinkKind, Wire};

/// One end of a tunnel.
pub(super) struct End {
    host: String,
    name: String,
    wire: Wire,
    peers: Vec<IpAddr>,
    bridge: Option<(String, LinkKind)>,
    vlan: Option<String>,
    addresses: Vec<String>,
    state: State,
}

impl End {
    fn of(record: TunnelRecord, state: State) -> Self {
        Self {
            host: record.host,
            name: record.name.to_string(),
            wire: record.wire,
            peers: record.peers,
            bridge: record
                .bridge
                .map(|name| (name.to_string(), LinkKind::Bridge)),
            vlan: record.vlan.map(|id| id.to_string()),
            addresses: record.addresses.iter().map(ToString::to_string).collect(),
            state,
        }
    }

    fn id(&self) -> String {
        format!("{}:{}/{}", NodeKind::Tunnel.word(), self.host, self.name)
    }

    /// The hosts that it sends to.
    fn remotes(&self) -> impl Iterator<Item = IpAddr> {
        self.wire
            .remote
            .into_iter()
            .chain(self.peers.iter().copied())
    }

    /// Whether another is of the same kind and number.
    fn is_like(&self, other: &Self) -> bool {
        self.host != other.host
            && self.wire.as_kept().kind == other.wire.as_kept().kind
            && self.wire.id == other.wire.id
    }

    fn about(&self) -> String {
        let Wire {
            kind,
            local,
            remote,
            id,
            ..
        } = &self.wire;
        let word = if kind.is_gre() { "key" } else { "VNI" };
        let mut words = vec![kind.word().to_owned()];
        words.extend(id.map(|id| format!("{word} {id}")));
        words.extend(local.map(|ip| format!("from {ip}")));
        words.extend(remote.map(|ip| format!("to {ip}")));
        words.extend(self.peers.iter().map(|ip| format!("to {ip}")));
        words.extend(self.addresses.iter().cloned());
        words.join(" ")
    }
}

/// All ends: of this host those that its kernel has too, of the others the recorded ones.
pub(super) fn ends(ctx: &Context, recorded: Vec<TunnelRecord>) -> Result<Vec<End>> {
    let mut ends = Vec::new();
    for listed in tunnel::list(ctx)? {
        let state = match &listed.found {
            Some(found) if found.link.up => State::Up,
            Some(_) => State::Down,
            None => State::Missing,
        };
        if let Some(record) = listed.record {
            ends.push(End::of(record, state));
        }
        if let Some(port) = listed.port.filter(|port| port.owned) {
            ends.push(End {
                host: ctx.host.clone(),
                name: port.name,
                wire: port.wire,
                peers: Vec::new(),
                bridge: Some((port.bridge, LinkKind::Ovs)),
                vlan: port.vlan.map(|id| id.to_string()),
                addresses: Vec::new(),
                state: if port.error.is_some() {
                    State::Down
                } else {
                    State::Up
                },
            });
        }
    }
    let others = recorded
        .into_iter()
        .filter(|record| record.host != ctx.host);
    ends.extend(others.map(|record| End::of(record, State::Recorded)));
    Ok(ends)
}

/// Puts the tunnels in, what they are ports of, and where they lead.
pub(super) fn draw(draft: &mut Draft<'_>, ends: &[End]) {
    for end in ends {
        let id = draft.thing(NodeKind::Tunnel, &end.host, &end.name, end.state);
        if let Some(node) = draft.node(NodeKind::Tunnel, &id) {
            node.about = Some(end.about());
        }
        if let Some((name, kind)) = &end.bridge {
            let bridge = draft.bridge(&end.host, name, *kind);
            let to = match &end.vlan {
                Some(vlan) => draft.vlan(&bridge, &end.host, vlan, None),
                None => bridge,
            };
            let mut edge = Edge::plain(EdgeKind::Port, &id, &to, end.state);
            edge.vlan.clone_from(&end.vlan);
            draft.edges.push(edge);
        }
    }
    for (at, end) in ends.iter().enumerate() {
        for remote in end.remotes() {
            let reached: Vec<&End> = ends
                .iter()
                .filter(|other| leads_to(end, remote, other, ends))
                .collect();
            // From one side is enough.
            let first = |other: &&End| {
                let back = other.remotes().any(|ip| leads_to(other, ip, end, ends));
                !back || ends[..at].iter().all(|before| before.id() != other.id())
            };
            for other in reached.iter().copied().filter(first) {
                let state = worse(end.state, other.state);
                draft
                    .edges
                    .push(Edge::plain(EdgeKind::Tunnel, &end.id(), &other.id(), state));
            }
            if reached.is_empty() {
                let peer = draft.put(Node {
                    id: format!("{}:{remote}", NodeKind::Peer.word()),
                    kind: NodeKind::Peer,
                    name: remote.to_string(),
                    host: None,
                    parent: None,
                    state: State::Recorded,
                    about: remote.is_multicast().then(|| "multicast group".to_owned()),
                    network: None,
                });
                draft
                    .edges
                    .push(Edge::plain(EdgeKind::Tunnel, &end.id(), &peer, end.state));
            }
        }
    }
}

/// Whether what a tunnel sends to an address comes out of another one: that host has the
/// address as the end of this or another tunnel, or both have joined one group.
fn leads_to(end: &End, remote: IpAddr, other: &End, all: &[End]) -> bool {
    if !end.is_like(other) {
        return false;
    }
    if remote.is_multicast() {
        return other.wire.remote == Some(remote);
    }
    match other.wire.local {
        Some(local) => local == remote,
        None => all
            .iter()
            .any(|one| one.host == other.host && one.wire.local == Some(remote)),
    }
}

fn worse(one: State, other: State) -> State {
    let rank = |state: &State| match state {
        State::Missing => 3,
        State::Down => 2,
        State::Recorded => 1,
        State::Up => 0,
    };
    if rank(&one) >= rank(&other) {
        one
    } else {
        other
    }
}

/// A tunnel is of the network that what it is a port of is of.
pub(super) fn coloured(nodes: &mut BTreeMap<(NodeKind, String), Node>, edges: &[Edge]) {
    for edge in edges.iter().filter(|edge| edge.kind == EdgeKind::Port) {
        let to = edge.to.as_deref();
        let network = nodes
            .values()
            .find(|node| Some(node.id.as_str()) == to)
            .and_then(|node| node.network.clone());
        if let Some(node) = nodes.get_mut(&(NodeKind::Tunnel, edge.from.clone())) {
            node.network = network;
        }
    }
}

//! What there is to draw: hosts, bridges, VLANs, cards, tunnels and containers, of all hosts by
//! their records, and of this one by its kernel as well.

pub mod model;
mod tunnels;

use std::collections::{BTreeMap, HashMap};

use super::list::{self, Kernel};
use super::{Context, bridge};
use crate::error::Result;
use crate::registry::record::AttachmentRecord;
use crate::spec::{LinkKind, PortVlan};
use model::{Edge, EdgeKind, Graph, Node, NodeKind, State};

/// A graph that is being made: its things by their ids, each once.
struct Draft<'a> {
    here: &'a str,
    nodes: BTreeMap<(NodeKind, String), Node>,
    edges: Vec<Edge>,
    /// The bridges that this host has, and whether they are up.
    bridges: HashMap<String, State>,
}

/// Reads all of it.
///
/// # Errors
/// If the store or the kernel does not answer.
pub fn collect(ctx: &Context) -> Result<Graph> {
    let everything = ctx.registry()?.everything()?;
    for broken in &everything.broken {
        ctx.warn(broken.clone());
    }
    let up = |up: bool| if up { State::Up } else { State::Down };
    let found = bridge::list(ctx)?;
    let bridges = found
        .iter()
        .map(|one| (one.link.name.clone(), up(one.link.up)));
    let mut draft = Draft {
        here: &ctx.host,
        nodes: BTreeMap::new(),
        edges: Vec::new(),
        bridges: bridges.collect(),
    };
    for bridge in found.iter().filter(|bridge| bridge.is_ours()) {
        draft.bridge(&ctx.host, &bridge.link.name, LinkKind::Bridge);
    }
    for listed in list::list(ctx, None)? {
        let far = listed
            .far
            .map_or(State::Missing, |(_, kernel)| state(kernel));
        let worst = if far == State::Missing {
            far
        } else {
            state(listed.kernel)
        };
        let wire = listed.record.peer.is_some();
        draft.attachment(
            &listed.record,
            if wire { worst } else { state(listed.kernel) },
        );
    }
    let elsewhere = |record: &&AttachmentRecord| record.owner.host != ctx.host;
    for record in everything.attachments.records.iter().filter(elsewhere) {
        draft.attachment(record, State::Recorded);
    }
    for broken in everything.attachments.broken {
        // Of this host's the list has told.
        if broken
            .owner
            .as_ref()
            .is_none_or(|owner| owner.host != ctx.host)
        {
            ctx.warn(broken.to_string());
        }
    }
    for port in &everything.ports {
        let (host, nic) = (port.host.as_str(), port.nic.as_str());
        let card = draft.card(host, nic, None);
        let bridge = draft.bridge(host, port.bridge.as_str(), LinkKind::Bridge);
        let state = draft.nodes[&(NodeKind::Card, card.clone())].state;
        draft
            .edges
            .push(Edge::plain(EdgeKind::Port, &card, &bridge, state));
    }
    let ends = tunnels::ends(ctx, everything.tunnels)?;
    tunnels::draw(&mut draft, &ends);
    Ok(draft.done())
}

fn state(kernel: Kernel) -> State {
    match kernel {
        Kernel::Up => State::Up,
        Kernel::Down => State::Down,
        Kernel::Missing => State::Missing,
        Kernel::Unknown => State::Recorded,
    }
}

impl Draft<'_> {
    fn put(&mut self, node: Node) -> String {
        let id = node.id.clone();
        self.nodes.entry((node.kind, id.clone())).or_insert(node);
        id
    }

    fn thing(&mut self, kind: NodeKind, host: &str, name: &str, state: State) -> String {
        self.host(host);
        self.put(Node {
            id: format!("{}:{host}/{name}", kind.word()),
            kind,
            name: name.to_owned(),
            host: Some(host.to_owned()),
            parent: None,
            state,
            about: None,
            network: None,
        })
    }

    fn host(&mut self, host: &str) {
        let here = host == self.here;
        self.put(Node {
            id: format!("host:{host}"),
            kind: NodeKind::Host,
            name: host.to_owned(),
            host: Some(host.to_owned()),
            parent: None,
            state: if here { State::Up } else { State::Recorded },
            about: None,
            network: None,
        });
    }

    fn node(&mut self, kind: NodeKind, id: &str) -> Option<&mut Node> {
        self.nodes.get_mut(&(kind, id.to_owned()))
    }

    fn bridge(&mut self, host: &str, name: &str, kind: LinkKind) -> String {
        let state = match kind {
            _ if host != self.here => State::Recorded,
            // Those of the daemon in user space are no links of the kernel's.
            LinkKind::Ovs => State::Up,
            _ => self.bridges.get(name).copied().unwrap_or(State::Missing),
        };
        let id = self.thing(NodeKind::Bridge, host, name, state);
        if kind == LinkKind::Ovs
            && let Some(node) = self.node(NodeKind::Bridge, &id)
        {
            node.about = Some("Open vSwitch".into());
        }
        id
    }

    fn card(&mut self, host: &str, name: &str, about: Option<&str>) -> String {
        let state = match host == self.here {
            true => State::Up,
            false => State::Recorded,
        };
        let id = self.thing(NodeKind::Card, host, name, state);
        if let Some(about) = about
            && let Some(node) = self.node(NodeKind::Card, &id)
        {
            node.about = Some(about.to_owned());
        }
        id
    }

    fn container(&mut self, record: &AttachmentRecord) -> String {
        let host = &record.owner.host;
        let target = record.owner.target.to_string();
        let state = match *host == *self.here {
            true => State::Up,
            false => State::Recorded,
        };
        self.thing(NodeKind::Container, host, &target, state)
    }

    /// A VLAN of a bridge or card.
    fn vlan(&mut self, parent: &str, host: &str, vlan: &str, network: Option<&str>) -> String {
        let name = parent.rsplit('/').next().unwrap_or_default().to_owned();
        let id = self.thing(
            NodeKind::Vlan,
            host,
            &format!("{name}/{vlan}"),
            State::Recorded,
        );
        let state = self
            .nodes
            .values()
            .find(|node| node.id == parent)
            .map(|node| node.state);
        if let Some(node) = self.node(NodeKind::Vlan, &id) {
            node.name = vlan.to_owned();
            node.parent = Some(parent.to_owned());
            node.state = state.unwrap_or_default();
            if node.network.is_none() {
                node.network = network.map(str::to_owned);
            }
        }
        id
    }

    fn attachment(&mut self, record: &AttachmentRecord, state: State) {
        let host = record.owner.host.clone();
        let network = record.network.as_ref().map(|name| name.as_str());
        let from = self.container(record);
        let link = record.link.as_str();
        let parent = match record.kind {
            LinkKind::Dummy | LinkKind::Veth => None,
            LinkKind::Bridge | LinkKind::Ovs => Some(self.bridge(&host, link, record.kind)),
            LinkKind::Phys => Some(self.card(&host, link, Some("moved in"))),
            _ => Some(self.card(&host, link, None)),
        };
        let texts = |all: &[ipnetwork::IpNetwork]| all.iter().map(ToString::to_string).collect();
        let mut edge = Edge {
            link: Some(record.kind.word()),
            ifname: Some(record.owner.ifname.to_string()),
            addresses: texts(&record.addresses),
            vlan: record.vlan.as_ref().map(ToString::to_string),
            network: network.map(str::to_owned),
            shape: record.shape.as_ref().map(ToString::to_string),
            ..Edge::plain(EdgeKind::Attachment, &from, "", state)
        };
        edge.to = match (&parent, &record.vlan) {
            (Some(parent), Some(PortVlan::Access(id))) => {
                Some(self.vlan(parent, &host, &id.to_string(), network))
            }
            _ => parent,
        };
        if let Some(far) = record.far() {
            edge.kind = EdgeKind::Wire;
            edge.to = Some(self.container(&far));
            edge.peer_ifname = Some(far.owner.ifname.to_string());
            edge.peer_addresses = texts(&far.addresses);
        }
        self.edges.push(edge);
    }

    /// The network of a bridge without VLANs is that of those who are on it, if they agree.
    fn done(mut self) -> Graph {
        let mut of_parents: HashMap<String, Vec<&str>> = HashMap::new();
        for edge in &self.edges {
            if let (EdgeKind::Attachment, Some(to), Some(network)) =
                (edge.kind, &edge.to, &edge.network)
            {
                of_parents.entry(to.clone()).or_default().push(network);
            }
        }
        for node in self.nodes.values_mut() {
            let networks = of_parents
                .get(&node.id)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let agree = networks.windows(2).all(|pair| pair[0] == pair[1]);
            if let Some(network) = networks.first().filter(|_| agree && node.network.is_none()) {
                node.network = Some((*network).to_owned());
            }
        }
        tunnels::coloured(&mut self.nodes, &self.edges);
        self.edges.sort_by(|one, other| {
            (one.kind, &one.from, &one.ifname, &one.to).cmp(&(
                other.kind,
                &other.from,
                &other.ifname,
                &other.to,
            ))
        });
        Graph {
            nodes: self.nodes.into_values().collect(),
            edges: self.edges,
        }
    }
}

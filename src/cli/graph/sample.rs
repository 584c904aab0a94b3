//! A network to draw: two hosts, three tenants, twenty containers.

use crate::ops::graph::model::{Edge, EdgeKind, Graph, Node, NodeKind, State};

/// A thing of a host.
pub fn node(kind: NodeKind, host: &str, name: &str, state: State) -> Node {
    let id = match kind {
        NodeKind::Host => format!("host:{host}"),
        NodeKind::Peer => format!("peer:{name}"),
        _ => format!("{}:{host}/{name}", kind.word()),
    };
    Node {
        id,
        kind,
        name: name.to_owned(),
        host: (kind != NodeKind::Peer).then(|| host.to_owned()),
        parent: None,
        state,
        about: None,
        network: None,
    }
}

/// What joins a container's interface to something.
pub fn attachment(from: &str, to: Option<&str>, ifname: &str, addresses: &[&str]) -> Edge {
    let mut edge = Edge::plain(EdgeKind::Attachment, from, "", State::Up);
    edge.to = to.map(str::to_owned);
    edge.link = Some("bridge");
    edge.ifname = Some(ifname.to_owned());
    edge.addresses = addresses.iter().map(|ip| (*ip).to_owned()).collect();
    edge
}

const TENANTS: [(&str, &str, u8); 3] = [
    ("acme", "10", 10),
    ("globex", "20", 20),
    ("initech", "30", 30),
];

const NAMES: [&[&str]; 3] = [
    &["web", "api", "db", "cache"],
    &["shop", "search", "queue"],
    &["mail", "wiki", "ci"],
];

/// Two hosts, whose bridges have a VLAN a tenant and a tunnel a VLAN.
pub fn sample() -> Graph {
    let mut graph = Graph::default();
    for (nth, (host, state)) in [("osaka", State::Up), ("tokyo", State::Recorded)]
        .into_iter()
        .enumerate()
    {
        one_host(&mut graph, nth, host, state);
    }
    for (_, vlan, _) in TENANTS {
        let (from, to) = (
            format!("tunnel:osaka/vx{vlan}"),
            format!("tunnel:tokyo/vx{vlan}"),
        );
        let edge = Edge::plain(EdgeKind::Tunnel, &from, &to, State::Up);
        graph.edges.push(edge);
    }
    let mut wire = attachment(
        "container:osaka/db1",
        Some("container:osaka/cache1"),
        "sync0",
        &["10.255.0.1/30"],
    );
    wire.kind = EdgeKind::Wire;
    wire.peer_ifname = Some("sync0".into());
    wire.peer_addresses = vec!["10.255.0.2/30".into()];
    graph.edges.push(wire);
    graph
}

fn one_host(graph: &mut Graph, nth: usize, host: &str, state: State) {
    let put = |graph: &mut Graph, node: Node| {
        graph.nodes.push(node.clone());
        node.id
    };
    put(graph, node(NodeKind::Host, host, host, state));
    let bridge = put(graph, node(NodeKind::Bridge, host, "br0", state));
    let card = put(graph, node(NodeKind::Card, host, "eth1", state));
    for (tenant, (network, vlan, subnet)) in TENANTS.into_iter().enumerate() {
        let id = put(
            graph,
            Node {
                id: format!("vlan:{host}/br0/{vlan}"),
                parent: Some(bridge.clone()),
                network: Some(network.to_owned()),
                ..node(NodeKind::Vlan, host, vlan, state)
            },
        );
        let local = nth + 1;
        let tunnel = put(
            graph,
            Node {
                about: Some(format!(
                    "vxlan VNI {vlan} from 192.0.2.{local} to 192.0.2.{}",
                    3 - local
                )),
                network: Some(network.to_owned()),
                ..node(NodeKind::Tunnel, host, &format!("vx{vlan}"), state)
            },
        );
        let mut port = Edge::plain(EdgeKind::Port, &tunnel, &id, state);
        port.vlan = Some(vlan.to_owned());
        graph.edges.push(port);
        for (number, name) in NAMES[tenant].iter().enumerate() {
            let name = format!("{name}{local}");
            let container = put(graph, node(NodeKind::Container, host, &name, state));
            let last = number * 2 + nth + 5;
            let v4 = format!("10.{subnet}.0.{last}/24");
            let v6 = format!("fd00:{subnet}::{last}/64");
            let addresses = [v4.as_str(), v6.as_str()];
            let mut edge = attachment(
                &container,
                Some(&id),
                "eth1",
                &addresses[..1 + usize::from(number == 0)],
            );
            edge.state = state;
            edge.vlan = Some(vlan.to_owned());
            edge.network = Some(network.to_owned());
            match name.as_str() {
                "queue2" => edge.shape = Some("rate 10mbit, delay 40ms".into()),
                "wiki1" => edge.state = State::Missing,
                _ => {}
            }
            graph.edges.push(edge);
            if number == 0 {
                let address = format!("192.0.2.{}/24", 100 + tenant * 10 + nth);
                let mut edge = attachment(&container, Some(&card), "lan0", &[&address]);
                edge.link = Some("macvlan");
                edge.state = state;
                edge.network = Some("eth1".into());
                graph.edges.push(edge);
            }
        }
    }
    if let Some(node) = graph.nodes.iter_mut().find(|node| node.id == card) {
        node.network = Some("eth1".into());
    }
}

//! What is drawn is all there is, each thing where nothing else is.

use std::path::Path;

use super::colour::Palette;
use super::layout::lay_out;
use super::picture::{Block, Look, Picture, Rect};
use super::sample::{attachment, node, sample};
use super::{dot, mermaid, svg};
use crate::ops::graph::model::{Edge, EdgeKind, Graph, NodeKind, State};

fn picture(graph: &Graph) -> Picture {
    lay_out(graph, &Palette::new(graph.networks()))
}

fn apart(one: Rect, other: Rect) -> bool {
    one.right() <= other.x
        || other.right() <= one.x
        || one.bottom() <= other.y
        || other.bottom() <= one.y
}

fn inside(one: Rect, outer: Rect) -> bool {
    one.x >= outer.x
        && one.y >= outer.y
        && one.right() <= outer.right()
        && one.bottom() <= outer.bottom()
}

/// Claims that no box is in the way of another, and that texts stay in theirs.
fn is_tidy(graph: &Graph) {
    let picture = picture(graph);
    let whole = Rect {
        x: 0,
        y: 0,
        w: picture.width,
        h: picture.height,
    };
    let blocks: Vec<&Block> = picture
        .blocks
        .iter()
        .filter(|block| block.look != Look::Key)
        .collect();
    for (nth, one) in blocks.iter().enumerate() {
        assert!(inside(one.place, whole), "{one:?}");
        for other in &blocks[nth + 1..] {
            let holds = |outer: &Block, inner: &Block| match (outer.look, inner.look) {
                (Look::Host, look) => !matches!(look, Look::Host | Look::Peer),
                (Look::Parent, Look::Segment) => true,
                _ => false,
            };
            let nested = holds(one, other) && inside(other.place, one.place)
                || holds(other, one) && inside(one.place, other.place);
            assert!(
                nested || apart(one.place, other.place),
                "{one:?}\n{other:?}"
            );
        }
        for label in &one.labels {
            let text = Rect {
                x: label.x,
                y: label.y - label.face.size(),
                w: label.face.width(&label.text),
                h: label.face.size(),
            };
            assert!(inside(text, one.place), "{label:?} in {:?}", one.place);
        }
    }
    for block in picture
        .blocks
        .iter()
        .filter(|block| block.look == Look::Key)
    {
        for label in &block.labels {
            assert!(
                label.x + label.face.width(&label.text) <= picture.width,
                "{label:?}"
            );
        }
    }
    for line in &picture.lines {
        for (x, y) in [line.from, line.to] {
            assert!(
                (0..picture.width).contains(&x) && (0..picture.height).contains(&y),
                "{line:?}"
            );
        }
    }
}

/// Claims that the SVG is XML and has these texts; gives all its text.
fn is_xml(graph: &Graph) -> Vec<String> {
    let text = svg::render(graph);
    let document =
        roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let all = document
        .descendants()
        .filter(|node| node.has_tag_name("text") || node.has_tag_name("title"));
    all.filter_map(|node| node.text().map(str::to_owned))
        .collect()
}

#[test]
fn everything_is_in_it() {
    let graph = sample();
    is_tidy(&graph);
    let texts = is_xml(&graph);
    let containers = graph
        .nodes
        .iter()
        .filter(|node| node.kind == NodeKind::Container);
    assert_eq!(containers.clone().count(), 20);
    for node in graph
        .nodes
        .iter()
        .filter(|node| node.kind != NodeKind::Vlan)
    {
        assert!(texts.contains(&node.name), "{}", node.name);
    }
    let addresses = graph
        .edges
        .iter()
        .flat_map(|edge| edge.addresses.iter().chain(&edge.peer_addresses));
    for address in addresses {
        assert!(texts.contains(address), "{address}");
    }
    for wanted in [
        "VLAN 10",
        "VLAN 20",
        "VLAN 30",
        "acme",
        "globex",
        "initech",
        "2 hosts · 20 containers · 4 networks",
    ] {
        assert!(texts.iter().any(|text| text == wanted), "{wanted}");
    }
    // Each interface that leads somewhere has its line, and each tunnel.
    let joined = graph.edges.iter().filter(|edge| edge.to.is_some()).count();
    assert_eq!(picture(&graph).lines.len(), joined);
}

/// The names that are hardest to write down.
const HOSTILE: [&str; 7] = [
    "</text><script>alert(1)</script>",
    "a\"]; node [label=\"x",
    "a&amp;b&lt;",
    "\u{1b}[31m\u{0}\u{ffff}",
    "`~#quot;{}|[]()",
    "名前-имя-ﷺﷺﷺ",
    "a-name-that-is-far-longer-than-any-box-should-be-wide-and-goes-on-and-on-until-it-is-cut-off",
];

fn hostile() -> Graph {
    let mut graph = Graph::default();
    for host in HOSTILE {
        graph
            .nodes
            .push(node(NodeKind::Host, host, host, State::Recorded));
        for name in HOSTILE {
            let bridge = node(NodeKind::Bridge, host, name, State::Down);
            let container = node(NodeKind::Container, host, name, State::Missing);
            let mut edge = attachment(&container.id, Some(&bridge.id), name, &[name, name]);
            edge.network = Some(name.to_owned());
            edge.shape = Some(name.to_owned());
            graph.edges.push(edge);
            graph
                .edges
                .push(attachment(&container.id, None, "lost0", &[]));
            let mut tunnel = node(NodeKind::Tunnel, host, name, State::Missing);
            tunnel.about = Some(name.to_owned());
            let peer = node(NodeKind::Peer, "", name, State::Recorded);
            graph.edges.push(Edge::plain(
                EdgeKind::Tunnel,
                &tunnel.id,
                &peer.id,
                State::Missing,
            ));
            graph.edges.push(Edge::plain(
                EdgeKind::Port,
                &tunnel.id,
                &bridge.id,
                State::Missing,
            ));
            graph.nodes.extend([bridge, container, tunnel]);
            if !graph.nodes.iter().any(|known| known.id == peer.id) {
                graph.nodes.push(peer);
            }
        }
    }
    graph
}

#[test]
fn hostile_names_stay_text() {
    let graph = hostile();
    is_tidy(&graph);
    let texts = is_xml(&graph);
    assert!(
        texts.contains(&HOSTILE[0].to_owned())
            || texts.iter().any(|text| text.starts_with("</text>"))
    );
    let drawn = svg::render(&graph);
    assert!(!drawn.contains("<script"), "{drawn}");
    assert!(
        !drawn.contains(char::is_control)
            || drawn.chars().filter(|c| c.is_control()).all(|c| c == '\n')
    );
    let lines = |text: String| text.lines().map(str::to_owned).collect::<Vec<_>>();
    for line in lines(dot::render(&graph)) {
        assert!(!line.chars().any(char::is_control), "{line:?}");
    }
    for line in lines(mermaid::render(&graph)) {
        let tame = !line.contains("<script") && !line.chars().any(char::is_control);
        assert!(tame, "{line:?}");
    }
}

#[test]
fn any_size_is_tidy() {
    is_tidy(&Graph::default());
    let mut graph = Graph::default();
    graph
        .nodes
        .push(node(NodeKind::Host, "h1", "h1", State::Up));
    is_tidy(&graph);
    let many = sample();
    for hosts in [1, 2, 3, 5, 8] {
        let mut graph = Graph::default();
        for nth in 0..hosts {
            let host = format!("host{nth}");
            let rename = |text: &str| text.replace("osaka", &host);
            for node in many
                .nodes
                .iter()
                .filter(|node| node.host.as_deref() == Some("osaka"))
            {
                let mut node = node.clone();
                node.id = rename(&node.id);
                node.name = rename(&node.name);
                node.host = Some(host.clone());
                node.parent = node.parent.as_deref().map(rename);
                graph.nodes.push(node);
            }
            for edge in many.edges.iter().filter(|edge| edge.from.contains("osaka")) {
                let mut edge = edge.clone();
                edge.from = rename(&edge.from);
                edge.to = edge
                    .to
                    .as_deref()
                    .map(|to| rename(to).replace("tokyo", "host0"));
                graph.edges.push(edge);
            }
            for number in 0..nth {
                let mut tunnel = node(NodeKind::Tunnel, &host, &format!("gre{number}"), State::Up);
                tunnel.about = Some("gre key 7 from 2001:db8::1 to 2001:db8::2".into());
                let peer = node(
                    NodeKind::Peer,
                    "",
                    &format!("2001:db8:1234:5678:9abc:def0:1234:{nth}{number}"),
                    State::Recorded,
                );
                graph.edges.push(Edge::plain(
                    EdgeKind::Tunnel,
                    &tunnel.id,
                    &peer.id,
                    State::Up,
                ));
                graph.nodes.extend([tunnel, peer]);
            }
        }
        is_tidy(&graph);
        is_xml(&graph);
    }
}

/// The lines of Mermaid that a flowchart of these nodes and edges may have.
#[test]
fn mermaid_is_a_flowchart() {
    for graph in [sample(), hostile(), Graph::default()] {
        let text = mermaid::render(&graph);
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("flowchart LR"));
        let mut open = 0;
        for line in lines.map(str::trim) {
            let is_id = |text: &str| {
                text.starts_with('n') && text.chars().all(|c| c.is_ascii_alphanumeric())
            };
            let quoted = |text: &str| {
                let inner = text
                    .strip_prefix('"')
                    .and_then(|text| text.strip_suffix('"'));
                inner.is_some_and(|inner| !inner.contains(['"', '|', '[', ']', '`']))
            };
            let word = line.split([' ', '[', '{', '>', '(']).next().unwrap();
            match word {
                "subgraph" => open += 1,
                "end" => open -= 1,
                "style" | "linkStyle" => assert!(line.contains(" stroke:#"), "{line}"),
                id if is_id(id) && (line.contains(" --- ") || line.contains(" === ")) => {}
                id if is_id(id) && (line.contains(" ---|") || line.contains(" ===|")) => {
                    let label = line.split('|').nth(1).unwrap();
                    assert!(quoted(label), "{line}");
                    assert_eq!(line.matches('|').count(), 2, "{line}");
                }
                id if is_id(id) => {
                    let rest = &line[id.len()..];
                    let inner = rest
                        .trim_start_matches(['[', '{', '>', '(', '/'])
                        .trim_end_matches([']', '}', ')', '/']);
                    assert!(quoted(inner), "{line}");
                }
                _ => panic!("{line}"),
            }
        }
        assert_eq!(open, 0);
    }
}

#[test]
fn the_example_is_this_drawing() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/graph.svg");
    let drawn = svg::render(&sample());
    if std::env::var_os("NETPIPE_DRAW_EXAMPLE").is_some() {
        std::fs::write(&path, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == drawn,
        "it is old: NETPIPE_DRAW_EXAMPLE=1 cargo test --lib the_example_is"
    );
}

#[test]
fn dot_names_everything() {
    let graph = sample();
    let text = dot::render(&graph);
    for node in &graph.nodes {
        assert!(text.contains(&node.name), "{}", node.name);
    }
    assert_eq!(text.matches(" -- ").count(), graph.edges.len() + 6);
}

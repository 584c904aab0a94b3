//! A graph in the language of Graphviz (dot(1)).

use std::fmt::Write as _;

use super::colour::{BAD, Palette, WEAK};
use crate::ops::graph::model::{Edge, EdgeKind, Graph, Node, NodeKind, State};

/// Writes it.
pub fn render(graph: &Graph) -> String {
    let palette = Palette::new(graph.networks());
    let mut out = String::from(
        "graph netpipe {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11];\n  \
         edge [fontname=\"sans-serif\", fontsize=9];\n",
    );
    let hosts = graph
        .nodes
        .iter()
        .filter(|node| node.kind == NodeKind::Host);
    for (nth, host) in hosts.enumerate() {
        let _ = writeln!(
            out,
            "  subgraph cluster_{nth} {{\n    label={};",
            quoted(&host.name)
        );
        for node in graph
            .nodes
            .iter()
            .filter(|node| node.host == host.host && node.id != host.id)
        {
            let _ = writeln!(out, "    {}", thing(node, &palette));
        }
        out.push_str("  }\n");
    }
    for node in graph.nodes.iter().filter(|node| node.host.is_none()) {
        let _ = writeln!(out, "  {}", thing(node, &palette));
    }
    for node in &graph.nodes {
        if let Some(parent) = &node.parent {
            let _ = writeln!(
                out,
                "  {} -- {} [style=bold];",
                quoted(&node.id),
                quoted(parent)
            );
        }
    }
    for (nth, edge) in graph.edges.iter().enumerate() {
        out.push_str(&joined(nth, edge, graph, &palette));
    }
    out += "}\n";
    out
}

fn thing(node: &Node, palette: &Palette<'_>) -> String {
    let shape = match node.kind {
        NodeKind::Host | NodeKind::Container => "box",
        NodeKind::Bridge => "box3d",
        NodeKind::Vlan => "hexagon",
        NodeKind::Card => "component",
        NodeKind::Tunnel => "cds",
        NodeKind::Peer => "ellipse",
    };
    let mut text = match node.kind {
        NodeKind::Vlan => format!("VLAN {}", node.name),
        _ => node.name.clone(),
    };
    for more in [
        &node.about,
        &node.network.clone().filter(|_| node.kind == NodeKind::Vlan),
    ]
    .into_iter()
    .flatten()
    {
        let _ = write!(text, "\n{more}");
    }
    let colour = palette.of(node.network.as_deref());
    format!(
        "{} [label={}, shape={shape}, {}];",
        quoted(&node.id),
        quoted(&text),
        look(&colour, node.state)
    )
}

fn look(colour: &str, state: State) -> String {
    match state {
        State::Missing => format!("color=\"{BAD}\", style=dashed"),
        State::Down => format!("color=\"{WEAK}\", style=dotted"),
        State::Up | State::Recorded => format!("color=\"{colour}\""),
    }
}

fn joined(nth: usize, edge: &Edge, graph: &Graph, palette: &Palette<'_>) -> String {
    let mut lines: Vec<&str> = edge.ifname.as_deref().into_iter().collect();
    lines.extend(edge.addresses.iter().map(String::as_str));
    if edge.kind == EdgeKind::Wire {
        lines.push("to");
        lines.extend(edge.peer_ifname.as_deref());
        lines.extend(edge.peer_addresses.iter().map(String::as_str));
    }
    lines.extend(edge.shape.as_deref());
    let network = edge
        .network
        .as_deref()
        .or_else(|| graph.node(&edge.from)?.network.as_deref());
    let mut look = look(&palette.of(network), edge.state);
    if edge.kind == EdgeKind::Tunnel {
        look += ", penwidth=3";
    }
    let label = quoted(&lines.join("\n"));
    match &edge.to {
        Some(to) => format!(
            "  {} -- {} [label={label}, {look}];\n",
            quoted(&edge.from),
            quoted(to)
        ),
        // One that leads nowhere.
        None => format!(
            "  nowhere{nth} [shape=point];\n  {} -- nowhere{nth} [label={label}, {look}];\n",
            quoted(&edge.from)
        ),
    }
}

/// A text in quotes. A backslash would begin an escape of labels, and a NUL ends the file.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            // In labels it would begin an entity of HTML.
            '&' => out.push_str("&amp;"),
            character if character.is_control() => {}
            character => out.push(character),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn nothing_leaves_its_quotes() {
        assert_eq!(quoted("a\"]; b"), "\"a\\\"]; b\"");
        assert_eq!(quoted("a\\"), "\"a\\\\\"");
        assert_eq!(quoted("a\nb\0&lt;"), "\"a\\nb&amp;lt;\"");
    }
}

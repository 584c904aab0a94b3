//! A graph as a flowchart of Mermaid, which forges draw where it stands in a text.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::colour::{BAD, Palette, WEAK};
use crate::ops::graph::model::{Edge, EdgeKind, Graph, Node, NodeKind, State};

/// Writes it.
pub fn render(graph: &Graph) -> String {
    let palette = Palette::new(graph.networks());
    // Names of nodes are words there, whatever the things are named.
    let ids: HashMap<&str, String> = graph
        .nodes
        .iter()
        .enumerate()
        .map(|(nth, node)| (node.id.as_str(), format!("n{nth}")))
        .collect();
    let mut out = String::from("flowchart LR\n");
    for host in graph
        .nodes
        .iter()
        .filter(|node| node.kind == NodeKind::Host)
    {
        let _ = writeln!(
            out,
            "  subgraph {}[{}]",
            ids[host.id.as_str()],
            quoted(&host.name)
        );
        for node in graph
            .nodes
            .iter()
            .filter(|node| node.host == host.host && node.id != host.id)
        {
            let _ = writeln!(out, "    {}", thing(node, &ids));
        }
        out.push_str("  end\n");
    }
    for node in graph.nodes.iter().filter(|node| node.host.is_none()) {
        let _ = writeln!(out, "  {}", thing(node, &ids));
    }
    let mut drawn = 0;
    let mut styles = String::new();
    for node in &graph.nodes {
        let parent = node.parent.as_deref().and_then(|parent| ids.get(parent));
        if let Some(parent) = parent {
            let _ = writeln!(out, "  {} --- {parent}", ids[node.id.as_str()]);
            drawn += 1;
        }
        if node.kind != NodeKind::Host {
            let colour = palette.of(node.network.as_deref());
            let _ = writeln!(
                styles,
                "  style {} {}",
                ids[node.id.as_str()],
                look(&colour, node.state)
            );
        }
    }
    for (nth, edge) in graph.edges.iter().enumerate() {
        let Some(line) = joined(nth, edge, &ids) else {
            continue;
        };
        let _ = writeln!(out, "  {line}");
        let network = edge
            .network
            .as_deref()
            .or_else(|| graph.node(&edge.from)?.network.as_deref());
        let look = look(&palette.of(network), edge.state);
        let _ = writeln!(styles, "  linkStyle {drawn} {look}");
        drawn += 1;
    }
    out + &styles
}

/// The line of an edge, if it has both ends, or leads nowhere.
fn joined(nth: usize, edge: &Edge, ids: &HashMap<&str, String>) -> Option<String> {
    let from = ids.get(edge.from.as_str())?;
    let to = match &edge.to {
        Some(to) => ids.get(to.as_str())?.clone(),
        None => format!("nowhere{nth}((\" \"))"),
    };
    let line = match edge.kind {
        EdgeKind::Tunnel => "===",
        _ => "---",
    };
    Some(match label(edge) {
        label if label.is_empty() => format!("{from} {line} {to}"),
        label => format!("{from} {line}|{}| {to}", quoted(&label)),
    })
}

fn thing(node: &Node, ids: &HashMap<&str, String>) -> String {
    let (open, close) = match node.kind {
        NodeKind::Host | NodeKind::Container => ("[", "]"),
        NodeKind::Bridge => ("[[", "]]"),
        NodeKind::Vlan => ("{{", "}}"),
        NodeKind::Card => ("[/", "/]"),
        NodeKind::Tunnel => (">", "]"),
        NodeKind::Peer => ("([", "])"),
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
    format!("{}{open}{}{close}", ids[node.id.as_str()], quoted(&text))
}

fn look(colour: &str, state: State) -> String {
    match state {
        State::Missing => format!("stroke:{BAD},stroke-dasharray:5 3"),
        State::Down => format!("stroke:{WEAK},stroke-dasharray:2 2"),
        State::Up | State::Recorded => format!("stroke:{colour}"),
    }
}

fn label(edge: &Edge) -> String {
    let mut lines: Vec<&str> = edge.ifname.as_deref().into_iter().collect();
    lines.extend(edge.addresses.iter().map(String::as_str));
    if edge.kind == EdgeKind::Wire {
        lines.push("to");
        lines.extend(edge.peer_ifname.as_deref());
        lines.extend(edge.peer_addresses.iter().map(String::as_str));
    }
    lines.extend(edge.shape.as_deref());
    lines.join("\n")
}

/// A text in quotes, in which only letters, digits and some signs stand for themselves: Mermaid
/// reads entities of HTML written with `#`, and its renderers read HTML and Markdown besides.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '\n' => out.push_str("<br/>"),
            character if character.is_alphanumeric() || " .:/,-_=%()+".contains(character) => {
                out.push(character);
            }
            character if character.is_control() => {}
            character => {
                let _ = write!(out, "#{};", u32::from(character));
            }
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
        assert_eq!(quoted("a\"]<b>\nc"), "\"a#34;#93;#60;b#62;<br/>c\"");
        assert_eq!(quoted("`x`#59;"), "\"#96;x#96;#35;59#59;\"");
    }
}

//! What containers are on, in a drawing: bridges and cards, with their VLANs in them.

use super::host::{Draft, label};
use super::picture::{Block, Look, Rect};
use super::text::{Face, natural};
use crate::ops::graph::model::{EdgeKind, Graph, Node, NodeKind};

/// A bridge or card that something is on, with its parts: itself first, if anything is on it
/// without a VLAN, then its VLANs.
pub(super) struct Parent<'g> {
    pub(super) node: &'g Node,
    pub(super) parts: Vec<&'g Node>,
}

/// Those of a host, bridges first.
pub(super) fn parents<'g>(graph: &'g Graph, host: &'g str) -> Vec<Parent<'g>> {
    let used = |id: &str| {
        let mut attached = graph
            .edges
            .iter()
            .filter(|edge| edge.kind == EdgeKind::Attachment);
        attached.any(|edge| edge.to.as_deref() == Some(id))
    };
    let mut parents = Vec::new();
    for kind in [NodeKind::Bridge, NodeKind::Card] {
        for node in graph.of_host(host, kind) {
            let vlans = graph.of_host(host, NodeKind::Vlan);
            let mut vlans: Vec<&Node> = vlans
                .filter(|vlan| vlan.parent.as_ref() == Some(&node.id))
                .collect();
            vlans.sort_by(|one, other| natural(&one.name, &other.name));
            let mut parts: Vec<&Node> = Vec::new();
            parts.extend(used(&node.id).then_some(node));
            parts.extend(vlans);
            // A card that is only a port has its place among those.
            if kind == NodeKind::Bridge || !parts.is_empty() {
                parents.push(Parent { node, parts });
            }
        }
    }
    parents
}

fn part_texts(parent: &Node, part: &Node) -> (String, String) {
    let network = part.network.clone().unwrap_or_default();
    match part.kind {
        NodeKind::Vlan => (format!("VLAN {}", part.name), network),
        _ if part.network.is_none() => ("several networks".into(), String::new()),
        _ if part.network.as_ref() == Some(&parent.name) => ("untagged".into(), String::new()),
        _ => (network, String::new()),
    }
}

/// How wide it is.
pub(super) fn parent_width(parent: &Parent<'_>) -> i32 {
    let about = Face::Small.width(kind_of(parent.node));
    let own = Face::Name.width(&parent.node.name).max(about) + 24;
    let parts = parent.parts.iter().map(|part| {
        let (first, second) = part_texts(parent.node, part);
        Face::Plain.width(&first).max(Face::Small.width(&second)) + 34
    });
    parts.chain([own]).max().unwrap_or(0).clamp(112, 200)
}

fn kind_of(node: &Node) -> &str {
    match (node.kind, &node.about) {
        (_, Some(about)) => about,
        (NodeKind::Bridge, None) => "bridge",
        (_, None) => "card",
    }
}

impl<'g> Draft<'g> {
    pub(super) fn segment(&mut self, parent: &'g Node, part: &'g Node, place: Rect) {
        let (first, second) = part_texts(parent, part);
        let two = i32::from(!second.is_empty());
        let x = place.x + 10;
        let y = place.middle() + 4 - 7 * two;
        let mut labels = vec![label(
            x,
            y,
            Face::Plain,
            Face::Plain.cut(&first, place.w - 16),
            false,
        )];
        if !second.is_empty() {
            let second = Face::Small.cut(&second, place.w - 16);
            labels.push(label(x, y + 14, Face::Small, second, false));
        }
        self.plugs.insert(&part.id, place);
        let title = match part.kind {
            NodeKind::Vlan => format!("VLAN {} of {}\n{second}", part.name, parent.name),
            _ => format!("{} of {}", first, parent.name),
        };
        self.picture.blocks.push(Block {
            look: Look::Segment,
            place,
            colour: self.colour(part.network.as_deref()),
            state: part.state,
            title,
            labels,
        });
    }

    pub(super) fn parent(&mut self, node: &'g Node, place: Rect) -> Block {
        self.plugs.entry(&node.id).or_insert(place);
        let most = place.w - 20;
        Block {
            look: Look::Parent,
            place,
            colour: self.colour(None),
            state: node.state,
            title: format!("{} {}\n{}", kind_of(node), node.name, node.state.word()),
            labels: vec![
                label(
                    place.x + 10,
                    place.y + 17,
                    Face::Name,
                    Face::Name.cut(&node.name, most),
                    false,
                ),
                label(
                    place.x + 10,
                    place.y + 31,
                    Face::Small,
                    Face::Small.cut(kind_of(node), most),
                    true,
                ),
            ],
        }
    }
}

//! What leads out of a host, in a drawing: tunnels, and cards that are ports of bridges.

use super::host::{BETWEEN, Draft, HEAD, PAD, label};
use super::picture::{Block, Line, Look, Rect};
use super::text::{Face, natural};
use crate::ops::graph::model::{Edge, EdgeKind, Node, NodeKind};

impl<'g> Draft<'g> {
    /// Tunnels and cards that are ports, each near what it is a port of; gives where they end
    /// on the right and below.
    pub(super) fn ports(&mut self, host: &'g str, edge: i32) -> (i32, i32) {
        let is_port = |node: &&Node| {
            node.kind == NodeKind::Tunnel || !self.plugs.contains_key(node.id.as_str())
        };
        let tunnels = self.graph.of_host(host, NodeKind::Tunnel);
        let nodes = tunnels
            .chain(self.graph.of_host(host, NodeKind::Card))
            .filter(is_port);
        let port_of = |node: &Node| {
            let mut ports = self
                .graph
                .edges
                .iter()
                .filter(|edge| edge.kind == EdgeKind::Port);
            ports.find(|edge| edge.from == node.id)
        };
        let mut ports: Vec<(i32, &'g Node, Option<&'g Edge>)> = nodes
            .map(|node| {
                let edge = port_of(node);
                let plug = edge.and_then(|edge| self.plugs.get(edge.to.as_deref()?));
                let y = plug.map_or(i32::MAX / 2, |plug| self.level(plug, edge));
                (y, node, edge)
            })
            .collect();
        if ports.is_empty() {
            return (edge, 0);
        }
        ports.sort_by(|one, other| {
            one.0
                .cmp(&other.0)
                .then_with(|| natural(&one.1.name, &other.1.name))
        });
        let brief = |node: &Node| brief(node);
        let width = ports.iter().map(|(_, node, _)| {
            Face::Name
                .width(&node.name)
                .max(Face::Small.width(&brief(node)))
                + 22
        });
        let width = width.max().unwrap_or(0).clamp(84, 170);
        let left = edge + if edge > PAD { 44 } else { 0 };
        let mut y = HEAD;
        for (wish, node, edge) in ports {
            let above = if wish > i32::MAX / 4 {
                y
            } else {
                y.max(wish - 20)
            };
            let place = Rect {
                x: left,
                y: above,
                w: width,
                h: 40,
            };
            self.port(node, edge, place);
            y = place.bottom() + BETWEEN;
        }
        (left + width, y - BETWEEN)
    }

    /// Where the line to a port leaves: of a whole bridge at its head, else in the middle.
    fn level(&self, plug: &Rect, edge: Option<&Edge>) -> i32 {
        let to = edge
            .and_then(|edge| edge.to.as_deref())
            .and_then(|id| self.graph.node(id));
        match to {
            Some(node) if node.kind == NodeKind::Bridge && plug.h > 90 => plug.y + 20,
            _ => plug.middle(),
        }
    }

    fn port(&mut self, node: &'g Node, edge: Option<&'g Edge>, place: Rect) {
        let most = place.w - 16;
        let colour = self.colour(node.network.as_deref());
        let plug = edge.and_then(|edge| Some((edge, *self.plugs.get(edge.to.as_deref()?)?)));
        if let Some((edge, plug)) = plug {
            let from = (plug.right(), self.level(&plug, Some(edge)));
            self.picture.lines.push(Line {
                from,
                to: (place.x, place.middle()),
                swing: (18, -18),
                thick: false,
                colour: colour.clone(),
                state: edge.state,
                title: format!("{} is a port", node.name),
            });
        }
        self.doors
            .insert(node.id.clone(), (place.right(), place.middle()));
        let about = node
            .about
            .clone()
            .unwrap_or_else(|| node.kind.word().to_owned());
        self.picture.blocks.push(Block {
            look: Look::Port,
            place,
            colour,
            state: node.state,
            title: format!(
                "{} {}\n{about}\n{}",
                node.kind.word(),
                node.name,
                node.state.word()
            ),
            labels: vec![
                label(
                    place.x + 9,
                    place.y + 17,
                    Face::Name,
                    Face::Name.cut(&node.name, most),
                    false,
                ),
                label(
                    place.x + 9,
                    place.y + 31,
                    Face::Small,
                    Face::Small.cut(&brief(node), most),
                    true,
                ),
            ],
        });
    }
}

/// What of a port there is room for.
fn brief(node: &Node) -> String {
    let about = node.about.as_deref().unwrap_or_else(|| node.kind.word());
    let end = [" from ", " to "]
        .iter()
        .filter_map(|word| about.find(word))
        .min();
    about[..end.unwrap_or(about.len())].to_owned()
}

//! The drawing of one host: containers in a column, bridges and cards with their VLANs beside
//! them, and tunnels and ports at the inner edge. It is drawn with that edge on the right, and
//! turned round if it is on the left.

use std::collections::HashMap;

use super::card::{Card, cards, told};
use super::colour::Palette;
use super::parent::{Parent, parent_width, parents};
use super::picture::{Block, Label, Line, Look, Picture, Rect};
use super::text::Face;
use crate::ops::graph::model::{EdgeKind, Graph, NodeKind, State};

/// How far everything is from a host's wall.
pub(super) const PAD: i32 = 16;
/// How far it is from the top.
pub(super) const HEAD: i32 = 38;
/// How far boxes are from each other.
pub(super) const BETWEEN: i32 = 9;
const APART: i32 = 20;
const LANE: i32 = 72;
const SEGMENT: i32 = 46;

/// One host, and where its tunnels' ends are.
pub struct Host {
    /// Its drawing.
    pub picture: Picture,
    /// The points that tunnels leave from, by their ids.
    pub doors: HashMap<String, (i32, i32)>,
}

/// A host's drawing that is being made.
pub(super) struct Draft<'g> {
    pub(super) graph: &'g Graph,
    pub(super) palette: &'g Palette<'g>,
    pub(super) picture: Picture,
    /// The inner edge of a container's row, by container and interface.
    pub(super) sockets: HashMap<(&'g str, String), (i32, i32)>,
    /// The outer edge of what interfaces lead to: left, right and middle.
    pub(super) plugs: HashMap<&'g str, Rect>,
    pub(super) doors: HashMap<String, (i32, i32)>,
}

/// Draws a host.
pub fn draw<'g>(graph: &'g Graph, palette: &'g Palette<'g>, name: &'g str) -> Host {
    let mut draft = Draft {
        graph,
        palette,
        picture: Picture::default(),
        sockets: HashMap::new(),
        plugs: HashMap::new(),
        doors: HashMap::new(),
    };
    let cards = cards(graph, name);
    let parents = parents(graph, name);
    let wires = graph
        .edges
        .iter()
        .filter(|edge| edge.kind == EdgeKind::Wire);
    let own = wires
        .filter(|edge| cards.iter().any(|card| card.node.id == edge.from))
        .count();
    let margin = if own > 0 {
        22 + 10 * i32::try_from(own.min(6)).unwrap_or(6)
    } else {
        0
    };
    let left = PAD + margin;
    let wide = cards.iter().map(Card::width).max().unwrap_or(0);
    let lane = left
        + wide
        + if cards.is_empty() || parents.is_empty() {
            0
        } else {
            LANE
        };
    let across = parents
        .iter()
        .map(|parent| parent_width(parent))
        .max()
        .unwrap_or(0);
    let bottom = draft.body(&cards, &parents, (left, wide), (lane, across));
    let edge = lane + across;
    let (ports_end, ports_bottom) = draft.ports(name, edge);
    draft.lines(&cards, left);
    let place = Rect {
        x: 0,
        y: 0,
        w: (ports_end + PAD)
            .max(Face::Name.width(name) + 2 * PAD + 60)
            .max(200),
        h: bottom.max(ports_bottom).max(HEAD + 20) + PAD,
    };
    draft.frame(name, place);
    // A door is in the host's wall, so that no line crosses what is inside.
    for door in draft.doors.values_mut() {
        door.0 = door.0.max(ports_end);
    }
    Host {
        picture: draft.picture,
        doors: draft.doors,
    }
}

/// Turns a drawing round: what was on the left is on the right. Text keeps its distance from
/// the left of its box.
pub fn turn(host: &mut Host) {
    let width = host.picture.width;
    for block in &mut host.picture.blocks {
        let before = block.place.x;
        block.place.x = width - block.place.right();
        for label in &mut block.labels {
            label.x += block.place.x - before;
        }
    }
    for line in &mut host.picture.lines {
        line.from.0 = width - line.from.0;
        line.to.0 = width - line.to.0;
        line.swing = (-line.swing.0, -line.swing.1);
    }
    for door in host.doors.values_mut() {
        door.0 = width - door.0;
    }
}

/// A text in a box.
pub(super) fn label(x: i32, y: i32, face: Face, text: String, faint: bool) -> Label {
    Label {
        x,
        y,
        face,
        text,
        faint,
    }
}

impl<'g> Draft<'g> {
    /// A network's colour.
    pub(super) fn colour(&self, network: Option<&str>) -> String {
        self.palette.of(network)
    }

    /// Containers beside what they are on; gives where it ends below.
    fn body(
        &mut self,
        cards: &[Card<'g>],
        parents: &[Parent<'g>],
        (left, wide): (i32, i32),
        (lane, across): (i32, i32),
    ) -> i32 {
        let mut y = HEAD;
        for parent in parents {
            let top = y;
            let at = self.picture.blocks.len();
            y += 38;
            for part in &parent.parts {
                let on = cards
                    .iter()
                    .filter(|card| card.on == Some(part.id.as_str()));
                let end = self.column(on, (left, wide), y);
                let place = Rect {
                    x: lane + 7,
                    y,
                    w: across - 14,
                    h: (end - y).max(SEGMENT),
                };
                self.segment(parent.node, part, place);
                y = place.bottom() + BETWEEN;
            }
            let place = Rect {
                x: lane,
                y: top,
                w: across,
                h: (y - top - if parent.parts.is_empty() { 0 } else { 2 }).max(44),
            };
            let block = self.parent(parent.node, place);
            // Behind its parts.
            self.picture.blocks.insert(at, block);
            y = place.bottom() + APART;
        }
        let ids: Vec<&str> = parents
            .iter()
            .flat_map(|parent| parent.parts.iter().map(|part| part.id.as_str()))
            .collect();
        let alone = cards
            .iter()
            .filter(|card| card.on.is_none_or(|on| !ids.contains(&on)));
        let end = self.column(alone, (left, wide), y);
        if end > y { end } else { y - APART }
    }

    /// Containers, one below the other; gives where they end.
    fn column<'c>(
        &mut self,
        cards: impl Iterator<Item = &'c Card<'g>>,
        (left, wide): (i32, i32),
        top: i32,
    ) -> i32
    where
        'g: 'c,
    {
        let mut y = top;
        for card in cards {
            let place = Rect {
                x: left,
                y,
                w: wide,
                h: card.height(),
            };
            self.card(card, place);
            y = place.bottom() + BETWEEN;
        }
        if y > top { y - BETWEEN } else { top }
    }

    /// The lines from containers to what they are on, and from container to container.
    fn lines(&mut self, cards: &[Card<'g>], left: i32) {
        let mut wires = 0;
        for (edge, far) in cards
            .iter()
            .flat_map(|card| card.starts.iter().map(|(_, edge, far)| (edge, *far)))
        {
            let Some(to) = edge.to.as_deref().filter(|_| !far) else {
                continue;
            };
            let socket = |id: &'g str, name: &Option<String>| {
                self.sockets
                    .get(&(id, name.clone().unwrap_or_default()))
                    .copied()
            };
            let (Some(from), Some(plug)) = (socket(&edge.from, &edge.ifname), self.plugs.get(to))
            else {
                continue;
            };
            let card = self
                .plugs
                .get(edge.from.as_str())
                .copied()
                .unwrap_or_default();
            let (from, to, swing) = match edge.kind {
                EdgeKind::Wire => {
                    let Some(to) = socket(to, &edge.peer_ifname) else {
                        continue;
                    };
                    wires += 1;
                    let out = -(20 + 10 * wires).min(left - 8) * 4 / 3;
                    (from, to, (out, out))
                }
                _ => {
                    let (low, high) = (plug.y + 8, plug.bottom() - 8);
                    (
                        (card.right(), from.1),
                        (plug.x, from.1.clamp(low, high.max(low))),
                        (30, -30),
                    )
                }
            };
            let colour = self.colour(edge.network.as_deref());
            self.picture.lines.push(Line {
                from,
                to,
                swing,
                thick: false,
                colour,
                state: edge.state,
                title: told(edge, false),
            });
        }
    }

    fn frame(&mut self, name: &str, place: Rect) {
        let state = self
            .graph
            .of_host(name, NodeKind::Host)
            .next()
            .map(|node| node.state);
        let state = state.unwrap_or_default();
        let mut labels = vec![label(
            PAD,
            23,
            Face::Name,
            Face::Name.cut(name, place.w - 2 * PAD - 50),
            false,
        )];
        let note = if state == State::Up {
            "this host"
        } else {
            "host"
        };
        let x = PAD + Face::Name.width(&labels[0].text) + 8;
        labels.push(label(x, 23, Face::Small, note.into(), true));
        self.picture.width = place.w;
        self.picture.height = place.h;
        self.picture.blocks.insert(
            0,
            Block {
                look: Look::Host,
                place,
                colour: self.colour(None),
                state,
                title: format!("host {name}"),
                labels,
            },
        );
    }
}

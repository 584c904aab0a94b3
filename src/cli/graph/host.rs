//! The drawing of one host: containers in a column, bridges and cards with their VLANs beside
//! them, and tunnels and ports at the inner edge. It is drawn with that edge on the right, and
//! turned round if it is on the left.

use std::collections::HashMap;

use super::colour::Palette;
use super::picture::{Block, Label, Line, Look, Picture, Rect};
use super::text::{Face, natural};
use crate::ops::graph::model::{Edge, EdgeKind, Graph, Node, NodeKind, State};

const PAD: i32 = 16;
const HEAD: i32 = 38;
const BETWEEN: i32 = 9;
const APART: i32 = 20;
const ROW: i32 = 15;
const LANE: i32 = 72;
const SEGMENT: i32 = 46;
/// Addresses of one interface that are written out.
const SHOWN: usize = 4;

/// One host, and where its tunnels' ends are.
pub struct Host {
    /// Its drawing.
    pub picture: Picture,
    /// The points that tunnels leave from, by their ids.
    pub doors: HashMap<String, (i32, i32)>,
}

/// A line of a container: an interface, or what belongs to the one above.
struct Row {
    ifname: String,
    text: String,
    faint: bool,
}

struct Card<'g> {
    node: &'g Node,
    rows: Vec<Row>,
    /// Of each edge the row that it starts at, and whether it is the far end.
    starts: Vec<(usize, &'g Edge, bool)>,
    /// What it is on first.
    on: Option<&'g str>,
}

struct Draft<'g> {
    graph: &'g Graph,
    palette: &'g Palette<'g>,
    picture: Picture,
    /// The inner edge of a container's row, by container and interface.
    sockets: HashMap<(&'g str, String), (i32, i32)>,
    /// The outer edge of what interfaces lead to: left, right and middle.
    plugs: HashMap<&'g str, Rect>,
    doors: HashMap<String, (i32, i32)>,
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
        .map(|parent| parent_width(graph, parent))
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

fn cards<'g>(graph: &'g Graph, host: &'g str) -> Vec<Card<'g>> {
    let mut cards: Vec<Card<'g>> = graph
        .of_host(host, NodeKind::Container)
        .map(|node| Card {
            node,
            rows: Vec::new(),
            starts: Vec::new(),
            on: None,
        })
        .collect();
    let at: HashMap<&str, usize> = cards
        .iter()
        .enumerate()
        .map(|(at, card)| (card.node.id.as_str(), at))
        .collect();
    for edge in &graph.edges {
        if !matches!(edge.kind, EdgeKind::Attachment | EdgeKind::Wire) {
            continue;
        }
        if let Some(at) = at.get(edge.from.as_str()) {
            cards[*at].interface(edge, edge.ifname.as_deref(), &edge.addresses, false);
        }
        let far = edge.to.as_deref().filter(|_| edge.kind == EdgeKind::Wire);
        if let Some(at) = far.and_then(|far| at.get(far)) {
            cards[*at].interface(
                edge,
                edge.peer_ifname.as_deref(),
                &edge.peer_addresses,
                true,
            );
        }
    }
    cards.sort_by(|one, other| natural(&one.node.name, &other.node.name));
    cards
}

impl<'g> Card<'g> {
    fn interface(&mut self, edge: &'g Edge, ifname: Option<&str>, addresses: &[String], far: bool) {
        self.starts.push((self.rows.len(), edge, far));
        if edge.kind == EdgeKind::Attachment && self.on.is_none() {
            self.on = edge.to.as_deref();
        }
        let mut texts: Vec<(String, bool)> = addresses
            .iter()
            .take(SHOWN)
            .map(|ip| (ip.clone(), false))
            .collect();
        if addresses.len() > SHOWN {
            texts.push((format!("and {} more", addresses.len() - SHOWN), true));
        }
        let notes = [
            edge.vlan
                .as_deref()
                .filter(|vlan| vlan.starts_with("trunk:"))
                .map(str::to_owned),
            (edge.to.is_none()).then(|| "leads nowhere".to_owned()),
            edge.shape.clone().filter(|_| !far),
        ];
        texts.extend(notes.into_iter().flatten().map(|note| (note, true)));
        if texts.is_empty() {
            texts.push(("no address".into(), true));
        }
        for (nth, (text, faint)) in texts.into_iter().enumerate() {
            let ifname = ifname.filter(|_| nth == 0).unwrap_or_default().to_owned();
            self.rows.push(Row {
                ifname,
                text,
                faint,
            });
        }
    }

    fn height(&self) -> i32 {
        28 + ROW * i32::try_from(self.rows.len()).unwrap_or(0)
    }

    /// Where the texts of its rows start, from its left.
    fn indent(&self) -> i32 {
        let widths = self.rows.iter().map(|row| Face::Code.width(&row.ifname));
        10 + widths.max().unwrap_or(0) + 8
    }

    fn width(&self) -> i32 {
        let texts = self
            .rows
            .iter()
            .map(|row| self.indent() + Face::Code.width(&row.text));
        let widest = texts.chain([10 + Face::Name.width(&self.node.name)]).max();
        (widest.unwrap_or(0) + 12).clamp(150, 330)
    }
}

/// A bridge or card that something is on, with its parts: itself first, if anything is on it
/// without a VLAN, then its VLANs.
struct Parent<'g> {
    node: &'g Node,
    parts: Vec<&'g Node>,
}

fn parents<'g>(graph: &'g Graph, host: &'g str) -> Vec<Parent<'g>> {
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

fn parent_width(_: &Graph, parent: &Parent<'_>) -> i32 {
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

fn label(x: i32, y: i32, face: Face, text: String, faint: bool) -> Label {
    Label {
        x,
        y,
        face,
        text,
        faint,
    }
}

impl<'g> Draft<'g> {
    fn colour(&self, network: Option<&str>) -> String {
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

    fn card(&mut self, card: &Card<'g>, place: Rect) {
        let name = Face::Name.cut(&card.node.name, place.w - 18);
        let mut labels = vec![label(place.x + 10, place.y + 17, Face::Name, name, false)];
        let indent = card.indent();
        for (nth, row) in card.rows.iter().enumerate() {
            let y = place.y + 33 + ROW * i32::try_from(nth).unwrap_or(0);
            if !row.ifname.is_empty() {
                labels.push(label(
                    place.x + 10,
                    y,
                    Face::Code,
                    row.ifname.clone(),
                    false,
                ));
            }
            let text = Face::Code.cut(&row.text, place.w - indent - 10);
            labels.push(label(place.x + indent, y, Face::Code, text, row.faint));
        }
        let mut title = vec![card.node.name.clone()];
        let mut worst = card.node.state;
        let mut networks = Vec::new();
        for (row, edge, far) in &card.starts {
            let y = place.y + 29 + ROW * i32::try_from(*row).unwrap_or(0);
            let name = if *far {
                &edge.peer_ifname
            } else {
                &edge.ifname
            };
            let socket = (place.x, y);
            self.sockets
                .insert((&card.node.id, name.clone().unwrap_or_default()), socket);
            title.push(told(edge, *far));
            if matches!(edge.state, State::Missing) {
                worst = State::Missing;
            }
            networks.push(edge.network.as_deref());
        }
        networks.dedup();
        let network = networks
            .first()
            .copied()
            .flatten()
            .filter(|_| networks.len() == 1);
        self.plugs.insert(&card.node.id, place);
        self.picture.blocks.push(Block {
            look: Look::Container,
            place,
            colour: self.colour(network),
            state: worst,
            title: title.join("\n"),
            labels,
        });
    }

    fn segment(&mut self, parent: &'g Node, part: &'g Node, place: Rect) {
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

    fn parent(&mut self, node: &'g Node, place: Rect) -> Block {
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

    /// Tunnels and cards that are ports, each near what it is a port of; gives where they end
    /// on the right and below.
    fn ports(&mut self, host: &'g str, edge: i32) -> (i32, i32) {
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

/// What of a port there is room for.
fn brief(node: &Node) -> String {
    let about = node.about.as_deref().unwrap_or_else(|| node.kind.word());
    let end = [" from ", " to "]
        .iter()
        .filter_map(|word| about.find(word))
        .min();
    about[..end.unwrap_or(about.len())].to_owned()
}

/// All there is to say of an interface.
fn told(edge: &Edge, far: bool) -> String {
    let (name, addresses) = match far {
        true => (&edge.peer_ifname, &edge.peer_addresses),
        false => (&edge.ifname, &edge.addresses),
    };
    let mut words = vec![name.clone().unwrap_or_default()];
    words.extend(addresses.iter().cloned());
    words.extend(edge.vlan.as_ref().map(|vlan| format!("VLAN {vlan}")));
    words.extend(
        edge.network
            .as_ref()
            .map(|network| format!("network {network}")),
    );
    words.extend(edge.shape.clone().filter(|_| !far));
    words.push(edge.state.word().to_owned());
    words.join(" · ")
}

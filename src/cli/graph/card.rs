//! Containers in a drawing: a box each, with a row for each interface and address.

use std::collections::HashMap;

use super::host::{Draft, label};
use super::picture::{Block, Look, Rect};
use super::text::{Face, natural};
use crate::ops::graph::model::{Edge, EdgeKind, Graph, Node, NodeKind, State};

const ROW: i32 = 15;
/// Addresses of one interface that are written out.
const SHOWN: usize = 4;
/// The widest name of an interface that is written out.
const WIDEST: i32 = 120;

/// A line of a container: an interface, or what belongs to the one above.
struct Row {
    ifname: String,
    text: String,
    faint: bool,
}

pub(super) struct Card<'g> {
    pub(super) node: &'g Node,
    rows: Vec<Row>,
    /// Of each edge the row that it starts at, and whether it is the far end.
    pub(super) starts: Vec<(usize, &'g Edge, bool)>,
    /// What it is on first.
    pub(super) on: Option<&'g str>,
}

/// The containers of a host, in order.
pub(super) fn cards<'g>(graph: &'g Graph, host: &'g str) -> Vec<Card<'g>> {
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

    pub(super) fn height(&self) -> i32 {
        28 + ROW * i32::try_from(self.rows.len()).unwrap_or(0)
    }

    /// Where the texts of its rows start, from its left.
    fn indent(&self) -> i32 {
        let widths = self
            .rows
            .iter()
            .map(|row| Face::Code.width(&row.ifname).min(WIDEST));
        10 + widths.max().unwrap_or(0) + 8
    }

    pub(super) fn width(&self) -> i32 {
        let texts = self
            .rows
            .iter()
            .map(|row| self.indent() + Face::Code.width(&row.text));
        let widest = texts.chain([10 + Face::Name.width(&self.node.name)]).max();
        (widest.unwrap_or(0) + 12).clamp(150, 330)
    }
}

impl<'g> Draft<'g> {
    pub(super) fn card(&mut self, card: &Card<'g>, place: Rect) {
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
                    Face::Code.cut(&row.ifname, WIDEST),
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
}

/// All there is to say of an interface.
pub(super) fn told(edge: &Edge, far: bool) -> String {
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

//! Where everything is: hosts in two columns whose inner edges face each other, tunnels in the
//! lane between, a head and the key to the colours above.

use std::collections::{BTreeMap, HashMap};

use super::colour::Palette;
use super::host::{self, Host};
use super::picture::{Block, Label, Line, Look, Picture, Rect};
use super::text::{Face, natural};
use crate::ops::graph::model::{Edge, EdgeKind, Graph, Node, NodeKind, State};

const EDGE: i32 = 20;
const LANE: i32 = 150;
const BELOW: i32 = 24;

/// Gives everything its place.
pub fn lay_out(graph: &Graph, palette: &Palette<'_>) -> Picture {
    let mut names: Vec<&str> = graph
        .nodes
        .iter()
        .filter(|node| node.kind == NodeKind::Host)
        .map(|node| node.name.as_str())
        .collect();
    names.sort_by(|one, other| natural(one, other));
    let hosts: Vec<Host> = names
        .iter()
        .map(|name| host::draw(graph, palette, name))
        .collect();
    let peers: Vec<&Node> = graph
        .nodes
        .iter()
        .filter(|node| node.kind == NodeKind::Peer)
        .collect();
    let lane = lane(graph, hosts.len(), &peers);
    let column = |side: usize| {
        let widths = hosts
            .iter()
            .skip(side)
            .step_by(2)
            .map(|host| host.picture.width);
        widths.max().unwrap_or(0)
    };
    let (left, right) = (column(0), column(1));
    let whole = left + lane + right + 2 * EDGE;
    let width = whole.max(460);
    let mut picture = head(graph, palette, width);
    let mut y = picture.height;
    let mut doors = HashMap::new();
    let mut row_height = 0;
    for (nth, mut host) in hosts.into_iter().enumerate() {
        let x = match nth % 2 {
            0 => EDGE + left - host.picture.width,
            _ => {
                host::turn(&mut host);
                EDGE + left + lane
            }
        };
        host.picture.moved(x, y);
        doors.extend(
            host.doors
                .into_iter()
                .map(|(id, at)| (id, (at.0 + x, at.1 + y, nth % 2 == 0))),
        );
        row_height = row_height.max(host.picture.height);
        picture.blocks.extend(host.picture.blocks);
        picture.lines.extend(host.picture.lines);
        if nth % 2 == 1 {
            y += row_height + BELOW;
            row_height = 0;
        }
    }
    let bottom = if row_height > 0 {
        y + row_height
    } else {
        y - BELOW
    };
    let lowest = between(
        graph,
        palette,
        &mut picture,
        (&doors, &peers),
        (EDGE + left, lane),
    );
    picture.width = width;
    picture.height = bottom.max(lowest).max(picture.height) + EDGE;
    picture
}

/// How wide the lane between the columns is.
fn lane(graph: &Graph, hosts: usize, peers: &[&Node]) -> i32 {
    let widest = peers.iter().map(|peer| peer_width(peer)).max();
    let crossed = graph.edges.iter().any(|edge| edge.kind == EdgeKind::Tunnel);
    match (widest, hosts) {
        (Some(widest), 1) => widest + 60,
        (Some(widest), _) => (widest + 120).max(LANE),
        (None, 0 | 1) => 0,
        (None, _) if crossed => LANE,
        (None, _) => 40,
    }
}

fn peer_width(peer: &Node) -> i32 {
    Face::Code
        .width(&peer.name)
        .max(Face::Small.width(peer_kind(peer)))
        + 24
}

fn peer_kind(peer: &Node) -> &str {
    peer.about.as_deref().unwrap_or("another host")
}

/// Where the doors are, and whether they open to the right.
type Doors = HashMap<String, (i32, i32, bool)>;

/// Tunnels and what they lead to; gives where it ends below.
fn between(
    graph: &Graph,
    palette: &Palette<'_>,
    picture: &mut Picture,
    (doors, peers): (&Doors, &[&Node]),
    (left, lane): (i32, i32),
) -> i32 {
    let tunnels = || {
        graph
            .edges
            .iter()
            .filter(|edge| edge.kind == EdgeKind::Tunnel)
    };
    let mut wishes: Vec<(i32, &Node)> = peers
        .iter()
        .map(|peer| {
            let to_it = tunnels().filter(|edge| edge.to.as_ref() == Some(&peer.id));
            let ys: Vec<i32> = to_it
                .filter_map(|edge| doors.get(&edge.from))
                .map(|door| door.1)
                .collect();
            let count = i32::try_from(ys.len()).unwrap_or(1).max(1);
            (ys.iter().sum::<i32>() / count, *peer)
        })
        .collect();
    wishes.sort_by(|one, other| {
        one.0
            .cmp(&other.0)
            .then_with(|| natural(&one.1.name, &other.1.name))
    });
    let mut places: BTreeMap<&str, Rect> = BTreeMap::new();
    let mut y = picture.height;
    for (wish, peer) in wishes {
        let w = peer_width(peer);
        let alone = doors.values().all(|door| door.2);
        let place = Rect {
            x: if alone {
                left + lane - w
            } else {
                left + (lane - w) / 2
            },
            y: y.max(wish - 19),
            w,
            h: 38,
        };
        y = place.bottom() + 10;
        places.insert(&peer.id, place);
    }
    for edge in tunnels() {
        picture
            .lines
            .extend(tunnel(graph, palette, edge, (doors, &places)));
    }
    for peer in peers {
        let Some(place) = places.get(peer.id.as_str()).copied() else {
            continue;
        };
        let text = |face: Face, y: i32, text: &str, faint| Label {
            x: place.x + 12,
            y: place.y + y,
            face,
            text: text.to_owned(),
            faint,
        };
        picture.blocks.push(Block {
            look: Look::Peer,
            place,
            colour: palette.of(None),
            state: State::Recorded,
            title: format!("{} {}", peer_kind(peer), peer.name),
            labels: vec![
                text(Face::Code, 16, &peer.name, false),
                text(Face::Small, 30, peer_kind(peer), true),
            ],
        });
    }
    y
}

fn tunnel(
    graph: &Graph,
    palette: &Palette<'_>,
    edge: &Edge,
    (doors, places): (&Doors, &BTreeMap<&str, Rect>),
) -> Option<Line> {
    let (x, y, right) = *doors.get(&edge.from)?;
    let out = |right: bool| if right { 60 } else { -60 };
    let to = edge.to.as_deref()?;
    let (to, swing) = match (doors.get(to), places.get(to)) {
        (Some((x, y, right)), _) => ((*x, *y), out(*right)),
        (None, Some(place)) if right => ((place.x, place.middle()), -30),
        (None, Some(place)) => ((place.right(), place.middle()), 30),
        (None, None) => return None,
    };
    let node = graph.node(&edge.from)?;
    let other = edge.to.as_deref().and_then(|to| graph.node(to));
    Some(Line {
        from: (x, y),
        to,
        swing: (out(right), swing),
        thick: true,
        colour: palette.of(node.network.as_deref()),
        state: edge.state,
        title: format!(
            "{}\n{} to {}",
            node.about.clone().unwrap_or_default(),
            node.name,
            other.map(|other| other.name.clone()).unwrap_or_default()
        ),
    })
}

/// The first lines: what it is, and the key to its colours. The picture is as high as they are.
fn head(graph: &Graph, palette: &Palette<'_>, width: i32) -> Picture {
    let count = |kind: NodeKind, word: &str| {
        let count = graph.nodes.iter().filter(|node| node.kind == kind).count();
        format!("{count} {word}{}", if count == 1 { "" } else { "s" })
    };
    let networks = palette.networks().len();
    let what = match graph.nodes.is_empty() {
        true => "nothing is recorded".to_owned(),
        false => [
            count(NodeKind::Host, "host"),
            count(NodeKind::Container, "container"),
            format!("{networks} network{}", if networks == 1 { "" } else { "s" }),
        ]
        .join(" · "),
    };
    let mut picture = Picture::default();
    let label = |x: i32, y: i32, face: Face, text: String, faint| Label {
        x,
        y,
        face,
        text,
        faint,
    };
    let mut put = |place: Rect, labels: Vec<Label>, colour: String, state: State| {
        picture.blocks.push(Block {
            look: Look::Key,
            place,
            colour,
            state,
            title: String::new(),
            labels,
        });
    };
    let x = EDGE + Face::Name.width("netpipe") + 10;
    let place = Rect {
        x: EDGE,
        y: 16,
        w: 0,
        h: 0,
    };
    let labels = vec![
        label(EDGE, 30, Face::Name, "netpipe".into(), false),
        label(x, 30, Face::Plain, what, true),
    ];
    put(place, labels, palette.of(None), State::Recorded);
    let keys = keys(graph, palette, width);
    let (mut x, mut y) = (EDGE, 42);
    for (text, colour, state) in keys {
        let w = 26 + Face::Plain.width(&text);
        if x + w > width - EDGE && x > EDGE {
            x = EDGE;
            y += 22;
        }
        let place = Rect {
            x,
            y: y + 3,
            w: 16,
            h: 11,
        };
        put(
            place,
            vec![label(x + 22, y + 13, Face::Plain, text, false)],
            colour,
            state,
        );
        x += w + 16;
    }
    picture.height = y + 30;
    picture
}

/// What colours and dashes there are, with what they mean.
fn keys(graph: &Graph, palette: &Palette<'_>, width: i32) -> Vec<(String, String, State)> {
    let mut keys: Vec<(String, String, State)> = Vec::new();
    keys.extend(palette.networks().iter().map(|name| {
        let name = Face::Plain.cut(name, width - 2 * EDGE - 30);
        (
            name.clone(),
            palette.of(Some(name.as_str())),
            State::Recorded,
        )
    }));
    for (state, text) in [
        (State::Missing, "recorded, and missing"),
        (State::Down, "down"),
    ] {
        let has = graph.nodes.iter().any(|node| node.state == state)
            || graph.edges.iter().any(|edge| edge.state == state);
        if has {
            keys.push((text.to_owned(), palette.of(None), state));
        }
    }
    keys
}

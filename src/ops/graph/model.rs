//! What a drawing is made from. The fields and words are those of `--json`, and stay.

use serde::Serialize;

/// All that is drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Graph {
    /// Its things, the hosts first.
    pub nodes: Vec<Node>,
    /// What joins them.
    pub edges: Vec<Edge>,
}

/// What sort of thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NodeKind {
    /// A host.
    Host,
    /// A bridge, of Linux or Open vSwitch.
    Bridge,
    /// A VLAN of a bridge or card.
    Vlan,
    /// A network card.
    Card,
    /// An end of a tunnel.
    Tunnel,
    /// What a tunnel leads to that is no host of this store.
    Peer,
    /// A container, or another target.
    Container,
}

impl NodeKind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Bridge => "bridge",
            Self::Vlan => "vlan",
            Self::Card => "card",
            Self::Tunnel => "tunnel",
            Self::Peer => "peer",
            Self::Container => "container",
        }
    }
}

/// How it is with the kernel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is there, and up.
    Up,
    /// It is there, and down.
    Down,
    /// It is recorded, and not there.
    Missing,
    /// It is recorded; the kernel was not asked, for it is another host's.
    #[default]
    Recorded,
}

impl State {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Missing => "missing",
            Self::Recorded => "recorded",
        }
    }
}

/// One thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    /// What edges name it by.
    pub id: String,
    /// What sort of thing it is.
    pub kind: NodeKind,
    /// Its name.
    pub name: String,
    /// The host it is on; none of a peer.
    pub host: Option<String>,
    /// What it is a part of: the bridge or card of a VLAN.
    pub parent: Option<String>,
    /// How it is with the kernel.
    pub state: State,
    /// What more there is to say of it, such as a tunnel's kind and ends.
    pub about: Option<String>,
    /// The network that its frames are of, if they are of one.
    pub network: Option<String>,
}

/// How two things are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EdgeKind {
    /// A container's interface leads to a bridge, a VLAN of it, or a card; or nowhere.
    Attachment,
    /// A wire from container to container.
    Wire,
    /// A card or tunnel is a port of a bridge.
    Port,
    /// A tunnel leads to another, or to a peer.
    Tunnel,
}

impl EdgeKind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Attachment => "attachment",
            Self::Wire => "wire",
            Self::Port => "port",
            Self::Tunnel => "tunnel",
        }
    }
}

/// What joins two things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// How.
    pub kind: EdgeKind,
    /// From where: of an attachment or wire, the container.
    pub from: String,
    /// To where; nowhere, of an interface that leads nowhere.
    pub to: Option<String>,
    /// How it is with the kernel.
    pub state: State,
    /// The kind of link, of an attachment.
    pub link: Option<&'static str>,
    /// The interface in the container.
    pub ifname: Option<String>,
    /// The interface at the other end, of a wire.
    pub peer_ifname: Option<String>,
    /// The addresses of the interface.
    pub addresses: Vec<String>,
    /// Those of the other end, of a wire.
    pub peer_addresses: Vec<String>,
    /// The VLANs of the port.
    pub vlan: Option<String>,
    /// The network of the addresses.
    pub network: Option<String>,
    /// What is done to what the interface sends.
    pub shape: Option<String>,
}

impl Edge {
    /// One that has only its ends.
    pub fn plain(kind: EdgeKind, from: &str, to: &str, state: State) -> Self {
        Self {
            kind,
            from: from.to_owned(),
            to: Some(to.to_owned()),
            state,
            link: None,
            ifname: None,
            peer_ifname: None,
            addresses: Vec::new(),
            peer_addresses: Vec::new(),
            vlan: None,
            network: None,
            shape: None,
        }
    }
}

impl Graph {
    /// The thing of that id.
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }

    /// The things of one sort on one host, in order.
    pub fn of_host<'g>(&'g self, host: &'g str, kind: NodeKind) -> impl Iterator<Item = &'g Node> {
        let all = self.nodes.iter();
        all.filter(move |node| node.kind == kind && node.host.as_deref() == Some(host))
    }

    /// The names of all networks, in order.
    pub fn networks(&self) -> Vec<&str> {
        let of_nodes = self.nodes.iter().filter_map(|node| node.network.as_deref());
        let of_edges = self.edges.iter().filter_map(|edge| edge.network.as_deref());
        let mut names: Vec<&str> = of_nodes.chain(of_edges).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

//! What a record holds of the other end: the far end of a wire, or the card's own home.

use ipnetwork::IpNetwork;
use serde::{Deserialize, Serialize};

use super::lease::Leasing;
use super::record::{AttachmentRecord, Owner, Saved, found};
use crate::spec::{IfName, LinkKind, MARK, Mac, Shape, Sysctl, Target};
use crate::sys::link::Link;
use crate::sys::verbatim::{VerbatimAddress, VerbatimRoute};

/// The far end of a wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerEnd {
    /// Whose network namespace it is in.
    pub target: Target,
    /// Its name there.
    pub ifname: IfName,
    /// Its MAC.
    pub mac: Mac,
    /// The container's full id.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub container: Option<String>,
    /// The socket of the engine that knows the container.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub engine: Option<String>,
    /// The namespace's cookie.
    pub netns_cookie: u64,
    /// The addresses it has.
    #[serde(default)]
    pub addresses: Vec<IpNetwork>,
    /// What is done to what it sends.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shape: Option<Shape>,
    /// Settings of its namespace with their values before.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        default,
        deserialize_with = "found"
    )]
    pub saved: Vec<Sysctl>,
}

/// What a card of the host was before it moved into a target: so it comes home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// Its alias.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub alias: String,
    /// The kind, if it is virtual: the kernel destroys such a one with its namespace, and
    /// moves any other back (`default_device_exit_net` in net/core/dev.c).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<String>,
    /// Its MAC.
    pub mac: Mac,
    /// Its MTU in bytes.
    pub mtu: u32,
    /// Whether it was up.
    pub up: bool,
    /// Its addresses.
    #[serde(default)]
    pub addresses: Vec<VerbatimAddress>,
    /// The routes that left by it, but for the next ones.
    #[serde(default)]
    pub routes: Vec<VerbatimRoute>,
    /// Those of them that stood beside others of the same destination and metric, the first
    /// one first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub beside: Vec<VerbatimRoute>,
    /// Its own settings that were not the host's defaults.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        default,
        deserialize_with = "found"
    )]
    pub settings: Vec<Sysctl>,
    /// The radio it belongs to, if it is wireless: that moves as a whole.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub radio: Option<u32>,
}

impl Home {
    /// The card as the host has it once it is home, under that name.
    pub fn link(&self, name: &IfName) -> Link {
        Link {
            name: name.to_string(),
            kind: self.kind.clone(),
            mac: Some(self.mac),
            mtu: self.mtu,
            up: self.up,
            ..Link::default()
        }
    }
}

impl AttachmentRecord {
    /// The attachment as its far end sees it, if it is a wire.
    pub fn far(&self) -> Option<Self> {
        let peer = self.peer.as_ref()?;
        let near = PeerEnd {
            target: self.owner.target.clone(),
            ifname: self.owner.ifname.clone(),
            mac: self.mac,
            container: self.container.clone(),
            engine: self.engine.clone(),
            netns_cookie: self.netns_cookie,
            addresses: self.addresses.clone(),
            shape: self.shape,
            saved: Vec::new(),
        };
        Some(Self {
            owner: Owner {
                host: self.owner.host.clone(),
                target: peer.target.clone(),
                ifname: peer.ifname.clone(),
            },
            container: peer.container.clone(),
            engine: peer.engine.clone(),
            netns_cookie: peer.netns_cookie,
            mac: peer.mac,
            addresses: peer.addresses.clone(),
            shape: peer.shape,
            adding: Vec::new(),
            leasing: Leasing::default(),
            auto: false,
            gateways: Vec::new(),
            default_route: false,
            metric: None,
            routes: Vec::new(),
            sysctls: Vec::new(),
            saved: Saved {
                routes: Vec::new(),
                sysctls: peer.saved.clone(),
            },
            replaces: None,
            peer: Some(near),
            ..self.clone()
        })
    }

    /// Whether the host has something of it although its target is gone.
    pub fn leaves_traces(&self) -> bool {
        self.kind == LinkKind::Phys || self.host_end().is_ok()
    }

    /// The addresses of both ends, those given for a time among them.
    pub fn all_addresses(&self) -> impl Iterator<Item = &IpNetwork> {
        let far = self.peer.iter().flat_map(|peer| &peer.addresses);
        let leased = self.leasing.addresses();
        self.addresses.iter().chain(leased).chain(far)
    }

    /// What it is plugged into, for people: of a wire, the far end.
    pub fn plug(&self) -> String {
        match &self.peer {
            Some(peer) => format!("{}:{}/{}", LinkKind::Veth, peer.target, peer.ifname),
            None => self.link.to_string(),
        }
    }
}

/// What stands between the owner and the old name in the alias of a card that moved.
pub const WAS: &str = " was ";

/// The alias of a card of the host that is in a target: whose it is, and what it was. Where
/// both do not fit, the owner is cut, and the card finds home by its record alone.
pub fn moved_mark(mark: &str, name: &IfName) -> String {
    let rest = format!("{WAS}{name}");
    let mut end = mark.len().min(super::record::LONGEST_MARK - rest.len());
    while !mark.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{rest}", &mark[..end])
}

/// The name that a card had before it moved, by its alias.
pub fn moved_from(alias: &str) -> Option<IfName> {
    let (_, name) = alias.strip_prefix(MARK)?.rsplit_once(WAS)?;
    name.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{moved_from, moved_mark};

    #[test]
    fn a_moved_card_tells_its_name() {
        let name = "eth1".parse().unwrap();
        let alias = moved_mark("netpipe:abc/h1/netns:blue/eth0", &name);
        assert_eq!(alias, "netpipe:abc/h1/netns:blue/eth0 was eth1");
        assert_eq!(moved_from(&alias), Some(name.clone()));
        let long = moved_mark(&format!("netpipe:{}", "é".repeat(200)), &name);
        assert!(long.len() <= 255);
        assert_eq!(moved_from(&long), Some(name));
        for other in ["", "eth0 was eth1", "netpipe:abc", "netpipe:a was b/c"] {
            assert_eq!(moved_from(other), None, "{other}");
        }
    }
}

//! What is on a card of the host: its VLANs, and the host's link that reaches containers.

use std::net::IpAddr;

use ipnetwork::IpNetwork;
use md5::{Digest, Md5};

use crate::error::{Context, Error, Result};
use crate::registry::on_card::Shim;
use crate::spec::{IfName, LEAST_MTU_OF_IPV6, LinkKind, VlanId, VlanProtocol};
use crate::sys::link::{self, Link};
use crate::sys::netlink::Door;
use crate::sys::{addr, route, sysctl};

/// A card that a macvlan or ipvlan is to be made on, or a VLAN of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The kind of link that is to be made.
    pub kind: LinkKind,
    /// The card.
    pub link: Link,
    /// The VLAN of it, or the provider's VLAN and the one in that.
    pub vlans: Vec<Vlan>,
    /// The host's link that reaches containers there, if there is to be one.
    pub shim: Option<ShimSite>,
}

/// A VLAN of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vlan {
    /// Its name, or the one that it will have.
    pub name: IfName,
    /// Its number.
    pub id: VlanId,
    /// How its frames are marked.
    pub protocol: VlanProtocol,
    /// What there is of it.
    pub found: Option<Link>,
}

/// What there is of the host's link that reaches containers on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShimSite {
    /// What it is to be.
    pub shim: Shim,
    /// What is there.
    pub found: Option<Link>,
    /// The host's own addresses on the card, or on the VLAN.
    pub own: Vec<IpNetwork>,
    /// Whether the host takes routers' advertisements on a link that is made now; none if
    /// that would have no IPv6.
    pub accept_ra: Option<String>,
    /// The addresses that the host reaches by it.
    pub reached: Vec<IpAddr>,
}

impl Card {
    /// The card itself, in no VLAN.
    pub fn new(kind: LinkKind, link: Link) -> Self {
        Self {
            kind,
            link,
            vlans: Vec::new(),
            shim: None,
        }
    }

    /// What is there of what the link is made on: the VLAN, or the card.
    pub fn top(&self) -> &Link {
        let there = self.vlans.iter().rev().find_map(|vlan| vlan.found.as_ref());
        there.unwrap_or(&self.link)
    }

    /// What the link is made on, if it is there already.
    pub fn parent(&self) -> Option<&Link> {
        match self.vlans.last() {
            Some(vlan) => vlan.found.as_ref(),
            None => Some(&self.link),
        }
    }

    /// The name of what the link is made on.
    ///
    /// # Errors
    /// Never: the kernel's names are names.
    pub fn parent_name(&self) -> Result<IfName> {
        match self.vlans.last() {
            Some(vlan) => Ok(vlan.name.clone()),
            None => self.link.name.parse(),
        }
    }

    /// Finds the VLAN that is meant, the one in the provider's VLAN if there is one: by what
    /// it is, whatever it is called.
    ///
    /// # Errors
    /// A conflict if the name that it would get belongs to something else.
    pub fn find_vlans(&mut self, door: &mut Door, ids: &[(VlanId, VlanProtocol)]) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let links = link::list(door).or_failed(|| "cannot list links".into())?;
        let mut below = Some(self.link.clone());
        for (id, protocol) in ids {
            let on = self.parent_name()?;
            let found = below.as_ref().and_then(|below| {
                links
                    .iter()
                    .find(|link| is_vlan_of(link, below.index, (*id, *protocol)))
                    .cloned()
            });
            let name = match &found {
                Some(link) => link.name.parse()?,
                None => vlan_name(&on, *id)?,
            };
            let taken = links.iter().find(|link| link.name == name.as_str());
            if let Some(other) = taken.filter(|_| found.is_none()) {
                return Err(Error::conflict(format!(
                    "`{name}` is {}, not VLAN {id} ({protocol}) of `{on}`",
                    described(other, &links)
                ))
                .hint("give that another name, or delete it if nothing needs it"));
            }
            below = found.clone();
            self.vlans.push(Vlan {
                name,
                id: *id,
                protocol: *protocol,
                found,
            });
        }
        Ok(())
    }
}

fn is_vlan_of(link: &Link, parent: u32, what: (VlanId, VlanProtocol)) -> bool {
    link.peer == Some(parent) && !link.peer_elsewhere && link.vlan == Some(what)
}

/// The name of a VLAN of a card that netpipe makes: `eth0.10`, cut with a hash if that is
/// too long for the kernel.
///
/// # Errors
/// Never: the text is a valid name.
pub fn vlan_name(on: &IfName, id: VlanId) -> Result<IfName> {
    let whole = format!("{on}.{id}");
    if whole.len() <= IfName::LONGEST {
        return whole.parse();
    }
    let digest = Md5::digest(whole.as_bytes());
    let hex: String = digest.iter().take(4).map(|b| format!("{b:02x}")).collect();
    let start: String = on.as_str().chars().take(6).collect();
    format!("{start}.{hex}").parse()
}

/// What a link is, for a message.
fn described(link: &Link, links: &[Link]) -> String {
    let kind = link.kind.as_deref().unwrap_or("network interface");
    let Some((id, protocol)) = link.vlan else {
        return format!("a {kind}");
    };
    let below = links.iter().find(|other| Some(other.index) == link.peer);
    let below = below.map_or_else(
        || "another card".into(),
        |below| format!("`{}`", below.name),
    );
    format!("VLAN {id} ({protocol}) of {below}")
}

impl ShimSite {
    /// Looks at the host's link that reaches containers on a card.
    ///
    /// # Errors
    /// A conflict if the name belongs to something else.
    pub fn find(door: &mut Door, shim: Shim) -> Result<Self> {
        let cannot = || format!("cannot look up the link `{}`", shim.name);
        let found = link::find(door, shim.name.as_str()).or_failed(cannot)?;
        let parent = link::find(door, shim.parent.as_str()).or_failed(cannot)?;
        let ours = |link: &Link| link.is_proven(shim.mac, Some(&shim.mark));
        if found.as_ref().is_some_and(|link| !ours(link)) {
            return Err(
                Error::conflict(format!("there is a link `{}`, not netpipe's", shim.name))
                    .hint("give it another name, or delete it if nothing needs it"),
            );
        }
        let addresses = addr::list(door).or_failed(|| "cannot read the host's addresses".into())?;
        let is_own = |index: u32| parent.as_ref().is_some_and(|parent| parent.index == index);
        let own = addresses
            .iter()
            .filter(|address| is_own(address.link) && !address.is_automatic())
            .map(|address| address.ip)
            .collect();
        let small = parent
            .as_ref()
            .is_some_and(|link| link.mtu < LEAST_MTU_OF_IPV6);
        let accept_ra = sysctl::get("net/ipv6/conf/default/accept_ra").filter(|_| !small);
        let whole = found.as_ref().filter(|link| shim.is_marked(link));
        let reached = match whole {
            None => Vec::new(),
            Some(link) => route::list(door)
                .or_failed(|| "cannot read the host's routes".into())?
                .iter()
                .filter(|route| route.link == link.index && route.gateway.is_none())
                .map(|route| route.destination.ip())
                .collect(),
        };
        Ok(Self {
            shim,
            found,
            own,
            accept_ra,
            reached,
        })
    }

    /// Whether it is there and all that belongs to it was done: the mark comes last.
    pub fn is_whole(&self) -> bool {
        let mut found = self.found.iter();
        found.any(|link| self.shim.is_marked(link))
    }

    /// The host's address that one is best reached from: of its subnet, or else any of its
    /// family.
    pub fn source_for(&self, ip: IpAddr) -> Option<IpAddr> {
        let mut of_family = self.own.iter().filter(|own| own.is_ipv4() == ip.is_ipv4());
        let near = of_family.clone().find(|own| own.contains(ip));
        near.or_else(|| of_family.next()).map(IpNetwork::ip)
    }
}

#[cfg(test)]
mod tests {
    use super::vlan_name;
    use crate::spec::{IfName, VlanId};

    #[test]
    fn a_name_fits_the_kernel_and_is_its_own() {
        let name = |card: &str, id| {
            let card: IfName = card.parse().unwrap();
            vlan_name(&card, VlanId::new(id).unwrap()).unwrap()
        };
        assert_eq!(name("eth0", 10).as_str(), "eth0.10");
        assert_eq!(name("enp0s31f6.10", 20).as_str(), "enp0s31f6.10.20");
        let cut = name("enp0s31f6u1u2", 100);
        assert_eq!((cut.as_str().len(), &cut.as_str()[..7]), (15, "enp0s3."));
        assert_ne!(cut, name("enp0s31f6u1u3", 100));
    }
}

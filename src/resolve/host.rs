//! What the host has: the link a target is to be plugged into.

use super::card::Card;
use super::ovs::{self, OvsBridge};
use crate::error::{Context, Error, Result};
use crate::spec::{IfName, LinkKind, LinkSpec, Mac, OvsdbRemote};
use crate::sys::link::{self, Link, NfCall};
use crate::sys::netlink::Door;

/// A bridge to plug into: the one that is there, or one to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bridge {
    /// It exists.
    Existing(Link),
    /// It is to be made.
    Missing(IfName),
}

impl Bridge {
    /// Which filters it hands its own frames to; one that is made anew, none.
    pub fn nf_call(&self) -> NfCall {
        match self {
            Self::Existing(link) => link.nf_call,
            Self::Missing(_) => NfCall::default(),
        }
    }
}

/// What a target is to be plugged into, as it is on this host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anchor {
    /// A Linux bridge.
    Bridge(Bridge),
    /// A network card, or what the kernel treats as one, for a macvlan or ipvlan on it.
    Card(Box<Card>),
    /// The same for a link of another kind.
    Nic(LinkKind, Link),
    /// A bridge of Open vSwitch.
    Ovs(Box<OvsBridge>),
    /// Nothing: a link that leads nowhere.
    Nothing,
}

impl Anchor {
    /// The kind of link that a target gets by it.
    pub fn kind(&self) -> LinkKind {
        match self {
            Self::Bridge(_) => LinkKind::Bridge,
            Self::Card(card) => card.kind,
            Self::Nic(kind, _) => *kind,
            Self::Ovs(_) => LinkKind::Ovs,
            Self::Nothing => LinkKind::Dummy,
        }
    }

    /// The link of the host that it is, if that is there.
    pub fn link(&self) -> Option<&Link> {
        match self {
            Self::Bridge(Bridge::Existing(link)) | Self::Nic(_, link) => Some(link),
            Self::Card(card) => Some(card.top()),
            Self::Ovs(bridge) => bridge.link.as_ref(),
            Self::Bridge(Bridge::Missing(_)) | Self::Nothing => None,
        }
    }

    /// The largest packet that fits through it, in bytes, if it has a say in that.
    pub fn mtu(&self) -> Option<u32> {
        match self {
            Self::Ovs(bridge) => bridge.mtu,
            _ => self.link().map(|link| link.mtu),
        }
    }

    /// The database of the Open vSwitch that it is of.
    pub fn ovs_db(&self) -> Option<&OvsdbRemote> {
        match self {
            Self::Ovs(bridge) => Some(&bridge.db),
            _ => None,
        }
    }
}

/// What `spec` means on this host. Without a kind, a bridge is a bridge, any other link is
/// the parent of a macvlan, and a missing `br…` is a bridge to be made, as pipework has it;
/// so is a missing `ovs…`, by Open vSwitch.
///
/// # Errors
/// A conflict when the name belongs to something else, not found when there is
/// nothing of that name and no kind is implied by it.
pub fn anchor(door: &mut Door, spec: &LinkSpec, switch: &ovs::Access<'_>) -> Result<Anchor> {
    let name = &spec.name;
    if spec.kind == Some(LinkKind::Dummy) {
        return Ok(Anchor::Nothing);
    }
    let found = link::find(door, name.as_str())
        .or_failed(|| format!("cannot look up the link `{name}`"))?;
    let found = match ovs::anchor(door, spec, found, switch)? {
        Ok(bridge) => return Ok(Anchor::Ovs(Box::new(bridge))),
        Err(found) => found,
    };
    match (found, spec.kind) {
        (Some(link), None | Some(LinkKind::Bridge)) if link.is_bridge() => {
            Ok(Anchor::Bridge(Bridge::Existing(link)))
        }
        (Some(link), Some(LinkKind::Bridge)) => {
            let kind = link.kind.unwrap_or_else(|| "network interface".into());
            Err(
                Error::conflict(format!("`{name}` is a {kind}, not a bridge"))
                    .hint("name a bridge, or a name starting with `br` to have one made"),
            )
        }
        (Some(link), kind) => nic(link, kind.unwrap_or(LinkKind::Macvlan)),
        (None, Some(LinkKind::Bridge)) => Ok(Anchor::Bridge(Bridge::Missing(name.clone()))),
        (None, None) if name.as_str().starts_with("br") => {
            Ok(Anchor::Bridge(Bridge::Missing(name.clone())))
        }
        (None, kind) => {
            let missing = Error::not_found(format!("there is no link `{name}` on this host"));
            Err(match kind {
                None => missing.hint(format!(
                    "to have a Linux bridge made, write `bridge:{name}`"
                )),
                Some(_) => missing.hint("see `ip link` for those there are"),
            })
        }
    }
}

/// A link of the host as the card that a link of this kind is made on.
fn nic(link: Link, kind: LinkKind) -> Result<Anchor> {
    if link.is_loopback() {
        return Err(
            Error::usage(format!("`{}` is the loopback interface", link.name))
                .hint("name a network card of the host; see `ip link`"),
        );
    }
    Ok(match kind {
        LinkKind::Macvlan | LinkKind::Ipvlan => Anchor::Card(Box::new(Card::new(kind, link))),
        _ => Anchor::Nic(kind, link),
    })
}

/// The card of the host that has this MAC. A VLAN or the like on a card, and a bridge with
/// the card as a port, have their MAC from it and are not meant.
///
/// # Errors
/// Not found if there is none, a conflict that names them if there are several.
pub fn card_with(door: &mut Door, mac: Mac) -> Result<IfName> {
    let mut links = link::list(door).or_failed(|| "cannot list links".into())?;
    links.retain(|link| link.mac == Some(mac));
    let on_another = |link: &Link| links.iter().any(|other| is_on(link, other));
    let has_as_port = |link: &Link| {
        let mut others = links.iter();
        link.is_bridge() && others.any(|other| other.master == Some(link.index))
    };
    let cards: Vec<&Link> = links
        .iter()
        .filter(|link| !on_another(link) && !has_as_port(link))
        .collect();
    match cards.as_slice() {
        [] => Err(
            Error::not_found(format!("no card of this host has the address {mac}"))
                .hint("see `ip link` for those there are"),
        ),
        [card] => card.name.parse(),
        several => {
            let mut names: Vec<_> = several.iter().map(|link| link.name.as_str()).collect();
            names.sort_unstable();
            Err(
                Error::conflict(format!("{} have the address {mac}", names.join(", ")))
                    .hint("name the one that is meant"),
            )
        }
    }
}

/// Whether a link is stacked on another of this namespace, as a VLAN is on its card. Of a
/// veth pair either end names the other.
fn is_on(link: &Link, below: &Link) -> bool {
    let names = |one: &Link, other: &Link| one.peer == Some(other.index) && !one.peer_elsewhere;
    names(link, below) && !names(below, link)
}

//! How records look: in tables and as JSON. Field names here are stable.

use std::net::IpAddr;

use ipnetwork::IpNetwork;
use serde::Serialize;

use crate::registry::ends::{Home, PeerEnd};
use crate::registry::lease::{Lease, LeaseKind};
use crate::registry::record::AttachmentRecord;
use crate::spec::{LinkMode, Mac, Pkey, PortVlan, RouteSpec, Shape, VlanId};

/// An attachment as programs see it.
#[derive(Debug, Serialize)]
pub struct AttachmentView<'a> {
    /// The host's name.
    pub host: &'a str,
    /// The target.
    pub target: String,
    /// The interface inside the target.
    pub ifname: &'a str,
    /// The kind of link.
    pub kind: &'static str,
    /// The link it is plugged into.
    pub link: &'a str,
    /// The VLANs of its port, or of the card that it is on.
    pub vlan: Option<&'a PortVlan>,
    /// The provider's VLAN that its VLAN is in.
    pub svlan: Option<VlanId>,
    /// What it is on, of a link on a card: the card, or a VLAN of it.
    pub parent: Option<&'a str>,
    /// Its mode, of a link on a card or a child of an InfiniBand card.
    pub mode: Option<LinkMode>,
    /// The MACs it accepts, in mode `source`.
    pub source_macs: &'a [Mac],
    /// The host's link that reaches it.
    pub host_shim: Option<String>,
    /// The far end of a wire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer: Option<PeerView<'a>>,
    /// The partition of an InfiniBand child.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pkey: Option<Pkey>,
    /// What a card that moved was at home.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home: Option<&'a Home>,
    /// The host's end, of a kind of link that has one.
    pub host_ifname: Option<&'a str>,
    /// The MAC inside the target.
    pub mac: String,
    /// The MTU in bytes.
    pub mtu: u32,
    /// The network of its addresses, unless they are not registered.
    pub network: Option<&'a str>,
    /// Its addresses.
    pub addresses: Vec<IpNetwork>,
    /// Whom it asks for addresses.
    pub asks: &'a [LeaseKind],
    /// What it got of them.
    pub leases: &'a [Lease],
    /// The gateways of its default routes.
    pub gateways: &'a [IpAddr],
    /// Its further routes.
    pub routes: &'a [RouteSpec],
    /// What is done to what it sends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape: Option<&'a Shape>,
    /// `pending`, `active` or `detaching`.
    pub state: &'static str,
    /// The container's id, if the target is one.
    pub container: Option<&'a str>,
}

impl<'a> From<&'a AttachmentRecord> for AttachmentView<'a> {
    fn from(record: &'a AttachmentRecord) -> Self {
        let card = record.card.as_ref();
        Self {
            host: &record.owner.host,
            target: record.owner.target.to_string(),
            ifname: record.owner.ifname.as_str(),
            kind: record.kind.word(),
            link: record.link.as_str(),
            vlan: record.vlan.as_ref(),
            svlan: card.and_then(|card| card.svlan),
            parent: card.map(|card| card.parent.as_str()),
            mode: mode(record),
            source_macs: card.map_or(&[], |card| &card.sources),
            host_shim: shim_name(record),
            peer: record.peer.as_ref().map(PeerView::from),
            pkey: record.ipoib.pkey,
            home: record.home.as_deref(),
            host_ifname: record.host_ifname.as_ref().map(|name| name.as_str()),
            mac: record.mac.to_string(),
            mtu: record.mtu,
            network: record.network.as_ref().map(|name| name.as_str()),
            addresses: record.own_addresses(),
            asks: &record.leasing.asks,
            leases: &record.leasing.leases,
            gateways: &record.gateways,
            routes: &record.routes,
            shape: record.shape.as_ref(),
            state: record.state_word(),
            container: record.container.as_deref(),
        }
    }
}

/// Its mode, whichever kind it is of.
fn mode(record: &AttachmentRecord) -> Option<LinkMode> {
    let of_ipoib = record.ipoib.mode.map(LinkMode::Ipoib);
    record.mode().map(LinkMode::Card).or(of_ipoib)
}

/// The name of the host's link that reaches it, if it has one.
pub fn shim_name(record: &AttachmentRecord) -> Option<String> {
    let shim = record.shim().ok().flatten();
    shim.map(|shim| shim.name.to_string())
}

/// The far end of a wire as programs see it.
#[derive(Debug, Serialize)]
pub struct PeerView<'a> {
    /// The target.
    pub target: String,
    /// The interface inside it.
    pub ifname: &'a str,
    /// Its MAC.
    pub mac: String,
    /// Its addresses.
    pub addresses: &'a [IpNetwork],
    /// What is done to what it sends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape: Option<&'a Shape>,
    /// The container's id, if the target is one.
    pub container: Option<&'a str>,
}

impl<'a> From<&'a PeerEnd> for PeerView<'a> {
    fn from(peer: &'a PeerEnd) -> Self {
        Self {
            target: peer.target.to_string(),
            ifname: peer.ifname.as_str(),
            mac: peer.mac.to_string(),
            addresses: &peer.addresses,
            shape: peer.shape.as_ref(),
            container: peer.container.as_deref(),
        }
    }
}

/// Values in one cell: separated by commas, `-` for none.
pub fn listed<T: ToString>(values: impl IntoIterator<Item = T>) -> String {
    let texts: Vec<_> = values.into_iter().map(|value| value.to_string()).collect();
    if texts.is_empty() {
        "-".into()
    } else {
        texts.join(",")
    }
}

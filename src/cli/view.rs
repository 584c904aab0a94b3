//! How records look: in tables and as JSON. Field names here are stable.

use std::net::IpAddr;

use ipnetwork::IpNetwork;
use serde::Serialize;

use crate::registry::record::AttachmentRecord;
use crate::spec::{CardMode, Mac, PortVlan, RouteSpec, VlanId};

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
    /// Its mode, of a link on a card.
    pub mode: Option<CardMode>,
    /// The MACs it accepts, in mode `source`.
    pub source_macs: &'a [Mac],
    /// The host's link that reaches it.
    pub host_shim: Option<String>,
    /// The host's end, of a kind of link that has one.
    pub host_ifname: Option<&'a str>,
    /// The MAC inside the target.
    pub mac: String,
    /// The MTU in bytes.
    pub mtu: u32,
    /// The network of its addresses, unless they are not registered.
    pub network: Option<&'a str>,
    /// Its addresses.
    pub addresses: &'a [IpNetwork],
    /// The gateways of its default routes.
    pub gateways: &'a [IpAddr],
    /// Its further routes.
    pub routes: &'a [RouteSpec],
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
            mode: record.mode(),
            source_macs: card.map_or(&[], |card| &card.sources),
            host_shim: shim_name(record),
            host_ifname: record.host_ifname.as_ref().map(|name| name.as_str()),
            mac: record.mac.to_string(),
            mtu: record.mtu,
            network: record.network.as_ref().map(|name| name.as_str()),
            addresses: &record.addresses,
            gateways: &record.gateways,
            routes: &record.routes,
            state: record.state_word(),
            container: record.container.as_deref(),
        }
    }
}

/// The name of the host's link that reaches it, if it has one.
pub fn shim_name(record: &AttachmentRecord) -> Option<String> {
    let shim = record.shim().ok().flatten();
    shim.map(|shim| shim.name.to_string())
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

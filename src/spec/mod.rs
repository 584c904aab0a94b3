//! The validated nouns and their grammars. No I/O happens here: what has one of
//! these types is well-formed, and everything that changes the system takes these.

mod address;
mod attachment;
mod attachment_routes;
mod card;
mod compose;
mod datapath;
mod dhcp;
mod ifname;
mod ipoib;
mod kv_url;
mod link;
mod link_mode;
mod mac;
mod network;
mod number;
mod ovsdb;
pub mod pipework;
mod route;
mod shape;
mod shape_value;
mod store_id;
mod sysctl;
mod target;
pub mod topology;
mod tunnel;
mod tunnel_request;
mod vlan;
mod vlan_set;
mod wire;

pub use address::{AddressSpec, Gateway, StaticAddress, check_gateway, check_host_address};
pub use attachment::{Attachment, LEAST_MTU_OF_IPV6, Mtu};
pub use attachment_routes::is_on_link;
pub use card::{CardMode, CardOptions};
pub use compose::{ComposeName, Reservation, Segment, SegmentBridge, variable_of};
pub use datapath::Datapath;
pub use dhcp::{DhcpClientId, DhcpHostname, DhcpOptions, DhcpTimeout};
pub use ifname::IfName;
pub use ipoib::{Ipoib, IpoibMode, Pkey};
pub use kv_url::KvUrl;
pub use link::{LinkArg, LinkKind, LinkSpec, is_ovs_name};
pub use link_mode::LinkMode;
pub use mac::{Mac, MacSpec};
pub use network::{AddressRange, NetworkName, NetworkSpec};
pub use number::{Tos, Ttl, TunnelKey, UdpPort, Vni};
pub use ovsdb::OvsdbRemote;
pub use route::RouteSpec;
pub use shape::Shape;
pub use shape_value::{Percent, Rate, Size, Time};
pub use store_id::{MARK, StoreId, birth_group};
pub use sysctl::{Sysctl, same_value};
pub use target::{NETNS_DIR, Target};
pub use topology::{Topology, TopologyName};
pub use tunnel::{TunnelKind, Wire};
pub use tunnel_request::{TunnelSpec, check_end};
pub use vlan::{PortVlan, PortVlans, Trunk, VlanId, VlanProtocol};
pub use vlan_set::VlanSet;
pub use wire::PeerSpec;

/// Makes a type travel through serde as the text its `Display` writes and its
/// `FromStr` reads, so that records hold the same spelling as the command line.
macro_rules! serde_as_text {
    ($type:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(input)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
use serde_as_text;

/// Quotes hostile text for a message: control characters escaped, at most 64 characters.
pub fn shown(text: &str) -> String {
    const LONGEST: usize = 64;
    let mut out: String = text
        .chars()
        .take(LONGEST)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}

//! By which way a packet would leave this host (ip-route(8), `ip route get`).

use std::net::IpAddr;

use netlink_packet_route::route::{
    RouteAddress, RouteAttribute, RouteMessage, RouteMetric, RouteType,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

use super::netlink::{Door, KernelError, KernelResult};

/// The way to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// The index of the interface it leaves by.
    pub link: u32,
    /// The address it leaves with, if nothing else is asked for.
    pub source: Option<IpAddr>,
    /// The MTU of the route itself, where it has one: set by hand, or learnt on the way.
    pub mtu: Option<u32>,
    /// Whether the address is this host's own.
    pub is_own: bool,
}

/// The way to an address, by a given interface if one is named.
///
/// # Errors
/// ENETUNREACH or EHOSTUNREACH if there is none, or another refusal.
pub fn get(door: &mut Door, to: IpAddr, link: Option<u32>) -> KernelResult<Way> {
    let mut message = RouteMessage::default();
    let (family, length, address) = match to {
        IpAddr::V4(v4) => (AddressFamily::Inet, 32, RouteAddress::Inet(v4)),
        IpAddr::V6(v6) => (AddressFamily::Inet6, 128, RouteAddress::Inet6(v6)),
    };
    message.header.address_family = family;
    message.header.destination_prefix_length = length;
    message
        .attributes
        .push(RouteAttribute::Destination(address));
    message.attributes.extend(link.map(RouteAttribute::Oif));
    let answers = door.get(&RouteNetlinkMessage::GetRoute(message))?;
    let found = answers.into_iter().find_map(|answer| match answer {
        RouteNetlinkMessage::NewRoute(message) => Some(read(&message)),
        _ => None,
    });
    found.flatten().ok_or(KernelError {
        errno: libc::ENETUNREACH,
        text: None,
    })
}

/// None of a route that lets nothing pass: IPv6 answers with one of type unreachable.
fn read(message: &RouteMessage) -> Option<Way> {
    let own = [RouteType::Local, RouteType::Anycast].contains(&message.header.kind);
    let passes = own || [RouteType::Unicast, RouteType::Multicast].contains(&message.header.kind);
    let mut way = Way {
        link: 0,
        source: None,
        mtu: None,
        is_own: own,
    };
    for attribute in &message.attributes {
        match attribute {
            RouteAttribute::Oif(index) => way.link = *index,
            RouteAttribute::PrefSource(RouteAddress::Inet(v4)) => way.source = Some((*v4).into()),
            RouteAttribute::PrefSource(RouteAddress::Inet6(v6)) => way.source = Some((*v6).into()),
            RouteAttribute::Metrics(metrics) => {
                way.mtu = metrics.iter().find_map(|metric| match metric {
                    RouteMetric::Mtu(mtu) if *mtu > 0 => Some(*mtu),
                    _ => None,
                });
            }
            _ => {}
        }
    }
    Some(way).filter(|way| passes && way.link != 0)
}

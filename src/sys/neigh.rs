//! Neighbours that the kernel need not ask for (rtnetlink(7), ip-neighbour(8)).

use std::net::{IpAddr, Ipv6Addr};

use netlink_packet_core::{NLM_F_CREATE, NLM_F_REPLACE};
use netlink_packet_route::neighbour::{
    NeighbourAddress, NeighbourAttribute, NeighbourFlags, NeighbourMessage, NeighbourState,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

use super::netlink::{Door, KernelResult};
use crate::spec::Mac;

fn message(link: u32, ip: IpAddr) -> NeighbourMessage {
    let mut message = NeighbourMessage::default();
    message.header.ifindex = link;
    let (family, address) = match ip {
        IpAddr::V4(v4) => (AddressFamily::Inet, NeighbourAddress::Inet(v4)),
        IpAddr::V6(v6) => (AddressFamily::Inet6, NeighbourAddress::Inet6(v6)),
    };
    message.header.family = family;
    message
        .attributes
        .push(NeighbourAttribute::Destination(address));
    message
}

/// Tells the kernel the MAC of a neighbour, for good: `ip neigh replace … nud permanent`.
///
/// # Errors
/// ENODEV, or another refusal.
pub fn set(door: &mut Door, link: u32, ip: IpAddr, mac: Mac) -> KernelResult<()> {
    let mut message = message(link, ip);
    message.header.state = NeighbourState::Permanent;
    let lladdr = NeighbourAttribute::LinkLayerAddress(mac.0.to_vec());
    message.attributes.push(lladdr);
    add(door, message)
}

/// Takes away what the kernel was told of a neighbour; whether it knew.
///
/// # Errors
/// Any refusal other than its absence.
pub fn delete(door: &mut Door, link: u32, ip: IpAddr) -> KernelResult<bool> {
    match door.change(RouteNetlinkMessage::DelNeighbour(message(link, ip)), 0) {
        Ok(()) => Ok(true),
        Err(error) if error.is_absent() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Has the kernel answer on that link for an address that is on another: `ip neigh add
/// proxy` (`pndisc_is_router` in net/ipv6/ndisc.c). It goes with the link.
///
/// # Errors
/// ENODEV, or another refusal.
pub fn add_proxy(door: &mut Door, link: u32, ip: Ipv6Addr) -> KernelResult<()> {
    let mut message = message(link, ip.into());
    message.header.flags = NeighbourFlags::Proxy;
    add(door, message)
}

fn add(door: &mut Door, message: NeighbourMessage) -> KernelResult<()> {
    door.change(
        RouteNetlinkMessage::NewNeighbour(message),
        NLM_F_CREATE | NLM_F_REPLACE,
    )
}

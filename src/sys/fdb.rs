//! To which hosts a VXLAN link sends what is for everybody: its forwarding entries of the
//! address 00:00:00:00:00:00 (bridge(8), fdb append).

use std::net::IpAddr;

use netlink_packet_core::{DefaultNla, NLM_F_APPEND, NLM_F_CREATE};
use netlink_packet_route::neighbour::{
    NeighbourAttribute, NeighbourFlags, NeighbourMessage, NeighbourState,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

use super::netlink::{Door, KernelResult, attribute};
use super::tunnel::ip;

/// The length of `struct ndmsg` (linux/neighbour.h), which the attributes follow.
const NDMSG: usize = 12;
const NDA_DST: u16 = 1;
const NDA_LLADDR: u16 = 2;
const EVERYBODY: [u8; 6] = [0; 6];

fn message(link: u32, host: Option<IpAddr>) -> NeighbourMessage {
    let mut message = NeighbourMessage::default();
    message.header.family = AddressFamily::Bridge;
    message.header.ifindex = link;
    message.header.state = NeighbourState::Permanent;
    message.header.flags = NeighbourFlags::Own;
    if let Some(host) = host {
        let bytes = match host {
            IpAddr::V4(v4) => v4.octets().to_vec(),
            IpAddr::V6(v6) => v6.octets().to_vec(),
        };
        message.attributes = vec![
            NeighbourAttribute::LinkLayerAddress(EVERYBODY.to_vec()),
            NeighbourAttribute::Other(DefaultNla::new(NDA_DST, bytes)),
        ];
    }
    message
}

/// Adds a host to those that get what is for everybody; one that is there stays.
///
/// # Errors
/// EOPNOTSUPP if the link is no VXLAN one, or another refusal.
pub fn add(door: &mut Door, link: u32, host: IpAddr) -> KernelResult<()> {
    door.change(
        RouteNetlinkMessage::NewNeighbour(message(link, Some(host))),
        NLM_F_CREATE | NLM_F_APPEND,
    )
}

/// Takes a host away; whether it was there.
///
/// # Errors
/// Any refusal other than its absence.
pub fn delete(door: &mut Door, link: u32, host: IpAddr) -> KernelResult<bool> {
    let message = message(link, Some(host));
    match door.change(RouteNetlinkMessage::DelNeighbour(message), 0) {
        Ok(()) => Ok(true),
        Err(error) if error.is_absent() => Ok(false),
        Err(error) => Err(error),
    }
}

/// The hosts that get what is for everybody, of the VXLAN link with that index.
///
/// # Errors
/// The kernel's refusal.
pub fn list(door: &mut Door, link: u32) -> KernelResult<Vec<IpAddr>> {
    let request = RouteNetlinkMessage::GetNeighbour(message(0, None));
    door.dump_with(&request, |body| {
        let index = u32::from_ne_bytes(body.get(4..8)?.try_into().ok()?);
        let all = body.get(NDMSG..)?;
        let everybody = attribute(all, NDA_LLADDR)? == EVERYBODY.as_slice();
        attribute(all, NDA_DST)
            .and_then(ip)
            .filter(|_| everybody && index == link)
    })
}

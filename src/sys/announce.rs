//! Telling neighbours who has an address: gratuitous ARP (RFC 5227 section 3) and
//! unsolicited neighbour advertisements (RFC 4861 section 7.2.6).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::{AsRawFd, OwnedFd};

use etherparse::icmpv6::NeighborAdvertisementHeader;
use etherparse::{ArpHardwareId, ArpOperation, ArpPacket, EtherType, Icmpv6Type, PacketBuilder};

use super::netlink::KernelResult;
use crate::spec::Mac;

/// How often each address is announced: receivers under load lose frames.
const TIMES: usize = 3;

const BROADCAST: [u8; 6] = [0xff; 6];
/// The Ethernet address of ff02::1, all nodes (RFC 2464 section 7).
const ALL_NODES: [u8; 6] = [0x33, 0x33, 0, 0, 0, 1];

/// A packet socket that has sent its frames. Closing one waits some 15 ms for an RCU
/// grace period (`packet_release` in net/packet/af_packet.c), so whoever holds it
/// decides when to pay that.
pub type SpentSocket = OwnedFd;

/// Sends three announcements of each address out of the interface with that index in
/// the calling thread's namespace, and gives the socket to be closed later.
///
/// # Errors
/// What socket(2) or sendto(2) said.
pub fn send(link: u32, mac: Mac, addresses: &[IpAddr]) -> KernelResult<SpentSocket> {
    let socket = packet_socket()?;
    for _ in 0..TIMES {
        for address in addresses {
            let frame = match address {
                IpAddr::V4(v4) => gratuitous_arp(mac, *v4),
                IpAddr::V6(v6) => unsolicited_advertisement(mac, *v6),
            };
            transmit(&socket, link, &frame)?;
        }
    }
    Ok(socket)
}

/// A socket that sends frames and receives none (protocol 0).
fn packet_socket() -> KernelResult<OwnedFd> {
    // SAFETY: socket(2) takes no pointers.
    #[allow(unsafe_code)]
    let fd = unsafe { libc::socket(libc::AF_PACKET, libc::SOCK_RAW | libc::SOCK_CLOEXEC, 0) };
    if fd < 0 {
        return Err(nix::errno::Errno::last().into());
    }
    Ok(super::netns::own(fd))
}

fn transmit(socket: &OwnedFd, link: u32, frame: &[u8]) -> KernelResult<()> {
    let address = libc::sockaddr_ll {
        sll_family: libc::AF_PACKET as u16,
        sll_protocol: 0,
        sll_ifindex: link as i32,
        sll_hatype: 0,
        sll_pkttype: 0,
        sll_halen: 0,
        sll_addr: [0; 8],
    };
    // SAFETY: the frame and the address are live for the call, with their true lengths.
    #[allow(unsafe_code)]
    let sent = unsafe {
        libc::sendto(
            socket.as_raw_fd(),
            frame.as_ptr().cast(),
            frame.len(),
            0,
            (&raw const address).cast(),
            size_of::<libc::sockaddr_ll>() as libc::socklen_t,
        )
    };
    if sent < 0 {
        return Err(nix::errno::Errno::last().into());
    }
    Ok(())
}

/// An ARP request for one's own address: `arping -U`.
fn gratuitous_arp(mac: Mac, ip: Ipv4Addr) -> Vec<u8> {
    let body = ArpPacket::new(
        ArpHardwareId::ETHERNET,
        EtherType::IPV4,
        ArpOperation::REQUEST,
        &mac.0,
        &ip.octets(),
        &[0; 6],
        &ip.octets(),
    );
    let mut frame = Vec::with_capacity(60);
    if let Ok(body) = body {
        // Writing into a vector cannot fail.
        let _ = PacketBuilder::ethernet2(mac.0, BROADCAST)
            .arp(body)
            .write(&mut frame);
    }
    frame.resize(frame.len().max(60), 0);
    frame
}

/// An advertisement to all nodes with the override flag and the target's link-layer
/// address (option 2).
fn unsolicited_advertisement(mac: Mac, ip: Ipv6Addr) -> Vec<u8> {
    let header = NeighborAdvertisementHeader {
        router: false,
        solicited: false,
        r#override: true,
    };
    let mut body = Vec::with_capacity(24);
    body.extend(ip.octets());
    body.extend([2, 1]);
    body.extend(mac.0);
    let all_nodes = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1);
    let mut frame = Vec::with_capacity(86);
    // The hop limit of 255 proves to receivers that no router forwarded it.
    let _ = PacketBuilder::ethernet2(mac.0, ALL_NODES)
        .ipv6(ip.octets(), all_nodes.octets(), 255)
        .icmpv6(Icmpv6Type::NeighborAdvertisement(header))
        .write(&mut frame, &body);
    frame
}

#[cfg(test)]
mod tests {
    use super::{gratuitous_arp, unsolicited_advertisement};
    use crate::spec::Mac;

    const MAC: Mac = Mac([2, 0, 0, 0, 0, 1]);

    #[test]
    fn the_arp_frame_is_the_one_arping_sends() {
        let frame = gratuitous_arp(MAC, "10.0.0.5".parse().unwrap());
        let mut expected = vec![0xff; 6];
        expected.extend(MAC.0);
        expected.extend([8, 6, 0, 1, 8, 0, 6, 4, 0, 1]);
        expected.extend(MAC.0);
        expected.extend([10, 0, 0, 5, 0, 0, 0, 0, 0, 0, 10, 0, 0, 5]);
        expected.resize(60, 0);
        assert_eq!(frame, expected);
    }

    #[test]
    fn the_advertisement_has_override_set_and_a_right_checksum() {
        let frame = unsolicited_advertisement(MAC, "fd00::5".parse().unwrap());
        assert_eq!(frame.len(), 14 + 40 + 32);
        assert_eq!(&frame[54..56], &[136, 0]);
        assert_eq!(&frame[58..62], &[0x20, 0, 0, 0]);
        // One's-complement sum over pseudo header and message must be all ones.
        let mut sum: u32 = 32 + 58;
        for pair in frame[22..].chunks(2) {
            sum += u32::from(u16::from_be_bytes([pair[0], pair[1]]));
        }
        while sum > 0xffff {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        assert_eq!(sum, 0xffff);
    }
}

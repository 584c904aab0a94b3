//! Addresses of interfaces (rtnetlink(7), ip-address(8)).

use std::net::IpAddr;

use ipnetwork::IpNetwork;
use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::address::{
    AddressAttribute, AddressFlags, AddressMessage, AddressScope, CacheInfo,
};
use rtnetlink::AddressMessageBuilder;

use super::netlink::{Door, KernelResult};

/// One address the kernel has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    /// The index of its interface.
    pub link: u32,
    /// The address with its prefix length.
    pub ip: IpNetwork,
    /// Whether duplicate address detection still runs (IFA_F_TENTATIVE).
    pub tentative: bool,
    /// Whether another host was found to have it (IFA_F_DADFAILED).
    pub duplicate: bool,
    /// Whether it is of link scope, such as fe80::.
    pub link_scope: bool,
    /// Whether it ends by itself unless somebody renews it (no IFA_F_PERMANENT), as those do
    /// that routers and DHCP servers give.
    pub temporary: bool,
    /// How many seconds it is valid and preferred; `u32::MAX` for one that does not end.
    pub left: (u32, u32),
}

impl Address {
    /// Whether the kernel gives every interface such an address by itself: fe80::/10.
    pub fn is_automatic(&self) -> bool {
        matches!(self.ip.ip(), IpAddr::V6(v6) if v6.is_unicast_link_local())
    }
}

/// Every address of the namespace.
///
/// # Errors
/// The kernel's refusal.
pub fn list(door: &mut Door) -> KernelResult<Vec<Address>> {
    let answers = door.dump(&RouteNetlinkMessage::GetAddress(AddressMessage::default()))?;
    Ok(answers.into_iter().filter_map(read).collect())
}

fn read(answer: RouteNetlinkMessage) -> Option<Address> {
    let RouteNetlinkMessage::NewAddress(message) = answer else {
        return None;
    };
    let mut local = None;
    let mut address = None;
    let mut flags = AddressFlags::empty();
    let mut left = (u32::MAX, u32::MAX);
    for attribute in message.attributes {
        match attribute {
            AddressAttribute::Local(ip) => local = Some(ip),
            AddressAttribute::Address(ip) => address = Some(ip),
            AddressAttribute::Flags(bits) => flags = bits,
            AddressAttribute::CacheInfo(info) => left = (info.ifa_valid, info.ifa_preferred),
            _ => {}
        }
    }
    // IFA_ADDRESS is the far end on a point-to-point link; IFA_LOCAL is always ours.
    let ip = IpNetwork::new(local.or(address)?, message.header.prefix_len).ok()?;
    Some(Address {
        link: message.header.index,
        ip,
        tentative: flags.contains(AddressFlags::Tentative),
        duplicate: flags.contains(AddressFlags::Dadfailed),
        link_scope: message.header.scope == AddressScope::Link,
        temporary: !flags.contains(AddressFlags::Permanent),
        left,
    })
}

fn message(link: u32, ip: IpNetwork) -> AddressMessage {
    match ip.ip() {
        IpAddr::V4(v4) => AddressMessageBuilder::<std::net::Ipv4Addr>::new()
            .index(link)
            .address(v4, ip.prefix())
            .build(),
        IpAddr::V6(v6) => {
            let mut message = AddressMessageBuilder::<std::net::Ipv6Addr>::new()
                .index(link)
                .address(v6, ip.prefix())
                .build();
            // The registry is the authority on who has the address, so detection of
            // duplicates would only delay its use by a second (RFC 4862 section 5.4).
            message
                .attributes
                .push(AddressAttribute::Flags(AddressFlags::Nodad));
            message
        }
    }
}

/// Gives an interface an address, usable at once: `ip address add … nodad`.
///
/// # Errors
/// EEXIST if it has it, or another refusal.
pub fn add(door: &mut Door, link: u32, ip: IpNetwork) -> KernelResult<()> {
    door.change(
        RouteNetlinkMessage::NewAddress(message(link, ip)),
        NLM_F_CREATE | NLM_F_EXCL,
    )
}

/// Gives an interface an address for so many seconds, of which it is preferred for so many;
/// one that it has gets that time anew if it may `replace` it.
///
/// # Errors
/// EEXIST if it has it and may not be replaced, or another refusal.
pub fn add_for(
    door: &mut Door,
    link: u32,
    ip: IpNetwork,
    (valid, preferred): (u32, u32),
    replace: bool,
) -> KernelResult<()> {
    let mut message = message(link, ip);
    let mut info = CacheInfo::default();
    info.ifa_valid = valid;
    info.ifa_preferred = preferred;
    message.attributes.push(AddressAttribute::CacheInfo(info));
    let manner = if replace { NLM_F_REPLACE } else { NLM_F_EXCL };
    door.change(
        RouteNetlinkMessage::NewAddress(message),
        NLM_F_CREATE | manner,
    )
}

/// Takes an address away; whether it was there.
///
/// # Errors
/// Any refusal other than its absence.
pub fn delete(door: &mut Door, link: u32, ip: IpNetwork) -> KernelResult<bool> {
    match door.change(RouteNetlinkMessage::DelAddress(message(link, ip)), 0) {
        Ok(()) => Ok(true),
        Err(error) if error.is_absent() => Ok(false),
        Err(error) => Err(error),
    }
}

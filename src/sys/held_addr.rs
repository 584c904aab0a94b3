//! The addresses that somebody else gave an interface, with all that they have, so that they
//! can be given again (rtnetlink(7), ip-address(8)).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnetwork::IpNetwork;
use netlink_packet_core::{DefaultNla, NLM_F_CREATE, NLM_F_EXCL, Nla};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::address::{
    AddressAttribute, AddressFlags, AddressMessage, AddressScope, CacheInfo,
};
use rtnetlink::AddressMessageBuilder;
use serde::{Deserialize, Serialize};

use super::netlink::{Door, KernelResult};

/// IFA_RT_PRIORITY in linux/if_addr.h: the metric of the subnet's route.
const IFA_RT_PRIORITY: u16 = 9;

/// A lifetime without end (`INFINITY_LIFE_TIME` in net/addrconf.h).
const FOREVER: u32 = u32::MAX;

/// One address with what it was given with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldAddress {
    /// The address with its prefix length.
    pub ip: IpNetwork,
    /// The other end's address, on a point-to-point link.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub peer: Option<IpAddr>,
    /// The broadcast address.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub broadcast: Option<Ipv4Addr>,
    /// The label, if it is not the interface's name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub label: Option<String>,
    /// How far it is valid (RT_SCOPE_* in linux/rtnetlink.h).
    #[serde(default)]
    pub scope: u8,
    /// Its flags (IFA_F_* in linux/if_addr.h), of those that are given and not found.
    #[serde(default)]
    pub flags: u32,
    /// The metric of its subnet's route.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub metric: Option<u32>,
    /// How many seconds it was valid and preferred, if not for ever.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lifetime: Option<(u32, u32)>,
}

/// The flags that ip-address(8) gives an address.
fn given() -> AddressFlags {
    AddressFlags::Nodad
        | AddressFlags::Homeaddress
        | AddressFlags::Managetempaddr
        | AddressFlags::Noprefixroute
        | AddressFlags::Mcautojoin
}

/// The addresses of the interface with that index, but for those that the kernel makes by
/// itself: link-local ones, and temporary ones (RFC 8981).
///
/// # Errors
/// The kernel's refusal.
pub fn list(door: &mut Door, link: u32, name: &str) -> KernelResult<Vec<HeldAddress>> {
    let answers = door.dump(&RouteNetlinkMessage::GetAddress(AddressMessage::default()))?;
    let of_link = answers.into_iter().filter_map(|answer| match answer {
        RouteNetlinkMessage::NewAddress(message) if message.header.index == link => Some(message),
        _ => None,
    });
    Ok(of_link.filter_map(|message| read(&message, name)).collect())
}

fn read(message: &AddressMessage, name: &str) -> Option<HeldAddress> {
    let (mut local, mut address) = (None, None);
    let mut flags = AddressFlags::empty();
    let mut held = HeldAddress {
        ip: "0.0.0.0/0".parse().ok()?,
        peer: None,
        broadcast: None,
        label: None,
        scope: message.header.scope.into(),
        flags: 0,
        metric: None,
        lifetime: None,
    };
    for attribute in &message.attributes {
        match attribute {
            AddressAttribute::Local(ip) => local = Some(*ip),
            AddressAttribute::Address(ip) => address = Some(*ip),
            AddressAttribute::Broadcast(ip) => held.broadcast = Some(*ip),
            AddressAttribute::Label(label) if label != name => held.label = Some(label.clone()),
            AddressAttribute::Flags(bits) => flags = *bits,
            AddressAttribute::CacheInfo(info) if info.ifa_valid != FOREVER => {
                held.lifetime = Some((info.ifa_valid, info.ifa_preferred));
            }
            other if other.kind() == IFA_RT_PRIORITY => {
                let mut value = [0; 4];
                if other.value_len() == value.len() {
                    other.emit_value(&mut value);
                    held.metric = Some(u32::from_ne_bytes(value));
                }
            }
            _ => {}
        }
    }
    let ip = local.or(address)?;
    let made_by_kernel = matches!(ip, IpAddr::V6(v6) if v6.is_unicast_link_local())
        || ip.is_ipv6() && flags.contains(AddressFlags::Secondary);
    if made_by_kernel {
        return None;
    }
    held.ip = IpNetwork::new(ip, message.header.prefix_len).ok()?;
    held.peer = address.filter(|other| *other != ip);
    held.flags = (flags & given()).bits();
    Some(held)
}

/// Gives an interface such an address. IPv6 addresses are given without detection of
/// duplicates: the interface had them a moment ago.
///
/// # Errors
/// EEXIST if it has it, or another refusal.
pub fn add(door: &mut Door, link: u32, held: &HeldAddress) -> KernelResult<()> {
    let prefix = held.ip.prefix();
    let mut message = match held.ip.ip() {
        IpAddr::V4(v4) => AddressMessageBuilder::<Ipv4Addr>::new()
            .index(link)
            .address(v4, prefix)
            .build(),
        IpAddr::V6(v6) => AddressMessageBuilder::<Ipv6Addr>::new()
            .index(link)
            .address(v6, prefix)
            .build(),
    };
    message.header.scope = AddressScope::from(held.scope);
    let attributes = &mut message.attributes;
    // The builder gives a broadcast address of its own.
    attributes.retain(|one| !matches!(one, AddressAttribute::Broadcast(_)));
    if let Some(peer) = held.peer {
        attributes.retain(|one| !matches!(one, AddressAttribute::Address(_)));
        attributes.push(AddressAttribute::Address(peer));
        if held.ip.is_ipv6() {
            attributes.push(AddressAttribute::Local(held.ip.ip()));
        }
    }
    attributes.extend(held.broadcast.map(AddressAttribute::Broadcast));
    attributes.extend(held.label.clone().map(AddressAttribute::Label));
    let mut flags = AddressFlags::from_bits_truncate(held.flags) & given();
    if held.ip.is_ipv6() {
        flags |= AddressFlags::Nodad;
    }
    if !flags.is_empty() {
        attributes.push(AddressAttribute::Flags(flags));
    }
    if let Some(metric) = held.metric {
        let value = metric.to_ne_bytes().to_vec();
        attributes.push(AddressAttribute::Other(DefaultNla::new(
            IFA_RT_PRIORITY,
            value,
        )));
    }
    if let Some((valid, preferred)) = held.lifetime {
        let mut info = CacheInfo::default();
        info.ifa_valid = valid;
        info.ifa_preferred = preferred;
        attributes.push(AddressAttribute::CacheInfo(info));
    }
    door.change(
        RouteNetlinkMessage::NewAddress(message),
        NLM_F_CREATE | NLM_F_EXCL,
    )
}

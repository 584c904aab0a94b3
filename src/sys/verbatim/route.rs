//! Routes of all tables (linux/rtnetlink.h; `fib_table_insert` in net/ipv4/fib_trie.c,
//! `fib6_add_rt2node` in net/ipv6/ip6_fib.c).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnetwork::IpNetwork;
use netlink_packet_core::{DefaultNla, NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::route::{RouteAttribute, RouteFlags, RouteMessage};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use serde::{Deserialize, Serialize};

use super::{Kept, from_hex, handed_on, ip, number, octets, to_hex};
use crate::sys::netlink::{Door, KernelResult, attributes};

/// The length of `struct rtmsg`.
const RTMSG: usize = 12;

const RTA_DST: u16 = 1;
const RTA_OIF: u16 = 4;
const RTA_GATEWAY: u16 = 5;
const RTA_PRIORITY: u16 = 6;
const RTA_PREFSRC: u16 = 7;
const RTA_METRICS: u16 = 8;
const RTA_MULTIPATH: u16 = 9;
const RTA_CACHEINFO: u16 = 12;
const RTA_TABLE: u16 = 15;
const RTA_EXPIRES: u16 = 23;
const RTA_NH_ID: u16 = 30;
/// RTA_SRC, RTA_METRICS, RTA_FLOW, RTA_VIA, RTA_PREF, RTA_ENCAP_TYPE, RTA_ENCAP and
/// RTA_TTL_PROPAGATE.
const KEPT: [u16; 8] = [2, RTA_METRICS, 11, 18, 20, 21, 22, 26];

const RTNH_F_ONLINK: u32 = 4;
const RT_TABLE_COMPAT: u8 = 252;
/// The main table.
pub const MAIN: u32 = 254;
const LOCAL: u32 = 255;
const RTPROT_KERNEL: u8 = 2;
const RTN_UNICAST: u8 = 1;
/// The kernel's clock ticks as it tells them to programs (`USER_HZ`).
const TICKS: u32 = 100;

/// One route by an interface, with all that it takes to make it again by another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerbatimRoute {
    /// Where it leads; a prefix length of 0 is a default route.
    pub destination: IpNetwork,
    /// The next hop.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gateway: Option<IpAddr>,
    /// The source address it prefers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<IpAddr>,
    /// The metric.
    pub metric: u32,
    /// The table it is in.
    pub table: u32,
    /// Who made it (RTPROT_*).
    pub protocol: u8,
    /// How far it reaches (RT_SCOPE_*).
    pub scope: u8,
    /// What becomes of packets (RTN_*).
    pub kind: u8,
    /// The type of service it is for.
    #[serde(default)]
    pub tos: u8,
    /// How long a prefix of the source address it is for.
    #[serde(default)]
    pub source_prefix: u8,
    /// Whether the next hop counts as on the link though no subnet says so.
    #[serde(default)]
    pub onlink: bool,
    /// For how many more seconds it is there, if not forever.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires: Option<u32>,
    /// The rest of what it has.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    kept: Vec<Kept>,
    /// Whether it is one of several next hops or has a next-hop object: such a route is not
    /// an interface's own.
    #[serde(skip, default)]
    pub shared: bool,
}

impl VerbatimRoute {
    /// A static route of the main table as netpipe makes them.
    pub fn new(destination: IpNetwork, gateway: IpAddr, metric: Option<u32>) -> Self {
        const RTPROT_STATIC: u8 = 4;
        Self {
            destination,
            gateway: Some(gateway),
            source: None,
            metric: metric.unwrap_or(usual_metric(destination)),
            table: MAIN,
            protocol: RTPROT_STATIC,
            scope: 0,
            kind: RTN_UNICAST,
            tos: 0,
            source_prefix: 0,
            onlink: false,
            expires: None,
            kept: Vec::new(),
            shared: false,
        }
    }

    /// The route to the subnet of an address, as the kernel makes it.
    pub(super) fn connected(subnet: IpNetwork, metric: u32) -> Self {
        Self {
            gateway: None,
            protocol: RTPROT_KERNEL,
            ..Self::new(subnet, subnet.ip(), Some(metric))
        }
    }

    /// Whether it is the same route: the kernel knows it by these.
    pub fn is_same(&self, other: &Self) -> bool {
        let key = |route: &Self| {
            let Self {
                destination,
                gateway,
                metric,
                table,
                kind,
                tos,
                ..
            } = route;
            (*destination, *gateway, *metric, *table, *kind, *tos)
        };
        key(self) == key(other)
    }

    /// Whether the kernel itself made it.
    pub fn is_kernels(&self) -> bool {
        self.protocol == RTPROT_KERNEL
    }

    /// Whether the kernel keeps it for an interface of its own: to its addresses, to
    /// multicast groups, and to fe80::/10.
    pub fn is_of_the_link(&self) -> bool {
        let of_link = match self.destination.ip() {
            IpAddr::V4(v4) => v4.is_multicast(),
            IpAddr::V6(v6) => v6.is_unicast_link_local() || v6.is_multicast(),
        };
        self.is_kernels() && (of_link || self.table == LOCAL)
    }

    /// Whether packets are sent by it, and neither delivered nor dropped.
    pub fn is_unicast(&self) -> bool {
        self.kind == RTN_UNICAST
    }

    /// Whether this is a default route.
    pub fn is_default(&self) -> bool {
        self.destination.prefix() == 0
    }
}

fn usual_metric(destination: IpNetwork) -> u32 {
    if destination.is_ipv4() { 0 } else { 1024 }
}

/// The metrics of `struct rtattr`s in RTA_METRICS by iproute2's names (`mx_names` in
/// ip/iproute.c); those of further kinds are left out.
fn write_metrics(f: &mut fmt::Formatter<'_>, value: &[u8]) -> fmt::Result {
    let names = [
        (2, "mtu"),
        (3, "window"),
        (8, "advmss"),
        (10, "hoplimit"),
        (11, "initcwnd"),
    ];
    for (kind, value) in attributes(value) {
        let name = names.iter().find(|(known, _)| *known == kind);
        if let (Some((_, name)), Some(value)) = (name, number(value)) {
            write!(f, " {name} {value}")?;
        }
    }
    Ok(())
}

impl fmt::Display for VerbatimRoute {
    /// As `ip route add` takes it, less the interface.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_default() {
            true => f.write_str("default")?,
            false => write!(f, "{}", self.destination)?,
        }
        if let Some(gateway) = self.gateway {
            write!(f, " via {gateway}")?;
        }
        if self.metric != usual_metric(self.destination) {
            write!(f, " metric {}", self.metric)?;
        }
        if let Some(source) = self.source {
            write!(f, " src {source}")?;
        }
        if self.table != MAIN {
            write!(f, " table {}", self.table)?;
        }
        if self.tos != 0 {
            write!(f, " tos {:#x}", self.tos)?;
        }
        match self.protocol {
            // What iproute2 gives by itself.
            3 => {}
            RTPROT_KERNEL => f.write_str(" proto kernel")?,
            4 => f.write_str(" proto static")?,
            9 => f.write_str(" proto ra")?,
            16 => f.write_str(" proto dhcp")?,
            other => write!(f, " proto {other}")?,
        }
        let metrics = self.kept.iter().find(|(kind, _)| *kind == RTA_METRICS);
        if let Some(value) = metrics.and_then(|(_, value)| from_hex(value)) {
            write_metrics(f, &value)?;
        }
        if self.onlink {
            f.write_str(" onlink")?;
        }
        self.expires
            .map_or(Ok(()), |left| write!(f, " expires {left}"))
    }
}

/// Every route of the namespace with the index of the interface that it leaves by, or 0 if
/// that is not known. One with several next hops is there once for each; those of IPv6 are routes of their own,
/// which the kernel shows as one (`rt6_fill_node` in net/ipv6/route.c).
///
/// # Errors
/// The kernel's refusal.
pub fn routes(door: &mut Door) -> KernelResult<Vec<(u32, VerbatimRoute)>> {
    let all = RouteMessage::default();
    let found = door.dump_with(&RouteNetlinkMessage::GetRoute(all), read)?;
    Ok(found.into_iter().flatten().collect())
}

fn read(body: &[u8]) -> Option<Vec<(u32, VerbatimRoute)>> {
    let byte = |at: usize| body.get(at).copied();
    let any: IpAddr = match i32::from(byte(0)?) {
        libc::AF_INET => Ipv4Addr::UNSPECIFIED.into(),
        libc::AF_INET6 => Ipv6Addr::UNSPECIFIED.into(),
        _ => return None,
    };
    let flags = number(body.get(8..RTMSG)?)?;
    let mut links = Vec::new();
    let mut legs = Vec::new();
    let mut destination = any;
    let mut route = VerbatimRoute {
        destination: IpNetwork::new(any, 0).ok()?,
        gateway: None,
        source: None,
        metric: 0,
        table: byte(4)?.into(),
        protocol: byte(5)?,
        scope: byte(6)?,
        kind: byte(7)?,
        tos: byte(3)?,
        source_prefix: byte(2)?,
        onlink: flags & RTNH_F_ONLINK != 0,
        expires: None,
        kept: Vec::new(),
        shared: false,
    };
    for (kind, value) in attributes(body.get(RTMSG..)?) {
        match kind {
            RTA_DST => destination = ip(value)?,
            RTA_OIF => links.push(number(value)?),
            RTA_GATEWAY => route.gateway = ip(value),
            RTA_PREFSRC => route.source = ip(value),
            RTA_PRIORITY => route.metric = number(value)?,
            RTA_TABLE => route.table = number(value)?,
            RTA_NH_ID => route.shared = true,
            RTA_MULTIPATH => legs = hops(value),
            RTA_CACHEINFO => {
                // `rta_expires` of struct rta_cacheinfo; an IPv4 route has none.
                let left = value.get(8..12).and_then(number);
                let left = left.filter(|left| *left != 0 && destination.is_ipv6());
                route.expires = left.map(|left| left / TICKS);
            }
            kind if KEPT.contains(&kind) => route.kept.push((kind, to_hex(value))),
            _ => {}
        }
    }
    route.destination = IpNetwork::new(destination, byte(1)?).ok()?;
    if links.is_empty() && legs.is_empty() {
        // One that drops packets, or whose next-hop object says where it leads.
        links.push(0);
    }
    let of_link = links.into_iter().map(|link| (link, route.clone()));
    let of_legs = legs.iter().map(|leg| {
        let mut own = route.clone();
        own.gateway = leg.gateway;
        own.onlink = leg.onlink;
        own.shared |= destination.is_ipv4() || !leg.is_plain;
        (leg.link, own)
    });
    Some(of_link.chain(of_legs).collect())
}

/// One of several next hops.
struct Hop {
    link: u32,
    gateway: Option<IpAddr>,
    onlink: bool,
    /// Whether it has neither a weight nor anything else to itself.
    is_plain: bool,
}

/// Reads `struct rtnexthop`s, each with its attributes.
fn hops(mut rest: &[u8]) -> Vec<Hop> {
    const RTNEXTHOP: usize = 8;
    let mut all = Vec::new();
    while let (Some(length), Some(link)) = (rest.first_chunk::<2>(), rest.get(4..RTNEXTHOP)) {
        let length = usize::from(u16::from_ne_bytes(*length));
        let (Some(own), Some(link)) = (rest.get(RTNEXTHOP..length), number(link)) else {
            break;
        };
        let mut hop = Hop {
            link,
            gateway: None,
            onlink: u32::from(rest[2]) & RTNH_F_ONLINK != 0,
            is_plain: rest[3] == 0,
        };
        for (kind, value) in attributes(own) {
            match kind {
                RTA_GATEWAY => hop.gateway = ip(value),
                _ => hop.is_plain = false,
            }
        }
        all.push(hop);
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    all
}

fn message(link: u32, route: &VerbatimRoute) -> RouteMessage {
    let mut message = RouteMessage::default();
    let header = &mut message.header;
    header.address_family = match route.destination {
        IpNetwork::V4(_) => AddressFamily::Inet,
        IpNetwork::V6(_) => AddressFamily::Inet6,
    };
    header.destination_prefix_length = route.destination.prefix();
    header.source_prefix_length = route.source_prefix;
    header.tos = route.tos;
    header.table = u8::try_from(route.table).unwrap_or(RT_TABLE_COMPAT);
    header.protocol = route.protocol.into();
    header.scope = route.scope.into();
    header.kind = route.kind.into();
    if route.onlink {
        header.flags |= RouteFlags::Onlink;
    }
    let mut put = |kind, value: Vec<u8>| {
        let attribute = RouteAttribute::Other(DefaultNla::new(kind, value));
        message.attributes.push(attribute);
    };
    if !route.is_default() {
        put(RTA_DST, octets(route.destination.ip()));
    }
    if let Some(gateway) = route.gateway {
        put(RTA_GATEWAY, octets(gateway));
    }
    if let Some(source) = route.source {
        put(RTA_PREFSRC, octets(source));
    }
    if route.metric != 0 {
        put(RTA_PRIORITY, route.metric.to_ne_bytes().to_vec());
    }
    put(RTA_TABLE, route.table.to_ne_bytes().to_vec());
    put(RTA_OIF, link.to_ne_bytes().to_vec());
    let kept = handed_on(&route.kept, &KEPT).map(RouteAttribute::Other);
    message.attributes.extend(kept);
    message
}

/// Adds a route by an interface: `ip route add`.
///
/// # Errors
/// EEXIST if there is one of that destination and metric, or another refusal.
pub fn add_route(door: &mut Door, link: u32, route: &VerbatimRoute) -> KernelResult<()> {
    add_with(door, link, route, NLM_F_CREATE | NLM_F_EXCL)
}

/// Adds a route by an interface, before those of the same destination and metric by others:
/// so one can take over from another without a gap. In IPv6 it is one of several next hops
/// beside them.
///
/// # Errors
/// EEXIST if it is there, or another refusal.
pub fn add_route_first(door: &mut Door, link: u32, route: &VerbatimRoute) -> KernelResult<()> {
    add_with(door, link, route, NLM_F_CREATE)
}

fn add_with(door: &mut Door, link: u32, route: &VerbatimRoute, flags: u16) -> KernelResult<()> {
    let mut message = message(link, route);
    if let Some(left) = route.expires {
        let value = DefaultNla::new(RTA_EXPIRES, left.to_ne_bytes().to_vec());
        message.attributes.push(RouteAttribute::Other(value));
    }
    door.change(RouteNetlinkMessage::NewRoute(message), flags)
}

/// Deletes a route by an interface; whether it was there.
///
/// # Errors
/// Any refusal other than its absence.
pub fn delete_route(door: &mut Door, link: u32, route: &VerbatimRoute) -> KernelResult<bool> {
    match door.change(RouteNetlinkMessage::DelRoute(message(link, route)), 0) {
        Ok(()) => Ok(true),
        Err(error) if error.is_absent() => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::{VerbatimRoute, message, read};
    use netlink_packet_core::Emitable;

    fn bytes(route: &VerbatimRoute) -> Vec<u8> {
        let sent = message(7, route);
        let mut bytes = vec![0; sent.buffer_len()];
        sent.emit(&mut bytes);
        bytes
    }

    #[test]
    fn what_was_read_is_sent() {
        let text = r#"{"destination":"0.0.0.0/0","gateway":"10.0.0.1","source":"10.0.0.2",
            "metric":5,"table":1000,"protocol":16,"scope":0,"kind":1,"tos":16,"onlink":true,
            "kept":[[8,"0800020078050000"]]}"#;
        let route: VerbatimRoute = serde_json::from_str(text).unwrap();
        let mut found = read(&bytes(&route)).unwrap();
        assert_eq!(found.pop(), Some((7, route.clone())));
        assert_eq!(
            route.to_string(),
            "default via 10.0.0.1 metric 5 src 10.0.0.2 table 1000 tos 0x10 proto dhcp mtu 1400 \
             onlink"
        );
    }

    #[test]
    fn what_is_cut_off_never_panics() {
        let route = VerbatimRoute::new(
            "fd02::/64".parse().unwrap(),
            "fd00::1".parse().unwrap(),
            None,
        );
        let whole = bytes(&route);
        for end in 0..whole.len() {
            let _ = read(&whole[..end]);
        }
        for bad in [&[][..], &[0; 3], &[0; 8], &[4, 0, 0, 0, 1, 0, 0, 0, 9]] {
            let _ = super::hops(bad);
        }
    }
}

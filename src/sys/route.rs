//! Routes of the main table (rtnetlink(7), ip-route(8)).

use std::fmt;
use std::net::IpAddr;

use ipnetwork::IpNetwork;
use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::route::{
    RouteAddress, RouteAttribute, RouteFlags, RouteHeader, RouteMessage, RouteProtocol, RouteScope,
    RouteType, RouteVia,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use serde::{Deserialize, Serialize};

use super::netlink::{Door, KernelResult};

/// One unicast route of the main table, with what it takes to put it back as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// Where it leads; a prefix length of 0 is a default route.
    pub destination: IpNetwork,
    /// The next hop.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gateway: Option<IpAddr>,
    /// The index of the interface it leaves by.
    pub link: u32,
    /// The metric; 0 in IPv4 and 1024 in IPv6 are the kernel's defaults.
    pub metric: u32,
    /// The source address it prefers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<IpAddr>,
    /// Who made it (RTPROT_* in linux/rtnetlink.h).
    pub protocol: u8,
    /// How far it reaches (RT_SCOPE_*).
    pub scope: u8,
    /// Whether the next hop counts as on the link though no subnet says so.
    #[serde(default)]
    pub onlink: bool,
    /// Whether it has several next hops, which netpipe does not rewrite.
    #[serde(default)]
    pub multipath: bool,
}

impl Route {
    /// A static route as netpipe makes them.
    pub fn new(
        destination: IpNetwork,
        gateway: Option<IpAddr>,
        link: u32,
        metric: Option<u32>,
    ) -> Self {
        let default_metric = if destination.is_ipv4() { 0 } else { 1024 };
        // A route without a next hop reaches only the link itself (ip-route(8), scope).
        let on_link = gateway.is_none() && destination.is_ipv4();
        let scope = if on_link {
            RouteScope::Link
        } else {
            RouteScope::Universe
        };
        Self {
            destination,
            gateway,
            link,
            metric: metric.unwrap_or(default_metric),
            source: None,
            protocol: RouteProtocol::Static.into(),
            scope: scope.into(),
            onlink: false,
            multipath: false,
        }
    }

    /// Whether this is a default route.
    pub fn is_default(&self) -> bool {
        self.destination.prefix() == 0
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_default() {
            true => f.write_str("default")?,
            false => write!(f, "{}", self.destination)?,
        }
        if let Some(gateway) = self.gateway {
            write!(f, " via {gateway}")?;
        }
        let default_metric = if self.destination.is_ipv4() { 0 } else { 1024 };
        if self.metric != default_metric {
            write!(f, " metric {}", self.metric)?;
        }
        Ok(())
    }
}

/// Every unicast route of the main table, of both families.
///
/// # Errors
/// The kernel's refusal.
pub fn list(door: &mut Door) -> KernelResult<Vec<Route>> {
    let answers = door.dump(&RouteNetlinkMessage::GetRoute(RouteMessage::default()))?;
    Ok(answers.into_iter().filter_map(read).collect())
}

fn ip_of(address: &RouteAddress) -> Option<IpAddr> {
    match address {
        RouteAddress::Inet(v4) => Some((*v4).into()),
        RouteAddress::Inet6(v6) => Some((*v6).into()),
        _ => None,
    }
}

fn read(answer: RouteNetlinkMessage) -> Option<Route> {
    let RouteNetlinkMessage::NewRoute(message) = answer else {
        return None;
    };
    let header = &message.header;
    if header.table != RouteHeader::RT_TABLE_MAIN || header.kind != RouteType::Unicast {
        return None;
    }
    let mut destination: IpAddr = match header.address_family {
        AddressFamily::Inet => std::net::Ipv4Addr::UNSPECIFIED.into(),
        AddressFamily::Inet6 => std::net::Ipv6Addr::UNSPECIFIED.into(),
        _ => return None,
    };
    let mut route = Route {
        destination: IpNetwork::new(destination, 0).ok()?,
        gateway: None,
        link: 0,
        metric: 0,
        source: None,
        protocol: header.protocol.into(),
        scope: header.scope.into(),
        onlink: header.flags.contains(RouteFlags::Onlink),
        multipath: false,
    };
    for attribute in &message.attributes {
        match attribute {
            RouteAttribute::Destination(address) => destination = ip_of(address)?,
            RouteAttribute::Gateway(address) => route.gateway = ip_of(address),
            RouteAttribute::Via(RouteVia::Inet6(v6)) => route.gateway = Some((*v6).into()),
            RouteAttribute::PrefSource(address) => route.source = ip_of(address),
            RouteAttribute::Oif(index) => route.link = *index,
            RouteAttribute::Priority(metric) => route.metric = *metric,
            RouteAttribute::MultiPath(_) => route.multipath = true,
            _ => {}
        }
    }
    route.destination = IpNetwork::new(destination, header.destination_prefix_length).ok()?;
    Some(route)
}

fn message(route: &Route) -> RouteMessage {
    let wrap = |ip: IpAddr| match ip {
        IpAddr::V4(v4) => RouteAddress::Inet(v4),
        IpAddr::V6(v6) => RouteAddress::Inet6(v6),
    };
    let mut message = RouteMessage::default();
    let v4 = route.destination.is_ipv4();
    message.header.address_family = if v4 {
        AddressFamily::Inet
    } else {
        AddressFamily::Inet6
    };
    message.header.destination_prefix_length = route.destination.prefix();
    message.header.table = RouteHeader::RT_TABLE_MAIN;
    message.header.kind = RouteType::Unicast;
    message.header.protocol = route.protocol.into();
    message.header.scope = route.scope.into();
    if route.onlink {
        message.header.flags |= RouteFlags::Onlink;
    }
    let attributes = &mut message.attributes;
    if !route.is_default() {
        attributes.push(RouteAttribute::Destination(wrap(route.destination.ip())));
    }
    match route.gateway {
        Some(IpAddr::V6(v6)) if v4 => attributes.push(RouteAttribute::Via(RouteVia::Inet6(v6))),
        Some(ip) => attributes.push(RouteAttribute::Gateway(wrap(ip))),
        None => {}
    }
    if let Some(source) = route.source {
        attributes.push(RouteAttribute::PrefSource(wrap(source)));
    }
    if route.metric != 0 {
        attributes.push(RouteAttribute::Priority(route.metric));
    }
    attributes.push(RouteAttribute::Oif(route.link));
    message
}

/// Adds a route: `ip route add`.
///
/// # Errors
/// EEXIST if there is one of that destination and metric, or another refusal.
pub fn add(door: &mut Door, route: &Route) -> KernelResult<()> {
    door.change(
        RouteNetlinkMessage::NewRoute(message(route)),
        NLM_F_CREATE | NLM_F_EXCL,
    )
}

/// Deletes a route; whether it was there.
///
/// # Errors
/// Any refusal other than its absence.
pub fn delete(door: &mut Door, route: &Route) -> KernelResult<bool> {
    match door.change(RouteNetlinkMessage::DelRoute(message(route)), 0) {
        Ok(()) => Ok(true),
        Err(error) if error.is_absent() => Ok(false),
        Err(error) => Err(error),
    }
}

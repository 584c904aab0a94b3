//! Routes of the main table (rtnetlink(7), ip-route(8)).

use std::fmt;
use std::net::IpAddr;

use ipnetwork::IpNetwork;
use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL, Nla};
use netlink_packet_route::route::{
    RouteAddress, RouteAttribute, RouteFlags, RouteHeader, RouteMessage, RoutePreference,
    RouteProtocol, RouteScope, RouteType, RouteVia,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use serde::{Deserialize, Serialize};

use super::netlink::{Door, KernelResult};
use super::verbatim::{Kept, handed_on, to_hex};

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
    /// Whether it has several next hops or a next-hop object, which netpipe does not rewrite.
    #[serde(default)]
    pub multipath: bool,
    /// The type of service it is for.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub tos: u8,
    /// How long a prefix of the source address it is for.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub source_prefix: u8,
    /// The attributes of `KEPT` that it has: kind, and value in hexadecimal.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub kept: Vec<Kept>,
}

/// The attributes that netpipe has no use for but puts back as they were (RTA_* in
/// linux/rtnetlink.h). The rest say nothing that a route is made with.
const KEPT: [u16; 7] = [
    2,  // RTA_SRC
    8,  // RTA_METRICS: mtu, initcwnd, advmss, hoplimit and so on
    11, // RTA_FLOW: realms
    20, // RTA_PREF
    21, // RTA_ENCAP_TYPE
    22, // RTA_ENCAP
    26, // RTA_TTL_PROPAGATE
];

fn is_zero(number: &u8) -> bool {
    *number == 0
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
            tos: 0,
            source_prefix: 0,
            kept: Vec::new(),
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
        tos: header.tos,
        source_prefix: header.source_prefix_length,
        kept: Vec::new(),
    };
    for attribute in &message.attributes {
        match attribute {
            RouteAttribute::Destination(address) => destination = ip_of(address)?,
            RouteAttribute::Gateway(address) => route.gateway = ip_of(address),
            RouteAttribute::Via(RouteVia::Inet6(v6)) => route.gateway = Some((*v6).into()),
            RouteAttribute::PrefSource(address) => route.source = ip_of(address),
            RouteAttribute::Oif(index) => route.link = *index,
            RouteAttribute::Priority(metric) => route.metric = *metric,
            RouteAttribute::MultiPath(_) | RouteAttribute::NhId(_) => route.multipath = true,
            // What every IPv6 route has that is told nothing else.
            RouteAttribute::Preference(RoutePreference::Medium) => {}
            other if KEPT.contains(&other.kind()) => {
                let mut value = vec![0; other.value_len()];
                other.emit_value(&mut value);
                route.kept.push((other.kind(), to_hex(&value)));
            }
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
    message.header.tos = route.tos;
    message.header.source_prefix_length = route.source_prefix;
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
    attributes.extend(handed_on(&route.kept, &KEPT).map(RouteAttribute::Other));
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

#[cfg(test)]
mod tests {
    use super::{Route, message};
    use netlink_packet_route::route::RouteAttribute;

    #[test]
    fn of_a_record_only_what_a_route_has_is_sent() {
        let mut route = Route::new("0.0.0.0/0".parse().unwrap(), None, 1, None);
        let plain = message(&route).attributes.len();
        for (kind, value) in [(8, "zz"), (8, "+f"), (8, "\u{e9}"), (4, "01000000")] {
            route.kept = vec![(kind, value.into())];
            assert_eq!(message(&route).attributes.len(), plain, "{kind} {value}");
        }
        route.kept = vec![(8, "0800020078050000".into())];
        let text = serde_json::to_string(&route).unwrap();
        assert_eq!(serde_json::from_str::<Route>(&text).unwrap(), route);
        let sent = message(&route).attributes;
        assert!(matches!(sent.last(), Some(RouteAttribute::Other(_))));
    }
}

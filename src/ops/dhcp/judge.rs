//! What a server gave, judged: a server is somebody on the link, and may be wrong or hostile.
//! An address that no host can have is an error; of the rest, what is of no use is left out
//! and said.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnetwork::{IpNetwork, Ipv4Network};

use crate::error::{Error, Result};
use crate::plan::dhcp_step::hex;
use crate::plan::lease::client;
use crate::registry::lease::{Lease, LeaseKind, now};
use crate::registry::record::AttachmentRecord;
use crate::resolve::Inside;
use crate::spec::{
    DhcpHostname, LEAST_MTU_OF_IPV6, RouteSpec, check_gateway, check_host_address, shown,
};
use crate::sys::dhcp::{Given, Given4};
use crate::sys::dhcp6::Given6;
use crate::sys::router::Made;

/// The most routes of a server that are used.
const MOST_ROUTES: usize = 64;
/// The most name servers and domains that are recorded.
const MOST_NAMES: usize = 16;
/// The least MTU that a server can ask for: what every host must take (RFC 791 section 3.1).
const LEAST_MTU: u16 = 576;

/// What is judged by: the attachment, what is in its target, and which default routes it
/// takes.
pub struct Bench<'a> {
    /// The attachment.
    pub record: &'a AttachmentRecord,
    /// What is in the target.
    pub inside: &'a Inside,
    /// Whether it takes a default route of IPv4, and of IPv6.
    pub defaults: (bool, bool),
}

/// The leases that were given, and what was left out of them.
///
/// # Errors
/// Failed if an address is none that a host can have; a conflict if the target has such a
/// subnet already.
pub fn judge(bench: &Bench<'_>, given: &Given) -> Result<(Vec<Lease>, Vec<String>)> {
    let mut left_out = Vec::new();
    let leases = match given {
        Given::V4(given) => vec![bench.of_v4(given, &mut left_out)?],
        Given::V6(given) => vec![bench.of_v6(given, &mut left_out)?],
        Given::Routers(made) => made.iter().map(|made| bench.of_router(made)).collect(),
    };
    for lease in &leases {
        bench
            .inside
            .check_free(lease.address, &bench.record.owner.ifname)?;
    }
    Ok((leases, left_out))
}

fn nonsense(who: &str, why: &str) -> Error {
    Error::failed(format!("{who} gave what no host can use: {why}"))
        .hint("see the server's configuration, and who else answers on that link")
}

impl Bench<'_> {
    fn of_v4(&self, given: &Given4, left_out: &mut Vec<String>) -> Result<Lease> {
        let who = format!("DHCP server {}", given.server);
        let mask = u32::from(given.mask);
        if mask == 0 {
            return Err(nonsense(
                &who,
                &format!("{} without a subnet mask", given.address),
            ));
        }
        if mask.leading_ones() != mask.count_ones() {
            return Err(nonsense(
                &who,
                &format!("{} with the subnet mask {}", given.address, given.mask),
            ));
        }
        let address = Ipv4Network::new(given.address, mask.leading_ones() as u8)
            .map(IpNetwork::V4)
            .map_err(|error| nonsense(&who, &error.to_string()))?;
        check_host_address(address).map_err(|error| nonsense(&who, &error.to_string()))?;
        let mut note = |text: String| left_out.push(format!("{who}: {text}"));
        let (routes, told) = self.routes(given, address, &mut note);
        // Routers count only without classless routes (RFC 3442).
        let routers: Vec<Ipv4Addr> = match given.routes {
            Some(_) => told.into_iter().collect(),
            None => given.routers.iter().copied().take(MOST_NAMES).collect(),
        };
        let on_link = |router: &Ipv4Addr| {
            let by_route = routes.iter().any(|route: &RouteSpec| {
                route.via.is_none() && route.destination.contains(IpAddr::V4(*router))
            });
            by_route || check_gateway(address, IpAddr::V4(*router)).is_ok()
        };
        let usable = routers.iter().copied().find(on_link);
        if let (None, Some(first)) = (usable, routers.first()) {
            note(format!(
                "its router {first} is not on the link of {address}, so there is no default route"
            ));
        }
        let default_via = usable.filter(|_| self.defaults.0).map(IpAddr::V4);
        let lease = Lease {
            kind: LeaseKind::Dhcp,
            address,
            server: Some(IpAddr::V4(given.server)),
            client: {
                let id = client(self.record).id;
                hex(&[&[id.kind()], id.value()].concat())
            },
            iaid: None,
            server_id: None,
            obtained: now(),
            seconds: given.seconds,
            preferred: None,
            renew: given.renew,
            rebind: given.rebind,
            routers: routers.into_iter().map(IpAddr::V4).collect(),
            default_via,
            mtu: self.mtu(given.mtu, &mut note),
            dns: name_servers(given.dns.iter().map(|ip| IpAddr::V4(*ip)), &mut note),
            search: domains(&given.search, &mut note),
            domain: domains(given.domain.as_slice(), &mut note).pop(),
            routes,
        };
        Ok(lease)
    }

    /// The routes that can be used, those to the link itself first, and the router of the
    /// default route among them.
    fn routes(
        &self,
        given: &Given4,
        address: IpNetwork,
        note: &mut dyn FnMut(String),
    ) -> (Vec<RouteSpec>, Option<Ipv4Addr>) {
        let all = given.routes.as_deref().unwrap_or_default();
        let mut default = None;
        let mut routes: Vec<RouteSpec> = Vec::new();
        let mut refused = 0;
        let is_direct = |route: &&(Ipv4Addr, u8, Ipv4Addr)| route.2.is_unspecified();
        let direct = all.iter().filter(is_direct);
        let indirect = all.iter().filter(|route| !is_direct(route));
        for (destination, length, router) in direct.chain(indirect).copied() {
            if length == 0 {
                default = default.or(Some(router).filter(|ip| !ip.is_unspecified()));
                continue;
            }
            let via = Some(IpAddr::V4(router)).filter(|_| !router.is_unspecified());
            let reached = via.is_none_or(|via| {
                check_gateway(address, via).is_ok()
                    || routes
                        .iter()
                        .any(|route| route.via.is_none() && route.destination.contains(via))
            });
            let leads = !destination.is_multicast()
                && !destination.is_loopback()
                && destination.octets()[0] != 0;
            let network = Ipv4Network::new(destination, length)
                .and_then(|network| Ipv4Network::new(network.network(), length));
            let taken = |destination: IpNetwork| {
                let own = self.inside.link(&self.record.owner.ifname);
                let foreign = self.inside.routes.iter().any(|route| {
                    route.destination == destination
                        && route.metric == 0
                        && own.map(|link| link.index) != Some(route.link)
                });
                let given = |route: &RouteSpec| route.destination == destination;
                foreign || routes.iter().any(given) || self.record.routes.iter().any(given)
            };
            match network.map(IpNetwork::V4) {
                Ok(destination)
                    if leads && reached && routes.len() < MOST_ROUTES && !taken(destination) =>
                {
                    routes.push(RouteSpec {
                        destination,
                        via,
                        metric: None,
                    });
                }
                _ => refused += 1,
            }
        }
        if refused > 0 {
            note(format!(
                "{refused} of its {} routes are left out: they lead nowhere, or nowhere new, or \
                 are too many",
                all.len()
            ));
        }
        (routes, default)
    }

    fn mtu(&self, given: Option<u16>, note: &mut dyn FnMut(String)) -> Option<u32> {
        let mtu = given?;
        let has_ipv6 =
            self.record.all_addresses().any(IpNetwork::is_ipv6) || self.record.leasing.asks_v6();
        let why = match u32::from(mtu) {
            _ if mtu < LEAST_MTU => "too small for IPv4",
            wanted if wanted > self.record.mtu => "larger than the link's",
            wanted if has_ipv6 && wanted < LEAST_MTU_OF_IPV6 => "too small for IPv6",
            wanted => return Some(wanted),
        };
        note(format!("its MTU {mtu} is left out: it is {why}"));
        None
    }

    fn of_v6(&self, given: &Given6, left_out: &mut Vec<String>) -> Result<Lease> {
        let who = "the DHCPv6 server";
        let refuse = |why: &str| Err(nonsense(who, &format!("{}, {why}", given.address)));
        if given.address.is_unicast_link_local() {
            return refuse("a link-local address");
        }
        // It says nothing of a subnet, which only routers do (RFC 8415 section 18.2.10.1).
        let address = IpNetwork::new(IpAddr::V6(given.address), 128)
            .map_err(|error| nonsense(who, &error.to_string()))?;
        check_host_address(address).map_err(|error| nonsense(who, &error.to_string()))?;
        if given.server.is_empty() || given.server.len() > 130 {
            return refuse("with an id of the server that is none");
        }
        let mut note = |text: String| left_out.push(format!("{who}: {text}"));
        let client = client(self.record);
        Ok(Lease {
            kind: LeaseKind::Dhcp6,
            address,
            server: None,
            client: hex(&[&[0, 4], &client.duid[..]].concat()),
            iaid: Some(client.iaid),
            server_id: Some(hex(&given.server)),
            obtained: now(),
            seconds: given.seconds,
            preferred: Some(given.preferred),
            renew: given.renew,
            rebind: given.rebind,
            routers: Vec::new(),
            default_via: None,
            routes: Vec::new(),
            mtu: None,
            dns: name_servers(given.dns.iter().map(|ip| IpAddr::V6(*ip)), &mut note),
            search: domains(&given.search, &mut note),
            domain: None,
        })
    }

    fn of_router(&self, made: &Made) -> Lease {
        let router = made.router.map(IpAddr::V6);
        Lease {
            kind: LeaseKind::Slaac,
            address: made.ip,
            server: router,
            client: self.record.mac.to_string(),
            iaid: None,
            server_id: None,
            obtained: now(),
            seconds: made.left.0,
            preferred: Some(made.left.1),
            renew: made.left.1,
            rebind: made.left.1,
            routers: router.into_iter().collect(),
            default_via: router.filter(|_| self.defaults.1),
            routes: Vec::new(),
            mtu: None,
            dns: Vec::new(),
            search: Vec::new(),
            domain: None,
        }
    }
}

/// The name servers that can be such.
fn name_servers(all: impl Iterator<Item = IpAddr>, note: &mut dyn FnMut(String)) -> Vec<IpAddr> {
    let reserved = Ipv6Addr::UNSPECIFIED;
    let (mut good, bad): (Vec<_>, Vec<_>) = all.partition(|ip| {
        let broadcast = matches!(ip, IpAddr::V4(v4) if v4.is_broadcast() || v4.octets()[0] == 0);
        !ip.is_multicast() && !ip.is_unspecified() && !broadcast && *ip != IpAddr::V6(reserved)
    });
    let surplus = good.len().saturating_sub(MOST_NAMES) + bad.len();
    if surplus > 0 {
        note(format!("{surplus} of its name servers are left out"));
    }
    good.truncate(MOST_NAMES);
    good
}

/// The domains that are names.
fn domains(all: &[String], note: &mut dyn FnMut(String)) -> Vec<String> {
    let mut good = Vec::new();
    for text in all {
        let name = text.trim_end_matches(['.', '\0']);
        match name.parse::<DhcpHostname>() {
            Ok(name) if good.len() < MOST_NAMES => good.push(name.to_string()),
            Ok(_) => {}
            Err(_) => note(format!("the domain `{}` is left out", shown(text))),
        }
    }
    good
}

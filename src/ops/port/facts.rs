//! What there is of a bridge and an interface, and the record that is made of it.

use std::net::IpAddr;

use super::Request;
use crate::error::{Context as _, Error, Result};
use crate::ops::{Context, bridge, direct_route};
use crate::plan::port::Facts;
use crate::registry::direct_route::DirectRouteRecord;
use crate::registry::port::{Moved, PortRecord};
use crate::registry::record::{State, VERSION};
use crate::spec::{IfName, MARK, Sysctl};
use crate::sys::link::{self, Link};
use crate::sys::neighbour::Question;
use crate::sys::netlink::Door;
use crate::sys::{sysctl, verbatim};

/// The settings of IPv6 that follow the addresses: whether it is there at all, and what the
/// host believes of routers.
const CARRIED: [&str; 4] = ["disable_ipv6", "accept_ra", "autoconf", "use_tempaddr"];

/// Reads a bridge and an interface, which need not be there.
///
/// # Errors
/// If the kernel or the store does not answer.
pub fn read(ctx: &Context, door: &mut Door, bridge: &IfName, nic: &IfName) -> Result<Facts> {
    let cannot = || format!("cannot look up `{bridge}` and `{nic}`");
    let bridge_link = link::find(door, bridge.as_str()).or_failed(cannot)?;
    let nic_link = link::find(door, nic.as_str()).or_failed(cannot)?;
    let indices = [&bridge_link, &nic_link].map(|link| link.as_ref().map(|link| link.index));
    let mut addresses = verbatim::addresses(door).or_failed(cannot)?;
    addresses.retain(|(link, _)| indices.contains(&Some(*link)));
    let mut routes = verbatim::routes(door).or_failed(cannot)?;
    routes.retain(|(link, route)| indices.contains(&Some(*link)) && !route.is_of_the_link());
    let settings = CARRIED.iter().filter_map(|name| {
        let key = format!("net/ipv6/conf/{bridge}/{name}");
        sysctl::get(&key).map(|value| Sysctl::new(key, value))
    });
    let following = direct_route::readable(ctx)?.into_iter();
    let following = following.filter(|route| !route.pinned && !route.adopted);
    let following = following.map(|route| route.route());
    Ok(Facts {
        bridge: bridge_link,
        nic: nic_link,
        addresses,
        routes,
        settings: settings.collect(),
        follow: following.collect(),
    })
}

/// The record of what is asked for, if it can be done.
///
/// # Errors
/// Not found, or a conflict that says why not.
pub fn record(ctx: &Context, request: &Request, facts: &Facts) -> Result<PortRecord> {
    let (bridge, nic) = (known_bridge(request, facts)?, known_nic(request, facts)?);
    let was_port = nic.master == Some(bridge.index);
    if let Some(master) = nic.master.filter(|_| !was_port) {
        let master = link::get_by_index(&mut ctx.host_door()?, master);
        let name = master.ok().flatten().map_or("?".into(), |link| link.name);
        return Err(
            Error::conflict(format!("`{}` is a port of `{name}` already", nic.name)).hint(format!(
                "take it out first: ip link set {} nomaster",
                nic.name
            )),
        );
    }
    let moved = match request.take {
        true => Some(moved(ctx, request, facts, (bridge, nic))?),
        false => {
            refuse_addresses(facts, nic, was_port)?;
            None
        }
    };
    Ok(PortRecord {
        version: VERSION,
        host: ctx.host.clone(),
        bridge: request.bridge.clone(),
        nic: request.nic.clone(),
        state: State::Pending,
        leaving: false,
        restoring: false,
        boot_id: ctx.boot_id()?.to_owned(),
        host_cookie: ctx.host_cookie,
        nic_mac: nic.mac,
        nic_up: nic.up,
        was_port,
        moved,
    })
}

fn known_bridge<'a>(request: &Request, facts: &'a Facts) -> Result<&'a Link> {
    let name = &request.bridge;
    let bridge = facts.bridge.as_ref().ok_or_else(|| {
        Error::not_found(format!("there is no bridge `{name}`"))
            .hint(format!("make it first: netpipe bridge add {name}"))
    })?;
    if bridge.is_bridge() {
        return Ok(bridge);
    }
    let kind = bridge.kind.as_deref().unwrap_or("network interface");
    Err(
        Error::conflict(format!("`{name}` is a {kind}, not a bridge"))
            .hint("the bridge comes first, then the interface"),
    )
}

fn known_nic<'a>(request: &Request, facts: &'a Facts) -> Result<&'a Link> {
    let name = &request.nic;
    let nic = facts.nic.as_ref().ok_or_else(|| {
        Error::not_found(format!("there is no link `{name}` on this host")).hint("see `ip link`")
    })?;
    let refused = |why: &str| Error::conflict(format!("`{name}` {why}"));
    if nic.is_bridge() {
        let refused = refused("is a bridge, and a bridge cannot be a port of another");
        return Err(refused.hint("join two bridges by a veth pair, a port of each"));
    }
    if name.as_str() == "lo" {
        return Err(refused("is the loopback, which cannot be a port"));
    }
    let alias = nic.alias.as_deref();
    if alias.is_some_and(|alias| alias.starts_with(MARK)) {
        return Err(refused("is netpipe's own link").hint("see `netpipe list`"));
    }
    Ok(nic)
}

/// A port's addresses are deaf: its frames are the bridge's.
fn refuse_addresses(facts: &Facts, nic: &Link, was_port: bool) -> Result<()> {
    let own = facts.addresses_of(Some(nic));
    let own = own.iter().filter(|address| !address.is_of_the_link());
    let own: Vec<_> = own.map(|address| address.ip.to_string()).collect();
    if own.is_empty() || was_port {
        return Ok(());
    }
    Err(Error::conflict(format!(
        "`{}` has {}, which would not work any more on a port",
        nic.name,
        own.join(" and ")
    ))
    .hint("move what it has to the bridge with --take-address, or remove it"))
}

/// What the bridge is to take.
fn moved(
    ctx: &Context,
    request: &Request,
    facts: &Facts,
    (bridge, nic): (&Link, &Link),
) -> Result<Moved> {
    may_take(ctx, request, bridge)?;
    let all = facts.addresses_of(Some(nic)).into_iter().cloned();
    let (copied, addresses): (Vec<_>, Vec<_>) = all.partition(|address| address.is_of_the_link());
    if addresses.is_empty() {
        return Err(Error::conflict(format!("`{}` has no address", nic.name))
            .hint("leave --take-address away"));
    }
    let held = facts.addresses_of(Some(bridge));
    if let Some(both) = addresses
        .iter()
        .find(|own| held.iter().any(|h| h.is_same(own)))
    {
        return Err(Error::conflict(format!(
            "`{}` has the address {} as well",
            bridge.name, both.ip
        ))
        .hint(format!(
            "remove one: ip address del {} dev {}",
            both.ip, bridge.name
        )));
    }
    let copied = copied.into_iter();
    let copied = copied.filter(|own| !held.iter().any(|held| held.is_same(own)));
    let makes = |subnet| addresses.iter().any(|address| address.makes_route(subnet));
    let all = facts.routes_of(Some(nic)).into_iter().cloned();
    let (connected, mut routes): (Vec<_>, Vec<_>) =
        all.partition(|route| route.is_kernels() && makes(route.destination));
    if let Some(shared) = routes.iter().find(|route| route.shared) {
        return Err(Error::conflict(format!(
            "the route `{shared} dev {}` has several next hops or a next-hop object",
            nic.name
        ))
        .hint("netpipe does not move such a route: remove it first, and add it anew afterwards"));
    }
    refuse_pinned(ctx, &request.nic)?;
    routes.retain(|route| !facts.follows(route));
    routes.reverse();
    routes.sort_by_key(|route| route.gateway.is_some());
    let settings = carried(request, facts);
    let saved = facts.settings.iter();
    let saved = saved.filter(|now| settings.iter().any(|s| s.key == now.key));
    Ok(Moved {
        bridge_mac: bridge.mac,
        bridge_mtu: bridge.mtu,
        bridge_up: bridge.up,
        nic_mtu: Some(nic.mtu),
        saved: saved.cloned().collect(),
        settings,
        addresses,
        copied: copied.collect(),
        routes,
        connected,
    })
}

/// Refuses to take the addresses away from an interface that a direct route has to leave by.
///
/// # Errors
/// A conflict that names the route, or if the store fails.
pub fn refuse_pinned(ctx: &Context, dev: &IfName) -> Result<()> {
    let all = direct_route::readable(ctx)?;
    let is_bound = |record: &&DirectRouteRecord| record.pinned && record.dev == *dev;
    match all.iter().find(is_bound) {
        None => Ok(()),
        Some(DirectRouteRecord { subnet, .. }) => Err(Error::conflict(format!(
            "the direct route to {subnet} has to leave by `{dev}`"
        ))
        .hint(format!(
            "remove it first, and add it anew afterwards: netpipe direct-route del {subnet}"
        ))),
    }
}

/// Whether the bridge is one that may be given another MAC and addresses of the host's.
fn may_take(ctx: &Context, request: &Request, bridge: &Link) -> Result<()> {
    let name = &request.bridge;
    if !bridge::is_ours(bridge) {
        return Err(Error::conflict(format!(
            "bridge `{name}` is not netpipe's, and its MAC would have to change"
        ))
        .hint(format!(
            "take another one, which `netpipe bridge add` made; or move the addresses yourself, \
             and then: netpipe bridge port add {name} {}",
            request.nic
        )));
    }
    if bridge.stp {
        return Err(Error::conflict(format!(
            "bridge `{name}` runs the spanning tree, and a new port does not forward for 30 \
             seconds"
        ))
        .hint(format!(
            "turn it off: ip link set {name} type bridge stp_state 0"
        )));
    }
    let holds = super::records_of(ctx, name)?
        .into_iter()
        .find(|other| other.nic != request.nic && other.moved.is_some());
    match holds {
        None => Ok(()),
        Some(other) => Err(Error::conflict(format!(
            "bridge `{name}` has the addresses of `{}` already",
            other.nic
        ))
        .hint(format!(
            "give them back first: netpipe bridge port del {name} {}",
            other.nic
        ))),
    }
}

/// The bridge's settings as the interface has them, where they differ.
fn carried(request: &Request, facts: &Facts) -> Vec<Sysctl> {
    let wanted = facts.settings.iter().filter_map(|now| {
        let name = now.key.rsplit('/').next()?;
        let value = sysctl::get(&format!("net/ipv6/conf/{}/{name}", request.nic))?;
        // A bridge with IPv6 keeps it: it may have addresses of its own.
        let disables = name == "disable_ipv6" && value != "0";
        (value != now.value && !disables).then(|| Sysctl::new(now.key.clone(), value))
    });
    wanted.collect()
}

/// The next hops that the host reaches by the interface, and the address that asks for each.
pub fn gateways(moved: &Moved, facts: &Facts) -> Vec<Question> {
    let own = facts.addresses_of(facts.nic.as_ref());
    let own: Vec<_> = own.into_iter().chain(&moved.copied).collect();
    let source = |gateway: IpAddr| {
        let near = own.iter().find(|address| address.ip.contains(gateway));
        let family = || own.iter().find(|a| a.ip.is_ipv4() == gateway.is_ipv4());
        near.or_else(family).map(|address| address.ip.ip())
    };
    let mut all: Vec<IpAddr> = moved
        .routes
        .iter()
        .filter_map(|route| route.gateway)
        .collect();
    all.sort();
    all.dedup();
    let asked = all.into_iter().filter_map(|neighbour| {
        let source = source(neighbour)?;
        Some(Question { neighbour, source })
    });
    asked.collect()
}

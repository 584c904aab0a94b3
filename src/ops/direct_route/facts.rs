//! What a route to another host's containers needs, and whether it can be.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnetwork::IpNetwork;

use super::Request;
use crate::error::{Context as _, Error, Result};
use crate::ops::Context;
use crate::registry::direct_route::DirectRouteRecord;
use crate::registry::record::{State, VERSION};
use crate::spec::{IfName, Sysctl};
use crate::sys::addr::{self, Address};
use crate::sys::firewall::{self, Subnet};
use crate::sys::link::{self, Link};
use crate::sys::netlink::Door;
use crate::sys::sysctl;
use crate::sys::verbatim::{self, VerbatimRoute};

/// The main table (`RT_TABLE_MAIN`).
const MAIN: u32 = 254;

/// What there is on the host.
pub struct Facts {
    links: Vec<Link>,
    addresses: Vec<Address>,
    routes: Vec<(u32, VerbatimRoute)>,
}

impl Facts {
    /// Reads the host.
    ///
    /// # Errors
    /// If the kernel does not answer.
    pub fn read(door: &mut Door) -> Result<Self> {
        let cannot = || "cannot look up links, addresses and routes".to_owned();
        Ok(Self {
            links: link::list(door).or_failed(cannot)?,
            addresses: addr::list(door).or_failed(cannot)?,
            routes: verbatim::routes(door).or_failed(cannot)?,
        })
    }

    fn name(&self, index: u32) -> &str {
        let link = self.links.iter().find(|link| link.index == index);
        link.map_or("?", |link| link.name.as_str())
    }

    /// The interfaces by which that very route leaves.
    pub fn leaves_by(&self, record: &DirectRouteRecord) -> Vec<IfName> {
        let wanted = record.route();
        let same = self
            .routes
            .iter()
            .filter(|(_, route)| route.is_same(&wanted));
        let names = same.filter_map(|(index, _)| self.name(*index).parse().ok());
        names
            .filter(|name| !record.pinned || *name == record.dev)
            .collect()
    }

    /// The interface by which a next hop is on the link.
    ///
    /// # Errors
    /// A conflict or usage error that says why there is none.
    pub fn uplink(&self, via: IpAddr, dev: Option<&IfName>) -> Result<IfName> {
        if self.addresses.iter().any(|address| address.ip.ip() == via) {
            return Err(
                Error::conflict(format!("`{via}` is this host's own address"))
                    .hint("give the address of the other host"),
            );
        }
        if let Some(name) = dev {
            let link = self.links.iter().find(|link| link.name == name.as_str());
            let link = link.ok_or_else(|| {
                Error::not_found(format!("there is no link `{name}` on this host"))
                    .hint("see `ip link`")
            })?;
            refuse_down(link)?;
        }
        let is_asked =
            |address: &&Address| dev.is_none_or(|dev| self.name(address.link) == dev.as_str());
        let link_local = matches!(via, IpAddr::V6(v6) if v6.is_unicast_link_local());
        if link_local && dev.is_none() {
            return Err(
                Error::usage(format!("`{via}` is on every link")).hint("say which one with --dev")
            );
        }
        let near: Vec<_> = self
            .addresses
            .iter()
            .filter(|address| address.ip.contains(via) && address.ip.prefix() > 0)
            .filter(is_asked)
            .collect();
        let up = |address: &&&Address| {
            let link = self.links.iter().find(|link| link.index == address.link);
            link.is_some_and(|link| link.up && link.carrier)
        };
        match (near.iter().find(up), near.first()) {
            (Some(address), _) => {
                refuse_edge(address.ip, via)?;
                self.name(address.link).parse()
            }
            (None, Some(address)) => {
                let link = self.links.iter().find(|link| link.index == address.link);
                link.map_or(Ok(()), refuse_down)?;
                let name = self.name(address.link);
                Err(Error::conflict(format!(
                    "`{via}` is in the subnet of `{name}`, which has no carrier"
                ))
                .hint("see to its cable or its ports"))
            }
            (None, None) => Err(Error::conflict(match dev {
                Some(dev) => format!("`{via}` is in no subnet of `{dev}`"),
                None => format!("`{via}` is in no subnet of this host's links"),
            })
            .hint("a direct route needs both hosts on one LAN; across routers use a tunnel")),
        }
    }

    /// Refuses a route that would share addresses with another one. Whether the very route is
    /// there already.
    ///
    /// # Errors
    /// A conflict that names the other one.
    pub fn refuse_overlap(&self, record: &DirectRouteRecord) -> Result<bool> {
        let wanted = record.route();
        let subnet = record.subnet;
        let overlaps = |route: &VerbatimRoute| {
            let other = route.destination;
            let same_family = other.is_ipv4() == subnet.is_ipv4();
            let within = other.contains(subnet.network()) || subnet.contains(other.network());
            route.table == MAIN
                && route.is_unicast()
                && !route.is_default()
                && same_family
                && within
        };
        let others = self.routes.iter().filter(|(_, route)| overlaps(route));
        let mut there = false;
        for (index, other) in others {
            let name = self.name(*index);
            if other.is_same(&wanted) && (!record.pinned || name == record.dev.as_str()) {
                there = true;
                continue;
            }
            return Err(Error::conflict(format!(
                "it overlaps with the route `{other} dev {name}`"
            ))
            .hint("remove that one, or give a subnet that no route leads to"));
        }
        Ok(there)
    }
}

fn refuse_down(link: &Link) -> Result<()> {
    match link.up {
        true => Ok(()),
        false => Err(Error::conflict(format!("`{}` is down", link.name))
            .hint(format!("set it up: ip link set {} up", link.name))),
    }
}

/// The subnet's own address and its broadcast address are nobody's (RFC 1122 section 3.2.1.3).
fn refuse_edge(subnet: IpNetwork, via: IpAddr) -> Result<()> {
    let IpNetwork::V4(v4) = subnet else {
        return Ok(());
    };
    let edges: [IpAddr; 2] = [v4.network().into(), v4.broadcast().into()];
    match v4.prefix() < 31 && edges.contains(&via) {
        true => Err(Error::usage(format!(
            "`{via}` is no host's address in {}/{}",
            v4.network(),
            v4.prefix()
        ))
        .hint("give the address of the other host")),
        false => Ok(()),
    }
}

/// The record of what is asked for, if it can be done.
///
/// # Errors
/// As [`Facts::uplink`] and [`Facts::refuse_overlap`], or if the firewall cannot be read.
pub fn record(ctx: &Context, request: &Request, facts: &Facts) -> Result<DirectRouteRecord> {
    let dev = facts.uplink(request.via, request.dev.as_ref())?;
    let subnet = Subnet::new(request.subnet)?;
    let rules = match request.firewall {
        true => firewall::needed_for_route(subnet)?,
        false => Vec::new(),
    };
    let (settings, saved) = forwarding(ctx, request.subnet, facts)?;
    let mut record = DirectRouteRecord {
        version: VERSION,
        host: ctx.host.clone(),
        subnet: request.subnet,
        via: request.via,
        dev,
        pinned: request.dev.is_some(),
        metric: request.metric,
        state: State::Pending,
        leaving: false,
        restoring: false,
        boot_id: ctx.boot_id()?.to_owned(),
        host_cookie: ctx.host_cookie,
        adopted: false,
        settings,
        saved,
        firewall: request.firewall,
        rules,
    };
    record.adopted = facts.refuse_overlap(&record)?;
    Ok(record)
}

/// The settings that make the host forward, and all that the kernel changes along with them,
/// as it was before the first route of that family.
fn forwarding(
    ctx: &Context,
    subnet: IpNetwork,
    facts: &Facts,
) -> Result<(Vec<Sysctl>, Vec<Sysctl>)> {
    let key = match subnet {
        IpNetwork::V4(_) => "net/ipv4/ip_forward",
        IpNetwork::V6(_) => "net/ipv6/conf/all/forwarding",
    };
    let now = sysctl::get(key).ok_or_else(|| {
        Error::failed(format!("the kernel has no setting `{key}`"))
            .hint("see whether IPv6 is disabled: cat /proc/cmdline")
    })?;
    let on = Sysctl::new(key, "1");
    // What others of the family found is what the last one to go puts back.
    let others = super::records(ctx)?;
    let mut others = others
        .into_iter()
        .filter(|other| other.subnet.is_ipv4() == subnet.is_ipv4());
    if let Some(other) = others.find(|other| other.boot_id == ctx.boot_id().unwrap_or_default()) {
        return Ok((other.settings, other.saved));
    }
    if now != "0" {
        return Ok((vec![on], Vec::new()));
    }
    let mut saved = vec![Sysctl::new(key, now)];
    let mut settings = Vec::new();
    let mut names: Vec<_> = facts.links.iter().map(|link| link.name.clone()).collect();
    names.push("default".into());
    match subnet {
        IpNetwork::V4(_) => {
            // `inet_forward_change` in net/ipv4/devinet.c sets these too.
            let along = "net/ipv4/conf/all/accept_redirects";
            saved.extend(sysctl::get(along).map(|value| Sysctl::new(along, value)));
            saved.extend(forwarding_of("ipv4", &names));
        }
        IpNetwork::V6(_) => {
            saved.extend(forwarding_of("ipv6", &names));
            // A router believes other routers only with 2 (ip-sysctl, accept_ra), and forgets
            // those it knew otherwise (`rt6_purge_dflt_routers` in net/ipv6/route.c).
            for name in routers(facts) {
                let key = format!("net/ipv6/conf/{name}/accept_ra");
                if sysctl::get(&key).as_deref() == Some("1") {
                    settings.push(Sysctl::new(key.clone(), "2"));
                    saved.push(Sysctl::new(key, "1"));
                }
            }
        }
    }
    settings.push(on);
    Ok((settings, saved))
}

/// The interfaces that forward by themselves already, which all of them stop to do when the
/// host does.
fn forwarding_of(family: &str, names: &[String]) -> Vec<Sysctl> {
    let each = names.iter().filter_map(|name| {
        let key = format!("net/{family}/conf/{name}/forwarding");
        let value = sysctl::get(&key)?;
        (value != "0").then(|| Sysctl::new(key, value))
    });
    each.collect()
}

/// The interfaces that live by what routers say: a default route of theirs, or an address that
/// ends when they are not heard any more.
fn routers(facts: &Facts) -> Vec<String> {
    const RTPROT_RA: u8 = 9;
    let told = facts.routes.iter().filter(|(_, route)| {
        route.is_default() && route.destination.is_ipv6() && route.protocol == RTPROT_RA
    });
    let given = facts.addresses.iter();
    let given = given.filter(|address| address.ip.is_ipv6() && address.temporary);
    let links = told.map(|(index, _)| *index);
    let links: BTreeSet<_> = links.chain(given.map(|address| address.link)).collect();
    links
        .into_iter()
        .map(|index| facts.name(index).to_owned())
        .collect()
}

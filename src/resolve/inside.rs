//! What a target's namespace holds: links, addresses, routes, settings.

use std::collections::HashMap;

use ipnetwork::IpNetwork;

use crate::error::{Context, Error, Result};
use crate::spec::IfName;
use crate::sys::addr::{self, Address};
use crate::sys::link::{self, Link};
use crate::sys::netconf;
use crate::sys::netlink::Door;
use crate::sys::netns::Netns;
use crate::sys::qdisc::{self, Qdisc, Root};
use crate::sys::route::{self, Route};
use crate::sys::sysctl;

/// The contents of a namespace at one moment.
#[derive(Debug, Clone, Default)]
pub struct Inside {
    /// Its interfaces.
    pub links: Vec<Link>,
    /// Its addresses.
    pub addresses: Vec<Address>,
    /// The routes of its main table.
    pub routes: Vec<Route>,
    /// The queueing disciplines, if any link has one.
    pub qdiscs: Vec<Qdisc>,
    /// The values of the settings asked for; one the kernel lacks is not in it.
    pub sysctls: HashMap<String, String>,
    /// Its cookie: no other namespace of this boot has or had it.
    pub cookie: u64,
}

impl Inside {
    /// Opens a door to the namespace and reads all of it: links, addresses, routes, and
    /// the settings that `settings` names once it has seen those.
    ///
    /// # Errors
    /// If it cannot be entered or read.
    pub fn read(
        netns: &Netns,
        settings: impl FnOnce(&Self) -> Vec<String> + Send,
    ) -> Result<(Self, Door)> {
        // One visit for all of it: there and back, and the way home looked up.
        netns.run(|| {
            let mut door =
                Door::open().or_failed(|| "cannot open netlink inside the namespace".into())?;
            let cannot = || "cannot read what is inside the namespace".to_owned();
            let mut inside = Self {
                links: link::list(&mut door).or_failed(cannot)?,
                addresses: addr::list(&mut door).or_failed(cannot)?,
                routes: route::list(&mut door).or_failed(cannot)?,
                qdiscs: Vec::new(),
                sysctls: HashMap::new(),
                cookie: door.cookie(),
            };
            if inside.links.iter().any(|link| link.queues) {
                inside.qdiscs = qdisc::list(&mut door).or_failed(cannot)?;
            }
            for key in settings(&inside) {
                let told = netconf::get(&mut door, &key);
                if let Some(value) = told.or_else(|| sysctl::get(&key)) {
                    inside.sysctls.insert(key, value);
                }
            }
            Ok((inside, door))
        })?
    }

    /// Drops an interface with all it has: what planning sees once it is deleted.
    pub fn forget(&mut self, name: &IfName) {
        let Some(index) = self.link(name).map(|link| link.index) else {
            return;
        };
        self.links.retain(|link| link.index != index);
        self.addresses.retain(|address| address.link != index);
        self.routes.retain(|route| route.link != index);
    }

    /// Takes a route for added: what planning sees once it is.
    pub fn expect(&mut self, route: &Route, dev: &IfName) {
        if let Some(link) = self.link(dev).map(|link| link.index) {
            let route = route.clone();
            self.routes.push(Route { link, ..route });
        }
    }

    /// The interface of that name.
    pub fn link(&self, name: &IfName) -> Option<&Link> {
        self.links.iter().find(|link| link.name == name.as_str())
    }

    /// Whether the kernel has IPv6: then every interface has, but for those too small for it.
    pub fn has_ipv6(&self) -> bool {
        self.links.iter().any(|link| link.ipv6)
    }

    /// What is at the root of the interface with that index.
    pub fn root(&self, index: u32) -> Root {
        qdisc::root(&self.qdiscs, index)
    }

    /// The name of the interface with that index.
    pub fn name_of(&self, index: u32) -> Option<&str> {
        self.links
            .iter()
            .find(|link| link.index == index)
            .map(|link| link.name.as_str())
    }

    /// The addresses of one interface that are not of link scope.
    pub fn addresses_of(&self, index: u32) -> impl Iterator<Item = &Address> {
        self.addresses
            .iter()
            .filter(move |address| address.link == index && !address.link_scope)
    }

    /// The first `ethN`, N ≥ 1, that no interface has and `taken` does not hold.
    pub fn free_ifname(&self, taken: &[IfName]) -> IfName {
        let mut n = 1;
        loop {
            let name = IfName::eth(n);
            if self.link(&name).is_none() && !taken.contains(&name) {
                return name;
            }
            n += 1;
        }
    }

    /// Refuses an address whose subnet another interface already reaches.
    ///
    /// # Errors
    /// A conflict that names the route or the interface.
    pub fn check_free(&self, address: IpNetwork, on: &IfName) -> Result<()> {
        let index = self.link(on).map(|link| link.index);
        let elsewhere = |link: u32| Some(link) != index;
        if let Some(same) = self
            .addresses
            .iter()
            .find(|held| held.ip.ip() == address.ip() && elsewhere(held.link))
        {
            let holder = self.name_of(same.link).unwrap_or("another interface");
            return Err(
                Error::conflict(format!("`{}` is already on `{holder}`", address.ip()))
                    .hint("give another address"),
            );
        }
        let clash = self
            .routes
            .iter()
            .filter(|route| elsewhere(route.link))
            .find(|route| {
                // A route through a gateway is less near than a link, and yields to it.
                let near = route.gateway.is_none() && !route.is_default();
                let same = same_subnet(route.destination, address);
                // Every link has those of link scope, each its own.
                !is_link_local(route) && (same || near && overlaps(route.destination, address))
            });
        let Some(route) = clash else { return Ok(()) };
        let holder = self.name_of(route.link).unwrap_or("another interface");
        Err(Error::conflict(format!(
            "`{address}` conflicts with the route `{route} dev {holder}`"
        ))
        .hint("give an address of another subnet, or remove that route"))
    }
}

fn is_link_local(route: &Route) -> bool {
    matches!(route.destination.ip(), std::net::IpAddr::V6(v6) if v6.is_unicast_link_local() || v6.is_multicast())
}

fn same_subnet(route: IpNetwork, address: IpNetwork) -> bool {
    route.prefix() == address.prefix() && route.ip() == address.network()
}

fn overlaps(route: IpNetwork, address: IpNetwork) -> bool {
    route.contains(address.ip()) || address.contains(route.network())
}

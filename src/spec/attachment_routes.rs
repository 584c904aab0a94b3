//! The gateways and routes of a request: whether they fit its addresses and each other.

use std::net::IpAddr;

use super::address::check_gateway;
use super::{Attachment, RouteSpec};
use crate::error::{Error, Result};

/// Whether one of the routes says that a gateway is on the link itself, outside every subnet
/// of it as it may be.
pub fn is_on_link(routes: &[RouteSpec], gateway: IpAddr) -> bool {
    let mut on_link = routes.iter().filter(|route| route.via.is_none());
    on_link.any(|route| route.destination.contains(gateway))
}

impl Attachment {
    pub(super) fn check_gateways(&self) -> Result<()> {
        let given: Vec<IpAddr> = self
            .static_addresses()
            .filter_map(|address| address.gateway)
            .chain(self.gateways.iter().copied())
            .collect();
        for v4 in [true, false] {
            let mut of_family = given.iter().filter(|gateway| gateway.is_ipv4() == v4);
            if let (Some(first), Some(second)) = (of_family.next(), of_family.next()) {
                return Err(Error::usage(format!(
                    "two default gateways: `{first}` and `{second}`"
                ))
                .hint("give at most one for IPv4 and one for IPv6"));
            }
        }
        for gateway in &self.gateways {
            let mut reasons = self
                .static_addresses()
                .map(|a| check_gateway(a.ip, *gateway));
            let reachable = self.wants_auto()
                || reasons.any(|reason| reason.is_ok())
                || is_on_link(&self.routes, *gateway);
            if !reachable {
                return Err(self
                    .static_addresses()
                    .filter(|a| a.ip.is_ipv4() == gateway.is_ipv4())
                    .find_map(|a| check_gateway(a.ip, *gateway).err())
                    .unwrap_or_else(|| {
                        let hint = match self.asks_network(gateway.is_ipv4()) {
                            true => "leave it out: whoever gives the address names the router",
                            false => "give an address of its subnet as well",
                        };
                        Error::usage(format!("gateway `{gateway}` is in no subnet of this link"))
                            .hint(hint)
                    }));
            }
        }
        let may_be_told = self.asks_network(true) || self.asks_network(false);
        if self.metric.is_some() && given.is_empty() && !self.default_route && !may_be_told {
            return Err(
                Error::usage("--metric is for a default route, and there is none")
                    .hint("give --gateway or --default-route, or `--route DST,metric=N`"),
            );
        }
        Ok(())
    }

    pub(super) fn check_routes(&self) -> Result<()> {
        for (nth, route) in self.routes.iter().enumerate() {
            if self.routes[..nth]
                .iter()
                .any(|other| other.destination == route.destination && other.metric == route.metric)
            {
                return Err(Error::usage(format!(
                    "route `{}` is given twice",
                    route.destination
                )));
            }
            if route.is_default() {
                return Err(Error::usage(
                    "a default route is given with --gateway or --default-route",
                ));
            }
        }
        Ok(())
    }
}

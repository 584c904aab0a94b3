//! How far the kernel is from what servers and routers gave.

use std::net::IpAddr;

use crate::ops::drift::{Drift, stands};
use crate::plan::addressing::DefaultRoute;
use crate::registry::lease::{LeaseKind, now};
use crate::registry::record::AttachmentRecord;
use crate::resolve::Inside;
use crate::spec::RouteSpec;
use crate::sys::link::Link;

/// What is at odds with the leases: how long they last is told by the clock, whatever the
/// kernel still has.
pub fn drift(
    record: &AttachmentRecord,
    others: &[AttachmentRecord],
    link: &Link,
    inside: &Inside,
) -> Vec<Drift> {
    let mut found = Vec::new();
    let at = now();
    for kind in &record.leasing.asks {
        let mut leases = record.leasing.of(*kind).peekable();
        if leases.peek().is_none() {
            found.push(Drift::Lease(*kind, "it has no lease".into()));
        }
        for lease in leases {
            let address = lease.address;
            let mut held = inside.addresses_of(link.index);
            let is_there = held.any(|held| held.ip == address);
            // Routers renew what they advertise by themselves.
            let is_over = lease.is_over(at) && *kind != LeaseKind::Slaac;
            let displaced = lease
                .default_via
                .filter(IpAddr::is_ipv4)
                .is_some_and(|via| {
                    !has_default(record, others, (link, inside), DefaultRoute::Via(via))
                });
            let has = |route: &&RouteSpec| {
                inside.routes.iter().any(|other| {
                    other.link == link.index
                        && other.destination == route.destination
                        && other.gateway == route.via
                })
            };
            if is_over {
                let past = at - lease.obtained - u64::from(lease.seconds);
                found.push(Drift::Lease(
                    *kind,
                    format!("the lease of {address} has been over for {past} s"),
                ));
            } else if !is_there {
                found.push(Drift::Lease(*kind, format!("address {address} is missing")));
            } else if displaced {
                found.push(Drift::Lease(*kind, "its default route is missing".into()));
            } else if let Some(route) = lease.routes.iter().find(|route| !has(route)) {
                let route = route.destination;
                found.push(Drift::Lease(*kind, format!("route `{route}` is missing")));
            }
        }
    }
    found
}

/// Whether a default route is there, or another attachment of the target has taken its place.
pub fn has_default(
    record: &AttachmentRecord,
    others: &[AttachmentRecord],
    (link, inside): (&Link, &Inside),
    default: DefaultRoute,
) -> bool {
    let Ok(wanted) = default.route(record.metric) else {
        return true;
    };
    let present = inside.routes.iter().any(|route| {
        route.link == link.index
            && route.is_default()
            && route.gateway == wanted.gateway
            && route.destination.is_ipv4() == wanted.destination.is_ipv4()
    });
    present || !stands(record, others, default)
}

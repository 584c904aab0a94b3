//! From what an attachment asks servers and routers for, and what they gave, to steps.

use ipnetwork::IpNetwork;
use md5::{Digest, Md5};

use super::addressing::{self, DefaultRoute, Wanted};
use super::dhcp_step::{Client, DhcpStep, Following, Question};
use super::step::{DevRoute, Side, Step};
use crate::error::Result;
use crate::registry::lease::{Lease, LeaseKind};
use crate::registry::record::AttachmentRecord;
use crate::resolve::Inside;
use crate::spec::{DhcpClientId, DhcpHostname, LinkKind, RouteSpec, Target};
use crate::sys::route::Route;

/// Who asks for an attachment. It depends on the owner alone, so that servers know it again
/// whatever was restarted in between.
pub fn client(record: &AttachmentRecord) -> Client {
    let owner = &record.owner;
    let digest = |what: &str| Md5::digest(format!("{what} {owner}").as_bytes());
    let told = &record.leasing.told;
    let id = told.client_id.clone();
    let [a, b, c, d, ..] = <[u8; 16]>::from(digest("iaid"));
    let name = match &owner.target {
        Target::Container(name) | Target::Netns(name) => DhcpHostname::near(name),
        Target::Cgroup(name) => name.rsplit('/').next().and_then(DhcpHostname::near),
        Target::Path(path) => path
            .file_name()
            .and_then(|name| DhcpHostname::near(&name.to_string_lossy())),
        Target::Pid(_) => None,
    };
    Client {
        dev: owner.ifname.clone(),
        mac: record.mac,
        id: id.unwrap_or_else(|| DhcpClientId::opaque(&digest("client"))),
        duid: digest("duid").into(),
        iaid: u32::from_be_bytes([a, b, c, d]),
        hostname: told.hostname.clone().or(name),
        by_card: (record.kind == LinkKind::Ipvlan).then(|| record.uplink().clone()),
    }
}

/// The steps that ask for these kinds of addresses. `defaults` says for which families the
/// attachment takes a default route that it is given: IPv4, IPv6.
pub fn ask(record: &AttachmentRecord, kinds: &[LeaseKind], defaults: (bool, bool)) -> Vec<Step> {
    let mut steps = Vec::new();
    if kinds.iter().any(|kind| !kind.is_v4()) {
        steps.push(Step::Dhcp(DhcpStep::Follow(following(record, defaults.1))));
    }
    let seconds = record.leasing.told.timeout.unwrap_or_default().0;
    steps.extend(kinds.iter().map(|kind| {
        Step::Dhcp(DhcpStep::Ask(Box::new(Question {
            kind: *kind,
            client: client(record),
            before: record.leasing.of(*kind).next().cloned(),
            seconds,
        })))
    }));
    steps
}

/// How the attachment's link follows routers.
pub fn following(record: &AttachmentRecord, default_route: bool) -> Following {
    Following {
        dev: record.owner.ifname.clone(),
        autoconf: record.leasing.asks.contains(&LeaseKind::Slaac),
        default_route,
        metric: record.metric,
    }
}

/// The steps from the leases of a kind that the link has to those that it is to have. What
/// routers gave, the kernel sees to.
///
/// # Errors
/// As [`addressing::steps`].
pub fn change(
    record: &AttachmentRecord,
    (old, new): (&[Lease], &[Lease]),
    inside: &Inside,
    at: u64,
) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let held = |all: &[Lease], ip: IpNetwork| all.iter().any(|lease| lease.address == ip);
    let routes = |all: &[Lease]| -> Vec<RouteSpec> {
        let each = all.iter().flat_map(|lease| lease.routes.iter().copied());
        each.collect()
    };
    let defaults = |all: &[Lease]| -> Vec<DefaultRoute> {
        let each = all.iter().filter_map(|lease| lease.default_via);
        each.filter(std::net::IpAddr::is_ipv4)
            .map(DefaultRoute::Via)
            .collect()
    };
    steps.extend(mtu(record, (old, new), inside));
    let there = |route: &Route| {
        let link = inside.link(&record.owner.ifname).map(|link| link.index);
        inside.routes.iter().any(|other| {
            Some(other.link) == link
                && other.destination == route.destination
                && other.gateway == route.gateway
                && other.metric == route.metric
        })
    };
    // What was given before goes first: an address that is deleted takes others of its subnet
    // along, which are secondary to it (`__inet_del_ifa` in net/ipv4/devinet.c).
    let ours = |lease: &&Lease| lease.kind != LeaseKind::Slaac;
    let gone = old.iter().filter(ours);
    for lease in gone.filter(|lease| !held(new, lease.address)) {
        steps.extend(leave(record, lease, inside)?);
    }
    for lease in new.iter().filter(ours) {
        let had = held(old, lease.address);
        steps.push(Step::Dhcp(address(record, lease, had, at)));
    }
    let mut wanted = routing(record, &routes(new), &[], inside)?;
    wanted.extend(routing(record, &[], &defaults(new), inside)?);
    let stale: Vec<_> = routing(record, &routes(old), &defaults(old), inside)?
        .into_iter()
        .filter_map(|step| match step {
            Step::AddRoute(route) if there(&route.route) => Some(Step::DelRoute(route)),
            _ => None,
        })
        .collect();
    let kept = |step: &Step| {
        let Step::DelRoute(stale) = step else {
            return false;
        };
        wanted
            .iter()
            .any(|one| matches!(one, Step::AddRoute(route) if route == stale))
    };
    let already = |step: &Step| steps.contains(step);
    let mut more: Vec<_> = stale
        .into_iter()
        .filter(|step| !kept(step) && !already(step))
        .collect();
    more.extend(wanted.into_iter().filter(|step| match step {
        Step::AddRoute(route) => {
            let deleted = |one: &Step| matches!(one, Step::DelRoute(gone) if gone == route);
            !there(&route.route) || steps.iter().any(deleted)
        }
        Step::DelRoute(rival) => rival.dev != record.owner.ifname,
        _ => false,
    }));
    steps.extend(more);
    Ok(steps)
}

/// The step that gives the link a lease's address, or that keeps it for longer.
fn address(record: &AttachmentRecord, lease: &Lease, had: bool, at: u64) -> DhcpStep {
    let ip = lease.address;
    let dev = record.owner.ifname.clone();
    let valid = lease.left(at);
    let preferred = lease
        .preferred
        .map_or(valid, |length| lease.left_of(length, at));
    let preferred = preferred.min(valid);
    match had {
        true => DhcpStep::KeepAddress {
            dev,
            ip,
            valid,
            preferred,
        },
        false => DhcpStep::AddAddress {
            dev,
            ip,
            valid,
            preferred,
        },
    }
}

/// The steps that add and replace routes, of those that configure a link.
fn routing(
    record: &AttachmentRecord,
    routes: &[RouteSpec],
    defaults: &[DefaultRoute],
    inside: &Inside,
) -> Result<Vec<Step>> {
    let wanted = Wanted {
        dev: &record.owner.ifname,
        mac: record.mac,
        mtu: record.mtu,
        addresses: &[],
        families: addressing::Families::of(std::iter::empty()),
        defaults,
        metric: record.metric,
        routes,
        sysctls: &[],
        announce: false,
    };
    let mut steps = addressing::steps(&wanted, inside)?;
    steps.retain(|step| matches!(step, Step::AddRoute(_) | Step::DelRoute(_)));
    Ok(steps)
}

/// The step to the MTU that was given, or back to the link's own.
fn mtu(
    record: &AttachmentRecord,
    (old, new): (&[Lease], &[Lease]),
    inside: &Inside,
) -> Option<Step> {
    let given = |all: &[Lease]| all.iter().find_map(|lease| lease.mtu);
    let wanted = given(new).or(given(old).map(|_| record.mtu))?;
    let dev = &record.owner.ifname;
    let now = inside.link(dev).map_or(record.mtu, |link| link.mtu);
    (now != wanted).then(|| Step::SetMtu {
        side: Side::Target,
        name: dev.clone(),
        mtu: wanted,
        before: now,
    })
}

/// The steps that take a lease off the link: routes first, for some would go with the address.
fn leave(record: &AttachmentRecord, lease: &Lease, inside: &Inside) -> Result<Vec<Step>> {
    let dev = &record.owner.ifname;
    let link = inside.link(dev).map(|link| link.index);
    let default = lease.default_via.filter(std::net::IpAddr::is_ipv4);
    let default = default.map(|via| DefaultRoute::Via(via).route(record.metric));
    let mut routes: Vec<Route> = default.into_iter().collect::<Result<_>>()?;
    let specs = lease.routes.iter().rev();
    routes.extend(specs.map(|spec| Route::new(spec.destination, spec.via, 0, spec.metric)));
    let mut steps: Vec<Step> = routes
        .into_iter()
        .filter(|route| {
            inside.routes.iter().any(|other| {
                Some(other.link) == link
                    && other.destination == route.destination
                    && other.gateway == route.gateway
                    && other.metric == route.metric
            })
        })
        .map(|route| {
            Step::DelRoute(DevRoute {
                dev: dev.clone(),
                route,
            })
        })
        .collect();
    if link.is_some_and(|link| {
        inside
            .addresses_of(link)
            .any(|held| held.ip == lease.address)
    }) {
        steps.push(Step::DelAddress {
            side: Side::Target,
            dev: dev.clone(),
            ip: lease.address,
        });
    }
    Ok(steps)
}

/// The steps that give leases back, each once its address is out of use: so the message
/// leaves as a frame of its own, and does not wait for an answer to ARP that may come after
/// the link is gone. `kinds` says which.
pub fn give_back(record: &AttachmentRecord, kinds: &[LeaseKind]) -> Vec<Step> {
    let leases = record.leasing.leases.iter();
    let given =
        leases.filter(|lease| kinds.contains(&lease.kind) && lease.kind != LeaseKind::Slaac);
    given
        .flat_map(|lease| {
            let address = Step::DelAddress {
                side: Side::Target,
                dev: record.owner.ifname.clone(),
                ip: lease.address,
            };
            let held = Box::new((client(record), lease.clone()));
            [address, Step::Dhcp(DhcpStep::Release(held))]
        })
        .collect()
}

/// The steps that take back what a crash left of asking for more.
pub fn take_back(record: &AttachmentRecord) -> Vec<Step> {
    let adding = &record.leasing.adding;
    let mut steps = give_back(record, adding);
    let stays_v6 = |kind: &LeaseKind| !kind.is_v4() && !adding.contains(kind);
    if adding.iter().any(|kind| !kind.is_v4()) && !record.leasing.asks.iter().any(stays_v6) {
        steps.push(Step::Dhcp(DhcpStep::Ignore(following(record, false))));
    }
    steps
}

//! A macvlan or ipvlan on a network card of the host, or on a VLAN of it.

use std::net::IpAddr;

use ipnetwork::IpNetwork;

use super::{Wanted, mark};
use crate::error::{Error, Result};
use crate::plan::card_step::{CardStep, HostRoute, NewVlan};
use crate::plan::new_link::{NewLink, Virtual};
use crate::plan::step::{Side, Step};
use crate::plan::teardown;
use crate::registry::on_card::auto_vlan;
use crate::registry::record::AttachmentRecord;
use crate::resolve::card::{Card, ShimSite};
use crate::spec::{IfName, Mac, Sysctl};
use crate::sys::link::Link;

/// The steps that give the target its link, with the VLANs that it lacks, and the host a way
/// to it if that is wanted.
///
/// # Errors
/// Never for the record of a link on a card.
pub fn steps(wanted: &Wanted<'_>, card: &Card) -> Result<Vec<Step>> {
    let record = wanted.record;
    let Some(on) = &record.card else {
        return Err(Error::failed(format!(
            "the record of `{}` names no card",
            record.owner
        )));
    };
    let mut steps = vlans(record, card)?;
    let own_mac = !record.shares_mac();
    steps.push(Step::AddLink(NewLink {
        ifname: record.owner.ifname.clone(),
        mac: own_mac.then_some(record.mac),
        birth: (!own_mac).then(|| record.mark()),
        mtu: record.mtu,
        what: Virtual::OnCard {
            parent: on.parent.clone(),
            mode: on.mode,
            sources: on.sources.clone(),
        },
    }));
    steps.push(mark(record));
    if let Some(site) = &card.shim {
        steps.extend(shim(site));
        steps.extend(host_routes(record, site, &record.addresses));
    }
    Ok(steps)
}

/// The steps that make the VLANs which are not there, and set those up which are down.
fn vlans(record: &AttachmentRecord, card: &Card) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let mut parent: IfName = card.link.name.parse()?;
    for vlan in &card.vlans {
        let name = vlan.name.clone();
        let mark = auto_vlan(record.store);
        let is_newborn = |link: &Link| link.alias.is_none() && link.is_proven(None, Some(&mark));
        if vlan.found.is_none() {
            steps.push(Step::Card(CardStep::AddVlan(NewVlan {
                name: name.clone(),
                parent,
                id: vlan.id,
                protocol: vlan.protocol,
                mark: mark.clone(),
            })));
        }
        // One that a crash left unfinished is marked as well.
        if vlan.found.as_ref().is_none_or(is_newborn) {
            steps.push(Step::Card(CardStep::Mark {
                side: Side::Host,
                name: name.clone(),
                mark,
            }));
        }
        if !vlan.found.as_ref().is_some_and(|link| link.up) {
            steps.push(up(name.clone()));
        }
        parent = name;
    }
    Ok(steps)
}

fn up(name: IfName) -> Step {
    Step::SetUp {
        side: Side::Host,
        name,
    }
}

/// The steps that give the host its link on the card, if it is not there. It gets no address
/// of the network's: packets leave it with the card's. So it answers for those as well, but
/// to containers alone, for whose addresses the route leads to it (arp_filter): others would
/// come to know the host by an address that goes with the last container.
pub fn shim(site: &ShimSite) -> Vec<Step> {
    let name = &site.shim.name;
    let mut steps = Vec::new();
    if !site.is_whole() {
        // One that a crash left unfinished is made anew.
        steps.extend(site.found.is_some().then(|| teardown::shim(&site.shim)));
        steps.push(Step::Card(CardStep::AddShim {
            shim: site.shim.clone(),
        }));
        let set = |key: &str, value: &str, before: &str| Step::SetSysctl {
            side: Side::Host,
            setting: Sysctl::new(key.replace("NAME", name.as_str()), value),
            before: before.into(),
        };
        steps.push(set("net/ipv4/conf/NAME/arp_filter", "1", "0"));
        let v6 = || site.own.iter().filter(|own| own.is_ipv6());
        if let Some(accept_ra) = &site.accept_ra {
            steps.push(set("net/ipv6/conf/NAME/accept_ra", "0", accept_ra));
        }
        if v6().next().is_some() {
            // The kernel answers for an address of another link only as a router does on
            // this one (`ndisc_recv_ns` in net/ipv6/ndisc.c); it forwards nothing more.
            steps.push(set("net/ipv6/conf/NAME/forwarding", "1", "0"));
            steps.push(set("net/ipv6/conf/NAME/proxy_ndp", "1", "0"));
            // Or the host could ask for no neighbour in the first seconds.
            steps.push(set("net/ipv6/conf/NAME/accept_dad", "0", "1"));
            steps.push(set("net/ipv6/neigh/NAME/proxy_delay", "0", "80"));
        }
        steps.push(up(name.clone()));
        steps.extend(v6().filter_map(|own| match own.ip() {
            IpAddr::V6(ip) => Some(Step::Card(CardStep::AddProxy {
                dev: name.clone(),
                ip,
            })),
            IpAddr::V4(_) => None,
        }));
        steps.push(Step::Card(CardStep::Mark {
            side: Side::Host,
            name: name.clone(),
            mark: site.shim.mark.clone(),
        }));
    } else if !site.found.as_ref().is_some_and(|link| link.up) {
        steps.push(up(name.clone()));
    }
    steps
}

/// The steps that give the host its ways to these addresses of the target.
pub fn host_routes(
    record: &AttachmentRecord,
    site: &ShimSite,
    addresses: &[IpNetwork],
) -> Vec<Step> {
    let route = |ip: &IpNetwork| {
        Step::Card(CardStep::AddHostRoute(HostRoute {
            dev: site.shim.name.clone(),
            ip: ip.ip(),
            source: site.source_for(ip.ip()),
            mac: neighbour(record, site),
        }))
    };
    let missing = addresses
        .iter()
        .filter(|ip| !site.reached.contains(&ip.ip()));
    missing.map(route).collect()
}

/// With ipvlan the answer to the host's question for a MAC comes in by the card, which did
/// not ask (`ipvlan_xmit_mode_l2` in drivers/net/ipvlan/ipvlan_core.c). It is the card's.
fn neighbour(record: &AttachmentRecord, site: &ShimSite) -> Option<Mac> {
    site.shim.mac.is_none().then_some(record.mac)
}

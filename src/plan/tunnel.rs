//! A tunnel from its record and what is there: what is missing is made, and all of it is
//! taken away again.

use std::net::IpAddr;

use ipnetwork::IpNetwork;

use super::kind::bridge;
use super::step::{Side, Step};
use super::tunnel_step::{NewTunnel, TunnelStep};
use super::vlan_step::VlanStep;
use crate::registry::record::{OWN_BRIDGE, auto_bridge, is_auto_bridge};
use crate::registry::tunnel::TunnelRecord;
use crate::spec::{LEAST_MTU_OF_IPV6, PortVlans, VlanId};
use crate::sys::link::Link;
use crate::sys::tunnel::Found;

/// What of a tunnel the kernel has.
#[derive(Debug, Clone, Default)]
pub struct Have {
    /// The tunnel, marked as this one or still in the group it is made in.
    pub tunnel: Option<Found>,
    /// The index of the device that packets are to leave by.
    pub dev: Option<u32>,
    /// The bridge it belongs to.
    pub bridge: Option<Link>,
    /// Its addresses.
    pub addresses: Vec<IpNetwork>,
    /// Where the routes into it lead.
    pub routes: Vec<IpNetwork>,
    /// The further hosts that get what is for everybody.
    pub peers: Vec<IpAddr>,
    /// The VLANs that its port is in.
    pub vlans: PortVlans,
    /// The host's `accept_ra` for a link that is made now, if it has IPv6.
    pub accept_ra: Option<String>,
}

/// Whether a bridge is one that netpipe made, so that its MTU is netpipe's to set.
pub fn is_own_bridge(bridge: &Link) -> bool {
    let alias = bridge.alias.as_deref();
    alias.is_some_and(|alias| alias == OWN_BRIDGE || is_auto_bridge(alias))
}

/// The MTU that a bridge has now, if a tunnel with that MTU has to lower it.
pub fn lowered(bridge: Option<&Link>, mtu: u32) -> Option<u32> {
    let bridge = bridge.filter(|bridge| is_own_bridge(bridge))?;
    Some(bridge.mtu).filter(|now| *now > mtu)
}

/// Whether the link that is there is made as the record says; else it has to be made anew.
pub fn is_as_recorded(record: &TunnelRecord, have: &Have) -> bool {
    have.tunnel.as_ref().is_some_and(|found| {
        let mac = record.mac.is_none() || found.link.mac == record.mac;
        // Of a multicast group the kernel tells the way it chose; only what was named counts.
        let dev = record.dev.is_none() || found.dev == have.dev;
        found.wire.as_kept() == record.wire.as_kept() && mac && dev
    })
}

/// The steps between what is there and what the record says; none if that is the same.
pub fn steps(record: &TunnelRecord, have: &Have) -> Vec<Step> {
    let mut steps = Vec::new();
    let found = have
        .tunnel
        .as_ref()
        .filter(|_| is_as_recorded(record, have));
    let name = &record.name;
    if found.is_none() && have.tunnel.is_some() {
        steps.push(delete(record));
    }
    if let (Some(name), None) = (&record.bridge, &have.bridge) {
        let whose = (Some(record.store), record.owner());
        let accept_ra = have.accept_ra.as_deref();
        let whose = (whose.0, whose.1.as_str());
        steps.extend(bridge::make(name, whose, Some(record.mtu), accept_ra));
    }
    if found.is_none() {
        steps.push(Step::Tunnel(TunnelStep::Add(NewTunnel {
            name: name.clone(),
            wire: record.wire.clone(),
            dev: record.dev.clone(),
            mac: record.mac,
            mtu: record.mtu,
            group: record.group(),
        })));
    }
    let alias = record.mark();
    if found.and_then(|found| found.link.alias.as_ref()) != Some(&alias) {
        let name = name.clone();
        steps.push(Step::Tunnel(TunnelStep::Mark { name, alias }));
    }
    if let Some(found) = found.filter(|found| found.link.mtu != record.mtu) {
        steps.push(Step::SetMtu {
            side: Side::Host,
            name: name.clone(),
            mtu: record.mtu,
            before: found.link.mtu,
        });
    }
    steps.extend(join_bridge(record, have, found));
    if record.bridge.is_none() && found.is_none() && record.mtu >= LEAST_MTU_OF_IPV6 {
        // The far end may be a container's, which would pretend to be a router.
        steps.extend(bridge::deaf(name, have.accept_ra.as_deref()));
    }
    if !found.is_some_and(|found| found.link.up) {
        steps.push(Step::SetUp {
            side: Side::Host,
            name: name.clone(),
        });
    }
    steps.extend(inside(record, have, found.is_some()));
    steps
}

/// The steps that make it a port of its bridge. It is still down then, so that nothing comes
/// through in the bridge's default VLAN.
fn join_bridge(record: &TunnelRecord, have: &Have, found: Option<&Found>) -> Vec<Step> {
    let Some(name) = &record.bridge else {
        return Vec::new();
    };
    let mut steps = Vec::new();
    let bridge = have.bridge.as_ref();
    if record.vlan.is_some() && !bridge.is_some_and(|bridge| bridge.vlan_filtering) {
        steps.push(Step::Vlan(VlanStep::SetFiltering {
            bridge: name.clone(),
            on: true,
            before: false,
        }));
    }
    let now = found.and_then(|found| found.link.master);
    let is_port = now.is_some() && now == bridge.map(|bridge| bridge.index);
    if !is_port {
        steps.push(Step::SetMaster {
            name: record.name.clone(),
            master: Some(name.clone()),
            before: None,
        });
    }
    if let Some(id) = record.vlan {
        let before = match (is_port, bridge) {
            (true, _) => have.vlans.clone(),
            (false, Some(bridge)) => PortVlans::default_of(bridge.default_pvid),
            // The kernel's own (`br_vlan_init` in net/bridge/br_vlan.c).
            (false, None) => PortVlans::default_of(VlanId::new(1)),
        };
        let wanted = PortVlans::access(id);
        if !is_port || before != wanted {
            steps.push(Step::Vlan(VlanStep::SetPortVlans {
                port: record.name.clone(),
                own: false,
                wanted,
                before,
            }));
        }
    }
    // After it has joined: a bridge whose MTU nobody has set follows its ports by itself, and
    // goes on doing so (`br_mtu_auto_adjust` in net/bridge/br_if.c).
    if let Some(before) = lowered(have.bridge.as_ref(), record.mtu) {
        steps.push(Step::Tunnel(TunnelStep::BridgeMtu {
            name: record.name.clone(),
            bridge: name.clone(),
            mtu: record.mtu,
            before,
        }));
    }
    steps
}

/// The steps that give it its addresses, routes and peers.
fn inside(record: &TunnelRecord, have: &Have, is_there: bool) -> Vec<Step> {
    let name = &record.name;
    let mut steps = Vec::new();
    let lacks = |held: &[IpNetwork], one: &IpNetwork| !is_there || !held.contains(one);
    for ip in &record.addresses {
        if lacks(&have.addresses, ip) {
            steps.push(Step::AddAddress {
                side: Side::Host,
                dev: name.clone(),
                ip: *ip,
            });
        }
    }
    for to in &record.routes {
        if lacks(&have.routes, to) {
            let (name, to) = (name.clone(), *to);
            steps.push(Step::Tunnel(TunnelStep::AddRoute { name, to }));
        }
    }
    for host in &record.peers {
        if !is_there || !have.peers.contains(host) {
            let (name, host) = (name.clone(), *host);
            steps.push(Step::Tunnel(TunnelStep::AddPeer { name, host }));
        }
    }
    steps
}

fn delete(record: &TunnelRecord) -> Step {
    Step::Tunnel(TunnelStep::Del {
        name: record.name.clone(),
        mark: Some(record.mark()),
        group: record.group(),
    })
}

/// The steps that take a tunnel away. Its addresses, routes and peers go with it, and so
/// does a bridge that was made for it and that nothing else uses.
pub fn teardown(record: &TunnelRecord, bridge_is_used: bool) -> Vec<Step> {
    let mut steps = vec![delete(record)];
    let Some(name) = &record.bridge else {
        return steps;
    };
    if let Some(before) = record.bridge_mtu {
        steps.push(Step::Tunnel(TunnelStep::BridgeMtu {
            name: record.name.clone(),
            bridge: name.clone(),
            mtu: before,
            before: record.mtu,
        }));
    }
    if !bridge_is_used {
        steps.push(Step::DelUnusedBridge {
            name: name.clone(),
            mac: Some(bridge::pinned_mac(&record.owner(), name)),
            mark: auto_bridge(Some(record.store)),
        });
    }
    steps
}

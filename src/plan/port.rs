//! An interface that becomes a bridge's port, and whose addresses and routes the bridge
//! takes: the steps from what there is to what is recorded, and back.
//!
//! The order keeps the host reachable all the while. The bridge has the addresses before it
//! gets the interface's frames, so that ARP and neighbour solicitations are always answered;
//! packets leave by the interface, a port too, until the bridge's routes come before its
//! own. The addresses leave the interface last: until then the way back is short, and at no
//! moment is one of them nobody's, which would take the routes that prefer it along
//! (`fib_sync_down_addr` in net/ipv4/fib_semantics.c).

use super::{LanStep, Side, Step};
use crate::registry::port::{Moved, PortRecord};
use crate::spec::{IfName, Sysctl};
use crate::sys::link::Link;
use crate::sys::neighbour::Question;
use crate::sys::verbatim::{VerbatimAddress, VerbatimRoute};

/// What there is on the host.
#[derive(Debug, Default)]
pub struct Facts {
    /// The bridge, if it is there.
    pub bridge: Option<Link>,
    /// The interface, if it is there.
    pub nic: Option<Link>,
    /// The addresses of both, by index.
    pub addresses: Vec<(u32, VerbatimAddress)>,
    /// The routes by both, by index.
    pub routes: Vec<(u32, VerbatimRoute)>,
    /// The bridge's settings that are carried over.
    pub settings: Vec<Sysctl>,
    /// Routes with a record of their own, which leave by whichever of the two has the
    /// addresses.
    pub follow: Vec<VerbatimRoute>,
}

impl Facts {
    /// The addresses of a link.
    pub fn addresses_of(&self, link: Option<&Link>) -> Vec<&VerbatimAddress> {
        let index = link.map(|link| link.index);
        let own = self.addresses.iter();
        own.filter(|(of, _)| Some(*of) == index)
            .map(|(_, address)| address)
            .collect()
    }

    /// The routes by a link.
    pub fn routes_of(&self, link: Option<&Link>) -> Vec<&VerbatimRoute> {
        let index = link.map(|link| link.index);
        let own = self.routes.iter();
        own.filter(|(by, _)| Some(*by) == index)
            .map(|(_, route)| route)
            .collect()
    }

    fn address(&self, link: Option<&Link>, wanted: &VerbatimAddress) -> Option<&VerbatimAddress> {
        let own = self.addresses_of(link).into_iter();
        own.into_iter().find(|address| address.is_same(wanted))
    }

    fn has_route(&self, link: Option<&Link>, wanted: &VerbatimRoute) -> bool {
        let own = self.routes_of(link);
        own.iter().any(|route| route.is_same(wanted))
    }

    /// Whether a route has a record of its own, and goes along.
    pub fn follows(&self, route: &VerbatimRoute) -> bool {
        self.follow.iter().any(|own| own.is_same(route))
    }

    /// Those by a link that go along.
    fn following(&self, link: Option<&Link>) -> impl Iterator<Item = &VerbatimRoute> {
        let own = self.routes_of(link).into_iter();
        own.filter(|route| self.follows(route))
    }

    fn is_port(&self) -> bool {
        let bridge = self.bridge.as_ref().map(|bridge| bridge.index);
        bridge.is_some() && self.nic.as_ref().and_then(|nic| nic.master) == bridge
    }
}

fn lan(steps: &mut Vec<Step>, step: LanStep) {
    steps.push(Step::Lan(step));
}

/// The steps that make what is recorded; none where all of it is there. After the routes
/// have moved, `confirm` asks the gateways whether they can be reached.
pub fn join(
    record: &PortRecord,
    facts: &Facts,
    confirm: Option<(Vec<Question>, u32)>,
) -> Vec<Step> {
    let (bridge, nic) = (&record.bridge, &record.nic);
    let mut steps = Vec::new();
    if let Some(moved) = &record.moved {
        steps.extend(prepare(record, moved, facts));
    }
    let found = facts.nic.as_ref();
    if !found.is_some_and(|nic| nic.up) {
        let name = nic.clone();
        lan(&mut steps, LanStep::SetAdmin { name, up: true });
    }
    if !facts.is_port() {
        steps.push(Step::SetMaster {
            name: nic.clone(),
            master: Some(bridge.clone()),
            before: None,
        });
    }
    let Some(moved) = &record.moved else {
        return steps;
    };
    if let (Some(held), Some(port)) = (&facts.bridge, found)
        && held.mtu > port.mtu
    {
        let limit = LanStep::LimitMtu {
            bridge: bridge.clone(),
            mtu: port.mtu,
            before: held.mtu,
        };
        lan(&mut steps, limit);
    }
    for route in moved.routes.iter().chain(facts.following(found)) {
        move_route(
            &mut steps,
            (facts, route),
            (nic, found),
            (bridge, facts.bridge.as_ref()),
        );
    }
    for route in &moved.connected {
        if facts.has_route(found, route) {
            let (dev, route) = (nic.clone(), route.clone());
            lan(&mut steps, LanStep::DelRoute { dev, route });
        }
    }
    if let (Some((questions, seconds)), Some(mac)) = (confirm, record.nic_mac) {
        let dev = bridge.clone();
        lan(
            &mut steps,
            LanStep::Confirm {
                dev,
                mac,
                questions,
                seconds,
            },
        );
    }
    // Secondary addresses before the primary one, with which they would go.
    for address in moved.addresses.iter().rev() {
        if facts.address(found, address).is_some() {
            let (dev, address) = (nic.clone(), address.clone());
            lan(&mut steps, LanStep::DelAddress { dev, address });
        }
    }
    steps
}

/// The steps that make the bridge fit to take over, while it does not yet.
fn prepare(record: &PortRecord, moved: &Moved, facts: &Facts) -> Vec<Step> {
    let mut steps = Vec::new();
    let (name, held) = (&record.bridge, facts.bridge.as_ref());
    for setting in &moved.settings {
        steps.extend(set(facts, setting));
    }
    let before = held.and_then(|bridge| bridge.mac);
    if let (Some(mac), Some(before)) = (record.nic_mac, before)
        && mac != before
    {
        let name = name.clone();
        lan(&mut steps, LanStep::SetMac { name, mac, before });
    }
    if !held.is_some_and(|bridge| bridge.up) {
        let name = name.clone();
        lan(&mut steps, LanStep::SetAdmin { name, up: true });
    }
    for address in moved.addresses.iter().chain(&moved.copied) {
        // One that ends by itself may have done so.
        let gone = address.lifetime.is_some() && record.is_active();
        if facts.address(held, address).is_none() && !gone {
            let address = address.relabelled(record.nic.as_str(), name.as_str());
            let dev = name.clone();
            lan(&mut steps, LanStep::AddAddress { dev, address });
        }
    }
    steps
}

/// The step that gives a setting its value, unless it has it or the kernel has no such
/// setting.
fn set(facts: &Facts, wanted: &Sysctl) -> Option<Step> {
    let now = facts.settings.iter().find(|now| now.key == wanted.key)?;
    (now != wanted).then(|| Step::SetSysctl {
        side: Side::Host,
        setting: wanted.clone(),
        before: now.value.clone(),
    })
}

/// A route leaves by one interface and then not any more by the other: there is no gap.
fn move_route(
    steps: &mut Vec<Step>,
    (facts, route): (&Facts, &VerbatimRoute),
    (from, from_link): (&IfName, Option<&Link>),
    (to, to_link): (&IfName, Option<&Link>),
) {
    let gone = route.expires.is_some() && !facts.has_route(from_link, route);
    if !facts.has_route(to_link, route) && !gone {
        let (dev, route) = (to.clone(), route.clone());
        lan(steps, LanStep::AddRoute { dev, route });
    }
    if facts.has_route(from_link, route) {
        let (dev, route) = (from.clone(), route.clone());
        lan(steps, LanStep::DelRoute { dev, route });
    }
}

/// The steps that give everything back; none where it has been. With `leave` the interface
/// leaves the bridge.
pub fn give_back(record: &PortRecord, facts: &Facts, leave: bool) -> Vec<Step> {
    let (bridge, nic) = (&record.bridge, &record.nic);
    let mut steps = Vec::new();
    let found = facts.nic.as_ref();
    if let (Some(moved), Some(_)) = (&record.moved, found) {
        for address in return_of(moved, facts) {
            let dev = nic.clone();
            lan(&mut steps, LanStep::AddAddress { dev, address });
        }
    }
    if leave && facts.is_port() {
        steps.push(Step::SetMaster {
            name: nic.clone(),
            master: None,
            before: Some(bridge.clone()),
        });
    }
    if let Some(moved) = &record.moved {
        steps.extend(retreat(record, moved, facts));
    }
    if leave && !record.nic_up && found.is_some_and(|nic| nic.up) {
        let name = nic.clone();
        lan(&mut steps, LanStep::SetAdmin { name, up: false });
    }
    steps
}

/// The addresses that the interface lacks. Those that end by themselves are given back as
/// they are on the bridge now, if they still are.
fn return_of(moved: &Moved, facts: &Facts) -> Vec<VerbatimAddress> {
    let lacking = moved
        .addresses
        .iter()
        .filter(|address| facts.address(facts.nic.as_ref(), address).is_none());
    let returned = lacking.filter_map(|address| {
        let now = facts.address(facts.bridge.as_ref(), address);
        match (address.lifetime, now) {
            (Some(_), None) => None,
            (Some(_), Some(now)) => {
                let mut address = address.clone();
                address.lifetime = now.lifetime;
                Some(address)
            }
            (None, _) => Some(address.clone()),
        }
    });
    returned.collect()
}

/// The steps that give the interface its routes back, and those that go along.
fn return_routes(record: &PortRecord, moved: &Moved, facts: &Facts) -> Vec<Step> {
    let mut steps = Vec::new();
    let (bridge, nic) = (&record.bridge, &record.nic);
    let (held, found) = (facts.bridge.as_ref(), facts.nic.as_ref());
    if found.is_some() {
        for route in &moved.connected {
            // With an address that comes back, the kernel makes it.
            let own = facts.addresses_of(found);
            let there = own
                .iter()
                .any(|address| address.makes_route(route.destination));
            if there && !facts.has_route(found, route) {
                let (dev, route) = (nic.clone(), route.clone());
                lan(&mut steps, LanStep::AddRoute { dev, route });
            }
        }
    }
    // What the kernel took away meanwhile, as when an address of a lease ran out, may have no
    // way back.
    let is_lost = |route: &VerbatimRoute| {
        let told = held.is_some_and(|bridge| bridge.up) && found.is_some();
        told && !facts.has_route(held, route) && !facts.has_route(found, route)
    };
    let own = moved.routes.iter().filter(|route| !is_lost(route));
    let following = match found {
        Some(_) => going(moved, facts),
        None => Vec::new(),
    };
    for route in own.chain(following) {
        match found {
            Some(_) => move_route(&mut steps, (facts, route), (bridge, held), (nic, found)),
            None if facts.has_route(held, route) => {
                let (dev, route) = (bridge.clone(), route.clone());
                lan(&mut steps, LanStep::DelRoute { dev, route });
            }
            None => {}
        }
    }
    steps
}

/// The routes of the bridge that go along with the addresses: not those by next hops of its
/// own subnets.
fn going<'a>(moved: &Moved, facts: &'a Facts) -> Vec<&'a VerbatimRoute> {
    let held = facts.bridge.as_ref();
    let near = |route: &VerbatimRoute, address: &VerbatimAddress| {
        route
            .gateway
            .is_some_and(|gateway| address.ip.contains(gateway))
    };
    let taken = |address: &VerbatimAddress| moved.addresses.iter().any(|own| own.is_same(address));
    let kept = facts.addresses_of(held);
    let goes = |route: &&VerbatimRoute| {
        let stays = kept.iter().any(|own| !taken(own) && near(route, own));
        !stays && moved.addresses.iter().any(|own| near(route, own))
    };
    facts.following(held).filter(goes).collect()
}

/// The steps that take from the bridge what was the interface's.
fn retreat(record: &PortRecord, moved: &Moved, facts: &Facts) -> Vec<Step> {
    let mut steps = return_routes(record, moved, facts);
    let bridge = &record.bridge;
    let held = facts.bridge.as_ref();
    let Some(held) = held else {
        return steps;
    };
    for address in moved.addresses.iter().chain(&moved.copied).rev() {
        if facts.address(Some(held), address).is_some() {
            let (dev, address) = (bridge.clone(), address.clone());
            lan(&mut steps, LanStep::DelAddress { dev, address });
        }
    }
    if let (Some(before), mac) = (moved.bridge_mac, held.mac)
        && mac != Some(before)
        && mac == record.nic_mac
        && let Some(mac) = mac
    {
        let (name, mac, before) = (bridge.clone(), before, mac);
        lan(&mut steps, LanStep::SetMac { name, mac, before });
    }
    if let Some(limited) = moved.nic_mtu.filter(|mtu| *mtu < moved.bridge_mtu) {
        let (bridge, before) = (bridge.clone(), moved.bridge_mtu);
        lan(
            &mut steps,
            LanStep::RestoreMtu {
                bridge,
                limited,
                before,
            },
        );
    }
    for setting in moved.saved.iter().rev() {
        steps.extend(set(facts, setting));
    }
    if !moved.bridge_up && held.up {
        let name = bridge.clone();
        lan(&mut steps, LanStep::SetAdmin { name, up: false });
    }
    steps
}

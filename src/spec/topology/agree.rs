//! Whether the parts of a file agree with each other.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use super::problem::{Problems, Spot};
use super::{AttachmentItem, Topology};
use crate::error::Error;
use crate::spec::{IfName, LinkArg, NetworkName, PortVlan, Target, VlanId};

/// Notes whatever two parts of the file contradict each other in.
pub(super) fn check(topology: &Topology, problems: &mut Problems) {
    check_interfaces(topology, problems);
    check_wires(topology, problems);
    check_addresses(topology, problems);
    check_networks(topology, problems);
    check_host(topology, problems);
}

/// Each interface of a target is named once, and so is each end on the host.
fn check_interfaces(topology: &Topology, problems: &mut Problems) {
    let mut ends: HashMap<(&Target, &IfName), &str> = HashMap::new();
    let mut host: HashMap<&IfName, &str> = HashMap::new();
    for item in &topology.attachments {
        let request = &item.request;
        let near = request.ifname.as_ref().map(|name| (&request.target, name));
        let far = request.peer.as_ref();
        let far = far.and_then(|peer| Some((&peer.target, peer.ifname.as_ref()?)));
        for (target, ifname) in near.into_iter().chain(far) {
            if let Some(first) = ends.insert((target, ifname), &item.path) {
                let error = Error::usage(format!(
                    "`{ifname}` of `{target}` is the interface of {first} already"
                ))
                .hint("give each attachment of a target its own ifname");
                problems.add(item.spot, &item.path, error);
            }
        }
        if let Some(name) = &request.host_ifname
            && let Some(first) = host.insert(name, &item.path)
        {
            let error = Error::usage(format!("`{name}` is the host's end of {first} already"))
                .hint("give each its own host-ifname, or none");
            problems.add(item.spot, &item.path, error);
        }
    }
}

/// A wire is named at one of its ends.
fn check_wires(topology: &Topology, problems: &mut Problems) {
    let mut wires: HashMap<(&Target, &Target), &AttachmentItem> = HashMap::new();
    for item in &topology.attachments {
        let Some(peer) = &item.request.peer else {
            continue;
        };
        let told = |one: &AttachmentItem| {
            let far = one.request.peer.as_ref();
            one.request.ifname.is_some() && far.is_some_and(|far| far.ifname.is_some())
        };
        if let Some(other) = wires.get(&(&peer.target, &item.request.target))
            && !(told(item) && told(other))
        {
            let error = Error::usage(format!(
                "this is the wire of {} again, from its other end",
                other.path
            ))
            .hint("name a wire at one of its ends; for two wires give all four interfaces a name");
            problems.add(item.spot, &item.path, error);
        }
        wires.insert((&item.request.target, &peer.target), item);
    }
}

/// The networks of a file by what they are on, looked up once: a file may have very many.
struct Registered<'t> {
    names: HashSet<&'t NetworkName>,
    on: HashMap<(&'t IfName, Option<VlanId>), (&'t NetworkName, usize)>,
}

impl<'t> Registered<'t> {
    fn of(topology: &'t Topology) -> Self {
        let mut on = HashMap::new();
        for net in &topology.networks {
            if let Some(bridge) = &net.spec.bridge {
                let place = on.entry((bridge, net.spec.vlan));
                place.or_insert((&net.name, 0)).1 += 1;
            }
        }
        let names = topology.networks.iter().map(|net| &net.name).collect();
        Self { names, on }
    }

    /// The network whose addresses an attachment has, as far as the file tells.
    fn segment(&self, item: &AttachmentItem) -> Option<String> {
        if !item.request.register {
            return None;
        }
        if let Some(name) = &item.request.network {
            return Some(name.to_string());
        }
        let LinkArg::Link(link) = &item.link else {
            return None;
        };
        let vlan = match (&item.request.vlan, item.request.card.svlan) {
            (_, Some(_)) => return None,
            (Some(PortVlan::Access(id)), None) => Some(*id),
            _ => None,
        };
        let own = NetworkName::of_link(&link.name, vlan);
        Some(match self.on.get(&(&link.name, vlan)) {
            Some((only, 1)) if !self.names.contains(&own) => only.to_string(),
            _ => own.to_string(),
        })
    }
}

/// No address of a network is given to two.
fn check_addresses(topology: &Topology, problems: &mut Problems) {
    let mut held: HashMap<(String, IpAddr), &str> = HashMap::new();
    let registered = Registered::of(topology);
    for item in &topology.attachments {
        let Some(network) = registered.segment(item) else {
            continue;
        };
        for address in item.request.static_addresses() {
            let ip = address.ip.ip();
            if let Some(first) = held.insert((network.clone(), ip), &item.path) {
                let error = Error::usage(format!(
                    "{ip} of network `{network}` is the address of {first} already"
                ))
                .hint("give each its own, or `auto`");
                problems.add(item.spot, &item.path, error);
            }
        }
    }
}

/// No two networks are on the same VLAN of a bridge by the same subnet.
fn check_networks(topology: &Topology, problems: &mut Problems) {
    let tunnels = topology.tunnels.iter().map(|one| &one.spec.name);
    let tunnels: HashSet<&IfName> = tunnels.collect();
    let mut held = HashMap::new();
    for net in &topology.networks {
        let path = || format!("networks.{}", net.name);
        let Some(bridge) = &net.spec.bridge else {
            continue;
        };
        if tunnels.contains(bridge) {
            let error = Error::usage(format!("`{bridge}` is a tunnel, not a bridge"))
                .hint("name the bridge that the tunnel is a port of");
            problems.add(net.spot, &path(), error);
        }
        let subnets = net.spec.subnets.iter();
        let others = subnets.filter_map(|one| {
            let first = held.entry((bridge, net.spec.vlan, *one));
            let first = *first.or_insert(&net.name);
            (*first != net.name).then_some(first)
        });
        if let Some(other) = others.collect::<Vec<_>>().first() {
            let error = Error::usage(format!(
                "network `{other}` has the same subnet on the same bridge"
            ))
            .hint("let both use one network, or give them VLANs");
            problems.add(net.spot, &path(), error);
        }
    }
}

/// Bridges and tunnels have names of their own, and none is below itself.
fn check_host(topology: &Topology, problems: &mut Problems) {
    let mut names: HashMap<&IfName, String> = HashMap::new();
    let bridges = topology
        .bridges
        .iter()
        .map(|one| (&one.name, one.spot, format!("bridges.{}", one.name)));
    let tunnels = topology.tunnels.iter().map(|one| {
        (
            &one.spec.name,
            one.spot,
            format!("tunnels.{}", one.spec.name),
        )
    });
    for (name, spot, path) in bridges.chain(tunnels) {
        if let Some(first) = names.get(name) {
            let error = Error::usage(format!("`{name}` is the name of {first} already"))
                .hint("give each link of the host its own name");
            problems.add(spot, &path, error);
        } else {
            names.insert(name, path);
        }
    }
    let mut ports: HashMap<&IfName, &IfName> = HashMap::new();
    for bridge in &topology.bridges {
        for port in &bridge.ports {
            let path = format!("bridges.{}.port", bridge.name);
            if let Some(other) = ports.insert(&port.name, &bridge.name) {
                let error = Error::usage(format!("`{}` is a port of `{other}` already", port.name))
                    .hint("a link is a port of one bridge");
                problems.add(bridge.spot, &path, error);
            }
        }
    }
    for tunnel in &topology.tunnels {
        if let (Some(bridge), name) = (&tunnel.spec.bridge, &tunnel.spec.name)
            && ports.get(name).is_some_and(|other| *other != bridge)
        {
            let error = Error::usage(format!("`{name}` is a port of another bridge in this file"));
            let path = format!("tunnels.{name}.bridge");
            problems.add(tunnel.spot, &path, error);
        }
    }
    check_layers(topology, problems);
}

/// What each link of the host is on top of, by the file.
fn check_layers(topology: &Topology, problems: &mut Problems) {
    let mut below: HashMap<&IfName, Vec<&IfName>> = HashMap::new();
    let mut spots: Vec<(&IfName, Spot, &str)> = Vec::new();
    for bridge in &topology.bridges {
        let ports = bridge.ports.iter().map(|port| &port.name);
        below.entry(&bridge.name).or_default().extend(ports);
        spots.push((&bridge.name, bridge.spot, "bridges"));
    }
    for tunnel in &topology.tunnels {
        let spec = &tunnel.spec;
        below.entry(&spec.name).or_default().extend(&spec.dev);
        if let Some(bridge) = &spec.bridge {
            below.entry(bridge).or_default().push(&spec.name);
        }
        spots.push((&spec.name, tunnel.spot, "tunnels"));
    }
    let places = spots
        .iter()
        .map(|(name, spot, section)| (*name, (*spot, *section)));
    let places: HashMap<&IfName, (Spot, &str)> = places.collect();
    let mut done = HashSet::new();
    for (name, ..) in &spots {
        for mut way in cycles(name, &below, &mut done) {
            // From one that the file says more of than that it is there.
            let told = way.iter().position(|one| places.contains_key(one));
            way.rotate_left(told.unwrap_or_default());
            let Some((top, others)) = way.split_first() else {
                continue;
            };
            let others: Vec<_> = others.iter().take(SHOWN).map(|one| one.as_str()).collect();
            let by = match others.is_empty() {
                true => String::new(),
                false => format!(", by way of {}", others.join(", ")),
            };
            let error = Error::usage(format!("`{top}` would be on top of itself{by}"))
                .hint("a link cannot carry what it is made on");
            if let Some((spot, section)) = places.get(top) {
                problems.add(*spot, &format!("{section}.{top}"), error);
            }
        }
    }
}

/// How many links of a cycle are named.
const SHOWN: usize = 8;

/// The cycles found on the way down from a link, each from the first of its links that was
/// come to. Each link is gone through once, so that the time is that of the file's length.
fn cycles<'t>(
    start: &'t IfName,
    below: &HashMap<&'t IfName, Vec<&'t IfName>>,
    done: &mut HashSet<&'t IfName>,
) -> Vec<Vec<&'t IfName>> {
    let mut found = Vec::new();
    if !done.insert(start) {
        return found;
    }
    // The way down with the place of each link on it, and the next of what is below each.
    let mut way: Vec<(&IfName, usize)> = vec![(start, 0)];
    let mut places = HashMap::from([(start, 0)]);
    while let Some((name, next)) = way.last_mut() {
        let child = below.get(*name).and_then(|all| all.get(*next));
        *next += 1;
        match child.copied() {
            None => {
                places.remove(*name);
                way.pop();
            }
            Some(child) => match places.get(child) {
                Some(at) if found.len() < SHOWN => {
                    found.push(way[*at..].iter().map(|(name, _)| *name).collect());
                }
                Some(_) => {}
                None if done.insert(child) => {
                    places.insert(child, way.len());
                    way.push((child, 0));
                }
                None => {}
            },
        }
    }
    found
}

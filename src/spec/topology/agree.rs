//! Whether the parts of a file agree with each other.

use std::collections::HashMap;
use std::net::IpAddr;

use super::problem::{Problems, Spot};
use super::{AttachmentItem, Topology};
use crate::error::Error;
use crate::spec::{IfName, LinkArg, PortVlan, Target};

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

/// The network whose addresses an attachment has, as far as the file tells.
fn segment(topology: &Topology, item: &AttachmentItem) -> Option<String> {
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
    let own = crate::spec::NetworkName::of_link(&link.name, vlan);
    let mut named = topology
        .networks
        .iter()
        .filter(|net| net.spec.bridge.as_ref() == Some(&link.name) && net.spec.vlan == vlan);
    Some(match (named.next(), named.next()) {
        (Some(only), None) if topology.networks.iter().all(|net| net.name != own) => {
            only.name.to_string()
        }
        _ => own.to_string(),
    })
}

/// No address of a network is given to two.
fn check_addresses(topology: &Topology, problems: &mut Problems) {
    let mut held: HashMap<(String, IpAddr), &str> = HashMap::new();
    for item in &topology.attachments {
        let Some(network) = segment(topology, item) else {
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
    for (nth, net) in topology.networks.iter().enumerate() {
        let path = format!("networks.{}", net.name);
        if let Some(bridge) = &net.spec.bridge
            && let Some(tunnel) = topology.tunnels.iter().find(|one| one.spec.name == *bridge)
        {
            let error = Error::usage(format!("`{}` is a tunnel, not a bridge", tunnel.spec.name))
                .hint("name the bridge that the tunnel is a port of");
            problems.add(net.spot, &path, error);
        }
        let same = topology.networks[..nth].iter().find(|other| {
            net.spec.bridge.is_some()
                && other.spec.bridge == net.spec.bridge
                && other.spec.vlan == net.spec.vlan
                && other
                    .spec
                    .subnets
                    .iter()
                    .any(|one| net.spec.subnets.contains(one))
        });
        if let Some(other) = same {
            let error = Error::usage(format!(
                "network `{}` has the same subnet on the same bridge",
                other.name
            ))
            .hint("let both use one network, or give them VLANs");
            problems.add(net.spot, &path, error);
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
    for (name, spot, section) in spots {
        let mut seen = Vec::new();
        let mut next = below.get(name).cloned().unwrap_or_default();
        while let Some(one) = next.pop() {
            if one == name {
                let way: Vec<_> = seen.iter().map(|name: &&IfName| name.as_str()).collect();
                let by = match way.is_empty() {
                    true => String::new(),
                    false => format!(", by way of {}", way.join(", ")),
                };
                let error = Error::usage(format!("`{name}` would be on top of itself{by}"))
                    .hint("a link cannot carry what it is made on");
                problems.add(spot, &format!("{section}.{name}"), error);
                break;
            }
            if !seen.contains(&one) {
                seen.push(one);
                next.extend(below.get(one).into_iter().flatten());
            }
        }
    }
}

//! Each step as the command it equals, for `--dry-run` and the log.

use std::net::IpAddr;

use super::step::{DevRoute, Side, Step, VethPair};

impl Step {
    /// The equal commands of iproute2, sysctl, iptables and arping. `enter` is what
    /// runs a program in the target: `nsenter --net=/run/netns/blue`.
    pub fn command(&self, enter: &str) -> String {
        match self {
            Self::AddBridge {
                name,
                mac,
                mtu,
                stp,
            } => {
                let mtu = mtu.map(|mtu| format!(" mtu {mtu}")).unwrap_or_default();
                let stp = if *stp { " stp_state 1" } else { "" };
                format!("ip link add {name} address {mac}{mtu} type bridge{stp}")
            }
            Self::DelUnusedBridge { name, .. } => format!("ip link del {name}"),
            Self::DelLink { side, name, .. } => {
                format!("{}ip link del {name}", prefix(*side, enter))
            }
            Self::DelLinks { names } => {
                lines(names.iter().map(|name| format!("ip link del {name}")))
            }
            Self::AddVeth(pair) => veth_command(pair, enter),
            Self::AddLink(link) => link.command(enter),
            Self::SetAlias {
                side, name, alias, ..
            } => format!("{}ip link set {name} alias '{alias}'", prefix(*side, enter)),
            Self::SetUp { side, name } => format!("{}ip link set {name} up", prefix(*side, enter)),
            Self::SetMaster { name, master, .. } => match master {
                Some(master) => format!("ip link set {name} master {master}"),
                None => format!("ip link set {name} nomaster"),
            },
            Self::SetMtu {
                side, name, mtu, ..
            } => {
                format!("{}ip link set {name} mtu {mtu}", prefix(*side, enter))
            }
            Self::SetMac { name, mac, .. } => format!("{enter} ip link set {name} address {mac}"),
            Self::SetSysctl { side, setting, .. } => {
                format!("{}sysctl -w '{setting}'", prefix(*side, enter))
            }
            Self::AddAddress { side, dev, ip } => {
                let nodad = if ip.is_ipv6() { " nodad" } else { " brd +" };
                format!(
                    "{}ip address add {ip}{nodad} dev {dev}",
                    prefix(*side, enter)
                )
            }
            Self::DelAddress { side, dev, ip } => {
                format!("{}ip address del {ip} dev {dev}", prefix(*side, enter))
            }
            Self::AddRoute(route) => format!("{enter} {}", route_command("add", route)),
            Self::DelRoute(route) => format!("{enter} {}", route_command("del", route)),
            Self::AddRules(rules) => lines(rules.iter().map(ToString::to_string)),
            Self::DelRules(rules) => lines(
                rules
                    .iter()
                    .map(|rule| rule.to_string().replacen(" -I ", " -D ", 1)),
            ),
            Self::AwaitForwarding { port } => {
                format!("# wait for state forwarding: bridge link show dev {port}")
            }
            Self::AddNetns { name } => format!("ip netns add {name}"),
            Self::DelNetns { name } => format!("ip netns del {name}"),
            Self::Lan(step) => step.command(),
            Self::Announce { dev, addresses, .. } => lines(addresses.iter().map(|ip| match ip {
                IpAddr::V4(v4) => format!("{enter} arping -q -c 3 -U -I {dev} {v4}"),
                IpAddr::V6(v6) => format!("{enter} ndsend {v6} {dev}"),
            })),
            Self::Ovs(step) => step.command(enter),
            Self::Vlan(step) => step.command(),
            Self::Card(step) => step.command(enter),
            Self::Tunnel(step) => step.command(),
            Self::Wire(step) => step.command(enter),
            Self::Phys(step) => step.command(enter),
            Self::Ipoib(step) => step.command(enter),
            Self::Shape(step) => step.command(enter),
            Self::Dhcp(step) => step.command(enter),
        }
    }
}

fn lines(commands: impl Iterator<Item = String>) -> String {
    commands.collect::<Vec<_>>().join("\n")
}

fn prefix(side: Side, enter: &str) -> String {
    match side {
        Side::Host => String::new(),
        Side::Target => format!("{enter} "),
    }
}

fn veth_command(pair: &VethPair, enter: &str) -> String {
    let VethPair {
        host_ifname,
        host_mac,
        bridge,
        master: _,
        mtu,
        ifname,
        mac,
    } = pair;
    let netns = enter.rsplit('=').next().unwrap_or_default();
    let master = bridge.as_ref().map(|bridge| format!(" master {bridge}"));
    let master = master.unwrap_or_default();
    format!(
        "ip link add {host_ifname} address {host_mac} mtu {mtu} numtxqueues 1 numrxqueues 1\
         {master} up type veth peer name {ifname} address {mac} mtu {mtu} \
         numtxqueues 1 numrxqueues 1 netns {netns}"
    )
}

fn route_command(verb: &str, DevRoute { dev, route }: &DevRoute) -> String {
    let family = if route.destination.is_ipv6() {
        "-6 "
    } else {
        ""
    };
    let source = route.source.map(|ip| format!(" src {ip}"));
    let onlink = if route.onlink { " onlink" } else { "" };
    let tos = match route.tos {
        0 => String::new(),
        tos => format!(" tos {tos:#x}"),
    };
    // RTPROT_BOOT is what iproute2 gives by itself, RTPROT_STATIC what netpipe gives.
    let protocol = match route.protocol {
        3 => String::new(),
        4 => " proto static".to_owned(),
        other => format!(" proto {other}"),
    };
    format!(
        "ip {family}route {verb} {route} dev {dev}{tos}{}{onlink}{protocol}",
        source.unwrap_or_default()
    )
}

//! Changes to tunnels, their inverses, and the commands they equal.

use std::net::IpAddr;

use ipnetwork::IpNetwork;

use crate::spec::{IfName, Mac, TunnelKind, Wire};

/// What a tunnel is made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTunnel {
    /// Its name.
    pub name: IfName,
    /// Its ends and what it is told apart by.
    pub wire: Wire,
    /// The device that packets leave by.
    pub dev: Option<IfName>,
    /// Its MAC, if it carries frames.
    pub mac: Option<Mac>,
    /// Its MTU in bytes.
    pub mtu: u32,
    /// The group that proves whose it is until it is marked.
    pub group: u32,
}

/// One change. Each is one kernel message unless said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TunnelStep {
    /// Makes a tunnel, down.
    Add(NewTunnel),
    /// Marks it as netpipe's, and takes it out of the group it was made in.
    Mark {
        /// Its name.
        name: IfName,
        /// The alias.
        alias: String,
    },
    /// Deletes a link of the host if it has that alias, or has none and is in that group.
    Del {
        /// Its name.
        name: IfName,
        /// The alias it was marked with.
        mark: Option<String>,
        /// The group it was made in.
        group: u32,
    },
    /// Gives a bridge of netpipe's another MTU: raised, it stays as low as the lowest of its
    /// other ports. Nothing if it is not the one before any more.
    BridgeMtu {
        /// The tunnel for which it is done.
        name: IfName,
        /// The bridge.
        bridge: IfName,
        /// The new one, in bytes.
        mtu: u32,
        /// The one before.
        before: u32,
    },
    /// Adds a route of the host into a tunnel.
    AddRoute {
        /// The tunnel.
        name: IfName,
        /// Where it leads.
        to: IpNetwork,
    },
    /// Deletes it.
    DelRoute {
        /// The tunnel.
        name: IfName,
        /// Where it leads.
        to: IpNetwork,
    },
    /// Has a VXLAN link send what is for everybody to a further host.
    AddPeer {
        /// The link.
        name: IfName,
        /// The host.
        host: IpAddr,
    },
    /// Takes that host away.
    DelPeer {
        /// The link.
        name: IfName,
        /// The host.
        host: IpAddr,
    },
}

impl TunnelStep {
    /// The step that takes this one back, or none if there is nothing to take back.
    pub fn inverse(&self) -> Option<Self> {
        Some(match self.clone() {
            // Its mark, if it has one by then, is not known here; the group is left when it is
            // marked, so `Mark` has an inverse of its own that stands for this one then.
            Self::Add(tunnel) => Self::Del {
                name: tunnel.name,
                mark: None,
                group: tunnel.group,
            },
            Self::Mark { name, alias } => Self::Del {
                name,
                mark: Some(alias),
                group: 0,
            },
            Self::BridgeMtu {
                name,
                bridge,
                mtu,
                before,
            } => Self::BridgeMtu {
                name,
                bridge,
                mtu: before,
                before: mtu,
            },
            Self::AddRoute { name, to } => Self::DelRoute { name, to },
            Self::DelRoute { name, to } => Self::AddRoute { name, to },
            Self::AddPeer { name, host } => Self::DelPeer { name, host },
            Self::DelPeer { name, host } => Self::AddPeer { name, host },
            Self::Del { .. } => return None,
        })
    }

    /// The equal command of iproute2.
    pub fn command(&self) -> String {
        match self {
            Self::Add(tunnel) => add_command(tunnel),
            Self::Mark { name, alias } => format!("ip link set {name} group 0 alias '{alias}'"),
            Self::Del { name, .. } => format!("ip link del {name}"),
            Self::BridgeMtu { bridge, mtu, .. } => format!("ip link set {bridge} mtu {mtu}"),
            Self::AddRoute { name, to } => {
                format!("{} proto static", route_command("add", name, *to))
            }
            Self::DelRoute { name, to } => route_command("del", name, *to),
            Self::AddPeer { name, host } => {
                format!("bridge fdb append 00:00:00:00:00:00 dev {name} dst {host}")
            }
            Self::DelPeer { name, host } => {
                format!("bridge fdb del 00:00:00:00:00:00 dev {name} dst {host}")
            }
        }
    }
}

fn route_command(verb: &str, name: &IfName, to: IpNetwork) -> String {
    let family = if to.is_ipv6() { "-6 " } else { "" };
    format!("ip {family}route {verb} {to} dev {name}")
}

fn add_command(tunnel: &NewTunnel) -> String {
    let NewTunnel {
        name, wire, group, ..
    } = tunnel;
    let kind = wire.link_kind();
    let mut words = vec![format!("ip link add {name}")];
    words.extend(tunnel.mac.map(|mac| format!("address {mac}")));
    words.push(format!("mtu {} group {group} type {kind}", tunnel.mtu));
    let id = if wire.kind.is_gre() { "key" } else { "id" };
    words.extend(wire.id.map(|number| format!("{id} {number}")));
    // iproute2 knows no `local` of geneve, for the kernel has none.
    let local = wire.local.filter(|_| wire.kind != TunnelKind::Geneve);
    words.extend(local.map(|ip| format!("local {ip}")));
    words.extend(wire.remote.map(|ip| {
        let group = ip.is_multicast() && wire.kind == TunnelKind::Vxlan;
        format!("{} {ip}", if group { "group" } else { "remote" })
    }));
    words.extend(tunnel.dev.as_ref().map(|dev| format!("dev {dev}")));
    words.push(match wire.ttl {
        0 => "ttl inherit".into(),
        ttl => format!("ttl {ttl}"),
    });
    let gre6 = wire.kind.is_gre() && wire.is_over_ipv6();
    let word = if gre6 { "tclass" } else { "tos" };
    match wire.tos {
        0 => {}
        1 => words.push(format!("{word} inherit")),
        tos => words.push(format!("{word} {tos:#x}")),
    }
    if gre6 {
        words.push("encaplimit none".into());
    }
    words.extend(wire.port.map(|port| format!("dstport {port}")));
    if wire.kind == TunnelKind::Vxlan && !wire.learning {
        words.push("nolearning".into());
    }
    words.join(" ")
}

//! Changes of the host's own network: an interface's addresses and routes that move to
//! its bridge, and routes to containers of other hosts.

use std::net::IpAddr;

use crate::spec::{IfName, Mac};
use crate::sys::firewall::RouteRule;
use crate::sys::neighbour::Question;
use crate::sys::verbatim::{VerbatimAddress, VerbatimRoute};

/// One change; all are on the host. Each is one kernel message unless said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LanStep {
    /// Gives an interface an address as it was on another.
    AddAddress {
        /// The interface.
        dev: IfName,
        /// The address.
        address: VerbatimAddress,
    },
    /// Takes an address from an interface.
    DelAddress {
        /// The interface.
        dev: IfName,
        /// The address.
        address: VerbatimAddress,
    },
    /// Adds a route, before those of the same destination by other interfaces.
    AddRoute {
        /// The interface it leaves by.
        dev: IfName,
        /// The route.
        route: VerbatimRoute,
    },
    /// Deletes a route by that interface.
    DelRoute {
        /// The interface it leaves by.
        dev: IfName,
        /// The route.
        route: VerbatimRoute,
    },
    /// Sets the MAC of a link.
    SetMac {
        /// Its name.
        name: IfName,
        /// The new one.
        mac: Mac,
        /// The one before.
        before: Mac,
    },
    /// Sets a link up or down.
    SetAdmin {
        /// Its name.
        name: IfName,
        /// Whether it is to be up.
        up: bool,
    },
    /// Lowers the MTU of a bridge to that of its new port, unless the kernel did.
    LimitMtu {
        /// The bridge.
        bridge: IfName,
        /// The port's MTU in bytes.
        mtu: u32,
        /// The bridge's before.
        before: u32,
    },
    /// Gives a bridge its MTU back that [`LanStep::LimitMtu`] lowered, unless the kernel did.
    RestoreMtu {
        /// The bridge.
        bridge: IfName,
        /// The port's MTU in bytes, which the bridge has if it was lowered.
        limited: u32,
        /// The bridge's before.
        before: u32,
    },
    /// Waits for neighbours to answer; changes nothing.
    Confirm {
        /// The interface they are asked by.
        dev: IfName,
        /// Its MAC.
        mac: Mac,
        /// Who is asked for.
        questions: Vec<Question>,
        /// How long, in seconds.
        seconds: u32,
    },
    /// Tells neighbours of addresses of the host: several frames.
    Announce {
        /// The interface.
        dev: IfName,
        /// Its MAC.
        mac: Mac,
        /// The addresses.
        addresses: Vec<IpAddr>,
    },
    /// Lets packets of a route's subnet pass the host's firewall: one transaction.
    AddRules(Vec<RouteRule>),
    /// Takes those rules away.
    DelRules(Vec<RouteRule>),
}

impl LanStep {
    /// The step that takes this one back, or none if there is nothing to take back.
    pub fn inverse(&self) -> Option<Self> {
        Some(match self.clone() {
            Self::AddAddress { dev, address } => Self::DelAddress { dev, address },
            Self::DelAddress { dev, address } => Self::AddAddress { dev, address },
            Self::AddRoute { dev, route } => Self::DelRoute { dev, route },
            Self::DelRoute { dev, route } => Self::AddRoute { dev, route },
            Self::SetMac { name, mac, before } => Self::SetMac {
                name,
                mac: before,
                before: mac,
            },
            Self::SetAdmin { name, up } => Self::SetAdmin { name, up: !up },
            Self::LimitMtu {
                bridge,
                mtu,
                before,
            } => Self::RestoreMtu {
                bridge,
                limited: mtu,
                before,
            },
            Self::AddRules(rules) => Self::DelRules(rules),
            Self::DelRules(rules) => Self::AddRules(rules),
            Self::RestoreMtu { .. } | Self::Confirm { .. } | Self::Announce { .. } => return None,
        })
    }

    /// The equal commands of iproute2, iptables and arping.
    pub fn command(&self) -> String {
        match self {
            Self::AddAddress { dev, address } => format!("ip address add {address} dev {dev}"),
            Self::DelAddress { dev, address } => format!("ip address del {} dev {dev}", address.ip),
            Self::AddRoute { dev, route } => route_command("prepend", dev, route),
            Self::DelRoute { dev, route } => route_command("del", dev, route),
            Self::SetMac { name, mac, .. } => format!("ip link set {name} address {mac}"),
            Self::SetAdmin { name, up } => {
                format!("ip link set {name} {}", if *up { "up" } else { "down" })
            }
            Self::LimitMtu { bridge, mtu, .. } => format!("ip link set {bridge} mtu {mtu}"),
            Self::RestoreMtu { bridge, before, .. } => format!("ip link set {bridge} mtu {before}"),
            Self::Confirm {
                dev,
                questions,
                seconds,
                ..
            } => lines(questions.iter().map(|question| match question.neighbour {
                IpAddr::V4(v4) => format!(
                    "arping -q -f -w {seconds} -I {dev} -s {} {v4}",
                    question.source
                ),
                IpAddr::V6(v6) => format!("ndisc6 -q -1 -w {seconds}000 {v6} {dev}"),
            })),
            Self::Announce { dev, addresses, .. } => lines(addresses.iter().map(|ip| match ip {
                IpAddr::V4(v4) => format!("arping -q -c 3 -U -I {dev} {v4}"),
                IpAddr::V6(v6) => format!("ndsend {v6} {dev}"),
            })),
            Self::AddRules(rules) => lines(rules.iter().map(ToString::to_string)),
            Self::DelRules(rules) => {
                let added = rules.iter().map(ToString::to_string);
                lines(added.map(|rule| rule.replacen(" -I ", " -D ", 1)))
            }
        }
    }
}

fn lines(commands: impl Iterator<Item = String>) -> String {
    commands.collect::<Vec<_>>().join("\n")
}

fn route_command(verb: &str, dev: &IfName, route: &VerbatimRoute) -> String {
    let family = if route.destination.is_ipv6() {
        "-6 "
    } else {
        ""
    };
    format!("ip {family}route {verb} {route} dev {dev}")
}

//! One change to the system, its inverse, and the command it equals.

use std::net::IpAddr;

use ipnetwork::IpNetwork;
use serde::{Deserialize, Serialize};

use super::card_step::CardStep;
use super::dhcp_step::DhcpStep;
use super::lan_step::LanStep;
use super::new_link::NewLink;
use super::ovs_step::OvsStep;
use super::shape_step::ShapeStep;
use super::tunnel_step::TunnelStep;
use super::vlan_step::VlanStep;
use crate::spec::{IfName, Mac, Sysctl};
use crate::sys::firewall::BridgeRule;
use crate::sys::route::Route;

use super::ipoib_step::IpoibStep;
use super::phys_step::PhysStep;
use super::wire_step::WireStep;
/// In which namespace a step happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The one netpipe runs in.
    Host,
    /// The target's.
    Target,
}

/// A route by the name of its interface: the index may be another one by the time
/// the route is put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DevRoute {
    /// The interface it leaves by.
    pub dev: IfName,
    /// The route; its `link` is filled in when the step is done.
    #[serde(flatten)]
    pub route: Route,
}

/// A veth pair whose far end is in the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VethPair {
    /// The host's end.
    pub host_ifname: IfName,
    /// The host end's MAC: with the alias not set yet, it proves whose link this is.
    pub host_mac: Mac,
    /// The bridge the host's end is a port of; none if that is not for the kernel to know.
    pub bridge: Option<IfName>,
    /// That bridge's index when the plan was made, if it was there.
    pub master: Option<u32>,
    /// The MTU of both ends, in bytes.
    pub mtu: u32,
    /// The target's end.
    pub ifname: IfName,
    /// The target end's MAC.
    pub mac: Mac,
}

/// One change. Each is one kernel message (or one file write) unless said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Makes a Linux bridge, down.
    AddBridge {
        /// Its name.
        name: IfName,
        /// Its pinned MAC.
        mac: Mac,
        /// Its MTU in bytes, if not the kernel's default.
        mtu: Option<u32>,
        /// Whether the spanning tree runs.
        stp: bool,
    },
    /// Deletes a bridge that netpipe made, if it has no ports and no addresses left.
    DelUnusedBridge {
        /// Its name.
        name: IfName,
        /// The MAC that proves it is netpipe's where the alias is not set yet.
        mac: Option<Mac>,
        /// The alias it was marked with.
        mark: String,
    },
    /// Makes a veth pair between host and target, the host's end up in its bridge.
    AddVeth(VethPair),
    /// Makes a link in the target.
    AddLink(NewLink),
    /// Deletes a link if it is the one that was made: names alone are no proof, for
    /// another attachment or another program may have the name by now.
    DelLink {
        /// Where it is.
        side: Side,
        /// Its name.
        name: IfName,
        /// The MAC it was made with.
        mac: Option<Mac>,
        /// The alias it was marked with.
        mark: Option<String>,
    },
    /// Deletes many links of the host in one go; each has been proved to be netpipe's.
    DelLinks {
        /// Their names.
        names: Vec<IfName>,
    },
    /// Marks a link as netpipe's.
    SetAlias {
        /// Where it is.
        side: Side,
        /// Its name.
        name: IfName,
        /// The mark; empty for none.
        alias: String,
        /// The one before.
        before: String,
    },
    /// Sets a link up.
    SetUp {
        /// Where it is.
        side: Side,
        /// Its name.
        name: IfName,
    },
    /// Makes a link of the host a port of a bridge, or of none.
    SetMaster {
        /// Its name.
        name: IfName,
        /// The bridge.
        master: Option<IfName>,
        /// The bridge it was a port of before.
        before: Option<IfName>,
    },
    /// Sets the MTU of a link.
    SetMtu {
        /// Where it is.
        side: Side,
        /// Its name.
        name: IfName,
        /// The new one, in bytes.
        mtu: u32,
        /// The one before.
        before: u32,
    },
    /// Sets the MAC of a link in the target.
    SetMac {
        /// Its name.
        name: IfName,
        /// The new one.
        mac: Mac,
        /// The one before.
        before: Mac,
    },
    /// Writes a kernel setting.
    SetSysctl {
        /// Where it is.
        side: Side,
        /// The setting with its new value.
        setting: Sysctl,
        /// The value before.
        before: String,
    },
    /// Gives a link an address.
    AddAddress {
        /// Where it is.
        side: Side,
        /// The link.
        dev: IfName,
        /// The address with its prefix length.
        ip: IpNetwork,
    },
    /// Takes an address from a link.
    DelAddress {
        /// Where it is.
        side: Side,
        /// The link.
        dev: IfName,
        /// The address with its prefix length.
        ip: IpNetwork,
    },
    /// Adds a route in the target.
    AddRoute(DevRoute),
    /// Deletes a route in the target.
    DelRoute(DevRoute),
    /// Lets a bridge's own traffic pass the host's firewall: one transaction.
    AddRules(Vec<BridgeRule>),
    /// Takes those rules away.
    DelRules(Vec<BridgeRule>),
    /// Waits until a port of the host forwards: with the spanning tree it listens and
    /// learns first, and what is announced meanwhile is lost.
    AwaitForwarding {
        /// The port.
        port: IfName,
    },
    /// Makes a named network namespace on the host: several system calls.
    AddNetns {
        /// Its name.
        name: String,
    },
    /// Removes the name of a network namespace.
    DelNetns {
        /// Its name.
        name: String,
    },
    /// Tells neighbours of the target's addresses, once the link is ready to send: several
    /// frames.
    Announce {
        /// The link.
        dev: IfName,
        /// Its other end on the host, if that is the port of a bridge.
        port: Option<IfName>,
        /// Its MAC.
        mac: Mac,
        /// The addresses.
        addresses: Vec<IpAddr>,
    },
    /// Joins the host's own network to others.
    Lan(LanStep),
    /// Changes an Open vSwitch.
    Ovs(OvsStep),
    /// Changes a tunnel.
    Tunnel(TunnelStep),
    /// A change to the VLANs of a bridge.
    Vlan(VlanStep),
    /// A change on a card, or to a link on it.
    Card(CardStep),
    /// A change to a wire between two targets.
    Wire(WireStep),
    /// A change to a card of the host that moves.
    Phys(Box<PhysStep>),
    /// A change to a child of an InfiniBand card.
    Ipoib(IpoibStep),
    /// A change to what is done to what a link of the target sends.
    Shape(Box<ShapeStep>),
    /// A change that a server or a router has a say in.
    Dhcp(DhcpStep),
}

impl Step {
    /// The step that takes this one back, or none if there is nothing to take back.
    /// A link or namespace that is deleted cannot be made again as it was: plans put
    /// such steps last.
    pub fn inverse(&self) -> Option<Self> {
        Some(match self.clone() {
            // Its mark is taken back before it is.
            Self::AddBridge { name, mac, .. } => Self::DelUnusedBridge {
                name,
                mac: Some(mac),
                mark: String::new(),
            },
            Self::AddVeth(pair) => unmarked(Side::Host, pair.host_ifname, pair.host_mac),
            Self::AddLink(link) => link.inverse(),
            Self::SetAlias {
                side,
                name,
                alias,
                before,
            } => Self::SetAlias {
                side,
                name,
                alias: before,
                before: alias,
            },
            Self::SetMaster {
                name,
                master,
                before,
            } => Self::SetMaster {
                name,
                master: before,
                before: master,
            },
            Self::SetMtu {
                side,
                name,
                mtu,
                before,
            } => Self::SetMtu {
                side,
                name,
                mtu: before,
                before: mtu,
            },
            Self::SetMac { name, mac, before } => Self::SetMac {
                name,
                mac: before,
                before: mac,
            },
            Self::SetSysctl {
                side,
                setting,
                before,
            } => Self::SetSysctl {
                side,
                before: setting.value,
                setting: Sysctl::new(setting.key, before),
            },
            Self::AddAddress { side, dev, ip } => Self::DelAddress { side, dev, ip },
            Self::DelAddress { side, dev, ip } => Self::AddAddress { side, dev, ip },
            Self::AddRoute(route) => Self::DelRoute(route),
            Self::DelRoute(route) => Self::AddRoute(route),
            Self::AddRules(rules) => Self::DelRules(rules),
            Self::DelRules(rules) => Self::AddRules(rules),
            Self::AddNetns { name } => Self::DelNetns { name },
            Self::Lan(step) => Self::Lan(step.inverse()?),
            Self::Ovs(step) => return step.inverse().map(Self::Ovs),
            Self::Tunnel(step) => Self::Tunnel(step.inverse()?),
            Self::Vlan(step) => Self::Vlan(step.inverse()?),
            Self::Card(step) => step.inverse()?,
            Self::Wire(step) => step.inverse()?,
            Self::Phys(step) => Self::Phys(Box::new(step.inverse()?)),
            Self::Ipoib(step) => Self::Ipoib(step.inverse()?),
            Self::Shape(step) => Self::Shape(Box::new(step.inverse())),
            Self::Dhcp(step) => step.inverse()?,
            Self::DelNetns { .. }
            | Self::DelUnusedBridge { .. }
            | Self::DelLink { .. }
            | Self::DelLinks { .. }
            | Self::SetUp { .. }
            | Self::AwaitForwarding { .. }
            | Self::Announce { .. } => return None,
        })
    }
}

/// The deletion of a link whose mark was taken back before, if it ever had one.
fn unmarked(side: Side, name: IfName, mac: Mac) -> Step {
    Step::DelLink {
        side,
        name,
        mac: Some(mac),
        mark: None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Side, Step};
    use crate::spec::Sysctl;

    #[test]
    fn what_is_undone_twice_is_done() {
        let steps = [
            Step::AddAddress {
                side: Side::Target,
                dev: "eth1".parse().unwrap(),
                ip: "10.0.0.5/24".parse().unwrap(),
            },
            Step::SetSysctl {
                side: Side::Target,
                setting: Sysctl::new("net/a/b", "1"),
                before: "0".into(),
            },
            Step::SetMtu {
                side: Side::Host,
                name: "br0".parse().unwrap(),
                mtu: 9000,
                before: 1500,
            },
        ];
        for step in steps {
            assert_eq!(step.inverse().and_then(|undo| undo.inverse()), Some(step));
        }
    }
}

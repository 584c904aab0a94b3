//! Links on a card of the host, and links that lead nowhere.
//!
//! Those for a target are made straight in its namespace, under their own name: one message
//! to the host's kernel socket, with the namespace as IFLA_NET_NS_FD. The kernel looks the
//! parent up in the socket's namespace, and the name in the new one (`rtnl_newlink_create`
//! in net/core/rtnetlink.c), so nothing has to be moved or renamed.

use std::os::fd::{AsRawFd, BorrowedFd};

use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{
    InfoMacVlan, IpVlanMode, LinkMessage, MacVlanMacAddressMode, MacVlanMode,
    VlanProtocol as LinkProtocol,
};
use rtnetlink::{LinkDummy, LinkIpVlan, LinkMacVlan, LinkMessageBuilder, LinkUnspec, LinkVlan};

use super::netlink::{Door, KernelResult};
use crate::spec::{CardMode, IfName, Mac, VlanId, VlanProtocol, birth_group};

/// What all of them have.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// Where it appears; the door's own namespace if none.
    pub netns: Option<BorrowedFd<'a>>,
    /// Its name there.
    pub name: &'a IfName,
    /// Its MTU in bytes; the parent's if none.
    pub mtu: Option<u32>,
    /// Its hardware address, if it has one of its own: set at creation, for udev rewrites
    /// one that is not.
    pub mac: Option<Mac>,
    /// What it will be marked with, if its address cannot tell whose it is until then.
    pub birth: Option<&'a str>,
}

impl New<'_> {
    fn add<T>(&self, door: &mut Door, mut builder: LinkMessageBuilder<T>) -> KernelResult<()> {
        if let Some(mtu) = self.mtu {
            builder = builder.mtu(mtu);
        }
        if let Some(mac) = self.mac {
            builder = builder.address(mac.0.to_vec());
        }
        if let Some(mark) = self.birth {
            builder = builder.link_group(birth_group(mark));
        }
        if let Some(netns) = self.netns {
            builder = builder.setns_by_fd(netns.as_raw_fd());
        }
        door.change(
            RouteNetlinkMessage::NewLink(builder.build()),
            NLM_F_CREATE | NLM_F_EXCL,
        )
    }
}

/// Makes a macvlan or ipvlan on the link with that index (`macvlan_common_newlink` in
/// drivers/net/macvlan.c, `ipvlan_link_new` in drivers/net/ipvlan/ipvlan_main.c).
///
/// # Errors
/// EEXIST if the name is taken, EBUSY if the parent is used by another kind, EINVAL if the
/// MTU is larger than the parent's or a macvlan has the parent for itself, or another
/// refusal.
pub fn add_on_card(
    door: &mut Door,
    link: &New<'_>,
    parent: u32,
    (mode, sources): (CardMode, &[Mac]),
) -> KernelResult<()> {
    match ipvlan_mode(mode) {
        Some(mode) => link.add(door, LinkIpVlan::new(link.name.as_str(), parent, mode)),
        None => {
            let builder = LinkMessageBuilder::<LinkMacVlan>::new(link.name.as_str()).link(parent);
            link.add(door, macvlan(builder, mode, sources))
        }
    }
}

fn ipvlan_mode(mode: CardMode) -> Option<IpVlanMode> {
    match mode {
        CardMode::L2 => Some(IpVlanMode::L2),
        CardMode::L3 => Some(IpVlanMode::L3),
        CardMode::L3s => Some(IpVlanMode::L3S),
        _ => None,
    }
}

fn macvlan(
    builder: LinkMessageBuilder<LinkMacVlan>,
    mode: CardMode,
    sources: &[Mac],
) -> LinkMessageBuilder<LinkMacVlan> {
    let number = match mode {
        CardMode::Private => MacVlanMode::Private,
        CardMode::Vepa => MacVlanMode::Vepa,
        CardMode::Passthru => MacVlanMode::Passthrough,
        CardMode::Source => MacVlanMode::Source,
        CardMode::Bridge | CardMode::L2 | CardMode::L3 | CardMode::L3s => MacVlanMode::Bridge,
    };
    let builder = builder.mode(number);
    if mode != CardMode::Source {
        return builder;
    }
    let macs = sources.iter().map(|mac| InfoMacVlan::MacAddr(mac.0));
    builder
        .append_info_data(InfoMacVlan::MacAddrMode(MacVlanMacAddressMode::Set))
        .append_info_data(InfoMacVlan::MacAddrData(macs.collect()))
}

/// Sets the mode of a macvlan or ipvlan, and the MACs that one in mode `source` accepts. All
/// ipvlans of a card have one mode, and get this one (`ipvlan_set_port_mode`).
///
/// # Errors
/// ENODEV; EINVAL to or from `passthru`; or another refusal.
pub fn set_mode(
    door: &mut Door,
    name: &IfName,
    mode: CardMode,
    sources: &[Mac],
) -> KernelResult<()> {
    let message = match ipvlan_mode(mode) {
        Some(mode) => LinkMessageBuilder::<LinkIpVlan>::new(name.as_str())
            .mode(mode)
            .build(),
        None => {
            let builder = LinkMessageBuilder::<LinkMacVlan>::new(name.as_str());
            macvlan(builder, mode, sources).build()
        }
    };
    // RTM_SETLINK would not read what only this kind has (`do_setlink`).
    door.change(RouteNetlinkMessage::NewLink(message), 0)
}

/// Makes a VLAN of the link with that index (`vlan_newlink` in net/8021q/vlan_netlink.c).
///
/// # Errors
/// EEXIST if the name or the VLAN is taken, EOPNOTSUPP if the kernel knows no VLANs, or
/// another refusal.
pub fn add_vlan(
    door: &mut Door,
    link: &New<'_>,
    parent: u32,
    (id, protocol): (VlanId, VlanProtocol),
) -> KernelResult<()> {
    let protocol = match protocol {
        VlanProtocol::Dot1q => LinkProtocol::Ieee8021Q,
        VlanProtocol::Dot1ad => LinkProtocol::Ieee8021Ad,
    };
    let builder = LinkVlan::new(link.name.as_str(), parent, id.get());
    link.add(door, builder.protocol(protocol))
}

/// Makes a link that leads nowhere (drivers/net/dummy.c).
///
/// # Errors
/// EEXIST if the name is taken, or another refusal.
pub fn add_dummy(door: &mut Door, link: &New<'_>) -> KernelResult<()> {
    link.add(door, LinkDummy::new(link.name.as_str()))
}

/// Marks a link, and takes it out of the group that it was born into; or the reverse. In one
/// message, so that nothing comes between.
///
/// # Errors
/// ENODEV, or another refusal.
pub fn set_marked(door: &mut Door, name: &IfName, mark: &str, on: bool) -> KernelResult<()> {
    let (alias, group) = match on {
        true => (mark, 0),
        false => ("", birth_group(mark)),
    };
    let message: LinkMessage = LinkUnspec::new_with_name(name.as_str())
        .alias(alias)
        .link_group(group)
        .build();
    door.change(RouteNetlinkMessage::SetLink(message), 0)
}

//! Links on a card of the host, and links that lead nowhere.
//!
//! Those for a target are made straight in its namespace, under their own name: one message
//! to the host's kernel socket, with the namespace as IFLA_NET_NS_FD. The kernel looks the
//! parent up in the socket's namespace, and the name in the new one (`rtnl_newlink_create`
//! in net/core/rtnetlink.c), so nothing has to be moved or renamed.

use std::os::fd::{AsRawFd, BorrowedFd};

use netlink_packet_core::{DefaultNla, NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{
    InfoData, InfoKind, InfoMacVlan, InfoVeth, IpVlanMode, LinkAttribute, LinkMessage,
    MacVlanMacAddressMode, MacVlanMode, VlanProtocol as LinkProtocol,
};
use rtnetlink::{
    LinkDummy, LinkIpVlan, LinkMacVlan, LinkMessageBuilder, LinkUnspec, LinkVeth, LinkVlan,
};

use super::netconf::written as attribute;
use super::netlink::{Door, KernelResult};
use crate::spec::{CardMode, IfName, Ipoib, Mac, VlanId, VlanProtocol, birth_group};

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

/// The end of a veth pair that is in another namespace.
#[derive(Debug, Clone, Copy)]
pub struct FarEnd<'a> {
    /// Where it appears.
    pub netns: BorrowedFd<'a>,
    /// Its name there.
    pub name: &'a IfName,
    /// The MTU of both ends in bytes.
    pub mtu: u32,
    /// Its hardware address.
    pub mac: Mac,
}

/// Makes a veth pair with one end in the namespace of the door and the other one as `far`
/// says, in one message; both are down. One queue on both ends: with the default number the
/// kernel waits for an RCU grace period.
///
/// # Errors
/// EEXIST if one of the names is taken, or another refusal.
pub fn add_wire(
    door: &mut Door,
    (name, mac): (&IfName, Mac),
    far: &FarEnd<'_>,
) -> KernelResult<()> {
    let peer = LinkUnspec::new_with_name(far.name.as_str())
        .append_extra_attribute(LinkAttribute::NumTxQueues(1))
        .append_extra_attribute(LinkAttribute::NumRxQueues(1))
        .mtu(far.mtu)
        .address(far.mac.0.to_vec())
        .setns_by_fd(far.netns.as_raw_fd())
        .build();
    let message = LinkMessageBuilder::<LinkVeth>::new_with_info_kind(InfoKind::Veth)
        .name(name.as_str())
        .mtu(far.mtu)
        .address(mac.0.to_vec())
        .append_extra_attribute(LinkAttribute::NumTxQueues(1))
        .append_extra_attribute(LinkAttribute::NumRxQueues(1))
        .set_info_data(InfoData::Veth(InfoVeth::Peer(peer)))
        .build();
    door.change(
        RouteNetlinkMessage::NewLink(message),
        NLM_F_CREATE | NLM_F_EXCL,
    )
}

// From linux/if_link.h.
const IFLA_IPOIB_PKEY: u16 = 1;
const IFLA_IPOIB_MODE: u16 = 2;

/// Makes a child of the InfiniBand card with that index (`ipoib_new_child_link` in
/// drivers/infiniband/ulp/ipoib/ipoib_netlink.c): the very message of iproute2. The
/// hardware address, of 20 bytes, is the card's to give.
///
/// # Errors
/// EEXIST if the name is taken, ENODEV if the parent is no InfiniBand card, ENOTUNIQ if the
/// card has a child of that partition, or another refusal.
pub fn add_ipoib(door: &mut Door, link: &New<'_>, parent: u32, ipoib: Ipoib) -> KernelResult<()> {
    let mut data = Vec::new();
    if let Some(pkey) = ipoib.pkey {
        data.extend(attribute(IFLA_IPOIB_PKEY, &pkey.number().to_ne_bytes()));
    }
    if let Some(mode) = ipoib.mode {
        data.extend(attribute(IFLA_IPOIB_MODE, &mode.number().to_ne_bytes()));
    }
    let mut info = attribute(libc::IFLA_INFO_KIND, b"ipoib");
    if !data.is_empty() {
        info.extend(attribute(libc::IFLA_INFO_DATA, &data));
    }
    let netns = link
        .netns
        .map(|netns| LinkAttribute::NetNsFd(netns.as_raw_fd()));
    let mut message = LinkMessage::default();
    message.attributes.extend(netns);
    message.attributes.extend(link.mtu.map(LinkAttribute::Mtu));
    message.attributes.extend([
        LinkAttribute::Link(parent),
        LinkAttribute::IfName(link.name.to_string()),
        LinkAttribute::Other(DefaultNla::new(libc::IFLA_LINKINFO, info)),
    ]);
    door.change(
        RouteNetlinkMessage::NewLink(message),
        NLM_F_CREATE | NLM_F_EXCL,
    )
}

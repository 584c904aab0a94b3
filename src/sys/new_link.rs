//! Links that are made straight in another namespace, under their own name: one message to
//! the host's kernel socket, with the namespace as IFLA_NET_NS_FD. The kernel looks the
//! parent up in the socket's namespace, and the name in the new one (`rtnl_newlink_create`
//! in net/core/rtnetlink.c), so nothing has to be moved or renamed.

use std::os::fd::{AsRawFd, BorrowedFd};

use netlink_packet_core::{DefaultNla, NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{
    InfoData, InfoKind, InfoVeth, LinkAttribute, LinkMessage, MacVlanMode,
};
use rtnetlink::{LinkDummy, LinkMacVlan, LinkMessageBuilder, LinkUnspec, LinkVeth};

use super::netconf::written as attribute;
use super::netlink::{Door, KernelResult};
use crate::spec::{IfName, Ipoib, Mac};

/// What all of them have.
#[derive(Debug, Clone, Copy)]
pub struct InNetns<'a> {
    /// Where it appears.
    pub netns: BorrowedFd<'a>,
    /// Its name there.
    pub name: &'a IfName,
    /// Its MTU in bytes.
    pub mtu: u32,
    /// Its hardware address: set at creation, for udev rewrites one that is not.
    pub mac: Mac,
}

impl InNetns<'_> {
    fn add<T>(&self, door: &mut Door, builder: LinkMessageBuilder<T>) -> KernelResult<()> {
        let message = builder
            .mtu(self.mtu)
            .address(self.mac.0.to_vec())
            .setns_by_fd(self.netns.as_raw_fd())
            .build();
        door.change(
            RouteNetlinkMessage::NewLink(message),
            NLM_F_CREATE | NLM_F_EXCL,
        )
    }
}

/// Makes a macvlan on the link with that index (`macvlan_common_newlink` in
/// drivers/net/macvlan.c).
///
/// # Errors
/// EEXIST if the name is taken, EBUSY if the parent is used by another kind, EINVAL if the
/// MTU is larger than the parent's, or another refusal.
pub fn add_macvlan(
    door: &mut Door,
    link: &InNetns<'_>,
    parent: u32,
    mode: MacVlanMode,
) -> KernelResult<()> {
    link.add(door, LinkMacVlan::new(link.name.as_str(), parent, mode))
}

/// Makes a link that leads nowhere (drivers/net/dummy.c).
///
/// # Errors
/// EEXIST if the name is taken, or another refusal.
pub fn add_dummy(door: &mut Door, link: &InNetns<'_>) -> KernelResult<()> {
    link.add(door, LinkDummy::new(link.name.as_str()))
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
    far: &InNetns<'_>,
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
pub fn add_ipoib(
    door: &mut Door,
    link: &InNetns<'_>,
    parent: u32,
    ipoib: Ipoib,
) -> KernelResult<()> {
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
    let mut message = LinkMessage::default();
    message.attributes = vec![
        LinkAttribute::NetNsFd(link.netns.as_raw_fd()),
        LinkAttribute::Mtu(link.mtu),
        LinkAttribute::Link(parent),
        LinkAttribute::IfName(link.name.to_string()),
        LinkAttribute::Other(DefaultNla::new(libc::IFLA_LINKINFO, info)),
    ];
    door.change(
        RouteNetlinkMessage::NewLink(message),
        NLM_F_CREATE | NLM_F_EXCL,
    )
}

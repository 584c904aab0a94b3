//! Links that are made straight in another namespace, under their own name: one message to
//! the host's kernel socket, with the namespace as IFLA_NET_NS_FD. The kernel looks the
//! parent up in the socket's namespace, and the name in the new one (`rtnl_newlink_create`
//! in net/core/rtnetlink.c), so nothing has to be moved or renamed.

use std::os::fd::{AsRawFd, BorrowedFd};

use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::MacVlanMode;
use rtnetlink::{LinkDummy, LinkMacVlan, LinkMessageBuilder};

use super::netlink::{Door, KernelResult};
use crate::spec::{IfName, Mac};

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

//! Network interfaces: read, create, change, delete (rtnetlink(7), ip-link(8)).

use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{
    BridgeStpState, InfoData, InfoKind, InfoVeth, LinkAttribute, LinkExtentMask, LinkMessage,
};
use rtnetlink::{LinkBridge, LinkMessageBuilder, LinkUnspec, LinkVeth};
use std::os::fd::{AsRawFd, BorrowedFd};

use super::linkmsg;
use super::netlink::{Door, KernelError, KernelResult};
use crate::spec::{CardMode, IfName, Mac, StoreId, VlanId, VlanProtocol, birth_group};

/// What the kernel says of one interface.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// The index, unique within the namespace.
    pub index: u32,
    /// The name.
    pub name: String,
    /// The kind (`bridge`, `veth`…); none for hardware and the loopback.
    pub kind: Option<String>,
    /// The hardware address, if it is an Ethernet one.
    pub mac: Option<Mac>,
    /// What sort of hardware it is or seems to be (`ARPHRD_*` in linux/if_arp.h).
    pub hardware: u16,
    /// The MTU in bytes.
    pub mtu: u32,
    /// The index of the bridge or other device this is a port of.
    pub master: Option<u32>,
    /// Whether it is administratively up.
    pub up: bool,
    /// Whether it has carrier and is ready to send.
    pub running: bool,
    /// Whether the kernel has seen a carrier (IFF_LOWER_UP).
    pub carrier: bool,
    /// The alias (IFLA_IFALIAS), where netpipe marks what it owns.
    pub alias: Option<String>,
    /// The index of the link it is stacked on, or of the other end of a veth pair.
    pub peer: Option<u32>,
    /// Whether that one is in another namespace (IFLA_LINK_NETNSID).
    pub peer_elsewhere: bool,
    /// The number by which that namespace is known in this one.
    pub peer_netns: Option<i32>,
    /// The group it belongs to; 0 is the default.
    pub group: u32,
    /// Whether the spanning tree runs on this bridge.
    pub stp: bool,
    /// Which filters this bridge hands its own frames to.
    pub nf_call: NfCall,
    /// Whether this bridge could tell VLANs apart: the kernel has been built for it.
    pub knows_vlans: bool,
    /// Whether this bridge tells VLANs apart.
    pub vlan_filtering: bool,
    /// How this bridge expects VLANs to be marked.
    pub vlan_protocol: VlanProtocol,
    /// The VLAN that new ports of this bridge are in.
    pub default_pvid: Option<VlanId>,
    /// The mode of this macvlan or ipvlan.
    pub card_mode: Option<CardMode>,
    /// The MACs that this macvlan accepts in mode `source`, in order.
    pub sources: Vec<Mac>,
    /// Which VLAN of the link below this is.
    pub vlan: Option<(VlanId, VlanProtocol)>,
    /// Whether what it sends passes a queueing discipline: the kernel's default or another.
    pub queues: bool,
    /// A bridge port's state ([`FORWARDING`] or less).
    pub port_state: Option<u8>,
    /// Whether it has IPv6, if only to have it disabled by a setting.
    pub ipv6: bool,
}

/// Whether br_netfilter hands a bridge's frames to a family's filters although it does not
/// do so with every bridge's: IFLA_BR_NF_CALL_IPTABLES and IFLA_BR_NF_CALL_IP6TABLES, which
/// count beside the settings for all (`br_nf_pre_routing` in
/// net/bridge/br_netfilter_hooks.c).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NfCall {
    /// To those of IPv4.
    pub v4: bool,
    /// To those of IPv6.
    pub v6: bool,
}

/// The state of a bridge port without a carrier (`BR_STATE_DISABLED` in linux/if_bridge.h).
pub const DISABLED: u8 = 0;

/// The state of a bridge port that forwards (`BR_STATE_FORWARDING` in linux/if_bridge.h).
pub const FORWARDING: u8 = 3;

impl Link {
    /// Whether it is the link that was made with that MAC, or marked with that alias. MACs
    /// depend on the owner alone, so another store may give the same one: of a link that is
    /// marked as another store's it is no proof.
    pub fn is_proven(&self, mac: Option<Mac>, mark: Option<&str>) -> bool {
        let same_mac = mac.is_some() && self.mac == mac;
        let same_mark = mark.is_some() && self.alias.as_deref() == mark;
        let store = |text: Option<&str>| text.and_then(StoreId::of_mark);
        let (named, made) = (store(self.alias.as_deref()), store(mark));
        let anothers = named.is_some() && made.is_some() && named != made;
        same_mark || same_mac && !anothers || self.is_newborn_of(mark)
    }

    /// Whether it was made to be marked so, and has not been yet.
    fn is_newborn_of(&self, mark: Option<&str>) -> bool {
        self.group != 0
            && self.alias.is_none()
            && mark.is_some_and(|mark| birth_group(mark) == self.group)
    }

    /// Whether it would suffer if the link with that index went: as its port, or as a
    /// VLAN, macvlan or the like on top of it, which the kernel would delete as well.
    pub fn depends_on(&self, index: u32) -> bool {
        let stacked = self.peer == Some(index) && !self.peer_elsewhere;
        self.master == Some(index) || stacked
    }

    /// Whether this is the loopback interface of its namespace.
    pub fn is_loopback(&self) -> bool {
        self.hardware == libc::ARPHRD_LOOPBACK
    }

    /// Whether this is a Linux bridge.
    pub fn is_bridge(&self) -> bool {
        self.kind.as_deref() == Some("bridge")
    }
}

/// Asks for no counters: to add them up over all processors takes the kernel longer than
/// the rest of the answer (RTEXT_FILTER_SKIP_STATS in linux/rtnetlink.h).
fn without_statistics(builder: LinkMessageBuilder<LinkUnspec>) -> LinkMessageBuilder<LinkUnspec> {
    builder.append_extra_attribute(LinkAttribute::ExtMask(vec![LinkExtentMask::SkipStats]))
}

/// The interface of that name, or none.
///
/// # Errors
/// Any refusal other than its absence.
pub fn find(door: &mut Door, name: &str) -> KernelResult<Option<Link>> {
    let message = without_statistics(LinkUnspec::new_with_name(name)).build();
    one(door, message)
}

/// The one interface that is asked for; none if the kernel knows no such.
fn one(door: &mut Door, message: LinkMessage) -> KernelResult<Option<Link>> {
    match door.get_with(&RouteNetlinkMessage::GetLink(message), linkmsg::link) {
        Ok(answers) => Ok(answers.into_iter().next()),
        Err(error) if error.is_absent() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The interface of that index, or none.
///
/// # Errors
/// Any refusal other than its absence.
pub fn get_by_index(door: &mut Door, index: u32) -> KernelResult<Option<Link>> {
    let message = without_statistics(LinkUnspec::new_with_index(index)).build();
    one(door, message)
}

/// Every interface of the namespace.
///
/// # Errors
/// The kernel's refusal.
pub fn list(door: &mut Door) -> KernelResult<Vec<Link>> {
    let message = without_statistics(LinkMessageBuilder::<LinkUnspec>::new()).build();
    door.dump_with(&RouteNetlinkMessage::GetLink(message), linkmsg::link)
}

/// How a bridge is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBridge<'a> {
    /// Its name.
    pub name: &'a IfName,
    /// Its pinned address; without one it would follow its lowest port.
    pub mac: Mac,
    /// Its MTU; the kernel's 1500 if none.
    pub mtu: Option<u32>,
    /// Whether the spanning tree runs.
    pub stp: bool,
}

/// Makes a bridge, down and without ports: `ip link add NAME … type bridge`.
///
/// # Errors
/// EEXIST if the name is taken, or another refusal.
pub fn add_bridge(door: &mut Door, bridge: &NewBridge<'_>) -> KernelResult<()> {
    let mut builder = LinkBridge::new(bridge.name.as_str()).address(bridge.mac.0.to_vec());
    if let Some(mtu) = bridge.mtu {
        builder = builder.mtu(mtu);
    }
    if bridge.stp {
        builder = builder.stp_state(BridgeStpState::KernelStp);
    }
    create(door, builder.build())
}

/// How a veth pair is to be made, both ends in one message.
#[derive(Debug)]
pub struct NewVeth<'a> {
    /// The end that stays in this namespace.
    pub name: &'a IfName,
    /// The bridge, by index, that end is a port of, if any.
    pub master: Option<u32>,
    /// Its hardware address: set at creation, for udev rewrites one that is not.
    pub mac: Mac,
    /// The MTU of both ends.
    pub mtu: u32,
    /// The name of the end that appears in the other namespace.
    pub peer_name: &'a IfName,
    /// Its hardware address.
    pub peer_mac: Mac,
    /// Where it appears.
    pub peer_netns: BorrowedFd<'a>,
}

/// Makes a veth pair between two namespaces, the near end up and in its bridge, in
/// one RTM_NEWLINK (`veth_newlink` in drivers/net/veth.c). One queue on both ends:
/// with the default number the kernel waits for an RCU grace period. The far end
/// cannot be set up in this message (ENOTCONN). Gives the far end's index, if the kernel
/// echoes a new link (`rtnl_newlink_create` in net/core/rtnetlink.c; since Linux 6.2).
///
/// # Errors
/// EEXIST if one of the names is taken, or another refusal.
pub fn add_veth(door: &mut Door, veth: &NewVeth<'_>) -> KernelResult<Option<u32>> {
    let one_queue = |builder: LinkMessageBuilder<LinkUnspec>| {
        builder
            .append_extra_attribute(LinkAttribute::NumTxQueues(1))
            .append_extra_attribute(LinkAttribute::NumRxQueues(1))
    };
    let peer = one_queue(LinkUnspec::new_with_name(veth.peer_name.as_str()))
        .mtu(veth.mtu)
        .address(veth.peer_mac.0.to_vec())
        .setns_by_fd(veth.peer_netns.as_raw_fd())
        .build();
    let mut near = LinkMessageBuilder::<LinkVeth>::new_with_info_kind(InfoKind::Veth)
        .name(veth.name.as_str())
        .mtu(veth.mtu);
    if let Some(master) = veth.master {
        near = near.controller(master);
    }
    let message = near
        .address(veth.mac.0.to_vec())
        .append_extra_attribute(LinkAttribute::NumTxQueues(1))
        .append_extra_attribute(LinkAttribute::NumRxQueues(1))
        .set_info_data(InfoData::Veth(InfoVeth::Peer(peer)))
        .up()
        .build();
    let mut peer = None;
    door.change_echoed(
        RouteNetlinkMessage::NewLink(message),
        NLM_F_CREATE | NLM_F_EXCL,
        // What cannot be read is no error, for the pair has been made. Of a veth the link is
        // the other end (`veth_get_iflink` in drivers/net/veth.c).
        |echo| peer = linkmsg::link(echo).and_then(|link| link.peer.filter(|index| *index != 0)),
    )?;
    Ok(peer)
}

fn create(door: &mut Door, message: LinkMessage) -> KernelResult<()> {
    door.change(
        RouteNetlinkMessage::NewLink(message),
        NLM_F_CREATE | NLM_F_EXCL,
    )
}

/// Changes an interface that exists: `ip link set`.
fn set(door: &mut Door, message: LinkMessage) -> KernelResult<()> {
    door.change(RouteNetlinkMessage::SetLink(message), 0)
}

/// Sets an interface up.
///
/// # Errors
/// ENODEV, or another refusal.
pub fn set_up(door: &mut Door, name: &IfName) -> KernelResult<()> {
    set(door, LinkUnspec::new_with_name(name.as_str()).up().build())
}

/// Sets an interface down.
///
/// # Errors
/// ENODEV, or another refusal.
pub fn set_down(door: &mut Door, name: &IfName) -> KernelResult<()> {
    set(
        door,
        LinkUnspec::new_with_name(name.as_str()).down().build(),
    )
}

/// Sets or, with an empty text, clears the alias of an interface.
///
/// # Errors
/// ENODEV, or EINVAL if it is longer than 255 bytes.
pub fn set_alias(door: &mut Door, name: &IfName, alias: &str) -> KernelResult<()> {
    set(
        door,
        LinkUnspec::new_with_name(name.as_str())
            .alias(alias)
            .build(),
    )
}

/// Makes an interface a port of the bridge with that index, or of none with 0.
///
/// # Errors
/// ENODEV, EBUSY if it is a port already, or another refusal.
pub fn set_master(door: &mut Door, name: &IfName, master: u32) -> KernelResult<()> {
    set(
        door,
        LinkUnspec::new_with_name(name.as_str())
            .controller(master)
            .build(),
    )
}

/// Sets the MTU in bytes.
///
/// # Errors
/// ENODEV, or EINVAL outside the device's bounds.
pub fn set_mtu(door: &mut Door, name: &IfName, mtu: u32) -> KernelResult<()> {
    set(
        door,
        LinkUnspec::new_with_name(name.as_str()).mtu(mtu).build(),
    )
}

/// Sets the hardware address.
///
/// # Errors
/// ENODEV, or another refusal.
pub fn set_mac(door: &mut Door, name: &IfName, mac: Mac) -> KernelResult<()> {
    set(
        door,
        LinkUnspec::new_with_name(name.as_str())
            .address(mac.0.to_vec())
            .build(),
    )
}

/// Gives an interface another name.
///
/// # Errors
/// EEXIST if that is taken, EBUSY if it is up and the kernel is older than 6.2.
pub fn set_name(door: &mut Door, index: u32, name: &IfName) -> KernelResult<()> {
    set(
        door,
        LinkUnspec::new_with_index(index)
            .name(name.as_str())
            .build(),
    )
}

/// The same by its index, whatever its name.
///
/// # Errors
/// ENODEV, or another refusal.
pub fn set_down_by_index(door: &mut Door, index: u32) -> KernelResult<()> {
    set(door, LinkUnspec::new_with_index(index).down().build())
}

/// Moves an interface to another namespace, where it has this name and is down. The kernel
/// moves first and names then (`do_setlink` in net/core/rtnetlink.c), so a name that is taken
/// there leaves it there under its old one.
///
/// # Errors
/// EEXIST if the name is taken there, EINVAL if it is of a kind that cannot move.
pub fn set_netns(
    door: &mut Door,
    index: u32,
    netns: BorrowedFd<'_>,
    name: &IfName,
) -> KernelResult<()> {
    let message = LinkUnspec::new_with_index(index)
        .setns_by_fd(netns.as_raw_fd())
        .name(name.as_str());
    set(door, message.build())
}

/// Deletes an interface; whether it was there.
///
/// # Errors
/// Any refusal other than its absence.
pub fn delete(door: &mut Door, name: &IfName) -> KernelResult<bool> {
    let message = LinkUnspec::new_with_name(name.as_str()).build();
    absent_is_false(door.change(RouteNetlinkMessage::DelLink(message), 0))
}

/// The same by its index, whatever its name.
///
/// # Errors
/// Any refusal other than its absence.
pub fn delete_by_index(door: &mut Door, index: u32) -> KernelResult<bool> {
    let message = LinkUnspec::new_with_index(index).build();
    absent_is_false(door.change(RouteNetlinkMessage::DelLink(message), 0))
}

/// A group number that no interface of the namespace has.
///
/// # Errors
/// The kernel's refusal.
pub fn unused_group(door: &mut Door) -> KernelResult<u32> {
    let used: Vec<u32> = list(door)?.into_iter().map(|link| link.group).collect();
    // Above those that people write into /etc/iproute2/group, and never the default 0.
    let free = (0x6e70_0000..u32::MAX).find(|group| !used.contains(group));
    free.ok_or(KernelError {
        errno: libc::ENOSPC,
        text: None,
    })
}

/// Deletes all interfaces of those names in one go: they join a group of their own,
/// and the group is deleted, so that the kernel waits for its RCU barrier once and
/// not once a link (`rtnl_group_dellink` in net/core/rtnetlink.c). Absent names are
/// left out. `group` must be used by no other interface.
///
/// # Errors
/// Any refusal other than a name's absence.
pub fn delete_all(door: &mut Door, names: &[IfName], group: u32) -> KernelResult<()> {
    let mut any = false;
    for name in names {
        let message = LinkUnspec::new_with_name(name.as_str())
            .link_group(group)
            .build();
        any |= absent_is_false(set(door, message))?;
    }
    if !any {
        return Ok(());
    }
    let message = LinkMessageBuilder::<LinkUnspec>::new()
        .link_group(group)
        .build();
    absent_is_false(door.change(RouteNetlinkMessage::DelLink(message), 0)).map(drop)
}

fn absent_is_false(outcome: KernelResult<()>) -> KernelResult<bool> {
    match outcome {
        Ok(()) => Ok(true),
        Err(error) if error.is_absent() => Ok(false),
        Err(error) => Err(error),
    }
}

/// The ports of the bridge with that index.
///
/// # Errors
/// The kernel's refusal.
pub fn ports(door: &mut Door, bridge: u32) -> KernelResult<Vec<Link>> {
    let message = without_statistics(LinkMessageBuilder::<LinkUnspec>::new())
        .controller(bridge)
        .build();
    let mut links = door.dump_with(&RouteNetlinkMessage::GetLink(message), linkmsg::link)?;
    links.retain(|link| link.master == Some(bridge));
    Ok(links)
}

/// The index of an interface that must be there.
///
/// # Errors
/// ENODEV if it is not.
pub fn index(door: &mut Door, name: &str) -> KernelResult<u32> {
    find(door, name)?.map(|link| link.index).ok_or(KernelError {
        errno: libc::ENODEV,
        text: None,
    })
}

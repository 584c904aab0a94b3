//! The VLANs of bridges and their ports (bridge(8), net/bridge/br_vlan.c).

use netlink_packet_route::link::{
    BridgeVlanInfoFlags as Flags, LinkAttribute, LinkExtentMask, LinkMessage,
    VlanProtocol as LinkProtocol,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use rtnetlink::{LinkBridge, LinkBridgeVlan, LinkMessageBuilder, LinkUnspec};

use super::link;
use super::netlink::{Door, KernelError, KernelResult, attributes};
use crate::spec::{IfName, PortVlans, VlanId, VlanProtocol, VlanSet};

/// The VLANs of one port, or of a bridge itself: those that the host has to do with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The port's index.
    pub index: u32,
    /// Its name.
    pub name: String,
    /// The bridge's index, which is the port's own if this is the bridge itself.
    pub bridge: u32,
    /// The VLANs.
    pub vlans: PortVlans,
}

impl Membership {
    /// Whether this is the bridge itself and no port.
    pub fn is_own(&self) -> bool {
        self.index == self.bridge
    }
}

/// The VLANs of all bridges and ports of the namespace. A kernel without VLAN filtering
/// tells of none.
///
/// # Errors
/// The kernel's refusal.
pub fn list(door: &mut Door) -> KernelResult<Vec<Membership>> {
    let mask = LinkAttribute::ExtMask(vec![LinkExtentMask::BrvlanCompressed]);
    let mut message: LinkMessage = LinkMessageBuilder::<LinkUnspec>::new()
        .append_extra_attribute(mask)
        .build();
    message.header.interface_family = AddressFamily::Bridge;
    door.dump_with(&RouteNetlinkMessage::GetLink(message), membership)
}

/// The VLANs of the port or bridge with that index. The kernel tells them of all or none
/// (`rtnl_bridge_getlink` in net/core/rtnetlink.c has no other question).
///
/// # Errors
/// The kernel's refusal.
pub fn get(door: &mut Door, index: u32) -> KernelResult<PortVlans> {
    let all = list(door)?;
    let found = all.into_iter().find(|one| one.index == index);
    Ok(found.map(|one| one.vlans).unwrap_or_default())
}

/// Turns the telling apart of VLANs on or off, and reads it back, for a kernel without it
/// takes the wish and does nothing (`br_changelink` in net/bridge/br_netlink.c).
///
/// # Errors
/// ENODEV; EOPNOTSUPP if the kernel cannot; or another refusal.
pub fn set_filtering(door: &mut Door, bridge: &IfName, on: bool) -> KernelResult<()> {
    change(
        door,
        LinkBridge::new(bridge.as_str()).vlan_filtering(on).build(),
    )?;
    expect(door, bridge, |link| link.vlan_filtering == on)
}

/// Sets how a bridge expects VLANs to be marked, and reads it back.
///
/// # Errors
/// As [`set_filtering`].
pub fn set_protocol(door: &mut Door, bridge: &IfName, to: VlanProtocol) -> KernelResult<()> {
    let protocol = match to {
        VlanProtocol::Dot1q => LinkProtocol::Ieee8021Q,
        VlanProtocol::Dot1ad => LinkProtocol::Ieee8021Ad,
    };
    let builder = LinkBridge::new(bridge.as_str()).vlan_protocol(protocol);
    change(door, builder.build())?;
    expect(door, bridge, |link| link.vlan_protocol == to)
}

/// Changes a bridge that exists. RTM_SETLINK would not read what only bridges have
/// (`do_setlink` in net/core/rtnetlink.c).
fn change(door: &mut Door, message: LinkMessage) -> KernelResult<()> {
    door.change(RouteNetlinkMessage::NewLink(message), 0)
}

fn expect(door: &mut Door, bridge: &IfName, is: impl Fn(&link::Link) -> bool) -> KernelResult<()> {
    let errno = match link::find(door, bridge.as_str())? {
        Some(link) if is(&link) => return Ok(()),
        Some(_) => libc::EOPNOTSUPP,
        None => libc::ENODEV,
    };
    Err(KernelError { errno, text: None })
}

/// Puts the port (or bridge) with that index into these VLANs, all alike: with or without
/// tags, one of them for frames without a tag if `pvid`. VLANs that it is in already get
/// these traits (`nbp_vlan_add` in net/bridge/br_vlan.c).
///
/// # Errors
/// EOPNOTSUPP if it is no port, or the kernel cannot; or another refusal.
pub fn add(
    door: &mut Door,
    (index, own): (u32, bool),
    ids: &VlanSet,
    untagged: bool,
    pvid: Option<VlanId>,
) -> KernelResult<()> {
    let mut flags = Flags::empty();
    flags.set(Flags::Untagged, untagged);
    // A range must not have a VLAN for untagged frames (`br_vlan_valid_range` in
    // net/bridge/br_private.h).
    let alone = pvid.filter(|id| ids.contains(*id));
    let mut others = ids.clone();
    if let Some(id) = alone {
        others.remove(id);
    }
    let mut builder = builder(index, own, &others, flags);
    if let Some(id) = alone {
        builder = builder.vlan(id.get(), flags | Flags::Pvid);
    }
    match ids.is_empty() {
        true => Ok(()),
        false => door.change(RouteNetlinkMessage::SetLink(builder.build()), 0),
    }
}

/// Takes the port (or bridge) with that index out of these VLANs. Those that it is not in
/// count as done.
///
/// # Errors
/// EOPNOTSUPP if it is no port, or the kernel cannot; or another refusal.
pub fn delete(door: &mut Door, (index, own): (u32, bool), ids: &VlanSet) -> KernelResult<()> {
    let builder = builder(index, own, ids, Flags::empty());
    match ids.is_empty() {
        true => Ok(()),
        false => door.change(RouteNetlinkMessage::DelLink(builder.build()), 0),
    }
}

fn builder(
    index: u32,
    own: bool,
    ids: &VlanSet,
    flags: Flags,
) -> LinkMessageBuilder<LinkBridgeVlan> {
    let mut builder = LinkBridgeVlan::new(index);
    if own {
        builder = builder.bridge_self();
    }
    for (first, last) in ids.ranges() {
        builder = match first == last {
            true => builder.vlan(first.get(), flags),
            false => builder
                .vlan_range_start(first.get(), flags)
                .vlan_range_end(last.get(), flags),
        };
    }
    builder
}

/// The length of `struct ifinfomsg` (linux/rtnetlink.h), which the attributes follow.
const IFINFOMSG: usize = 16;

/// What a message of the dump says. Of a network card that switches by itself there is a
/// second one, with the card's own flags, which is left out.
fn membership(body: &[u8]) -> Option<Membership> {
    const IFLA_BRIDGE_FLAGS: u16 = 0;
    const IFLA_BRIDGE_VLAN_INFO: u16 = 2;
    let mut found = Membership {
        index: u32::from_ne_bytes(body.get(4..8)?.try_into().ok()?),
        name: String::new(),
        bridge: 0,
        vlans: PortVlans::default(),
    };
    for (kind, value) in attributes(body.get(IFINFOMSG..)?) {
        match kind {
            libc::IFLA_IFNAME => {
                let name = value.strip_suffix(&[0]).unwrap_or(value);
                found.name = String::from_utf8_lossy(name).into_owned();
            }
            libc::IFLA_MASTER => found.bridge = u32::from_ne_bytes(value.try_into().ok()?),
            libc::IFLA_AF_SPEC => {
                let mut first = 0;
                for (kind, value) in attributes(value) {
                    match kind {
                        IFLA_BRIDGE_FLAGS => return None,
                        IFLA_BRIDGE_VLAN_INFO => read_info(&mut found.vlans, &mut first, value),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    (found.bridge != 0).then_some(found)
}

/// `struct bridge_vlan_info` (linux/if_bridge.h): a VLAN, or one end of a range of them.
fn read_info(vlans: &mut PortVlans, first: &mut u16, value: &[u8]) {
    let number = |at: usize| Some(u16::from_ne_bytes(value.get(at..at + 2)?.try_into().ok()?));
    let (Some(flags), Some(id)) = (number(0), number(2)) else {
        return;
    };
    let flags = Flags::from_bits_retain(flags);
    if flags.contains(Flags::RangeBegin) {
        *first = id;
        return;
    }
    let from = match flags.contains(Flags::RangeEnd) {
        true => *first,
        false => id,
    };
    let ids: VlanSet = (from..=id).filter_map(VlanId::new).collect();
    vlans.add(&ids, flags.contains(Flags::Untagged));
    if flags.contains(Flags::Pvid) {
        vlans.pvid = VlanId::new(id);
    }
}

#[cfg(test)]
mod tests {
    use super::membership;

    fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
        let mut all = (value.len() as u16 + 4).to_ne_bytes().to_vec();
        all.extend(kind.to_ne_bytes());
        all.extend(value);
        all.resize(all.len().next_multiple_of(4), 0);
        all
    }

    fn info(flags: u16, id: u16) -> Vec<u8> {
        attribute(2, &[flags.to_ne_bytes(), id.to_ne_bytes()].concat())
    }

    fn message(spec: &[Vec<u8>]) -> Vec<u8> {
        let mut body = vec![7, 0, 1, 0];
        body.extend(5u32.to_ne_bytes());
        body.extend([0; 8]);
        body.extend(attribute(3, b"port0\0"));
        body.extend(attribute(10, &9u32.to_ne_bytes()));
        body.extend(attribute(26, &spec.concat()));
        body
    }

    #[test]
    fn ranges_and_flags_are_read() {
        let read = membership(&message(&[
            info(2 | 4, 1),
            info(8, 10),
            info(16, 20),
            info(4, 30),
        ]))
        .unwrap();
        assert_eq!((read.index, read.bridge, read.is_own()), (5, 9, false));
        assert_eq!(read.name, "port0");
        assert_eq!(read.vlans.tagged.to_string(), "10-20");
        assert_eq!(read.vlans.untagged.to_string(), "1,30");
        assert_eq!(read.vlans.pvid, crate::spec::VlanId::new(1));
    }

    #[test]
    fn a_cards_own_words_are_left_out_and_what_is_cut_off_never_panics() {
        assert_eq!(membership(&message(&[attribute(0, &[2, 0])])), None);
        let whole = message(&[info(8, 10), info(16, 20)]);
        for end in 0..whole.len() {
            let _ = membership(&whole[..end]);
        }
    }
}

//! What a message about an interface says, of which netpipe needs a fifth: to read the rest
//! as well takes longer than the kernel takes to write it. The numbers are those of
//! linux/if_link.h.

use super::link::{Link, NfCall};
use super::netlink::{attribute as find, attributes};
use crate::spec::{CardMode, Mac, VlanId, VlanProtocol};

/// The length of `struct ifinfomsg` (linux/rtnetlink.h), which the attributes follow.
const IFINFOMSG: usize = 16;

const IFF_UP: u32 = 1;
const IFF_RUNNING: u32 = 1 << 6;
const IFF_LOWER_UP: u32 = 1 << 16;
/// What an interface is in that has not said yet (linux/if.h).
const IF_OPER_UNKNOWN: u8 = 0;
const AF_INET6: u16 = libc::AF_INET6 as u16;
const IFLA_BR_STP_STATE: u16 = 5;
const IFLA_BR_VLAN_FILTERING: u16 = 7;
const IFLA_BR_VLAN_PROTOCOL: u16 = 8;
const IFLA_BR_NF_CALL_IPTABLES: u16 = 36;
const IFLA_BR_NF_CALL_IP6TABLES: u16 = 37;
const IFLA_BR_VLAN_DEFAULT_PVID: u16 = 39;
const IFLA_MACVLAN_MODE: u16 = 1;
const IFLA_MACVLAN_MACADDR: u16 = 4;
const IFLA_MACVLAN_MACADDR_DATA: u16 = 5;
const IFLA_IPVLAN_MODE: u16 = 1;
const IFLA_VLAN_ID: u16 = 1;
const IFLA_VLAN_PROTOCOL: u16 = 5;
const IFLA_BRPORT_STATE: u16 = 1;
const BRIDGE: &[u8] = b"bridge";

/// The interface that the body of a message is about.
pub(super) fn link(body: &[u8]) -> Option<Link> {
    let flags = number(body.get(8..12)?)?;
    let mut link = Link {
        index: number(body.get(4..8)?)?,
        hardware: u16::from_ne_bytes([*body.get(2)?, *body.get(3)?]),
        up: flags & IFF_UP != 0,
        carrier: flags & IFF_LOWER_UP != 0,
        ..Link::default()
    };
    let mut state = IF_OPER_UNKNOWN;
    for (kind, value) in attributes(body.get(IFINFOMSG..)?) {
        match kind {
            libc::IFLA_IFNAME => link.name = text(value),
            libc::IFLA_ADDRESS => link.mac = value.try_into().ok().map(Mac),
            libc::IFLA_MTU => link.mtu = number(value)?,
            libc::IFLA_MASTER => link.master = number(value),
            libc::IFLA_IFALIAS => link.alias = Some(text(value)),
            // Tunnels that are on no link say 0.
            libc::IFLA_LINK => link.peer = number(value).filter(|index| *index != 0),
            libc::IFLA_LINK_NETNSID => {
                link.peer_elsewhere = true;
                link.peer_netns = value.try_into().ok().map(i32::from_ne_bytes);
            }
            libc::IFLA_OPERSTATE => state = value.first().copied().unwrap_or_default(),
            libc::IFLA_QDISC => link.queues = !matches!(without_end(value), b"noqueue" | b"noop"),
            libc::IFLA_GROUP => link.group = number(value)?,
            libc::IFLA_LINKINFO => read_info(&mut link, value),
            libc::IFLA_AF_SPEC => link.ipv6 = find(value, AF_INET6).is_some(),
            _ => {}
        }
    }
    // Some kinds never say; an end of a veth pair does, a moment after it was made
    // (`rfc2863_policy` in net/core/link_watch.c).
    let says = state != IF_OPER_UNKNOWN || link.kind.as_deref() != Some("veth");
    link.running = flags & IFF_RUNNING != 0 && says;
    Some(link)
}

/// What kind of link it is, and what only that kind has.
fn read_info(link: &mut Link, info: &[u8]) {
    let kind = find(info, libc::IFLA_INFO_KIND).map(without_end);
    link.kind = kind.map(|kind| String::from_utf8_lossy(kind).into_owned());
    if kind == Some(BRIDGE) {
        let data = find(info, libc::IFLA_INFO_DATA).unwrap_or_default();
        let state = find(data, IFLA_BR_STP_STATE).and_then(number);
        link.stp = state.is_some_and(|state| state != 0);
        let is_set = |kind| find(data, kind) == Some(&[1]);
        link.nf_call = NfCall {
            v4: is_set(IFLA_BR_NF_CALL_IPTABLES),
            v6: is_set(IFLA_BR_NF_CALL_IP6TABLES),
        };
        link.vlan_filtering = is_set(IFLA_BR_VLAN_FILTERING);
        // A kernel without VLAN filtering leaves the next two out (`br_fill_info` in
        // net/bridge/br_netlink.c).
        let protocol = find(data, IFLA_BR_VLAN_PROTOCOL).and_then(|value| value.try_into().ok());
        link.knows_vlans = protocol.is_some();
        link.vlan_protocol = protocol
            .and_then(|value| VlanProtocol::of_ethertype(u16::from_be_bytes(value)))
            .unwrap_or_default();
        let pvid = find(data, IFLA_BR_VLAN_DEFAULT_PVID).and_then(|value| value.try_into().ok());
        link.default_pvid = pvid.and_then(|value| VlanId::new(u16::from_ne_bytes(value)));
    }
    match kind {
        Some(b"macvlan" | b"macvtap") => read_macvlan(link, info),
        Some(b"ipvlan" | b"ipvtap") => {
            let data = find(info, libc::IFLA_INFO_DATA).unwrap_or_default();
            let mode = find(data, IFLA_IPVLAN_MODE).and_then(|value| value.try_into().ok());
            link.card_mode = mode.and_then(|mode| match u16::from_ne_bytes(mode) {
                0 => Some(CardMode::L2),
                1 => Some(CardMode::L3),
                2 => Some(CardMode::L3s),
                _ => None,
            });
        }
        Some(b"vlan") => {
            let data = find(info, libc::IFLA_INFO_DATA).unwrap_or_default();
            let number = |kind| find(data, kind).and_then(|value| value.try_into().ok());
            let id = number(IFLA_VLAN_ID)
                .map(u16::from_ne_bytes)
                .and_then(VlanId::new);
            let protocol = number(IFLA_VLAN_PROTOCOL).map(u16::from_be_bytes);
            let protocol = protocol.and_then(VlanProtocol::of_ethertype);
            link.vlan = id.zip(Some(protocol.unwrap_or_default()));
        }
        _ => {}
    }
    if find(info, libc::IFLA_INFO_SLAVE_KIND).map(without_end) == Some(BRIDGE) {
        let port = find(info, libc::IFLA_INFO_SLAVE_DATA);
        let state = port.and_then(|port| find(port, IFLA_BRPORT_STATE));
        link.port_state = state.and_then(|state| state.first().copied());
    }
}

fn read_macvlan(link: &mut Link, info: &[u8]) {
    let data = find(info, libc::IFLA_INFO_DATA).unwrap_or_default();
    let mode = find(data, IFLA_MACVLAN_MODE).and_then(number);
    link.card_mode = mode.and_then(|mode| match mode {
        1 => Some(CardMode::Private),
        2 => Some(CardMode::Vepa),
        4 => Some(CardMode::Bridge),
        8 => Some(CardMode::Passthru),
        16 => Some(CardMode::Source),
        _ => None,
    });
    let listed = find(data, IFLA_MACVLAN_MACADDR_DATA).unwrap_or_default();
    let macs = attributes(listed).filter(|(kind, _)| *kind == IFLA_MACVLAN_MACADDR);
    link.sources = macs
        .filter_map(|(_, mac)| mac.try_into().ok().map(Mac))
        .collect();
    link.sources.sort_unstable();
}

fn number(value: &[u8]) -> Option<u32> {
    Some(u32::from_ne_bytes(value.try_into().ok()?))
}

fn without_end(value: &[u8]) -> &[u8] {
    value.strip_suffix(&[0]).unwrap_or(value)
}

/// A text of others' choosing: an alias may hold any bytes.
fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(without_end(value)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Link, link};

    fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
        let mut all = (value.len() as u16 + 4).to_ne_bytes().to_vec();
        all.extend(kind.to_ne_bytes());
        all.extend(value);
        all.resize(all.len().next_multiple_of(4), 0);
        all
    }

    fn body(parts: &[Vec<u8>]) -> Vec<u8> {
        let mut body = vec![0, 0, 1, 0];
        body.extend(7u32.to_ne_bytes());
        body.extend(0x1_0001u32.to_ne_bytes());
        body.extend([0; 4]);
        body.extend(parts.concat());
        body
    }

    #[test]
    fn a_bridge_is_read() {
        let stp = attribute(5, &1u32.to_ne_bytes());
        let info = [attribute(1, b"bridge\0"), attribute(2 | 1 << 15, &stp)].concat();
        let read = link(&body(&[
            attribute(3, b"br0\0"),
            attribute(99, b"what is not known"),
            attribute(4, &1400u32.to_ne_bytes()),
            attribute(1, &[2, 0, 0, 0, 0, 1]),
            attribute(20, b"a\xffb\0"),
            attribute(18 | 1 << 15, &info),
            attribute(26 | 1 << 15, &attribute(10, &[])),
        ]));
        let wanted = Link {
            index: 7,
            hardware: 1,
            name: "br0".into(),
            kind: Some("bridge".into()),
            mac: Some("02:00:00:00:00:01".parse().unwrap()),
            mtu: 1400,
            up: true,
            carrier: true,
            alias: Some("a\u{fffd}b".into()),
            stp: true,
            ipv6: true,
            ..Link::default()
        };
        assert_eq!(read, Some(wanted));
    }

    #[test]
    fn a_bridge_that_tells_vlans_apart_is_read() {
        let data = [
            attribute(7, &[1]),
            attribute(8, &[0x88, 0xa8]),
            attribute(39, &7u16.to_ne_bytes()),
        ];
        let info = [attribute(1, b"bridge\0"), attribute(2, &data.concat())];
        let read = link(&body(&[attribute(18, &info.concat())])).unwrap();
        assert!(read.vlan_filtering && read.knows_vlans);
        assert_eq!(read.vlan_protocol, crate::spec::VlanProtocol::Dot1ad);
        assert_eq!(read.default_pvid, crate::spec::VlanId::new(7));
    }

    #[test]
    fn what_is_on_no_link_has_none_below() {
        let on = |index: u32| link(&body(&[attribute(5, &index.to_ne_bytes())])).unwrap();
        assert_eq!((on(0).peer, on(3).peer), (None, Some(3)));
    }

    #[test]
    fn an_end_of_a_pair_runs_when_it_says_so() {
        let info = |kind: &[u8]| attribute(18, &attribute(1, kind));
        let read = |kind: &[u8], state: u8| {
            let mut body = body(&[info(kind), attribute(16, &[state])]);
            // IFF_UP, IFF_RUNNING and IFF_LOWER_UP
            body[8..12].copy_from_slice(&0x1_0041u32.to_ne_bytes());
            link(&body).unwrap().running
        };
        assert!(!read(b"veth\0", 0) && read(b"veth\0", 6) && read(b"dummy\0", 0));
    }

    #[test]
    fn a_port_is_read() {
        let port = attribute(1, &[3]);
        let info = [
            attribute(1, b"veth\0"),
            attribute(4, b"bridge\0"),
            attribute(5, &port),
        ];
        let read = link(&body(&[
            attribute(10, &9u32.to_ne_bytes()),
            attribute(5, &2u32.to_ne_bytes()),
            attribute(37, &0u32.to_ne_bytes()),
            attribute(18, &info.concat()),
        ]))
        .unwrap();
        assert_eq!((read.master, read.peer), (Some(9), Some(2)));
        assert!(read.peer_elsewhere && !read.stp && !read.ipv6);
        assert_eq!(read.port_state, Some(crate::sys::link::FORWARDING));
    }

    #[test]
    fn what_is_cut_off_never_panics() {
        let whole = body(&[attribute(18, &attribute(1, b"bridge\0"))]);
        for end in 0..whole.len() {
            let _ = link(&whole[..end]);
        }
    }
}

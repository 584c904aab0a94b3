//! Tunnels: links of the kinds gre, gretap, ip6gre, ip6gretap, vxlan and geneve, as
//! messages of rtnetlink. The numbers are those of linux/if_tunnel.h and linux/if_link.h;
//! the attributes are written here, for the builders lack some and set others unasked.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{InfoData, InfoKind, LinkAttribute, LinkInfo, LinkMessage};
use rtnetlink::{LinkMessageBuilder, LinkUnspec};

use super::link::Link;
use super::linkmsg;
use super::netlink::{Door, KernelResult, attribute, attributes};
use crate::spec::{IfName, Mac, TunnelKind, Wire};

const IFINFOMSG: usize = 16;

/// IFLA_GRE_* (linux/if_tunnel.h).
mod gre {
    pub const LINK: u16 = 1;
    pub const IFLAGS: u16 = 2;
    pub const OFLAGS: u16 = 3;
    pub const IKEY: u16 = 4;
    pub const OKEY: u16 = 5;
    pub const LOCAL: u16 = 6;
    pub const REMOTE: u16 = 7;
    pub const TTL: u16 = 8;
    pub const TOS: u16 = 9;
    pub const FLOWINFO: u16 = 12;
    pub const FLAGS: u16 = 13;
    /// GRE_KEY, the bit of a header that says that it has a key.
    pub const WITH_KEY: u16 = 0x2000;
    /// IP6_TNL_F_IGN_ENCAP_LIMIT: no option for the nesting of tunnels (RFC 2473), which
    /// would cost each packet 8 bytes more and which some networks drop.
    pub const NO_ENCAP_LIMIT: u32 = 1;
    /// IP6_TNL_F_USE_ORIG_TCLASS: the traffic class of the inner packet.
    pub const INNER_CLASS: u32 = 2;
}

/// IFLA_VXLAN_* (linux/if_link.h).
mod vxlan {
    pub const ID: u16 = 1;
    pub const GROUP: u16 = 2;
    pub const LINK: u16 = 3;
    pub const LOCAL: u16 = 4;
    pub const TTL: u16 = 5;
    pub const TOS: u16 = 6;
    pub const LEARNING: u16 = 7;
    pub const PORT: u16 = 15;
    pub const GROUP6: u16 = 16;
    pub const LOCAL6: u16 = 17;
    pub const TTL_INHERIT: u16 = 28;
}

/// IFLA_GENEVE_* (linux/if_link.h).
mod geneve {
    pub const ID: u16 = 1;
    pub const REMOTE: u16 = 2;
    pub const TTL: u16 = 3;
    pub const TOS: u16 = 4;
    pub const PORT: u16 = 5;
    pub const REMOTE6: u16 = 7;
    pub const TTL_INHERIT: u16 = 12;
}

/// How a tunnel is to be made.
#[derive(Debug)]
pub struct NewTunnel<'a> {
    /// Its name.
    pub name: &'a IfName,
    /// Its ends and what it is told apart by.
    pub wire: &'a Wire,
    /// The index of the device that packets leave by.
    pub dev: Option<u32>,
    /// Its hardware address, if it carries frames.
    pub mac: Option<Mac>,
    /// Its MTU in bytes.
    pub mtu: u32,
    /// The group it is in until it is marked.
    pub group: u32,
}

/// A tunnel that the kernel has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The link itself.
    pub link: Link,
    /// Its ends and what it is told apart by.
    pub wire: Wire,
    /// The index of the device that packets leave by.
    pub dev: Option<u32>,
}

/// Makes a tunnel, down: `ip link add NAME type KIND …`.
///
/// # Errors
/// EEXIST or, of Geneve, EBUSY if the name or the same tunnel is there, EOPNOTSUPP if the
/// kernel has no such kind, or another refusal.
pub fn add(door: &mut Door, tunnel: &NewTunnel<'_>) -> KernelResult<()> {
    let mut builder = LinkMessageBuilder::<LinkUnspec>::new()
        .name(tunnel.name.as_str())
        .mtu(tunnel.mtu)
        .link_group(tunnel.group);
    if let Some(mac) = tunnel.mac {
        builder = builder.address(mac.0.to_vec());
    }
    let mut message: LinkMessage = builder.build();
    message.attributes.push(LinkAttribute::LinkInfo(vec![
        LinkInfo::Kind(InfoKind::Other(tunnel.wire.link_kind().into())),
        LinkInfo::Data(InfoData::Other(data(tunnel.wire, tunnel.dev).0)),
    ]));
    door.change(
        RouteNetlinkMessage::NewLink(message),
        NLM_F_CREATE | NLM_F_EXCL,
    )
}

/// Gives a link its alias and takes it into the usual group, in one message.
///
/// # Errors
/// ENODEV, or another refusal.
pub fn mark(door: &mut Door, name: &IfName, alias: &str) -> KernelResult<()> {
    let message = LinkUnspec::new_with_name(name.as_str())
        .alias(alias)
        .link_group(0)
        .build();
    door.change(RouteNetlinkMessage::SetLink(message), 0)
}

/// The tunnel of that name; none if there is no such link or it is no tunnel.
///
/// # Errors
/// Any refusal other than its absence.
pub fn find(door: &mut Door, name: &str) -> KernelResult<Option<Found>> {
    let message = LinkUnspec::new_with_name(name).build();
    match door.get_with(&RouteNetlinkMessage::GetLink(message), read) {
        Ok(answers) => Ok(answers.into_iter().next()),
        Err(error) if error.is_absent() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Every tunnel of the namespace, but for those that the kernel makes itself and that lead
/// nowhere (gre0, gretap0, ip6gre0).
///
/// # Errors
/// The kernel's refusal.
pub fn list(door: &mut Door) -> KernelResult<Vec<Found>> {
    let message = LinkMessageBuilder::<LinkUnspec>::new().build();
    let mut all = door.dump_with(&RouteNetlinkMessage::GetLink(message), read)?;
    let nowhere = |wire: &Wire| wire.local.is_none() && wire.remote.is_none();
    all.retain(|found| !(found.wire.kind.is_gre() && nowhere(&found.wire)));
    Ok(all)
}

/// Attributes that are being written (`struct nlattr` in linux/netlink.h).
struct Attributes(Vec<u8>);

impl Attributes {
    fn put(&mut self, kind: u16, value: &[u8]) {
        self.0.extend((value.len() as u16 + 4).to_ne_bytes());
        self.0.extend(kind.to_ne_bytes());
        self.0.extend(value);
        self.0.resize(self.0.len().next_multiple_of(4), 0);
    }

    fn put_ip(&mut self, (v4, v6): (u16, u16), ip: Option<IpAddr>) {
        match ip {
            Some(IpAddr::V4(ip)) => self.put(v4, &ip.octets()),
            Some(IpAddr::V6(ip)) => self.put(v6, &ip.octets()),
            None => {}
        }
    }
}

fn data(wire: &Wire, dev: Option<u32>) -> Attributes {
    let mut data = Attributes(Vec::new());
    match wire.kind {
        TunnelKind::Vxlan => put_vxlan(&mut data, wire, dev),
        TunnelKind::Geneve => put_geneve(&mut data, wire),
        _ => put_gre(&mut data, wire, dev),
    }
    data
}

fn put_gre(data: &mut Attributes, wire: &Wire, dev: Option<u32>) {
    if let Some(dev) = dev {
        data.put(gre::LINK, &dev.to_ne_bytes());
    }
    data.put_ip((gre::LOCAL, gre::LOCAL), wire.local);
    data.put_ip((gre::REMOTE, gre::REMOTE), wire.remote);
    data.put(gre::TTL, &[wire.ttl]);
    if let Some(key) = wire.id {
        for (flags, of) in [(gre::IFLAGS, gre::IKEY), (gre::OFLAGS, gre::OKEY)] {
            data.put(flags, &gre::WITH_KEY.to_be_bytes());
            data.put(of, &key.to_be_bytes());
        }
    }
    if !wire.is_over_ipv6() {
        return data.put(gre::TOS, &[wire.tos]);
    }
    let (class, flag) = match wire.tos {
        1 => (0, gre::INNER_CLASS),
        tos => (tos, 0),
    };
    data.put(gre::FLOWINFO, &(u32::from(class) << 20).to_be_bytes());
    data.put(gre::FLAGS, &(gre::NO_ENCAP_LIMIT | flag).to_ne_bytes());
}

fn put_vxlan(data: &mut Attributes, wire: &Wire, dev: Option<u32>) {
    data.put(vxlan::ID, &wire.id.unwrap_or_default().to_ne_bytes());
    data.put_ip((vxlan::GROUP, vxlan::GROUP6), wire.remote);
    data.put_ip((vxlan::LOCAL, vxlan::LOCAL6), wire.local);
    if let Some(dev) = dev {
        data.put(vxlan::LINK, &dev.to_ne_bytes());
    }
    match wire.ttl {
        // A flag, without a value.
        0 => data.put(vxlan::TTL_INHERIT, &[]),
        ttl => data.put(vxlan::TTL, &[ttl]),
    }
    data.put(vxlan::TOS, &[wire.tos]);
    data.put(vxlan::LEARNING, &[u8::from(wire.learning)]);
    // The kernel's own default is 8472, from before the port was assigned.
    data.put(vxlan::PORT, &wire.port.unwrap_or_default().to_be_bytes());
}

fn put_geneve(data: &mut Attributes, wire: &Wire) {
    data.put(geneve::ID, &wire.id.unwrap_or_default().to_ne_bytes());
    data.put_ip((geneve::REMOTE, geneve::REMOTE6), wire.remote);
    match wire.ttl {
        0 => data.put(geneve::TTL_INHERIT, &[1]),
        ttl => data.put(geneve::TTL, &[ttl]),
    }
    data.put(geneve::TOS, &[wire.tos]);
    data.put(geneve::PORT, &wire.port.unwrap_or_default().to_be_bytes());
}

/// The tunnel that a message is about, if it is one.
fn read(body: &[u8]) -> Option<Found> {
    let link = linkmsg::link(body)?;
    let info = attribute(body.get(IFINFOMSG..)?, libc::IFLA_LINKINFO)?;
    let kind = attribute(info, libc::IFLA_INFO_KIND)?;
    let data = attribute(info, libc::IFLA_INFO_DATA).unwrap_or_default();
    let (wire, dev) = match kind.strip_suffix(&[0]).unwrap_or(kind) {
        b"gre" | b"ip6gre" => read_gre(TunnelKind::Gre, data),
        b"gretap" => read_gre(TunnelKind::Gretap, data),
        b"ip6gretap" => read_gre(TunnelKind::Ip6gretap, data),
        b"vxlan" => read_vxlan(data),
        b"geneve" => read_geneve(data),
        _ => return None,
    };
    let dev = dev.filter(|index| *index != 0);
    Some(Found { link, wire, dev })
}

fn empty(kind: TunnelKind) -> Wire {
    Wire {
        kind,
        local: None,
        remote: None,
        id: None,
        ttl: 0,
        tos: 0,
        port: None,
        learning: false,
    }
}

fn read_gre(kind: TunnelKind, data: &[u8]) -> (Wire, Option<u32>) {
    let mut wire = empty(kind);
    let (mut dev, mut keyed, mut class, mut flags) = (None, false, None, 0);
    for (kind, value) in attributes(data) {
        match kind {
            gre::LINK => dev = number(value),
            gre::LOCAL => wire.local = ip(value),
            gre::REMOTE => wire.remote = ip(value),
            gre::TTL => wire.ttl = byte(value),
            gre::TOS => wire.tos = byte(value),
            gre::IFLAGS => keyed = short(value).is_some_and(|bits| bits & gre::WITH_KEY != 0),
            gre::IKEY => wire.id = number(value).map(u32::from_be),
            gre::FLOWINFO => class = number(value).map(u32::from_be),
            gre::FLAGS => flags = number(value).unwrap_or_default(),
            _ => {}
        }
    }
    if let Some(class) = class {
        let inner = flags & gre::INNER_CLASS != 0;
        wire.tos = if inner { 1 } else { (class >> 20) as u8 };
    }
    wire.id = wire.id.filter(|_| keyed);
    (wire, dev)
}

fn read_vxlan(data: &[u8]) -> (Wire, Option<u32>) {
    let mut wire = empty(TunnelKind::Vxlan);
    let mut dev = None;
    for (kind, value) in attributes(data) {
        match kind {
            vxlan::ID => wire.id = number(value),
            vxlan::GROUP | vxlan::GROUP6 => wire.remote = ip(value),
            vxlan::LOCAL | vxlan::LOCAL6 => wire.local = ip(value),
            vxlan::LINK => dev = number(value),
            vxlan::TTL => wire.ttl = byte(value),
            vxlan::TOS => wire.tos = byte(value),
            vxlan::LEARNING => wire.learning = byte(value) != 0,
            vxlan::PORT => wire.port = short(value),
            _ => {}
        }
    }
    (wire, dev)
}

fn read_geneve(data: &[u8]) -> (Wire, Option<u32>) {
    let mut wire = empty(TunnelKind::Geneve);
    for (kind, value) in attributes(data) {
        match kind {
            geneve::ID => wire.id = number(value),
            geneve::REMOTE | geneve::REMOTE6 => wire.remote = ip(value),
            geneve::TTL => wire.ttl = byte(value),
            geneve::TOS => wire.tos = byte(value),
            geneve::PORT => wire.port = short(value),
            _ => {}
        }
    }
    (wire, None)
}

fn byte(value: &[u8]) -> u8 {
    value.first().copied().unwrap_or_default()
}

/// A number in the network's order of bytes.
fn short(value: &[u8]) -> Option<u16> {
    Some(u16::from_be_bytes(value.try_into().ok()?))
}

fn number(value: &[u8]) -> Option<u32> {
    Some(u32::from_ne_bytes(value.try_into().ok()?))
}

/// An address, if it is not the unspecified one.
pub(super) fn ip(value: &[u8]) -> Option<IpAddr> {
    let ip: IpAddr = match value.len() {
        4 => Ipv4Addr::from(<[u8; 4]>::try_from(value).ok()?).into(),
        _ => Ipv6Addr::from(<[u8; 16]>::try_from(value).ok()?).into(),
    };
    Some(ip).filter(|ip| !ip.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::{data, read_geneve, read_gre, read_vxlan};
    use crate::spec::{TunnelKind, Wire};

    fn wire(kind: TunnelKind, local: &str, remote: &str) -> Wire {
        let udp = !kind.is_gre();
        Wire {
            kind,
            local: local.parse().ok(),
            remote: remote.parse().ok(),
            id: Some(0x0001_0203),
            ttl: 64,
            tos: 0x10,
            port: udp.then_some(4789),
            learning: kind == TunnelKind::Vxlan,
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for (local, remote) in [("10.0.0.1", "10.0.0.2"), ("fd00::1", "fd00::2")] {
            for kind in [TunnelKind::Gre, TunnelKind::Vxlan, TunnelKind::Geneve] {
                let wire = wire(kind, local, remote).as_kept();
                let written = data(&wire, Some(7)).0;
                let (read, dev) = match kind {
                    TunnelKind::Vxlan => read_vxlan(&written),
                    TunnelKind::Geneve => read_geneve(&written),
                    kind => read_gre(kind, &written),
                };
                assert_eq!(read, wire, "{kind} {local}");
                assert_eq!(dev, (kind != TunnelKind::Geneve).then_some(7));
            }
        }
        let mut inherits = wire(TunnelKind::Gre, "fd00::1", "fd00::2");
        (inherits.tos, inherits.id) = (1, None);
        let (read, _) = read_gre(TunnelKind::Gre, &data(&inherits, None).0);
        assert_eq!(read, inherits);
    }

    #[test]
    fn what_is_cut_off_never_panics() {
        let whole = data(&wire(TunnelKind::Vxlan, "fd00::1", "fd00::2"), Some(7)).0;
        for end in 0..whole.len() {
            let _ = (read_vxlan(&whole[..end]), read_geneve(&whole[..end]));
            let _ = read_gre(TunnelKind::Gre, &whole[..end]);
        }
    }
}

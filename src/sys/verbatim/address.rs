//! Addresses (linux/if_addr.h; `inet_rtm_newaddr` in net/ipv4/devinet.c,
//! `inet6_rtm_newaddr` in net/ipv6/addrconf.c).

use std::fmt;
use std::net::IpAddr;

use ipnetwork::IpNetwork;
use netlink_packet_core::{DefaultNla, NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::address::{AddressAttribute, AddressMessage};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use serde::{Deserialize, Serialize};

use super::{Kept, VerbatimRoute, handed_on, ip, number, octets, to_hex};
use crate::sys::netlink::{Door, KernelResult, attributes};

/// The length of `struct ifaddrmsg`.
const IFADDRMSG: usize = 8;

const IFA_ADDRESS: u16 = 1;
const IFA_LOCAL: u16 = 2;
const IFA_LABEL: u16 = 3;
const IFA_CACHEINFO: u16 = 6;
const IFA_FLAGS: u16 = 8;
/// The metric of the route to its subnet.
const IFA_RT_PRIORITY: u16 = 9;
/// IFA_BROADCAST, IFA_RT_PRIORITY and IFA_PROTO.
const KEPT: [u16; 3] = [4, IFA_RT_PRIORITY, 11];

/// Of an IPv6 address; of an IPv4 one the same bit is IFA_F_SECONDARY.
const IFA_F_TEMPORARY: u32 = 0x01;
const IFA_F_NODAD: u32 = 0x02;
const IFA_F_NOPREFIXROUTE: u32 = 0x200;
/// The flags that an address is given, and not those that say how it is: for IPv4
/// IFA_F_NOPREFIXROUTE and IFA_F_MCAUTOJOIN, for IPv6 IFA_F_NODAD, IFA_F_OPTIMISTIC,
/// IFA_F_HOMEADDRESS and IFA_F_MANAGETEMPADDR too.
const GIVEN_V4: u32 = 0x600;
const GIVEN_V6: u32 = 0x716;

/// What a lifetime without an end is (`INFINITY_LIFE_TIME` in net/addrconf.h).
const FOREVER: u32 = u32::MAX;

/// One address of an interface, with all that it takes to make it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerbatimAddress {
    /// The address with its prefix length.
    pub ip: IpNetwork,
    /// The far end of a point-to-point link.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub peer: Option<IpAddr>,
    /// How far it reaches (RT_SCOPE_*).
    pub scope: u8,
    /// The flags it was given (IFA_F_*).
    pub flags: u32,
    /// The label of an IPv4 address, which starts with the interface's name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub label: Option<String>,
    /// For how many seconds it is preferred and valid, if not forever.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lifetime: Option<(u32, u32)>,
    /// Broadcast address, metric and origin.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    kept: Vec<Kept>,
    /// Whether the kernel made it for a while, to be harder to recognize by (RFC 8981).
    #[serde(skip, default)]
    pub passing: bool,
}

impl VerbatimAddress {
    /// Whether it is the same address: the kernel knows it by these.
    pub fn is_same(&self, other: &Self) -> bool {
        self.ip == other.ip && self.peer == other.peer
    }

    /// Whether it is one that each interface has for itself: fe80::/10.
    pub fn is_of_the_link(&self) -> bool {
        matches!(self.ip.ip(), IpAddr::V6(v6) if v6.is_unicast_link_local())
    }

    /// Whether the kernel makes the route to its subnet with it.
    pub fn makes_route(&self, subnet: IpNetwork) -> bool {
        let far = self.peer.unwrap_or(self.ip.ip());
        let own = IpNetwork::new(far, self.ip.prefix());
        let same = own
            .is_ok_and(|own| own.network() == subnet.network() && own.prefix() == subnet.prefix());
        same && self.flags & IFA_F_NOPREFIXROUTE == 0
    }

    /// The route to its subnet that the kernel made with it and forgets to take away with it:
    /// of an IPv6 address that ends by itself (`check_cleanup_prefix_route` in
    /// net/ipv6/addrconf.c).
    pub fn orphaned_route(&self) -> Option<VerbatimRoute> {
        /// `IP6_RT_PRIO_ADDRCONF` in net/ip6_route.h.
        const USUAL: u32 = 256;
        let own = self.flags & IFA_F_NOPREFIXROUTE == 0 && self.lifetime.is_some();
        let subnet = IpNetwork::new(self.ip.network(), self.ip.prefix()).ok()?;
        let metric = self.kept.iter().find(|(kind, _)| *kind == IFA_RT_PRIORITY);
        let metric = metric.and_then(|(_, value)| number(&super::from_hex(value)?));
        let route = VerbatimRoute::connected(subnet, metric.unwrap_or(USUAL));
        (own && self.ip.is_ipv6()).then_some(route)
    }

    /// The same address for another interface: the label's first part is its name.
    #[must_use]
    pub fn relabelled(&self, from: &str, to: &str) -> Self {
        /// IFNAMSIZ less the NUL.
        const LONGEST: usize = 15;
        let rest = self
            .label
            .as_deref()
            .and_then(|label| label.strip_prefix(from));
        let label = rest.map(|rest| format!("{to}{rest}"));
        Self {
            label: label.map(|label| match label.len() {
                ..=LONGEST => label,
                _ => to.to_owned(),
            }),
            ..self.clone()
        }
    }
}

impl fmt::Display for VerbatimAddress {
    /// As `ip address add` takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.peer {
            Some(peer) => write!(f, "{} peer {peer}/{}", self.ip.ip(), self.ip.prefix())?,
            None => write!(f, "{}", self.ip)?,
        }
        for (kind, value) in &self.kept {
            let value = super::from_hex(value).unwrap_or_default();
            match (kind, ip(&value), number(&value)) {
                (4, Some(broadcast), _) => write!(f, " brd {broadcast}")?,
                (9, _, Some(metric)) => write!(f, " metric {metric}")?,
                _ => {}
            }
        }
        if let Some(label) = &self.label {
            write!(f, " label {label}")?;
        }
        if let Some((preferred, valid)) = self.lifetime {
            write!(f, " valid_lft {valid} preferred_lft {preferred}")?;
        }
        if self.ip.is_ipv6() {
            f.write_str(" nodad")?;
        }
        if self.flags & IFA_F_NOPREFIXROUTE != 0 {
            f.write_str(" noprefixroute")?;
        }
        Ok(())
    }
}

/// Every address of the namespace, each with the index of its interface, in the kernel's
/// order: the first of a subnet is its primary one.
///
/// # Errors
/// The kernel's refusal.
pub fn addresses(door: &mut Door) -> KernelResult<Vec<(u32, VerbatimAddress)>> {
    let all = AddressMessage::default();
    door.dump_with(&RouteNetlinkMessage::GetAddress(all), read)
}

fn read(body: &[u8]) -> Option<(u32, VerbatimAddress)> {
    let link = number(body.get(4..IFADDRMSG)?)?;
    let mut address = None;
    let mut local = None;
    let mut flags = u32::from(*body.get(2)?);
    let mut label = None;
    let mut lifetime = None;
    let mut kept = Vec::new();
    for (kind, value) in attributes(body.get(IFADDRMSG..)?) {
        match kind {
            IFA_ADDRESS => address = ip(value),
            IFA_LOCAL => local = ip(value),
            IFA_FLAGS => flags = number(value)?,
            IFA_LABEL => {
                let text = value.strip_suffix(&[0]).unwrap_or(value);
                label = Some(String::from_utf8_lossy(text).into_owned());
            }
            IFA_CACHEINFO => {
                let preferred = number(value.get(..4)?)?;
                let valid = number(value.get(4..8)?)?;
                lifetime = (valid != FOREVER || preferred != FOREVER).then_some((preferred, valid));
            }
            kind if KEPT.contains(&kind) => kept.push((kind, to_hex(value))),
            _ => {}
        }
    }
    let own = local.or(address)?;
    let given = if own.is_ipv4() { GIVEN_V4 } else { GIVEN_V6 };
    let address = VerbatimAddress {
        ip: IpNetwork::new(own, *body.get(1)?).ok()?,
        peer: address.filter(|far| *far != own),
        scope: *body.get(3)?,
        flags: flags & given,
        label,
        lifetime,
        kept,
        passing: own.is_ipv6() && flags & IFA_F_TEMPORARY != 0,
    };
    Some((link, address))
}

fn message(link: u32, address: &VerbatimAddress) -> AddressMessage {
    let v4 = address.ip.is_ipv4();
    let mut message = AddressMessage::default();
    message.header.family = if v4 {
        AddressFamily::Inet
    } else {
        AddressFamily::Inet6
    };
    message.header.prefix_len = address.ip.prefix();
    message.header.scope = address.scope.into();
    message.header.index = link;
    let own = address.ip.ip();
    // Detection of duplicates would take the address out of use for a second or two, and
    // the one who has it is this host itself (RFC 4862 section 5.4).
    let flags = match v4 {
        true => address.flags & GIVEN_V4,
        false => address.flags & GIVEN_V6 | IFA_F_NODAD,
    };
    let mut put = |kind, value: Vec<u8>| {
        let attribute = AddressAttribute::Other(DefaultNla::new(kind, value));
        message.attributes.push(attribute);
    };
    put(IFA_LOCAL, octets(own));
    put(IFA_ADDRESS, octets(address.peer.unwrap_or(own)));
    put(IFA_FLAGS, flags.to_ne_bytes().to_vec());
    if let Some(label) = &address.label {
        put(IFA_LABEL, [label.as_bytes(), &[0]].concat());
    }
    if let Some((preferred, valid)) = address.lifetime {
        // Behind them are the times of making and of the last change, which the kernel
        // does not read.
        let times = [preferred, valid, 0, 0].map(u32::to_ne_bytes);
        put(IFA_CACHEINFO, times.concat());
    }
    let kept = handed_on(&address.kept, &KEPT).map(AddressAttribute::Other);
    message.attributes.extend(kept);
    message
}

/// Gives an interface an address as it was; an IPv6 one is usable at once.
///
/// # Errors
/// EEXIST if it has it, or another refusal.
pub fn add_address(door: &mut Door, link: u32, address: &VerbatimAddress) -> KernelResult<()> {
    door.change(
        RouteNetlinkMessage::NewAddress(message(link, address)),
        NLM_F_CREATE | NLM_F_EXCL,
    )
}

/// Takes an address away; whether it was there.
///
/// # Errors
/// Any refusal other than its absence.
pub fn delete_address(door: &mut Door, link: u32, address: &VerbatimAddress) -> KernelResult<bool> {
    let mut message = message(link, address);
    // The label would be compared (`inet_rtm_deladdr`), and says nothing more.
    let told = |attribute: &AddressAttribute| match attribute {
        AddressAttribute::Other(nla) => {
            [IFA_LOCAL, IFA_ADDRESS].contains(&netlink_packet_core::Nla::kind(nla))
        }
        _ => false,
    };
    message.attributes.retain(told);
    match door.change(RouteNetlinkMessage::DelAddress(message), 0) {
        Ok(()) => Ok(true),
        Err(error) if error.is_absent() => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::{VerbatimAddress, message, read};
    use netlink_packet_core::Emitable;

    #[test]
    fn what_was_read_is_sent_and_a_label_follows_its_interface() {
        let text = r#"{"ip":"10.0.0.2/24","scope":0,"flags":512,"label":"eth0:1",
            "lifetime":[60,120],"kept":[[4,"0a0000ff"],[9,"64000000"],[1,"00"]]}"#;
        let address: VerbatimAddress = serde_json::from_str(text).unwrap();
        let sent = message(7, &address);
        let mut bytes = vec![0; sent.buffer_len()];
        sent.emit(&mut bytes);
        let (link, mut back) = read(&bytes).unwrap();
        assert_eq!(link, 7);
        // What is no attribute of this kind was not sent.
        back.kept.push((1, "00".into()));
        assert_eq!(back, address);
        assert_eq!(
            address.to_string(),
            "10.0.0.2/24 brd 10.0.0.255 metric 100 label eth0:1 valid_lft 120 \
             preferred_lft 60 noprefixroute"
        );
        let label = |to: &str| address.relabelled("eth0", to).label.unwrap();
        assert_eq!(label("br0"), "br0:1");
        assert_eq!(label("abcdefghijklmno"), "abcdefghijklmno");
    }

    #[test]
    fn what_is_cut_off_never_panics() {
        let text = r#"{"ip":"fd00::2/64","scope":0,"flags":0}"#;
        let address: VerbatimAddress = serde_json::from_str(text).unwrap();
        let sent = message(7, &address);
        let mut bytes = vec![0; sent.buffer_len()];
        sent.emit(&mut bytes);
        for end in 0..bytes.len() {
            let _ = read(&bytes[..end]);
        }
    }
}

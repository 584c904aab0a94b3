//! Tunnels between hosts: their kinds, and what each costs a packet.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{serde_as_text, shown};
use crate::error::{Error, Result};

/// How packets get from host to host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TunnelKind {
    /// IP packets in GRE (RFC 2784), over either family.
    Gre,
    /// Ethernet frames in GRE, over either family.
    Gretap,
    /// Ethernet frames in GRE over IPv6.
    Ip6gretap,
    /// Ethernet frames in UDP (RFC 7348).
    Vxlan,
    /// Ethernet frames in UDP (RFC 8926).
    Geneve,
}

impl TunnelKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Gre,
        Self::Gretap,
        Self::Ip6gretap,
        Self::Vxlan,
        Self::Geneve,
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Gre => "gre",
            Self::Gretap => "gretap",
            Self::Ip6gretap => "ip6gretap",
            Self::Vxlan => "vxlan",
            Self::Geneve => "geneve",
        }
    }

    /// Whether it is one of GRE, told apart by a key.
    pub fn is_gre(self) -> bool {
        matches!(self, Self::Gre | Self::Gretap | Self::Ip6gretap)
    }

    /// Whether it carries Ethernet frames, so that it can be a bridge's port.
    pub fn has_frames(self) -> bool {
        self != Self::Gre
    }

    /// The UDP port that the standard gives it.
    pub fn usual_port(self) -> Option<u16> {
        match self {
            Self::Vxlan => Some(4789),
            Self::Geneve => Some(6081),
            _ => None,
        }
    }

    /// The kind of link as rtnetlink spells it (IFLA_INFO_KIND).
    pub fn link_kind(self, over_ipv6: bool) -> &'static str {
        match (self, over_ipv6) {
            (Self::Gre, true) => "ip6gre",
            (Self::Gretap, true) => "ip6gretap",
            _ => self.word(),
        }
    }

    /// The kernel module it is in.
    pub fn module(self, over_ipv6: bool) -> &'static str {
        match self {
            Self::Vxlan => "vxlan",
            Self::Geneve => "geneve",
            _ if over_ipv6 => "ip6_gre",
            _ => "ip_gre",
        }
    }

    /// What is put before each packet, in bytes: the outer IP header of 20 or 40, GRE's 4
    /// and 4 more with a key (RFC 2890), or UDP's and VXLAN's or Geneve's 8 each; and the
    /// 14 of the inner Ethernet header, which the MTU of a link does not count.
    pub fn overhead(self, over_ipv6: bool, keyed: bool) -> u32 {
        let outer = if over_ipv6 { 40 } else { 20 };
        let own = match self {
            Self::Vxlan | Self::Geneve => 8 + 8,
            _ if keyed => 4 + 4,
            _ => 4,
        };
        outer + own + if self.has_frames() { 14 } else { 0 }
    }
}

impl fmt::Display for TunnelKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for TunnelKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|kind| kind.word() == text);
        found.ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|kind| kind.word()).collect();
            Error::usage(format!("`{}` is not a kind of tunnel", shown(text)))
                .hint(format!("the kinds are: {}", known.join(", ")))
        })
    }
}

serde_as_text!(TunnelKind);

/// What the kernel makes a tunnel with, but for the device below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wire {
    /// How packets get over.
    pub kind: TunnelKind,
    /// This host's end.
    pub local: Option<IpAddr>,
    /// The other end, or a multicast group.
    pub remote: Option<IpAddr>,
    /// The key or VNI.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<u32>,
    /// The outer packets' TTL; 0 for that of the inner one.
    pub ttl: u8,
    /// The outer packets' type of service; 1 for that of the inner one.
    pub tos: u8,
    /// The UDP port.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub port: Option<u16>,
    /// Whether it learns from frames which host has a MAC.
    #[serde(default)]
    pub learning: bool,
}

impl Wire {
    /// Whether the packets between the hosts are IPv6.
    pub fn is_over_ipv6(&self) -> bool {
        let end = self.remote.or(self.local);
        self.kind == TunnelKind::Ip6gretap || end.is_some_and(|ip| ip.is_ipv6())
    }

    /// The kind of link as rtnetlink spells it.
    pub fn link_kind(&self) -> &'static str {
        self.kind.link_kind(self.is_over_ipv6())
    }

    /// The largest packet that gets over an underlay of that MTU in one piece.
    pub fn mtu_over(&self, underlay: u32) -> u32 {
        let keyed = self.kind.is_gre() && self.id.is_some();
        let overhead = self.kind.overhead(self.is_over_ipv6(), keyed);
        underlay.saturating_sub(overhead)
    }

    /// The same as the kernel keeps it: gretap over IPv6 has a name of its own there, and
    /// Geneve has no end here.
    #[must_use]
    pub fn as_kept(&self) -> Self {
        let mut kept = self.clone();
        match self.kind {
            TunnelKind::Gretap if self.is_over_ipv6() => kept.kind = TunnelKind::Ip6gretap,
            TunnelKind::Geneve => kept.local = None,
            _ => {}
        }
        kept
    }

    /// Whether the kernel would take the two for one tunnel and refuse the second
    /// (`ip_tunnel_find` in net/ipv4/ip_tunnel.c, `vxlan_vni_in_use` in
    /// drivers/net/vxlan/vxlan_core.c, `geneve_find_dev` in drivers/net/geneve.c).
    pub fn clashes(&self, other: &Self) -> bool {
        let (one, other) = (self.as_kept(), other.as_kept());
        let same = one.kind == other.kind
            && one.id == other.id
            && one.is_over_ipv6() == other.is_over_ipv6();
        same && match one.kind {
            TunnelKind::Vxlan => one.port == other.port,
            TunnelKind::Geneve => one.port == other.port && one.remote == other.remote,
            _ => one.local == other.local && one.remote == other.remote,
        }
    }

    /// What tells it from other tunnels, in words: `VNI 10 on UDP port 4789`.
    pub fn identity(&self) -> String {
        match (self.kind.is_gre(), self.id) {
            (true, Some(key)) => format!("key {key} between these ends"),
            (true, None) => "no key between these ends".into(),
            (false, id) => format!(
                "VNI {} on UDP port {}",
                id.unwrap_or_default(),
                self.port.unwrap_or_default()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TunnelKind;

    #[test]
    fn overheads_are_those_of_the_standards() {
        for (kind, ipv6, keyed, bytes) in [
            (TunnelKind::Gre, false, false, 24),
            (TunnelKind::Gre, false, true, 28),
            (TunnelKind::Gre, true, true, 48),
            (TunnelKind::Gretap, false, false, 38),
            (TunnelKind::Gretap, true, true, 62),
            (TunnelKind::Ip6gretap, true, false, 58),
            (TunnelKind::Vxlan, false, false, 50),
            (TunnelKind::Vxlan, true, false, 70),
            (TunnelKind::Geneve, true, false, 70),
        ] {
            assert_eq!(kind.overhead(ipv6, keyed), bytes, "{kind} {ipv6} {keyed}");
        }
    }
}

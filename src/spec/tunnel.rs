//! Tunnels between hosts: their kinds, what each costs a packet, and a request for one.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnetwork::IpNetwork;
use serde::{Deserialize, Serialize};

use super::{
    IfName, LEAST_MTU_OF_IPV6, Mtu, StaticAddress, TunnelKey, UdpPort, VlanId, Vni, serde_as_text,
    shown,
};
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

/// Everything `netpipe tunnel add` was asked for, each part well-formed by itself.
#[derive(Debug, Clone)]
pub struct TunnelSpec {
    /// How packets get over.
    pub kind: TunnelKind,
    /// The link's name.
    pub name: IfName,
    /// This host's end; the address that the route to the other one prefers if none.
    pub local: Option<IpAddr>,
    /// The other host's end.
    pub remote: Option<IpAddr>,
    /// The multicast group that frames to everybody go to.
    pub group: Option<IpAddr>,
    /// GRE's key.
    pub key: Option<TunnelKey>,
    /// VXLAN's or Geneve's network.
    pub vni: Option<Vni>,
    /// The device that packets leave by.
    pub dev: Option<IfName>,
    /// The outer packets' TTL; 0 for that of the inner one.
    pub ttl: u8,
    /// The outer packets' type of service; 1 for that of the inner one.
    pub tos: u8,
    /// The UDP port.
    pub port: Option<UdpPort>,
    /// The MTU; what the underlay leaves if none.
    pub mtu: Option<Mtu>,
    /// Whether it learns which host has a MAC.
    pub learning: bool,
    /// The bridge that it becomes a port of.
    pub bridge: Option<IfName>,
    /// The VLAN of that bridge that its port is in.
    pub vlan: Option<VlanId>,
    /// The host's own addresses on it.
    pub addresses: Vec<StaticAddress>,
    /// Subnets behind the other end.
    pub routes: Vec<IpNetwork>,
}

fn usage(what: impl Into<String>, hint: impl Into<String>) -> Error {
    Error::usage(what).hint(hint)
}

impl TunnelSpec {
    /// The same if its parts agree.
    ///
    /// # Errors
    /// A usage error that says which do not.
    pub fn validated(self) -> Result<Self> {
        self.check_ends()?;
        self.check_families()?;
        self.check_identity()?;
        self.check_use()?;
        Ok(self)
    }

    /// What the kernel is to make it with, with this end of the host's.
    pub fn wire(&self, local: Option<IpAddr>) -> Wire {
        let usual = self.kind.usual_port();
        Wire {
            kind: self.kind,
            local,
            remote: self.remote.or(self.group),
            id: self.key.map(|key| key.0).or(self.vni.map(|vni| vni.0)),
            ttl: self.ttl,
            tos: self.tos,
            port: self.port.map(|port| port.0).or(usual),
            learning: self.learning && self.kind == TunnelKind::Vxlan,
        }
    }

    fn check_ends(&self) -> Result<()> {
        let Self { kind, dev, .. } = self;
        if let Some(local) = self.local {
            check_end("--local", local, "give an address of this host")?;
        }
        if let Some(remote) = self.remote {
            check_end(
                "--remote",
                remote,
                "give the other host's address; a multicast group of VXLAN goes to --group",
            )?;
        }
        match self.group {
            Some(_) if *kind != TunnelKind::Vxlan => {
                return Err(usage(
                    format!("a {kind} tunnel has no multicast group"),
                    "give --remote; only vxlan takes --group",
                ));
            }
            Some(_) if self.remote.is_some() => {
                return Err(usage(
                    "--group and --remote exclude each other",
                    "with --group, single hosts are added with `netpipe tunnel peer add`",
                ));
            }
            Some(group) if !group.is_multicast() => {
                return Err(usage(
                    format!("`{group}` is not a multicast group"),
                    "write one such as 239.1.1.1 or ff05::100; a host goes to --remote",
                ));
            }
            Some(_) if dev.is_none() => {
                return Err(usage(
                    "--group needs --dev",
                    "say by which link the group is reached: --dev eth0",
                ));
            }
            None if self.remote.is_none() && *kind != TunnelKind::Vxlan => {
                return Err(usage(
                    format!("a {kind} tunnel needs --remote"),
                    "give the other host's address",
                ));
            }
            None if self.remote.is_none() && self.local.is_none() => {
                return Err(usage(
                    "nothing tells where the tunnel leads",
                    "give --remote or --group, or --local and then `netpipe tunnel peer add`",
                ));
            }
            _ => {}
        }
        if self.local.is_some() && self.local == self.remote {
            return Err(usage(
                "--remote is the same address as --local",
                "give the other host's address as --remote",
            ));
        }
        if *kind == TunnelKind::Geneve && dev.is_some() {
            return Err(usage(
                "a geneve tunnel takes no --dev",
                "the kernel's route to the remote decides; see `ip route get`",
            ));
        }
        Ok(())
    }

    fn check_families(&self) -> Result<()> {
        let ends = [self.local, self.remote, self.group];
        let mut families = ends.iter().flatten().map(IpAddr::is_ipv6);
        let ipv6 = families.next().unwrap_or_default();
        if families.any(|family| family != ipv6) {
            return Err(usage(
                "the tunnel's ends are of different address families",
                "give both as IPv4 or both as IPv6 addresses",
            ));
        }
        if self.kind == TunnelKind::Ip6gretap && !ipv6 {
            return Err(usage(
                "an ip6gretap tunnel goes over IPv6, and its ends are IPv4 addresses",
                "write gretap, or give IPv6 addresses",
            ));
        }
        let link_local = |ip: &IpAddr| matches!(ip, IpAddr::V6(v6) if v6.is_unicast_link_local());
        if ends.iter().flatten().any(link_local) && self.dev.is_none() {
            return Err(usage(
                "a link-local end needs --dev",
                "say which link it is on: --dev eth0",
            ));
        }
        Ok(())
    }

    fn check_identity(&self) -> Result<()> {
        let kind = self.kind;
        if kind.is_gre() {
            if self.vni.is_some() {
                return Err(usage(
                    format!("a {kind} tunnel has no VNI"),
                    "GRE tunnels are told apart by --key",
                ));
            }
            if self.port.is_some() {
                return Err(usage(
                    format!("a {kind} tunnel has no UDP port"),
                    "GRE is a protocol of its own, beside UDP",
                ));
            }
        } else if self.key.is_some() {
            return Err(usage(
                format!("a {kind} tunnel has no key"),
                "it is told apart by --vni",
            ));
        } else if self.vni.is_none() {
            return Err(usage(
                format!("a {kind} tunnel needs --vni"),
                "give the number of its network, 1 to 16777215, the same on all hosts",
            ));
        }
        if !self.learning && kind != TunnelKind::Vxlan {
            return Err(usage(
                format!("a {kind} tunnel does not learn, so --no-learning says nothing"),
                "leave it out",
            ));
        }
        Ok(())
    }

    fn check_use(&self) -> Result<()> {
        let Self { kind, bridge, .. } = self;
        if bridge.is_some() && !kind.has_frames() {
            return Err(usage(
                "a gre tunnel carries IP packets, no Ethernet frames, so it cannot be a \
                 bridge's port",
                "write gretap, or give it --address and --route",
            ));
        }
        if self.vlan.is_some() && bridge.is_none() {
            return Err(usage(
                "--vlan needs --bridge",
                "it says which VLAN of the bridge the tunnel's port is in",
            ));
        }
        if bridge.is_some() && !self.addresses.is_empty() {
            return Err(usage(
                "a bridge's port has no addresses of its own",
                "give them to the bridge: netpipe bridge add BRIDGE --address ADDRESS",
            ));
        }
        if bridge.as_ref() == Some(&self.name) {
            return Err(usage(
                "the tunnel and its bridge have the same name",
                "give each its own",
            ));
        }
        if !self.routes.is_empty() && kind.has_frames() {
            return Err(usage(
                format!("--route needs a gre tunnel, and this is {kind}"),
                "a route over frames needs a next hop: `ip route add SUBNET via HOST`",
            ));
        }
        if let Some(address) = self.addresses.iter().find(|one| one.gateway.is_some()) {
            return Err(usage(
                format!("`{address}` names a gateway"),
                "a tunnel's address takes none; give --route SUBNET",
            ));
        }
        if let Some(route) = self.routes.iter().find(|one| one.ip() != one.network()) {
            return Err(usage(
                format!("`{route}` has host bits set"),
                format!("did you mean {}/{}?", route.network(), route.prefix()),
            ));
        }
        let ipv6 = self.addresses.iter().any(|one| one.ip.is_ipv6())
            || self.routes.iter().any(IpNetwork::is_ipv6);
        match self.mtu {
            Some(mtu) if ipv6 && mtu.0 < LEAST_MTU_OF_IPV6 => Err(usage(
                format!("IPv6 needs an MTU of at least {LEAST_MTU_OF_IPV6}"),
                "give a larger --mtu",
            )),
            _ => Ok(()),
        }
    }
}

/// Refuses what can be no end of a tunnel.
///
/// # Errors
/// A usage error that says why.
pub fn check_end(option: &str, ip: IpAddr, hint: &str) -> Result<()> {
    let why = match ip {
        ip if ip.is_unspecified() => "is the unspecified address",
        ip if ip.is_multicast() => "is a multicast group",
        ip if ip.is_loopback() => "is a loopback address",
        IpAddr::V4(v4) if v4.is_broadcast() || v4.octets()[0] == 0 => "is reserved",
        _ => return Ok(()),
    };
    Err(usage(format!("{option} `{ip}` {why}"), hint))
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

//! One request for a tunnel, and whether its parts agree.

use std::net::IpAddr;

use ipnetwork::IpNetwork;

use super::{
    IfName, LEAST_MTU_OF_IPV6, Mtu, StaticAddress, TunnelKey, TunnelKind, UdpPort, VlanId, Vni,
    Wire,
};
use crate::error::{Error, Result};

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
        self.check_group()?;
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

    /// The group, and that something tells where the tunnel leads.
    fn check_group(&self) -> Result<()> {
        let Self { kind, dev, .. } = self;
        match self.group {
            Some(_) if *kind != TunnelKind::Vxlan => Err(usage(
                format!("a {kind} tunnel has no multicast group"),
                "give --remote; only vxlan takes --group",
            )),
            Some(_) if self.remote.is_some() => Err(usage(
                "--group and --remote exclude each other",
                "with --group, single hosts are added with `netpipe tunnel peer add`",
            )),
            Some(group) if !group.is_multicast() => Err(usage(
                format!("`{group}` is not a multicast group"),
                "write one such as 239.1.1.1 or ff05::100; a host goes to --remote",
            )),
            Some(_) if dev.is_none() => Err(usage(
                "--group needs --dev",
                "say by which link the group is reached: --dev eth0",
            )),
            None if self.remote.is_none() && *kind != TunnelKind::Vxlan => Err(usage(
                format!("a {kind} tunnel needs --remote"),
                "give the other host's address",
            )),
            None if self.remote.is_none() && self.local.is_none() => Err(usage(
                "nothing tells where the tunnel leads",
                "give --remote or --group, or --local and then `netpipe tunnel peer add`",
            )),
            _ => Ok(()),
        }
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

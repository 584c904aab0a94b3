//! One request to plug a target into a link.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnetwork::IpNetwork;

use super::{
    AddressSpec, CardOptions, DhcpOptions, IfName, Ipoib, LinkKind, LinkSpec, MacSpec, NetworkName,
    PeerSpec, PortVlan, RouteSpec, Shape, StaticAddress, Sysctl, Target, serde_as_text, shown,
};
use crate::error::{Error, Result};

/// The least MTU with which IPv6 is on a link, in bytes (RFC 8200 section 5): with a smaller
/// one the kernel has none there, nor its settings (`addrconf_notify` in net/ipv6/addrconf.c).
pub const LEAST_MTU_OF_IPV6: u32 = 1280;

/// The largest size of a packet on a link, in bytes: 68 (RFC 791) to 65535.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mtu(pub u32);

impl FromStr for Mtu {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.parse::<u32>() {
            Ok(mtu) if (68..=65535).contains(&mtu) && !text.starts_with('+') => Ok(Self(mtu)),
            _ => Err(Error::usage(format!("`{}` is not an MTU", shown(text)))
                .hint("it is a number of bytes from 68 to 65535, usually 1500")),
        }
    }
}

impl fmt::Display for Mtu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

serde_as_text!(Mtu);

/// The most addresses of one request. They are reserved in one transaction, which may have
/// 128 operations (etcd's --max-txn-ops); three go for the record and its entries in the
/// index of links, one is left.
const MOST_ADDRESSES: usize = 124;

/// Everything `netpipe attach` was asked for, each part well-formed by itself.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// Whose network namespace.
    pub target: Target,
    /// What to plug it into.
    pub link: LinkSpec,
    /// The addresses in the order given.
    pub addresses: Vec<AddressSpec>,
    /// Whether those that are given may be set aside.
    pub reserved: bool,
    /// What its DHCP clients are told.
    pub dhcp: DhcpOptions,
    /// The name inside the target; the first free `ethN`, N ≥ 1, if none is given.
    pub ifname: Option<IfName>,
    /// The name of the host's end.
    pub host_ifname: Option<IfName>,
    /// Whether the host's end is named as pipework does, if no name is given and that one is
    /// free: `veth1pl4242` for `eth1` of process 4242.
    pub pid_names: bool,
    /// The VLANs of the port, or of the card that the link is on.
    pub vlan: Option<PortVlan>,
    /// What a link on a card is told.
    pub card: CardOptions,
    /// Whether a bridge that is not netpipe's may be made to tell VLANs apart for it.
    pub vlan_filtering: bool,
    /// What a child of an InfiniBand card is told.
    pub ipoib: Ipoib,
    /// The far end, if the link is a wire to another target.
    pub peer: Option<PeerSpec>,
    /// Whether a card may be moved although the host's default route leaves by it.
    pub take_default_route: bool,
    /// The MAC address inside the target.
    pub mac: Option<MacSpec>,
    /// The MTU of both ends; the bridge's if none is given.
    pub mtu: Option<Mtu>,
    /// Default gateways beside those written with `@`; at most one a family.
    pub gateways: Vec<IpAddr>,
    /// Whether this link is to be the target's default route.
    pub default_route: bool,
    /// The metric of the default routes.
    pub metric: Option<u32>,
    /// Further routes.
    pub routes: Vec<RouteSpec>,
    /// Kernel settings inside the target.
    pub sysctls: Vec<Sysctl>,
    /// The network whose addresses these are.
    pub network: Option<NetworkName>,
    /// The subnets that `auto` draws from when the network is not registered.
    pub subnets: Vec<IpNetwork>,
    /// Whether the addresses are reserved in the store.
    pub register: bool,
    /// Whether neighbours are told.
    pub announce: bool,
    /// Whether a firewall rule may be added.
    pub firewall: bool,
    /// Whether a different attachment in the same place is replaced.
    pub replace: bool,
    /// How what a new link sends is shaped.
    pub shape: Option<Shape>,
}

impl Attachment {
    /// A plain request: no options given, everything on.
    pub fn new(target: Target, link: LinkSpec, addresses: Vec<AddressSpec>) -> Self {
        Self {
            target,
            link,
            addresses,
            reserved: false,
            dhcp: DhcpOptions::default(),
            ifname: None,
            host_ifname: None,
            pid_names: false,
            vlan: None,
            card: CardOptions::default(),
            vlan_filtering: false,
            ipoib: Ipoib::default(),
            peer: None,
            take_default_route: false,
            mac: None,
            mtu: None,
            gateways: Vec::new(),
            default_route: false,
            metric: None,
            routes: Vec::new(),
            sysctls: Vec::new(),
            network: None,
            subnets: Vec::new(),
            register: true,
            announce: true,
            firewall: true,
            replace: false,
            shape: None,
        }
    }

    /// What it is plugged into, as the user wrote it.
    pub fn plug(&self) -> String {
        match &self.peer {
            Some(peer) => format!("{}:{}", LinkKind::Veth, peer.target),
            None => self.link.to_string(),
        }
    }

    /// Whether it touches more than its target and the link: another target, a card of the
    /// host, or a server.
    pub fn stands_alone(&self) -> bool {
        self.peer.is_some()
            || self.link.kind == Some(LinkKind::Phys)
            || self.asks_network(true)
            || self.asks_network(false)
    }

    /// The addresses given as literals.
    pub fn static_addresses(&self) -> impl Iterator<Item = &StaticAddress> {
        self.addresses.iter().filter_map(|address| match address {
            AddressSpec::Static(address) => Some(address),
            _ => None,
        })
    }

    /// The addresses that may be set aside: those given as literals, of both ends.
    pub fn may_be_set_aside(&self) -> Vec<IpAddr> {
        let far = self.peer.iter().flat_map(|peer| &peer.addresses);
        let given = self.static_addresses().chain(far);
        let given = given.filter(|_| self.reserved);
        given.map(|address| address.ip.ip()).collect()
    }

    /// Whether a server or router is asked for addresses of that family.
    pub fn asks_network(&self, v4: bool) -> bool {
        self.addresses.iter().any(|address| match address {
            AddressSpec::Dhcp => v4,
            AddressSpec::Dhcp6 | AddressSpec::Slaac => !v4,
            _ => false,
        })
    }

    /// Whether an address is to be chosen by netpipe.
    pub fn wants_auto(&self) -> bool {
        self.addresses.contains(&AddressSpec::Auto)
    }

    /// Checks that the parts agree with each other.
    ///
    /// # Errors
    /// A usage error that names the parts at odds.
    pub fn validated(self) -> Result<Self> {
        self.check_addresses()?;
        self.check_gateways()?;
        self.check_routes()?;
        if self.wants_auto() && !self.register {
            return Err(
                Error::usage("`auto` needs the registry, which --no-register turns off")
                    .hint("give the address itself, or leave --no-register out"),
            );
        }
        self.check_reserved()?;
        let has_ipv6 = self.static_addresses().any(|address| address.ip.is_ipv6());
        if self.mtu.is_some_and(|mtu| mtu.0 < LEAST_MTU_OF_IPV6)
            && (has_ipv6 || self.asks_network(false))
        {
            return Err(Error::usage(
                "IPv6 needs an MTU of at least 1280 (RFC 8200 section 5)",
            ));
        }
        if self.vlan_filtering && self.vlan.is_none() {
            return Err(Error::usage(
                "--vlan-filtering is for a port with VLANs, and none is given",
            )
            .hint("give --vlan or --trunk as well"));
        }
        self.check_dhcp()?;
        self.check_sysctls()?;
        self.card.check(self.vlan.is_some())?;
        self.check_peer()?;
        Ok(self)
    }

    fn check_reserved(&self) -> Result<()> {
        if !self.reserved {
            return Ok(());
        }
        if !self.register {
            return Err(Error::usage(
                "--reserved is for registered addresses, and --no-register gives none",
            )
            .hint("leave one of them out"));
        }
        if self.may_be_set_aside().is_empty() {
            return Err(Error::usage(
                "--reserved is for addresses that are given, and there is none",
            )
            .hint("give the address that was set aside, such as 10.0.0.5/24"));
        }
        Ok(())
    }

    /// Checks the far end of a wire against the near one.
    fn check_peer(&self) -> Result<()> {
        let Some(peer) = &self.peer else {
            return Ok(());
        };
        if peer.target == self.target {
            return Err(Error::usage(format!(
                "both ends of the wire would be in `{}`",
                self.target
            ))
            .hint("name another target behind `veth:`"));
        }
        if self.vlan.is_some() {
            return Err(Error::usage("a wire has no VLANs")
                .hint("leave out --vlan and --trunk, or plug both targets into a bridge"));
        }
        let own = self.static_addresses().map(|address| address.ip.ip());
        let mut seen: Vec<IpAddr> = own.collect();
        let near = seen.len();
        for address in &peer.addresses {
            if let Some(gateway) = address.gateway {
                return Err(Error::usage(format!(
                    "gateway `{gateway}` is on the address of the far end, which gets no default route"
                ))
                .hint("give the gateway to the ADDRESS of the near end"));
            }
            let ip = address.ip.ip();
            match seen.iter().position(|other| *other == ip) {
                Some(nth) if nth < near => {
                    return Err(Error::usage(format!("both ends have the address `{ip}`"))
                        .hint("give each end an address of its own"));
                }
                Some(_) => {
                    return Err(Error::usage(format!("address `{ip}` is given twice")));
                }
                None => seen.push(ip),
            }
        }
        if seen.len() + usize::from(self.wants_auto()) > MOST_ADDRESSES - 1 {
            return Err(Error::usage(format!(
                "{} addresses are more than can be reserved at once",
                seen.len()
            )));
        }
        if self.mtu.is_some_and(|mtu| mtu.0 < LEAST_MTU_OF_IPV6)
            && peer.addresses.iter().any(|address| address.ip.is_ipv6())
        {
            return Err(Error::usage(
                "IPv6 needs an MTU of at least 1280 (RFC 8200 section 5)",
            ));
        }
        let macs = (self.mac.as_ref(), peer.mac.as_ref());
        if let (Some(near), Some(far)) = macs
            && near.0 == far.0
        {
            return Err(Error::usage(format!("both ends have the MAC {}", near.0)));
        }
        Ok(())
    }

    /// Checks what servers and routers are asked for.
    fn check_dhcp(&self) -> Result<()> {
        let wants = |kind| self.addresses.contains(&kind);
        if !self.dhcp.is_plain() && !self.asks_network(true) && !self.asks_network(false) {
            return Err(Error::usage(
                "the --dhcp options are for `dhcp`, `dhcp6` and `slaac`, and none of them is given",
            )
            .hint("give `dhcp` as ADDRESS"));
        }
        for kind in [AddressSpec::Dhcp, AddressSpec::Dhcp6, AddressSpec::Slaac] {
            let times = self.addresses.iter().filter(|one| **one == kind).count();
            if times > 1 {
                return Err(Error::usage(format!("`{kind}` is given twice")));
            }
        }
        let follows = |setting: &&Sysctl| {
            setting.key.ends_with("/accept_ra") || setting.key.ends_with("/autoconf")
        };
        match self.sysctls.iter().find(follows) {
            Some(setting) if wants(AddressSpec::Slaac) => Err(Error::usage(format!(
                "`slaac` sets `{}` itself",
                setting.key
            ))
            .hint("leave one of them out")),
            _ => Ok(()),
        }
    }

    fn check_sysctls(&self) -> Result<()> {
        for (nth, setting) in self.sysctls.iter().enumerate() {
            if self.sysctls[..nth]
                .iter()
                .any(|other| other.key == setting.key)
            {
                return Err(Error::usage(format!(
                    "the sysctl `{}` is given twice",
                    setting.key
                )));
            }
        }
        Ok(())
    }

    fn check_addresses(&self) -> Result<()> {
        const MOST: usize = 256;
        if self.addresses.is_empty() {
            return Err(Error::usage("no ADDRESS was given")
                .hint("give one such as 10.0.0.5/24, or `auto`, or `none` for a bare link"));
        }
        if self.addresses.len() > MOST_ADDRESSES {
            return Err(Error::usage(format!(
                "{} addresses are more than the {MOST_ADDRESSES} that can be reserved at once",
                self.addresses.len()
            ))
            .hint(
                "attach with some of them, then give the others to a second attach with the \
                   same --ifname",
            ));
        }
        if self.routes.len() > MOST || self.sysctls.len() > MOST {
            return Err(Error::usage(format!("more than {MOST} routes or sysctls")));
        }
        if self.addresses.contains(&AddressSpec::None) && self.addresses.len() > 1 {
            return Err(Error::usage("`none` goes with no other address"));
        }
        let mut seen: Vec<IpAddr> = Vec::new();
        for address in self.static_addresses() {
            if seen.contains(&address.ip.ip()) {
                return Err(Error::usage(format!(
                    "address `{}` is given twice",
                    address.ip.ip()
                )));
            }
            seen.push(address.ip.ip());
        }
        if self
            .addresses
            .iter()
            .filter(|a| **a == AddressSpec::Auto)
            .count()
            > 1
        {
            return Err(Error::usage("`auto` is given twice")
                .hint("one `auto` gives an address of each of the network's subnets"));
        }
        if !self.subnets.is_empty() && !self.wants_auto() {
            return Err(Error::usage("--subnet is for `auto`, which was not given"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Attachment, Mtu};

    fn request(addresses: &[&str]) -> Attachment {
        Attachment::new(
            "web".parse().unwrap(),
            "br0".parse().unwrap(),
            addresses.iter().map(|text| text.parse().unwrap()).collect(),
        )
    }

    #[test]
    fn parts_must_agree() {
        assert!(request(&["10.0.0.5/24", "fd00::5/64"]).validated().is_ok());
        for bad in [
            vec![],
            vec!["none", "10.0.0.5/24"],
            vec!["10.0.0.5/24", "10.0.0.5/25"],
            vec!["auto", "auto"],
            vec!["dhcp", "dhcp"],
            vec!["slaac", "10.0.0.5/24", "slaac"],
            vec!["dhcp", "none"],
            vec!["10.0.0.5/24@10.0.0.1", "10.0.0.6/24@10.0.0.2"],
        ] {
            assert!(request(&bad).validated().is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn what_a_client_is_told_needs_a_client() {
        let mut told = request(&["10.0.0.5/24"]);
        told.dhcp.hostname = Some("web".parse().unwrap());
        assert!(told.clone().validated().is_err());
        told.addresses.push("dhcp".parse().unwrap());
        assert!(told.validated().is_ok());
        assert!(
            request(&["dhcp", "dhcp6", "slaac", "auto"])
                .validated()
                .is_ok()
        );
    }

    #[test]
    fn a_gateway_must_be_on_the_link() {
        let mut outside = request(&["10.0.0.5/24"]);
        outside.gateways = vec!["10.1.0.1".parse().unwrap()];
        assert!(
            outside
                .validated()
                .unwrap_err()
                .to_string()
                .contains("outside 10.0.0.0/24")
        );
    }

    #[test]
    fn a_sysctl_is_given_once() {
        let mut twice = request(&["none"]);
        twice.sysctls = ["net.ipv4.ip_forward=1", "net/ipv4/ip_forward=0"]
            .map(|text| text.parse().unwrap())
            .into();
        assert!(twice.validated().is_err());
    }

    #[test]
    fn an_mtu_has_bounds() {
        for bad in ["", "67", "65536", "+1500", "1500x", "-1"] {
            assert!(bad.parse::<Mtu>().is_err(), "{bad:?} was accepted");
        }
    }
}

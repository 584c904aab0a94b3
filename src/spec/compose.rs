//! What a Compose project asks of netpipe as a provider: a segment of network.

use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnetwork::IpNetwork;

use super::{
    Datapath, IfName, LinkKind, LinkSpec, Mtu, NetworkName, NetworkSpec, StaticAddress, TunnelSpec,
    VlanId, is_ovs_name, serde_as_text, shown,
};
use crate::error::{Error, Result};

/// How many addresses one service may set aside: all that it had may give way to as many others
/// in one transaction, of which etcd allows 128 operations.
const MOST_ADDRESSES: usize = 60;

/// The name of a project or of a service: 1 to 64 of letters, digits, `.`, `_` and `-`, the
/// first a letter, a digit or `_`. Compose itself allows less in a project's name
/// (`loader.NormalizeProjectName` of compose-go) and as much in a service's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComposeName(String);

impl ComposeName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ComposeName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let good = (1..=64).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        if good {
            return Ok(Self(text.to_owned()));
        }
        Err(Error::usage(format!(
            "`{}` is not the name of a project or service of Compose",
            shown(text)
        ))
        .hint("use 1 to 64 letters, digits, '.', '_' or '-', starting with a letter or digit"))
    }
}

impl fmt::Display for ComposeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_as_text!(ComposeName);

/// `[LABEL=]IP` or `[LABEL=]auto`: an address that is set aside for a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// What the project calls it.
    pub label: Option<String>,
    /// The address; the next free one of the network if none.
    pub ip: Option<IpAddr>,
}

impl FromStr for Reservation {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (label, rest) = match text.split_once('=') {
            Some((label, rest)) => (Some(label), rest),
            None => (None, text),
        };
        if let Some(label) = label {
            let good = (1..=32).contains(&label.len())
                && label.starts_with(|c: char| c.is_ascii_alphabetic())
                && label
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
            if !good {
                return Err(
                    Error::usage(format!("`{}` cannot label an address", shown(label)))
                        .hint("use 1 to 32 letters, digits, '_' or '-', starting with a letter"),
                );
            }
        }
        let ip = match rest {
            "auto" => None,
            _ => Some(rest.parse().map_err(|_| {
                Error::usage(format!("`{}` is not an address to set aside", shown(rest)))
                    .hint("write IP, LABEL=IP or LABEL=auto; no prefix length")
            })?),
        };
        Ok(Self {
            label: label.map(Into::into),
            ip,
        })
    }
}

impl fmt::Display for Reservation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(label) = &self.label {
            write!(f, "{label}=")?;
        }
        match self.ip {
            Some(ip) => write!(f, "{ip}"),
            None => f.write_str("auto"),
        }
    }
}

/// The bridge of a segment.
#[derive(Debug, Clone)]
pub struct SegmentBridge {
    /// The bridge; its name says whose it is if it has no kind.
    pub link: LinkSpec,
    /// Addresses of the host on it.
    pub addresses: Vec<StaticAddress>,
    /// Its MTU.
    pub mtu: Option<Mtu>,
    /// Links of the host that become its ports.
    pub ports: Vec<IfName>,
    /// Whether the spanning tree runs.
    pub stp: bool,
    /// Whether it tells VLANs apart from the start.
    pub vlan_filtering: bool,
    /// Where Open vSwitch switches.
    pub datapath: Option<Datapath>,
}

impl SegmentBridge {
    /// Whether it is one of Open vSwitch.
    pub fn is_ovs(&self) -> bool {
        match self.link.kind {
            None => is_ovs_name(&self.link.name),
            kind => kind == Some(LinkKind::Ovs),
        }
    }

    fn check(&self) -> Result<()> {
        match self.link.kind {
            None | Some(LinkKind::Bridge | LinkKind::Ovs) => {}
            Some(kind) => {
                return Err(Error::usage(format!("`{kind}` is no kind of bridge"))
                    .hint("give a bare name, `bridge:NAME` or `ovs:NAME`"));
            }
        }
        if self.datapath.is_some() && !self.is_ovs() {
            return Err(
                Error::usage("option `datapath` is for a bridge of Open vSwitch")
                    .hint("write `bridge: ovs:NAME`, or leave it out"),
            );
        }
        match self
            .addresses
            .iter()
            .find(|address| address.gateway.is_some())
        {
            Some(address) => Err(Error::usage(format!("`{address}` names a gateway"))
                .hint("a bridge's address takes none")),
            None => Ok(()),
        }
    }
}

/// Everything that one service of a project asks for, each part well-formed by itself.
#[derive(Debug, Clone)]
pub struct Segment {
    /// The bridge.
    pub bridge: Option<SegmentBridge>,
    /// The network.
    pub network: Option<(NetworkName, NetworkSpec)>,
    /// The VLAN of the bridge that the network and the tunnel are in.
    pub vlan: Option<VlanId>,
    /// The tunnel.
    pub tunnel: Option<TunnelSpec>,
    /// The addresses that are set aside.
    pub addresses: Vec<Reservation>,
    /// All of it as it was written, `option=value`, sorted: what tells whether it changed.
    pub asked: Vec<String>,
}

impl Segment {
    /// The same if its parts agree.
    ///
    /// # Errors
    /// A usage error that says which do not.
    pub fn validated(mut self) -> Result<Self> {
        if self.bridge.is_none() && self.network.is_none() && self.tunnel.is_none() {
            return Err(Error::usage("the service asks for nothing")
                .hint("give one of the options bridge, network and tunnel"));
        }
        self.bridge.as_ref().map_or(Ok(()), SegmentBridge::check)?;
        if self.vlan.is_some() && self.bridge.is_none() {
            return Err(
                Error::usage("option `vlan` is a VLAN of a bridge, and none is named")
                    .hint("give the option `bridge` as well"),
            );
        }
        self.network = match self.network.take() {
            Some((name, spec)) if spec.subnets.is_empty() => {
                return Err(Error::usage(format!("network `{name}` has no subnet"))
                    .hint("give the option `subnet`, such as 10.1.0.0/24"));
            }
            Some((name, spec)) => Some((name, spec.validated()?)),
            None => None,
        };
        self.tunnel = self.tunnel.take().map(TunnelSpec::validated).transpose()?;
        self.check_addresses()?;
        self.asked.sort();
        Ok(self)
    }

    fn check_addresses(&self) -> Result<()> {
        if self.addresses.len() > MOST_ADDRESSES {
            return Err(Error::usage(format!(
                "{} addresses are more than a service may set aside",
                self.addresses.len()
            ))
            .hint(format!("at most {MOST_ADDRESSES}; exclude a range instead")));
        }
        let Some((name, spec)) = &self.network else {
            return match self.addresses.first() {
                None => Ok(()),
                Some(first) => Err(Error::usage(format!(
                    "there is no network to set `{first}` aside in"
                ))
                .hint("give the options `network` and `subnet` as well")),
            };
        };
        let (mut ips, mut labels) = (BTreeSet::new(), BTreeSet::new());
        for one in &self.addresses {
            let fits = |ip: &IpAddr| spec.subnets.iter().any(|subnet| subnet.contains(*ip));
            match one.ip {
                Some(ip) if !fits(&ip) => {
                    return Err(
                        Error::usage(format!("{ip} is in no subnet of network `{name}`"))
                            .hint("add its subnet, or give another address"),
                    );
                }
                Some(ip) if !ips.insert(ip) => {
                    return Err(Error::usage(format!("address {ip} is given twice")));
                }
                _ => {}
            }
            // As it is in the name of a variable.
            let label = one.label.as_deref().map(variable_of);
            if let Some(label) = label
                && !labels.insert(label.clone())
            {
                return Err(Error::usage(format!("label `{label}` is given twice"))
                    .hint("labels differ in more than case, '-' and '_'"));
            }
        }
        Ok(())
    }

    /// The name of its bridge.
    pub fn bridge_name(&self) -> Option<&IfName> {
        self.bridge.as_ref().map(|bridge| &bridge.link.name)
    }

    /// The subnets of its network.
    pub fn subnets(&self) -> &[IpNetwork] {
        self.network
            .as_ref()
            .map_or(&[], |(_, spec)| spec.subnets.as_slice())
    }
}

/// A label as it is in the name of an environment variable.
pub fn variable_of(label: &str) -> String {
    label.to_ascii_uppercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::{ComposeName, Reservation, variable_of};

    #[test]
    fn names_are_those_of_compose() {
        for good in ["a", "lamp", "my_project-1", "web.1", "0", "_x"] {
            assert_eq!(good.parse::<ComposeName>().unwrap().to_string(), good);
        }
        let long = "a".repeat(65);
        for bad in [
            "",
            "-a",
            ".",
            "a/b",
            "a b",
            "é",
            "a\n",
            "a\u{1b}[31m",
            &*long,
        ] {
            assert!(bad.parse::<ComposeName>().is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn reservations_read_back() {
        for good in [
            "10.0.0.5",
            "web=10.0.0.5",
            "auto",
            "db-2=auto",
            "v6=fd00::5",
        ] {
            assert_eq!(good.parse::<Reservation>().unwrap().to_string(), good);
        }
        for bad in [
            "",
            "=10.0.0.5",
            "web=",
            "10.0.0.5/24",
            "1=10.0.0.5",
            "a=b=10.0.0.5",
            "web=10.0.0.256",
            "a b=auto",
        ] {
            assert!(bad.parse::<Reservation>().is_err(), "{bad:?} was accepted");
        }
        assert_eq!(variable_of("db-2"), "DB_2");
    }
}

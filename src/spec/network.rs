//! Networks: named segments with the address pools that `auto` draws from.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnetwork::IpNetwork;
use serde::{Deserialize, Serialize};

use super::address::check_gateway;
use super::{IfName, VlanId, serde_as_text, shown};
use crate::error::{Error, Result};

/// The name of a network: 1 to 63 of letters, digits, `.`, `_`, `-`, and `@` for those
/// named after a bridge in a namespace other than the first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NetworkName(String);

impl NetworkName {
    /// The network that attachments to this link belong to unless they name another; in a
    /// VLAN it is one of its own, such as `br0.10`, for VLANs may use the same addresses.
    pub fn of_link(link: &IfName, vlan: Option<VlanId>) -> Self {
        match vlan {
            None => Self(link.as_str().to_owned()),
            Some(id) => Self(format!("{link}.{id}")),
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for NetworkName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let good = (1..=63).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            && text
                .chars()
                .all(|c| c.is_ascii_graphic() && !"/:%*'\"\\`$".contains(c));
        if good {
            return Ok(Self(text.to_owned()));
        }
        Err(
            Error::usage(format!("`{}` is not a network name", shown(text))).hint(
                "use 1 to 63 letters, digits, '.', '_' or '-', starting with a letter or digit",
            ),
        )
    }
}

impl fmt::Display for NetworkName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_as_text!(NetworkName);

/// `FIRST-LAST` or one address: an inclusive range of one family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressRange {
    /// The lowest address.
    pub first: IpAddr,
    /// The highest address.
    pub last: IpAddr,
}

impl AddressRange {
    /// Whether the range holds `ip`.
    pub fn contains(&self, ip: IpAddr) -> bool {
        self.first.is_ipv4() == ip.is_ipv4() && self.first <= ip && ip <= self.last
    }
}

impl FromStr for AddressRange {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refuse = |why: &str| {
            Error::usage(format!("`{}` is not an address range: {why}", shown(text)))
                .hint("write FIRST-LAST such as 10.0.0.10-10.0.0.99, or one address")
        };
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let first: IpAddr = first.parse().map_err(|_| refuse("bad first address"))?;
        let last: IpAddr = last.parse().map_err(|_| refuse("bad last address"))?;
        if first.is_ipv4() != last.is_ipv4() {
            return Err(refuse("it mixes address families"));
        }
        if first > last {
            return Err(refuse("it runs backwards"));
        }
        Ok(Self { first, last })
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            return write!(f, "{}", self.first);
        }
        write!(f, "{}-{}", self.first, self.last)
    }
}

serde_as_text!(AddressRange);

/// What a network is: the bridge it lives on, its subnets, and which of their
/// addresses `auto` may hand out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkSpec {
    /// The bridge attachments of this network are plugged into.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bridge: Option<IfName>,
    /// The VLAN of that bridge.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vlan: Option<VlanId>,
    /// The subnets, none overlapping another.
    #[serde(default)]
    pub subnets: Vec<IpNetwork>,
    /// The routers, at most one a subnet; never handed out.
    #[serde(default)]
    pub gateways: Vec<IpAddr>,
    /// Where `auto` draws from; a subnet without a range offers all of it.
    #[serde(default)]
    pub ranges: Vec<AddressRange>,
    /// What `auto` never hands out.
    #[serde(default)]
    pub exclude: Vec<AddressRange>,
}

impl NetworkSpec {
    /// Checks that the parts agree.
    ///
    /// # Errors
    /// A usage error that names the part that does not fit.
    pub fn validated(self) -> Result<Self> {
        if self.vlan.is_some() && self.bridge.is_none() {
            return Err(Error::usage("a VLAN is one of a bridge, and none is named")
                .hint("give --bridge as well"));
        }
        for (nth, subnet) in self.subnets.iter().enumerate() {
            check_subnet(*subnet)?;
            if let Some(other) = self.subnets[..nth]
                .iter()
                .find(|other| overlap(**other, *subnet))
            {
                return Err(
                    Error::usage(format!("subnets {other} and {subnet} overlap"))
                        .hint("give subnets that share no address"),
                );
            }
        }
        for (nth, gateway) in self.gateways.iter().enumerate() {
            let subnet = self.subnet_of(*gateway, "gateway")?;
            if self.gateways[..nth]
                .iter()
                .any(|other| subnet.contains(*other))
            {
                return Err(Error::usage(format!("subnet {subnet} has two gateways")));
            }
        }
        for range in self.ranges.iter().chain(&self.exclude) {
            let subnet = self.subnet_of(range.first, "range")?;
            if !subnet.contains(range.last) {
                return Err(Error::usage(format!(
                    "range `{range}` leaves subnet {subnet}"
                )));
            }
        }
        Ok(self)
    }

    fn subnet_of(&self, ip: IpAddr, what: &str) -> Result<IpNetwork> {
        self.subnets
            .iter()
            .copied()
            .find(|subnet| subnet.contains(ip))
            .ok_or_else(|| {
                Error::usage(format!("{what} `{ip}` is in no subnet of the network"))
                    .hint("add its subnet with --subnet")
            })
    }

    /// The gateway of the subnet that holds `ip`.
    pub fn gateway_for(&self, ip: IpNetwork) -> Option<IpAddr> {
        self.gateways
            .iter()
            .copied()
            .find(|gateway| ip.contains(*gateway) && check_gateway(ip, *gateway).is_ok())
    }
}

/// Refuses a subnet with host bits set, or one that no host fits into.
fn check_subnet(subnet: IpNetwork) -> Result<()> {
    if subnet.ip() != subnet.network() {
        let (network, length) = (subnet.network(), subnet.prefix());
        return Err(Error::usage(format!("subnet `{subnet}` has host bits set"))
            .hint(format!("did you mean {network}/{length}?")));
    }
    if subnet.prefix() == 0 || subnet.ip().is_multicast() || subnet.ip().is_loopback() {
        return Err(
            Error::usage(format!("`{subnet}` is not a subnet for hosts"))
                .hint("give one such as 10.0.0.0/24 or fd00::/64"),
        );
    }
    Ok(())
}

fn overlap(one: IpNetwork, other: IpNetwork) -> bool {
    one.contains(other.network()) || other.contains(one.network())
}

#[cfg(test)]
mod tests {
    use super::{AddressRange, NetworkName, NetworkSpec};

    fn network(subnets: &[&str], gateways: &[&str], ranges: &[&str]) -> NetworkSpec {
        NetworkSpec {
            subnets: subnets.iter().map(|text| text.parse().unwrap()).collect(),
            gateways: gateways.iter().map(|text| text.parse().unwrap()).collect(),
            ranges: ranges.iter().map(|text| text.parse().unwrap()).collect(),
            ..NetworkSpec::default()
        }
    }

    #[test]
    fn parts_must_agree() {
        let ok = network(
            &["10.0.0.0/24", "fd00::/64"],
            &["10.0.0.1"],
            &["10.0.0.9-10.0.0.20"],
        );
        assert!(ok.validated().is_ok());
        for bad in [
            network(&["10.0.0.1/24"], &[], &[]),
            network(&["10.0.0.0/24", "10.0.0.0/25"], &[], &[]),
            network(&["10.0.0.0/24"], &["10.0.1.1"], &[]),
            network(&["10.0.0.0/24"], &["10.0.0.1", "10.0.0.2"], &[]),
            network(&["10.0.0.0/24"], &[], &["10.0.0.9-10.0.1.9"]),
            network(&["0.0.0.0/0"], &[], &[]),
        ] {
            assert!(bad.clone().validated().is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn refuses_bad_names_and_ranges() {
        for bad in ["", "a b", "a/b", "-a", "é", "a\n"] {
            assert!(bad.parse::<NetworkName>().is_err(), "{bad:?} was accepted");
        }
        for bad in [
            "",
            "10.0.0.9-10.0.0.1",
            "10.0.0.1-fd00::1",
            "x-y",
            "10.0.0.1-",
        ] {
            assert!(bad.parse::<AddressRange>().is_err(), "{bad:?} was accepted");
        }
    }
}

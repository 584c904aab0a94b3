//! Rules for the subnet of a route to another host's containers.

use std::fmt;
use std::net::IpAddr;

use ipnetwork::IpNetwork;
use serde::{Deserialize, Serialize};

use super::rule::{Backend, Chain, Family, Rule, Table};
use crate::error::{Error, Result};

/// What every mark of such a rule starts with; the subnet follows.
const MARK_PREFIX: &str = "netpipe:route:";

/// A subnet without host bits that is not everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "IpNetwork", into = "IpNetwork")]
pub struct Subnet(IpNetwork);

impl Subnet {
    /// Checks a subnet.
    ///
    /// # Errors
    /// A usage error if it has host bits, or is every address there is.
    pub fn new(subnet: IpNetwork) -> Result<Self> {
        if subnet.prefix() == 0 || subnet.ip() != subnet.network() {
            let what = format!("`{subnet}` is not a subnet that a firewall rule can be for");
            return Err(Error::usage(what));
        }
        Ok(Self(subnet))
    }

    /// The subnet.
    pub fn get(&self) -> IpNetwork {
        self.0
    }

    /// The ownership mark of its rules: `netpipe:route:10.2.0.0/24`.
    pub fn mark(&self) -> String {
        format!("{MARK_PREFIX}{}", self.0)
    }

    /// Its family.
    pub fn family(&self) -> Family {
        match self.0 {
            IpNetwork::V4(_) => Family::V4,
            IpNetwork::V6(_) => Family::V6,
        }
    }

    /// The bytes of its address.
    pub(super) fn octets(&self) -> Vec<u8> {
        match self.0.ip() {
            IpAddr::V4(v4) => v4.octets().to_vec(),
            IpAddr::V6(v6) => v6.octets().to_vec(),
        }
    }
}

impl TryFrom<IpNetwork> for Subnet {
    type Error = Error;

    fn try_from(subnet: IpNetwork) -> Result<Self> {
        Self::new(subnet)
    }
}

impl From<Subnet> for IpNetwork {
    fn from(subnet: Subnet) -> Self {
        subnet.0
    }
}

impl fmt::Display for Subnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Which address of a packet is in the subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The source.
    From,
    /// The destination.
    To,
}

impl Direction {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::From, Self::To];

    /// The option of iptables.
    pub(super) fn option(self) -> &'static str {
        match self {
            Self::From => "-s",
            Self::To => "-d",
        }
    }

    /// Where the address is in a packet of that family, in bytes from the header's start
    /// (RFC 791 section 3.1, RFC 8200 section 3).
    pub(super) fn offset(self, family: Family) -> u32 {
        match (family, self) {
            (Family::V4, Self::From) => 12,
            (Family::V4, Self::To) => 16,
            (Family::V6, Self::From) => 8,
            (Family::V6, Self::To) => 24,
        }
    }
}

/// One rule that accepts forwarded packets from or to a subnet, in one filter of its family.
///
/// `Display` writes the `iptables` command that adds the same rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RouteRule {
    /// The address family it is for.
    pub family: Family,
    /// The packet filter that holds it.
    pub backend: Backend,
    /// The table it sits in.
    pub table: Table,
    /// The chain it sits at the head of.
    pub chain: Chain,
    /// The subnet.
    pub subnet: Subnet,
    /// Which of a packet's addresses is in it.
    pub direction: Direction,
}

impl fmt::Display for RouteRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Rule::from(self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::{Direction, RouteRule, Subnet};
    use crate::sys::firewall::{Backend, Chain, Table};

    #[test]
    fn shows_the_command_it_equals_and_a_record_smuggles_nothing_in() {
        let subnet = Subnet::new("10.2.0.0/24".parse().unwrap()).unwrap();
        let rule = RouteRule {
            family: subnet.family(),
            backend: Backend::Nft,
            table: Table::Filter,
            chain: Chain::DockerUser,
            subnet,
            direction: Direction::From,
        };
        assert_eq!(
            rule.to_string(),
            "iptables -I DOCKER-USER -s 10.2.0.0/24 -m comment --comment \
             netpipe:route:10.2.0.0/24 -j ACCEPT"
        );
        let json = serde_json::to_string(&rule).unwrap();
        assert_eq!(serde_json::from_str::<RouteRule>(&json).unwrap(), rule);
        for (from, to) in [
            ("10.2.0.0/24", "-j"),
            ("10.2.0.0/24", "0.0.0.0/0"),
            ("filter", "nat"),
        ] {
            assert!(serde_json::from_str::<RouteRule>(&json.replace(from, to)).is_err());
        }
    }
}

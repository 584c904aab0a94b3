//! The rules netpipe adds, as values: where they sit, for whom, and their marks.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::bridge::Bridge;
use super::route::{Direction, RouteRule, Subnet};
use crate::sys::link::NfCall;

/// An address family with a filter table of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// IPv4: `table ip filter`, `iptables`.
    V4,
    /// IPv6: `table ip6 filter`, `ip6tables`.
    V6,
}

impl Family {
    /// Both families, in the order they are looked at.
    pub const ALL: [Self; 2] = [Self::V4, Self::V6];

    /// Whether a bridge hands its own frames to this family's filters.
    pub(super) fn is_called(self, own: NfCall) -> bool {
        match self {
            Self::V4 => own.v4,
            Self::V6 => own.v6,
        }
    }

    /// The name of the command that edits this family's filter table.
    pub(super) fn program(self) -> &'static str {
        match self {
            Self::V4 => "iptables",
            Self::V6 => "ip6tables",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        })
    }
}

/// Which of the kernel's two packet filters holds a rule. Both can be active at once,
/// and then a packet needs an accept from each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// nf_tables: `nft`, and `iptables` of the nft flavour.
    Nft,
    /// ip_tables / ip6_tables: `iptables-legacy`.
    Legacy,
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nft => "nf_tables",
            Self::Legacy => "legacy",
        })
    }
}

/// The table a rule sits in. A type, not a string: rules are read back from records,
/// and what a record says must never become another table or a program's option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Table {
    /// `filter`, iptables' default table.
    Filter,
}

impl Table {
    /// The table's name as the kernel spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Filter => "filter",
        }
    }
}

/// The chain a rule sits in; see [`Table`] for why it is a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Chain {
    /// The chain Docker keeps for its user's rules and never flushes.
    #[serde(rename = "DOCKER-USER")]
    DockerUser,
    /// The built-in chain of forwarded packets.
    #[serde(rename = "FORWARD")]
    Forward,
}

impl Chain {
    /// Every chain netpipe may put a rule into.
    pub const ALL: [Self; 2] = [Self::DockerUser, Self::Forward];

    /// The chain's name as the kernel spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DockerUser => "DOCKER-USER",
            Self::Forward => "FORWARD",
        }
    }

    /// The chain of that name, if it is one netpipe uses.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|chain| chain.as_str() == name)
    }
}

/// One rule that accepts traffic from a bridge to itself, in one filter of one family.
///
/// `Display` writes the `iptables` command that adds the same rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BridgeRule {
    /// The address family it is for.
    pub family: Family,
    /// The packet filter that holds it.
    pub backend: Backend,
    /// The table it sits in.
    pub table: Table,
    /// The chain it sits at the head of.
    pub chain: Chain,
    /// The bridge whose own traffic it accepts.
    pub bridge: Bridge,
}

impl fmt::Display for BridgeRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Rule::from(self).fmt(f)
    }
}

/// What a rule of netpipe's accepts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Traffic from a bridge to itself.
    Bridge(Bridge),
    /// Traffic from or to the subnet of a route.
    Route(Subnet, Direction),
}

impl Subject {
    /// The comment that says whose rule it is.
    pub(super) fn mark(&self) -> String {
        match self {
            Self::Bridge(bridge) => bridge.mark(),
            Self::Route(subnet, _) => subnet.mark(),
        }
    }

    /// The condition in the order in which `iptables -S` prints it.
    fn condition(&self) -> Vec<String> {
        match self {
            Self::Bridge(bridge) => {
                let bridge = bridge.as_str();
                ["-i", bridge, "-o", bridge].map(str::to_owned).to_vec()
            }
            Self::Route(subnet, direction) => {
                vec![direction.option().to_owned(), subnet.to_string()]
            }
        }
    }
}

/// Any rule of netpipe's.
///
/// `Display` writes the `iptables` command that adds the same rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    /// The address family it is for.
    pub family: Family,
    /// The packet filter that holds it.
    pub backend: Backend,
    /// The table it sits in.
    pub table: Table,
    /// The chain it sits at the head of.
    pub chain: Chain,
    /// What it accepts.
    pub subject: Subject,
}

impl Rule {
    /// The arguments that follow `-I CHAIN`, `-D CHAIN` or `-A CHAIN`, in the order in
    /// which `iptables -S` prints them; `mark` is the comment as it is written there.
    pub(super) fn matches(&self, mark: &str) -> Vec<String> {
        let mut words = self.subject.condition();
        words.extend(["-m", "comment", "--comment", mark, "-j", "ACCEPT"].map(str::to_owned));
        words
    }
}

impl From<&BridgeRule> for Rule {
    fn from(rule: &BridgeRule) -> Self {
        Self {
            family: rule.family,
            backend: rule.backend,
            table: rule.table,
            chain: rule.chain,
            subject: Subject::Bridge(rule.bridge.clone()),
        }
    }
}

impl From<&RouteRule> for Rule {
    fn from(rule: &RouteRule) -> Self {
        Self {
            family: rule.family,
            backend: rule.backend,
            table: rule.table,
            chain: rule.chain,
            subject: Subject::Route(rule.subnet, rule.direction),
        }
    }
}

impl Rule {
    /// The rule of a bridge, if it is one.
    pub(super) fn of_bridge(self) -> Option<BridgeRule> {
        let Subject::Bridge(bridge) = self.subject else {
            return None;
        };
        Some(BridgeRule {
            family: self.family,
            backend: self.backend,
            table: self.table,
            chain: self.chain,
            bridge,
        })
    }

    /// The rule of a route, if it is one.
    pub(super) fn of_route(self) -> Option<RouteRule> {
        let Subject::Route(subnet, direction) = self.subject else {
            return None;
        };
        Some(RouteRule {
            family: self.family,
            backend: self.backend,
            table: self.table,
            chain: self.chain,
            subnet,
            direction,
        })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flavour = match self.backend {
            Backend::Nft => "",
            Backend::Legacy => "-legacy",
        };
        let (program, chain) = (self.family.program(), self.chain.as_str());
        let matches = self.matches(&self.subject.mark()).join(" ");
        write!(f, "{program}{flavour} -I {chain} {matches}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(family: Family, backend: Backend, chain: Chain) -> BridgeRule {
        let bridge = Bridge::new("br0").unwrap();
        BridgeRule {
            family,
            backend,
            table: Table::Filter,
            chain,
            bridge,
        }
    }

    #[test]
    fn shows_the_command_it_equals() {
        let nft = rule(Family::V4, Backend::Nft, Chain::DockerUser);
        assert_eq!(
            nft.to_string(),
            "iptables -I DOCKER-USER -i br0 -o br0 -m comment --comment netpipe:br0 -j ACCEPT"
        );
        let legacy = rule(Family::V6, Backend::Legacy, Chain::Forward);
        assert!(
            legacy
                .to_string()
                .starts_with("ip6tables-legacy -I FORWARD -i br0 ")
        );
    }

    #[test]
    fn a_record_cannot_smuggle_an_option_in() {
        let good = rule(Family::V6, Backend::Nft, Chain::DockerUser);
        let json = serde_json::to_string(&good).unwrap();
        assert_eq!(
            json,
            r#"{"family":"v6","backend":"nft","table":"filter","chain":"DOCKER-USER","bridge":"br0"}"#
        );
        assert_eq!(serde_json::from_str::<BridgeRule>(&json).unwrap(), good);
        for (from, to) in [
            ("DOCKER-USER", "--modprobe=/tmp/x"),
            ("br0", "-j"),
            ("filter", "nat"),
        ] {
            assert!(serde_json::from_str::<BridgeRule>(&json.replace(from, to)).is_err());
        }
    }
}

//! Chains that drop forwarded packets and that no rule of netpipe's can make up for.

use serde::Serialize;

use super::rule::{Backend, Chain, Table};
use super::state::Warning;

/// What stops the packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stop {
    /// The chain's policy is to drop.
    Policy,
    /// A rule without a condition drops.
    Drop,
    /// A rule without a condition rejects.
    Reject,
}

/// What a rule without a condition makes of all packets that come to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// They pass this chain.
    Accept,
    /// They do not.
    Stop(Stop),
}

/// A base chain that stops forwarded packets, and whose verdict no rule of netpipe's comes
/// before.
///
/// The kernel runs the base chains of a hook one after another, and a packet must be
/// accepted by every one (nft(8), "Verdict statement"): no rule in `ip filter` makes up
/// for another table's chain. netpipe writes neither into tables of the administrator's own
/// nor before rules of theirs, so it adds nothing for such a chain and says so in
/// [`ForwardState::warnings`](super::ForwardState::warnings).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Blocker {
    /// The packet filter it is in.
    pub backend: Backend,
    /// The table's family as nft spells it: `ip`, `ip6`, `inet` or `bridge`.
    pub table_family: &'static str,
    /// The table.
    pub table: String,
    /// The chain.
    pub chain: String,
    /// What stops the packets. The rules before a rule without a condition may let some
    /// pass; which ones is not looked at.
    pub stop: Stop,
}

impl Blocker {
    /// Whether it is the FORWARD of iptables, where netpipe may have a rule of its own.
    pub(super) fn is_iptables(&self) -> bool {
        matches!(self.table_family, "ip" | "ip6")
            && self.table == Table::Filter.as_str()
            && self.chain == Chain::Forward.as_str()
    }

    pub(super) fn warning(&self) -> Warning {
        let Self {
            backend,
            table_family,
            table,
            chain,
            ..
        } = self;
        let what = match self.stop {
            Stop::Policy => "drops forwarded packets by policy",
            Stop::Drop => "ends with a rule that drops forwarded packets",
            Stop::Reject => "ends with a rule that rejects forwarded packets",
        };
        let legacy = match backend {
            Backend::Nft => "",
            Backend::Legacy => "the legacy ",
        };
        Warning {
            detail: format!(
                "chain `{chain}` of {legacy}`table {table_family} {table}` {what}, those between \
                 two ports of a bridge too, and no rule elsewhere can override it"
            ),
            fix: Some(self.fix()),
        }
    }

    fn fix(&self) -> String {
        let Self {
            table_family,
            table,
            chain,
            ..
        } = self;
        if table == "firewalld" {
            // What is put into its own table goes with its next reload.
            return "firewall-cmd --permanent --zone=trusted --add-interface=BRIDGE && \
                    firewall-cmd --reload"
                .to_owned();
        }
        if self.is_iptables() {
            let program = match *table_family {
                "ip6" => "ip6tables",
                _ => "iptables",
            };
            let flavour = match self.backend {
                Backend::Nft => "",
                Backend::Legacy => "-legacy",
            };
            return format!("{program}{flavour} -I {chain} -i BRIDGE -o BRIDGE -j ACCEPT");
        }
        let own = match *table_family {
            "bridge" => "",
            _ => "iifname BRIDGE oifname BRIDGE ",
        };
        format!("nft insert rule {table_family} {table} {chain} {own}accept")
    }
}

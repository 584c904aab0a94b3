//! One rule per bridge and family, so that Docker's firewall lets a bridge's own ports
//! talk to each other; and two for each route to another host's containers, so that it lets
//! their packets be forwarded.
//!
//! With br_netfilter, frames between two ports of a bridge pass through the filters of
//! forwarded packets, and Docker sets those to drop. netpipe adds, only where that is so,
//! one rule that accepts traffic from the bridge to itself, in DOCKER-USER where there is
//! one, else at the head of FORWARD. The rule carries the mark `netpipe:<bridge>` as its
//! comment, and only rules that are exactly this and carry it are ever removed.
//! The rules of a route accept what comes from its subnet or goes there, sit in the same
//! chains, and carry `netpipe:route:<subnet>`.
//!
//! Everything here acts on the network namespace of the calling thread, and blocks.
//!
//! - Both packet filters may be active at once ([`Backend`]); each then needs its rule.
//! - A rule of somebody else's that accepts the same traffic does not count: it may go
//!   when its owner likes.
//! - A drop policy outside the filter tables cannot be answered by a rule in them, and
//!   gets none. Rules that drop or reject, as against policies, are the administrator's word
//!   and are not overridden. `netpipe doctor` tells of both: see [`Blocker`].

mod blocker;
mod bridge;
mod expr;
mod legacy;
mod nfchain;
mod nferror;
mod nfmsg;
mod nfsock;
mod nft;
mod route;
mod rule;
mod state;

use std::collections::BTreeSet;
use std::slice::from_ref;

use crate::error::Result;
use crate::sys::link::NfCall;
use nft::Nft;

pub use blocker::{Blocker, Stop};
pub use bridge::Bridge;
pub use route::{Direction, RouteRule, Subnet};
pub use rule::{Backend, BridgeRule, Chain, Family, Rule, Subject, Table};
pub use state::{FamilyState, Filter, ForwardState, Policy, Warning};

/// Which rules the bridge needs and does not have. Changes nothing.
///
/// `own` is what the bridge itself hands to the filters. Empty where br_netfilter is off for
/// it, which costs two reads of /proc. A rule of netpipe's in
/// the other of the two chains counts as present: it was right when it was added, and
/// Docker's later chains do not make it wrong.
///
/// # Errors
/// The kernel does not let this user list rules; a legacy table is in use and there is no
/// program to read it; the bridge needs a rule and its name cannot be put into one.
pub fn needed(bridge: &str, own: NfCall) -> Result<Vec<BridgeRule>> {
    let mut families = Vec::new();
    for family in Family::ALL {
        if state::bridge_netfilter(family)?.is_some_and(|all| all || family.is_called(own)) {
            families.push(family);
        }
    }
    let mut missing = Vec::new();
    if families.is_empty() {
        return Ok(missing);
    }
    let mut nft = Nft::open()?;
    for family in families {
        if let Some(chain) = nft.place(family)? {
            let rule = rule_for(family, Backend::Nft, chain, bridge)?;
            let there = nft.holds(family, &Subject::Bridge(rule.bridge.clone()), chain)?;
            missing.extend((!there).then_some(rule));
        }
        if let Some(found) = legacy::snapshot(family)?
            && let Some(chain) = found.filter.place()
        {
            let rule = rule_for(family, Backend::Legacy, chain, bridge)?;
            let subject = Rule::from(&rule).subject;
            let there = found.owned.iter().any(|own| own.subject == subject);
            missing.extend((!there).then_some(rule));
        }
    }
    Ok(missing)
}

/// Which rules the subnet of a route needs for its packets to be forwarded, those that are
/// there included. Changes nothing.
///
/// # Errors
/// The kernel does not let this user list rules; a legacy table is in use and there is no
/// program to read it.
pub fn needed_for_route(subnet: Subnet) -> Result<Vec<RouteRule>> {
    let family = subnet.family();
    let modern = Nft::open()?.place(family)?;
    let legacy = legacy::snapshot(family)?.and_then(|found| found.filter.place());
    let places = [(Backend::Nft, modern), (Backend::Legacy, legacy)];
    let places = places
        .into_iter()
        .filter_map(|(backend, chain)| Some((backend, chain?)));
    let rules = places.flat_map(|(backend, chain)| {
        Direction::BOTH.map(|direction| RouteRule {
            family,
            backend,
            table: Table::Filter,
            chain,
            subnet,
            direction,
        })
    });
    Ok(rules.collect())
}

/// The bridge's rule in that chain.
fn rule_for(family: Family, backend: Backend, chain: Chain, bridge: &str) -> Result<BridgeRule> {
    Ok(BridgeRule {
        family,
        backend,
        table: Table::Filter,
        chain,
        bridge: Bridge::new(bridge)?,
    })
}

/// Whether the rule is there, with netpipe's mark. `false` too where its chain or table is
/// missing.
///
/// # Errors
/// The kernel, or `iptables-legacy`, does not list the rules.
pub fn present(rule: &BridgeRule) -> Result<bool> {
    let rules = match rule.backend {
        Backend::Nft => Nft::open()?.owned(rule.family)?,
        Backend::Legacy => legacy::owned(rule.family)?,
    };
    Ok(rules.contains(&Rule::from(rule)))
}

/// Adds the rule at the head of its chain; does nothing if it is there already.
///
/// On nf_tables the look and the change are one transaction. The legacy tables know none:
/// there the caller's lock on the bridge keeps two netpipes from adding one rule twice.
///
/// # Errors
/// The chain does not exist, or the kernel or `iptables-legacy` refuses; nothing changed.
pub fn add(rule: &BridgeRule) -> Result<()> {
    add_all(from_ref(rule))
}

/// Adds several rules as [`add`] does, those of nf_tables in one transaction.
///
/// # Errors
/// As [`add`]. Legacy rules are added one by one after the others: when one of those
/// fails, [`remove_all`] takes back what was added.
pub fn add_all<'a, R>(rules: &'a [R]) -> Result<()>
where
    Rule: From<&'a R>,
{
    let rules: BTreeSet<_> = rules.iter().map(Rule::from).collect();
    let (modern, legacy) = by_backend(&rules);
    if !modern.is_empty() {
        Nft::open()?.add(&modern)?;
    }
    legacy.into_iter().try_for_each(legacy::add)
}

/// Removes the rule that carries netpipe's mark, and copies of it, should a restored table
/// hold some. Success if the rule, its chain or its table is not there.
///
/// After a deletion on nf_tables the kernel keeps the caller waiting, some 15 ms, when the
/// socket closes (`nft_rcv_nl_event`), as it does to `iptables -D`.
///
/// # Errors
/// The kernel or `iptables-legacy` refuses; the rule may still be there.
pub fn remove(rule: &BridgeRule) -> Result<()> {
    remove_all(from_ref(rule))
}

/// Removes several rules as [`remove`] does, those of nf_tables in one transaction: both
/// families' rules of a bridge cost no more than one.
///
/// # Errors
/// As [`remove`], the first one; a failure in one backend does not keep the rules of the
/// other.
pub fn remove_all<'a, R>(rules: &'a [R]) -> Result<()>
where
    Rule: From<&'a R>,
{
    let rules: BTreeSet<_> = rules.iter().map(Rule::from).collect();
    let (modern, legacy) = by_backend(&rules);
    let mut outcome = Ok(());
    if !modern.is_empty() {
        outcome = Nft::open().and_then(|mut nft| nft.remove(&modern));
    }
    for rule in legacy {
        let removed = legacy::remove(rule);
        outcome = outcome.and(removed);
    }
    outcome
}

/// The rules of nf_tables, and those of the legacy tables.
fn by_backend(rules: &BTreeSet<Rule>) -> (Vec<&Rule>, Vec<&Rule>) {
    rules.iter().partition(|rule| rule.backend == Backend::Nft)
}

/// Every rule of netpipe's in this network namespace; each once.
fn all_owned() -> Result<BTreeSet<Rule>> {
    let mut found = BTreeSet::new();
    let mut nft = Nft::open()?;
    for family in Family::ALL {
        found.extend(nft.owned(family)?);
        found.extend(legacy::owned(family)?);
    }
    Ok(found)
}

/// Every rule of netpipe's for bridges in this network namespace, or those of one bridge;
/// each once.
///
/// # Errors
/// The kernel, or `iptables-legacy`, does not list the rules.
pub fn owned(bridge: Option<&str>) -> Result<Vec<BridgeRule>> {
    let rules = all_owned()?.into_iter().filter_map(Rule::of_bridge);
    let wanted = |rule: &BridgeRule| bridge.is_none_or(|name| rule.bridge.as_str() == name);
    Ok(rules.filter(wanted).collect())
}

/// Every rule of netpipe's for routes in this network namespace, or those of one subnet;
/// each once.
///
/// # Errors
/// As [`owned`].
pub fn owned_for_routes(subnet: Option<Subnet>) -> Result<Vec<RouteRule>> {
    let rules = all_owned()?.into_iter().filter_map(Rule::of_route);
    let wanted = |rule: &RouteRule| subnet.is_none_or(|wanted| rule.subnet == wanted);
    Ok(rules.filter(wanted).collect())
}

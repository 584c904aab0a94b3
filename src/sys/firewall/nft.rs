//! The nf_tables backend: chains and rules of `ip filter` and `ip6 filter`, over netlink.

use nix::errno::Errno;

use super::bridge::Bridge;
use super::expr::{self, OwnRule};
use super::nferror::NetlinkError;
use super::nfmsg::{Attrs, Writer, flag};
use super::nfsock::{ATTEMPTS, Change, Nfnetlink};
use super::rule::{Backend, BridgeRule, Chain, Family, Table};
use crate::error::{Error, Result};

const NFT_MSG_GETCHAIN: u16 = 4;
const NFT_MSG_NEWRULE: u16 = 6;
const NFT_MSG_GETRULE: u16 = 7;
const NFT_MSG_DELRULE: u16 = 8;

const NFTA_CHAIN_TABLE: u16 = 1;
const NFTA_CHAIN_NAME: u16 = 3;
const NFTA_CHAIN_HOOK: u16 = 4;
const NFTA_CHAIN_POLICY: u16 = 5;
const NFTA_HOOK_HOOKNUM: u16 = 1;
const NFTA_RULE_TABLE: u16 = 1;
const NFTA_RULE_CHAIN: u16 = 2;
const NFTA_RULE_HANDLE: u16 = 3;

/// `NF_INET_FORWARD` and `NF_BR_FORWARD` are the same number.
const HOOK_FORWARD: u32 = 2;
const NF_DROP: u32 = 0;

/// `NFPROTO_*` of linux/netfilter.h.
pub(super) const NFPROTO_INET: u8 = 1;
pub(super) const NFPROTO_IPV4: u8 = 2;
pub(super) const NFPROTO_BRIDGE: u8 = 7;
pub(super) const NFPROTO_IPV6: u8 = 10;

/// A chain that says something about forwarded packets.
pub(super) struct ForwardChain {
    pub(super) nfproto: u8,
    pub(super) table: String,
    pub(super) name: String,
    /// `Some` for a base chain at the forward hook: whether its policy is drop.
    pub(super) drops: Option<bool>,
}

/// The nfproto of a family's own tables.
pub(super) fn nfproto(family: Family) -> u8 {
    match family {
        Family::V4 => NFPROTO_IPV4,
        Family::V6 => NFPROTO_IPV6,
    }
}

/// Every base chain at the forward hook, and the filter tables' DOCKER-USER chains.
/// Empty where the kernel has no nf_tables.
pub(super) fn forward_chains() -> Result<Vec<ForwardChain>> {
    let dumped =
        Nfnetlink::open().and_then(|mut nf| nf.dump(NFT_MSG_GETCHAIN, 0, |_| {}, forward_chain));
    match dumped {
        Err(error) if error.is_unsupported() => Ok(Vec::new()),
        other => other.map_err(|error| failed("cannot list the nf_tables chains", error)),
    }
}

/// Takes a chain from the dump if it matters.
fn forward_chain(nfproto: u8, chain: Attrs<'_>) -> Option<ForwardChain> {
    if !matches!(
        nfproto,
        NFPROTO_INET | NFPROTO_IPV4 | NFPROTO_BRIDGE | NFPROTO_IPV6
    ) {
        return None;
    }
    let (table, name) = (
        chain.string(NFTA_CHAIN_TABLE)?,
        chain.string(NFTA_CHAIN_NAME)?,
    );
    let drops = match chain.inside(NFTA_CHAIN_HOOK) {
        Some(hook) if hook.be32(NFTA_HOOK_HOOKNUM)? == HOOK_FORWARD => {
            Some(chain.be32(NFTA_CHAIN_POLICY) == Some(NF_DROP))
        }
        None if name == Chain::DockerUser.as_str() => None,
        _ => return None,
    };
    Some(ForwardChain {
        nfproto,
        table: table.to_owned(),
        name: name.to_owned(),
        drops,
    })
}

/// netpipe's own rules in one chain; none if the chain, the table or nf_tables is missing.
fn own_rules(
    nf: &mut Nfnetlink,
    family: Family,
    chain: Chain,
) -> std::result::Result<Vec<OwnRule>, NetlinkError> {
    let place = |body: &mut Writer| write_place(body, Table::Filter, chain);
    let dumped = nf.dump(NFT_MSG_GETRULE, nfproto(family), place, |_, rule| {
        expr::read(rule)
    });
    match dumped {
        Err(error) if error.is_unsupported() || error.errno == Errno::ENOENT => Ok(Vec::new()),
        other => other,
    }
}

/// Every rule of netpipe's in one family's filter table.
pub(super) fn owned(family: Family) -> Result<Vec<BridgeRule>> {
    let mut found = Vec::new();
    let mut nf = match Nfnetlink::open() {
        Err(error) if error.is_unsupported() => return Ok(found),
        other => other.map_err(|error| failed("cannot open a netfilter socket", error))?,
    };
    for chain in Chain::ALL {
        let rules = own_rules(&mut nf, family, chain).map_err(|error| {
            failed(
                &format!("cannot list the rules of {family} {}", chain.as_str()),
                error,
            )
        })?;
        found.extend(rules.into_iter().map(|own| BridgeRule {
            family,
            backend: Backend::Nft,
            table: Table::Filter,
            chain,
            bridge: own.bridge,
        }));
    }
    Ok(found)
}

/// Puts the rule at the head of its chain, unless it is there.
pub(super) fn add(rule: &BridgeRule) -> Result<()> {
    transact(rule, |own, bridge| {
        if own.iter().any(|have| have.bridge == *bridge) {
            return Vec::new();
        }
        // Without NLM_F_APPEND the kernel inserts at the head.
        vec![(NFT_MSG_NEWRULE, flag::CREATE, None)]
    })
    .map_err(|error| {
        let missing = error.errno == Errno::ENOENT;
        let failed = failed(&format!("cannot add `{rule}`"), error);
        if missing {
            failed.hint("the chain or its table is gone: try again")
        } else {
            failed
        }
    })
}

/// Deletes the rule, every copy of it; success if there is none.
pub(super) fn remove(rule: &BridgeRule) -> Result<()> {
    let outcome = transact(rule, |own, bridge| {
        let ours = own.iter().filter(|have| have.bridge == *bridge);
        ours.map(|have| (NFT_MSG_DELRULE, 0, Some(have.handle)))
            .collect()
    });
    match outcome {
        Err(error) if error.is_unsupported() || error.errno == Errno::ENOENT => Ok(()),
        other => other.map_err(|error| failed(&format!("cannot remove netpipe's `{rule}`"), error)),
    }
}

/// A change of the rule: message, flags, and the handle of the rule it is about.
type Edit = (u16, u16, Option<u64>);

/// Looks at the chain, lets `edits` choose what to change, and changes that in the same
/// generation: when somebody else's change comes between, looks and chooses again. So
/// two netpipes that add one rule at one time add it once.
fn transact(
    rule: &BridgeRule,
    edits: impl Fn(&[OwnRule], &Bridge) -> Vec<Edit>,
) -> std::result::Result<(), NetlinkError> {
    let mut nf = Nfnetlink::open()?;
    let mut last = NetlinkError::from(Errno::EBUSY);
    for _ in 0..ATTEMPTS {
        let generation = nf.generation()?;
        let own = own_rules(&mut nf, rule.family, rule.chain)?;
        let edits = edits(&own, &rule.bridge);
        if edits.is_empty() {
            return Ok(());
        }
        match apply(&mut nf, generation, rule, &edits) {
            Err(error) if error.is_race() => last = error,
            outcome => return outcome,
        }
    }
    Err(last)
}

/// Sends the edits as one batch.
fn apply(
    nf: &mut Nfnetlink,
    generation: u32,
    rule: &BridgeRule,
    edits: &[Edit],
) -> std::result::Result<(), NetlinkError> {
    let bodies: Vec<_> = edits
        .iter()
        .map(|(_, _, handle)| {
            move |body: &mut Writer| {
                write_place(body, rule.table, rule.chain);
                match handle {
                    Some(handle) => body.attr(NFTA_RULE_HANDLE, &handle.to_be_bytes()),
                    None => expr::write(body, &rule.bridge),
                }
            }
        })
        .collect();
    let family = nfproto(rule.family);
    let changes: Vec<_> = edits
        .iter()
        .zip(&bodies)
        .map(|((kind, flags, _), body)| Change {
            kind: *kind,
            flags: *flags,
            family,
            body,
        })
        .collect();
    nf.batch(generation, &changes)
}

/// The attributes that say which chain a rule message is about.
fn write_place(body: &mut Writer, table: Table, chain: Chain) {
    body.string(NFTA_RULE_TABLE, table.as_str());
    body.string(NFTA_RULE_CHAIN, chain.as_str());
}

/// An error of this backend, with what to do about the usual one.
fn failed(what: &str, error: NetlinkError) -> Error {
    let denied = matches!(error.errno, Errno::EPERM | Errno::EACCES);
    let failed = Error::failed(what).because(error);
    if denied {
        failed.hint("run it as root (CAP_NET_ADMIN)")
    } else {
        failed
    }
}

//! The chains of nf_tables that decide about forwarded packets.
//!
//! Source: linux/netfilter/nf_tables.h; net/netfilter/nf_tables_api.c.

use nix::errno::Errno;

use super::blocker::{Blocker, Ending, Stop};
use super::expr;
use super::nferror::NetlinkError;
use super::nfmsg::{Attrs, Writer};
use super::nfsock::Nfnetlink;
use super::rule::{Backend, Chain, Family, Table};
use super::state::{Filter, Policy};

const NFT_MSG_GETCHAIN: u16 = 4;
const NFT_MSG_GETRULE: u16 = 7;
const NFTA_CHAIN_TABLE: u16 = 1;
const NFTA_CHAIN_NAME: u16 = 3;
const NFTA_CHAIN_HOOK: u16 = 4;
const NFTA_CHAIN_POLICY: u16 = 5;
const NFTA_HOOK_HOOKNUM: u16 = 1;
const NFTA_RULE_TABLE: u16 = 1;
const NFTA_RULE_CHAIN: u16 = 2;

/// `NF_INET_FORWARD` and `NF_BR_FORWARD` are the same number.
const HOOK_FORWARD: u32 = 2;
const NF_DROP: u32 = 0;

/// `NFPROTO_*` of linux/netfilter.h.
const NFPROTO_INET: u8 = 1;
const NFPROTO_IPV4: u8 = 2;
const NFPROTO_BRIDGE: u8 = 7;
const NFPROTO_IPV6: u8 = 10;

/// The number of a family's own tables.
pub(super) fn nfproto(family: Family) -> u8 {
    match family {
        Family::V4 => NFPROTO_IPV4,
        Family::V6 => NFPROTO_IPV6,
    }
}

/// The filter table that iptables-nft uses; `None` if neither of its two chains is there.
///
/// Asks for the two by name, which does not grow dearer with the number of chains: a node
/// of a Kubernetes cluster has tens of thousands.
pub(super) fn filter(nf: &mut Nfnetlink, family: Family) -> Result<Option<Filter>, NetlinkError> {
    let forward = ask(nf, family, Chain::Forward)?;
    let docker_user = ask(nf, family, Chain::DockerUser)?;
    Ok(
        (forward.is_some() || docker_user.is_some()).then(|| Filter {
            backend: Backend::Nft,
            forward_policy: forward.flatten(),
            docker_user: docker_user.is_some(),
        }),
    )
}

/// Where a rule must go in that table, as [`Filter::place`] says; asks no more than that
/// takes.
pub(super) fn place(nf: &mut Nfnetlink, family: Family) -> Result<Option<Chain>, NetlinkError> {
    let docker_user = ask(nf, family, Chain::DockerUser)?.is_some();
    let forward_policy = match docker_user {
        true => None,
        false => ask(nf, family, Chain::Forward)?.flatten(),
    };
    let known = Filter {
        backend: Backend::Nft,
        forward_policy,
        docker_user,
    };
    Ok(known.place())
}

/// One chain of the filter table, if it is there: its policy, if it is a base chain.
fn ask(
    nf: &mut Nfnetlink,
    family: Family,
    chain: Chain,
) -> Result<Option<Option<Policy>>, NetlinkError> {
    let name = |body: &mut Writer| {
        body.string(NFTA_CHAIN_TABLE, Table::Filter.as_str());
        body.string(NFTA_CHAIN_NAME, chain.as_str());
    };
    nf.get(NFT_MSG_GETCHAIN, nfproto(family), name, |attrs| {
        Some(policy_at_forward(attrs))
    })
}

/// A base chain's policy, if it is hooked where packets are forwarded.
fn policy_at_forward(chain: Attrs<'_>) -> Option<Policy> {
    let hook = chain.inside(NFTA_CHAIN_HOOK)?.be32(NFTA_HOOK_HOOKNUM)?;
    let drops = chain.be32(NFTA_CHAIN_POLICY) == Some(NF_DROP);
    (hook == HOOK_FORWARD).then_some(if drops { Policy::Drop } else { Policy::Accept })
}

/// The base chains that stop one family's forwarded packets, by policy or by a rule without a
/// condition. The filter table's FORWARD is one of them only by such a rule: to its policy
/// netpipe has an answer. A base chain of another name there is not iptables' own.
pub(super) fn blockers(nf: &mut Nfnetlink, family: Family) -> Result<Vec<Blocker>, NetlinkError> {
    let chains = nf.dump(
        NFT_MSG_GETCHAIN,
        0,
        |_| {},
        |nfproto, chain| Some((nfproto, blocker(family, nfproto, chain)?)),
    )?;
    let mut found = Vec::new();
    for (nfproto, (mut chain, policy)) in chains {
        if policy == Policy::Drop {
            if !chain.is_iptables() {
                found.push(chain);
            }
        } else if let Some(stop) = last_word(nf, nfproto, &chain)? {
            chain.stop = stop;
            found.push(chain);
        }
    }
    Ok(found)
}

/// A base chain at the forward hook, as if its policy stopped packets, and its policy.
fn blocker(family: Family, nfproto: u8, chain: Attrs<'_>) -> Option<(Blocker, Policy)> {
    let table_family = match (nfproto, family) {
        (NFPROTO_INET, _) => "inet",
        (NFPROTO_BRIDGE, _) => "bridge",
        (NFPROTO_IPV4, Family::V4) => "ip",
        (NFPROTO_IPV6, Family::V6) => "ip6",
        _ => return None,
    };
    let policy = policy_at_forward(chain)?;
    let found = Blocker {
        backend: Backend::Nft,
        table_family,
        table: chain.string(NFTA_CHAIN_TABLE)?.to_owned(),
        chain: chain.string(NFTA_CHAIN_NAME)?.to_owned(),
        stop: Stop::Policy,
    };
    Some((found, policy))
}

/// What a chain's first rule without a condition makes of packets, if it stops them. Such
/// rules of chains that it jumps to are not looked for.
fn last_word(
    nf: &mut Nfnetlink,
    nfproto: u8,
    chain: &Blocker,
) -> Result<Option<Stop>, NetlinkError> {
    let place = |body: &mut Writer| {
        body.string(NFTA_RULE_TABLE, &chain.table);
        body.string(NFTA_RULE_CHAIN, &chain.chain);
    };
    let endings = match nf.dump(NFT_MSG_GETRULE, nfproto, place, |_, rule| {
        expr::ending(rule)
    }) {
        // It went meanwhile.
        Err(error) if error.errno == Errno::ENOENT => return Ok(None),
        endings => endings?,
    };
    Ok(match endings.first() {
        Some(Ending::Stop(stop)) => Some(*stop),
        Some(Ending::Accept) | None => None,
    })
}

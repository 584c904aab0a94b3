//! The chains of nf_tables that decide about forwarded packets.
//!
//! Source: linux/netfilter/nf_tables.h; net/netfilter/nf_tables_api.c.

use super::nferror::NetlinkError;
use super::nfmsg::{Attrs, Writer};
use super::nfsock::Nfnetlink;
use super::rule::{Backend, Chain, Family, Table};
use super::state::{Blocker, Filter, Policy};

const NFT_MSG_GETCHAIN: u16 = 4;
const NFTA_CHAIN_TABLE: u16 = 1;
const NFTA_CHAIN_NAME: u16 = 3;
const NFTA_CHAIN_HOOK: u16 = 4;
const NFTA_CHAIN_POLICY: u16 = 5;
const NFTA_HOOK_HOOKNUM: u16 = 1;

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

/// The base chains that drop one family's forwarded packets by policy and that a rule in
/// the filter table's FORWARD does not reach. A base chain of another name in the filter
/// table is one of them: it is not iptables' own.
pub(super) fn blockers(nf: &mut Nfnetlink, family: Family) -> Result<Vec<Blocker>, NetlinkError> {
    nf.dump(
        NFT_MSG_GETCHAIN,
        0,
        |_| {},
        |nfproto, chain| blocker(family, nfproto, chain),
    )
}

fn blocker(family: Family, nfproto: u8, chain: Attrs<'_>) -> Option<Blocker> {
    let table_family = match (nfproto, family) {
        (NFPROTO_INET, _) => "inet",
        (NFPROTO_BRIDGE, _) => "bridge",
        (NFPROTO_IPV4, Family::V4) => "ip",
        (NFPROTO_IPV6, Family::V6) => "ip6",
        _ => return None,
    };
    if policy_at_forward(chain)? != Policy::Drop {
        return None;
    }
    let (table, name) = (
        chain.string(NFTA_CHAIN_TABLE)?,
        chain.string(NFTA_CHAIN_NAME)?,
    );
    let own_table = matches!(table_family, "ip" | "ip6") && table == Table::Filter.as_str();
    if own_table && name == Chain::Forward.as_str() {
        return None;
    }
    Some(Blocker {
        table_family,
        table: table.to_owned(),
        chain: name.to_owned(),
    })
}

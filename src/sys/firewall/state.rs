//! What this network namespace does to forwarded packets, read-only: the facts behind
//! [`needed`](super::needed), and the whole of them for `netpipe doctor`.

use std::fmt;
use std::io::ErrorKind;

use serde::Serialize;

use super::blocker::Blocker;
use super::legacy;
use super::nft::Nft;
use super::rule::{Backend, Chain, Family};
use crate::error::{Context, Error, Result};
use crate::sys::link::{self, Link};
use crate::sys::netlink::Door;
use crate::sys::procfile;

/// What becomes of a packet that no rule of the chain decided about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// It passes.
    Accept,
    /// It is dropped.
    Drop,
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accept => "ACCEPT",
            Self::Drop => "DROP",
        })
    }
}

/// One backend's filter table of one family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Filter {
    /// The packet filter it is in.
    pub backend: Backend,
    /// The policy of FORWARD; `None` if the table has no such base chain.
    pub forward_policy: Option<Policy>,
    /// Whether there is a DOCKER-USER chain.
    pub docker_user: bool,
}

impl Filter {
    /// Where a rule must go for a bridge's own traffic to pass this table; `None` where it
    /// passes anyhow.
    pub(super) fn place(&self) -> Option<Chain> {
        match self {
            Self {
                docker_user: true, ..
            } => Some(Chain::DockerUser),
            Self {
                forward_policy: Some(Policy::Drop),
                ..
            } => Some(Chain::Forward),
            _ => None,
        }
    }
}

/// What one family's packets meet when they cross a bridge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FamilyState {
    /// The family.
    pub family: Family,
    /// Whether br_netfilter hands bridged packets to this family's filters
    /// (`net.bridge.bridge-nf-call-iptables`, `-ip6tables`).
    pub bridge_netfilter: bool,
    /// The bridges that have it done with their own packets, whatever the setting for all.
    pub bridges: Vec<String>,
    /// The filter tables there are, at most one for each backend.
    pub filters: Vec<Filter>,
    /// Chains whose verdict netpipe's rule cannot override.
    pub blockers: Vec<Blocker>,
    /// Why the legacy table could not be read, if it could not.
    pub unread: Option<Warning>,
}

/// Something the administrator should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// What there is.
    pub detail: String,
    /// What to do about it, if anything.
    pub fix: Option<String>,
}

/// What this network namespace does to forwarded packets, for `netpipe doctor`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForwardState {
    /// IPv4, then IPv6.
    pub families: Vec<FamilyState>,
}

impl ForwardState {
    /// Reads the state of the calling thread's network namespace. Fails if the kernel does
    /// not let this user list chains; a legacy table that cannot be read is no failure but
    /// is noted in [`FamilyState::unread`].
    pub fn read() -> Result<Self> {
        let mut nft = Nft::open()?;
        let links = Door::open()
            .or_failed(|| "cannot open a netlink socket".into())
            .and_then(|mut door| {
                link::list(&mut door).or_failed(|| "cannot list the links".into())
            })?;
        let families = Family::ALL
            .into_iter()
            .map(|family| family_state(family, &links, &mut nft));
        Ok(Self {
            families: families.collect::<Result<_>>()?,
        })
    }

    /// What the administrator should know; empty if all is well or netpipe's own rules are
    /// all that is needed.
    pub fn warnings(&self) -> Vec<Warning> {
        let mut found: Vec<Warning> = Vec::new();
        for state in &self.families {
            let blockers = state.blockers.iter();
            let filtered = state.bridge_netfilter || !state.bridges.is_empty();
            let acting = blockers.filter(|b| filtered || b.table_family == "bridge");
            let warnings = acting.map(Blocker::warning).chain(state.unread.clone());
            for warning in warnings {
                // A chain of an inet or bridge table is met by both families.
                if !found.contains(&warning) {
                    found.push(warning);
                }
            }
        }
        found
    }
}

fn family_state(family: Family, links: &[Link], nft: &mut Nft) -> Result<FamilyState> {
    let mut filters: Vec<Filter> = nft.filter(family)?.into_iter().collect();
    let mut blockers = nft.blockers(family)?;
    let mut unread = None;
    match legacy::snapshot(family) {
        Ok(Some(found)) => {
            blockers.extend(found.blocker(family));
            filters.push(found.filter);
        }
        Ok(None) => {}
        Err(error) => {
            unread = Some(Warning {
                detail: error.to_string(),
                fix: (!error.hints().is_empty()).then(|| error.hints().join("; ")),
            });
        }
    }
    // netpipe's own rule comes before what its chain ends with.
    blockers.retain(|blocker| {
        let mut same = filters.iter().filter(|one| one.backend == blocker.backend);
        !blocker.is_iptables() || same.all(|filter| filter.place().is_none())
    });
    let for_all = bridge_netfilter(family)?;
    let own = links
        .iter()
        .filter(|link| for_all.is_some() && family.is_called(link.nf_call));
    Ok(FamilyState {
        family,
        bridge_netfilter: for_all.unwrap_or(false),
        bridges: own.map(|link| link.name.clone()).collect(),
        filters,
        blockers,
        unread,
    })
}

/// Whether br_netfilter hands this family's packets of all bridges to its filters, in the
/// calling thread's network namespace; none without the module, when the file is missing and
/// a bridge's own setting has no effect either.
pub(super) fn bridge_netfilter(family: Family) -> Result<Option<bool>> {
    let path = match family {
        Family::V4 => "/proc/sys/net/bridge/bridge-nf-call-iptables",
        Family::V6 => "/proc/sys/net/bridge/bridge-nf-call-ip6tables",
    };
    match procfile::read(path) {
        Ok(value) => Ok(Some(!value.starts_with('0'))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::failed(format!("cannot read {path}")).because(error)),
    }
}

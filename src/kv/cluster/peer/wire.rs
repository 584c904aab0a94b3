//! What members say to each other.

use openraft::alias::{SnapshotMetaOf, VoteOf};
use serde::{Deserialize, Serialize};

use super::super::{Command, EtcdError, Member, MemberId, Outcome, TypeConfig};
use crate::kv::{LeaseId, LeaseTtl};

/// The version of all this; members of different ones do not talk.
pub(super) const VERSION: u16 = 1;

/// What a member says first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Hello {
    pub(super) magic: [u8; 8],
    pub(super) version: u16,
    /// The cluster it is of; 0 if it is about to join and may only ask who is there.
    pub(super) cluster: u64,
    /// Who it is.
    pub(super) from: MemberId,
    /// Whom it means to reach; 0 is whoever is there.
    pub(super) to: MemberId,
}

/// What a hello begins with, so that no other protocol is taken for this one.
pub(super) const MAGIC: [u8; 8] = *b"netpipe\x01";

/// What the other says to it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Welcome {
    /// It is this member.
    Yes(MemberId),
    /// It does not talk with whom said hello.
    No(Refusal),
}

/// Why a member does not talk with another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) enum Refusal {
    /// It speaks this version of the protocol.
    Version(u16),
    /// It is of this cluster.
    Cluster(u64),
    /// It is this member.
    Member(MemberId),
    /// The cluster works, and has no such member.
    Stranger,
    /// It has as many connections as it may have.
    Busy,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Version(version) => write!(f, "it speaks version {version} of the protocol"),
            Self::Cluster(id) => write!(f, "cluster ID mismatch: it is of the cluster {id:x}"),
            Self::Member(id) => write!(f, "it is the member {id:x}"),
            Self::Stranger => f.write_str("its cluster does not know this member"),
            Self::Busy => f.write_str("it has too many connections"),
        }
    }
}

/// A vote that is asked for is openraft's; so are entries. What else a member may ask.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in super::super) enum Question {
    /// Who the members are: the one question of who is about to join.
    Who,
    /// Have this change made. For the leader.
    Propose(Command),
    /// Up to where must a state be applied to have all that was acknowledged? For the leader.
    ReadIndex,
    /// Renew a lease. For the leader.
    KeepAlive(LeaseId),
    /// What is left of a lease, and its keys if they are asked for. For the leader.
    TimeToLive(LeaseId, bool),
    /// Change the members. For the leader.
    Change(MemberChange),
    /// Hand over to that member. For the leader.
    MoveLeader(MemberId),
    /// Whether the cluster has taken the member that is asked out of it.
    Removed,
}

/// A change of the members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) enum MemberChange {
    /// Add one that is reached so, to vote or to learn.
    Add {
        /// Its peer URLs.
        peer_urls: Vec<String>,
        /// It shall not vote.
        learner: bool,
    },
    /// Have a learner vote.
    Promote(MemberId),
    /// Say where it is reached.
    Update {
        /// Which one.
        id: MemberId,
        /// Its new peer URLs.
        peer_urls: Vec<String>,
    },
    /// Take it out for ever.
    Remove(MemberId),
    /// It has started, with this name and these client URLs.
    Started {
        /// Which one.
        id: MemberId,
        /// Its name.
        name: String,
        /// Its client URLs.
        client_urls: Vec<String>,
    },
}

/// The answers, in the order of the questions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in super::super) enum Answer {
    /// The cluster's id, and its members.
    Members(u64, Vec<(MemberId, Member)>),
    /// What came of a change, and where in the log it is.
    Proposed(u64, Outcome),
    /// An index of the log.
    Index(u64),
    /// Seconds.
    Ttl(i64),
    /// What is left of a lease.
    Lease(LeaseTtl),
    /// The member that was added or changed, and all members after it.
    Changed(MemberId, Vec<(MemberId, Member)>),
    /// It was done.
    Done,
    /// The one asked does not lead, and has done nothing.
    NotLeader,
    /// It was refused.
    Refused(EtcdError),
}

/// The beginning of a snapshot.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Begin {
    pub(super) vote: VoteOf<TypeConfig>,
    pub(super) meta: SnapshotMetaOf<TypeConfig>,
}

impl Question {
    /// Whether it can be asked again when nobody knows if it was heard.
    pub(in super::super) fn is_harmless(&self) -> bool {
        !matches!(
            self,
            Self::Propose(_) | Self::Change(_) | Self::MoveLeader(_)
        )
    }
}

//! The types that openraft works with.

use serde::{Deserialize, Serialize};

use super::{Command, Outcome};

/// The id of a member: 64 bits, never used twice, for openraft would take a new member of an old
/// id for the old one.
pub type MemberId = u64;

/// What all members know of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its name; empty until it has started.
    pub name: String,
    /// Where the other members reach it.
    pub peer_urls: Vec<String>,
    /// Where clients reach it; empty until it has started.
    pub client_urls: Vec<String>,
}

openraft::declare_raft_types!(
    /// The terms are numbers, of which each has one leader, as etcd's have.
    pub TypeConfig:
        D = Command,
        R = Outcome,
        NodeId = MemberId,
        Node = Member,
        LeaderId = openraft::impls::leader_id_std::LeaderId<u64, MemberId>,
);

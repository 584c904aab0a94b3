//! What is replicated, and what comes of it.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::EtcdError;
use crate::kv::{LeaseGrant, LeaseId, Revision, Txn, TxnResponse};

/// One change, as it is in the log of every member. Cheap to clone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Command {
    /// Who asked for it; `None` if that is not known, or is a member itself.
    pub identity: Option<Identity>,
    /// What is to be changed.
    pub change: Arc<Change>,
}

/// Who asks, as of a moment of the users and roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The user's name.
    pub user: String,
    /// The revision of users and roles at which it was found out.
    pub auth_revision: u64,
}

/// A change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// A put, a delete or a transaction.
    Txn(Txn),
    /// Forget what was superseded at or before the revision.
    Compact(Revision),
    /// Grant a lease; the id was chosen before.
    LeaseGrant {
        /// The lease's id, not 0.
        id: LeaseId,
        /// Seconds.
        ttl: i64,
    },
    /// End a lease and delete its keys.
    LeaseRevoke(LeaseId),
}

impl Command {
    /// A change that a member itself asks for.
    pub fn own(change: Change) -> Self {
        Self {
            identity: None,
            change: Arc::new(change),
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &*self.change {
            Change::Txn(_) => "txn",
            Change::Compact(_) => "compact",
            Change::LeaseGrant { .. } => "lease grant",
            Change::LeaseRevoke(_) => "lease revoke",
        })
    }
}

/// What came of a command: the same on every member.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Outcome {
    /// The store's revision after it.
    pub revision: Revision,
    /// The answer, or why nothing was changed.
    pub result: Result<Reply, EtcdError>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// There is nothing to tell.
    Done,
    /// Of a transaction.
    Txn(TxnResponse),
    /// Of a lease's grant.
    Lease(LeaseGrant),
}

impl Outcome {
    /// Of an entry of the log that is no command.
    pub fn nothing() -> Self {
        Self {
            revision: 0,
            result: Ok(Reply::Done),
        }
    }
}

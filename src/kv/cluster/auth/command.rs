//! What changes the users, the roles and the tokens, as it stands in the log.

use serde::{Deserialize, Serialize};

/// Who asks, as the member that took the request found out; it goes into the log with the
/// request and is checked again when that is applied (etcd: `RequestHeader`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The user; empty if nobody was named.
    pub user: String,
    /// The revision of the users and roles when the user was found out; 0 if nobody was named.
    pub auth_revision: u64,
}

impl Identity {
    /// Nobody: a request without a token or a certificate. All that is asked for while
    /// authentication is off.
    pub fn nobody() -> Self {
        Self::default()
    }

    /// A member itself, as where a lease ran out: it may do everything. No request can be told
    /// to be from a member, for the revisions of users and roles do not get that far.
    pub fn member() -> Self {
        Self {
            user: String::new(),
            auth_revision: u64::MAX,
        }
    }

    /// Whether it is a member itself.
    pub fn is_member(&self) -> bool {
        self.auth_revision == u64::MAX
    }

    /// Whether nobody was named.
    pub fn is_nobody(&self) -> bool {
        self.auth_revision == 0
    }
}

/// What a permission allows on its range (etcd: `authpb.Permission.Type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Access {
    /// Reading and watching.
    Read,
    /// Putting and deleting.
    Write,
    /// Both.
    ReadWrite,
}

impl Access {
    pub(super) fn reads(self) -> bool {
        self != Self::Write
    }

    pub(super) fn writes(self) -> bool {
        self != Self::Read
    }
}

/// A range of keys and what may be done with it (etcd: `authpb.Permission`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// What is allowed.
    pub access: Access,
    /// The (first) key.
    pub key: Vec<u8>,
    /// The end of the range, as in [`crate::kv::RangeRequest::range_end`].
    pub range_end: Vec<u8>,
}

/// A change of users, roles or tokens (etcd: the `Auth…` fields of `InternalRaftRequest`).
///
/// It is the same on every member: passwords are hashed, and tokens drawn, before it enters the
/// log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthCommand {
    /// Turns authentication on; there must be a user `root` with the role `root`.
    Enable,
    /// Turns it off, which ends every token.
    Disable,
    /// Makes a token known on all members: `prefix.INDEX`, the index being the log's. The
    /// password was checked before.
    Authenticate {
        /// The user.
        user: String,
        /// What the token starts with, drawn at random.
        prefix: String,
    },
    /// Adds a user.
    UserAdd {
        /// The name.
        name: String,
        /// The password's hash; `None` for a user who can only come with a certificate.
        hash: Option<Vec<u8>>,
    },
    /// Deletes a user and ends the user's tokens.
    UserDelete {
        /// The name.
        name: String,
    },
    /// Changes a password and ends the user's tokens.
    UserChangePassword {
        /// The name.
        name: String,
        /// The new password's hash; left out of account for a user without a password.
        hash: Vec<u8>,
    },
    /// Gives a user a role.
    UserGrantRole {
        /// The user.
        user: String,
        /// The role.
        role: String,
    },
    /// Takes a role from a user.
    UserRevokeRole {
        /// The user.
        user: String,
        /// The role.
        role: String,
    },
    /// Adds a role without permissions.
    RoleAdd {
        /// The name.
        name: String,
    },
    /// Deletes a role, and takes it from all who have it.
    RoleDelete {
        /// The name.
        name: String,
    },
    /// Adds a permission to a role, or changes what the same range allows.
    RoleGrantPermission {
        /// The role.
        role: String,
        /// The permission.
        permission: Permission,
    },
    /// Takes the permission on exactly this range from a role.
    RoleRevokePermission {
        /// The role.
        role: String,
        /// The range's key.
        key: Vec<u8>,
        /// The range's end.
        range_end: Vec<u8>,
    },
}

/// What a command that was not refused did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// The token, of [`AuthCommand::Authenticate`].
    pub token: Option<String>,
    /// The rows to write in the same transaction as the applied index: a key, and a value or
    /// `None` for a row that is gone. None for a command that changes nothing durable.
    pub rows: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

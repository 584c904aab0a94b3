//! Users and roles as rows: a key and a value each, for the state machine to store and to send.
//!
//! The values of users and roles are etcd's own messages (`authpb`).

use prost::Message;

use super::command::{Access, Permission};
use super::state::{AuthState, User};
use crate::kv::proto::authpb;
use crate::kv::{KvError, damaged};

const SETTINGS: &[u8] = b"settings";
const USER: &[u8] = b"user/";
const ROLE: &[u8] = b"role/";

/// A row that was written, or is gone.
type Row = (Vec<u8>, Option<Vec<u8>>);

/// The row of what is neither a user nor a role: whether authentication is on, and the revision.
pub(super) fn settings(state: &AuthState) -> Row {
    let mut value = vec![u8::from(state.enabled)];
    value.extend_from_slice(&state.revision.to_be_bytes());
    (SETTINGS.to_vec(), Some(value))
}

/// The row of a user.
pub(super) fn user(state: &AuthState, name: &str) -> Row {
    let value = state.users.get(name).map(|user| {
        authpb::User {
            name: name.into(),
            password: user.hash.clone(),
            roles: user.roles.clone(),
            options: Some(authpb::UserAddOptions {
                no_password: user.no_password,
            }),
        }
        .encode_to_vec()
    });
    ([USER, name.as_bytes()].concat(), value)
}

/// The row of a role.
pub(super) fn role(state: &AuthState, name: &str) -> Row {
    let value = state.roles.get(name).map(|permissions| {
        authpb::Role {
            name: name.into(),
            key_permission: permissions.iter().cloned().map(Into::into).collect(),
        }
        .encode_to_vec()
    });
    ([ROLE, name.as_bytes()].concat(), value)
}

impl AuthState {
    /// Returns all rows, sorted by key, which [`AuthState::from_rows`] reads back.
    pub fn rows(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let users = self.users.keys().map(|name| user(self, name));
        let roles = self.roles.keys().map(|name| role(self, name));
        roles
            .chain([settings(self)])
            .chain(users)
            .filter_map(|(key, value)| Some((key, value?)))
            .collect()
    }

    /// Reads what [`AuthState::rows`] or [`super::Applied::rows`] wrote; no rows are the state
    /// of a new store.
    ///
    /// # Errors
    /// A storage failure if a row is none that this code can have written.
    pub fn from_rows<K, V>(rows: impl IntoIterator<Item = (K, V)>) -> Result<Self, KvError>
    where
        K: AsRef<[u8]>,
        V: AsRef<[u8]>,
    {
        let mut state = Self::default();
        for (key, value) in rows {
            state
                .read(key.as_ref(), value.as_ref())
                .ok_or_else(|| KvError::storage(damaged("a row of a user or role is torn")))?;
        }
        let names: Vec<_> = state.users.keys().cloned().collect();
        names.iter().for_each(|name| state.refresh(name));
        Ok(state)
    }

    fn read(&mut self, key: &[u8], value: &[u8]) -> Option<()> {
        if key == SETTINGS {
            let (enabled, revision) = value.split_first()?;
            self.enabled = *enabled == 1;
            self.revision = u64::from_be_bytes(revision.try_into().ok()?);
        } else if let Some(name) = key.strip_prefix(USER) {
            let user = authpb::User::decode(value).ok()?;
            let name = String::from_utf8(name.to_vec()).ok()?;
            self.users.insert(
                name,
                User {
                    hash: user.password,
                    no_password: user.options.is_some_and(|options| options.no_password),
                    roles: user.roles,
                },
            );
        } else {
            let role = authpb::Role::decode(value).ok()?;
            let name = String::from_utf8(key.strip_prefix(ROLE)?.to_vec()).ok()?;
            let permissions = role.key_permission.into_iter();
            let permissions: Result<_, _> = permissions.map(TryInto::try_into).collect();
            self.roles.insert(name, permissions.ok()?);
        }
        Some(())
    }
}

impl From<Permission> for authpb::Permission {
    fn from(permission: Permission) -> Self {
        let access = match permission.access {
            Access::Read => authpb::permission::Type::Read,
            Access::Write => authpb::permission::Type::Write,
            Access::ReadWrite => authpb::permission::Type::Readwrite,
        };
        Self {
            perm_type: access.into(),
            key: permission.key,
            range_end: permission.range_end,
        }
    }
}

impl TryFrom<authpb::Permission> for Permission {
    type Error = prost::UnknownEnumValue;

    fn try_from(permission: authpb::Permission) -> Result<Self, Self::Error> {
        let access = match authpb::permission::Type::try_from(permission.perm_type)? {
            authpb::permission::Type::Read => Access::Read,
            authpb::permission::Type::Write => Access::Write,
            authpb::permission::Type::Readwrite => Access::ReadWrite,
        };
        Ok(Self {
            access,
            key: permission.key,
            range_end: permission.range_end,
        })
    }
}

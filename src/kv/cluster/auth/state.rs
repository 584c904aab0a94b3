//! The users and roles, the same on every member, and what changes them.
//!
//! The rules and the order of the refusals are those of etcd's `server/auth/store.go`.

use std::collections::{BTreeMap, HashMap};

use super::command::{Applied, AuthCommand, Identity, Permission};
use super::ranges::{Ranges, is_valid};
use super::rows;
use crate::kv::cluster::error::EtcdError;

/// The user who can do everything, and the role that allows it.
pub(super) const ROOT: &str = "root";

/// A user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct User {
    /// The password's bcrypt hash; empty if there is none.
    pub hash: Vec<u8>,
    /// Whether the user can only come with a certificate.
    pub no_password: bool,
    /// The roles, sorted.
    pub roles: Vec<String>,
}

impl User {
    pub(super) fn is_root(&self) -> bool {
        self.has_role(ROOT)
    }

    pub(super) fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|name| name == role)
    }
}

/// What a user may do, merged from the user's roles.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rights {
    pub(super) read: Ranges,
    pub(super) write: Ranges,
}

/// The users, the roles, and whether they are asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct AuthState {
    pub(super) enabled: bool,
    pub(super) revision: u64,
    pub(super) users: BTreeMap<String, User>,
    pub(super) roles: BTreeMap<String, Vec<Permission>>,
    /// Made from the above: each user's rights.
    pub(super) rights: HashMap<String, Rights>,
}

impl Default for AuthState {
    /// Nobody, and authentication is off; the revision of an empty store is 1, as etcd's.
    fn default() -> Self {
        Self {
            enabled: false,
            revision: 1,
            users: BTreeMap::new(),
            roles: BTreeMap::new(),
            rights: HashMap::new(),
        }
    }
}

impl AuthState {
    /// Applies the command at `index` of the log, asked for by `who`. A refusal changes nothing.
    ///
    /// # Errors
    /// Those of etcd's Auth service; [`EtcdError::UserEmpty`], [`EtcdError::UserNotFound`] or
    /// [`EtcdError::PermissionDenied`] if `who` is not an administrator.
    pub fn apply(
        &mut self,
        index: u64,
        who: &Identity,
        command: &AuthCommand,
    ) -> Result<Applied, EtcdError> {
        if !matches!(command, AuthCommand::Authenticate { .. }) {
            self.check_admin(who)?;
        }
        match command {
            AuthCommand::Enable => self.enable(),
            AuthCommand::Disable => Ok(self.disable()),
            AuthCommand::Authenticate { user, prefix } => self.authenticate(user, prefix, index),
            AuthCommand::UserAdd { name, hash } => self.user_add(name, hash.as_deref()),
            AuthCommand::UserDelete { name } => self.user_delete(name),
            AuthCommand::UserChangePassword { name, hash } => self.change_password(name, hash),
            AuthCommand::UserGrantRole { user, role } => self.grant_role(user, role),
            AuthCommand::UserRevokeRole { user, role } => self.revoke_role(user, role),
            AuthCommand::RoleAdd { name } => self.role_add(name),
            AuthCommand::RoleDelete { name } => self.role_delete(name),
            AuthCommand::RoleGrantPermission { role, permission } => self.grant(role, permission),
            AuthCommand::RoleRevokePermission {
                role,
                key,
                range_end,
            } => self.revoke(role, key, range_end),
        }
    }

    fn enable(&mut self) -> Result<Applied, EtcdError> {
        if self.enabled {
            return Ok(Applied::default());
        }
        let root = self.users.get(ROOT).ok_or(EtcdError::RootUserNotExist)?;
        if !root.is_root() {
            return Err(EtcdError::RootRoleNotExist);
        }
        self.enabled = true;
        Ok(Applied {
            rows: vec![rows::settings(self)],
            token: None,
        })
    }

    fn disable(&mut self) -> Applied {
        if !self.enabled {
            return Applied::default();
        }
        self.enabled = false;
        self.changed(&[], &[])
    }

    fn authenticate(&self, user: &str, prefix: &str, index: u64) -> Result<Applied, EtcdError> {
        if !self.enabled {
            return Err(EtcdError::AuthNotEnabled);
        }
        match self.users.get(user) {
            Some(user) if !user.no_password => Ok(Applied {
                token: Some(format!("{prefix}.{index}")),
                rows: Vec::new(),
            }),
            _ => Err(EtcdError::AuthFailed),
        }
    }

    fn user_add(&mut self, name: &str, hash: Option<&[u8]>) -> Result<Applied, EtcdError> {
        if name.is_empty() {
            return Err(EtcdError::UserEmpty);
        }
        if self.users.contains_key(name) {
            return Err(EtcdError::UserAlreadyExists);
        }
        let user = User {
            hash: hash.unwrap_or_default().to_vec(),
            no_password: hash.is_none(),
            roles: Vec::new(),
        };
        self.users.insert(name.to_owned(), user);
        Ok(self.changed(&[name], &[]))
    }

    fn user_delete(&mut self, name: &str) -> Result<Applied, EtcdError> {
        if self.enabled && name == ROOT {
            return Err(EtcdError::InvalidAuthMgmt);
        }
        self.users.remove(name).ok_or(EtcdError::UserNotFound)?;
        Ok(self.changed(&[name], &[]))
    }

    fn change_password(&mut self, name: &str, hash: &[u8]) -> Result<Applied, EtcdError> {
        let user = self.user_mut(name)?;
        if !user.no_password {
            hash.clone_into(&mut user.hash);
        }
        Ok(self.changed(&[name], &[]))
    }

    fn grant_role(&mut self, name: &str, role: &str) -> Result<Applied, EtcdError> {
        let known = role == ROOT || self.roles.contains_key(role);
        let user = self.user_mut(name)?;
        if !known {
            return Err(EtcdError::RoleNotFound);
        }
        if user.has_role(role) {
            return Ok(Applied::default());
        }
        user.roles.push(role.to_owned());
        user.roles.sort_unstable();
        Ok(self.changed(&[name], &[]))
    }

    fn revoke_role(&mut self, name: &str, role: &str) -> Result<Applied, EtcdError> {
        if self.enabled && name == ROOT && role == ROOT {
            return Err(EtcdError::InvalidAuthMgmt);
        }
        let user = self.user_mut(name)?;
        if !user.has_role(role) {
            return Err(EtcdError::RoleNotGranted);
        }
        user.roles.retain(|name| name != role);
        Ok(self.changed(&[name], &[]))
    }

    fn role_add(&mut self, name: &str) -> Result<Applied, EtcdError> {
        if name.is_empty() {
            return Err(EtcdError::RoleEmpty);
        }
        if self.roles.contains_key(name) {
            return Err(EtcdError::RoleAlreadyExists);
        }
        self.roles.insert(name.to_owned(), Vec::new());
        Ok(self.changed(&[], &[name]))
    }

    fn role_delete(&mut self, role: &str) -> Result<Applied, EtcdError> {
        if self.enabled && role == ROOT {
            return Err(EtcdError::InvalidAuthMgmt);
        }
        self.roles.remove(role).ok_or(EtcdError::RoleNotFound)?;
        let had = self.users_with(role);
        for name in &had {
            self.user_mut(name)?.roles.retain(|name| name != role);
        }
        let had: Vec<_> = had.iter().map(String::as_str).collect();
        Ok(self.changed(&had, &[role]))
    }

    fn grant(&mut self, role: &str, permission: &Permission) -> Result<Applied, EtcdError> {
        if !is_valid(&permission.key, &permission.range_end) {
            return Err(EtcdError::InvalidAuthMgmt);
        }
        let permissions = self.role_mut(role)?;
        let same = permissions
            .iter_mut()
            .find(|given| given.key == permission.key && given.range_end == permission.range_end);
        if let Some(given) = same {
            given.access = permission.access;
        } else {
            permissions.push(permission.clone());
            permissions.sort_by(|left, right| left.key.cmp(&right.key));
        }
        Ok(self.role_changed(role))
    }

    fn revoke(&mut self, role: &str, key: &[u8], end: &[u8]) -> Result<Applied, EtcdError> {
        let permissions = self.role_mut(role)?;
        let before = permissions.len();
        permissions.retain(|given| given.key != key || given.range_end != end);
        if permissions.len() == before {
            return Err(EtcdError::PermissionNotGranted);
        }
        Ok(self.role_changed(role))
    }

    fn user_mut(&mut self, name: &str) -> Result<&mut User, EtcdError> {
        self.users.get_mut(name).ok_or(EtcdError::UserNotFound)
    }

    fn role_mut(&mut self, name: &str) -> Result<&mut Vec<Permission>, EtcdError> {
        self.roles.get_mut(name).ok_or(EtcdError::RoleNotFound)
    }

    fn users_with(&self, role: &str) -> Vec<String> {
        let users = self.users.iter();
        users
            .filter(|(_, user)| user.has_role(role))
            .map(|(name, _)| name.clone())
            .collect()
    }

    fn role_changed(&mut self, role: &str) -> Applied {
        for name in self.users_with(role) {
            self.refresh(&name);
        }
        self.changed(&[], &[role])
    }

    /// Ends every change: raises the revision, and gathers the rows of what was changed.
    fn changed(&mut self, users: &[&str], roles: &[&str]) -> Applied {
        self.revision += 1;
        for name in users {
            self.refresh(name);
        }
        let users = users.iter().map(|name| rows::user(self, name));
        let roles = roles.iter().map(|name| rows::role(self, name));
        Applied {
            token: None,
            rows: users.chain(roles).chain([rows::settings(self)]).collect(),
        }
    }

    /// Makes the rights of a user anew.
    pub(super) fn refresh(&mut self, name: &str) {
        let Some(user) = self.users.get(name) else {
            self.rights.remove(name);
            return;
        };
        let given = || {
            user.roles
                .iter()
                .filter_map(|role| self.roles.get(role))
                .flatten()
        };
        let of = |access: fn(&Permission) -> bool| {
            Ranges::union(
                given()
                    .filter(|permission| access(permission))
                    .map(|given| (given.key.as_slice(), given.range_end.as_slice())),
            )
        };
        let rights = Rights {
            read: of(|permission| permission.access.reads()),
            write: of(|permission| permission.access.writes()),
        };
        self.rights.insert(name.to_owned(), rights);
    }
}

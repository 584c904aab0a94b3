//! Who may do what: asked when a request arrives, and again when it is applied.
//!
//! Every check passes while authentication is off. The rules are those of etcd's
//! `server/etcdserver/apply_auth.go` and `server/auth/range_perm_cache.go`.

use super::command::{Access, Identity, Permission};
use super::state::AuthState;
use crate::kv::cluster::machine::AlarmRequest;
use crate::kv::cluster::{Change, EtcdError};
use crate::kv::{DeleteRequest, LeaseId, Op, PutRequest, Txn};

/// A `Result` of a check.
pub type Checked<T = ()> = Result<T, EtcdError>;

/// Returns the keys attached to a lease; none for an unknown one.
pub type LeaseKeys<'a> = &'a dyn Fn(LeaseId) -> Checked<Vec<Vec<u8>>>;

impl AuthState {
    /// Whether authentication is on.
    pub fn enabled(&self) -> bool {
        self.enabled
    }

    /// The revision of the users and roles; every change adds one, but turning it on.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Checks that `who` is an administrator: has the role `root`.
    ///
    /// # Errors
    /// [`EtcdError::UserEmpty`], [`EtcdError::UserNotFound`], [`EtcdError::PermissionDenied`].
    pub fn check_admin(&self, who: &Identity) -> Checked {
        if !self.enabled || who.is_member() {
            return Ok(());
        }
        if who.user.is_empty() {
            return Err(EtcdError::UserEmpty);
        }
        match self.users.get(&who.user) {
            None => Err(EtcdError::UserNotFound),
            Some(user) if user.is_root() => Ok(()),
            Some(_) => Err(EtcdError::PermissionDenied),
        }
    }

    /// Checks that `who` is somebody; of all requests that need no right but that (etcd:
    /// `requireAuthInfo`).
    ///
    /// # Errors
    /// [`EtcdError::UserEmpty`].
    pub fn check_identified(&self, who: &Identity) -> Checked {
        if self.enabled && who.is_nobody() {
            return Err(EtcdError::UserEmpty);
        }
        Ok(())
    }

    /// Checks that `who` may do this with all keys of a range, as a request gives it. A watch
    /// reads its range.
    ///
    /// # Errors
    /// [`EtcdError::UserEmpty`] for nobody, [`EtcdError::AuthOldRevision`] if users or roles
    /// changed since `who` was found out, [`EtcdError::PermissionDenied`].
    pub fn check_range(
        &self,
        who: &Identity,
        key: &[u8],
        range_end: &[u8],
        access: Access,
    ) -> Checked {
        if !self.enabled || who.is_member() {
            return Ok(());
        }
        if who.is_nobody() {
            return Err(EtcdError::UserEmpty);
        }
        self.check_current(who)?;
        let user = self.users.get(&who.user);
        if user.ok_or(EtcdError::PermissionDenied)?.is_root() {
            return Ok(());
        }
        let rights = self.rights.get(&who.user);
        let allowed = rights.is_some_and(|rights| {
            (!access.reads() || rights.read.contain(key, range_end))
                && (!access.writes() || rights.write.contain(key, range_end))
        });
        allowed.then_some(()).ok_or(EtcdError::PermissionDenied)
    }

    /// Checks that users and roles did not change since `who` was found out: asked once more
    /// after a read was made.
    ///
    /// # Errors
    /// [`EtcdError::AuthOldRevision`].
    pub fn check_current(&self, who: &Identity) -> Checked {
        if self.enabled && !who.is_nobody() && who.auth_revision < self.revision {
            return Err(EtcdError::AuthOldRevision);
        }
        Ok(())
    }

    /// Checks a command before it is applied. One that changes users and roles is checked as it
    /// is applied.
    /// Compacting takes an administrator, for it takes history from all.
    ///
    /// # Errors
    /// As [`AuthState::check_range`].
    pub fn check_change(&self, who: &Identity, change: &Change, leases: LeaseKeys<'_>) -> Checked {
        match change {
            Change::Auth(_) => Ok(()),
            Change::Alarm(AlarmRequest::Get(_)) => self.check_identified(who),
            Change::Alarm(_) => self.check_admin(who),
            Change::Txn(txn) => self.check_txn(who, txn, leases),
            Change::Compact(_) => self.check_admin(who),
            Change::LeaseGrant { .. } => self.check_identified(who),
            Change::LeaseRevoke(_) if !self.enabled => Ok(()),
            Change::LeaseRevoke(id) => {
                self.check_identified(who)?;
                self.check_lease_write(who, &leases(*id)?)
            }
        }
    }

    /// Checks a put: the right to write the key, to read it if the former value is asked for,
    /// and to write all keys of the lease it is attached to (for they go with the lease).
    ///
    /// # Errors
    /// As [`AuthState::check_range`].
    pub fn check_put(&self, who: &Identity, put: &PutRequest, leases: LeaseKeys<'_>) -> Checked {
        self.check_range(who, &put.key, &[], Access::Write)?;
        if self.enabled && put.lease != 0 {
            self.check_lease_write(who, &leases(put.lease)?)?;
        }
        if put.prev_kv {
            self.check_range(who, &put.key, &[], Access::Read)?;
        }
        Ok(())
    }

    /// Checks a delete: the right to write the range, and to read it if what was there is asked
    /// for.
    ///
    /// # Errors
    /// As [`AuthState::check_range`].
    pub fn check_delete(&self, who: &Identity, delete: &DeleteRequest) -> Checked {
        self.check_range(who, &delete.key, &delete.range_end, Access::Write)?;
        if delete.prev_kv {
            self.check_range(who, &delete.key, &delete.range_end, Access::Read)?;
        }
        Ok(())
    }

    /// Checks a transaction: the rights for its conditions and for all operations of both
    /// branches, whichever is taken.
    ///
    /// # Errors
    /// As [`AuthState::check_range`].
    pub fn check_txn(&self, who: &Identity, txn: &Txn, leases: LeaseKeys<'_>) -> Checked {
        if !self.enabled {
            return Ok(());
        }
        for compare in &txn.compares {
            self.check_range(who, &compare.key, &compare.range_end, Access::Read)?;
        }
        for op in txn.success.iter().chain(&txn.failure) {
            match op {
                Op::Range(range) => {
                    self.check_range(who, &range.key, &range.range_end, Access::Read)?;
                }
                Op::Put(put) => self.check_put(who, put, leases)?,
                Op::DeleteRange(delete) => self.check_delete(who, delete)?,
                Op::Txn(txn) => self.check_txn(who, txn, leases)?,
            }
        }
        Ok(())
    }

    /// Checks what ends a lease or keeps it: the right to write all its keys.
    ///
    /// # Errors
    /// As [`AuthState::check_range`].
    pub fn check_lease_write(&self, who: &Identity, keys: &[Vec<u8>]) -> Checked {
        self.check_keys(who, keys, Access::Write)
    }

    /// Checks what shows a lease's keys: the right to read them all.
    ///
    /// # Errors
    /// As [`AuthState::check_range`].
    pub fn check_lease_read(&self, who: &Identity, keys: &[Vec<u8>]) -> Checked {
        self.check_keys(who, keys, Access::Read)
    }

    fn check_keys(&self, who: &Identity, keys: &[Vec<u8>], access: Access) -> Checked {
        if self.check_admin(who).is_ok() {
            return Ok(());
        }
        keys.iter()
            .try_for_each(|key| self.check_range(who, key, &[], access))
    }

    /// Returns a user's roles; users may ask for themselves.
    ///
    /// # Errors
    /// [`EtcdError::UserNotFound`], or as [`AuthState::check_admin`].
    pub fn user_get(&self, who: &Identity, name: &str) -> Checked<Vec<String>> {
        match self.check_admin(who) {
            Err(refusal) if name != who.user => return Err(refusal),
            _ => {}
        }
        let user = self.users.get(name).ok_or(EtcdError::UserNotFound)?;
        Ok(user.roles.clone())
    }

    /// Returns the names of all users.
    ///
    /// # Errors
    /// As [`AuthState::check_admin`].
    pub fn user_list(&self, who: &Identity) -> Checked<Vec<String>> {
        self.check_admin(who)?;
        Ok(self.users.keys().cloned().collect())
    }

    /// Returns a role's permissions; users may ask for the roles that they have.
    ///
    /// # Errors
    /// [`EtcdError::RoleNotFound`], or as [`AuthState::check_admin`].
    pub fn role_get(&self, who: &Identity, name: &str) -> Checked<Vec<Permission>> {
        if let Err(refusal) = self.check_admin(who) {
            let user = self.users.get(&who.user);
            if !user.is_some_and(|user| user.has_role(name)) {
                return Err(refusal);
            }
        }
        self.roles.get(name).cloned().ok_or(EtcdError::RoleNotFound)
    }

    /// Returns the names of all roles.
    ///
    /// # Errors
    /// As [`AuthState::check_admin`].
    pub fn role_list(&self, who: &Identity) -> Checked<Vec<String>> {
        self.check_admin(who)?;
        Ok(self.roles.keys().cloned().collect())
    }
}

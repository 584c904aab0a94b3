//! What keeps the store small and its leases honest: compactions, grants, renewals, revocations.

use std::ops::Bound;

use crate::kv::{KvError, LeaseGrant, LeaseId, Result, Revision};

use super::codec::{change_key, history_key};
use super::events::Change;
use super::lease::{self, Lease};
use super::write::Writer;
use super::{MAX_LEASE_TTL, MIN_LEASE_TTL};

impl Writer<'_> {
    /// Forgets what was superseded at or before `revision`; returns the current revision. What
    /// happened at `revision` itself can still be told.
    ///
    /// # Errors
    /// As [`crate::kv::Kv::compact`].
    pub fn compact(&mut self, revision: Revision) -> Result<Revision> {
        let current = self.compact_later(revision)?;
        let end = change_key(revision, 0);
        let bounds = (Bound::Unbounded, Bound::Excluded(end.as_slice()));
        let mut forgotten = Vec::new();
        for entry in self.tables.changes.range(bounds)? {
            let (place, row) = entry?;
            let change = Change::decode(row.value())?;
            let version = history_key(change.key, change.ended);
            forgotten.push((place.value().to_vec(), version));
        }
        for (change, version) in forgotten {
            self.tables.changes.remove(&change);
            self.tables.history.remove(&version);
        }
        Ok(current)
    }

    /// As [`Writer::compact`], but the rows are left for [`super::sweep`]: nobody can see them.
    ///
    /// # Errors
    /// As [`crate::kv::Kv::compact`].
    pub fn compact_later(&mut self, revision: Revision) -> Result<Revision> {
        if revision <= self.meta.compacted {
            return Err(KvError::Compacted);
        }
        if revision > self.meta.revision {
            return Err(KvError::FutureRevision);
        }
        self.meta.compacted = revision;
        Ok(self.meta.revision)
    }

    /// Grants a lease under an id that the caller chose; 0 is not an id here, since a replicated
    /// store must choose before it replicates.
    ///
    /// # Errors
    /// As [`crate::kv::Kv::lease_grant`]; [`KvError::LeaseNotFound`] for the id 0.
    pub fn lease_grant(&mut self, ttl: i64, id: LeaseId) -> Result<LeaseGrant> {
        if id == 0 {
            return Err(KvError::LeaseNotFound);
        }
        if ttl > MAX_LEASE_TTL {
            return Err(KvError::LeaseTtlTooLarge);
        }
        if lease::find(&self.tables.leases, id)?.is_some() {
            return Err(KvError::LeaseExists);
        }
        let ttl = ttl.max(MIN_LEASE_TTL);
        self.tables.put_lease(id, Lease::starting(ttl, self.now))?;
        self.touched = true;
        Ok(LeaseGrant {
            id,
            ttl,
            revision: self.meta.revision,
        })
    }

    /// Ends a lease and deletes its keys in one revision; returns the current revision.
    ///
    /// # Errors
    /// As [`crate::kv::Kv::lease_revoke`].
    pub fn lease_revoke(&mut self, id: LeaseId) -> Result<Revision> {
        if lease::find(&self.tables.leases, id)?.is_none() {
            return Err(KvError::LeaseNotFound);
        }
        for key in lease::keys(&self.tables.leases, id)? {
            if let Some(kv) = self.find(&key)? {
                self.delete(&kv);
            }
        }
        self.tables.drop_lease(id)?;
        self.touched = true;
        self.end_revision();
        Ok(self.meta.revision)
    }

    /// Renews a lease from now on; returns its TTL in seconds, or 0 if there is none.
    ///
    /// # Errors
    /// A storage failure.
    pub fn lease_keepalive(&mut self, id: LeaseId) -> Result<i64> {
        let Some(lease) = lease::find(&self.tables.leases, id)? else {
            return Ok(0);
        };
        self.tables
            .put_lease(id, Lease::starting(lease.ttl, self.now))?;
        self.touched = true;
        Ok(lease.ttl)
    }
}

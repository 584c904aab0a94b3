//! The rows of leases: what is granted, until when, and which keys hang on it.

use std::ops::Bound;

use crate::kv::{LeaseId, Result};

use super::UnixMillis;
use super::codec::{
    ATTACHMENT_PREFIX, attachment_key, deadline_key, lease_key, take_i64, take_millis,
};
use super::rows::{self, Rows};
use super::tables::Tables;

/// A lease as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lease {
    /// Seconds granted.
    pub(super) ttl: i64,
    /// When it ends.
    pub(super) deadline: UnixMillis,
}

impl Lease {
    /// A lease granted or renewed now.
    pub(super) fn starting(ttl: i64, now: UnixMillis) -> Self {
        let millis = u64::try_from(ttl).unwrap_or(0).saturating_mul(1000);
        Self {
            ttl,
            deadline: now.saturating_add(millis),
        }
    }

    /// The row of it.
    pub(super) fn row(self) -> Vec<u8> {
        [self.ttl.to_be_bytes(), self.deadline.to_be_bytes()].concat()
    }
}

/// Finds a lease, expired or not.
pub(super) fn find(leases: &Rows, id: LeaseId) -> Result<Option<Lease>> {
    let Some(row) = leases.get(&lease_key(id))? else {
        return Ok(None);
    };
    let (ttl, rest) = take_i64(row.value())?;
    let (deadline, _) = take_millis(rest)?;
    Ok(Some(Lease { ttl, deadline }))
}

/// Finds the leases whose time is over, the first to end first.
pub(super) fn expired(leases: &Rows, now: UnixMillis) -> Result<Vec<(UnixMillis, LeaseId)>> {
    if now == 0 {
        // A replicated store, whose leader tells what has expired.
        return Ok(Vec::new());
    }
    let start = deadline_key(0, 0);
    let end = deadline_key(now.saturating_add(1), 0);
    let bounds = (
        Bound::Included(start.as_slice()),
        Bound::Excluded(end.as_slice()),
    );
    let mut found = Vec::new();
    for entry in leases.range(bounds)? {
        let (key, _) = entry?;
        let (deadline, rest) = take_millis(key.value().get(1..).unwrap_or_default())?;
        found.push((deadline, take_i64(rest)?.0));
    }
    Ok(found)
}

/// Lists the keys of a lease, sorted.
pub(super) fn keys(leases: &Rows, id: LeaseId) -> Result<Vec<Vec<u8>>> {
    let start = attachment_key(id, &[]);
    let mut found = Vec::new();
    for entry in leases.range(rows::from(&start))? {
        let entry = entry?;
        match entry.0.value().strip_prefix(start.as_slice()) {
            Some(key) => found.push(key.to_vec()),
            None => break,
        }
    }
    debug_assert_eq!(start.len(), ATTACHMENT_PREFIX);
    Ok(found)
}

/// The whole seconds that are left of a lease, if it is live.
pub(super) fn seconds_left(lease: Lease, now: UnixMillis) -> Option<i64> {
    let left = lease.deadline.checked_sub(now).filter(|left| *left > 0)?;
    Some(i64::try_from(left / 1000).unwrap_or(i64::MAX))
}

/// Lists the live leases, ascending.
pub(super) fn list(leases: &Rows, now: UnixMillis) -> Result<Vec<LeaseId>> {
    let start = lease_key(0);
    let prefix = start.get(..1).unwrap_or_default();
    let mut found = Vec::new();
    for entry in leases.range((Bound::Included(prefix), Bound::Excluded(&b"m"[..])))? {
        let (key, row) = entry?;
        let (id, _) = take_i64(key.value().get(1..).unwrap_or_default())?;
        let (deadline, _) = take_millis(row.value().get(8..).unwrap_or_default())?;
        if deadline > now {
            found.push(id);
        }
    }
    found.sort_unstable();
    Ok(found)
}

impl Tables {
    /// Stores a lease in place of what there was under its id.
    pub(super) fn put_lease(&mut self, id: LeaseId, lease: Lease) -> Result<()> {
        self.drop_lease(id)?;
        self.leases.insert(&lease_key(id), lease.row());
        let place = deadline_key(lease.deadline, id);
        self.leases.insert(&place, Vec::new());
        Ok(())
    }

    /// Removes a lease; its keys are the caller's to delete.
    pub(super) fn drop_lease(&mut self, id: LeaseId) -> Result<()> {
        if let Some(lease) = find(&self.leases, id)? {
            self.leases.remove(&lease_key(id));
            self.leases.remove(&deadline_key(lease.deadline, id));
        }
        Ok(())
    }

    /// Moves a key from one lease to another; 0 is none.
    pub(super) fn attach(&mut self, key: &[u8], from: LeaseId, to: LeaseId) {
        if from != to && from != 0 {
            self.leases.remove(&attachment_key(from, key));
        }
        if from != to && to != 0 {
            self.leases.insert(&attachment_key(to, key), Vec::new());
        }
    }
}

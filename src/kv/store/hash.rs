//! What members compare to find out whether they have the same (etcd: `mvcc/hash.go`).

use std::ops::Bound;

use xxhash_rust::xxh3::Xxh3;

use crate::kv::{RangeRequest, Result, Revision};

use super::codec::{decode_history_key, decode_record, take_i64};
use super::events::Change;
use super::read::{self, Reader};
use super::span::Bounds;
use super::tables::{CHANGES, CURRENT, HISTORY, LEASES, NAMES, SYSTEM};
use super::write::DELETE;

/// The hash of a state at a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hash {
    /// The hash.
    pub hash: u32,
    /// The revision that it is of.
    pub revision: Revision,
    /// The revision of the last compaction: hashes can only be compared where this is the same.
    pub compacted: Revision,
}

const ALL: Bounds<'_> = (Bound::Unbounded, Bound::Unbounded);

/// A hash in the making. The order in which rows are found depends on which table they are in, and
/// that on the revision; a sum of the rows' hashes does not.
#[derive(Debug, Clone)]
pub struct HashSum {
    sum: u64,
    revision: Revision,
    compacted: Revision,
}

impl HashSum {
    /// Of the keys up to a revision, as far as they are not compacted.
    pub fn new(revision: Revision, compacted: Revision) -> Self {
        Self {
            sum: 0,
            revision,
            compacted,
        }
    }

    /// Adds a row of a table, by the table's number, if the same row is on every member.
    ///
    /// # Errors
    /// It is damaged.
    pub fn add(&mut self, table: u8, key: &[u8], row: &[u8]) -> Result<()> {
        match NAMES.get(usize::from(table)).copied() {
            Some(CURRENT) if decode_record(&[], row, false)?.mod_revision <= self.revision => {
                self.note(b'v', key, row);
            }
            Some(HISTORY) => {
                let (key, begun) = decode_history_key(key)?;
                let (ended, record) = take_i64(row)?;
                if begun <= self.revision && ended > self.compacted {
                    self.note(b'v', &key, record);
                }
            }
            Some(CHANGES) => {
                let (revision, _) = take_i64(key)?;
                let change = Change::decode(row)?;
                let counts = (self.compacted + 1..=self.revision).contains(&revision);
                if change.kind == DELETE && counts {
                    self.note(b'd', change.key, key);
                }
            }
            Some(LEASES) => self.note(b'l', key, row),
            Some(SYSTEM) => self.note(b's', key, row),
            _ => {}
        }
        Ok(())
    }

    fn note(&mut self, kind: u8, key: &[u8], row: &[u8]) {
        let mut hash = Xxh3::new();
        hash.update(&[kind]);
        hash.update(&(key.len() as u64).to_be_bytes());
        hash.update(key);
        hash.update(row);
        self.sum = self.sum.wrapping_add(hash.digest());
    }

    /// The hash.
    pub fn finish(&self) -> Hash {
        Hash {
            // Both halves count.
            hash: ((self.sum >> 32) ^ (self.sum & u64::from(u32::MAX))) as u32,
            revision: self.revision,
            compacted: self.compacted,
        }
    }
}

impl Reader<'_> {
    /// Hashes all versions of all keys up to a revision (0: the current one), and all deletions,
    /// as far as they are not compacted: so it is the same on every member, whatever of what was
    /// compacted is still in its tables. It reads all of the store.
    ///
    /// # Errors
    /// [`crate::kv::KvError::Compacted`], [`crate::kv::KvError::FutureRevision`], or a storage
    /// failure.
    pub fn hash_kv(&self, revision: Revision) -> Result<Hash> {
        let asked = RangeRequest::prefix("").at(revision);
        read::check(&asked, self.meta())?;
        let at = if revision > 0 {
            revision
        } else {
            self.revision()
        };
        self.sum(at, &[CURRENT, HISTORY, CHANGES])
    }

    /// Hashes everything that is the same on every member that has applied the same entries:
    /// keys, leases, users and roles.
    ///
    /// # Errors
    /// A storage failure.
    pub fn hash(&self) -> Result<Hash> {
        self.sum(
            self.revision(),
            &[CURRENT, HISTORY, CHANGES, LEASES, SYSTEM],
        )
    }

    fn sum(&self, revision: Revision, tables: &[&str]) -> Result<Hash> {
        let mut sum = HashSum::new(revision, self.compacted());
        for ((number, name), rows) in (0..).zip(NAMES).zip(self.tables().all()) {
            if tables.contains(&name) {
                for entry in rows.range(ALL)? {
                    let (key, row) = entry?;
                    sum.add(number, key.value(), row.value())?;
                }
            }
        }
        Ok(sum.finish())
    }
}

//! The tables, and the one row of numbers that says where the store stands.
//!
//! | table     | key                       | row                                              |
//! |-----------|---------------------------|--------------------------------------------------|
//! | `current` | key                       | create, mod, version, lease, value               |
//! | `history` | escaped key, mod revision | the revision that ended this version, the record |
//! | `changes` | revision, order within    | put or delete, the mod revision it ended, key    |
//! | `leases`  | `l` id                    | TTL, deadline                                    |
//! |           | `d` deadline, id          | (finds what has expired)                         |
//! |           | `k` id, key               | (finds the keys of a lease)                      |
//! | `meta`    | `store`                   | format, revision, compacted revision             |
//! |           | `generation`              | how often changes were folded into redb          |
//! | `system`  | its owner's               | of a member of a cluster: users, roles, alarms   |
//!
//! A version moves from `current` to `history` when it ends, and `changes` names what each
//! revision ended: so a compaction visits the changes it forgets and nothing else, and a put of a
//! new key writes `current`, `changes` and `meta` only.

use std::sync::Arc;

use redb::{ReadTransaction, WriteTransaction};

use crate::error::Error;
use crate::kv::{KvError, Result, Revision};

use super::codec::{damaged, take_i64};
use super::fold::Frozen;
use super::rows::{self, Rows};

/// The version of the tables' layout; a store with a higher one is refused.
pub const FORMAT_VERSION: i64 = 1;

/// The tables' names, in the order in which [`Tables::changed`] counts them.
pub(super) const NAMES: [&str; 6] = [CURRENT, HISTORY, CHANGES, LEASES, META, SYSTEM];

pub(super) const CURRENT: &str = "current";
pub(super) const HISTORY: &str = "history";
pub(super) const CHANGES: &str = "changes";
pub(super) const LEASES: &str = "leases";
pub(super) const META: &str = "meta";
pub(super) const SYSTEM: &str = "system";

pub(super) const META_KEY: &[u8] = b"store";
const GENERATION_KEY: &[u8] = b"generation";

/// The tables, as they are after every change that was kept, and those under way.
pub struct Tables {
    pub(super) current: Rows,
    pub(super) history: Rows,
    pub(super) changes: Rows,
    pub(super) leases: Rows,
    pub(super) meta: Rows,
    system: Rows,
}

impl Tables {
    /// The tables of a database; without one they are empty.
    pub fn new(image: Option<&Arc<ReadTransaction>>) -> Self {
        Self::with(image, true)
    }

    /// As [`Tables::new`], of a member of a cluster: what is changed is kept at once, so what might
    /// be refused must be found out before anything is changed.
    pub fn replicated(image: &Arc<ReadTransaction>) -> Self {
        Self::with(Some(image), false)
    }

    fn with(image: Option<&Arc<ReadTransaction>>, revertible: bool) -> Self {
        let rows = |name| Rows::new(name, image.cloned(), revertible);
        Self {
            current: rows(CURRENT),
            history: rows(HISTORY),
            changes: rows(CHANGES),
            leases: rows(LEASES),
            meta: rows(META),
            system: rows(SYSTEM),
        }
    }

    pub(super) fn all(&self) -> [&Rows; 6] {
        [
            &self.current,
            &self.history,
            &self.changes,
            &self.leases,
            &self.meta,
            &self.system,
        ]
    }

    fn all_mut(&mut self) -> [&mut Rows; 6] {
        [
            &mut self.current,
            &mut self.history,
            &mut self.changes,
            &mut self.leases,
            &mut self.meta,
            &mut self.system,
        ]
    }

    /// What was changed since the last [`Tables::keep`]: the table's number, the key, and the row;
    /// `None` if it was removed.
    pub fn changed(&self) -> impl Iterator<Item = (u8, &[u8], Option<&[u8]>)> {
        (0..)
            .zip(self.all())
            .flat_map(|(table, rows)| rows.changed().map(move |(key, row)| (table, key, row)))
    }

    /// Makes a change that [`Tables::changed`] told of; returns whether there is such a table.
    pub fn restore(&mut self, table: u8, key: &[u8], row: Option<&[u8]>) -> bool {
        let mut all = self.all_mut();
        let rows = all.get_mut(usize::from(table));
        rows.map(|rows| rows.restore(key, row)).is_some()
    }

    /// Writes a row of `system`, or removes it.
    pub fn put_system(&mut self, key: &[u8], row: Option<&[u8]>) {
        match row {
            Some(row) => self.system.insert(key, row.to_vec()),
            None => self.system.remove(key),
        }
    }

    /// Returns the rows of `system` whose keys begin like this, without that begin.
    ///
    /// # Errors
    /// A storage failure.
    pub fn system(&self, prefix: &[u8]) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
        let mut found = Vec::new();
        for entry in self.system.range(rows::from(prefix))? {
            let (key, row) = entry?;
            match key.value().strip_prefix(prefix) {
                Some(key) => found.push((key.to_vec(), row.value().to_vec())),
                None => break,
            }
        }
        Ok(found)
    }

    /// Keeps what was changed.
    pub fn keep(&mut self) {
        self.all_mut().into_iter().for_each(Rows::keep);
    }

    /// Takes back what was changed since the last [`Tables::keep`].
    pub fn revert(&mut self) {
        self.all_mut().into_iter().for_each(Rows::revert);
    }

    /// Writes every change into the database, with the number of its generation.
    ///
    /// # Errors
    /// A storage failure.
    pub fn fold(&mut self, txn: &WriteTransaction, generation: u64) -> Result<()> {
        let row = generation.to_be_bytes().to_vec();
        self.meta.insert(GENERATION_KEY, row);
        self.all().into_iter().try_for_each(|rows| rows.fold(txn))
    }

    /// About how many bytes of memory the changes take that no fold has begun to write.
    pub fn weight(&self) -> usize {
        self.all().iter().map(|rows| rows.weight()).sum()
    }

    /// Puts aside what changed so far, for [`Frozen::fold`] to write into the database, and goes on
    /// with it below. [`Tables::rebase`] must follow before the next.
    pub fn freeze(&mut self) -> Frozen {
        Frozen(self.all_mut().map(Rows::freeze))
    }

    /// Goes on upon the database as it is after [`Frozen::fold`]. What is returned takes a while to
    /// drop, and needs not be dropped where somebody waits.
    pub fn rebase(&mut self, image: &Arc<ReadTransaction>) -> impl Sized + Send + use<> {
        self.all_mut().map(|rows| rows.rebase(image))
    }

    /// Which generation the database is of: how often changes were folded into it.
    ///
    /// # Errors
    /// A storage failure.
    pub fn generation(&self) -> Result<u64> {
        let Some(row) = self.meta.get(GENERATION_KEY)? else {
            return Ok(0);
        };
        let bytes = row.value().first_chunk();
        bytes
            .map(|bytes| u64::from_be_bytes(*bytes))
            .ok_or_else(|| damaged("a row is too short"))
    }
}

impl std::fmt::Debug for Tables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tables").finish_non_exhaustive()
    }
}

/// Where the store stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meta {
    /// The revision of the last change; 1 in an empty store.
    pub(super) revision: Revision,
    /// The revision of the last compaction; 0 if there was none.
    pub(super) compacted: Revision,
}

impl Meta {
    /// An empty store.
    pub(super) const EMPTY: Self = Self {
        revision: 1,
        compacted: 0,
    };

    /// Reads the row; refuses one of a newer format.
    pub(super) fn load(table: &Rows) -> Result<Self> {
        match table.get(META_KEY)? {
            Some(row) => Self::decode(row.value()),
            None => Ok(Self::EMPTY),
        }
    }

    /// Reads the row's bytes.
    pub(super) fn decode(row: &[u8]) -> Result<Self> {
        let (format, rest) = take_i64(row)?;
        if format > FORMAT_VERSION {
            return Err(newer_format(format));
        }
        let (revision, rest) = take_i64(rest)?;
        let (compacted, _) = take_i64(rest)?;
        if revision < 1 || compacted > revision {
            return Err(damaged("its revisions contradict each other"));
        }
        Ok(Self {
            revision,
            compacted,
        })
    }

    /// Writes the row.
    pub(super) fn save(self, table: &mut Rows) {
        let mut row = [0; 24];
        for (slot, number) in
            row.chunks_exact_mut(8)
                .zip([FORMAT_VERSION, self.revision, self.compacted])
        {
            slot.copy_from_slice(&number.to_be_bytes());
        }
        table.insert(META_KEY, row.to_vec());
    }
}

/// Refuses a store that a newer netpipe wrote.
fn newer_format(found: i64) -> KvError {
    KvError::storage(
        Error::failed(format!(
            "the key-value store has format {found}, this netpipe knows up to {FORMAT_VERSION}"
        ))
        .hint("a newer netpipe wrote it: upgrade this one"),
    )
}

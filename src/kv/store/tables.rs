//! The redb tables, and the one row of numbers that says where the store stands.
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
//!
//! A version moves from `current` to `history` when it ends, and `changes` names what each
//! revision ended: so a compaction visits the changes it forgets and nothing else, and a put of a
//! new key writes `current`, `changes` and `meta` only.

use redb::{
    ReadOnlyTable, ReadTransaction, ReadableTable, Table, TableDefinition, TableError,
    WriteTransaction,
};

use crate::error::Error;
use crate::kv::{KvError, Result, Revision};

use super::codec::{damaged, take_i64};

/// The version of the tables' layout; a store with a higher one is refused.
pub const FORMAT_VERSION: i64 = 1;

type Bytes = &'static [u8];
type Definition = TableDefinition<'static, Bytes, Bytes>;

const CURRENT: Definition = TableDefinition::new("current");
const HISTORY: Definition = TableDefinition::new("history");
const CHANGES: Definition = TableDefinition::new("changes");
const LEASES: Definition = TableDefinition::new("leases");
const META: Definition = TableDefinition::new("meta");
const META_KEY: &[u8] = b"store";

/// What reads need of a table, in a read or a write transaction.
pub(super) trait Rows: ReadableTable<Bytes, Bytes> {}
impl<T: ReadableTable<Bytes, Bytes>> Rows for T {}

/// The tables, open in one transaction.
pub(super) struct Tables<T> {
    pub(super) current: T,
    pub(super) history: T,
    pub(super) changes: T,
    pub(super) leases: T,
    pub(super) meta: T,
}

pub(super) type WriteTables<'txn> = Tables<Table<'txn, Bytes, Bytes>>;
pub(super) type ReadTables = Tables<ReadOnlyTable<Bytes, Bytes>>;

impl<'txn> WriteTables<'txn> {
    /// Opens the tables for writing and makes those that are missing.
    pub(super) fn open(txn: &'txn WriteTransaction) -> Result<Self> {
        Ok(Self {
            current: txn.open_table(CURRENT)?,
            history: txn.open_table(HISTORY)?,
            changes: txn.open_table(CHANGES)?,
            leases: txn.open_table(LEASES)?,
            meta: txn.open_table(META)?,
        })
    }
}

impl ReadTables {
    /// Opens the tables for reading; `None` in a database that nothing was ever stored in.
    pub(super) fn open(txn: &ReadTransaction) -> Result<Option<Self>> {
        let meta = match txn.open_table(META) {
            Ok(table) => table,
            Err(TableError::TableDoesNotExist(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        Ok(Some(Self {
            current: txn.open_table(CURRENT)?,
            history: txn.open_table(HISTORY)?,
            changes: txn.open_table(CHANGES)?,
            leases: txn.open_table(LEASES)?,
            meta,
        }))
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
    pub(super) fn load(table: &impl Rows) -> Result<Self> {
        let Some(row) = table.get(META_KEY)? else {
            return Ok(Self::EMPTY);
        };
        let (format, rest) = take_i64(row.value())?;
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
    pub(super) fn save(self, table: &mut Table<'_, Bytes, Bytes>) -> Result<()> {
        let mut row = [0; 24];
        for (slot, number) in
            row.chunks_exact_mut(8)
                .zip([FORMAT_VERSION, self.revision, self.compacted])
        {
            slot.copy_from_slice(&number.to_be_bytes());
        }
        table.insert(META_KEY, row.as_slice())?;
        Ok(())
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

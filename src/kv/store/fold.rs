//! Changes on their way into redb, on a thread of their own.

use std::ops::Bound;
use std::sync::Arc;

use redb::{ReadTransaction, ReadableTable as _, TableError, WriteTransaction};

use crate::kv::{Result, Revision};

use super::codec::{change_key, history_key};
use super::events::Change;
use super::rows::{self, Layer, definition};
use super::tables::{CHANGES, HISTORY, META, META_KEY, Meta, NAMES};

/// What changed up to a moment: see [`super::Tables::freeze`].
pub struct Frozen(pub(super) [(&'static str, Arc<Layer>); NAMES.len()]);

impl Frozen {
    /// Writes the changes into the database; returns by how many bytes its rows are more than
    /// before, or less.
    ///
    /// # Errors
    /// A storage failure.
    pub fn fold(&self, txn: &WriteTransaction) -> Result<i64> {
        let grown = self
            .0
            .iter()
            .map(|(name, layer)| rows::fold(name, layer, txn));
        grown.sum()
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|(_, layer)| layer.is_empty())
    }
}

impl std::fmt::Debug for Frozen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frozen").finish_non_exhaustive()
    }
}

/// Removes what the last compaction ended, at most `limit` changes of it, from the database;
/// returns by how many bytes its rows are less now, and whether there is more to be removed.
///
/// # Errors
/// A storage failure.
pub fn sweep(txn: &WriteTransaction, limit: usize) -> Result<(i64, bool)> {
    let compacted = match txn.open_table(definition(META))?.get(META_KEY)? {
        Some(row) => Meta::decode(row.value())?.compacted,
        None => return Ok((0, false)),
    };
    let end = change_key(compacted, 0);
    let bounds = (Bound::Unbounded, Bound::Excluded(end.as_slice()));
    let mut changes = txn.open_table(definition(CHANGES))?;
    let mut ended = Vec::new();
    let mut more = false;
    for entry in changes.range::<&[u8]>(bounds)? {
        let (place, row) = entry?;
        if ended.len() == limit {
            more = true;
            break;
        }
        let change = Change::decode(row.value())?;
        let version = history_key(change.key, change.ended);
        ended.push((place.value().to_vec(), version));
    }
    let mut history = txn.open_table(definition(HISTORY))?;
    let mut less = 0;
    for (change, version) in &ended {
        for (table, key) in [(&mut changes, change), (&mut history, version)] {
            let row = table.remove(key.as_slice())?;
            less += row.map_or(0, |row| rows::size(key, row.value()));
        }
    }
    Ok((-less, more))
}

/// Reads one row of the table of numbers about the store.
///
/// # Errors
/// A storage failure.
pub fn meta_row(txn: &ReadTransaction, key: &[u8]) -> Result<Option<Vec<u8>>> {
    match txn.open_table(definition(META)) {
        Ok(table) => Ok(table.get(key)?.map(|row| row.value().to_vec())),
        Err(TableError::TableDoesNotExist(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Writes one row of the table of numbers about the store: of whoever keeps the tables, who must
/// leave `store` and `generation` alone.
///
/// # Errors
/// A storage failure.
pub fn put_meta_row(txn: &WriteTransaction, key: &[u8], row: &[u8]) -> Result<()> {
    txn.open_table(definition(META))?.insert(key, row)?;
    Ok(())
}

/// Reads a revision of the database itself: the last, and the last compacted.
///
/// # Errors
/// A storage failure.
pub fn revisions(txn: &ReadTransaction) -> Result<(Revision, Revision)> {
    let meta = match meta_row(txn, META_KEY)? {
        Some(row) => Meta::decode(&row)?,
        None => Meta::EMPTY,
    };
    Ok((meta.revision, meta.compacted))
}

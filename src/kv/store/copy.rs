//! All rows, to be sent elsewhere, and back.

use std::ops::Bound;

use redb::{ReadTransaction, TableError, WriteTransaction};

use crate::kv::{KvError, Result};

use super::UnixMillis;
use super::codec::{damaged, deadline_key, take_i64};
use super::lease::Lease;
use super::rows::{definition, size};
use super::tables::{LEASES, META, META_KEY, NAMES, Tables};

/// The most bytes that a key or a row can have.
const MAX_BYTES: usize = 16 << 20;

/// A row on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The number of its table.
    pub table: u8,
    /// Its key.
    pub key: Vec<u8>,
    /// What it holds.
    pub row: Vec<u8>,
}

/// Where a copy of all rows has come to.
#[derive(Debug, Clone, Default)]
pub struct CopyPlace {
    table: usize,
    after: Option<Vec<u8>>,
    /// How many rows were copied.
    pub rows: u64,
}

/// Appends the next rows to `out`, until it holds `enough` bytes; returns whether there are more.
/// What two members of one state send is the same.
///
/// # Errors
/// A storage failure.
pub fn copy(
    txn: &ReadTransaction,
    place: &mut CopyPlace,
    enough: usize,
    out: &mut Vec<u8>,
) -> Result<bool> {
    while let Some(name) = NAMES.get(place.table) {
        let table = match txn.open_table(definition(name)) {
            Ok(table) => table,
            Err(TableError::TableDoesNotExist(_)) => {
                (place.table, place.after) = (place.table + 1, None);
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let after = place.after.take();
        let from = after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        for entry in table.range::<&[u8]>((from, Bound::Unbounded))? {
            let (key, row) = entry?;
            let (key, row) = (key.value(), row.value());
            if *name == META && key != META_KEY {
                // Whose copy it is.
                continue;
            }
            append(out, place.table, key, row)?;
            place.rows += 1;
            if out.len() >= enough {
                place.after = Some(key.to_vec());
                return Ok(true);
            }
        }
        place.table += 1;
    }
    Ok(false)
}

fn append(out: &mut Vec<u8>, table: usize, key: &[u8], row: &[u8]) -> Result<()> {
    let len = |bytes: &[u8]| u32::try_from(bytes.len()).map_err(|_| damaged("a row is too long"));
    out.push(u8::try_from(table).unwrap_or(u8::MAX));
    out.extend_from_slice(&len(key)?.to_be_bytes());
    out.extend_from_slice(&len(row)?.to_be_bytes());
    out.extend_from_slice(key);
    out.extend_from_slice(row);
    Ok(())
}

impl Copied {
    /// Takes a row off the front of what [`copy`] wrote.
    ///
    /// # Errors
    /// It is not what [`copy`] writes.
    pub fn take(bytes: &mut &[u8]) -> Result<Self> {
        let torn = || damaged("a row of a snapshot is torn");
        let (&table, rest) = bytes.split_first().ok_or_else(torn)?;
        let (key_len, rest) = rest.split_first_chunk().ok_or_else(torn)?;
        let (row_len, rest) = rest.split_first_chunk().ok_or_else(torn)?;
        let [key_len, row_len] = [key_len, row_len].map(|len| u32::from_be_bytes(*len) as usize);
        if usize::from(table) >= NAMES.len() || key_len > MAX_BYTES || row_len > MAX_BYTES {
            return Err(torn());
        }
        let (key, rest) = rest.split_at_checked(key_len).ok_or_else(torn)?;
        let (row, rest) = rest.split_at_checked(row_len).ok_or_else(torn)?;
        *bytes = rest;
        Ok(Self {
            table,
            key: key.to_vec(),
            row: row.to_vec(),
        })
    }
}

/// Writes rows into a database that has none; returns about how many bytes they take.
///
/// # Errors
/// A storage failure, or that of the source.
pub fn paste(txn: &WriteTransaction, rows: impl Iterator<Item = Result<Copied>>) -> Result<u64> {
    let mut live = 0_u64;
    let mut rows = rows.peekable();
    while let Some(first) = rows.peek() {
        let Ok(Copied { table, .. }) = first else {
            rows.next().transpose()?;
            continue;
        };
        let table = *table;
        let name = NAMES.get(usize::from(table)).copied();
        let name =
            name.ok_or_else(|| KvError::storage(crate::kv::damaged("a table is unknown")))?;
        let mut open = txn.open_table(definition(name))?;
        let same = |next: &Result<Copied>| next.as_ref().is_ok_and(|row| row.table == table);
        while let Some(row) = rows.next_if(same).transpose()? {
            live = live.saturating_add_signed(size(&row.key, &row.row));
            open.insert(row.key.as_slice(), row.row.as_slice())?;
        }
    }
    Ok(live)
}

/// All rows of a database.
pub fn copied(txn: &ReadTransaction) -> impl Iterator<Item = Result<Copied>> {
    const ENOUGH: usize = 256 << 10;
    let mut place = CopyPlace::default();
    let (mut bytes, mut done, mut more) = (Vec::new(), 0, true);
    std::iter::from_fn(move || {
        while done >= bytes.len() {
            if !more {
                return None;
            }
            bytes.clear();
            done = 0;
            match copy(txn, &mut place, ENOUGH, &mut bytes) {
                Ok(another) => more = another,
                Err(error) => {
                    more = false;
                    return Some(Err(error));
                }
            }
        }
        let mut rest = bytes.get(done..).unwrap_or_default();
        let row = Copied::take(&mut rest);
        done = bytes.len() - rest.len();
        Some(row)
    })
}

impl Tables {
    /// All rows, with what is not in the database yet, for a store that counts time from another
    /// moment: every lease begins anew there at `now`.
    ///
    /// # Errors
    /// A storage failure.
    pub fn rows(&self, now: UnixMillis) -> Result<Vec<Copied>> {
        let mut found = Vec::new();
        for (table, rows) in (0..).zip(self.all()) {
            for entry in rows.range((Bound::Unbounded, Bound::Unbounded))? {
                let (key, row) = entry?;
                let copied = |key: &[u8], row: &[u8]| Copied {
                    table,
                    key: key.to_vec(),
                    row: row.to_vec(),
                };
                let (key, row) = (key.value(), row.value());
                let name = NAMES.get(usize::from(table)).copied().unwrap_or_default();
                match (name, key.split_first()) {
                    (META, _) if key != META_KEY => {}
                    (LEASES, Some((b'd', _))) => {}
                    (LEASES, Some((b'l', id))) => {
                        let lease = Lease::starting(take_i64(row)?.0, now);
                        let (id, _) = take_i64(id)?;
                        found.push(copied(key, &lease.row()));
                        found.push(copied(&deadline_key(lease.deadline, id), &[]));
                    }
                    _ => found.push(copied(key, row)),
                }
            }
        }
        Ok(found)
    }
}

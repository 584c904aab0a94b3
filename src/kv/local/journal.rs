//! The changes that redb does not have yet, one entry for each transaction, in a part of the file
//! that has been written before: so a commit is one write of a kilobyte or two and one sync.
//!
//! ```text
//! sum (8), length of the body (4), salt (4), then of each row that was changed:
//! table (1), length of the key (4), length of the row (4; all ones: removed), key, row
//! ```
//!
//! An entry counts if its sum is right, which is taken over all that follows in it, seeded with the
//! sum of the entry before; the first is seeded with the generation of redb's part, which every
//! fold changes. So what an older generation left behind, or what followed an entry that was lost
//! with the power, is never taken for an entry. The salt keeps an entry that is made anew after
//! such a loss, of the same rows, from making that true.

use std::hash::{BuildHasher, RandomState};
use std::io;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::disk::Disk;
use super::engine::damaged;
use super::head::{JOURNAL_AT, JOURNAL_LEN};
use crate::kv::Result;
use crate::kv::store::Tables;

const HEAD: usize = 16;
const REMOVED: u32 = u32::MAX;

/// How far the journal was read, or written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Journal {
    /// The sum of the last entry.
    chain: u64,
    /// Where the next entry begins, from the journal's begin.
    tail: u64,
}

impl Journal {
    /// A journal on a generation of redb's part, nothing of it read.
    pub(super) fn of(generation: u64) -> Self {
        Self {
            chain: xxh3_64_with_seed(b"journal", generation),
            tail: 0,
        }
    }

    /// Whether there is no entry.
    pub(super) fn is_empty(&self) -> bool {
        self.tail == 0
    }

    /// Reads on, and makes the changes that it finds; `chunk` is about how many bytes those are.
    ///
    /// # Errors
    /// The disk's; or there is an entry that is whole and says what this code cannot read.
    pub(super) fn read_on(
        &mut self,
        disk: &impl Disk,
        tables: &mut Tables,
        chunk: usize,
    ) -> Result<()> {
        let mut wanted = chunk.max(HEAD);
        loop {
            let left = usize::try_from(JOURNAL_LEN - self.tail).unwrap_or(usize::MAX);
            let mut bytes = vec![0; wanted.min(left)];
            disk.read(JOURNAL_AT + self.tail, &mut bytes)?;
            let mut rest = bytes.as_slice();
            while let Some(entry) = self.entry(rest) {
                self.take(entry, tables)
                    .ok_or_else(|| damaged("an entry of its journal says nothing"))?;
                rest = rest.get(entry.len()..).unwrap_or_default();
            }
            // What is left may be the begin of an entry that is longer.
            let begun = length(rest).map_or(HEAD, |body| HEAD + body);
            if bytes.len() == left || begun <= rest.len() {
                return Ok(());
            }
            wanted = begun.max(chunk);
        }
    }

    /// The entry that bytes begin with, if it is whole and the next one.
    fn entry<'b>(&self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        let entry = bytes.get(..HEAD.checked_add(length(bytes)?)?)?;
        let sum = u64::from_be_bytes(*entry.first_chunk()?);
        (xxh3_64_with_seed(entry.get(8..)?, self.chain) == sum).then_some(entry)
    }

    /// Makes the changes of an entry; `None` if it cannot be read.
    fn take(&mut self, entry: &[u8], tables: &mut Tables) -> Option<()> {
        let mut body = entry.get(HEAD..)?;
        while !body.is_empty() {
            restore(&mut body, tables)?;
        }
        self.chain = u64::from_be_bytes(*entry.first_chunk()?);
        self.tail += entry.len() as u64;
        Some(())
    }

    /// Writes the changes of the tables as the next entry, and syncs it if `sync`; returns whether
    /// there was room for it. Then it is seen by all, though a power cut may take what was not
    /// synced; the next sync is for it too.
    ///
    /// # Errors
    /// The disk's; the entry is not there then.
    pub(super) fn append(
        &mut self,
        disk: &impl Disk,
        tables: &Tables,
        sync: bool,
    ) -> io::Result<bool> {
        let Some(entry) = self.encode(tables) else {
            return Ok(false);
        };
        let place = JOURNAL_AT + self.tail;
        let written = disk
            .write(place, &entry)
            .and_then(|()| if sync { disk.sync() } else { Ok(()) });
        if let Err(error) = written {
            // Its caller is told that nothing was done, so nobody may find it.
            if disk.write(place, &[0; HEAD]).is_ok() {
                let _ = disk.sync();
            }
            return Err(error);
        }
        self.chain = u64::from_be_bytes(*entry.first_chunk().unwrap_or(&[0; 8]));
        self.tail += entry.len() as u64;
        Ok(true)
    }

    /// The next entry; `None` if there is no room for it.
    fn encode(&self, tables: &Tables) -> Option<Vec<u8>> {
        let mut entry = vec![0; HEAD];
        for (table, key, row) in tables.changed() {
            let len = |bytes: &[u8]| u32::try_from(bytes.len()).ok();
            let row_len = row.map_or(Some(REMOVED), len)?;
            entry.push(table);
            entry.extend_from_slice(&len(key)?.to_be_bytes());
            entry.extend_from_slice(&row_len.to_be_bytes());
            entry.extend_from_slice(key);
            entry.extend_from_slice(row.unwrap_or_default());
        }
        if entry.len() as u64 > JOURNAL_LEN - self.tail {
            return None;
        }
        let body = u32::try_from(entry.len() - HEAD).ok()?;
        let salt = RandomState::new().hash_one(self.tail) as u32;
        entry.splice(8..HEAD, [body.to_be_bytes(), salt.to_be_bytes()].concat());
        let sum = xxh3_64_with_seed(entry.get(8..)?, self.chain);
        entry.splice(..8, sum.to_be_bytes());
        Some(entry)
    }
}

/// The length of the body that an entry's head tells of.
fn length(bytes: &[u8]) -> Option<usize> {
    let body = u32::from_be_bytes(*bytes.get(8..)?.first_chunk()?);
    usize::try_from(body)
        .ok()
        .filter(|body| *body as u64 <= JOURNAL_LEN)
}

/// Makes the change that a body begins with, and takes it off.
fn restore(body: &mut &[u8], tables: &mut Tables) -> Option<()> {
    let (&table, rest) = body.split_first()?;
    let (key_len, rest) = number(rest)?;
    let (row_len, rest) = number(rest)?;
    let (key, rest) = rest.split_at_checked(usize::try_from(key_len).ok()?)?;
    let (row, rest) = match row_len {
        REMOVED => (None, rest),
        len => {
            let (row, rest) = rest.split_at_checked(usize::try_from(len).ok()?)?;
            (Some(row), rest)
        }
    };
    *body = rest;
    tables.restore(table, key, row).then_some(())
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (head, rest) = bytes.split_first_chunk()?;
    Some((u32::from_be_bytes(*head), rest))
}

//! Changes that may follow, noted down instead of committed: one write to the first page, which
//! the next commit takes along.
//!
//! The note names the commit that it follows, and says which keys were put and deleted and when.
//! It counts while the header names that commit and the note's digest is right: whoever opens the
//! file then makes the same change again in memory, where his own commit, if he makes one, finds
//! it. So it is kept with the next commit or by it, never apart from it:
//!
//! *A process dies*: the page cache has the note. While a commit is under way the header names
//! the old one, and the note still counts; once the header names the new one, it holds the change.
//!
//! *The power goes*: the note is lost, torn, which its digest tells, or whole. Nothing that it
//! follows is touched, and where recovery falls back to the commit that it follows, it counts
//! again, as it did before the one that was lost.
//!
//! # Commits that may follow
//!
//! A change that a note cannot say is committed, but the commit is left where one is whose writer
//! was killed just before its sync: whole in the page cache, its intent written, not sealed. What
//! [`super::backend`] says of commits holds for it unchanged: the power may take it, but nothing
//! before it, and whoever writes next syncs it first, be it this process
//! ([`super::backend::Backend::pay`]) or another, which finds it unsealed.
//!
//! ```text
//! 2048  the commit followed, digest of the rest, time, length, then of each change:
//!       1 (put) or 0, the key's length, the key, for a put the value's length and the value
//! ```

use std::io;

use redb::Durability;

use super::disk::Disk;
use super::engine::Engine;
use super::seal::{CommitName, NOTE_AT, PAGE, digest};
use crate::kv::store::{UnixMillis, Writer};
use crate::kv::{DeleteRequest, KvError, Op, PutRequest, Result, Txn, TxnResponse};

const ROOM: usize = (PAGE - NOTE_AT) as usize;
const HEAD: usize = 32;

/// A change that was noted down.
#[derive(Debug)]
pub(super) struct Note {
    /// What tells it from others.
    pub(super) digest: u64,
    /// When it was made.
    pub(super) now: UnixMillis,
    /// The change.
    pub(super) txn: Txn,
}

/// Reads the note if it follows this commit.
pub(super) fn read(disk: &impl Disk, commit: CommitName) -> io::Result<Option<Note>> {
    let mut page = [0; ROOM];
    disk.read(NOTE_AT, &mut page)?;
    Ok(decode(&page, commit))
}

fn decode(page: &[u8], commit: CommitName) -> Option<Note> {
    let mut rest = page;
    let mut word = || Some(u64::from_be_bytes(*take(&mut rest, 8)?.first_chunk()?));
    let (base, sum, now, len) = (word()?, word()?, word()?, word()?);
    if base != commit {
        return None;
    }
    let end = HEAD.checked_add(usize::try_from(len).ok()?)?;
    if digest(base, page.get(16..end)?) != sum {
        return None;
    }
    let mut body = page.get(HEAD..end)?;
    let mut ops = Vec::new();
    while let Some((&kind, rest)) = body.split_first() {
        body = rest;
        let key = text(&mut body)?;
        ops.push(match kind {
            0 => Op::delete(key),
            _ => Op::put(key, text(&mut body)?),
        });
    }
    Some(Note {
        digest: sum,
        now,
        txn: Txn::all(ops),
    })
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(count)?;
    *rest = tail;
    Some(head)
}

fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let len = u32::from_be_bytes(*take(rest, 4)?.first_chunk()?);
    take(rest, usize::try_from(len).ok()?)
}

/// Writes a change down as made after `commit`; `None` if a note cannot say it or has no room.
fn encode(commit: CommitName, now: UnixMillis, ops: &[Op]) -> Option<Vec<u8>> {
    let mut page = vec![0; HEAD];
    for op in ops {
        let (kind, key, value) = match op {
            Op::Put(PutRequest {
                key,
                value,
                lease: 0,
                ignore_value: false,
                ignore_lease: false,
                ..
            }) => (1, key, Some(value)),
            Op::DeleteRange(DeleteRequest { key, range_end, .. }) if range_end.is_empty() => {
                (0, key, None)
            }
            _ => return None,
        };
        page.push(kind);
        for text in [Some(key), value].into_iter().flatten() {
            page.extend_from_slice(&u32::try_from(text.len()).ok()?.to_be_bytes());
            page.extend_from_slice(text);
        }
    }
    let len = (page.len() - HEAD) as u64;
    page.splice(16..HEAD, [now.to_be_bytes(), len.to_be_bytes()].concat());
    let sum = digest(commit, page.get(16..)?);
    page.splice(..16, [commit.to_be_bytes(), sum.to_be_bytes()].concat());
    (page.len() <= ROOM).then_some(page)
}

impl<D: Disk> Engine<D> {
    /// As [`Engine::write_later`] for a transaction, without a commit where a note will do.
    ///
    /// # Errors
    /// As [`Engine::write`].
    pub fn txn_later(&mut self, now: UnixMillis, txn: &Txn) -> Result<TxnResponse> {
        if self.note.is_some() {
            // There is room for one; and the change after it makes it durable.
            return self.write(now, |writer| writer.txn(txn));
        }
        // A note follows a commit that is on disk.
        if !self.backend.unsynced().0
            && let Some(header) = self.backend.header()
        {
            let mut page = None;
            let (kept, done) = self.change_in_memory(now, |writer| {
                let done = writer.txn(txn)?;
                let ops = if done.succeeded {
                    &txn.success
                } else {
                    &txn.failure
                };
                page = encode(header.commit(), now, ops);
                Ok((page.is_some(), done))
            })?;
            if let Some(page) = page {
                if kept {
                    self.note_down(&page)?;
                }
                return Ok(done);
            }
        }
        self.write_later(now, |writer| writer.txn(txn))
    }

    /// Makes the change that was noted down after the commit that the header names, if one was.
    pub(super) fn apply_note(&mut self) -> Result<()> {
        let Some(header) = self.backend.header() else {
            return Ok(());
        };
        if let Some(note) = read(self.backend.disk(), header.commit())? {
            self.change_in_memory(note.now, |writer| Ok((true, writer.txn(&note.txn)?)))?;
            self.note = Some(note.digest);
            self.settle_growth()?;
        }
        Ok(())
    }

    fn note_down(&mut self, page: &[u8]) -> Result<()> {
        let sum = page.get(8..).and_then(|rest| rest.first_chunk());
        self.backend.disk().write(NOTE_AT, page)?;
        self.note = sum.map(|sum| u64::from_be_bytes(*sum));
        self.settle_growth()
    }

    /// Runs `work`, and if it says so keeps what it did in memory, for the next commit; returns
    /// whether there was anything to keep.
    fn change_in_memory<T>(
        &self,
        now: UnixMillis,
        work: impl FnOnce(&mut Writer<'_>) -> Result<(bool, T)>,
    ) -> Result<(bool, T)> {
        let mut txn = self.db.begin_write()?;
        txn.set_durability(Durability::None)
            .map_err(|error| KvError::storage(crate::kv::damaged(&error.to_string())))?;
        let done = Writer::begin(&txn, now).and_then(|mut writer| {
            let (keep, out) = work(&mut writer)?;
            Ok((keep && writer.finish()?, out))
        });
        match done {
            Ok((true, out)) => txn.commit().map(|()| (true, out)).map_err(KvError::from),
            Ok((false, out)) => txn.abort().map(|()| (false, out)).map_err(KvError::from),
            Err(error) => {
                // The first error is the one that tells.
                let _ = txn.abort();
                Err(error)
            }
        }
    }

    /// Commits at once if the file has grown for what is in memory: its length must be the one
    /// that the header tells of.
    fn settle_growth(&mut self) -> Result<()> {
        if !self.backend.unsynced().1 {
            return Ok(());
        }
        let mut txn = self.db.begin_write()?;
        txn.set_quick_repair(true);
        txn.commit()?;
        self.note = None;
        Ok(())
    }
}

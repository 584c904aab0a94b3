//! What a log is in memory, and the changes of it. A change puts records on the tape; `flush`
//! has them written.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use openraft::entry::RaftEntry;
use openraft::storage::IOFlushed;
use serde::Serialize;

use super::entries::Entries;
use super::record::{self, Kind};
use super::segment::Segment;
use super::tape::{Batch, Tape};
use super::{Entry, Known, LogId, Syncs, TypeConfig, again};

/// The state of a log.
#[derive(Debug)]
pub(super) struct State {
    pub(super) known: Known,
    /// What is known of it on the disk.
    settled: Known,
    pub(super) entries: Entries,
    pub(super) tape: Tape,
    /// Who is told when what is on the tape now is on the disk.
    pub(super) waiters: Waiters,
    /// How many entries are on the tape and not on the disk.
    pub(super) queued: u64,
    /// Somebody writes, and goes on until nothing is left.
    pub(super) flushing: bool,
    /// Somebody will soon.
    pub(super) scheduled: bool,
    /// There is something to write, though nobody may wait for it.
    pub(super) dirty: bool,
    /// What is committed has changed since it was written.
    pub(super) hint: bool,
    /// Somebody will write that.
    pub(super) timer: bool,
    /// Segments that nothing needs, once the log is durable up to a position.
    pub(super) retired: VecDeque<(u64, Arc<Segment>)>,
    /// One of them could not be removed, so none after it may be.
    pub(super) kept: bool,
    /// Somebody makes a spare, or lets go of segments.
    pub(super) upkeep: bool,
    /// The number of the next spare.
    pub(super) spare: u64,
    pub(super) full: Option<String>,
    pub(super) failed: Option<io::Error>,
    pub(super) syncs: Syncs,
    /// How long a sync takes, as of the last ones.
    pub(super) pace: Duration,
}

/// Those who wait for a sync.
#[derive(Default)]
pub(super) struct Waiters(pub(super) Vec<IOFlushed<TypeConfig>>);

impl std::fmt::Debug for Waiters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} waiters", self.0.len())
    }
}

impl Waiters {
    /// Tells them.
    pub(super) fn tell(self, result: &io::Result<()>) {
        for waiter in self.0 {
            waiter.io_completed(result.as_ref().map_err(again).copied());
        }
    }
}

/// What goes to the disk next, and what is true when it is there.
#[derive(Debug)]
pub(super) struct Flush {
    pub(super) batch: Batch,
    pub(super) waiters: Waiters,
    pub(super) known: Known,
    pub(super) entries: u64,
}

impl Flush {
    /// Whether it has to be synced.
    pub(super) fn is_awaited(&self) -> bool {
        self.entries > 0 || !self.waiters.0.is_empty()
    }
}

impl State {
    pub(super) fn new(known: Known, entries: Entries, tape: Tape, spare: u64) -> Self {
        Self {
            settled: known.clone(),
            known,
            entries,
            tape,
            waiters: Waiters::default(),
            queued: 0,
            flushing: false,
            scheduled: false,
            dirty: false,
            hint: false,
            timer: false,
            retired: VecDeque::new(),
            kept: false,
            upkeep: false,
            spare,
            full: None,
            failed: None,
            syncs: Syncs::default(),
            pace: Duration::ZERO,
        }
    }

    /// Whether anything can be written.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn check(&self) -> io::Result<()> {
        self.failed.as_ref().map_or(Ok(()), |e| Err(again(e)))
    }

    /// Puts a record on the tape, for which there must be room.
    pub(super) fn push(&mut self, kind: Kind, value: &impl Serialize) -> io::Result<()> {
        let bytes = record::encode(kind, value)?;
        self.dirty = true;
        self.tape.push(kind, &bytes, &self.known).map(drop)
    }

    /// Puts entries on the tape, for which there must be room; each comes with its record.
    pub(super) fn append(&mut self, entries: Vec<(Entry, Vec<u8>)>) -> io::Result<()> {
        for (entry, bytes) in entries {
            let id = entry.log_id();
            if !self.entries.expects(id.index, self.known.purged) {
                let text = format!(
                    "entry {} does not follow the last one of the Raft log, {}",
                    id.index,
                    self.entries.end().saturating_sub(1)
                );
                return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
            }
            let place = self.tape.push(Kind::Entry, &bytes, &self.known)?;
            self.entries.push(id, place, Some(entry));
            self.queued += 1;
            self.dirty = true;
        }
        Ok(())
    }

    /// Takes off the entries after one, or all; returns whether there were any.
    pub(super) fn truncate(&mut self, last: Option<LogId>) -> io::Result<bool> {
        let end = last.map_or(0, |id| id.index + 1);
        if self.entries.len() == 0 || self.entries.end() <= end {
            return Ok(false);
        }
        self.push(Kind::Truncated, &last)?;
        self.entries.cut(end, last);
        Ok(true)
    }

    /// Takes off the entries up to one; returns whether that changes anything.
    pub(super) fn purge(&mut self, until: LogId) -> io::Result<bool> {
        if self.known.purged.is_some_and(|purged| purged >= until) {
            return Ok(false);
        }
        self.push(Kind::Purged, &until)?;
        self.known.purged = Some(until);
        self.entries.purge(until);
        self.retire();
        Ok(true)
    }

    /// Puts aside the segments that nothing needs once the tape is durable up to here.
    pub(super) fn retire(&mut self) {
        if self.kept {
            return;
        }
        let oldest = self.entries.oldest().map(|place| place.segment);
        let end = self.tape.end();
        let retired = self.tape.retire(oldest);
        self.retired
            .extend(retired.into_iter().map(|segment| (end, segment)));
    }

    /// Takes what is to be written, the hint of what is committed included.
    pub(super) fn flush(&mut self) -> Flush {
        if std::mem::take(&mut self.hint) {
            let committed = self.known.committed;
            if let Ok(bytes) = record::encode(Kind::Committed, &committed)
                && self.tape.lacks(Kind::Committed, [bytes.len()]).is_none()
            {
                // Without room it waits for the next segment, which begins with it.
                let _ = self.tape.push(Kind::Committed, &bytes, &self.known);
            }
        }
        self.dirty = false;
        Flush {
            batch: self.tape.batch(),
            waiters: std::mem::take(&mut self.waiters),
            known: self.known.clone(),
            entries: std::mem::take(&mut self.queued),
        }
    }

    /// Takes note of what was written.
    pub(super) fn settle(&mut self, flush: &Flush, took: Option<Duration>, cache: u64) {
        self.tape.settle(&flush.batch, took.is_some());
        self.settled = flush.known.clone();
        self.entries.evict(cache, self.tape.written);
        let Some(took) = took else { return };
        self.pace = (self.pace * 7 + took) / 8;
        self.syncs.count += 1;
        self.syncs.entries += flush.entries;
        self.syncs.time += took;
        let bucket = (0..14).find(|power| took <= Duration::from_millis(1 << power));
        if let Some(bucket) = bucket.and_then(|at| self.syncs.buckets.get_mut(at)) {
            *bucket += 1;
        }
    }

    /// Takes note that nothing can be written any more: what was not durable is not there, and who
    /// waits for it is returned.
    pub(super) fn fail(&mut self, error: &io::Error) -> Waiters {
        self.failed = Some(again(error));
        let rest = self.flush();
        drop(rest.batch);
        let purged = self.known.purged;
        self.known = Known {
            purged,
            ..self.settled.clone()
        };
        let durable = self.tape.durable;
        if self.entries.cut_written(durable) {
            self.entries.set_last(self.entries.last_cached());
        }
        self.retired.clear();
        rest.waiters
    }
}

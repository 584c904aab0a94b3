//! Reading a log that is there.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::entries::{Entries, Place};
use super::files::Files;
use super::record::{self, Kind, Record, position};
use super::segment::{FIRST, Segment, Spare, cannot_read, damaged, unknown};
use super::state::State;
use super::tape::Tape;
use super::upkeep::{spare_name, spare_number};
use super::{Known, LogId, Settings};
use crate::error::Error;

/// Opens the log of a directory, or begins one.
pub(super) fn open(files: &dyn Files, settings: &Settings) -> crate::Result<State> {
    let names = files.names().map_err(|e| cannot_read(files, "", e))?;
    let mut numbers: Vec<u32> = names.iter().filter_map(|n| Segment::number(n)).collect();
    numbers.sort_unstable();
    let mut spare = names
        .iter()
        .filter_map(|n| spare_number(n))
        .max()
        .unwrap_or(0);
    if numbers.is_empty() {
        spare += 1;
        begin(files, spare_name(spare), settings.first)
            .map_err(|error| cannot_begin(files, error))?;
        numbers.push(1);
    }
    let mut log = Replay::new(files);
    for number in numbers {
        log.segment(number)?;
    }
    let mut state = log.finish(settings.segment, spare)?;
    state.tape.spares = spares(files, &names, settings.segment);
    // So that nothing which is behind the end, and which may have been whole once, ever follows
    // what is written now.
    let known = record::encode(Kind::Known, &state.known.anew());
    known
        .and_then(|bytes| {
            if let Some(size) = state.tape.lacks(Kind::Known, [bytes.len()]) {
                state.spare += 1;
                let spare = Spare::create(files, spare_name(state.spare), size)?;
                state.tape.spares.push(spare);
            }
            state.tape.push(Kind::Known, &bytes, &state.known)
        })
        .map_err(|error| cannot_begin(files, error))?;
    state.retire();
    Ok(state)
}

/// Makes the first segment.
fn begin(files: &dyn Files, spare: String, size: u64) -> io::Result<()> {
    let name = spare.clone();
    let segment = Segment::of(Spare::create(files, spare, size)?, 1);
    let mut known = record::encode(Kind::Known, &Known::default().anew())?;
    record::seal(&mut known, 0, 0, 1, segment.seed(FIRST));
    segment.write_head(None)?;
    segment.disk.write(FIRST, &known)?;
    segment.disk.sync()?;
    files.rename(&name, &Segment::name(1))?;
    files.sync()
}

fn cannot_begin(files: &dyn Files, error: io::Error) -> Error {
    let full = error.kind() == io::ErrorKind::StorageFull;
    let path = files.path("");
    let error = Error::failed(format!(
        "cannot write the Raft log `{}`",
        path.trim_end_matches('/')
    ))
    .because(error);
    if full {
        error.hint("the disk is full: free some space and try again")
    } else {
        error
    }
}

/// Opens the spares that are as they should be, and removes the others.
fn spares(files: &dyn Files, names: &[String], size: u64) -> Vec<Spare> {
    let mut spares = Vec::new();
    for name in names.iter().filter(|name| spare_number(name).is_some()) {
        let usable = files.open(name).ok().filter(|_| spares.is_empty());
        match usable.filter(|disk| disk.len().is_ok_and(|len| len == size)) {
            Some(disk) => spares.push(Spare {
                name: name.clone(),
                size,
                disk,
            }),
            None => drop(files.remove(name)),
        }
    }
    spares
}

/// What the segments say that were read so far.
struct Replay<'f> {
    files: &'f dyn Files,
    segments: BTreeMap<u32, Arc<Segment>>,
    known: Known,
    entries: Entries,
    /// The sum of the last record; `None` if it is in a segment that is no more.
    chain: Option<u64>,
    /// The last segment's bytes.
    bytes: Vec<u8>,
    /// Where reading ended in it.
    tail: usize,
}

impl<'f> Replay<'f> {
    fn new(files: &'f dyn Files) -> Self {
        Self {
            files,
            segments: BTreeMap::new(),
            known: Known::default(),
            entries: Entries::default(),
            chain: None,
            bytes: Vec::new(),
            tail: 0,
        }
    }

    fn damaged(&self, segment: u32, offset: usize, why: &str) -> Error {
        damaged(self.files, &Segment::name(segment), offset as u64, why)
    }

    /// Reads the next segment.
    fn segment(&mut self, number: u32) -> crate::Result<()> {
        let before = self.segments.keys().next_back().copied();
        if let Some(before) = before.filter(|before| before + 1 != number) {
            return Err(self.damaged(before + 1, 0, "the file is missing"));
        }
        let segment = Arc::new(Segment::open(self.files, number)?);
        let name = Segment::name(number);
        let cannot = |error| cannot_read(self.files, &name, error);
        let size = usize::try_from(segment.size).map_err(|e| cannot(io::Error::other(e)))?;
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.resize(size, 0);
        segment.disk.read(0, &mut bytes).map_err(cannot)?;
        let first = record_at(&bytes, &segment, FIRST as usize);
        let Some(first) = first.filter(|record| record.kind == Kind::Known) else {
            return Err(self.damaged(number, FIRST as usize, "the first record is not whole"));
        };
        // A segment is begun when the one before it is whole and synced.
        if let (Some(before), Some(chain)) = (before, self.chain)
            && first.before != chain
        {
            return Err(self.damaged(before, self.tail, WRONG_SUM));
        }
        self.chain = Some(first.before);
        self.records(&segment, &bytes)?;
        self.bytes = bytes;
        self.segments.insert(number, segment);
        Ok(())
    }

    /// Reads the records of a segment up to the first that is not there.
    fn records(&mut self, segment: &Segment, bytes: &[u8]) -> crate::Result<()> {
        self.tail = FIRST as usize;
        while let Some(record) = record_at(bytes, segment, self.tail)
            && self.chain == Some(record.before)
        {
            let place = Place {
                segment: segment.number,
                offset: u32::try_from(self.tail).unwrap_or(u32::MAX),
                len: u32::try_from(record.len).unwrap_or(u32::MAX),
            };
            if record.kind == Kind::Unknown {
                return Err(unknown(self.files, segment.number, self.tail));
            }
            self.take(&record, place).ok_or_else(|| {
                self.damaged(segment.number, self.tail, "a record makes no sense there")
            })?;
            self.chain = Some(record.sum);
            self.tail += record.len;
        }
        Ok(())
    }

    /// Makes the change that a record tells of; `None` if it cannot be.
    fn take(&mut self, record: &Record<'_>, place: Place) -> Option<()> {
        let body = record.body;
        match record.kind {
            Kind::Known => {
                self.known = postcard::from_bytes(body).ok()?;
                self.known
                    .purged
                    .into_iter()
                    .for_each(|id| self.entries.purge(id));
            }
            Kind::Entry => {
                // An entry begins with its id.
                let (id, _) = postcard::take_from_bytes::<LogId>(body).ok()?;
                if !self.entries.expects(id.index, None) {
                    return None;
                }
                self.entries.push(id, place, None);
            }
            Kind::Vote => self.known.vote = Some(postcard::from_bytes(body).ok()?),
            Kind::Committed => self.known.committed = postcard::from_bytes(body).ok()?,
            Kind::Truncated => {
                let last: Option<LogId> = postcard::from_bytes(body).ok()?;
                self.entries.cut(last.map_or(0, |id| id.index + 1), last);
            }
            Kind::Purged => {
                let until = postcard::from_bytes(body).ok()?;
                self.known.purged = Some(until);
                self.entries.purge(until);
            }
            Kind::Unknown => return None,
        }
        Some(())
    }

    /// Cuts a torn tail off, or says that it is none; returns the log.
    fn finish(mut self, size: u64, spare: u64) -> crate::Result<State> {
        let Some((&number, last)) = self.segments.last_key_value() else {
            return Err(self.damaged(1, 0, "the file is missing"));
        };
        if durable_beyond(&self.bytes, last, self.tail) {
            return Err(self.damaged(number, self.tail, WRONG_SUM));
        }
        self.check_begin()?;
        // A process that was killed leaves what is written and not synced, but whoever reads it
        // takes it for durable.
        let name = Segment::name(number);
        last.disk
            .sync()
            .and_then(|()| self.files.sync())
            .map_err(|error| cannot_read(self.files, &name, error))?;
        let last_id = self.entries.last().or(self.known.purged);
        if self.known.committed > last_id {
            self.known.committed = last_id;
        }
        let (last, tail) = (last.clone(), self.tail as u64);
        let chain = self.chain.unwrap_or_default();
        let tape = Tape::new(self.segments, last, tail, chain, size);
        Ok(State::new(self.known, self.entries, tape, spare))
    }

    /// Whether the entries begin where they should.
    fn check_begin(&self) -> crate::Result<()> {
        let expected = self.known.purged.map_or(0, |id| id.index + 1);
        let oldest = self.segments.keys().next().copied().unwrap_or(1);
        let found = self.entries.first().unwrap_or(expected);
        if found > expected && oldest > 1 {
            return Err(self.damaged(oldest - 1, 0, "the file is missing"));
        }
        Ok(())
    }
}

const WRONG_SUM: &str = "the checksum of a record is wrong";

fn record_at<'b>(bytes: &'b [u8], segment: &Segment, offset: usize) -> Option<Record<'b>> {
    record::parse(
        bytes.get(offset..)?,
        segment.number,
        segment.seed(offset as u64),
    )
}

/// Whether a record behind an offset proves that more than what is before it was durable.
fn durable_beyond(bytes: &[u8], segment: &Segment, offset: usize) -> bool {
    let end = position(segment.number, offset as u64);
    let blocks = bytes.chunks(BLANK.len()).zip((0..).step_by(BLANK.len()));
    blocks
        .filter(|(block, at)| at + block.len() > offset && *block != &BLANK[..block.len()])
        .flat_map(|(block, at)| (at.max(offset.next_multiple_of(8))..at + block.len()).step_by(8))
        .filter_map(|at| record_at(bytes, segment, at))
        .any(|record| record.durable > end)
}

static BLANK: [u8; 4096] = [0; 4096];

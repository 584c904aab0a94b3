//! What is to be written, and where: the segments, one after the other.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::entries::Place;
use super::files::Files;
use super::record::{self, Kind, position};
use super::segment::{FIRST, Segment, Spare};
use super::{Known, Owner};

/// The end of a segment is kept for records that are no entries: a full disk takes no entries any
/// more, but still a vote, and the purge that makes room.
const RESERVE: u64 = 1024;
/// The most that the record takes that begins a segment.
const KNOWN_MOST: u64 = 256;

/// Bytes that belong behind each other in one segment.
#[derive(Debug)]
struct Piece {
    segment: Arc<Segment>,
    offset: u64,
    bytes: Vec<u8>,
    /// The name of the file if it is not a segment yet.
    spare: Option<String>,
}

/// The log as a tape, of which only the end is written.
#[derive(Debug)]
pub(super) struct Tape {
    /// All segments.
    segments: BTreeMap<u32, Arc<Segment>>,
    current: Arc<Segment>,
    /// Where the next record goes in the current one.
    tail: u64,
    pub(super) spares: Vec<Spare>,
    /// What is not written.
    queue: Vec<Piece>,
    /// The sum of the last record that is.
    chain: u64,
    /// The position up to which all is on the disk.
    pub(super) durable: u64,
    /// The position up to which all is written.
    pub(super) written: u64,
    /// The size of a segment, in bytes.
    size: u64,
}

/// What is written and synced in one go.
#[derive(Debug)]
pub(super) struct Batch {
    pieces: Vec<Piece>,
    chain: u64,
    durable: u64,
    end: u64,
}

impl Tape {
    /// A tape of segments of which the last ends, so far, at an offset, with a record of a sum.
    pub(super) fn new(
        segments: BTreeMap<u32, Arc<Segment>>,
        current: Arc<Segment>,
        tail: u64,
        chain: u64,
        size: u64,
    ) -> Self {
        let end = position(current.number, tail);
        Self {
            segments,
            current,
            tail,
            spares: Vec::new(),
            queue: Vec::new(),
            chain,
            durable: end,
            written: end,
            size,
        }
    }

    /// Returns the size of the spare that is missing to take records of these lengths; `None` if
    /// there is room for all of them.
    pub(super) fn lacks(&self, kind: Kind, lens: impl IntoIterator<Item = usize>) -> Option<u64> {
        let mut room = self.current.size.saturating_sub(self.tail);
        let mut spares: Vec<u64> = self.spares.iter().map(|spare| spare.size).collect();
        for len in lens {
            let len = len as u64 + reserve(kind);
            if room < len {
                let fits = |size: &u64| FIRST + KNOWN_MOST + len <= *size;
                let Some(at) = spares.iter().position(fits) else {
                    return Some(self.size.max(FIRST + KNOWN_MOST + len));
                };
                room = spares.remove(at) - FIRST - KNOWN_MOST;
            }
            room -= len - reserve(kind);
        }
        None
    }

    /// Puts a record at the end, for which there must be room; returns where. A segment that is
    /// begun for it begins with what is known.
    pub(super) fn push(&mut self, kind: Kind, bytes: &[u8], known: &Known) -> io::Result<Place> {
        let len = bytes.len() as u64 + reserve(kind);
        if self.current.size.saturating_sub(self.tail) < len {
            self.begin_segment(len, known)?;
        }
        let offset = self.tail;
        self.piece().extend_from_slice(bytes);
        self.tail += bytes.len() as u64;
        Ok(Place {
            segment: self.current.number,
            offset: u32::try_from(offset).map_err(io::Error::other)?,
            len: u32::try_from(bytes.len()).map_err(io::Error::other)?,
        })
    }

    /// The bytes to which those are added that come next.
    fn piece(&mut self) -> &mut Vec<u8> {
        let number = self.current.number;
        if self
            .queue
            .last()
            .is_none_or(|piece| piece.segment.number != number)
        {
            self.queue.push(Piece {
                segment: self.current.clone(),
                offset: self.tail,
                bytes: Vec::new(),
                spare: None,
            });
        }
        let last = self.queue.len() - 1;
        &mut self.queue[last].bytes
    }

    /// Goes on in a spare that has room for a record of a length.
    fn begin_segment(&mut self, len: u64, known: &Known) -> io::Result<()> {
        let fits = |spare: &Spare| FIRST + KNOWN_MOST + len <= spare.size;
        let at = self.spares.iter().position(fits);
        let at = at.ok_or(io::ErrorKind::StorageFull)?;
        let spare = self.spares.remove(at);
        let name = spare.name.clone();
        let segment = Arc::new(Segment::of(spare, self.current.number + 1));
        let bytes = record::encode(Kind::Known, &known.anew())?;
        self.tail = FIRST + bytes.len() as u64;
        self.segments.insert(segment.number, segment.clone());
        self.current = segment.clone();
        self.queue.push(Piece {
            segment,
            offset: FIRST,
            bytes,
            spare: Some(name),
        });
        Ok(())
    }

    /// Whether another spare should be made, before it is missing.
    pub(super) fn wants_spare(&self) -> bool {
        self.spares.is_empty() && self.tail > self.current.size / 2
    }

    /// Whether a segment begins in what is to be written: that takes three syncs.
    pub(super) fn begins_segment(&self) -> bool {
        self.queue.iter().any(|piece| piece.spare.is_some())
    }

    /// Takes what is to be written.
    pub(super) fn batch(&mut self) -> Batch {
        Batch {
            pieces: std::mem::take(&mut self.queue),
            chain: self.chain,
            durable: self.durable,
            end: position(self.current.number, self.tail),
        }
    }

    /// Takes note that a batch is written, and whether it was synced.
    pub(super) fn settle(&mut self, batch: &Batch, synced: bool) {
        self.chain = batch.chain;
        self.written = batch.end;
        if synced {
            self.durable = batch.end;
        }
    }

    /// Takes the segments before the oldest one that is needed.
    pub(super) fn retire(&mut self, oldest: Option<u32>) -> Vec<Arc<Segment>> {
        let oldest = oldest.unwrap_or(self.current.number);
        let kept = self.segments.split_off(&oldest);
        std::mem::replace(&mut self.segments, kept)
            .into_values()
            .collect()
    }

    /// A segment by its number.
    pub(super) fn segment(&self, number: u32) -> Option<Arc<Segment>> {
        self.segments.get(&number).cloned()
    }

    /// Where the next record goes.
    pub(super) fn end(&self) -> u64 {
        position(self.current.number, self.tail)
    }

    /// How many segments there are, and how many bytes they and the spares take.
    pub(super) fn extent(&self) -> (usize, u64) {
        let segments = self.segments.values().map(|segment| segment.size);
        let spares = self.spares.iter().map(|spare| spare.size);
        (self.segments.len(), segments.chain(spares).sum())
    }

    /// The size of a segment that is made.
    pub(super) fn segment_size(&self) -> u64 {
        self.size
    }
}

fn reserve(kind: Kind) -> u64 {
    if kind == Kind::Entry { RESERVE } else { 0 }
}

impl Batch {
    /// Writes it; synced if `sync`, or if a segment begins in it.
    ///
    /// # Errors
    /// The disk's; any part of it may be there then.
    pub(super) fn write(
        &mut self,
        files: &dyn Files,
        owner: Option<Owner>,
        sync: bool,
    ) -> io::Result<()> {
        for piece in &mut self.pieces {
            self.chain = piece.seal(self.chain, self.durable)?;
            let segment = &piece.segment;
            if piece.spare.is_some() {
                segment.write_head(owner)?;
            }
            segment.disk.write(piece.offset, &piece.bytes)?;
            if sync || piece.spare.is_some() {
                segment.disk.sync()?;
                self.durable = position(segment.number, piece.offset + piece.bytes.len() as u64);
            }
            if let Some(spare) = &piece.spare {
                files.rename(spare, &Segment::name(segment.number))?;
                files.sync()?;
            }
        }
        Ok(())
    }

    /// Whether it can be written and not synced: no segment begins in it.
    pub(super) fn begins_segment(&self) -> bool {
        self.pieces.iter().any(|piece| piece.spare.is_some())
    }

    /// Has nobody find what may have been written of it, as far as the disk lets it.
    pub(super) fn wipe(&self) {
        if let Some(piece) = self.pieces.first().filter(|piece| piece.spare.is_none()) {
            let wiped = piece.segment.disk.write(piece.offset, &[0; record::HEAD]);
            if wiped.is_ok() {
                let _ = piece.segment.disk.sync();
            }
        }
    }
}

impl Piece {
    /// Seals its records, the first one behind a record of a sum; returns the sum of the last.
    fn seal(&mut self, mut chain: u64, durable: u64) -> io::Result<u64> {
        let (segment, mut offset) = (&self.segment, self.offset);
        let mut rest = self.bytes.as_mut_slice();
        while !rest.is_empty() {
            let seed = segment.seed(offset);
            let (sum, len) = record::seal(rest, chain, durable, segment.number, seed)
                .ok_or_else(|| io::Error::other("a record of the Raft log is cut short"))?;
            (chain, offset) = (sum, offset + len as u64);
            rest = rest.get_mut(len..).unwrap_or_default();
        }
        Ok(chain)
    }
}

//! Entries that are not in memory any more.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use openraft::entry::RaftEntry;

use super::entries::Place;
use super::files::Files;
use super::record::{self, Kind};
use super::segment::{Segment, damaged};
use super::{Entry, Shared};

/// As much is read at once.
const SPAN: u32 = 256 << 10;

/// Records that are read at once.
struct Span {
    segment: Arc<Segment>,
    places: Vec<Place>,
}

impl Shared {
    /// Returns the entries of a range as far as there are any; with a limit of bytes only the
    /// first, but one at least.
    ///
    /// # Errors
    /// The disk's; or what it has is not what was written.
    pub(super) fn read(&self, range: &Range<u64>, limit: u64) -> io::Result<Vec<Entry>> {
        let (spans, mut cached, first) = {
            let state = self.state();
            let (places, cached) = state.entries.range(range, limit);
            if places.is_empty() {
                return Ok(cached);
            }
            let first = state.entries.first().unwrap_or_default().max(range.start);
            (
                spans(&places, |number| state.tape.segment(number))?,
                cached,
                first,
            )
        };
        let mut entries = Vec::with_capacity(spans.iter().map(|span| span.places.len()).sum());
        for span in &spans {
            span.read(&*self.files, &mut entries)?;
        }
        let whole = (first..)
            .zip(&entries)
            .all(|(index, entry)| entry.index() == index);
        if !whole {
            return Err(io::Error::other(
                "the entries of the Raft log do not follow each other",
            ));
        }
        entries.append(&mut cached);
        Ok(entries)
    }
}

/// Groups places that are near each other.
fn spans(places: &[Place], segment: impl Fn(u32) -> Option<Arc<Segment>>) -> io::Result<Vec<Span>> {
    let near = |first: &Place, place: &Place| {
        place.segment == first.segment && place.offset - first.offset + place.len <= SPAN
    };
    let mut spans: Vec<Span> = Vec::new();
    for place in places {
        match spans.last_mut() {
            Some(span) if span.places.first().is_some_and(|first| near(first, place)) => {
                span.places.push(*place);
            }
            _ => spans.push(Span {
                segment: segment(place.segment)
                    .ok_or_else(|| io::Error::other("a segment of the Raft log is gone"))?,
                places: vec![*place],
            }),
        }
    }
    Ok(spans)
}

impl Span {
    fn read(&self, files: &dyn Files, entries: &mut Vec<Entry>) -> io::Result<()> {
        let (Some(first), Some(last)) = (self.places.first(), self.places.last()) else {
            return Ok(());
        };
        let len = last.offset - first.offset + last.len;
        let mut bytes = vec![0; usize::try_from(len).map_err(io::Error::other)?];
        self.segment.disk.read(first.offset.into(), &mut bytes)?;
        for place in &self.places {
            let at = usize::try_from(place.offset - first.offset).map_err(io::Error::other)?;
            let seed = self.segment.seed(place.offset.into());
            let entry = bytes
                .get(at..)
                .and_then(|bytes| record::parse(bytes, place.segment, seed))
                .filter(|record| record.kind == Kind::Entry)
                .and_then(|record| postcard::from_bytes(record.body).ok());
            entries.push(entry.ok_or_else(|| self.damaged(files, *place))?);
        }
        Ok(())
    }

    fn damaged(&self, files: &dyn Files, place: Place) -> io::Error {
        let name = Segment::name(self.segment.number);
        let why = "an entry is not what was written";
        io::Error::new(
            io::ErrorKind::InvalidData,
            damaged(files, &name, place.offset.into(), why),
        )
    }
}

//! The entries: where each is on the disk, and the newest of them in memory.

use std::collections::VecDeque;
use std::ops::Range;

use openraft::entry::RaftEntry;

use super::record::position;
use super::{Entry, LogId};

/// Where an entry's record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) segment: u32,
    pub(super) offset: u32,
    /// The length of the record.
    pub(super) len: u32,
}

impl Place {
    /// The place as one number.
    pub(super) fn position(self) -> u64 {
        position(self.segment, self.offset.into())
    }
}

/// All entries that there are, without a hole.
#[derive(Debug, Default)]
pub(super) struct Entries {
    /// The index of the first one.
    first: u64,
    places: VecDeque<Place>,
    /// The id of the last one, if there is one.
    last: Option<LogId>,
    /// The newest ones. Those that are not written yet are always here.
    cache: VecDeque<Entry>,
    /// What the records of the cached entries come to.
    cached: u64,
}

impl Entries {
    /// The index of the first entry, if there is one.
    pub(super) fn first(&self) -> Option<u64> {
        (!self.places.is_empty()).then_some(self.first)
    }

    /// The id of the last entry, if there is one.
    pub(super) fn last(&self) -> Option<LogId> {
        self.last
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// The index after the last entry.
    pub(super) fn end(&self) -> u64 {
        self.first + self.places.len() as u64
    }

    /// Where the first entry is.
    pub(super) fn oldest(&self) -> Option<Place> {
        self.places.front().copied()
    }

    /// Whether an entry of this index can be the next one.
    pub(super) fn expects(&self, index: u64, purged: Option<LogId>) -> bool {
        match purged {
            _ if !self.places.is_empty() => index == self.end(),
            Some(purged) => index == purged.index + 1,
            None => true,
        }
    }

    /// Adds the next entry; without the entry itself if it is on the disk already.
    pub(super) fn push(&mut self, id: LogId, place: Place, entry: Option<Entry>) {
        if self.places.is_empty() {
            self.first = id.index;
        }
        self.places.push_back(place);
        self.last = Some(id);
        match entry {
            Some(entry) => {
                self.cache.push_back(entry);
                self.cached += u64::from(place.len);
            }
            None => self.forget_cached(),
        }
    }

    fn forget_cached(&mut self) {
        self.cache.clear();
        self.cached = 0;
    }

    /// Takes entries off the end until this is the index after the last; `last` is the id of that.
    pub(super) fn cut(&mut self, end: u64, last: Option<LogId>) {
        while self.end() > end && self.pop().is_some() {}
        self.last = last.filter(|_| !self.places.is_empty());
    }

    /// Takes the entries off the end that are not before a position. The last id is unknown then.
    pub(super) fn cut_written(&mut self, written: u64) -> bool {
        let before = self.places.len();
        while self
            .places
            .back()
            .is_some_and(|place| place.position() >= written)
        {
            self.pop();
        }
        self.places.len() < before
    }

    /// Says which id the last entry has.
    pub(super) fn set_last(&mut self, last: Option<LogId>) {
        self.last = last;
    }

    fn pop(&mut self) -> Option<Place> {
        let place = self.places.pop_back()?;
        if self.cache.pop_back().is_some() {
            self.cached -= u64::from(place.len);
        }
        Some(place)
    }

    /// Forgets the entries up to one.
    pub(super) fn purge(&mut self, until: LogId) {
        while self.first <= until.index && !self.places.is_empty() {
            self.drop_cached_first();
            self.places.pop_front();
            self.first += 1;
        }
        if self.places.is_empty() {
            self.last = None;
            self.forget_cached();
        }
    }

    /// Takes the first entry out of the cache if it is there.
    fn drop_cached_first(&mut self) {
        if self.cache.len() == self.places.len() {
            self.evict_one();
        }
    }

    fn evict_one(&mut self) -> Option<()> {
        let place = self.places.get(self.places.len() - self.cache.len())?;
        self.cached -= u64::from(place.len);
        self.cache.pop_front().map(drop)
    }

    /// Takes the oldest entries out of the cache until it is within its budget, but none whose
    /// record is not before `written`.
    pub(super) fn evict(&mut self, budget: u64, written: u64) {
        while self.cached > budget {
            let oldest = self.places.get(self.places.len() - self.cache.len());
            if oldest.is_none_or(|place| place.position() >= written) {
                return;
            }
            self.evict_one();
        }
    }

    /// Returns the entries of a range as far as there are any: the places of those that have to be
    /// read, and the others. With a limit, of the bytes of their records, the first of them,
    /// and one at least.
    pub(super) fn range(&self, range: &Range<u64>, limit: u64) -> (Vec<Place>, Vec<Entry>) {
        let from = range.start.max(self.first);
        let mut end = range.end.min(self.end());
        if from >= end {
            return (Vec::new(), Vec::new());
        }
        let at = |index: u64| usize::try_from(index - self.first).unwrap_or(usize::MAX);
        if limit < u64::MAX {
            let mut bytes = 0;
            let within = self.places.range(at(from)..at(end)).take_while(|place| {
                bytes += u64::from(place.len);
                bytes <= limit
            });
            end = from + (within.count() as u64).max(1);
        }
        let cached_from = self.end() - self.cache.len() as u64;
        let split = cached_from.clamp(from, end);
        let places = self.places.range(at(from)..at(split)).copied().collect();
        let skipped = usize::try_from(split.saturating_sub(cached_from)).unwrap_or(usize::MAX);
        let wanted = usize::try_from(end - split).unwrap_or(usize::MAX);
        let cached = self.cache.iter().skip(skipped).take(wanted);
        (places, cached.cloned().collect())
    }

    /// The id of the last entry if it is cached.
    pub(super) fn last_cached(&self) -> Option<LogId> {
        self.cache.back().map(RaftEntry::log_id)
    }
}

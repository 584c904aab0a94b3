//! What happened to keys: as it happens, and later from the tables.

use std::ops::Bound;

use crate::kv::{KeyValue, KvError, Result, Revision};

use super::codec::{change_key, damaged, decode_record, history_key, take_i64};
use super::read::Reader;
use super::span::Span;
use super::write::{DELETE, PUT};

/// What happened to a key (etcd: `mvccpb.Event.EventType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// It was put.
    Put,
    /// It was deleted, or its lease ended.
    Delete,
}

/// One thing that happened to one key (etcd: `mvccpb.Event`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// The key as it was then; of a delete, the key and the mod revision alone.
    pub kv: KeyValue,
    /// What was there before, if there was anything and that is not compacted.
    pub prev_kv: Option<KeyValue>,
}

impl Event {
    /// A put of `kv` over what was there before.
    pub(super) fn put(kv: KeyValue, prev_kv: Option<KeyValue>) -> Self {
        Self {
            kind: EventKind::Put,
            kv,
            prev_kv,
        }
    }

    /// The deletion of a key at a revision.
    pub(super) fn delete(key: Vec<u8>, revision: Revision, prev_kv: Option<KeyValue>) -> Self {
        let kv = KeyValue {
            key,
            mod_revision: revision,
            ..KeyValue::default()
        };
        Self {
            kind: EventKind::Delete,
            kv,
            prev_kv,
        }
    }

    /// Whether the key is in the range that a key and a range end stand for, by etcd's rules.
    pub fn is_in(&self, key: &[u8], range_end: &[u8]) -> bool {
        Span::new(key, range_end).contains(&self.kv.key)
    }
}

/// Which events are asked for.
#[derive(Debug, Clone)]
pub struct EventsRequest {
    /// The (first) key.
    pub key: Vec<u8>,
    /// The end of the range, as in [`crate::kv::RangeRequest::range_end`].
    pub range_end: Vec<u8>,
    /// The first revision.
    pub from: Revision,
    /// Whether [`Event::prev_kv`] is wanted.
    pub prev_kv: bool,
    /// About how many changes are looked at, whether they match or not: so that no answer takes
    /// long. The events of one revision are never split.
    pub limit: usize,
}

/// The answer to an [`EventsRequest`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Events {
    /// The events, in the order in which they happened.
    pub events: Vec<Event>,
    /// From where to ask on: the first revision that was not looked at.
    pub next: Revision,
    /// The store's revision; `next` is above it when there is no more.
    pub revision: Revision,
}

impl Reader<'_> {
    /// Returns what happened from a revision on.
    ///
    /// # Errors
    /// [`KvError::Compacted`] below [`Reader::compacted`]; or a storage failure.
    pub fn events(&self, request: &EventsRequest) -> Result<Events> {
        if request.from < self.compacted() {
            return Err(KvError::Compacted);
        }
        let span = Span::new(&request.key, &request.range_end);
        let start = change_key(request.from.max(0), 0);
        let bounds = (Bound::Included(start.as_slice()), Bound::Unbounded);
        let mut found = Events {
            events: Vec::new(),
            next: request.from.max(self.revision() + 1),
            revision: self.revision(),
        };
        let mut last = 0;
        for (seen, entry) in self.tables().changes.range(bounds)?.enumerate() {
            let (place, row) = entry?;
            let (revision, _) = take_i64(place.value())?;
            if seen >= request.limit && revision != last {
                found.next = revision;
                break;
            }
            last = revision;
            let change = Change::decode(row.value())?;
            if span.contains(change.key) {
                found
                    .events
                    .push(self.event(&change, revision, request.prev_kv)?);
            }
        }
        Ok(found)
    }

    fn event(&self, change: &Change<'_>, revision: Revision, prev_kv: bool) -> Result<Event> {
        // What a compaction at this very revision ended may be there still, and may not.
        let prev_kv = if prev_kv && change.ended > 0 && revision > self.compacted() {
            self.version(change.key, change.ended)?
        } else {
            None
        };
        match change.kind {
            PUT => {
                let kv = self.version(change.key, revision)?;
                let kv = kv.ok_or_else(|| damaged("a version of a key is missing"))?;
                Ok(Event::put(kv, prev_kv))
            }
            DELETE => Ok(Event::delete(change.key.to_vec(), revision, prev_kv)),
            _ => Err(damaged("a change is neither a put nor a delete")),
        }
    }

    /// The version of a key that a revision made.
    fn version(&self, key: &[u8], revision: Revision) -> Result<Option<KeyValue>> {
        if let Some(row) = self.tables().current.get(key)? {
            let kv = decode_record(key, row.value(), false)?;
            if kv.mod_revision == revision {
                return decode_record(key, row.value(), true).map(Some);
            }
        }
        let place = history_key(key, revision);
        let Some(row) = self.tables().history.get(&place)? else {
            return Ok(None);
        };
        let (_, record) = take_i64(row.value())?;
        decode_record(key, record, true).map(Some)
    }
}

/// A row of `changes`.
pub(super) struct Change<'a> {
    pub(super) kind: u8,
    /// The mod revision of the version that it ended, or 0.
    pub(super) ended: Revision,
    pub(super) key: &'a [u8],
}

impl<'a> Change<'a> {
    pub(super) fn decode(row: &'a [u8]) -> Result<Self> {
        let (&kind, rest) = row.split_first().ok_or_else(|| damaged("a row is empty"))?;
        let (ended, key) = take_i64(rest)?;
        Ok(Self { kind, ended, key })
    }
}

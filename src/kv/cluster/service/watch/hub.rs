//! Where what happens meets those who watch.
//!
//! As in etcd (`server/storage/mvcc/watchable_store.go`), a watcher is *synced* if all that
//! happens is put into its stream's queue at once, and *unsynced* while it reads the past from
//! the tables: because it asked for it, or because its stream's queue was full. No watcher holds
//! the others up, and what a stream keeps in memory is bounded.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::index::{Index, Span};
use super::stream::Shared;
use crate::kv::Revision;
use crate::kv::proto::mvccpb;
use crate::kv::store::{Event, EventKind};

/// All that happened in one revision.
#[derive(Debug)]
pub struct Batch {
    /// The revision.
    pub revision: Revision,
    /// What happened, in order.
    pub events: Vec<mvccpb::Event>,
}

/// Which of a batch's events are meant.
#[derive(Debug, Clone)]
pub enum Picked {
    /// All.
    All,
    /// Those of these places.
    Some(Vec<usize>),
}

/// A watcher's stream and its id there.
type WatcherId = (u64, i64);

/// Knows all watchers of a member.
pub struct Hub(Mutex<Inner>);

struct Inner {
    /// The last revision that was published.
    revision: Revision,
    watchers: Index<WatcherId, Arc<Shared>>,
    streams: HashMap<u64, Arc<Shared>>,
    next_stream: u64,
}

impl Hub {
    /// Without watchers, at a revision.
    pub fn new(revision: Revision) -> Self {
        Self(Mutex::new(Inner {
            revision,
            watchers: Index::new(),
            streams: HashMap::new(),
            next_stream: 0,
        }))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last revision whose events were given to all watchers that are synced.
    pub fn revision(&self) -> Revision {
        self.inner().revision
    }

    /// How many streams and how many watchers there are.
    pub fn counts(&self) -> (usize, usize) {
        let streams: Vec<_> = self.inner().streams.values().cloned().collect();
        let watchers = streams.iter().map(|stream| stream.watchers()).sum();
        (streams.len(), watchers)
    }

    /// Adds a stream; returns its number.
    pub fn join(&self, make: impl FnOnce(u64) -> Arc<Shared>) -> Arc<Shared> {
        let mut inner = self.inner();
        let number = inner.next_stream;
        inner.next_stream += 1;
        let stream = make(number);
        inner.streams.insert(number, Arc::clone(&stream));
        stream
    }

    /// Removes a stream with its watchers.
    pub fn leave(&self, number: u64, watchers: impl Iterator<Item = (i64, Arc<Span>)>) {
        let mut inner = self.inner();
        inner.streams.remove(&number);
        for (id, span) in watchers {
            inner.watchers.remove(&span, &(number, id));
        }
    }

    /// Adds a watcher while nothing is published: `add` gets the revision it is added at.
    pub fn add(&self, stream: &Arc<Shared>, id: i64, span: &Span, add: impl FnOnce(Revision)) {
        let mut inner = self.inner();
        add(inner.revision);
        let place = (stream.number(), id);
        inner.watchers.insert(span, place, Arc::clone(stream));
    }

    /// Removes a watcher.
    pub fn remove(&self, number: u64, id: i64, span: &Span) {
        self.inner().watchers.remove(span, &(number, id));
    }

    /// Runs `work` while nothing is published.
    pub fn still<T>(&self, work: impl FnOnce(Revision) -> T) -> T {
        let inner = self.inner();
        work(inner.revision)
    }

    /// Tells the watchers what happened. Revisions come one after the other.
    pub fn publish(&self, revision: Revision, events: &[Event]) {
        let mut inner = self.inner();
        inner.revision = revision;
        if inner.streams.is_empty() || events.is_empty() {
            return;
        }
        let mut picked: HashMap<WatcherId, (Arc<Shared>, Vec<usize>)> = HashMap::new();
        let mut batch = None;
        let mut batched = || {
            let events = || events.iter().map(to_proto).collect();
            let made = batch.get_or_insert_with(|| {
                let events = events();
                Arc::new(Batch { revision, events })
            });
            Arc::clone(made)
        };
        if let [event] = events {
            inner.watchers.concerned(&event.kv.key, |(_, id), stream| {
                stream.offer(*id, &batched(), &Picked::All);
            });
            return;
        }
        for (place, event) in events.iter().enumerate() {
            inner.watchers.concerned(&event.kv.key, |watcher, stream| {
                let (_, places) = picked
                    .entry(*watcher)
                    .or_insert_with(|| (Arc::clone(stream), Vec::new()));
                places.push(place);
            });
        }
        for ((_, id), (stream, places)) in picked {
            let picked = if places.len() == events.len() {
                Picked::All
            } else {
                Picked::Some(places)
            };
            stream.offer(id, &batched(), &picked);
        }
    }

    /// The tables were replaced by others, of a later revision: all watchers read what they missed
    /// from there.
    pub fn restored(&self, revision: Revision) {
        let mut inner = self.inner();
        inner.revision = revision;
        for stream in inner.streams.values() {
            stream.unsync();
        }
    }
}

/// An event as it is sent, with what was there before.
pub fn to_proto(event: &Event) -> mvccpb::Event {
    let kind = match event.kind {
        EventKind::Put => mvccpb::event::EventType::Put,
        EventKind::Delete => mvccpb::event::EventType::Delete,
    };
    mvccpb::Event {
        r#type: kind.into(),
        kv: Some(event.kv.clone().into()),
        prev_kv: event.prev_kv.clone().map(Into::into),
    }
}

//! Where what happens meets those who watch.
//!
//! As in etcd (`server/storage/mvcc/watchable_store.go`), a watcher is *synced* if all that
//! happens is put into its stream's queue at once, and *unsynced* while it reads the past from
//! the tables: because it asked for it, or because its stream's queue was full. No watcher holds
//! the others up, and what a stream keeps in memory is bounded.
//!
//! The machine calls while it holds its lock; so what is done within its `read` is either before
//! a change or after it. Locks are taken in the order machine, hub, stream.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::index::{Index, Span};
use super::stream::Shared;
use crate::kv::Revision;
use crate::kv::cluster::machine::Observer;
use crate::kv::store::Event;

/// All that happened in one revision.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The revision.
    pub revision: Revision,
    /// What happened, in order.
    pub events: Arc<[Event]>,
}

/// Which of a batch's events are meant.
#[derive(Debug, Clone)]
pub enum Picked {
    /// All.
    All,
    /// Those of these places.
    Some(Vec<usize>),
}

/// A stream's number, and the watcher's id there.
type WatcherId = (u64, i64);

/// Knows all watchers of a member.
#[derive(Default)]
pub struct Hub {
    inner: Mutex<Inner>,
    watchers: AtomicUsize,
}

struct Inner {
    watchers: Index<WatcherId, Arc<Shared>>,
    streams: HashMap<u64, Arc<Shared>>,
    next_stream: u64,
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            watchers: Index::new(),
            streams: HashMap::new(),
            next_stream: 0,
        }
    }
}

impl Hub {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many streams and how many watchers there are.
    pub fn counts(&self) -> (usize, usize) {
        let streams = self.inner().streams.len();
        (streams, self.watchers.load(Ordering::Relaxed))
    }

    /// How many watchers are not synced.
    pub fn slow(&self) -> usize {
        let inner = self.inner();
        inner
            .streams
            .values()
            .map(|s| s.state().unsynced.len())
            .sum()
    }

    /// Adds a stream.
    pub fn join(&self) -> Arc<Shared> {
        let mut inner = self.inner();
        let number = inner.next_stream;
        inner.next_stream += 1;
        let stream = Shared::new(number);
        inner.streams.insert(number, Arc::clone(&stream));
        stream
    }

    /// Removes a stream with its watchers.
    pub fn leave(&self, number: u64, watchers: impl ExactSizeIterator<Item = (i64, Arc<Span>)>) {
        let mut inner = self.inner();
        inner.streams.remove(&number);
        self.watchers.fetch_sub(watchers.len(), Ordering::Release);
        for (id, span) in watchers {
            inner.watchers.remove(&span, &(number, id));
        }
    }

    /// Adds a watcher; to be called while the machine is read.
    pub fn add(&self, stream: &Arc<Shared>, id: i64, span: &Span) {
        self.watchers.fetch_add(1, Ordering::Release);
        let place = (stream.number(), id);
        let mut inner = self.inner();
        inner.watchers.insert(span, place, Arc::clone(stream));
    }

    /// Removes a watcher.
    pub fn remove(&self, number: u64, id: i64, span: &Span) {
        self.watchers.fetch_sub(1, Ordering::Release);
        self.inner().watchers.remove(span, &(number, id));
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").finish_non_exhaustive()
    }
}

impl Observer for Hub {
    fn wants(&self) -> bool {
        self.watchers.load(Ordering::Acquire) > 0
    }

    fn happened(&self, revision: Revision, events: &Arc<[Event]>) {
        let inner = self.inner();
        let events = Arc::clone(events);
        let batch = Batch { revision, events };
        if let [event] = &*batch.events {
            return inner.watchers.concerned(&event.kv.key, |(_, id), stream| {
                stream.offer(*id, &batch, &Picked::All);
            });
        }
        let mut picked: HashMap<WatcherId, (&Arc<Shared>, Vec<usize>)> = HashMap::new();
        for (place, event) in batch.events.iter().enumerate() {
            inner.watchers.concerned(&event.kv.key, |watcher, stream| {
                let (_, places) = picked.entry(*watcher).or_insert((stream, Vec::new()));
                places.push(place);
            });
        }
        for ((_, id), (stream, places)) in picked {
            let picked = if places.len() == batch.events.len() {
                Picked::All
            } else {
                Picked::Some(places)
            };
            stream.offer(id, &batch, &picked);
        }
    }

    fn replaced(&self, _revision: Revision) {
        for stream in self.inner().streams.values() {
            stream.unsync();
        }
    }
}

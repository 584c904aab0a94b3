//! One client's stream of watches: what it watches, and what is to be sent to it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use tokio::sync::Notify;
use tonic::Status;

use super::hub::{Batch, Hub, Picked};
use super::index::Span;
use crate::kv::cluster::EtcdError;
use crate::kv::cluster::machine::Machine;
use crate::kv::proto::etcdserverpb::WatchResponse;
use crate::kv::store::{Event, EventKind};
use crate::kv::{KeyValue, Revision};

/// How many bytes of events wait for a stream at most; a watcher whose events do not fit reads
/// them from the tables, when there is room again.
const MAX_QUEUE_BYTES: usize = 1024 * 1024;

/// How many answers to what the client asked wait for it to read them, before more of what it
/// asks is read (etcd: `ctrlStreamBufLen`).
const MAX_ANSWERS: usize = 64;

/// How many bytes of keys a stream may watch.
const MAX_KEY_BYTES: usize = 16 * 1024 * 1024;

/// What a watcher takes up besides its key.
const WATCHER_BYTES: usize = 256;

/// What a client wants to know.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The keys.
    pub span: Arc<Span>,
    /// The (first) key and the range end, as they were asked for.
    pub range: (Vec<u8>, Vec<u8>),
    /// No events of puts.
    pub no_put: bool,
    /// No events of deletes.
    pub no_delete: bool,
    /// What was there before, too.
    pub prev_kv: bool,
    /// A long answer in pieces.
    pub fragment: bool,
    /// From where on; 0: from now.
    pub start: Revision,
}

/// A watcher.
#[derive(Debug)]
pub struct Watcher {
    /// What it is for.
    pub wanted: Arc<Wanted>,
    /// The first revision that is not in the queue, and was not sent.
    pub next: Revision,
    /// Whether what happens is put into the queue as it happens.
    pub synced: bool,
    /// Told that its start is compacted: all that is left of it is its id.
    pub compacted: bool,
    /// Whether to tell now and then how far it is, and whether it is time to.
    pub progress: Option<bool>,
}

/// What is to be sent.
#[derive(Debug)]
pub enum Item {
    /// An answer to the client.
    Answer(WatchResponse),
    /// What happened, for a watcher.
    Events(i64, Batch, Picked),
}

/// The state of a stream.
#[derive(Default)]
pub struct State {
    /// By their ids.
    pub watchers: HashMap<i64, Watcher>,
    next_id: i64,
    key_bytes: usize,
    /// What is to be sent, in order.
    pub queue: VecDeque<Item>,
    queue_bytes: usize,
    answers: usize,
    /// The watchers that are not synced, in the order in which they get their turn.
    pub unsynced: VecDeque<i64>,
    /// The client asked how far it is, and is not told yet.
    pub progress_asked: bool,
    /// Why it ends, once all that is queued is sent.
    pub failed: Option<Status>,
    waker: Option<Waker>,
    closed: bool,
}

impl State {
    /// Queues an answer.
    pub fn answer(&mut self, response: WatchResponse) {
        self.answers += 1;
        self.queue.push_back(Item::Answer(response));
        self.wake();
    }

    /// Takes what is to be sent next.
    pub fn take(&mut self) -> Option<Item> {
        let item = self.queue.pop_front()?;
        match &item {
            Item::Answer(_) => self.answers -= 1,
            Item::Events(_, batch, picked) => self.queue_bytes -= batch.bytes(picked),
        }
        Some(item)
    }

    /// Whether all that happened was sent.
    pub fn idle(&self) -> bool {
        self.queue.is_empty() && self.unsynced.is_empty()
    }

    /// Has the sender look again.
    pub fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    /// Remembers the sender.
    pub fn wait(&mut self, waker: &Waker) {
        self.waker = Some(waker.clone());
    }

    /// Removes a watcher.
    pub fn remove(&mut self, id: i64) -> Option<Watcher> {
        let watcher = self.watchers.remove(&id)?;
        self.key_bytes -= watcher.wanted.span.bytes() + WATCHER_BYTES;
        self.unsynced.retain(|other| *other != id);
        let queue_bytes = &mut self.queue_bytes;
        self.queue.retain(|item| match item {
            Item::Events(of, batch, picked) if *of == id => {
                *queue_bytes -= batch.bytes(picked);
                false
            }
            _ => true,
        });
        Some(watcher)
    }
}

/// A stream, as the hub and its two ends share it.
pub struct Shared {
    number: u64,
    state: Mutex<State>,
    /// Told when answers were sent.
    room: Notify,
}

impl Shared {
    /// An empty stream.
    pub fn new(number: u64) -> Arc<Self> {
        Arc::new(Self {
            number,
            state: Mutex::default(),
            room: Notify::new(),
        })
    }

    /// The number that the hub knows it by.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Its state.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many watchers it has.
    pub fn watchers(&self) -> usize {
        self.state().watchers.len()
    }

    /// Waits until there is room for answers.
    pub async fn has_room(&self) {
        loop {
            let room = self.room.notified();
            if self.state().answers < MAX_ANSWERS {
                return;
            }
            room.await;
        }
    }

    /// Lets what the client asks be read again, if there is room now.
    pub fn sent(&self, state: &State) {
        if state.answers < MAX_ANSWERS {
            self.room.notify_one();
        }
    }

    /// Adds a watcher, and queues the answer that it is `created`; returns its id, or why there is
    /// none (etcd: `watchStream.Watch`). An id of 0 is chosen here.
    ///
    /// # Errors
    /// The outer one ends the stream.
    pub fn create(
        self: &Arc<Self>,
        hub: &Hub,
        machine: &Machine,
        id: i64,
        wanted: Wanted,
        progress: bool,
        created: impl FnOnce(i64, Revision) -> WatchResponse,
    ) -> Result<Result<i64, &'static str>, Status> {
        let mut state = self.state();
        let bytes = wanted.span.bytes() + WATCHER_BYTES;
        if state.key_bytes + bytes > MAX_KEY_BYTES {
            return Err(Status::resource_exhausted("etcdserver: too many watchers"));
        }
        let id = if id == 0 {
            while state.watchers.contains_key(&state.next_id) {
                state.next_id += 1;
            }
            state.next_id += 1;
            state.next_id - 1
        } else if state.watchers.contains_key(&id) {
            return Ok(Err("mvcc: duplicate watch ID provided on the WatchStream"));
        } else {
            id
        };
        drop(state);
        let span = Arc::clone(&wanted.span);
        let added = machine.read(|reader| {
            let revision = reader.revision();
            hub.add(self, id, &span);
            let mut state = self.state();
            let synced = wanted.start == 0 || wanted.start > revision;
            let next = if wanted.start == 0 {
                revision + 1
            } else {
                wanted.start
            };
            if !synced {
                state.unsynced.push_back(id);
            }
            let watcher = Watcher {
                wanted: Arc::new(wanted),
                next,
                synced,
                compacted: false,
                progress: progress.then_some(true),
            };
            state.key_bytes += bytes;
            state.watchers.insert(id, watcher);
            state.answer(created(id, revision));
            Ok(())
        });
        added.map_err(|error| Status::from(EtcdError::from(error)))?;
        Ok(Ok(id))
    }

    /// Removes a watcher; returns whether there was one.
    pub fn cancel(&self, hub: &Hub, id: i64) -> bool {
        let removed = self.state().remove(id);
        let Some(watcher) = removed else { return false };
        if !watcher.compacted {
            hub.remove(self.number, id, &watcher.wanted.span);
        }
        true
    }

    /// Queues what happened for a watcher, if it wants it; what does not fit it will read later.
    pub fn offer(&self, id: i64, batch: &Batch, picked: &Picked) {
        let mut state = self.state();
        let (
            full,
            State {
                watchers, unsynced, ..
            },
        ) = (state.queue_bytes >= MAX_QUEUE_BYTES, &mut *state);
        let Some(watcher) = watchers.get_mut(&id) else {
            return;
        };
        if !watcher.synced || batch.revision < watcher.next {
            return;
        }
        let Some(picked) = batch.wanted(picked, &watcher.wanted) else {
            watcher.next = batch.revision + 1;
            return;
        };
        if full {
            watcher.synced = false;
            watcher.next = batch.revision;
            unsynced.push_back(id);
            return;
        }
        watcher.next = batch.revision + 1;
        state.queue_bytes += batch.bytes(&picked);
        state
            .queue
            .push_back(Item::Events(id, batch.clone(), picked));
        state.wake();
    }

    /// Has all watchers read from the tables what they did not get yet.
    pub fn unsync(&self) {
        let mut state = self.state();
        let State {
            watchers, unsynced, ..
        } = &mut *state;
        for (id, watcher) in watchers {
            if watcher.synced {
                watcher.synced = false;
                unsynced.push_back(*id);
            }
        }
        state.wake();
    }

    /// Ends it, after what is queued.
    pub fn fail(&self, status: Status) {
        let mut state = self.state();
        state.failed = Some(status);
        state.wake();
    }

    /// The client is gone.
    pub fn close(&self, hub: &Hub) {
        let mut state = self.state();
        state.closed = true;
        let watchers = std::mem::take(&mut state.watchers);
        state.queue.clear();
        drop(state);
        // Those that were told of a compaction have left already.
        let spans: Vec<_> = watchers
            .into_iter()
            .filter(|(_, watcher)| !watcher.compacted)
            .map(|(id, watcher)| (id, Arc::clone(&watcher.wanted.span)))
            .collect();
        hub.leave(self.number, spans.into_iter());
    }
}

impl Batch {
    /// The picked events, in order.
    pub fn picked<'a>(&'a self, picked: &'a Picked) -> impl Iterator<Item = &'a Event> {
        let (all, some) = match picked {
            Picked::All => (&*self.events, &[][..]),
            Picked::Some(places) => (&[][..], places.as_slice()),
        };
        let some = some.iter().filter_map(|place| self.events.get(*place));
        all.iter().chain(some)
    }

    /// About how many bytes its picked events have.
    fn bytes(&self, picked: &Picked) -> usize {
        self.picked(picked).map(bytes_of).sum()
    }

    /// What is left of the picked events after a watcher's filters; `None` if nothing is.
    fn wanted(&self, picked: &Picked, wanted: &Wanted) -> Option<Picked> {
        if !wanted.no_put && !wanted.no_delete {
            return Some(picked.clone());
        }
        let passes = |place: &usize| self.events.get(*place).is_some_and(|e| wanted.passes(e));
        let left: Vec<_> = match picked {
            Picked::All => (0..self.events.len()).filter(passes).collect(),
            Picked::Some(places) => places.iter().copied().filter(passes).collect(),
        };
        (!left.is_empty()).then_some(Picked::Some(left))
    }
}

/// About how many bytes an event has.
pub fn bytes_of(event: &Event) -> usize {
    const NUMBERS: usize = 32;
    let kv = |kv: &KeyValue| NUMBERS + kv.key.len() + kv.value.len();
    kv(&event.kv) + event.prev_kv.as_ref().map_or(0, kv)
}

impl Wanted {
    /// Whether an event passes the filters.
    pub fn passes(&self, event: &Event) -> bool {
        match event.kind {
            EventKind::Put => !self.no_put,
            EventKind::Delete => !self.no_delete,
        }
    }
}

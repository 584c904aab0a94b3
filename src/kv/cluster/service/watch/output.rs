//! The end of a stream that is sent to the client: pulled as fast as the client reads.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::Stream;
use prost::Message as _;
use tokio::task::AbortHandle;
use tokio::time::{Sleep, sleep};
use tonic::Status;

use super::hub::{Batch, Picked, to_proto};
use super::stream::{Item, Shared, Wanted};
use super::super::{MAX_MESSAGE_BYTES, Services};
use crate::kv::proto::etcdserverpb::WatchResponse;
use crate::kv::proto::mvccpb;
use crate::kv::store::EventsRequest;
use crate::kv::{KvError, Revision};

/// How many revisions an answer has at most (etcd: `watchBatchMaxRevs`).
const MAX_REVISIONS: usize = 1000;

/// How many bytes of the past are put into one answer, if there is more than one revision.
const MAX_PAST_BYTES: usize = 1024 * 1024;

/// How many changes are looked at before others get their turn.
const LOOK_AT: usize = 256;

/// What a client gets of its watchers.
pub struct Output {
    services: Arc<Services>,
    shared: Arc<Shared>,
    /// Pieces of an answer that are still to be sent.
    pieces: VecDeque<WatchResponse>,
    /// What reads the client's requests.
    reader: Option<AbortHandle>,
    tick: Option<Pin<Box<Sleep>>>,
    ended: bool,
}

impl Output {
    /// The output of a stream.
    pub fn new(services: Arc<Services>, shared: Arc<Shared>, reader: Option<AbortHandle>) -> Self {
        Self {
            services,
            shared,
            pieces: VecDeque::new(),
            reader,
            tick: None,
            ended: false,
        }
    }

    /// What is to be sent next, if anything is queued.
    fn queued(&mut self) -> Option<WatchResponse> {
        if let Some(piece) = self.pieces.pop_front() {
            return Some(piece);
        }
        let mut state = self.shared.state();
        loop {
            match state.take()? {
                Item::Answer(response) => {
                    self.shared.sent(&state);
                    return Some(response);
                }
                Item::Events(id, batch, picked) => {
                    let Some(watcher) = state.watchers.get_mut(&id) else {
                        continue;
                    };
                    watcher.progress = watcher.progress.map(|_| false);
                    let wanted = Arc::clone(&watcher.wanted);
                    drop(state);
                    let events = batch.events(&picked, &wanted);
                    return Some(self.events(id, batch.revision, events, &wanted));
                }
            }
        }
    }

    /// The answer, or the first piece of it.
    fn events(
        &mut self,
        watch_id: i64,
        revision: Revision,
        events: Vec<mvccpb::Event>,
        wanted: &Wanted,
    ) -> WatchResponse {
        let response = WatchResponse {
            header: self.services.header(revision),
            watch_id,
            events,
            ..WatchResponse::default()
        };
        if !wanted.fragment || response.encoded_len() < MAX_MESSAGE_BYTES {
            return response;
        }
        self.pieces = fragments(response);
        self.pieces.pop_front().unwrap_or_default()
    }

    /// Reads some of the past for the watcher whose turn it is. Returns what it found, if it is
    /// to be sent; `None` if all watchers are synced.
    fn catch_up(&mut self) -> Option<Option<WatchResponse>> {
        let (id, wanted, from) = {
            let mut state = self.shared.state();
            let id = state.unsynced.pop_front()?;
            let Some(watcher) = state.watchers.get(&id) else {
                return Some(None);
            };
            (id, Arc::clone(&watcher.wanted), watcher.next)
        };
        let past = match self.past(&wanted, from) {
            Ok(past) => past,
            Err(KvError::Compacted) => return Some(self.compacted(id)),
            Err(error) => {
                self.shared.fail(Status::internal(error.to_string()));
                return Some(None);
            }
        };
        self.services.hub.still(|published| {
            let mut state = self.shared.state();
            let Some(watcher) = state.watchers.get_mut(&id) else {
                return;
            };
            watcher.next = past.next;
            watcher.synced = past.next > past.revision && past.revision >= published;
            if !past.events.is_empty() {
                watcher.progress = watcher.progress.map(|_| false);
            }
            if !watcher.synced {
                state.unsynced.push_back(id);
            }
        });
        if past.events.is_empty() {
            return Some(None);
        }
        Some(Some(self.events(id, past.revision, past.events, &wanted)))
    }

    /// Reads the past from a revision on, as much as goes into one answer.
    fn past(&self, wanted: &Wanted, from: Revision) -> Result<Past, KvError> {
        let mut past = Past {
            next: from,
            ..Past::default()
        };
        let (mut revisions, mut bytes) = (0, 0);
        let mut looked = 0;
        loop {
            let request = EventsRequest {
                key: wanted.range.0.clone(),
                range_end: wanted.range.1.clone(),
                from: past.next,
                prev_kv: wanted.prev_kv,
                limit: LOOK_AT / 4,
            };
            let found = self.services.node.machine().read(|reader| reader.events(&request))?;
            let mut last = past.events.last().map_or(0, revision_of);
            for event in &found.events {
                let event = to_proto(event);
                if wanted.passes(&event) {
                    let revision = revision_of(&event);
                    revisions += usize::from(revision != last);
                    last = revision;
                    bytes += event.encoded_len();
                    past.events.push(event);
                }
            }
            (past.next, past.revision) = (found.next, found.revision);
            looked += LOOK_AT / 4;
            let enough = revisions >= MAX_REVISIONS || bytes >= MAX_PAST_BYTES;
            let long = past.events.is_empty() && looked >= LOOK_AT * 4;
            if past.next > past.revision || enough || long {
                return Ok(past);
            }
        }
    }

    /// A watcher's start is gone: it is told, and is no more (etcd: `watcherGroup.chooseAll`).
    fn compacted(&mut self, id: i64) -> Option<WatchResponse> {
        let reader = |reader: &crate::kv::store::Reader<'_>| Ok(reader.compacted());
        let compact_revision = self.services.node.machine().read(reader).unwrap_or(0);
        let mut state = self.shared.state();
        let watcher = state.watchers.get_mut(&id)?;
        (watcher.compacted, watcher.progress) = (true, None);
        let span = Arc::clone(&watcher.wanted.span);
        drop(state);
        self.services.hub.remove(self.shared.number(), id, &span);
        Some(WatchResponse {
            header: self.services.header(0),
            watch_id: id,
            canceled: true,
            compact_revision,
            ..WatchResponse::default()
        })
    }

    /// Tells the client how far all its watchers are, if it asked.
    fn asked_progress(&mut self) -> Option<WatchResponse> {
        let revision = self.services.hub.revision();
        let mut state = self.shared.state();
        if !std::mem::take(&mut state.progress_asked) {
            return None;
        }
        let mut live = state.watchers.values().filter(|watcher| !watcher.compacted);
        let future = |watcher: &super::stream::Watcher| watcher.wanted.start > revision;
        let (first, future) = (live.next(), state.watchers.values().any(future));
        (first.is_some() && !future).then(|| self.progress(-1, revision))
    }

    fn progress(&self, watch_id: i64, revision: Revision) -> WatchResponse {
        WatchResponse {
            header: self.services.header(revision),
            watch_id,
            ..WatchResponse::default()
        }
    }

    /// Tells the watchers that want to know it now and then how far they are, if it is time to.
    fn poll_progress(&mut self, cx: &mut Context<'_>) -> bool {
        let every = self.services.options.watch_progress;
        let tick = self.tick.get_or_insert_with(|| Box::pin(sleep(every)));
        if tick.as_mut().poll(cx).is_pending() {
            return false;
        }
        self.tick = Some(Box::pin(sleep(jittered(every))));
        let revision = self.services.hub.revision();
        let mut due = Vec::new();
        for (id, watcher) in &mut self.shared.state().watchers {
            if watcher.progress == Some(true) && watcher.synced && watcher.wanted.start <= revision {
                due.push(*id);
            }
            watcher.progress = watcher.progress.map(|_| true);
        }
        self.pieces.extend(due.into_iter().map(|id| WatchResponse {
            header: self.services.header(revision),
            watch_id: id,
            ..WatchResponse::default()
        }));
        true
    }
}

/// Up to a tenth longer, so that not all streams have the same moment.
fn jittered(every: Duration) -> Duration {
    every + every.mul_f64(f64::from(std::process::id() % 100) / 1000.0)
}

/// Some of the past.
#[derive(Default)]
struct Past {
    events: Vec<mvccpb::Event>,
    next: Revision,
    revision: Revision,
}

fn revision_of(event: &mvccpb::Event) -> Revision {
    event.kv.as_ref().map_or(0, |kv| kv.mod_revision)
}

impl Batch {
    /// The picked events, as a watcher gets them.
    fn events(&self, picked: &Picked, wanted: &Wanted) -> Vec<mvccpb::Event> {
        let one = |event: &mvccpb::Event| mvccpb::Event {
            prev_kv: event.prev_kv.as_ref().filter(|_| wanted.prev_kv).cloned(),
            r#type: event.r#type,
            kv: event.kv.clone(),
        };
        match picked {
            Picked::All => self.events.iter().map(one).collect(),
            Picked::Some(places) => {
                let picked = places.iter().filter_map(|place| self.events.get(*place));
                picked.map(one).collect()
            }
        }
    }
}

/// Cuts an answer into pieces that a client takes, each of one event at least (etcd:
/// `sendFragments`).
fn fragments(mut response: WatchResponse) -> VecDeque<WatchResponse> {
    let events = std::mem::take(&mut response.events);
    let empty = response.encoded_len();
    let mut pieces: VecDeque<WatchResponse> = VecDeque::new();
    let mut bytes = usize::MAX;
    for event in events {
        // A tag and a length of up to 5 bytes come before it.
        let length = event.encoded_len() + 6;
        match pieces.back_mut() {
            Some(piece) if bytes + length < MAX_MESSAGE_BYTES => piece.events.push(event),
            _ => {
                let events = vec![event];
                let fragment = true;
                pieces.push_back(WatchResponse { events, fragment, ..response.clone() });
                bytes = empty;
            }
        }
        bytes += length;
    }
    if let Some(last) = pieces.back_mut() {
        last.fragment = false;
    }
    pieces
}

impl Stream for Output {
    type Item = Result<WatchResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.ended {
            return Poll::Ready(None);
        }
        loop {
            if let Some(response) = this.queued() {
                return Poll::Ready(Some(Ok(response)));
            }
            match this.catch_up() {
                Some(Some(response)) => return Poll::Ready(Some(Ok(response))),
                Some(None) => {
                    // Others first: the past may be long.
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                None => {}
            }
            if let Some(response) = this.asked_progress() {
                return Poll::Ready(Some(Ok(response)));
            }
            let mut state = this.shared.state();
            if let Some(status) = state.failed.take() {
                this.ended = true;
                return Poll::Ready(Some(Err(status)));
            }
            let idle = state.queue.is_empty() && state.unsynced.is_empty();
            let watched = state.watchers.values().any(|watcher| watcher.progress.is_some());
            if idle {
                state.wait(cx.waker());
            }
            drop(state);
            if idle && !(watched && this.poll_progress(cx)) {
                return Poll::Pending;
            }
        }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Some(reader) = &self.reader {
            reader.abort();
        }
        self.shared.close(&self.services.hub);
    }
}

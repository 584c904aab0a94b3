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

use super::NO_WATCH;
use super::index::Span;
use super::stream::{Item, Shared, Wanted, Watcher, bytes_of};
use crate::kv::cluster::EtcdError;
use crate::kv::cluster::service::{MAX_MESSAGE_BYTES, Services};
use crate::kv::proto::etcdserverpb::WatchResponse;
use crate::kv::proto::mvccpb;
use crate::kv::store::{Event, EventKind, EventsRequest, Reader};
use crate::kv::{KvError, Revision, prefix_end};

/// How many revisions an answer has at most (etcd: `watchBatchMaxRevs`).
const MAX_REVISIONS: usize = 1000;

/// How many bytes of the past are put into one answer, if there is more than one revision.
const MAX_PAST_BYTES: usize = 1024 * 1024;

/// How many changes are read at once: each may have a value of the largest size.
const LOOK_AT: usize = 64;

/// How many changes are looked at before others get their turn.
const MAX_LOOKS: usize = 2048;

/// What a client gets of its watchers.
pub struct Output {
    services: Services,
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
    pub fn new(services: Services, shared: Arc<Shared>, reader: Option<AbortHandle>) -> Self {
        Self {
            services,
            shared,
            pieces: VecDeque::new(),
            reader,
            tick: None,
            ended: false,
        }
    }

    /// What happens to a key from a revision on, for a part of this member.
    ///
    /// # Errors
    /// The tables cannot be read.
    pub fn of_key(services: &Services, key: Vec<u8>, start: Revision) -> Result<Self, Status> {
        Self::of(services, key, Vec::new(), start)
    }

    /// As [`Output::of_key`], of all keys that start with `prefix`.
    ///
    /// # Errors
    /// The tables cannot be read.
    pub fn of_prefix(
        services: &Services,
        prefix: Vec<u8>,
        start: Revision,
    ) -> Result<Self, Status> {
        let end = prefix_end(&prefix);
        Self::of(services, prefix, end, start)
    }

    fn of(
        services: &Services,
        key: Vec<u8>,
        range_end: Vec<u8>,
        start: Revision,
    ) -> Result<Self, Status> {
        let span = Span::new(key.clone(), range_end.clone());
        let wanted = Wanted {
            span: Arc::new(span.ok_or_else(|| Status::from(EtcdError::EmptyKey))?),
            range: (key, range_end),
            no_put: false,
            no_delete: false,
            prev_kv: false,
            fragment: false,
            start,
        };
        let output = Self::new(services.clone(), services.hub.join(), None);
        let (hub, machine) = (&services.hub, services.node.machine());
        let created = |_, _| WatchResponse::default();
        let made = output
            .shared
            .create(hub, machine, 0, wanted, false, created)?;
        made.map_err(Status::unknown)?;
        Ok(output)
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
                    let events = batch
                        .picked(&picked)
                        .map(|event| to_proto(event, &wanted))
                        .collect();
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
        let read = self.services.node.machine().read(|reader| {
            let past = past(reader, &wanted, from)?;
            let mut state = self.shared.state();
            if let Some(watcher) = state.watchers.get_mut(&id) {
                watcher.next = past.next;
                watcher.synced = past.next > past.revision;
                if !past.events.is_empty() {
                    watcher.progress = watcher.progress.map(|_| false);
                }
                if !watcher.synced {
                    state.unsynced.push_back(id);
                }
            }
            Ok(past)
        });
        match read {
            Ok(past) if past.events.is_empty() => Some(None),
            Ok(past) => Some(Some(self.events(id, past.revision, past.events, &wanted))),
            Err(KvError::Compacted) => Some(self.compacted(id)),
            Err(error) => {
                self.shared.fail(EtcdError::from(error).into());
                Some(None)
            }
        }
    }

    /// A watcher's start is gone: it is told, and is no more (etcd: `watcherGroup.chooseAll`).
    fn compacted(&mut self, id: i64) -> Option<WatchResponse> {
        let compacted = |reader: &Reader<'_>| Ok(reader.compacted());
        let compact_revision = self.services.node.machine().read(compacted).unwrap_or(0);
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

    /// Tells the client how far all its watchers are, if it asked; `None` if it did not, or if
    /// one of them is to begin in the future.
    fn asked_progress(&mut self) -> Option<WatchResponse> {
        if !self.shared.state().progress_asked {
            return None;
        }
        let told = self.services.node.machine().read(|reader| {
            let mut state = self.shared.state();
            if !state.idle() {
                return Ok(None);
            }
            state.progress_asked = false;
            let mut live = state.watchers.values().filter(|watcher| !watcher.compacted);
            let revision = reader.revision();
            let future = |watcher: &Watcher| watcher.wanted.start > revision;
            let (any, future) = (live.next().is_some(), state.watchers.values().any(future));
            Ok((any && !future).then_some(revision))
        });
        told.ok()
            .flatten()
            .map(|revision| self.progress(NO_WATCH, revision))
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
        let every = self.services.node.config().watch_progress;
        let tick = self.tick.get_or_insert_with(|| Box::pin(sleep(every)));
        if tick.as_mut().poll(cx).is_pending() {
            return false;
        }
        self.tick = Some(Box::pin(sleep(jittered(every))));
        let told = self.services.node.machine().read(|reader| {
            let revision = reader.revision();
            let mut state = self.shared.state();
            let idle = state.idle();
            let mut due = Vec::new();
            for (id, watcher) in &mut state.watchers {
                if idle && watcher.progress == Some(true) && watcher.wanted.start <= revision {
                    due.push(*id);
                }
                watcher.progress = watcher.progress.map(|_| true);
            }
            Ok((revision, due))
        });
        if let Ok((revision, due)) = told {
            let told = due.into_iter().map(|id| self.progress(id, revision));
            self.pieces = told.collect();
        }
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

/// Reads the past from a revision on, as much as goes into one answer.
fn past(reader: &Reader<'_>, wanted: &Wanted, from: Revision) -> Result<Past, KvError> {
    let mut past = Past {
        next: from,
        ..Past::default()
    };
    let (mut revisions, mut bytes, mut looked) = (0, 0, 0);
    let mut last = 0;
    loop {
        let found = reader.events(&EventsRequest {
            key: wanted.range.0.clone(),
            range_end: wanted.range.1.clone(),
            from: past.next,
            prev_kv: wanted.prev_kv,
            limit: LOOK_AT,
        })?;
        for event in found.events.iter().filter(|event| wanted.passes(event)) {
            let revision = event.kv.mod_revision;
            revisions += usize::from(revision != last);
            last = revision;
            bytes += bytes_of(event);
            past.events.push(to_proto(event, wanted));
        }
        (past.next, past.revision) = (found.next, found.revision);
        looked += LOOK_AT;
        let enough = revisions >= MAX_REVISIONS || bytes >= MAX_PAST_BYTES;
        if past.next > past.revision || enough || looked >= MAX_LOOKS {
            return Ok(past);
        }
    }
}

/// An event as it is sent to a watcher.
fn to_proto(event: &Event, wanted: &Wanted) -> mvccpb::Event {
    let kind = match event.kind {
        EventKind::Put => mvccpb::event::EventType::Put,
        EventKind::Delete => mvccpb::event::EventType::Delete,
    };
    let prev_kv = event.prev_kv.as_ref().filter(|_| wanted.prev_kv);
    mvccpb::Event {
        r#type: kind.into(),
        kv: Some(event.kv.clone().into()),
        prev_kv: prev_kv.map(|kv| kv.clone().into()),
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
                pieces.push_back(WatchResponse {
                    events,
                    fragment,
                    ..response.clone()
                });
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
            let idle = state.idle();
            let watched = state
                .watchers
                .values()
                .any(|watcher| watcher.progress.is_some());
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

//! A client that watches, and takes up again where it was when the connection breaks.

use std::sync::Arc;
use std::time::Duration;

use netpipe::kv::prefix_end;
use netpipe::kv::proto::etcdserverpb as pb;
use netpipe::kv::proto::mvccpb;
use pb::watch_client::WatchClient;
use pb::watch_request::RequestUnion;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Endpoint;

use super::Stage;
use super::connection::pair;
use crate::history::{Batch, Event, Revision, Watched};

/// What a watcher wants.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Its name in reports.
    pub name: String,
    /// The member it begins at; it goes on to the next one if that is lost.
    pub member: usize,
    /// Whether it stays with that member.
    pub stays: bool,
    /// What it watches.
    pub prefix: String,
    /// Whether it asks what was before.
    pub before: bool,
    /// Whether it asks how far the watch is, now and then.
    pub progress: bool,
    /// The revision to begin at.
    pub from: Revision,
}

/// Watches until it was told of the revision that `last` names, once it does. What it is told is
/// in the history at once.
pub async fn run(
    stage: Arc<Stage>,
    wish: Wish,
    last: tokio::sync::watch::Receiver<Option<Revision>>,
) {
    let own = {
        let mut history = stage.history();
        history.watched.push(Watched {
            name: wish.name.clone(),
            prefix: wish.prefix.clone(),
            from: wish.from,
            batches: Vec::new(),
            gaps: Vec::new(),
        });
        history.watched.len() - 1
    };
    let (mut next, mut member) = (wish.from, wish.member);
    let done = |next: Revision, last: Option<Revision>| last.is_some_and(|last| next > last);
    while !done(next, *last.borrow()) {
        let url = &stage.urls[member % stage.urls.len()];
        follow(&stage, &wish, url, own, &mut next, &last).await;
        if !done(next, *last.borrow()) {
            member += usize::from(!wish.stays);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Follows one connection until it breaks, or until all was told.
async fn follow(
    stage: &Stage,
    wish: &Wish,
    url: &str,
    own: usize,
    next: &mut Revision,
    last: &tokio::sync::watch::Receiver<Option<Revision>>,
) -> Option<()> {
    let endpoint = Endpoint::from_shared(url.to_owned()).ok()?;
    let endpoint = endpoint
        .connect_timeout(Duration::from_millis(700))
        .http2_keep_alive_interval(Duration::from_secs(1))
        .keep_alive_timeout(Duration::from_secs(3))
        .keep_alive_while_idle(true);
    let channel = endpoint.connect().await.ok()?;
    let (send, requests) = mpsc::channel(4);
    let create = pb::WatchCreateRequest {
        key: match wish.prefix.as_str() {
            "" => vec![0],
            prefix => prefix.into(),
        },
        range_end: prefix_end(wish.prefix.as_bytes()),
        start_revision: *next,
        prev_kv: wish.before,
        ..Default::default()
    };
    send.send(request(RequestUnion::CreateRequest(create)))
        .await
        .ok()?;
    let mut client = WatchClient::new(channel);
    let answers = client.watch(ReceiverStream::new(requests)).await.ok()?;
    let (mut answers, mut last) = (answers.into_inner(), last.clone());
    loop {
        let answer = tokio::select! {
            answer = answers.message() => answer.ok()??,
            over = last.wait_for(|last| last.is_some_and(|last| *next > last)) => {
                return over.ok().map(drop);
            }
            () = tokio::time::sleep(Duration::from_millis(700)), if wish.progress => {
                let progress = RequestUnion::ProgressRequest(pb::WatchProgressRequest {});
                send.try_send(request(progress)).ok();
                continue;
            }
        };
        if answer.canceled {
            if answer.compact_revision >= *next {
                let gap = (*next, answer.compact_revision - 1);
                stage.history().watched[own].gaps.push(gap);
                *next = answer.compact_revision;
            }
            return None;
        }
        if answer.created {
            continue;
        }
        let batch = batch(stage, wish, answer);
        if let Some(event) = batch.events.last() {
            *next = (*next).max(event.revision + 1);
        }
        stage.history().watched[own].batches.push(batch);
    }
}

fn request(union: RequestUnion) -> pb::WatchRequest {
    pb::WatchRequest {
        request_union: Some(union),
    }
}

fn batch(stage: &Stage, wish: &Wish, answer: pb::WatchResponse) -> Batch {
    let mut before = wish.before.then(Vec::new);
    let events = answer.events.into_iter().map(|event| {
        if let Some(before) = &mut before {
            before.push(event.prev_kv.as_ref().map(pair));
        }
        let deleted = event.r#type() == mvccpb::event::EventType::Delete;
        let now = pair(&event.kv.unwrap_or_default());
        Event {
            revision: now.modified,
            key: now.key.clone(),
            now: (!deleted).then_some(now),
        }
    });
    let events = events.collect();
    Batch {
        at: stage.now(),
        revision: answer.header.map_or(0, |header| header.revision),
        events,
        before,
    }
}

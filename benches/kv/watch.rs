//! Many watchers of one prefix: how long after a put was asked for each of them hears of it.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use netpipe::error::{Error, Result};
use netpipe::kv::prefix_end;
use netpipe::kv::proto::etcdserverpb as pb;
use pb::kv_client::KvClient;
use pb::watch_client::WatchClient;
use pb::watch_request::RequestUnion;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::LocalSet;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;

use super::{VALUE, connections, failed, summary};

/// Watches on one stream, as a client library shares one.
const A_STREAM: usize = 50;
/// Time between two puts: both servers keep up with that.
const PAUSE: Duration = Duration::from_millis(40);
const PREFIX: &str = "watched/";

/// Times of events, and how many were heard of.
#[derive(Default)]
struct Heard {
    micros: Vec<u32>,
    ready: usize,
}

/// Lets `watchers` watch for a time, while a client puts.
pub async fn run(urls: &str, watchers: usize, time: Duration) -> Result<Value> {
    let streams = watchers.div_ceil(A_STREAM);
    let channels = connections(urls, streams + 1)?;
    let heard = Rc::new(RefCell::new(Heard::default()));
    let begin = Instant::now();
    let set = LocalSet::new();
    for i in 0..streams {
        let count = A_STREAM.min(watchers - i * A_STREAM);
        let channel = channels[(i + 1) % channels.len()].clone();
        let heard = Rc::clone(&heard);
        set.spawn_local(async move { stream(channel, count, begin, &heard).await });
    }
    let told = set.run_until(async {
        wait_for(|| heard.borrow().ready == watchers, "not all can watch").await?;
        let mut client = KvClient::new(channels[0].clone());
        let from = Instant::now();
        let mut puts = 0;
        while from.elapsed() < time {
            let mut value = begin.elapsed().as_nanos().to_string().into_bytes();
            value.resize(VALUE, b' ');
            let request = pb::PutRequest {
                key: format!("{PREFIX}{}", puts % 100).into_bytes(),
                value,
                ..Default::default()
            };
            client
                .put(request)
                .await
                .map_err(|status| failed(&status))?;
            puts += 1;
            tokio::time::sleep(PAUSE).await;
        }
        let all = puts * watchers;
        wait_for(|| heard.borrow().micros.len() >= all, "events are missing").await?;
        Ok::<_, Error>((heard.borrow().micros.clone(), from.elapsed()))
    });
    let (micros, spent) = told.await?;
    Ok(summary(micros, spent))
}

async fn wait_for(done: impl Fn() -> bool, or: &str) -> Result<()> {
    let begin = Instant::now();
    while !done() {
        if begin.elapsed() > Duration::from_secs(30) {
            return Err(Error::failed(format!("{or} after 30 s")));
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

/// Watches on one stream, until it ends.
async fn stream(
    channel: Channel,
    count: usize,
    begin: Instant,
    heard: &RefCell<Heard>,
) -> Option<()> {
    let (send, requests) = mpsc::channel(count);
    for _ in 0..count {
        let create = pb::WatchCreateRequest {
            key: PREFIX.into(),
            range_end: prefix_end(PREFIX.as_bytes()),
            ..Default::default()
        };
        let request = pb::WatchRequest {
            request_union: Some(RequestUnion::CreateRequest(create)),
        };
        send.send(request).await.ok()?;
    }
    let mut client = WatchClient::new(channel);
    let answers = client.watch(ReceiverStream::new(requests)).await.ok()?;
    let mut answers = answers.into_inner();
    while let Ok(Some(answer)) = answers.message().await {
        let now = begin.elapsed().as_nanos();
        let mut heard = heard.borrow_mut();
        heard.ready += usize::from(answer.created);
        for event in answer.events {
            let value = event.kv.map(|kv| kv.value).unwrap_or_default();
            let asked: Option<u128> = std::str::from_utf8(&value).ok()?.trim().parse().ok();
            let late = now.saturating_sub(asked?) / 1000;
            heard.micros.push(u32::try_from(late).unwrap_or(u32::MAX));
        }
    }
    drop(send);
    None
}

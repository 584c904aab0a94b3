//! Requests as fast as they are answered, by clients that each wait for theirs.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use netpipe::error::{Error, Result};
use netpipe::kv::proto::etcdserverpb as pb;
use pb::kv_client::KvClient;
use serde_json::{Value, json};
use tokio::task::LocalSet;
use tonic::transport::{Channel, Endpoint};

use super::{VALUE, connections, failed, summary};

/// How many keys puts and gets are spread over; those of `fill` begin with the same.
const KEYS: usize = 10_000;
/// How many requests `fill` has under way.
const AT_ONCE: usize = 256;

/// A kind of request.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A put that is durable when it is answered.
    Put,
    /// A get of one key.
    Get {
        /// Serializable: from the state of the member that was asked.
        stale: bool,
    },
}

fn key(number: usize) -> Vec<u8> {
    format!("bench/{:08}", number % KEYS).into_bytes()
}

fn put(key: Vec<u8>) -> pb::PutRequest {
    let value = vec![b'x'; VALUE];
    pb::PutRequest {
        key,
        value,
        ..Default::default()
    }
}

async fn once(client: &mut KvClient<Channel>, kind: Kind, number: usize) -> Result<()> {
    let answered = match kind {
        Kind::Put => client.put(put(key(number))).await.map(drop),
        Kind::Get { stale } => {
            let request = pb::RangeRequest {
                key: key(number),
                serializable: stale,
                ..Default::default()
            };
            client.range(request).await.map(drop)
        }
    };
    answered.map_err(|status| failed(&status))
}

/// Runs many clients for a time. The first tenth of it warms up and does not count.
pub async fn run(kind: Kind, urls: &str, clients: usize, time: Duration) -> Result<Value> {
    let channels = connections(urls, clients)?;
    let begin = Instant::now();
    let from = begin + time / 10;
    let until = begin + time;
    let set = LocalSet::new();
    let tasks: Vec<_> = (0..clients)
        .map(|i| {
            let mut client = KvClient::new(channels[i % channels.len()].clone());
            set.spawn_local(async move {
                let (mut micros, mut number) = (Vec::new(), i * 7919);
                loop {
                    let asked = Instant::now();
                    if asked >= until {
                        return Ok::<_, Error>(micros);
                    }
                    once(&mut client, kind, number).await?;
                    number += 1;
                    if asked >= from {
                        let spent = asked.elapsed().as_micros();
                        micros.push(u32::try_from(spent).unwrap_or(u32::MAX));
                    }
                }
            })
        })
        .collect();
    set.await;
    let mut all = Vec::new();
    for task in tasks {
        let done = task.await;
        all.extend(done.map_err(|error| Error::failed("a client failed").because(error))??);
    }
    Ok(summary(all, until - from))
}

/// Puts so many times, over so many keys.
pub async fn fill(urls: &str, count: usize, keys: usize) -> Result<Value> {
    let channels = connections(urls, AT_ONCE)?;
    let next = Rc::new(Cell::new(0));
    let begin = Instant::now();
    let set = LocalSet::new();
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|i| {
            let mut client = KvClient::new(channels[i % channels.len()].clone());
            let next = Rc::clone(&next);
            set.spawn_local(async move {
                while next.get() < count {
                    let number = next.replace(next.get() + 1);
                    let request = put(format!("bench/{:08}", number % keys).into_bytes());
                    client
                        .put(request)
                        .await
                        .map_err(|status| failed(&status))?;
                }
                Ok::<_, Error>(())
            })
        })
        .collect();
    set.await;
    for task in tasks {
        let done = task.await;
        done.map_err(|error| Error::failed("a client failed").because(error))??;
    }
    Ok(json!({ "count": count, "seconds": begin.elapsed().as_secs_f64() }))
}

/// Tries to put until it succeeds. Whoever started this program sees when.
pub async fn first(url: &str) -> Result<Value> {
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(60) {
        let endpoint = Endpoint::from_shared(url.to_owned());
        let endpoint = endpoint.map_err(|error| Error::usage("no URL").because(error))?;
        if let Ok(channel) = endpoint.connect().await {
            let mut client = KvClient::new(channel);
            let request = client.put(put(b"first".to_vec()));
            if let Ok(Ok(_)) = tokio::time::timeout(Duration::from_secs(10), request).await {
                return Ok(json!({}));
            }
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Err(Error::failed("no put succeeded within a minute"))
}

//! The client program of `scripts/bench kv`: puts one load on a server that speaks etcd v3, and
//! says in one line of JSON what came of it. Times are in microseconds.
//!
//! ```text
//! kv put|get|get-stale URL,… CLIENTS SECONDS   one request at a time by each client
//! kv fill URL,… COUNT KEYS                     COUNT puts, over KEYS keys
//! kv watch URL,… WATCHERS SECONDS              puts, and how late each watcher hears of them
//! kv first URL                                 puts until one succeeds
//! kv reserve DIR COUNT                         reservations in the embedded store
//! ```
#![allow(clippy::print_stdout)]

mod load;
mod local;
mod watch;

use std::time::Duration;

use netpipe::error::{Error, Result};
use serde_json::{Value, json};
use tonic::transport::{Channel, Endpoint};

/// How long a put's value is.
const VALUE: usize = 256;
/// The most connections of all clients together.
const CONNECTIONS: usize = 64;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::failed("cannot start").because(error))?;
    let told = match words.as_slice() {
        ["put", urls, clients, seconds] => runtime.block_on(load::run(
            load::Kind::Put,
            urls,
            number(clients)?,
            time(seconds)?,
        )),
        [get @ ("get" | "get-stale"), urls, clients, seconds] => {
            let stale = *get == "get-stale";
            let kind = load::Kind::Get { stale };
            runtime.block_on(load::run(kind, urls, number(clients)?, time(seconds)?))
        }
        ["fill", urls, count, keys] => {
            runtime.block_on(load::fill(urls, number(count)?, number(keys)?))
        }
        ["watch", urls, watchers, seconds] => {
            runtime.block_on(watch::run(urls, number(watchers)?, time(seconds)?))
        }
        ["first", url] => runtime.block_on(load::first(url)),
        ["reserve", directory, count] => local::reserve(directory.as_ref(), number(count)?),
        _ => Err(Error::usage("see benches/kv/main.rs for the loads")),
    }?;
    println!("{told}");
    Ok(())
}

fn number(text: &str) -> Result<usize> {
    text.parse()
        .map_err(|_| Error::usage(format!("`{text}` is no number")))
}

fn time(text: &str) -> Result<Duration> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| Error::usage(format!("`{text}` is no time")))?;
    Ok(Duration::from_secs_f64(seconds))
}

/// Connections to the servers, in turn.
fn connections(urls: &str, clients: usize) -> Result<Vec<Channel>> {
    let urls: Vec<&str> = urls.split(',').collect();
    let count = clients.clamp(1, CONNECTIONS).max(urls.len().min(clients));
    let connect = |i: usize| {
        let endpoint = Endpoint::from_shared(urls[i % urls.len()].to_owned());
        let endpoint = endpoint.map_err(|error| Error::usage("no URL").because(error))?;
        Ok(endpoint.tcp_nodelay(true).connect_lazy())
    };
    (0..count).map(connect).collect()
}

/// The answer to no answer.
fn failed(status: &tonic::Status) -> Error {
    Error::failed(format!("the server said: {}", status.message()))
}

/// What is told of times in microseconds, and of how many there were in a time.
fn summary(mut micros: Vec<u32>, spent: Duration) -> Value {
    micros.sort_unstable();
    let at = |part: f64| {
        let place = (micros.len() as f64 * part) as usize;
        micros.get(place.min(micros.len().saturating_sub(1)))
    };
    json!({
        "count": micros.len(),
        "rate": micros.len() as f64 / spent.as_secs_f64(),
        "p50": at(0.5),
        "p99": at(0.99),
        "max": micros.last(),
    })
}

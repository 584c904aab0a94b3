//! Streams of watches: what each server sends for the same requests while the same happens.

use std::time::Duration;

use serde_json::{Value, json};

use super::call::{Caller, Stream};
use super::servers::{Maker, Server};

const WATCH: &str = "etcdserverpb.Watch/Watch";

/// What is done, one after the other.
enum Step {
    /// Asks the stream.
    Ask(Value),
    /// Makes a call that changes something.
    Call(&'static str, Value),
}

use Step::{Ask, Call};

fn create(fields: Value) -> Step {
    Ask(json!({ "create_request": fields }))
}

fn put(key: &str, value: &str) -> Step {
    Call(
        "etcdserverpb.KV/Put",
        json!({"key": format!("b:{key}"), "value": format!("b:{value}")}),
    )
}

fn delete(key: &str, end: &str) -> Step {
    let range = json!({"key": format!("b:{key}"), "range_end": format!("b:{end}")});
    Call("etcdserverpb.KV/DeleteRange", range)
}

/// All keys that start with `w/`, with more fields.
fn all(more: Value) -> Step {
    let mut fields = json!({"key": "b:w/", "range_end": "b:w0"});
    fields
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    create(fields)
}

fn scenes() -> Vec<(&'static str, Vec<Step>)> {
    let key = || create(json!({"key": "b:w/a"}));
    vec![
        ("a key", vec![key(), put("w/a", "1"), put("w/b", "1"), put("w/a", "2"), delete("w/a", "")]),
        ("a prefix", vec![all(json!({"prev_kv": true})), put("w/a", "1"), put("w/a", "2"), delete("w/", "w0")]),
        ("the past", vec![all(json!({"start_revision": "2"})), put("w/a", "3")]),
        ("the past and what was there", vec![all(json!({"start_revision": "2", "prev_kv": true}))]),
        ("no puts", vec![all(json!({"start_revision": "2", "filters": ["NOPUT"]})), put("w/c", ""), delete("w/c", "")]),
        ("no deletes", vec![all(json!({"start_revision": "2", "filters": ["NODELETE"]})), put("w/c", ""), delete("w/c", "")]),
        ("neither", vec![all(json!({"filters": ["NODELETE", "NOPUT"]})), put("w/c", ""), delete("w/c", "")]),
        ("an empty range", vec![create(json!({"key": "b:b", "range_end": "b:a"})), create(json!({"key": "b:b", "range_end": "b:b"}))]),
        ("no key", vec![create(json!({})), put("any", "")]),
        ("all keys", vec![create(json!({"range_end": "b:\u{0}"})), put("any", ""), delete("any", "")]),
        ("from a key on", vec![create(json!({"key": "b:w/b", "range_end": "b:\u{0}"})), put("w/a", ""), put("w/b", ""), put("x", "")]),
        (
            "ids",
            vec![
                create(json!({"key": "b:i/1", "watch_id": "5"})),
                create(json!({"key": "b:i/1", "watch_id": "5"})),
                create(json!({"key": "b:i/2"})),
                create(json!({"key": "b:i/3"})),
                Ask(json!({"cancel_request": {"watch_id": "5"}})),
                Ask(json!({"cancel_request": {"watch_id": "5"}})),
                Ask(json!({"cancel_request": {"watch_id": "77"}})),
                create(json!({"key": "b:i/1", "watch_id": "5"})),
                create(json!({"key": "b:i/1", "watch_id": "1"})),
                create(json!({"key": "b:i/4", "watch_id": "2"})),
                create(json!({"key": "b:i/5"})),
                put("i/1", ""), put("i/2", ""), put("i/3", ""), put("i/4", ""), put("i/5", ""),
            ],
        ),
        ("progress", vec![Ask(json!({"progress_request": {}})), key(), Ask(json!({"progress_request": {}}))]),
        ("the future", vec![all(json!({"start_revision": "100000"})), Ask(json!({"progress_request": {}})), put("w/a", "")]),
        ("before all", vec![all(json!({"start_revision": "-1"}))]),
        ("nothing", vec![Ask(json!({})), key()]),
        (
            "a transaction",
            vec![
                create(json!({"key": "b:t/", "range_end": "b:t0", "prev_kv": true})),
                Call("etcdserverpb.KV/Txn", json!({"success": [
                    {"request_put": {"key": "b:t/1", "value": "b:x"}},
                    {"request_put": {"key": "b:t/2", "value": "b:y"}},
                    {"request_put": {"key": "b:u"}}]})),
                Call("etcdserverpb.KV/Txn", json!({"success": [
                    {"request_delete_range": {"key": "b:t/1"}},
                    {"request_put": {"key": "b:t/2", "value": "b:z"}}]})),
            ],
        ),
        (
            "the end of a lease",
            vec![
                Call("etcdserverpb.Lease/LeaseGrant", json!({"TTL": "100", "ID": "77"})),
                create(json!({"key": "b:l/", "range_end": "b:l0", "prev_kv": true})),
                Call("etcdserverpb.KV/Put", json!({"key": "b:l/2", "lease": "77"})),
                Call("etcdserverpb.KV/Put", json!({"key": "b:l/1", "lease": "77"})),
                Call("etcdserverpb.Lease/LeaseRevoke", json!({"ID": "77"})),
            ],
        ),
        (
            "what is compacted",
            vec![
                Call("etcdserverpb.KV/Compact", json!({"revision": "10"})),
                all(json!({"start_revision": "3"})),
                all(json!({"start_revision": "9"})),
                all(json!({"start_revision": "10", "prev_kv": true})),
            ],
        ),
        (
            "a large past in pieces",
            (0..5)
                .map(|at| put(&format!("big/{at}"), &"x".repeat(700_000)))
                .chain([create(json!({"key": "b:big/", "range_end": "b:big0", "start_revision": "11", "fragment": true}))])
                .collect(),
        ),
    ]
}

/// What a server sends in each scene. Pieces of the past may be cut differently, as etcd's limit
/// is a number of revisions and ours one of bytes too: so what comes is told event by event, with
/// those of one revision together.
fn sent(maker: Maker) -> Vec<(&'static str, Vec<Value>)> {
    let server = Server::start(maker);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let caller = Caller::of(&server.address).await;
        let mut told = Vec::new();
        for (name, steps) in scenes() {
            let mut stream = caller.open(WATCH).await;
            let mut found = Vec::new();
            for step in steps {
                match step {
                    Ask(message) => {
                        stream.send(&message).await;
                        // etcd reads the past within a tenth of a second: it is to be sent before
                        // more happens.
                        found.extend(rest(&mut stream).await);
                    }
                    Call(call, message) => {
                        caller.call(call, &[message]).await.unwrap();
                    }
                }
            }
            found.extend(rest(&mut stream).await);
            told.push((
                name,
                if name.contains("pieces") {
                    events(found)
                } else {
                    found
                },
            ));
        }
        told
    })
}

async fn rest(stream: &mut Stream) -> Vec<Value> {
    let mut found = Vec::new();
    while let Some(next) = stream.next(Duration::from_millis(250)).await {
        found.push(next);
    }
    found
}

/// The events alone, each with the length of its value.
fn events(responses: Vec<Value>) -> Vec<Value> {
    let lists = responses.into_iter().filter_map(|mut response| {
        let events = response.get_mut("events").map(Value::take);
        events.and_then(|events| events.as_array().cloned())
    });
    lists
        .flatten()
        .map(|event| event["kv"]["key"].clone())
        .collect()
}

fn compare(etcd: Maker) {
    let (theirs, ours) = std::thread::scope(|scope| {
        let theirs = scope.spawn(|| sent(etcd));
        let ours = scope.spawn(|| sent(Maker::Netpipe));
        (theirs.join().unwrap(), ours.join().unwrap())
    });
    let list = |found: &[Value]| {
        let lines: Vec<_> = found.iter().map(|value| format!("\n    {value}")).collect();
        lines.concat()
    };
    // etcd 3.4 tells how far it is without watchers too, and with those of the future.
    let older = |name: &str| ["progress", "the future", "before all"].contains(&name);
    for ((name, theirs), (_, ours)) in theirs.iter().zip(&ours) {
        if etcd == Maker::Etcd34 && older(name) {
            continue;
        }
        assert!(!theirs.is_empty(), "{name}");
        // The order between watchers of one stream is nobody's promise.
        let sorted = |found: &[Value]| {
            let mut found = found.to_vec();
            found.sort_by_key(|value| {
                (
                    value["watch_id"].to_string(),
                    value["header"]["revision"].to_string(),
                )
            });
            found
        };
        assert_eq!(
            sorted(theirs),
            sorted(ours),
            "{name}\n  {etcd:?}:{}\n  netpipe:{}",
            list(theirs),
            list(ours)
        );
    }
}

#[test]
fn watches_are_served_as_by_etcd_3_5() {
    compare(Maker::Etcd35);
}

#[test]
fn watches_are_served_as_by_etcd_3_4() {
    compare(Maker::Etcd34);
}

//! The table of requests (`table.txt`), by gRPC and by the gateway.

use serde_json::{Value, json};

use super::call::{Caller, comparable, encoded};
use super::plain::ask;
use super::servers::{Maker, Server};

/// A line of the table.
struct Line {
    text: &'static str,
    /// Not asked of etcd 3.4.
    newer: bool,
    path: &'static str,
    body: &'static str,
}

fn table() -> impl Iterator<Item = Line> {
    let lines = include_str!("table.txt").lines();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|text| {
        let newer = text.starts_with("3.5 ");
        let line = text.trim_start_matches("3.5 ");
        let (path, body) = line.split_once(' ').unwrap();
        Line {
            text,
            newer,
            path,
            body,
        }
    })
}

/// The call that a path of the gateway stands for.
fn call_of(path: &str) -> Option<String> {
    let (service, name) = path.split_once('/')?;
    let (package, service) = match service {
        "kv" if path.starts_with("kv/lease/") => return call_of(&path[3..]),
        "kv" => ("etcdserverpb", "KV"),
        "lease" => ("etcdserverpb", "Lease"),
        "cluster" => ("etcdserverpb", "Cluster"),
        "maintenance" => ("etcdserverpb", "Maintenance"),
        "auth" => ("etcdserverpb", "Auth"),
        "lock" => ("v3lockpb", "Lock"),
        "election" => ("v3electionpb", "Election"),
        _ => return None,
    };
    let name = match (service, name) {
        ("KV", "range") => "Range",
        ("KV", "put") => "Put",
        ("KV", "deleterange") => "DeleteRange",
        ("KV", "txn") => "Txn",
        ("KV", "compaction") => "Compact",
        ("Lease", "grant") => "LeaseGrant",
        ("Lease", "revoke") => "LeaseRevoke",
        ("Lease", "keepalive") => "LeaseKeepAlive",
        ("Lease", "timetolive") => "LeaseTimeToLive",
        ("Lease", "leases") => "LeaseLeases",
        ("Cluster", "member/list") => "MemberList",
        ("Cluster", "member/add") => "MemberAdd",
        ("Cluster", "member/remove") => "MemberRemove",
        ("Cluster", "member/update") => "MemberUpdate",
        ("Cluster", "member/promote") => "MemberPromote",
        ("Maintenance", "transfer-leadership") => "MoveLeader",
        ("Maintenance", "hashkv") => "HashKV",
        ("Maintenance", "alarm") => "Alarm",
        ("Maintenance", "status") => "Status",
        ("Maintenance", "hash") => "Hash",
        ("Maintenance", "defragment") => "Defragment",
        ("Maintenance", "downgrade") => "Downgrade",
        ("Auth", "status") => "AuthStatus",
        ("Auth", "enable") => "AuthEnable",
        ("Auth", "disable") => "AuthDisable",
        ("Auth", "authenticate") => "Authenticate",
        ("Auth", "user/list") => "UserList",
        ("Auth", "user/get") => "UserGet",
        ("Auth", "user/add") => "UserAdd",
        ("Auth", "role/list") => "RoleList",
        ("Auth", "role/get") => "RoleGet",
        ("Lock", "lock") => "Lock",
        ("Lock", "unlock") => "Unlock",
        ("Election", "campaign") => "Campaign",
        ("Election", "proclaim") => "Proclaim",
        ("Election", "leader") => "Leader",
        ("Election", "resign") => "Resign",
        _ => return None,
    };
    Some(format!("{package}.{service}/{name}"))
}

/// Asks everything by gRPC.
fn by_grpc(server: &Server, newer: bool) -> Vec<(&'static str, Vec<Value>)> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let caller = Caller::of(&server.address).await;
        let mut answers = Vec::new();
        for line in table().filter(|line| newer || !line.newer) {
            let (Some(call), Ok(message)) = (call_of(line.path), serde_json::from_str(line.body))
            else {
                continue;
            };
            if let Some(answer) = caller.call(&call, &[message]).await {
                answers.push((line.text, answer));
            }
        }
        answers
    })
}

/// Asks everything by the gateway: the status, and the lines of the answer.
fn by_gateway(server: &Server, newer: bool) -> Vec<(&'static str, Vec<Value>)> {
    let lines = table().filter(|line| newer || !line.newer);
    let answers = lines.map(|line| {
        let body = serde_json::from_str(line.body).map(|message| encoded(&message).to_string());
        let body = body.unwrap_or_else(|_| line.body.to_owned());
        let answer = ask(
            &server.address,
            "POST",
            &format!("/v3/{}", line.path),
            &body,
        );
        let mut found = Vec::new();
        for text in answer.body.lines() {
            let value: Value =
                serde_json::from_str(text).unwrap_or_else(|_| json!({"code": 5, "message": text}));
            found.push(comparable(worded(value)));
        }
        // Before version 2 of the gateway a failed precondition had a status of its own.
        let status = if answer.status == 412 {
            400
        } else {
            answer.status
        };
        found.push(json!(status));
        (line.text, found)
    });
    answers.collect()
}

/// An error: version 1 of the gateway says the text twice, and what is wrong with JSON each says
/// in the words of its library.
fn worded(mut answer: Value) -> Value {
    if let Some(fields) = answer.as_object_mut()
        && fields.contains_key("code")
    {
        fields.remove("error");
        let library = [
            "proto:",
            "json:",
            "line 1 column",
            "invalid",
            "illegal",
            "unknown value",
        ];
        let text = fields
            .get("message")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if library.iter().any(|word| text.contains(word)) && !text.starts_with("etcdserver:") {
            fields.insert("message".into(), "what is wrong with the JSON".into());
        }
    }
    answer
}

fn compare(etcd: Maker, ask: impl Fn(&Server, bool) -> Vec<(&'static str, Vec<Value>)> + Sync) {
    let newer = etcd != Maker::Etcd34;
    let (theirs, ours) = std::thread::scope(|scope| {
        let theirs = scope.spawn(|| ask(&Server::start(etcd), newer));
        let ours = scope.spawn(|| ask(&Server::start(Maker::Netpipe), newer));
        (theirs.join().unwrap(), ours.join().unwrap())
    });
    assert!(theirs.len() > 150, "{}", theirs.len());
    let pairs = theirs.iter().zip(&ours);
    let different: Vec<String> = pairs
        .filter(|(theirs, ours)| theirs != ours)
        .map(|((line, theirs), (_, ours))| {
            format!("{line}\n  {etcd:?}: {theirs:?}\n  netpipe: {ours:?}")
        })
        .collect();
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn calls_are_answered_as_by_etcd_3_5() {
    compare(Maker::Etcd35, by_grpc);
}

#[test]
fn calls_are_answered_as_by_etcd_3_4() {
    compare(Maker::Etcd34, by_grpc);
}

#[test]
fn the_gateway_answers_as_that_of_etcd_3_5() {
    compare(Maker::Etcd35, by_gateway);
}

#[test]
fn the_gateway_answers_as_that_of_etcd_3_4() {
    compare(Maker::Etcd34, by_gateway);
}

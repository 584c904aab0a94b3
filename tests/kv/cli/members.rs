//! A cluster's members: announced, promoted, changed, led and removed by netpipe.

use std::net::TcpListener;

use super::server::Etcd;
use super::{kv, run, stdout};

/// A port that nobody has now.
fn port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Runs a command until it succeeds.
fn until_done(endpoint: &str, args: &[&str]) -> String {
    for _ in 0..1000 {
        let output = run(kv(endpoint).args(args), "");
        if output.status.success() {
            return String::from_utf8(output.stdout).unwrap();
        }
    }
    panic!("{args:?} never succeeded");
}

#[test]
fn a_member_joins_gets_its_vote_leads_and_goes() {
    let [peer_a, peer_b, client_a, client_b] = [port(), port(), port(), port()];
    let peer = |port: u16| format!("http://127.0.0.1:{port}");
    let client = |port: u16| format!("127.0.0.1:{port}");
    let first = Etcd::member(
        "35",
        &client(client_a),
        &[
            ("ETCD_NAME", "a"),
            ("ETCD_LISTEN_PEER_URLS", &peer(peer_a)),
            ("ETCD_INITIAL_ADVERTISE_PEER_URLS", &peer(peer_a)),
            ("ETCD_INITIAL_CLUSTER", &format!("a={}", peer(peer_a))),
        ],
    );
    let endpoint = first.endpoint();
    let url = peer(peer_b);
    let added = until_done(
        endpoint,
        &["member", "add", "b", "--peer-urls", &url, "--learner"],
    );
    let id = added.split_whitespace().nth(1).unwrap().to_owned();
    // What it prints is what the new member is started with.
    let said: Vec<_> = added
        .lines()
        .filter_map(|line| {
            line.strip_prefix("ETCD_")
                .and_then(|rest| rest.split_once('='))
        })
        .map(|(name, value)| (format!("ETCD_{name}"), value.trim_matches('"').to_owned()))
        .collect();
    assert_eq!(said.len(), 4, "{added}");
    let mut variables: Vec<_> = said
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    variables.push(("ETCD_LISTEN_PEER_URLS", &url));
    let second = Etcd::member("35", &client(client_b), &variables);
    until_done(endpoint, &["member", "promote", &id]);
    let found = stdout(kv(endpoint).args(["member", "list", "--json"]));
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    let members = found["members"].as_array().unwrap();
    let b = members.iter().find(|member| member["name"] == "b").unwrap();
    assert_eq!(
        (&b["id"], &b["learner"]),
        (&id.clone().into(), &false.into())
    );
    let moved = until_done(endpoint, &["move-leader", &id, "--cluster"]);
    assert!(moved.trim_end().ends_with(&format!(" to {id}")), "{moved}");
    let status = stdout(kv(endpoint).args(["endpoint", "status", "--cluster", "--json"]));
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    let leads = |one: &&serde_json::Value| one["is_leader"] == true;
    let leader = status.as_array().unwrap().iter().find(leads).unwrap();
    assert_eq!(leader["member"], id.as_str());
    let said = super::fails(kv(endpoint).args(["move-leader", &id]), 1);
    assert!(said.contains("no leader endpoint given"), "{said}");
    for verb in [
        &["endpoint", "health"][..],
        &["endpoint", "hashkv"],
        &["defrag"],
    ] {
        let lines = stdout(kv(endpoint).args(verb).arg("--cluster"));
        assert_eq!(lines.lines().count(), 2, "{lines}");
    }
    stdout(kv(endpoint).args(["member", "update", &id, "--peer-urls", &url]));
    let back = members.iter().find(|member| member["name"] == "a").unwrap();
    let a = back["id"].as_str().unwrap();
    until_done(second.endpoint(), &["move-leader", a, "--cluster"]);
    until_done(endpoint, &["member", "remove", &id]);
    assert_eq!(
        stdout(kv(endpoint).args(["member", "list"]))
            .lines()
            .count(),
        1
    );
}

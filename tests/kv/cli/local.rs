//! The same verbs on a host's own store, without a server.

use std::process::Command;

use tempfile::TempDir;

use super::server::Etcd;
use super::{fails, kv, on, run, words};

/// What a command printed, and whether it succeeded.
fn outcome(command: &mut Command, stdin: &str) -> (bool, String) {
    let output = run(command, stdin);
    (
        output.status.success(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

#[test]
fn a_hosts_own_store_answers_as_a_server_does() {
    let etcd = Etcd::start("35");
    let host = TempDir::new().unwrap();
    // The store is there once something is in it, by `netpipe ip reserve` say.
    let mut made = Command::new(env!("CARGO_BIN_EXE_netpipe"));
    made.args(["ip", "reserve", "n", "10.0.0.1", "--state-dir"])
        .arg(host.path());
    assert!(run(&mut made, "").status.success());
    let made = run(on(host.path()).args(["del", "", "--prefix"]), "");
    assert!(made.status.success(), "{made:?}");
    let transaction = "create(\"c\") = \"0\"\n\nput c 1\nget '' --prefix\ndel a --prev-kv\n\n\n";
    for (line, stdin) in [
        ("put a 1", ""),
        ("put a 2 --prev-kv", ""),
        ("put b", "from stdin"),
        ("get a", ""),
        ("get '' --prefix --order descend --keys-only", ""),
        ("get '' --prefix --count-only", ""),
        ("txn", transaction),
        ("txn", transaction),
        ("del b --prev-kv", ""),
        ("put nokey --ignore-value", ""),
        ("get a --rev 10000", ""),
        ("lease timetolive 77", ""),
        ("lease list", ""),
        ("lease revoke 77", ""),
        ("lease keep-alive 77 --once", ""),
        ("compact 100000", ""),
    ] {
        let local = outcome(on(host.path()).args(words(line)), stdin);
        let remote = outcome(kv(etcd.endpoint()).args(words(line)), stdin);
        assert_eq!(local, remote, "{line}");
    }
    let granted = super::stdout(on(host.path()).args(["lease", "grant", "50"]));
    let lease = granted.split(' ').nth(1).unwrap();
    super::stdout(on(host.path()).args(["put", "d", "1", "--lease", lease]));
    let left = super::stdout(on(host.path()).args(["lease", "timetolive", lease, "--keys"]));
    assert!(left.ends_with("attached keys([d])\n"), "{left}");
    let leased = format!("lease(\"d\") = \"{lease}\"\n\nget d\n\n\n");
    let (_, done) = outcome(on(host.path()).arg("txn"), &leased);
    assert_eq!(done, "SUCCESS\n\nd\n1\n");
    super::stdout(on(host.path()).args(["lease", "keep-alive", lease, "--once"]));
    super::stdout(on(host.path()).args(["lease", "revoke", lease]));
    assert_eq!(super::stdout(on(host.path()).args(["get", "d"])), "");
    let found = super::stdout(on(host.path()).args(["get", "c", "--json"]));
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    let revision = found["revision"].as_i64().unwrap();
    assert_eq!(found["kvs"][0]["value"], "1");
    super::stdout(on(host.path()).args(["compact", &revision.to_string()]));
    fails(on(host.path()).args(["get", "c", "--rev", "2"]), 1);
}

#[test]
fn what_needs_a_server_says_so_and_reading_makes_no_store() {
    let host = TempDir::new().unwrap();
    let state = host.path().join("state");
    // Without a store, it is the server of this host that is meant; --help reaches nobody.
    super::stdout(on(&state).args(["get", "--help"]));
    assert!(!state.exists());
    std::fs::create_dir(&state).unwrap();
    std::fs::write(state.join("kv.redb"), "").unwrap();
    for line in [
        "member list",
        "watch a",
        "lock l",
        "elect e v",
        "lease keep-alive 7",
    ] {
        let said = fails(on(&state).args(words(line)), 2);
        assert!(said.contains("needs a server"), "{line}: {said}");
        assert!(said.contains("--endpoints"), "{line}: {said}");
    }
}

#[test]
fn wrong_lines_are_refused_before_anybody_is_asked() {
    for line in [
        "get",
        "get a b --prefix",
        "get a --keys-only --count-only",
        "get a --min-mod-rev 3 --max-mod-rev 2",
        "get a --endpoints http://",
        "get a --endpoints ftp://x",
        "get a --cert x.pem --endpoints https://127.0.0.1:1",
        "get a --password x",
        "get a --command-timeout soon",
        "get a -w yaml",
        "put a b --ignore-value",
        "elect e",
        "elect e v --listen",
        "watch",
        "watch a b --prefix",
        "member remove nine",
        "lock",
    ] {
        fails(kv("127.0.0.1:1").args(words(line)), 2);
    }
}

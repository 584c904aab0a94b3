//! Verbs that go on: watches, locks, elections, leases kept alive.

use std::io::Read;

use super::server::{Etcd, VERSIONS};
use super::{Running, kv, run, stdout};

/// What a watch of each program prints.
fn watched(etcd: &Etcd, args: &[&str], lines: usize) {
    let mut theirs = Running::start(etcd.etcdctl().args(args));
    let mut ours = Running::start(kv(etcd.endpoint()).args(args));
    assert_eq!(ours.lines(lines), theirs.lines(lines), "{args:?}");
}

#[test]
fn a_watch_shows_what_etcdctls_shows() {
    for version in VERSIONS {
        let etcd = Etcd::start(version);
        for line in [
            "put a 1", "put b 2", "put a 3", "del a", "put c 4", "put a 5",
        ] {
            stdout(kv(etcd.endpoint()).args(super::words(line)));
        }
        watched(&etcd, &["watch", "a", "--rev", "1"], 12);
        watched(&etcd, &["watch", "a", "b", "--rev", "2", "--prev-kv"], 16);
        watched(
            &etcd,
            &["watch", "--prefix", "", "--rev", "1", "-w", "json"],
            1,
        );
        watched(
            &etcd,
            &["watch", "a", "--rev", "3", "--prev-kv", "-w", "fields"],
            20,
        );
        watched(&etcd, &["--hex", "watch", "c", "--rev", "1"], 3);
        let exec = [
            "watch",
            "a",
            "--rev",
            "5",
            "--",
            "sh",
            "-c",
            "echo $ETCD_WATCH_EVENT_TYPE $ETCD_WATCH_KEY $ETCD_WATCH_VALUE $ETCD_WATCH_REVISION",
        ];
        watched(&etcd, &exec, 8);
        stdout(kv(etcd.endpoint()).args(["compact", "4"]));
        let watch = run(kv(etcd.endpoint()).args(["watch", "a", "--rev", "2"]), "");
        let said = String::from_utf8(watch.stderr).unwrap();
        assert_eq!(watch.status.code(), Some(1));
        assert!(
            said.contains("required revision has been compacted"),
            "{said}"
        );
        assert!(
            said.contains("the oldest revision that can be watched is 4"),
            "{said}"
        );
    }
}

#[test]
fn a_watch_ends_when_nobody_reads_it() {
    let etcd = Etcd::start("35");
    stdout(kv(etcd.endpoint()).args(["put", "a", "1"]));
    let script = "set -o pipefail; \"$0\" kv watch a --rev 1 | head -n 3";
    let mut bash = std::process::Command::new("bash");
    bash.args(["-c", script, env!("CARGO_BIN_EXE_netpipe")]);
    bash.env("ETCDCTL_ENDPOINTS", etcd.endpoint());
    let mut watch = Running::start(&mut bash);
    assert_eq!(watch.lines(3), ["PUT", "a", "1"]);
    // One of the next changes finds nobody who reads: 128 and SIGPIPE's number.
    let status = (0..500).find_map(|number| {
        stdout(kv(etcd.endpoint()).args(["put", "a", &number.to_string()]));
        watch.child.try_wait().unwrap()
    });
    assert_eq!(status.and_then(|status| status.code()), Some(141));
}

#[test]
fn lines_of_stdin_are_watched_all_at_once() {
    let etcd = Etcd::start("35");
    for line in ["put a 1", "put b 2"] {
        stdout(kv(etcd.endpoint()).args(super::words(line)));
    }
    let mut watch = Running::start(kv(etcd.endpoint()).args(["watch", "-i"]));
    watch.write("watch a --rev 1\n");
    assert_eq!(watch.lines(3), ["PUT", "a", "1"]);
    watch.write("nonsense\nwatch b --rev 1 -- sh -c 'echo \"<$ETCD_WATCH_VALUE>\"'\n");
    assert_eq!(watch.lines(4), ["PUT", "b", "2", "<\"2\">"]);
    stdout(kv(etcd.endpoint()).args(["put", "a", "3"]));
    assert_eq!(watch.lines(3), ["PUT", "a", "3"]);
    watch.write("progress\n");
    assert_eq!(watch.lines(1), ["progress notify: 4"]);
}

#[test]
fn a_watch_goes_on_at_another_member_and_misses_nothing() {
    // Two servers that know nothing of each other, with the same history.
    let [first, second] = ["35", "35"].map(Etcd::start);
    let put = |etcd: &Etcd, value: &str| {
        stdout(kv(etcd.endpoint()).args(["put", "k", value]));
    };
    for etcd in [&first, &second] {
        put(etcd, "1");
    }
    let endpoints = format!("{},{}", first.endpoint(), second.endpoint());
    let mut watch = Running::start(kv(&endpoints).args(["watch", "k", "--rev", "1"]));
    assert_eq!(watch.lines(3), ["PUT", "k", "1"]);
    put(&second, "2");
    drop(first);
    assert_eq!(watch.lines(3), ["PUT", "k", "2"]);
    put(&second, "3");
    assert_eq!(watch.lines(3), ["PUT", "k", "3"]);
    // Reads and writes go to who is there, too.
    assert_eq!(stdout(kv(&endpoints).args(["get", "k"])), "k\n3\n");
    let health = run(kv(&endpoints).args(["endpoint", "health"]), "");
    assert_eq!(health.status.code(), Some(1));
    let healthy = format!("{} is healthy", second.endpoint());
    assert!(
        String::from_utf8(health.stdout)
            .unwrap()
            .starts_with(&healthy)
    );
    assert!(
        String::from_utf8(health.stderr)
            .unwrap()
            .contains("is unhealthy")
    );
}

#[test]
fn a_lock_has_one_holder_whichever_program_that_is() {
    for version in VERSIONS {
        let etcd = Etcd::start(version);
        let ours = || kv(etcd.endpoint());
        let mut held = Running::start(ours().args(["lock", "l"]));
        let [key, value] = <[String; 2]>::try_from(held.lines(2)).unwrap();
        assert!(key.starts_with("l/") && value.is_empty(), "{key}");
        let mut waiting = Running::start(etcd.etcdctl().args(["lock", "l"]));
        until_there_are(&etcd, "l/", 2);
        // Who waits and is stopped leaves nothing.
        let third = Running::start(ours().args(["lock", "l"]));
        until_there_are(&etcd, "l/", 3);
        third.signal("INT");
        assert_eq!(third.end().0, 130);
        until_there_are(&etcd, "l/", 2);
        held.signal("TERM");
        assert_eq!(held.end(), (0, String::new()));
        assert!(waiting.lines(2)[0].starts_with("l/"));
        // While etcdctl holds it, a command waits; then it runs, knows the lock, and its status
        // is that of all.
        let script = "echo \"$ETCD_LOCK_KEY\" | sed 's,/.*,,'; exit $((ETCD_LOCK_REV > 1 ? 7 : 0))";
        let command = Running::start(ours().args(["lock", "l", "sh", "-c", script]));
        until_there_are(&etcd, "l/", 2);
        waiting.signal("INT");
        assert_eq!(command.end(), (7, "l\n".into()));
        until_there_are(&etcd, "l/", 0);
        // Only etcdctl leaves its lease behind.
        let leases = stdout(ours().args(["lease", "list"]));
        assert_eq!(leases.lines().next(), Some("found 1 leases"));
        super::fails(ours().args(["lock", "l", "no-such-program"]), 127);
        until_there_are(&etcd, "l/", 0);
    }
}

/// Waits until so many keys start with this.
fn until_there_are(etcd: &Etcd, prefix: &str, count: usize) {
    let args = ["get", prefix, "--prefix", "--count-only"];
    for _ in 0..500 {
        if stdout(kv(etcd.endpoint()).args(args)) == format!("{count}\n") {
            return;
        }
    }
    panic!("there never were {count} keys with {prefix}");
}

#[test]
fn an_office_has_one_holder_and_observers_see_who() {
    for version in VERSIONS {
        let etcd = Etcd::start(version);
        let mut first = Running::start(kv(etcd.endpoint()).args(["elect", "e", "one"]));
        assert_eq!(first.lines(2)[1], "one");
        let mut listens = ["-l", "--listen"]
            .map(|flag| Running::start(kv(etcd.endpoint()).args(["elect", "e", flag])));
        for listen in &mut listens {
            assert_eq!(listen.lines(2)[1], "one");
        }
        let mut second = Running::start(etcd.etcdctl().args(["elect", "e", "two"]));
        until_there_are(&etcd, "e/", 2);
        first.signal("INT");
        assert_eq!(first.end(), (0, String::new()));
        assert_eq!(second.lines(2)[1], "two");
        for listen in &mut listens {
            assert_eq!(listen.lines(2)[1], "two");
        }
        let third = Running::start(kv(etcd.endpoint()).args(["elect", "e", "three"]));
        until_there_are(&etcd, "e/", 2);
        third.signal("TERM");
        assert_eq!(third.end().0, 143);
        until_there_are(&etcd, "e/", 1);
    }
}

#[test]
fn a_lease_is_kept_alive_until_it_ends() {
    let etcd = Etcd::start("35");
    let granted = stdout(kv(etcd.endpoint()).args(["lease", "grant", "2"]));
    let lease = granted.split(' ').nth(1).unwrap();
    let mut alive = Running::start(kv(etcd.endpoint()).args(["lease", "keep-alive", lease]));
    let line = format!("lease {lease} keepalived with TTL(2)");
    // Longer than the lease lasts by itself.
    assert_eq!(alive.lines(5), vec![line; 5]);
    stdout(kv(etcd.endpoint()).args(["lease", "revoke", lease]));
    let (status, rest) = alive.end();
    assert_eq!(status, 0);
    assert!(
        rest.ends_with(&format!("lease {lease} expired or revoked.\n")),
        "{rest}"
    );
}

#[test]
fn a_load_is_put_and_cleaned_away() {
    let etcd = Etcd::start("35");
    let perf = [
        "check",
        "perf",
        "--duration",
        "1s",
        "--auto-compact",
        "--auto-defrag",
        "--json",
    ];
    let output = run(kv(etcd.endpoint()).args(perf), "");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["puts"].as_u64().unwrap() > 10, "{report}");
    assert_eq!(report["errors"], 0);
    assert_eq!(output.status.success(), report["passed"].as_bool().unwrap());
    until_there_are(&etcd, "/", 0);
    stdout(kv(etcd.endpoint()).args(["put", "/etcdctl-check-perf/mine", "1"]));
    let said = super::fails(kv(etcd.endpoint()).args(perf), 3);
    assert!(said.contains("has keys"), "{said}");
}

#[test]
fn a_server_that_is_silent_is_left_after_a_time() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = silent.local_addr().unwrap().to_string();
    let said = super::fails(
        kv(&endpoint).args(["get", "a", "--command-timeout", "200ms"]),
        1,
    );
    assert!(said.contains("--command-timeout"), "{said}");
    // It got what a client sends first.
    let (mut peer, _) = silent.accept().unwrap();
    let mut preface = [0; 24];
    peer.read_exact(&mut preface).unwrap();
    assert!(preface.starts_with(b"PRI * HTTP/2.0"));
}

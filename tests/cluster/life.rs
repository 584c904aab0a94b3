//! The life of a cluster: its begin, the loss of a leader, the end of a member and its return.

use std::io::Write as _;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use tempfile::tempdir;

use crate::support::{Cluster, until};

#[tokio::test]
async fn one_three_and_five_members_begin_a_cluster() {
    for count in [1, 3, 5] {
        let cluster = Cluster::started(count).await;
        for (number, member) in cluster.members.iter().enumerate() {
            member.put(&format!("k{number}"), "v").await.unwrap();
            for other in &cluster.members {
                // Acknowledged by one, so every one has it.
                let found = other.get(&format!("k{number}")).await.unwrap();
                assert_eq!(found.as_deref(), Some("v"));
            }
        }
    }
}

#[tokio::test]
async fn no_acknowledged_write_is_lost_with_its_leader() {
    let mut cluster = Cluster::started(3).await;
    let leader = cluster.leader().await;
    let (next, after) = ((leader + 1) % 3, (leader + 2) % 3);
    let going = Arc::new(AtomicBool::new(true));
    let (kv, goes_on) = (cluster.members[next].kv(), going.clone());
    let writer = tokio::spawn(async move {
        let mut done = Vec::new();
        for number in 0.. {
            let key = format!("k{number}");
            let request = netpipe::kv::proto::etcdserverpb::PutRequest {
                key: key.clone().into(),
                ..Default::default()
            };
            if kv.clone().put(request).await.is_ok() {
                done.push(key);
            }
            if !goes_on.load(Ordering::Relaxed) {
                return done;
            }
        }
        done
    });
    until("writes", || async {
        (cluster.members[next].count().await.ok()? > 20).then_some(())
    })
    .await;
    cluster.members[leader].kill();
    let new = cluster.leader().await;
    assert_ne!(new, leader);
    let before = cluster.members[next].count().await.unwrap();
    until("writes under the new leader", || async {
        (cluster.members[next].count().await.ok()? > before + 20).then_some(())
    })
    .await;
    going.store(false, Ordering::Relaxed);
    for key in writer.await.unwrap() {
        let found = cluster.members[after].get(&key).await.unwrap();
        assert!(found.is_some(), "{key} was acknowledged");
    }
    cluster.start(leader, &[]);
    cluster.ready().await;
    let all = cluster.members[next].count().await.unwrap();
    assert_eq!(cluster.members[leader].count().await.unwrap(), all);
}

#[tokio::test]
async fn a_leader_that_is_told_to_end_hands_over() {
    let mut cluster = Cluster::new(3);
    cluster.flags = ["--heartbeat-interval=100", "--election-timeout=10000"]
        .map(Into::into)
        .into();
    cluster.start_all();
    cluster.ready().await;
    let leader = cluster.leader().await;
    let next = (leader + 1) % 3;
    cluster.members[next].put("k", "1").await.unwrap();
    let since = Instant::now();
    cluster.members[leader].signal(Signal::SIGTERM);
    cluster.members[next].put("k", "2").await.unwrap();
    assert!(cluster.members[leader].wait().success());
    cluster.members[next].put("k", "3").await.unwrap();
    // An election would begin after ten seconds at the least.
    assert!(
        since.elapsed() < Duration::from_secs(5),
        "{:?}",
        since.elapsed()
    );
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let mut cluster = Cluster::started(1).await;
    for number in 0..30 {
        cluster.members[0]
            .put(&format!("k{number}"), "v")
            .await
            .unwrap();
    }
    let id = cluster.members[0].id().await;
    for round in 0..2 {
        match round {
            0 => cluster.members[0].kill(),
            _ => cluster.members[0].stop(),
        }
        cluster.start(0, &[]);
        cluster.ready().await;
        assert_eq!(cluster.members[0].count().await.unwrap(), 30);
        assert_eq!(cluster.members[0].id().await, id);
    }
}

#[tokio::test]
async fn who_is_of_another_cluster_is_refused_and_nobody_notices() {
    let mut cluster = Cluster::started(1).await;
    let peer = cluster.members[0].peer.clone();
    let mut other = Cluster::new(1);
    let initial = format!("m0={},x={peer}", other.members[0].peer);
    other.members[0].start(|command| {
        command.args([
            "--initial-cluster-token",
            "another",
            "--initial-cluster",
            &initial,
        ]);
    });
    assert!(!other.members[0].wait().success());
    let log = other.members[0].log();
    assert!(log.contains("cluster ID mismatch"), "{log}");
    // Bytes that are no frames, a frame that never ends, and one that is far too long.
    let address = peer.strip_prefix("http://").unwrap();
    for bytes in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        &[0xff; 4096],
        &[0xff, 0xff, 0xff, 0x7f, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        &[64, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ] {
        TcpStream::connect(address)
            .unwrap()
            .write_all(bytes)
            .unwrap();
    }
    cluster.members[0].put("k", "v").await.unwrap();
    // The data of one member does not make another.
    cluster.members[0].stop();
    let thief = cluster.prepare("thief");
    cluster.members[thief].data = cluster.members[0].data.clone();
    cluster.start(thief, &[]);
    assert!(!cluster.members[thief].wait().success());
    let log = cluster.members[thief].log();
    assert!(log.contains("is of the member m0"), "{log}");
}

#[tokio::test]
async fn a_store_of_one_host_becomes_a_member_and_a_store_again() {
    use netpipe::kv::{Kv as _, LocalKv};
    let state = tempdir().unwrap();
    LocalKv::open(state.path())
        .unwrap()
        .put(b"local", b"1")
        .unwrap();
    let mut cluster = Cluster::new(1);
    let member = &mut cluster.members[0];
    let data = state.path().join("cluster");
    let serve = |member: &mut crate::support::Member| {
        member.start_on_host(state.path());
    };
    serve(member);
    member.ready().await;
    assert_eq!(member.get("local").await.unwrap().as_deref(), Some("1"));
    member.put("shared", "2").await.unwrap();
    // Commands of this host ask the member now, without a flag; a second store is not made.
    assert!(LocalKv::open(state.path()).map_or(true, |kv| kv.get(b"local").is_err()));
    let asked = std::process::Command::new(env!("CARGO_BIN_EXE_netpipe"))
        .args(["kv", "get", "--print-value-only", "shared", "--state-dir"])
        .arg(state.path())
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&asked.stdout).trim(),
        "2",
        "{asked:?}"
    );
    member.kill();
    serve(member);
    member.ready().await;
    assert_eq!(member.get("shared").await.unwrap().as_deref(), Some("2"));
    member.stop();
    let back = std::process::Command::new(env!("CARGO_BIN_EXE_netpipe"))
        .args(["kv", "take-back", "--state-dir"])
        .arg(state.path())
        .output()
        .unwrap();
    assert!(back.status.success(), "{back:?}");
    let store = LocalKv::open(state.path()).unwrap();
    for (key, value) in [("local", "1"), ("shared", "2")] {
        let found = store.get(key.as_bytes()).unwrap().unwrap();
        assert_eq!(found.value, value.as_bytes());
    }
    assert!(!data.exists());
}

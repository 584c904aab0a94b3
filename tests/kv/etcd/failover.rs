//! Members that die or hang while they are used.

use std::time::{Duration, Instant};

use netpipe::kv::etcd::{Access, EtcdKv};
use netpipe::kv::{Compare, Kv, Op, Txn};

use super::cluster::{Cluster, Release};

fn number(kv: &EtcdKv) -> (u64, i64) {
    let found = kv.get(b"counter").unwrap();
    found.map_or((0, 0), |pair| {
        let text = String::from_utf8(pair.value).unwrap();
        (text.parse().unwrap(), pair.mod_revision)
    })
}

/// Adds one by compare-and-swap; nobody else does.
fn increment(kv: &EtcdKv) {
    let (found, revision) = number(kv);
    let next = Op::put("counter", (found + 1).to_string());
    let txn = Txn::when([Compare::mod_revision("counter", revision)]).then([next]);
    assert!(kv.txn(&txn).unwrap().succeeded, "at {found}");
}

fn open(cluster: &Cluster, patience: Duration) -> EtcdKv {
    let mut access = Access::parse(&cluster.urls()).unwrap();
    access.request_timeout = patience;
    EtcdKv::open(&access).unwrap().marked("mark")
}

/// Each member is killed in its turn, and comes not back: the first kill may be the leader's.
#[test]
fn a_killed_member_is_not_missed() {
    let mut cluster = Cluster::start(Release::V35, 3);
    let kv = open(&cluster, Duration::from_secs(5));
    (0..20).for_each(|_| increment(&kv));
    // The member that the connection is to.
    cluster.members[0].kill();
    (0..20).for_each(|_| increment(&kv));
    assert_eq!(number(&kv).0, 40);
    assert_eq!(
        kv.get(b"counter").unwrap().unwrap().version,
        40,
        "none twice"
    );
    let lease = kv.lease_grant(60, 0).unwrap().id;
    assert_eq!(kv.lease_keepalive(lease).unwrap(), 60);
}

#[test]
fn a_hung_member_is_left() {
    let cluster = Cluster::start(Release::V35, 3);
    let kv = open(&cluster, Duration::from_secs(1));
    increment(&kv);
    cluster.members[0].pause(true);
    let start = Instant::now();
    increment(&kv);
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
    cluster.members[0].pause(false);
    assert_eq!(number(&kv).0, 2);
    assert_eq!(
        kv.get(b"counter").unwrap().unwrap().version,
        2,
        "none twice"
    );
}

/// A store that is away for a moment is waited for; for good, it is an error in bounded time.
#[test]
fn a_store_that_is_gone_is_told() {
    let mut cluster = Cluster::start(Release::V34, 1);
    let kv = open(&cluster, Duration::from_millis(500));
    increment(&kv);
    cluster.members[0].kill();
    let start = Instant::now();
    let error = kv.get(b"counter").unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(10));
    let text = error.to_string();
    assert!(
        text.contains("does not answer") && text.contains("refused"),
        "{text}"
    );
    let refused = kv.put(b"a", b"").unwrap_err().to_string();
    assert!(
        !refused.contains("not known"),
        "nothing was sent: {refused}"
    );
}

//! Members that die or hang while they are used.

use std::time::{Duration, Instant};

use netpipe::kv::etcd::{Access, EtcdKv};
use netpipe::kv::proto::etcdserverpb::StatusRequest;
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

/// The place of the member that leads.
fn leader(cluster: &Cluster) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let leads = |member: &usize| {
        runtime.block_on(async {
            let access = Access::parse(&cluster.url(*member)).unwrap();
            let connection = access.connect().await.unwrap();
            let mut maintenance = connection.maintenance();
            let status = maintenance.status(StatusRequest {});
            let status = status.await.unwrap().into_inner();
            status.leader == status.header.unwrap().member_id
        })
    };
    (0..cluster.members.len()).find(leads).expect("a leader")
}

/// The connection is to the leader, which is killed: another has to be elected meanwhile.
#[test]
fn a_killed_member_is_not_missed() {
    let mut cluster = Cluster::start(Release::V35, 3);
    let leader = leader(&cluster);
    cluster.members.swap(0, leader);
    let kv = open(&cluster, Duration::from_secs(5));
    (0..20).for_each(|_| increment(&kv));
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

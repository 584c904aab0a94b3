//! The store on real etcd: `scripts/test` says where its binaries are.

mod auth;
mod cluster;
mod failover;
mod lost;
mod proxy;
mod rebased;
mod tls;

use std::sync::atomic::{AtomicU64, Ordering};

use netpipe::kv::etcd::{Access, EtcdKv};
use netpipe::kv::{Kv, KvError, LeaseGrant};

use cluster::{Cluster, Release};
use rebased::Rebased;

/// Opens the store at these addresses.
fn open(urls: &str) -> EtcdKv {
    EtcdKv::open(&Access::parse(urls).unwrap()).unwrap()
}

/// A name that nothing of this process had before.
fn unique() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Runs the conformance suite on a cluster, each case in a part of it that is as a new store.
fn conforms(cluster: &Cluster) {
    conforms_with(&Access::parse(&cluster.urls()).unwrap());
}

fn conforms_with(access: &Access) {
    super::conformance::run(|| {
        let kv = EtcdKv::open(access).unwrap();
        for lease in kv.leases().unwrap() {
            kv.lease_revoke(lease).unwrap();
        }
        Rebased::new(kv.within(format!("case/{}/", unique())))
    });
}

#[test]
fn the_store_conforms_on_etcd_3_4() {
    conforms(&Cluster::start(Release::V34, 1));
}

#[test]
fn the_store_conforms_on_etcd_3_5() {
    let cluster = Cluster::start(Release::V35, 1);
    let kv = open(&cluster.urls());
    let granted = kv.lease_grant(60, 7).unwrap();
    let (id, ttl, revision) = (7, 60, 1);
    assert_eq!(granted, LeaseGrant { id, ttl, revision });
    assert_eq!(kv.put(b"without a prefix", b"").unwrap(), 2);
    assert_eq!(kv.prefix(b"").unwrap()[0].key, b"without a prefix");
    conforms(&cluster);
}

#[test]
fn the_store_conforms_on_three_members_of_etcd_3_4() {
    conforms(&Cluster::start(Release::V34, 3));
}

#[test]
fn the_store_conforms_on_three_members_of_etcd_3_5() {
    conforms(&Cluster::start(Release::V35, 3));
}

/// A call waits for its answer, within a runtime too, where one may not wait.
#[test]
fn it_is_called_within_a_runtime() {
    let cluster = Cluster::start(Release::V35, 1);
    let urls = cluster.urls();
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async {
        let kv = open(&urls);
        kv.put(b"a", b"1").unwrap();
        assert_eq!(kv.get(b"a").unwrap().unwrap().value, b"1");
        drop(kv);
    });
}

/// Hosts that share a cluster, but not its keys.
#[test]
fn prefixes_keep_keys_apart() {
    let cluster = Cluster::start(Release::V35, 1);
    let within = |prefix: &str| open(&cluster.urls()).within(prefix);
    let (one, other, whole) = (within("/a"), within("/b"), within(""));
    one.put(b"/k", b"1").unwrap();
    assert!(other.get(b"/k").unwrap().is_none());
    assert!(other.prefix(b"").unwrap().is_empty());
    assert_eq!(whole.get(b"/a/k").unwrap().unwrap().value, b"1");
    assert!(matches!(one.put(b"", b"").unwrap_err(), KvError::EmptyKey));
    let lease = one.lease_grant(60, 0).unwrap().id;
    let put = |kv: &EtcdKv| {
        let put = netpipe::kv::Op::put_leased("/l", "", lease);
        kv.txn(&netpipe::kv::Txn::all([put])).unwrap();
    };
    put(&one);
    put(&other);
    assert_eq!(one.lease_time_to_live(lease, true).unwrap().keys, [b"/l"]);
}

#[test]
fn nobody_answers() {
    // A port that was free a moment ago, on an address of this test's own.
    let cluster = Cluster::start(Release::V35, 1);
    let url = cluster.urls();
    drop(cluster);
    let error = EtcdKv::open(&Access::parse(&url).unwrap()).err().unwrap();
    assert_eq!(error.exit_code(), 1);
    let text = error.to_string();
    assert!(text.contains(&url) && text.contains("refused"), "{text}");
    assert!(error.hints()[0].contains("--kv"), "{:?}", error.hints());
}

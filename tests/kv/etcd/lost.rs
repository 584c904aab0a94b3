//! Changes whose answer is lost on the way, and those that are lost themselves.

use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use netpipe::kv::etcd::EtcdKv;
use netpipe::kv::{
    Compare, Kv, KvError, Op, OpResponse, PutRequest, RangeRequest, Result, Txn, TxnResponse,
};

use super::cluster::{Cluster, Release};
use super::open;
use super::proxy::{Mode, Proxy};

/// A member, a way to it that loses things, and one that does not.
struct Scene {
    _cluster: Cluster,
    proxy: Proxy,
    /// Sees what is there.
    direct: EtcdKv,
}

impl Scene {
    fn new(release: Release) -> Self {
        let cluster = Cluster::start(release, 1);
        Self {
            proxy: Proxy::to(cluster.members[0].address),
            direct: open(&cluster.urls()).within("p/"),
            _cluster: cluster,
        }
    }

    /// A writer by the proxy, connected.
    fn writer(&self) -> EtcdKv {
        let kv = open(&format!("http://{}", self.proxy.address));
        let kv = kv.within("p/").marked("mark");
        kv.get(b"any").unwrap();
        kv
    }

    fn revision(&self) -> i64 {
        self.direct
            .range(&RangeRequest::key("any"))
            .unwrap()
            .revision
    }

    /// Makes a change whose answer is lost.
    fn lose_answer(&self, txn: Txn) -> Result<TxnResponse> {
        let kv = self.writer();
        let before = self.revision();
        self.proxy.mode(Mode::Mute);
        let made = start(kv, txn);
        let end = Instant::now() + Duration::from_secs(20);
        while self.revision() == before {
            assert!(Instant::now() < end, "the change was not made");
        }
        self.proxy.cut();
        made.join().unwrap()
    }

    /// Makes a change that is lost; `meanwhile` happens before that is noticed.
    fn lose_request(&self, txn: Txn, meanwhile: impl FnOnce()) -> Result<TxnResponse> {
        let kv = self.writer();
        self.proxy.mode(Mode::Deaf);
        let made = start(kv, txn);
        meanwhile();
        // Whether it was sent by now or not, it is lost with the connection.
        self.proxy.cut();
        made.join().unwrap()
    }

    fn version(&self, key: &str) -> i64 {
        let found = self.direct.get(key.as_bytes()).unwrap();
        found.map_or(0, |pair| pair.version)
    }
}

fn start(kv: EtcdKv, txn: Txn) -> JoinHandle<Result<TxnResponse>> {
    std::thread::spawn(move || kv.txn(&txn))
}

fn swap() -> Txn {
    Txn::when([Compare::missing("a")])
        .then([Op::put("a", "mine")])
        .otherwise([Op::get("a")])
}

#[test]
fn a_swap_without_an_answer_is_looked_up() {
    for release in [Release::V34, Release::V35] {
        let scene = Scene::new(release);
        let done = scene.lose_answer(swap()).unwrap();
        let found = scene.direct.get(b"a").unwrap().unwrap();
        assert!(done.succeeded);
        assert_eq!(
            (done.revision, done.responses.len()),
            (found.mod_revision, 1)
        );
        assert_eq!(found.version, 1, "not repeated");
    }
}

#[test]
fn a_write_without_an_answer_is_looked_up() {
    let scene = Scene::new(Release::V35);
    let done = scene.lose_answer(Txn::all([Op::put("a", "1")])).unwrap();
    assert!(done.succeeded && scene.version("a") == 1);
    // The answer is as it was lost: what was there before, and what was deleted.
    scene.direct.put(b"b", b"").unwrap();
    let put = PutRequest {
        key: b"a".to_vec(),
        value: b"2".to_vec(),
        prev_kv: true,
        ..PutRequest::default()
    };
    let ops = [Op::get("a"), Op::Put(put), Op::delete("b"), Op::get("a")];
    let done = scene.lose_answer(Txn::all(ops)).unwrap();
    let [
        OpResponse::Range(before),
        OpResponse::Put(put),
        OpResponse::Delete(delete),
        OpResponse::Range(after),
    ] = &done.responses[..]
    else {
        panic!("{done:?}")
    };
    assert_eq!(before.kvs[0].value, b"1");
    assert_eq!(put.prev_kv.as_ref().unwrap().value, b"1");
    assert_eq!(delete.deleted, 1);
    assert_eq!(after.kvs[0].value, b"2");
    assert_eq!(scene.version("a"), 2, "not repeated");
}

#[test]
fn a_deletion_without_an_answer_is_looked_up() {
    let scene = Scene::new(Release::V35);
    let revision = scene.direct.put(b"a", b"1").unwrap();
    let delete = Txn::when([Compare::mod_revision("a", revision)]).then([Op::delete("a")]);
    let done = scene.lose_answer(delete).unwrap();
    assert!(done.succeeded && scene.version("a") == 0);
    let failed = Txn::when([Compare::exists("a")]).otherwise([Op::put("b", "1")]);
    let done = scene.lose_answer(failed).unwrap();
    assert!(!done.succeeded && scene.version("b") == 1);
}

#[test]
fn a_swap_that_was_lost_is_made() {
    let scene = Scene::new(Release::V35);
    let done = scene.lose_request(swap(), || ()).unwrap();
    assert!(done.succeeded && scene.version("a") == 1);
}

/// Another writes the very same while a swap is lost: that is not taken for one's own.
#[test]
fn anothers_equal_write_is_not_ones_own() {
    let scene = Scene::new(Release::V35);
    let other = || assert!(scene.direct.txn(&swap()).unwrap().succeeded);
    let done = scene.lose_request(swap(), other).unwrap();
    assert!(!done.succeeded, "two have it");
    assert_eq!(scene.version("a"), 1);
}

/// A write without conditions that is lost is not made later: another's may have come between.
#[test]
fn a_blind_write_that_was_lost_is_told() {
    let scene = Scene::new(Release::V35);
    let blind = Txn::all([Op::put("a", "blind")]);
    let other = || assert!(scene.direct.put(b"a", b"other").is_ok());
    match scene.lose_request(blind, other) {
        // The connection ended before anything was sent.
        Ok(done) => assert!(done.succeeded && scene.version("a") == 2),
        Err(KvError::Storage(error)) => {
            assert!(error.to_string().contains("not known"), "{error}");
            assert_eq!(scene.direct.get(b"a").unwrap().unwrap().value, b"other");
        }
        Err(error) => panic!("{error}"),
    }
}

/// Between calls, nobody listens to the connection: one that ended in a pause is not sent on.
#[test]
fn a_connection_that_ended_in_a_pause_loses_nothing() {
    let scene = Scene::new(Release::V35);
    let kv = scene.writer();
    scene.proxy.cut();
    std::thread::sleep(Duration::from_millis(1100));
    assert!(kv.txn(&Txn::all([Op::put("a", "1")])).unwrap().succeeded);
    assert_eq!(scene.version("a"), 1);
}

/// Leases that were granted or revoked without an answer.
#[test]
fn a_lease_without_an_answer_is_found() {
    let scene = Scene::new(Release::V35);
    let kv = scene.writer();
    scene.proxy.mode(Mode::Mute);
    let granted = std::thread::spawn(move || kv.lease_grant(60, 0));
    let end = Instant::now() + Duration::from_secs(20);
    while scene.direct.leases().unwrap().is_empty() {
        assert!(Instant::now() < end, "no lease");
    }
    scene.proxy.cut();
    let lease = granted.join().unwrap().unwrap().id;
    assert_eq!(scene.direct.leases().unwrap(), [lease], "one alone");
    let kv = scene.writer();
    scene.proxy.mode(Mode::Mute);
    let revoked = std::thread::spawn(move || kv.lease_revoke(lease));
    while !scene.direct.leases().unwrap().is_empty() {
        assert!(Instant::now() < end, "the lease stays");
    }
    scene.proxy.cut();
    revoked.join().unwrap().unwrap();
}

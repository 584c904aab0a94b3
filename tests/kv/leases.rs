//! Leases that expire, with a clock that the test sets.

use netpipe::kv::local::engine::Engine;
use netpipe::kv::{Op, RangeRequest, Txn};

use crate::disk::FaultDisk;

fn count(engine: &Engine<FaultDisk>, now: u64) -> (i64, i64) {
    let response = engine
        .read(now, |r| r.range(&RangeRequest::prefix("")))
        .unwrap();
    (response.count, response.revision)
}

/// A store with keys under leases that end at 10 s and at 20 s, and one key without.
fn leased() -> Engine<FaultDisk> {
    let mut engine = Engine::open(FaultDisk::default()).unwrap();
    engine
        .write(0, |writer| {
            writer.lease_grant(10, 1)?;
            writer.lease_grant(20, 2)?;
            let ops = [("b", 1), ("a", 1), ("c", 2), ("d", 0)];
            writer.txn(&Txn::all(
                ops.map(|(key, lease)| Op::put_leased(key, "", lease)),
            ))
        })
        .unwrap();
    engine
}

#[test]
fn reads_do_not_show_the_keys_of_expired_leases() {
    let engine = leased();
    assert_eq!(count(&engine, 9_999), (4, 2));
    assert_eq!(count(&engine, 10_000), (2, 2));
    assert_eq!(count(&engine, 20_000), (1, 2));
    assert_eq!(engine.read(10_000, |r| r.leases()).unwrap(), [2]);
    assert_eq!(
        engine
            .read(10_000, |r| r.lease_time_to_live(1, true))
            .unwrap()
            .ttl,
        -1
    );
    assert_eq!(
        engine
            .read(10_001, |r| r.lease_time_to_live(2, true))
            .unwrap()
            .ttl,
        9
    );
}

#[test]
fn the_first_writer_after_expiry_revokes_each_lease_in_one_revision() {
    let mut engine = leased();
    let done = engine
        .write(25_000, |writer| writer.txn(&Txn::all([Op::put("e", "")])))
        .unwrap();
    assert_eq!(done.revision, 5, "one for each lease, one for the put");
    let at = |revision| {
        let request = RangeRequest::prefix("").at(revision);
        engine
            .read(25_000, |reader| reader.range(&request))
            .unwrap()
            .count
    };
    assert_eq!((at(2), at(3), at(4), at(5)), (4, 2, 1, 2));
    assert!(engine.read(0, |reader| reader.leases()).unwrap().is_empty());
}

#[test]
fn a_lease_that_is_kept_alive_lives_on_over_a_restart() {
    let mut engine = leased();
    assert_eq!(
        engine
            .write(9_000, |writer| writer.lease_keepalive(1))
            .unwrap(),
        10
    );
    assert_eq!(count(&engine, 18_999), (4, 2));
    assert_eq!(
        engine
            .write(19_000, |writer| writer.lease_keepalive(1))
            .unwrap(),
        0
    );
    assert_eq!(count(&engine, 19_000), (2, 3));
}

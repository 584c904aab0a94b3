//! From an embedded store to a cluster's first member, and back.

use netpipe::kv::cluster::TypeConfig;
use netpipe::kv::cluster::machine::{
    Machine, MachineOptions, Position, export_local, import_local,
};
use netpipe::kv::{Kv, LocalKv, Op, RangeRequest, Txn};

use super::support::open;

#[tokio::test]
async fn an_embedded_store_becomes_a_member_and_one_again_without_losing_a_record() {
    let [first, second, third] = [0; 3].map(|_| tempfile::tempdir().unwrap());
    let store = LocalKv::open(first.path()).unwrap();
    let lease = store.lease_grant(1000, 0).unwrap().id;
    for number in 0..400 {
        store
            .put(format!("key/{number}").as_bytes(), &[7; 300])
            .unwrap();
    }
    store
        .txn(&Txn::all([Op::put_leased("leased", "x", lease)]))
        .unwrap();
    store.put(b"key/1", b"again").unwrap();
    store.delete(b"key/2").unwrap();
    let before = store.range(&RangeRequest::prefix("")).unwrap();
    let position = Position {
        applied: Some(openraft::testing::log_id::<TypeConfig>(1, 9, 1)),
        ..Position::default()
    };
    import_local(&store, second.path(), &position).unwrap();
    assert!(import_local(&store, second.path(), &position).is_err());
    let machine = open(second.path());
    let read = |revision| machine.read(|r| r.range(&RangeRequest::prefix("").at(revision)));
    assert_eq!(read(0).unwrap(), before);
    let earlier = store.range(&RangeRequest::prefix("").at(100)).unwrap();
    assert_eq!(read(100).unwrap(), earlier, "with its history");
    let told = machine.lease_time_to_live(lease, true).unwrap();
    assert_eq!((told.ttl, told.keys), (1000, vec![b"leased".to_vec()]));
    let busy = Machine::open(second.path(), &MachineOptions::default()).unwrap_err();
    assert!(busy.to_string().contains("another process"), "{busy}");
    drop(machine);
    export_local(second.path(), third.path()).unwrap();
    assert!(
        export_local(second.path(), third.path()).is_err(),
        "there is a store"
    );
    let back = LocalKv::open(third.path()).unwrap();
    assert_eq!(back.range(&RangeRequest::prefix("")).unwrap(), before);
    assert_eq!(
        back.range(&RangeRequest::prefix("").at(100)).unwrap(),
        earlier
    );
    let told = back.lease_time_to_live(lease, true).unwrap();
    assert!(
        (990..=1000).contains(&told.ttl) && told.keys == [b"leased"],
        "{told:?}"
    );
    assert_eq!(back.put(b"more", b"").unwrap(), before.revision + 1);
    assert_eq!(back.lease_revoke(lease).unwrap(), before.revision + 2);
}

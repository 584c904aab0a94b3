//! What every backend must do: named cases over `&dyn Kv`, each on an empty store. They
//! are written after etcd's rules, so that the same list can be run on etcd itself.

mod compare;
mod lease;
mod range;
mod txn;

use std::panic::{AssertUnwindSafe, catch_unwind};

use netpipe::kv::{Kv, KvError, LocalKv, Op, RangeRequest, Result, Txn};

type Case = (&'static str, fn(&dyn Kv));

/// Runs every case on a store of its own, and names those that fail.
pub fn run<S: Kv>(fresh: impl Fn() -> S) {
    let cases = [range::CASES, compare::CASES, txn::CASES, lease::CASES].concat();
    let failed: Vec<_> = cases
        .iter()
        .filter(|(_, case)| {
            let store = fresh();
            catch_unwind(AssertUnwindSafe(|| case(&store))).is_err()
        })
        .map(|(name, _)| *name)
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {} cases fail: {failed:#?}",
        failed.len(),
        cases.len()
    );
}

#[test]
fn the_embedded_store_conforms() {
    let dir = tempfile::tempdir().unwrap();
    let count = std::cell::Cell::new(0);
    run(|| {
        count.set(count.get() + 1);
        LocalKv::open(&dir.path().join(count.get().to_string())).unwrap()
    });
}

/// Runs operations without conditions.
fn all(kv: &dyn Kv, ops: impl IntoIterator<Item = Op>) -> Result<netpipe::kv::TxnResponse> {
    kv.txn(&Txn::all(ops))
}

/// The keys of a response, as text.
fn keys(kv: &dyn Kv, request: &RangeRequest) -> Vec<String> {
    let response = kv.range(request).unwrap();
    response
        .kvs
        .into_iter()
        .map(|kv| String::from_utf8(kv.key).unwrap())
        .collect()
}

/// Checks that a call fails with etcd's text.
#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T>, like: &KvError) {
    let error = result.expect_err("must be refused");
    assert_eq!(error.to_string(), like.to_string());
}

/// The store's revision.
fn revision(kv: &dyn Kv) -> i64 {
    kv.range(&RangeRequest::key("any")).unwrap().revision
}

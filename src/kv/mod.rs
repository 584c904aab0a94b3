//! The key-value store: etcd v3's data model behind one trait.
//!
//! [`Kv`] is what the rest of netpipe calls; [`LocalKv`] is the embedded form (one file, no
//! server). `store` is the state machine behind it: it knows redb transactions, but neither
//! files nor locks, so that other backends can share it.

#[cfg(feature = "cluster")]
pub mod cluster;
#[cfg(feature = "grpc")]
pub mod convert;
mod error;
#[cfg(feature = "etcd")]
pub mod etcd;
pub mod local;
#[cfg(feature = "grpc")]
pub mod proto;
pub mod store;
mod txn;
pub mod types;

pub use error::KvError;
use error::damaged;
pub use local::LocalKv;
pub use txn::{
    Compare, CompareOp, CompareTarget, DeleteRequest, DeleteResponse, Op, OpResponse, PutRequest,
    PutResponse, Txn, TxnResponse,
};
pub use types::{
    KeyValue, LeaseGrant, LeaseId, LeaseTtl, RangeRequest, RangeResponse, Revision, SortOrder,
    SortTarget, prefix_end,
};

/// A `Result` whose error is a [`KvError`].
pub type Result<T> = std::result::Result<T, KvError>;

/// A store with etcd v3's data model: a sorted map of byte strings in which every change has a
/// revision, with atomic compare-and-swap transactions and leases.
///
/// The semantics are those of the [etcd v3 API](https://etcd.io/docs/v3.5/learning/api/); the
/// conformance suite in `tests/kv` is the executable form of them. A call that returns `Ok` is
/// durable.
pub trait Kv: Send + Sync {
    /// Returns the keys of a range, as of one revision (etcd: `KV.Range`).
    ///
    /// # Errors
    /// [`KvError::EmptyKey`], [`KvError::Compacted`], [`KvError::FutureRevision`], or a storage
    /// failure.
    fn range(&self, request: &RangeRequest) -> Result<RangeResponse>;

    /// Evaluates the compares and runs one of the two lists of operations, atomically and in one
    /// revision (etcd: `KV.Txn`).
    ///
    /// # Errors
    /// [`KvError::EmptyKey`], [`KvError::DuplicateKey`], [`KvError::TooManyOps`],
    /// [`KvError::RequestTooLarge`], [`KvError::LeaseNotFound`], what [`Kv::range`] returns, or a
    /// storage failure. Nothing is changed by a transaction that fails.
    fn txn(&self, txn: &Txn) -> Result<TxnResponse>;

    /// As [`Kv::txn`], for a change that a power cut may undo until the next one is made: where
    /// that is cheaper it is not waited for until it is on disk. All see it at once all the same.
    ///
    /// # Errors
    /// As [`Kv::txn`].
    fn txn_later(&self, txn: &Txn) -> Result<TxnResponse> {
        self.txn(txn)
    }

    /// Forgets what was superseded at or before `revision`; returns the current revision (etcd:
    /// `KV.Compact`). Reads at `revision` itself still work.
    ///
    /// # Errors
    /// [`KvError::Compacted`] at or below the last compaction, [`KvError::FutureRevision`].
    fn compact(&self, revision: Revision) -> Result<Revision>;

    /// Grants a lease of `ttl` seconds (at least 2), with an id of the store's choice if `id` is
    /// 0 (etcd: `Lease.LeaseGrant`).
    ///
    /// # Errors
    /// [`KvError::LeaseExists`], [`KvError::LeaseTtlTooLarge`].
    fn lease_grant(&self, ttl: i64, id: LeaseId) -> Result<LeaseGrant>;

    /// Ends a lease and deletes its keys, sorted, in one revision; returns the current revision
    /// (etcd: `Lease.LeaseRevoke`).
    ///
    /// # Errors
    /// [`KvError::LeaseNotFound`].
    fn lease_revoke(&self, id: LeaseId) -> Result<Revision>;

    /// Renews a lease; returns its TTL in seconds, or 0 if there is no such lease (etcd:
    /// `Lease.LeaseKeepAlive`).
    ///
    /// # Errors
    /// A storage failure only.
    fn lease_keepalive(&self, id: LeaseId) -> Result<i64>;

    /// Returns what is left of a lease, with the keys attached to it if `keys` is set; an unknown
    /// lease has a TTL of −1 (etcd: `Lease.LeaseTimeToLive`).
    ///
    /// # Errors
    /// A storage failure only.
    fn lease_time_to_live(&self, id: LeaseId, keys: bool) -> Result<LeaseTtl>;

    /// Returns the ids of the live leases, ascending (etcd: `Lease.LeaseLeases`).
    ///
    /// # Errors
    /// A storage failure only.
    fn leases(&self) -> Result<Vec<LeaseId>>;

    /// Returns one key, or `None`.
    ///
    /// # Errors
    /// As [`Kv::range`].
    fn get(&self, key: &[u8]) -> Result<Option<KeyValue>> {
        Ok(self.range(&RangeRequest::key(key))?.kvs.into_iter().next())
    }

    /// Returns every key that starts with `prefix`, sorted; all keys for an empty prefix.
    ///
    /// # Errors
    /// As [`Kv::range`].
    fn prefix(&self, prefix: &[u8]) -> Result<Vec<KeyValue>> {
        Ok(self.range(&RangeRequest::prefix(prefix))?.kvs)
    }

    /// Stores one key without a lease; returns the revision of the change.
    ///
    /// # Errors
    /// As [`Kv::txn`].
    fn put(&self, key: &[u8], value: &[u8]) -> Result<Revision> {
        Ok(self.txn(&Txn::all([Op::put(key, value)]))?.revision)
    }

    /// Deletes one key; returns whether it existed.
    ///
    /// # Errors
    /// As [`Kv::txn`].
    fn delete(&self, key: &[u8]) -> Result<bool> {
        let response = self.txn(&Txn::all([Op::delete(key)]))?;
        Ok(matches!(response.responses.first(), Some(OpResponse::Delete(d)) if d.deleted > 0))
    }
}

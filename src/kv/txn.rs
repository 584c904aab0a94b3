//! Transactions: compares, operations and what they return.

use serde::{Deserialize, Serialize};

use super::types::{KeyValue, LeaseId, RangeRequest, RangeResponse, Revision, prefix_range};

/// How a compare relates the stored value to the given one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CompareOp {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`: the stored value is less.
    Less,
    /// `>`: the stored value is greater.
    Greater,
}

/// What a compare looks at, and the value it is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CompareTarget {
    /// The version; 0 for a missing key.
    Version(i64),
    /// The create revision; 0 for a missing key.
    Create(Revision),
    /// The mod revision; 0 for a missing key.
    Mod(Revision),
    /// The value; no compare with the value of a missing key holds, not even `!=`.
    Value(Vec<u8>),
    /// The lease; 0 for none and for a missing key.
    Lease(LeaseId),
}

/// A condition of a transaction (etcd: `Compare`). Over a range, every key must meet it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compare {
    /// The (first) key.
    pub key: Vec<u8>,
    /// The end of the range, as in [`RangeRequest::range_end`].
    pub range_end: Vec<u8>,
    /// The relation.
    pub op: CompareOp,
    /// What is compared, with what.
    pub target: CompareTarget,
}

impl Compare {
    /// Returns the condition that `target` stands in relation `op` to the stored one.
    pub fn new(key: impl Into<Vec<u8>>, op: CompareOp, target: CompareTarget) -> Self {
        Self {
            key: key.into(),
            range_end: Vec::new(),
            op,
            target,
        }
    }

    /// Holds if the key does not exist.
    pub fn missing(key: impl Into<Vec<u8>>) -> Self {
        Self::new(key, CompareOp::Equal, CompareTarget::Create(0))
    }

    /// Holds if the key exists.
    pub fn exists(key: impl Into<Vec<u8>>) -> Self {
        Self::new(key, CompareOp::Greater, CompareTarget::Create(0))
    }

    /// Holds if the key was last changed by this revision.
    pub fn mod_revision(key: impl Into<Vec<u8>>, revision: Revision) -> Self {
        Self::new(key, CompareOp::Equal, CompareTarget::Mod(revision))
    }

    /// Holds if the key was created by this revision.
    pub fn create_revision(key: impl Into<Vec<u8>>, revision: Revision) -> Self {
        Self::new(key, CompareOp::Equal, CompareTarget::Create(revision))
    }

    /// Holds if the key has this version.
    pub fn version(key: impl Into<Vec<u8>>, version: i64) -> Self {
        Self::new(key, CompareOp::Equal, CompareTarget::Version(version))
    }

    /// Holds if the key exists and has this value.
    pub fn value(key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> Self {
        Self::new(key, CompareOp::Equal, CompareTarget::Value(value.into()))
    }

    /// Holds if the key is attached to this lease.
    pub fn lease(key: impl Into<Vec<u8>>, lease: LeaseId) -> Self {
        Self::new(key, CompareOp::Equal, CompareTarget::Lease(lease))
    }

    /// Extends the condition to every key of `[key, range_end)`.
    #[must_use]
    pub fn over(mut self, range_end: impl Into<Vec<u8>>) -> Self {
        self.range_end = range_end.into();
        self
    }
}

/// Stores a key (etcd: `PutRequest`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutRequest {
    /// The key.
    pub key: Vec<u8>,
    /// The value.
    pub value: Vec<u8>,
    /// The lease to attach the key to, or 0.
    pub lease: LeaseId,
    /// Return what was there before.
    pub prev_kv: bool,
    /// Keep the stored value; the key must exist and `value` be empty.
    pub ignore_value: bool,
    /// Keep the stored lease; the key must exist and `lease` be 0.
    pub ignore_lease: bool,
}

/// Deletes keys (etcd: `DeleteRangeRequest`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteRequest {
    /// The (first) key.
    pub key: Vec<u8>,
    /// The end of the range, as in [`RangeRequest::range_end`].
    pub range_end: Vec<u8>,
    /// Return what was deleted.
    pub prev_kv: bool,
}

/// One operation of a transaction (etcd: `RequestOp`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Op {
    /// Store a key.
    Put(PutRequest),
    /// Delete keys.
    DeleteRange(DeleteRequest),
    /// Read; sees what earlier operations of the transaction wrote.
    Range(RangeRequest),
    /// A transaction within; its compares see the state before the outermost one.
    Txn(Txn),
}

impl Op {
    /// Stores a key without a lease.
    pub fn put(key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> Self {
        Self::put_leased(key, value, 0)
    }

    /// Stores a key that lives as long as the lease.
    pub fn put_leased(key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>, lease: LeaseId) -> Self {
        let (key, value) = (key.into(), value.into());
        Self::Put(PutRequest {
            key,
            value,
            lease,
            ..PutRequest::default()
        })
    }

    /// Deletes one key.
    pub fn delete(key: impl Into<Vec<u8>>) -> Self {
        Self::delete_range(key, Vec::new())
    }

    /// Deletes the keys of `[key, range_end)`.
    pub fn delete_range(key: impl Into<Vec<u8>>, range_end: impl Into<Vec<u8>>) -> Self {
        let (key, range_end) = (key.into(), range_end.into());
        Self::DeleteRange(DeleteRequest {
            key,
            range_end,
            prev_kv: false,
        })
    }

    /// Deletes every key that starts with `prefix`.
    pub fn delete_prefix(prefix: impl Into<Vec<u8>>) -> Self {
        let (key, range_end) = prefix_range(prefix.into());
        Self::delete_range(key, range_end)
    }

    /// Reads one key.
    pub fn get(key: impl Into<Vec<u8>>) -> Self {
        Self::Range(RangeRequest::key(key))
    }
}

/// An atomic if-then-else (etcd: `TxnRequest`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Txn {
    /// The conditions, all of which must hold; none: they hold.
    pub compares: Vec<Compare>,
    /// What is done if they hold.
    pub success: Vec<Op>,
    /// What is done otherwise.
    pub failure: Vec<Op>,
}

impl Txn {
    /// Begins a transaction with its conditions.
    pub fn when(compares: impl IntoIterator<Item = Compare>) -> Self {
        Self {
            compares: compares.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Returns a transaction without conditions.
    pub fn all(ops: impl IntoIterator<Item = Op>) -> Self {
        Self::default().then(ops)
    }

    /// Sets what is done if the conditions hold.
    #[must_use]
    pub fn then(mut self, ops: impl IntoIterator<Item = Op>) -> Self {
        self.success = ops.into_iter().collect();
        self
    }

    /// Sets what is done if they do not.
    #[must_use]
    pub fn otherwise(mut self, ops: impl IntoIterator<Item = Op>) -> Self {
        self.failure = ops.into_iter().collect();
        self
    }
}

/// The answer to a put (etcd: `PutResponse`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutResponse {
    /// The revision of the change.
    pub revision: Revision,
    /// What was there before, if asked for and there was something.
    pub prev_kv: Option<KeyValue>,
}

/// The answer to a delete (etcd: `DeleteRangeResponse`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteResponse {
    /// The revision after it.
    pub revision: Revision,
    /// How many keys were deleted.
    pub deleted: i64,
    /// What was deleted, if asked for.
    pub prev_kvs: Vec<KeyValue>,
}

/// The answer to one operation (etcd: `ResponseOp`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum OpResponse {
    /// To [`Op::Put`].
    Put(PutResponse),
    /// To [`Op::DeleteRange`].
    Delete(DeleteResponse),
    /// To [`Op::Range`].
    Range(RangeResponse),
    /// To [`Op::Txn`]; its `revision` is 0, as etcd leaves the header of a nested one empty.
    Txn(TxnResponse),
}

/// The answer to a transaction (etcd: `TxnResponse`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TxnResponse {
    /// The store's revision after it.
    pub revision: Revision,
    /// Whether the conditions held.
    pub succeeded: bool,
    /// The answers to the operations of the branch taken, in order.
    pub responses: Vec<OpResponse>,
}

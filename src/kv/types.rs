//! The nouns of etcd v3's data model that reads and leases use.

use serde::{Deserialize, Serialize};

/// A point in the store's history; an empty store is at 1, every change adds one.
pub type Revision = i64;

/// The id of a lease; 0 stands for "no lease".
pub type LeaseId = i64;

/// One key as of some revision (etcd: `mvccpb.KeyValue`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyValue {
    /// The key.
    pub key: Vec<u8>,
    /// The value; empty if the request said `keys_only`.
    pub value: Vec<u8>,
    /// The revision that created the key (a delete and a put create it anew).
    pub create_revision: Revision,
    /// The revision of the last change.
    pub mod_revision: Revision,
    /// How many times the key was put since it was created.
    pub version: i64,
    /// The lease the key lives and dies with, or 0.
    pub lease: LeaseId,
}

/// The order of the keys of a response (etcd: `RangeRequest.SortOrder`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SortOrder {
    /// By key; ascending by the target if that is not the key.
    #[default]
    None,
    /// Ascending by the target.
    Ascend,
    /// Descending by the target.
    Descend,
}

/// What the keys of a response are sorted by (etcd: `RangeRequest.SortTarget`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SortTarget {
    /// The key.
    #[default]
    Key,
    /// The version.
    Version,
    /// The create revision.
    Create,
    /// The mod revision.
    Mod,
    /// The value.
    Value,
}

/// A read (etcd: `RangeRequest`). `Default` is the empty request, which is an error: begin with
/// [`RangeRequest::key`], [`RangeRequest::range`] or [`RangeRequest::prefix`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RangeRequest {
    /// The first key of the range.
    pub key: Vec<u8>,
    /// Empty: only `key`. `\0`: every key at or after `key`. Else: the keys in
    /// `[key, range_end)`.
    pub range_end: Vec<u8>,
    /// The most keys to return; 0 or less: all.
    pub limit: i64,
    /// The revision to read at; 0 or less: the current one.
    pub revision: Revision,
    /// The order of the keys.
    pub sort_order: SortOrder,
    /// What `sort_order` refers to.
    pub sort_target: SortTarget,
    /// Accept a stale answer; has no meaning for an embedded store.
    pub serializable: bool,
    /// Leave the values out.
    pub keys_only: bool,
    /// Return the count only.
    pub count_only: bool,
    /// Leave out keys with a lower mod revision; 0: none.
    pub min_mod_revision: Revision,
    /// Leave out keys with a higher mod revision; 0: none.
    pub max_mod_revision: Revision,
    /// Leave out keys with a lower create revision; 0: none.
    pub min_create_revision: Revision,
    /// Leave out keys with a higher create revision; 0: none.
    pub max_create_revision: Revision,
}

impl RangeRequest {
    /// Returns a read of one key.
    pub fn key(key: impl Into<Vec<u8>>) -> Self {
        Self {
            key: key.into(),
            ..Self::default()
        }
    }

    /// Returns a read of `[key, range_end)`; see [`RangeRequest::range_end`].
    pub fn range(key: impl Into<Vec<u8>>, range_end: impl Into<Vec<u8>>) -> Self {
        Self {
            key: key.into(),
            range_end: range_end.into(),
            ..Self::default()
        }
    }

    /// Returns a read of every key that starts with `prefix`; of all keys for an empty one.
    pub fn prefix(prefix: impl Into<Vec<u8>>) -> Self {
        let (key, range_end) = prefix_range(prefix.into());
        Self::range(key, range_end)
    }

    /// Reads at an earlier revision.
    #[must_use]
    pub fn at(mut self, revision: Revision) -> Self {
        self.revision = revision;
        self
    }

    /// Returns at most `limit` keys.
    #[must_use]
    pub fn limit(mut self, limit: i64) -> Self {
        self.limit = limit;
        self
    }

    /// Sorts the keys.
    #[must_use]
    pub fn sorted(mut self, target: SortTarget, order: SortOrder) -> Self {
        (self.sort_target, self.sort_order) = (target, order);
        self
    }
}

/// The answer to a [`RangeRequest`] (etcd: `RangeResponse`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RangeResponse {
    /// The store's revision when it answered (not the revision read at).
    pub revision: Revision,
    /// The keys, after filters, order and limit.
    pub kvs: Vec<KeyValue>,
    /// Whether the limit cut keys off.
    pub more: bool,
    /// How many keys the range holds, whatever the limit and the filters left.
    pub count: i64,
}

/// A lease just granted (etcd: `LeaseGrantResponse`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseGrant {
    /// The lease's id.
    pub id: LeaseId,
    /// The TTL granted, in seconds.
    pub ttl: i64,
    /// The store's revision (a grant does not raise it).
    pub revision: Revision,
}

/// What is left of a lease (etcd: `LeaseTimeToLiveResponse`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseTtl {
    /// The lease's id.
    pub id: LeaseId,
    /// Whole seconds left; −1 if there is no such lease.
    pub ttl: i64,
    /// The TTL it was granted with, in seconds; 0 if there is no such lease.
    pub granted_ttl: i64,
    /// The keys attached, sorted, if they were asked for.
    pub keys: Vec<Vec<u8>>,
    /// The store's revision.
    pub revision: Revision,
}

/// Returns the end of the range of keys that start with `prefix`: the prefix with its last byte
/// raised, or `\0` ("to the end") if no byte can be raised.
pub fn prefix_end(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return end;
        }
    }
    vec![0]
}

/// Returns the key and the range end that stand for a prefix; an empty one means all keys.
pub(super) fn prefix_range(prefix: Vec<u8>) -> (Vec<u8>, Vec<u8>) {
    let end = prefix_end(&prefix);
    (if prefix.is_empty() { vec![0] } else { prefix }, end)
}

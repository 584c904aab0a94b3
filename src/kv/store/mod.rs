//! The MVCC state machine: etcd's data model without locks, files or a clock.
//!
//! [`Tables`] are redb's rows with the changes over them that redb does not have yet. [`Writer`]
//! changes them and takes "now" from its caller, so that an embedded store and a replicated one
//! give the same answers to the same requests; [`Reader`] answers from them. What an operation
//! costs depends on what it touches and on the length of its answer, never on how much the store
//! holds; see `tables` for the layout.

mod check;
mod codec;
mod copy;
mod events;
mod fold;
mod hash;
mod lease;
mod look;
mod paths;
mod read;
mod rows;
mod span;
mod tables;
mod upkeep;
mod write;

pub use check::txn as check_txn;
pub use copy::{Copied, CopyPlace, copied, copy, paste};
pub use events::{Event, EventKind, Events, EventsRequest};
pub use fold::{Frozen, meta_row, put_meta_row, revisions, sweep};
pub use hash::{Hash, HashSum};
pub use read::Reader;
pub use tables::{FORMAT_VERSION, Tables};
pub use write::Writer;

/// The most compares, or operations in one branch, that a transaction may have (etcd's
/// `--max-txn-ops`).
pub const MAX_TXN_OPS: usize = 128;

/// The most bytes a request may have (etcd's `--max-request-bytes`, 1.5 MiB).
pub const MAX_REQUEST_BYTES: usize = 1536 * 1024;

/// The longest TTL of a lease, in seconds (etcd's `MaxLeaseTTL`).
pub const MAX_LEASE_TTL: i64 = 9_000_000_000;

/// The shortest TTL of a lease, in seconds: shorter ones are raised to it, as etcd does at its
/// default election timeout.
pub const MIN_LEASE_TTL: i64 = 2;

/// Milliseconds since the Unix epoch: leases end by the wall clock, so that a deadline holds over
/// reboots and between processes.
pub type UnixMillis = u64;

//! What the store refuses, in etcd's words.

use std::fmt;

use crate::error::Error;

/// An error of the store. The texts are those of etcd's `api/v3rpc/rpctypes/error.go`, because
/// clients match them.
#[derive(Debug)]
pub enum KvError {
    /// A request without a key (gRPC `InvalidArgument`).
    EmptyKey,
    /// `ignore_value` or `ignore_lease` on a key that does not exist (`InvalidArgument`).
    KeyNotFound,
    /// A value given together with `ignore_value` (`InvalidArgument`).
    ValueProvided,
    /// A lease given together with `ignore_lease` (`InvalidArgument`).
    LeaseProvided,
    /// More than [`super::store::MAX_TXN_OPS`] entries in a list (`InvalidArgument`).
    TooManyOps,
    /// One key changed twice in one transaction (`InvalidArgument`).
    DuplicateKey,
    /// More than [`super::store::MAX_REQUEST_BYTES`] (`InvalidArgument`).
    RequestTooLarge,
    /// An order of keys that does not exist (`InvalidArgument`).
    InvalidSortOption,
    /// A compare that does not exist (`InvalidArgument`); etcd, whose clients cannot make one,
    /// has no text for it.
    InvalidCompare,
    /// The revision asked for is below the compacted one (`OutOfRange`).
    Compacted,
    /// The revision asked for has not happened yet (`OutOfRange`).
    FutureRevision,
    /// No such lease (`NotFound`).
    LeaseNotFound,
    /// The lease id is in use (`FailedPrecondition`).
    LeaseExists,
    /// A TTL above [`super::store::MAX_LEASE_TTL`] (`OutOfRange`).
    LeaseTtlTooLarge,
    /// The storage below failed; carries what failed, why, and hints.
    Storage(Box<Error>),
}

impl KvError {
    /// Wraps a failure of the storage that has its message already.
    pub fn storage(error: Error) -> Self {
        Self::Storage(Box::new(error))
    }
}

impl fmt::Display for KvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EmptyKey => "etcdserver: key is not provided",
            Self::KeyNotFound => "etcdserver: key not found",
            Self::ValueProvided => "etcdserver: value is provided",
            Self::LeaseProvided => "etcdserver: lease is provided",
            Self::TooManyOps => "etcdserver: too many operations in txn request",
            Self::DuplicateKey => "etcdserver: duplicate key given in txn request",
            Self::RequestTooLarge => "etcdserver: request is too large",
            Self::InvalidSortOption => "etcdserver: invalid sort option",
            Self::InvalidCompare => "etcdserver: invalid compare in txn request",
            Self::Compacted => "etcdserver: mvcc: required revision has been compacted",
            Self::FutureRevision => "etcdserver: mvcc: required revision is a future revision",
            Self::LeaseNotFound => "etcdserver: requested lease not found",
            Self::LeaseExists => "etcdserver: lease already exists",
            Self::LeaseTtlTooLarge => "etcdserver: too large lease TTL",
            Self::Storage(error) => return error.fmt(f),
        })
    }
}

impl std::error::Error for KvError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Storage(error) => error.source(),
            _ => None,
        }
    }
}

impl From<KvError> for Error {
    fn from(error: KvError) -> Self {
        match error {
            KvError::Storage(error) => *error,
            KvError::LeaseNotFound | KvError::KeyNotFound => Self::not_found(error.to_string()),
            KvError::LeaseExists => Self::conflict(error.to_string()),
            _ => Self::failed(error.to_string()),
        }
    }
}

/// Reports a store that netpipe cannot have left like this, and what to do about it.
pub(super) fn damaged(why: &str) -> Error {
    Error::failed(format!("the key-value store is damaged: {why}"))
        .hint("restore the file from a backup, or move it away to start with an empty store")
}

/// Gives a redb failure its message and, where there is one, the way out.
fn from_redb(error: redb::Error) -> KvError {
    let out = match &error {
        redb::Error::Io(io) if io.kind() == std::io::ErrorKind::StorageFull => {
            Error::failed("cannot write the key-value store: the disk is full")
                .hint("nothing was changed; free some space and try again")
        }
        redb::Error::Io(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => {
            damaged("the file was cut off")
        }
        redb::Error::Io(io) if io.kind() == std::io::ErrorKind::InvalidData => {
            damaged("the disk returns something else than was written")
        }
        redb::Error::Corrupted(_) => damaged("its pages contradict each other"),
        _ => Error::failed("the key-value store failed"),
    };
    KvError::storage(out.because(error))
}

macro_rules! from_redb {
    ($($source:ty),* $(,)?) => {$(
        impl From<$source> for KvError {
            fn from(error: $source) -> Self {
                from_redb(error.into())
            }
        }
    )*};
}

from_redb!(
    redb::StorageError,
    redb::TableError,
    redb::CommitError,
    redb::TransactionError,
    redb::DatabaseError,
);

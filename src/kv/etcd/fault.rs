//! What a store's refusals and failures mean.

use tonic::{Code, Status};

use super::wire::{Wire, was_not_sent};
use crate::error::Error;
use crate::kv::KvError;

/// etcd's refusals that netpipe tells apart, by their texts.
const KNOWN: [fn() -> KvError; 13] = [
    || KvError::EmptyKey,
    || KvError::KeyNotFound,
    || KvError::ValueProvided,
    || KvError::LeaseProvided,
    || KvError::TooManyOps,
    || KvError::DuplicateKey,
    || KvError::RequestTooLarge,
    || KvError::InvalidSortOption,
    || KvError::Compacted,
    || KvError::FutureRevision,
    || KvError::LeaseNotFound,
    || KvError::LeaseExists,
    || KvError::LeaseTtlTooLarge,
];

const INVALID_TOKEN: &str = "etcdserver: invalid auth token";
const OLD_REVISION: &str = "etcdserver: revision of auth store is old";
const NO_USER: &str = "etcdserver: user name is empty";
const NO_AUTH: &str = "etcdserver: authentication is not enabled";
const WRONG_PASSWORD: &str = "etcdserver: authentication failed, invalid user ID or password";
const DENIED: &str = "etcdserver: permission denied";
const NO_SPACE: &str = "etcdserver: mvcc: database space exceeded";
const LEARNER: &str = "etcdserver: rpc not supported for learner";
const TOO_MANY: &str = "etcdserver: too many requests";

/// Whether a new token is wanted; etcd says so before it does anything.
pub(super) fn wants_token(status: &Status) -> bool {
    [INVALID_TOKEN, OLD_REVISION, NO_USER].contains(&status.message())
}

/// Whether there is no authentication.
pub(super) fn has_no_auth(status: &Status) -> bool {
    status.message() == NO_AUTH
}

/// Whether nothing was done and another member, or the same one later, may do it.
pub(super) fn was_not_done(status: &Status) -> bool {
    was_not_sent(status) || [LEARNER, TOO_MANY].contains(&status.message())
}

/// Whether another member may answer where this one did not. What was asked may have been done.
pub(super) fn is_of_member(status: &Status) -> bool {
    let by_code = matches!(
        status.code(),
        Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled
    );
    // What the transport reports has a cause; what a member answers has none.
    by_code || was_not_done(status) || std::error::Error::source(status).is_some()
}

/// A refusal as the store's own error.
pub(super) fn refusal(wire: &Wire, status: &Status) -> KvError {
    let known = KNOWN.iter().map(|known| known());
    let same = |known: &KvError| known.to_string() == status.message();
    if let Some(known) = known.into_iter().find(same) {
        return known;
    }
    // Above its own limit and half a megabyte, etcd leaves the refusal to gRPC.
    let too_large = status.code() == Code::ResourceExhausted;
    if too_large && status.message().contains("larger than max") {
        return KvError::RequestTooLarge;
    }
    KvError::storage(error(wire, status))
}

/// A failed call as netpipe's error: etcd's own words, and what to do.
pub fn error(wire: &Wire, status: &Status) -> Error {
    let text = status.message();
    let why = || match text.is_empty() {
        true => status.code().description().to_owned(),
        false => text.to_owned(),
    };
    match text {
        NO_USER => Error::failed("the store wants to know who asks").hint("give --kv-user"),
        WRONG_PASSWORD => Error::failed(why()).hint("see --kv-user and --kv-password-file"),
        DENIED => Error::failed(why())
            .hint("give another --kv-user, or a role that may read and write the keys of netpipe"),
        NO_SPACE => {
            Error::failed(why()).hint("compact and defragment the store, then disarm its alarm")
        }
        _ if is_of_member(status) => wire.unreachable(&why()),
        _ => Error::failed(format!("the store refused: {}", why())),
    }
}

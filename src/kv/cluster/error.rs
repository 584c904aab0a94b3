//! What a member answers when it refuses: etcd's gRPC codes and words.

use std::fmt;

use serde::{Deserialize, Serialize};
use tonic::{Code, Status};

use crate::error::Error;
use crate::kv::KvError;

/// Declares the errors that have a fixed code and text.
macro_rules! etcd_errors {
    ($($name:ident, $code:ident, $text:literal;)*) => {
        /// A refusal of a member, as etcd's clients know it: the codes and texts are those of
        /// etcd's `api/v3rpc/rpctypes/error.go` at 3.5, because clients match them.
        ///
        /// It can be sent to another member and kept with a request's result: a new one goes to
        /// the end of the list.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub enum EtcdError {
            $(#[doc = concat!("`", $text, "` (`", stringify!($code), "`).")] $name,)*
            /// What is not in that table.
            Other {
                /// gRPC's code.
                code: i32,
                /// The text.
                text: String,
            },
        }

        impl EtcdError {
            /// The gRPC code.
            pub fn code(&self) -> Code {
                match self {
                    $(Self::$name => Code::$code,)*
                    Self::Other { code, .. } => Code::from_i32(*code),
                }
            }

            /// The text that goes with the code.
            pub fn text(&self) -> &str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Other { text, .. } => text,
                }
            }

            /// The error that an answer of a member stands for, if it is one with a fixed text.
            pub fn from_text(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// Every error that has a fixed text.
            #[cfg(test)]
            pub(super) fn all() -> Vec<Self> {
                vec![$(Self::$name),*]
            }
        }
    };
}

etcd_errors! {
    EmptyKey, InvalidArgument, "etcdserver: key is not provided";
    KeyNotFound, InvalidArgument, "etcdserver: key not found";
    ValueProvided, InvalidArgument, "etcdserver: value is provided";
    LeaseProvided, InvalidArgument, "etcdserver: lease is provided";
    TooManyOps, InvalidArgument, "etcdserver: too many operations in txn request";
    DuplicateKey, InvalidArgument, "etcdserver: duplicate key given in txn request";
    InvalidClientApiVersion, InvalidArgument, "etcdserver: invalid client api version";
    InvalidSortOption, InvalidArgument, "etcdserver: invalid sort option";
    Compacted, OutOfRange, "etcdserver: mvcc: required revision has been compacted";
    FutureRevision, OutOfRange, "etcdserver: mvcc: required revision is a future revision";
    NoSpace, ResourceExhausted, "etcdserver: mvcc: database space exceeded";
    LeaseNotFound, NotFound, "etcdserver: requested lease not found";
    LeaseExists, FailedPrecondition, "etcdserver: lease already exists";
    LeaseTtlTooLarge, OutOfRange, "etcdserver: too large lease TTL";
    WatchCanceled, Cancelled, "etcdserver: watch canceled";
    MemberExists, FailedPrecondition, "etcdserver: member ID already exist";
    PeerUrlExists, FailedPrecondition, "etcdserver: Peer URLs already exists";
    MemberNotEnoughStarted, FailedPrecondition,
        "etcdserver: re-configuration failed due to not enough started members";
    MemberBadUrls, InvalidArgument, "etcdserver: given member URLs are invalid";
    MemberNotFound, NotFound, "etcdserver: member not found";
    MemberNotLearner, FailedPrecondition, "etcdserver: can only promote a learner member";
    LearnerNotReady, FailedPrecondition,
        "etcdserver: can only promote a learner member which is in sync with leader";
    TooManyLearners, FailedPrecondition, "etcdserver: too many learner members in cluster";
    ClusterIdMismatch, FailedPrecondition, "etcdserver: cluster ID mismatch";
    RequestTooLarge, InvalidArgument, "etcdserver: request is too large";
    TooManyRequests, ResourceExhausted, "etcdserver: too many requests";
    RootUserNotExist, FailedPrecondition, "etcdserver: root user does not exist";
    RootRoleNotExist, FailedPrecondition, "etcdserver: root user does not have root role";
    UserAlreadyExists, FailedPrecondition, "etcdserver: user name already exists";
    UserEmpty, InvalidArgument, "etcdserver: user name is empty";
    UserNotFound, FailedPrecondition, "etcdserver: user name not found";
    RoleAlreadyExists, FailedPrecondition, "etcdserver: role name already exists";
    RoleNotFound, FailedPrecondition, "etcdserver: role name not found";
    RoleEmpty, InvalidArgument, "etcdserver: role name is empty";
    AuthFailed, InvalidArgument,
        "etcdserver: authentication failed, invalid user ID or password";
    PermissionNotGiven, InvalidArgument, "etcdserver: permission not given";
    PermissionDenied, PermissionDenied, "etcdserver: permission denied";
    RoleNotGranted, FailedPrecondition, "etcdserver: role is not granted to the user";
    PermissionNotGranted, FailedPrecondition,
        "etcdserver: permission is not granted to the role";
    AuthNotEnabled, FailedPrecondition, "etcdserver: authentication is not enabled";
    InvalidAuthToken, Unauthenticated, "etcdserver: invalid auth token";
    InvalidAuthMgmt, InvalidArgument, "etcdserver: invalid auth management";
    AuthOldRevision, InvalidArgument, "etcdserver: revision of auth store is old";
    NoLeader, Unavailable, "etcdserver: no leader";
    NotLeader, FailedPrecondition, "etcdserver: not leader";
    LeaderChanged, Unavailable, "etcdserver: leader changed";
    NotCapable, Unavailable, "etcdserver: not capable";
    Stopped, Unavailable, "etcdserver: server stopped";
    Timeout, Unavailable, "etcdserver: request timed out";
    TimeoutLeaderFail, Unavailable,
        "etcdserver: request timed out, possibly due to previous leader failure";
    TimeoutConnectionLost, Unavailable,
        "etcdserver: request timed out, possibly due to connection lost";
    TimeoutWaitAppliedIndex, Unavailable,
        "etcdserver: request timed out, waiting for the applied index took too long";
    Unhealthy, Unavailable, "etcdserver: unhealthy cluster";
    Corrupt, DataLoss, "etcdserver: corrupt cluster";
    NotSupportedForLearner, Unavailable, "etcdserver: rpc not supported for learner";
    BadLeaderTransferee, FailedPrecondition, "etcdserver: bad leader transferee";
    ClusterVersionUnavailable, Unavailable,
        "etcdserver: cluster version not found during downgrade";
    WrongDowngradeVersionFormat, InvalidArgument,
        "etcdserver: wrong downgrade target version format";
    InvalidDowngradeTargetVersion, InvalidArgument,
        "etcdserver: invalid downgrade target version";
    DowngradeInProcess, FailedPrecondition,
        "etcdserver: cluster has a downgrade job in progress";
    NoInflightDowngrade, FailedPrecondition, "etcdserver: no inflight downgrade job";
    Canceled, Cancelled, "etcdserver: request canceled";
    DeadlineExceeded, DeadlineExceeded, "etcdserver: context deadline exceeded";
}

impl EtcdError {
    /// An error of a code and a text that are not in etcd's table.
    pub fn new(code: Code, text: impl Into<String>) -> Self {
        Self::Other {
            code: code.into(),
            text: text.into(),
        }
    }

    /// What etcd answers with the words of some other part of it, which it has no code for.
    pub fn unknown(text: impl Into<String>) -> Self {
        Self::new(Code::Unknown, text)
    }

    /// A failure of this member alone, such as of its disk.
    pub fn internal(text: impl fmt::Display) -> Self {
        Self::new(Code::Internal, format!("etcdserver: {text}"))
    }
}

impl fmt::Display for EtcdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl std::error::Error for EtcdError {}

impl From<EtcdError> for Status {
    fn from(error: EtcdError) -> Self {
        Self::new(error.code(), error.text())
    }
}

impl From<KvError> for EtcdError {
    fn from(error: KvError) -> Self {
        match error {
            KvError::EmptyKey => Self::EmptyKey,
            KvError::KeyNotFound => Self::KeyNotFound,
            KvError::ValueProvided => Self::ValueProvided,
            KvError::LeaseProvided => Self::LeaseProvided,
            KvError::TooManyOps => Self::TooManyOps,
            KvError::DuplicateKey => Self::DuplicateKey,
            KvError::RequestTooLarge => Self::RequestTooLarge,
            KvError::InvalidSortOption => Self::InvalidSortOption,
            error @ KvError::InvalidCompare => Self::new(Code::InvalidArgument, error.to_string()),
            KvError::Compacted => Self::Compacted,
            KvError::FutureRevision => Self::FutureRevision,
            KvError::LeaseNotFound => Self::LeaseNotFound,
            KvError::LeaseExists => Self::LeaseExists,
            KvError::LeaseTtlTooLarge => Self::LeaseTtlTooLarge,
            KvError::Storage(error) => Self::internal(error),
        }
    }
}

impl From<Error> for EtcdError {
    fn from(error: Error) -> Self {
        Self::internal(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_leads_back_to_its_error() {
        for error in EtcdError::all() {
            assert_eq!(EtcdError::from_text(error.text()), Some(error.clone()));
            let status = Status::from(error.clone());
            assert_eq!(status.code(), error.code());
            assert_eq!(status.message(), error.to_string());
        }
    }

    #[test]
    fn the_store_says_the_same_as_the_member() {
        for error in [
            KvError::EmptyKey,
            KvError::KeyNotFound,
            KvError::ValueProvided,
            KvError::LeaseProvided,
            KvError::TooManyOps,
            KvError::DuplicateKey,
            KvError::RequestTooLarge,
            KvError::InvalidSortOption,
            KvError::InvalidCompare,
            KvError::Compacted,
            KvError::FutureRevision,
            KvError::LeaseNotFound,
            KvError::LeaseExists,
            KvError::LeaseTtlTooLarge,
        ] {
            let text = error.to_string();
            assert_eq!(EtcdError::from(error).text(), text);
        }
    }
}

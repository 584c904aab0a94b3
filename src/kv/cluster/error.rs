//! What a server answers if it does not do what was asked: etcd's words and codes.

use serde::{Deserialize, Serialize};

use crate::kv::KvError;

/// An error as a client of etcd sees it: clients match the texts of etcd's
/// `api/v3rpc/rpctypes/error.go`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EtcdError {
    /// gRPC's code.
    pub code: i32,
    /// The text.
    pub text: String,
}

impl EtcdError {
    /// An error of a code and a text.
    pub fn new(code: tonic::Code, text: impl Into<String>) -> Self {
        Self {
            code: code as i32,
            text: text.into(),
        }
    }

    /// There is no leader to ask (`ErrGRPCNoLeader`).
    pub fn no_leader() -> Self {
        Self::new(tonic::Code::Unavailable, "etcdserver: no leader")
    }
}

impl From<KvError> for EtcdError {
    fn from(error: KvError) -> Self {
        use tonic::Code;
        let code = match &error {
            KvError::Compacted | KvError::FutureRevision | KvError::LeaseTtlTooLarge => {
                Code::OutOfRange
            }
            KvError::LeaseNotFound => Code::NotFound,
            KvError::LeaseExists => Code::FailedPrecondition,
            KvError::Storage(_) => Code::Internal,
            _ => Code::InvalidArgument,
        };
        Self::new(code, error.to_string())
    }
}

impl From<EtcdError> for tonic::Status {
    fn from(error: EtcdError) -> Self {
        Self::new(error.code.into(), error.text)
    }
}

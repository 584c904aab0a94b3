//! Answers.

use pb::response_op::Response;

use super::{header, pb, revision};
use crate::kv::{
    DeleteResponse, KvError, LeaseGrant, LeaseTtl, OpResponse, PutResponse, RangeResponse,
    TxnResponse,
};

impl From<pb::RangeResponse> for RangeResponse {
    fn from(from: pb::RangeResponse) -> Self {
        Self {
            revision: revision(from.header.as_ref()),
            kvs: from.kvs.into_iter().map(Into::into).collect(),
            more: from.more,
            count: from.count,
        }
    }
}

impl From<RangeResponse> for pb::RangeResponse {
    fn from(from: RangeResponse) -> Self {
        Self {
            header: Some(header(from.revision)),
            kvs: from.kvs.into_iter().map(Into::into).collect(),
            more: from.more,
            count: from.count,
        }
    }
}

impl From<pb::PutResponse> for PutResponse {
    fn from(from: pb::PutResponse) -> Self {
        Self {
            revision: revision(from.header.as_ref()),
            prev_kv: from.prev_kv.map(Into::into),
        }
    }
}

impl From<PutResponse> for pb::PutResponse {
    fn from(from: PutResponse) -> Self {
        Self {
            header: Some(header(from.revision)),
            prev_kv: from.prev_kv.map(Into::into),
        }
    }
}

impl From<pb::DeleteRangeResponse> for DeleteResponse {
    fn from(from: pb::DeleteRangeResponse) -> Self {
        Self {
            revision: revision(from.header.as_ref()),
            deleted: from.deleted,
            prev_kvs: from.prev_kvs.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<DeleteResponse> for pb::DeleteRangeResponse {
    fn from(from: DeleteResponse) -> Self {
        Self {
            header: Some(header(from.revision)),
            deleted: from.deleted,
            prev_kvs: from.prev_kvs.into_iter().map(Into::into).collect(),
        }
    }
}

/// Refused: an answer to an operation that is none, which no server gives.
impl TryFrom<pb::TxnResponse> for TxnResponse {
    type Error = KvError;

    fn try_from(from: pb::TxnResponse) -> Result<Self, KvError> {
        let responses = from.responses.into_iter().map(TryInto::try_into);
        Ok(Self {
            revision: revision(from.header.as_ref()),
            succeeded: from.succeeded,
            responses: responses.collect::<Result<_, _>>()?,
        })
    }
}

impl TryFrom<pb::ResponseOp> for OpResponse {
    type Error = KvError;

    fn try_from(from: pb::ResponseOp) -> Result<Self, KvError> {
        Ok(match from.response {
            Some(Response::ResponseRange(range)) => Self::Range(range.into()),
            Some(Response::ResponsePut(put)) => Self::Put(put.into()),
            Some(Response::ResponseDeleteRange(delete)) => Self::Delete(delete.into()),
            // How deep it can be, prost bounds when it reads it.
            Some(Response::ResponseTxn(nested)) => Self::Txn(nested.try_into()?),
            None => {
                let empty = "the store answered an operation with nothing";
                return Err(KvError::storage(crate::Error::failed(empty)));
            }
        })
    }
}

impl From<TxnResponse> for pb::TxnResponse {
    fn from(from: TxnResponse) -> Self {
        Self {
            header: Some(header(from.revision)),
            succeeded: from.succeeded,
            responses: from.responses.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<OpResponse> for pb::ResponseOp {
    fn from(from: OpResponse) -> Self {
        let response = match from {
            OpResponse::Range(range) => Response::ResponseRange(range.into()),
            OpResponse::Put(put) => Response::ResponsePut(put.into()),
            OpResponse::Delete(delete) => Response::ResponseDeleteRange(delete.into()),
            OpResponse::Txn(nested) => Response::ResponseTxn(nested.into()),
        };
        Self {
            response: Some(response),
        }
    }
}

impl From<pb::LeaseGrantResponse> for LeaseGrant {
    fn from(from: pb::LeaseGrantResponse) -> Self {
        Self {
            id: from.id,
            ttl: from.ttl,
            revision: revision(from.header.as_ref()),
        }
    }
}

impl From<LeaseGrant> for pb::LeaseGrantResponse {
    fn from(from: LeaseGrant) -> Self {
        Self {
            header: Some(header(from.revision)),
            id: from.id,
            ttl: from.ttl,
            error: String::new(),
        }
    }
}

impl From<pb::LeaseTimeToLiveResponse> for LeaseTtl {
    fn from(from: pb::LeaseTimeToLiveResponse) -> Self {
        Self {
            id: from.id,
            ttl: from.ttl,
            granted_ttl: from.granted_ttl,
            keys: from.keys,
            revision: revision(from.header.as_ref()),
        }
    }
}

impl From<LeaseTtl> for pb::LeaseTimeToLiveResponse {
    fn from(from: LeaseTtl) -> Self {
        Self {
            header: Some(header(from.revision)),
            id: from.id,
            ttl: from.ttl,
            granted_ttl: from.granted_ttl,
            keys: from.keys,
        }
    }
}

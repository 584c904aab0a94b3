//! etcd's messages and the store's own types, each made from the other: a server reads requests
//! and writes answers, a client the other way round.
//!
//! What a message says without a meaning, such as an order that does not exist, is refused with
//! etcd's text. A header made here has only its revision: a server adds who it is.

mod request;
mod response;

use super::KeyValue;
use super::proto::{etcdserverpb as pb, mvccpb};

/// How deep transactions may lie within each other. Each level takes one of the 128 operations
/// that the whole may have, so etcd's own bound is not much higher.
pub const MAX_DEPTH: usize = 64;

impl From<mvccpb::KeyValue> for KeyValue {
    fn from(from: mvccpb::KeyValue) -> Self {
        Self {
            key: from.key,
            value: from.value,
            create_revision: from.create_revision,
            mod_revision: from.mod_revision,
            version: from.version,
            lease: from.lease,
        }
    }
}

impl From<KeyValue> for mvccpb::KeyValue {
    fn from(from: KeyValue) -> Self {
        Self {
            key: from.key,
            value: from.value,
            create_revision: from.create_revision,
            mod_revision: from.mod_revision,
            version: from.version,
            lease: from.lease,
        }
    }
}

/// A header that says only at which revision the store is.
pub fn header(revision: i64) -> pb::ResponseHeader {
    pb::ResponseHeader {
        revision,
        ..pb::ResponseHeader::default()
    }
}

/// The revision in a header; 0 without one.
pub fn revision(header: Option<&pb::ResponseHeader>) -> i64 {
    header.map_or(0, |header| header.revision)
}

#[cfg(test)]
mod tests {
    use super::pb;
    use crate::kv::{
        Compare, CompareOp, CompareTarget, DeleteRequest, DeleteResponse, KeyValue, KvError, Op,
        OpResponse, PutRequest, PutResponse, RangeRequest, RangeResponse, SortOrder, SortTarget,
        Txn, TxnResponse,
    };

    fn range() -> RangeRequest {
        RangeRequest {
            key: b"a".to_vec(),
            range_end: b"b".to_vec(),
            limit: 1,
            revision: 2,
            sort_order: SortOrder::Descend,
            sort_target: SortTarget::Value,
            serializable: true,
            keys_only: true,
            count_only: true,
            min_mod_revision: 3,
            max_mod_revision: 4,
            min_create_revision: 5,
            max_create_revision: 6,
        }
    }

    fn txn() -> Txn {
        let put = PutRequest {
            key: b"a".to_vec(),
            value: b"v".to_vec(),
            lease: 7,
            prev_kv: true,
            ignore_value: true,
            ignore_lease: true,
        };
        let delete = DeleteRequest {
            key: b"a".to_vec(),
            range_end: b"b".to_vec(),
            prev_kv: true,
        };
        let targets = [
            CompareTarget::Version(1),
            CompareTarget::Create(2),
            CompareTarget::Mod(3),
            CompareTarget::Value(b"v".to_vec()),
            CompareTarget::Lease(4),
        ];
        let ops = [
            CompareOp::Equal,
            CompareOp::NotEqual,
            CompareOp::Less,
            CompareOp::Greater,
            CompareOp::Equal,
        ];
        let compares = ops.into_iter().zip(targets);
        Txn::when(compares.map(|(op, target)| Compare::new("k", op, target).over("z")))
            .then([Op::Put(put), Op::DeleteRange(delete)])
            .otherwise([Op::Range(range()), Op::Txn(Txn::all([Op::get("x")]))])
    }

    #[test]
    fn requests_come_back_as_they_were() {
        let sent = pb::RangeRequest::from(range());
        assert_eq!(RangeRequest::try_from(sent).unwrap(), range());
        let sent = pb::TxnRequest::from(txn());
        assert_eq!(Txn::try_from(sent).unwrap(), txn());
    }

    #[test]
    fn answers_come_back_as_they_were() {
        let pair = KeyValue {
            key: b"a".to_vec(),
            value: b"v".to_vec(),
            create_revision: 1,
            mod_revision: 2,
            version: 3,
            lease: 4,
        };
        let responses = vec![
            OpResponse::Put(PutResponse {
                revision: 9,
                prev_kv: Some(pair.clone()),
            }),
            OpResponse::Delete(DeleteResponse {
                revision: 9,
                deleted: 2,
                prev_kvs: vec![pair.clone()],
            }),
            OpResponse::Range(RangeResponse {
                revision: 9,
                kvs: vec![pair],
                more: true,
                count: 8,
            }),
            OpResponse::Txn(TxnResponse::default()),
        ];
        let answer = TxnResponse {
            revision: 9,
            succeeded: true,
            responses,
        };
        let sent = pb::TxnResponse::from(answer.clone());
        assert_eq!(TxnResponse::try_from(sent).unwrap(), answer);
    }

    #[test]
    fn what_has_no_meaning_is_refused() {
        let odd = pb::RangeRequest {
            sort_order: 9,
            ..pb::RangeRequest::from(range())
        };
        let refused = RangeRequest::try_from(odd).unwrap_err();
        assert!(matches!(refused, KvError::InvalidSortOption));
        let empty = pb::TxnRequest {
            success: vec![pb::RequestOp { request: None }],
            ..pb::TxnRequest::default()
        };
        let refused = Txn::try_from(empty).unwrap_err();
        assert!(matches!(refused, KvError::KeyNotFound));
        let nest = |inner: Txn| Txn::all([Op::Txn(inner)]);
        let deep = (0..=super::MAX_DEPTH).fold(Txn::default(), |inner, _| nest(inner));
        let refused = Txn::try_from(pb::TxnRequest::from(deep)).unwrap_err();
        assert!(matches!(refused, KvError::TooManyOps));
    }
}

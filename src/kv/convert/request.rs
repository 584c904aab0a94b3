//! Requests.

use pb::compare::{CompareResult, CompareTarget as Target, TargetUnion};
use pb::range_request as range;
use pb::request_op::Request;

use super::{MAX_DEPTH, pb};
use crate::kv::{
    Compare, CompareOp, CompareTarget, DeleteRequest, KvError, Op, PutRequest, RangeRequest,
    SortOrder, SortTarget, Txn,
};

impl TryFrom<pb::RangeRequest> for RangeRequest {
    type Error = KvError;

    fn try_from(from: pb::RangeRequest) -> Result<Self, KvError> {
        let order = range::SortOrder::try_from(from.sort_order);
        let target = range::SortTarget::try_from(from.sort_target);
        Ok(Self {
            key: from.key,
            range_end: from.range_end,
            limit: from.limit,
            revision: from.revision,
            sort_order: match order.map_err(|_| KvError::InvalidSortOption)? {
                range::SortOrder::None => SortOrder::None,
                range::SortOrder::Ascend => SortOrder::Ascend,
                range::SortOrder::Descend => SortOrder::Descend,
            },
            sort_target: match target.map_err(|_| KvError::InvalidSortOption)? {
                range::SortTarget::Key => SortTarget::Key,
                range::SortTarget::Version => SortTarget::Version,
                range::SortTarget::Create => SortTarget::Create,
                range::SortTarget::Mod => SortTarget::Mod,
                range::SortTarget::Value => SortTarget::Value,
            },
            serializable: from.serializable,
            keys_only: from.keys_only,
            count_only: from.count_only,
            min_mod_revision: from.min_mod_revision,
            max_mod_revision: from.max_mod_revision,
            min_create_revision: from.min_create_revision,
            max_create_revision: from.max_create_revision,
        })
    }
}

impl From<RangeRequest> for pb::RangeRequest {
    fn from(from: RangeRequest) -> Self {
        let order = match from.sort_order {
            SortOrder::None => range::SortOrder::None,
            SortOrder::Ascend => range::SortOrder::Ascend,
            SortOrder::Descend => range::SortOrder::Descend,
        };
        let target = match from.sort_target {
            SortTarget::Key => range::SortTarget::Key,
            SortTarget::Version => range::SortTarget::Version,
            SortTarget::Create => range::SortTarget::Create,
            SortTarget::Mod => range::SortTarget::Mod,
            SortTarget::Value => range::SortTarget::Value,
        };
        Self {
            key: from.key,
            range_end: from.range_end,
            limit: from.limit,
            revision: from.revision,
            sort_order: order.into(),
            sort_target: target.into(),
            serializable: from.serializable,
            keys_only: from.keys_only,
            count_only: from.count_only,
            min_mod_revision: from.min_mod_revision,
            max_mod_revision: from.max_mod_revision,
            min_create_revision: from.min_create_revision,
            max_create_revision: from.max_create_revision,
        }
    }
}

impl From<pb::PutRequest> for PutRequest {
    fn from(from: pb::PutRequest) -> Self {
        Self {
            key: from.key,
            value: from.value,
            lease: from.lease,
            prev_kv: from.prev_kv,
            ignore_value: from.ignore_value,
            ignore_lease: from.ignore_lease,
        }
    }
}

impl From<PutRequest> for pb::PutRequest {
    fn from(from: PutRequest) -> Self {
        Self {
            key: from.key,
            value: from.value,
            lease: from.lease,
            prev_kv: from.prev_kv,
            ignore_value: from.ignore_value,
            ignore_lease: from.ignore_lease,
        }
    }
}

impl From<pb::DeleteRangeRequest> for DeleteRequest {
    fn from(from: pb::DeleteRangeRequest) -> Self {
        Self {
            key: from.key,
            range_end: from.range_end,
            prev_kv: from.prev_kv,
        }
    }
}

impl From<DeleteRequest> for pb::DeleteRangeRequest {
    fn from(from: DeleteRequest) -> Self {
        Self {
            key: from.key,
            range_end: from.range_end,
            prev_kv: from.prev_kv,
        }
    }
}

impl TryFrom<pb::Compare> for Compare {
    type Error = KvError;

    fn try_from(from: pb::Compare) -> Result<Self, KvError> {
        let result = CompareResult::try_from(from.result);
        let target = Target::try_from(from.target);
        // As Go reads it: a union of another kind than the target stands for zero.
        let number = match (&target, &from.target_union) {
            (Ok(Target::Version), Some(TargetUnion::Version(number)))
            | (Ok(Target::Create), Some(TargetUnion::CreateRevision(number)))
            | (Ok(Target::Mod), Some(TargetUnion::ModRevision(number)))
            | (Ok(Target::Lease), Some(TargetUnion::Lease(number))) => *number,
            _ => 0,
        };
        Ok(Self {
            key: from.key,
            range_end: from.range_end,
            op: match result.map_err(|_| KvError::InvalidCompare)? {
                CompareResult::Equal => CompareOp::Equal,
                CompareResult::NotEqual => CompareOp::NotEqual,
                CompareResult::Less => CompareOp::Less,
                CompareResult::Greater => CompareOp::Greater,
            },
            target: match target.map_err(|_| KvError::InvalidCompare)? {
                Target::Version => CompareTarget::Version(number),
                Target::Create => CompareTarget::Create(number),
                Target::Mod => CompareTarget::Mod(number),
                Target::Lease => CompareTarget::Lease(number),
                Target::Value => CompareTarget::Value(match from.target_union {
                    Some(TargetUnion::Value(value)) => value,
                    _ => Vec::new(),
                }),
            },
        })
    }
}

impl From<Compare> for pb::Compare {
    fn from(from: Compare) -> Self {
        let result = match from.op {
            CompareOp::Equal => CompareResult::Equal,
            CompareOp::NotEqual => CompareResult::NotEqual,
            CompareOp::Less => CompareResult::Less,
            CompareOp::Greater => CompareResult::Greater,
        };
        let (target, union) = match from.target {
            CompareTarget::Version(number) => (Target::Version, TargetUnion::Version(number)),
            CompareTarget::Create(number) => (Target::Create, TargetUnion::CreateRevision(number)),
            CompareTarget::Mod(number) => (Target::Mod, TargetUnion::ModRevision(number)),
            CompareTarget::Value(value) => (Target::Value, TargetUnion::Value(value)),
            CompareTarget::Lease(number) => (Target::Lease, TargetUnion::Lease(number)),
        };
        Self {
            result: result.into(),
            target: target.into(),
            key: from.key,
            range_end: from.range_end,
            target_union: Some(union),
        }
    }
}

impl TryFrom<pb::TxnRequest> for Txn {
    type Error = KvError;

    fn try_from(from: pb::TxnRequest) -> Result<Self, KvError> {
        txn(from, MAX_DEPTH)
    }
}

fn txn(from: pb::TxnRequest, depth: usize) -> Result<Txn, KvError> {
    let depth = depth.checked_sub(1).ok_or(KvError::TooManyOps)?;
    let ops = |list: Vec<pb::RequestOp>| -> Result<Vec<Op>, KvError> {
        list.into_iter().map(|one| op(one, depth)).collect()
    };
    let compares = from.compare.into_iter().map(Compare::try_from);
    Ok(Txn {
        compares: compares.collect::<Result<_, _>>()?,
        success: ops(from.success)?,
        failure: ops(from.failure)?,
    })
}

fn op(from: pb::RequestOp, depth: usize) -> Result<Op, KvError> {
    // etcd refuses an operation that is none with this text (`checkRequestOp`).
    Ok(match from.request.ok_or(KvError::KeyNotFound)? {
        Request::RequestRange(range) => Op::Range(range.try_into()?),
        Request::RequestPut(put) => Op::Put(put.into()),
        Request::RequestDeleteRange(delete) => Op::DeleteRange(delete.into()),
        Request::RequestTxn(nested) => Op::Txn(txn(nested, depth)?),
    })
}

impl From<Txn> for pb::TxnRequest {
    fn from(from: Txn) -> Self {
        Self {
            compare: from.compares.into_iter().map(Into::into).collect(),
            success: from.success.into_iter().map(Into::into).collect(),
            failure: from.failure.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Op> for pb::RequestOp {
    fn from(from: Op) -> Self {
        let request = match from {
            Op::Range(range) => Request::RequestRange(range.into()),
            Op::Put(put) => Request::RequestPut(put.into()),
            Op::DeleteRange(delete) => Request::RequestDeleteRange(delete.into()),
            Op::Txn(nested) => Request::RequestTxn(nested.into()),
        };
        Self {
            request: Some(request),
        }
    }
}

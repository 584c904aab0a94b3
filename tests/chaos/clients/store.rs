//! As much of a store as the registry needs for addresses, over the connection of one member.
//! An answer that did not come is an error: whether the change was made is not known.

use std::time::Duration;

use netpipe::error::Error;
use netpipe::kv::proto::etcdserverpb as pb;
use netpipe::kv::proto::mvccpb;
use netpipe::kv::{
    Compare, CompareTarget, Kv, KvError, KeyValue, LeaseGrant, LeaseId, LeaseTtl, Op, RangeRequest,
    RangeResponse, Result, Revision, Txn, TxnResponse,
};
use pb::compare::TargetUnion;
use pb::kv_client::KvClient;
use pb::request_op::Request;
use tokio::runtime::Runtime;

use super::connection::channel;

/// A store behind one member.
#[derive(Debug)]
pub struct Store {
    runtime: Runtime,
    client: KvClient<tonic::transport::Channel>,
}

fn failed(why: impl std::fmt::Display) -> KvError {
    KvError::storage(Error::failed(format!("no answer: {why}")))
}

impl Store {
    /// Connects when it is first used.
    pub fn new(url: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let client = {
            let _inside = runtime.enter();
            KvClient::new(channel(url))
        };
        Self { runtime, client }
    }

    fn wait<T>(
        &self,
        work: impl Future<Output = std::result::Result<tonic::Response<T>, tonic::Status>>,
    ) -> Result<T> {
        let longest = Duration::from_secs(3);
        let done = async { tokio::time::timeout(longest, work).await };
        let answer = self.runtime.block_on(done).map_err(failed)?;
        Ok(answer.map_err(failed)?.into_inner())
    }
}

fn unused<T>() -> Result<T> {
    Err(failed("the registry of addresses does not ask for that"))
}

fn pair(kv: mvccpb::KeyValue) -> KeyValue {
    KeyValue {
        key: kv.key,
        value: kv.value,
        create_revision: kv.create_revision,
        mod_revision: kv.mod_revision,
        version: kv.version,
        lease: kv.lease,
    }
}

fn compare(compare: &Compare) -> Result<pb::Compare> {
    use pb::compare::CompareTarget as Target;
    let (target, union) = match &compare.target {
        CompareTarget::Create(revision) => (Target::Create, TargetUnion::CreateRevision(*revision)),
        CompareTarget::Mod(revision) => (Target::Mod, TargetUnion::ModRevision(*revision)),
        _ => return unused(),
    };
    Ok(pb::Compare {
        result: pb::compare::CompareResult::Equal.into(),
        target: target.into(),
        key: compare.key.clone(),
        target_union: Some(union),
        ..Default::default()
    })
}

fn operation(op: &Op) -> Result<pb::RequestOp> {
    let request = match op {
        Op::Put(put) => Request::RequestPut(pb::PutRequest {
            key: put.key.clone(),
            value: put.value.clone(),
            ..Default::default()
        }),
        Op::DeleteRange(delete) => Request::RequestDeleteRange(pb::DeleteRangeRequest {
            key: delete.key.clone(),
            ..Default::default()
        }),
        _ => return unused(),
    };
    Ok(pb::RequestOp {
        request: Some(request),
    })
}

impl Kv for Store {
    fn range(&self, request: &RangeRequest) -> Result<RangeResponse> {
        let request = pb::RangeRequest {
            key: request.key.clone(),
            range_end: request.range_end.clone(),
            ..Default::default()
        };
        let found = self.wait(self.client.clone().range(request))?;
        Ok(RangeResponse {
            revision: found.header.map_or(0, |header| header.revision),
            kvs: found.kvs.into_iter().map(pair).collect(),
            more: found.more,
            count: found.count,
        })
    }

    fn txn(&self, txn: &Txn) -> Result<TxnResponse> {
        let request = pb::TxnRequest {
            compare: txn.compares.iter().map(compare).collect::<Result<_>>()?,
            success: txn.success.iter().map(operation).collect::<Result<_>>()?,
            failure: Vec::new(),
        };
        let done = self.wait(self.client.clone().txn(request))?;
        Ok(TxnResponse {
            revision: done.header.map_or(0, |header| header.revision),
            succeeded: done.succeeded,
            responses: Vec::new(),
        })
    }

    fn compact(&self, _: Revision) -> Result<Revision> {
        unused()
    }

    fn lease_grant(&self, _: i64, _: LeaseId) -> Result<LeaseGrant> {
        unused()
    }

    fn lease_revoke(&self, _: LeaseId) -> Result<Revision> {
        unused()
    }

    fn lease_keepalive(&self, _: LeaseId) -> Result<i64> {
        unused()
    }

    fn lease_time_to_live(&self, _: LeaseId, _: bool) -> Result<LeaseTtl> {
        unused()
    }

    fn leases(&self) -> Result<Vec<LeaseId>> {
        unused()
    }
}

//! The service `KV`.

use tonic::{Request, Response, Status};

use super::Services;
use crate::kv::cluster::{Change, Command, EtcdError, Reply};
use crate::kv::proto::etcdserverpb as pb;
use crate::kv::{Op, OpResponse, PutRequest, RangeRequest, Txn};

#[tonic::async_trait]
impl pb::kv_server::Kv for Services {
    async fn range(
        &self,
        request: Request<pb::RangeRequest>,
    ) -> Result<Response<pb::RangeResponse>, Status> {
        let request = request.into_inner();
        let machine = if request.serializable {
            self.node.machine()
        } else {
            self.node.linearized().await?
        };
        let read = RangeRequest::range(request.key, request.range_end);
        let found = machine
            .read(|reader| reader.range(&read))
            .map_err(EtcdError::from)?;
        Ok(Response::new(pb::RangeResponse {
            header: self.header(found.revision),
            count: found.count,
            more: found.more,
            ..Default::default()
        }))
    }

    async fn put(
        &self,
        request: Request<pb::PutRequest>,
    ) -> Result<Response<pb::PutResponse>, Status> {
        let request = request.into_inner();
        let put = Op::Put(PutRequest {
            key: request.key,
            value: request.value,
            lease: request.lease,
            prev_kv: request.prev_kv,
            ignore_value: request.ignore_value,
            ignore_lease: request.ignore_lease,
        });
        let outcome = self
            .node
            .propose(Command::own(Change::Txn(Txn::all([put]))))
            .await?;
        let _previous = match outcome.result? {
            Reply::Txn(done) => match done.responses.into_iter().next() {
                Some(OpResponse::Put(put)) => put.prev_kv,
                _ => None,
            },
            _ => None,
        };
        Ok(Response::new(pb::PutResponse {
            header: self.header(outcome.revision),
            prev_kv: None,
        }))
    }

    async fn delete_range(
        &self,
        _request: Request<pb::DeleteRangeRequest>,
    ) -> Result<Response<pb::DeleteRangeResponse>, Status> {
        Err(Status::unimplemented("not served yet"))
    }

    async fn txn(
        &self,
        _request: Request<pb::TxnRequest>,
    ) -> Result<Response<pb::TxnResponse>, Status> {
        Err(Status::unimplemented("not served yet"))
    }

    async fn compact(
        &self,
        _request: Request<pb::CompactionRequest>,
    ) -> Result<Response<pb::CompactionResponse>, Status> {
        Err(Status::unimplemented("not served yet"))
    }
}

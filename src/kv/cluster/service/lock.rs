//! The service `Lock` (etcd: `server/etcdserver/api/v3lock` on `concurrency.Mutex`).

use tonic::{Request, Response, Status};

use super::Services;
use super::kv::out_of_place;
use super::session::{Entry, by_creation, unknown, without_code};
use crate::kv::cluster::EtcdError;
use crate::kv::proto::v3lockpb as pb;
use crate::kv::{Compare, KeyValue, Op, OpResponse, RangeRequest, SortOrder, Txn};

#[tonic::async_trait]
impl pb::lock_server::Lock for Services {
    async fn lock(
        &self,
        request: Request<pb::LockRequest>,
    ) -> Result<Response<pb::LockResponse>, Status> {
        let who = self.identify(&request).await?;
        let pb::LockRequest { name, lease } = request.into_inner();
        let lease = self.session(&who, lease).await?;
        let key = [&name[..], format!("/{lease:x}").as_bytes()].concat();
        let owner = || Op::Range(by_creation(&name, SortOrder::Ascend));
        let enter = Txn::when([Compare::missing(key.clone())])
            .then([Op::put_leased(key.clone(), "", lease), owner()])
            .otherwise([Op::get(key.clone()), owner()]);
        let done = self.transact(who.clone(), enter).await;
        let (revision, done) = done.map_err(|status| without_code(&status))?;
        let mut responses = done.responses.into_iter();
        let created = match responses.next() {
            Some(OpResponse::Put(_)) => revision,
            Some(own) => first(own).ok_or_else(out_of_place)?.create_revision,
            None => return Err(out_of_place()),
        };
        let entry = Entry::new(self, &who, key, created);
        let owner = responses.next().and_then(first);
        if owner.is_none_or(|owner| owner.create_revision == created) {
            let header = self.header(revision);
            let key = entry.keep();
            return Ok(Response::new(pb::LockResponse { header, key }));
        }
        self.wait_for_those_before(&who, &name, created).await?;
        // The lease may have ended while it waited.
        let own = self
            .look(&who, &RangeRequest::key(entry.key.clone()))
            .await?;
        if own.kvs.is_empty() {
            entry.keep();
            return Err(Status::unknown("mutex: session is expired"));
        }
        Ok(Response::new(pb::LockResponse {
            header: self.header(own.revision),
            key: entry.keep(),
        }))
    }

    async fn unlock(
        &self,
        request: Request<pb::UnlockRequest>,
    ) -> Result<Response<pb::UnlockResponse>, Status> {
        let who = self.identify(&request).await?;
        let key = request.into_inner().key;
        if key.is_empty() {
            return Err(unknown(&EtcdError::EmptyKey));
        }
        let done = self.transact(who, Txn::all([Op::delete(key)])).await;
        let (revision, _) = done.map_err(|status| without_code(&status))?;
        Ok(Response::new(pb::UnlockResponse {
            header: self.header(revision),
        }))
    }
}

/// The first key of a read.
fn first(response: OpResponse) -> Option<KeyValue> {
    match response {
        OpResponse::Range(found) => found.kvs.into_iter().next(),
        _ => None,
    }
}

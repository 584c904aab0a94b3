//! The service `KV`.

use prost::Message as _;
use tonic::{Request, Response, Status};

use super::Services;
use crate::kv::cluster::auth::Access;
use crate::kv::cluster::machine::{Alarm, AlarmKind, AlarmRequest, Machine};
use crate::kv::cluster::{Change, Command, EtcdError, Identity, Outcome, Reply};
use crate::kv::proto::etcdserverpb as pb;
use crate::kv::proto::etcdserverpb::request_op::Request as Asked;
use crate::kv::store::check_txn;
use crate::kv::{
    DeleteRequest, Op, OpResponse, PutRequest, RangeRequest, RangeResponse, Txn, TxnResponse,
};

/// What the log adds to a request: the most that etcd's `InternalRaftRequest` does.
const FRAME_BYTES: usize = 24;

/// What a key takes besides itself and its value (etcd: `kvOverhead`).
const KV_BYTES: usize = 256;

#[tonic::async_trait]
impl pb::kv_server::Kv for Services {
    async fn range(
        &self,
        request: Request<pb::RangeRequest>,
    ) -> Result<Response<pb::RangeResponse>, Status> {
        if request.get_ref().key.is_empty() {
            return Err(EtcdError::EmptyKey.into());
        }
        let who = self.identify(&request).await?;
        let range = RangeRequest::try_from(request.into_inner()).map_err(EtcdError::from)?;
        if !range.serializable && self.is_learner() {
            return Err(EtcdError::NotSupportedForLearner.into());
        }
        let found = self.get(&who, &range).await?;
        let header = self.header(found.revision);
        Ok(Response::new(pb::RangeResponse {
            header,
            ..found.into()
        }))
    }

    async fn put(
        &self,
        request: Request<pb::PutRequest>,
    ) -> Result<Response<pb::PutResponse>, Status> {
        check_put(request.get_ref())?;
        let bytes = request.get_ref().key.len() + request.get_ref().value.len();
        self.check_size(bytes)?;
        self.check_room(KV_BYTES + bytes).await?;
        let who = self.identify(&request).await?;
        let put = PutRequest::from(request.into_inner());
        let (revision, done) = self.one(who, Op::Put(put)).await?;
        let OpResponse::Put(done) = done else {
            return Err(out_of_place());
        };
        Ok(Response::new(pb::PutResponse {
            header: self.header(revision),
            prev_kv: done.prev_kv.map(Into::into),
        }))
    }

    async fn delete_range(
        &self,
        request: Request<pb::DeleteRangeRequest>,
    ) -> Result<Response<pb::DeleteRangeResponse>, Status> {
        if request.get_ref().key.is_empty() {
            return Err(EtcdError::EmptyKey.into());
        }
        self.check_size(request.get_ref().encoded_len())?;
        let who = self.identify(&request).await?;
        let delete = DeleteRequest::from(request.into_inner());
        let (revision, done) = self.one(who, Op::DeleteRange(delete)).await?;
        let OpResponse::Delete(done) = done else {
            return Err(out_of_place());
        };
        let header = self.header(revision);
        Ok(Response::new(pb::DeleteRangeResponse {
            header,
            ..done.into()
        }))
    }

    async fn txn(
        &self,
        request: Request<pb::TxnRequest>,
    ) -> Result<Response<pb::TxnResponse>, Status> {
        check_shape(request.get_ref(), self.node.config().max_txn_ops)?;
        let who = self.identify(&request).await?;
        let size = request.get_ref().encoded_len();
        let reads = Reads::of(request.get_ref());
        let puts = has_put(request.get_ref());
        let txn = Txn::try_from(request.into_inner()).map_err(EtcdError::from)?;
        let (revision, done) = match reads {
            Reads::Not => {
                self.check_size(size)?;
                if puts {
                    self.check_room(KV_BYTES + size).await?;
                }
                check_txn(&txn).map_err(EtcdError::from)?;
                self.transact(who, txn).await?
            }
            reads => {
                self.read_only(who, txn, reads == Reads::Serializable)
                    .await?
            }
        };
        let header = self.header(revision);
        Ok(Response::new(pb::TxnResponse {
            header,
            ..done.into()
        }))
    }

    async fn compact(
        &self,
        request: Request<pb::CompactionRequest>,
    ) -> Result<Response<pb::CompactionResponse>, Status> {
        let who = self.admin(&request).await?;
        let compact = request.into_inner();
        let outcome = self.propose(who, Change::Compact(compact.revision)).await?;
        outcome.result?;
        // What was superseded is gone from the tables with the command: a physical compaction
        // has nothing more to wait for.
        Ok(Response::new(pb::CompactionResponse {
            header: self.header(outcome.revision),
        }))
    }
}

impl Services {
    /// The state to read: this member's own, or one that has all that was acknowledged.
    pub(super) async fn at_least(&self, serializable: bool) -> Result<&Machine, EtcdError> {
        if serializable {
            Ok(self.node.machine())
        } else {
            self.node.linearized().await
        }
    }

    /// Reads a range, if that is permitted.
    pub(super) async fn get(
        &self,
        who: &Identity,
        range: &RangeRequest,
    ) -> Result<RangeResponse, EtcdError> {
        let machine = self.at_least(range.serializable).await?;
        let auth = machine.auth();
        if !auth.enabled() {
            return Ok(machine.read(|reader| reader.range(range))?);
        }
        let (key, end) = (&range.key, &range.range_end);
        auth.state().check_range(who, key, end, Access::Read)?;
        let found = machine.read(|reader| reader.range(range))?;
        auth.state().check_current(who)?;
        Ok(found)
    }

    /// Finds out who asks for what only administrators may do, and refuses others.
    pub(super) async fn admin<T>(&self, request: &Request<T>) -> Result<Identity, EtcdError> {
        let who = self.identify(request).await?;
        self.auth().state().check_admin(&who)?;
        Ok(who)
    }

    /// Has a change made.
    pub(super) async fn propose(
        &self,
        identity: Identity,
        change: Change,
    ) -> Result<Outcome, EtcdError> {
        let change = change.into();
        self.node.propose(Command { identity, change }).await
    }

    /// Refuses what is larger than a request may be.
    fn check_size(&self, bytes: usize) -> Result<(), EtcdError> {
        if bytes + FRAME_BYTES > self.node.config().max_request {
            return Err(EtcdError::RequestTooLarge);
        }
        Ok(())
    }

    /// Refuses what is to be stored if there is no room for it, and tells all members (etcd:
    /// `quotaAlarmer`).
    pub(super) async fn check_room(&self, bytes: usize) -> Result<(), EtcdError> {
        if self.node.machine().has_room(bytes) {
            return Ok(());
        }
        let alarm = Alarm {
            kind: AlarmKind::NoSpace,
            member: self.node.id(),
        };
        // What is stored is refused, whether the others hear of it or not.
        let raise = Change::Alarm(AlarmRequest::Raise(alarm));
        let _ = self.propose(Identity::member(), raise).await;
        Err(EtcdError::NoSpace)
    }

    /// Makes one operation.
    async fn one(&self, who: Identity, op: Op) -> Result<(i64, OpResponse), Status> {
        let (revision, done) = self.transact(who, Txn::all([op])).await?;
        let first = done.responses.into_iter().next();
        Ok((revision, first.ok_or_else(out_of_place)?))
    }

    /// Makes a transaction.
    pub(super) async fn transact(
        &self,
        who: Identity,
        txn: Txn,
    ) -> Result<(i64, TxnResponse), Status> {
        let outcome = self.propose(who, Change::Txn(txn)).await?;
        match outcome.result? {
            Reply::Txn(done) => Ok((outcome.revision, done)),
            _ => Err(out_of_place()),
        }
    }

    /// Answers a transaction that changes nothing; it enters no log.
    async fn read_only(
        &self,
        who: Identity,
        txn: Txn,
        serializable: bool,
    ) -> Result<(i64, TxnResponse), Status> {
        let machine = self.at_least(serializable).await?;
        let auth = machine.auth();
        if auth.enabled() {
            auth.state().check_txn(&who, &txn, &|_| Ok(Vec::new()))?;
        }
        let done = machine
            .read(|reader| reader.txn(&txn))
            .map_err(EtcdError::from)?;
        if auth.enabled() {
            auth.state().check_current(&who)?;
        }
        Ok((done.revision, done))
    }
}

/// The state machine's answer is not to what was asked.
pub(super) fn out_of_place() -> Status {
    Status::internal("etcdserver: the answer does not fit the request")
}

fn check_put(put: &pb::PutRequest) -> Result<(), EtcdError> {
    if put.key.is_empty() {
        return Err(EtcdError::EmptyKey);
    }
    if put.ignore_value && !put.value.is_empty() {
        return Err(EtcdError::ValueProvided);
    }
    if put.ignore_lease && put.lease != 0 {
        return Err(EtcdError::LeaseProvided);
    }
    Ok(())
}

/// Whether a transaction stores anything, in either branch.
fn has_put(txn: &pb::TxnRequest) -> bool {
    let mut ops = txn.success.iter().chain(&txn.failure);
    ops.any(|op| match &op.request {
        Some(Asked::RequestPut(_)) => true,
        Some(Asked::RequestTxn(nested)) => has_put(nested),
        _ => false,
    })
}

/// Whether a transaction reads alone, and how.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Reads {
    /// It may change something.
    Not,
    /// It is to see all that was acknowledged.
    Linearizable,
    /// It may be behind.
    Serializable,
}

impl Reads {
    /// As etcd's `isTxnReadonly` and `isTxnSerializable`: a nested transaction counts as a change.
    fn of(txn: &pb::TxnRequest) -> Self {
        let mut reads = Self::Serializable;
        for op in txn.success.iter().chain(&txn.failure) {
            match &op.request {
                Some(Asked::RequestRange(range)) if range.serializable => {}
                Some(Asked::RequestRange(_)) => reads = Self::Linearizable,
                _ => return Self::Not,
            }
        }
        reads
    }
}

/// Checks in etcd's order (`checkTxnRequest`), for the first fault is the one that is told.
fn check_shape(txn: &pb::TxnRequest, max_ops: usize) -> Result<(), EtcdError> {
    let longest = txn
        .compare
        .len()
        .max(txn.success.len())
        .max(txn.failure.len());
    let left = max_ops.checked_sub(longest).ok_or(EtcdError::TooManyOps)?;
    if txn.compare.iter().any(|compare| compare.key.is_empty()) {
        return Err(EtcdError::EmptyKey);
    }
    let empty = |key: &[u8]| {
        if key.is_empty() {
            Err(EtcdError::EmptyKey)
        } else {
            Ok(())
        }
    };
    let mut ops = txn.success.iter().chain(&txn.failure);
    ops.try_for_each(|op| match &op.request {
        Some(Asked::RequestRange(range)) => empty(&range.key),
        Some(Asked::RequestPut(put)) => check_put(put),
        Some(Asked::RequestDeleteRange(delete)) => empty(&delete.key),
        Some(Asked::RequestTxn(nested)) => check_shape(nested, left),
        None => Err(EtcdError::KeyNotFound),
    })
}

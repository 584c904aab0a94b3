//! The service `Election` (etcd: `server/etcdserver/api/v3election` on `concurrency.Election`).

use std::collections::VecDeque;
use std::pin::Pin;

use futures_util::stream::unfold;
use futures_util::{Stream, StreamExt as _};
use tonic::{Request, Response, Status};

use super::Services;
use super::session::{Entry, by_creation, without_code};
use super::watch::Output;
use crate::kv::cluster::Identity;
use crate::kv::proto::etcdserverpb::WatchResponse;
use crate::kv::proto::mvccpb::event::EventType;
use crate::kv::proto::v3electionpb as pb;
use crate::kv::{Compare, Op, OpResponse, Revision, SortOrder, Txn};

#[tonic::async_trait]
impl pb::election_server::Election for Services {
    type ObserveStream = Pin<Box<dyn Stream<Item = Result<pb::LeaderResponse, Status>> + Send>>;

    async fn campaign(
        &self,
        request: Request<pb::CampaignRequest>,
    ) -> Result<Response<pb::CampaignResponse>, Status> {
        let who = self.identify(&request).await?;
        let pb::CampaignRequest { name, lease, value } = request.into_inner();
        let lease = self.session(&who, lease).await?;
        let key = [&name[..], format!("/{lease:x}").as_bytes()].concat();
        let enter = Txn::when([Compare::missing(key.clone())])
            .then([Op::put_leased(key.clone(), value.clone(), lease)])
            .otherwise([Op::get(key.clone())]);
        let done = self.transact(who.clone(), enter).await;
        let (revision, done) = done.map_err(|status| without_code(&status))?;
        let own = match done.responses.into_iter().next() {
            Some(OpResponse::Range(found)) => found.kvs.into_iter().next(),
            _ => None,
        };
        let created = own.as_ref().map_or(revision, |own| own.create_revision);
        let entry = Entry::new(self, &who, key.clone(), created);
        if own.is_some_and(|own| own.value != value) {
            self.proclaim_as(&who, &key, created, value, lease).await?;
        }
        self.wait_for_those_before(&who, &name, created).await?;
        entry.keep();
        Ok(Response::new(pb::CampaignResponse {
            header: self.header(revision),
            leader: Some(pb::LeaderKey {
                name,
                key,
                rev: created,
                lease,
            }),
        }))
    }

    async fn proclaim(
        &self,
        request: Request<pb::ProclaimRequest>,
    ) -> Result<Response<pb::ProclaimResponse>, Status> {
        let who = self.identify(&request).await?;
        let pb::ProclaimRequest { leader, value } = request.into_inner();
        let leader = leader.ok_or_else(no_leader_given)?;
        let lease = self.session(&who, leader.lease).await?;
        let (key, created) = (&leader.key, leader.rev);
        let revision = self.proclaim_as(&who, key, created, value, lease).await?;
        Ok(Response::new(pb::ProclaimResponse {
            header: self.header(revision),
        }))
    }

    async fn leader(
        &self,
        request: Request<pb::LeaderRequest>,
    ) -> Result<Response<pb::LeaderResponse>, Status> {
        let who = self.identify(&request).await?;
        let name = request.into_inner().name;
        let first = by_creation(&name, SortOrder::Ascend);
        let found = self.look(&who, &first).await?;
        let Some(kv) = found.kvs.into_iter().next() else {
            return Err(Status::unknown("election: no leader"));
        };
        Ok(Response::new(pb::LeaderResponse {
            header: self.header(found.revision),
            kv: Some(kv.into()),
        }))
    }

    async fn observe(
        &self,
        request: Request<pb::LeaderRequest>,
    ) -> Result<Response<Self::ObserveStream>, Status> {
        let watch = Observed {
            who: self.identify(&request).await?,
            services: self.clone(),
            name: request.into_inner().name,
            leader: None,
            told: VecDeque::new(),
        };
        let stream = unfold(watch, |mut watch| async {
            let next = watch.next().await;
            next.map(|told| (Ok(told), watch))
        });
        Ok(Response::new(Box::pin(stream)))
    }

    async fn resign(
        &self,
        request: Request<pb::ResignRequest>,
    ) -> Result<Response<pb::ResignResponse>, Status> {
        let who = self.identify(&request).await?;
        let leader = request.into_inner().leader.ok_or_else(no_leader_given)?;
        self.session(&who, leader.lease).await?;
        let own = Compare::create_revision(leader.key.clone(), leader.rev);
        let resign = Txn::when([own]).then([Op::delete(leader.key)]);
        let done = self.transact(who, resign).await;
        let (revision, _) = done.map_err(|status| without_code(&status))?;
        Ok(Response::new(pb::ResignResponse {
            header: self.header(revision),
        }))
    }
}

fn no_leader_given() -> Status {
    Status::unknown("\"leader\" field must be provided")
}

impl Services {
    /// Gives the leader's key another value; returns the revision that did.
    async fn proclaim_as(
        &self,
        who: &Identity,
        key: &[u8],
        created: Revision,
        value: Vec<u8>,
        lease: i64,
    ) -> Result<Revision, Status> {
        if key.is_empty() {
            return Err(Status::unknown("etcdserver: key is not provided"));
        }
        let own = Compare::create_revision(key, created);
        let put = Txn::when([own]).then([Op::put_leased(key, value, lease)]);
        let done = self.transact(who.clone(), put).await;
        let (revision, done) = done.map_err(|status| without_code(&status))?;
        if !done.succeeded {
            return Err(Status::unknown("election: not leader"));
        }
        Ok(revision)
    }
}

/// What an election's observer is told: each leader, and each value that a leader proclaims.
struct Observed {
    services: Services,
    who: Identity,
    name: Vec<u8>,
    /// What happens to the key of the leader.
    leader: Option<Output>,
    told: VecDeque<pb::LeaderResponse>,
}

impl Observed {
    /// `None` when there is no more to be learned, as after an error.
    async fn next(&mut self) -> Option<pb::LeaderResponse> {
        loop {
            if let Some(told) = self.told.pop_front() {
                return Some(told);
            }
            let Some(leader) = &mut self.leader else {
                return self.first().await;
            };
            let response = live(leader.next().await)?;
            for event in response.events {
                if event.r#type() == EventType::Delete {
                    self.leader = None;
                    break;
                }
                let (header, kv) = (response.header, event.kv);
                self.told.push_back(pb::LeaderResponse { header, kv });
            }
        }
    }

    /// The leader that there is, or the first to come.
    async fn first(&mut self) -> Option<pb::LeaderResponse> {
        let first = by_creation(&self.name, SortOrder::Ascend);
        let found = self.services.look(&self.who, &first).await.ok()?;
        let (revision, kv) = match found.kvs.into_iter().next() {
            Some(kv) => (found.revision, kv.into()),
            None => self.first_to_come(found.revision).await?,
        };
        let watched = Output::of_key(&self.services, kv.key.clone(), revision + 1);
        self.leader = Some(watched.ok()?);
        Some(pb::LeaderResponse {
            header: self.services.header(revision),
            kv: Some(kv),
        })
    }

    async fn first_to_come(
        &self,
        from: Revision,
    ) -> Option<(Revision, crate::kv::proto::mvccpb::KeyValue)> {
        let prefix = [&self.name[..], b"/"].concat();
        let mut events = Output::of_prefix(&self.services, prefix, from).ok()?;
        loop {
            let response = live(events.next().await)?;
            let put = response
                .events
                .into_iter()
                .find(|event| event.r#type() == EventType::Put);
            if let Some(kv) = put.and_then(|event| event.kv) {
                return Some((kv.mod_revision, kv));
            }
        }
    }
}

/// What came of a watch, if it is not at its end.
fn live(next: Option<Result<WatchResponse, Status>>) -> Option<WatchResponse> {
    next?.ok().filter(|response| !response.canceled)
}

//! The service `Lease`.

use std::pin::Pin;

use futures_util::Stream;
use futures_util::stream::try_unfold;
use ring::rand::{SecureRandom as _, SystemRandom};
use tonic::{Request, Response, Status, Streaming};

use super::Services;
use super::front::in_etcds_words;
use super::kv::out_of_place;
use crate::kv::LeaseId;
use crate::kv::cluster::auth::Claim;
use crate::kv::cluster::{Change, EtcdError, Identity, Reply};
use crate::kv::proto::etcdserverpb as pb;
use crate::kv::store::MAX_LEASE_TTL;

/// About how much room a lease takes (etcd: `leaseOverhead`).
const LEASE_BYTES: usize = 64;

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl pb::lease_server::Lease for Services {
    type LeaseKeepAliveStream = Answers<pb::LeaseKeepAliveResponse>;

    async fn lease_grant(
        &self,
        request: Request<pb::LeaseGrantRequest>,
    ) -> Result<Response<pb::LeaseGrantResponse>, Status> {
        let who = self.identify(&request).await?;
        let pb::LeaseGrantRequest { ttl, id } = request.into_inner();
        let (revision, granted) = self.grant(who, ttl, id).await?;
        Ok(Response::new(pb::LeaseGrantResponse {
            header: self.header(revision),
            id: granted.id,
            ttl: granted.ttl,
            error: String::new(),
        }))
    }

    async fn lease_revoke(
        &self,
        request: Request<pb::LeaseRevokeRequest>,
    ) -> Result<Response<pb::LeaseRevokeResponse>, Status> {
        let who = self.identify(&request).await?;
        let change = Change::LeaseRevoke(request.into_inner().id);
        let outcome = self.propose(who, change).await?;
        outcome.result?;
        Ok(Response::new(pb::LeaseRevokeResponse {
            header: self.header(outcome.revision),
        }))
    }

    async fn lease_keep_alive(
        &self,
        request: Request<Streaming<pb::LeaseKeepAliveRequest>>,
    ) -> Result<Response<Self::LeaseKeepAliveStream>, Status> {
        let claim = self.claim(&request);
        let state = (self.clone(), claim, request.into_inner());
        Ok(Response::new(Box::pin(try_unfold(
            state,
            |(services, claim, mut requests)| async move {
                let asked = requests.message().await;
                let asked = asked.map_err(|status| in_etcds_words(&status).unwrap_or(status))?;
                let Some(asked) = asked else { return Ok(None) };
                let answer = services.keep_alive(&claim, asked.id).await?;
                Ok(Some((answer, (services, claim, requests))))
            },
        ))))
    }

    async fn lease_time_to_live(
        &self,
        request: Request<pb::LeaseTimeToLiveRequest>,
    ) -> Result<Response<pb::LeaseTimeToLiveResponse>, Status> {
        let who = self.identify(&request).await?;
        let pb::LeaseTimeToLiveRequest { id, keys } = request.into_inner();
        let left = self
            .node
            .machine()
            .lease_time_to_live(id, keys)
            .map_err(EtcdError::from)?;
        let auth = self.auth();
        if auth.enabled() {
            let auth = auth.state();
            auth.check_identified(&who)?;
            if keys {
                auth.check_lease_read(&who, &left.keys)?;
                auth.check_current(&who)?;
            }
        }
        let header = self.header(self.node.machine().revision());
        Ok(Response::new(pb::LeaseTimeToLiveResponse {
            header,
            ..left.into()
        }))
    }

    async fn lease_leases(
        &self,
        request: Request<pb::LeaseLeasesRequest>,
    ) -> Result<Response<pb::LeaseLeasesResponse>, Status> {
        let who = self.identify(&request).await?;
        let machine = self.node.machine();
        let leases = machine.leases();
        if self.auth().enabled() {
            let mut keys = Vec::new();
            for id in &leases {
                let lease = machine
                    .lease_time_to_live(*id, true)
                    .map_err(EtcdError::from)?;
                keys.extend(lease.keys);
            }
            let auth = self.auth().state();
            auth.check_identified(&who)?;
            auth.check_lease_read(&who, &keys)?;
        }
        Ok(Response::new(pb::LeaseLeasesResponse {
            header: self.header(machine.revision()),
            leases: leases
                .into_iter()
                .map(|id| pb::LeaseStatus { id })
                .collect(),
        }))
    }
}

impl Services {
    /// Grants a lease; an id of 0 is chosen here.
    pub(super) async fn grant(
        &self,
        who: Identity,
        ttl: i64,
        id: LeaseId,
    ) -> Result<(i64, crate::kv::LeaseGrant), Status> {
        if ttl > MAX_LEASE_TTL {
            return Err(EtcdError::LeaseTtlTooLarge.into());
        }
        self.check_room(LEASE_BYTES).await?;
        let chosen = id != 0;
        loop {
            let id = if chosen { id } else { draw_id()? };
            let change = Change::LeaseGrant { id, ttl };
            let outcome = self.propose(who.clone(), change).await?;
            match outcome.result {
                Ok(Reply::Lease(granted)) => return Ok((outcome.revision, granted)),
                Ok(_) => return Err(out_of_place()),
                Err(EtcdError::LeaseExists) if !chosen => {}
                Err(refused) => return Err(refused.into()),
            }
        }
    }

    /// Renews a lease. The header is older than the renewal: so nobody sees a lease renewed at a
    /// revision at which it was gone.
    async fn keep_alive(
        &self,
        claim: &Claim,
        id: LeaseId,
    ) -> Result<pb::LeaseKeepAliveResponse, Status> {
        let machine = self.node.machine();
        let header = self.header(machine.revision());
        let auth = self.auth();
        if auth.enabled() {
            let who = auth.identify(claim).await?;
            let lease = machine
                .lease_time_to_live(id, true)
                .map_err(EtcdError::from)?;
            let auth = auth.state();
            auth.check_identified(&who)?;
            auth.check_lease_write(&who, &lease.keys)?;
        }
        let ttl = self.node.lease_keepalive(id).await?;
        Ok(pb::LeaseKeepAliveResponse { header, id, ttl })
    }
}

/// An id that nobody has chosen: 63 bits of the kernel's random numbers, not 0.
fn draw_id() -> Result<LeaseId, EtcdError> {
    let mut bytes = [0; 8];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| EtcdError::internal("the kernel gives no random numbers"))?;
    Ok((i64::from_be_bytes(bytes) & i64::MAX).max(1))
}

//! What locks and elections are made of: a key with a lease for each who wants to be the one, of
//! whom the one is who came first (etcd: `client/v3/concurrency`).

use futures_util::StreamExt as _;
use tonic::Status;

use super::Services;
use super::watch::Output;
use crate::kv::cluster::{EtcdError, Identity};
use crate::kv::proto::mvccpb::event::EventType;
use crate::kv::{
    Compare, KeyValue, LeaseId, Op, RangeRequest, RangeResponse, Revision, SortOrder, SortTarget,
    Txn,
};

/// How long a lease lives that is granted for a request without one, in seconds.
const TTL: i64 = 60;

/// An error as it comes out of these services: etcd's ask as a client does, and what that
/// answers has lost its code.
pub fn unknown(error: &EtcdError) -> Status {
    Status::unknown(error.text())
}

/// As [`unknown`], of an error that is a status already.
pub fn without_code(status: &Status) -> Status {
    Status::unknown(status.message())
}

/// A key that waits for its turn. If who asked goes away before, so does the key.
pub struct Entry {
    services: Services,
    who: Identity,
    /// The key.
    pub key: Vec<u8>,
    /// The revision that created it.
    pub revision: Revision,
    kept: bool,
}

impl Entry {
    /// The key `key`, created by `revision`.
    pub fn new(services: &Services, who: &Identity, key: Vec<u8>, revision: Revision) -> Self {
        Self {
            services: services.clone(),
            who: who.clone(),
            key,
            revision,
            kept: false,
        }
    }

    /// The key stays.
    pub fn keep(mut self) -> Vec<u8> {
        self.kept = true;
        std::mem::take(&mut self.key)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if self.kept {
            return;
        }
        let (services, who) = (self.services.clone(), self.who.clone());
        let (key, revision) = (std::mem::take(&mut self.key), self.revision);
        tokio::spawn(async move {
            let own = Compare::create_revision(key.clone(), revision);
            let delete = Txn::when([own]).then([Op::delete(key)]);
            // If it fails, the key goes with its lease.
            let _ = services.transact(who, delete).await;
        });
    }
}

/// The keys below a name, by when they were created: the first or the last one.
pub fn by_creation(name: &[u8], order: SortOrder) -> RangeRequest {
    let prefix = [name, b"/"].concat();
    RangeRequest::prefix(prefix)
        .sorted(SortTarget::Create, order)
        .limit(1)
}

impl Services {
    /// The lease to use: the one that was given, which is renewed, or a new one.
    pub(super) async fn session(&self, who: &Identity, lease: LeaseId) -> Result<LeaseId, Status> {
        if lease != 0 {
            // A lease that is not there shows when it is used.
            let _ = self.node.lease_keepalive(lease).await;
            return Ok(lease);
        }
        let granted = self.grant(who.clone(), TTL, 0).await;
        let (_, granted) = granted.map_err(|status| without_code(&status))?;
        Ok(granted.id)
    }

    /// Reads for a lock or an election.
    pub(super) async fn look(
        &self,
        who: &Identity,
        range: &RangeRequest,
    ) -> Result<RangeResponse, Status> {
        self.get(who, range).await.map_err(|error| unknown(&error))
    }

    /// Waits until all keys below a name are gone that were created before a revision.
    pub(super) async fn wait_for_those_before(
        &self,
        who: &Identity,
        name: &[u8],
        revision: Revision,
    ) -> Result<(), Status> {
        let last = RangeRequest {
            max_create_revision: revision - 1,
            ..by_creation(name, SortOrder::Descend)
        };
        loop {
            let found = self.look(who, &last).await?;
            let Some(kv) = found.kvs.into_iter().next() else {
                return Ok(());
            };
            self.wait_for_the_end_of(kv, found.revision).await?;
        }
    }

    async fn wait_for_the_end_of(&self, kv: KeyValue, from: Revision) -> Result<(), Status> {
        let mut events = Output::of_key(self, kv.key, from)?;
        while let Some(response) = events.next().await {
            let response = response?;
            if response.compact_revision != 0 {
                return Err(unknown(&EtcdError::Compacted));
            }
            let ended =
                |event: &crate::kv::proto::mvccpb::Event| event.r#type() == EventType::Delete;
            if response.events.iter().any(ended) {
                return Ok(());
            }
        }
        Err(Status::unknown("lost watcher waiting for delete"))
    }
}

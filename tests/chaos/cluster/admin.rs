//! What is asked of a cluster as its administrator.

use std::time::Duration;

use netpipe::kv::proto::etcdserverpb as pb;
use pb::cluster_client::ClusterClient;
use pb::kv_client::KvClient;
use pb::maintenance_client::MaintenanceClient;
use tonic::transport::{Channel, Endpoint};

/// How long a request may take.
const LONGEST: Duration = Duration::from_secs(3);

/// One member's word.
#[derive(Debug)]
pub struct Admin {
    channel: Channel,
}

type Answer<T> = Result<T, String>;

async fn within<T>(
    work: impl Future<Output = Result<tonic::Response<T>, tonic::Status>>,
) -> Answer<T> {
    match tokio::time::timeout(LONGEST, work).await {
        Ok(Ok(answer)) => Ok(answer.into_inner()),
        Ok(Err(status)) => Err(status.message().to_owned()),
        Err(_) => Err("no answer".to_owned()),
    }
}

impl Admin {
    /// Of the member with that URL.
    pub fn new(url: &str) -> Self {
        let endpoint = Endpoint::from_shared(url.to_owned()).unwrap();
        let endpoint = endpoint.connect_timeout(Duration::from_millis(700));
        Self {
            channel: endpoint.connect_lazy(),
        }
    }

    fn cluster(&self) -> ClusterClient<Channel> {
        ClusterClient::new(self.channel.clone())
    }

    fn maintenance(&self) -> MaintenanceClient<Channel> {
        MaintenanceClient::new(self.channel.clone())
    }

    /// Whether it can read the newest state.
    pub async fn answers(&self) -> bool {
        let request = pb::RangeRequest {
            key: b"r/".to_vec(),
            ..Default::default()
        };
        let mut client = KvClient::new(self.channel.clone());
        within(client.range(request)).await.is_ok()
    }

    /// Its own id, and that of the leader it knows.
    pub async fn leader(&self) -> Option<(u64, u64)> {
        let status = within(self.maintenance().status(pb::StatusRequest {})).await;
        let status = status.ok()?;
        Some((status.header?.member_id, status.leader))
    }

    /// The members it knows.
    pub async fn members(&self) -> Answer<Vec<pb::Member>> {
        let request = pb::MemberListRequest { linearizable: true };
        Ok(within(self.cluster().member_list(request)).await?.members)
    }

    /// Takes a member out.
    pub async fn remove(&self, id: u64) -> Answer<()> {
        let request = pb::MemberRemoveRequest { id };
        within(self.cluster().member_remove(request))
            .await
            .map(drop)
    }

    /// Adds one that learns first.
    pub async fn add_learner(&self, peer_url: &str) -> Answer<()> {
        let request = pb::MemberAddRequest {
            peer_ur_ls: vec![peer_url.to_owned()],
            is_learner: true,
        };
        within(self.cluster().member_add(request)).await.map(drop)
    }

    /// Gives a learner its vote.
    pub async fn promote(&self, id: u64) -> Answer<()> {
        let request = pb::MemberPromoteRequest { id };
        within(self.cluster().member_promote(request))
            .await
            .map(drop)
    }

    /// Has it give the lead to another.
    pub async fn move_leader(&self, target_id: u64) -> Answer<()> {
        let request = pb::MoveLeaderRequest { target_id };
        within(self.maintenance().move_leader(request))
            .await
            .map(drop)
    }

    /// Has it tidy its files.
    pub async fn defragment(&self) -> Answer<()> {
        let request = pb::DefragmentRequest {};
        within(self.maintenance().defragment(request))
            .await
            .map(drop)
    }

    /// Has the cluster forget what was before a revision.
    pub async fn compact(&self, revision: i64) -> Answer<()> {
        let request = pb::CompactionRequest {
            revision,
            physical: false,
        };
        let mut client = KvClient::new(self.channel.clone());
        within(client.compact(request)).await.map(drop)
    }

    /// Clears the alarm that a full disk may have raised.
    pub async fn disarm(&self) -> Answer<()> {
        let request = pb::AlarmRequest {
            action: pb::alarm_request::AlarmAction::Deactivate.into(),
            member_id: 0,
            alarm: pb::AlarmType::Nospace.into(),
        };
        within(self.maintenance().alarm(request)).await.map(drop)
    }

    /// The hash of its keys up to a revision, and the revision that it is compacted to.
    pub async fn hash(&self, revision: i64) -> Answer<(u32, i64)> {
        let request = pb::HashKvRequest { revision };
        let hash = within(self.maintenance().hash_kv(request)).await?;
        Ok((hash.hash, hash.compact_revision))
    }

    /// The current revision.
    pub async fn revision(&self) -> Option<i64> {
        let status = within(self.maintenance().status(pb::StatusRequest {})).await;
        Some(status.ok()?.header?.revision)
    }
}

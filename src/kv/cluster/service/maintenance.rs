//! The service `Maintenance`.

use std::pin::Pin;

use futures_util::Stream;
use futures_util::stream::try_unfold;
use tonic::{Request, Response, Status};

use super::http::alarm_name;
use super::kv::out_of_place;
use super::{CLUSTER_VERSION, Services, VERSION};
use crate::kv::cluster::machine::{Alarm, AlarmKind, AlarmRequest};
use crate::kv::cluster::{Change, EtcdError, Identity, Reply};
use crate::kv::proto::etcdserverpb as pb;
use crate::kv::proto::etcdserverpb::alarm_request::AlarmAction;
use crate::kv::proto::etcdserverpb::downgrade_request::DowngradeAction;

/// The one version that a cluster of [`CLUSTER_VERSION`] could go back to.
const PREVIOUS: (u64, u64) = (3, 4);

/// What comes last in a snapshot: the SHA-256 of the rest. It does not count as data.
const SUM_BYTES: u64 = 32;

#[tonic::async_trait]
impl pb::maintenance_server::Maintenance for Services {
    type SnapshotStream = Pin<Box<dyn Stream<Item = Result<pb::SnapshotResponse, Status>> + Send>>;

    async fn alarm(
        &self,
        request: Request<pb::AlarmRequest>,
    ) -> Result<Response<pb::AlarmResponse>, Status> {
        let get = request.get_ref().action() == AlarmAction::Get;
        let who = if get {
            let who = self.identify(&request).await?;
            self.auth().state().check_identified(&who)?;
            who
        } else {
            self.admin(&request).await?
        };
        let asked = request.into_inner();
        let kind = kind_of(asked.alarm())?;
        let alarm = |kind| Alarm {
            kind,
            member: asked.member_id,
        };
        let change = match (asked.action(), kind) {
            (AlarmAction::Get, kind) => AlarmRequest::Get(kind),
            (AlarmAction::Activate, Some(kind)) => AlarmRequest::Raise(alarm(kind)),
            (AlarmAction::Deactivate, Some(kind)) => AlarmRequest::End(alarm(kind)),
            // etcd notes an alarm of no kind, which means nothing.
            _ => AlarmRequest::Get(Some(AlarmKind::NoSpace)),
        };
        let (revision, alarms) = self.alarms(who, change).await?;
        Ok(Response::new(pb::AlarmResponse {
            header: self.header(revision),
            alarms: alarms.into_iter().map(to_proto).collect(),
        }))
    }

    async fn status(
        &self,
        request: Request<pb::StatusRequest>,
    ) -> Result<Response<pb::StatusResponse>, Status> {
        self.admin(&request).await?;
        let machine = self.node.machine();
        let leader = self.node.leader();
        let mut errors = Vec::new();
        if leader.is_none() {
            errors.push(EtcdError::NoLeader.text().to_owned());
        }
        for alarm in machine.alarms() {
            let (member, name) = (alarm.member, alarm_name(alarm.kind));
            // Go's text of the message.
            errors.push(format!("memberID:{member} alarm:{name} "));
        }
        let standing = self.node.standing();
        let bytes = |bytes| i64::try_from(bytes).unwrap_or(i64::MAX);
        Ok(Response::new(pb::StatusResponse {
            header: self.header(machine.revision()),
            version: VERSION.to_owned(),
            leader: leader.unwrap_or(0),
            raft_index: standing.committed,
            raft_applied_index: standing.applied,
            raft_term: self.node.term(),
            db_size: bytes(machine.size()),
            db_size_in_use: bytes(machine.size_in_use()),
            is_learner: standing.learner,
            errors,
            ..pb::StatusResponse::default()
        }))
    }

    async fn defragment(
        &self,
        request: Request<pb::DefragmentRequest>,
    ) -> Result<Response<pb::DefragmentResponse>, Status> {
        self.admin(&request).await?;
        let done = self.node.machine().defragment().await;
        done.map_err(EtcdError::internal)?;
        Ok(Response::new(pb::DefragmentResponse { header: None }))
    }

    async fn hash(
        &self,
        request: Request<pb::HashRequest>,
    ) -> Result<Response<pb::HashResponse>, Status> {
        self.admin(&request).await?;
        let hash = self.node.machine().hash().await?;
        Ok(Response::new(pb::HashResponse {
            header: self.header(hash.revision),
            hash: hash.hash,
        }))
    }

    async fn hash_kv(
        &self,
        request: Request<pb::HashKvRequest>,
    ) -> Result<Response<pb::HashKvResponse>, Status> {
        self.admin(&request).await?;
        let machine = self.node.machine();
        let hash = machine.hash_kv(request.into_inner().revision).await?;
        Ok(Response::new(pb::HashKvResponse {
            header: self.header(machine.revision()),
            hash: hash.hash,
            compact_revision: hash.compacted,
            hash_revision: 0,
        }))
    }

    async fn snapshot(
        &self,
        request: Request<pb::SnapshotRequest>,
    ) -> Result<Response<Self::SnapshotStream>, Status> {
        self.admin(&request).await?;
        let saved = self.node.machine().save().await;
        let saved = saved.map_err(EtcdError::internal)?;
        let data = saved.length.saturating_sub(SUM_BYTES);
        let pieces = try_unfold((saved, data), |(mut saved, left)| async move {
            let piece = saved.next().await.map_err(EtcdError::internal)?;
            let Some(blob) = piece else { return Ok(None) };
            let left = left.saturating_sub(blob.len() as u64);
            let response = pb::SnapshotResponse {
                remaining_bytes: left,
                blob,
                ..pb::SnapshotResponse::default()
            };
            Ok(Some((response, (saved, left))))
        });
        Ok(Response::new(Box::pin(pieces)))
    }

    async fn move_leader(
        &self,
        request: Request<pb::MoveLeaderRequest>,
    ) -> Result<Response<pb::MoveLeaderResponse>, Status> {
        self.admin(&request).await?;
        if self.node.leader() != Some(self.node.id()) {
            return Err(EtcdError::NotLeader.into());
        }
        self.node
            .move_leader(request.into_inner().target_id)
            .await?;
        Ok(Response::new(pb::MoveLeaderResponse { header: None }))
    }

    /// All members have one version, so there is nothing to go back to; what etcd would ask is
    /// asked all the same.
    async fn downgrade(
        &self,
        request: Request<pb::DowngradeRequest>,
    ) -> Result<Response<pb::DowngradeResponse>, Status> {
        self.admin(&request).await?;
        let asked = request.into_inner();
        match DowngradeAction::try_from(asked.action) {
            Ok(DowngradeAction::Validate | DowngradeAction::Enable) => {
                let target = version_of(&asked.version)?;
                self.node.linearized().await?;
                if target != PREVIOUS {
                    return Err(EtcdError::InvalidDowngradeTargetVersion.into());
                }
                let header = self.header(self.node.machine().revision());
                let version = CLUSTER_VERSION.to_owned();
                Ok(Response::new(pb::DowngradeResponse { header, version }))
            }
            Ok(DowngradeAction::Cancel) => {
                self.node.linearized().await?;
                Err(EtcdError::NoInflightDowngrade.into())
            }
            Err(_) => Err(Status::unknown("etcdserver: unknown method")),
        }
    }
}

impl Services {
    async fn alarms(
        &self,
        who: Identity,
        asked: AlarmRequest,
    ) -> Result<(i64, Vec<Alarm>), Status> {
        let outcome = self.propose(who, Change::Alarm(asked)).await?;
        match outcome.result? {
            Reply::Alarms(alarms) => Ok((outcome.revision, alarms)),
            _ => Err(out_of_place()),
        }
    }
}

fn kind_of(alarm: pb::AlarmType) -> Result<Option<AlarmKind>, Status> {
    Ok(match alarm {
        pb::AlarmType::None => None,
        pb::AlarmType::Nospace => Some(AlarmKind::NoSpace),
        pb::AlarmType::Corrupt => Some(AlarmKind::Corrupt),
    })
}

fn to_proto(alarm: Alarm) -> pb::AlarmMember {
    let kind = match alarm.kind {
        AlarmKind::NoSpace => pb::AlarmType::Nospace,
        AlarmKind::Corrupt => pb::AlarmType::Corrupt,
    };
    pb::AlarmMember {
        member_id: alarm.member,
        alarm: kind.into(),
    }
}

/// The major and minor version that a text names (etcd: `convertToClusterVersion`).
fn version_of(text: &str) -> Result<(u64, u64), EtcdError> {
    let mut parts = text.split('.').map(str::parse);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Ok(major)), Some(Ok(minor)), None | Some(Ok(_)), None) => Ok((major, minor)),
        _ => Err(EtcdError::WrongDowngradeVersionFormat),
    }
}

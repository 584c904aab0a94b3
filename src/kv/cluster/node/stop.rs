//! The end of a member, and the hand-over of who leads.

use std::time::Duration;

use openraft::async_runtime::watch::WatchReceiver as _;
use tokio::time::Instant;

use super::Node;
use crate::kv::cluster::peer::Answer;
use crate::kv::cluster::{EtcdError, MemberId};

/// How long a member that is asked to take over may take before the next one is.
const TAKES: Duration = Duration::from_millis(300);

impl Node {
    /// Hands the lead over to a member (etcd: `MoveLeader`), which only the leader can.
    ///
    /// # Errors
    /// [`EtcdError::NotLeader`], [`EtcdError::BadLeaderTransferee`], or it takes too long.
    pub async fn move_leader(&self, to: MemberId) -> Result<(), EtcdError> {
        if !self.is_leader() {
            return Err(EtcdError::NotLeader);
        }
        match self.hand_over_to(to).await {
            Answer::Refused(error) => Err(error),
            _ => Ok(()),
        }
    }

    pub(super) async fn hand_over_to(&self, to: MemberId) -> Answer {
        let votes = self.voters().contains(&to);
        if !votes {
            return Answer::Refused(EtcdError::BadLeaderTransferee);
        }
        if to == self.inner.id {
            return Answer::Done;
        }
        let end = Instant::now() + self.patience();
        while Instant::now() < end {
            let _ = self.inner.raft.trigger().transfer_leader(to).await;
            if self.leads_within(to, TAKES).await {
                return Answer::Done;
            }
        }
        Answer::Refused(EtcdError::unknown(
            "etcdserver: request timed out, leader transfer took too long",
        ))
    }

    fn voters(&self) -> Vec<MemberId> {
        let metrics = self.inner.raft.server_metrics();
        let metrics = metrics.borrow_watched();
        metrics.membership_config.voter_ids().collect()
    }

    async fn leads_within(&self, id: MemberId, time: Duration) -> bool {
        let mut changes = self.leader_changes();
        let leads = changes.wait_for(|leader| *leader == Some(id));
        tokio::time::timeout(time, leads)
            .await
            .is_ok_and(|leads| leads.is_ok())
    }

    /// Ends its work. A leader hands over first, to the voter that has most of its log.
    pub async fn stop(&self) {
        if self.is_leader() {
            for heir in self.heirs() {
                let _ = self.inner.raft.trigger().transfer_leader(heir).await;
                if self.leads_within(heir, TAKES).await {
                    break;
                }
            }
        }
        let _ = self.inner.raft.shutdown().await;
        self.inner.machine.stop();
    }

    /// The other voters that answer, the one with most of the log first.
    fn heirs(&self) -> Vec<MemberId> {
        let mut heirs: Vec<(u64, MemberId)> = {
            let metrics = self.inner.raft.metrics();
            let metrics = metrics.borrow_watched();
            let has = |id: &MemberId| {
                let of = metrics.replication.as_ref().and_then(|all| all.get(id));
                of.and_then(Option::as_ref).map_or(0, |id| id.index)
            };
            let voters = metrics.membership_config.voter_ids();
            voters.map(|id| (has(&id), id)).collect()
        };
        heirs.retain(|(_, id)| *id != self.inner.id && self.is_connected(*id));
        heirs.sort_unstable_by(|a, b| b.cmp(a));
        heirs.into_iter().map(|(_, id)| id).collect()
    }
}

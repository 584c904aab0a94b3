//! What other members ask of this one.

use openraft::async_runtime::watch::WatchReceiver as _;
use openraft::errors::RaftError;
use openraft::{Raft, ReadPolicy, ServerState};

use super::Node;
use crate::kv::cluster::machine::Machine;
use crate::kv::cluster::peer::{Answer, Door, Question};
use crate::kv::cluster::{EtcdError, MemberId, TypeConfig};

impl Door for Node {
    fn raft(&self) -> &Raft<TypeConfig, Machine> {
        &self.inner.raft
    }

    fn machine(&self) -> &Machine {
        &self.inner.machine
    }

    fn own(&self) -> (MemberId, u64) {
        (self.inner.id, self.inner.cluster)
    }

    fn admits(&self, id: MemberId) -> bool {
        let known = {
            let metrics = self.inner.raft.server_metrics();
            let metrics = metrics.borrow_watched();
            let members = &metrics.membership_config;
            // Who has no members yet is told of them by the leader, in a snapshot it may be.
            members.get_node(&id).is_some()
                || members.nodes().next().is_none()
                || metrics.current_leader == Some(id)
        };
        // A leader that this member has not heard of yet is a stranger only as long as another
        // one leads.
        let leads = self
            .inner
            .leader
            .borrow()
            .is_some_and(|id| id == self.inner.id);
        known || !(leads || self.heard_within(self.inner.config.election))
    }

    fn hear(&self) {
        self.hear_leader();
    }

    async fn answer(&self, from: MemberId, question: Question) -> Answer {
        match question {
            Question::Who => Answer::Members(self.inner.cluster, self.members()),
            Question::Removed => {
                tracing::info!("the member {from:x} says that this one was removed");
                self.suspect_removal();
                Answer::Done
            }
            question if self.is_leader() => {
                let asked = self.answer_as_leader(question);
                let answer = tokio::time::timeout(self.patience(), asked).await;
                answer.unwrap_or(Answer::Refused(EtcdError::Timeout))
            }
            _ => Answer::NotLeader,
        }
    }
}

impl Node {
    /// Whether this member takes itself for the leader.
    pub(super) fn is_leader(&self) -> bool {
        self.inner.raft.server_metrics().borrow_watched().state == ServerState::Leader
    }

    /// Answers what only a leader can, or says that it is none.
    pub(super) async fn answer_as_leader(&self, question: Question) -> Answer {
        let machine = &self.inner.machine;
        match question {
            Question::Propose(command) => self.write(command).await,
            Question::ReadIndex => self.read_index().await,
            Question::KeepAlive(id) => match machine.lease_keepalive(id).await {
                Ok(ttl) => Answer::Ttl(ttl),
                Err(EtcdError::NotLeader) => Answer::NotLeader,
                Err(error) => Answer::Refused(error),
            },
            Question::TimeToLive(..) if !machine.leads() => Answer::NotLeader,
            Question::TimeToLive(id, keys) => match machine.lease_time_to_live(id, keys) {
                Ok(lease) => Answer::Lease(lease),
                Err(error) => Answer::Refused(error.into()),
            },
            Question::Change(change) => self.change(change).await,
            Question::MoveLeader(to) => self.hand_over_to(to).await,
            Question::Who | Question::Removed => Answer::NotLeader,
        }
    }

    /// Up to where the state must be applied to have all that was acknowledged: known once a
    /// majority has said that there is no later leader.
    async fn read_index(&self) -> Answer {
        let raft = &self.inner.raft;
        match raft.get_read_linearizer(ReadPolicy::ReadIndex).await {
            Ok(read) => Answer::Index(read.read_log_id().index()),
            Err(RaftError::APIError(_)) => Answer::NotLeader,
            Err(RaftError::Fatal(_)) => Answer::Refused(EtcdError::Stopped),
        }
    }
}

//! A member at work.

mod asked;
mod identity;
mod lead;
pub mod local;
mod members;
mod reads;
pub mod recover;
mod start;
mod stop;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use openraft::async_runtime::watch::WatchReceiver as _;
use openraft::errors::{ClientWriteError, RaftError};
use openraft::{Raft, ServerState};
use tokio::sync::watch;
use tokio::time::Instant;

use super::config::Config;
use super::machine::Machine;
use super::peer::{Answer, CallError, Links, Question};
use super::tls::Connector;
use super::{Command, EtcdError, Member, MemberId, Outcome, TypeConfig};
use crate::kv::{LeaseId, LeaseTtl};
use identity::Lock;
use reads::Reads;

/// How long a member waits before it asks again who leads, if nothing tells it.
const LOOK: Duration = Duration::from_millis(20);

/// A member: what the services ask for changes and reads. Clones are of one member.
#[derive(Clone)]
pub struct Node {
    inner: Arc<Inner>,
}

struct Inner {
    raft: Raft<TypeConfig, Machine>,
    machine: Machine,
    id: MemberId,
    cluster: u64,
    config: Config,
    connector: Connector,
    links: Arc<Links>,
    reads: Reads,
    /// Changes of members are made one after the other.
    changes: tokio::sync::Mutex<()>,
    /// When a leader was heard last.
    heard: Mutex<Option<Instant>>,
    leader: watch::Sender<Option<MemberId>>,
    ending: watch::Sender<Option<Ending>>,
    /// Nobody else opens the data while this is held.
    _lock: Lock,
}

/// Why a member ends by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It was taken out of the cluster.
    Removed,
    /// Its log or state failed.
    Failed(String),
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // etcd's words (`rafthttp.errMemberRemoved`).
            Self::Removed => {
                f.write_str("the member has been permanently removed from the cluster")
            }
            Self::Failed(why) => f.write_str(why),
        }
    }
}

/// How a member stands, for the service's Status and for metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Who leads; none if nobody does.
    pub leader: Option<MemberId>,
    /// The term.
    pub term: u64,
    /// The last entry of the log that this member knows to be committed.
    pub committed: u64,
    /// The last entry of its log.
    pub last: u64,
    /// The last entry that was applied to its state.
    pub applied: u64,
    /// Whether it is a learner.
    pub learner: bool,
}

impl Node {
    /// How it is to run: what the flags said.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// Has a change made by the cluster; returns when a majority has it on disk and this member
    /// has applied it. A member that does not lead asks the leader.
    ///
    /// # Errors
    /// There is no leader for too long, or it is not known what came of the change.
    pub async fn propose(&self, command: Command) -> Result<Outcome, EtcdError> {
        match self.ask_leader(Question::Propose(command)).await? {
            Answer::Proposed(index, outcome) => {
                self.applied(index).await?;
                Ok(outcome)
            }
            _ => Err(unexpected()),
        }
    }

    /// Returns the state that has all that was acknowledged before the call, anywhere.
    ///
    /// # Errors
    /// There is no leader for too long.
    pub async fn linearized(&self) -> Result<&Machine, EtcdError> {
        self.inner.reads.wait().await?;
        Ok(&self.inner.machine)
    }

    /// Returns the state as this member knows it, which may be behind.
    pub fn machine(&self) -> &Machine {
        &self.inner.machine
    }

    /// Renews a lease, by the leader; returns its TTL in seconds, 0 if there is none.
    ///
    /// # Errors
    /// There is no leader for too long.
    pub async fn lease_keepalive(&self, id: LeaseId) -> Result<i64, EtcdError> {
        match self.ask_leader(Question::KeepAlive(id)).await? {
            Answer::Ttl(ttl) => Ok(ttl),
            _ => Err(unexpected()),
        }
    }

    /// What the leader says is left of a lease; a TTL of −1 if there is none.
    ///
    /// # Errors
    /// There is no leader for too long, or a storage failure.
    pub async fn lease_time_to_live(&self, id: LeaseId, keys: bool) -> Result<LeaseTtl, EtcdError> {
        match self.ask_leader(Question::TimeToLive(id, keys)).await? {
            Answer::Lease(lease) => Ok(lease),
            _ => Err(unexpected()),
        }
    }

    /// This member's id.
    pub fn id(&self) -> MemberId {
        self.inner.id
    }

    /// The cluster's id.
    pub fn cluster_id(&self) -> u64 {
        self.inner.cluster
    }

    /// The term that this member is in.
    pub fn term(&self) -> u64 {
        self.inner
            .raft
            .server_metrics()
            .borrow_watched()
            .vote
            .leader_id
            .term
    }

    /// Who leads, as far as this member knows; none if it has not heard of a leader for longer
    /// than an election takes.
    pub fn leader(&self) -> Option<MemberId> {
        *self.inner.leader.borrow()
    }

    /// Tells of each change of the leader.
    pub fn leader_changes(&self) -> watch::Receiver<Option<MemberId>> {
        self.inner.leader.subscribe()
    }

    /// How this member stands.
    pub fn standing(&self) -> Standing {
        let metrics = self.inner.raft.metrics();
        let metrics = metrics.borrow_watched();
        let index = |id: &Option<openraft::alias::LogIdOf<TypeConfig>>| id.map_or(0, |id| id.index);
        Standing {
            leader: self.leader(),
            term: metrics.current_term,
            committed: index(&metrics.local_committed),
            last: metrics.last_log_index.unwrap_or_default(),
            applied: index(&metrics.last_applied),
            learner: metrics.state == ServerState::Learner,
        }
    }

    /// The members that this one knows of, by their ids.
    pub fn members(&self) -> Vec<(MemberId, Member)> {
        let metrics = self.inner.raft.server_metrics();
        let metrics = metrics.borrow_watched();
        let config = &metrics.membership_config;
        // Before the log has any, openraft takes a member for one on its own, which the others
        // must not take for a cluster that has begun.
        let begun = config.log_id().is_some();
        let nodes = config.membership().nodes().filter(|_| begun);
        nodes.map(|(id, member)| (*id, member.clone())).collect()
    }

    /// Waits until something ends the member from within.
    pub async fn ended(&self) -> Ending {
        let mut ending = self.inner.ending.subscribe();
        loop {
            if let Some(ending) = ending.borrow_and_update().clone() {
                return ending;
            }
            if ending.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Waits until this member has applied an entry of the log.
    async fn applied(&self, index: u64) -> Result<(), EtcdError> {
        let mut progress = self.inner.raft.watch_apply_progress();
        let reached =
            progress.wait_until(|applied| applied.is_some_and(|applied| applied.index >= index));
        match tokio::time::timeout(self.patience(), reached).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) => Err(EtcdError::Stopped),
            Err(_) => Err(EtcdError::TimeoutWaitAppliedIndex),
        }
    }

    /// How long a request may take (etcd: `ServerConfig.ReqTimeout`).
    fn patience(&self) -> Duration {
        Duration::from_secs(5) + 2 * self.inner.config.election
    }

    /// Asks whoever leads, this member or another, until it is answered or the time is up. What
    /// may have been heard is asked again only if that does no harm.
    async fn ask_leader(&self, question: Question) -> Result<Answer, EtcdError> {
        let end = Instant::now() + self.patience();
        let mut changes = self.inner.leader.subscribe();
        loop {
            let leader = *changes.borrow_and_update();
            let left = end.saturating_duration_since(Instant::now());
            let answer = match leader {
                Some(id) if id == self.inner.id => {
                    let asked = self.answer_as_leader(question.clone());
                    match tokio::time::timeout(left, asked).await {
                        Ok(answer) => answer,
                        Err(_) => Answer::Refused(EtcdError::Timeout),
                    }
                }
                Some(id) => match self.inner.links.ask(id, &question, left).await {
                    Ok(answer) => answer,
                    Err(CallError::NotSent(_)) => Answer::NotLeader,
                    Err(_) if question.is_harmless() => Answer::NotLeader,
                    Err(_) => Answer::Refused(EtcdError::TimeoutConnectionLost),
                },
                None => Answer::NotLeader,
            };
            match answer {
                Answer::NotLeader => {}
                Answer::Refused(error) => return Err(error),
                answer => return Ok(answer),
            }
            if Instant::now() >= end {
                return Err(match leader {
                    Some(_) => EtcdError::Timeout,
                    None => EtcdError::NoLeader,
                });
            }
            let _ = tokio::time::timeout(LOOK, changes.changed()).await;
        }
    }

    /// Has a command written to the log, if this member leads.
    async fn write(&self, command: Command) -> Answer {
        match self.inner.raft.client_write(command).await {
            Ok(written) => Answer::Proposed(written.log_id.index, written.data),
            // It never got into the log.
            Err(RaftError::APIError(ClientWriteError::ForwardToLeader(_))) => Answer::NotLeader,
            // It was in the log of this leader, which another one follows: nobody knows.
            Err(RaftError::APIError(_)) => Answer::Refused(EtcdError::LeaderChanged),
            Err(RaftError::Fatal(_)) => Answer::Refused(EtcdError::Stopped),
        }
    }

    fn hear_leader(&self) {
        let mut heard = self
            .inner
            .heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *heard = Some(Instant::now());
    }

    /// Whether a leader was heard within that time.
    fn heard_within(&self, time: Duration) -> bool {
        let heard = self
            .inner
            .heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        heard.is_some_and(|at| at.elapsed() < time)
    }

    fn end(&self, ending: Ending) {
        self.inner.ending.send_if_modified(|now| {
            let first = now.is_none();
            if first {
                *now = Some(ending);
            }
            first
        });
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({:x})", self.inner.id)
    }
}

fn unexpected() -> EtcdError {
    EtcdError::internal("a member answered something else than it was asked")
}

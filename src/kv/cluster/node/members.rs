//! Changes of the members, by the leader, one after the other. What is refused, and in which
//! words, is as in etcd (`server/etcdserver/server.go`).

use std::collections::{BTreeMap, BTreeSet};

use openraft::async_runtime::watch::WatchReceiver as _;
use openraft::errors::{ClientWriteError, RaftError};
use openraft::{ChangeMembers, Instant as _};

use super::{Node, unexpected};
use crate::kv::cluster::config::Url;
use crate::kv::cluster::peer::{Answer, MemberChange, Question};
use crate::kv::cluster::{EtcdError, Member, MemberId, ids};

/// How much of the leader's log a learner must have to be promoted (etcd:
/// `readyPercentThreshold`).
const READY: f64 = 0.9;

/// How many entries one that was added to vote may be behind when it begins to.
const BEHIND: u64 = 1000;

type Members = Vec<(MemberId, Member)>;

impl Node {
    /// Adds a member that is reached at these peer URLs, to vote or to learn; returns its id and
    /// all members.
    ///
    /// # Errors
    /// etcd's: the URLs are none or taken, there are too many learners, or the majority would be
    /// at risk.
    pub async fn member_add(
        &self,
        peer_urls: Vec<String>,
        learner: bool,
    ) -> Result<(MemberId, Members), EtcdError> {
        self.ask_change(MemberChange::Add { peer_urls, learner })
            .await
    }

    /// Has a learner vote; returns all members.
    ///
    /// # Errors
    /// [`EtcdError::MemberNotFound`], [`EtcdError::MemberNotLearner`],
    /// [`EtcdError::LearnerNotReady`] while it is behind.
    pub async fn member_promote(&self, id: MemberId) -> Result<Members, EtcdError> {
        Ok(self.ask_change(MemberChange::Promote(id)).await?.1)
    }

    /// Says where a member is reached; returns all members.
    ///
    /// # Errors
    /// [`EtcdError::MemberNotFound`], [`EtcdError::PeerUrlExists`], [`EtcdError::MemberBadUrls`].
    pub async fn member_update(
        &self,
        id: MemberId,
        peer_urls: Vec<String>,
    ) -> Result<Members, EtcdError> {
        Ok(self
            .ask_change(MemberChange::Update { id, peer_urls })
            .await?
            .1)
    }

    /// Takes a member out for ever; returns those that remain.
    ///
    /// # Errors
    /// [`EtcdError::MemberNotFound`], or the majority would be at risk.
    pub async fn member_remove(&self, id: MemberId) -> Result<Members, EtcdError> {
        Ok(self.ask_change(MemberChange::Remove(id)).await?.1)
    }

    pub(super) async fn ask_change(
        &self,
        change: MemberChange,
    ) -> Result<(MemberId, Members), EtcdError> {
        match self.ask_leader(Question::Change(change)).await? {
            Answer::Changed(id, members) => Ok((id, members)),
            _ => Err(unexpected()),
        }
    }

    /// Makes a change, as the leader.
    pub(super) async fn change(&self, change: MemberChange) -> Answer {
        let _turn = self.inner.changes.lock().await;
        let done = match change {
            MemberChange::Add { peer_urls, learner } => self.add(peer_urls, learner).await,
            MemberChange::Promote(id) => self.promote(id).await,
            MemberChange::Update { id, peer_urls } => self.update(id, peer_urls).await,
            MemberChange::Remove(id) => self.remove(id).await,
            MemberChange::Started {
                id,
                name,
                client_urls,
            } => {
                let started = |member: &mut Member| {
                    member.name = name;
                    member.client_urls = client_urls;
                };
                self.alter(id, started).await
            }
        };
        match done {
            Ok(id) => Answer::Changed(id, self.members()),
            Err(EtcdError::NotLeader) => Answer::NotLeader,
            Err(error) => Answer::Refused(error),
        }
    }

    async fn add(&self, peer_urls: Vec<String>, learner: bool) -> Result<MemberId, EtcdError> {
        let peer_urls = valid(&peer_urls)?;
        let members = self.members();
        if self.inner.config.strict_reconfig {
            let voters = voting(&members);
            let started = started(&voters);
            let restores = started == 1 && voters.len() == 1;
            if !learner && !restores && started < (voters.len() + 1) / 2 + 1 {
                return Err(EtcdError::MemberNotEnoughStarted);
            }
            if self.connected(&voters) < voters.len() {
                return Err(EtcdError::Unhealthy);
            }
        }
        if taken(&members, None, &peer_urls) {
            return Err(EtcdError::PeerUrlExists);
        }
        let learners = members.iter().filter(|(_, member)| member.learner).count();
        if learner && learners >= self.inner.config.max_learners {
            return Err(EtcdError::TooManyLearners);
        }
        let token = &self.inner.config.token;
        let id = ids::fresh(peer_urls.iter().map(String::as_str), token);
        if members.iter().any(|(known, _)| *known == id) {
            return Err(EtcdError::MemberExists);
        }
        let member = Member {
            peer_urls,
            learner,
            ..Member::default()
        };
        let added = self.inner.raft.add_learner(id, member, false).await;
        added.map(|_| id).map_err(|error| refusal(&error))
    }

    async fn promote(&self, id: MemberId) -> Result<MemberId, EtcdError> {
        let members = self.members();
        let member = find(&members, id)?;
        if !member.learner {
            return Err(EtcdError::MemberNotLearner);
        }
        let (has, all) = self.progress(id);
        #[allow(clippy::cast_precision_loss)]
        if (has as f64) < READY * (all as f64) {
            return Err(EtcdError::LearnerNotReady);
        }
        if self.inner.config.strict_reconfig {
            let voters = voting(&members);
            if started(&voters) + 1 < (voters.len() + 1) / 2 + 1 {
                return Err(EtcdError::MemberNotEnoughStarted);
            }
        }
        self.let_vote(id, member).await
    }

    /// Has a member vote that has what the others have.
    async fn let_vote(&self, id: MemberId, mut member: Member) -> Result<MemberId, EtcdError> {
        member.learner = false;
        let changes = ChangeMembers::Batch(vec![
            ChangeMembers::SetNodes(BTreeMap::from([(id, member)])),
            ChangeMembers::AddVoterIds(BTreeSet::from([id])),
        ]);
        self.commit(changes, true).await?;
        Ok(id)
    }

    async fn update(&self, id: MemberId, peer_urls: Vec<String>) -> Result<MemberId, EtcdError> {
        let peer_urls = valid(&peer_urls)?;
        let members = self.members();
        find(&members, id)?;
        if taken(&members, Some(id), &peer_urls) {
            return Err(EtcdError::PeerUrlExists);
        }
        self.alter(id, |member| member.peer_urls = peer_urls).await
    }

    async fn remove(&self, id: MemberId) -> Result<MemberId, EtcdError> {
        let members = self.members();
        let member = find(&members, id)?;
        if self.inner.config.strict_reconfig && !member.learner {
            self.may_remove(id, &members)?;
        }
        let votes = {
            let metrics = self.inner.raft.server_metrics();
            let metrics = metrics.borrow_watched();
            metrics
                .membership_config
                .voter_ids()
                .any(|voter| voter == id)
        };
        let ids = BTreeSet::from([id]);
        let change = if votes {
            ChangeMembers::RemoveVoters(ids)
        } else {
            ChangeMembers::RemoveNodes(ids)
        };
        self.commit(change, false).await?;
        if id == self.inner.id {
            self.suspect_removal();
        } else {
            self.tell_removed(id);
        }
        Ok(id)
    }

    /// Refuses to remove a voter if too few would be left (etcd: `mayRemoveMember`).
    fn may_remove(&self, id: MemberId, members: &Members) -> Result<(), EtcdError> {
        let voters = voting(members);
        let others: Members = voters.iter().filter(|(v, _)| *v != id).cloned().collect();
        if started(&others) < others.len() / 2 + 1 {
            return Err(EtcdError::MemberNotEnoughStarted);
        }
        if id != self.inner.id && !self.is_connected(id) {
            return Ok(());
        }
        let rest = self.connected(&voters).saturating_sub(1);
        if rest < 1 + (voters.len() - 1) / 2 {
            return Err(EtcdError::Unhealthy);
        }
        Ok(())
    }

    async fn alter(
        &self,
        id: MemberId,
        change: impl FnOnce(&mut Member),
    ) -> Result<MemberId, EtcdError> {
        let mut member = find(&self.members(), id)?;
        change(&mut member);
        let nodes = BTreeMap::from([(id, member)]);
        self.commit(ChangeMembers::SetNodes(nodes), true).await?;
        Ok(id)
    }

    async fn commit(
        &self,
        change: ChangeMembers<MemberId, Member>,
        retain: bool,
    ) -> Result<(), EtcdError> {
        let changed = self.inner.raft.change_membership(change, retain).await;
        changed.map(drop).map_err(|error| refusal(&error))
    }

    /// Lets those vote that were added to and have what the others have; for the leader.
    pub(super) async fn let_ready_vote(&self) {
        let voters: BTreeSet<MemberId> = {
            let metrics = self.inner.raft.server_metrics();
            let metrics = metrics.borrow_watched();
            metrics.membership_config.voter_ids().collect()
        };
        for (id, member) in self.members() {
            let waits = !voters.contains(&id) && !member.learner && !member.name.is_empty();
            let (has, all) = self.progress(id);
            if waits && self.is_connected(id) && has + BEHIND >= all {
                let _turn = self.inner.changes.lock().await;
                // It may have been changed or removed meanwhile.
                let now = self.members().into_iter().find(|(known, _)| *known == id);
                if let Some((id, member)) = now
                    && let Err(error) = self.let_vote(id, member).await
                {
                    tracing::warn!("the member {id:x} cannot vote yet: {error}");
                }
            }
        }
    }

    /// Whether this member votes, or was added only to learn.
    pub(super) fn is_what_it_shall_be(&self) -> bool {
        let own = self.inner.id;
        let metrics = self.inner.raft.server_metrics();
        let metrics = metrics.borrow_watched();
        let members = &metrics.membership_config;
        let learns = members.get_node(&own).is_some_and(|member| member.learner);
        learns || members.voter_ids().any(|voter| voter == own)
    }

    /// How far a member's log is known to be the leader's, and how far that goes.
    fn progress(&self, id: MemberId) -> (u64, u64) {
        let metrics = self.inner.raft.metrics();
        let metrics = metrics.borrow_watched();
        let all = metrics.last_log_index.unwrap_or_default();
        let of = metrics.replication.as_ref().and_then(|all| all.get(&id));
        let has = of.and_then(Option::as_ref).map_or(0, |id| id.index);
        (has, all)
    }

    /// Whether a member answered a heartbeat lately.
    pub(super) fn is_connected(&self, id: MemberId) -> bool {
        if id == self.inner.id {
            return true;
        }
        let metrics = self.inner.raft.metrics();
        let metrics = metrics.borrow_watched();
        let of = metrics.heartbeat.as_ref().and_then(|all| all.get(&id));
        of.and_then(Option::as_ref)
            .is_some_and(|at| at.elapsed() < 2 * self.inner.config.election)
    }

    fn connected(&self, members: &Members) -> usize {
        let connected = members.iter().filter(|(id, _)| self.is_connected(*id));
        connected.count()
    }
}

fn voting(members: &Members) -> Members {
    let voting = members.iter().filter(|(_, member)| !member.learner);
    voting.cloned().collect()
}

fn started(members: &Members) -> usize {
    let started = members.iter().filter(|(_, member)| !member.name.is_empty());
    started.count()
}

fn find(members: &Members, id: MemberId) -> Result<Member, EtcdError> {
    let found = members.iter().find(|(known, _)| *known == id);
    let found = found.map(|(_, member)| member.clone());
    found.ok_or(EtcdError::MemberNotFound)
}

/// Whether another member is reached at one of these.
fn taken(members: &Members, but: Option<MemberId>, urls: &[String]) -> bool {
    members
        .iter()
        .filter(|(id, _)| Some(*id) != but)
        .any(|(_, member)| member.peer_urls.iter().any(|url| urls.contains(url)))
}

/// The URLs as they are written here, sorted as etcd sorts them.
fn valid(urls: &[String]) -> Result<Vec<String>, EtcdError> {
    let parsed: Result<Vec<Url>, _> = urls.iter().map(|url| url.parse()).collect();
    let parsed = parsed.map_err(|_| EtcdError::MemberBadUrls)?;
    if parsed.is_empty() || parsed.len() > 16 {
        return Err(EtcdError::MemberBadUrls);
    }
    let mut urls: Vec<String> = parsed.iter().map(ToString::to_string).collect();
    urls.sort();
    Ok(urls)
}

fn refusal(
    error: &RaftError<
        crate::kv::cluster::TypeConfig,
        ClientWriteError<crate::kv::cluster::TypeConfig>,
    >,
) -> EtcdError {
    match error {
        RaftError::APIError(ClientWriteError::ForwardToLeader(_)) => EtcdError::NotLeader,
        RaftError::APIError(ClientWriteError::LogEntryDiscarded(_)) => EtcdError::LeaderChanged,
        // Another change is not settled yet, such as one of the leader before.
        RaftError::APIError(_) => EtcdError::Unhealthy,
        RaftError::Fatal(_) => EtcdError::Stopped,
    }
}

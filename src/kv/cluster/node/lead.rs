//! What a member does by itself: it follows who leads, does a leader's work while it is one,
//! makes itself known, and finds out when it was removed.

use std::time::Duration;

use openraft::async_runtime::watch::WatchReceiver as _;
use openraft::{Instant as _, ServerState};

use super::{Ending, Node};
use crate::kv::cluster::peer::{Answer, MemberChange, Question, who};
use crate::kv::cluster::{Change, Command, MemberId};

/// How often a leader looks whether a member can begin to vote, and each whether it is known.
const TEND: Duration = Duration::from_millis(200);

/// How long a removed member is looked for to be told.
const TELL: u32 = 50;

impl Node {
    /// Starts all of it.
    pub(super) fn tend(&self) {
        tokio::spawn(self.clone().follow());
        tokio::spawn(self.clone().keep_known());
        let node = self.clone();
        tokio::spawn(async move {
            let revoke = |id| {
                let node = node.clone();
                async move {
                    let command = Command::own(Change::LeaseRevoke(id));
                    let _ = node.propose(command).await;
                }
            };
            node.inner.machine.expire_leases(revoke).await;
        });
    }

    /// Follows who leads.
    async fn follow(self) {
        let mut metrics = self.inner.raft.server_metrics();
        let mut term_led = 0;
        loop {
            let (state, leader, term) = {
                let now = metrics.borrow_watched();
                (now.state, now.current_leader, now.vote.leader_id.term)
            };
            for (id, member) in self.members() {
                self.inner.links.note(id, &member.peer_urls);
            }
            let leads = state == ServerState::Leader;
            let leader = leader.filter(|_| !leads || self.has_majority());
            // What was said of a leader long ago is no reason to believe in it.
            let leader = leader.filter(|id| {
                *id == self.inner.id || self.heard_within(3 * self.inner.config.election)
            });
            if leads && term_led != term {
                // The leases run from when all earlier entries are applied.
                let node = self.clone();
                tokio::spawn(async move { node.begin_to_lead(term).await });
                term_led = term;
            } else if !leads && term_led != 0 {
                term_led = 0;
                self.inner.machine.demote();
            }
            self.inner.leader.send_if_modified(|now| {
                let other = *now != leader;
                *now = leader;
                other
            });
            let _ = tokio::time::timeout(TEND, metrics.changed()).await;
            if let Err(fatal) = &self.inner.raft.metrics().borrow_watched().running_state {
                self.end(Ending::Failed(fatal.to_string()));
                return;
            }
        }
    }

    /// Whether a majority answered this leader lately.
    fn has_majority(&self) -> bool {
        let metrics = self.inner.raft.metrics();
        let metrics = metrics.borrow_watched();
        let alone = metrics.membership_config.voter_ids().count() < 2;
        let acked = metrics.last_quorum_acked.as_ref();
        alone || acked.is_none_or(|at| at.elapsed() < 3 * self.inner.config.election)
    }

    async fn begin_to_lead(&self, term: u64) {
        let read = self
            .inner
            .raft
            .ensure_linearizable(openraft::ReadPolicy::ReadIndex);
        let ready = read.await.is_ok();
        if ready && self.is_leader() && self.term() == term {
            self.inner.machine.promote(self.inner.config.election);
        } else if self.is_leader() && self.term() == term {
            // No majority answered yet.
            tokio::time::sleep(TEND).await;
            Box::pin(self.begin_to_lead(term)).await;
        }
    }

    /// Has the others know this member's name and client URLs (etcd: `publishV3`); returns whether
    /// they do.
    pub(super) async fn make_known(&self) -> bool {
        let config = &self.inner.config;
        let urls = config.advertise_client.iter();
        let client_urls: Vec<String> = urls.map(ToString::to_string).collect();
        let own = self
            .members()
            .into_iter()
            .find(|(id, _)| *id == self.inner.id);
        let Some((id, member)) = own else {
            return false;
        };
        if member.name == config.name && member.client_urls == client_urls {
            return true;
        }
        if self.leader().is_some() {
            let change = MemberChange::Started {
                id,
                name: config.name.clone(),
                client_urls,
            };
            let _ = self.ask_change(change).await;
        }
        false
    }

    /// Keeps this member known, and, as the leader, lets those vote that can.
    async fn keep_known(self) {
        loop {
            self.make_known().await;
            if self.is_leader() {
                self.let_ready_vote().await;
            }
            let estranged = self.inner.links.estranged(Duration::from_secs(10));
            if !estranged.is_empty() && !self.is_leader() {
                self.confirm_removal().await;
            }
            tokio::time::sleep(TEND).await;
        }
    }

    /// Looks, beside everything else, whether this member was removed.
    pub(super) fn suspect_removal(&self) {
        let node = self.clone();
        tokio::spawn(async move {
            for _ in 0..TELL {
                node.confirm_removal().await;
                if node.inner.ending.borrow().is_some() {
                    return;
                }
                tokio::time::sleep(TEND).await;
            }
        });
    }

    /// Ends this member if most of the others that answer know it no more.
    async fn confirm_removal(&self) {
        let (mut gone, mut there) = (0, 0);
        for (id, member) in self.members() {
            if id == self.inner.id {
                continue;
            }
            for url in member.peer_urls.iter().filter_map(|url| url.parse().ok()) {
                if let Ok(Answer::Members(cluster, members)) =
                    who(&self.inner.connector, &url).await
                    && cluster == self.inner.cluster
                {
                    let known = members.iter().any(|(id, _)| *id == self.inner.id);
                    if known {
                        there += 1
                    } else {
                        gone += 1
                    }
                    break;
                }
            }
        }
        if gone > there {
            self.end(Ending::Removed);
        }
    }

    /// Tells a member that it was removed, as openraft tells it nothing any more.
    pub(super) fn tell_removed(&self, id: MemberId) {
        let node = self.clone();
        tokio::spawn(async move {
            for _ in 0..TELL {
                let told = node
                    .inner
                    .links
                    .ask(id, &Question::Removed, Duration::from_secs(2));
                if told.await.is_ok() {
                    return;
                }
                tokio::time::sleep(TEND).await;
            }
        });
    }
}

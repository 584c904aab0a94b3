//! A member at work.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use openraft::async_runtime::watch::WatchReceiver as _;
use openraft::errors::{ClientWriteError, RaftError};
use openraft::{Raft, ReadPolicy};

use super::config::{Config, Url};
use super::log::Log;
use super::machine::Machine;
use super::peer::Peers;
use super::{Command, EtcdError, Member, MemberId, Outcome, TypeConfig, ids};
use crate::error::Error;

/// A member: what the services ask for changes and reads. Clones are of one member.
#[derive(Clone)]
pub struct Node {
    raft: Raft<TypeConfig, Machine>,
    machine: Machine,
    /// Its own id.
    id: MemberId,
    /// The cluster's id.
    cluster: u64,
    config: Arc<Config>,
}

impl Node {
    /// Starts a member.
    ///
    /// # Errors
    /// Its data cannot be read, or it cannot take part in the cluster.
    pub async fn start(config: &Config) -> crate::Result<Self> {
        let members = members(config);
        let (id, cluster) = own(config, &members)?;
        let machine = Machine::new();
        let raft = Raft::new(
            id,
            Arc::new(raft_config(config)?),
            Peers,
            Log::default(),
            machine.clone(),
        )
        .await
        .map_err(|e| failed(&e))?;
        if !raft.is_initialized().await.map_err(|e| failed(&e))? {
            raft.initialize(members).await.map_err(|e| failed(&e))?;
        }
        Ok(Self {
            raft,
            machine,
            id,
            cluster,
            config: Arc::new(config.clone()),
        })
    }

    /// How it is to run: what the flags said.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Waits until there is a leader.
    ///
    /// # Errors
    /// The member failed.
    pub async fn wait_ready(&self) -> crate::Result<()> {
        let wait = self.raft.wait(Some(Duration::from_secs(3600)));
        wait.metrics(|m| m.current_leader.is_some(), "a leader")
            .await
            .map_err(|e| failed(&e))?;
        Ok(())
    }

    /// Ends its work.
    pub async fn stop(&self) {
        let _ = self.raft.shutdown().await;
    }

    /// Has a change made by the cluster; returns when a majority has it on disk and this member
    /// has applied it.
    ///
    /// # Errors
    /// There is no leader, or what the change is refused for.
    pub async fn propose(&self, command: Command) -> Result<Outcome, EtcdError> {
        match self.raft.client_write(command).await {
            Ok(response) => Ok(response.data),
            Err(RaftError::APIError(ClientWriteError::ForwardToLeader(_))) => {
                Err(EtcdError::NoLeader)
            }
            Err(error) => Err(EtcdError::new(tonic::Code::Unavailable, error.to_string())),
        }
    }

    /// Returns the state that has all that was acknowledged before the call, anywhere.
    ///
    /// # Errors
    /// There is no leader.
    pub async fn linearized(&self) -> Result<&Machine, EtcdError> {
        self.raft
            .ensure_linearizable(ReadPolicy::ReadIndex)
            .await
            .map_err(|_| EtcdError::NoLeader)?;
        Ok(&self.machine)
    }

    /// Returns the state as this member knows it, which may be behind.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// This member's id.
    pub fn id(&self) -> MemberId {
        self.id
    }

    /// The cluster's id.
    pub fn cluster_id(&self) -> u64 {
        self.cluster
    }

    /// The leader, if there is one that this member knows of.
    pub fn leader(&self) -> Option<MemberId> {
        self.raft.metrics().borrow_watched().current_leader
    }

    /// The term that this member is in.
    pub fn term(&self) -> u64 {
        self.raft.metrics().borrow_watched().current_term
    }
}

/// The members that begin the cluster.
fn members(config: &Config) -> BTreeMap<MemberId, Member> {
    let member = |(name, urls): (&String, &Vec<Url>)| {
        let peer_urls: Vec<String> = urls.iter().map(ToString::to_string).collect();
        let id = ids::member(peer_urls.iter().map(String::as_str), &config.token);
        let member = Member {
            name: name.clone(),
            peer_urls,
            client_urls: Vec::new(),
        };
        (id, member)
    };
    config.initial_cluster.iter().map(member).collect()
}

/// This member's id, and the cluster's.
fn own(config: &Config, members: &BTreeMap<MemberId, Member>) -> crate::Result<(MemberId, u64)> {
    let own = members.iter().find(|(_, m)| m.name == config.name);
    let (id, _) = own.ok_or_else(|| {
        Error::usage(format!(
            "couldn't find local name \"{}\" in the initial cluster configuration",
            config.name
        ))
        .hint("name this member in --initial-cluster as in --name")
    })?;
    Ok((*id, ids::cluster(members.keys().copied())))
}

fn raft_config(config: &Config) -> crate::Result<openraft::Config> {
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let raft = openraft::Config {
        cluster_name: "netpipe".into(),
        heartbeat_interval: millis(config.heartbeat),
        election_timeout_min: millis(config.election),
        election_timeout_max: 2 * millis(config.election),
        ..openraft::Config::default()
    };
    raft.validate().map_err(|e| failed(&e))
}

fn failed(error: &impl std::fmt::Display) -> Error {
    Error::failed(format!("cannot start the member: {error}"))
}

//! A member at work.

use std::collections::BTreeMap;
use std::sync::Arc;

use openraft::async_runtime::watch::WatchReceiver as _;
use openraft::errors::{ClientWriteError, RaftError};
use openraft::{Config, Raft, ReadPolicy};

use super::log::Log;
use super::machine::Machine;
use super::peer::Peers;
use super::{Command, EtcdError, Member, MemberId, Outcome, TypeConfig};
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
}

impl Node {
    /// Starts the only member of a cluster of one.
    ///
    /// # Errors
    /// openraft's.
    pub async fn alone(id: MemberId, member: Member) -> crate::Result<Self> {
        let config = Config {
            cluster_name: "netpipe".into(),
            ..Config::default()
        };
        let config = config.validate().map_err(|e| failed(&e))?;
        let machine = Machine::new();
        let raft = Raft::new(id, Arc::new(config), Peers, Log::default(), machine.clone())
            .await
            .map_err(|e| failed(&e))?;
        raft.initialize(BTreeMap::from([(id, member)]))
            .await
            .map_err(|e| failed(&e))?;
        Ok(Self {
            raft,
            machine,
            id,
            cluster: id,
        })
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
                Err(EtcdError::no_leader())
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
            .map_err(|_| EtcdError::no_leader())?;
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

    /// The term that this member is in.
    pub fn term(&self) -> u64 {
        self.raft.metrics().borrow_watched().current_term
    }
}

fn failed(error: &impl std::fmt::Display) -> Error {
    Error::failed(format!("cannot start the member: {error}"))
}

//! The state machine: what the log's commands make of the tables, the same on every member.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::{Stream, TryStreamExt as _};
use openraft::alias::{LogIdOf, SnapshotMetaOf, SnapshotOf, StoredMembershipOf};
use openraft::storage::{EntryResponder, RaftSnapshotBuilder, RaftStateMachine};
use openraft::{EntryPayload, OptionalSend};

use super::{Change, Command, EtcdError, Outcome, Reply, TypeConfig};
use crate::kv::Result;
use crate::kv::store::{Reader, Tables, Writer};

/// The state machine. Clones are of one state: openraft applies to it, the services read it.
#[derive(Debug, Clone)]
pub struct Machine(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    tables: Tables,
    applied: Option<LogIdOf<TypeConfig>>,
    membership: StoredMembershipOf<TypeConfig>,
}

impl Machine {
    /// An empty state.
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            tables: Tables::new(None),
            applied: None,
            membership: StoredMembershipOf::<TypeConfig>::default(),
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what was applied so far.
    ///
    /// # Errors
    /// What `work` returns, or a storage failure.
    pub fn read<T>(&self, work: impl FnOnce(&Reader<'_>) -> Result<T>) -> Result<T> {
        // No lease of the tables ends by itself: the leader has them revoked.
        work(&Reader::begin(&self.state().tables, 0)?)
    }
}

impl Default for Machine {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    fn apply(&mut self, command: &Command) -> Outcome {
        let mut revision = 0;
        let done = Writer::begin(&mut self.tables, 0).and_then(|mut writer| {
            let result = change(&mut writer, &command.change);
            revision = writer.revision();
            writer.finish();
            result
        });
        match &done {
            Ok(_) => self.tables.keep(),
            Err(_) => self.tables.revert(),
        }
        Outcome {
            revision,
            result: done.map_err(EtcdError::from),
        }
    }
}

fn change(writer: &mut Writer<'_>, change: &Change) -> Result<Reply> {
    Ok(match change {
        Change::Txn(txn) => Reply::Txn(writer.txn(txn)?),
        Change::Compact(revision) => {
            writer.compact(*revision)?;
            Reply::Done
        }
        Change::LeaseGrant { id, ttl } => Reply::Lease(writer.lease_grant(*ttl, *id)?),
        Change::LeaseRevoke(id) => {
            writer.lease_revoke(*id)?;
            Reply::Done
        }
    })
}

/// A copy of the state, as it is sent to a member that is far behind.
pub type SnapshotData = io::Cursor<Vec<u8>>;

impl RaftStateMachine<TypeConfig> for Machine {
    type SnapshotData = SnapshotData;
    type SnapshotBuilder = Self;

    async fn applied_state(
        &mut self,
    ) -> io::Result<(Option<LogIdOf<TypeConfig>>, StoredMembershipOf<TypeConfig>)> {
        let state = self.state();
        Ok((state.applied, state.membership.clone()))
    }

    async fn apply<S>(&mut self, mut entries: S) -> io::Result<()>
    where
        S: Stream<Item = io::Result<EntryResponder<TypeConfig>>> + Unpin + OptionalSend,
    {
        while let Some((entry, responder)) = entries.try_next().await? {
            let mut state = self.state();
            state.applied = Some(entry.log_id);
            let outcome = match entry.payload {
                EntryPayload::Normal(command) => state.apply(&command),
                EntryPayload::Blank => Outcome::nothing(),
                EntryPayload::Membership(membership) => {
                    state.membership =
                        StoredMembershipOf::<TypeConfig>::new(Some(entry.log_id), membership);
                    Outcome::nothing()
                }
            };
            drop(state);
            if let Some(responder) = responder {
                responder.send(outcome);
            }
        }
        Ok(())
    }

    async fn get_snapshot_builder(&mut self) -> Self {
        self.clone()
    }

    async fn install_snapshot(
        &mut self,
        _meta: &SnapshotMetaOf<TypeConfig>,
        _snapshot: SnapshotData,
    ) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    async fn get_current_snapshot(
        &mut self,
    ) -> io::Result<Option<SnapshotOf<TypeConfig, SnapshotData>>> {
        Ok(None)
    }
}

impl RaftSnapshotBuilder<TypeConfig> for Machine {
    type SnapshotData = SnapshotData;

    async fn build_snapshot(&mut self) -> io::Result<SnapshotOf<TypeConfig, SnapshotData>> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

//! The state machine: what the log's commands make of the tables, the same on every member.
//!
//! - `apply`: what a command does; `state`: what came of all so far.
//! - `lessor`, `leases`: when leases end, which the leader alone decides.
//! - `alarms`: what is refused while something is wrong.
//! - `observer`: who is told of what was applied.
//! - `raft`: the same as openraft sees it.

mod alarms;
mod apply;
mod leases;
mod lessor;
mod observer;
mod raft;
mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use openraft::alias::StoredMembershipOf;

pub use alarms::{Alarm, AlarmKind, AlarmRequest};
pub use observer::Observer;
pub use raft::SnapshotData;
use state::State;

use super::auth::{AuthOptions, AuthState};
use super::{Auth, TypeConfig};
use crate::kv::Result;
use crate::kv::Revision;
use crate::kv::store::{Events, EventsRequest, Reader, Tables};

/// The state machine. Clones are of one state: openraft applies to it, the services read it.
#[derive(Debug, Clone)]
pub struct Machine {
    state: Arc<Mutex<State>>,
    auth: Arc<Auth>,
}

impl Machine {
    /// An empty state.
    pub fn new() -> Self {
        let auth = Arc::new(Auth::new(&AuthOptions::default(), AuthState::default()));
        Self {
            state: Arc::new(Mutex::new(State {
                tables: Tables::new(None),
                revision: 1,
                alarms: Default::default(),
                auth: Arc::clone(&auth),
                lessor: Default::default(),
                lease_ended: Default::default(),
                observer: None,
                applied: None,
                membership: StoredMembershipOf::<TypeConfig>::default(),
            })),
            auth,
        }
    }

    /// The users, roles and tokens.
    pub fn auth(&self) -> &Arc<Auth> {
        &self.auth
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what was applied so far, as of one moment.
    ///
    /// # Errors
    /// What `work` returns, or a storage failure.
    pub fn read<T>(&self, work: impl FnOnce(&Reader<'_>) -> Result<T>) -> Result<T> {
        work(&self.state().reader()?)
    }

    /// Returns the revision of the last change.
    pub fn revision(&self) -> Revision {
        self.state().revision
    }

    /// Returns what happened from a revision on, a piece at a time.
    ///
    /// # Errors
    /// [`crate::kv::KvError::Compacted`]: the first revision that there is is
    /// [`Reader::compacted`]; or a storage failure.
    pub fn events(&self, request: &EventsRequest) -> Result<Events> {
        self.read(|reader| reader.events(request))
    }

    /// Has `observer` told of every change from now on, in place of whoever was told before.
    pub fn observe(&self, observer: Arc<dyn Observer>) {
        self.state().observer = Some(observer);
    }

    /// Returns the alarms that are on.
    pub fn alarms(&self) -> Vec<Alarm> {
        self.state().alarms.iter().copied().collect()
    }
}

impl Default for Machine {
    fn default() -> Self {
        Self::new()
    }
}

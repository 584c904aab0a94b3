//! What was applied so far.

use std::sync::Arc;

use openraft::alias::{LogIdOf, StoredMembershipOf};
use tokio::sync::Notify;

use super::Observer;
use super::alarms::Alarms;
use super::lessor::Lessor;
use crate::kv::cluster::{Auth, TypeConfig};
use crate::kv::store::{Reader, Tables};
use crate::kv::{Result, Revision};

/// What was applied so far, and what is kept in memory of it.
#[derive(Debug)]
pub(super) struct State {
    pub(super) tables: Tables,
    /// That of the tables.
    pub(super) revision: Revision,
    pub(super) alarms: Alarms,
    pub(super) auth: Arc<Auth>,
    pub(super) lessor: Lessor,
    /// Told when a lease was revoked, or this member leads no longer.
    pub(super) lease_ended: Arc<Notify>,
    pub(super) observer: Option<Arc<dyn Observer>>,
    pub(super) applied: Option<LogIdOf<TypeConfig>>,
    pub(super) membership: StoredMembershipOf<TypeConfig>,
}

impl State {
    /// The answers to reads. No lease of the tables ends by itself: the leader has them revoked.
    pub(super) fn reader(&self) -> Result<Reader<'_>> {
        Reader::begin(&self.tables, 0)
    }
}

//! What was applied so far.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Notify;

use super::Observer;
use super::alarms::Alarms;
use super::image::{Position, View};
use super::lessor::Lessor;
use crate::kv::cluster::Auth;
use crate::kv::cluster::auth::AuthState;
use crate::kv::store::{Reader, Tables};
use crate::kv::{KvError, LeaseId, Result, Revision};

/// The row of the alarms.
pub(super) const ALARMS: &[u8] = b"alarms";

/// What the rows of users and roles begin with.
pub(super) const AUTH: &[u8] = b"auth/";

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
    /// How far the log was applied.
    pub(super) position: Position,
    /// What the image was at the last fold: the tables are upon it.
    pub(super) view: View,
    /// Whether somebody is writing the image, or another one for its place.
    pub(super) folding: bool,
    /// Whether a compaction has left rows for the next fold to remove.
    pub(super) unswept: bool,
    /// Why nothing can be done any more.
    pub(super) broken: Option<String>,
}

/// What is kept in memory of the rows of an image.
#[derive(Debug)]
pub(super) struct Loaded {
    tables: Tables,
    revision: Revision,
    alarms: Alarms,
    leases: Vec<(LeaseId, i64)>,
    pub(super) auth: AuthState,
}

impl Loaded {
    /// Reads it.
    pub(super) fn new(view: &View) -> Result<Self> {
        let tables = Tables::replicated(&view.rows);
        let reader = Reader::begin(&tables, 0)?;
        let revision = reader.revision();
        let ttl = |id| Ok((id, reader.lease_time_to_live(id, false)?.granted_ttl));
        let leases = reader
            .leases()?
            .into_iter()
            .map(ttl)
            .collect::<Result<_>>()?;
        let alarms = match tables.system(ALARMS)?.first() {
            Some((_, row)) => postcard::from_bytes(row).map_err(|cause| {
                KvError::storage(crate::kv::damaged("the alarms cannot be read").because(cause))
            })?,
            None => Alarms::new(),
        };
        let auth = AuthState::from_rows(tables.system(AUTH)?)?;
        Ok(Self {
            tables,
            revision,
            alarms,
            leases,
            auth,
        })
    }
}

impl State {
    /// The state that an image holds.
    pub(super) fn new(view: View, mut loaded: Loaded, auth: Arc<Auth>) -> Self {
        let mut lessor = Lessor::default();
        lessor.reset(std::mem::take(&mut loaded.leases), Instant::now());
        Self {
            tables: loaded.tables,
            revision: loaded.revision,
            alarms: loaded.alarms,
            auth,
            lessor,
            lease_ended: Arc::default(),
            observer: None,
            position: view.position.clone(),
            view,
            folding: false,
            unswept: false,
            broken: None,
        }
    }

    /// Takes another image's state over; returns what was there before, which takes a while to
    /// drop.
    pub(super) fn replace(&mut self, view: View, loaded: Loaded) -> impl Sized + Send + use<> {
        self.lessor.reset(loaded.leases, Instant::now());
        self.lease_ended.notify_waiters();
        self.auth.install(loaded.auth);
        if let Some(applied) = &view.position.applied {
            self.auth.applied(applied.index);
        }
        (self.revision, self.alarms) = (loaded.revision, loaded.alarms);
        self.position = view.position.clone();
        let old = std::mem::replace(&mut self.tables, loaded.tables);
        let old = (old, std::mem::replace(&mut self.view, view));
        if let Some(observer) = &self.observer {
            observer.replaced(self.revision);
        }
        old
    }

    /// The answers to reads. No lease of the tables ends by itself: the leader has them revoked.
    pub(super) fn reader(&self) -> Result<Reader<'_>> {
        Reader::begin(&self.tables, 0)
    }

    /// Refuses to go on after a failure of the disk.
    pub(super) fn check(&self) -> io::Result<()> {
        match &self.broken {
            Some(why) => Err(io::Error::other(why.clone())),
            None => Ok(()),
        }
    }
}

//! openraft's own suite for logs, with a state machine that only counts.

use std::io;
use std::sync::{Arc, Mutex};

use futures_util::{Stream, TryStreamExt};
use netpipe::kv::cluster::log::{Log, Settings};
use netpipe::kv::cluster::{Outcome, TypeConfig};
use openraft::alias::{LogIdOf, SnapshotMetaOf, SnapshotOf, StoredMembershipOf};
use openraft::storage::{EntryResponder, RaftSnapshotBuilder, RaftStateMachine};
use openraft::testing::log::{StoreBuilder, Suite};
use openraft::{EntryPayload, OptionalSend, StorageError};
use tempfile::TempDir;

use super::whole::in_directory;
use super::work::{SMALL, wait};

struct Builder;

impl StoreBuilder<TypeConfig, Log, Counting, TempDir> for Builder {
    async fn build(&self) -> Result<(TempDir, Log, Counting), StorageError<TypeConfig>> {
        let directory = tempfile::tempdir().unwrap();
        let settings = Settings {
            alone: false,
            ..SMALL
        };
        let log = in_directory(&directory, settings);
        Ok((directory, log, Counting::default()))
    }
}

#[test]
fn openrafts_own_suite_passes() {
    wait(Suite::test_all(Builder)).unwrap();
}

/// How far the log was applied.
#[derive(Debug, Clone, Default)]
struct Counter {
    meta: SnapshotMetaOf<TypeConfig>,
    snapshot: Option<SnapshotOf<TypeConfig, ()>>,
}

impl Counter {
    fn keep(&mut self) -> SnapshotOf<TypeConfig, ()> {
        let snapshot = SnapshotOf::<TypeConfig, ()> {
            meta: self.meta.clone(),
            snapshot: (),
        };
        self.snapshot.insert(snapshot).clone()
    }
}

/// A state machine. Clones are of one, for the suite asks it for what its builder made.
#[derive(Debug, Clone, Default)]
struct Counting(Arc<Mutex<Counter>>);

impl RaftStateMachine<TypeConfig> for Counting {
    type SnapshotData = ();
    type SnapshotBuilder = Self;

    async fn applied_state(
        &mut self,
    ) -> io::Result<(Option<LogIdOf<TypeConfig>>, StoredMembershipOf<TypeConfig>)> {
        let meta = self.0.lock().unwrap().meta.clone();
        Ok((meta.last_log_id, meta.last_membership))
    }

    async fn apply<S>(&mut self, mut entries: S) -> io::Result<()>
    where
        S: Stream<Item = io::Result<EntryResponder<TypeConfig>>> + Unpin + OptionalSend,
    {
        while let Some((entry, responder)) = entries.try_next().await? {
            let mut counter = self.0.lock().unwrap();
            counter.meta.last_log_id = Some(entry.log_id);
            if let EntryPayload::Membership(membership) = entry.payload {
                counter.meta.last_membership =
                    StoredMembershipOf::<TypeConfig>::new(Some(entry.log_id), membership);
            }
            if let Some(responder) = responder {
                responder.send(Outcome::nothing());
            }
        }
        Ok(())
    }

    async fn get_snapshot_builder(&mut self) -> Self {
        self.clone()
    }

    async fn install_snapshot(
        &mut self,
        meta: &SnapshotMetaOf<TypeConfig>,
        _snapshot: (),
    ) -> io::Result<()> {
        let mut counter = self.0.lock().unwrap();
        counter.meta = meta.clone();
        counter.keep();
        Ok(())
    }

    async fn get_current_snapshot(&mut self) -> io::Result<Option<SnapshotOf<TypeConfig, ()>>> {
        Ok(self.0.lock().unwrap().snapshot.clone())
    }
}

impl RaftSnapshotBuilder<TypeConfig> for Counting {
    type SnapshotData = ();

    async fn build_snapshot(&mut self) -> io::Result<SnapshotOf<TypeConfig, ()>> {
        Ok(self.0.lock().unwrap().keep())
    }
}

//! The machine as openraft sees it.

use std::io;

use futures_util::{Stream, TryStreamExt as _};
use openraft::alias::{LogIdOf, SnapshotMetaOf, SnapshotOf, StoredMembershipOf};
use openraft::storage::{EntryResponder, RaftSnapshotBuilder, RaftStateMachine};
use openraft::{EntryPayload, OptionalSend};

use super::{Machine, Position, SnapshotData};
use crate::kv::cluster::{Outcome, TypeConfig};

impl RaftStateMachine<TypeConfig> for Machine {
    type SnapshotData = SnapshotData;
    type SnapshotBuilder = Self;

    async fn applied_state(
        &mut self,
    ) -> io::Result<(Option<LogIdOf<TypeConfig>>, StoredMembershipOf<TypeConfig>)> {
        let Position {
            applied,
            membership,
        } = self.position();
        Ok((applied, membership))
    }

    async fn apply<S>(&mut self, mut entries: S) -> io::Result<()>
    where
        S: Stream<Item = io::Result<EntryResponder<TypeConfig>>> + Unpin + OptionalSend,
    {
        while let Some((entry, responder)) = entries.try_next().await? {
            let (outcome, wait) = {
                let mut state = self.state();
                let outcome = match entry.payload {
                    EntryPayload::Normal(command) => state.apply(entry.log_id.index, &command)?,
                    EntryPayload::Blank => Outcome::nothing(),
                    EntryPayload::Membership(membership) => {
                        let at = Some(entry.log_id);
                        state.position.membership =
                            StoredMembershipOf::<TypeConfig>::new(at, membership);
                        Outcome::nothing()
                    }
                };
                state.position.applied = Some(entry.log_id);
                (outcome, self.fold_if_due(&mut state))
            };
            if let Some(responder) = responder {
                responder.send(outcome);
            }
            if wait {
                self.folded().await?;
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
        snapshot: SnapshotData,
    ) -> io::Result<()> {
        let position = Position {
            applied: meta.last_log_id,
            membership: meta.last_membership.clone(),
        };
        self.install(position, snapshot).await
    }

    /// The image as of the last fold: it costs nothing to have, and is read as it is sent.
    async fn get_current_snapshot(
        &mut self,
    ) -> io::Result<Option<SnapshotOf<TypeConfig, SnapshotData>>> {
        let snapshot = self.snapshot();
        Ok(snapshot.meta.last_log_id.is_some().then_some(snapshot))
    }
}

impl Machine {
    fn snapshot(&self) -> SnapshotOf<TypeConfig, SnapshotData> {
        let view = self.state().view.clone();
        SnapshotOf::<TypeConfig, SnapshotData> {
            meta: SnapshotMetaOf::<TypeConfig> {
                last_log_id: view.position.applied,
                last_membership: view.position.membership.clone(),
            },
            snapshot: SnapshotData::of(view),
        }
    }
}

/// A snapshot is the image: to build one is to fold. Then the log is not needed up to there.
impl RaftSnapshotBuilder<TypeConfig> for Machine {
    type SnapshotData = SnapshotData;

    async fn build_snapshot(&mut self) -> io::Result<SnapshotOf<TypeConfig, SnapshotData>> {
        self.fold().await?;
        Ok(self.snapshot())
    }
}

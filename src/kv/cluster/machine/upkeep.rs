//! Sizes, hashes and defragmentation.

use std::io;

use super::Machine;
use crate::kv::cluster::EtcdError;
use crate::kv::store::{Hash, Reader, Tables, copied};
use crate::kv::{KvError, Revision};

impl Machine {
    /// How many bytes the state takes on the disk.
    pub fn size(&self) -> u64 {
        self.state().view.image.size()
    }

    /// About how many bytes of that are in use.
    pub fn size_in_use(&self) -> u64 {
        let state = self.state();
        state.view.live.min(state.view.image.size())
    }

    /// Whether there is room for so many bytes more; if there is not,
    /// [`super::AlarmKind::NoSpace`] is to be raised (etcd: `quotaKVServer`).
    pub fn has_room(&self, bytes: usize) -> bool {
        let state = self.state();
        let waiting = (state.tables.weight() + bytes) as u64;
        state.view.live.saturating_add(waiting) < self.shared.quota
    }

    /// How large the state may grow, in bytes.
    pub fn quota(&self) -> u64 {
        self.shared.quota
    }

    /// Hashes the keys up to a revision, 0 for the current one; the same on every member.
    ///
    /// # Errors
    /// [`EtcdError::Compacted`], [`EtcdError::FutureRevision`]; or the disk's.
    pub async fn hash_kv(&self, revision: Revision) -> Result<Hash, EtcdError> {
        self.hashed(move |reader| reader.hash_kv(revision)).await
    }

    /// Hashes all of the state; the same on every member that is as far.
    ///
    /// # Errors
    /// The disk's.
    pub async fn hash(&self) -> Result<Hash, EtcdError> {
        self.hashed(|reader| reader.hash()).await
    }

    /// Hashes the image, away from the thread that serves.
    async fn hashed(
        &self,
        work: impl FnOnce(&Reader<'_>) -> crate::kv::Result<Hash> + Send + 'static,
    ) -> Result<Hash, EtcdError> {
        self.fold().await.map_err(EtcdError::internal)?;
        let view = self.state().view.clone();
        let hashed = tokio::task::spawn_blocking(move || {
            let tables = Tables::replicated(&view.rows);
            work(&Reader::begin(&tables, 0)?)
        });
        Ok(hashed.await.map_err(EtcdError::internal)??)
    }

    /// Writes the state anew, without the room that deleted rows left, and gives that back to the
    /// file system. Changes go on all the while.
    ///
    /// # Errors
    /// The disk's.
    pub async fn defragment(&self) -> io::Result<()> {
        self.fold().await?;
        let claim = self.claim().await?;
        let machine = self.clone();
        let work = move || {
            let view = machine.state().view.clone();
            let made = machine.make_image(&view.position, copied(&view.rows));
            if let Ok((view, _)) = made {
                let mut state = machine.state();
                let old = state.tables.rebase(&view.rows);
                let old = (old, std::mem::replace(&mut state.view, view));
                drop(state);
                drop((old, claim));
                return Ok(());
            }
            drop(claim);
            made.map(drop)
        };
        tokio::task::spawn_blocking(work).await?
    }
}

impl From<KvError> for io::Error {
    fn from(error: KvError) -> Self {
        Self::other(error)
    }
}

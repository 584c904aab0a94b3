//! The embedded store: one file, no server, any number of netpipe processes at once.

pub mod disk;
pub mod engine;
mod head;
mod image;
mod journal;
mod lock;

use std::fs::{DirBuilder, File};
use std::hash::{BuildHasher, RandomState};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::error::Error;

use super::store::{Reader, Tables, UnixMillis, Writer};
use super::{
    Kv, KvError, LeaseGrant, LeaseId, LeaseTtl, RangeRequest, RangeResponse, Result, Revision, Txn,
    TxnResponse,
};
use engine::Engine;
use lock::{Inode, Lock, Share};

/// The name of the store's file in the state directory.
pub const FILE_NAME: &str = "kv.redb";

/// The version of the file's layout: a file with a higher one is refused.
pub const FORMAT: u32 = head::FORMAT;

/// How long to wait for other processes, unless [`LocalKv::lock_wait`] says otherwise.
pub const LOCK_WAIT: Duration = Duration::from_secs(5);

/// Makes the state directory (0700) if it is missing.
///
/// # Errors
/// It cannot be made.
pub fn make_directory(state_dir: &Path) -> crate::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(state_dir)
        .map_err(|cause| {
            Error::failed(format!(
                "cannot make the state directory {}",
                state_dir.display()
            ))
            .because(cause)
            .hint("run as root, or name another place with --state-dir")
        })
}

/// The embedded store.
///
/// The lock is held for one call at a time, never between calls, so that a process that keeps its
/// store open (the agent) keeps nobody out for longer than a commit, which is about half a
/// millisecond. What was read from the file is kept between calls, and what others have added
/// meanwhile is read from where they did.
#[derive(Debug)]
pub struct LocalKv {
    path: PathBuf,
    create: bool,
    lock_wait: Duration,
    kept: Mutex<Option<Kept>>,
}

/// An engine kept between calls, with the file that it is for, open.
#[derive(Debug)]
struct Kept {
    engine: Engine<Arc<File>>,
    file: Arc<File>,
    inode: Inode,
}

impl LocalKv {
    /// Opens the store in `state_dir`, and makes the directory (0700) if it is missing; the first
    /// call makes the file (0600).
    ///
    /// # Errors
    /// The directory cannot be made.
    pub fn open(state_dir: &Path) -> crate::Result<Self> {
        make_directory(state_dir)?;
        Ok(Self::at(state_dir, true))
    }

    /// Opens the store in `state_dir` for reading. Without a file it reads as empty, and nothing
    /// is made; changes through this handle fail while there is no file.
    pub fn open_read_only(state_dir: &Path) -> Self {
        Self::at(state_dir, false)
    }

    fn at(state_dir: &Path, create: bool) -> Self {
        Self {
            path: state_dir.join(FILE_NAME),
            create,
            lock_wait: LOCK_WAIT,
            kept: Mutex::new(None),
        }
    }

    /// Sets how long a call waits for other processes before it fails.
    #[must_use]
    pub fn lock_wait(mut self, wait: Duration) -> Self {
        self.lock_wait = wait;
        self
    }

    /// The store's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn write<T>(&self, work: impl FnOnce(&mut Writer<'_>) -> Result<T>) -> Result<T> {
        self.change(|engine| engine.write(now(), work))
    }

    /// Runs `work` under the exclusive lock.
    fn change<T>(&self, work: impl FnOnce(&mut Engine<Arc<File>>) -> Result<T>) -> Result<T> {
        let mut kept = self.kept();
        let Some((_lock, mut current)) = self.enter(kept.take(), Share::Exclusive)? else {
            return Err(KvError::storage(Error::not_found(format!(
                "there is no key-value store at {}",
                self.path.display()
            ))));
        };
        let result = work(&mut current.engine);
        // After a failure of the disk, what is in memory may not be what is in the file.
        if !matches!(result, Err(KvError::Storage(_))) {
            *kept = Some(current);
        }
        result.map_err(|error| self.name_file(error))
    }

    /// Runs `work` under the shared lock; a store that is not there reads as empty.
    fn read<T>(&self, work: impl FnOnce(&Reader<'_>) -> Result<T>) -> Result<T> {
        let mut kept = self.kept();
        let Some((_lock, current)) = self.enter(kept.take(), Share::Shared)? else {
            return work(&Reader::begin(&Tables::new(None), now())?);
        };
        let result = current.engine.read(now(), work);
        *kept = Some(current);
        result.map_err(|error| self.name_file(error))
    }

    /// Takes the lock, and brings an engine up to date; `None` if there is no file.
    fn enter(&self, kept: Option<Kept>, share: Share) -> Result<Option<(Lock, Kept)>> {
        if let Some(mut kept) = kept
            && let Some(lock) = Lock::retake(&kept.file, &self.path, kept.inode, share)?
            && kept.engine.resume().map_err(|e| self.name_file(e))?
        {
            return Ok(Some((lock, kept)));
        }
        let Some(lock) = Lock::take(&self.path, share, self.create, self.lock_wait)? else {
            return Ok(None);
        };
        let (file, inode) = (lock.file().clone(), lock.inode());
        let engine = match share {
            Share::Exclusive => Some(self.open_engine(&lock)?),
            Share::Shared => {
                Engine::open_shared(lock.file().clone()).map_err(|e| self.name_file(e))?
            }
        };
        match engine {
            Some(engine) => Ok(Some((
                lock,
                Kept {
                    engine,
                    file,
                    inode,
                },
            ))),
            // It must be recovered, which readers must not see.
            None => {
                drop(lock);
                self.enter(None, Share::Exclusive)
            }
        }
    }

    fn open_engine(&self, lock: &Lock) -> Result<Engine<Arc<File>>> {
        let engine = Engine::open(lock.file().clone()).map_err(|e| self.name_file(e))?;
        if engine.is_new() {
            // The name must survive a power cut as the contents do.
            let dir = self.path.parent().unwrap_or(Path::new("/"));
            for dir in [Some(dir), dir.parent()].into_iter().flatten() {
                let dir = if dir.as_os_str().is_empty() {
                    Path::new(".")
                } else {
                    dir
                };
                File::open(dir)?.sync_all()?;
            }
        }
        Ok(engine)
    }

    fn kept(&self) -> MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn name_file(&self, error: KvError) -> KvError {
        match error {
            KvError::Storage(error) => {
                KvError::storage(error.while_doing(&self.path.display().to_string()))
            }
            error => error,
        }
    }
}

impl Kv for LocalKv {
    fn range(&self, request: &RangeRequest) -> Result<RangeResponse> {
        self.read(|reader| reader.range(request))
    }

    fn txn(&self, txn: &Txn) -> Result<TxnResponse> {
        self.write(|writer| writer.txn(txn))
    }

    fn txn_later(&self, txn: &Txn) -> Result<TxnResponse> {
        self.change(|engine| engine.write_later(now(), |writer| writer.txn(txn)))
    }

    fn compact(&self, revision: Revision) -> Result<Revision> {
        self.write(|writer| writer.compact(revision))
    }

    fn lease_grant(&self, ttl: i64, id: LeaseId) -> Result<LeaseGrant> {
        // A chosen id that is taken by chance (one in 2^63) shows as `LeaseExists`.
        self.write(|writer| writer.lease_grant(ttl, if id == 0 { random_id() } else { id }))
    }

    fn lease_revoke(&self, id: LeaseId) -> Result<Revision> {
        self.write(|writer| writer.lease_revoke(id))
    }

    fn lease_keepalive(&self, id: LeaseId) -> Result<i64> {
        self.write(|writer| writer.lease_keepalive(id))
    }

    fn lease_time_to_live(&self, id: LeaseId, keys: bool) -> Result<LeaseTtl> {
        self.read(|reader| reader.lease_time_to_live(id, keys))
    }

    fn leases(&self) -> Result<Vec<LeaseId>> {
        self.read(|reader| reader.leases())
    }
}

/// The time by the wall clock; before 1970 counts as 1970.
fn now() -> UnixMillis {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A positive lease id that others are not likely to choose.
fn random_id() -> LeaseId {
    // Seeded by the kernel for each process, and different for each call.
    let bits = RandomState::new().hash_one((std::process::id(), now()));
    i64::try_from(bits >> 1).unwrap_or(1).max(1)
}

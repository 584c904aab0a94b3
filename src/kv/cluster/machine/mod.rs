//! The state machine: what the log's commands make of the tables, the same on every member.
//!
//! - `apply`: what a command does; `state`: what came of all so far.
//! - `lessor`, `leases`: when leases end, which the leader alone decides.
//! - `alarms`: what is refused while something is wrong.
//! - `observer`: who is told of what was applied.
//! - `image`, `sealed`: the state on disk; `fold`: how it gets there.
//! - `stream`, `snapshot`, `files`: a state on its way to another member, to a file, and back.
//! - `upkeep`: sizes, hashes, defragmentation.
//! - `raft`: the same as openraft sees it.

mod alarms;
mod apply;
mod files;
mod fold;
mod image;
mod leases;
mod lessor;
mod observer;
mod raft;
mod sealed;
mod snapshot;
mod state;
mod stream;
mod upkeep;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

pub use alarms::{Alarm, AlarmKind, AlarmRequest};
pub use files::{SnapshotStatus, export_local, has_state, import_local, restore, status};
pub use image::Position;
pub use observer::Observer;
pub use snapshot::{Incoming, Pieces, SavedSnapshot, SnapshotData};
pub use stream::SnapshotHead;

use image::Image;
use state::{Loaded, State};

use super::Auth;
use super::auth::AuthOptions;
use crate::error::Error;
use crate::kv::local::disk::Disk;
use crate::kv::store::{Events, EventsRequest, Reader};
use crate::kv::{Result, Revision};

/// The name of the state's file in its directory.
pub const FILE_NAME: &str = "state";

/// How large the state may grow unless told otherwise (etcd: `--quota-backend-bytes`), in bytes.
pub const DEFAULT_QUOTA: u64 = 2 << 30;

/// What can be chosen about the state of a member.
#[derive(Debug, Clone)]
pub struct MachineOptions {
    /// How large it may grow, in bytes.
    pub quota: u64,
    /// About users and tokens.
    pub auth: AuthOptions,
}

impl Default for MachineOptions {
    fn default() -> Self {
        Self {
            quota: DEFAULT_QUOTA,
            auth: AuthOptions::default(),
        }
    }
}

/// The state machine. Clones are of one state: openraft applies to it, the services read it.
#[derive(Debug, Clone)]
pub struct Machine {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    auth: Arc<Auth>,
    /// Counts how often somebody was done with writing the image.
    folds: watch::Sender<u64>,
    /// Where the image and what is made for its place are; `None` if it is on no file system.
    dir: Option<PathBuf>,
    stopped: Arc<AtomicBool>,
    quota: u64,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

impl Machine {
    /// Opens the state in a directory, which must be there; an empty one if there is none. It is as
    /// of [`Machine::position`]: the log has the rest.
    ///
    /// # Errors
    /// The state is damaged, of another format, or open elsewhere; or the disk fails.
    pub fn open(dir: &Path, options: &MachineOptions) -> crate::Result<Self> {
        let path = dir.join(FILE_NAME);
        let stopped = Arc::default();
        let image = Image::open(&path, &stopped)?;
        // Nobody else has it open, so what is half made is nobody's.
        files::tidy(dir).map_err(|cause| {
            Error::failed(format!("cannot use the directory {}", dir.display())).because(cause)
        })?;
        Self::with(image, stopped, Some(dir.to_owned()), options).map_err(|error| {
            Error::from(error)
                .while_doing(&path.display().to_string())
                .hint("a member of several whose state is lost is removed, and added anew")
        })
    }

    /// Opens the state on a disk of the caller's: no other state can be put in its place.
    ///
    /// # Errors
    /// As [`Machine::open`].
    pub fn on(disk: Arc<dyn Disk>, options: &MachineOptions) -> Result<Self> {
        let stopped = Arc::default();
        Self::with(Image::on(disk, &stopped)?, stopped, None, options)
    }

    fn with(
        image: Image,
        stopped: Arc<AtomicBool>,
        dir: Option<PathBuf>,
        options: &MachineOptions,
    ) -> Result<Self> {
        let view = Arc::new(image).view()?;
        let mut loaded = Loaded::new(&view)?;
        let users = std::mem::take(&mut loaded.auth);
        let auth = Arc::new(Auth::new(&options.auth, users));
        if let Some(applied) = &view.position.applied {
            auth.applied(applied.index);
        }
        let state = State::new(view, loaded, auth.clone());
        Ok(Self {
            shared: Arc::new(Shared {
                state: Mutex::new(state),
                auth,
                folds: watch::Sender::new(0),
                dir,
                stopped,
                quota: options.quota,
            }),
        })
    }

    /// The users, roles and tokens.
    pub fn auth(&self) -> &Arc<Auth> {
        &self.shared.auth
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }

    /// Reads what was applied so far, as of one moment.
    ///
    /// # Errors
    /// What `work` returns, or a storage failure.
    pub fn read<T>(&self, work: impl FnOnce(&Reader<'_>) -> Result<T>) -> Result<T> {
        let state = self.state();
        state.check()?;
        work(&state.reader()?)
    }

    /// Returns the revision of the last change.
    pub fn revision(&self) -> Revision {
        self.state().revision
    }

    /// Returns how far the log was applied, and the members as of then.
    pub fn position(&self) -> Position {
        self.state().position.clone()
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

    /// Says that this member ends: nobody waits for a full disk any more.
    pub fn stop(&self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
    }
}

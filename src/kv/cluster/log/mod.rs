//! The Raft log on the disk: what a member has promised to the others, before it answers.
//!
//! The log is a chain of records (`record`) in segments (`segment`) of a directory (`files`):
//! entries, votes, and what was cut off or purged, in the order in which openraft asked for them,
//! so a vote and entries never change places. `tape` says what goes where, `flush` when it is
//! written and synced, `recover` reads it again, `entries` knows where each entry is and keeps the
//! newest in memory, `read` gets the others, `upkeep` makes segments and lets go of them, and
//! `storage` is all that for openraft.
//!
//! **A torn tail or a flipped bit?** Reading ends at the first record that is not whole. Each
//! record says up to where the log was durable when it was written. If any record behind the end
//! proves that more than is left was durable, the disk has lost something that was acknowledged:
//! the log is refused, and the place named. If none does, what is there was never synced, nobody
//! has been told of it, and it is cut off. A hint of what is committed is written 20 ms after the
//! last entries, and is such a proof for them.

pub mod files;

mod entries;
mod flush;
mod read;
mod record;
mod recover;
mod segment;
mod state;
mod storage;
mod tape;
mod upkeep;

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use openraft::alias::{EntryOf, LogIdOf, VoteOf};
use serde::{Deserialize, Serialize};

use self::files::{Directory, Files};
use self::record::Kind;
use self::state::State;
use super::{MemberId, TypeConfig};
use crate::error::Error;

type Entry = EntryOf<TypeConfig>;
type LogId = LogIdOf<TypeConfig>;
type Vote = VoteOf<TypeConfig>;

/// The log. Clones are of one log; it is closed when the last of them is dropped.
#[derive(Debug, Clone)]
pub struct Log(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    files: Arc<dyn Files>,
    settings: Settings,
}

/// Whose log it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The cluster's id.
    pub cluster: u64,
    /// The member's id.
    pub member: MemberId,
}

/// How the log goes about its work. Sizes are in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// The size of a segment. The disk takes up to two more than the entries need.
    pub segment: u64,
    /// The size of the first segment, for which a new member has to wait.
    pub first: u64,
    /// How many bytes of entries are kept in memory, the newest, for members that lag.
    pub cache: u64,
    /// Does all work where it comes up, and none on other threads or later: without a runtime.
    pub alone: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            segment: 16 << 20,
            first: 4 << 20,
            cache: 16 << 20,
            alone: false,
        }
    }
}

/// How a log is.
#[derive(Debug, Clone, Default)]
pub struct Status {
    /// How many entries there are.
    pub entries: usize,
    /// How many segments.
    pub segments: usize,
    /// What they take on the disk, in bytes, spare ones included.
    pub bytes: u64,
    /// The syncs since it was opened.
    pub syncs: Syncs,
    /// Why there is no room to grow. The log takes what fits into the last segment yet, so no
    /// more should be asked of it than what makes room.
    pub full: Option<String>,
    /// Why nothing is taken any more until it is opened again. It can be read all the same.
    pub failed: Option<String>,
}

/// How many syncs there were and how long they took, as etcd counts them
/// (`etcd_disk_wal_fsync_duration_seconds`, server/storage/wal/metrics.go).
#[derive(Debug, Clone, Copy, Default)]
pub struct Syncs {
    /// How many.
    pub count: u64,
    /// The entries that they were for.
    pub entries: u64,
    /// How long all of them took, the writes before them included.
    pub time: Duration,
    /// How many took at most 1 ms, 2 ms, 4 ms and so on.
    pub buckets: [u64; 14],
}

/// All that a log says, but its entries.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Known {
    /// A random number. It makes the sums of what follows others than those of whatever was once
    /// written behind the same records, and lost.
    salt: u64,
    owner: Option<Owner>,
    vote: Option<Vote>,
    committed: Option<LogId>,
    purged: Option<LogId>,
}

impl Known {
    /// The same with another salt.
    fn anew(&self) -> Self {
        Self {
            salt: segment::random(),
            ..self.clone()
        }
    }
}

impl Log {
    /// Opens the log in a directory, which is made if it is not there.
    ///
    /// # Errors
    /// The directory cannot be used or is in use; the log is damaged, or a newer netpipe's.
    pub fn open(dir: &Path) -> crate::Result<Self> {
        Self::open_with(Arc::new(Directory::open(dir)?), Settings::default())
    }

    /// Opens the log in a directory of one's own.
    ///
    /// # Errors
    /// As [`Log::open`].
    pub fn open_with(files: Arc<dyn Files>, settings: Settings) -> crate::Result<Self> {
        let state = recover::open(&*files, &settings)?;
        let shared = Shared {
            state: Mutex::new(state),
            files,
            settings,
        };
        Ok(Self(Arc::new(shared)))
    }

    /// Whose log it is; `None` if nobody has claimed it.
    pub fn owner(&self) -> Option<Owner> {
        self.0.state().known.owner
    }

    /// Makes it a member's, durably; does nothing if it is that member's already.
    ///
    /// # Errors
    /// It is another member's, or another cluster's; or it cannot be written.
    pub async fn claim(&self, owner: Owner) -> crate::Result<()> {
        match self.owner() {
            Some(found) if found == owner => return Ok(()),
            Some(found) => return Err(self.belongs_to(found, owner)),
            None => {}
        }
        let claimed = self.durably(|state| {
            state.known.owner = Some(owner);
            let known = state.known.anew();
            state.push(Kind::Known, &known)
        });
        claimed.await.map_err(|error| {
            Error::failed(format!("cannot write the Raft log `{}`", self.path())).because(error)
        })
    }

    fn belongs_to(&self, found: Owner, wanted: Owner) -> Error {
        Error::conflict(format!(
            "the Raft log `{}` is that of member {:x} of cluster {:x}, and this is member {:x} of \
             cluster {:x}",
            self.path(),
            found.member,
            found.cluster,
            wanted.member,
            wanted.cluster
        ))
        .hint("name the data directory of this member, or an empty one")
    }

    /// Whether nothing was ever written to it: the member is new, or its directory was wiped.
    pub fn is_new(&self) -> bool {
        let state = self.0.state();
        let known = &state.known;
        state.entries.len() == 0 && known.purged.is_none() && known.vote.is_none()
    }

    /// How it is.
    pub fn status(&self) -> Status {
        let state = self.0.state();
        let (segments, bytes) = state.tape.extent();
        Status {
            entries: state.entries.len(),
            segments,
            bytes,
            syncs: state.syncs,
            full: state.full.clone(),
            failed: state.failed.as_ref().map(ToString::to_string),
        }
    }

    fn path(&self) -> String {
        self.0.files.path("").trim_end_matches('/').to_owned()
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An error like another one, for the next who has to be told.
fn again(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), error.to_string())
}

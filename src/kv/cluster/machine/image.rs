//! The state on disk: redb in a [`Sealed`] file, with the place in the log that it is at in the
//! same transaction as the rows.
//!
//! It is always behind: the log is what makes a command durable. A fold writes what was applied
//! since the last one, in one commit; what was applied after that is applied again from the log
//! when the member starts. So a crash or a power cut anywhere in a fold costs nothing but a longer
//! start.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use openraft::alias::{LogIdOf, StoredMembershipOf};
use redb::{Builder, Database, ReadTransaction, ReadableDatabase as _, WriteTransaction};
use serde::{Deserialize, Serialize};

use super::sealed::{self, FORMAT, Head, Sealed, head};
use crate::error::Error;
use crate::kv::cluster::TypeConfig;
use crate::kv::local::disk::Disk;
use crate::kv::store::{self, Copied, Frozen};
use crate::kv::{KvError, Result};

/// redb's cache: what is read often stays in it, and the rest in the kernel's, which has it at no
/// one's cost.
const CACHE_BYTES: usize = 24 << 20;

/// How many changes a fold removes at most for a compaction: so many take about a second.
const SWEEP: usize = 100_000;

const POSITION: &[u8] = b"raft";
const LIVE: &[u8] = b"live";

/// How far the log was applied, and the members as of then.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The last entry.
    pub applied: Option<LogIdOf<TypeConfig>>,
    /// The last members that the log told of up to there.
    pub membership: StoredMembershipOf<TypeConfig>,
}

/// The state on disk.
#[derive(Debug)]
pub(super) struct Image {
    db: Database,
    disk: Arc<dyn Disk>,
}

/// What can be read of an image.
#[derive(Debug, Clone)]
pub(super) struct View {
    /// Without which the rows cannot be read any more.
    pub(super) image: Arc<Image>,
    pub(super) rows: Arc<ReadTransaction>,
    pub(super) position: Position,
    /// About how many bytes its rows take.
    pub(super) live: u64,
}

impl Image {
    /// Opens the image in a file, which is made if it is missing. No two processes have it open.
    pub(super) fn open(path: &Path, stopped: &Arc<AtomicBool>) -> crate::Result<Self> {
        let within = |error: Error| error.while_doing(&path.display().to_string());
        let failed =
            |cause: io::Error| within(Error::failed("cannot open the state").because(cause));
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .map_err(failed)?;
        if !lock(&file) {
            return Err(within(
                Error::conflict("another process has the state open")
                    .hint("stop it, or give this member a data directory of its own"),
            ));
        }
        Self::on(Arc::new(Arc::new(file)), stopped).map_err(|error| within(error.into()))
    }

    /// Opens the image on a disk.
    pub(super) fn on(disk: Arc<dyn Disk>, stopped: &Arc<AtomicBool>) -> Result<Self> {
        match head(&*disk)? {
            Head::Blank => return Self::make(disk, stopped),
            Head::Foreign => return Err(KvError::storage(foreign())),
            Head::State(format) if format != FORMAT => {
                return Err(KvError::storage(other_format(format)));
            }
            Head::State(_) => {}
        }
        Self::sealed(disk, stopped)
    }

    /// Makes an empty image. Its first bytes tell that the rest is there, so what a crash left of
    /// an earlier try counts for nothing.
    fn make(disk: Arc<dyn Disk>, stopped: &Arc<AtomicBool>) -> Result<Self> {
        disk.set_len(0)?;
        sealed::clear(&*disk)?;
        let image = Self::sealed(disk, stopped)?;
        image.change(&Position::default(), |_| Ok((0, false)))?;
        sealed::mark(&*image.disk)?;
        Ok(image)
    }

    fn sealed(disk: Arc<dyn Disk>, stopped: &Arc<AtomicBool>) -> Result<Self> {
        let sealed = Sealed::open(disk.clone(), stopped.clone())?;
        let mut builder = Builder::new();
        builder.set_cache_size(CACHE_BYTES);
        let db = builder.create_with_backend(sealed)?;
        Ok(Self { db, disk })
    }

    /// The image as it is now.
    pub(super) fn view(self: &Arc<Self>) -> Result<View> {
        let rows = Arc::new(self.db.begin_read()?);
        let position = match store::meta_row(&rows, POSITION)? {
            Some(row) => postcard::from_bytes(&row).map_err(|cause| {
                let error = crate::kv::damaged("its place in the log cannot be read");
                KvError::storage(error.because(cause))
            })?,
            None => Position::default(),
        };
        let live = store::meta_row(&rows, LIVE)?;
        let live = live.and_then(|row| Some(u64::from_be_bytes(*row.first_chunk()?)));
        Ok(View {
            image: self.clone(),
            rows,
            position,
            live: live.unwrap_or(0),
        })
    }

    /// Writes what changed into the image, with where that is in the log; returns whether a
    /// compaction has left rows for the next fold to remove, too.
    pub(super) fn fold(
        self: &Arc<Self>,
        frozen: &Frozen,
        position: &Position,
    ) -> Result<(View, bool)> {
        let before = self.view()?.live;
        let (_, unswept) = self.change(position, |txn| {
            let grown = frozen.fold(txn)?;
            let (swept, unswept) = store::sweep(txn, SWEEP)?;
            Ok((before.saturating_add_signed(grown + swept), unswept))
        })?;
        Ok((self.view()?, unswept))
    }

    /// Fills an empty image with rows.
    pub(super) fn fill(
        &self,
        position: &Position,
        rows: impl Iterator<Item = Result<Copied>>,
    ) -> Result<()> {
        self.change(position, |txn| {
            let live = store::paste(txn, rows)?;
            Ok((live, false))
        })?;
        Ok(())
    }

    /// One durable commit. "Quick repair" has it synced before it counts, and lets redb recover
    /// from a crash without reading all of it.
    fn change(
        &self,
        position: &Position,
        work: impl FnOnce(&WriteTransaction) -> Result<(u64, bool)>,
    ) -> Result<(u64, bool)> {
        let mut txn = self.db.begin_write()?;
        txn.set_quick_repair(true);
        let done = work(&txn).and_then(|done| {
            let row = postcard::to_stdvec(position).map_err(|cause| {
                KvError::storage(Error::failed("cannot write the place in the log").because(cause))
            })?;
            store::put_meta_row(&txn, POSITION, &row)?;
            store::put_meta_row(&txn, LIVE, &done.0.to_be_bytes())?;
            Ok(done)
        });
        match done {
            Ok(done) => {
                txn.commit()?;
                Ok(done)
            }
            Err(error) => {
                // The first error is the one that tells.
                let _ = txn.abort();
                Err(error)
            }
        }
    }

    /// How long the file is, in bytes.
    pub(super) fn size(&self) -> u64 {
        self.disk.len().unwrap_or(0)
    }
}

/// Has nobody else open the file; returns whether that could be. Who is just ending is waited for.
fn lock(file: &File) -> bool {
    const TRIES: usize = 40;
    (0..TRIES).any(|number| {
        if number > 0 {
            std::thread::sleep(Duration::from_millis(50));
        }
        file.try_lock().is_ok()
    })
}

/// Makes sure that the names in a directory survive a power cut.
pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

fn foreign() -> Error {
    Error::failed("the file is not the state of a member")
        .hint("give the member an empty data directory, or the one it had before")
}

fn other_format(format: u32) -> Error {
    let error = Error::failed(format!(
        "the state has format {format}, this netpipe knows format {FORMAT}"
    ));
    error.hint(
        "another version of netpipe wrote it: use that one, or remove the member and add it anew",
    )
}

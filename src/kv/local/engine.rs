//! The store on a disk that its caller has locked: opening, recovering, reading and writing.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use redb::{Builder, Database, DatabaseError, ReadableDatabase};

use crate::error::Error;
use crate::kv::store::{Reader, UnixMillis, Writer};
use crate::kv::{KvError, Result};

use super::backend::{Backend, Handle, Mode};
use super::disk::Disk;
use super::header::Header;
use super::note;
use super::seal::{self, FORMAT, Head, PAGE};

/// redb's cache. Its default, 1 GiB, would be room for what a registry never holds; a commit may
/// be written early, but stays correct, if it does not fit.
const CACHE_BYTES: usize = 16 << 20;

/// The store, open on a disk. Whoever calls it holds the lock that keeps other openers away, and
/// [`Engine::park`]s it before giving that up.
#[derive(Debug)]
pub struct Engine<D: Disk> {
    pub(super) db: Database,
    pub(super) backend: Arc<Backend<D>>,
    /// The digest of the note that was applied to the commit that the header names.
    pub(super) note: Option<u64>,
}

/// What a file turned out to hold.
enum Found {
    /// Nothing that was ever acknowledged.
    Blank,
    /// A commit that may be taken without verifying it.
    Whole(Header),
    /// A commit that redb must verify.
    Doubtful(Option<Header>),
}

impl<D: Disk> Engine<D> {
    /// Opens the store for writing, makes it if the disk is empty, and recovers it if its last
    /// user died. Needs an exclusive lock.
    ///
    /// # Errors
    /// What is on the disk is not a store, is damaged, is of a newer format; or the disk fails.
    pub fn open(disk: D) -> Result<Self> {
        let found = inspect(&disk, true)?;
        let (mode, header, shown) = match found {
            Found::Blank => {
                disk.set_len(0)?;
                (Mode::Strict, None, None)
            }
            Found::Whole(header) => (Mode::OneSync, Some(header), Some(header.clean())),
            Found::Doubtful(header) => (Mode::Strict, header, header.map(Header::distrusted)),
        };
        let backend = Backend::new(disk, mode, header, shown);
        let repaired = Arc::new(AtomicBool::new(false));
        let seen = repaired.clone();
        let db = Builder::new()
            .set_cache_size(CACHE_BYTES)
            .set_repair_callback(move |_| seen.store(true, Ordering::Relaxed))
            .create_with_backend(Handle(backend.clone()))?;
        if mode == Mode::Strict {
            let header = backend
                .header()
                .ok_or_else(|| damaged("redb wrote no header"))?;
            seal::write_head(backend.disk(), header.commit())?;
            backend.all_synced();
            backend.set_mode(Mode::OneSync);
        }
        if repaired.load(Ordering::Relaxed) {
            // redb's recovery leaves the allocator's state for the next commit to store; until
            // then every opening would recover again.
            let mut txn = db.begin_write()?;
            txn.set_quick_repair(true);
            txn.commit()?;
        }
        let mut engine = Self {
            db,
            backend,
            note: None,
        };
        engine.apply_note()?;
        Ok(engine)
    }

    /// Runs `work` in one durable commit; nothing is kept if it fails, and nothing is synced if
    /// it changes nothing.
    ///
    /// # Errors
    /// What `work` returns, or a failure of the disk, after which the engine must be dropped.
    pub fn write<T>(
        &mut self,
        now: UnixMillis,
        work: impl FnOnce(&mut Writer<'_>) -> Result<T>,
    ) -> Result<T> {
        self.backend.pay()?;
        let mut txn = self.db.begin_write()?;
        txn.set_quick_repair(true);
        let done = Writer::begin(&txn, now).and_then(|mut writer| {
            let out = work(&mut writer)?;
            Ok((out, writer.finish()?))
        });
        match done {
            Ok((out, true)) => {
                txn.commit()?;
                self.note = None;
                Ok(out)
            }
            Ok((out, false)) => txn.abort().map(|()| out).map_err(KvError::from),
            Err(error) => {
                // The first error is the one that tells.
                let _ = txn.abort();
                Err(error)
            }
        }
    }

    /// As [`Engine::write`], but a power cut may undo the commit until the next one: it is not
    /// synced by itself. A crash of this process does not undo it.
    ///
    /// # Errors
    /// As [`Engine::write`].
    pub fn write_later<T>(
        &mut self,
        now: UnixMillis,
        work: impl FnOnce(&mut Writer<'_>) -> Result<T>,
    ) -> Result<T> {
        self.backend.set_later(true);
        let done = self.write(now, work);
        self.backend.set_later(false);
        done
    }

    /// Runs `work` on the current state. A shared lock is enough.
    ///
    /// # Errors
    /// What `work` returns, or a failure of the disk.
    pub fn read<T>(&self, now: UnixMillis, work: impl FnOnce(&Reader) -> Result<T>) -> Result<T> {
        work(&Reader::begin(&self.db.begin_read()?, now)?)
    }

    /// Stops this engine from touching the disk, because its caller is about to give up the lock.
    pub fn park(&self) {
        self.backend.set_mode(Mode::Parked);
    }

    /// Takes a parked engine into use again, now that its caller has the lock; returns whether it
    /// could be: `false` if the disk was changed meanwhile, and the engine is of no use any more.
    pub fn resume(&self, for_writing: bool) -> bool {
        let disk = self.backend.disk();
        let unchanged = match (disk.len(), self.backend.len()) {
            (Ok(len), Ok(before)) if len == before => Header::read(disk, len).is_ok_and(|header| {
                header == self.backend.header()
                    && header.is_some_and(|header| {
                        note::read(disk, header.commit())
                            .is_ok_and(|note| note.map(|note| note.digest) == self.note)
                    })
            }),
            _ => false,
        };
        if unchanged {
            self.backend.set_mode(if for_writing {
                Mode::OneSync
            } else {
                Mode::ReadOnly
            });
        }
        unchanged
    }
}

impl<D: Disk> Drop for Engine<D> {
    fn drop(&mut self) {
        // redb's close would make ready a commit, only to be refused it, that marks the file as
        // cleanly closed; this file needs no such mark. After a failure redb does not try, and
        // the check fails at the first byte it asks of a parked file.
        self.park();
        let _ = self.db.check_integrity();
    }
}

/// Runs `work` on the state of a disk without changing it; `None` if it must be opened for
/// writing first, because its last user died. A shared lock is enough.
///
/// # Errors
/// As [`Engine::open`], and what `work` returns.
pub fn read_snapshot<D: Disk, T>(
    disk: D,
    now: UnixMillis,
    work: impl FnOnce(&Reader) -> Result<T>,
) -> Result<Option<T>> {
    let header = match inspect(&disk, false)? {
        Found::Blank => return work(&Reader::empty()).map(Some),
        // A change that was noted down takes an engine to be seen.
        Found::Whole(header) if note::read(&disk, header.commit())?.is_none() => header,
        Found::Whole(_) | Found::Doubtful(_) => return Ok(None),
    };
    let backend = Backend::new(disk, Mode::ReadOnly, Some(header), Some(header.clean()));
    let opened = Builder::new()
        .set_cache_size(CACHE_BYTES)
        .open_read_only_with_backend(Handle(backend));
    match opened {
        Ok(db) => work(&Reader::begin(&db.begin_read()?, now)?).map(Some),
        Err(DatabaseError::RepairAborted) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Looks at the first two pages. `may_sync`: whether to find out if a commit that was not sealed
/// is whole, which means to sync it; and to write this format over an older one.
fn inspect(disk: &impl Disk, may_sync: bool) -> Result<Found> {
    let len = disk.len()?;
    if len == 0 {
        return Ok(Found::Blank);
    }
    if len < PAGE {
        return Err(damaged("the file was cut off"));
    }
    let head = seal::read_head(disk)?;
    let header = Header::read(disk, len)?;
    match (head, header) {
        (Head::Foreign, _) => Err(foreign()),
        (Head::Sealed(format, _), _) if format > FORMAT => Err(newer(format)),
        (Head::Sealed(..), None) => Err(damaged("the file was cut off or overwritten")),
        (Head::Blank, None) => Ok(Found::Blank),
        (Head::Blank, header) => Ok(Found::Doubtful(header)),
        (Head::Sealed(format, sealed), Some(header)) => {
            let commit = header.commit();
            let whole = header.is_two_phase()
                && (sealed == commit || (may_sync && sync_whole(disk, commit)?));
            if !whole {
                return Ok(Found::Doubtful(Some(header)));
            }
            // A commit is synced together with the length of the file, and growth before the
            // header that tells of it, so a file shorter than that was cut.
            if len < PAGE.saturating_add(header.image_len()) {
                return Err(damaged("the file was cut off"));
            }
            if may_sync && format < FORMAT {
                seal::write_head(disk, commit)?;
            }
            Ok(Found::Whole(header))
        }
    }
}

/// Syncs a commit that was not sealed, and seals it if all of it is there.
fn sync_whole(disk: &impl Disk, commit: seal::CommitName) -> io::Result<bool> {
    disk.sync()?;
    let whole = seal::intent_holds(disk, commit)?;
    if whole {
        // If this fails the next opener syncs once more.
        let _ = seal::write_seal(disk, commit);
    }
    Ok(whole)
}

impl From<io::Error> for KvError {
    fn from(error: io::Error) -> Self {
        redb::StorageError::Io(error).into()
    }
}

fn damaged(why: &str) -> KvError {
    KvError::storage(crate::kv::damaged(why))
}

fn foreign() -> KvError {
    KvError::storage(
        Error::failed("the file is not a key-value store of netpipe")
            .hint("move it away, or name another place with --state-dir"),
    )
}

fn newer(format: u32) -> KvError {
    KvError::storage(
        Error::failed(format!(
            "the key-value store's file has format {format}, this netpipe knows up to {FORMAT}"
        ))
        .hint("a newer netpipe wrote it: upgrade this one"),
    )
}

//! The store on a disk that its caller has locked: opening, recovering, reading and writing.
//!
//! A change is an entry of the journal, synced before it is acknowledged; when the journal has no
//! room left, all of it is folded into redb. Why nothing that was acknowledged is ever lost:
//!
//! *A process dies*: the page cache has what it wrote, in the order it wrote it. An entry is there
//! or its sum is wrong. A fold is redb's commit; redb recovers to before it, where the journal
//! still counts, or to after it, where the new generation ends the journal.
//!
//! *The power goes*: entries that were synced are there, and so is what they follow, for a sync is
//! for all that was written before. A torn one has a wrong sum, and nothing after it counts. The
//! journal is written from its begin again only once the fold that ended it is durable.

use std::io;
use std::sync::Arc;

use super::disk::Disk;
use super::head::{self, FORMAT, Head, IMAGE_AT};
use super::image::{self, STAMP};
use super::journal::Journal;
use crate::error::Error;
use crate::kv::store::{Copied, Reader, Tables, UnixMillis, Writer};
use crate::kv::{KvError, Result};

/// How much of the journal is read at once: all that most hold; and of a store that was read
/// before, what one change adds.
const WHOLE: usize = 32 << 10;
const NEWS: usize = 256;

/// The store, open on a disk. Whoever calls it holds the lock that keeps other openers away.
#[derive(Debug)]
pub struct Engine<D: Disk> {
    disk: Arc<D>,
    /// redb's part as it was read; `None` if nothing was folded yet.
    image: Option<[u8; STAMP]>,
    tables: Tables,
    generation: u64,
    journal: Journal,
    /// Whether the file has been made.
    made: bool,
}

impl<D: Disk> Engine<D> {
    /// Opens the store for writing, makes it if the disk is empty, and recovers it if its last
    /// user died. Needs an exclusive lock.
    ///
    /// # Errors
    /// What is on the disk is not a store, is damaged, is of another format; or the disk fails.
    pub fn open(disk: D) -> Result<Self> {
        let disk = Arc::new(disk);
        let engine = Self::recovered(&disk)?;
        if engine.made {
            return Ok(engine);
        }
        make(&*disk)?;
        Self::recovered(&disk)
    }

    /// Whether nothing was ever stored in it.
    pub fn is_new(&self) -> bool {
        self.image.is_none() && self.journal.is_empty()
    }

    /// Opens the store for reading, and changes nothing; `None` if it must be opened for writing
    /// first, because its last user died. A shared lock is enough.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub fn open_shared(disk: D) -> Result<Option<Self>> {
        Self::load(&Arc::new(disk))
    }

    fn load(disk: &Arc<D>) -> Result<Option<Self>> {
        let found = inspect(&**disk)?;
        let (stamp, read) = match found {
            Some(true) => {
                let stamp = image::stamp(&**disk)?;
                match image::read(disk)? {
                    Some(read) => (Some(stamp), Some(Arc::new(read))),
                    None => return Ok(None),
                }
            }
            _ => (None, None),
        };
        let mut tables = Tables::new(read.as_ref());
        let generation = tables.generation()?;
        let mut journal = Journal::of(generation);
        if found.is_some() {
            journal.read_on(&**disk, &mut tables, WHOLE)?;
        }
        Ok(Some(Self {
            disk: disk.clone(),
            image: stamp,
            tables,
            generation,
            journal,
            made: found.is_some(),
        }))
    }

    /// Catches up with the disk after its caller has not had the lock for a while; returns whether
    /// that could be: `false` if the engine is of no use any more.
    ///
    /// # Errors
    /// The disk's.
    pub fn resume(&mut self) -> Result<bool> {
        let same = match self.image {
            Some(stamp) => image::stamp(&*self.disk)? == stamp,
            None => self.made && head::read(&*self.disk)? == Head::Store(FORMAT, false),
        };
        if same {
            self.journal.read_on(&*self.disk, &mut self.tables, NEWS)?;
        }
        Ok(same)
    }

    /// Runs `work` on the current state. A shared lock is enough.
    ///
    /// # Errors
    /// What `work` returns, or a failure of the disk.
    pub fn read<T>(
        &self,
        now: UnixMillis,
        work: impl FnOnce(&Reader<'_>) -> Result<T>,
    ) -> Result<T> {
        work(&Reader::begin(&self.tables, now)?)
    }

    /// Returns all rows, for a store whose leases begin at `now`.
    ///
    /// # Errors
    /// A failure of the disk.
    pub fn rows(&self, now: UnixMillis) -> Result<Vec<Copied>> {
        self.tables.rows(now)
    }

    /// Makes a store of rows on an empty disk.
    ///
    /// # Errors
    /// That of the rows, or a failure of the disk.
    pub fn fill(disk: D, rows: impl Iterator<Item = Result<Copied>>) -> Result<()> {
        /// How many bytes of memory rows take before they are written.
        const ENOUGH: usize = 16 << 20;
        let disk = Arc::new(disk);
        make(&*disk)?;
        let mut rows = rows.peekable();
        let mut generation = 1;
        while rows.peek().is_some() || generation == 1 {
            let mut tables = Tables::new(None);
            let mut bytes = 0;
            while bytes < ENOUGH
                && let Some(row) = rows.next().transpose()?
            {
                bytes += row.key.len() + row.row.len();
                tables.restore(row.table, &row.key, Some(&row.row));
            }
            image::fold(&disk, &mut tables, generation)?;
            generation += 1;
        }
        head::write(&*disk, true)?;
        Ok(disk.sync()?)
    }

    /// Runs `work`, and makes what it changed durable; nothing is kept if it fails, and nothing is
    /// synced if it changes nothing.
    ///
    /// # Errors
    /// What `work` returns, or a failure of the disk, after which the engine must be dropped.
    pub fn write<T>(
        &mut self,
        now: UnixMillis,
        work: impl FnOnce(&mut Writer<'_>) -> Result<T>,
    ) -> Result<T> {
        self.change(now, true, work)
    }

    /// As [`Engine::write`], but a power cut may undo the change until the next one is durable. A
    /// crash of this process does not undo it.
    ///
    /// # Errors
    /// As [`Engine::write`].
    pub fn write_later<T>(
        &mut self,
        now: UnixMillis,
        work: impl FnOnce(&mut Writer<'_>) -> Result<T>,
    ) -> Result<T> {
        self.change(now, false, work)
    }

    fn change<T>(
        &mut self,
        now: UnixMillis,
        sync: bool,
        work: impl FnOnce(&mut Writer<'_>) -> Result<T>,
    ) -> Result<T> {
        let done = Writer::begin(&mut self.tables, now).and_then(|mut writer| {
            let out = work(&mut writer)?;
            Ok((out, writer.finish()))
        });
        match done {
            Ok((out, true)) => {
                self.keep(sync)?;
                Ok(out)
            }
            Ok((out, false)) => {
                self.tables.revert();
                Ok(out)
            }
            Err(error) => {
                self.tables.revert();
                Err(error)
            }
        }
    }

    fn keep(&mut self, sync: bool) -> Result<()> {
        if self.generation == 1 && self.journal.is_empty() {
            // Whoever made the image may have died before he knew that its mark was on disk. Later
            // folds need no such care: redb syncs last.
            head::write(&*self.disk, true)?;
            self.disk.sync()?;
        }
        if self.journal.append(&*self.disk, &self.tables, sync)? {
            self.tables.keep();
            return Ok(());
        }
        let first = self.image.is_none();
        if first {
            // What there is was left by someone who died here, before it counted.
            self.disk.set_len(IMAGE_AT)?;
        }
        image::fold(&self.disk, &mut self.tables, self.generation + 1)?;
        if first {
            head::write(&*self.disk, true)?;
            self.disk.sync()?;
        }
        *self = Self::recovered(&self.disk)?;
        Ok(())
    }

    /// Loads the store, after redb's recovery if it needs one.
    fn recovered(disk: &Arc<D>) -> Result<Self> {
        if let Some(engine) = Self::load(disk)? {
            return Ok(engine);
        }
        image::repair(disk)?;
        Self::load(disk)?.ok_or_else(|| damaged("it cannot be recovered"))
    }
}

/// Makes an empty store. Its first bytes tell that the rest is there.
fn make(disk: &impl Disk) -> Result<()> {
    disk.set_len(0)?;
    disk.set_len(IMAGE_AT)?;
    disk.sync()?;
    head::write(disk, false)?;
    Ok(disk.sync()?)
}

/// Looks at the first bytes: `None` if nothing was ever acknowledged, else whether there is an
/// image.
fn inspect(disk: &impl Disk) -> Result<Option<bool>> {
    let len = disk.len()?;
    if len == 0 {
        return Ok(None);
    }
    if len < head::JOURNAL_AT {
        return Err(damaged("the file was cut off"));
    }
    match head::read(disk)? {
        Head::Blank => Ok(None),
        Head::Foreign => Err(foreign()),
        Head::Store(format, _) if format != FORMAT => Err(other_format(format)),
        Head::Store(..) if len < IMAGE_AT => Err(damaged("the file was cut off")),
        Head::Store(_, image) => Ok(Some(image)),
    }
}

impl From<io::Error> for KvError {
    fn from(error: io::Error) -> Self {
        match error.downcast::<Self>() {
            // It has its words already.
            Ok(error) => error,
            Err(error) => redb::StorageError::Io(error).into(),
        }
    }
}

pub(super) fn damaged(why: &str) -> KvError {
    KvError::storage(crate::kv::damaged(why))
}

fn foreign() -> KvError {
    KvError::storage(
        Error::failed("the file is not a key-value store of netpipe")
            .hint("move it away, or name another place with --state-dir"),
    )
}

fn other_format(format: u32) -> KvError {
    let error = Error::failed(format!(
        "the key-value store's file has format {format}, this netpipe knows format {FORMAT}"
    ));
    KvError::storage(if format > FORMAT {
        error.hint("a newer netpipe wrote it: upgrade this one")
    } else {
        error.hint("a netpipe before the first release wrote it: move it away")
    })
}

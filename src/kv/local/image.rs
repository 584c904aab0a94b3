//! redb's part of the file: as redb writes it, only that it does not begin at the file's begin.
//!
//! It is opened for reading, which changes nothing, and for writing just while the journal is
//! folded into it. Then everything is redb's own: two syncs for the commit, "quick repair" (the
//! allocator's state is kept in the file, so that recovery costs the same however much is stored),
//! and a few syncs more to open and close it.

use std::io;
use std::sync::Arc;

use redb::{Builder, Database, DatabaseError, ReadTransaction, ReadableDatabase, StorageBackend};

use super::disk::Disk;
use super::head::IMAGE_AT;
use crate::kv::store::Tables;
use crate::kv::{KvError, Result};

/// redb's cache. Its default, 1 GiB, would be room for what a registry never holds; a commit may
/// be written early, but stays correct, if it does not fit.
const CACHE_BYTES: usize = 16 << 20;

/// redb's header, as much of it as every commit changes: 64 bytes and two commit slots (redb's
/// `docs/design.md`).
pub(super) const STAMP: usize = 320;

const MAGIC: &[u8] = b"redb\x1a\x0a\xa9\x0d\x0a";

/// What tells one state of redb's part from another.
pub(super) fn stamp(disk: &impl Disk) -> Result<[u8; STAMP]> {
    let mut bytes = [0; STAMP];
    disk.read(IMAGE_AT, &mut bytes)?;
    if !bytes.starts_with(MAGIC) {
        return Err(super::engine::damaged("the file was overwritten"));
    }
    Ok(bytes)
}

/// Opens it for reading; `None` if its last writer died and it must be [`repair`]ed first.
///
/// # Errors
/// It is damaged, or the disk fails; so for all functions here.
pub(super) fn read<D: Disk>(disk: &Arc<D>) -> Result<Option<ReadTransaction>> {
    let opened = builder().open_read_only_with_backend(Part(disk.clone()));
    match opened {
        // The transaction keeps alive what it needs of the database.
        Ok(db) => Ok(Some(db.begin_read()?)),
        Err(DatabaseError::RepairAborted) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Lets redb recover it.
pub(super) fn repair<D: Disk>(disk: &Arc<D>) -> Result<()> {
    open(disk).map(drop)
}

/// Writes every change of the tables into it, durably, as a generation. It is made if there is
/// nothing.
pub(super) fn fold<D: Disk>(disk: &Arc<D>, tables: &mut Tables, generation: u64) -> Result<()> {
    let db = open(disk)?;
    let mut txn = db.begin_write()?;
    txn.set_quick_repair(true);
    match tables.fold(&txn, generation) {
        Ok(()) => txn.commit().map_err(KvError::from),
        Err(error) => {
            // The first error is the one that tells.
            let _ = txn.abort();
            Err(error)
        }
    }
}

fn open<D: Disk>(disk: &Arc<D>) -> Result<Database> {
    Ok(builder().create_with_backend(Part(disk.clone()))?)
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES);
    builder
}

/// The file from the image on.
#[derive(Debug)]
struct Part<D>(Arc<D>);

impl<D: Disk> StorageBackend for Part<D> {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.len()?.saturating_sub(IMAGE_AT))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read(IMAGE_AT + offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(IMAGE_AT + len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.sync()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.0.write(IMAGE_AT + offset, data)
    }
}

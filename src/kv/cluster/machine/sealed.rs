//! The file below redb, with a sum for each block: what the disk returns is what was written
//! there, or an error. redb has sums too, but looks at them only after a crash.
//!
//! ```text
//! 0      magic (8), format version (4), zeroes
//! 4096   512 sums (8 each) of the 512 blocks that follow, 4 KiB each; and so on
//! ```
//!
//! redb's first block has no sum here: it is written in place, and redb checks it by itself. All
//! others are written while nobody refers to them. Their sums are written before the sync that
//! comes before anybody does. A sector of sums that the power tears from its blocks holds the same
//! as before for every block that counts, for these were not written.

use std::collections::BTreeSet;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redb::StorageBackend;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::kv::local::disk::Disk;

/// The version of the layout; a file with another one is refused.
pub(super) const FORMAT: u32 = 1;

const MAGIC: &[u8; 8] = b"npstate\n";
const BLOCK: usize = 4096;
const BLOCK_BYTES: u64 = BLOCK as u64;
/// How many blocks follow a block of sums.
const GROUP: u64 = 512;
/// How many sums a sector holds, which is written whole or not at all.
const SECTOR_SUMS: usize = 64;

/// How often a write that found the disk full is tried again.
const FULL_RETRY: Duration = Duration::from_millis(500);

/// A file in which every block has a sum.
#[derive(Debug)]
pub(super) struct Sealed {
    disk: Arc<dyn Disk>,
    sums: Mutex<Sums>,
    /// Set when nobody waits any more for a full disk to have room.
    stopped: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct Sums {
    /// Of each block; 0 if it was never written and is all zeroes.
    of: Vec<u64>,
    /// The sectors of sums that were changed since the last sync.
    dirty: BTreeSet<usize>,
}

/// What the first bytes of a file say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Head {
    /// There is nothing yet.
    Blank,
    /// Something else.
    Foreign,
    /// A state of this format.
    State(u32),
}

/// Reads the first bytes.
pub(super) fn head(disk: &dyn Disk) -> io::Result<Head> {
    if disk.len()? < BLOCK_BYTES {
        return Ok(Head::Blank);
    }
    let mut bytes = [0; 12];
    disk.read(0, &mut bytes)?;
    let [magic @ .., f0, f1, f2, f3] = bytes;
    Ok(if bytes == [0; 12] {
        Head::Blank
    } else if magic == *MAGIC {
        Head::State(u32::from_be_bytes([f0, f1, f2, f3]))
    } else {
        Head::Foreign
    })
}

/// Makes the first block, empty.
pub(super) fn clear(disk: &dyn Disk) -> io::Result<()> {
    disk.set_len(BLOCK_BYTES)?;
    disk.write(0, &[0; BLOCK])
}

/// Says in the first bytes that the rest is there.
pub(super) fn mark(disk: &dyn Disk) -> io::Result<()> {
    disk.write(0, &[&MAGIC[..], &FORMAT.to_be_bytes()].concat())?;
    disk.sync()
}

impl Sealed {
    /// Opens what [`head`] found to be of this format, or [`clear`] has made.
    pub(super) fn open(disk: Arc<dyn Disk>, stopped: Arc<AtomicBool>) -> io::Result<Self> {
        let blocks = blocks_in(disk.len()?);
        let mut of = Vec::new();
        let mut bytes = vec![0; BLOCK];
        for group in 0..blocks.div_ceil(GROUP) {
            disk.read(sums_at(group), &mut bytes)?;
            let (sums, _) = bytes.as_chunks();
            of.extend(sums.iter().map(|sum| u64::from_be_bytes(*sum)));
        }
        of.truncate(usize::try_from(blocks).unwrap_or(usize::MAX));
        Ok(Self {
            disk,
            sums: Mutex::new(Sums {
                of,
                dirty: BTreeSet::new(),
            }),
            stopped,
        })
    }

    fn sums(&self) -> MutexGuard<'_, Sums> {
        self.sums.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read_block(&self, block: u64, out: &mut [u8]) -> io::Result<()> {
        let index = usize::try_from(block).unwrap_or(usize::MAX);
        let sum = self.sums().of.get(index).copied();
        let sum = sum.ok_or(io::ErrorKind::UnexpectedEof)?;
        self.disk.read(place(block), out)?;
        let right = match sum {
            _ if block == 0 => true,
            0 => out.iter().all(|byte| *byte == 0),
            sum => xxh3_64_with_seed(out, block) == sum,
        };
        if right {
            return Ok(());
        }
        Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!(
                "the block at byte {} is not what was written there",
                place(block)
            ),
        ))
    }

    fn write_block(&self, block: u64, data: &[u8]) -> io::Result<()> {
        let sum = xxh3_64_with_seed(data, block);
        let index = usize::try_from(block).unwrap_or(usize::MAX);
        self.patiently(|| self.disk.write(place(block), data))?;
        let mut sums = self.sums();
        *sums.of.get_mut(index).ok_or(io::ErrorKind::UnexpectedEof)? = sum;
        sums.dirty.insert(index / SECTOR_SUMS);
        Ok(())
    }

    /// Tries again while the disk is full: redb would take the first refusal as the last word, for
    /// readers too, and what is to be written is safe in the log.
    fn patiently(&self, work: impl Fn() -> io::Result<()>) -> io::Result<()> {
        let mut told = false;
        loop {
            match work() {
                Err(error)
                    if error.kind() == io::ErrorKind::StorageFull
                        && !self.stopped.load(Ordering::Relaxed) =>
                {
                    if !told {
                        tracing::warn!("the disk is full: the state waits for room");
                        told = true;
                    }
                    std::thread::sleep(FULL_RETRY);
                }
                done => return done,
            }
        }
    }

    /// Splits a span into the pieces that lie in one block each: the block, where in it, and
    /// where in the span.
    fn pieces(
        offset: u64,
        len: usize,
    ) -> impl Iterator<Item = (u64, usize, std::ops::Range<usize>)> {
        let mut done = 0;
        std::iter::from_fn(move || {
            let at = offset + done as u64;
            let within = usize::try_from(at % BLOCK_BYTES).unwrap_or(0);
            let take = (BLOCK - within).min(len - done);
            let span = done..done + take;
            done += take;
            (take > 0).then_some((at / BLOCK_BYTES, within, span))
        })
    }
}

/// Where a block is in the file.
fn place(block: u64) -> u64 {
    (1 + block / GROUP * (GROUP + 1) + 1 + block % GROUP) * BLOCK_BYTES
}

/// Where the sums of a group are.
fn sums_at(group: u64) -> u64 {
    (1 + group * (GROUP + 1)) * BLOCK_BYTES
}

/// How many blocks a file of this length has.
fn blocks_in(len: u64) -> u64 {
    let blocks = (len / BLOCK_BYTES).saturating_sub(1);
    blocks / (GROUP + 1) * GROUP + (blocks % (GROUP + 1)).saturating_sub(1)
}

fn missing() -> io::Error {
    io::ErrorKind::UnexpectedEof.into()
}

impl StorageBackend for Sealed {
    fn len(&self) -> io::Result<u64> {
        Ok(self.sums().of.len() as u64 * BLOCK_BYTES)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let mut whole = [0; BLOCK];
        for (block, within, span) in Self::pieces(offset, out.len()) {
            let out = out.get_mut(span).ok_or_else(missing)?;
            if out.len() == BLOCK {
                self.read_block(block, out)?;
            } else {
                self.read_block(block, &mut whole)?;
                let part = whole.get(within..within + out.len());
                out.copy_from_slice(part.ok_or_else(missing)?);
            }
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        if !len.is_multiple_of(BLOCK_BYTES) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let blocks = len / BLOCK_BYTES;
        let end = blocks
            .checked_sub(1)
            .map_or(BLOCK_BYTES, |last| place(last) + BLOCK_BYTES);
        self.patiently(|| self.disk.set_len(end))?;
        let mut sums = self.sums();
        let (old, new) = (sums.of.len(), usize::try_from(blocks).unwrap_or(usize::MAX));
        sums.of.resize(new, 0);
        let changed = old.min(new) / SECTOR_SUMS..old.max(new).div_ceil(SECTOR_SUMS);
        // Sums behind the end are never read.
        let last = new.div_ceil(SECTOR_SUMS);
        sums.dirty.extend(changed.filter(|sector| *sector < last));
        sums.dirty = std::mem::take(&mut sums.dirty)
            .into_iter()
            .filter(|sector| *sector < last)
            .collect();
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let dirty: Vec<_> = {
            let mut sums = self.sums();
            let dirty = std::mem::take(&mut sums.dirty);
            let sector = |index: usize| {
                let from = index * SECTOR_SUMS;
                let sums = sums.of.iter().skip(from).take(SECTOR_SUMS);
                let mut bytes: Vec<u8> = sums.flat_map(|sum| sum.to_be_bytes()).collect();
                bytes.resize(SECTOR_SUMS * 8, 0);
                (from as u64, bytes)
            };
            dirty.into_iter().map(sector).collect()
        };
        for (from, bytes) in dirty {
            let at = sums_at(from / GROUP) + from % GROUP * 8;
            self.patiently(|| self.disk.write(at, &bytes))?;
        }
        self.disk.sync()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        for (block, within, span) in Self::pieces(offset, data.len()) {
            let data = data.get(span).ok_or_else(missing)?;
            if data.len() == BLOCK {
                self.write_block(block, data)?;
            } else if block == 0 {
                self.patiently(|| self.disk.write(place(0) + within as u64, data))?;
            } else {
                let mut whole = vec![0; BLOCK];
                self.read_block(block, &mut whole)?;
                let part = whole.get_mut(within..within + data.len());
                part.ok_or_else(missing)?.copy_from_slice(data);
                self.write_block(block, &whole)?;
            }
        }
        Ok(())
    }
}

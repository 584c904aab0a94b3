//! The file below the store, as little of it as the store needs: so that tests can put one in
//! its place that fails, forgets or tears writes.

use std::fmt::Debug;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

/// A file that keeps what is written to it once [`Disk::sync`] has returned; until then a power
/// cut may keep any part of it, in any order.
#[allow(clippy::len_without_is_empty)]
pub trait Disk: Debug + Send + Sync + 'static {
    /// Returns the length in bytes.
    ///
    /// # Errors
    /// What the file system reports; so for all methods.
    fn len(&self) -> io::Result<u64>;

    /// Fills `out` from `offset`; fails at the end of the file.
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()>;

    /// Writes all of `data` at `offset`.
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()>;

    /// Cuts the file, or extends it with zeroes.
    fn set_len(&self, len: u64) -> io::Result<()>;

    /// Returns when everything written, and the length, would survive a power cut.
    fn sync(&self) -> io::Result<()>;
}

/// Up to this much is written out as zeroes when a file grows. A sync of blocks that are written
/// in place takes about half as long as one that must also record where new blocks are (ext4:
/// 107–166 against 236–490 µs), and a full disk shows here, before a commit has begun.
const FILL_LIMIT: u64 = 16 << 20;

impl Disk for Arc<File> {
    fn len(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.read_exact_at(out, offset)
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.write_all_at(data, offset)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let old = Disk::len(self)?;
        File::set_len(self, len)?;
        let filled = (old..len.min(old.saturating_add(FILL_LIMIT))).step_by(ZEROES.len());
        for offset in filled {
            let size = usize::try_from(len - offset)
                .unwrap_or(usize::MAX)
                .min(ZEROES.len());
            let zeroes = ZEROES.get(..size).unwrap_or(ZEROES);
            if let Err(error) = self.write_all_at(zeroes, offset) {
                // Give back what was taken, or a full disk would stay full.
                let _ = File::set_len(self, old);
                return Err(error);
            }
        }
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_data()
    }
}

static ZEROES: &[u8] = &[0; 64 << 10];

//! The file's layout, and its first bytes.
//!
//! ```text
//!      0  magic (8), format version (4), whether there is an image (4)
//!   4096  journal, see [`super::journal`]
//! 135168  image: redb's database, see [`super::image`]
//! ```
//!
//! Numbers are big-endian.

use std::io;

use super::disk::Disk;

/// The version of the file's layout; a file with another one is refused.
pub(super) const FORMAT: u32 = 3;

/// Where the journal begins.
pub(super) const JOURNAL_AT: u64 = 4096;

/// How long the journal is. Whoever opens the file reads what is in it, about 0.5 µs for each
/// change, and when it is full it is folded into redb, which takes about 3 ms: this is where the
/// sum of both is least.
pub(super) const JOURNAL_LEN: u64 = 128 << 10;

/// Where redb's part begins.
pub(super) const IMAGE_AT: u64 = JOURNAL_AT + JOURNAL_LEN;

const MAGIC: &[u8; 8] = b"netpipe\n";
const LEN: usize = 16;

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Head {
    /// Zeroes: the file was being made and never held anything that was acknowledged.
    Blank,
    /// Something that netpipe did not write.
    Foreign,
    /// A store of this format, and whether all of an image is there.
    Store(u32, bool),
}

/// Reads them.
pub(super) fn read(disk: &impl Disk) -> io::Result<Head> {
    let mut bytes = [0; LEN];
    disk.read(0, &mut bytes)?;
    let [magic @ .., f0, f1, f2, f3, i0, i1, i2, i3] = bytes;
    Ok(match &magic {
        _ if bytes == [0; LEN] => Head::Blank,
        magic if magic == MAGIC => Head::Store(
            u32::from_be_bytes([f0, f1, f2, f3]),
            u32::from_be_bytes([i0, i1, i2, i3]) != 0,
        ),
        _ => Head::Foreign,
    })
}

/// Writes them.
pub(super) fn write(disk: &impl Disk, image: bool) -> io::Result<()> {
    let [format, image] = [FORMAT, u32::from(image)].map(u32::to_be_bytes);
    disk.write(0, &[&MAGIC[..], &format, &image].concat())
}

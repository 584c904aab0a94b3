//! Segments: the files that the log is in.
//!
//! ```text
//!   0  magic (8), format version (4), number (4), size (8), salt (8), cluster (8), member (8),
//!      sum of all before (8)
//! 512  records, see [`super::record`]
//! ```
//!
//! A segment has its whole size, and was filled with zeroes, before anything is written to it: so
//! a sync of what is written has to write no metadata. It is made as a spare, gets its head, is
//! synced, and only then its name. So a segment has a whole head, or the disk has damaged it.

use std::hash::{BuildHasher, RandomState};
use std::io;

use xxhash_rust::xxh3::xxh3_64;

use super::Owner;
use super::files::Files;
use crate::error::Error;
use crate::kv::local::disk::Disk;

/// The version of the layout that this netpipe writes and reads.
const FORMAT: u32 = 1;
/// Where the first record begins.
pub(super) const FIRST: u64 = 512;
const MAGIC: &[u8; 8] = b"netplog\n";
const HEAD: usize = 56;

/// A file with records.
#[derive(Debug)]
pub(super) struct Segment {
    /// Its number; each has one more than that before it.
    pub(super) number: u32,
    /// Its length in bytes.
    pub(super) size: u64,
    /// A random number, another one each time that a file becomes a segment.
    salt: u64,
    pub(super) disk: Box<dyn Disk>,
}

/// A file that is to become a segment.
#[derive(Debug)]
pub(super) struct Spare {
    pub(super) name: String,
    pub(super) size: u64,
    pub(super) disk: Box<dyn Disk>,
}

impl Spare {
    /// Makes one.
    pub(super) fn create(files: &dyn Files, name: String, size: u64) -> io::Result<Self> {
        let made = files.create(&name).and_then(|disk| {
            disk.set_len(size)?;
            disk.sync()?;
            Ok(disk)
        });
        match made {
            Ok(disk) => Ok(Self { name, size, disk }),
            Err(error) => {
                // What is left of it takes room on a disk that may be full.
                let _ = files.remove(&name);
                Err(error)
            }
        }
    }
}

impl Segment {
    /// Makes a spare a segment, in memory.
    pub(super) fn of(spare: Spare, number: u32) -> Self {
        Self {
            number,
            size: spare.size,
            salt: random(),
            disk: spare.disk,
        }
    }

    /// Returns a segment's name.
    pub(super) fn name(number: u32) -> String {
        format!("{number:010}.log")
    }

    /// Returns the number of the segment with a name.
    pub(super) fn number(name: &str) -> Option<u32> {
        let number = name.strip_suffix(".log")?.parse().ok()?;
        (Self::name(number) == name).then_some(number)
    }

    /// What a record's sum is seeded with.
    pub(super) fn seed(&self, offset: u64) -> u64 {
        self.salt.wrapping_add(offset)
    }

    /// Writes the head.
    pub(super) fn write_head(&self, owner: Option<Owner>) -> io::Result<()> {
        let owner = owner.unwrap_or_default();
        let mut head = [
            &MAGIC[..],
            &FORMAT.to_be_bytes(),
            &self.number.to_be_bytes(),
        ]
        .concat();
        for number in [self.size, self.salt, owner.cluster, owner.member] {
            head.extend_from_slice(&number.to_be_bytes());
        }
        head.extend_from_slice(&xxh3_64(&head).to_be_bytes());
        self.disk.write(0, &head)
    }

    /// Opens one.
    ///
    /// # Errors
    /// The file cannot be read, is none of netpipe's or of a newer one, or is damaged.
    pub(super) fn open(files: &dyn Files, number: u32) -> crate::Result<Self> {
        let name = Self::name(number);
        let cannot = |error| cannot_read(files, &name, error);
        let disk = files.open(&name).map_err(cannot)?;
        let len = disk.len().map_err(cannot)?;
        let mut head = [0; HEAD];
        if len < FIRST {
            return Err(damaged(files, &name, len, "the file is cut off"));
        }
        disk.read(0, &mut head).map_err(cannot)?;
        let word = |at: usize| head.get(at..).and_then(|rest| rest.first_chunk());
        let short = |at| word(at).map_or(0, |bytes| u32::from_be_bytes(*bytes));
        let long = |at: usize| {
            let bytes = head.get(at..).and_then(|rest| rest.first_chunk());
            bytes.map_or(0, |bytes| u64::from_be_bytes(*bytes))
        };
        if !head.starts_with(MAGIC) {
            return Err(damaged(
                files,
                &name,
                0,
                "the file does not begin as one of it",
            ));
        }
        if short(8) > FORMAT && xxh3_64(&head[..HEAD - 8]) == long(HEAD - 8) {
            return Err(newer(files, &name, short(8)));
        }
        if xxh3_64(&head[..HEAD - 8]) != long(HEAD - 8) || short(12) != number {
            return Err(damaged(
                files,
                &name,
                0,
                "the checksum of the head is wrong",
            ));
        }
        let size = long(16);
        if len < size {
            return Err(damaged(files, &name, len, "the file is cut off"));
        }
        Ok(Self {
            number,
            size,
            salt: long(24),
            disk,
        })
    }
}

/// A number that nobody can tell beforehand.
pub(super) fn random() -> u64 {
    RandomState::new().hash_one(())
}

/// Says that a file cannot be read.
pub(super) fn cannot_read(files: &dyn Files, name: &str, error: io::Error) -> Error {
    Error::failed(format!("cannot read the Raft log `{}`", files.path(name))).because(error)
}

/// Says that the log has the format of a newer netpipe.
fn newer(files: &dyn Files, name: &str, format: u32) -> Error {
    Error::failed(format!(
        "the Raft log `{}` has format {format}, this netpipe knows format {FORMAT}",
        files.path(name)
    ))
    .hint(NEWER)
}

/// Says that there is a record which only a newer netpipe can have written.
pub(super) fn unknown(files: &dyn Files, number: u32, offset: usize) -> Error {
    Error::failed(format!(
        "the Raft log `{}` has a record, at byte {offset}, of a kind that this netpipe does not know",
        files.path(&Segment::name(number))
    ))
    .hint(NEWER)
}

const NEWER: &str = "a newer netpipe wrote it: run that one, or add the member anew with an empty \
                     data directory";

/// Says that the disk does not have what was written to it.
pub(super) fn damaged(files: &dyn Files, name: &str, offset: u64, why: &str) -> Error {
    Error::failed(format!(
        "the Raft log is damaged: `{}`, byte {offset}: {why}",
        files.path(name)
    ))
    .hint("the other members have what it had: remove this one and add it anew with an empty data directory")
    .hint("a cluster of one: restore a snapshot with `netpipe kv snapshot restore`")
}

//! The few bytes of redb's header that this store reads: which of the two commit slots is the
//! primary, and whether it may be trusted unseen. The layout is redb's file format 3 (its
//! `docs/design.md`), which redb keeps stable; `tests/kv` would fail if it changed.

use std::io;

use super::disk::Disk;
use super::seal::{CommitName, PAGE, digest};

/// The size of redb's header: 64 bytes and two commit slots.
pub(super) const HEADER: usize = 320;

const MAGIC: &[u8; 9] = b"redb\x1a\x0a\xa9\x0d\x0a";
const FLAGS_AT: usize = 9;
const PRIMARY: u8 = 1;
const RECOVERY_REQUIRED: u8 = 2;
const TWO_PHASE: u8 = 4;
const SLOTS_AT: usize = 64;
const SLOT: usize = 128;

/// A copy of redb's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header(pub(super) [u8; HEADER]);

impl Header {
    /// Reads it from a disk of that length; `None` if the image is too short to hold one or does not begin as redb's do.
    pub(super) fn read(disk: &impl Disk, len: u64) -> io::Result<Option<Self>> {
        if len < PAGE + HEADER as u64 {
            return Ok(None);
        }
        let mut bytes = [0; HEADER];
        disk.read(PAGE, &mut bytes)?;
        Ok(bytes.starts_with(MAGIC).then_some(Self(bytes)))
    }

    /// Takes a header out of a write of redb's; `None` if it is not one.
    pub(super) fn from_write(data: &[u8]) -> Option<Self> {
        data.first_chunk::<HEADER>().copied().map(Self)
    }

    /// The name of the primary commit.
    pub(super) fn commit(&self) -> CommitName {
        let start = SLOTS_AT + SLOT * usize::from(self.primary());
        digest(0, self.0.get(start..start + SLOT).unwrap_or_default())
    }

    /// Which slot is the primary.
    pub(super) fn primary(&self) -> u8 {
        self.0[FLAGS_AT] & PRIMARY
    }

    /// The length of the image that the header describes, in bytes.
    pub(super) fn image_len(&self) -> u64 {
        let [page, header_pages, full_pages, full_regions, trailing_pages] = [12, 16, 20, 24, 28]
            .map(|at| {
                let bytes = self.0.get(at..).and_then(|rest| rest.first_chunk::<4>());
                u64::from(bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes)))
            });
        let trailing = if trailing_pages > 0 {
            header_pages + trailing_pages
        } else {
            0
        };
        let pages = full_regions.saturating_mul(header_pages + full_pages) + trailing + 1;
        pages.saturating_mul(page)
    }

    /// Whether redb will take the primary without verifying its pages.
    pub(super) fn is_two_phase(&self) -> bool {
        self.0[FLAGS_AT] & TWO_PHASE != 0
    }

    /// As redb should see it to verify every page, and to fall back to the other slot if one is
    /// torn.
    pub(super) fn distrusted(mut self) -> Self {
        self.0[FLAGS_AT] = (self.0[FLAGS_AT] & !TWO_PHASE) | RECOVERY_REQUIRED;
        self
    }

    /// As redb should see it to read without a recovery.
    pub(super) fn clean(mut self) -> Self {
        self.0[FLAGS_AT] &= !RECOVERY_REQUIRED;
        self
    }
}

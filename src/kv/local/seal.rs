//! The first page of the file: what says, at the next open, whether the last commit is whole.
//!
//! ```text
//!    0  magic, format version
//!   16  seal: the commit known to be on disk           (8 bytes, rewritten after each sync)
//!  512  intent: the last commit, the pages it wrote, and their digest
//! 2048  note: a change made after the last commit, see [`super::note`]
//! 4096  redb's image
//! ```
//!
//! A commit is named by the digest of redb's commit slot, which holds its roots' checksums and
//! its transaction id.

use std::io;

use super::disk::Disk;

/// The size of the page, and of redb's.
pub(super) const PAGE: u64 = 4096;

/// The version of the file's layout; a file with a higher one is refused.
pub(super) const FORMAT: u32 = 2;

const MAGIC: &[u8; 8] = b"netpipe\n";
const SEAL_AT: u64 = 16;
const INTENT_AT: u64 = 512;
const INTENT_HEAD: usize = 32;
pub(super) const NOTE_AT: u64 = 2048;

/// The most runs of pages that an intent has room for.
pub(super) const MAX_RUNS: usize = (NOTE_AT as usize - INTENT_AT as usize - INTENT_HEAD) / 8;

/// The name of a commit; see the module.
pub(super) type CommitName = u64;

/// Neighbouring pages of redb's image: the first, and how many.
pub(super) type Run = (u32, u32);

/// What the head of the page says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Head {
    /// Zeroes: the file was being made and never held anything that was acknowledged.
    Blank,
    /// Something that netpipe did not write.
    Foreign,
    /// A file of this format version, and the commit last sealed.
    Sealed(u32, CommitName),
}

/// Reads the head of the page.
pub(super) fn read_head(disk: &impl Disk) -> io::Result<Head> {
    let mut head = [0; SEAL_AT as usize + 8];
    disk.read(0, &mut head)?;
    if head == [0; SEAL_AT as usize + 8] {
        return Ok(Head::Blank);
    }
    let (magic, rest) = head.split_at(8);
    if magic != MAGIC {
        return Ok(Head::Foreign);
    }
    let format = u32::from_be_bytes(array(rest));
    Ok(Head::Sealed(
        format,
        u64::from_be_bytes(array(rest.get(8..).unwrap_or_default())),
    ))
}

/// Writes the magic and the version, and seals a commit.
pub(super) fn write_head(disk: &impl Disk, commit: CommitName) -> io::Result<()> {
    let head = [
        &MAGIC[..],
        &FORMAT.to_be_bytes(),
        &[0; 4],
        &commit.to_be_bytes(),
    ]
    .concat();
    disk.write(0, &head)
}

/// Notes that a commit is on disk; needs no sync, see [`super::backend`].
pub(super) fn write_seal(disk: &impl Disk, commit: CommitName) -> io::Result<()> {
    disk.write(SEAL_AT, &commit.to_be_bytes())
}

/// Notes which pages a commit wrote, at most [`MAX_RUNS`] runs, and the digests of all of them,
/// [`join`]ed in their order.
pub(super) fn write_intent(
    disk: &impl Disk,
    commit: CommitName,
    runs: &[Run],
    pages: u64,
) -> io::Result<()> {
    let mut body = Vec::with_capacity(INTENT_HEAD + runs.len() * 8);
    body.extend_from_slice(&commit.to_be_bytes());
    body.extend_from_slice(&pages.to_be_bytes());
    body.extend_from_slice(&(runs.len() as u64).to_be_bytes());
    for (first, count) in runs {
        body.extend_from_slice(&first.to_be_bytes());
        body.extend_from_slice(&count.to_be_bytes());
    }
    body.extend_from_slice(&digest(0, &body).to_be_bytes());
    disk.write(INTENT_AT, &body)
}

/// Returns whether the intent is for this commit and every page it wrote is as it was written.
pub(super) fn intent_holds(disk: &impl Disk, commit: CommitName) -> io::Result<bool> {
    let mut body = vec![0; (NOTE_AT - INTENT_AT) as usize];
    disk.read(INTENT_AT, &mut body)?;
    let word = |index: usize| -> u64 {
        u64::from_be_bytes(array(body.get(index * 8..).unwrap_or_default()))
    };
    let count = usize::try_from(word(2)).unwrap_or(usize::MAX);
    if word(0) != commit || count > MAX_RUNS {
        return Ok(false);
    }
    let end = 24 + count * 8;
    if digest(0, body.get(..end).unwrap_or_default()) != word(end / 8) {
        return Ok(false);
    }
    let runs: Vec<Run> = body
        .get(24..end)
        .unwrap_or_default()
        .chunks_exact(8)
        .map(|run| {
            (
                u32::from_be_bytes(array(run)),
                u32::from_be_bytes(array(&run[4..])),
            )
        })
        .collect();
    let fits = |(first, pages): &Run| (u64::from(*first) + u64::from(*pages) + 1) * PAGE;
    let len = disk.len()?;
    if runs.iter().any(|run| fits(run) > len) {
        return Ok(false);
    }
    Ok(digest_pages(disk, &runs)? == word(1))
}

fn digest_pages(disk: &impl Disk, runs: &[Run]) -> io::Result<u64> {
    let mut page = vec![0; PAGE as usize];
    let mut sum = 0;
    for (first, count) in runs {
        for number in *first..first.saturating_add(*count) {
            disk.read((u64::from(number) + 1) * PAGE, &mut page)?;
            sum = join(sum, digest(0, &page));
        }
    }
    Ok(sum)
}

/// Adds the digest of the next page to that of those before it.
pub(super) fn join(sum: u64, page: u64) -> u64 {
    digest(sum, &page.to_le_bytes())
}

/// A digest that tells torn pages from whole ones (not a defence against forgery): each word goes
/// through a multiplication whose halves are folded together.
pub(super) fn digest(seed: u64, bytes: &[u8]) -> u64 {
    let (words, tail) = bytes.as_chunks::<8>();
    let mut last = [0; 8];
    last.iter_mut().zip(tail).for_each(|(to, from)| *to = *from);
    let start = seed ^ 0x9e37_79b9_7f4a_7c15 ^ (bytes.len() as u64);
    words.iter().chain([&last]).fold(start, |sum, word| {
        let mixed = (sum ^ u64::from_le_bytes(*word)).wrapping_add(0x2545_f491_4f6c_dd1d);
        let product = u128::from(mixed) * 0xd6e8_feb8_6659_fd93;
        (product as u64) ^ ((product >> 64) as u64)
    })
}

/// The first bytes of a slice, with zeroes for those it lacks.
fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    out.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    out
}

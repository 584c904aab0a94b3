//! Records, of which a segment is full.
//!
//! ```text
//! sum (8), sum of the record before (8), what was durable (8), segment (4),
//! kind and length of the body (4), body, zeroes up to a multiple of 8
//! ```
//!
//! Numbers are big-endian. The sum is taken over all that follows it, seeded with the segment's
//! salt and the record's place, so each record can be checked by itself, and nothing that was
//! written elsewhere, or in an earlier life of the file, is taken for one. The sum of the record
//! before makes them a chain. What was durable is the [`position`] up to which all had been synced
//! when the record was written: it proves that what is before that place was whole once.

use std::io;

use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The length of a record's head.
pub(super) const HEAD: usize = 32;
/// The most a body may have: 28 bits say its length, and nothing near it is ever asked for.
const BODY_MOST: usize = 128 << 20;

/// What a record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// All that is known but the entries; begins a segment, and what is written after an open.
    Known = 1,
    /// An entry of the log.
    Entry = 2,
    /// A vote.
    Vote = 3,
    /// What is committed, as a hint.
    Committed = 4,
    /// The entries after this one are no more.
    Truncated = 5,
    /// The entries up to this one are no more.
    Purged = 6,
    /// Something that a newer netpipe wrote.
    Unknown = 15,
}

impl Kind {
    fn of(number: u32) -> Option<Self> {
        Some(match number {
            0 => return None,
            1 => Self::Known,
            2 => Self::Entry,
            3 => Self::Vote,
            4 => Self::Committed,
            5 => Self::Truncated,
            6 => Self::Purged,
            _ => Self::Unknown,
        })
    }
}

/// A record that was read, and is whole.
#[derive(Debug)]
pub(super) struct Record<'b> {
    pub(super) sum: u64,
    /// The sum of the record before.
    pub(super) before: u64,
    /// What was durable when it was written.
    pub(super) durable: u64,
    pub(super) kind: Kind,
    pub(super) body: &'b [u8],
    /// The length of all of it.
    pub(super) len: usize,
}

/// A place in the log as one number, greater than those of all places before it.
pub(super) fn position(segment: u32, offset: u64) -> u64 {
    u64::from(segment) << 32 | offset
}

/// Makes a record that is to be sealed.
///
/// # Errors
/// It is too long.
pub(super) fn encode(kind: Kind, value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(512);
    bytes.resize(HEAD, 0);
    let mut bytes = postcard::to_extend(value, bytes).map_err(io::Error::other)?;
    let body = bytes.len() - HEAD;
    if body > BODY_MOST {
        let text = format!("an entry of {body} bytes is more than the Raft log takes");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    let word = (kind as u32) << 28 | body as u32;
    if let Some(place) = bytes.get_mut(HEAD - 4..HEAD) {
        place.copy_from_slice(&word.to_be_bytes());
    }
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    Ok(bytes)
}

/// Fills in the rest of the head of the record that bytes begin with; returns its sum and length.
pub(super) fn seal(
    bytes: &mut [u8],
    before: u64,
    durable: u64,
    segment: u32,
    seed: u64,
) -> Option<(u64, usize)> {
    let (_, len) = kind_and_len(bytes)?;
    let record = bytes.get_mut(..len)?;
    for (at, number) in [(8, before), (16, durable)] {
        record
            .get_mut(at..at + 8)?
            .copy_from_slice(&number.to_be_bytes());
    }
    record
        .get_mut(24..28)?
        .copy_from_slice(&segment.to_be_bytes());
    let sum = xxh3_64_with_seed(record.get(8..)?, seed);
    record.get_mut(..8)?.copy_from_slice(&sum.to_be_bytes());
    Some((sum, len))
}

/// Reads the record that bytes begin with, if there is one, of that segment, and it is whole.
pub(super) fn parse(bytes: &[u8], segment: u32, seed: u64) -> Option<Record<'_>> {
    if *bytes.get(24..)?.first_chunk()? != segment.to_be_bytes() {
        return None;
    }
    let (kind, len) = kind_and_len(bytes)?;
    let record = bytes.get(..len)?;
    let number = |at: usize| Some(u64::from_be_bytes(*record.get(at..)?.first_chunk()?));
    let sum = number(0)?;
    if xxh3_64_with_seed(record.get(8..)?, seed) != sum {
        return None;
    }
    Some(Record {
        sum,
        before: number(8)?,
        durable: number(16)?,
        kind,
        body: record.get(HEAD..)?,
        len,
    })
}

fn kind_and_len(bytes: &[u8]) -> Option<(Kind, usize)> {
    let word = u32::from_be_bytes(*bytes.get(HEAD - 4..)?.first_chunk()?);
    let body = usize::try_from(word & 0x0fff_ffff).ok()?;
    Some((Kind::of(word >> 28)?, (HEAD + body).next_multiple_of(8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_whole_or_not_one() {
        let mut bytes = encode(Kind::Vote, &"some words").unwrap();
        let (sum, len) = seal(&mut bytes, 7, 8, 9, 10).unwrap();
        assert_eq!(len, bytes.len());
        let found = parse(&bytes, 9, 10).unwrap();
        assert_eq!((found.sum, found.before, found.durable), (sum, 7, 8));
        assert_eq!((found.kind, found.len), (Kind::Vote, len));
        assert_eq!(
            postcard::from_bytes::<String>(found.body).unwrap(),
            "some words"
        );
        assert!(parse(&bytes, 8, 10).is_none(), "of another segment");
        assert!(parse(&bytes, 9, 11).is_none(), "of another place");
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(parse(&flipped, 9, 10).is_none(), "bit {bit}");
        }
        for cut in 0..bytes.len() {
            assert!(parse(&bytes[..cut], 9, 10).is_none(), "cut at {cut}");
        }
        assert!(parse(&[0; 64], 0, 0).is_none());
    }
}

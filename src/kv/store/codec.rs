//! How keys and records are written: numbers big-endian, so that byte order is numeric order.

use crate::kv::{KeyValue, KvError, LeaseId, Result, Revision};

use super::UnixMillis;

/// Reports a row that this code cannot have written.
pub(super) fn damaged(what: &str) -> KvError {
    KvError::storage(crate::kv::damaged(what))
}

/// Splits a number off the front of a row.
pub(super) fn take_i64(bytes: &[u8]) -> Result<(i64, &[u8])> {
    let (head, rest) = bytes
        .split_first_chunk()
        .ok_or_else(|| damaged("a row is too short"))?;
    Ok((i64::from_be_bytes(*head), rest))
}

/// Splits a time off the front of a row.
pub(super) fn take_millis(bytes: &[u8]) -> Result<(UnixMillis, &[u8])> {
    let (head, rest) = bytes
        .split_first_chunk()
        .ok_or_else(|| damaged("a row is too short"))?;
    Ok((u64::from_be_bytes(*head), rest))
}

/// How many bytes of a record come before the value.
const NUMBERS: usize = 32;

/// Everything of a [`KeyValue`] but the key: a row of `current`.
pub(super) fn encode_record(numbers: &KeyValue, value: &[u8]) -> Vec<u8> {
    let mut row = Vec::with_capacity(NUMBERS + value.len());
    for number in [
        numbers.create_revision,
        numbers.mod_revision,
        numbers.version,
        numbers.lease,
    ] {
        row.extend_from_slice(&number.to_be_bytes());
    }
    row.extend_from_slice(value);
    row
}

/// The value in a record.
pub(super) fn value_of(record: &[u8]) -> &[u8] {
    record.get(NUMBERS..).unwrap_or_default()
}

/// Reads [`encode_record`]'s row back; the value is copied only if it is wanted.
pub(super) fn decode_record(key: &[u8], row: &[u8], with_value: bool) -> Result<KeyValue> {
    let (create_revision, row) = take_i64(row)?;
    let (mod_revision, row) = take_i64(row)?;
    let (version, row) = take_i64(row)?;
    let (lease, row) = take_i64(row)?;
    let value = if with_value { row.to_vec() } else { Vec::new() };
    Ok(KeyValue {
        key: key.to_vec(),
        value,
        create_revision,
        mod_revision,
        version,
        lease,
    })
}

/// Writes a key of any bytes so that it can be followed by more and still sorts as it did: 0 is
/// written `00 ff`, the end `00 01`.
pub(super) fn escape_key(key: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(key.len() + 10);
    for &byte in key {
        out.push(byte);
        if byte == 0 {
            out.push(0xff);
        }
    }
    out.extend_from_slice(&[0, 1]);
    out
}

/// A key of `history`: all versions of a key lie together, oldest first.
pub(super) fn history_key(key: &[u8], revision: Revision) -> Vec<u8> {
    let mut out = escape_key(key);
    out.extend_from_slice(&revision.to_be_bytes());
    out
}

/// Reads [`history_key`] back into the key and its mod revision.
pub(super) fn decode_history_key(row: &[u8]) -> Result<(Vec<u8>, Revision)> {
    let mut key = Vec::with_capacity(row.len());
    let mut rest = row;
    loop {
        match rest {
            [0, 0xff, tail @ ..] => {
                key.push(0);
                rest = tail;
            }
            [0, 1, tail @ ..] => return Ok((key, take_i64(tail)?.0)),
            [byte, tail @ ..] if *byte != 0 => {
                key.push(*byte);
                rest = tail;
            }
            _ => return Err(damaged("a history key has no end")),
        }
    }
}

/// A key of `changes`: by revision, then by the order within it.
pub(super) fn change_key(revision: Revision, sub: u32) -> [u8; 12] {
    let mut out = [0; 12];
    let (head, tail) = out.split_at_mut(8);
    head.copy_from_slice(&revision.to_be_bytes());
    tail.copy_from_slice(&sub.to_be_bytes());
    out
}

/// The row of a lease itself in `leases`.
pub(super) fn lease_key(id: LeaseId) -> Vec<u8> {
    [&b"l"[..], &id.to_be_bytes()].concat()
}

/// The row that ties a key to its lease in `leases`; with an empty key, the start of all of them.
pub(super) fn attachment_key(id: LeaseId, key: &[u8]) -> Vec<u8> {
    [&b"k"[..], &id.to_be_bytes(), key].concat()
}

/// The row that sorts a lease by its deadline in `leases`.
pub(super) fn deadline_key(deadline: UnixMillis, id: LeaseId) -> Vec<u8> {
    [&b"d"[..], &deadline.to_be_bytes(), &id.to_be_bytes()].concat()
}

/// The number of bytes before the key in an [`attachment_key`].
pub(super) const ATTACHMENT_PREFIX: usize = 9;

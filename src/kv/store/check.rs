//! What a transaction must meet before anything is looked up (etcd:
//! `server/etcdserver/api/v3rpc/key.go`).

use std::collections::HashSet;

use crate::kv::{DeleteRequest, KvError, Op, PutRequest, RangeRequest, Result, Txn};

use super::span::Span;
use super::{MAX_REQUEST_BYTES, MAX_TXN_OPS};

/// Checks the shape of a transaction: sizes, keys, and that no key is changed twice.
///
/// # Errors
/// [`KvError::RequestTooLarge`], [`KvError::TooManyOps`], [`KvError::EmptyKey`],
/// [`KvError::ValueProvided`], [`KvError::LeaseProvided`] or [`KvError::DuplicateKey`].
pub fn txn(txn: &Txn) -> Result<()> {
    if txn_size(txn) > MAX_REQUEST_BYTES {
        return Err(KvError::RequestTooLarge);
    }
    check_lists(txn, MAX_TXN_OPS)?;
    if let ([_] | [], []) = (txn.success.as_slice(), txn.failure.as_slice())
        && !matches!(txn.success.first(), Some(Op::Txn(_)))
    {
        return Ok(());
    }
    changes(&txn.success)?;
    changes(&txn.failure)?;
    Ok(())
}

/// Checks the limit, which a nested transaction shares with the longest list around it, and each
/// request.
fn check_lists(txn: &Txn, limit: usize) -> Result<()> {
    let longest = txn
        .compares
        .len()
        .max(txn.success.len())
        .max(txn.failure.len());
    let left = limit.checked_sub(longest).ok_or(KvError::TooManyOps)?;
    if txn.compares.iter().any(|compare| compare.key.is_empty()) {
        return Err(KvError::EmptyKey);
    }
    txn.success
        .iter()
        .chain(&txn.failure)
        .try_for_each(|op| match op {
            Op::Put(put) => check_put(put),
            Op::DeleteRange(DeleteRequest { key, .. }) | Op::Range(RangeRequest { key, .. }) => {
                if key.is_empty() {
                    Err(KvError::EmptyKey)
                } else {
                    Ok(())
                }
            }
            Op::Txn(nested) => check_lists(nested, left),
        })
}

fn check_put(put: &PutRequest) -> Result<()> {
    if put.key.is_empty() {
        return Err(KvError::EmptyKey);
    }
    if put.ignore_value && !put.value.is_empty() {
        return Err(KvError::ValueProvided);
    }
    if put.ignore_lease && put.lease != 0 {
        return Err(KvError::LeaseProvided);
    }
    Ok(())
}

/// The keys that a list of operations puts, and the spans it deletes.
type Changes<'a> = (HashSet<&'a [u8]>, Vec<Span<'a>>);

/// Refuses a list that could change one key twice. Two deletes of a key are fine, for the second
/// finds nothing; so are changes in the opposite branches of one nested transaction. The order of
/// the checks is that of etcd's `checkIntervals`, which decides what is refused.
fn changes(ops: &[Op]) -> Result<Changes<'_>> {
    let mut puts = HashSet::new();
    let mut deletes: Vec<Span<'_>> = ops
        .iter()
        .filter_map(|op| match op {
            Op::DeleteRange(delete) => Some(Span::new(&delete.key, &delete.range_end)),
            _ => None,
        })
        .collect();
    for op in ops {
        let Op::Txn(nested) = op else { continue };
        let (then_puts, then_deletes) = changes(&nested.success)?;
        let (else_puts, else_deletes) = changes(&nested.failure)?;
        let nested_puts: HashSet<_> = then_puts.union(&else_puts).copied().collect();
        for key in nested_puts {
            claim(&mut puts, &deletes, key)?;
        }
        deletes.extend(then_deletes);
        deletes.extend(else_deletes);
    }
    for op in ops {
        if let Op::Put(put) = op {
            claim(&mut puts, &deletes, &put.key)?;
        }
    }
    Ok((puts, deletes))
}

fn claim<'a>(puts: &mut HashSet<&'a [u8]>, deletes: &[Span<'_>], key: &'a [u8]) -> Result<()> {
    if deletes.iter().any(|span| span.contains(key)) || !puts.insert(key) {
        return Err(KvError::DuplicateKey);
    }
    Ok(())
}

/// The size of a request: its byte strings, and for each part of it about what its numbers and
/// its frame take in etcd's encoding.
fn txn_size(txn: &Txn) -> usize {
    const FRAME: usize = 8;
    let compares = txn.compares.iter().map(|compare| {
        let value = match &compare.target {
            crate::kv::CompareTarget::Value(value) => value.len(),
            _ => 0,
        };
        FRAME + compare.key.len() + compare.range_end.len() + value
    });
    let ops = txn.success.iter().chain(&txn.failure).map(|op| {
        FRAME
            + match op {
                Op::Put(put) => put.key.len() + put.value.len(),
                Op::DeleteRange(delete) => delete.key.len() + delete.range_end.len(),
                Op::Range(range) => range.key.len() + range.range_end.len(),
                Op::Txn(nested) => txn_size(nested),
            }
    });
    compares.chain(ops).sum()
}

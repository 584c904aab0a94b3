//! Transactions that read alone: they need no [`super::Writer`], and raise no revision.

use std::collections::HashSet;

use crate::kv::{KvError, Op, OpResponse, RangeRequest, Result, Txn, TxnResponse};

use super::read::{self, Reader};
use super::{check, paths};

impl Reader<'_> {
    /// Evaluates the compares, and reads what the branch taken asks for.
    ///
    /// # Errors
    /// As [`crate::kv::Kv::txn`]; and a failure if the branch does anything but read.
    pub fn txn(&self, txn: &Txn) -> Result<TxnResponse> {
        check::txn(txn)?;
        let (tables, meta) = (self.tables(), self.meta());
        let succeeded = paths::choose(tables, meta, txn)?.succeeded;
        let ranges: Vec<&RangeRequest> = paths::branch(txn, succeeded)
            .iter()
            .map(|op| match op {
                Op::Range(range) => Ok(range),
                _ => Err(KvError::storage(crate::error::Error::failed(
                    "a transaction that is to read alone has a change in it",
                ))),
            })
            .collect::<Result<_>>()?;
        ranges
            .iter()
            .try_for_each(|range| read::check(range, meta))?;
        let responses = ranges
            .into_iter()
            .map(|range| read::range(tables, meta, range, &HashSet::new()).map(OpResponse::Range))
            .collect::<Result<_>>()?;
        Ok(TxnResponse {
            revision: meta.revision,
            succeeded,
            responses,
        })
    }
}

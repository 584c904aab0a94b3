//! What became of a change that nobody answered for.
//!
//! A transaction that changes something writes a mark of its own along: one key for all that the
//! same writer does, and a value that no other transaction has. The key's history tells whether
//! and at which revision the transaction was done, and with which branch. A read of the changed
//! keys alone could not: another may have written the same, or written over it since.

use std::hash::{BuildHasher, RandomState};

use super::guard::changes;
use super::store::EtcdKv;
use crate::error::Error;
use crate::kv::store::MAX_TXN_OPS;
use crate::kv::{
    DeleteResponse, KvError, Op, OpResponse, PutResponse, RangeRequest, Result, Revision, Txn,
    TxnResponse,
};

/// How many later changes of the same writer are looked through.
const MOST_STEPS: usize = 256;

/// What a mark's value ends with if the conditions held, and if not.
const BRANCHES: [(&str, bool); 2] = [(" then", true), (" else", false)];

/// A transaction with its marks.
pub(super) struct Marked {
    /// What is sent.
    pub(super) txn: Txn,
    /// The operations that were asked for, to rebuild their answers.
    asked: Txn,
    /// The key of the mark, and what its value starts with; none without a mark.
    mark: Option<(Vec<u8>, String)>,
    /// Every change of this transaction comes after this revision.
    floor: Revision,
}

impl Marked {
    /// Adds marks to the branches that change something and have room for one.
    pub(super) fn new(asked: Txn, key: Option<&[u8]>, floor: Revision) -> Self {
        let mut txn = asked.clone();
        let nonce = || RandomState::new().hash_one(());
        let mark = key.map(|key| (key.to_vec(), format!("{:016x}{:016x}", nonce(), nonce())));
        if let Some((key, nonce)) = &mark {
            for (ops, (tag, _)) in [&mut txn.success, &mut txn.failure]
                .into_iter()
                .zip(BRANCHES)
            {
                if ops.len() < MAX_TXN_OPS && ops.iter().any(changes) {
                    ops.push(Op::put(key.clone(), format!("{nonce}{tag}")));
                }
            }
        }
        Self {
            txn,
            asked,
            mark,
            floor,
        }
    }

    /// Whether each branch that changes something has its mark.
    fn is_whole(&self) -> bool {
        let marked =
            |sent: &[Op], asked: &[Op]| sent.len() > asked.len() || !asked.iter().any(changes);
        self.mark.is_some()
            && marked(&self.txn.success, &self.asked.success)
            && marked(&self.txn.failure, &self.asked.failure)
    }

    /// The answer without that to the mark.
    pub(super) fn answer(&self, mut answer: TxnResponse) -> TxnResponse {
        let asked = self.branch(answer.succeeded);
        answer.responses.truncate(asked.len());
        answer
    }

    fn branch(&self, succeeded: bool) -> &[Op] {
        match succeeded {
            true => &self.asked.success,
            false => &self.asked.failure,
        }
    }
}

fn cannot(why: &str) -> KvError {
    KvError::storage(Error::failed(why))
}

impl EtcdKv {
    /// The answer that a transaction has got, if it was done; none if it was not by now.
    ///
    /// # Errors
    /// If that cannot be known.
    pub(super) async fn look_back(&self, sent: &Marked) -> Result<Option<TxnResponse>> {
        let (Some((key, nonce)), true) = (&sent.mark, sent.is_whole()) else {
            return Err(cannot("the change has no mark"));
        };
        let mut request = RangeRequest::key(key.clone());
        for _ in 0..MOST_STEPS {
            let found = self.read_range(&request).await?.kvs.into_iter().next();
            let Some(pair) = found.filter(|pair| pair.mod_revision > sent.floor) else {
                return Ok(None);
            };
            let tag = pair.value.strip_prefix(nonce.as_bytes());
            let branch = BRANCHES
                .iter()
                .find(|(text, _)| tag == Some(text.as_bytes()));
            if let Some((_, succeeded)) = branch {
                let done = self.rebuild(sent, pair.mod_revision, *succeeded).await?;
                return Ok(Some(done));
            }
            if pair.version <= 1 {
                return Ok(None);
            }
            request = request.at(pair.mod_revision - 1);
        }
        Err(cannot("too much was changed since"))
    }

    /// The answers to the operations of a transaction that was done at `revision`, from history.
    async fn rebuild(
        &self,
        sent: &Marked,
        revision: Revision,
        succeeded: bool,
    ) -> Result<TxnResponse> {
        let ops = sent.branch(succeeded);
        let first = ops.iter().position(changes).unwrap_or(ops.len());
        let last = ops.iter().rposition(changes).unwrap_or(0);
        let mut responses = Vec::with_capacity(ops.len());
        for (place, op) in ops.iter().enumerate() {
            responses.push(match op {
                Op::Put(put) => {
                    let before = RangeRequest::key(put.key.clone()).at(revision - 1);
                    let prev_kv = match put.prev_kv {
                        true => self.read_range(&before).await?.kvs.into_iter().next(),
                        false => None,
                    };
                    OpResponse::Put(PutResponse { revision, prev_kv })
                }
                Op::DeleteRange(delete) => {
                    let (key, end) = (delete.key.clone(), delete.range_end.clone());
                    let mut before = RangeRequest::range(key, end).at(revision - 1);
                    before.count_only = !delete.prev_kv;
                    let before = self.read_range(&before).await?;
                    OpResponse::Delete(DeleteResponse {
                        revision,
                        deleted: before.count,
                        prev_kvs: before.kvs,
                    })
                }
                Op::Range(range) => {
                    let at = match (place < first, place > last) {
                        _ if range.revision > 0 => range.revision,
                        (true, _) => revision - 1,
                        (_, true) => revision,
                        _ => return Err(cannot("it read between changes")),
                    };
                    OpResponse::Range(self.read_range(&range.clone().at(at)).await?)
                }
                Op::Txn(_) => return Err(cannot("it has transactions within")),
            });
        }
        Ok(TxnResponse {
            revision,
            succeeded,
            responses,
        })
    }
}

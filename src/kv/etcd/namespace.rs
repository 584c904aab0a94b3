//! A part of the store as if it were the whole: every key behind a prefix (etcd:
//! `client/v3/namespace`).

use crate::kv::{
    DeleteResponse, KeyValue, KvError, LeaseTtl, Op, OpResponse, PutResponse, RangeRequest,
    RangeResponse, Result, Txn, TxnResponse, prefix_end,
};

/// The prefix of all keys; an empty one stands for the whole store.
#[derive(Debug, Clone, Default)]
pub(super) struct Namespace(Vec<u8>);

impl Namespace {
    pub(super) fn new(prefix: Vec<u8>) -> Self {
        Self(prefix)
    }

    /// A key and the end of its range, as they are in the store. An empty key is refused here:
    /// behind a prefix, the store would take it.
    fn enter(&self, key: &mut Vec<u8>, end: &mut Vec<u8>) -> Result<()> {
        if key.is_empty() {
            return Err(KvError::EmptyKey);
        }
        if self.0.is_empty() {
            return Ok(());
        }
        if end.as_slice() == b"\0" {
            *end = prefix_end(&self.0);
        } else if !end.is_empty() {
            end.splice(..0, self.0.iter().copied());
        }
        key.splice(..0, self.0.iter().copied());
        Ok(())
    }

    /// A single key as it is in the store.
    pub(super) fn key(&self, key: &[u8]) -> Vec<u8> {
        [&self.0, key].concat()
    }

    pub(super) fn range(&self, mut request: RangeRequest) -> Result<RangeRequest> {
        self.enter(&mut request.key, &mut request.range_end)?;
        Ok(request)
    }

    pub(super) fn txn(&self, mut txn: Txn) -> Result<Txn> {
        for compare in &mut txn.compares {
            self.enter(&mut compare.key, &mut compare.range_end)?;
        }
        for op in txn.success.iter_mut().chain(&mut txn.failure) {
            match op {
                Op::Put(put) => self.enter(&mut put.key, &mut Vec::new())?,
                Op::DeleteRange(delete) => self.enter(&mut delete.key, &mut delete.range_end)?,
                Op::Range(range) => self.enter(&mut range.key, &mut range.range_end)?,
                Op::Txn(nested) => *nested = self.txn(std::mem::take(nested))?,
            }
        }
        Ok(txn)
    }

    fn leave(&self, pair: &mut KeyValue) {
        if pair.key.starts_with(&self.0) {
            pair.key.drain(..self.0.len());
        }
    }

    pub(super) fn ranged(&self, mut response: RangeResponse) -> RangeResponse {
        response.kvs.iter_mut().for_each(|pair| self.leave(pair));
        response
    }

    pub(super) fn txned(&self, mut response: TxnResponse) -> TxnResponse {
        if self.0.is_empty() {
            return response;
        }
        for one in &mut response.responses {
            match one {
                OpResponse::Put(PutResponse { prev_kv, .. }) => {
                    prev_kv.iter_mut().for_each(|pair| self.leave(pair));
                }
                OpResponse::Delete(DeleteResponse { prev_kvs, .. }) => {
                    prev_kvs.iter_mut().for_each(|pair| self.leave(pair));
                }
                OpResponse::Range(range) => *range = self.ranged(std::mem::take(range)),
                OpResponse::Txn(nested) => *nested = self.txned(std::mem::take(nested)),
            }
        }
        response
    }

    /// The keys of a lease, those of the namespace alone.
    pub(super) fn leased(&self, mut lease: LeaseTtl) -> LeaseTtl {
        lease.keys.retain(|key| key.starts_with(&self.0));
        for key in &mut lease.keys {
            key.drain(..self.0.len());
        }
        lease
    }
}

#[cfg(test)]
mod tests {
    use super::Namespace;
    use crate::kv::{Compare, KvError, Op, RangeRequest, Txn};

    fn ranged(prefix: &[u8], request: RangeRequest) -> (Vec<u8>, Vec<u8>) {
        let request = Namespace::new(prefix.to_vec()).range(request).unwrap();
        (request.key, request.range_end)
    }

    #[test]
    fn ranges_stay_within_the_prefix() {
        let both = |key: &[u8], end: &[u8]| (key.to_vec(), end.to_vec());
        for (prefix, request, want) in [
            (&b"p/"[..], RangeRequest::key("a"), both(b"p/a", b"")),
            (b"p/", RangeRequest::range("a", "c"), both(b"p/a", b"p/c")),
            (b"p/", RangeRequest::range("a", "\0"), both(b"p/a", b"p0")),
            (b"p/", RangeRequest::prefix(""), both(b"p/\0", b"p0")),
            (b"\xff", RangeRequest::prefix(""), both(b"\xff\0", b"\0")),
            (b"", RangeRequest::range("a", "\0"), both(b"a", b"\0")),
        ] {
            assert_eq!(ranged(prefix, request), want);
        }
    }

    #[test]
    fn empty_keys_do_not_become_the_prefix() {
        let namespace = Namespace::new(b"p/".to_vec());
        let empty = |result: crate::kv::Result<Txn>| matches!(result, Err(KvError::EmptyKey));
        assert!(empty(namespace.txn(Txn::when([Compare::missing("")]))));
        assert!(empty(namespace.txn(Txn::all([Op::put("", "v")]))));
        let nested = Op::Txn(Txn::all([Op::delete("")]));
        assert!(empty(namespace.txn(Txn::when([]).otherwise([nested]))));
    }
}

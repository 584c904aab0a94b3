//! A store whose history begins when the value is made: so one etcd serves many tests, each of
//! which expects a new store.

use netpipe::kv::etcd::EtcdKv;
use netpipe::kv::{
    CompareTarget, KeyValue, Kv, LeaseGrant, LeaseId, LeaseTtl, Op, OpResponse, RangeRequest,
    RangeResponse, Result, Revision, Txn, TxnResponse,
};

pub struct Rebased {
    kv: EtcdKv,
    /// What is added to a revision that a test names.
    base: Revision,
}

impl Rebased {
    pub fn new(kv: EtcdKv) -> Self {
        let now = kv.range(&RangeRequest::key("any")).unwrap().revision;
        Self { kv, base: now - 1 }
    }

    /// A revision as etcd has it; 0 and less have a meaning of their own.
    fn up(&self, revision: &mut Revision) {
        if *revision > 0 {
            *revision += self.base;
        }
    }

    fn down(&self, revision: &mut Revision) {
        if *revision > 0 {
            *revision -= self.base;
        }
    }

    fn range_up(&self, request: &mut RangeRequest) {
        for revision in [
            &mut request.revision,
            &mut request.min_mod_revision,
            &mut request.max_mod_revision,
            &mut request.min_create_revision,
            &mut request.max_create_revision,
        ] {
            self.up(revision);
        }
    }

    fn txn_up(&self, txn: &mut Txn) {
        for compare in &mut txn.compares {
            if let CompareTarget::Create(revision) | CompareTarget::Mod(revision) =
                &mut compare.target
            {
                self.up(revision);
            }
        }
        for op in txn.success.iter_mut().chain(&mut txn.failure) {
            match op {
                Op::Range(range) => self.range_up(range),
                Op::Txn(nested) => self.txn_up(nested),
                Op::Put(_) | Op::DeleteRange(_) => {}
            }
        }
    }

    fn pair_down(&self, pair: &mut KeyValue) {
        self.down(&mut pair.create_revision);
        self.down(&mut pair.mod_revision);
    }

    fn range_down(&self, response: &mut RangeResponse) {
        self.down(&mut response.revision);
        response
            .kvs
            .iter_mut()
            .for_each(|pair| self.pair_down(pair));
    }

    fn txn_down(&self, response: &mut TxnResponse) {
        self.down(&mut response.revision);
        for one in &mut response.responses {
            match one {
                OpResponse::Put(put) => {
                    self.down(&mut put.revision);
                    put.prev_kv.iter_mut().for_each(|pair| self.pair_down(pair));
                }
                OpResponse::Delete(delete) => {
                    self.down(&mut delete.revision);
                    delete
                        .prev_kvs
                        .iter_mut()
                        .for_each(|pair| self.pair_down(pair));
                }
                OpResponse::Range(range) => self.range_down(range),
                OpResponse::Txn(nested) => self.txn_down(nested),
            }
        }
    }
}

impl Kv for Rebased {
    fn range(&self, request: &RangeRequest) -> Result<RangeResponse> {
        let mut request = request.clone();
        self.range_up(&mut request);
        let mut response = self.kv.range(&request)?;
        self.range_down(&mut response);
        Ok(response)
    }

    fn txn(&self, txn: &Txn) -> Result<TxnResponse> {
        let mut txn = txn.clone();
        self.txn_up(&mut txn);
        let mut response = self.kv.txn(&txn)?;
        self.txn_down(&mut response);
        Ok(response)
    }

    fn compact(&self, revision: Revision) -> Result<Revision> {
        let mut revision = revision;
        self.up(&mut revision);
        Ok(self.kv.compact(revision)? - self.base)
    }

    fn lease_grant(&self, ttl: i64, id: LeaseId) -> Result<LeaseGrant> {
        let mut granted = self.kv.lease_grant(ttl, id)?;
        self.down(&mut granted.revision);
        Ok(granted)
    }

    fn lease_revoke(&self, id: LeaseId) -> Result<Revision> {
        Ok(self.kv.lease_revoke(id)? - self.base)
    }

    fn lease_keepalive(&self, id: LeaseId) -> Result<i64> {
        self.kv.lease_keepalive(id)
    }

    fn lease_time_to_live(&self, id: LeaseId, keys: bool) -> Result<LeaseTtl> {
        let mut found = self.kv.lease_time_to_live(id, keys)?;
        self.down(&mut found.revision);
        Ok(found)
    }

    fn leases(&self) -> Result<Vec<LeaseId>> {
        self.kv.leases()
    }
}

//! The calls of [`Kv`].

use std::hash::{BuildHasher, RandomState};

use super::store::EtcdKv;
use crate::kv::convert::revision;
use crate::kv::proto::etcdserverpb as pb;
use crate::kv::{
    Kv, KvError, LeaseGrant, LeaseId, LeaseTtl, RangeRequest, RangeResponse, Result, Revision, Txn,
    TxnResponse,
};

impl Kv for EtcdKv {
    fn range(&self, request: &RangeRequest) -> Result<RangeResponse> {
        let request = self.namespace.range(request.clone())?;
        let found = self.wait(self.read_range(&request))?;
        Ok(self.namespace.ranged(found))
    }

    fn txn(&self, txn: &Txn) -> Result<TxnResponse> {
        let txn = self.namespace.txn(txn.clone())?;
        let done = self.wait(self.write(txn))?;
        Ok(self.namespace.txned(done))
    }

    fn compact(&self, to: Revision) -> Result<Revision> {
        let request = pb::CompactionRequest {
            revision: to,
            physical: false,
        };
        let compacted = self.wait(async {
            let call = self.repeat(|to| async move { to.kv().compact(request).await });
            let (answer, doubt) = call.await;
            match answer {
                Ok(answer) => Ok(Some(revision(answer.header.as_ref()))),
                Err(status) => match self.refusal(&status) {
                    // The first attempt has done it.
                    KvError::Compacted if doubt => Ok(None),
                    refusal => Err(refusal),
                },
            }
        })?;
        match compacted {
            Some(revision) => Ok(revision),
            None => Ok(self.range(&RangeRequest::key("\0"))?.revision),
        }
    }

    fn lease_grant(&self, ttl: i64, id: LeaseId) -> Result<LeaseGrant> {
        // An id of one's own choice tells a lease that an earlier attempt made from another's.
        let own = RandomState::new().hash_one(()) >> 1;
        let chosen = match id {
            0 => i64::try_from(own).unwrap_or(i64::MAX).max(1),
            given => given,
        };
        self.wait(async {
            let request = pb::LeaseGrantRequest { ttl, id: chosen };
            let call = self.repeat(|to| async move { to.lease().lease_grant(request).await });
            let (answer, doubt) = call.await;
            let status = match answer {
                Ok(answer) => return Ok(answer.into()),
                Err(status) => status,
            };
            match self.refusal(&status) {
                KvError::LeaseExists if doubt && id == 0 => {
                    let made = self.time_to_live(chosen, false).await?;
                    Ok(LeaseGrant {
                        id: made.id,
                        ttl: made.granted_ttl,
                        revision: made.revision,
                    })
                }
                _ if doubt => Err(self.unknown(&status)),
                refusal => Err(refusal),
            }
        })
    }

    fn lease_revoke(&self, id: LeaseId) -> Result<Revision> {
        let revoked = self.wait(async {
            let request = pb::LeaseRevokeRequest { id };
            let call = self.repeat(|to| async move { to.lease().lease_revoke(request).await });
            let (answer, doubt) = call.await;
            match answer {
                Ok(answer) => Ok(Some(revision(answer.header.as_ref()))),
                Err(status) => match self.refusal(&status) {
                    KvError::LeaseNotFound if doubt => Ok(None),
                    refusal => Err(refusal),
                },
            }
        })?;
        match revoked {
            Some(revision) => Ok(revision),
            None => Ok(self.range(&RangeRequest::key("\0"))?.revision),
        }
    }

    fn lease_keepalive(&self, id: LeaseId) -> Result<i64> {
        self.wait(self.keep_alive(id))
    }

    fn lease_time_to_live(&self, id: LeaseId, keys: bool) -> Result<LeaseTtl> {
        let found = self.wait(self.time_to_live(id, keys))?;
        Ok(self.namespace.leased(found))
    }

    fn leases(&self) -> Result<Vec<LeaseId>> {
        self.wait(async {
            let request = pb::LeaseLeasesRequest {};
            let call = self.read(|to| async move { to.lease().lease_leases(request).await });
            let mut ids: Vec<_> = call.await?.leases.iter().map(|lease| lease.id).collect();
            ids.sort_unstable();
            Ok(ids)
        })
    }
}

impl EtcdKv {
    async fn time_to_live(&self, id: LeaseId, keys: bool) -> Result<LeaseTtl> {
        let request = pb::LeaseTimeToLiveRequest { id, keys };
        let call = self.read(|to| async move { to.lease().lease_time_to_live(request).await });
        let mut found = LeaseTtl::from(call.await?);
        found.keys.sort_unstable();
        Ok(found)
    }
}

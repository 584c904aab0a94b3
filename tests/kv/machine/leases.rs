//! Leases of a member that leads.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use netpipe::kv::cluster::{Change, EtcdError};
use netpipe::kv::{Op, RangeRequest, Txn};

use super::support::{apply, in_memory};

#[tokio::test]
async fn the_leader_ends_what_has_expired_and_a_late_renewal_hears_of_it() {
    let machine = in_memory();
    let put = Txn::all([Op::put_leased("leased", "x", 5)]);
    apply(&machine, 1, Change::LeaseGrant { id: 5, ttl: 1 }).await;
    apply(&machine, 2, Change::LeaseGrant { id: 6, ttl: 100 }).await;
    apply(&machine, 3, Change::Txn(put)).await;
    assert_eq!(machine.lease_keepalive(5).await, Err(EtcdError::NotLeader));
    assert_eq!(machine.lease_time_to_live(5, false).unwrap().ttl, 2);
    machine.promote(Duration::ZERO);
    assert_eq!(machine.lease_keepalive(6).await, Ok(100));
    assert_eq!(machine.lease_keepalive(7).await, Ok(0));
    let index = AtomicU64::new(3);
    let revoke = |id| {
        let machine = machine.clone();
        let index = index.fetch_add(1, Ordering::Relaxed) + 1;
        async move {
            // It is known to be over here, and still there.
            let late = tokio::spawn({
                let machine = machine.clone();
                async move { machine.lease_keepalive(id).await }
            });
            tokio::task::yield_now().await;
            assert!(!late.is_finished());
            apply(&machine, index, Change::LeaseRevoke(id)).await;
            assert_eq!(late.await.unwrap(), Ok(0));
        }
    };
    let gone = async {
        while !machine
            .read(|r| Ok(r.range(&RangeRequest::key("leased"))?.kvs.is_empty()))
            .unwrap()
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        () = machine.expire_leases(revoke) => {}
        () = gone => {}
    }
    assert_eq!(machine.leases(), [6]);
    machine.demote();
    assert_eq!(machine.lease_keepalive(6).await, Err(EtcdError::NotLeader));
}

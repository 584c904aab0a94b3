//! Leases as the services and the leader see them.

use std::future::Future;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;

use super::Machine;
use super::lessor::{LOOK_EVERY, Renewal};
use crate::kv::cluster::EtcdError;
use crate::kv::{LeaseId, LeaseTtl, Result};

/// How many ends of leases are under way at once (etcd: `maxPendingRevokes`).
const PENDING: usize = 16;

impl Machine {
    /// This member leads from now on: leases run, `extend` longer than they were granted for.
    /// To be called when all of the earlier leaders' entries are applied.
    pub fn promote(&self, extend: Duration) {
        self.state().lessor.promote(extend, Instant::now());
    }

    /// This member leads no longer.
    pub fn demote(&self) {
        let mut state = self.state();
        state.lessor.demote();
        state.lease_ended.notify_waiters();
    }

    /// Whether [`Machine::promote`] was called, and [`Machine::demote`] was not since.
    pub fn leads(&self) -> bool {
        self.state().lessor.leads()
    }

    /// Renews a lease, for the leader alone; returns its TTL in seconds, or 0 if there is none. It
    /// enters no log. The end of a lease that has expired is waited for.
    ///
    /// # Errors
    /// [`EtcdError::NotLeader`]: the leader is to be asked.
    pub async fn lease_keepalive(&self, id: LeaseId) -> std::result::Result<i64, EtcdError> {
        loop {
            let ended = {
                let mut state = self.state();
                match state.lessor.renew(id, Instant::now()) {
                    Renewal::Renewed(ttl) => return Ok(ttl),
                    Renewal::Unknown => return Ok(0),
                    Renewal::NotLeader => return Err(EtcdError::NotLeader),
                    Renewal::Ending => state.lease_ended.clone().notified_owned(),
                }
            };
            ended.await;
        }
    }

    /// Returns what is left of a lease, −1 of an unknown one, with its keys if `keys` is set. What
    /// the leader answers counts: the others do not know when a lease was renewed, and tell the
    /// TTL that was granted.
    ///
    /// # Errors
    /// A storage failure.
    pub fn lease_time_to_live(&self, id: LeaseId, keys: bool) -> Result<LeaseTtl> {
        let state = self.state();
        let mut lease = state.reader()?.lease_time_to_live(id, keys)?;
        if lease.ttl >= 0
            && let Some(left) = state.lessor.left(id, Instant::now())
        {
            lease.ttl = i64::try_from(left.as_secs()).unwrap_or(i64::MAX);
        }
        Ok(lease)
    }

    /// Returns the ids of the leases; those of the leader are sorted by their ends.
    pub fn leases(&self) -> Vec<LeaseId> {
        self.state().lessor.list()
    }

    /// Has the leases that expire while this member leads revoked, for as long as the future is
    /// polled: `revoke` proposes [`crate::kv::cluster::Change::LeaseRevoke`]. What fails is tried
    /// again.
    pub async fn expire_leases<F: Future<Output = ()>>(&self, revoke: impl Fn(LeaseId) -> F) {
        let mut clock = tokio::time::interval(LOOK_EVERY);
        clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            clock.tick().await;
            let expired = self.state().lessor.expired(Instant::now());
            futures_util::stream::iter(expired)
                .for_each_concurrent(PENDING, &revoke)
                .await;
        }
    }
}

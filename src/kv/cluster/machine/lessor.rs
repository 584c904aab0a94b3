//! When leases end: kept in memory by the leader alone, by a clock that nobody sets (etcd:
//! `server/lease/lessor.go`).
//!
//! The tables know which leases there are and for how long each was granted. A leader lets them
//! run: a renewal moves the deadline and writes nothing, and what has run out is revoked by a
//! command in the log. Who becomes the leader knows of no renewal, so each lease begins anew.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use crate::kv::LeaseId;

/// How many leases end in a second at most.
const REVOKE_RATE: usize = 1000;

/// How often the leader looks for what has expired.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(500);

/// After how long the leader asks again for the end of a lease that is still there.
const RETRY: Duration = Duration::from_secs(3);

/// A time that is too far away to come; a lease is granted for 285 years at most.
const NEVER: Duration = Duration::from_secs(20_000_000_000);

/// What came of a renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Renewal {
    /// It lives for so many seconds more.
    Renewed(i64),
    /// There is no such lease.
    Unknown,
    /// It has expired, and its end is under way.
    Ending,
    /// Another member is the leader.
    NotLeader,
}

/// The leases, and what is left of them.
#[derive(Debug, Default)]
pub(super) struct Lessor {
    leases: HashMap<LeaseId, Running>,
    /// The leases by the time at which something is to be done about each.
    due: BTreeSet<(Instant, LeaseId)>,
    leads: bool,
}

/// A lease.
#[derive(Debug, Clone, Copy)]
struct Running {
    /// Seconds granted.
    ttl: i64,
    /// When it ends; `None` while this member does not lead.
    deadline: Option<Instant>,
    /// Where it is in `due`.
    due: Option<Instant>,
}

impl Lessor {
    /// Takes over the leases of the tables, with their TTLs.
    pub(super) fn reset(&mut self, leases: impl IntoIterator<Item = (LeaseId, i64)>, now: Instant) {
        self.due.clear();
        self.leases = leases
            .into_iter()
            .map(|(id, ttl)| {
                let lease = Running {
                    ttl,
                    deadline: None,
                    due: None,
                };
                (id, lease)
            })
            .collect();
        if self.leads {
            self.promote(Duration::ZERO, now);
        }
    }

    /// Notes a grant.
    pub(super) fn grant(&mut self, id: LeaseId, ttl: i64, now: Instant) {
        let lease = Running {
            ttl,
            deadline: None,
            due: None,
        };
        self.leases.insert(id, lease);
        if self.leads {
            self.run(id, Duration::ZERO, now);
        }
    }

    /// Notes an end.
    pub(super) fn revoke(&mut self, id: LeaseId) {
        if let Some(lease) = self.leases.remove(&id)
            && let Some(due) = lease.due
        {
            self.due.remove(&(due, id));
        }
    }

    /// Lets a lease run for its whole time, and `more`.
    fn run(&mut self, id: LeaseId, more: Duration, now: Instant) {
        let Some(lease) = self.leases.get_mut(&id) else {
            return;
        };
        let time = Duration::from_secs(u64::try_from(lease.ttl).unwrap_or(0)).saturating_add(more);
        let deadline = now + time.min(NEVER);
        if let Some(old) = lease.due.replace(deadline) {
            self.due.remove(&(old, id));
        }
        lease.deadline = Some(deadline);
        self.due.insert((deadline, id));
    }

    /// This member leads: every lease begins anew, `extend` longer, for its holder may need that
    /// long to find the new leader.
    pub(super) fn promote(&mut self, extend: Duration, now: Instant) {
        self.leads = true;
        let ids: Vec<_> = self.leases.keys().copied().collect();
        for id in ids {
            self.run(id, extend, now);
        }
        if self.leases.len() >= REVOKE_RATE {
            self.spread(extend, now);
        }
    }

    /// Keeps leases that all begin at once from all ending at once, as etcd does: of what ends
    /// within a second, what is above three quarters of the rate is put off.
    fn spread(&mut self, extend: Duration, now: Instant) {
        const TARGET: u32 = (REVOKE_RATE * 3 / 4) as u32;
        const SECOND: Duration = Duration::from_secs(1);
        let sorted: Vec<_> = self.due.iter().copied().collect();
        let Some(first) = sorted.first() else { return };
        let mut base = first.0;
        let mut window = base + SECOND;
        let mut ending = 0;
        for (deadline, id) in sorted {
            if deadline > window {
                (base, window, ending) = (deadline, deadline + SECOND, 1);
                continue;
            }
            ending += 1;
            if ending > TARGET {
                let delay = (SECOND * ending / TARGET).saturating_sub(deadline - base);
                window = base + delay;
                self.run(id, delay + extend, now);
            }
        }
    }

    /// Another member leads, or none.
    pub(super) fn demote(&mut self) {
        self.leads = false;
        self.due.clear();
        for lease in self.leases.values_mut() {
            (lease.deadline, lease.due) = (None, None);
        }
    }

    /// Renews a lease.
    pub(super) fn renew(&mut self, id: LeaseId, now: Instant) -> Renewal {
        if !self.leads {
            return Renewal::NotLeader;
        }
        let Some(lease) = self.leases.get(&id) else {
            return Renewal::Unknown;
        };
        if lease.deadline.is_some_and(|deadline| deadline <= now) {
            return Renewal::Ending;
        }
        let ttl = lease.ttl;
        self.run(id, Duration::ZERO, now);
        Renewal::Renewed(ttl)
    }

    /// What is left of a lease: `None` if this member does not know, as it does not lead or there
    /// is no such lease.
    pub(super) fn left(&self, id: LeaseId, now: Instant) -> Option<Duration> {
        let deadline = self.leases.get(&id)?.deadline?;
        Some(deadline.saturating_duration_since(now))
    }

    /// The leases, those that end first first; by their ids while this member does not lead.
    pub(super) fn list(&self) -> Vec<LeaseId> {
        let mut all: Vec<_> = self.leases.iter().collect();
        all.sort_unstable_by_key(|(id, lease)| (lease.deadline, **id));
        all.into_iter().map(|(id, _)| *id).collect()
    }

    /// Whether this member leads.
    pub(super) fn leads(&self) -> bool {
        self.leads
    }

    /// Takes the leases that have expired, no more than may end between two looks. Each is told of
    /// again after a while, if it is still there.
    pub(super) fn expired(&mut self, now: Instant) -> Vec<LeaseId> {
        let mut found = Vec::new();
        while let Some(&(due, id)) = self.due.first() {
            if due > now || found.len() >= REVOKE_RATE / 2 {
                break;
            }
            self.due.remove(&(due, id));
            if let Some(lease) = self.leases.get_mut(&id) {
                let again = now + RETRY;
                lease.due = Some(again);
                self.due.insert((again, id));
                found.push(id);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn leader(leases: &[(LeaseId, i64)], now: Instant) -> Lessor {
        let mut lessor = Lessor::default();
        lessor.promote(Duration::ZERO, now);
        for (id, ttl) in leases {
            lessor.grant(*id, *ttl, now);
        }
        lessor
    }

    #[test]
    fn a_lease_ends_at_its_time_and_is_told_of_again() {
        let now = Instant::now();
        let mut lessor = leader(&[(1, 5), (2, 10)], now);
        assert!(lessor.expired(now + SECOND * 4).is_empty());
        assert_eq!(lessor.expired(now + SECOND * 5), [1]);
        assert!(lessor.expired(now + SECOND * 6).is_empty());
        assert_eq!(lessor.expired(now + SECOND * 8), [1], "it is still there");
        lessor.revoke(1);
        assert_eq!(lessor.expired(now + SECOND * 20), [2]);
    }

    #[test]
    fn a_renewal_counts_from_now_and_comes_too_late_for_what_has_expired() {
        let now = Instant::now();
        let mut lessor = leader(&[(1, 5)], now);
        assert_eq!(lessor.renew(1, now + SECOND * 4), Renewal::Renewed(5));
        assert_eq!(lessor.left(1, now + SECOND * 6), Some(SECOND * 3));
        assert!(lessor.expired(now + SECOND * 8).is_empty());
        assert_eq!(lessor.renew(1, now + SECOND * 9), Renewal::Ending);
        assert_eq!(lessor.renew(7, now), Renewal::Unknown);
    }

    #[test]
    fn only_the_leader_lets_leases_run_and_a_new_one_lets_them_begin_anew() {
        let now = Instant::now();
        let mut lessor = leader(&[(1, 5)], now);
        lessor.demote();
        assert!(lessor.expired(now + SECOND * 100).is_empty());
        assert_eq!(lessor.renew(1, now), Renewal::NotLeader);
        assert_eq!(lessor.left(1, now), None);
        lessor.grant(2, 3, now);
        let later = now + SECOND * 100;
        lessor.promote(SECOND, later);
        assert_eq!(lessor.left(1, later), Some(SECOND * 6));
        assert_eq!(lessor.expired(later + SECOND * 5), [2]);
        assert_eq!(lessor.expired(later + SECOND * 6), [1]);
        assert_eq!(lessor.list(), [2, 1]);
    }

    #[test]
    fn many_leases_of_one_time_end_no_faster_than_the_rate() {
        let now = Instant::now();
        let mut lessor = Lessor::default();
        lessor.reset((1..=5000).map(|id| (id, 10)), now);
        lessor.promote(Duration::ZERO, now);
        assert_eq!(lessor.expired(now + SECOND * 100).len(), REVOKE_RATE / 2);
        lessor.promote(Duration::ZERO, now);
        let within = |from: u32, to: u32| {
            let times = lessor.due.iter().map(|(due, _)| *due - now);
            times
                .filter(|left| (SECOND * from..SECOND * to).contains(left))
                .count()
        };
        assert_eq!(within(0, 10), 0, "none ends early");
        assert!(within(10, 11) <= REVOKE_RATE, "{}", within(10, 11));
        assert_eq!(within(10, 60), 5000);
    }

    #[test]
    fn the_longest_lease_of_all_ends_some_day() {
        let now = Instant::now();
        let mut lessor = leader(&[(1, crate::kv::store::MAX_LEASE_TTL)], now);
        lessor.promote(SECOND, now);
        assert!(lessor.left(1, now) > Some(SECOND * 8_999_999_999_u64.min(u32::MAX.into()) as u32));
    }
}

//! Whether leases last as long as they were granted for, and end.

use std::collections::HashMap;

use super::log::Log;
use crate::history::{Leased, Time, Watched};

const SECOND: Time = 1_000_000_000;

/// Checks that no key went before its lease could have ended, and that none is left at the end
/// of the log, when all had the time to end; gives what is wrong.
pub fn check(leases: &[Leased], watched: &[Watched], log: &Log) -> Vec<String> {
    let mut told: HashMap<&str, Time> = HashMap::new();
    for batch in watched.iter().flat_map(|watched| &watched.batches) {
        for event in batch.events.iter().filter(|event| event.now.is_none()) {
            let at = told.entry(&event.key).or_insert(batch.at);
            *at = batch.at.min(*at);
        }
    }
    let mut faults = Vec::new();
    for lease in leases {
        let ttl = Time::try_from(lease.ttl).unwrap_or(0) * SECOND;
        let least = lease.renewed + ttl;
        let least = lease.revoked.map_or(least, |revoked| revoked.min(least));
        match told.get(lease.key.as_str()) {
            // What a watcher is told of has happened before.
            Some(at) if *at < least => faults.push(format!(
                "ended {:.3} s early: {lease:?}, gone at {at}",
                (least - at) as f64 / SECOND as f64
            )),
            None if log.pair(&lease.key, log.last()).is_some() => {
                faults.push(format!("has not ended: {lease:?}"));
            }
            _ => (),
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::log::{Log, watched};
    use crate::check::sample::{gone, made};
    use crate::history::{Leased, Time};

    const SECOND: Time = 1_000_000_000;

    fn faults(gone_at: Option<Time>, revoked: Option<Time>) -> usize {
        let mut events = vec![made("lease/1", "", 2)];
        events.extend(gone_at.map(|_| gone("lease/1", 3)));
        let mut told = watched("w", "", &events);
        if let (Some(batch), Some(at)) = (told.batches.get_mut(1), gone_at) {
            batch.at = at;
        }
        let watched = [told];
        let (log, _) = Log::new(&watched);
        let lease = Leased {
            key: "lease/1".into(),
            renewed: SECOND,
            ttl: 3,
            revoked,
        };
        check(&[lease], &watched, &log).len()
    }

    #[test]
    fn the_end_has_its_time() {
        assert_eq!(faults(Some(4 * SECOND), None), 0);
        assert_eq!(faults(Some(4 * SECOND - 1), None), 1);
        assert_eq!(faults(Some(2 * SECOND), Some(2 * SECOND)), 0);
        assert_eq!(faults(Some(2 * SECOND - 1), Some(2 * SECOND)), 1);
    }

    #[test]
    fn one_without_an_end_is_found() {
        assert_eq!(faults(None, None), 1);
    }
}

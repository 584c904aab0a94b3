//! The history of the store itself, put together from what the watchers were told.

use std::collections::{BTreeMap, HashMap};

use crate::history::{Event, Pair, Revision, Watched};

/// Every change of every key.
#[derive(Debug, Default)]
pub struct Log {
    /// In the order in which they were made.
    by_revision: BTreeMap<Revision, Vec<Event>>,
    by_key: HashMap<String, Vec<Event>>,
}

impl Log {
    /// Puts the log together from watchers of all keys, and tells where they disagree, where a
    /// revision is missing, and where a change does not follow from the one before.
    pub fn new(watched: &[Watched]) -> (Self, Vec<String>) {
        let mut faults = Vec::new();
        let mut log = Self::default();
        for watcher in watched.iter().filter(|watcher| watcher.prefix.is_empty()) {
            let told: Vec<&Event> = watcher.batches.iter().flat_map(|b| &b.events).collect();
            for whole in told.chunk_by(|a, b| a.revision == b.revision) {
                let whole: Vec<Event> = whole.iter().copied().cloned().collect();
                let revision = log.by_revision.entry(whole[0].revision);
                let known = revision.or_insert_with(|| whole.clone());
                if *known != whole {
                    let name = &watcher.name;
                    faults.push(format!("{name} was told {whole:?}, another {known:?}"));
                }
            }
        }
        for (at, revision) in (2..).zip(log.by_revision.keys()) {
            if at != *revision {
                faults.push(format!(
                    "no watcher was told of revision {at}, but of {revision}"
                ));
                break;
            }
        }
        for event in log.by_revision.values().flatten() {
            let earlier = log.by_key.entry(event.key.clone()).or_default();
            if let Some(fault) = misfit(earlier.last(), event) {
                faults.push(fault);
            }
            earlier.push(event.clone());
        }
        (log, faults)
    }

    /// The last revision.
    pub fn last(&self) -> Revision {
        self.by_revision.keys().next_back().copied().unwrap_or(1)
    }

    /// The changes of one revision.
    pub fn at(&self, revision: Revision) -> impl Iterator<Item = &Event> {
        self.by_revision.get(&revision).into_iter().flatten()
    }

    /// All changes of keys that begin so, in order.
    pub fn events<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a Event> {
        let all = self.by_revision.values().flatten();
        all.filter(move |event| event.key.starts_with(prefix))
    }

    /// A key as of a revision.
    pub fn pair(&self, key: &str, revision: Revision) -> Option<&Pair> {
        let events = self.by_key.get(key)?;
        let count = events.partition_point(|event| event.revision <= revision);
        events[..count].last()?.now.as_ref()
    }

    /// The keys that begin so, as of a revision, sorted.
    pub fn pairs(&self, prefix: &str, revision: Revision) -> Vec<&Pair> {
        let keys = self.by_key.keys().filter(|key| key.starts_with(prefix));
        let mut pairs: Vec<_> = keys.filter_map(|key| self.pair(key, revision)).collect();
        pairs.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        pairs
    }
}

/// Why a change of a key cannot have followed on the one before.
fn misfit(before: Option<&Event>, event: &Event) -> Option<String> {
    let earlier = before.and_then(|event| event.now.as_ref());
    let Some(now) = &event.now else {
        let nothing = earlier.is_none();
        return nothing.then(|| format!("{event:?} deleted what was not there"));
    };
    let fits = now.modified == event.revision
        && now.version == earlier.map_or(0, |pair| pair.version) + 1
        && now.create == earlier.map_or(event.revision, |pair| pair.create);
    (!fits).then(|| format!("{event:?} does not follow on {before:?}"))
}

/// A log of these changes, for tests.
#[cfg(test)]
pub fn of(events: &[Event]) -> Log {
    let (log, faults) = Log::new(&[watched("all", "", events)]);
    assert_eq!(faults, [""; 0]);
    log
}

/// A watcher that was told these changes, one at a time, for tests.
#[cfg(test)]
pub fn watched(name: &str, prefix: &str, events: &[Event]) -> Watched {
    let batch = |event: &Event| crate::history::Batch {
        at: 0,
        revision: event.revision,
        events: vec![event.clone()],
        before: None,
    };
    Watched {
        name: name.into(),
        prefix: prefix.into(),
        from: 1,
        batches: events.iter().map(batch).collect(),
        gaps: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Log, of, watched};
    use crate::check::sample::{changed, gone, made};

    #[test]
    fn a_log_knows_each_revision() {
        let log = of(&[
            made("a", "1", 2),
            changed("a", "2", 3, 2, 2),
            gone("a", 4),
            made("a", "3", 5),
        ]);
        let value = |revision| log.pair("a", revision).map(|pair| pair.value.as_str());
        assert_eq!(
            [1, 2, 3, 4, 5].map(value),
            [None, Some("1"), Some("2"), None, Some("3")]
        );
    }

    #[test]
    fn watchers_that_disagree_are_found() {
        let (_, faults) = Log::new(&[
            watched("x", "", &[made("a", "1", 2)]),
            watched("y", "", &[made("a", "2", 2)]),
        ]);
        assert_eq!(faults.len(), 1);
    }

    #[test]
    fn a_missing_revision_is_found() {
        let (_, faults) = Log::new(&[watched("x", "", &[made("a", "1", 2), made("b", "2", 4)])]);
        assert_eq!(faults.len(), 1);
    }

    #[test]
    fn a_change_that_does_not_follow_is_found() {
        for wrong in [
            vec![gone("a", 2)],
            vec![made("a", "1", 2), made("a", "2", 3)],
            vec![made("a", "1", 2), changed("a", "2", 3, 2, 3)],
            vec![made("a", "1", 2), gone("a", 3), changed("a", "2", 4, 2, 2)],
        ] {
            let (_, faults) = Log::new(&[watched("x", "", &wrong)]);
            assert_eq!(faults.len(), 1, "{wrong:?}");
        }
    }
}

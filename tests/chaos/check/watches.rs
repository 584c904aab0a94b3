//! Whether each watcher was told every change once, in order, and whole.

use std::collections::HashSet;

use super::log::Log;
use crate::history::{Event, Pair, Revision, Watched};

/// Checks one watcher against the log; gives what is wrong.
pub fn check(watched: &Watched, log: &Log) -> Vec<String> {
    let mut faults = order(watched);
    if faults.is_empty() {
        faults.extend(missing(watched, log));
        faults.extend(before(watched, log));
    }
    for fault in &mut faults {
        *fault = format!("watcher {}: {fault}", watched.name);
    }
    faults
}

/// Checks the order, and that nothing comes twice or after it was said to be over.
fn order(watched: &Watched) -> Vec<String> {
    let mut faults = Vec::new();
    let mut over: Revision = watched.from - 1;
    for batch in &watched.batches {
        let (mut last, mut keys) = (over, HashSet::new());
        for event in &batch.events {
            if event.revision <= over || event.revision < last {
                faults.push(format!("came after {}: {event:?}", last.max(over)));
            } else if event.revision > batch.revision {
                faults.push(format!(
                    "came with the header {}: {event:?}",
                    batch.revision
                ));
            }
            if event.revision > last {
                keys.clear();
            }
            if !keys.insert(&event.key) {
                faults.push(format!("came twice: {event:?}"));
            }
            last = event.revision;
        }
        // All of a revision is in one answer; and without changes, the answer says that all up
        // to its revision was told.
        over = last;
        if batch.events.is_empty() {
            over = over.max(batch.revision);
        }
    }
    faults
}

/// Checks that what it was told is what the log has for it.
fn missing(watched: &Watched, log: &Log) -> Option<String> {
    let in_gap = |revision| {
        let mut gaps = watched.gaps.iter();
        gaps.any(|(first, last)| (*first..=*last).contains(&revision))
    };
    let wanted = log.events(&watched.prefix);
    let mut wanted = wanted.filter(|e| e.revision >= watched.from && !in_gap(e.revision));
    let mut told = watched.batches.iter().flat_map(|batch| &batch.events);
    loop {
        match (wanted.next(), told.next()) {
            (None, None) => return None,
            (wanted, told) if wanted == told => (),
            (wanted, told) => return Some(format!("was to be told {wanted:?}, was told {told:?}")),
        }
    }
}

/// Checks what it was told about the state before.
fn before(watched: &Watched, log: &Log) -> Option<String> {
    for batch in &watched.batches {
        let Some(before) = &batch.before else {
            continue;
        };
        for (event, before) in batch.events.iter().zip(before) {
            let wanted: Option<&Pair> = log.pair(&event.key, event.revision - 1);
            if before.as_ref() != wanted {
                let event: &Event = event;
                return Some(format!(
                    "before {event:?} there was {wanted:?}, not {before:?}"
                ));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::log::{of, watched};
    use crate::check::sample::{changed, gone, made, pair};
    use crate::history::{Batch, Event};

    fn events() -> Vec<Event> {
        vec![
            made("a", "1", 2),
            made("b", "2", 3),
            changed("a", "3", 4, 2, 2),
            gone("b", 5),
        ]
    }

    fn faults(told: &[Event]) -> usize {
        check(&watched("w", "", told), &of(&events())).len()
    }

    #[test]
    fn what_is_right_passes() {
        assert_eq!(faults(&events()), 0);
        let a: Vec<_> = events().into_iter().filter(|e| e.key == "a").collect();
        let log = of(&events());
        assert_eq!(check(&watched("w", "a", &a), &log), [""; 0]);
    }

    #[test]
    fn one_that_is_missing_is_found() {
        for i in 0..4 {
            let mut told = events();
            told.remove(i);
            assert_eq!(faults(&told), 1, "without {i}");
        }
    }

    #[test]
    fn one_that_comes_twice_is_found() {
        for i in 0..4 {
            let mut told = events();
            told.insert(i, told[i].clone());
            assert!(faults(&told) > 0, "{i} twice");
        }
    }

    #[test]
    fn another_order_is_found() {
        let mut told = events();
        told.swap(1, 2);
        assert!(faults(&told) > 0);
    }

    #[test]
    fn what_comes_after_it_was_over_is_found() {
        let mut late = watched("w", "", &events());
        let over = Batch {
            events: Vec::new(),
            revision: 4,
            ..late.batches[0].clone()
        };
        late.batches.insert(2, over);
        assert_eq!(check(&late, &of(&events())).len(), 1);
    }

    #[test]
    fn a_revision_in_two_parts_is_found() {
        let both = [made("a", "1", 2), made("b", "2", 2)];
        assert_eq!(check(&watched("w", "", &both), &of(&both)).len(), 1);
    }

    #[test]
    fn a_gap_is_left_out_and_no_more() {
        let mut told = events();
        told.drain(..2);
        let mut gap = watched("w", "", &told);
        gap.gaps = vec![(1, 3)];
        assert_eq!(check(&gap, &of(&events())), [""; 0]);
        gap.gaps = vec![(1, 2)];
        assert_eq!(check(&gap, &of(&events())).len(), 1);
    }

    #[test]
    fn another_state_before_is_found() {
        let mut told = watched("w", "", &events());
        told.batches[2].before = Some(vec![Some(pair("a", "1", 2))]);
        assert_eq!(check(&told, &of(&events())), [""; 0]);
        told.batches[2].before = Some(vec![Some(pair("a", "0", 2))]);
        assert_eq!(check(&told, &of(&events())).len(), 1);
        told.batches[2].before = Some(vec![None]);
        assert_eq!(check(&told, &of(&events())).len(), 1);
    }
}

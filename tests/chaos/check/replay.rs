//! Whether the answers agree with the log of changes: each answer names the revision at which it
//! was true, so that every one can be looked up.

use std::collections::{HashMap, HashSet};

use super::log::Log;
use crate::history::{Event, Op, Outcome, Pair, Revision, Step, When};

/// Checks all operations against the log; gives what is wrong. `complete` are the prefixes
/// in which these operations alone write.
pub fn check(ops: &[Op], log: &Log, complete: &[&str]) -> Vec<String> {
    let mut faults: Vec<String> = ops.iter().filter_map(|op| one(op, log)).collect();
    faults.extend(time(ops));
    faults.extend(claimed(ops, log, complete));
    faults
}

/// The part of a pair that an answer tells too.
fn same(found: &[Pair], wanted: &[&Pair]) -> bool {
    found.len() == wanted.len() && found.iter().zip(wanted).all(|(found, want)| found == *want)
}

/// Checks one answer: its conditions and reads against the state before it, its writes against
/// the changes of its revision.
fn one(op: &Op, log: &Log) -> Option<String> {
    let answer = op.answer.as_ref()?;
    let changed = op.changed();
    if answer.revision > log.last() {
        return Some(format!(
            "{} in the answer to {op:?}: later than all",
            answer.revision
        ));
    }
    let before = answer.revision - i64::from(changed);
    let hold = |when: &When| when.holds(log.pair(when.key(), before));
    if op.when.iter().all(hold) != answer.succeeded {
        return Some(format!("the conditions were not so at {before}: {op:?}"));
    }
    let mut writes = HashMap::new();
    for (step, outcome) in op.ran()? {
        let (wanted, found) = match (step, outcome) {
            (Step::Get(key), Outcome::Got(found)) => {
                (log.pair(key, before).into_iter().collect(), found)
            }
            (Step::Prefix(prefix), Outcome::Got(found)) => (log.pairs(prefix, before), found),
            (Step::Delete(key), Outcome::Deleted(found)) => {
                if !found.is_empty() {
                    writes.insert(key.as_str(), None);
                }
                (log.pair(key, before).into_iter().collect(), found)
            }
            (Step::Put(key, value, _), Outcome::Put) => {
                writes.insert(key, Some(value));
                continue;
            }
            _ => return Some(format!("another answer than was asked for: {op:?}")),
        };
        if !same(found, &wanted) {
            return Some(format!("at {before} there was {wanted:?}: {op:?}"));
        }
    }
    let events = log.at(answer.revision).map(|event| {
        let value = event.now.as_ref().map(|pair| &pair.value);
        (event.key.as_str(), value)
    });
    let events: HashMap<_, _> = events.collect();
    let made = !changed || events == writes;
    (!made).then(|| {
        format!(
            "an answered write is not in the log: at {} there is {events:?}, written was {op:?}",
            answer.revision
        )
    })
}

/// Checks that what came later in time saw no earlier revision.
fn time(ops: &[Op]) -> Vec<String> {
    let mut faults = Vec::new();
    let known = || ops.iter().filter_map(|op| Some((op, op.answer.as_ref()?)));
    let mut calls: Vec<_> = known().filter(|(op, _)| !op.stale).collect();
    let mut ends: Vec<_> = known().collect();
    calls.sort_by_key(|(op, _)| op.call);
    ends.sort_by_key(|(op, _)| op.back);
    let mut ends = ends.into_iter().peekable();
    let (mut highest, mut by): (Revision, Option<&Op>) = (0, None);
    for (op, answer) in calls {
        while let Some((earlier, told)) = ends.next_if(|(end, _)| end.back < Some(op.call)) {
            if told.revision > highest {
                (highest, by) = (told.revision, Some(earlier));
            }
        }
        if answer.revision < highest + i64::from(op.changed()) {
            faults.push(format!("{op:?}\n  saw the past of {by:?}"));
        }
    }
    faults
}

/// Checks that each change of the log was made by one operation, and each operation once.
fn claimed(ops: &[Op], log: &Log, complete: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    let (mut made, mut written) = (HashMap::new(), HashSet::new());
    for op in ops.iter().filter(|op| op.changed()) {
        if let Some(other) = made.insert(op.answer.as_ref().map_or(0, |a| a.revision), op) {
            faults.push(format!("one revision for two: {op:?}\n  and {other:?}"));
        }
    }
    let unknown = ops.iter().filter(|op| op.answer.is_none());
    let steps: HashSet<&Step> = unknown.flat_map(|op| &op.then).collect();
    let mine = |event: &&Event| complete.iter().any(|prefix| event.key.starts_with(prefix));
    for event in log.events("").filter(mine) {
        if let Some(now) = &event.now
            && !written.insert((&event.key, &now.value))
        {
            faults.push(format!("written twice: {event:?}"));
        }
        let step = match &event.now {
            Some(now) => Step::Put(event.key.clone(), now.value.clone(), now.lease),
            None => Step::Delete(event.key.clone()),
        };
        let by_known = made.get(&event.revision);
        if !by_known.is_some_and(|op| op.then.contains(&step)) && !steps.contains(&step) {
            faults.push(format!("nobody did this: {event:?}"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::log::of;
    use crate::check::sample::{at, changed, get, gone, made, put, swap, unknown};
    use crate::history::{Event, Op, Outcome, Step};

    fn faults(ops: &[Op], events: &[Event]) -> Vec<String> {
        check(ops, &of(events), &["r/"])
    }

    fn right() -> (Vec<Op>, Vec<Event>) {
        let ops = vec![
            at(1, 2, put("r/a", "1", 2)),
            at(3, 9, swap("r/a", Some("1"), "2", 3)),
            at(4, 5, get("r/a", Some(("1", 2)), 2)),
            unknown(6, vec![Step::Delete("r/a".into())]),
            at(10, 11, get("r/a", None, 4)),
        ];
        let events = vec![
            made("r/a", "1", 2),
            changed("r/a", "2", 3, 2, 2),
            gone("r/a", 4),
        ];
        (ops, events)
    }

    #[test]
    fn a_right_history_passes() {
        let (ops, events) = right();
        assert_eq!(faults(&ops, &events), [""; 0]);
    }

    #[test]
    fn a_lost_write_is_found() {
        let (ops, events) = right();
        let faults = faults(&ops[..2], &events[..1]);
        assert!(faults[0].contains("later than all"), "{faults:?}");
        let other = [made("r/a", "1", 2), made("s", "x", 3)];
        let faults = check(&ops[..2], &of(&other), &["r/"]);
        assert!(faults[0].contains("not in the log"), "{faults:?}");
    }

    #[test]
    fn a_change_that_nobody_made_is_found() {
        let (ops, events) = right();
        let faults = faults(&ops[..3], &events);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].starts_with("nobody did this"));
    }

    #[test]
    fn a_write_that_was_done_twice_is_found() {
        let ops = [at(1, 2, put("r/a", "1", 2))];
        let events = [made("r/a", "1", 2), changed("r/a", "1", 3, 2, 2)];
        assert!(faults(&ops, &events).iter().any(|f| f.contains("twice")));
    }

    #[test]
    fn a_read_of_the_past_is_found() {
        let (mut ops, events) = right();
        ops.push(at(12, 13, get("r/a", Some(("1", 2)), 2)));
        assert_eq!(faults(&ops, &events).len(), 1);
        ops.last_mut().unwrap().stale = true;
        assert_eq!(faults(&ops, &events), [""; 0]);
    }

    #[test]
    fn an_answer_that_was_never_true_is_found() {
        let (mut ops, events) = right();
        let Some(answer) = &mut ops[2].answer else {
            unreachable!()
        };
        let Outcome::Got(found) = &mut answer.outcomes[0] else {
            unreachable!()
        };
        found[0].version = 2;
        assert_eq!(faults(&ops, &events).len(), 1);
    }

    #[test]
    fn a_swap_of_what_was_not_there_is_found() {
        let (mut ops, events) = right();
        ops[1] = at(3, 9, swap("r/a", None, "2", 3));
        assert_eq!(faults(&ops, &events).len(), 1);
    }

    #[test]
    fn one_revision_for_two_writes_is_found() {
        let ops = [at(1, 2, put("r/a", "1", 2)), at(1, 2, put("r/b", "2", 2))];
        let events = [made("r/a", "1", 2), made("r/b", "2", 2)];
        let faults = faults(&ops, &events);
        assert!(
            faults.iter().any(|fault| fault.contains("one revision")),
            "{faults:?}"
        );
    }
}

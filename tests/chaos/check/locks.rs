//! Whether a lock has one holder.

use super::log::Log;
use crate::history::{Hold, Op, Pair, Revision, When};

/// Checks what clients were told of locks against the queue in the log, the times of holders
/// against each other, and each write that a lock guards; gives what is wrong.
pub fn check(holds: &[Hold], ops: &[Op], log: &Log) -> Vec<String> {
    let mut faults: Vec<String> = holds
        .iter()
        .filter_map(|hold| {
            let first = holder(&hold.name, hold.revision, log);
            let is_first = first.is_some_and(|pair| pair.key == hold.key);
            (!is_first).then(|| format!("given to another than the first, {first:?}: {hold:?}"))
        })
        .collect();
    for (i, hold) in holds.iter().enumerate() {
        let same = |other: &&Hold| other.name == hold.name && other.key != hold.key;
        let at_once = |other: &&Hold| hold.from < other.until && other.from < hold.until;
        let others = holds[..i].iter();
        faults.extend(
            others
                .filter(same)
                .filter(at_once)
                .map(|other| format!("two hold one lock: {hold:?}\n  and {other:?}")),
        );
    }
    faults.extend(ops.iter().filter_map(|op| guarded(op, log)));
    faults
}

/// The first in the queue of a lock.
fn holder<'a>(name: &str, revision: Revision, log: &'a Log) -> Option<&'a Pair> {
    let queue = log.pairs(&format!("{name}/"), revision).into_iter();
    queue.min_by_key(|pair| pair.create)
}

/// A write under the condition that the client's place in a queue is still there: it must have
/// been the first.
fn guarded(op: &Op, log: &Log) -> Option<String> {
    let answer = op.answer.as_ref().filter(|answer| answer.succeeded)?;
    let place = op.when.iter().find_map(|when| match when {
        When::Created(key, _) => Some(key),
        When::Value(..) => None,
    })?;
    let (name, _) = place.rsplit_once('/')?;
    let first = holder(name, answer.revision - 1, log);
    let is_first = first.is_some_and(|pair| pair.key == *place);
    (!is_first).then(|| format!("written by another than the holder, {first:?}: {op:?}"))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::log::{Log, of};
    use crate::check::sample::{at, gone, made, put};
    use crate::history::{Hold, Op, When};

    fn hold(key: &str, revision: i64, from: u64, until: u64) -> Hold {
        Hold {
            client: 0,
            name: "l".into(),
            key: key.into(),
            revision,
            from,
            until,
        }
    }

    fn write(key: &str, created: i64, revision: i64) -> Op {
        Op {
            when: vec![When::Created(key.into(), created)],
            ..at(1, 2, put("guard", "1", revision))
        }
    }

    fn log() -> Log {
        of(&[
            made("l/2", "", 2),
            made("l/1", "", 3),
            made("guard", "1", 4),
            gone("l/2", 5),
            made("x", "", 6),
        ])
    }

    #[test]
    fn one_after_the_other_passes() {
        let holds = [hold("l/2", 2, 10, 20), hold("l/1", 5, 20, 30)];
        assert_eq!(check(&holds, &[write("l/2", 2, 4)], &log()), [""; 0]);
    }

    #[test]
    fn a_holder_who_is_not_the_first_is_found() {
        assert_eq!(check(&[hold("l/1", 4, 10, 20)], &[], &log()).len(), 1);
        assert_eq!(check(&[hold("l/2", 6, 10, 20)], &[], &log()).len(), 1);
    }

    #[test]
    fn two_at_once_are_found() {
        let holds = [hold("l/2", 2, 10, 21), hold("l/1", 5, 20, 30)];
        assert_eq!(check(&holds, &[], &log()).len(), 1);
    }

    #[test]
    fn a_write_of_another_is_found() {
        assert_eq!(check(&[], &[write("l/1", 3, 4)], &log()).len(), 1);
    }
}

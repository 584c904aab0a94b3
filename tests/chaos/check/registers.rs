//! Whether each key by itself is linearizable, whatever revisions the server tells.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::linear::{self, Fault, Span};
use crate::history::{Op, Outcome, Step, When};

type Value = Option<String>;

/// What an operation did with one key.
#[derive(Debug, Clone, Default)]
struct Touch {
    /// What it found there, if it looked.
    saw: Option<Value>,
    /// What it left there, if it wrote.
    sets: Option<Value>,
}

fn apply(state: &Value, touch: &Touch) -> Option<Value> {
    let fits = touch.saw.as_ref().is_none_or(|saw| saw == state);
    fits.then(|| touch.sets.clone().unwrap_or_else(|| state.clone()))
}

/// What an operation did with each key. Of one whose outcome is not known: what it did if it
/// happened.
fn touches(op: &Op, keys: &BTreeSet<&str>) -> BTreeMap<String, Touch> {
    let mut all: BTreeMap<String, Touch> = BTreeMap::new();
    let may_have_succeeded = op.answer.as_ref().is_none_or(|answer| answer.succeeded);
    if may_have_succeeded {
        for when in &op.when {
            if let When::Value(key, value) = when {
                all.entry(key.clone()).or_default().saw = Some(value.clone());
            }
        }
    }
    for (step, outcome) in op.ran().into_iter().flatten() {
        for (key, saw) in seen(step, outcome, keys) {
            all.entry(key).or_default().saw = Some(saw);
        }
    }
    // What fails only reads.
    for step in op.then.iter().filter(|_| may_have_succeeded) {
        let (key, sets) = match step {
            Step::Put(key, value, _) => (key, Some(value.clone())),
            Step::Delete(key) => (key, None),
            Step::Get(_) | Step::Prefix(_) => continue,
        };
        all.entry(key.clone()).or_default().sets = Some(sets);
    }
    all
}

/// What a step found at each key that it looked at.
fn seen(step: &Step, outcome: &Outcome, keys: &BTreeSet<&str>) -> Vec<(String, Value)> {
    let (Outcome::Got(pairs) | Outcome::Deleted(pairs)) = outcome else {
        return Vec::new();
    };
    let found = |key: &str| {
        let pair = pairs.iter().find(|pair| pair.key == key);
        (key.to_owned(), pair.map(|pair| pair.value.clone()))
    };
    match step {
        Step::Get(key) | Step::Delete(key) => vec![found(key)],
        Step::Prefix(prefix) => {
            let under = keys.iter().filter(|key| key.starts_with(prefix.as_str()));
            under.map(|key| found(key)).collect()
        }
        Step::Put(..) => Vec::new(),
    }
}

/// The keys that the operations name.
fn keys_of(ops: &[Op]) -> BTreeSet<&str> {
    let steps = ops.iter().flat_map(|op| op.then.iter().chain(&op.other));
    steps
        .filter_map(|step| match step {
            Step::Get(key) | Step::Put(key, ..) | Step::Delete(key) => Some(key.as_str()),
            Step::Prefix(_) => None,
        })
        .collect()
}

/// Checks the history of each key that begins with `prefix`; gives what is wrong. How many
/// operations it looked at is counted in `looked`.
pub fn check(ops: &[Op], prefix: &str, looked: &mut usize) -> Vec<String> {
    let keys: BTreeSet<_> = keys_of(ops)
        .into_iter()
        .filter(|key| key.starts_with(prefix))
        .collect();
    let mut by_key: BTreeMap<String, Vec<(Span<Touch>, &Op)>> = BTreeMap::new();
    for op in ops.iter().filter(|op| !op.stale) {
        for (key, touch) in touches(op, &keys) {
            if keys.contains(key.as_str()) {
                let (call, back) = (op.call, op.back);
                let span = Span {
                    call,
                    back,
                    op: touch,
                };
                by_key.entry(key).or_default().push((span, op));
            }
        }
    }
    let faults = by_key.into_iter().filter_map(|(key, history)| {
        *looked += history.len();
        one(&key, history)
    });
    faults.collect()
}

/// Checks one key. A write whose outcome is not known and whose value nobody saw need not have
/// happened: no answer depends on it.
fn one(key: &str, history: Vec<(Span<Touch>, &Op)>) -> Option<String> {
    let known = history.iter().filter(|(span, _)| span.back.is_some());
    let seen: HashSet<Value> = known.filter_map(|(span, _)| span.op.saw.clone()).collect();
    let matters = |span: &Span<Touch>| {
        let sets = span.op.sets.as_ref();
        span.back.is_some() || sets.is_some_and(|value| seen.contains(value))
    };
    let (spans, ops): (Vec<_>, Vec<_>) = history
        .into_iter()
        .filter(|(span, _)| matters(span))
        .unzip();
    match linear::check(&spans, None, apply) {
        Ok(()) => None,
        Err(Fault::TooHard) => Some(format!("{key}: no order found in time, and none ruled out")),
        Err(Fault::Stuck { ordered, at }) => {
            let mut told = format!(
                "{key} is not linearizable: {ordered} of {} operations can be ordered, but not\n  {:?}\naround it",
                spans.len(),
                ops[at]
            );
            let at = &spans[at];
            for (span, op) in spans.iter().zip(&ops) {
                let near = span.call <= at.back.unwrap_or(at.call) + 50_000_000
                    && span.back.is_none_or(|back| back + 50_000_000 >= at.call);
                if near && told.len() < 6000 {
                    told += &format!("\n  {} {:?} {:?}", op.call, op.back, span.op);
                }
            }
            Some(told)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::sample::{at, get, put, swap, unknown};
    use crate::history::{Op, Step};

    fn faults(ops: &[Op]) -> Vec<String> {
        check(ops, "r/", &mut 0)
    }

    #[test]
    fn right_histories_pass() {
        let ops = [
            at(1, 2, put("r/a", "1", 2)),
            at(3, 9, put("r/a", "2", 3)),
            at(4, 5, get("r/a", Some(("1", 2)), 2)),
            at(6, 7, get("r/a", Some(("2", 3)), 3)),
            at(10, 11, swap("r/a", Some("2"), "3", 4)),
            at(12, 13, get("r/b", None, 4)),
        ];
        assert_eq!(faults(&ops), [""; 0]);
    }

    #[test]
    fn a_lost_write_is_found_without_revisions() {
        let ops = [at(1, 2, put("r/a", "1", 2)), at(3, 4, get("r/a", None, 2))];
        assert_eq!(faults(&ops).len(), 1);
    }

    #[test]
    fn the_keys_are_apart() {
        let ops = [
            at(1, 2, put("r/a", "1", 2)),
            at(3, 4, get("r/b", None, 2)),
            at(5, 6, get("r/a", Some(("1", 2)), 2)),
        ];
        assert_eq!(faults(&ops), [""; 0]);
    }

    #[test]
    fn a_write_of_unknown_outcome_may_be_seen_or_not() {
        let lost = unknown(1, vec![Step::Put("r/a".into(), "1".into(), 0)]);
        let not_seen = [lost.clone(), at(3, 4, get("r/a", None, 2))];
        assert_eq!(faults(&not_seen), [""; 0]);
        let seen = [
            lost.clone(),
            at(3, 4, get("r/a", None, 2)),
            at(5, 6, get("r/a", Some(("1", 2)), 2)),
        ];
        assert_eq!(faults(&seen), [""; 0]);
        let undone = [
            lost,
            at(3, 4, get("r/a", Some(("1", 2)), 2)),
            at(5, 6, get("r/a", None, 2)),
        ];
        assert_eq!(faults(&undone).len(), 1);
    }

    #[test]
    fn a_serializable_read_may_be_late() {
        let mut late = at(3, 4, get("r/a", None, 1));
        late.stale = true;
        assert_eq!(faults(&[at(1, 2, put("r/a", "1", 2)), late]), [""; 0]);
    }

    #[test]
    fn a_value_from_nowhere_is_found() {
        assert_eq!(faults(&[at(1, 2, get("r/a", Some(("9", 2)), 2))]).len(), 1);
    }
}

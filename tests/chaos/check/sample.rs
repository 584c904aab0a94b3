//! Operations for the checkers' own tests.

use crate::history::{Answer, Event, Op, Outcome, Pair, Step, Time, When};

/// A key that was put once.
pub fn pair(key: &str, value: &str, revision: i64) -> Pair {
    Pair {
        key: key.into(),
        value: value.into(),
        create: revision,
        modified: revision,
        version: 1,
        lease: 0,
    }
}

/// A put event of a new key.
pub fn made(key: &str, value: &str, revision: i64) -> Event {
    Event {
        revision,
        key: key.into(),
        now: Some(pair(key, value, revision)),
    }
}

/// A put event of a key that was put before.
pub fn changed(key: &str, value: &str, revision: i64, create: i64, version: i64) -> Event {
    let mut event = made(key, value, revision);
    if let Some(now) = &mut event.now {
        (now.create, now.version) = (create, version);
    }
    event
}

/// A delete event.
pub fn gone(key: &str, revision: i64) -> Event {
    Event {
        revision,
        key: key.into(),
        now: None,
    }
}

/// Gives an operation its time.
pub fn at(call: Time, back: Time, op: Op) -> Op {
    Op {
        call,
        back: Some(back),
        ..op
    }
}

fn answered(steps: Vec<Step>, revision: i64, outcomes: Vec<Outcome>) -> Op {
    let answer = Answer {
        revision,
        succeeded: true,
        outcomes,
    };
    Op {
        answer: Some(answer),
        ..Op::new(0, steps)
    }
}

/// An operation whose outcome is not known.
pub fn unknown(call: Time, steps: Vec<Step>) -> Op {
    Op {
        call,
        ..Op::new(0, steps)
    }
}

/// A put that was answered.
pub fn put(key: &str, value: &str, revision: i64) -> Op {
    let step = Step::Put(key.into(), value.into(), 0);
    answered(vec![step], revision, vec![Outcome::Put])
}

/// A get that found a key as it was created at a revision, or nothing.
pub fn get(key: &str, found: Option<(&str, i64)>, revision: i64) -> Op {
    let found = found.map(|(value, created)| pair(key, value, created));
    let outcome = Outcome::Got(found.into_iter().collect());
    answered(vec![Step::Get(key.into())], revision, vec![outcome])
}

/// A compare-and-swap that succeeded.
pub fn swap(key: &str, from: Option<&str>, to: &str, revision: i64) -> Op {
    Op {
        when: vec![When::Value(key.into(), from.map(Into::into))],
        ..put(key, to, revision)
    }
}

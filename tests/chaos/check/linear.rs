//! Whether a history of one object is linearizable: whether each operation can be given a moment
//! between its call and its answer so that, one after another, they make sense.
//!
//! The search is that of Wing and Gong ("Testing and Verifying Concurrent Objects", 1993) with
//! Lowe's memory of what was tried ("Testing for Linearizability", 2017), as in Porcupine. The
//! crate todc-utils has one too, which cannot leave out an operation whose outcome is not known,
//! looks for each answer from the front, and does not say where a history fails.

use std::collections::HashSet;
use std::hash::Hash;

use crate::history::Time;

/// The most steps of one search.
const MOST_STEPS: u64 = 30_000_000;

/// An operation and the time within which it happened.
#[derive(Debug, Clone)]
pub struct Span<O> {
    /// When it was asked for.
    pub call: Time,
    /// When it was answered; none: it may have happened at any time after the call, or never.
    pub back: Option<Time>,
    /// What it was.
    pub op: O,
}

/// Why no order was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// There is none: the longest that could be ordered, and the operation that had to come next.
    Stuck {
        /// How many operations could be ordered.
        ordered: usize,
        /// The first in time that could not, by its place in the history.
        at: usize,
    },
    /// The search took too long. Nothing is known.
    TooHard,
}

/// The calls and answers in the order of time, as a list from which operations are taken out and
/// put back. Node 0 is its head and its end, 2i+1 the call of operation i, 2i+2 its answer.
struct Line {
    next: Vec<usize>,
    previous: Vec<usize>,
    answered: Vec<bool>,
}

impl Line {
    fn new<O>(spans: &[Span<O>]) -> Self {
        let calls = spans
            .iter()
            .enumerate()
            .map(|(i, s)| (s.call, 0, 2 * i + 1));
        // At one moment calls come first: what may have been at the same time was.
        let answers = spans.iter().enumerate();
        let answers = answers.filter_map(|(i, s)| Some((s.back?, 1, 2 * i + 2)));
        let mut nodes: Vec<_> = calls.chain(answers).collect();
        nodes.sort_unstable();
        let size = 2 * spans.len() + 1;
        let mut line = Self {
            next: vec![0; size],
            previous: vec![0; size],
            answered: spans.iter().map(|span| span.back.is_some()).collect(),
        };
        let mut last = 0;
        for (_, _, node) in nodes {
            (line.next[last], line.previous[node]) = (node, last);
            last = node;
        }
        (line.next[last], line.previous[0]) = (0, last);
        line
    }

    fn unlink(&mut self, node: usize) {
        let (before, after) = (self.previous[node], self.next[node]);
        (self.next[before], self.previous[after]) = (after, before);
    }

    fn relink(&mut self, node: usize) {
        let (before, after) = (self.previous[node], self.next[node]);
        (self.next[before], self.previous[after]) = (node, node);
    }

    fn take_out(&mut self, i: usize) {
        self.unlink(2 * i + 1);
        if self.answered[i] {
            self.unlink(2 * i + 2);
        }
    }

    fn put_back(&mut self, i: usize) {
        if self.answered[i] {
            self.relink(2 * i + 2);
        }
        self.relink(2 * i + 1);
    }
}

/// Looks for an order. `apply` gives the object's state after an operation, or none if the
/// operation cannot have been answered so in that state.
pub fn check<S: Clone + Eq + Hash, O>(
    spans: &[Span<O>],
    first: S,
    apply: impl Fn(&S, &O) -> Option<S>,
) -> Result<(), Fault> {
    let mut line = Line::new(spans);
    let mut left = spans.iter().filter(|span| span.back.is_some()).count();
    let mut done = vec![0_u64; spans.len().div_ceil(64)];
    let mut tried = HashSet::new();
    let mut way: Vec<(usize, S)> = Vec::new();
    let (mut state, mut node) = (first, line.next[0]);
    let (mut ordered, mut at) = (0, 0);
    for _ in 0..MOST_STEPS {
        if left == 0 {
            return Ok(());
        }
        let i = node.saturating_sub(1) / 2;
        if node % 2 == 1 {
            if let Some(after) = apply(&state, &spans[i].op) {
                done[i / 64] |= 1 << (i % 64);
                if tried.insert((done.clone(), after.clone())) {
                    way.push((i, std::mem::replace(&mut state, after)));
                    left -= usize::from(spans[i].back.is_some());
                    line.take_out(i);
                    node = line.next[0];
                    continue;
                }
                done[i / 64] &= !(1 << (i % 64));
            }
            node = line.next[node];
            continue;
        }
        // Operation i was answered here and has no place: the last one that was placed moves.
        if way.len() >= ordered && node != 0 {
            (ordered, at) = (way.len(), i);
        }
        let Some((last, before)) = way.pop() else {
            return Err(Fault::Stuck { ordered, at });
        };
        state = before;
        done[last / 64] &= !(1 << (last % 64));
        left += usize::from(spans[last].back.is_some());
        line.put_back(last);
        node = line.next[2 * last + 1];
    }
    Err(Fault::TooHard)
}

#[cfg(test)]
mod tests {
    use super::{Fault, Span, check};

    /// Reads or writes a number, or puts one in the place of another.
    #[derive(Debug, Clone, Copy)]
    enum Op {
        Read(u8),
        Write(u8),
        Swap(u8, u8),
    }
    use Op::{Read, Swap, Write};

    fn apply(state: &u8, op: &Op) -> Option<u8> {
        match *op {
            Read(seen) => (*state == seen).then_some(seen),
            Write(value) => Some(value),
            Swap(from, to) => (*state == from).then_some(to),
        }
    }

    fn span(call: u64, back: u64, op: Op) -> Span<Op> {
        let back = (back > 0).then_some(back);
        Span { call, back, op }
    }

    fn verdict(spans: &[Span<Op>]) -> Result<(), Fault> {
        check(spans, 0, apply)
    }

    /// Tries every subset of what is unknown, and every order.
    fn by_force(spans: &[Span<Op>], done: u32, state: u8) -> bool {
        let open = |i: usize| done & (1 << i) == 0;
        let all: Vec<usize> = (0..spans.len()).filter(|i| open(*i)).collect();
        if all.iter().all(|i| spans[*i].back.is_none()) {
            return true;
        }
        all.iter().any(|i| {
            let may = |j: &usize| spans[*j].back.is_none_or(|back| back >= spans[*i].call);
            all.iter().all(may)
                && apply(&state, &spans[*i].op)
                    .is_some_and(|after| by_force(spans, done | 1 << *i, after))
        })
    }

    #[test]
    fn agrees_with_trying_everything() {
        let mut rng = fastrand::Rng::with_seed(7);
        let (mut right, mut wrong) = (0, 0);
        for _ in 0..30_000 {
            let spans: Vec<_> = (0..rng.usize(1..7))
                .map(|_| {
                    let call = rng.u64(0..12);
                    let op = match rng.u8(0..3) {
                        0 => Read(rng.u8(0..3)),
                        1 => Write(rng.u8(0..3)),
                        _ => Swap(rng.u8(0..3), rng.u8(0..3)),
                    };
                    let back = rng.u8(0..5) > 0;
                    span(call, u64::from(back) * (call + rng.u64(1..6)), op)
                })
                .collect();
            let expected = by_force(&spans, 0, 0);
            assert_eq!(verdict(&spans).is_ok(), expected, "{spans:?}");
            *(if expected { &mut right } else { &mut wrong }) += 1;
        }
        assert!(right > 5000 && wrong > 5000, "{right} right, {wrong} wrong");
    }

    #[test]
    fn a_read_of_the_past_is_found() {
        let wrong = [
            span(1, 2, Write(1)),
            span(3, 4, Write(2)),
            span(5, 6, Read(1)),
        ];
        assert_eq!(verdict(&wrong), Err(Fault::Stuck { ordered: 2, at: 2 }));
        let right = [
            span(1, 2, Write(1)),
            span(3, 6, Write(2)),
            span(5, 6, Read(1)),
        ];
        assert_eq!(verdict(&right), Ok(()));
    }

    #[test]
    fn reads_that_go_back_are_found() {
        let wrong = [
            span(1, 9, Write(1)),
            span(2, 3, Read(1)),
            span(4, 5, Read(0)),
        ];
        assert!(verdict(&wrong).is_err());
    }

    #[test]
    fn two_swaps_of_one_value_are_found() {
        let wrong = [span(1, 9, Swap(0, 1)), span(2, 8, Swap(0, 2))];
        assert!(verdict(&wrong).is_err());
        let unknown = [span(1, 0, Swap(0, 1)), span(2, 8, Swap(0, 2))];
        assert_eq!(verdict(&unknown), Ok(()));
    }

    #[test]
    fn what_is_unknown_may_happen_late_but_not_before_its_call() {
        let late = [
            span(1, 0, Write(1)),
            span(2, 3, Read(0)),
            span(8, 9, Read(1)),
        ];
        assert_eq!(verdict(&late), Ok(()));
        let early = [span(2, 3, Read(1)), span(5, 0, Write(1))];
        assert!(verdict(&early).is_err());
    }

    #[test]
    fn long_histories_take_no_time() {
        let mut spans = Vec::new();
        for i in 0..5000_u64 {
            let value = u8::try_from(i % 250).unwrap();
            spans.push(span(10 * i + 1, 10 * i + 14, Write(value)));
            spans.push(span(10 * i + 6, 10 * i + 9, Read(value)));
        }
        assert_eq!(verdict(&spans), Ok(()));
        spans.push(span(60_000, 60_001, Read(251)));
        assert!(matches!(
            verdict(&spans),
            Err(Fault::Stuck { at: 10_000, .. })
        ));
    }
}

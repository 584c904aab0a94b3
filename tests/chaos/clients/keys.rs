//! A client that reads, writes, swaps and deletes a few keys.

use std::sync::Arc;

use super::connection::Connection;
use super::{Stage, pause};
use crate::history::{Answer, Op, Outcome, Step, When};

/// How many keys the clients fight about.
const KEYS: usize = 8;

/// Runs until the end.
pub async fn run(stage: Arc<Stage>, client: usize) {
    let mut rng = stage.rng(client);
    let mut connection = Connection::new(&stage, client);
    let mut known = vec![None; KEYS];
    while !stage.is_over() {
        let at = rng.usize(0..KEYS);
        let op = choose(&stage, client, &mut rng, at, &known);
        if let Some(answer) = connection.run(&stage, op.clone()).await {
            learn(&op, &answer, &mut known);
        }
        pause(&mut rng, 30).await;
    }
}

fn key(at: usize) -> String {
    format!("r/{at}")
}

fn choose(
    stage: &Stage,
    client: usize,
    rng: &mut fastrand::Rng,
    at: usize,
    known: &[Option<String>],
) -> Op {
    let read = |step| Op::new(client, vec![step]);
    let put = |at| Step::Put(key(at), stage.value(), 0);
    match rng.u8(0..100) {
        0..30 => read(Step::Get(key(at))),
        30..38 => Op {
            stale: true,
            ..read(Step::Get(key(at)))
        },
        38..42 => read(Step::Prefix("r/".into())),
        42..66 => Op::new(client, vec![put(at)]),
        66..69 => Op::new(client, vec![Step::Delete(key(at))]),
        69..90 => Op {
            when: vec![When::Value(key(at), known[at].clone())],
            other: vec![Step::Get(key(at))],
            ..Op::new(client, vec![put(at)])
        },
        _ => {
            let (second, third) = ((at + 1) % KEYS, (at + 3) % KEYS);
            let steps = vec![Step::Get(key(third)), put(at), put(second)];
            Op::new(client, steps)
        }
    }
}

/// Notes what the keys are, for the next swap.
fn learn(op: &Op, answer: &Answer, known: &mut [Option<String>]) {
    let steps = if answer.succeeded {
        &op.then
    } else {
        &op.other
    };
    let mut note = |key: &str, value: Option<String>| {
        let at = key.strip_prefix("r/").and_then(|at| at.parse().ok());
        if let Some(slot) = at.and_then(|at: usize| known.get_mut(at)) {
            *slot = value;
        }
    };
    for (step, outcome) in steps.iter().zip(&answer.outcomes) {
        match (step, outcome) {
            (Step::Put(key, value, _), _) => note(key, Some(value.clone())),
            (Step::Delete(key), _) => note(key, None),
            (Step::Get(key), Outcome::Got(pairs)) => {
                note(key, pairs.first().map(|pair| pair.value.clone()));
            }
            _ => (),
        }
    }
}

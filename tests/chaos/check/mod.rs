//! The checkers: each looks at a whole history and tells what is wrong with it.

pub mod addresses;
pub mod leases;
pub mod linear;
pub mod locks;
pub mod log;
pub mod registers;
pub mod replay;
#[cfg(test)]
pub mod sample;
pub mod watches;

use crate::history::History;
use log::Log;

/// Where the addresses of the run are.
pub const ADDRESSES: &str = "/netpipe/v1/addresses/chaos/";

/// Everything that is wrong with a run, by checker, and how much was looked at.
pub fn all(history: &History) -> (Vec<(&'static str, Vec<String>)>, String) {
    let (log, disagree) = Log::new(&history.watched);
    let mut looked = 0;
    let (ops, watched) = (&history.ops, &history.watched);
    let faults = vec![
        ("keys", registers::check(ops, "r/", &mut looked)),
        ("answers", replay::check(ops, &log, &["r/", "guard/"])),
        ("events", disagree),
        (
            "watches",
            watched
                .iter()
                .flat_map(|w| watches::check(w, &log))
                .collect(),
        ),
        ("locks", locks::check(&history.holds, ops, &log)),
        ("leases", leases::check(&history.leases, watched, &log)),
        (
            "addresses",
            addresses::check(&history.claims, ADDRESSES, &log),
        ),
    ];
    let batches = watched.iter().flat_map(|watched| &watched.batches);
    let said = format!(
        "{looked} accesses of keys, {} revisions, {} events at {} watchers, {} locks, {} leases, \
         {} addresses",
        log.last(),
        batches.map(|batch| batch.events.len()).sum::<usize>(),
        watched.len(),
        history.holds.len(),
        history.leases.len(),
        history.claims.len(),
    );
    (faults, said)
}

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

/// Everything that is wrong with a run, and how much was looked at.
pub fn all(history: &History) -> (Vec<String>, String) {
    let (log, mut faults) = Log::new(&history.watched);
    let mut looked = 0;
    faults.extend(registers::check(&history.ops, "r/", &mut looked));
    faults.extend(replay::check(&history.ops, &log, &["r/", "guard/"]));
    for watched in &history.watched {
        faults.extend(watches::check(watched, &log));
    }
    faults.extend(locks::check(&history.holds, &history.ops, &log));
    faults.extend(leases::check(&history.leases, &history.watched, &log));
    faults.extend(addresses::check(&history.claims, ADDRESSES, &log));
    let told: usize = history
        .watched
        .iter()
        .flat_map(|watched| &watched.batches)
        .map(|batch| batch.events.len())
        .sum();
    let said = format!(
        "{looked} accesses of keys, {} revisions, {told} events at {} watchers, {} locks, \
         {} leases, {} addresses",
        log.last(),
        history.watched.len(),
        history.holds.len(),
        history.leases.len(),
        history.claims.len(),
    );
    (faults, said)
}

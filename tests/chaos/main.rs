//! A cluster under faults, and whether what clients saw of it was right: see `scripts/chaos`.
//!
//! The checkers are tested on histories that are right and on ones that are wrong.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr
)]

mod check;
mod clients;
mod cluster;
mod history;
mod run;

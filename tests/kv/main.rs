//! The key-value store: one conformance suite for every backend, and what the embedded store
//! promises about processes, crashes and damaged files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod conformance;
mod crash;
mod damage;
mod disk;
mod leases;
mod processes;
#[cfg(feature = "cluster")]
mod security;

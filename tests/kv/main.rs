//! The key-value store: one conformance suite for every backend, and what the embedded store
//! promises about processes, crashes and damaged files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[cfg(feature = "etcd")]
mod cli;
mod conformance;
mod crash;
mod damage;
mod disk;
#[cfg(feature = "etcd")]
mod etcd;
mod leases;
#[cfg(feature = "cluster")]
mod machine;
mod processes;
#[cfg(feature = "cluster")]
mod raft_log;
#[cfg(feature = "cluster")]
mod security;

//! netpipe as a user meets it: the real binary, a real kernel, and hosts and containers
//! that are namespaces of the test's own. `support` has the builder that tests are
//! written with.
//!
//! `netns` and `links` run wherever there are namespaces, in the virtual machine too. A kernel that
//! lacks a feature is reported by `support::needs`, never passed over in silence.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr
)]

mod bad_input;
mod dhcp;
mod docker;
mod docs;
mod fault;
mod house;
mod lan;
mod links;
mod netns;
#[cfg(feature = "etcd")]
mod shared;
mod support;

//! `sys::firewall` against the real kernel and the real `nft`, `iptables-nft` and
//! `iptables-legacy`. Every test works in network namespaces of its own; a test that
//! lacks a program fails.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod host;

mod docker;
mod legacy;
mod ownership;
mod state;
mod traffic;

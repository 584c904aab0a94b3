//! The store as a cluster: members as processes, on addresses of the loopback interface.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod life;
mod members;
mod recovery;
mod support;

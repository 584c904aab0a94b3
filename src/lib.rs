//! netpipe plugs containers into any network topology, remembers it, and can undo it.
//!
//! The way of a request: `cli` → `spec` → `ops` (resolve → registry → plan → exec →
//! registry). ARCHITECTURE.md says what each room may use.

pub mod cli;
pub mod error;
pub mod exec;
pub mod kv;
pub mod ops;
pub mod plan;
pub mod registry;
pub mod resolve;
pub mod spec;
pub mod sys;
pub mod telemetry;

pub use error::{Error, Result};

//! netpipe plugs containers into any network topology, remembers it, and can undo it.
//!
//! The way of a request: `cli` → `spec` → `ops` (resolve → registry → plan → exec →
//! registry). ARCHITECTURE.md says what each room may use.

pub mod error;
pub mod kv;
pub mod sys;

pub use error::{Error, Result};

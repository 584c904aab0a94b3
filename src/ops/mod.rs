//! One file per operation, from spec to outcome. Nothing here prints.

pub mod attach;
mod compare;
mod context;
pub mod detach;
pub mod drift;
mod install;
mod names;
mod recover;
pub mod repair;

pub use context::Context;

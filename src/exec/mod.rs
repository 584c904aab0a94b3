//! The only room that changes anything: runs steps, keeps the undo stack.

mod apply;
pub mod fault;
mod lan;
mod steps;
mod undo;

pub use apply::Executor;
pub use undo::Leftover;

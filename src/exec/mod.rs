//! The only room that changes anything: runs steps, keeps the undo stack.

mod apply;
mod card;
pub mod fault;
mod ipoib;
mod new_link;
mod steps;
mod undo;
mod vlan;
mod wire;

pub use apply::Executor;
pub use undo::Leftover;

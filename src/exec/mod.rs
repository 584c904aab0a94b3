//! The only room that changes anything: runs steps, keeps the undo stack.

mod apply;
pub mod fault;
mod ipoib;
mod new_link;
mod phys;
mod steps;
mod undo;
mod vlan;
mod wire;

pub use apply::Executor;
pub use undo::Leftover;

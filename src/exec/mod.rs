//! The only room that changes anything: runs steps, keeps the undo stack.

mod apply;
mod card;
pub mod fault;
mod lan;
mod new_link;
mod ovs;
mod steps;
mod tunnel;
mod undo;
mod vlan;

pub use apply::Executor;
pub use undo::Leftover;

//! The only room that changes anything: runs steps, keeps the undo stack.

mod announce;
mod apply;
mod card;
mod dhcp;
pub mod fault;
mod ipoib;
mod lan;
mod new_link;
mod ovs;
mod phys;
pub mod shape;
mod steps;
mod tunnel;
mod undo;
mod vlan;
mod wire;

pub use apply::Executor;
pub use undo::Leftover;

//! The way to the other members and from them: connections over which frames go, with openraft's
//! messages and what a member asks of the leader.
//!
//! Each connection begins with who speaks, of which cluster, in which version: who is of another
//! cluster, or no member, is refused, and nobody else notices. Everything that comes is bounded.

mod frame;
mod link;
mod network;
mod server;
mod wire;

pub(super) use link::{CallError, Links, who};
pub(super) use network::Peers;
pub(super) use server::{Door, serve};
pub(super) use wire::{Answer, MemberChange, Question};

//! One file per operation, from spec to outcome. Nothing here prints.

pub mod apply;
pub mod attach;
mod attach_preview;
pub mod batch;
pub mod bridge;
mod bridge_owner;
mod card;
mod card_side;
pub mod check;
mod compare;
pub mod compose;
mod context;
pub mod detach;
pub mod detach_preview;
pub mod dhcp;
pub mod direct_route;
pub mod doctor;
mod draft;
pub mod drift;
pub mod enter;
pub mod export;
pub mod filtering;
pub mod gc;
pub mod graph;
mod install;
pub mod list;
mod many;
mod names;
pub mod netns;
pub mod network;
mod orphans;
pub mod ovs_bridge;
pub mod ovs_orphans;
pub mod ovs_owner;
pub mod ovs_side;
pub mod ovs_tunnel;
mod phys;
pub mod pipework;
pub mod port;
mod recover;
#[cfg(feature = "etcd")]
mod remote;
pub mod repair;
mod segment;
pub mod shape;
mod standing;
mod target_lock;
pub mod tunnel;
mod unplug;
pub mod vlan;
pub mod wait;
mod wire;

pub use context::Context;
#[cfg(feature = "etcd")]
pub use remote::{PASSWORD, Remote};

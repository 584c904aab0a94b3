//! One file per operation, from spec to outcome. Nothing here prints.

pub mod attach;
pub mod batch;
pub mod bridge;
mod card;
mod card_side;
pub mod check;
mod compare;
mod context;
pub mod detach;
pub mod detach_preview;
pub mod doctor;
mod draft;
pub mod drift;
pub mod enter;
pub mod filtering;
pub mod gc;
mod install;
pub mod list;
mod names;
pub mod netns;
pub mod network;
mod orphans;
pub mod ovs_bridge;
pub mod ovs_orphans;
pub mod ovs_owner;
pub mod ovs_side;
pub mod ovs_tunnel;
mod recover;
pub mod repair;
mod standing;
pub mod tunnel;
mod unplug;
pub mod vlan;
pub mod wait;

pub use context::Context;

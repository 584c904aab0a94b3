//! One file per operation, from spec to outcome. Nothing here prints.

pub mod attach;
pub mod batch;
pub mod bridge;
pub mod check;
mod compare;
mod context;
pub mod detach;
pub mod detach_preview;
pub mod doctor;
mod draft;
pub mod drift;
pub mod enter;
pub mod gc;
mod install;
pub mod list;
mod names;
pub mod netns;
pub mod network;
mod orphans;
mod phys;
mod recover;
pub mod repair;
mod standing;
mod target_lock;
mod unplug;
pub mod wait;
mod wire;

pub use context::Context;

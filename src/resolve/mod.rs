//! Read-only facts: which namespace a target is, what the host has, what is inside.

pub mod card;
pub mod cgroup;
pub mod docker;
pub mod endpoint;
pub mod host;
pub mod inside;
mod inspect;
pub mod ovs;
pub mod place;
pub mod underlay;

pub use docker::{Container, Engine};
pub use inside::Inside;
pub use place::{Place, Wait};

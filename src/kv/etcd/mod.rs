//! The store as a cluster: any that speaks etcd's v3 API.
//!
//! [`Access`] says where it is and who asks; a [`Connection`] has its services.

pub mod access;
mod connection;
mod fault;
mod wire;

pub use access::{Access, Tls, User};
pub use connection::Connection;
pub use fault::error;
pub use wire::{Wire, was_not_sent};

//! The store as a cluster: any that speaks etcd's v3 API.
//!
//! [`Access`] says where it is and who asks; a [`Connection`] has its services, and [`EtcdKv`] is
//! the store that the rest of netpipe works with.

pub mod access;
mod calls;
mod connection;
mod fault;
mod guard;
mod look_back;
mod namespace;
mod store;
mod wire;

pub use access::{Access, Tls, User};
pub use connection::Connection;
pub use fault::error;
pub use store::EtcdKv;
pub use wire::{Wire, was_not_sent};

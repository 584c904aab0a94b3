//! netpipe's own cluster: members that agree by Raft and answer as etcd v3 does.
//!
//! A request comes in at `service`, is checked there, and becomes a [`Command`] if it changes
//! anything. [`Node`] has it replicated (`types`: openraft, behind this module alone; `log`: what
//! is durable before it is acknowledged), and `machine` applies it on every member to the same
//! tables as the embedded store has. Reads are answered from the machine, after a read index if
//! they are to be linearizable.
//!
//! Everything runs on one current-thread runtime: handing a request to another thread costs more
//! than the request. What takes long on the disk is done on a thread of its own.

pub mod auth;
pub mod certs;
mod clock;
mod command;
pub mod config;
pub mod error;
mod ids;
pub mod log;
pub mod machine;
pub mod node;
mod notify;
mod peer;
pub mod serve;
pub mod service;
pub mod tls;
mod types;

pub use auth::{Auth, AuthCommand, Identity};
pub use command::{Change, Command, Outcome, Reply};
pub use error::EtcdError;
pub use node::Node;
pub use types::{Member, MemberId, TypeConfig};

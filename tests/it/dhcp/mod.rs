//! Addresses that servers and routers give: real servers, and one that says anything.

mod acquire;
mod hold;
mod hostile;
mod ipv6;
pub mod server;

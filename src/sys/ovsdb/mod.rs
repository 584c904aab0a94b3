//! A client of the database that configures an Open vSwitch: OVSDB (RFC 7047), JSON-RPC over
//! the server's socket. Everything is bounded: how long an answer may take, how long it may
//! be, how deep. What changes the switch is in `change`, and called by `exec` alone.

mod change;
mod client;
mod read;
mod split;
mod value;
mod vlan;
mod wire;

pub use change::{NewBridge, NewPort, add_bridge, add_port, delete_bridge, delete_port, set_mark};
pub use client::{Client, Refusal};
pub use read::{Bridge, Facts, Interface, MARK_KEY, Port, bridges, facts, port_of};
pub use vlan::columns;

//! The host's own network: bridges joined to the LAN, routes to other hosts' containers.

mod confirm;
mod direct_route;
mod port;
mod port_refusals;
mod port_state;
mod stream;

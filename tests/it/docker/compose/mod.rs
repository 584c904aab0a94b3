//! Docker Compose itself, with netpipe as a sidecar whose hooks wire the services, and as a
//! provider of what they are wired to. The projects of examples/compose are run as they are.
//!
//! `scripts/compose` fetches Compose and `scripts/test` names it in NETPIPE_TEST_COMPOSE; without
//! it these tests fail.

mod dhcp;
mod files;
mod gre;
mod lamp;
mod project;
mod provider;
mod sidecar;
mod vlan;

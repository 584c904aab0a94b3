//! Pure functions from what is wanted and what is there to the steps between them.
//! Nothing here does I/O, so plans are tested without root and shown by `--dry-run`.

pub mod addressing;
pub mod card_step;
mod command;
pub mod dhcp_step;
pub mod ipoib_step;
pub mod kind;
pub mod lan_step;
pub mod lease;
pub mod new_link;
pub mod ovs_step;
pub mod phys_step;
pub mod port;
pub mod shape;
pub mod shape_step;
pub mod step;
pub mod teardown;
pub mod tunnel;
pub mod tunnel_step;
pub mod vlan_step;
pub mod wire_step;

pub use dhcp_step::DhcpStep;
pub use ipoib_step::IpoibStep;
pub use lan_step::LanStep;
pub use ovs_step::OvsStep;
pub use phys_step::{Card, PhysStep};
pub use shape_step::ShapeStep;
pub use step::{DevRoute, Side, Step};
pub use tunnel_step::TunnelStep;
pub use vlan_step::VlanStep;
pub use wire_step::{Wire, WireStep};

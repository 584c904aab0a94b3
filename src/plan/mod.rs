//! Pure functions from what is wanted and what is there to the steps between them.
//! Nothing here does I/O, so plans are tested without root and shown by `--dry-run`.

pub mod addressing;
mod command;
pub mod ipoib_step;
pub mod kind;
pub mod new_link;
pub mod phys_step;
pub mod step;
pub mod teardown;
pub mod vlan_step;
pub mod wire_step;

pub use ipoib_step::IpoibStep;
pub use phys_step::{Card, PhysStep};
pub use step::{DevRoute, Side, Step};
pub use vlan_step::VlanStep;
pub use wire_step::{Wire, WireStep};

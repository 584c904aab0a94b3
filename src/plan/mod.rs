//! Pure functions from what is wanted and what is there to the steps between them.
//! Nothing here does I/O, so plans are tested without root and shown by `--dry-run`.

pub mod addressing;
pub mod kind;
pub mod lan_step;
pub mod port;
pub mod step;
pub mod teardown;

pub use lan_step::LanStep;
pub use step::{DevRoute, Side, Step};

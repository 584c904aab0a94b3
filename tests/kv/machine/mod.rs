//! The state machine of a member: the same state of the same log, whatever the disk, folds,
//! crashes and snapshots do meanwhile.

mod crash;
mod leases;
mod moves;
mod same;
mod snapshot;
mod suite;
mod support;

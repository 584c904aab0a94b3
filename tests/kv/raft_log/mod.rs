//! The Raft log on the disk: openraft's own suite, and what it promises about power cuts, damage,
//! full disks and size.

mod damage;
mod files;
mod power;
mod suite;
mod whole;
mod work;

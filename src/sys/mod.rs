//! Adapters to the kernel and to host programs: they do as told and decide nothing.

pub mod firewall;

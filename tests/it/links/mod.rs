//! The kinds of link: each carries packets, and goes as it came.

mod broken;
mod dummy;
mod ipvlan;
mod macvlan;
mod mixed;
mod modes;
mod qinq;
mod readme;
mod shim;
mod traffic;
mod vlan_card;

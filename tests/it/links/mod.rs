//! The kinds of link: each carries packets, and goes as it came.

mod macvlan;
mod mixed;
mod readme;
mod traffic;
mod vlan;
mod vlan_attach;
mod vlan_isolation;

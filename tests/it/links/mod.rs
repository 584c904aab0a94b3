//! The kinds of link: each carries packets, and goes as it came.

mod macvlan;
mod mixed;
mod ovs;
mod ovs_bridge;
mod ovs_vlan;
mod readme;

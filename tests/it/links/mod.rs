//! The kinds of link: each carries packets, and goes as it came.

mod gre;
mod macvlan;
mod mixed;
mod ovs;
mod ovs_bridge;
mod ovs_tunnel;
mod ovs_vlan;
mod readme;
mod traffic;
mod tunnel;
mod tunnel_seeds;
mod tunnel_upkeep;
mod vlan;
mod vlan_attach;
mod vlan_isolation;
mod vxlan;

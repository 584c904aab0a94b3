//! The kinds of link: each carries packets, and goes as it came.

mod broken;
mod card_scene;
mod dummy;
mod gre;
mod ipvlan;
mod macvlan;
mod mixed;
mod modes;
mod ovs;
mod ovs_bridge;
mod ovs_tunnel;
mod ovs_vlan;
mod qinq;
mod readme;
mod shim;
mod traffic;
mod tunnel;
mod tunnel_seeds;
mod tunnel_upkeep;
mod vlan;
mod vlan_attach;
mod vlan_card;
mod vlan_isolation;
mod vxlan;

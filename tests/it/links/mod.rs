//! Kinds of link, each seen to carry packets.

mod vlan;

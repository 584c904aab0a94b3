//! Adapters to the kernel, without policy: each function does one thing to one
//! object and reports what the kernel said. What changes the system is called by
//! `exec` alone; `resolve` only reads (a test holds both to it).

pub mod addr;
pub mod announce;
pub mod boot;
pub mod bridge_vlan;
pub mod capability;
pub mod cgroup;
pub mod connect;
pub mod dhcp;
pub mod dhcp6;
pub mod dhcp_tap;
pub mod elsewhere;
pub mod enter;
pub mod ethtool;
pub mod fdb;
pub mod firewall;
pub mod link;
mod linkmsg;
pub mod lock;
pub mod module;
pub mod monitor;
pub mod mounts;
pub mod neigh;
pub mod neighbour;
pub mod netconf;
pub mod netlink;
pub mod netns;
pub mod netns_file;
pub mod new_link;
pub mod ovsdb;
pub mod probe;
pub mod process;
pub mod procfile;
pub mod qdisc;
pub mod route;
pub mod router;
pub mod signal;
pub mod store_id;
pub mod sysctl;
pub mod tree;
pub mod tunnel;
pub mod verbatim;
pub mod watch;
pub mod way;
pub mod wiphy;

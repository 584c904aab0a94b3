//! The operations on further kinds of link that are broken.

use super::{Collected, Failed, Plan};
use crate::support::{Host, needs};

fn container_and_card(host: &Host) {
    host.container("blue");
    host.sh("ip link add nic0 type veth peer name nic1 && ip link set nic0 up");
}

fn detach(host: &Host) {
    host.netpipe("detach netns:blue --all").status(0);
}

#[test]
fn attach_to_a_card() {
    if !needs("macvlan") {
        return;
    }
    Plan {
        setup: container_and_card,
        command: "attach netns:blue nic0 10.0.0.5/24 fd00::5/64",
        reset: detach,
        // Reservation, link, alias, setting, addresses 2, up, announce, commit.
        least: 8,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn detach_from_a_card() {
    if !needs("macvlan") {
        return;
    }
    Plan {
        setup: |host| {
            container_and_card(host);
            host.netpipe("attach netns:blue nic0 10.0.0.5/24").status(0);
        },
        command: "detach netns:blue",
        reset: |host| {
            host.netpipe("attach netns:blue nic0 10.0.0.5/24").status(0);
        },
        least: 1,
        failed: Failed::Completed,
        collected: Collected::Completed,
        stays: None,
    }
    .survives_every_fault();
}

fn container_and_switch(host: &Host) {
    host.container("blue");
    host.start_ovs();
}

#[test]
fn attach_to_a_missing_bridge_of_open_vswitch() {
    Plan {
        setup: container_and_switch,
        command: "attach netns:blue ovs0 10.0.0.5/24 fd00::5/64 --vlan 10",
        reset: detach,
        // Reservation, bridge, accept_ra, up, pair, alias, port, setting, addresses 2, up,
        // announce, commit.
        least: 11,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn detach_from_a_bridge_of_open_vswitch() {
    Plan {
        setup: |host| {
            container_and_switch(host);
            host.netpipe("attach netns:blue ovs0 10.0.0.5/24").status(0);
        },
        command: "detach netns:blue",
        reset: |host| {
            host.netpipe("attach netns:blue ovs0 10.0.0.5/24").status(0);
        },
        least: 3,
        failed: Failed::Completed,
        collected: Collected::Completed,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn a_bridge_of_open_vswitch_is_made_by_hand() {
    Plan {
        setup: |host| {
            host.start_ovs();
            host.sh("ip link add port0 type veth peer name x");
        },
        command: "bridge add ovs0 --address 10.0.0.1/24 --port port0",
        reset: |host| {
            host.netpipe("bridge del ovs0").status(0);
        },
        least: 4,
        failed: Failed::Undone,
        collected: Collected::Repeatable,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn a_port_of_open_vswitch_is_repaired() {
    Plan {
        setup: |host| {
            container_and_switch(host);
            host.netpipe("bridge add ovs0").status(0);
            host.netpipe("attach netns:blue ovs0 10.0.0.5/24 --host-ifname wire0")
                .status(0);
            host.vsctl("del-port wire0");
        },
        command: "check --repair",
        reset: |host| {
            host.vsctl("del-port wire0");
        },
        least: 1,
        failed: Failed::Undone,
        collected: Collected::Recorded,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn a_tunnel_of_open_vswitch_is_made() {
    Plan {
        setup: |host| {
            host.start_ovs();
            host.sh(
                "ip link add up0 type veth peer name up1 && ip link set up0 up && \
                 ip address add 192.0.2.1/24 dev up0",
            );
        },
        command: "tunnel add gre gre1 --key 7 --remote 192.0.2.2 --bridge ovs0",
        reset: |host| {
            host.netpipe("tunnel del gre1").status(0);
        },
        least: 3,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

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

fn two_containers(host: &Host) {
    host.container("blue");
    let red = host.container("red");
    // What the far end changes in its namespace comes back too.
    red.sh("for each in all default lo; do \
            echo 1 > /proc/sys/net/ipv6/conf/$each/disable_ipv6; done");
}

const WIRE: &str = "attach netns:blue veth:netns:red 10.0.0.1/30 fd00::1/64 \
    --peer-address 10.0.0.2/30 --peer-address fd00::2/64";

fn wire(host: &Host) {
    host.netpipe(WIRE).status(0);
}

#[test]
fn attach_by_a_wire() {
    Plan {
        setup: two_containers,
        command: WIRE,
        reset: detach,
        // Reservation, pair, aliases 2, settings 4, addresses 4, up 2, carrier, announce 2,
        // commit.
        least: 17,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn detach_a_wire() {
    for command in ["detach netns:blue", "detach netns:red --all"] {
        Plan {
            setup: |host| {
                two_containers(host);
                wire(host);
            },
            command,
            reset: wire,
            // Link, setting of the far end.
            least: 2,
            failed: Failed::Completed,
            collected: Collected::Completed,
            stays: None,
        }
        .survives_every_fault();
    }
}

fn cut(host: &Host) {
    host.sh("nsenter --net=/run/netns/red ip link del eth1");
}

#[test]
fn repair_of_a_wire() {
    Plan {
        setup: |host| {
            two_containers(host);
            wire(host);
            cut(host);
        },
        command: "check --repair",
        reset: cut,
        least: 12,
        failed: Failed::Undone,
        collected: Collected::Repeatable,
        stays: None,
    }
    .survives_every_fault();
}

fn container_and_furnished_card(host: &Host) {
    host.container("blue");
    host.sh(
        "ip link add nic0 type veth peer name nic1 && ip link set nic1 up && \
         ip link set nic0 up alias mine && ip address add 192.168.1.5/24 dev nic0 && \
         ip address add fd07::5/64 dev nic0 nodad && \
         ip route add 10.1.0.0/16 via 192.168.1.1 && \
         echo 2 > /proc/sys/net/ipv4/conf/nic0/rp_filter",
    );
}

const MOVE: &str = "attach netns:blue phys:nic0 10.0.0.5/24 fd00::5/64 --mtu 1400 \
    --mac 02:00:00:00:00:71";

#[test]
fn attach_a_card_itself() {
    Plan {
        setup: container_and_furnished_card,
        command: MOVE,
        reset: detach,
        // Reservation, alias, move, MAC, MTU, setting, addresses 2, up, announce, commit.
        least: 11,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn detach_a_card_itself() {
    Plan {
        setup: |host| {
            container_and_furnished_card(host);
            host.netpipe(MOVE).status(0);
        },
        command: "detach netns:blue",
        reset: |host| {
            host.netpipe(MOVE).status(0);
        },
        // Home, alias.
        least: 2,
        failed: Failed::Completed,
        collected: Collected::Completed,
        stays: None,
    }
    .survives_every_fault();
}

//! Tunnels, broken at every point.

use super::{Collected, Failed, Plan};
use crate::support::{Host, needs};

const ADD: &str = "tunnel add vxlan vx10 --local 192.0.1.2 --remote 192.0.2.2 --vni 10";

fn underlay(host: &Host) {
    host.sh(
        "ip link add up0 type veth peer name wire0 && ip link set wire0 up && \
         ip address add 192.0.1.2/24 dev up0 && ip link set up0 up && \
         ip route add default via 192.0.1.1",
    );
}

fn del(host: &Host) {
    host.netpipe("tunnel del vx10").status(0);
}

#[test]
fn a_tunnel_and_its_bridge() {
    if !needs("vxlan") {
        return;
    }
    Plan {
        setup: underlay,
        command: "tunnel add vxlan vx10 --remote 192.0.2.2 --vni 10 --bridge br0",
        reset: del,
        // Bridge 4, tunnel 2, port, up, reservation and commit.
        least: 9,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn a_tunnel_in_a_bridge_whose_mtu_was_set() {
    if !needs("vxlan") {
        return;
    }
    Plan {
        setup: |host| {
            underlay(host);
            host.sh("ip link add port0 type veth peer name port1");
            host.netpipe("bridge add lan0 --mtu 1490 --port port0")
                .status(0);
        },
        command: "tunnel add vxlan vx10 --remote 192.0.2.2 --vni 10 --bridge lan0",
        reset: del,
        // Tunnel 2, port, MTU, up, reservation and commit.
        least: 7,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn a_tunnel_with_addresses() {
    if !needs("vxlan") {
        return;
    }
    Plan {
        setup: underlay,
        command: "tunnel add vxlan vx10 --local 192.0.1.2 --vni 10 --address 10.0.0.1/24 \
                  --address fd10::1/64",
        reset: del,
        least: 7,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn a_tunnel_removed() {
    if !needs("vxlan") {
        return;
    }
    fn add(host: &Host) {
        host.netpipe(format!("{ADD} --bridge lan0")).status(0);
    }
    Plan {
        setup: |host| {
            underlay(host);
            host.netpipe("bridge add lan0 --mtu 1490").status(0);
            add(host);
        },
        command: "tunnel del vx10",
        reset: add,
        // The mark of the removal, tunnel, MTU.
        least: 3,
        failed: Failed::Completed,
        collected: Collected::Completed,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn a_tunnel_removed_with_its_bridge() {
    if !needs("vxlan") {
        return;
    }
    fn add(host: &Host) {
        host.netpipe(format!("{ADD} --bridge br0")).status(0);
    }
    Plan {
        setup: |host| {
            underlay(host);
            add(host);
        },
        command: "tunnel del vx10",
        reset: add,
        least: 3,
        failed: Failed::Completed,
        collected: Collected::Completed,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn a_peer_added() {
    if !needs("vxlan") {
        return;
    }
    Plan {
        setup: |host| {
            underlay(host);
            host.netpipe(ADD).status(0);
        },
        command: "tunnel peer add vx10 192.0.3.2",
        reset: |host| {
            host.netpipe("tunnel peer del vx10 192.0.3.2").status(0);
        },
        least: 2,
        failed: Failed::Undone,
        collected: Collected::Repeatable,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn a_peer_removed() {
    if !needs("vxlan") {
        return;
    }
    fn add(host: &Host) {
        host.netpipe("tunnel peer add vx10 192.0.3.2").status(0);
    }
    Plan {
        setup: |host| {
            underlay(host);
            host.netpipe(ADD).status(0);
            add(host);
        },
        command: "tunnel peer del vx10 192.0.3.2",
        reset: add,
        least: 2,
        failed: Failed::Undone,
        collected: Collected::Repeatable,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn a_tunnel_repaired() {
    if !needs("vxlan") {
        return;
    }
    fn damage(host: &Host) {
        host.sh("ip link del vx10 && ip link set lan0 mtu 1490");
    }
    Plan {
        setup: |host| {
            underlay(host);
            host.netpipe("bridge add lan0 --mtu 1490").status(0);
            host.netpipe(format!("{ADD} --bridge lan0")).status(0);
            host.netpipe("tunnel peer add vx10 192.0.3.2").status(0);
            damage(host);
        },
        command: "check --repair",
        reset: damage,
        least: 6,
        failed: Failed::Undone,
        collected: Collected::Repeatable,
        stays: None,
    }
    .survives_every_fault();
}

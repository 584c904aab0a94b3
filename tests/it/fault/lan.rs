//! The host's own network: a bridge that takes the addresses of its port, and gives them
//! back.

use super::{Collected, Failed, Plan};
use crate::support::{Host, scene};

const ADD: &str = "bridge port add br0 eth0 --take-address --confirm 5";

fn lan(host: &Host) {
    scene::lan(host);
    host.netpipe("bridge add br0 --address 10.1.0.1/24 --address fd01::1/64")
        .status(0);
}

#[test]
fn port_that_gives_its_addresses() {
    Plan {
        setup: lan,
        command: ADD,
        reset: |host| {
            host.netpipe("bridge port del br0 eth0").status(0);
        },
        // MAC, addresses 3 + 1, port, routes 4 and their removal, connected routes 2, the
        // gateways' answers, removal of addresses 3, announcement, reservation, commit.
        least: 20,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn port_that_gets_its_addresses_back() {
    Plan {
        setup: |host| {
            lan(host);
            host.netpipe(ADD).status(0);
        },
        command: "bridge port del br0 eth0",
        reset: |host| {
            host.netpipe(ADD).status(0);
        },
        least: 18,
        failed: Failed::Completed,
        collected: Collected::Completed,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn port_without_addresses() {
    Plan {
        setup: |host| {
            host.sh("ip link add nic0 type veth peer name nic1");
            host.netpipe("bridge add br0").status(0);
        },
        command: "bridge port add br0 nic0",
        reset: |host| {
            host.netpipe("bridge port del br0 nic0").status(0);
        },
        least: 4,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

const ROUTE: &str = "direct-route add 10.2.0.0/24 via 192.168.7.9 --metric 5";

fn lan_with_docker(host: &Host) {
    scene::lan(host);
    scene::docker_firewall(host);
}

#[test]
fn direct_route_added() {
    Plan {
        setup: lan_with_docker,
        command: ROUTE,
        reset: |host| {
            host.netpipe("direct-route del 10.2.0.0/24").status(0);
        },
        // Reservation, forwarding, rules, route, commit.
        least: 5,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn direct_route_removed() {
    Plan {
        setup: |host| {
            lan_with_docker(host);
            host.netpipe(ROUTE).status(0);
        },
        command: "direct-route del 10.2.0.0/24",
        reset: |host| {
            host.netpipe(ROUTE).status(0);
        },
        least: 5,
        failed: Failed::Completed,
        collected: Collected::Completed,
        stays: None,
    }
    .survives_every_fault();
}

//! What a project of Compose asks for, broken at every point.

use super::{Collected, Failed, Plan};
use crate::support::{Host, needs};

const UP: &str = "compose --project-name=lamp up --bridge=br-lamp --bridge-address=10.50.0.1/24 \
                  --network=lamp --subnet=10.50.0.0/24 --address=web=10.50.0.9 --address=auto net";
const DOWN: &str = "compose --project-name=lamp down net";
const USE: &str = "attach --reserved netns:blue net:lamp 10.50.0.9/24 --no-announce";
/// Another service, with a tunnel in the same bridge.
const OTHER: &str = "compose --project-name=wan up --bridge=br-lamp --tunnel=vx10 --kind=vxlan \
                     --vni=10 --remote=192.0.2.2 net";

fn underlay(host: &Host) {
    host.sh(
        "ip link add up0 type veth peer name wire0 && ip link set wire0 up && \
         ip address add 192.0.1.2/24 dev up0 && ip link set up0 up && \
         ip route add default via 192.0.1.1",
    );
}

fn up(host: &Host) {
    host.netpipe(UP).status(0);
}

fn down(host: &Host) {
    host.netpipe(DOWN).status(0);
}

#[test]
fn a_service_comes_up() {
    Plan {
        setup: |_| {},
        command: UP,
        reset: down,
        // Bridge 4, three parts, reservation and commit.
        least: 8,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn a_service_with_a_tunnel_comes_up() {
    if !needs("vxlan") {
        return;
    }
    Plan {
        setup: underlay,
        command: "compose --project-name=wan up --bridge=br-wan --tunnel=vx10 --kind=vxlan --vni=10 \
                  --remote=192.0.2.2 net",
        reset: |host| drop(host.netpipe("compose --project-name=wan down net").status(0)),
        // Bridge 4, tunnel 4, their reservations and commits.
        least: 12,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn a_service_that_is_up_asks_for_other_addresses() {
    Plan {
        setup: up,
        command: "compose --project-name=lamp up --bridge=br-lamp --bridge-address=10.50.0.1/24 \
                  --network=lamp --subnet=10.50.0.0/24 --address=db=10.50.0.9 --address=10.50.0.8 net",
        reset: |host| {
            down(host);
            up(host);
        },
        // Three parts and the look at the record.
        least: 3,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn a_service_goes_down() {
    Plan {
        setup: up,
        command: DOWN,
        reset: up,
        // The mark, two addresses, network, bridge and commit.
        least: 6,
        failed: Failed::Completed,
        collected: Collected::Completed,
        stays: None,
    }
    .survives_every_fault();
}

/// An attachment uses an address of it: it is left to that.
#[test]
fn a_service_goes_down_whose_address_is_used() {
    Plan {
        setup: |host| {
            host.container("blue");
            up(host);
            host.netpipe(USE).status(0);
        },
        command: DOWN,
        reset: |host| {
            host.netpipe("detach netns:blue --all").status(0);
            up(host);
            host.netpipe(USE).status(0);
        },
        // The mark and two addresses; network and bridge are in use.
        least: 3,
        failed: Failed::Completed,
        collected: Collected::Completed,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn an_address_that_is_set_aside_is_used() {
    Plan {
        setup: |host| {
            host.container("blue");
            up(host);
        },
        command: USE,
        reset: |host| drop(host.netpipe("detach netns:blue").status(0)),
        least: 6,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

/// What may be set aside again is set aside again, and not freed.
#[test]
fn an_address_that_is_set_aside_is_given_back() {
    Plan {
        setup: |host| {
            host.container("blue");
            up(host);
            host.netpipe(USE).status(0);
        },
        command: "detach netns:blue",
        reset: |host| drop(host.netpipe(USE).status(0)),
        least: 2,
        failed: Failed::Completed,
        collected: Collected::Completed,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn a_service_hands_on_what_another_one_uses() {
    if !needs("vxlan") {
        return;
    }
    Plan {
        setup: |host| {
            underlay(host);
            up(host);
            host.netpipe(OTHER).status(0);
        },
        command: DOWN,
        reset: |host| {
            host.netpipe("compose --project-name=wan down net")
                .status(0);
            up(host);
            host.netpipe(OTHER).status(0);
        },
        // The mark, the hand-over, two addresses, network, the bridge's address and commit.
        least: 7,
        failed: Failed::Completed,
        collected: Collected::Completed,
        stays: None,
    }
    .survives_every_fault();
}

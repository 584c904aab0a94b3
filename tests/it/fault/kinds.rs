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

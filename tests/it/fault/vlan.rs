//! The operations on bridges with VLANs that are broken.

use super::{Collected, Failed, Plan};
use crate::support::{Host, needs};

fn container(host: &Host) {
    host.container("blue");
}

fn detach(host: &Host) {
    host.netpipe("detach netns:blue --all").status(0);
}

const ACCESS: &str = "attach netns:blue br0 10.0.0.5/24 --vlan 10";

#[test]
fn attach_with_a_vlan_to_a_missing_bridge() {
    if !needs("vlan_filtering") {
        return;
    }
    Plan {
        setup: container,
        command: ACCESS,
        reset: detach,
        // Reservation, bridge 3, filtering, pair, VLANs, alias, address, up, announce, commit.
        least: 11,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

/// A bridge of somebody else's.
fn foreign(host: &Host) {
    container(host);
    host.sh("ip link add br9 address 02:00:00:00:00:09 type bridge && ip link set br9 up");
}

const FOREIGN: &str = "attach netns:blue br9 none --trunk 10,native=5 --vlan-filtering";

#[test]
fn attach_with_vlans_to_a_bridge_of_somebody_elses() {
    if !needs("vlan_filtering") {
        return;
    }
    Plan {
        setup: foreign,
        command: FOREIGN,
        reset: detach,
        // Reservation, filtering, pair, VLANs, alias, up, commit.
        least: 7,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn detach_from_a_bridge_of_somebody_elses() {
    if !needs("vlan_filtering") {
        return;
    }
    Plan {
        setup: |host| {
            foreign(host);
            host.netpipe(FOREIGN).status(0);
        },
        command: "detach netns:blue",
        reset: |host| {
            host.netpipe(FOREIGN).status(0);
        },
        // Link, filtering.
        least: 2,
        failed: Failed::Completed,
        collected: Collected::Completed,
        stays: None,
    }
    .survives_every_fault();
}

/// What somebody might do to the VLANs of an attachment.
fn damage(host: &Host) {
    host.sh(
        "for port in $(ip -br link show master br0 | cut -d@ -f1); do \
         bridge vlan add dev $port vid 1 pvid untagged; done; \
         ip link set br0 type bridge vlan_filtering 0",
    );
}

#[test]
fn repair_of_vlans() {
    if !needs("vlan_filtering") {
        return;
    }
    Plan {
        setup: |host| {
            container(host);
            host.netpipe(ACCESS).status(0);
            damage(host);
        },
        command: "check --repair",
        reset: damage,
        least: 2,
        failed: Failed::Undone,
        collected: Collected::Repeatable,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn bridge_that_tells_vlans_apart() {
    if !needs("vlan_filtering") {
        return;
    }
    Plan {
        setup: |host| {
            host.sh("ip link add port0 type veth peer name port1");
        },
        command: "bridge add lan0 --vlan-filtering --vlan-protocol 802.1ad --port port0",
        reset: |host| {
            host.netpipe("bridge del lan0").status(0);
        },
        // Bridge, up, protocol, filtering, port, alias.
        least: 6,
        failed: Failed::Undone,
        collected: Collected::Repeatable,
        stays: None,
    }
    .survives_every_fault();
}

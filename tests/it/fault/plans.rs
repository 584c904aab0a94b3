//! The operations that are broken.

use super::{Collected, Failed, Plan};
use crate::support::{Host, scene};

const EVERYTHING: &str = "attach netns:blue br0 10.0.0.5/24@10.0.0.1 fd00::5/64@fd00::1 \
    --route 10.9.0.0/16,via=10.0.0.2 --route fd09::/48,via=fd00::2 \
    --sysctl net.ipv4.ip_forward=1 --sysctl net.ipv6.conf.eth1.forwarding=1 --mtu 1400";

fn container(host: &Host) {
    host.container("blue");
}

fn container_with_uplink(host: &Host) {
    scene::uplink(&host.container("blue"));
    scene::docker_firewall(host);
}

fn detach(host: &Host) {
    host.netpipe("detach netns:blue --all").status(0);
}

fn attach_everything(host: &Host) {
    host.netpipe(EVERYTHING).status(0);
}

#[test]
fn attach_with_everything_to_a_missing_bridge() {
    Plan {
        setup: container_with_uplink,
        command: EVERYTHING,
        reset: detach,
        // Bridge 3, rules, pair 2, settings, addresses 2, up, routes 2 + 2 + 2, announce,
        // reservation and commit.
        least: 18,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn attach_to_a_bridge_that_is_there() {
    Plan {
        setup: |host| {
            container(host);
            host.sh("ip link add br0 address 02:00:00:00:00:01 type bridge && ip link set br0 up");
        },
        command: "attach netns:blue br0 10.0.0.5/24 fd00::5/64",
        reset: detach,
        least: 7,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn extend_by_further_addresses() {
    Plan {
        setup: |host| {
            container(host);
            host.netpipe("attach netns:blue br0 10.0.0.5/24 -i eth1")
                .status(0);
        },
        command: "attach netns:blue br0 10.0.0.6/24 fd00::5/64 -i eth1",
        reset: |host| {
            detach(host);
            host.netpipe("attach netns:blue br0 10.0.0.5/24 -i eth1")
                .status(0);
        },
        least: 5,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        // The first IPv6 address turns router advertisements off on netpipe's own
        // interface, and that goes with the interface.
        stays: Some("/eth1/accept_ra="),
    }
    .survives_every_fault();
}

const FIRST: &str = "attach netns:blue br0 10.0.0.5/24@10.0.0.1 -i eth1 \
    --sysctl net.ipv4.ip_forward=1";

#[test]
fn replace_by_another_attachment() {
    Plan {
        setup: |host| {
            container_with_uplink(host);
            host.netpipe(FIRST).status(0);
        },
        command: "attach netns:blue br1 10.1.0.5/24@10.1.0.1 -i eth1 --mtu 1400 --replace",
        reset: |host| {
            detach(host);
            host.netpipe(FIRST).status(0);
        },
        least: 12,
        failed: Failed::Undone,
        collected: Collected::Recorded,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn detach_the_only_attachment() {
    Plan {
        setup: |host| {
            container_with_uplink(host);
            attach_everything(host);
        },
        command: "detach netns:blue",
        reset: attach_everything,
        // Link, routes 2, setting, rules, bridge.
        least: 6,
        failed: Failed::Completed,
        collected: Collected::Completed,
        stays: None,
    }
    .survives_every_fault();
}

fn attach_three(host: &Host) {
    attach_everything(host);
    host.netpipe("attach netns:blue br0 10.0.1.5/24 -i eth2")
        .status(0);
    host.netpipe("attach netns:blue br1 10.0.2.5/24 -i eth3")
        .status(0);
}

#[test]
fn detach_all_attachments() {
    Plan {
        setup: |host| {
            container_with_uplink(host);
            attach_three(host);
        },
        command: "detach netns:blue --all",
        reset: attach_three,
        least: 9,
        failed: Failed::Completed,
        collected: Collected::Completed,
        stays: None,
    }
    .survives_every_fault();
}

/// What somebody might do to an attachment whose links stay.
fn damage(host: &Host) {
    host.sh("nsenter --net=/run/netns/blue ip address del 10.0.0.5/24 dev eth1");
    host.sh("nsenter --net=/run/netns/blue ip link set eth1 mtu 1300");
    host.sh(
        "for port in $(ip -br link show master br0 | cut -d@ -f1); do \
         ip link set $port nomaster; done",
    );
}

#[test]
fn repair_in_place() {
    Plan {
        setup: |host| {
            container(host);
            host.netpipe("attach netns:blue br0 10.0.0.5/24 fd00::5/64")
                .status(0);
            damage(host);
        },
        command: "check --repair",
        reset: damage,
        least: 3,
        failed: Failed::Undone,
        collected: Collected::Repeatable,
        stays: None,
    }
    .survives_every_fault();
}

/// Moves the port to a bridge of somebody else's, and takes an address away.
fn move_port(host: &Host) {
    host.sh("nsenter --net=/run/netns/blue ip address del 10.0.0.5/24 dev eth1");
    host.sh(
        "for port in $(ip -br link show master br0 | cut -d@ -f1); do \
         ip link set $port master br9; done",
    );
}

#[test]
fn repair_of_a_port_that_was_moved_to_another_bridge() {
    Plan {
        setup: |host| {
            container(host);
            host.sh("ip link add br9 address 02:00:00:00:00:09 type bridge && ip link set br9 up");
            host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
            move_port(host);
        },
        command: "check --repair",
        reset: move_port,
        // Port, address, announcement.
        least: 3,
        failed: Failed::Undone,
        collected: Collected::Repeatable,
        stays: None,
    }
    .survives_every_fault();
}

/// Takes the pair away, and with it the interface inside.
fn unplug(host: &Host) {
    host.sh("for port in $(ip -br link show master br0 | cut -d@ -f1); do ip link del $port; done");
}

#[test]
fn repair_by_making_the_link_anew() {
    Plan {
        setup: |host| {
            container_with_uplink(host);
            attach_everything(host);
            unplug(host);
        },
        command: "check --repair",
        reset: unplug,
        least: 12,
        failed: Failed::Undone,
        collected: Collected::Repeatable,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn bridge_with_addresses_and_a_port() {
    Plan {
        setup: |host| {
            host.sh("ip link add port0 type veth peer name port1");
        },
        command: "bridge add lan0 --address 10.0.0.1/24 --address fd00::1/64 --port port0 \
                  --mtu 1400 --stp",
        reset: |host| {
            host.netpipe("bridge del lan0").status(0);
        },
        least: 6,
        failed: Failed::Undone,
        // There is no record of a bridge: the same command again completes it.
        collected: Collected::Repeatable,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn bridge_removed() {
    const ADD: &str = "bridge add lan0 --address 10.0.0.1/24 --port port0";
    Plan {
        setup: |host| {
            host.sh("ip link add port0 type veth peer name port1");
            host.netpipe(ADD).status(0);
        },
        command: "bridge del lan0",
        reset: |host| {
            host.netpipe(ADD).status(0);
        },
        least: 2,
        failed: Failed::Completed,
        collected: Collected::Repeatable,
        stays: None,
    }
    .survives_every_fault();
}

const BATCH: &str = "attach netns:blue br0 10.0.0.5/24 fd00::5/64\\n\
    attach netns:red br0 10.0.0.6/24@10.0.0.1 --sysctl net.ipv4.ip_forward=1\\n";

#[test]
fn batch_of_two() {
    Plan {
        setup: |host| {
            host.container("blue");
            host.container("red");
            host.netpipe("bridge add br0").status(0);
            host.sh(&format!("printf '{BATCH}' >/run/batch"));
        },
        command: "batch /run/batch",
        reset: |host| {
            detach(host);
            host.netpipe("detach netns:red").status(0);
        },
        least: 12,
        // Each attachment is all or nothing by itself: those that succeeded stay.
        failed: Failed::Completed,
        collected: Collected::Repeatable,
        stays: None,
    }
    .survives_every_fault();
}

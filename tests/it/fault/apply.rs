//! Topologies: a target gets all of its attachments or none, and a killed apply is completed by
//! the same command.

use super::{Collected, Failed, Plan};
use crate::support::Host;

/// Writes a file that commands of the host find in its own /run.
fn write(host: &Host, name: &str, text: &str) {
    let path = format!("/run/{name}");
    host.place().run(|| std::fs::write(path, text).unwrap());
}

fn scene(host: &Host, file: &str) {
    host.container("blue");
    write(host, "t.yaml", &format!("version: 1\nname: shop\n{file}"));
    write(host, "none.yaml", "version: 1\nname: shop\n");
    // The store is there before and after.
    host.netpipe("network add other --subnet 10.99.0.0/24")
        .status(0);
}

fn prune(host: &Host) {
    host.netpipe("apply -f /run/none.yaml --prune").status(0);
}

const APPLY: &str = "apply -f /run/t.yaml";

#[test]
fn several_links_in_one_go() {
    Plan {
        setup: |host| {
            scene(
                host,
                "attachments:\n  netns:blue:\n    - {link: br0, address: [10.0.0.5/24, fd00::5/64], \
                 ifname: eth1}\n    - {link: br0, address: 10.0.1.5/24@10.0.1.1, ifname: eth2}\n",
            );
            host.netpipe("bridge add br0").status(0);
        },
        command: APPLY,
        reset: prune,
        // Reservation, and for each link pair, mark, router's advertisements, address, up,
        // announcement; a second address and a default route.
        least: 14,
        failed: Failed::Undone,
        collected: Collected::Repeatable,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn several_links_one_by_one() {
    Plan {
        setup: |host| {
            scene(
                host,
                "attachments:\n  netns:blue:\n    - {link: br0, address: 10.0.0.5/24, ifname: eth1}\n    \
                 - {link: br1, address: auto, subnet: 10.0.1.0/24, ifname: eth2}\n",
            );
        },
        command: APPLY,
        reset: prune,
        least: 18,
        failed: Failed::Undone,
        collected: Collected::Repeatable,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn links_that_change() {
    Plan {
        setup: |host| {
            scene(
                host,
                "attachments:\n  netns:blue:\n    - {link: br0, address: [10.0.0.5/24, 10.0.0.6/24], \
                 ifname: eth1}\n    - {link: br0, address: 10.0.1.5/24, ifname: eth2, mac: \"02:00:00:00:00:99\"}\n    \
                 - {link: br0, address: 10.0.2.5/24, ifname: eth3}\n",
            );
            write(
                host,
                "before.yaml",
                "version: 1\nname: shop\nattachments:\n  netns:blue:\n    - {link: br0, address: \
                 10.0.0.5/24, ifname: eth1}\n    - {link: br0, address: 10.0.1.5/24, ifname: eth2}\n",
            );
            host.netpipe("bridge add br0").status(0);
            host.netpipe("apply -f /run/before.yaml").status(0);
        },
        command: APPLY,
        reset: |host| {
            host.netpipe("apply -f /run/before.yaml --prune").status(0);
        },
        least: 15,
        failed: Failed::Undone,
        collected: Collected::Repeatable,
        stays: None,
    }
    .survives_faults_at(&[1, 2, 3, 5, 8, 11, 14, 17, 19]);
}

#[test]
fn a_bridge_of_a_topology() {
    Plan {
        setup: |host| scene(host, "bridges:\n  br0: {address: 10.0.0.1/24, mtu: 1400}\n"),
        command: APPLY,
        reset: prune,
        least: 5,
        failed: Failed::Undone,
        collected: Collected::Repeatable,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn what_left_the_file_goes_whatever_kills_it() {
    let host = Host::new();
    scene(
        &host,
        "networks: {lab: {subnet: 10.0.0.0/24, bridge: br0}}\nbridges: {br0: {address: \
         10.0.0.1/24}}\nattachments:\n  netns:blue:\n    - {link: \"net:lab\", address: auto, ifname: \
         eth1}\n    - {link: br0, address: 10.0.1.5/24, ifname: eth2}\n",
    );
    let before = host.snapshot();
    for nth in 1.. {
        host.netpipe(APPLY).status(0);
        let run = host
            .call("apply -f /run/none.yaml --prune")
            .fault(&format!("kill:{nth}"))
            .run();
        if run.code() == Some(0) {
            assert!(nth > 5, "only {nth} points");
            return;
        }
        run.killed();
        prune(&host);
        host.netpipe("gc").status(0);
        before.assert_same(&host.snapshot());
    }
}

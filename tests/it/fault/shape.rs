//! Shapes that are broken while they are made and taken away.

use super::{Collected, Failed, Plan};
use crate::support::{Host, needs};

fn attached(host: &Host) {
    host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
}

fn clear(host: &Host) {
    host.netpipe("shape netns:blue eth1 --clear").status(0);
}

fn shape(host: &Host) {
    host.netpipe("shape netns:blue eth1 --rate 8mbit").status(0);
}

#[test]
fn a_shape_is_set() {
    if !needs("tbf") {
        return;
    }
    Plan {
        setup: attached,
        command: "shape netns:blue eth1 --rate 8mbit",
        reset: clear,
        // Record and step.
        least: 2,
        failed: Failed::Undone,
        collected: Collected::Recorded,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn a_shape_is_changed() {
    if !needs("tbf") {
        return;
    }
    Plan {
        setup: |host| {
            attached(host);
            shape(host);
        },
        command: "shape netns:blue eth1 --rate 4mbit --burst 20kb",
        reset: shape,
        least: 2,
        failed: Failed::Undone,
        collected: Collected::Recorded,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn a_shape_is_cleared() {
    if !needs("tbf") {
        return;
    }
    Plan {
        setup: |host| {
            attached(host);
            shape(host);
        },
        command: "shape netns:blue eth1 --clear",
        reset: shape,
        least: 2,
        failed: Failed::Undone,
        collected: Collected::Recorded,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn a_shaped_link_is_made_anew() {
    if !needs("tbf") {
        return;
    }
    Plan {
        setup: |host| {
            attached(host);
            shape(host);
            host.sh("nsenter --net=/run/netns/blue ip link del eth1");
        },
        command: "check --repair",
        reset: |host| {
            host.sh("nsenter --net=/run/netns/blue ip link del eth1");
        },
        // Reservation, pair, alias, shape, address, up, announce, commit.
        least: 8,
        failed: Failed::Undone,
        collected: Collected::Repeatable,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn a_shaped_attachment_is_detached() {
    if !needs("tbf") {
        return;
    }
    Plan {
        setup: |host| {
            attached(host);
            shape(host);
        },
        command: "detach netns:blue",
        reset: |host| {
            host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
            shape(host);
        },
        least: 2,
        failed: Failed::Completed,
        collected: Collected::Completed,
        stays: None,
    }
    .survives_every_fault();
}

//! A line of pipework that is broken.

use super::{Collected, Failed, Plan};
use crate::support::scene;

#[test]
fn a_line_with_a_gateway_that_is_in_no_subnet() {
    Plan {
        setup: |host| {
            scene::uplink(&host.container("blue"));
            scene::docker_firewall(host);
        },
        command: "pipework br0 netns:blue 10.0.0.5/24@10.9.0.1 U:web",
        reset: |host| {
            host.netpipe("detach netns:blue").status(0);
        },
        // Bridge 3, rules, pair 2, address, up, the gateway's route, the old default route,
        // the new one, announcement, reservation and commit.
        least: 12,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

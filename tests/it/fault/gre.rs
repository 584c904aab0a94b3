//! GRE tunnels, broken at every point: those of layer 3 have no MAC that proves whose they
//! are, and routes.

use super::{Collected, Failed, Plan};
use crate::support::{Host, needs};

fn underlay(host: &Host) {
    host.sh(
        "ip link add up0 type veth peer name wire0 && ip link set wire0 up && \
         ip address add 192.0.1.2/24 dev up0 && ip link set up0 up && \
         ip route add default via 192.0.1.1",
    );
}

#[test]
fn a_tunnel_with_routes() {
    if !needs("gre") {
        return;
    }
    Plan {
        setup: underlay,
        command: "tunnel add gre gre1 --remote 192.0.2.2 --key 7 --address 10.255.0.1/32 \
                  --route 10.2.0.0/24",
        reset: |host| {
            host.netpipe("tunnel del gre1").status(0);
        },
        // Tunnel 2, up, address, route, reservation and commit.
        least: 7,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn a_port_in_a_vlan() {
    if !needs("gretap") || !needs("vlan_filtering") {
        return;
    }
    Plan {
        setup: |host| {
            underlay(host);
            // A bridge of netpipe's own that tells VLANs apart goes on doing so.
            host.netpipe("bridge add lan0 --vlan-filtering").status(0);
        },
        command: "tunnel add gretap tap1 --remote 192.0.2.2 --key 7 --bridge lan0 --vlan 10",
        reset: |host| {
            host.netpipe("tunnel del tap1").status(0);
        },
        least: 7,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

//! Ports that cannot be, and bridges that hold what is not theirs.

use super::port::joined_scene;
use crate::support::{Host, scene};

#[test]
fn a_bridge_that_holds_addresses_of_its_port_stays() {
    let (host, _blue) = joined_scene();
    host.netpipe("detach netns:blue").status(0);
    let before = host.snapshot();
    host.netpipe("bridge port add br0 eth0 --take-address")
        .status(0);
    let joined = host.snapshot();
    host.netpipe("bridge del br0")
        .status(3)
        .stderr_has("cannot remove bridge `br0`: it has the addresses of `eth0`")
        .stderr_has("hint: give them back first: netpipe bridge port del br0 eth0");
    joined.assert_same(&host.snapshot());
    host.netpipe("bridge port del br0 eth0").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn a_port_without_addresses_goes_with_its_bridge() {
    let host = Host::new();
    host.sh("ip link add nic0 type veth peer name nic1 && ip link set nic0 up");
    let before = host.snapshot();
    host.netpipe("bridge add br0").status(0);
    host.netpipe("bridge port add br0 nic0").status(0);
    host.netpipe("bridge del br0").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn an_interface_whose_frames_are_somebody_elses_is_explained() {
    let host = Host::new();
    host.sh(
        "ip link add nic0 type veth peer name nic1 && ip link set nic0 up && \
         ip link add mv0 link nic0 type macvlan mode bridge",
    );
    host.netpipe("bridge add br0").status(0);
    let before = host.snapshot();
    host.netpipe("bridge port add br0 nic0")
        .status(1)
        .stderr_has("cannot make `nic0` a port of `br0`")
        .stderr_has("hint: something else receives its frames: a macvlan");
    before.assert_same(&host.snapshot());
}

#[test]
fn what_is_no_ethernet_is_explained() {
    let host = Host::new();
    host.sh("ip tuntap add tun0 mode tun");
    host.netpipe("bridge add br0").status(0);
    let before = host.snapshot();
    host.netpipe("bridge port add br0 tun0")
        .status(1)
        .stderr_has("hint: only an Ethernet interface can be a port");
    before.assert_same(&host.snapshot());
}

#[test]
fn a_second_interface_keeps_its_addresses() {
    let host = Host::new();
    scene::lan(&host);
    host.sh(
        "ip link add nic0 type veth peer name nic1 && ip link set nic0 up && \
         ip address add 172.16.0.2/24 dev nic0",
    );
    host.netpipe("bridge add br0").status(0);
    host.netpipe("bridge port add br0 eth0 --take-address")
        .status(0);
    let before = host.snapshot();
    host.netpipe("bridge port add br0 nic0 --take-address")
        .status(3)
        .stderr_has("bridge `br0` has the addresses of `eth0` already");
    host.netpipe("bridge port add br0 eth0")
        .status(3)
        .stderr_has("it is one already, with its addresses");
    before.assert_same(&host.snapshot());
}

#[test]
fn routes_with_several_next_hops_are_named() {
    let host = Host::new();
    scene::lan(&host);
    host.sh("ip link add nic0 type veth peer name nic1 && ip link set nic0 up");
    host.sh(
        "ip address add 172.16.0.2/24 dev nic0 && ip route add 10.70.0.0/16 \
         nexthop via 192.168.7.1 dev eth0 nexthop via 172.16.0.1 dev nic0",
    );
    host.netpipe("bridge add br0").status(0);
    let before = host.snapshot();
    host.netpipe("bridge port add br0 eth0 --take-address")
        .status(3)
        .stderr_has("the route `10.70.0.0/16")
        .stderr_has("has several next hops or a next-hop object");
    before.assert_same(&host.snapshot());
    host.sh(
        "ip route del 10.70.0.0/16 && ip nexthop add id 7 via 192.168.7.1 dev eth0 && \
         ip route add 10.70.0.0/16 nhid 7",
    );
    host.netpipe("bridge port add br0 eth0 --take-address")
        .status(3)
        .stderr_has("has several next hops or a next-hop object");
}

#[test]
fn a_direct_route_that_has_to_leave_by_the_interface_keeps_it() {
    let host = Host::new();
    scene::lan(&host);
    let (add, del) = (
        "bridge port add br0 eth0 --take-address",
        "bridge port del br0 eth0",
    );
    let refused = |command: &str, dev: &str| {
        let before = host.snapshot();
        for dry in ["", " --dry-run"] {
            host.netpipe(format!("{command}{dry}"))
                .status(3)
                .stderr_has(&format!(
                    "the direct route to 10.9.0.0/24 has to leave by `{dev}`"
                ))
                .stderr_has("hint: remove it first, and add it anew afterwards");
        }
        before.assert_same(&host.snapshot());
    };
    let route = |dev: &str| {
        host.netpipe(format!(
            "direct-route add 10.9.0.0/24 via 192.168.7.1 --dev {dev}"
        ))
        .status(0);
    };
    host.netpipe("bridge add br0").status(0);
    route("eth0");
    refused(add, "eth0");
    host.netpipe("direct-route del 10.9.0.0/24").status(0);
    host.netpipe(add).status(0);
    route("br0");
    refused(del, "br0");
    host.netpipe("check").status(0);
}

#[test]
fn a_dry_run_refuses_what_the_real_one_does() {
    let host = Host::new();
    scene::lan(&host);
    for command in [
        "bridge add br0",
        "bridge port add br0 eth0 --take-address",
        "direct-route add 10.9.0.0/24 via 192.168.7.1",
    ] {
        host.netpipe(command).status(0);
    }
    for (command, says) in [
        (
            "bridge port add br0 eth0",
            "it is one already, with its addresses",
        ),
        (
            "direct-route add 10.9.0.0/24 via 192.168.7.3",
            "there is a direct route to it via `192.168.7.1`",
        ),
    ] {
        for dry in ["", " --dry-run"] {
            host.netpipe(format!("{command}{dry}"))
                .status(3)
                .stderr_has(says);
        }
    }
    host.sh("ip link set eth0 nomaster");
    host.netpipe("bridge port add br0 eth0 --take-address --dry-run")
        .status(3)
        .stderr_has("something has changed it");
}

/// Names share 256 files of locks, and these two the same one.
#[test]
fn a_bridge_and_a_card_may_have_one_lock() {
    let host = Host::new();
    scene::lan(&host);
    host.netpipe("bridge add br218").status(0);
    let before = host.snapshot();
    host.netpipe("bridge port add br218 eth0 --take-address")
        .status(0);
    host.netpipe("bridge port del br218 eth0").status(0);
    before.assert_same(&host.snapshot());
}

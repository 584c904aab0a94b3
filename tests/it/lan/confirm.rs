//! A move that undoes itself when the gateways stop answering.

use super::port::joined_scene;
use crate::support::Host;

const ADD: &str = "bridge port add br0 eth0 --take-address --confirm 1";

/// Drops on the bridge what a switch or firewall might: only as a port is `eth0` affected.
fn drop_on_bridge(host: &Host, what: &str) {
    host.sh(&format!(
        "nft add table bridge t && \
         nft add chain bridge t c '{{ type filter hook prerouting priority 0; }}' && \
         nft add rule bridge t c iifname eth0 {what} drop"
    ));
}

#[test]
fn a_gateway_that_stops_answering_undoes_the_move() {
    for (what, gateway) in [
        (
            "ether type arp",
            "gateway `192.168.7.1` does not answer through `br0` within 1 seconds",
        ),
        (
            "icmpv6 type nd-neighbor-advert",
            "gateway `fd07::1` does not answer through `br0` within 1 seconds",
        ),
    ] {
        let (host, _blue) = joined_scene();
        drop_on_bridge(&host, what);
        let before = host.snapshot();
        host.netpipe(ADD)
            .status(1)
            .stdout("")
            .stderr_has(gateway)
            .stderr_has("hint: the network may let one MAC a port alone");
        before.assert_same(&host.snapshot());
        host.sh("ping -n -q -c 1 -W 2 203.0.113.1 && ping -n -q -c 1 -W 2 2001:db8::1");
    }
}

#[test]
fn an_interrupt_while_the_gateway_is_waited_for_undoes_the_move() {
    let (host, _blue) = joined_scene();
    drop_on_bridge(&host, "ether type arp");
    let before = host.snapshot();
    let add = "bridge port add br0 eth0 --take-address --confirm 3600";
    let child = host.call(add).spawn_piped();
    // It waits once the bridge has the default route.
    host.sh("timeout 20 sh -c 'until ip route | grep -q \"default.*dev br0\"; do :; done'");
    let pid = nix::unistd::Pid::from_raw(child.id().cast_signed());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
    crate::support::Run::wait(child, add, std::time::Duration::from_secs(20)).status(130);
    before.assert_same(&host.snapshot());
}

#[test]
fn what_never_answered_is_not_waited_for() {
    let (host, _blue) = joined_scene();
    host.sh("ip route add 10.60.0.0/16 via 192.168.7.77 dev eth0");
    let before = host.snapshot();
    host.netpipe(ADD).status(0).stderr(
        "warning: gateway `192.168.7.77` does not answer before the move either: it is not \
         waited for\n",
    );
    host.netpipe("bridge port del br0 eth0").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn without_a_gateway_there_is_nothing_to_confirm() {
    let (host, _blue) = joined_scene();
    host.sh("ip route del default && ip -6 route del default && ip route flush table 100");
    host.netpipe(ADD)
        .status(0)
        .stderr("warning: no route of `eth0` has a gateway: nothing to confirm\n");
}

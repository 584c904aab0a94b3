//! Links that share a network card's MAC.

use super::card_scene::{carries, scene};
use crate::support::needs;

#[test]
fn in_mode_l2_they_reach_each_other_and_the_lan() {
    if !needs("ipvlan") {
        return;
    }
    let (host, lan) = scene();
    let (blue, red) = (host.container("blue"), host.container("red"));
    let before = host.snapshot();
    let attach = "attach netns:blue ipvlan:nic0 10.0.0.5/24 fd00::5/64";
    host.netpipe(attach).status(0).stderr("");
    host.netpipe("attach netns:red ipvlan:nic0 10.0.0.6/24 --mode l2")
        .status(0);
    carries((&blue, "10.0.0.5"), (&lan, "10.0.0.1"));
    carries((&blue, "10.0.0.5"), (&red, "10.0.0.6"));
    assert!(blue.comes_to_reach("fd00::1"));
    let shown = host.netpipe("show netns:blue --json").status(0).json();
    assert_eq!(shown[0]["mac"], "02:00:00:00:00:10");
    assert_eq!(shown[0]["mode"], "l2");
    host.netpipe(attach).status(0).stdout_has("unchanged");
    host.netpipe("check").status(0);
    // They go along with the card's address.
    host.sh("ip link set nic0 address 02:00:00:00:00:11");
    host.netpipe("check").status(0);
    host.sh("ip link set nic0 address 02:00:00:00:00:10");
    blue.sh("ip link del eth1");
    host.netpipe("check --repair").status(0);
    carries((&blue, "10.0.0.5"), (&lan, "10.0.0.1"));
    host.netpipe("detach netns:blue").status(0);
    host.netpipe("detach netns:red").status(0).stderr("");
    before.assert_same(&host.snapshot());
}

fn routed(mode: &str) {
    if !needs("ipvlan") {
        return;
    }
    let (host, lan) = scene();
    let (blue, red) = (host.container("blue"), host.container("red"));
    // What nobody answers ARP for, the LAN reaches by the host's card.
    lan.sh(
        "ip route add 10.1.0.0/24 dev eth0 && ip route add 10.2.0.0/24 dev eth0 && \
         ip neigh add 10.1.0.5 lladdr 02:00:00:00:00:10 dev eth0 && \
         ip neigh add 10.2.0.6 lladdr 02:00:00:00:00:10 dev eth0",
    );
    let before = host.snapshot();
    let attach = format!("attach netns:blue ipvlan:nic0 10.1.0.5/24 --mode {mode} --default-route");
    let steps = host.netpipe(format!("{attach} --dry-run")).status(0).out;
    assert!(!steps.contains("arping"), "{steps}");
    host.netpipe(&attach).status(0).stderr("");
    host.netpipe(format!(
        "attach netns:red ipvlan:nic0 10.2.0.6/24 --mode {mode} --default-route"
    ))
    .status(0);
    // The card's side routes: it has to know the LAN.
    host.sh("ip address add 10.0.0.2/24 dev nic0");
    carries((&blue, "10.1.0.5"), (&red, "10.2.0.6"));
    carries((&blue, "10.1.0.5"), (&lan, "10.0.0.1"));
    assert!(blue.sh("ip route").starts_with("default dev eth1"));
    host.netpipe(&attach).status(0).stdout_has("unchanged");
    host.netpipe("check").status(0);
    host.netpipe("attach netns:red ipvlan:nic0 none --mode l2")
        .status(3)
        .stderr_has("all ipvlans of a card have one mode");
    // A mode that somebody changed is changed for all of them, and so put right.
    blue.sh("ip link set eth1 type ipvlan mode l2");
    host.netpipe("check")
        .status(1)
        .stdout_has(&format!("the mode of `eth1` is l2, not {mode}"));
    host.netpipe("check --repair").status(0);
    host.netpipe("check").status(0);
    host.sh("ip address del 10.0.0.2/24 dev nic0");
    host.netpipe("detach netns:blue").status(0);
    host.netpipe("detach netns:red").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn in_mode_l3_they_are_routed() {
    routed("l3");
}

#[test]
fn in_mode_l3s_they_are_routed() {
    routed("l3s");
}

#[test]
fn who_is_in_the_way_is_named() {
    if !needs("ipvlan") || !needs("macvlan") {
        return;
    }
    let (host, _lan) = scene();
    let blue = host.container("blue");
    host.container("red");
    host.netpipe("attach netns:blue nic0 none").status(0);
    let before = host.snapshot();
    host.netpipe("attach netns:red ipvlan:nic0 10.0.0.6/24")
        .status(3)
        .stderr_has(
            "`nic0` has a macvlan (`eth1 of netns:blue`), and a card can have either macvlans \
             or ipvlans",
        )
        .stderr_has("netpipe detach netns:blue eth1");
    before.assert_same(&host.snapshot());
    // What is gone is in nobody's way.
    host.remove(blue);
    host.netpipe("attach netns:red ipvlan:nic0 10.0.0.6/24")
        .status(0);
    host.netpipe("detach netns:red").status(0);
    host.sh("ip link add mv0 link nic0 type macvlan");
    host.netpipe("attach netns:red ipvlan:nic0 10.0.0.6/24")
        .status(3)
        .stderr_has("`nic0` has a macvlan (`mv0 of the host`)");
    host.sh("ip link del mv0 && ip link add iv0 link nic0 type ipvlan");
    host.netpipe("attach netns:red nic0 10.0.0.6/24")
        .status(3)
        .stderr_has("`nic0` has an ipvlan (`iv0 of the host`)");
    host.netpipe("attach netns:red iv0 10.0.0.6/24")
        .status(3)
        .stderr_has("`iv0` is itself a ipvlan on a card");
}

#[test]
fn in_a_container_with_two_the_right_one_is_mended() {
    if !needs("ipvlan") {
        return;
    }
    let (host, _lan) = scene();
    let blue = host.container("blue");
    for address in ["10.0.0.5/24", "10.0.1.5/24"] {
        host.netpipe(format!("attach netns:blue ipvlan:nic0 {address}"))
            .status(0);
    }
    let before = host.snapshot();
    blue.sh("ip link set eth2 down && ip link set eth2 name other && ip link set other up");
    host.netpipe("check --repair").status(0);
    before.assert_same(&host.snapshot());
    host.netpipe("detach netns:blue eth1").status(0);
    assert!(blue.sh("ip address show eth2").contains("10.0.1.5/24"));
}

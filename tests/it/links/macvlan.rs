//! Links with MACs of their own on a network card.

use super::card_scene::{carries, scene};
use crate::support::needs;

#[test]
fn a_card_gives_a_link_of_its_own() {
    if !needs("macvlan") {
        return;
    }
    let (host, lan) = scene();
    let blue = host.container("blue");
    let before = host.snapshot();
    host.netpipe("attach netns:blue nic0 10.0.0.5/24")
        .status(0)
        .stderr("")
        .stdout("attached: netns:blue eth1 in nic0 with 10.0.0.5/24\n");
    carries((&blue, "10.0.0.5"), (&lan, "10.0.0.1"));
    host.netpipe("list").status(0).stdout_has("up");
    host.netpipe("check").status(0);
    host.netpipe("attach netns:blue nic0 10.0.0.5/24")
        .status(0)
        .stdout_has("unchanged");
    host.netpipe("attach netns:blue nic0 fd00::5/64 -i eth1")
        .status(0)
        .stdout_has("extended");
    blue.sh("ip link del eth1");
    host.netpipe("list").status(0).stdout_has("missing");
    host.netpipe("check --repair").status(0);
    assert!(blue.comes_to_reach("10.0.0.1"));
    blue.sh("ip link set eth1 down && ip link set eth1 name other");
    host.netpipe("check --repair").status(0);
    assert!(blue.comes_to_reach("10.0.0.1"));
    host.netpipe("detach netns:blue").status(0).stderr("");
    before.assert_same(&host.snapshot());
}

#[test]
fn a_link_goes_with_its_container() {
    if !needs("macvlan") {
        return;
    }
    let (host, _lan) = scene();
    let before = host.snapshot();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue macvlan:nic0 10.0.0.5/24")
        .status(0);
    host.remove(blue);
    host.netpipe("gc").status(0).stderr("");
    before.assert_same(&host.snapshot());
}

#[test]
fn a_card_is_found_by_its_address() {
    if !needs("macvlan") {
        return;
    }
    let (host, _lan) = scene();
    let blue = host.container("blue");
    // What has the card's address from it is not meant.
    host.sh(
        "ip link add br9 type bridge && ip link add nic1 type veth peer name nic2 && \
         ip link set nic1 address 02:00:00:00:00:20 && ip link set nic1 master br9",
    );
    host.netpipe("attach netns:blue mac:02:00:00:00:00:10 10.0.0.5/24")
        .status(0)
        .stdout_has("in nic0");
    assert!(blue.comes_to_reach("10.0.0.1"));
    host.netpipe("attach netns:blue macvlan:mac:02:00:00:00:00:10 10.0.0.5/24")
        .status(0)
        .stdout_has("unchanged");
    host.netpipe("attach netns:blue macvlan:mac:02:00:00:00:00:20 none --dry-run")
        .status(3)
        .stderr_has("`nic1` is a port of the bridge `br9`");
    host.sh("ip link set nic2 address 02:00:00:00:00:10");
    host.netpipe("attach netns:blue mac:02:00:00:00:00:10 none")
        .status(3)
        .stderr_has("nic0")
        .stderr_has("nic2");
}

#[test]
fn a_card_that_is_down_is_told() {
    if !needs("macvlan") {
        return;
    }
    let (host, _lan) = scene();
    host.container("blue");
    host.sh("ip link set nic0 down");
    host.netpipe("attach netns:blue nic0 10.0.0.5/24")
        .status(0)
        .stderr_has("`nic0` is down, so nothing gets through");
}

#[test]
fn the_mtu_is_the_cards() {
    if !needs("macvlan") {
        return;
    }
    let (host, lan) = scene();
    let blue = host.container("blue");
    host.sh("ip link set nic0 mtu 9000");
    lan.sh("ip link set eth0 mtu 9000");
    host.netpipe("attach netns:blue nic0 10.0.0.5/24").status(0);
    assert!(blue.sh("ip link show eth1").contains("mtu 9000"));
    blue.sh("ping -n -q -c 1 -W 2 -M do -s 8900 10.0.0.1");
    host.netpipe("detach netns:blue").status(0);
    let before = host.snapshot();
    host.netpipe("attach netns:blue nic0 10.0.0.5/24 --mtu 9001")
        .status(2)
        .stderr_has("an MTU of 9001 is larger than that of `nic0`, which is 9000");
    before.assert_same(&host.snapshot());
}

//! Links with MACs of their own on a network card.

use crate::support::{Container, Host, needs};

/// A host with a card `nic0`, whose wire ends in a container `lan` as 10.0.0.1/24.
fn scene() -> (Host, Container) {
    let host = Host::new();
    let lan = host.container("lan");
    host.sh(&format!(
        "ip link add nic0 type veth peer name eth0 netns {} && ip link set nic0 up",
        lan.path()
    ));
    lan.sh("ip address add 10.0.0.1/24 dev eth0 && ip link set eth0 up");
    (host, lan)
}

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
    assert!(blue.reaches("10.0.0.1"));
    assert!(lan.reaches("10.0.0.5"));
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
    assert!(blue.reaches("10.0.0.1"));
    blue.sh("ip link set eth1 down && ip link set eth1 name other");
    host.netpipe("check --repair").status(0);
    assert!(blue.reaches("10.0.0.1"));
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

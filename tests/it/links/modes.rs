//! What the modes of a macvlan do with frames.

use super::card_scene::{carries, scene};
use crate::support::{Container, Host, needs};

/// The scene with two containers on the card, in one mode.
fn two(mode: &str) -> Option<(Host, Container, Container, Container)> {
    if !needs("macvlan") {
        return None;
    }
    let (host, lan) = scene();
    let (blue, red) = (host.container("blue"), host.container("red"));
    for (name, address) in [("blue", "10.0.0.5/24"), ("red", "10.0.0.6/24")] {
        host.netpipe(format!(
            "attach netns:{name} macvlan:nic0 {address} --mode {mode}"
        ))
        .status(0)
        .stderr("");
    }
    let shown = host.netpipe("show netns:blue --json").status(0).json();
    assert_eq!(shown[0]["mode"], mode);
    assert!(
        blue.sh("ip -d link show eth1")
            .contains(&format!("mode {mode}"))
    );
    Some((host, lan, blue, red))
}

#[test]
fn in_mode_bridge_they_reach_each_other() {
    let Some((_host, lan, blue, red)) = two("bridge") else {
        return;
    };
    carries((&blue, "10.0.0.5"), (&red, "10.0.0.6"));
    carries((&blue, "10.0.0.5"), (&lan, "10.0.0.1"));
}

#[test]
fn in_mode_private_they_reach_the_lan_alone() {
    let Some((_host, lan, blue, red)) = two("private") else {
        return;
    };
    carries((&blue, "10.0.0.5"), (&lan, "10.0.0.1"));
    carries((&red, "10.0.0.6"), (&lan, "10.0.0.1"));
    assert!(!blue.reaches("10.0.0.6") && !red.reaches("10.0.0.5"));
    hairpin(&lan);
    blue.sh("ip neigh flush dev eth1");
    assert!(!blue.reaches("10.0.0.6") && !red.reaches("10.0.0.5"));
}

/// Makes the far end of the wire a switch that sends back what came from it.
fn hairpin(lan: &Container) {
    lan.sh(
        "ip address flush dev eth0 && ip link add sw0 type bridge && \
         ip link set eth0 master sw0 && ip link set sw0 up && \
         ip address add 10.0.0.1/24 dev sw0 && bridge link set dev eth0 hairpin on",
    );
}

#[test]
fn in_mode_vepa_they_reach_each_other_by_the_switch() {
    let Some((_host, lan, blue, red)) = two("vepa") else {
        return;
    };
    carries((&blue, "10.0.0.5"), (&lan, "10.0.0.1"));
    assert!(!blue.reaches("10.0.0.6") && !red.reaches("10.0.0.5"));
    hairpin(&lan);
    // What was asked in vain is asked anew.
    for container in [&blue, &red] {
        container.sh("ip neigh flush dev eth1");
    }
    carries((&blue, "10.0.0.5"), (&red, "10.0.0.6"));
}

#[test]
fn in_mode_passthru_one_has_the_card_for_itself() {
    if !needs("macvlan") {
        return;
    }
    let (host, lan) = scene();
    let blue = host.container("blue");
    host.container("red");
    let before = host.snapshot();
    let attach = "attach netns:blue nic0 10.0.0.5/24 --mode passthru";
    host.netpipe(attach).status(0).stderr("");
    carries((&blue, "10.0.0.5"), (&lan, "10.0.0.1"));
    assert!(blue.sh("ip link show eth1").contains("02:00:00:00:00:10"));
    host.netpipe(attach).status(0).stdout_has("unchanged");
    host.netpipe("check").status(0);
    for mode in ["bridge", "passthru"] {
        host.netpipe(format!("attach netns:red nic0 10.0.0.6/24 --mode {mode}"))
            .status(3)
            .stderr_has("which has the card for itself")
            .stderr_has("netpipe detach netns:blue eth1");
    }
    blue.sh("ip link del eth1");
    host.netpipe("check --repair").status(0);
    assert!(blue.comes_to_reach("10.0.0.1"));
    host.netpipe("detach netns:blue").status(0);
    before.assert_same(&host.snapshot());
    host.netpipe("attach netns:red nic0 10.0.0.6/24").status(0);
    host.netpipe(attach)
        .status(3)
        .stderr_has("one in mode `passthru` has the card for itself");
}

#[test]
fn in_mode_source_only_some_are_heard() {
    if !needs("macvlan") {
        return;
    }
    let (host, lan) = scene();
    let blue = host.container("blue");
    host.netpipe(
        "attach netns:blue nic0 10.0.0.5/24 --mode source --source-mac 02:00:00:00:00:01 \
         --source-mac 02:00:00:00:00:02",
    )
    .status(0);
    carries((&blue, "10.0.0.5"), (&lan, "10.0.0.1"));
    // What was known a moment ago is not believed to have changed (`locktime` in arp(7)).
    let set_mac = |mac: &str| {
        lan.sh(&format!("ip link set eth0 address 02:00:00:00:00:{mac}"));
        blue.sh("ip neigh flush dev eth1");
    };
    set_mac("02");
    assert!(lan.comes_to_reach("10.0.0.5"));
    set_mac("03");
    assert!(!lan.reaches("10.0.0.5"));
    let shown = host.netpipe("show netns:blue --json").status(0).json();
    assert_eq!(
        shown[0]["source_macs"],
        serde_json::json!(["02:00:00:00:00:01", "02:00:00:00:00:02"])
    );
    // Another list is put right in place.
    let index = blue.sh("cat /sys/class/net/eth1/ifindex 2>/dev/null; ip -o link show eth1");
    blue.sh("ip link set eth1 type macvlan macaddr set 02:00:00:00:00:03");
    assert!(lan.comes_to_reach("10.0.0.5"));
    host.netpipe("check")
        .status(1)
        .stdout_has("accepts frames of other MACs");
    host.netpipe("check --repair").status(0);
    assert_eq!(
        index.split(':').next(),
        blue.sh("cat /sys/class/net/eth1/ifindex 2>/dev/null; ip -o link show eth1")
            .split(':')
            .next()
    );
    lan.sh("ip neigh flush dev eth0");
    assert!(!lan.reaches("10.0.0.5"));
    host.netpipe(
        "attach netns:blue nic0 none -i eth1 --source-mac 02:00:00:00:00:04 --mode source",
    )
    .status(3)
    .stderr_has("it does not accept frames of 02:00:00:00:00:04");
}

#[test]
fn another_mode_is_put_right_in_place() {
    let Some((host, _lan, blue, red)) = two("private") else {
        return;
    };
    let index = || {
        blue.sh("ip -o link show eth1")
            .split(':')
            .next()
            .unwrap()
            .to_owned()
    };
    let before = (host.snapshot(), index());
    for container in [&blue, &red] {
        container.sh("ip link set eth1 type macvlan mode bridge");
    }
    assert!(blue.comes_to_reach("10.0.0.6"));
    host.netpipe("check")
        .status(1)
        .stdout_has("the mode of `eth1` is bridge, not private");
    host.netpipe("check --repair").status(0);
    assert!(!blue.reaches("10.0.0.6"));
    before.0.assert_same(&host.snapshot());
    assert_eq!(before.1, index());
    host.netpipe("attach netns:blue nic0 10.0.0.5/24 -i eth1 --mode bridge")
        .status(3)
        .stderr_has("its mode is private, not bridge");
    for name in ["blue", "red"] {
        host.netpipe(format!(
            "attach netns:{name} nic0 10.0.0.{}/24 -i eth1 --mode bridge --replace",
            if name == "blue" { 5 } else { 6 }
        ))
        .status(0);
    }
    assert!(blue.comes_to_reach("10.0.0.6"));
}

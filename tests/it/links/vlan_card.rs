//! VLANs of a network card.

use super::card_scene::{Capture, carries, scene};
use crate::support::{Container, Host, needs};

/// The scene with the LAN's side in VLAN 10 and 20, each a container of its own that has
/// the same address.
fn trunk() -> (Host, Container, Container) {
    let (host, lan) = scene();
    let (ten, twenty) = (host.container("ten"), host.container("twenty"));
    for (id, far) in [(10, &ten), (20, &twenty)] {
        lan.sh(&format!(
            "ip link add link eth0 name eth1 type vlan id {id} && ip link set eth1 netns {}",
            far.path()
        ));
        far.sh("ip address add 10.0.0.1/24 dev eth1 && ip link set eth1 up");
    }
    (host, ten, twenty)
}

#[test]
fn a_vlan_is_made_and_goes_with_its_last_user() {
    if !needs("vlan") {
        return;
    }
    let (host, ten, twenty) = trunk();
    let (blue, red) = (host.container("blue"), host.container("red"));
    let before = host.snapshot();
    let attach = "attach netns:blue nic0 10.0.0.5/24 --vlan 10";
    host.netpipe(attach).status(0).stderr("");
    carries((&blue, "10.0.0.5"), (&ten, "10.0.0.1"));
    assert!(!twenty.reaches("10.0.0.5"));
    host.sh("ip -d link show nic0.10 | grep -q 'vlan protocol 802.1Q id 10'");
    host.netpipe(attach).status(0).stdout_has("unchanged");
    host.netpipe("attach netns:blue nic0 10.0.0.5/24 --vlan 20 -i eth1")
        .status(3)
        .stderr_has("its VLAN is 10, not 20");
    let shown = host.netpipe("show netns:blue --json").status(0).json();
    assert_eq!(shown[0]["network"], "nic0.10");
    assert_eq!(
        (&shown[0]["link"], &shown[0]["parent"]),
        (&"nic0".into(), &"nic0.10".into())
    );
    // By the VLAN's own name it is the same one, with the same addresses.
    host.netpipe("attach netns:red nic0.10 10.0.0.5/24")
        .status(3);
    host.netpipe("attach netns:red nic0.10 10.0.0.6/24")
        .status(0);
    carries((&blue, "10.0.0.5"), (&red, "10.0.0.6"));
    host.netpipe("detach netns:blue").status(0).stderr("");
    assert!(red.comes_to_reach("10.0.0.1"));
    let printed = host.netpipe("detach netns:red --dry-run").status(0).out;
    assert!(printed.contains("ip link del nic0.10"), "{printed}");
    host.netpipe("detach netns:red").status(0).stderr("");
    before.assert_same(&host.snapshot());
}

#[test]
fn one_that_is_there_is_used_and_stays() {
    if !needs("vlan") {
        return;
    }
    let (host, ten, _twenty) = trunk();
    let blue = host.container("blue");
    host.sh("ip link add link nic0 name tenth type vlan id 10 && ip link set tenth up");
    let before = host.snapshot();
    host.netpipe("attach netns:blue nic0 10.0.0.5/24 --vlan 10")
        .status(0);
    carries((&blue, "10.0.0.5"), (&ten, "10.0.0.1"));
    let shown = host.netpipe("show netns:blue --json").status(0).json();
    assert_eq!(shown[0]["parent"], "tenth");
    host.netpipe("detach netns:blue").status(0).stderr("");
    before.assert_same(&host.snapshot());
}

#[test]
fn a_name_that_is_something_else_is_told() {
    if !needs("vlan") {
        return;
    }
    let (host, _lan) = scene();
    host.container("blue");
    host.sh(
        "ip link add nic0.10 type dummy && ip link add nic9 type veth peer name nic8 && \
         ip link add link nic9 name nic0.20 type vlan id 7 && \
         ip link add link nic0 name nic0.30 type vlan proto 802.1ad id 30",
    );
    let before = host.snapshot();
    for (id, says) in [
        (10, "`nic0.10` is a dummy, not VLAN 10 (802.1Q) of `nic0`"),
        (
            20,
            "`nic0.20` is VLAN 7 (802.1Q) of `nic9`, not VLAN 20 (802.1Q) of `nic0`",
        ),
        (
            30,
            "`nic0.30` is VLAN 30 (802.1ad) of `nic0`, not VLAN 30 (802.1Q) of `nic0`",
        ),
    ] {
        host.netpipe(format!("attach netns:blue nic0 none --vlan {id}"))
            .status(3)
            .stderr_has(says);
    }
    before.assert_same(&host.snapshot());
    host.sh("ip link set nic0 down");
    host.netpipe("attach netns:blue nic0 none --vlan 40")
        .status(1)
        .stderr_has("`nic0` is down, and so its VLANs cannot be up");
}

#[test]
fn a_card_with_a_long_name_has_vlans_too() {
    if !needs("vlan") {
        return;
    }
    let (host, _lan) = scene();
    let blue = host.container("blue");
    host.container("red");
    host.sh("ip link add enp0s31f6u1u2 type veth peer name far0 && \
         ip link set enp0s31f6u1u2 up && ip link set far0 up && \
         ip link add link far0 name far0.10 type vlan id 10 && \
         ip address add 10.9.0.1/24 dev far0.10 && ip link set far0.10 up");
    let before = host.snapshot();
    host.netpipe("attach netns:blue enp0s31f6u1u2 10.9.0.5/24 --vlan 10")
        .status(0);
    assert!(blue.comes_to_reach("10.9.0.1"));
    let shown = host.netpipe("show netns:blue --json").status(0).json();
    let name = shown[0]["parent"].as_str().unwrap();
    assert_eq!(name.len(), 15);
    host.netpipe(format!("attach netns:red {name} none"))
        .status(2)
        .stderr_has("is netpipe's own name for VLAN 10 of `enp0s31f6u1u2`")
        .stderr_has("--vlan 10");
    host.netpipe("detach netns:blue").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn what_is_missing_is_put_back() {
    if !needs("vlan") {
        return;
    }
    let (host, ten, _twenty) = trunk();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue nic0 10.0.0.5/24 --vlan 10")
        .status(0);
    let before = host.snapshot();
    for damage in ["ip link del nic0.10", "ip link set nic0.10 down"] {
        host.sh(damage);
        host.netpipe("check").status(1).stdout_has("nic0.10");
        host.netpipe("check --repair").status(0);
        carries((&blue, "10.0.0.5"), (&ten, "10.0.0.1"));
        before.assert_same(&host.snapshot());
    }
}

#[test]
fn ipvlans_and_the_host_use_a_vlan_too() {
    if !needs("vlan") || !needs("ipvlan") {
        return;
    }
    let (host, ten, _twenty) = trunk();
    let (blue, red) = (host.container("blue"), host.container("red"));
    let before = host.snapshot();
    host.netpipe("attach netns:blue ipvlan:nic0 10.0.0.5/24 --vlan 10")
        .status(0)
        .stderr("");
    carries((&blue, "10.0.0.5"), (&ten, "10.0.0.1"));
    // Another VLAN of the card may have the other kind, and a way for the host.
    host.netpipe("attach netns:red nic0 10.0.1.6/24 --vlan 20 --host-shim")
        .status(0);
    host.sh("ip address add 10.0.1.2/24 dev nic0.20 && ping -n -q -c 1 -W 2 10.0.1.6");
    assert!(red.comes_to_reach("10.0.1.2"));
    // It has an address of the administrator's now, and stays for that.
    host.netpipe("detach netns:red").status(0).stderr("");
    host.sh("ip link show nic0.20 && ip address del 10.0.1.2/24 dev nic0.20");
    host.netpipe("gc").status(0);
    host.netpipe("detach netns:blue").status(0).stderr("");
    before.assert_same(&host.snapshot());
}

#[test]
fn it_goes_when_its_containers_are_gone() {
    if !needs("vlan") {
        return;
    }
    let (host, _ten, _twenty) = trunk();
    let before = host.snapshot();
    let (blue, red) = (host.container("blue"), host.container("red"));
    host.netpipe("attach netns:blue nic0 10.0.0.5/24 --vlan 10 --host-shim")
        .status(0);
    host.netpipe("attach netns:red nic0 10.0.0.6/24 --vlan 10")
        .status(0);
    host.remove(blue);
    host.netpipe("gc").status(0);
    assert!(
        !host.sh("ip -br link").contains("nh"),
        "the host's link stayed"
    );
    assert!(red.comes_to_reach("10.0.0.1"));
    host.remove(red);
    host.netpipe("gc").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn vlans_of_one_wire_never_see_each_other() {
    if !needs("vlan") {
        return;
    }
    let (host, ten, twenty) = trunk();
    let (blue, red) = (host.container("blue"), host.container("red"));
    for (name, vlan) in [("blue", 10), ("red", 20)] {
        host.netpipe(format!(
            "attach netns:{name} nic0 10.0.0.5/24 fd00::5/64 --vlan {vlan}"
        ))
        .status(0);
    }
    // VLANs of one card have its MAC, and so the same one, unless they are told.
    ten.sh("ip link set eth1 address 02:00:00:00:aa:10");
    twenty.sh("ip link set eth1 address 02:00:00:00:aa:20");
    // The same addresses on both; who answers is told by the MAC.
    for (near, far, id) in [(&blue, &ten, 10), (&red, &twenty, 20)] {
        let others = if id == 10 {
            [&red, &twenty]
        } else {
            [&blue, &ten]
        };
        let watch: Vec<_> = others
            .iter()
            .map(|one| Capture::start(one, "eth1"))
            .collect();
        // A network that only this VLAN uses, so that its frames are known.
        let net = format!("10.77.{id}");
        near.sh(&format!("ip address add {net}.5/24 brd + dev eth1"));
        far.sh(&format!("ip address add {net}.1/24 brd + dev eth1"));
        assert!(
            near.comes_to_reach(&format!("{net}.1")) && far.comes_to_reach(&format!("{net}.5"))
        );
        near.try_sh(&format!("ping -n -q -b -c 2 -W 1 {net}.255"));
        far.try_sh(&format!("ping -n -q -b -c 2 -W 1 {net}.255"));
        near.try_sh("ping -n -q -c 1 -W 1 -I eth1 ff02::1");
        near.try_sh(&format!("ping -n -q -c 1 -W 1 -I {net}.5 224.0.0.1"));
        carries((near, "10.0.0.5"), (far, "10.0.0.1"));
        // What ends the captures comes behind all of that.
        let marker = "10.99.99.99";
        let sender = others[1];
        sender.try_sh(&format!(
            "ip route add {marker} dev eth1; ping -n -q -c 1 -W 1 {marker}"
        ));
        let own: Vec<String> = [near, far]
            .iter()
            .map(|one| {
                one.sh("cat /proc/net/dev >/dev/null; ip -br link show eth1 | awk '{print $3}'")
            })
            .map(|mac| mac.trim().to_owned())
            .collect();
        for capture in watch {
            let seen = capture.until(marker);
            let strange = seen
                .iter()
                .find(|line| line.contains(&net) || own.iter().any(|mac| line.starts_with(mac)));
            assert_eq!(strange, None, "{seen:#?}");
        }
        sender.sh(&format!("ip route del {marker} dev eth1"));
    }
}

#[test]
fn a_kernel_without_vlans_says_so() {
    // The other kernel's part: what this one cannot do is explained.
    let (host, _lan) = scene();
    host.container("blue");
    let before = host.snapshot();
    let run = host.netpipe("attach netns:blue nic0 10.0.0.5/24 --vlan 10");
    if run.code() == Some(0) {
        return;
    }
    run.status(1)
        .stderr_has("kernel has no 802.1Q support")
        .stderr_has("hint: modprobe 8021q");
    before.assert_same(&host.snapshot());
}

#[test]
fn two_at_once_make_one_vlan() {
    if !needs("vlan") {
        return;
    }
    let (host, _ten, _twenty) = trunk();
    let names: Vec<String> = (0..6).map(|nth| format!("c{nth}")).collect();
    let all: Vec<_> = names.iter().map(|name| host.container(name)).collect();
    let before = host.snapshot();
    let run = |words: &dyn Fn(usize) -> String| {
        let children: Vec<_> = (0..all.len())
            .map(|nth| host.call(words(nth)).spawn_piped())
            .collect();
        for child in children {
            let done = child.wait_with_output().unwrap();
            assert!(
                done.status.success(),
                "{}",
                String::from_utf8_lossy(&done.stderr)
            );
        }
    };
    for _ in 0..3 {
        run(&|nth| {
            format!(
                "attach netns:c{nth} nic0 10.0.0.{}/24 --vlan 10 --host-shim",
                nth + 5
            )
        });
        assert!(all.iter().all(|one| one.comes_to_reach("10.0.0.1")));
        run(&|nth| format!("detach netns:c{nth}"));
        before.assert_same(&host.snapshot());
    }
}

//! The host's way to its own containers on a card.

use super::card_scene::{scene, transfer};
use crate::support::{Container, Host, needs};

/// The scene with addresses of the host's own on the card.
fn on_the_lan() -> (Host, Container) {
    let (host, lan) = scene();
    host.sh("ip address add 10.0.0.2/24 dev nic0 && ip address add fd00::2/64 dev nic0 nodad");
    (host, lan)
}

fn reaches(host: &Host, address: &str) -> bool {
    let run = host.try_sh(&format!("ping -n -q -c 1 -W 1 {address}"));
    run.code() == Some(0)
}

fn shim(host: &Host) -> Option<String> {
    let shown = host.netpipe("show netns:blue --json").status(0).json();
    shown[0]["host_shim"].as_str().map(str::to_owned)
}

fn reaches_with_a_shim_alone(link: &str) {
    let (host, lan) = on_the_lan();
    let (blue, red) = (host.container("blue"), host.container("red"));
    let before = host.snapshot();
    let attach = format!("attach netns:blue {link} 10.0.0.5/24 fd00::5/64");
    host.netpipe(&attach).status(0);
    assert!(!reaches(&host, "10.0.0.5") && !blue.reaches("10.0.0.2"));
    host.netpipe(format!("{attach} -i eth1 --host-shim"))
        .status(3)
        .stderr_has("the host has no link that reaches it");
    host.netpipe(format!("{attach} -i eth1 --host-shim --replace"))
        .status(0)
        .stderr("");
    for _ in 0..2 {
        for address in ["10.0.0.5", "fd00::5"] {
            assert!(reaches(&host, address), "{address}");
            transfer(host.place(), blue.place(), address);
        }
        for address in ["10.0.0.2", "fd00::2"] {
            assert!(blue.comes_to_reach(address), "{address}");
            transfer(blue.place(), host.place(), address);
        }
        // The container speaks first, with nothing known of the host.
        blue.sh("ip neigh flush all");
        host.sh("ip neigh flush all");
        assert!(blue.comes_to_reach("10.0.0.2") && blue.comes_to_reach("fd00::2"));
    }
    // The LAN knows the host by its card, as before.
    lan.sh("ip neigh flush all");
    assert!(lan.comes_to_reach("10.0.0.2") && lan.comes_to_reach("fd00::2"));
    let known = lan.sh("ip neigh show 10.0.0.2; ip neigh show fd00::2");
    assert_eq!(known.matches("02:00:00:00:00:10").count(), 2, "{known}");
    assert!(reaches(&host, "10.0.0.1") && blue.comes_to_reach("10.0.0.1"));
    let name = shim(&host).unwrap();
    assert!(name.len() <= 15);
    host.netpipe("check").status(0);
    host.netpipe(format!("attach netns:red {link} 10.0.0.6/24 --host-shim"))
        .status(0);
    host.netpipe(format!("attach netns:red {link} 10.0.0.7/24 -i eth1"))
        .status(0)
        .stdout_has("extended");
    assert!(
        reaches(&host, "10.0.0.6") && reaches(&host, "10.0.0.7") && red.comes_to_reach("10.0.0.2")
    );
    host.netpipe("detach netns:blue").status(0).stderr("");
    assert!(!reaches(&host, "10.0.0.5") && reaches(&host, "10.0.0.6"));
    host.sh(&format!("ip link show {name}"));
    let printed = host.netpipe("detach netns:red --dry-run").status(0).out;
    assert!(
        printed.contains(&format!("ip link del {name}")),
        "{printed}"
    );
    host.netpipe("detach netns:red").status(0).stderr("");
    before.assert_same(&host.snapshot());
}

#[test]
fn the_host_reaches_macvlans_by_a_shim_alone() {
    if needs("macvlan") {
        reaches_with_a_shim_alone("nic0");
    }
}

#[test]
fn the_host_reaches_ipvlans_by_a_shim_alone() {
    if needs("ipvlan") {
        reaches_with_a_shim_alone("ipvlan:nic0");
    }
}

#[test]
fn what_is_missing_of_it_is_put_back() {
    if !needs("macvlan") {
        return;
    }
    let (host, _lan) = on_the_lan();
    let _blue = host.container("blue");
    host.netpipe("attach netns:blue nic0 10.0.0.5/24 fd00::5/64 --host-shim")
        .status(0);
    let name = shim(&host).unwrap();
    let before = host.snapshot();
    for (damage, says) in [
        (format!("ip link del {name}"), "is missing or down"),
        (format!("ip link set {name} down"), "is missing or down"),
        (
            format!("ip route del 10.0.0.5 dev {name}"),
            "no route to 10.0.0.5",
        ),
        (
            format!("ip -6 route del fd00::5 dev {name}"),
            "no route to fd00::5",
        ),
    ] {
        host.sh(&damage);
        host.netpipe("check").status(1).stdout_has(says);
        host.netpipe("check --repair").status(0);
        assert!(
            reaches(&host, "10.0.0.5") && reaches(&host, "fd00::5"),
            "{damage}"
        );
        before.assert_same(&host.snapshot());
    }
}

#[test]
fn it_goes_with_the_last_container() {
    if !needs("macvlan") {
        return;
    }
    let (host, _lan) = on_the_lan();
    let before = host.snapshot();
    let (blue, red) = (host.container("blue"), host.container("red"));
    for (name, address) in [("blue", "10.0.0.5/24"), ("red", "10.0.0.6/24")] {
        host.netpipe(format!("attach netns:{name} nic0 {address} --host-shim"))
            .status(0);
    }
    let name = shim(&host).unwrap();
    host.remove(blue);
    host.netpipe("gc").status(0);
    assert!(!host.sh("ip route").contains("10.0.0.5"));
    host.sh(&format!("ip link show {name}"));
    host.remove(red);
    host.netpipe("gc").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn one_without_records_is_collected() {
    if !needs("macvlan") {
        return;
    }
    let (host, _lan) = on_the_lan();
    let blue = host.container("blue");
    let before = host.snapshot();
    host.netpipe("attach netns:blue nic0 10.0.0.5/24 --host-shim")
        .status(0);
    let name = shim(&host).unwrap();
    for entry in std::fs::read_dir(host.state_dir()).unwrap().flatten() {
        if entry.file_name() != "id" && entry.file_type().unwrap().is_file() {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
    host.netpipe("gc")
        .status(0)
        .stdout_has(&format!("link {name}: removed"));
    blue.sh("ip link del eth1");
    before.assert_same_kernel(&host.snapshot());
}

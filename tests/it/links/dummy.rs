//! Links that lead nowhere.

use super::card_scene::transfer;
use crate::support::{Host, needs};

#[test]
fn a_container_has_an_address_by_itself() {
    if !needs("dummy") {
        return;
    }
    let host = Host::new();
    let blue = host.container("blue");
    // Packets to an own address go by the loopback interface.
    blue.sh("ip link set lo up");
    let before = host.snapshot();
    let attach = "attach netns:blue dummy 10.1.1.1/32 fd01::1/128";
    host.netpipe(attach)
        .status(0)
        .stderr("")
        .stdout("attached: netns:blue eth1 in dummy with 10.1.1.1/32,fd01::1/128\n");
    assert!(blue.sh("ip -d link show eth1").contains("dummy"));
    assert!(blue.comes_to_reach("10.1.1.1") && blue.comes_to_reach("fd01::1"));
    transfer(blue.place(), blue.place(), "10.1.1.1");
    host.netpipe(attach).status(0).stdout_has("unchanged");
    host.netpipe("attach netns:blue dummy:dummy 10.1.1.2/32 -i eth1")
        .status(0)
        .stdout_has("extended");
    let shown = host.netpipe("list --json").status(0).json();
    assert_eq!(
        (&shown[0]["kind"], &shown[0]["link"]),
        (&"dummy".into(), &"dummy".into())
    );
    host.netpipe("check").status(0);
    blue.sh("ip link del eth1");
    host.netpipe("check")
        .status(1)
        .stdout_has("`eth1` is missing in the target");
    host.netpipe("check --repair").status(0);
    blue.sh("ip link show eth1");
    host.netpipe("detach netns:blue --dry-run")
        .status(0)
        .stdout_has("ip link del eth1");
    host.netpipe("detach netns:blue").status(0).stderr("");
    before.assert_same(&host.snapshot());
}

#[test]
fn a_router_is_reached_by_two_names_of_it() {
    if !needs("dummy") {
        return;
    }
    // Another container reaches the address through the one that has it.
    let host = Host::new();
    let (blue, red) = (host.container("blue"), host.container("red"));
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    host.netpipe("attach netns:blue dummy:services 10.1.1.1/32")
        .status(0);
    host.netpipe("attach netns:red br0 10.0.0.6/24 --route 10.1.1.1/32,via=10.0.0.5")
        .status(0);
    assert!(red.comes_to_reach("10.1.1.1"));
    transfer(red.place(), blue.place(), "10.1.1.1");
}

#[test]
fn it_goes_with_its_container() {
    if !needs("dummy") {
        return;
    }
    let host = Host::new();
    let before = host.snapshot();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue dummy 10.1.1.1/32")
        .status(0);
    host.remove(blue);
    host.netpipe("gc").status(0).stderr("");
    before.assert_same(&host.snapshot());
}

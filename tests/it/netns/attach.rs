//! Attaching to a bridge: what the kernel has afterwards.

use crate::support::Host;

#[test]
fn a_missing_bridge_is_made_and_the_container_plugged_in() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 fd00::5/64")
        .status(0)
        .stdout("attached: netns:blue eth1 in br0 with 10.0.0.5/24,fd00::5/64\n")
        .stderr("");
    let inside = blue.sh("ip -br address show dev eth1");
    assert!(inside.contains("10.0.0.5/24"), "{inside}");
    assert!(inside.contains("fd00::5/64"), "{inside}");
    assert!(host.sh("ip -br link show master br0").starts_with("np"));
}

#[test]
fn a_detach_leaves_nothing_of_it() {
    let host = Host::new();
    let _blue = host.container("blue");
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.5/24 fd00::5/64")
        .status(0);
    assert_ne!(before, host.snapshot());
    host.netpipe("detach netns:blue")
        .status(0)
        .stdout("detached: netns:blue eth1 from br0, freed 10.0.0.5/24,fd00::5/64\n");
    before.assert_same(&host.snapshot());
}

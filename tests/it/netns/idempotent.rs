//! The same request again, a different one, and one for more.

use crate::support::{Host, scene};

#[test]
fn the_same_again_changes_nothing() {
    let host = Host::new();
    scene::uplink(&host.container("blue"));
    let line = "attach netns:blue br0 10.0.0.5/24@10.0.0.1 fd00::5/64 --mtu 1400 --mac U:x \
        --route 10.9.0.0/16,via=10.0.0.2 --sysctl net.ipv4.ip_forward=1";
    host.netpipe(line).status(0);
    let before = host.snapshot();
    for again in [line, &format!("{line} -i eth1")] {
        host.netpipe(again)
            .status(0)
            .stdout("unchanged: netns:blue eth1 in br0 with 10.0.0.5/24,fd00::5/64\n")
            .stderr("");
        before.assert_same(&host.snapshot());
    }
}

#[test]
fn the_same_bare_link_or_pool_address_again_changes_nothing() {
    let host = Host::new();
    let _all = [host.container("blue"), host.container("red")];
    for line in [
        "attach netns:blue br0 none",
        "attach netns:red br0 auto --subnet 10.0.0.0/24",
    ] {
        host.netpipe(line).status(0).stdout_has("attached:");
        let before = host.snapshot();
        host.netpipe(line).status(0).stdout_has("unchanged:");
        before.assert_same(&host.snapshot());
    }
}

#[test]
fn a_different_one_is_a_conflict_that_names_the_difference() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 -i eth1 --mac 02:00:00:00:00:01")
        .status(0);
    let before = host.snapshot();
    for (request, difference) in [
        ("br1 10.0.0.5/24", "its link is br0, not br1"),
        (
            "br0 10.0.0.5/24 --mac 02:00:00:00:00:02",
            "its MAC is 02:00:00:00:00:01, not 02:00:00:00:00:02",
        ),
        ("br0 10.0.0.5/24 --mtu 1400", "its MTU is 1500, not 1400"),
        (
            "br0 10.0.0.5/24 --host-ifname x0",
            "its host interface is np",
        ),
        (
            "br0 10.0.0.5/24 --network acme",
            "its network is br0, not acme",
        ),
        (
            "br0 10.0.0.5/24@10.0.0.1",
            "it has no default route via 10.0.0.1",
        ),
        (
            "br0 10.0.0.5/24 --default-route",
            "it carries no default route",
        ),
        (
            "br0 10.0.0.5/24 --route 10.9.0.0/16",
            "it has no route 10.9.0.0/16",
        ),
        (
            "br0 10.0.0.5/24 --sysctl net.ipv4.ip_forward=1",
            "it was made without the sysctl net/ipv4/ip_forward=1",
        ),
    ] {
        host.netpipe(format!("attach netns:blue {request} -i eth1"))
            .status(3)
            .stdout("")
            .stderr_has("`eth1` is attached already, and ")
            .stderr_has(difference)
            .stderr_has("hint: give --replace to attach it anew, or another --ifname");
        before.assert_same(&host.snapshot());
    }
}

#[test]
fn a_further_address_is_added() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 -i eth1")
        .status(0);
    host.netpipe("attach netns:blue br0 10.0.0.6/24 fd00::5/64 -i eth1")
        .status(0)
        .stdout("extended: netns:blue eth1 in br0 with 10.0.0.5/24,10.0.0.6/24,fd00::5/64\n");
    let inside = blue.sh("ip -br address show eth1");
    for address in ["10.0.0.5/24", "10.0.0.6/24", "fd00::5/64"] {
        assert!(inside.contains(address), "{inside}");
    }
    let taken = host.netpipe("ip list br0 --json").json();
    assert_eq!(taken.as_array().unwrap().len(), 3);
    host.netpipe("detach netns:blue").status(0);
    assert_eq!(host.store(), []);
}

#[test]
fn what_somebody_broke_is_repaired_by_the_same_request() {
    let host = Host::new();
    let blue = host.container("blue");
    let line = "attach netns:blue br0 10.0.0.5/24 fd00::5/64";
    host.netpipe(line).status(0);
    let before = host.snapshot();
    blue.sh("ip link set eth1 down");
    host.netpipe(line).status(0).stdout_has("repaired:");
    before.assert_same(&host.snapshot());
    host.sh("ip link del $(ip -br link show master br0 | cut -d@ -f1)");
    host.netpipe(line).status(0).stdout_has("repaired:");
    before.assert_same(&host.snapshot());
}

#[test]
fn a_new_namespace_under_the_old_name_is_attached_anew() {
    let host = Host::new();
    host.container("blue");
    let line = "attach netns:blue br0 10.0.0.5/24";
    host.netpipe(line).status(0);
    let blue = host.container("blue");
    host.netpipe(line).status(0).stdout_has("repaired:");
    assert!(blue.sh("ip -br address show eth1").contains("10.0.0.5/24"));
    assert_eq!(host.sh("ip -br link show master br0").lines().count(), 1);
}

#[test]
fn what_is_not_registered_is_not_extended_by_what_is() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 -i eth1 --no-register")
        .status(0);
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.6/24 -i eth1")
        .status(3)
        .stderr_has("its addresses are not registered");
    before.assert_same(&host.snapshot());
}

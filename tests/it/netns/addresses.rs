//! Which addresses are given, and which are refused because of what is there.

use crate::support::{Host, scene};

#[test]
fn several_of_both_families_at_once() {
    let host = Host::new();
    let blue = host.container("blue");
    let all = [
        "10.0.0.5/24",
        "10.0.0.6/24",
        "172.16.0.1/31",
        "fd00::5/64",
        "fd01::1/127",
    ];
    host.netpipe(format!("attach netns:blue br0 {}", all.join(" ")))
        .status(0);
    let inside = blue.sh("ip -br address show dev eth1");
    for address in all {
        assert!(inside.contains(address), "{address}: {inside}");
    }
}

#[test]
fn none_is_a_link_without_addresses() {
    let host = Host::new();
    let blue = host.container("blue");
    for (spelling, ifname) in [("none", "eth1"), ("0/0", "eth2")] {
        host.netpipe(format!("attach netns:blue br0 {spelling} -i {ifname}"))
            .status(0)
            .stdout(&format!("attached: netns:blue {ifname} in br0 with -\n"));
        let held = blue.sh(&format!("ip -4 -o address show dev {ifname}"));
        assert_eq!(held, "");
    }
    host.netpipe("ip list").status(0).stdout_lacks("netns:blue");
}

#[test]
fn an_address_belongs_to_one_container_of_a_network() {
    let host = Host::new();
    let _all = [host.container("blue"), host.container("red")];
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    let before = host.snapshot();
    host.netpipe("attach netns:red br0 10.0.0.5/24")
        .status(3)
        .stdout("")
        .stderr(
            "error: cannot attach `netns:red` to `br0`: address 10.0.0.5 of network `br0` \
             belongs to `eth1` on `netns:blue` of host `h1`\n\
             hint: give another address, or free it: netpipe detach netns:blue eth1\n",
        );
    before.assert_same(&host.snapshot());
    // Another network has addresses of its own.
    host.netpipe("attach netns:red br1 10.0.0.5/24").status(0);
}

#[test]
fn an_address_that_was_set_aside_is_refused() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("ip reserve br0 10.0.0.5 --note printer")
        .status(0);
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.5/24")
        .status(3)
        .stderr_has("was set aside with `netpipe ip reserve`")
        .stderr_has("hint: give another address, or free it: netpipe ip release br0 10.0.0.5");
    before.assert_same(&host.snapshot());
    host.netpipe("ip release br0 10.0.0.5").status(0);
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
}

#[test]
fn an_address_of_a_subnet_that_another_interface_has_is_refused() {
    let host = Host::new();
    scene::uplink(&host.container("blue"));
    let before = host.snapshot();
    for (address, what) in [
        (
            "192.168.7.9/24",
            "`192.168.7.9/24` conflicts with the route `192.168.7.0/24 dev up0`",
        ),
        (
            "192.168.7.9/16",
            "`192.168.7.9/16` conflicts with the route `192.168.7.0/24 dev up0`",
        ),
        (
            "fd07::9/64",
            "`fd07::9/64` conflicts with the route `fd07::/64",
        ),
        ("192.168.7.2/24", "`192.168.7.2` is already on `up0`"),
    ] {
        host.netpipe(format!("attach netns:blue br0 {address}"))
            .status(3)
            .stderr_has(what)
            .stderr_has("hint: give an");
        before.assert_same(&host.snapshot());
    }
}

#[test]
fn unregistered_addresses_leave_no_reservation() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 --no-register")
        .status(0);
    host.netpipe("ip list --json").status(0).stdout("[]\n");
    assert!(blue.sh("ip -br address").contains("10.0.0.5/24"));
    host.netpipe("list").status(0).stdout_has("netns:blue");
    host.netpipe("detach netns:blue").status(0);
    assert_eq!(host.store(), []);
}

#[test]
fn an_address_that_a_killed_command_reserved_is_free_at_once() {
    let host = Host::new();
    host.container("blue");
    host.container("red");
    let killed = host
        .call("attach netns:blue br0 10.0.0.5/24")
        .fault("kill:1");
    killed.run().killed();
    let began = std::time::Instant::now();
    host.netpipe("attach netns:red br0 10.0.0.5/24").status(0);
    // Not after the 30 seconds that a lock is waited for.
    assert!(began.elapsed() < std::time::Duration::from_secs(20));
}

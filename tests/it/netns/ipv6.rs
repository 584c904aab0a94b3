//! IPv6 addresses are usable as soon as the command has ended.

use std::net::{Ipv6Addr, TcpListener};

use crate::support::Host;

#[test]
fn an_address_can_be_bound_and_reached_right_after_the_attach() {
    let host = Host::new();
    let (blue, red) = (host.container("blue"), host.container("red"));
    host.netpipe("attach netns:red br0 fd00::6/64").status(0);
    host.netpipe("attach netns:blue br0 fd00::5/64").status(0);
    let address: Ipv6Addr = "fd00::5".parse().unwrap();
    let bound = blue.place().run(|| TcpListener::bind((address, 0)));
    bound.expect("the address is not tentative");
    assert!(blue.comes_to_reach("fd00::6"));
    assert!(red.comes_to_reach("fd00::5"));
    let held = blue.sh("ip -6 -o address show dev eth1 scope global");
    assert!(!held.contains("tentative"), "{held}");
}

#[test]
fn a_namespace_with_ipv6_turned_off_gets_it_for_this_link_alone() {
    let host = Host::new();
    let (blue, _red) = (host.container("blue"), host.container("red"));
    blue.sh("ip link add up0 type veth peer name up1 && \
         for each in all default lo up0; do \
         echo 1 > /proc/sys/net/ipv6/conf/$each/disable_ipv6; done");
    host.netpipe("attach netns:red br0 fd00::6/64").status(0);
    host.netpipe("attach netns:blue br0 fd00::5/64").status(0);
    assert!(blue.comes_to_reach("fd00::6"));
    let setting = |name: &str| blue.sh(&format!("cat /proc/sys/net/ipv6/conf/{name}/disable_ipv6"));
    assert_eq!(setting("eth1"), "0\n");
    assert_eq!(setting("up0"), "1\n");
    host.netpipe("detach netns:blue").status(0);
    assert_eq!(setting("lo"), "1\n");
}

#[test]
fn ipv6_added_later_is_taken_back_as_well() {
    let host = Host::new();
    let blue = host.container("blue");
    blue.sh(
        "for each in all default lo; do echo 1 > /proc/sys/net/ipv6/conf/$each/disable_ipv6; done",
    );
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.5/24 -i eth1")
        .status(0);
    host.netpipe("attach netns:blue br0 fd00::5/64 -i eth1")
        .status(0);
    host.netpipe("detach netns:blue").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn advertised_routers_are_not_followed() {
    let host = Host::new();
    let blue = host.container("blue");
    host.sh("echo 1 > /proc/sys/net/ipv6/conf/default/accept_ra");
    blue.sh("echo 1 > /proc/sys/net/ipv6/conf/default/accept_ra");
    for (ifname, address, value) in [
        ("eth1", "fd00::5/64", 0),
        ("eth2", "10.0.0.5/24", 0),
        ("eth3", "none", 0),
        ("eth4", "none --sysctl net.ipv6.conf.eth4.accept_ra=2", 2),
        ("eth5", "none --sysctl net.ipv6.conf.eth5.accept_ra=1", 1),
    ] {
        host.netpipe(format!("attach netns:blue br0 {address} -i {ifname}"))
            .status(0);
        let is = blue.sh(&format!("cat /proc/sys/net/ipv6/conf/{ifname}/accept_ra"));
        assert_eq!(is, format!("{value}\n"), "{ifname}");
    }
    host.netpipe("bridge add lan0").status(0);
    for bridge in ["br0", "lan0"] {
        let is = host.sh(&format!("cat /proc/sys/net/ipv6/conf/{bridge}/accept_ra"));
        assert_eq!(is, "0\n", "{bridge}");
    }
    // A bridge that is somebody else's keeps what it has.
    host.sh("ip link add br9 type bridge");
    host.netpipe("attach netns:blue br9 none").status(0);
    assert_eq!(host.sh("cat /proc/sys/net/ipv6/conf/br9/accept_ra"), "1\n");
}

#[test]
fn a_link_too_small_for_ipv6_can_be_made() {
    let host = Host::new();
    let blue = host.container("blue");
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.5/24 --mtu 1000")
        .status(0);
    host.netpipe("attach netns:blue br0 10.0.0.5/24 --mtu 1000")
        .status(0)
        .stdout_has("unchanged");
    host.netpipe("check").status(0);
    let link = blue.sh("ip link show eth1");
    assert!(link.contains("mtu 1000"), "{link}");
    host.netpipe("detach netns:blue").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn a_link_local_address_is_on_any_link() {
    let host = Host::new();
    let blue = host.container("blue");
    crate::support::scene::uplink(&blue);
    host.netpipe("attach netns:blue br0 fe80::5/64").status(0);
    assert!(blue.sh("ip -6 address show eth1").contains("fe80::5/64"));
}

/// As netpipe finds it in a container of its own.
#[test]
fn a_read_only_proc_is_enough_where_nothing_has_to_be_set() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("bridge add br0").status(0);
    let default = "/proc/sys/net/ipv6/conf/default/accept_ra";
    blue.sh(&format!("echo 0 > {default}"));
    host.sh("mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    host.sh("umount /proc/sys");
    blue.sh(&format!("echo 1 > {default}"));
    host.sh("mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys");
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.1.5/24 -i eth2")
        .status(1)
        .stderr_has("Read-only file system");
    before.assert_same(&host.snapshot());
}

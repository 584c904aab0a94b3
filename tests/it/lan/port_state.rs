//! What becomes of ports and their records when things change around them.

use std::time::Duration;

use netpipe::sys::lock;
use netpipe::sys::signal::Interrupt;

use super::port::{joined_scene, mac_and_mtu};
use crate::netns::gc_races::await_waiting;
use crate::support::{Host, Run, scene};

const ADD: &str = "bridge port add br0 eth0 --take-address";

#[test]
fn a_check_finds_what_changed_and_repairs_it() {
    let (host, _blue) = joined_scene();
    host.netpipe(ADD).status(0);
    let joined = host.snapshot();
    host.sh(
        "ip link set eth0 nomaster && ip address del fd07::2/64 dev br0 && \
         ip route del default && ip address add 192.168.7.3/24 dev eth0 label eth0:1",
    );
    host.netpipe("check")
        .status(1)
        .stdout_has("port eth0 of br0: drift\n")
        .stdout_has("  not so: ip link set eth0 master br0\n")
        .stdout_has("  not so: ip route prepend default via 192.168.7.1");
    host.netpipe(ADD)
        .status(3)
        .stderr_has("something has changed it");
    host.netpipe("check --repair")
        .status(0)
        .stdout_has("port eth0 of br0: repaired\n");
    joined.assert_same(&host.snapshot());
    let rows = host.netpipe("check --json").status(0).json();
    let port = rows
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["port"] == "eth0")
        .unwrap();
    assert_eq!(
        (&port["bridge"], &port["drift"]),
        (&"br0".into(), &serde_json::json!([]))
    );
}

#[test]
fn of_a_bridge_that_is_gone_gc_gives_the_addresses_back() {
    let host = Host::new();
    scene::lan(&host);
    let before = host.snapshot().without("store");
    host.netpipe("bridge add br0").status(0);
    host.netpipe(ADD).status(0);
    host.sh("ip link del br0");
    host.netpipe("gc")
        .status(0)
        .stdout("port eth0 of br0: given back, the bridge is gone\n");
    before.assert_same(&host.snapshot().without("store"));
    host.sh("ping -n -q -c 1 -W 2 203.0.113.1 && ping -n -q -c 1 -W 2 2001:db8::1");
}

#[test]
fn of_an_interface_that_is_gone_the_bridge_keeps_nothing() {
    let host = Host::new();
    host.netpipe("bridge add br0 --address 10.1.0.1/24")
        .status(0);
    let before = host.snapshot();
    scene::lan(&host);
    host.netpipe(ADD).status(0);
    host.sh("ip link del eth0");
    // It may be there under another name: the host keeps its addresses until it is told.
    host.netpipe("gc").status(0).stdout("nothing to collect\n");
    assert!(host.sh("ip -4 -br address show br0").contains("192."));
    host.netpipe("bridge port del br0 eth0").status(0);
    host.container("switch");
    let now = host.snapshot();
    assert_eq!(
        host.sh("ip -4 -br address show br0")
            .split_whitespace()
            .count(),
        3
    );
    assert!(host.store().is_empty());
    let mut links = before.difference(&now);
    links.retain(|line| line.starts_with("host links"));
    assert!(links.is_empty(), "{links:#?}");
}

#[test]
fn an_interface_that_was_down_is_down_again() {
    let host = Host::new();
    host.sh(
        "ip link add nic0 type veth peer name nic1 && ip link set nic1 up && \
         ip address add 172.16.0.2/24 dev nic0",
    );
    host.netpipe("bridge add br0").status(0);
    let before = host.snapshot();
    host.netpipe("bridge port add br0 nic0 --take-address")
        .status(0);
    assert!(host.sh("ip -br link show nic0").contains("UP"));
    host.netpipe("bridge port del br0 nic0").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn lifetimes_metrics_and_own_routes_of_addresses_move() {
    let host = Host::new();
    scene::lan(&host);
    host.sh(
        "ip address add 192.168.8.2/24 dev eth0 valid_lft 500 preferred_lft 400 && \
         ip address add 192.168.9.2/24 dev eth0 metric 77 && \
         ip address add 192.168.10.2/24 dev eth0 noprefixroute && \
         ip route add 192.168.10.0/24 dev eth0 proto kernel scope link metric 600 && \
         ip address add 192.168.11.2 peer 192.168.11.1/32 dev eth0 && \
         ip address add fd08::2/64 dev eth0 valid_lft 500 preferred_lft 400 nodad && \
         sysctl -q net.ipv6.conf.eth0.accept_ra=2",
    );
    host.netpipe("bridge add br0").status(0);
    let before = host.snapshot();
    host.netpipe(ADD).status(0);
    let held = host.sh("ip address show br0; ip route; cat /proc/sys/net/ipv6/conf/br0/accept_ra");
    for piece in [
        "192.168.8.2/24",
        "metric 77",
        "noprefixroute",
        "192.168.11.2 peer 192.168.11.1/32",
        "192.168.10.0/24 dev br0 proto kernel scope link metric 600",
        "fd08::2/64",
        "\n2\n",
    ] {
        assert!(held.contains(piece), "{piece}:\n{held}");
    }
    let lives =
        |text: &str| text.matches("valid_lft 49").count() + text.matches("valid_lft 500").count();
    assert_eq!(lives(&held), 2, "{held}");
    host.netpipe("bridge port del br0 eth0").status(0);
    before.assert_same(&host.snapshot());
    assert_eq!(lives(&host.sh("ip address show eth0")), 2);
}

#[test]
fn a_bridge_of_a_larger_mtu_has_its_own_again() {
    let host = Host::new();
    scene::lan(&host);
    for command in ["bridge add br0 --mtu 9000", "bridge add br1"] {
        host.netpipe(command).status(0);
    }
    for bridge in ["br0", "br1"] {
        let before = host.snapshot();
        host.sh("ip link set eth0 mtu 1450");
        let narrow = host.snapshot();
        host.netpipe(format!("bridge port add {bridge} eth0 --take-address"))
            .status(0);
        assert_eq!(mac_and_mtu(&host, bridge).1, "1450");
        host.netpipe(format!("bridge port del {bridge} eth0"))
            .status(0);
        narrow.assert_same(&host.snapshot());
        host.sh("ip link set eth0 mtu 1500");
        before.assert_same(&host.snapshot());
    }
}

/// Makes the records those of another boot, whose kernel forgot all of it.
fn reboot(host: &Host) {
    host.sh("ip link set eth0 nomaster && ip link del br0");
    scene::reboot(host);
    host.sh("ip address flush dev eth0 && ip link set eth0 up && \
         ip address add 192.168.7.2/24 dev eth0 && ip route add default via 192.168.7.1");
    host.netpipe("bridge add br0").status(0);
}

fn is_joined(host: &Host) {
    host.netpipe("check").status(0);
    host.sh("ip route | grep -q 'default via 192.168.7.1 dev br0'");
}

#[test]
fn after_a_boot_a_repair_makes_the_port_anew() {
    let host = Host::new();
    scene::lan(&host);
    host.netpipe("bridge add br0").status(0);
    host.netpipe(ADD).status(0);
    reboot(&host);
    host.netpipe("check")
        .status(1)
        .stdout_has("it is of an earlier boot");
    host.netpipe("gc").status(0).stdout("nothing to collect\n");
    // What fails has not forgotten what was asked for.
    for fault in ["fail:1", "fail:3", "kill:1"] {
        let call = host.call("check --repair").env("NETPIPE_FAULT", fault);
        assert_ne!(call.run().code(), Some(0), "{fault}");
    }
    host.netpipe("check --repair")
        .status(0)
        .stdout_has("port eth0 of br0: repaired");
    is_joined(&host);
}

#[test]
fn a_boot_during_a_repair_loses_nothing() {
    let host = Host::new();
    scene::lan(&host);
    host.netpipe("bridge add br0").status(0);
    host.netpipe(ADD).status(0);
    for how in ["check --repair", ADD] {
        reboot(&host);
        let call = host.call(how).env("NETPIPE_FAULT", "kill:3");
        assert_eq!(call.run().signal(), Some(9));
        reboot(&host);
        host.netpipe("gc").status(0);
        host.netpipe(how).status(0);
        is_joined(&host);
        // The same again after a command that was killed.
        reboot(&host);
        let call = host.call(how).env("NETPIPE_FAULT", "kill:3");
        assert_eq!(call.run().signal(), Some(9));
        host.netpipe(how).status(0);
        is_joined(&host);
    }
}

#[test]
fn an_add_that_fails_after_a_boot_has_forgotten_nothing() {
    let host = Host::new();
    scene::lan(&host);
    host.netpipe("bridge add br0").status(0);
    host.netpipe(ADD).status(0);
    reboot(&host);
    host.sh("ip address flush dev eth0");
    host.netpipe(ADD)
        .status(3)
        .stderr_has("`eth0` has no address");
    host.sh("ip address add 192.168.7.2/24 dev eth0 && ip route add default via 192.168.7.1");
    host.netpipe("check --repair").status(0);
    is_joined(&host);
}

#[test]
fn a_port_that_somebody_else_makes_at_boot_is_theirs() {
    let host = Host::new();
    host.sh("ip link add nic0 type veth peer name nic1 && ip link set nic0 up");
    host.netpipe("bridge add br0").status(0);
    host.netpipe("bridge port add br0 nic0").status(0);
    scene::reboot(&host);
    host.netpipe("check").status(1);
    host.netpipe("check --repair").status(0);
    host.netpipe("check").status(0);
}

#[test]
fn a_port_takes_no_route_that_another_command_is_about_to_delete() {
    let host = Host::new();
    host.sh(
        "ip link add nic0 type veth peer name nic1 && ip link set nic1 up && \
         ip link set nic0 up && ip address add 192.0.2.1/24 dev nic0",
    );
    host.netpipe("bridge add lan9").status(0);
    for words in [
        "bridge port add lan9 nic0 --take-address",
        "bridge port del lan9 nic0",
    ] {
        let held = lock::take(&host.state_dir(), "routes", "all", &Interrupt::default()).unwrap();
        let mut child = host.call(words).spawn_piped();
        await_waiting(&mut child, "routes", "all");
        drop(held);
        Run::wait(child, words, Duration::from_secs(60)).status(0);
    }
}

//! `--dry-run` changes nothing, and its commands do what the attach does.

use crate::support::{Container, Host, scene};

const EVERYTHING: &str = "attach netns:blue br0 10.0.0.5/24@10.0.0.1 fd00::5/64@fd00::1 \
    --route 10.9.0.0/16,via=10.0.0.2 --sysctl net.ipv4.ip_forward=1 --mtu 1400 --mac U:x \
    --no-announce";

#[test]
fn nothing_is_changed_or_reserved() {
    let host = Host::new();
    host.container("blue");
    let before = host.snapshot();
    host.netpipe(format!("{EVERYTHING} --dry-run"))
        .status(0)
        .stdout_has("ip link add br0")
        .stdout_has("nsenter --net=/run/netns/blue ip address add 10.0.0.5/24 brd + dev eth1")
        .stderr("");
    before.assert_same(&host.snapshot());
}

#[test]
fn the_commands_make_the_same() {
    let host = Host::new();
    let blue = host.container("blue");
    scene::uplink(&blue);
    scene::docker_firewall(&host);
    // The marks name the store, so there has to be one.
    host.netpipe("gc").status(0);
    let before = host.snapshot();
    let commands = host
        .netpipe(format!("{EVERYTHING} --dry-run"))
        .status(0)
        .out;
    assert!(commands.contains("iptables"), "{commands}");
    host.sh(&format!("set -e\n{commands}"));
    let by_hand = host.snapshot();
    let rules = || host.sh("iptables -S; ip6tables -S");
    let rules_by_hand = rules();
    // What they made has the marks of netpipe and no record: gc takes it away.
    host.netpipe("gc").status(0);
    blue.sh("ip route add default via 192.168.7.1 && ip -6 route add default via fd07::1");
    blue.sh("echo 0 > /proc/sys/net/ipv4/ip_forward");
    before.assert_same(&host.snapshot());
    host.netpipe(EVERYTHING).status(0);
    // nft shows the comment of iptables' rule in another way than the rule's own.
    let rule = "counter accept";
    let by_netpipe = host.snapshot().without(rule);
    assert_eq!(rules(), rules_by_hand);
    by_hand.without(rule).assert_same_kernel(&by_netpipe);
}

#[test]
fn announcements_are_shown_too() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 --dry-run")
        .status(0)
        .stdout_has("nsenter --net=/run/netns/blue arping -q -c 3 -U -I eth1 10.0.0.5\n");
}

#[test]
fn json_is_a_list_of_commands() {
    let host = Host::new();
    host.container("blue");
    let commands = host
        .netpipe("attach netns:blue br0 none --dry-run --json")
        .status(0)
        .json();
    let commands = commands.as_array().unwrap();
    assert!(commands.iter().all(serde_json::Value::is_string));
    assert!(commands[0].as_str().unwrap().starts_with("ip link add br0"));
}

#[test]
fn of_what_is_there_already_it_prints_nothing() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    host.netpipe("attach netns:blue br0 10.0.0.5/24 --dry-run")
        .status(0)
        .stdout("");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 -i eth1 --mtu 1400 --dry-run")
        .status(3);
}

#[test]
fn the_host_end_is_up_before_the_containers() {
    let host = Host::new();
    host.container("blue");
    let commands = host
        .netpipe("attach netns:blue br0 10.0.0.5/24 --dry-run")
        .status(0)
        .out;
    let at = |piece: &str| {
        let found = commands.lines().position(|line| line.contains(piece));
        found.unwrap_or_else(|| panic!("no {piece} in\n{commands}"))
    };
    assert!(at("ip link set br0 up") < at("master br0 up type veth"));
    assert!(at("master br0 up type veth") < at("ip link set eth1 up"));
    assert!(at("ip link set eth1 up") < at("arping"));
}

#[test]
fn a_replacement_takes_down_what_was_there_first() {
    let host = Host::new();
    let blue = host.container("blue");
    scene::uplink(&blue);
    host.netpipe("attach netns:blue br0 10.0.0.5/24@10.0.0.1 --sysctl net.ipv4.ip_forward=1")
        .status(0);
    let line = "attach netns:blue br0 10.0.0.6/24@10.0.0.2 fd00::6/64 -i eth1 --mtu 1400 \
                --no-announce --replace";
    let before = host.snapshot();
    let commands = host
        .netpipe(format!("{line} --dry-run"))
        .status(0)
        .stderr("")
        .out;
    before.assert_same(&host.snapshot());
    assert!(commands.starts_with("ip link del"), "{commands}");
    host.sh(&format!("set -e\n{commands}"));
    let by_hand = host.snapshot();
    host.netpipe(line).status(0);
    by_hand.assert_same_kernel(&host.snapshot());
    host.netpipe("detach netns:blue").status(0);
    assert!(blue.sh("ip route show default").contains("192.168.7.1"));
}

/// Two interfaces of a container in one bridge, each with a default route in the place of
/// the one before, and the firewall open for it.
fn two_attachments() -> (Host, Container) {
    let host = Host::new();
    let blue = host.container("blue");
    scene::uplink(&blue);
    scene::docker_firewall(&host);
    for line in [
        "attach netns:blue br0 10.0.0.5/24@10.0.0.1 --sysctl net.ipv4.ip_forward=1",
        "attach netns:blue br0 10.0.1.5/24@10.0.1.1 --sysctl net.ipv4.ip_forward=1",
    ] {
        host.netpipe(line).status(0);
    }
    (host, blue)
}

#[test]
fn the_commands_of_a_detach_leave_the_same() {
    for line in ["detach netns:blue --all", "detach netns:blue eth2"] {
        let (host, _blue) = two_attachments();
        let before = host.snapshot();
        let commands = host.netpipe(format!("{line} --dry-run")).status(0).out;
        before.assert_same(&host.snapshot());
        host.sh(&format!("set -e\n{commands}"));
        let by_hand = host.snapshot();
        host.netpipe("check --repair").status(0);
        host.netpipe(line).status(0);
        by_hand.assert_same_kernel(&host.snapshot());
        let all = line.ends_with("--all");
        assert_eq!(commands.contains("ip link del br0\n"), all, "{commands}");
        assert_eq!(commands.contains("iptables -D"), all, "{commands}");
    }
}

#[test]
fn a_detach_leaves_a_bridge_that_stays() {
    let (host, _blue) = two_attachments();
    host.container("red");
    let commands = || {
        let run = host.netpipe("detach netns:blue --all --dry-run");
        run.status(0).out
    };
    host.netpipe("attach netns:red br0 10.0.0.6/24").status(0);
    assert!(!commands().contains("br0"), "{}", commands());
    host.netpipe("detach netns:red").status(0);
    host.sh("ip link add x0 type veth peer name x1 && ip link set x0 master br0");
    assert!(!commands().contains("ip link del br0"), "{}", commands());
    assert!(commands().contains("iptables -D"), "{}", commands());
    host.sh("ip link del x0");
    assert!(commands().contains("ip link del br0"), "{}", commands());
    // A bridge that was made by hand stays without ports.
    host.netpipe("bridge add br0").status(0);
    assert!(!commands().contains("ip link del br0"), "{}", commands());
}

#[test]
fn of_a_target_that_is_gone_the_bridge_goes_as_well() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    host.remove(blue);
    host.netpipe("detach netns:blue --dry-run")
        .status(0)
        .stdout_has("ip link del br0\n");
}

#[test]
fn no_store_is_made_for_it() {
    let host = Host::new();
    host.container("blue");
    for line in [
        "attach netns:blue br0 auto --subnet 10.0.0.0/24 --dry-run",
        "detach netns:blue --dry-run",
        "bridge add br0 --dry-run",
    ] {
        host.netpipe(line).status(0);
        assert!(!host.state_dir().exists(), "{line}");
    }
}

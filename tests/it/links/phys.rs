//! Cards of the host that move into a target, and come home. A veth stands in for the card:
//! hardware is in `phys_hardware`.

use crate::support::{Container, Host, stream};

const MOVE: &str = "attach netns:blue phys:nic0 10.0.0.5/24 fd00::5/64";

/// A host with a card `nic0` that has all a card can have, and whose wire ends in a
/// container `lan`; and a container `blue`.
fn scene() -> (Host, Container, Container) {
    let host = Host::new();
    let lan = host.container("lan");
    host.sh(&format!(
        "ip link add nic0 address 02:00:00:00:00:70 type veth peer name eth0 netns {}",
        lan.path()
    ));
    host.sh("ip link set nic0 up mtu 1450 && ip link set nic0 alias 'uplink 7'");
    host.sh("ip address add 192.168.1.5/24 brd + dev nic0");
    host.sh("ip address add 192.168.2.5 peer 192.168.2.6/32 dev nic0 label nic0:ptp");
    host.sh("ip address add fd07::5/64 dev nic0 nodad");
    host.sh("ip route add 10.1.0.0/16 via 192.168.1.1 metric 77");
    host.sh("ip route add 10.2.0.0/16 dev nic0 src 192.168.1.5 mtu 1300");
    host.sh("ip -6 route add fd08::/48 via fd07::1");
    host.sh("sysctl -qw net.ipv4.conf.nic0.rp_filter=2 net.ipv6.conf.nic0.accept_ra=0");
    lan.sh("ip address add 10.0.0.1/24 dev eth0 && ip -6 address add fd00::1/64 dev eth0 nodad");
    lan.sh("ip link set eth0 up");
    // The kernel adds this one when it has seen the carrier.
    lan.sh("timeout 5 sh -c 'until ip -6 route show table local | grep -q fd00::1; do :; done'");
    let blue = host.container("blue");
    (host, blue, lan)
}

#[test]
fn a_card_moves_in_and_comes_home() {
    let (host, blue, lan) = scene();
    let before = host.snapshot();
    host.netpipe(format!("{MOVE} --dry-run"))
        .status(0)
        .stdout_has("ip link set nic0 netns /run/netns/blue name eth1");
    before.assert_same(&host.snapshot());
    host.netpipe(MOVE)
        .status(0)
        .stderr("")
        .stdout("attached: netns:blue eth1 in nic0 with 10.0.0.5/24,fd00::5/64\n");
    assert_eq!(host.try_sh("ip link show nic0").code(), Some(1));
    let alias = blue.sh("ip link show eth1 | grep alias");
    assert!(alias.contains("/h1/netns:blue/eth1 was nic0"), "{alias}");
    blue.sh("ip link show eth1 | grep -q 02:00:00:00:00:70");
    for (from, to) in [
        (&blue, "10.0.0.1"),
        (&blue, "fd00::1"),
        (&lan, "10.0.0.5"),
        (&lan, "fd00::5"),
    ] {
        assert!(from.comes_to_reach(to), "{to}");
    }
    stream::carries(blue.place(), lan.place(), "10.0.0.1");
    stream::carries(lan.place(), blue.place(), "fd00::5");
    host.netpipe(MOVE).status(0).stdout_has("unchanged");
    host.netpipe("list").status(0).stdout_has("active  up");
    host.netpipe("check").status(0);
    host.netpipe("show netns:blue").status(0).stdout_has(
        "at home     nic0 02:00:00:00:00:70 up 192.168.1.5/24,192.168.2.5/32,fd07::5/64",
    );
    let json = host.netpipe("show netns:blue --json").json();
    assert_eq!(json[0]["home"]["alias"], "uplink 7");
    host.netpipe("detach netns:blue --dry-run")
        .status(0)
        .stdout_has("nsenter --net=/run/netns/blue ip link set eth1 netns 1 name nic0");
    host.netpipe("detach netns:blue").status(0).stderr("");
    before.assert_same(&host.snapshot());
}

#[test]
fn its_mac_mtu_and_name_are_as_asked_and_put_back() {
    let (host, blue, _lan) = scene();
    let before = host.snapshot();
    host.netpipe(format!(
        "{MOVE} -i lan0 --mac 02:00:00:00:00:71 --mtu 1400 --sysctl net.ipv4.conf.lan0.forwarding=1"
    ))
    .status(0);
    blue.sh("ip link show lan0 | grep -q 'mtu 1400'");
    blue.sh("ip link show lan0 | grep -q 02:00:00:00:00:71");
    host.netpipe("detach netns:blue lan0").status(0).stderr("");
    before.assert_same(&host.snapshot());
}

#[test]
fn a_card_that_was_down_is_down_again() {
    let (host, _blue, _lan) = scene();
    host.sh("ip link set nic0 down");
    let before = host.snapshot();
    host.netpipe("attach netns:blue phys:nic0 10.0.0.5/24")
        .status(0);
    host.netpipe("detach netns:blue").status(0).stderr("");
    before.assert_same(&host.snapshot());
}

#[test]
fn the_hosts_default_route_is_given_up_only_if_that_is_meant() {
    let (host, _blue, _lan) = scene();
    host.sh("ip route add default via 192.168.1.1 && ip -6 route add default via fd07::1");
    let before = host.snapshot();
    host.netpipe(MOVE)
        .status(3)
        .stderr_has("the host's default route leaves by `nic0`")
        .stderr_has("give --take-default-route");
    before.assert_same(&host.snapshot());
    host.netpipe(format!("{MOVE} --take-default-route"))
        .status(0);
    host.netpipe("detach netns:blue").status(0).stderr("");
    before.assert_same(&host.snapshot());
}

#[test]
fn what_is_named_alike_is_in_nobodys_way() {
    let (host, blue, lan) = scene();
    // In the target there is another of the card's own name, on the host of its new one.
    blue.sh("ip link add nic0 type veth peer name nic1");
    host.sh("ip link add eth1 type veth peer name eth2");
    let before = host.snapshot();
    host.netpipe(MOVE).status(0);
    assert!(lan.comes_to_reach("10.0.0.5"));
    host.netpipe("detach netns:blue").status(0).stderr("");
    before.assert_same(&host.snapshot());
    blue.sh("ip link add eth1 type veth peer name eth2");
    host.netpipe(format!("{MOVE} -i eth1"))
        .status(3)
        .stderr_has("`eth1` is in the target already")
        .stderr_has("--ifname");
    // Its name on the host is taken while it is away.
    host.netpipe(format!("{MOVE} -i eth3")).status(0);
    host.sh("ip link add nic0 type veth peer name nic9");
    host.netpipe("detach netns:blue")
        .status(1)
        .stderr_has("cannot bring `nic0` home")
        .stderr_has("another link of the host is named");
    host.netpipe("check").status(0);
    // Nor is it lost if it is on the host already.
    let home = host.place().path();
    blue.sh(&format!("ip link set eth3 netns {home}"));
    host.netpipe("detach netns:blue")
        .status(1)
        .stderr_has("another link of the host is named");
    host.sh("ip link del nic0");
    host.netpipe("detach netns:blue").status(0);
    host.sh("ip link show nic0 | grep -q 'uplink 7'");
}

#[test]
fn a_card_that_somebody_moved_is_moved_in_again() {
    let (host, blue, lan) = scene();
    host.netpipe(MOVE).status(0);
    let good = host.snapshot();
    let home = format!("ip link set eth1 netns {}", host.place().path());
    for damage in [
        "ip address del 10.0.0.5/24 dev eth1",
        "ip link set eth1 down && ip link set eth1 name other",
        home.as_str(),
    ] {
        blue.sh(damage);
        host.netpipe("check").status(1);
        host.netpipe("check --repair").status(0);
        host.netpipe("check").status(0);
        assert!(lan.comes_to_reach("10.0.0.5"), "{damage}");
        good.assert_same_kernel(&host.snapshot());
    }
}

#[test]
fn a_virtual_card_goes_with_its_namespace() {
    let (host, blue, lan) = scene();
    host.netpipe(MOVE).status(0);
    host.remove(blue);
    // The other end goes when the kernel has taken this one away.
    while lan.try_sh("ip link show eth0").code() == Some(0) {
        std::thread::yield_now();
    }
    host.netpipe("check")
        .status(1)
        .stdout_has("the target is not there");
    host.container("blue");
    host.netpipe("check --repair")
        .status(1)
        .stdout_has("`nic0` is virtual (a veth), so the kernel has destroyed it");
    host.netpipe("gc")
        .status(0)
        .stdout_has("netns:blue eth1: released, the target is gone")
        .stderr_has("`nic0` is virtual (a veth)");
    host.netpipe("attach netns:lan phys:nic0 none")
        .status(4)
        .stderr_has("there is no link `nic0` on this host");
    assert!(host.store().is_empty());
}

#[test]
fn a_card_is_in_one_place() {
    let (host, _blue, _lan) = scene();
    host.container("red");
    host.netpipe(MOVE).status(0);
    host.netpipe("attach netns:red phys:nic0 10.0.0.6/24")
        .status(3)
        .stderr_has("`nic0` is in `netns:blue`, as `eth1`")
        .stderr_has("detach it first: netpipe detach netns:blue eth1");
    host.netpipe("attach netns:blue phys:nic0 10.0.0.7/24 -i eth2")
        .status(4)
        .stderr_has("there is no link `nic0`");
    host.netpipe("attach netns:blue phys:nic0 10.0.0.7/24 -i eth1")
        .status(0)
        .stdout_has("extended");
}

#[test]
fn a_card_replaces_and_is_replaced() {
    let (host, blue, lan) = scene();
    host.netpipe("attach netns:blue br0 10.0.0.5/24 -i eth1")
        .status(0);
    host.netpipe(format!("{MOVE} -i eth1 --replace")).status(0);
    assert!(lan.comes_to_reach("10.0.0.5"));
    host.netpipe(format!("{MOVE} -i eth1 --mtu 1400 --replace"))
        .status(0);
    assert!(lan.comes_to_reach("10.0.0.5"));
    blue.sh("ip link show eth1 | grep -q 'mtu 1400'");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 -i eth1 --replace")
        .status(0);
    host.sh("ip link show nic0 | grep -q 'mtu 1450'");
    host.netpipe("detach netns:blue").status(0);
    assert!(host.store().is_empty());
}

#[test]
fn a_card_without_a_record_gets_its_name_back() {
    let (host, _blue, _lan) = scene();
    host.netpipe(MOVE).status(0);
    let alias = "nsenter --net=/run/netns/blue ip -j link show eth1";
    let told: serde_json::Value = serde_json::from_str(&host.sh(alias)).unwrap();
    let mark = told[0]["ifalias"].as_str().unwrap().to_owned();
    host.netpipe("detach netns:blue").status(0);
    host.sh(&format!(
        "ip link set nic0 down && ip link set nic0 name dev7 alias '{mark}'"
    ));
    host.netpipe("gc")
        .status(0)
        .stderr("")
        .stdout("card nic0: home, no record names it\n");
    host.sh("ip link show nic0");
    assert!(!host.sh("ip link show nic0").contains("alias"));
    host.netpipe("gc").status(0).stdout("nothing to collect\n");
}

#[test]
fn a_route_that_cannot_come_back_holds_nobody() {
    let (host, _blue, _lan) = scene();
    host.netpipe(MOVE).status(0);
    // The route's own place is taken by another link now.
    host.sh("ip link add other0 type veth peer name other1 && ip link set other0 up");
    host.sh("ip address add 192.168.1.9/24 dev other0");
    host.sh("ip route add 10.1.0.0/16 via 192.168.1.1 metric 77");
    host.netpipe("detach netns:blue").status(0);
    host.sh("ip -4 address show nic0 | grep -q 192.168.1.5/24");
    assert!(host.store().is_empty());
}

#[test]
fn a_dry_run_of_a_replacement_brings_it_home_and_in_again() {
    let (host, _blue, _lan) = scene();
    host.netpipe(MOVE).status(0);
    let before = host.snapshot();
    let again = "attach netns:blue phys:nic0 10.0.0.6/24 -i eth1 --mtu 1400 --replace";
    let dry = host.netpipe(format!("{again} --dry-run")).status(0).out;
    before.assert_same(&host.snapshot());
    let at = |piece: &str| dry.find(piece).unwrap_or_else(|| panic!("{piece}:\n{dry}"));
    let home = at("ip link set eth1 netns 1 name nic0");
    assert!(home < at("ip link set nic0 netns /run/netns/blue name eth1"));
    assert!(home < at("ip address add 10.0.0.6/24"));
    host.netpipe(again).status(0);
    host.netpipe("check").status(0);
}

#[test]
fn routes_of_every_table_and_beside_others_come_home() {
    let (host, _blue, _lan) = scene();
    host.sh(
        "ip link add nic2 type veth peer name nic3 && ip link set nic3 up && \
         ip link set nic2 up && ip address add 192.168.3.5/24 dev nic2 && \
         ip -6 address add fd09::5/64 dev nic2 nodad && \
         ip route add 10.5.0.0/16 via 192.168.1.1 table 77 && \
         ip route add 10.6.0.0/16 via 192.168.1.1 && \
         ip route append 10.6.0.0/16 via 192.168.3.1 && \
         ip route append 10.6.0.0/16 via 192.168.1.2 && \
         ip -6 route add fd0a::/48 via fd07::1 && \
         ip -6 route append fd0a::/48 via fd09::1 && \
         ip route add 10.7.0.0/16 nexthop via 192.168.1.1 nexthop via 192.168.3.1",
    );
    let before = host.sh("ip route; ip -6 route; ip route show table 77");
    host.netpipe(MOVE)
        .status(0)
        .stderr_has("the route `10.7.0.0/16 via 192.168.1.1");
    host.netpipe("detach netns:blue").status(0).stderr("");
    let after = host.sh("ip route; ip -6 route; ip route show table 77");
    // Neither those of the link itself nor the one that was warned of.
    let by_nic0 = |text: &str| -> Vec<String> {
        let own = text.lines().filter(|line| line.contains("dev nic0"));
        let own =
            own.filter(|line| !line.starts_with("fe80:") && !line.contains("nexthop via 192"));
        own.map(str::to_owned).collect()
    };
    assert_eq!(by_nic0(&before), by_nic0(&after), "{before}\n{after}");
}

#[test]
fn a_dry_run_shows_how_a_card_that_waits_on_the_host_gets_back_what_it_had() {
    let (host, blue, _lan) = scene();
    let seen = "ip -o -d link show nic0 | sed 's/^[0-9]*//'; ip -o address show nic0";
    let before = host.sh(seen);
    host.netpipe(MOVE).status(0);
    // As the kernel does it with a real card.
    host.sh("nsenter --net=/run/netns/blue ip link set eth1 netns $$");
    host.remove(blue);
    let waiting = host.snapshot();
    let dry = host.netpipe("detach netns:blue --dry-run").status(0).out;
    waiting.assert_same(&host.snapshot());
    assert!(
        dry.starts_with("ip link set eth1 down name nic0\n"),
        "{dry}"
    );
    for piece in ["add 192.168.1.5/24", "alias 'uplink 7'"] {
        assert!(dry.contains(piece), "{piece}: {dry}");
    }
    assert!(!dry.contains("nsenter") && !dry.contains("netns"), "{dry}");
    host.netpipe("detach netns:blue").status(0).stderr("");
    let bare = |text: &str| text.replace("ifindex", "");
    assert_eq!(bare(&host.sh(seen)), bare(&before));
}

#[test]
fn a_link_that_a_container_marks_alike_does_not_come_home() {
    let (host, blue, _lan) = scene();
    let seen = "ip -o link show nic0 | grep -o 'link/ether .*'; \
        ip -o address show nic0 | sed 's/^[0-9]*: //'";
    let before = host.sh(seen);
    blue.sh("ip link add other0 index 2 type bridge");
    host.netpipe(format!("{MOVE} -i eth1")).status(0);
    blue.sh("ip link set other0 alias \"$(ip -j link show eth1 | jq -r '.[0].ifalias')\"");
    host.netpipe("check").status(0);
    host.netpipe("detach netns:blue").status(0).stderr("");
    assert_eq!(host.sh(seen), before);
    blue.sh("ip link show other0");
}

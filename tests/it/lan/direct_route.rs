//! Hosts of one LAN with a subnet of containers each.

use serde_json::json;

use super::stream::Echo;
use crate::support::{Container, Host, scene};

/// A host of the LAN, with a bridge that is the gateway of its containers.
struct Node {
    host: Host,
    web: Container,
    number: usize,
}

/// So many hosts on one switch, with what each has before a route is added.
fn nodes(count: usize, docker: bool) -> (Host, Vec<Node>) {
    let lan = Host::new();
    let switch = lan.container("switch");
    switch.sh("ip link add sw0 type bridge && ip link set sw0 up");
    let all = (1..=count).map(|number| {
        let host = Host::new();
        let path = switch.path();
        host.sh(&format!(
            "ip link add up{number} netns {path} type veth peer name eth0 && \
             ip link set eth0 up && ip address add 192.168.7.{number}/24 dev eth0 && \
             ip address add fd07::{number}/64 dev eth0 nodad"
        ));
        switch.sh(&format!("ip link set up{number} master sw0 up"));
        if docker {
            scene::docker_firewall(&host);
        }
        host.netpipe(format!(
            "bridge add br0 --address 10.{number}.0.1/24 --address fd0{number}::1/64"
        ))
        .status(0);
        let web = host.container("web");
        host.netpipe(format!(
            "attach netns:web br0 10.{number}.0.5/24@10.{number}.0.1 \
             fd0{number}::5/64@fd0{number}::1"
        ))
        .status(0);
        Node { host, web, number }
    });
    (lan, all.collect())
}

impl Node {
    fn routes_to(&self, other: &Self) {
        let number = other.number;
        for (subnet, via) in [
            (format!("10.{number}.0.0/24"), format!("192.168.7.{number}")),
            (format!("fd0{number}::/64"), format!("fd07::{number}")),
        ] {
            self.host
                .netpipe(format!("direct-route add {subnet} via {via}"))
                .status(0)
                .stdout(&format!("made: direct route {subnet} via {via} dev eth0\n"))
                .stderr("");
        }
    }

    fn forgets(&self, other: &Self) {
        let number = other.number;
        for subnet in [format!("10.{number}.0.0/24"), format!("fd0{number}::/64")] {
            self.host
                .netpipe(format!("direct-route del {subnet}"))
                .status(0);
        }
    }

    fn addresses(&self) -> [String; 2] {
        let number = self.number;
        [format!("10.{number}.0.5"), format!("fd0{number}::5")]
    }
}

/// Each pair, both ways.
fn pairs(nodes: &[Node]) -> impl Iterator<Item = (&Node, &Node)> {
    let each = nodes
        .iter()
        .flat_map(|one| nodes.iter().map(move |other| (one, other)));
    each.filter(|(one, other)| one.number != other.number)
}

fn reach_each_other(count: usize, docker: bool) {
    let (_lan, nodes) = nodes(count, docker);
    let before: Vec<_> = nodes.iter().map(|node| node.host.snapshot()).collect();
    assert!(!nodes[0].web.reaches("10.2.0.5"));
    pairs(&nodes).for_each(|(one, other)| one.routes_to(other));
    for (one, other) in pairs(&nodes) {
        for address in other.addresses() {
            assert!(
                one.web.comes_to_reach(&address),
                "{} to {address}",
                one.number
            );
            let address = match address.contains(':') {
                true => format!("[{address}]"),
                false => address,
            };
            Echo::between(one.web.place(), other.web.place(), &address).carries(10_000_000);
        }
    }
    pairs(&nodes).for_each(|(one, other)| one.forgets(other));
    for (node, before) in nodes.iter().zip(&before) {
        before.assert_same(&node.host.snapshot());
    }
}

#[test]
fn two_hosts_reach_each_others_containers() {
    reach_each_other(2, false);
}

#[test]
fn two_hosts_with_dockers_firewall_reach_each_others_containers() {
    reach_each_other(2, true);
}

#[test]
fn three_hosts_with_dockers_firewall_reach_each_others_containers() {
    reach_each_other(3, true);
}

const ADD: &str = "direct-route add 10.2.0.0/24 via 192.168.7.9";

fn host() -> Host {
    let host = Host::new();
    scene::lan(&host);
    scene::docker_firewall(&host);
    host
}

#[test]
fn a_repeat_changes_nothing_and_a_dry_run_shows_all() {
    let host = host();
    let before = host.snapshot();
    let shown = host
        .netpipe(format!("{ADD} --metric 5 --dry-run"))
        .status(0)
        .out;
    before.assert_same(&host.snapshot());
    assert_eq!(
        shown,
        "sysctl -w 'net/ipv4/ip_forward=1'\n\
         iptables -I DOCKER-USER -s 10.2.0.0/24 -m comment --comment netpipe:route:10.2.0.0/24 -j ACCEPT\n\
         iptables -I DOCKER-USER -d 10.2.0.0/24 -m comment --comment netpipe:route:10.2.0.0/24 -j ACCEPT\n\
         ip route prepend 10.2.0.0/24 via 192.168.7.9 metric 5 proto static dev eth0\n"
    );
    let made = host
        .netpipe(format!("{ADD} --metric 5 --json"))
        .status(0)
        .json();
    let mut expected = json!({
        "subnet": "10.2.0.0/24", "via": "192.168.7.9", "dev": "eth0", "metric": 5,
        "state": "active", "rules": 2, "made": true,
    });
    assert_eq!(made, expected);
    let after = host.snapshot();
    host.netpipe(format!("{ADD} --metric 5"))
        .status(0)
        .stdout("there already: direct route 10.2.0.0/24 via 192.168.7.9 dev eth0\n");
    host.netpipe("gc").status(0).stdout("nothing to collect\n");
    after.assert_same(&host.snapshot());
    expected.as_object_mut().unwrap().remove("made");
    let listed = host.netpipe("direct-route list --json").status(0).json();
    assert_eq!(listed, json!([expected]));
    host.netpipe(ADD)
        .status(3)
        .stderr_has("there is a direct route to it via `192.168.7.9`");
    host.netpipe("direct-route del 10.2.0.0/24").status(0);
    before.assert_same(&host.snapshot());
    host.netpipe("direct-route del 10.2.0.0/24")
        .status(0)
        .stdout("not there: direct route 10.2.0.0/24\n");
}

#[test]
fn the_last_route_puts_forwarding_back_as_it_was() {
    let host = host();
    host.sh(
        "sysctl -q net.ipv4.conf.all.accept_redirects=0 net.ipv4.conf.eth0.forwarding=1 \
         net.ipv6.conf.eth0.forwarding=1",
    );
    let before = host.snapshot();
    for add in [ADD, "direct-route add fd02::/64 via fd07::9"] {
        host.netpipe(add).status(0);
    }
    host.netpipe("direct-route add 10.3.0.0/24 via 192.168.7.9")
        .status(0);
    host.netpipe("direct-route del 10.2.0.0/24").status(0);
    assert_eq!(host.sh("cat /proc/sys/net/ipv4/ip_forward"), "1\n");
    for subnet in ["10.3.0.0/24", "fd02::/64"] {
        host.netpipe(format!("direct-route del {subnet}")).status(0);
    }
    before.assert_same(&host.snapshot());
}

#[test]
fn a_router_that_advertised_itself_stays_the_default_route() {
    let host = host();
    host.sh(
        "ip -6 route del default && ip -6 route add default via fd07::1 dev eth0 proto ra && \
         sysctl -q net.ipv6.conf.eth0.accept_ra=1",
    );
    let before = host.snapshot();
    host.netpipe("direct-route add fd02::/64 via fd07::9")
        .status(0);
    assert_eq!(host.sh("cat /proc/sys/net/ipv6/conf/eth0/accept_ra"), "2\n");
    host.sh("ip -6 route | grep -q '^default via fd07::1'");
    host.netpipe("direct-route del fd02::/64").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn a_check_finds_what_changed_and_repairs_it() {
    let host = host();
    host.netpipe(ADD).status(0);
    let after = host.snapshot();
    host.sh("ip route del 10.2.0.0/24 && iptables -F DOCKER-USER && \
         iptables -A DOCKER-USER -j RETURN && sysctl -q net.ipv4.ip_forward=0");
    host.netpipe("check")
        .status(1)
        .stdout_has("direct route 10.2.0.0/24: drift\n")
        .stdout_has("not so: sysctl -w 'net/ipv4/ip_forward=1'");
    host.netpipe("check --repair")
        .status(0)
        .stdout_has("direct route 10.2.0.0/24: repaired\n");
    after.assert_same(&host.snapshot());
}

#[test]
fn a_route_follows_the_addresses_to_the_bridge() {
    let host = host();
    host.netpipe("bridge add br0").status(0);
    host.netpipe(ADD).status(0);
    host.netpipe("bridge port add br0 eth0 --take-address")
        .status(0);
    host.netpipe("check")
        .status(0)
        .stdout_has("direct route 10.2.0.0/24: ok\n");
    host.netpipe(ADD).status(0).stdout_has("there already");
    host.netpipe("bridge port del br0 eth0").status(0);
    host.sh("ip route show 10.2.0.0/24 dev eth0 | grep -q via");
    host.netpipe("check").status(0);
    // One that was removed while the bridge had it does not come back with the addresses.
    host.netpipe("bridge port add br0 eth0 --take-address")
        .status(0);
    host.netpipe("direct-route del 10.2.0.0/24").status(0);
    host.netpipe("bridge port del br0 eth0").status(0);
    assert!(!host.sh("ip route").contains("10.2.0.0/24"));
}

#[test]
fn a_route_of_somebody_elses_is_taken_as_it_is_and_stays() {
    let host = host();
    host.sh("ip route add 10.2.0.0/24 via 192.168.7.9");
    let before = host.snapshot();
    host.netpipe(ADD).status(0);
    host.netpipe("direct-route del 10.2.0.0/24").status(0);
    before.assert_same(&host.snapshot());
}

/// What a boot does to the kernel and to what the records say of it.
fn reboot(host: &Host) {
    host.sh("ip route flush 10.2.0.0/24 && sysctl -q net.ipv4.ip_forward=0");
    scene::reboot(host);
}

#[test]
fn a_boot_loses_no_route_whatever_happens_to_its_repair() {
    let host = host();
    host.netpipe(ADD).status(0);
    for how in ["check --repair", ADD] {
        for again in [false, true] {
            reboot(&host);
            host.netpipe("gc").status(0).stdout("nothing to collect\n");
            let call = host.call(how).env("NETPIPE_FAULT", "fail:1");
            assert_ne!(call.run().code(), Some(0));
            let call = host.call(how).env("NETPIPE_FAULT", "kill:2");
            assert_eq!(call.run().signal(), Some(9));
            if again {
                reboot(&host);
                host.netpipe("gc").status(0);
            }
            host.netpipe(how).status(0);
            host.netpipe("check").status(0);
            host.sh("ip route show 10.2.0.0/24 | grep -q via");
        }
    }
}

#[test]
fn a_route_by_the_bridges_own_subnet_stays_with_the_bridge() {
    let host = host();
    for command in [
        "bridge add br0 --address 10.1.0.1/24",
        "bridge port add br0 eth0 --take-address",
        "direct-route add 10.9.0.0/24 via 10.1.0.9",
    ] {
        host.netpipe(command).status(0);
    }
    host.netpipe("bridge port del br0 eth0").status(0);
    host.sh("ip route show 10.9.0.0/24 dev br0 | grep -q via");
    host.netpipe("bridge del br0").status(0);
}

#[test]
fn a_route_of_somebody_elses_comes_back_with_the_addresses() {
    let host = host();
    host.sh("ip route add 10.2.0.0/24 via 192.168.7.9");
    host.netpipe("bridge add br0").status(0);
    let before = host.snapshot();
    for command in [
        "direct-route add 10.2.0.0/24 via 192.168.7.9",
        "bridge port add br0 eth0 --take-address",
        "direct-route del 10.2.0.0/24",
        "bridge port del br0 eth0",
    ] {
        host.netpipe(command).status(0);
    }
    before.assert_same(&host.snapshot());
}

#[test]
fn a_record_that_cannot_be_read_keeps_no_port_from_being_checked() {
    let host = host();
    for command in [
        ADD,
        "bridge add br0",
        "bridge port add br0 eth0 --take-address",
    ] {
        host.netpipe(command).status(0);
    }
    host.rewrite(
        |value| match value.contains("10.2.0.0/24") && value.contains("\"via\"") {
            true => "nonsense".into(),
            false => value.to_owned(),
        },
    );
    host.netpipe("check")
        .status(1)
        .stdout_has("port eth0 of br0: ok");
    host.netpipe("bridge port del br0 eth0").status(0);
}

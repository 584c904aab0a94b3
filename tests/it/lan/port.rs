//! A bridge that takes the addresses of its port, and gives them back.

use serde_json::json;

use super::stream::Echo;
use crate::support::{Container, Host, scene};

const ADD: &str = "bridge port add br0 eth0 --take-address";

/// A host on the LAN, with a bridge that has addresses of its own and a container.
pub fn joined_scene() -> (Host, Container) {
    let host = Host::new();
    scene::lan(&host);
    host.netpipe("bridge add br0 --address 10.1.0.1/24 --address fd01::1/64")
        .status(0);
    let blue = host.container("blue");
    host.netpipe("attach netns:blue br0 192.168.7.50/24@192.168.7.1 fd07::50/64@fd07::1")
        .status(0);
    (host, blue)
}

/// What `ip` says of a link: its MAC and its MTU.
pub fn mac_and_mtu(host: &Host, link: &str) -> (String, String) {
    let words = host.sh(&format!("ip -o link show {link}"));
    let behind = |name: &str| {
        let mut words = words.split_whitespace().skip_while(|word| *word != name);
        words.nth(1).unwrap_or_default().to_owned()
    };
    (behind("link/ether"), behind("mtu"))
}

fn host_reaches(host: &Host, address: &str) {
    host.sh(&format!("ping -n -q -c 1 -W 2 {address}"));
}

/// The gateway, what is beyond it, and another host, by both families.
const REACHED: [&str; 6] = [
    "192.168.7.1",
    "203.0.113.1",
    "192.168.7.9",
    "fd07::1",
    "2001:db8::1",
    "fd07::9",
];

#[test]
fn the_bridge_takes_all_and_gives_all_back() {
    let (host, blue) = joined_scene();
    REACHED.iter().for_each(|ip| host_reaches(&host, ip));
    assert!(!blue.reaches("192.168.7.1"));
    let before = host.snapshot();
    let (mac, _) = mac_and_mtu(&host, "eth0");

    let added = host.call(format!("{ADD} --confirm 5 --json")).run();
    let added = added.status(0).stderr("").json();
    let expected = json!({
        "bridge": "br0", "name": "eth0", "made": true,
        "taken": ["192.168.7.2/24", "192.168.7.3/24", "fd07::2/64"],
        "routes": added["routes"],
        "confirmed": ["192.168.7.1", "fd07::1"],
    });
    assert_eq!(added, expected);
    assert_eq!(added["routes"].as_array().unwrap().len(), 4);

    assert_eq!(mac_and_mtu(&host, "br0").0, mac);
    assert_eq!(host.sh("ip -br address show eth0 scope global"), "");
    for line in [
        "default via 192.168.7.1 dev br0 proto dhcp src 192.168.7.2 metric 100 mtu 1400",
        "10.51.0.0/16 dev br0 scope link",
        "192.168.7.0/24 dev br0 proto kernel scope link src 192.168.7.2",
    ] {
        let routes = host.sh("ip route");
        assert!(
            routes.lines().any(|route| route.trim_end() == line),
            "{line}:\n{routes}"
        );
    }
    let other = host.sh("ip route show table 100");
    assert_eq!(
        other.trim_end(),
        "10.50.0.0/16 tos 0x10 via 192.168.7.1 dev br0"
    );
    assert!(host.sh("ip address show br0").contains("secondary br0:1"));
    assert!(
        !host
            .sh("ip route; ip -6 route")
            .contains("via 192.168.7.1 dev eth0")
    );
    REACHED.iter().for_each(|ip| host_reaches(&host, ip));
    // The container is on the LAN now.
    for ip in REACHED {
        assert!(blue.comes_to_reach(ip), "{ip}");
    }

    host.netpipe(ADD)
        .status(0)
        .stdout("there already: port eth0 of br0\n");
    host.netpipe("check")
        .status(0)
        .stdout_has("port eth0 of br0: ok\n");
    host.netpipe("bridge port del br0 eth0")
        .status(0)
        .stdout("removed: port eth0 of br0\n")
        .stderr("");
    before.assert_same(&host.snapshot());
    REACHED.iter().for_each(|ip| host_reaches(&host, ip));
    host.netpipe("bridge port del br0 eth0")
        .status(0)
        .stdout("not there: port eth0 of br0\n");
    before.assert_same(&host.snapshot());
}

#[test]
fn connections_of_the_host_survive_the_move_and_the_way_back() {
    let (host, blue) = joined_scene();
    let gateway = host.known("gateway");
    let gateway = gateway.place();
    let mut old = Echo::between(host.place(), gateway, "203.0.113.1");
    let mut six = Echo::between(host.place(), gateway, "[2001:db8::1]");
    let mut carry = || {
        old.carries(2_000_000);
        six.carries(2_000_000);
    };
    carry();
    host.netpipe(ADD).status(0);
    carry();
    for address in ["203.0.113.1", "[2001:db8::1]"] {
        Echo::between(blue.place(), gateway, address).carries(10_000_000);
        Echo::between(host.place(), gateway, address).carries(10_000_000);
    }
    host.netpipe("bridge port del br0 eth0").status(0);
    carry();
}

#[test]
fn no_packet_of_a_running_ping_is_lost() {
    let (host, _blue) = joined_scene();
    host.sh("ping -n -q -c 1 -W 2 203.0.113.1 && ping -n -q -c 1 -W 2 2001:db8::1");
    for (number, command) in [ADD, "bridge port del br0 eth0"].iter().enumerate() {
        for address in ["203.0.113.1", "2001:db8::1"] {
            let log = host
                .directory()
                .join(format!("ping-{number}-{}", address.len()));
            host.sh(&format!(
                "ping -n -i 0.01 -c 200 -W 2 {address} >{} & echo $! >{}.pid",
                log.display(),
                log.display()
            ));
        }
        host.netpipe(*command).status(0);
        for address in ["203.0.113.1", "2001:db8::1"] {
            let log = host
                .directory()
                .join(format!("ping-{number}-{}", address.len()));
            let log = log.display();
            host.sh(&format!("tail --pid=$(cat {log}.pid) -f /dev/null"));
            let told = host.sh(&format!("cat {log}"));
            let lost = told
                .lines()
                .find(|line| line.contains("packets transmitted"));
            let received: u32 = lost
                .and_then(|line| line.split(", ").nth(1)?.split(' ').next()?.parse().ok())
                .unwrap();
            // A packet or two may be in the air just then.
            assert!(received >= 198, "{command} {address}: {told}");
        }
    }
}

#[test]
fn a_port_without_addresses_is_made_and_taken_out() {
    let host = Host::new();
    scene::lan(&host);
    host.sh("ip link add nic0 type veth peer name nic1");
    host.netpipe("bridge add br0").status(0);
    let before = host.snapshot();
    let add = "bridge port add br0 nic0";
    host.netpipe(format!("{add} --dry-run"))
        .status(0)
        .stdout("ip link set nic0 up\nip link set nic0 master br0\n");
    before.assert_same(&host.snapshot());
    host.netpipe(add)
        .status(0)
        .stdout("made: port nic0 of br0\n");
    host.netpipe(add)
        .status(0)
        .stdout("there already: port nic0 of br0\n");
    let listed = host.netpipe("bridge port list br0 --json").status(0).json();
    let expected = json!([{
        "name": "nic0", "mac": listed[0]["mac"], "mtu": 1500, "up": true,
        "forwarding": listed[0]["forwarding"], "owner": "netpipe", "taken": [],
    }]);
    assert_eq!(listed, expected);
    host.netpipe("bridge port del br0 nic0 --dry-run")
        .status(0)
        .stdout("ip link set nic0 nomaster\nip link set nic0 down\n");
    host.netpipe("bridge port del br0 nic0").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn any_bridge_takes_a_port() {
    let host = Host::new();
    host.sh("ip link add lan9 type bridge && ip link add nic0 type veth peer name nic1");
    let (mac, _) = mac_and_mtu(&host, "lan9");
    host.sh(&format!("ip link set lan9 address {mac}"));
    let before = host.snapshot();
    host.netpipe("bridge port add lan9 nic0").status(0);
    host.netpipe("bridge port list lan9")
        .status(0)
        .stdout_has("nic0");
    host.netpipe("bridge port del lan9 nic0").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn what_a_dry_run_shows_is_what_moves() {
    let (host, _blue) = joined_scene();
    let before = host.snapshot();
    let shown = host
        .netpipe(format!("{ADD} --confirm 5 --dry-run"))
        .status(0)
        .out;
    before.assert_same(&host.snapshot());
    let lines: Vec<&str> = shown.lines().collect();
    let at = |piece: &str| {
        let found = lines.iter().position(|line| line.starts_with(piece));
        found.unwrap_or_else(|| panic!("{piece}:\n{shown}"))
    };
    let order = [
        "ip link set br0 address ",
        "ip address add 192.168.7.2/24 brd 192.168.7.255 label br0 dev br0",
        "ip link set eth0 master br0",
        "ip route prepend 10.51.0.0/16 dev br0",
        "ip route prepend default via 192.168.7.1 metric 100 src 192.168.7.2 proto dhcp mtu 1400 dev br0",
        "arping -q -f -w 5 -I br0 -s 192.168.7.2 192.168.7.1",
        "ip address del 192.168.7.2/24 dev eth0",
        "arping -q -c 3 -U -I br0 10.1.0.1",
    ];
    let places: Vec<usize> = order.iter().map(|piece| at(piece)).collect();
    assert!(places.is_sorted(), "{places:?}\n{shown}");
    host.netpipe(ADD).status(0);
    host.netpipe(format!("{ADD} --dry-run"))
        .status(0)
        .stdout("");
    let back = host
        .netpipe("bridge port del br0 eth0 --dry-run")
        .status(0)
        .out;
    assert!(back.contains("ip address add 192.168.7.2/24 brd 192.168.7.255 label eth0 dev eth0\n"));
    assert!(back.contains("ip link set eth0 nomaster\n"));
}

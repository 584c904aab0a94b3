//! pipework's DHCP clients: whichever is named, netpipe's own asks a real server.

use std::process::Child;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::card_scene::scene;
use crate::support::{Call, Container, Host, needs};

/// A DHCP server in a container, ended with the value.
struct Server(Child);

impl Server {
    /// On an interface that has 10.0.0.1/24; it gives 10.0.0.100 to 10.0.0.120.
    fn start(host: &Host, place: &Container, dev: &str) -> Self {
        let file = |name: &str| host.directory().join(name).display().to_string();
        let (settings, leases) = (file("udhcpd.conf"), file("leases"));
        std::fs::write(&leases, "").unwrap();
        let text = format!(
            "start 10.0.0.100\nend 10.0.0.120\ninterface {dev}\nlease_file {leases}\n\
             pidfile {}\noption subnet 255.255.255.0\noption router 10.0.0.1\n\
             option lease 600\n",
            file("udhcpd.pid")
        );
        std::fs::write(&settings, text).unwrap();
        let server = Call::new(place.place(), "busybox", ["udhcpd", "-f", "-S", &settings]);
        Self(server.spawn_piped())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The addresses of an interface, and where its default route leads.
fn given(blue: &Container) -> String {
    given_to(blue, "eth1")
}

fn given_to(blue: &Container, dev: &str) -> String {
    blue.sh(&format!(
        "ip -4 -o address show {dev}; ip route show default dev {dev}; ip link show {dev}"
    ))
}

#[test]
fn every_client_is_netpipes_own() {
    if !needs("macvlan") {
        return;
    }
    let (host, lan) = scene();
    let blue = host.container("blue");
    let _server = Server::start(&host, &lan, "eth0");
    let before = host.snapshot();
    for (word, mac, is) in [
        ("dhcp", "", ""),
        ("dhclient", "", ""),
        ("udhcpc", "fa:de:b0:99:52:1c", "fa:de:b0:99:52:1c"),
        ("dhcpcd", "U:myhost.foo.com", "02:72:6c:cd:9b:8d"),
    ] {
        host.netpipe(format!("pipework nic0 netns:blue {word} {mac}"))
            .status(0)
            .stdout("")
            .stderr("");
        let has = given(&blue);
        assert!(has.contains("inet 10.0.0.1"), "{word}: {has}");
        assert!(has.contains("default via 10.0.0.1"), "{word}: {has}");
        assert!(blue.sh("ip link show eth1").contains(is), "{word}");
        // "All of the DHCP options exit or are killed when they are done": Lease Renewal.
        let list = host.netpipe("dhcp list --json").status(0).json();
        assert_eq!(list[0]["holder"], serde_json::Value::Null, "{word}");
        assert!(blue.reaches("10.0.0.1"), "{word}");
        host.netpipe("check").status(0);
        host.netpipe("detach netns:blue").status(0);
        before.assert_same(&host.snapshot());
    }
    // What has no equivalent does not keep the container from its address.
    let words = [
        "pipework",
        "nic0",
        "netns:blue",
        "dhcp:-x hostname:db -V acme -n",
    ];
    let run = host.netpipe(words).status(0);
    let warning = "warning: dhcp has `-V acme`, which netpipe's DHCP client has no equivalent for";
    assert!(
        run.err.starts_with(warning) && run.err.lines().count() == 1,
        "{}",
        run.err
    );
    let records = host.store();
    let told = |(_, value): &(String, String)| value.contains("\"hostname\":\"db\"");
    assert!(records.iter().any(told), "{records:?}");
}

#[test]
fn a_client_that_stays_is_one_in_the_background() {
    if !needs("macvlan") {
        return;
    }
    let (host, lan) = scene();
    let blue = host.container("blue");
    let _server = Server::start(&host, &lan, "eth0");
    let before = host.snapshot();
    for word in ["dhcp:-f", "udhcpc-f", "dhclient-f"] {
        let line = format!("pipework nic0 netns:blue {word}");
        host.netpipe(&line).status(0).stdout("").stderr("");
        let holder = || {
            let list = host.netpipe("dhcp list --json").status(0).json();
            list[0]["holder"].as_u64()
        };
        let first = holder().unwrap_or_else(|| panic!("{word}: nobody holds the lease"));
        // The same line again leaves it alone.
        host.netpipe(&line).status(0).stderr("");
        assert_eq!(holder(), Some(first), "{word}");
        assert!(blue.reaches("10.0.0.1"));
        host.netpipe("detach netns:blue").status(0);
        // It sees that and ends.
        let late = Instant::now() + Duration::from_secs(10);
        while std::path::Path::new(&format!("/proc/{first}/ns/net")).exists()
            && std::fs::read_link(format!("/proc/{first}/ns/net")).is_ok()
        {
            assert!(Instant::now() < late, "{word}: {first} goes on");
            std::thread::yield_now();
        }
        before.assert_same(&host.snapshot());
    }
}

/// Makes a bridge whose port is the card.
const BRIDGE: &str = "ip link add br7 address 02:00:00:00:00:77 type bridge && \
                      ip link set br7 up && ip link set nic0 master br7";

/// Runs lines that each ask a server, and claims what the interface then has; they leave
/// nothing.
fn each_gets_an_address((host, blue): (&Host, &Container), lines: &[(&str, &str, &str)]) {
    let before = host.snapshot();
    for (line, dev, has) in lines {
        let words = line.replace("GUEST", "netns:blue");
        host.netpipe(format!("pipework {words}"))
            .status(0)
            .stdout("")
            .stderr("");
        let given = given_to(blue, dev);
        assert!(
            given.contains("inet 10.0.0.1") && given.contains(has),
            "{line}: {given}"
        );
        assert!(blue.comes_to_reach("10.0.0.1"), "{line}");
        host.netpipe("check").status(0);
        host.netpipe("detach netns:blue").status(0);
        before.assert_same(&host.snapshot());
    }
}

#[test]
fn the_usage_texts_forms_ask_by_cards_and_bridges() {
    if !needs("macvlan") {
        return;
    }
    let (host, lan) = scene();
    let blue = host.container("blue");
    let _server = Server::start(&host, &lan, "eth0");
    let mac = "26:2e:71:98:60:8f";
    let lines = [
        ("nic0 -i eth2 GUEST dhcp 26:2e:71:98:60:8f", "eth2", mac),
        ("mac:02:00:00:00:00:10 GUEST dhcp", "eth1", ""),
        (
            "mac:02:00:00:00:00:10 -i eth2 GUEST dhcp 26:2e:71:98:60:8f",
            "eth2",
            mac,
        ),
        ("--direct-phys nic0 GUEST dhcp", "eth1", "02:00:00:00:00:10"),
    ];
    each_gets_an_address((&host, &blue), &lines);
    host.sh(BRIDGE);
    let lines = [
        (
            "br7 GUEST dhcp fa:de:b0:99:52:1c",
            "eth1",
            "fa:de:b0:99:52:1c",
        ),
        ("br7 -i eth2 -l hostapp1 GUEST udhcpc", "eth2", ""),
        (
            "br7 GUEST dhclient U:myhost.foo.com",
            "eth1",
            "02:72:6c:cd:9b:8d",
        ),
    ];
    each_gets_an_address((&host, &blue), &lines);
}

#[test]
fn the_usage_texts_forms_ask_in_a_vlan() {
    if !(needs("vlan") && needs("macvlan") && needs("vlan_filtering")) {
        return;
    }
    let (host, lan) = scene();
    let blue = host.container("blue");
    lan.sh(
        "ip link add link eth0 name eth0.10 type vlan id 10 && ip link set eth0.10 up && \
         ip address flush dev eth0 scope global && ip address add 10.0.0.1/24 dev eth0.10",
    );
    let _server = Server::start(&host, &lan, "eth0.10");
    let mac = "26:2e:71:98:60:8f";
    let lines = [
        ("nic0 GUEST dhcp 26:2e:71:98:60:8f@10", "eth1", mac),
        ("mac:02:00:00:00:00:10 -i eth2 GUEST dhcp @10", "eth2", ""),
    ];
    each_gets_an_address((&host, &blue), &lines);
    host.sh(
        "ip link add br7 address 02:00:00:00:00:77 type bridge vlan_filtering 1 && \
         ip link set br7 up && ip link set nic0 master br7 && bridge vlan add dev nic0 vid 10",
    );
    let lines = [(
        "br7 -l hostapp1 GUEST dhcp 26:2e:71:98:60:8f@10",
        "eth1",
        mac,
    )];
    each_gets_an_address((&host, &blue), &lines);
}

#[test]
fn after_a_restart_there_is_a_client_again() {
    let (host, lan) = scene();
    let blue = host.container("blue");
    let _server = Server::start(&host, &lan, "eth0");
    host.sh(BRIDGE);
    let line = "pipework br7 netns:blue dhcp:-f";
    let holder = || {
        let list = host.netpipe("dhcp list --json").status(0).json();
        list[0]["holder"].as_u64()
    };
    host.netpipe(line).status(0).stderr("");
    let first = holder().unwrap();
    // It has no time to see that the container is gone before there is another.
    let signal = |signal| kill(Pid::from_raw(first.cast_signed() as i32), signal).unwrap();
    signal(Signal::SIGSTOP);
    host.remove(blue);
    let blue = host.container("blue");
    let mut again = host.call(line).spawn_piped();
    let attached = || blue.sh("ip -4 -o address show").contains("10.0.0.1");
    while !attached() && again.try_wait().unwrap().is_none() {}
    signal(Signal::SIGCONT);
    let ended = again.wait_with_output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    let second = holder();
    assert!(second.is_some() && second != Some(first), "{second:?}");
    host.netpipe("detach netns:blue").status(0);
}

#[test]
fn a_vlan_of_open_vswitch_has_a_server() {
    if !needs("ovs") {
        return;
    }
    let host = Host::new();
    host.start_ovs();
    if !crate::support::has("openvswitch") {
        host.vsctl("add-br ovsbr0 -- set bridge ovsbr0 datapath_type=netdev");
    }
    let (red, blue) = (host.container("red"), host.container("blue"));
    host.netpipe("pipework ovsbr0 netns:red 10.0.0.1/24 @10")
        .status(0);
    let _server = Server::start(&host, &red, "eth1");
    // Virtual LAN (VLAN)
    host.netpipe("pipework ovsbr0 netns:blue dhcp @10")
        .status(0)
        .stdout("")
        .stderr("");
    assert!(given(&blue).contains("inet 10.0.0.1"));
    assert!(blue.comes_to_reach("10.0.0.1"));
    host.netpipe("check").status(0);
}

//! pipework's DHCP clients: whichever is named, netpipe's own asks a real server.

use std::process::Child;
use std::time::{Duration, Instant};

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
    blue.sh("ip -4 -o address show eth1; ip route show default dev eth1")
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

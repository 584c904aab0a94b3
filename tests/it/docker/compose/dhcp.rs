//! examples/compose/macvlan-dhcp: services that are in the LAN, with a real DHCP server there.

use std::fs;
use std::process::Child;

use super::project::{Project, import_image};
use crate::docker::engine::Engine;
use crate::support::{Call, Host};

/// The LAN: a card of the engine's host, and at its other end a server that gives out
/// 10.80.0.100 to 10.80.0.109.
struct Lan<'a> {
    inside: &'a Host,
    outside: Host,
    server: Child,
}

impl<'a> Lan<'a> {
    fn new(inside: &'a Host) -> Self {
        let outside = Host::new();
        inside.sh(&format!(
            "ip link add lan-card type veth peer name lan0 netns {} && ip link set lan-card up",
            outside.place().path()
        ));
        outside.sh("ip address add 10.80.0.1/24 dev lan0 && ip link set lan0 up");
        let path = |name: &str| outside.directory().join(name).display().to_string();
        let settings = format!(
            "start 10.80.0.100\nend 10.80.0.109\ninterface lan0\nlease_file {}\npidfile {}\n\
             auto_time 1\noption subnet 255.255.255.0\noption lease 3600\n",
            path("leases"),
            path("pid")
        );
        fs::write(path("udhcpd.conf"), settings).unwrap();
        fs::write(path("leases"), "").unwrap();
        let words = ["udhcpd", "-f", &path("udhcpd.conf")];
        let server = Call::new(outside.place(), "busybox", words).spawn();
        Self {
            inside,
            outside,
            server,
        }
    }
}

impl Drop for Lan<'_> {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = self.inside.try_sh("ip link del lan-card");
    }
}

#[test]
fn services_in_the_lan_get_their_addresses_from_its_server() {
    let engine = Engine::docker();
    let host = engine.host();
    import_image(&engine, &host);
    let lan = Lan::new(&host);
    let project = Project::example(&engine, &host, "macvlan-dhcp", &[]).with("CARD", "lan-card");
    let address = |service: &str| {
        let shown = project
            .exec(service, "ip -o -4 address show eth1")
            .status(0)
            .out;
        let address = shown.split_whitespace().nth(3).unwrap_or_default();
        assert!(address.starts_with("10.80.0.10"), "{shown}");
        address.to_owned()
    };
    project.does("up -d");
    project.is_wired(2);
    let first = [address("web"), address("printer")];
    assert_ne!(first[0], first[1]);
    let names = project.netpipe("dhcp list").status(0).out;
    for again in ["up -d", "restart -t 1"] {
        project.does(again);
        project.is_wired(2);
        // The server knows them again.
        assert_eq!([address("web"), address("printer")], first, "{names}");
        project.exec("web", "ping -q -c 3 -w 5 10.80.0.1").status(0);
        let printer = first[1].split('/').next().unwrap();
        project
            .exec("web", &format!("ping -q -c 3 -w 5 {printer}"))
            .status(0);
        lan.outside.sh(&format!("ping -n -q -c 1 -w 5 {printer}"));
    }
    project.does("down -t 1");
    project.is_gone();
    let left = host.sh("ip -d -o link show");
    assert!(!left.contains("macvlan"), "{left}");
}

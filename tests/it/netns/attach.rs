//! Attaching to a bridge: what the kernel and the records have afterwards.

use netpipe::exec::Executor;
use netpipe::plan::Step;
use netpipe::plan::step::VethPair;
use netpipe::spec::Mac;
use netpipe::sys::netlink::Door;
use netpipe::sys::netns::{Netns, create};
use netpipe::sys::signal::Interrupt;
use serde_json::json;

use crate::support::Host;

#[test]
fn a_missing_bridge_is_made_and_the_container_plugged_in() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 fd00::5/64")
        .status(0)
        .stdout("attached: netns:blue eth1 in br0 with 10.0.0.5/24,fd00::5/64\n")
        .stderr("");
    let inside = blue.sh("ip -br address show dev eth1");
    assert!(inside.contains("10.0.0.5/24"), "{inside}");
    assert!(inside.contains("fd00::5/64"), "{inside}");
    let port = host.sh("ip -d link show master br0");
    assert!(port.contains("state UP"), "{port}");
    let store = std::fs::read_link(host.state_dir().join("id")).unwrap();
    let store = store.display();
    let mark = format!("alias netpipe:{store}/h1/netns:blue/eth1");
    assert!(port.contains(&mark), "{port}");
    let bridge = host.sh("ip -d link show br0");
    let mark = format!("alias netpipe:bridge:auto:{store}");
    assert!(bridge.contains(&mark), "{bridge}");
}

#[test]
fn two_containers_reach_each_other() {
    let host = Host::new();
    let (blue, red) = (host.container("blue"), host.container("red"));
    host.netpipe("attach netns:blue br0 10.0.0.5/24 fd00::5/64")
        .status(0);
    host.netpipe("attach netns:red br0 10.0.0.6/24 fd00::6/64")
        .status(0);
    for (from, to) in [
        (&blue, "10.0.0.6"),
        (&blue, "fd00::6"),
        (&red, "10.0.0.5"),
        (&red, "fd00::5"),
    ] {
        assert!(from.comes_to_reach(to), "{to} does not answer");
    }
}

#[test]
fn the_bridge_keeps_its_mac_when_ports_come_and_go() {
    let host = Host::new();
    let _all = [host.container("blue"), host.container("red")];
    let mac = || host.sh("ip -br link show br0 | tr -s ' ' | cut -d' ' -f3");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    let first = mac();
    host.netpipe("attach netns:red br0 10.0.0.6/24 --mac 02:00:00:00:00:01")
        .status(0);
    assert_eq!(mac(), first);
    host.netpipe("detach netns:blue").status(0);
    assert_eq!(mac(), first);
}

#[test]
fn every_kind_of_target_is_the_same_namespace() {
    for prefix in ["netns:blue", "path", "pid"] {
        let host = Host::new();
        let blue = host.container("blue");
        let sleeper = Sleeper::inside(&blue);
        let target = match prefix {
            "path" => blue.path(),
            "pid" => format!("pid:{}", sleeper.0.id()),
            name => name.to_owned(),
        };
        host.netpipe(format!("attach {target} br0 10.0.0.5/24"))
            .status(0)
            .stdout(&format!(
                "attached: {target} eth1 in br0 with 10.0.0.5/24\n"
            ));
        blue.sh("ip link show eth1");
        host.netpipe(format!("detach {target}")).status(0);
        blue.try_sh("ip link show eth1").status(1);
    }
}

/// A process in a container, ended with the test.
struct Sleeper(std::process::Child);

impl Sleeper {
    fn inside(container: &crate::support::Container) -> Self {
        Self(crate::support::Call::new(container.place(), "sleep", "60").spawn())
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn further_interfaces_get_the_next_free_name() {
    let host = Host::new();
    let blue = host.container("blue");
    blue.sh("ip link add eth2 type veth peer name x");
    for (ip, name) in [("10.0.0.5", "eth1"), ("10.0.1.5", "eth3")] {
        host.netpipe(format!("attach netns:blue br0 {ip}/24 --json"))
            .status(0)
            .stdout_has(&format!("\"ifname\": \"{name}\""));
    }
}

#[test]
fn json_has_stable_fields() {
    let host = Host::new();
    host.container("blue");
    let mut report = host
        .netpipe("attach netns:blue br0 10.0.0.5/24@10.0.0.1 --mac U:hello --json")
        .status(0)
        .stderr("")
        .json();
    let end = report["host_ifname"].take();
    assert!(end.as_str().unwrap().starts_with("np"), "{end}");
    let expected = json!({
        "change": "attached", "host": "h1", "target": "netns:blue", "ifname": "eth1",
        "kind": "bridge", "link": "br0", "host_ifname": null, "mac": "02:b1:94:6a:c9:24",
        "mtu": 1500, "network": "br0", "addresses": ["10.0.0.5/24"], "gateways": ["10.0.0.1"],
        "routes": [], "state": "active", "container": null, "warnings": [],
        "asks": [], "leases": [],
        // What only some kinds of link have.
        "vlan": null, "svlan": null, "parent": null, "mode": null, "source_macs": [],
        "host_shim": null,
    });
    assert_eq!(report, expected);
}

#[test]
fn list_and_show_tell_what_is_attached() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("list")
        .status(0)
        .stdout("TARGET  IFNAME  LINK  ADDRESSES  NETWORK  STATE  KERNEL\n");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    let words = |text: &str| -> Vec<Vec<String>> {
        let line = |line: &str| line.split_whitespace().map(str::to_owned).collect();
        text.lines().map(line).collect()
    };
    let row = |kernel| format!("netns:blue eth1 br0 10.0.0.5/24 br0 active {kernel}");
    let table = words(&host.netpipe("list netns:blue").status(0).out);
    assert_eq!(table[1], words(&row("up"))[0]);
    let end = host.netpipe("list --json").json()[0]["host_ifname"].clone();
    host.sh(&format!("ip link set {end} down"));
    let table = words(&host.netpipe("list").status(0).out);
    assert_eq!(table[1], words(&row("down"))[0]);
    host.sh(&format!("ip link del {end}"));
    let table = words(&host.netpipe("list").status(0).out);
    assert_eq!(table[1], words(&row("missing"))[0]);
    host.netpipe("show netns:blue")
        .status(0)
        .stdout_has("netns:blue eth1\n")
        .stdout_has("addresses   10.0.0.5/24\n")
        .stdout_has("drift");
}

#[test]
fn a_path_by_another_way_is_the_same_target() {
    let host = Host::new();
    let blue = host.container("blue");
    let way = host.directory().join("way");
    std::os::unix::fs::symlink("/run", &way).unwrap();
    let path = format!("{}/netns/blue", way.display());
    host.netpipe(format!("attach {path} br0 10.0.0.5/24"))
        .status(0)
        .stdout_has("attached: netns:blue eth1");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 -i eth1")
        .status(0)
        .stdout_has("unchanged: netns:blue eth1");
    // Also when the namespace is gone.
    host.remove(blue);
    host.netpipe(format!("detach {path}"))
        .status(0)
        .stdout_has("detached: netns:blue eth1");
    assert_eq!(host.store(), []);
}

#[test]
fn a_bridge_that_was_made_anew_since_the_plan_is_found_by_its_name() {
    let host = Host::new();
    host.sh("ip link add br0 type bridge && ip link del br0");
    host.sh("ip link add br0 index 77 type bridge");
    let target = Netns::from_fd(create().unwrap(), "target").unwrap();
    let pair = |n: u8, master, bridge: &str| {
        Step::AddVeth(VethPair {
            host_ifname: format!("port{n}").parse().unwrap(),
            host_mac: Mac([2, 0, 0, 0, 0, n]),
            bridge: Some(bridge.parse().unwrap()),
            master,
            mtu: 1500,
            ifname: format!("eth{n}").parse().unwrap(),
            mac: Mac([2, 0, 0, 0, 1, n]),
        })
    };
    host.place().run(|| {
        let mut inside = target.run(Door::open).unwrap().unwrap();
        let mut outside = Door::open().unwrap();
        let none = Interrupt::default();
        let mut executor = Executor::new(&mut outside, Some((&target, &mut inside)), &none);
        let steps = [
            pair(1, Some(70), "br0"),
            pair(2, Some(77), "br0"),
            pair(3, None, "br0"),
        ];
        executor.run(&steps).unwrap();
        let gone = executor.run(&[pair(4, Some(70), "br1")]).unwrap_err();
        assert!(
            gone.to_string().starts_with("bridge `br1` is gone"),
            "{gone}"
        );
        executor.commit();
    });
    let ports = host.sh("ip -br link show master br0");
    assert_eq!(ports.lines().count(), 3, "{ports}");
}

//! VLANs on a bridge of Open vSwitch.

use crate::support::{Container, Host, stream};

fn host() -> Host {
    let host = Host::new();
    host.start_ovs();
    host
}

/// What a container sees of a kind of frame while something else goes on.
fn sees(container: &Container, filter: &str, meanwhile: impl FnOnce()) -> String {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("frames").display().to_string();
    container.sh(&format!(
        "tcpdump -U -n -e -i eth1 -w {file} '{filter}' >{file}.log 2>&1 & echo $! >{file}.pid; \
         while ! grep -q 'listening on' {file}.log; do :; done"
    ));
    meanwhile();
    container.sh(&format!(
        "kill $(cat {file}.pid); while kill -0 $(cat {file}.pid) 2>/dev/null; do :; done; \
         tcpdump -n -e -r {file} 2>/dev/null"
    ))
}

fn mac(container: &Container) -> String {
    let words = container.sh("ip -br link show eth1");
    words.split_whitespace().nth(2).unwrap().to_owned()
}

#[test]
fn vlans_with_the_same_addresses_never_meet() {
    let host = host();
    let names = ["a10", "b10", "a20", "b20"];
    let all: Vec<_> = names.iter().map(|name| host.container(name)).collect();
    for (name, vlan, ip) in [
        ("a10", 10, "10.0.0.1"),
        ("b10", 10, "10.0.0.2"),
        ("a20", 20, "10.0.0.1"),
        ("b20", 20, "10.0.0.2"),
    ] {
        host.netpipe(format!(
            "attach netns:{name} ovs0 {ip}/24 --vlan {vlan} --no-register"
        ))
        .status(0);
    }
    let [a10, b10, a20, b20] = &all[..] else {
        panic!("four containers");
    };
    // Of a neighbour's broadcasts nothing is seen, and each talks with its own.
    let seen = sees(b20, "arp or icmp or icmp6", || {
        a10.sh("ip neigh flush all; ping -n -q -c 2 -i 0.2 10.0.0.2");
        a10.try_sh("ping -n -q -c 1 -W 1 10.0.0.99");
        a10.try_sh("ping -n -q -c 1 -W 1 -b 10.0.0.255");
    });
    let own = mac(a10);
    assert!(!seen.contains(&own), "{seen}");
    let seen = sees(b10, "icmp", || {
        a20.sh("ping -n -q -c 2 -i 0.2 10.0.0.2");
    });
    let own = mac(a20);
    assert!(!seen.contains(&own), "{seen}");
    stream::carries(a10.place(), b10.place(), "10.0.0.2");
    stream::carries(b20.place(), a20.place(), "10.0.0.1");
    let shown = host.netpipe("show netns:a10 --json").json();
    assert_eq!(shown[0]["vlan"], "10");
}

#[test]
fn an_attachment_in_another_vlan_is_another_one() {
    let host = host();
    host.container("blue");
    host.netpipe("attach netns:blue ovs0 10.0.0.5/24 -i eth1 --vlan 10")
        .status(0);
    host.netpipe("attach netns:blue ovs0 10.0.0.5/24 -i eth1 --vlan 20")
        .status(3)
        .stderr_has("VLAN");
    host.netpipe("attach netns:blue ovs0 10.0.0.5/24 -i eth1 --vlan 20 --replace")
        .status(0);
    assert_eq!(
        host.vsctl("--columns=tag find Port tag=20").lines().count(),
        1
    );
}

/// The VLAN links that a trunk is told apart by: `ip link … type vlan`, or where the kernel
/// has none, frames are looked at as they come.
#[test]
fn a_trunk_carries_its_vlans_tagged_and_no_others() {
    let host = host();
    let router = host.container("router");
    let (a10, a20, a30) = (
        host.container("a10"),
        host.container("a20"),
        host.container("a30"),
    );
    host.netpipe("attach netns:router ovs0 none --trunk 10,20,native=5")
        .status(0);
    for (name, vlan) in [("a10", 10), ("a20", 20), ("a30", 30)] {
        host.netpipe(format!(
            "attach netns:{name} ovs0 10.0.{vlan}.1/24 --vlan {vlan}"
        ))
        .status(0);
    }
    let a5 = host.container("a5");
    host.netpipe("attach netns:a5 ovs0 10.0.5.1/24 --vlan 5")
        .status(0);
    let seen = sees(&router, "arp or (vlan and arp)", || {
        for (container, vlan) in [(&a10, 10), (&a20, 20), (&a30, 30), (&a5, 5)] {
            container.try_sh(&format!("ping -n -q -c 1 -W 1 10.0.{vlan}.99"));
        }
    });
    let has = |address: &str, tag: Option<&str>| {
        seen.lines().any(|line| {
            line.contains(&format!("who-has {address}"))
                && tag.map_or(!line.contains("802.1Q"), |tag| line.contains(tag))
        })
    };
    assert!(has("10.0.10.99", Some("vlan 10,")), "{seen}");
    assert!(has("10.0.20.99", Some("vlan 20,")), "{seen}");
    assert!(has("10.0.5.99", None), "{seen}");
    assert!(!seen.contains("10.0.30.99"), "{seen}");
}

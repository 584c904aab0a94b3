//! Topology files with links that only some kernels have.

use super::traffic::transfer;
use crate::dhcp::server::{dnsmasq, prepare};
use crate::support::{Host, needs};

/// Applies a file twice, sees that its export changes nothing, wipes the host and makes the
/// same from the export; gives the host with all of it.
fn round_trip(host: &Host, file: &str) {
    let path = host.directory().join("t.yaml");
    let path = path.to_str().unwrap();
    let bare = host.snapshot();
    let apply = |text: &str, more: &[&str]| {
        std::fs::write(path, text).unwrap();
        host.netpipe([&["apply", "-f", path], more].concat().as_slice())
            .status(0)
    };
    apply(file, &[]);
    apply(file, &[]).stdout_has("0 added, 0 changed, 0 removed");
    let made = host.snapshot();
    let export = host.netpipe("export").status(0).out;
    apply(&export, &["--prune=all"]).stdout_has("0 added, 0 changed, 0 removed");
    made.assert_same(&host.snapshot());
    apply("version: 1\n", &["--prune=all"]);
    bare.assert_same_kernel(&host.snapshot());
    apply(&export, &[]);
    assert_eq!(host.netpipe("export").status(0).out, export);
    made.assert_same_kernel(&host.snapshot());
    host.netpipe("check").status(0);
}

#[test]
fn vlans_of_a_bridge() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = Host::new();
    let (blue, red) = (host.container("blue"), host.container("red"));
    round_trip(
        &host,
        "version: 1\nname: shop\nnetworks:\n  acme: {bridge: br0, vlan: 10, subnet: 10.0.0.0/24}\n\
         bridges:\n  br0: {vlan-filtering: true}\nattachments:\n  netns:blue:\n    - {link: \
         \"net:acme\", address: 10.0.0.5/24, ifname: eth1}\n    - {link: br0, trunk: \
         \"10,20-29,native=5\", address: none, ifname: eth2}\n  netns:red:\n    - {link: br0, vlan: \
         10, network: acme, address: 10.0.0.6/24, ifname: eth1}\n",
    );
    transfer(&blue, &red, "10.0.0.6");
}

#[test]
fn links_on_a_card_and_gre() {
    if !needs("vlan") || !needs("ipvlan") || !needs("gretap") || !needs("dummy") {
        return;
    }
    let host = Host::new();
    host.container("blue");
    host.container("red");
    host.sh(
        "ip link add eth0 type veth peer name lan0 && ip link set lan0 up && \
         ip link set eth0 up && ip address add 192.0.2.10/24 dev eth0 && \
         ip link add eth8 type veth peer name lan8 && ip link set lan8 up && ip link set eth8 up",
    );
    round_trip(
        &host,
        "version: 1\ntunnels:\n  gre1: {kind: gretap, remote: 192.0.2.20, key: 7, bridge: lan}\n  \
         gre2: {kind: gre, remote: 192.0.2.21, address: 10.255.0.1/30, route: 10.2.0.0/24, ttl: \
         inherit}\nbridges:\n  lan: {}\nattachments:\n  netns:blue:\n    - {link: eth0, vlan: 10, \
         address: 10.0.0.5/24, ifname: eth1, host-shim: true}\n    - {link: dummy, address: \
         10.1.1.1/32, ifname: d0}\n    - {link: lan, address: 10.3.0.5/24, ifname: eth2}\n  \
         netns:red:\n    - {link: \"ipvlan:eth8\", address: 10.0.0.6/24, ifname: eth1, mode: l3, \
         default-route: true}\n",
    );
}

#[test]
fn cards_shapes_peers_and_a_switch() {
    if !needs("macvlan") || !needs("tbf") || !needs("vxlan") {
        return;
    }
    let host = Host::new();
    host.container("blue");
    host.container("red");
    host.start_ovs();
    host.sh(
        "ip link add eth0 type veth peer name lan0 && ip link set lan0 up && \
         ip link set eth0 up && ip address add 192.0.2.10/24 dev eth0 && \
         ip link add nic0 address 02:00:00:00:00:70 type veth peer name lan1 && \
         ip link set lan1 up && ip link set nic0 up",
    );
    round_trip(
        &host,
        "version: 1\nname: shop\ntunnels:\n  vx7: {kind: vxlan, vni: 7, local: 192.0.2.10, peers: \
         [192.0.2.20, 192.0.2.21], bridge: lan, no-learning: true}\nbridges:\n  lan: {}\n  ovs1: \
         {}\nattachments:\n  netns:blue:\n    - {link: eth0, address: 192.0.2.50/24, ifname: \
         eth1, host-shim: true}\n    - {link: \"phys:nic0\", address: 10.1.0.5/24, ifname: card0, \
         shape: {rate: 8mbit, burst: 64kb}}\n    - {link: lan, address: 10.2.0.5/24, ifname: \
         eth2, shape: {rate: 10mbit, latency: 20ms}}\n    - {link: \"veth:netns:red\", ifname: \
         w0, address: 10.3.0.1/30, peer-ifname: w1, peer-address: 10.3.0.2/30, shape: {rate: \
         5mbit}, peer-shape: {rate: 1.5mbit}}\n  netns:red:\n    - {link: ovs1, trunk: \
         \"10,20-29,native=5\", address: none, ifname: eth1}\n    - {link: ovs1, vlan: 10, \
         address: 10.4.0.5/24, ifname: eth2}\n",
    );
}

#[test]
fn what_a_server_gave_is_no_part_of_the_file() {
    let host = Host::new();
    let (_blue, srv) = prepare(&host);
    let server = dnsmasq(&host, &srv, "--dhcp-range=10.9.0.50,10.9.0.60,3600");
    let path = host.directory().join("t.yaml");
    let path = path.to_str().unwrap();
    let file = "version: 1\nname: shop\nattachments:\n  netns:blue:\n    - {link: br0, address: \
                [dhcp, 10.8.0.5/24], ifname: eth1, dhcp-hostname: till, dhcp-client-id: till-1}\n";
    let run = |verb: &str, text: &str, more: &[&str]| {
        std::fs::write(path, text).unwrap();
        let words = [&[verb, "-f", path], more].concat();
        host.netpipe(words.as_slice())
    };
    run("apply", file, &[]).status(0).stdout_has("1 added");
    run("apply", file, &["--prune"])
        .status(0)
        .stdout_has("1 unchanged");
    let export = host.netpipe("export").status(0).out;
    assert!(
        export.contains("dhcp") && !export.contains("10.9.0."),
        "{export}"
    );
    run("plan", &export, &["--exit-code", "--prune=all"]).status(0);
    run("apply", "version: 1\nname: shop\n", &["--prune"])
        .status(0)
        .stdout_has("1 removed");
    server.awaits("DHCPRELEASE(eth0)");
    run("apply", &export, &[]).status(0).stdout_has("1 added");
    assert_eq!(host.netpipe("export").status(0).out, export);
}

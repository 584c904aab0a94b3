//! Topology files with links that only some kernels have.

use super::traffic::transfer;
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

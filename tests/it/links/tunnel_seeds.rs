//! What tunnels are for: hosts whose containers share a subnet, hosts with a subnet each,
//! and several tenants over one pair of hosts. The hosts are joined by a router.

use crate::support::wan::{Site, Wan, fits, talk};
use crate::support::{Container, needs, scene};

/// Two hosts whose containers, 10.0.0.N and fd10::N on each host's `br0`, share a subnet.
fn same_subnet(kind: &str, id: &str, over_ipv6: bool, underlay: u32, mtu: u32) {
    let wan = Wan::new(2, underlay);
    let [h1, h2] = &wan.hosts[..] else { panic!() };
    let all = [h1.host.container("c1"), h2.host.container("c2")];
    let before = [h1.host.snapshot(), h2.host.snapshot()];
    for (number, here, there) in [(1, h1, h2), (2, h2, h1)] {
        let ends = here.ends(there, over_ipv6);
        let line = format!("tunnel add {kind} tun1 {ends} {id} --bridge br0");
        here.netpipe(&line)
            .status(0)
            .stderr("")
            .stdout(&format!("made: tunnel tun1, MTU {mtu}\n"));
        here.netpipe(&line).status(0).stdout_has("there already");
        here.netpipe(format!(
            "attach netns:c{number} br0 10.0.0.{number}/24 fd10::{number}/64"
        ))
        .status(0)
        .stderr("");
        here.netpipe("check").status(0);
    }
    talk((&all[0], "10.0.0.1"), (&all[1], "10.0.0.2"), mtu);
    if mtu >= 1280 {
        fits(&all[0], "fd10::2", mtu);
    }
    for (number, site, before) in [(1, h1, &before[0]), (2, h2, &before[1])] {
        // The other way round than with attachments first.
        site.netpipe("tunnel del tun1").status(0).stderr("");
        site.netpipe(format!("detach netns:c{number}")).status(0);
        before.assert_same_kernel(&site.host.snapshot());
    }
}

#[test]
fn two_hosts_in_the_same_subnet_by_gretap() {
    if needs("gretap") {
        same_subnet("gretap", "--key 7001", false, 1500, 1458);
    }
}

#[test]
fn two_hosts_in_the_same_subnet_by_gretap_without_a_key() {
    if needs("gretap") {
        same_subnet("gretap", "", false, 1400, 1362);
    }
}

#[test]
fn two_hosts_in_the_same_subnet_by_gretap_over_ipv6() {
    if needs("ip6gretap") {
        same_subnet("gretap", "--key 4294967295", true, 1500, 1438);
    }
}

#[test]
fn two_hosts_in_the_same_subnet_by_ip6gretap() {
    if needs("ip6gretap") {
        same_subnet("ip6gretap", "", true, 1400, 1342);
    }
}

#[test]
fn two_hosts_in_the_same_subnet_by_geneve() {
    if needs("geneve") {
        same_subnet("geneve", "--vni 10", false, 1500, 1450);
    }
}

#[test]
fn two_hosts_in_the_same_subnet_by_geneve_over_ipv6() {
    if needs("geneve") {
        same_subnet("geneve", "--vni 10 --port 6082", true, 1500, 1430);
    }
}

/// Hosts whose containers are in subnets of their own, 10.N.0.0/24 and fd1N::/64: each host
/// is its containers' router, and has routes over GRE to the others'.
fn subnet_each(over_ipv6: bool, key: &str, mtu: u32) {
    let wan = Wan::new(3, 1500);
    let mut all = Vec::new();
    for (site, number) in wan.hosts.iter().zip(1..) {
        let host = &site.host;
        host.sh("echo 1 > /proc/sys/net/ipv4/ip_forward && \
             echo 1 > /proc/sys/net/ipv6/conf/all/forwarding");
        site.netpipe(format!(
            "bridge add br0 --address 10.{number}.0.1/24 --address fd1{number}::1/64 --mtu {mtu}"
        ))
        .status(0);
        let container = host.container(&format!("c{number}"));
        site.netpipe(format!(
            "attach netns:c{number} br0 10.{number}.0.2/24@10.{number}.0.1 \
             fd1{number}::2/64@fd1{number}::1"
        ))
        .status(0);
        for (other, at) in wan.hosts.iter().zip(1..) {
            if at != number {
                join(site, number, other, at, over_ipv6, key, mtu);
            }
        }
        site.netpipe("check").status(0);
        all.push(container);
    }
    talk((&all[0], "10.1.0.2"), (&all[1], "10.2.0.2"), mtu);
    talk((&all[1], "fd12::2"), (&all[2], "fd13::2"), mtu);
    assert!(all[2].comes_to_reach("10.1.0.2"));
    let h1 = &wan.hosts[0];
    h1.netpipe("tunnel del gre2").status(0);
    assert!(!all[0].reaches("10.2.0.2"));
    assert!(all[0].comes_to_reach("10.3.0.2"));
}

/// Hosts with Docker's firewall, which drops what it does not know: a direct route through the
/// tunnel lets its packets pass.
#[test]
fn dockers_firewall_lets_direct_routes_over_gre_pass() {
    if !needs("gre") {
        return;
    }
    let wan = Wan::new(2, 1500);
    let mut all = Vec::new();
    for (at, number) in [(0, 1), (1, 2)] {
        let (site, other) = (&wan.hosts[at], &wan.hosts[1 - at]);
        let (host, there) = (&site.host, 3 - number);
        scene::docker_firewall(host);
        site.netpipe(format!("bridge add br0 --address 10.{number}.0.1/24"))
            .status(0);
        all.push(host.container("web"));
        site.netpipe(format!(
            "attach netns:web br0 10.{number}.0.2/24@10.{number}.0.1 --mtu 1476"
        ))
        .status(0);
        let before = host.snapshot();
        let add = format!("tunnel add gre gre1 {}", site.ends(other, false));
        site.netpipe(format!("{add} --route 10.{there}.0.0/24"))
            .status(0)
            .stderr_has(&format!(
                "firewall may drop what is forwarded to 10.{there}.0.0/24"
            ))
            .stderr_has(&format!("netpipe direct-route add 10.{there}.0.0/24 via"));
        site.netpipe("tunnel del gre1").status(0);
        before.assert_same_kernel(&host.snapshot());
        site.netpipe(format!("{add} --address 10.255.0.{number}/30"))
            .status(0)
            .stderr("");
        site.netpipe(format!(
            "direct-route add 10.{there}.0.0/24 via 10.255.0.{there}"
        ))
        .status(0)
        .stdout_has("dev gre1");
    }
    talk((&all[0], "10.1.0.2"), (&all[1], "10.2.0.2"), 1476);
}

fn join(site: &Site, number: u32, other: &Site, at: u32, over_ipv6: bool, key: &str, mtu: u32) {
    let ends = site.ends(other, over_ipv6);
    site.netpipe(format!(
        "tunnel add gre gre{at} {ends} {key} --address 10.255.0.{number}/32 \
         --address fdff::{number}/128 --route 10.{at}.0.0/24 --route fd1{at}::/64"
    ))
    .status(0)
    .stderr("")
    .stdout(&format!("made: tunnel gre{at}, MTU {mtu}\n"));
}

#[test]
fn hosts_with_a_subnet_each_by_routes_over_gre() {
    if needs("gre") {
        subnet_each(false, "", 1476);
    }
}

#[test]
fn hosts_with_a_subnet_each_by_routes_over_gre_over_ipv6() {
    if needs("ip6gre") {
        subnet_each(true, "--key 5", 1452);
    }
}

const TENANTS: [(&str, u32, u32); 2] = [("acme", 7001, 10), ("emca", 7002, 20)];

/// A tenant's container on each of two hosts, with the same addresses as the other tenant's.
fn tenant(hosts: [&Site; 2], name: &str, vlan: u32) -> Vec<Container> {
    let all = hosts.iter().zip(1..).map(|(site, number)| {
        let container = site.host.container(&format!("{name}{number}"));
        site.netpipe(format!(
            "attach netns:{name}{number} br0 10.0.0.{number}/24 --vlan {vlan} \
             --network {name}"
        ))
        .status(0)
        .stderr("");
        container
    });
    all.collect()
}

/// As OpenStack has it: each tenant is a VLAN of the hosts' bridge, whose number may differ
/// from host to host, and a GRE key between the hosts.
fn tenants(kind: &str, id: &str, over_ipv6: bool, mtu: u32) {
    let wan = Wan::new(2, 1500);
    let [h1, h2] = &wan.hosts[..] else { panic!() };
    for (here, there) in [(h1, h2), (h2, h1)] {
        for (name, key, vlan) in TENANTS {
            let ends = here.ends(there, over_ipv6);
            let line =
                format!("tunnel add {kind} {name} {ends} {id} {key} --bridge br0 --vlan {vlan}");
            here.netpipe(&line)
                .status(0)
                .stdout(&format!("made: tunnel {name}, MTU {mtu}\n"));
            here.netpipe(&line).status(0).stdout_has("there already");
        }
    }
    let both = TENANTS.map(|(name, _, vlan)| tenant([h1, h2], name, vlan));
    for all in &both {
        talk((&all[0], "10.0.0.1"), (&all[1], "10.0.0.2"), mtu);
    }
    // The same addresses, and never the other tenant's answer: with its own peer gone,
    // nobody answers.
    for site in [h1, h2] {
        site.netpipe("check").status(0);
    }
    h2.netpipe("detach netns:acme2").status(0);
    both[0][0].sh("ip neigh flush all");
    assert!(!both[0][0].reaches("10.0.0.2"));
    assert!(both[1][0].comes_to_reach("10.0.0.2"));
    // The port of a tunnel is put back into its VLAN.
    h1.host
        .sh("bridge vlan del dev emca vid 20 && bridge vlan add dev emca vid 10 pvid untagged");
    h1.netpipe("check")
        .status(1)
        .stdout_has("port `emca` is not in VLAN 20 alone");
    assert!(both[0][0].comes_to_reach("10.0.0.2"));
    h1.netpipe("check --repair").status(0);
    h1.netpipe("check").status(0);
    // Whose answer it was believes for a while that 10.0.0.1 is who asked.
    for container in &both[1] {
        container.sh("ip neigh flush all");
    }
    assert!(both[1][0].comes_to_reach("10.0.0.2"));
    assert!(!both[0][0].reaches("10.0.0.2"));
}

#[test]
fn tenants_with_a_gre_key_and_a_vlan_each() {
    if needs("gretap") && needs("vlan_filtering") {
        tenants("gretap", "--key", false, 1458);
    }
}

#[test]
fn tenants_with_a_gre_key_and_a_vlan_each_over_ipv6() {
    if needs("ip6gretap") && needs("vlan_filtering") {
        tenants("gretap", "--key", true, 1438);
    }
}

#[test]
fn tenants_with_a_vni_and_a_vlan_each() {
    if needs("vxlan") && needs("vlan_filtering") {
        tenants("vxlan", "--vni", false, 1450);
    }
}

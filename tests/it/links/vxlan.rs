//! VXLAN: two hosts, several by unicast, several by multicast; over both families.

use crate::support::wan::{Wan, talk};
use crate::support::{Container, needs};

/// A container on each host.
fn containers(wan: &Wan) -> Vec<Container> {
    let all = wan.hosts.iter().zip(1..);
    all.map(|(site, number)| site.host.container(&format!("c{number}")))
        .collect()
}

/// Attaches each host's container to its `br0`, as 10.0.0.N and fd10::N.
fn attach(wan: &Wan) {
    for (site, number) in wan.hosts.iter().zip(1..) {
        site.netpipe(format!(
            "attach netns:c{number} br0 10.0.0.{number}/24 fd10::{number}/64"
        ))
        .status(0)
        .stderr("");
    }
}

fn two_hosts(over_ipv6: bool, mtu: u32) {
    if !needs("vxlan") {
        return;
    }
    let wan = Wan::new(2, 1500);
    let [h1, h2] = &wan.hosts[..] else { panic!() };
    let all = containers(&wan);
    let before = [h1.host.snapshot(), h2.host.snapshot()];
    for (here, there) in [(h1, h2), (h2, h1)] {
        let ends = here.ends(there, over_ipv6);
        here.netpipe(format!(
            "tunnel add vxlan vx10 {ends} --vni 10 --bridge br0"
        ))
        .status(0)
        .stderr("")
        .stdout(&format!("made: tunnel vx10, MTU {mtu}\n"));
    }
    attach(&wan);
    talk((&all[0], "10.0.0.1"), (&all[1], "10.0.0.2"), mtu);
    talk((&all[0], "fd10::1"), (&all[1], "fd10::2"), mtu);
    for (site, (number, before)) in wan.hosts.iter().zip((1..).zip(before)) {
        site.netpipe("check").status(0);
        site.netpipe(format!("detach netns:c{number}")).status(0);
        site.netpipe("tunnel del vx10")
            .status(0)
            .stdout("removed: tunnel vx10\n")
            .stderr("");
        before.assert_same_kernel(&site.host.snapshot());
    }
}

#[test]
fn two_hosts_share_a_subnet_over_ipv4() {
    two_hosts(false, 1450);
}

#[test]
fn two_hosts_share_a_subnet_over_ipv6() {
    two_hosts(true, 1430);
}

fn peers(over_ipv6: bool) {
    if !needs("vxlan") {
        return;
    }
    let wan = Wan::new(3, 1400);
    for site in &wan.hosts {
        let local = site.ip(over_ipv6);
        site.netpipe(format!(
            "tunnel add vxlan vx10 --local {local} --vni 10 --bridge br0"
        ))
        .status(0);
        for other in wan
            .hosts
            .iter()
            .filter(|other| other.ip(over_ipv6) != local)
        {
            let ip = other.ip(over_ipv6);
            site.netpipe(format!("tunnel peer add vx10 {ip}"))
                .status(0)
                .stdout(&format!("added: peer {ip} of vx10\n"));
            site.netpipe(format!("tunnel peer add vx10 {ip}"))
                .status(0)
                .stdout(&format!("there already: peer {ip} of vx10\n"));
        }
    }
    let all = containers(&wan);
    attach(&wan);
    let mtu = if over_ipv6 { 1330 } else { 1350 };
    talk((&all[0], "10.0.0.1"), (&all[1], "10.0.0.2"), mtu);
    talk((&all[1], "10.0.0.2"), (&all[2], "10.0.0.3"), mtu);
    assert!(all[2].comes_to_reach("10.0.0.1"));
    // A host that is no peer any more hears no broadcast, and so cannot be found.
    let h1 = &wan.hosts[0];
    let third = wan.hosts[2].ip(over_ipv6);
    h1.netpipe(format!("tunnel peer del vx10 {third}"))
        .status(0)
        .stdout(&format!("removed: peer {third} of vx10\n"));
    h1.netpipe(format!("tunnel peer del vx10 {third}"))
        .status(0)
        .stdout(&format!("not there: peer {third} of vx10\n"));
    h1.host
        .sh("bridge fdb flush dev vx10 dynamic 2>/dev/null || true");
    let listed = h1.netpipe("tunnel peer list vx10 --json").status(0).json();
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(listed[0]["there"], true, "{listed}");
}

#[test]
fn three_hosts_are_peers_over_ipv4() {
    peers(false);
}

#[test]
fn three_hosts_are_peers_over_ipv6() {
    peers(true);
}

/// Hosts on one segment, for multicast between networks takes a routing daemon.
fn group(group: &str, mtu: u32) {
    if !needs("vxlan") {
        return;
    }
    let wan = Wan::new(3, 1500);
    wan.router(
        "ip link add seg type bridge mcast_snooping 0 && \
         for n in 1 2 3; do ip link set to$n master seg; done && ip link set seg up",
    );
    for site in &wan.hosts {
        site.host
            .sh("ip route add 192.0.0.0/16 dev up0 && ip -6 route add fd00::/16 dev up0");
        site.netpipe(format!(
            "tunnel add vxlan vx10 --group {group} --dev up0 --vni 10 --bridge br0 --ttl 4"
        ))
        .status(0)
        .stderr("");
    }
    let all = containers(&wan);
    attach(&wan);
    talk((&all[0], "10.0.0.1"), (&all[2], "10.0.0.3"), mtu);
    assert!(all[1].comes_to_reach("10.0.0.1") && all[1].comes_to_reach("10.0.0.3"));
    let shown = wan.hosts[0].netpipe("tunnel show vx10 --json").json();
    assert_eq!(shown["remote"], group);
    assert_eq!(shown["dev"], "up0");
}

#[test]
fn a_group_joins_hosts_over_ipv4() {
    group("239.1.1.1", 1450);
}

#[test]
fn a_group_joins_hosts_over_ipv6() {
    group("ff05::100", 1430);
}

#[test]
fn learning_is_as_asked_for() {
    if !needs("vxlan") {
        return;
    }
    let wan = Wan::new(2, 1500);
    let [h1, h2] = &wan.hosts[..] else { panic!() };
    for (here, there) in [(h1, h2), (h2, h1)] {
        let ends = here.ends(there, false);
        let line = format!("tunnel add vxlan vx10 {ends} --vni 10 --bridge br0 --no-learning");
        here.netpipe(&line).status(0);
        here.netpipe(&line).status(0).stdout_has("there already");
    }
    let all = containers(&wan);
    attach(&wan);
    assert!(all[0].comes_to_reach("10.0.0.2"));
    let learnt = |site: &crate::support::wan::Site| {
        let fdb = site.host.sh("bridge fdb show dev vx10");
        let unicast = fdb.lines().filter(|line| line.contains(" dst "));
        unicast
            .filter(|line| !line.starts_with("00:00:00:00:00:00"))
            .count()
    };
    assert_eq!((learnt(h1), learnt(h2)), (0, 0));
    let shown = h1.netpipe("tunnel show vx10 --json").json();
    assert_eq!(shown["learning"], false);
    h1.netpipe("tunnel del vx10").status(0);
    let ends = h1.ends(h2, false);
    h1.netpipe(format!(
        "tunnel add vxlan vx10 {ends} --vni 10 --bridge br0"
    ))
    .status(0);
    assert!(all[0].comes_to_reach("10.0.0.2"));
    assert_ne!(learnt(h1), 0);
}

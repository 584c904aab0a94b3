//! What is particular to GRE and Geneve: the kernel takes their parameters as they are
//! asked for, and says of each tunnel but that it exists.

use crate::support::needs;
use crate::support::wan::Wan;

#[test]
fn the_commands_of_a_dry_run_make_the_same() {
    let all = ["gre", "gretap", "ip6gre", "ip6gretap", "geneve"];
    if !all.into_iter().all(needs) {
        return;
    }
    let wan = Wan::new(1, 1500);
    let site = &wan.hosts[0];
    // The marks name the store, so there has to be one.
    site.netpipe("gc").status(0);
    let before = site.host.snapshot();
    for (options, kernel) in [
        (
            "gre tun1 --remote 192.0.2.2 --key 7 --tos 0x10 --address 10.255.0.1/32 \
             --route 10.2.0.0/24 --route fd12::/64",
            "gre remote 192.0.2.2 local 192.0.1.2 ttl 64 tos 0x10 ikey 0.0.0.7 okey 0.0.0.7",
        ),
        (
            "gre tun1 --remote fd00:2::2 --dev up0 --tos inherit",
            "ip6gre remote fd00:2::2 local fd00:1::2 dev up0 hoplimit 64 encaplimit none",
        ),
        (
            "gretap tun1 --remote 192.0.2.2 --bridge br0 --ttl inherit",
            "gretap remote 192.0.2.2 local 192.0.1.2 ttl inherit",
        ),
        (
            "ip6gretap tun1 --remote fd00:2::2 --key 4294967295 --tos 32 --bridge br0",
            "ip6gretap remote fd00:2::2 local fd00:1::2 hoplimit 64 encaplimit none",
        ),
        (
            "geneve tun1 --remote fd00:2::2 --vni 16777215 --ttl inherit --bridge br0",
            "geneve id 16777215 remote fd00:2::2 ttl inherit",
        ),
    ] {
        let line = format!("tunnel add {options}");
        let run = site.netpipe(format!("{line} --dry-run")).status(0);
        before.assert_same(&site.host.snapshot());
        site.host.sh(&format!("set -e\n{}", run.out));
        let by_hand = (site.host.snapshot(), details(&site.host));
        site.netpipe("gc")
            .status(0)
            .stdout_has("link tun1: removed");
        before.assert_same(&site.host.snapshot());
        site.netpipe(&line).status(0);
        site.netpipe(&line).status(0).stdout_has("there already");
        site.netpipe("check").status(0);
        by_hand.0.assert_same_kernel(&site.host.snapshot());
        assert_eq!(details(&site.host), by_hand.1);
        assert!(by_hand.1.contains(kernel), "{kernel}\n{}", by_hand.1);
        site.netpipe("tunnel del tun1").status(0);
        before.assert_same_kernel(&site.host.snapshot());
    }
}

/// What the kernel says of the tunnel, without what differs each time.
fn details(host: &crate::support::Host) -> String {
    let all = host.sh("ip -d link show tun1");
    let line = all
        .lines()
        .find(|line| line.contains("remote") && !line.contains("link/"))
        .unwrap();
    line.trim().to_owned()
}

#[test]
fn one_tunnel_for_a_key_between_two_hosts() {
    if !needs("gretap") || !needs("geneve") {
        return;
    }
    let wan = Wan::new(1, 1500);
    let site = &wan.hosts[0];
    site.netpipe("tunnel add gretap one --remote 192.0.2.2 --key 7")
        .status(0);
    site.netpipe("tunnel add gretap two --remote 192.0.2.2 --key 7")
        .status(3)
        .stderr_has("key 7 between these ends is taken by the link `one`")
        .stderr_has("hint: give another, or remove that one: netpipe tunnel del one");
    site.netpipe("tunnel add gretap two --remote 192.0.2.2 --key 8")
        .status(0);
    site.netpipe("tunnel add gretap three --remote 192.0.2.3 --key 7")
        .status(0);
    site.netpipe("tunnel add geneve gnv1 --remote 192.0.2.2 --vni 7")
        .status(0);
    site.netpipe("tunnel add geneve gnv2 --remote 192.0.2.2 --vni 7")
        .status(3)
        .stderr_has("VNI 7 on UDP port 6081 is taken by the link `gnv1`");
    site.netpipe("tunnel peer add one 192.0.3.2")
        .status(2)
        .stderr_has("`one` is a gretap tunnel, which has no peers");
    // Made here and moved into a container, it is in the way still.
    let blue = site.host.container("blue");
    site.host.sh(&format!(
        "ip link add lost type gretap local 192.0.1.2 remote 192.0.2.9 key 9 && \
         ip link set lost netns {}",
        blue.path()
    ));
    site.netpipe("tunnel add gretap four --remote 192.0.2.9 --key 9")
        .status(3)
        .stderr_has("hint: it is `lost` in the namespace `/run/netns/blue`");
}

#[test]
fn routes_and_addresses_are_checked_and_repaired() {
    if !needs("gre") {
        return;
    }
    let wan = Wan::new(1, 1500);
    let site = &wan.hosts[0];
    let line = "tunnel add gre tun1 --remote 192.0.2.2 --address 10.255.0.1/32 \
                --route 10.2.0.0/24";
    site.netpipe(line)
        .status(0)
        .stderr_has("this host forwards no packets")
        .stderr_has("sysctl -w net/ipv4/ip_forward=1");
    let good = site.host.snapshot();
    for (damage, says) in [
        (
            "ip route del 10.2.0.0/24",
            "the route to 10.2.0.0/24 is missing",
        ),
        (
            "ip address del 10.255.0.1/32 dev tun1",
            "address 10.255.0.1/32 is missing",
        ),
        ("ip link set tun1 down", "`tun1` is down"),
        ("ip link del tun1", "the link `tun1` is missing"),
        (
            "ip link set tun1 type gre remote 192.0.2.3 local 192.0.1.2 ttl 64",
            "the link `tun1` leads elsewhere than is recorded",
        ),
    ] {
        site.host.sh(damage);
        site.netpipe("check").status(1).stdout_has(says);
        site.netpipe("check --repair").status(0);
        good.assert_same_kernel(&site.host.snapshot());
    }
    // A route of somebody else's is not taken over.
    site.netpipe("tunnel del tun1").status(0);
    site.host.sh("ip route add 10.2.0.0/24 dev up0");
    let before = site.host.snapshot();
    site.netpipe(line)
        .status(3)
        .stderr_has("the host has a route to 10.2.0.0/24 already");
    before.assert_same_kernel(&site.host.snapshot());
}

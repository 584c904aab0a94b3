//! Tunnels in `check --repair` and `gc`.

use crate::support::needs;
use crate::support::wan::{Site, Wan};

fn add(site: &Site) {
    site.netpipe(
        "tunnel add vxlan vx10 --local 192.0.1.2 --remote 192.0.2.2 --vni 10 --bridge br0",
    )
    .status(0);
    site.netpipe("tunnel peer add vx10 192.0.3.2").status(0);
    site.netpipe("tunnel add vxlan vx11 --remote 192.0.2.2 --vni 11 --address 10.9.0.1/24")
        .status(0);
}

#[test]
fn what_is_damaged_is_told_and_repaired() {
    if !needs("vxlan") {
        return;
    }
    let wan = Wan::new(1, 1500);
    let site = &wan.hosts[0];
    add(site);
    let good = site.host.snapshot();
    site.netpipe("check")
        .status(0)
        .stdout("tunnel vx10: ok\ntunnel vx11: ok\n");
    for (damage, says) in [
        ("ip link del vx10", "the link `vx10` is missing"),
        ("ip link set vx10 down", "`vx10` is down"),
        ("ip link set vx10 nomaster", "`vx10` is no port of `br0`"),
        ("ip link set vx10 mtu 1300", "its MTU is 1300, not 1450"),
        (
            "ip link set br0 mtu 1500",
            "the MTU of bridge `br0` is 1500, the tunnel's 1450",
        ),
        (
            "ip address del 10.9.0.1/24 dev vx11",
            "address 10.9.0.1/24 is missing",
        ),
        (
            "bridge fdb del 00:00:00:00:00:00 dev vx10 dst 192.0.3.2",
            "peer 192.0.3.2 is missing",
        ),
        (
            "ip link set vx10 type vxlan id 10 remote 192.0.4.2 local 192.0.1.2 ttl 64",
            "the link `vx10` leads elsewhere than is recorded",
        ),
        ("ip link set vx10 down && ip link del br0", "the link"),
    ] {
        let damaged = site.host.try_sh(damage);
        assert_eq!(damaged.code(), Some(0), "{damage}: {damaged:?}");
        let run = site.netpipe("check").status(1);
        if says != "the link" {
            assert!(run.out.contains(says), "{damage}: {}", run.out);
        }
        let report = site.netpipe("check --json").status(1).json();
        assert_eq!(report[0]["tunnel"], "vx10");
        site.netpipe("check --repair").status(0);
        site.netpipe("check").status(0);
        good.assert_same_kernel(&site.host.snapshot());
    }
}

#[test]
fn add_makes_again_what_is_missing() {
    if !needs("vxlan") {
        return;
    }
    let wan = Wan::new(1, 1500);
    let site = &wan.hosts[0];
    add(site);
    let good = site.host.snapshot();
    site.host.sh("ip link del vx10");
    site.netpipe("tunnel list").status(0).stdout_has("missing");
    site.netpipe(
        "tunnel add vxlan vx10 --local 192.0.1.2 --remote 192.0.2.2 --vni 10 --bridge br0",
    )
    .status(0)
    .stdout_has("made: tunnel vx10");
    good.assert_same_kernel(&site.host.snapshot());
}

#[test]
fn a_boot_leaves_the_records_and_a_repair_makes_the_links() {
    if !needs("vxlan") {
        return;
    }
    let wan = Wan::new(1, 1500);
    let site = &wan.hosts[0];
    add(site);
    let good = site.host.snapshot();
    // What a boot does to the kernel and to what the records say of it.
    site.host
        .sh("for link in vx10 vx11 br0; do ip link del $link; done");
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    site.host
        .rewrite(|value| value.replace(boot.trim(), "00000000-0000-0000-0000-000000000000"));
    site.netpipe("gc").status(0);
    site.netpipe("check")
        .status(1)
        .stderr_has("2 of 2 attachments and tunnels differ from the records");
    site.netpipe("check --repair").status(0);
    let records = site.netpipe("tunnel list --json").json();
    assert_eq!(records[0]["state"], "active");
    let earlier = |(_, value): &(String, String)| value.contains("00000000-0000");
    assert!(!site.host.store().iter().any(earlier));
    assert!(site.host.sh("ip -br link show master br0").contains("vx10"));
    good.without("np")
        .assert_same_kernel(&site.host.snapshot().without("np"));
}

#[test]
fn a_link_that_lost_its_record_is_collected_and_others_are_not() {
    if !needs("vxlan") {
        return;
    }
    let wan = Wan::new(1, 1500);
    let site = &wan.hosts[0];
    let before = site.host.snapshot();
    add(site);
    // Another host's name and another store judge their own.
    let other = |name: &str, value: &str| {
        let call = site
            .host
            .call("gc")
            .env("NETPIPE_HOST", "h1")
            .env(name, value);
        call.run().status(0).stdout("nothing to collect\n");
    };
    other("NETPIPE_HOST", "h9");
    other(
        "NETPIPE_STATE_DIR",
        site.host.directory().join("x").to_str().unwrap(),
    );
    site.netpipe("tunnel del vx11").status(0);
    let id = std::fs::read_link(site.host.state_dir().join("id")).unwrap();
    std::fs::remove_file(site.host.state_dir().join("kv.redb")).unwrap();
    site.netpipe("tunnel del vx10")
        .status(3)
        .stderr_has("it has lost its record")
        .stderr_has("hint: `netpipe gc` removes it");
    assert_eq!(
        std::fs::read_link(site.host.state_dir().join("id")).unwrap(),
        id
    );
    site.netpipe("gc")
        .status(0)
        .stdout_has("link vx10: removed, no record names it")
        .stdout_has("link br0: removed, no record names it");
    before.assert_same_kernel(&site.host.snapshot());
}

#[test]
fn a_record_that_cannot_be_read_hides_no_other() {
    if !needs("vxlan") {
        return;
    }
    let wan = Wan::new(1, 1500);
    let site = &wan.hosts[0];
    add(site);
    site.host.rewrite(|value| match value.contains("\"vx10\"") {
        true => "{\"version\":1}".into(),
        false => value.into(),
    });
    site.netpipe("check")
        .status(1)
        .stdout_has("tunnel vx10: drift")
        .stdout_has("tunnel vx11: ok");
    site.netpipe("gc").status(1);
    site.netpipe("tunnel list")
        .status(0)
        .stdout_has("vx11")
        .stderr_has("is not netpipe's");
    site.netpipe("tunnel del vx10").status(1);
    site.host.sh("ip link show vx10");
}

//! Where the kernel differs from the records, and putting it back.

use std::time::{Duration, Instant};

use netpipe::sys::lock;
use netpipe::sys::signal::Interrupt;

use crate::support::{Container, Host, Run, scene};

const ATTACH: &str = "attach netns:blue br0 10.0.0.5/24@10.0.0.1 fd00::5/64 \
    --route 10.9.0.0/16,via=10.0.0.2";

fn attached() -> (Host, Container) {
    let host = Host::new();
    let blue = host.container("blue");
    scene::uplink(&blue);
    host.netpipe(ATTACH).status(0);
    (host, blue)
}

#[test]
fn what_is_as_recorded_is_ok() {
    let (host, _blue) = attached();
    let before = host.snapshot();
    for line in ["check", "check netns:blue", "check --repair"] {
        host.netpipe(line)
            .status(0)
            .stdout("netns:blue eth1: ok\n")
            .stderr("");
    }
    let report = host.netpipe("check --json").status(0).json();
    assert_eq!(report[0]["drift"], serde_json::json!([]));
    before.assert_same(&host.snapshot());
}

/// Damages on the host (`END` is the host's end of the pair) or in the container, what
/// `check` says of each, and everything is as before after a repair.
fn damaged(on_host: bool, damage: &str, drift: &str) {
    let (host, blue) = attached();
    let end = host.netpipe("list --json").json()[0]["host_ifname"].clone();
    let before = host.snapshot();
    let command = damage.replace("END", end.as_str().unwrap());
    let place: &dyn Fn(&str) -> String = match on_host {
        true => &|line| host.sh(line),
        false => &|line| blue.sh(line),
    };
    place(&command);
    let broken = host.snapshot();
    let drift = drift.replace("END", end.as_str().unwrap());
    host.netpipe("check")
        .status(1)
        .stdout_has("netns:blue eth1: drift\n")
        .stdout_has(&drift)
        .stderr_has("error: 1 of 1 attachments differ from the records")
        .stderr_has("hint: `netpipe check --repair` puts them back");
    broken.assert_same(&host.snapshot());
    host.netpipe("check --repair")
        .status(0)
        .stdout_has("netns:blue eth1: repaired\n")
        .stdout_has(&drift);
    before.assert_same(&host.snapshot());
    host.netpipe("check").status(0);
}

#[test]
fn a_missing_pair() {
    damaged(true, "ip link del END", "`END` is missing on the host");
}

#[test]
fn a_renamed_interface() {
    damaged(
        false,
        "ip link set eth1 down && ip link set eth1 name lost0",
        "`eth1` is missing in the target",
    );
}

#[test]
fn a_missing_bridge() {
    damaged(true, "ip link del br0", "bridge `br0` is missing");
}

#[test]
fn a_port_out_of_its_bridge() {
    damaged(
        true,
        "ip link set END nomaster",
        "the host's end is not in bridge `br0`",
    );
}

#[test]
fn ends_that_are_down() {
    damaged(true, "ip link set END down", "`END` is down");
    damaged(true, "ip link set br0 down", "`br0` is down");
    damaged(false, "ip link set eth1 down", "`eth1` is down");
}

#[test]
fn another_mtu() {
    damaged(
        false,
        "ip link set eth1 mtu 1400",
        "the MTU of `eth1` is 1400, not 1500",
    );
    damaged(
        true,
        "ip link set END mtu 1400",
        "the MTU of `END` is 1400, not 1500",
    );
}

#[test]
fn another_mac() {
    damaged(
        false,
        "ip link set eth1 address 02:00:00:00:00:99",
        "the MAC of `eth1` is not the recorded one",
    );
}

#[test]
fn missing_addresses() {
    damaged(
        false,
        "ip address del 10.0.0.5/24 dev eth1",
        "address 10.0.0.5/24 is missing",
    );
    damaged(
        false,
        "ip address del fd00::5/64 dev eth1",
        "address fd00::5/64 is missing",
    );
}

#[test]
fn missing_routes() {
    damaged(
        false,
        "ip route del default dev eth1",
        "route `default via 10.0.0.1` is missing",
    );
    damaged(
        false,
        "ip route del 10.9.0.0/16",
        "route `10.9.0.0/16` is missing",
    );
}

#[test]
fn everything_at_once() {
    damaged(
        false,
        "ip address flush dev eth1 && ip link set eth1 down mtu 1300 address 02:00:00:00:00:99",
        "`eth1` is down",
    );
}

#[test]
fn a_target_that_is_gone_cannot_be_repaired() {
    let (host, blue) = attached();
    host.remove(blue);
    host.netpipe("check")
        .status(1)
        .stdout_has("the target is not there");
    host.netpipe("check --repair")
        .status(1)
        .stdout_has("netns:blue eth1: not repaired")
        .stderr_has("hint: what cannot be repaired: start the target, or `netpipe detach` it");
}

#[test]
fn a_new_namespace_gets_the_same_wiring() {
    let (host, old) = attached();
    let mac = old.sh("cat /sys/class/net/eth1/address 2>/dev/null; ip -o link show eth1");
    let new = host.container("blue");
    scene::uplink(&new);
    host.netpipe("check")
        .status(1)
        .stdout_has("the target has a new network namespace");
    host.netpipe("check --repair").status(0);
    let inside = new.sh("ip -o link show eth1");
    let address = mac.split("link/ether ").nth(1).unwrap();
    let address = address.split(' ').next().unwrap();
    assert!(inside.contains(address), "{inside}");
    assert!(new.sh("ip -br address show eth1").contains("10.0.0.5/24"));
    host.netpipe("check").status(0);
    assert_eq!(host.sh("ip -br link show master br0").lines().count(), 1);
    host.netpipe("detach netns:blue").status(0);
    let restored = new.sh("ip route show default");
    assert!(restored.starts_with("default via 192.168.7.1 dev up0"));
    drop(old);
}

#[test]
fn only_the_target_named_is_looked_at() {
    let (host, _blue) = attached();
    let red = host.container("red");
    host.netpipe("attach netns:red br0 10.0.0.6/24").status(0);
    red.sh("ip link set eth1 down");
    host.netpipe("check netns:blue").status(0);
    host.netpipe("check")
        .status(1)
        .stdout_has("netns:blue eth1: ok\n")
        .stdout_has("netns:red eth1: drift\n")
        .stderr_has("1 of 2 attachments differ");
}

fn v4_default(blue: &Container) -> String {
    blue.sh("ip -4 route show default")
}

#[test]
fn a_default_route_that_a_later_attachment_took_over_is_not_missing() {
    let host = Host::new();
    let blue = host.container("blue");
    scene::uplink(&blue);
    let bare = host.snapshot();
    let first = "attach netns:blue br0 10.0.0.5/24@10.0.0.1 -i eth1";
    host.netpipe(first).status(0);
    host.netpipe("attach netns:blue br1 10.1.0.5/24@10.1.0.1 -i eth2")
        .status(0);
    let before = host.snapshot();
    host.netpipe("check").status(0);
    host.netpipe("check --repair").status(0);
    host.netpipe(first).status(0).stdout_has("unchanged:");
    before.assert_same(&host.snapshot());
    // Nor does a repair of the first take it back, in place or anew.
    for damage in ["ip link set eth1 down", "ip link del eth1"] {
        blue.sh(damage);
        host.netpipe("check --repair").status(0);
        assert!(v4_default(&blue).starts_with("default via 10.1.0.1 dev eth2"));
        host.netpipe("check").status(0);
    }
    host.netpipe("detach netns:blue eth2").status(0);
    assert!(v4_default(&blue).starts_with("default via 10.0.0.1 dev eth1"));
    host.netpipe("check").status(0);
    host.netpipe("detach netns:blue eth1").status(0);
    bare.assert_same(&host.snapshot());
}

#[test]
fn what_a_repair_in_place_displaces_comes_back_with_a_detach() {
    let host = Host::new();
    let blue = host.container("blue");
    scene::uplink(&blue);
    host.netpipe("attach netns:blue br0 10.0.0.5/24@10.0.0.1 fd00::5/64")
        .status(0);
    // Somebody puts another default route in its place, and turns off what it needs.
    blue.sh("ip route replace default via 192.168.7.7 && \
             ip address del fd00::5/64 dev eth1 && \
             echo 1 > /proc/sys/net/ipv6/conf/lo/disable_ipv6");
    host.netpipe("check --repair").status(0);
    assert!(v4_default(&blue).starts_with("default via 10.0.0.1 dev eth1"));
    host.netpipe("detach netns:blue").status(0);
    assert!(v4_default(&blue).starts_with("default via 192.168.7.7 dev up0"));
    assert_eq!(
        blue.sh("cat /proc/sys/net/ipv6/conf/lo/disable_ipv6"),
        "1\n"
    );
}

#[test]
fn a_repair_in_place_that_fails_notes_nothing() {
    let (host, blue) = attached();
    blue.sh("ip route replace default via 192.168.7.7");
    let before = host.snapshot();
    for nth in 1..=2 {
        host.call("check --repair")
            .fault(&format!("fail:{nth}"))
            .run()
            .status(1);
        before.assert_same(&host.snapshot());
    }
}

#[test]
fn a_setting_changed_since_is_set_again_in_place() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe(
        "attach netns:blue br0 10.0.0.5/24 --sysctl net.ipv4.ip_default_ttl=99 \
         --sysctl net/ipv4/conf/eth1/proxy_arp=1",
    )
    .status(0);
    let before = host.snapshot();
    blue.sh("echo 77 > /proc/sys/net/ipv4/ip_default_ttl && \
             echo 0 > /proc/sys/net/ipv4/conf/eth1/proxy_arp && ip neigh add 10.0.0.9 \
             lladdr 02:00:00:00:00:09 dev eth1");
    host.netpipe("check")
        .status(1)
        .stdout_has("the sysctl `net/ipv4/ip_default_ttl` is 77, not 99")
        .stdout_has("the sysctl `net/ipv4/conf/eth1/proxy_arp` is 0, not 1");
    host.netpipe("check --repair").status(0);
    // The link is still the same one.
    assert!(blue.sh("ip neigh show dev eth1").contains("10.0.0.9"));
    before
        .without("ip_default_ttl")
        .assert_same_kernel(&host.snapshot().without("ip_default_ttl"));
    assert_eq!(blue.sh("cat /proc/sys/net/ipv4/ip_default_ttl"), "99\n");
    host.netpipe("check").status(0);
}

#[test]
fn settings_that_two_attachments_disagree_about_are_left_alone() {
    let host = Host::new();
    let blue = host.container("blue");
    for (address, ttl) in [("10.0.0.5/24", 98), ("10.1.0.5/24", 99)] {
        host.netpipe(format!(
            "attach netns:blue br0 {address} --sysctl net.ipv4.ip_default_ttl={ttl}"
        ))
        .status(0);
    }
    host.netpipe("check --repair").status(0);
    assert_eq!(blue.sh("cat /proc/sys/net/ipv4/ip_default_ttl"), "99\n");
}

#[test]
fn another_boot_may_give_the_same_cookie_again() {
    let (host, _blue) = attached();
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    let earlier = "00000000-0000-4000-8000-000000000000";
    host.rewrite(|value| value.replace(boot.trim(), earlier));
    host.netpipe("check")
        .status(1)
        .stdout_has("the target has a new network namespace");
}

#[test]
fn another_process_of_the_same_id_is_a_stranger() {
    let host = Host::new();
    let old = host.container("old");
    let own = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    for target in ["path", "pid"] {
        let sleeper = old.sh("sleep 60 >/dev/null 2>&1 & echo $!");
        let target = match target {
            "pid" => format!("pid:{}", sleeper.trim()),
            _ => format!("/proc/{}/ns/net", sleeper.trim()),
        };
        host.netpipe(format!("attach {target} br0 10.0.0.5/24"))
            .status(0);
        // The record of a process of an earlier boot is the same to netpipe.
        host.rewrite(|value| value.replace(own.trim(), "00000000-0000-4000-8000-000000000000"));
        old.sh("ip link del eth1");
        for line in ["check", "check --repair"] {
            host.netpipe(line)
                .status(1)
                .stdout_has("another process has its id now");
        }
        old.try_sh("ip link show eth1").status(1);
        host.netpipe(format!("attach {target} br0 10.0.0.6/24"))
            .status(0)
            .stdout_has("attached:");
        assert!(!old.sh("ip -br address show eth1").contains("10.0.0.5"));
        host.netpipe(format!("detach {target}")).status(0);
        host.sh(&format!("kill {}", sleeper.trim()));
        assert_eq!(host.store(), []);
    }
}

#[test]
fn one_odd_target_does_not_hide_the_others() {
    let (host, _blue) = attached();
    let odd = host.container("odd");
    host.netpipe("attach netns:odd br0 10.0.0.6/24").status(0);
    host.remove(odd);
    host.sh("ln -s /proc/self/ns/net /run/netns/odd");
    host.netpipe("check")
        .status(1)
        .stdout_has("netns:blue eth1: ok\n")
        .stdout_has("is in the host's own network namespace");
    host.netpipe("show netns:odd")
        .status(0)
        .stdout_has("is in the host's own network namespace");
}

#[test]
fn a_link_of_that_name_that_is_somebody_elses_is_left_alone() {
    let (host, _blue) = attached();
    let end = host.netpipe("list --json").json()[0]["host_ifname"].clone();
    let end = end.as_str().unwrap();
    host.sh(&format!(
        "ip link del {end} && ip link add {end} type veth peer name other0"
    ));
    host.netpipe("check")
        .status(1)
        .stdout_has(&format!("`{end}` is missing on the host"));
    let before = host.snapshot();
    host.netpipe("check --repair").status(1);
    before.assert_same(&host.snapshot());
}

#[test]
fn a_link_that_goes_while_the_repair_waits_is_made_anew() {
    let (host, _blue) = attached();
    let before = host.snapshot();
    let end = host.netpipe("list --json").json()[0]["host_ifname"].clone();
    let end = end.as_str().unwrap();
    host.sh(&format!("ip link set {end} mtu 1400"));
    let none = Interrupt::default();
    let lock = lock::take(&host.state_dir(), "bridge", "br0", &none).unwrap();
    let call = host.call("check --repair");
    let waiting = call.spawn_piped();
    // The second thread is the one that waits for the lock, after the first look.
    let threads = format!("/proc/{}/task", waiting.id());
    let start = Instant::now();
    while std::fs::read_dir(&threads).map_or(0, Iterator::count) < 2 {
        assert!(start.elapsed() < Duration::from_secs(30), "it never waits");
        std::thread::yield_now();
    }
    host.sh(&format!("ip link del {end}"));
    drop(lock);
    Run::wait(waiting, "check --repair", Duration::from_secs(30))
        .status(0)
        .stdout_has("netns:blue eth1: repaired\n");
    before.assert_same(&host.snapshot());
}

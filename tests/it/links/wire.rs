//! Wires between two targets.

use std::thread;

use crate::support::{Container, Host, stream};

const WIRE: &str = "attach netns:blue veth:netns:red 10.0.0.1/30 fd00::1/64 \
    --peer-address 10.0.0.2/30 --peer-address fd00::2/64";

/// A host with the containers `blue` and `red`.
fn scene() -> (Host, Container, Container) {
    let host = Host::new();
    let (blue, red) = (host.container("blue"), host.container("red"));
    (host, blue, red)
}

/// Both ends reach each other, by both families, and carry 10 MB each way.
#[track_caller]
fn is_connected(blue: &Container, red: &Container) {
    for address in ["10.0.0.2", "fd00::2"] {
        assert!(blue.comes_to_reach(address), "{address}");
    }
    for address in ["10.0.0.1", "fd00::1"] {
        assert!(red.comes_to_reach(address), "{address}");
    }
    stream::carries(blue.place(), red.place(), "10.0.0.2");
    stream::carries(red.place(), blue.place(), "fd00::1");
}

#[test]
fn a_wire_joins_two_containers() {
    let (host, blue, red) = scene();
    let before = host.snapshot();
    host.netpipe(format!("{WIRE} --dry-run"))
        .status(0)
        .stdout_has("nsenter --net=/run/netns/blue ip link add eth1 address")
        .stdout_has("type veth peer name eth1 address")
        .stdout_has("nsenter --net=/run/netns/red ip address add 10.0.0.2/30");
    before.assert_same(&host.snapshot());
    host.netpipe(WIRE).status(0).stderr("").stdout(
        "attached: netns:blue eth1 in veth:netns:red/eth1 with 10.0.0.1/30,fd00::1/64, \
         far end with 10.0.0.2/30,fd00::2/64\n",
    );
    is_connected(&blue, &red);
    let after = host.snapshot();
    host.netpipe(WIRE).status(0).stdout_has("unchanged");
    host.netpipe("attach netns:blue veth:netns:red 10.0.0.1/30")
        .status(0)
        .stdout_has("unchanged");
    after.assert_same(&host.snapshot());
    host.netpipe("check").status(0);
    host.netpipe("check netns:red").status(0).stdout_has("ok");
    let ours = |container: &Container| container.sh("sysctl -n net.ipv6.conf.eth1.accept_ra");
    assert_eq!((ours(&blue).as_str(), ours(&red).as_str()), ("0\n", "0\n"));
    host.netpipe("detach netns:blue eth1").status(0).stderr("");
    before.assert_same(&host.snapshot());
}

#[test]
fn both_ends_are_listed_and_shown() {
    let (host, _blue, _red) = scene();
    host.netpipe(WIRE).status(0);
    let lines = |run: crate::support::Run| {
        let out = run.status(0).out;
        out.lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect::<Vec<_>>()
    };
    for command in ["list", "list netns:blue", "list netns:red"] {
        let all = lines(host.netpipe(command));
        let (near, far) = (
            "netns:blue eth1 veth:netns:red/eth1 10.0.0.1/30,fd00::1/64",
            "netns:red eth1 veth:netns:blue/eth1 10.0.0.2/30,fd00::2/64",
        );
        assert!(
            all[1].starts_with(near) && all[1].ends_with("active up"),
            "{all:?}"
        );
        assert!(
            all[2].starts_with(far) && all[2].ends_with("active up"),
            "{all:?}"
        );
    }
    let json = host.netpipe("list --json").status(0).json();
    assert_eq!(json.as_array().unwrap().len(), 1);
    assert_eq!(json[0]["kind"], "veth");
    assert_eq!(json[0]["peer"]["target"], "netns:red");
    assert_eq!(json[0]["peer"]["addresses"][0], "10.0.0.2/30");
    assert_eq!(json[0]["peer_kernel"], "up");
    for target in ["netns:blue", "netns:red", "netns:red eth1"] {
        host.netpipe(format!("show {target}"))
            .status(0)
            .stdout_has("far end     netns:red eth1 02:")
            .stdout_has("10.0.0.2/30,fd00::2/64");
    }
    host.netpipe("show netns:red eth7").status(4);
    host.netpipe("ip list")
        .status(0)
        .stdout_has("10.0.0.2")
        .stdout_has("fd00::2");
}

#[test]
fn names_macs_and_mtu_of_both_ends_are_as_asked() {
    let (host, blue, red) = scene();
    host.netpipe(
        "attach netns:blue veth:netns:red 10.0.0.1/30@10.0.0.2 -i left0 --peer-ifname right0 \
         --mac 02:00:00:00:00:0a --peer-mac U:red --peer-address 10.0.0.2/30 --mtu 9000 \
         --route 10.9.0.0/16,via=10.0.0.2",
    )
    .status(0);
    blue.sh("ip link show left0 | grep -q 'mtu 9000'");
    blue.sh("ip link show left0 | grep -q 02:00:00:00:00:0a");
    blue.sh("ip route show default | grep -q 'via 10.0.0.2 dev left0'");
    blue.sh("ip route show 10.9.0.0/16 | grep -q left0");
    red.sh("ip link show right0 | grep -q 'mtu 9000'");
    let json = host.netpipe("list --json").json();
    let mac = json[0]["peer"]["mac"].as_str().unwrap();
    red.sh(&format!("ip link show right0 | grep -q {mac}"));
    stream::carries(blue.place(), red.place(), "10.0.0.2");
    for (option, says) in [
        ("--peer-ifname other", "its far end is right0, not other"),
        ("--peer-mac 02:00:00:00:00:0b", "its far end's MAC is"),
        (
            "--peer-address 10.0.0.9/30",
            "its far end has no address 10.0.0.9/30",
        ),
    ] {
        host.netpipe(format!(
            "attach netns:blue veth:netns:red 10.0.0.1/30 -i left0 {option}"
        ))
        .status(3)
        .stderr_has(says);
    }
    host.netpipe("attach netns:blue br0 10.0.0.1/30 -i left0")
        .status(3)
        .stderr_has("its link is veth:netns:red/right0, not br0");
}

#[test]
fn wires_have_addresses_of_their_own() {
    let (host, blue, red) = scene();
    let (green, white) = (host.container("green"), host.container("white"));
    host.netpipe(WIRE).status(0);
    host.netpipe("attach netns:green veth:netns:white 10.0.0.1/30 --peer-address 10.0.0.2/30")
        .status(0);
    assert!(blue.comes_to_reach("10.0.0.2") && green.comes_to_reach("10.0.0.2"));
    // Within one namespace they may not be told apart.
    host.netpipe("attach netns:blue veth:netns:green 10.0.0.1/30")
        .status(3)
        .stderr_has("10.0.0.1");
    host.netpipe("attach netns:blue veth:netns:green 10.0.8.1/30 --peer-address 10.0.0.2/30")
        .status(3)
        .stderr_has("in `netns:green`");
    host.netpipe("attach netns:blue veth:netns:green 10.0.8.1/30 --peer-address 10.0.8.2/30")
        .status(0)
        .stdout_has("netns:blue eth2 in veth:netns:green/eth2");
    host.netpipe("attach netns:blue veth:netns:green 10.0.9.1/30 --peer-ifname eth2")
        .status(3)
        .stderr_has("`eth2` is in `netns:green` already")
        .stderr_has("give another name with --peer-ifname");
    // One network for several wires, if that is asked for.
    host.netpipe(
        "attach netns:red veth:netns:white 10.0.7.1/30 --peer-address 10.0.7.2/30 --network lab",
    )
    .status(0);
    host.netpipe(
        "attach netns:red veth:netns:green 10.0.6.1/30 --peer-address 10.0.7.2/30 --network lab",
    )
    .status(3)
    .stderr_has("address 10.0.7.2 of network `lab`");
    assert!(red.comes_to_reach("10.0.7.2") && white.comes_to_reach("10.0.7.1"));
}

#[test]
fn a_wire_is_detached_by_either_end() {
    let (host, blue, red) = scene();
    let before = host.snapshot();
    for command in [
        "detach netns:red",
        "detach netns:red eth1",
        "detach netns:red --all",
        "detach netns:blue",
        "detach netns:blue --all",
    ] {
        host.netpipe(WIRE).status(0);
        host.netpipe(format!("{command} --dry-run"))
            .status(0)
            .stdout("nsenter --net=/run/netns/blue ip link del eth1\n");
        host.netpipe(command)
            .status(0)
            .stderr("")
            .stdout_has("detached: netns:blue eth1 from veth:netns:red/eth1");
        before.assert_same(&host.snapshot());
    }
    host.netpipe(WIRE).status(0);
    host.netpipe("attach netns:red br0 10.5.0.1/24").status(0);
    host.netpipe("detach netns:red")
        .status(2)
        .stderr_has("it has several interfaces: eth2, eth1");
    host.netpipe("detach netns:red eth2").status(0);
    assert!(blue.comes_to_reach("10.0.0.2"));
    host.netpipe("attach netns:red br0 10.5.0.1/24").status(0);
    host.netpipe("detach netns:red --all").status(0).stderr("");
    before.assert_same(&host.snapshot());
    drop(red);
}

#[test]
fn what_somebody_changed_is_repaired() {
    let (host, blue, red) = scene();
    host.netpipe(WIRE).status(0);
    let good = host.snapshot();
    for damage in [
        "ip address del 10.0.0.2/30 dev eth1",
        "ip link set eth1 down",
        "ip link set eth1 mtu 1400",
        "ip link set eth1 address 02:00:00:00:00:99",
        "ip link del eth1",
        "ip link set eth1 down && ip link set eth1 name other",
    ] {
        red.sh(damage);
        host.netpipe("check").status(1).stdout_has("at the far end");
        host.netpipe("check --repair").status(0);
        host.netpipe("check").status(0);
        is_connected(&blue, &red);
        good.assert_same(&host.snapshot());
    }
    blue.sh("ip link del eth1");
    host.netpipe(WIRE).status(0).stdout_has("repaired");
    good.assert_same(&host.snapshot());
}

#[test]
fn a_container_that_comes_back_is_wired_again() {
    let (host, _blue, red) = scene();
    host.netpipe(WIRE).status(0);
    host.remove(red);
    host.netpipe("check")
        .status(1)
        .stdout_has("at the far end, the target is not there");
    host.netpipe("check --repair")
        .status(1)
        .stdout_has("the far end is not there");
    let red = host.container("red");
    host.netpipe("check --repair").status(0);
    host.netpipe("check").status(0);
    let blue = host.container("blue");
    host.netpipe("check --repair").status(0);
    is_connected(&blue, &red);
    // Both at once.
    let (blue, red) = (host.container("blue"), host.container("red"));
    host.netpipe("check netns:red --repair").status(0);
    is_connected(&blue, &red);
    host.netpipe("detach netns:red").status(0).stderr("");
    assert!(host.store().is_empty());
}

#[test]
fn a_wire_goes_with_either_container() {
    for gone in ["blue", "red"] {
        let (host, blue, red) = scene();
        host.netpipe(WIRE).status(0);
        let keeps = if gone == "blue" {
            red.clone()
        } else {
            blue.clone()
        };
        let goes = if gone == "blue" { blue } else { red };
        host.remove(goes);
        host.netpipe("gc")
            .status(0)
            .stderr("")
            .stdout_has("netns:blue eth1: released");
        assert!(host.store().is_empty(), "{gone}: {:?}", host.store());
        assert_eq!(keeps.try_sh("ip link show eth1").code(), Some(1), "{gone}");
        host.netpipe("gc").status(0).stdout("nothing to collect\n");
    }
}

#[test]
fn a_namespace_that_only_lost_its_name_loses_the_wire_too() {
    let (host, blue, red) = scene();
    host.netpipe(WIRE).status(0);
    // This value keeps the namespace alive.
    host.remove(blue.clone());
    host.netpipe("gc").status(0).stderr("");
    assert!(host.store().is_empty());
    assert_eq!(red.try_sh("ip link show eth1").code(), Some(1));
    assert_eq!(blue.try_sh("ip link show eth1").code(), Some(1));
}

#[test]
fn wires_in_opposite_directions_do_not_wait_for_each_other() {
    let (host, blue, red) = scene();
    for round in 0..4 {
        thread::scope(|scope| {
            for (near, far, net) in [("blue", "red", 1), ("red", "blue", 2)] {
                let host = &host;
                let line = format!(
                    "attach netns:{near} veth:netns:{far} 10.{net}.0.1/30 -i to-{far} \
                     --peer-ifname from-{near} --peer-address 10.{net}.0.2/30"
                );
                let call = host.call(line).spawn_piped();
                scope.spawn(move || {
                    let ended = call.wait_with_output().unwrap();
                    let text = String::from_utf8_lossy(&ended.stderr).into_owned();
                    assert!(ended.status.success(), "{round}: {text}");
                });
            }
        });
        assert!(blue.comes_to_reach("10.1.0.2") && red.comes_to_reach("10.2.0.2"));
        thread::scope(|scope| {
            for target in ["blue", "red"] {
                let call = host
                    .call(format!("detach netns:{target} --all"))
                    .spawn_piped();
                scope.spawn(move || call.wait_with_output().unwrap());
            }
        });
        host.netpipe("detach netns:blue --all").status(0);
        assert!(host.store().is_empty());
    }
}

#[test]
fn a_wire_replaces_and_is_replaced() {
    let (host, blue, red) = scene();
    host.netpipe("attach netns:blue br0 10.0.0.1/30 -i eth1")
        .status(0);
    host.netpipe(format!("{WIRE} -i eth1"))
        .status(3)
        .stderr_has("give --replace");
    host.netpipe(format!("{WIRE} -i eth1 --replace")).status(0);
    is_connected(&blue, &red);
    let green = host.container("green");
    host.netpipe(
        "attach netns:blue veth:netns:green 10.0.0.1/30 -i eth1 --peer-address 10.0.0.2/30 \
         --replace",
    )
    .status(0);
    assert!(green.comes_to_reach("10.0.0.1"));
    assert_eq!(red.try_sh("ip link show eth1").code(), Some(1));
    host.netpipe("list netns:red")
        .status(0)
        .stdout_lacks("netns:blue");
    host.netpipe("attach netns:blue br0 10.0.0.1/30 -i eth1 --replace")
        .status(0);
    assert_eq!(green.try_sh("ip link show eth1").code(), Some(1));
    host.netpipe("detach netns:blue").status(0);
    assert!(host.store().is_empty());
}

#[test]
fn the_far_end_keeps_its_name_while_its_container_is_away() {
    let (host, _blue, red) = scene();
    host.netpipe(WIRE).status(0);
    host.remove(red);
    let red = host.container("red");
    // The far end is missing, but recorded.
    host.netpipe("attach netns:red br0 10.7.0.1/24")
        .status(0)
        .stdout_has("netns:red eth2");
    host.netpipe("attach netns:red br0 10.8.0.1/24 -i eth1")
        .status(3)
        .stderr_has("`eth1` of `netns:red` is the far end of the wire of `eth1` of `netns:blue`");
    host.netpipe("check --repair").status(0);
    assert!(red.comes_to_reach("10.0.0.1"));
}

#[test]
fn settings_of_the_far_end_come_back() {
    let (host, _blue, red) = scene();
    red.sh(
        "sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.lo.disable_ipv6=1 \
            net.ipv6.conf.default.disable_ipv6=1",
    );
    let before = host.snapshot();
    host.netpipe(WIRE).status(0);
    assert!(red.comes_to_reach("fd00::1"));
    host.netpipe("detach netns:red").status(0).stderr("");
    before.assert_same(&host.snapshot());
}

/// Whichever of those that need a setting goes last puts back what the first one found.
#[test]
fn settings_of_a_target_that_others_need_too_come_back_with_the_last_one() {
    let (host, blue, red) = scene();
    let _green = host.container("green");
    let off = "sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.lo.disable_ipv6=1 \
               net.ipv6.conf.default.disable_ipv6=1";
    red.sh(off);
    blue.sh(off);
    let before = host.snapshot();
    let attach = [
        WIRE,
        "attach netns:green veth:netns:red fd01::1/64 --peer-address fd01::2/64",
        "attach netns:red br0 fd02::5/64",
        "attach netns:blue br0 fd02::6/64",
    ];
    let detach = ["blue eth1", "green", "red eth3", "blue eth2"];
    for first in 0..attach.len() {
        for command in attach {
            host.netpipe(command).status(0);
        }
        for at in 0..detach.len() {
            let one = detach[(first + at) % detach.len()];
            host.netpipe(format!("detach netns:{one}"))
                .status(0)
                .stderr("");
        }
        before.assert_same(&host.snapshot());
    }
}

#[test]
fn a_dry_run_shows_what_the_far_end_gets_back() {
    let (host, _blue, red) = scene();
    red.sh("echo 1 >/proc/sys/net/ipv6/conf/lo/disable_ipv6");
    host.netpipe(WIRE).status(0);
    assert_eq!(red.sh("cat /proc/sys/net/ipv6/conf/lo/disable_ipv6"), "0\n");
    for end in ["blue", "red"] {
        host.netpipe(format!("detach netns:{end} --dry-run"))
            .status(0)
            .stdout_has("nsenter --net=/run/netns/red sysctl -w");
    }
    host.netpipe("detach netns:blue").status(0);
    assert_eq!(red.sh("cat /proc/sys/net/ipv6/conf/lo/disable_ipv6"), "1\n");
}

#[test]
fn a_name_that_the_far_end_of_a_wire_has_is_netpipes() {
    let (host, _blue, _red) = scene();
    host.netpipe(format!("{WIRE} -i eth1 --peer-ifname eth2"))
        .status(0);
    host.container("green");
    for what in ["br0 10.9.0.1/24", "veth:netns:green 10.9.0.1/24"] {
        host.netpipe(format!("attach netns:red {what} -i eth2 --replace"))
            .status(3)
            .stderr_has(
                "`eth2` of `netns:red` is the far end of the wire of `eth1` of `netns:blue`",
            )
            .stderr_has("netpipe detach netns:blue eth1");
    }
}

//! Tunnels between the Open vSwitches of two hosts, behind a router.

use crate::support::wan::{Site, Wan, fits};
use crate::support::{Host, ovs, stream};

/// Two hosts with a switch each. The daemon's own datapath wraps frames only if the way to
/// the other host leaves by one of its bridges; the kernel's goes by the kernel's routes.
fn hosts() -> Wan {
    let wan = Wan::new(2, 1500);
    for (nth, site) in (1..).zip(&wan.hosts) {
        site.host.start_ovs();
        if ovs::in_kernel() {
            continue;
        }
        site.host.vsctl(&format!(
            "add-br phy -- set Bridge phy datapath_type=netdev \
             other_config:hwaddr='\"02:00:00:00:00:0{nth}\"' -- add-port phy up0"
        ));
        site.host.sh(&format!(
            "ip address flush dev up0 && ip address add 192.0.{nth}.2/24 dev phy && \
             ip -6 address add fd00:{nth}::2/64 dev phy nodad && \
             ip link set phy up && ip route replace default via 192.0.{nth}.1 && \
             ip -6 route replace default via fd00:{nth}::1 dev phy"
        ));
    }
    wan
}

/// Joins containers of two hosts by a tunnel, and claims that packets of up to `mtu` bytes
/// and a transfer pass both ways.
fn joins(kind: &str, mtu: u32) {
    let wan = hosts();
    let [one, two] = &wan.hosts[..] else {
        panic!("two hosts");
    };
    let add = |from: &Site, to: &Site| {
        let line = format!("tunnel add {kind} --remote {} --bridge ovs0", to.ip(false));
        from.netpipe(&line)
            .status(0)
            .stdout(&format!("made: tunnel {}, MTU {mtu}\n", name(kind)));
        from.netpipe(&line).status(0).stdout_has("there already");
    };
    add(one, two);
    add(two, one);
    let (blue, red) = (one.host.container("blue"), two.host.container("red"));
    one.netpipe("attach netns:blue ovs0 10.0.0.1/24")
        .status(0)
        .stderr("");
    two.netpipe("attach netns:red ovs0 10.0.0.2/24")
        .status(0)
        .stderr("");
    // The daemon drops what it has to ask for the next hop's address.
    blue.sh("ping -n -q -c 1 -w 10 10.0.0.2");
    red.sh("ping -n -q -c 1 -w 10 10.0.0.1");
    fits(&blue, "10.0.0.2", mtu);
    fits(&red, "10.0.0.1", mtu);
    stream::carries(blue.place(), red.place(), "10.0.0.2");
    stream::carries(red.place(), blue.place(), "10.0.0.1");
}

fn name(kind: &str) -> &str {
    kind.split_whitespace().nth(1).unwrap()
}

#[test]
fn gre_with_a_key_joins_two_hosts() {
    // The outer header 20, GRE 8 with its key, the inner Ethernet header 14, a tag 4.
    joins("gre gre1 --key 100", 1454);
}

#[test]
fn vxlan_joins_two_hosts() {
    joins("vxlan vx1 --vni 100", 1446);
}

#[test]
fn geneve_joins_two_hosts() {
    joins("geneve gnv1 --vni 100", 1446);
}

#[test]
fn vlans_stay_apart_in_one_tunnel() {
    let wan = hosts();
    let [one, two] = &wan.hosts[..] else {
        panic!("two hosts");
    };
    for (from, to) in [(one, two), (two, one)] {
        from.netpipe(format!(
            "tunnel add vxlan vx1 --vni 100 --remote {} --bridge ovs0",
            to.ip(false)
        ))
        .status(0);
    }
    let a10 = one.host.container("a10");
    let a20 = one.host.container("a20");
    for (name, vlan) in [("a10", 10), ("a20", 20)] {
        one.netpipe(format!(
            "attach netns:{name} ovs0 10.0.0.1/24 --vlan {vlan} --no-register"
        ))
        .status(0);
    }
    let b10 = two.host.container("b10");
    two.netpipe("attach netns:b10 ovs0 10.0.0.2/24 --vlan 10")
        .status(0);
    a10.sh("ping -n -q -c 1 -w 10 10.0.0.2");
    assert!(!a20.reaches("10.0.0.2"));
    fits(&a10, "10.0.0.2", 1446);
    stream::carries(b10.place(), a10.place(), "10.0.0.1");
}

fn lone() -> Host {
    let host = Host::new();
    host.start_ovs();
    host.sh(
        "ip link add up0 type veth peer name up1 && ip address add 192.0.2.1/24 dev up0 && \
         ip link set up0 up && ip link set up1 up",
    );
    host
}

#[test]
fn a_tunnels_port_is_listed_and_removed_as_it_came() {
    let host = lone();
    let before = host.snapshot();
    let line =
        "tunnel add vxlan vx1 --vni 7 --remote 192.0.2.2 --bridge ovs0 --vlan 30 --ttl inherit";
    let dry = host.netpipe(format!("{line} --dry-run")).status(0).out;
    assert!(
        dry.contains("type=vxlan options:key=7 options:remote_ip=192.0.2.2"),
        "{dry}"
    );
    before.assert_same(&host.snapshot());
    host.netpipe(line).status(0);
    let shown = host.netpipe("tunnel show vx1 --json").json();
    for (field, value) in [
        ("kind", "vxlan".into()),
        ("remote", "192.0.2.2".into()),
        ("vni", 7.into()),
        ("vlan", 30.into()),
        ("ttl", 0.into()),
        ("bridge", "ovs0".into()),
        ("mtu", 1446.into()),
        ("owned", true.into()),
        ("switch", true.into()),
        ("state", serde_json::Value::from("up")),
    ] {
        assert_eq!(shown[field], value, "{field}");
    }
    host.netpipe("tunnel list").status(0).stdout_has("vx1");
    host.netpipe("bridge show ovs0")
        .status(0)
        .stdout_has("vx1 (vxlan; VLAN 30; netpipe)");
    host.netpipe("gc").status(0).stdout("nothing to collect\n");
    host.netpipe("bridge del ovs0")
        .status(3)
        .stderr_has("its port `vx1`, of type vxlan, would go with it")
        .stderr_has("hint: take it out first: netpipe tunnel del vx1");
    for other in ["--vni 8", "--vni 7 --ttl 9"] {
        host.netpipe(format!(
            "tunnel add vxlan vx1 {other} --remote 192.0.2.2 --bridge ovs0 --vlan 30"
        ))
        .status(3)
        .stderr_has("`vx1` is a port of the Open vSwitch bridge `ovs0`, and not this tunnel")
        .stderr_has("hint: remove it first: netpipe tunnel del vx1");
    }
    let dry = host.netpipe("tunnel del vx1 --dry-run").status(0).out;
    assert!(dry.contains(" del-port vx1"), "{dry}");
    host.netpipe("tunnel del vx1")
        .status(0)
        .stdout("removed: tunnel vx1\n");
    before.assert_same(&host.snapshot());
    host.netpipe("tunnel del vx1")
        .status(0)
        .stdout("not there: tunnel vx1\n");
}

#[test]
fn a_bridge_stays_while_a_container_or_a_tunnel_uses_it() {
    let host = lone();
    host.container("blue");
    let before = host.snapshot();
    let add = "tunnel add gre gre1 --key 7 --remote 192.0.2.2 --bridge ovs0";
    host.netpipe(add).status(0);
    host.netpipe("attach netns:blue ovs0 10.0.0.5/24").status(0);
    host.netpipe("detach netns:blue").status(0);
    assert_eq!(host.vsctl("list-br"), "ovs0\n");
    host.netpipe("attach netns:blue ovs0 10.0.0.5/24").status(0);
    host.netpipe("tunnel del gre1").status(0);
    assert_eq!(host.vsctl("list-br"), "ovs0\n");
    host.netpipe("detach netns:blue").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn a_container_that_sends_too_large_packets_is_told_of() {
    let host = lone();
    host.container("blue");
    host.netpipe("attach netns:blue ovs0 10.0.0.5/24 --host-ifname wire0")
        .status(0);
    host.netpipe("tunnel add vxlan vx1 --vni 7 --remote 192.0.2.2 --bridge ovs0")
        .status(0)
        .stderr_has("these ports of `ovs0` have a larger MTU than the tunnel's 1446: `wire0`");
}

#[test]
fn what_the_switch_says_of_a_tunnel_is_read_back_and_undone() {
    let host = lone();
    let add = |name: &str| {
        host.netpipe(format!(
            "tunnel add vxlan {name} --vni 7 --remote 192.0.2.2 --bridge ovs0"
        ))
    };
    add("vx1").status(0);
    let before = host.snapshot();
    // The same tunnel under another name.
    add("vx2")
        .status(1)
        .stderr_has("cannot make `vx2` a port of `ovs0`: ")
        .stderr_has("hint: see the log of ovs-vswitchd");
    before.assert_same(&host.snapshot());
}

#[test]
fn a_check_says_what_the_switch_says() {
    let host = lone();
    host.netpipe("tunnel add vxlan vx1 --vni 7 --remote 192.0.2.2 --bridge ovs0")
        .status(0);
    host.netpipe("check").status(0).stdout_has("tunnel vx1: ok");
    host.vsctl("set Interface vx1 options:remote_ip=nowhere.invalid");
    let told = host.netpipe("check --json").status(1).json();
    assert_eq!(told[0]["tunnel"], "vx1");
    assert_eq!(told[0]["kind"], "vxlan");
    let drift = told[0]["drift"][0].as_str().unwrap();
    assert!(drift.starts_with("Open vSwitch: "), "{drift}");
    host.netpipe("check --repair")
        .status(1)
        .stdout_has("tunnel vx1: not repaired");
}

#[test]
fn what_such_a_tunnel_cannot_have_is_refused() {
    let host = lone();
    host.netpipe("bridge add ovs0").status(0);
    host.vsctl("add-port ovs0 inner0 -- set Interface inner0 type=internal");
    let before = host.snapshot();
    let add = "tunnel add vxlan vx1 --vni 7 --bridge ovs0";
    for (options, status, says) in [
        (
            "--local 192.0.2.1",
            2,
            "a tunnel of Open vSwitch needs --remote",
        ),
        (
            "--remote 192.0.2.2 --dev up0",
            2,
            "a tunnel of Open vSwitch takes no --dev",
        ),
        (
            "--remote 192.0.2.2 --mtu 1400",
            2,
            "a tunnel of Open vSwitch has no MTU of its own",
        ),
        (
            "--remote 192.0.2.2 --no-learning",
            2,
            "so --no-learning says nothing",
        ),
        ("--remote 192.0.2.1", 2, "is an address of this host"),
        (
            "--remote 198.51.100.1",
            1,
            "there is no route to 198.51.100.1",
        ),
        (
            "--remote 192.0.2.2 --local 192.0.2.9",
            4,
            "is no address of this host",
        ),
    ] {
        host.netpipe(format!("{add} {options}"))
            .status(status)
            .stderr_has(says)
            .stderr_has("hint: ");
    }
    host.netpipe("tunnel add vxlan inner0 --vni 7 --remote 192.0.2.2 --bridge ovs0")
        .status(3)
        .stderr_has("`inner0` is a port of the Open vSwitch bridge `ovs0`, and not this tunnel")
        .stderr_has("hint: give another name");
    host.netpipe("tunnel add vxlan up1 --vni 7 --remote 192.0.2.2 --bridge ovs0")
        .status(3)
        .stderr_has("there is a link `up1`, a veth, and it is not this tunnel");
    host.netpipe("tunnel del inner0")
        .status(3)
        .stderr_has("it is not netpipe's, so it stays");
    before.assert_same_kernel(&host.snapshot());
}

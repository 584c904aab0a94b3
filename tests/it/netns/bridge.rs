//! Bridges made and removed by hand.

use serde_json::json;

use crate::support::Host;

#[test]
fn add_makes_what_was_asked_for_and_del_removes_it() {
    let host = Host::new();
    host.sh("ip link add port0 type veth peer name port1");
    let before = host.snapshot();
    host.netpipe(
        "bridge add lan0 --address 10.0.0.1/24 --address fd00::1/64 --mtu 1400 \
         --mac 02:00:00:00:00:07 --stp --port port0",
    )
    .status(0)
    .stdout("made: bridge lan0\n")
    .stderr("");
    let shown = host.netpipe("bridge show lan0 --json").status(0).json();
    let expected = json!({
        "name": "lan0", "kind": "bridge", "mac": "02:00:00:00:00:07", "mtu": 1400, "up": true, "stp": true,
        "owned": true, "vlan_filtering": false, "vlan_protocol": "802.1Q",
        // A kernel that cannot tell VLANs apart has no default one.
        "default_pvid": shown["default_pvid"].clone(),
        "addresses": ["10.0.0.1/24", "fd00::1/64"], "ports": ["port0"],
    });
    assert_eq!(shown, expected);
    host.netpipe("bridge show lan0")
        .status(0)
        .stdout_has("spanning tree")
        .stdout_has("10.0.0.1/24,fd00::1/64");
    host.netpipe("bridge del lan0")
        .status(0)
        .stdout("removed: bridge lan0\n");
    before.assert_same(&host.snapshot());
    host.netpipe("bridge del lan0")
        .status(0)
        .stdout("not there: bridge lan0\n");
}

#[test]
fn the_same_again_is_there_already_and_another_one_a_conflict() {
    let host = Host::new();
    host.netpipe("bridge add lan0 --address 10.0.0.1/24 --mtu 1400")
        .status(0);
    let before = host.snapshot();
    host.netpipe("bridge add lan0 --address 10.0.0.1/24 --mtu 1400")
        .status(0)
        .stdout("there already: bridge lan0\n");
    for (options, difference) in [
        ("--mtu 9000", "its MTU is 1400, not 9000"),
        (
            "--mac 02:00:00:00:00:01",
            "its MAC is not 02:00:00:00:00:01",
        ),
        ("--stp", "it has no spanning tree"),
    ] {
        host.netpipe(format!("bridge add lan0 {options}"))
            .status(3)
            .stderr_has(difference)
            .stderr_has("hint: remove it first: netpipe bridge del lan0");
    }
    before.assert_same(&host.snapshot());
    host.netpipe("bridge add lan0 --address fd00::1/64")
        .status(0);
    assert!(host.sh("ip -br address show lan0").contains("fd00::1/64"));
}

#[test]
fn one_that_an_attachment_made_becomes_permanent() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    host.netpipe("bridge add br0").status(0);
    host.netpipe("detach netns:blue").status(0);
    host.sh("ip link show br0");
    host.netpipe("gc").status(0);
    host.sh("ip link show br0");
    host.netpipe("bridge del br0").status(0);
    host.try_sh("ip link show br0").status(1);
}

#[test]
fn one_in_use_stays() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("bridge add lan0").status(0);
    host.netpipe("attach netns:blue lan0 10.0.0.5/24").status(0);
    let before = host.snapshot();
    host.netpipe("bridge del lan0")
        .status(3)
        .stderr_has("attachments use it")
        .stderr_has("hint: see `netpipe list`; detach them first");
    before.assert_same(&host.snapshot());
}

#[test]
fn one_that_is_not_netpipes_stays() {
    let host = Host::new();
    host.sh("ip link add br0 address 02:00:00:00:00:01 type bridge");
    let before = host.snapshot();
    host.netpipe("bridge del br0")
        .status(3)
        .stderr_has("it is not netpipe's, so it stays");
    host.netpipe("bridge add br0")
        .status(3)
        .stderr_has("there is a bridge `br0`, and it is not netpipe's");
    before.assert_same(&host.snapshot());
    host.netpipe("bridge list --json")
        .status(0)
        .stdout_has("\"owned\": false");
}

#[test]
fn ports_must_be_there_and_free() {
    let host = Host::new();
    host.sh("ip link add br9 address 02:00:00:00:00:01 type bridge && \
         ip link add port0 type veth peer name x && ip link set port0 master br9");
    let before = host.snapshot();
    host.netpipe("bridge add lan0 --port none0")
        .status(4)
        .stderr_has("there is no link `none0` on this host");
    host.netpipe("bridge add lan0 --port port0")
        .status(3)
        .stderr_has("`port0` is a port of another device already")
        .stderr_has("hint: take it out first: ip link set port0 nomaster");
    before.assert_same(&host.snapshot());
}

#[test]
fn without_a_mac_it_is_the_same_each_time_and_no_ports() {
    let host = Host::new();
    let mac = || host.netpipe("bridge show lan0 --json").json()["mac"].clone();
    host.netpipe("bridge add lan0").status(0);
    let first = mac();
    host.sh(
        "ip link add port0 address 00:00:00:00:00:01 type veth peer name x && \
         ip link set port0 master lan0",
    );
    assert_eq!(mac(), first);
    host.netpipe("bridge del lan0").status(0);
    host.netpipe("bridge add lan0").status(0);
    assert_eq!(mac(), first);
}

#[test]
fn a_port_of_another_mtu_does_not_change_the_bridges() {
    let host = Host::new();
    host.sh("ip link add port0 mtu 1300 type veth peer name x");
    host.netpipe("bridge add lan0 --mtu 1400 --port port0")
        .status(0);
    let shown = host.netpipe("bridge show lan0 --json").json();
    assert_eq!(shown["mtu"], 1400);
}

#[test]
fn list_is_a_table() {
    let host = Host::new();
    host.netpipe("bridge add lan0 --address 10.0.0.1/24")
        .status(0);
    let table = host.netpipe("bridge list").status(0).out;
    let head = table.lines().next().unwrap();
    let columns: Vec<_> = head.split_whitespace().collect();
    assert_eq!(
        columns,
        [
            "BRIDGE",
            "KIND",
            "MAC",
            "MTU",
            "STATE",
            "OWNER",
            "VLANS",
            "ADDRESSES",
            "PORTS"
        ]
    );
    assert!(table.contains("10.0.0.1/24"), "{table}");
}

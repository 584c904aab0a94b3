//! `netpipe bridge` with bridges of Open vSwitch: a real database and daemon of the test's
//! own, with the kernel's datapath where there is one.

use crate::support::{Host, needs};

fn host() -> Host {
    let host = Host::new();
    host.start_ovs();
    host
}

/// A port as ovs-docker makes it, and one as pipework does, whose containers are gone.
fn ports_of_others(host: &Host) {
    host.sh("ip link add 0123456789abc_l type veth peer name x0 && \
         ip link add veth1pl4242 type veth peer name x1");
    host.vsctl(
        "add-br ovs9 -- set Bridge ovs9 datapath_type=netdev \
         -- add-port ovs9 0123456789abc_l -- set Interface 0123456789abc_l \
         external_ids:container_id=web external_ids:container_iface=eth1 \
         -- add-port ovs9 veth1pl4242 tag=30",
    );
    host.sh("ip link del 0123456789abc_l && ip link del veth1pl4242");
}

#[test]
fn a_bridge_is_made_found_and_removed() {
    let host = host();
    let before = host.snapshot();
    host.netpipe("bridge add ovs0 --address 10.0.0.1/24 --mtu 1400")
        .status(0)
        .stdout("made: bridge ovs0\n");
    let shown = host.netpipe("bridge show ovs0 --json").json();
    assert_eq!(shown["kind"], "ovs");
    assert_eq!(shown["owned"], true);
    assert_eq!(shown["up"], true);
    assert_eq!(shown["mtu"], 1400);
    assert_eq!(shown["addresses"][0], "10.0.0.1/24");
    let mac = shown["mac"].clone();
    host.netpipe("bridge add ovs0 --address 10.0.0.1/24 --mtu 1400")
        .status(0)
        .stdout("there already: bridge ovs0\n");
    let table = host.netpipe("bridge list").status(0).out;
    assert!(table.contains("ovs0    ovs "), "{table}");
    host.netpipe("bridge show ovs0")
        .status(0)
        .stdout_has("Open vSwitch, datapath");
    host.netpipe("bridge del ovs0")
        .status(0)
        .stdout("removed: bridge ovs0\n");
    before.assert_same(&host.snapshot());
    host.netpipe("bridge del ovs0")
        .status(0)
        .stdout("not there: bridge ovs0\n");
    host.netpipe("bridge add ovs0").status(0);
    assert_eq!(host.netpipe("bridge show ovs0 --json").json()["mac"], mac);
}

#[test]
fn a_kind_that_is_written_always_wins() {
    let host = host();
    host.netpipe("bridge add ovs:lan").status(0);
    host.netpipe("bridge add wan --ovs --datapath netdev")
        .status(0);
    host.netpipe("bridge add bridge:ovs5").status(0);
    let kind = |name: &str| host.netpipe(["bridge", "show", name, "--json"]).json()["kind"].clone();
    assert_eq!(kind("lan"), "ovs");
    assert_eq!(kind("wan"), "ovs");
    assert_eq!(kind("ovs5"), "bridge");
    let shown = host.netpipe("bridge show wan --json").json();
    assert_eq!(shown["datapath"], "netdev");
    host.netpipe("bridge add wan --ovs --datapath netdev")
        .status(0);
}

#[test]
fn ports_are_taken_in_and_leave_unharmed() {
    let host = host();
    host.sh("ip link add port0 type veth peer name x");
    let before = host.snapshot();
    host.netpipe("bridge add ovs0 --port port0").status(0);
    assert_eq!(host.vsctl("list-ports ovs0"), "port0\n");
    host.netpipe("bridge add ovs1 --port port0")
        .status(3)
        .stderr_has("`port0` is a port of the Open vSwitch bridge `ovs0` already")
        .stderr_has("hint: take it out first: ovs-vsctl del-port port0");
    host.netpipe("bridge del ovs0").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn what_is_not_netpipes_stays() {
    let host = host();
    host.vsctl("add-br ovs0 -- set Bridge ovs0 datapath_type=netdev");
    let before = host.snapshot();
    host.netpipe("bridge add ovs0")
        .status(3)
        .stderr_has("there is an Open vSwitch bridge `ovs0`, and it is not netpipe's");
    host.netpipe("bridge del ovs0")
        .status(3)
        .stderr_has("it is not netpipe's, so it stays")
        .stderr_has("hint: remove it yourself: ovs-vsctl del-br ovs0");
    before.assert_same(&host.snapshot());
}

#[test]
fn a_port_that_would_go_with_its_bridge_keeps_it() {
    let host = host();
    host.netpipe("bridge add ovs0").status(0);
    host.vsctl("add-port ovs0 inner0 -- set Interface inner0 type=internal");
    host.netpipe("bridge del ovs0")
        .status(3)
        .stderr_has("its port `inner0` is a internal port, which would go with it")
        .stderr_has("hint: take it out first: ovs-vsctl del-port inner0");
}

#[test]
fn it_is_said_whose_each_port_is() {
    let host = host();
    ports_of_others(&host);
    host.netpipe("bridge show ovs9")
        .status(0)
        .stdout_has("0123456789abc_l (ovs-docker: eth1 of container web; its link is gone")
        .stdout_has("veth1pl4242 (VLAN 30; pipework: eth1 of process 4242; its link is gone");
    let shown = host.netpipe("bridge show ovs9 --json").json();
    assert_eq!(shown["owned"], false);
    assert_eq!(shown["port_details"][1]["tool"], "pipework");
    assert_eq!(shown["port_details"][1]["gone"], true);
    assert_eq!(shown["port_details"][1]["tag"], 30);
}

#[test]
fn dry_run_prints_what_ovs_vsctl_would_take() {
    let host = host();
    let before = host.snapshot();
    let out = host.netpipe("bridge add ovs0 --dry-run").status(0).out;
    before.assert_same(&host.snapshot());
    assert!(out.contains(" add-br ovs0 -- set Bridge ovs0"), "{out}");
    host.sh(&out);
    let by_hand = host.snapshot();
    host.vsctl("del-br ovs0");
    host.netpipe("bridge add ovs0").status(0);
    by_hand.assert_same(&host.snapshot());
}

#[test]
fn the_kernels_datapath_is_used_where_it_is() {
    if !needs("openvswitch") {
        return;
    }
    let host = host();
    host.netpipe("bridge add ovs0").status(0);
    let shown = host.netpipe("bridge show ovs0 --json").json();
    assert_eq!(shown["datapath"], "system");
    host.sh("ip -d link show ovs0 | grep -q openvswitch");
}

#[test]
fn a_daemon_that_does_not_run_is_told_of_and_all_is_undone() {
    let host = Host::new();
    host.start_ovsdb();
    let before = host.snapshot();
    host.netpipe("bridge add ovs0")
        .status(1)
        .stderr_has("ovs-vswitchd has not taken up `ovs0` within 10 s")
        .stderr_has("hint: see if ovs-vswitchd runs");
    before.assert_same(&host.snapshot());
    // It makes up for what it missed, and does not hold a removal up for ever.
    host.switch_runs(true);
    host.netpipe("bridge add ovs0").status(0);
    host.switch_runs(false);
    host.netpipe("bridge del ovs0").status(0);
    assert_eq!(host.vsctl("list-br"), "");
}

//! Attachments to bridges of Open vSwitch, by a real database and daemon of the test's own:
//! with the kernel's datapath where there is one, and else with the daemon's.

use crate::support::{Host, stream};

fn host() -> Host {
    let host = Host::new();
    host.start_ovs();
    host
}

#[test]
fn containers_reach_each_other_and_all_goes_as_it_came() {
    let host = host();
    let (blue, red) = (host.container("blue"), host.container("red"));
    let before = host.snapshot();
    host.netpipe("attach netns:blue ovs0 10.0.0.5/24 fd00::5/64")
        .status(0)
        .stderr("")
        .stdout("attached: netns:blue eth1 in ovs0 with 10.0.0.5/24,fd00::5/64\n");
    host.netpipe("attach netns:red ovs0 10.0.0.6/24 fd00::6/64")
        .status(0);
    for (one, addresses) in [
        (&blue, ["10.0.0.6", "fd00::6"]),
        (&red, ["10.0.0.5", "fd00::5"]),
    ] {
        for address in addresses {
            one.sh(&format!("ping -n -q -c 3 -i 0.2 -W 5 {address}"));
        }
    }
    stream::carries(blue.place(), red.place(), "10.0.0.6");
    stream::carries(red.place(), blue.place(), "fd00::5");
    host.netpipe("check").status(0);
    host.netpipe("list").status(0).stdout_has("ovs0");
    let shown = host.netpipe("show netns:blue --json").json();
    assert_eq!(shown[0]["kind"], "ovs");
    host.netpipe("bridge show ovs0")
        .status(0)
        .stdout_has("(netpipe: h1/netns:blue/eth1)");
    host.netpipe("attach netns:blue ovs0 10.0.0.5/24")
        .status(0)
        .stdout_has("unchanged");
    host.netpipe("gc").status(0).stdout("nothing to collect\n");
    host.netpipe("bridge del ovs0")
        .status(3)
        .stderr_has("attachments use it");
    host.netpipe("detach netns:blue").status(0).stderr("");
    assert_eq!(host.vsctl("list-ports ovs0").lines().count(), 1);
    host.netpipe("detach netns:red").status(0).stderr("");
    before.assert_same(&host.snapshot());
    host.netpipe("detach netns:red").status(0);
}

#[test]
fn the_host_reaches_its_containers_by_the_bridges_own_interface() {
    let host = host();
    let blue = host.container("blue");
    host.netpipe("bridge add ovs0 --address 10.0.0.1/24")
        .status(0);
    host.netpipe("attach netns:blue ovs0 10.0.0.5/24@10.0.0.1")
        .status(0);
    assert!(blue.comes_to_reach("10.0.0.1"));
    stream::carries(blue.place(), host.place(), "10.0.0.1");
    stream::carries(host.place(), blue.place(), "10.0.0.5");
    host.netpipe("detach netns:blue").status(0);
    host.netpipe("bridge show ovs0").status(0);
}

#[test]
fn a_bridge_of_somebody_elses_is_used_and_left() {
    let host = host();
    let blue = host.container("blue");
    host.vsctl(
        "add-br lan -- set Bridge lan datapath_type=netdev external_ids:theirs=1 \
         -- set Interface lan mtu_request=1400",
    );
    let before = host.snapshot();
    host.netpipe("attach netns:blue lan 10.0.0.5/24").status(0);
    blue.sh("ip link show eth1 | grep -q 'mtu 1400'");
    let shown = host.netpipe("show netns:blue --json").json();
    assert_eq!(shown[0]["kind"], "ovs");
    host.netpipe("detach netns:blue").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn what_is_at_odds_in_the_switch_is_found_and_put_right() {
    let host = host();
    let (blue, red) = (host.container("blue"), host.container("red"));
    host.netpipe("attach netns:blue ovs0 10.0.0.5/24 --vlan 10")
        .status(0);
    host.netpipe("attach netns:red ovs0 10.0.0.6/24 --vlan 10")
        .status(0);
    let done = host.snapshot();
    let port = host.netpipe("show netns:blue --json").json()[0]["host_ifname"].clone();
    let port = port.as_str().unwrap();
    let mended = |harm: &str, told: &str| {
        host.vsctl(harm);
        host.netpipe("check netns:blue").status(1).stdout_has(told);
        host.netpipe("check --repair").status(0);
        done.assert_same(&host.snapshot());
        assert!(red.comes_to_reach("10.0.0.5"), "after {harm}");
    };
    mended(
        &format!("del-port {port}"),
        "the host's end is not in Open vSwitch bridge `ovs0`",
    );
    mended(
        &format!("set Port {port} tag=11"),
        &format!("the VLANs of port `{port}` are not the recorded ones"),
    );
    mended(
        &format!(
            "clear Port {port} external_ids -- clear Interface {port} external_ids \
                  -- del-port {port}"
        ),
        "the host's end is not in Open vSwitch bridge `ovs0`",
    );
    mended("del-br ovs0", "Open vSwitch bridge `ovs0` is missing");
    host.sh(&format!("ip link del {port}"));
    host.netpipe("check netns:blue")
        .status(1)
        .stdout_has("is missing on the host");
    host.netpipe("check --repair").status(0);
    assert!(blue.comes_to_reach("10.0.0.6"));
    done.assert_same(&host.snapshot());
}

#[test]
fn a_port_goes_with_its_container() {
    let host = host();
    let before = host.snapshot();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue ovs0 10.0.0.5/24").status(0);
    host.remove(blue);
    host.netpipe("gc").status(0).stderr("");
    before.assert_same(&host.snapshot());
}

#[test]
fn a_port_that_lost_its_record_is_collected() {
    let host = host();
    host.container("blue");
    let before = host.snapshot();
    host.netpipe("attach netns:blue ovs0 10.0.0.5/24").status(0);
    std::fs::remove_file(host.state_dir().join("kv.redb")).unwrap();
    host.netpipe("gc")
        .status(0)
        .stdout_has("of ovs0: removed, no record names it")
        .stdout_has("bridge ovs0 of Open vSwitch: removed, nothing uses it");
    before.assert_same_kernel(&host.snapshot());
    assert_eq!(host.vsctl("list-br"), "");
}

#[test]
fn gc_says_whose_a_port_is_that_is_left_over() {
    let host = host();
    host.sh("ip link add veth1pl4242 type veth peer name x1");
    host.vsctl("add-br ovs9 -- set Bridge ovs9 datapath_type=netdev -- add-port ovs9 veth1pl4242");
    host.sh("ip link del veth1pl4242");
    let before = host.snapshot();
    host.netpipe("gc")
        .status(0)
        .stderr_has("port `veth1pl4242` of `ovs9` is left over (pipework: eth1 of process 4242)")
        .stderr_has("remove it with `ovs-vsctl del-port veth1pl4242`");
    before.assert_same_kernel(&host.snapshot());
}

#[test]
fn a_port_that_the_switch_cannot_use_is_not_made() {
    let host = host();
    host.container("blue");
    host.container("red");
    host.netpipe("bridge add ovs0").status(0);
    let before = host.snapshot();
    // A port of that name is in another bridge already, without its link.
    host.vsctl("add-br ovs1 -- set Bridge ovs1 datapath_type=netdev");
    host.vsctl("--no-wait add-port ovs1 wire0");
    host.netpipe("attach netns:blue ovs0 10.0.0.5/24 --host-ifname wire0")
        .status(3)
        .stderr_has("`wire0` is a port of the Open vSwitch bridge `ovs1` already")
        .stderr_has("hint: take it out first: ovs-vsctl del-port wire0");
    host.vsctl("del-br ovs1");
    before.assert_same_kernel(&host.snapshot());
}

#[test]
fn a_switch_that_is_down_fails_an_attach_and_holds_no_detach_up() {
    let host = host();
    let blue = host.container("blue");
    host.netpipe("bridge add ovs0").status(0);
    let bare = host.snapshot();
    host.netpipe("attach netns:blue ovs0 10.0.0.5/24").status(0);
    host.switch_runs(false);
    host.netpipe("detach netns:blue").status(0);
    bare.without("kv").assert_same_kernel(&host.snapshot());
    host.netpipe("attach netns:blue ovs0 10.0.0.5/24")
        .status(1)
        .stderr_has("ovs-vswitchd has not taken up")
        .stderr_has("hint: see if ovs-vswitchd runs");
    bare.assert_same_kernel(&host.snapshot());
    host.switch_runs(true);
    host.netpipe("attach netns:blue ovs0 10.0.0.5/24").status(0);
    // The database is gone: what it would have is collected once it is back.
    let socket = host.directory().join("ovs/db.sock");
    let aside = host.directory().join("ovs/aside");
    std::fs::rename(&socket, &aside).unwrap();
    host.netpipe("check")
        .status(1)
        .stdout_has("Open vSwitch cannot be asked");
    host.netpipe("check --repair").status(1);
    host.netpipe("detach netns:blue")
        .status(0)
        .stderr_has("`netpipe gc` does it once Open vSwitch answers");
    blue.try_sh("ip link show eth1").status(1);
    std::fs::rename(&aside, &socket).unwrap();
    host.netpipe("gc")
        .status(0)
        .stdout_has("removed, no record names it");
    bare.assert_same_kernel(&host.snapshot());
}

#[test]
fn dry_run_prints_what_attach_does() {
    let host = host();
    host.container("blue");
    let before = host.snapshot();
    let line = "attach netns:blue ovs0 10.0.0.5/24 --trunk 10,20-21,native=5";
    let out = host.netpipe(format!("{line} --dry-run")).status(0).out;
    before.assert_same(&host.snapshot());
    assert!(out.contains(" add-br ovs0 -- set Bridge ovs0"), "{out}");
    assert!(
        out.contains(" vlan_mode=native-untagged tag=5 trunks=10,20,21 "),
        "{out}"
    );
    host.netpipe(line).status(0);
    let out = host.netpipe("detach netns:blue --dry-run").status(0).out;
    assert!(
        out.contains(" del-port ") && out.contains(" del-br ovs0"),
        "{out}"
    );
    host.netpipe("detach netns:blue").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn a_network_may_be_of_such_a_bridge() {
    let host = host();
    host.container("blue");
    let before = host.snapshot();
    host.netpipe("network add lab --bridge ovs0 --subnet 10.1.0.0/24")
        .status(0);
    host.netpipe("attach netns:blue net:lab auto")
        .status(0)
        .stdout_has("in ovs0 with 10.1.0.1/24");
    assert_eq!(host.vsctl("list-br"), "ovs0\n");
    host.netpipe("detach netns:blue").status(0);
    host.netpipe("network del lab").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn a_new_namespace_of_the_name_gets_the_port_anew() {
    let host = host();
    let old = host.container("blue");
    let red = host.container("red");
    host.netpipe("attach netns:red ovs0 10.0.0.6/24").status(0);
    host.netpipe("attach netns:blue ovs0 10.0.0.5/24").status(0);
    let new = host.container("blue");
    drop(old);
    host.netpipe("check --repair").status(0);
    new.sh("ping -n -q -c 3 -i 0.2 -W 5 10.0.0.6");
    stream::carries(red.place(), new.place(), "10.0.0.5");
    assert_eq!(host.vsctl("list-ports ovs0").lines().count(), 2);
}

#[test]
fn all_of_a_container_goes_at_once_and_a_batch_makes_many() {
    let host = host();
    for name in ["blue", "red"] {
        host.container(name);
    }
    let before = host.snapshot();
    let file = host.directory().join("batch");
    std::fs::write(
        &file,
        "attach netns:blue ovs0 10.0.0.5/24 -i eth1\n\
         attach netns:blue ovs0 10.1.0.5/24 -i eth2 --vlan 10\n\
         attach netns:red ovs0 10.0.0.6/24 -i eth1\n",
    )
    .unwrap();
    host.netpipe(["batch", file.to_str().unwrap()]).status(0);
    assert_eq!(host.vsctl("list-ports ovs0").lines().count(), 3);
    host.netpipe("detach netns:blue --all").status(0).stderr("");
    assert_eq!(host.vsctl("list-ports ovs0").lines().count(), 1);
    host.netpipe("detach netns:red").status(0);
    before.assert_same(&host.snapshot());
}

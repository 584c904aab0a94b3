//! VLANs of bridges and their ports, said by hand.

use serde_json::json;

use crate::support::{Host, has, needs};

/// A host with a bridge of netpipe's that has two ports, `port0` and `port1`.
fn host(options: &str) -> Host {
    let host = Host::new();
    host.sh("for n in 0 1; do ip link add port$n type veth peer name far$n; done");
    host.netpipe(format!(
        "bridge add br0 --port port0 --port port1 {options}"
    ))
    .status(0);
    host
}

/// What the kernel says of a port's VLANs, on one line.
fn vlans(host: &Host, port: &str) -> String {
    let text = host.sh(&format!("bridge -compressvlans vlan show dev {port}"));
    let words = text.lines().skip(1).map(|line| {
        let words: Vec<_> = line.split_whitespace().collect();
        words.join(" ").replace(&format!("{port} "), "")
    });
    words.collect::<Vec<_>>().join("; ")
}

#[test]
fn a_kernel_without_them_says_so_and_nothing_changes() {
    let host = Host::new();
    host.netpipe("bridge add br0").status(0);
    if has("vlan_filtering") {
        return;
    }
    let before = host.snapshot();
    for command in [
        "bridge add br0 --vlan-filtering",
        "bridge add br1 --vlan-filtering",
        "bridge add br1 --vlan-filtering --vlan-protocol 802.1ad",
        "vlan add br0 br0 10",
    ] {
        host.netpipe(command)
            .status(1)
            .stderr_has("kernel has no bridge VLAN filtering")
            .stderr_has("CONFIG_BRIDGE_VLAN_FILTERING");
        before.assert_same(&host.snapshot());
    }
}

#[test]
fn a_bridge_is_made_that_tells_them_apart() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = Host::new();
    let before = host.snapshot();
    host.netpipe("bridge add br0 --vlan-filtering --vlan-protocol 802.1ad --dry-run")
        .status(0)
        .stdout_has("ip link set br0 type bridge vlan_protocol 802.1ad\n")
        .stdout_has("ip link set br0 type bridge vlan_filtering 1\n");
    before.assert_same(&host.snapshot());
    host.netpipe("bridge add br0 --vlan-filtering").status(0);
    host.netpipe("bridge add br1 --vlan-filtering --vlan-protocol 802.1ad")
        .status(0);
    for (name, protocol) in [("br0", "802.1Q"), ("br1", "802.1ad")] {
        let shown = host.netpipe(format!("bridge show {name} --json")).json();
        assert_eq!(shown["vlan_filtering"], true);
        assert_eq!(shown["vlan_protocol"], protocol);
        assert_eq!(shown["default_pvid"], 1);
        host.netpipe(format!("bridge show {name}"))
            .stdout_has(&format!("vlans       {protocol}\n"));
    }
    host.netpipe("bridge add br0 --vlan-filtering")
        .status(0)
        .stdout("there already: bridge br0\n");
    host.netpipe("bridge add br0 --vlan-filtering --vlan-protocol 802.1ad")
        .status(3)
        .stderr_has("it expects VLANs of 802.1Q, not 802.1ad");
    host.netpipe("bridge add br0")
        .status(0)
        .stdout("there already: bridge br0\n");
}

#[test]
fn turned_on_later_it_cuts_nobody_off() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = host("--address 10.0.0.1/24");
    let (blue, red) = (host.container("blue"), host.container("red"));
    for (nth, container) in [&blue, &red].into_iter().enumerate() {
        host.sh(&format!(
            "ip link set port{nth} up; ip link set far{nth} netns {}",
            container.path()
        ));
        container.sh(&format!(
            "ip link set far{nth} up; ip address add 10.0.0.{}/24 dev far{nth}",
            nth + 2
        ));
    }
    assert!(blue.comes_to_reach("10.0.0.3") && blue.comes_to_reach("10.0.0.1"));
    host.netpipe("bridge add br0 --vlan-filtering").status(0);
    assert_eq!(vlans(&host, "port0"), "1 PVID Egress Untagged");
    assert!(blue.comes_to_reach("10.0.0.3") && red.comes_to_reach("10.0.0.1"));
}

#[test]
fn a_port_that_would_be_cut_off_is_named() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = host("");
    for port in ["port0", "port1"] {
        host.sh(&format!("bridge vlan del dev {port} vid 1"));
    }
    let before = host.snapshot();
    host.netpipe("bridge add br0 --vlan-filtering")
        .status(3)
        .stderr_has("its port `port0` would be cut off: it is not in VLAN 1, untagged")
        .stderr_has("hint: say what it is in: netpipe vlan add br0 port0 1 --pvid --untagged");
    before.assert_same(&host.snapshot());
    // The hint leads out, a port at a time.
    host.netpipe("vlan add br0 port0 1 --pvid --untagged")
        .status(0)
        .stderr_has("warning: VLAN filtering stays off")
        .stderr_has("`port1` would be cut off");
    let filtering = || host.netpipe("bridge show br0 --json").json()["vlan_filtering"].clone();
    assert_eq!(filtering(), false);
    host.netpipe("vlan add br0 port1 1 --pvid --untagged")
        .status(0)
        .stderr("");
    assert_eq!(filtering(), true);
}

#[test]
fn add_and_del_do_what_they_say_and_once() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = host("--vlan-filtering");
    let before = host.snapshot();
    host.netpipe("vlan add br0 port0 10,20-29 --dry-run")
        .status(0)
        .stdout(
            "bridge vlan add dev port0 vid 10\n\
             bridge vlan add dev port0 vid 20-29\n",
        );
    before.assert_same(&host.snapshot());
    host.netpipe("vlan add br0 port0 10,20-29")
        .status(0)
        .stdout("added: port0 of br0, VLANs 10,20-29\n");
    assert_eq!(vlans(&host, "port0"), "1 PVID Egress Untagged; 10; 20-29");
    let added = host.snapshot();
    host.netpipe("vlan add br0 port0 25,10")
        .status(0)
        .stdout("unchanged: port0 of br0, VLANs 10,25\n");
    added.assert_same(&host.snapshot());
    host.netpipe("vlan add br0 port0 5 --pvid --untagged --json")
        .status(0);
    assert_eq!(
        vlans(&host, "port0"),
        "1 Egress Untagged; 5 PVID Egress Untagged; 10; 20-29"
    );
    host.netpipe("vlan del br0 port0 1,5").status(0);
    host.netpipe("vlan del br0 port0 20-25").status(0);
    assert_eq!(vlans(&host, "port0"), "10; 26-29");
    host.netpipe("vlan del br0 port0 1-4094 --dry-run")
        .status(0)
        .stdout(
            "bridge vlan del dev port0 vid 10\n\
             bridge vlan del dev port0 vid 26-29\n",
        );
    host.netpipe("vlan del br0 port0 1-4094")
        .status(0)
        .stdout("removed: port0 of br0, VLANs 1-4094\n");
    host.netpipe("vlan del br0 port0 10")
        .status(0)
        .stdout("unchanged: port0 of br0, VLANs 10\n");
    host.netpipe("vlan add br0 port0 1 --pvid --untagged")
        .status(0);
    before.assert_same(&host.snapshot());
    // All that there are, in one go, with the one of untagged frames among them.
    host.netpipe("vlan add br0 port0 1-4094 --untagged")
        .status(0);
    assert_eq!(
        vlans(&host, "port0"),
        "1 PVID Egress Untagged; 2-4094 Egress Untagged"
    );
}

#[test]
fn no_trait_is_taken_away_without_being_asked() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = host("--vlan-filtering");
    let before = host.snapshot();
    host.netpipe("vlan add br0 port0 1-10")
        .status(3)
        .stderr_has("it is in VLAN 1 already, untagged")
        .stderr_has(
            "hint: give --untagged too, or take it out first: netpipe vlan del br0 port0 1",
        );
    before.assert_same(&host.snapshot());
}

#[test]
fn the_host_itself_is_in_vlans_too() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = host("--vlan-filtering");
    let before = host.snapshot();
    host.netpipe("vlan add br0 br0 10,20")
        .status(0)
        .stdout("added: br0 of br0, VLANs 10,20\n");
    assert_eq!(vlans(&host, "br0"), "1 PVID Egress Untagged; 10; 20");
    host.netpipe("vlan add br0 br0 10,20 --dry-run")
        .status(0)
        .stdout("");
    host.netpipe("vlan del br0 br0 10,20 --dry-run")
        .status(0)
        .stdout(
            "bridge vlan del dev br0 vid 10 self\n\
             bridge vlan del dev br0 vid 20 self\n",
        );
    host.netpipe("vlan del br0 br0 10,20").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn on_a_bridge_of_somebody_elses_only_what_is_asked() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = Host::new();
    host.sh(
        "ip link add br9 type bridge && ip link add port0 type veth peer name far0 && \
         ip link set port0 master br9",
    );
    let before = host.snapshot();
    host.netpipe("vlan add br9 port0 10")
        .status(3)
        .stderr_has("`br9` does not tell VLANs apart, and it is not netpipe's")
        .stderr_has("hint: turn it on yourself: ip link set br9 type bridge vlan_filtering 1");
    before.assert_same(&host.snapshot());
    host.sh("ip link set br9 type bridge vlan_filtering 1");
    host.netpipe("vlan add br9 port0 10").status(0);
    assert_eq!(vlans(&host, "port0"), "1 PVID Egress Untagged; 10");
    let before = host.snapshot();
    host.netpipe("vlan del br9 port0 1-10")
        .status(3)
        .stderr_has("VLAN 1 is the one of its untagged frames, and the bridge is not netpipe's")
        .stderr_has("hint: give --pvid if you mean it");
    before.assert_same(&host.snapshot());
    host.netpipe("vlan del br9 port0 1-10 --pvid").status(0);
    assert_eq!(vlans(&host, "port0"), "");
}

#[test]
fn list_tells_who_is_where() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = host("--vlan-filtering");
    host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 --host-ifname blue0")
        .status(0);
    host.netpipe("vlan add br0 port0 10,20-29").status(0);
    host.netpipe("vlan del br0 port1 1").status(0);
    let table = host.netpipe("vlan list").status(0).stderr("").out;
    let words = |line: &str| {
        line.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let rows: Vec<_> = table.lines().map(words).collect();
    let expected = [
        "BRIDGE PORT VLANS PVID UNTAGGED TARGET IFNAME",
        "br0 br0 1 1 1 - -",
        "br0 port0 1,10,20-29 1 1 - -",
        "br0 port1 - - - - -",
        "br0 blue0 1 1 1 netns:blue eth1",
    ];
    assert_eq!(rows, expected.map(words));
    let listed = host.netpipe("vlan list br0 --json").status(0).json();
    let blue = json!({
        "bridge": "br0", "filtering": true, "port": "blue0", "own": false, "vlans": "1",
        "pvid": 1, "untagged": "1", "target": "netns:blue", "ifname": "eth1",
    });
    assert_eq!(listed[3], blue);
    // One that does not tell them apart is listed if it is named.
    host.netpipe("bridge add br1").status(0);
    host.netpipe("vlan list").stdout_lacks("br1");
    host.netpipe("vlan list br1")
        .status(0)
        .stdout_has("br1")
        .stderr_has("warning: `br1` does not tell VLANs apart");
    host.netpipe("vlan add br0 blue0 10")
        .status(3)
        .stderr_has("the port is that of the attachment `eth1` of `netns:blue`")
        .stderr_has("--ifname eth1 --vlan N --replace");
}

#[test]
fn the_first_vlan_has_a_bridge_of_netpipes_tell_them_apart() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = host("");
    host.netpipe("vlan add br0 port0 10 --dry-run")
        .status(0)
        .stdout(
            "bridge vlan add dev port0 vid 10\n\
             ip link set br0 type bridge vlan_filtering 1\n",
        );
    // Half way it is undone, and the same command completes it after a crash.
    let before = host.snapshot();
    for fault in ["fail:1", "fail:2", "int:1", "int:2"] {
        let run = host.call("vlan add br0 port0 10").fault(fault).run();
        assert!([Some(1), Some(130)].contains(&run.code()), "{run:?}");
        before.assert_same(&host.snapshot());
    }
    host.netpipe("vlan add br0 port0 10").status(0);
    let after = host.snapshot();
    for fault in ["kill:1", "kill:2"] {
        host.sh("bridge vlan del dev port0 vid 10; ip link set br0 type bridge vlan_filtering 0");
        before.assert_same(&host.snapshot());
        host.call("vlan add br0 port0 10")
            .fault(fault)
            .run()
            .killed();
        host.netpipe("gc").status(0);
        host.netpipe("vlan add br0 port0 10").status(0);
        after.assert_same(&host.snapshot());
    }
}

//! Networks in the registry, and addresses set aside.

use serde_json::json;

use crate::support::Host;

#[test]
fn a_network_is_registered_shown_and_forgotten() {
    let host = Host::new();
    let line = "network add acme --bridge br7 --subnet 10.0.0.0/24 --subnet fd00::/64 \
        --gateway 10.0.0.1 --range 10.0.0.10-10.0.0.99 --exclude 10.0.0.20";
    host.netpipe(line)
        .status(0)
        .stdout("registered: network acme\n");
    host.netpipe(line)
        .status(0)
        .stdout("there already: network acme\n");
    let shown = host.netpipe("network show acme --json").status(0).json();
    for (field, value) in [
        ("bridge", json!("br7")),
        ("subnets", json!(["10.0.0.0/24", "fd00::/64"])),
        ("gateways", json!(["10.0.0.1"])),
        ("ranges", json!(["10.0.0.10-10.0.0.99"])),
        ("exclude", json!(["10.0.0.20"])),
    ] {
        assert_eq!(shown[field], value, "{shown}");
    }
    host.netpipe("network list").status(0).stdout_has("acme");
    host.netpipe("network del acme").status(0);
    assert_eq!(host.store(), []);
    host.netpipe("network show acme").status(4);
}

#[test]
fn a_different_one_of_the_same_name_is_a_conflict() {
    let host = Host::new();
    host.netpipe("network add acme --subnet 10.0.0.0/24")
        .status(0);
    let before = host.snapshot();
    host.netpipe("network add acme --subnet 10.0.1.0/24")
        .status(3)
        .stderr_has("network `acme` is registered already, and differs");
    before.assert_same(&host.snapshot());
}

#[test]
fn one_with_taken_addresses_is_not_forgotten() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("network add br0 --subnet 10.0.0.0/24")
        .status(0);
    host.netpipe("attach netns:blue br0 auto").status(0);
    let before = host.snapshot();
    host.netpipe("network del br0").status(3);
    before.assert_same(&host.snapshot());
    host.netpipe("detach netns:blue").status(0);
    host.netpipe("network del br0").status(0);
}

#[test]
fn a_network_as_link() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("network add acme --bridge br7 --subnet 10.0.0.0/24 --gateway 10.0.0.1")
        .status(0);
    host.netpipe("attach netns:blue net:acme auto --default-route")
        .status(0)
        .stdout("attached: netns:blue eth1 in br7 with 10.0.0.2/24\n");
    assert!(blue.sh("ip route show default").contains("via 10.0.0.1"));
    let before = host.snapshot();
    host.netpipe("attach netns:blue net:nobody auto").status(4);
    before.assert_same(&host.snapshot());
}

#[test]
fn addresses_are_set_aside_and_freed() {
    let host = Host::new();
    host.netpipe("ip reserve acme 10.0.0.9 --note printer")
        .status(0)
        .stdout("reserved: 10.0.0.9 of acme\n");
    let list = host.netpipe("ip list acme --json").status(0).json();
    assert_eq!(
        list,
        json!([{ "network": "acme", "address": "10.0.0.9", "owner": null, "reserved": true, "note": "printer" }])
    );
    let before = host.snapshot();
    host.netpipe("ip reserve acme 10.0.0.9")
        .status(3)
        .stderr_has("was set aside with `netpipe ip reserve`");
    before.assert_same(&host.snapshot());
    host.netpipe("ip release acme 10.0.0.9")
        .status(0)
        .stdout("released: 10.0.0.9 of acme\n");
    host.netpipe("ip release acme 10.0.0.9")
        .status(4)
        .stderr_has("10.0.0.9 of network `acme` is not reserved");
    assert_eq!(host.store(), []);
}

#[test]
fn an_attachments_address_is_not_released_by_hand() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    let before = host.snapshot();
    host.netpipe("ip release br0 10.0.0.5")
        .status(3)
        .stderr_has("belongs to `eth1` on `netns:blue` of host `h1`");
    before.assert_same(&host.snapshot());
}

#[test]
fn an_address_outside_the_networks_subnets_is_refused() {
    let host = Host::new();
    host.netpipe("network add acme --subnet 10.0.0.0/24")
        .status(0);
    let before = host.snapshot();
    host.netpipe("ip reserve acme 10.0.1.9")
        .status(2)
        .stderr_has("10.0.1.9 is in no subnet of network `acme`");
    before.assert_same(&host.snapshot());
}

#[test]
fn a_late_release_does_not_free_the_next_owners_address() {
    let host = Host::new();
    let blue = host.container("blue");
    let _red = host.container("red");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    host.remove(blue);
    host.netpipe("gc").status(0);
    host.netpipe("attach netns:red br0 10.0.0.5/24").status(0);
    host.netpipe("detach netns:blue").status(0);
    let list = host.netpipe("ip list br0 --json").json();
    assert_eq!(list[0]["owner"]["target"], "netns:red");
}

#[test]
fn a_bridge_and_the_network_registered_for_it_share_one_register() {
    let host = Host::new();
    host.container("blue");
    host.container("red");
    host.netpipe("network add acme --subnet 10.0.0.0/24 --bridge br0")
        .status(0);
    host.netpipe("attach netns:blue net:acme 10.0.0.5/24")
        .status(0);
    host.netpipe("attach netns:red br0 10.0.0.5/24").status(3);
    host.netpipe("attach netns:red br0 auto").status(0);
    host.netpipe("ip list").status(0).stdout_lacks("br0");
    // A network named after the link goes before others.
    host.netpipe("network add br1 --subnet 10.1.0.0/24")
        .status(0);
    host.netpipe("network add other --subnet 10.1.0.0/24 --bridge br1")
        .status(0);
    let network = |line: &str| host.netpipe(line).status(0).json()["network"].clone();
    assert_eq!(
        network("attach netns:red br1 10.1.0.5/24 --json"),
        "br1",
        "the link's own"
    );
    // With several there is a choice to make.
    host.netpipe("network add acme2 --subnet 10.2.0.0/24 --bridge br0")
        .status(0);
    host.netpipe("attach netns:blue br0 10.2.0.5/24")
        .status(2)
        .stderr_has("several networks are registered for the bridge `br0`: acme, acme2")
        .stderr_has("hint: name one with --network");
    host.netpipe("attach netns:blue br0 10.2.0.5/24 --network acme2")
        .status(0);
}

#[test]
fn a_network_may_be_a_vlan_of_a_bridge() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("network add acme --subnet 10.0.0.0/24 --bridge br0 --vlan 10")
        .status(0);
    host.netpipe("network add umbrella --subnet 10.0.0.0/24 --bridge br0 --vlan 20")
        .status(0);
    let shown = host.netpipe("network show acme --json").status(0).json();
    assert_eq!(shown["vlan"], 10);
    host.netpipe("network add lost --subnet 10.0.0.0/24 --vlan 10")
        .status(2)
        .stderr_has("a VLAN is one of a bridge, and none is named");
    host.netpipe("attach netns:blue net:acme auto --vlan 20")
        .status(2)
        .stderr_has("the network is in VLAN 10, not in `20`")
        .stderr_has("hint: leave --vlan and --trunk out");
}

//! Attachments to a bridge with VLANs: access and trunk ports, from attach to detach.

use super::traffic::transfer;
use crate::support::{Host, has, needs};

/// What the kernel says of the VLANs of a container's port.
fn vlans(host: &Host, port: &str) -> String {
    let text = host.sh(&format!("bridge -compressvlans vlan show dev {port}"));
    let rows = text.lines().skip(1);
    let words = rows.map(|line| {
        let words: Vec<_> = line.split_whitespace().collect();
        words.join(" ").replace(&format!("{port} "), "")
    });
    words.collect::<Vec<_>>().join("; ")
}

fn filters(host: &Host, bridge: &str) -> bool {
    let shown = host
        .netpipe(format!("bridge show {bridge} --json"))
        .status(0);
    shown.json()["vlan_filtering"] == true
}

#[test]
fn a_kernel_without_them_says_so_and_nothing_is_left() {
    if has("vlan_filtering") {
        return;
    }
    let host = Host::new();
    host.container("blue");
    host.netpipe("bridge add br1").status(0);
    let before = host.snapshot();
    for link in ["br0", "br1"] {
        host.netpipe(format!("attach netns:blue {link} 10.0.0.5/24 --vlan 10"))
            .status(1)
            .stderr_has("kernel has no bridge VLAN filtering");
        before.assert_same_kernel(&host.snapshot());
    }
    host.netpipe("list --json").status(0).stdout("[]\n");
}

#[test]
fn an_access_port_comes_and_goes() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = Host::new();
    let (blue, red) = (host.container("blue"), host.container("red"));
    let before = host.snapshot();
    const BLUE: &str = "attach netns:blue br0 10.0.0.5/24 --vlan 10 --host-ifname blue0";
    host.netpipe(format!("{BLUE} --dry-run"))
        .status(0)
        .stdout_has("ip link set br0 type bridge vlan_filtering 1\n")
        .stdout_has(
            "bridge vlan add dev blue0 vid 10 pvid untagged\n\
             bridge vlan del dev blue0 vid 1\n",
        );
    before.assert_same_kernel(&host.snapshot());
    let attached = host.netpipe(format!("{BLUE} --json")).status(0).json();
    assert_eq!(attached["vlan"], "10");
    assert_eq!(attached["network"], "br0.10");
    assert!(filters(&host, "br0"));
    assert_eq!(vlans(&host, "blue0"), "10 PVID Egress Untagged");
    host.netpipe("attach netns:red br0 10.0.0.6/24 --vlan 10")
        .status(0);
    assert!(blue.comes_to_reach("10.0.0.6"));
    transfer(&red, &blue, "10.0.0.5");
    let now = host.snapshot();
    host.netpipe(BLUE).status(0).stdout_has("unchanged: ");
    now.assert_same(&host.snapshot());
    host.netpipe("attach netns:blue br0 10.0.0.5/24 -i eth1 --vlan 20")
        .status(3)
        .stderr_has("its VLAN is 10, not 20");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 -i eth1 --trunk 10")
        .status(3)
        .stderr_has("its VLAN is 10, not trunk:10");
    now.assert_same(&host.snapshot());
    host.netpipe("show netns:blue").status(0).stdout_has("10");
    host.netpipe("check").status(0);
    let listed = host.netpipe("vlan list br0 --json").json();
    assert_eq!(listed[1]["target"], "netns:blue");
    assert_eq!(listed[1]["vlans"], "10");
    // Another VLAN in its place.
    host.netpipe(
        "attach netns:blue br0 10.0.0.5/24 -i eth1 --vlan 20 --replace --host-ifname blue0",
    )
    .status(0)
    .stdout_has("replaced: ");
    assert_eq!(vlans(&host, "blue0"), "20 PVID Egress Untagged");
    assert!(!blue.reaches("10.0.0.6"));
    host.netpipe("detach netns:blue").status(0);
    assert!(filters(&host, "br0"));
    host.netpipe("detach netns:red").status(0);
    before.assert_same_kernel(&host.snapshot());
}

#[test]
fn a_trunk_port_has_its_vlans_and_no_other() {
    if !needs("vlan_filtering") || !needs("vlan") {
        return;
    }
    let host = Host::new();
    let [router, ten, twenty, five] =
        ["router", "ten", "twenty", "five"].map(|name| host.container(name));
    host.netpipe("attach netns:router br0 10.5.0.1/24 --trunk 20-29,10,native=5 --host-ifname r0")
        .status(0);
    assert_eq!(vlans(&host, "r0"), "5 PVID Egress Untagged; 10; 20-29");
    let shown = host.netpipe("list --json").json();
    assert_eq!(shown[0]["vlan"], "trunk:10,20-29,native=5");
    for (name, vlan) in [("five", 5), ("ten", 10), ("twenty", 20)] {
        host.netpipe(format!(
            "attach netns:{name} br0 10.{vlan}.0.2/24 --vlan {vlan}"
        ))
        .status(0);
    }
    for id in [10, 20, 30] {
        router.sh(&format!(
            "ip link add link eth1 name eth1.{id} type vlan id {id} && \
             ip link set eth1.{id} up && ip address add 10.{id}.0.1/24 dev eth1.{id}"
        ));
    }
    for (one, id) in [(&five, 5), (&ten, 10), (&twenty, 20)] {
        assert!(one.comes_to_reach(&format!("10.{id}.0.1")), "{id}");
        assert!(router.comes_to_reach(&format!("10.{id}.0.2")), "{id}");
    }
    transfer(&router, &ten, "10.10.0.2");
    transfer(&twenty, &router, "10.20.0.1");
    // 30 is no VLAN of the trunk's.
    host.netpipe("attach netns:five br0 10.30.0.2/24 --vlan 30")
        .status(0);
    assert!(!router.reaches("10.30.0.2"));
    // Without a native VLAN nothing untagged comes in.
    host.container("bare");
    host.netpipe("attach netns:bare br0 none --trunk 10 --host-ifname bare0")
        .status(0);
    assert_eq!(vlans(&host, "bare0"), "10");
}

#[test]
fn a_port_without_any_is_in_the_default_one() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = Host::new();
    let names = ["one", "two", "ten"];
    let [one, two, ten] = names.map(|name| host.container(name));
    host.netpipe("bridge add br0 --vlan-filtering").status(0);
    host.netpipe("attach netns:one br0 10.0.0.1/24 --host-ifname one0")
        .status(0);
    host.netpipe("attach netns:two br0 10.0.0.2/24").status(0);
    host.netpipe("attach netns:ten br0 10.0.0.3/24 --vlan 10")
        .status(0);
    assert_eq!(vlans(&host, "one0"), "1 PVID Egress Untagged");
    assert!(one.comes_to_reach("10.0.0.2") && two.comes_to_reach("10.0.0.1"));
    assert!(!ten.reaches("10.0.0.1") && !one.reaches("10.0.0.3"));
    // What its administrator says of it is no drift.
    host.sh("bridge vlan add dev one0 vid 7");
    host.netpipe("check").status(0);
}

#[test]
fn the_first_one_turns_it_on_where_netpipe_may_and_nobody_is_cut_off() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = Host::new();
    let [one, two, ten] = ["one", "two", "ten"].map(|name| host.container(name));
    host.netpipe("attach netns:one br0 10.0.0.1/24 --host-ifname one0")
        .status(0);
    host.netpipe("attach netns:two br0 10.0.0.2/24").status(0);
    assert!(!filters(&host, "br0"));
    host.netpipe("attach netns:ten br0 10.0.0.3/24 --vlan 10")
        .status(0);
    assert!(filters(&host, "br0"));
    assert!(one.comes_to_reach("10.0.0.2") && !ten.reaches("10.0.0.1"));
    drop(two);
    // It stays on, for others may count on it by now.
    host.netpipe("detach netns:ten").status(0);
    assert!(filters(&host, "br0"));
}

#[test]
fn a_bridge_of_somebody_elses_is_asked_for_and_given_back() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = Host::new();
    for name in ["blue", "red", "black"] {
        host.container(name);
    }
    host.sh("ip link add br9 address 02:00:00:00:00:09 type bridge && ip link set br9 up");
    let before = host.snapshot();
    host.netpipe("attach netns:blue br9 10.0.0.5/24 --vlan 10")
        .status(3)
        .stderr_has("`br9` does not tell VLANs apart, and it is not netpipe's")
        .stderr_has("hint: give --vlan-filtering to have it do so");
    before.assert_same_kernel(&host.snapshot());
    host.netpipe("attach netns:blue br9 10.0.0.5/24 --vlan 10 --vlan-filtering")
        .status(0);
    host.netpipe("attach netns:red br9 10.0.0.6/24 --vlan 10")
        .status(0);
    host.netpipe("attach netns:black br9 10.0.0.7/24").status(0);
    // The first one goes, the second one needs it still, and so it is with a replacement.
    host.netpipe("detach netns:blue").status(0);
    assert!(filters(&host, "br9"));
    host.netpipe("attach netns:red br9 10.0.0.6/24 -i eth1 --vlan 20 --replace")
        .status(0);
    assert!(filters(&host, "br9"));
    host.netpipe("check").status(0);
    // Somebody turned it off: a repair may turn it on again.
    host.sh("ip link set br9 type bridge vlan_filtering 0");
    host.netpipe("check --repair")
        .status(0)
        .stdout_has("bridge `br9` does not tell VLANs apart");
    assert!(filters(&host, "br9"));
    host.netpipe("detach netns:red --dry-run")
        .status(0)
        .stdout_has("ip link set br9 type bridge vlan_filtering 0\n");
    host.netpipe("detach netns:red").status(0);
    assert!(!filters(&host, "br9"));
    host.netpipe("detach netns:black").status(0);
    before.assert_same_kernel(&host.snapshot());
}

#[test]
fn one_of_somebody_elses_that_is_used_otherwise_stays_on() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = Host::new();
    host.container("blue");
    host.sh("ip link add br9 type bridge && ip link set br9 up && \
         ip link add port0 type veth peer name far0 && ip link set port0 master br9");
    host.netpipe("attach netns:blue br9 10.0.0.5/24 --vlan 10 --vlan-filtering")
        .status(0);
    host.netpipe("vlan add br9 port0 10").status(0);
    host.netpipe("detach netns:blue").status(0);
    assert!(filters(&host, "br9"));
    // One that was on already is not turned off.
    host.netpipe("vlan del br9 port0 10").status(0);
    host.netpipe("attach netns:blue br9 10.0.0.5/24 --vlan 10")
        .status(0);
    host.netpipe("detach netns:blue").status(0);
    assert!(filters(&host, "br9"));
    // And where a replacement has none, nobody needs it.
    host.sh("ip link set br9 type bridge vlan_filtering 0");
    host.netpipe("attach netns:blue br9 10.0.0.5/24 --vlan 10 --vlan-filtering")
        .status(0);
    host.netpipe("attach netns:blue br0 10.0.0.5/24 -i eth1 --replace")
        .status(0);
    assert!(!filters(&host, "br9"));
}

#[test]
fn drift_is_told_and_mended() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = Host::new();
    let (blue, red) = (host.container("blue"), host.container("red"));
    host.netpipe("attach netns:blue br0 10.0.0.5/24 --vlan 10 --host-ifname blue0")
        .status(0);
    host.netpipe("attach netns:red br0 10.0.0.6/24 --trunk 20,native=10")
        .status(0);
    assert!(blue.comes_to_reach("10.0.0.6") && red.comes_to_reach("10.0.0.5"));
    let good = host.snapshot();
    for (damage, told) in [
        (
            "bridge vlan add dev blue0 vid 1 pvid untagged",
            "the VLANs of `blue0` are 1,10 untagged, PVID 1, not 10 untagged, PVID 10",
        ),
        (
            "bridge vlan del dev blue0 vid 10",
            "the VLANs of `blue0` are none, not 10 untagged, PVID 10",
        ),
        (
            "ip link set br0 type bridge vlan_filtering 0",
            "bridge `br0` does not tell VLANs apart",
        ),
        (
            "ip link set blue0 nomaster",
            "the host's end is not in bridge `br0`",
        ),
    ] {
        host.sh(damage);
        host.netpipe("check").status(1).stdout_has(told);
        host.netpipe("check --repair").status(0);
        good.assert_same_kernel(&host.snapshot());
        assert!(blue.comes_to_reach("10.0.0.6"), "{damage}");
    }
    // All of it gone.
    host.sh("ip link del blue0; ip link del br0");
    host.netpipe("check --repair").status(0);
    assert!(blue.comes_to_reach("10.0.0.6"));
    assert_eq!(vlans(&host, "blue0"), "10 PVID Egress Untagged");
    assert!(filters(&host, "br0"));
}

#[test]
fn in_a_batch_and_collected() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = Host::new();
    let names = ["blue", "red", "black"];
    let before = host.snapshot();
    let containers = names.map(|name| host.container(name));
    host.sh("printf 'attach netns:blue br0 10.0.0.5/24 --vlan 10\\n\
         attach netns:red br0 10.0.0.5/24 --vlan 20\\n\
         attach netns:black br0 10.0.0.6/24 --vlan 10\\n' >/run/batch");
    host.netpipe("batch /run/batch").status(0);
    assert!(containers[0].comes_to_reach("10.0.0.6") && !containers[1].reaches("10.0.0.6"));
    host.netpipe("batch /run/batch").status(0);
    for container in containers {
        host.remove(container);
    }
    host.netpipe("gc").status(0);
    before.assert_same_kernel(&host.snapshot());
}

#[test]
fn a_network_that_is_a_vlan() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = Host::new();
    let [one, two] = ["one", "two"].map(|name| host.container(name));
    host.netpipe("network add acme --bridge br0 --vlan 10 --subnet 10.0.0.0/24")
        .status(0);
    host.netpipe("attach netns:one net:acme auto --host-ifname one0")
        .status(0);
    host.netpipe("attach netns:two net:acme 10.0.0.77/24")
        .status(0);
    assert_eq!(vlans(&host, "one0"), "10 PVID Egress Untagged");
    assert!(one.comes_to_reach("10.0.0.77"));
    drop(two);
}

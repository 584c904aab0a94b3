//! Tunnels made, listed, removed; and what they do to a bridge's MTU.

use serde_json::json;

use crate::support::wan::Wan;
use crate::support::{Host, needs};

const VXLAN: &str = "tunnel add vxlan vx10 --local 192.0.1.2 --remote 192.0.2.2 --vni 10";

/// One host of several, which can make tunnels to the others.
fn scene() -> Option<Wan> {
    needs("vxlan").then(|| Wan::new(1, 1500))
}

fn mtu(host: &Host, link: &str) -> u64 {
    let links: serde_json::Value =
        serde_json::from_str(&host.sh(&format!("ip -j link show {link}"))).unwrap();
    links[0]["mtu"].as_u64().unwrap()
}

#[test]
fn add_makes_what_was_asked_for_and_del_removes_it() {
    let Some(wan) = scene() else { return };
    let site = &wan.hosts[0];
    let before = site.host.snapshot();
    let line = format!(
        "{VXLAN} --dev up0 --ttl 9 --tos 0x10 --port 4790 --no-learning --mtu 1300 \
         --address 10.0.0.1/24 --address fd10::1/64"
    );
    let made = site
        .netpipe(format!("{line} --json"))
        .status(0)
        .stderr("")
        .json();
    assert_eq!(made["made"], true);
    let shown = site.netpipe("tunnel show vx10 --json").status(0).json();
    let expected = json!({
        "name": "vx10", "kind": "vxlan", "local": "192.0.1.2", "remote": "192.0.2.2",
        "key": null, "vni": 10, "port": 4790, "dev": "up0", "ttl": 9, "tos": 16,
        "learning": false, "mtu": 1300, "mac": shown["mac"], "bridge": null, "vlan": null,
        "addresses": ["10.0.0.1/24", "fd10::1/64"], "routes": [], "peers": [],
        "state": "active", "switch": false, "owned": true,
    });
    assert_eq!(shown, expected);
    let kernel = site.host.sh("ip -d link show vx10");
    for piece in [
        "mtu 1300",
        "vxlan id 10 remote 192.0.2.2 local 192.0.1.2 dev up0",
        "dstport 4790 nolearning tos 0x10 ttl 9",
        "group default",
        "alias netpipe:",
    ] {
        assert!(kernel.contains(piece), "{piece} in {kernel}");
    }
    site.netpipe("tunnel list")
        .status(0)
        .stdout_has("vx10    vxlan  192.0.1.2  192.0.2.2  10  1300  -       active  netpipe");
    site.netpipe("tunnel show vx10")
        .status(0)
        .stdout_has("  learning    off\n");
    site.netpipe("tunnel del vx10 --dry-run")
        .status(0)
        .stdout("ip link del vx10\n");
    site.netpipe("tunnel del vx10")
        .status(0)
        .stdout("removed: tunnel vx10\n");
    before.assert_same_kernel(&site.host.snapshot());
    site.netpipe("tunnel del vx10")
        .status(0)
        .stdout("not there: tunnel vx10\n");
    site.netpipe("tunnel list --json").status(0).stdout("[]\n");
}

#[test]
fn the_same_again_is_there_already_and_another_one_a_conflict() {
    let Some(wan) = scene() else { return };
    let site = &wan.hosts[0];
    let line = format!("{VXLAN} --bridge br0");
    site.netpipe(&line).status(0);
    let before = site.host.snapshot();
    site.netpipe(&line)
        .status(0)
        .stdout("there already: tunnel vx10, MTU 1450\n");
    site.netpipe(format!("{line} --dry-run"))
        .status(0)
        .stdout("");
    for (option, difference) in [
        ("--mtu 1400", "its MTU is 1450, not 1400"),
        ("--port 8472", "its UDP port is 4789, not 8472"),
        ("--ttl 8", "its TTL is 64, not 8"),
        ("--tos inherit", "its type of service is 0, not 1"),
        ("--no-learning", "its learning is on, not off"),
        ("--dev up0", "its device is none, not up0"),
    ] {
        site.netpipe(format!("{line} {option}"))
            .status(3)
            .stderr_has("error: cannot add tunnel `vx10`: it exists, and ")
            .stderr_has(difference)
            .stderr_has("hint: remove it first: netpipe tunnel del vx10");
    }
    site.netpipe(VXLAN)
        .status(3)
        .stderr_has("its bridge is br0, not none");
    before.assert_same(&site.host.snapshot());
}

#[test]
fn the_commands_of_a_dry_run_make_the_same() {
    let Some(wan) = scene() else { return };
    let site = &wan.hosts[0];
    // The marks name the store, so there has to be one.
    site.netpipe("gc").status(0);
    let before = site.host.snapshot();
    for line in [
        format!("{VXLAN} --bridge br0"),
        "tunnel add vxlan vx10 --local fd00:1::2 --vni 10 --tos inherit --ttl inherit".into(),
        "tunnel add vxlan vx10 --group ff05::1 --dev up0 --vni 10 --address 10.0.0.1/24".into(),
    ] {
        let commands = site.netpipe(format!("{line} --dry-run")).status(0).out;
        before.assert_same(&site.host.snapshot());
        site.host.sh(&format!("set -e\n{commands}"));
        let by_hand = site.host.snapshot();
        // What they made has netpipe's marks and no record: gc takes it away.
        site.netpipe("gc")
            .status(0)
            .stdout_has("link vx10: removed");
        before.assert_same(&site.host.snapshot());
        site.netpipe(&line).status(0);
        by_hand.assert_same_kernel(&site.host.snapshot());
        site.netpipe("tunnel del vx10").status(0);
        before.assert_same_kernel(&site.host.snapshot());
    }
}

#[test]
fn the_mtu_is_what_the_way_leaves() {
    let Some(wan) = scene() else { return };
    let site = &wan.hosts[0];
    let add = |options: &str| {
        let line = format!("tunnel add vxlan vx10 --vni 10 {options} --json");
        let made = site.netpipe(line).status(0).stderr("").json();
        site.netpipe("tunnel del vx10").status(0);
        (made["mtu"].as_u64().unwrap(), made["local"].clone())
    };
    assert_eq!(add("--remote 192.0.2.2"), (1450, json!("192.0.1.2")));
    assert_eq!(add("--remote fd00:2::2"), (1430, json!("fd00:1::2")));
    site.host
        .sh("ip route add 192.0.3.0/24 via 192.0.1.1 mtu 1280");
    assert_eq!(add("--remote 192.0.3.2").0, 1230);
    site.host.sh("ip link set up0 mtu 1400");
    assert_eq!(add("--remote 192.0.2.2").0, 1350);
    assert_eq!(add("--local fd00:1::2").0, 1330);
    assert_eq!(add("--group 239.1.1.1 --dev up0").0, 1350);
    site.netpipe("tunnel add vxlan vx10 --vni 10 --remote 192.0.2.2 --mtu 1400")
        .status(0)
        .stderr_has(
            "packets of 1400 bytes do not pass `up0` in one piece, whose MTU of 1400 leaves \
             the tunnel 1350",
        );
}

#[test]
fn a_bridge_of_netpipes_takes_the_tunnels_mtu_and_gets_its_own_back() {
    let Some(wan) = scene() else { return };
    let host = &wan.hosts[0].host;
    let netpipe = |line: &str| wan.hosts[0].netpipe(line);
    for options in ["", "--mtu 1490"] {
        let own = if options.is_empty() { 1500 } else { 1490 };
        netpipe(&format!("bridge add lan0 {options}")).status(0);
        let before = host.snapshot();
        netpipe(&format!("{VXLAN} --bridge lan0"))
            .status(0)
            .stderr("");
        assert_eq!(mtu(host, "lan0"), 1450);
        let narrow = "tunnel add vxlan vx11 --remote fd00:2::2 --vni 11 --bridge lan0";
        netpipe(narrow).status(0);
        assert_eq!(mtu(host, "lan0"), 1430);
        netpipe("check").status(0);
        // The wider one goes first: the narrower one knows what there was before it.
        netpipe("tunnel del vx10").status(0);
        assert_eq!(mtu(host, "lan0"), 1430);
        netpipe("tunnel del vx11").status(0);
        assert_eq!(mtu(host, "lan0"), own);
        before.assert_same_kernel(&host.snapshot());
        netpipe("bridge del lan0").status(0);
    }
}

#[test]
fn ports_that_are_too_wide_are_told_of() {
    let Some(wan) = scene() else { return };
    let site = &wan.hosts[0];
    site.netpipe("bridge add lan0 --mtu 1500").status(0);
    site.host.container("blue");
    site.netpipe("attach netns:blue lan0 10.0.0.5/24 --host-ifname blue0")
        .status(0);
    site.netpipe(format!("{VXLAN} --bridge lan0"))
        .status(0)
        .stderr_has(
            "these ports of `lan0` have a larger MTU than the tunnel's 1450: `blue0`; what \
             they send in longer packets is lost in the tunnel",
        );
    site.netpipe("bridge del lan0").status(3);
    site.netpipe("detach netns:blue").status(0);
    site.netpipe("bridge del lan0")
        .status(3)
        .stderr_has("the tunnel `vx10` is its port")
        .stderr_has("hint: remove that first: netpipe tunnel del vx10");
    site.netpipe("tunnel del vx10").status(0);
    assert_eq!(mtu(&site.host, "lan0"), 1500);
    site.netpipe("bridge del lan0").status(0);
}

#[test]
fn a_bridge_of_somebody_elses_keeps_what_it_has() {
    let Some(wan) = scene() else { return };
    let site = &wan.hosts[0];
    site.host
        .sh("ip link add lan9 type bridge && ip link set lan9 mtu 1490 up");
    site.netpipe(format!("{VXLAN} --bridge lan9"))
        .status(0)
        .stderr_has("bridge `lan9` is not netpipe's and may keep its MTU of 1490")
        .stderr_has("attach with --mtu 1450");
    assert_eq!(mtu(&site.host, "lan9"), 1490);
    site.netpipe("tunnel del vx10").status(0);
    site.host.sh("ip link show lan9");
}

#[test]
fn the_holder_of_a_vni_is_named() {
    let Some(wan) = scene() else { return };
    let site = &wan.hosts[0];
    let other = "tunnel add vxlan vx11 --remote 192.0.2.9 --vni 10";
    site.netpipe(VXLAN).status(0);
    site.netpipe(other)
        .status(3)
        .stderr_has(
            "VNI 10 on UDP port 4789 is taken by the link `vx10`, which is a tunnel of netpipe's",
        )
        .stderr_has("hint: give another, or remove that one: netpipe tunnel del vx10");
    // Another port is another network.
    site.netpipe(format!("{other} --port 4790")).status(0);
    site.netpipe("tunnel del vx11").status(0);
    site.host
        .call(other)
        .env("NETPIPE_STATE_DIR", site.host.directory().join("other"))
        .run()
        .status(3)
        .stderr_has("which is of another state directory of netpipe's");
    // Recorded and gone, it would come back with a repair.
    site.host.sh("ip link del vx10");
    site.netpipe(other)
        .status(3)
        .stderr_has("belongs to the tunnel `vx10`, which is recorded but not there");
    site.netpipe("tunnel del vx10").status(0);
    site.host
        .sh("ip link add mine type vxlan id 10 remote 192.0.2.9 dstport 4789");
    site.netpipe(other)
        .status(3)
        .stderr_has("is taken by the link `mine`, which is not netpipe's")
        .stderr_has("ip link del mine");
}

#[test]
fn the_holder_of_a_vni_is_found_in_a_container_too() {
    let Some(wan) = scene() else { return };
    let site = &wan.hosts[0];
    let blue = site.host.container("blue");
    // As an overlay network of Docker's does: made on the host, moved, and left behind.
    site.host.sh(&format!(
        "ip link add lost type vxlan id 10 remote 192.0.2.9 dstport 4789 && \
         ip link set lost netns {}",
        blue.path()
    ));
    let before = site.host.snapshot();
    site.netpipe(VXLAN)
        .status(3)
        .stderr_has("the kernel has `vx10` or VNI 10 on UDP port 4789 already")
        .stderr_has("hint: it is `lost` in the namespace `/run/netns/blue`");
    before.assert_same_kernel(&site.host.snapshot());
}

#[test]
fn others_tunnels_are_listed_and_left_alone() {
    let Some(wan) = scene() else { return };
    let site = &wan.hosts[0];
    site.host
        .sh("ip link add mine type vxlan id 7 remote 192.0.2.9 dstport 4789");
    let before = site.host.snapshot();
    let listed = site.netpipe("tunnel list --json").status(0).json();
    assert_eq!(listed[0]["name"], "mine");
    assert_eq!(
        (&listed[0]["owned"], &listed[0]["vni"]),
        (&json!(false), &json!(7))
    );
    site.netpipe("tunnel del mine")
        .status(3)
        .stderr_has("it is not netpipe's, so it stays")
        .stderr_has("ip link del mine");
    site.netpipe("gc").status(0);
    before.assert_same_kernel(&site.host.snapshot());
}

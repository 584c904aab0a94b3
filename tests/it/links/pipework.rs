//! pipework's command line: each example of its README.md, and the forms beside them. What
//! the script itself leaves behind is compared by scripts/compare-pipework.

use std::os::unix::fs::symlink;

use super::card_scene::{scene, transfer};
use crate::support::{Call, Container, Host, Run, needs};

/// Runs a line of pipework by that name: the program is a link's then.
#[track_caller]
fn by_name(host: &Host, line: &str) -> Run {
    let link = host.directory().join("pipework");
    if !link.exists() {
        symlink(env!("CARGO_BIN_EXE_netpipe"), &link).unwrap();
    }
    host.call_as(&link, line).run()
}

/// Runs a line as a subcommand that must do it without a word.
#[track_caller]
fn pipework(host: &Host, line: &str) {
    host.netpipe(format!("pipework {line}"))
        .status(0)
        .stdout("")
        .stderr("");
}

/// One form: what it is, and what the container and the host must then show, as commands of
/// a shell that must succeed.
struct Form {
    line: &'static str,
    inside: &'static str,
    outside: &'static str,
}

const fn form(line: &'static str, inside: &'static str, outside: &'static str) -> Form {
    Form {
        line,
        inside,
        outside,
    }
}

/// Runs each form in a scene: what it makes is as wanted, known to `list` and `check`, made
/// again after it was broken, and gone after `detach`.
fn run_all((host, blue): (&Host, &Container), forms: &[Form]) {
    let before = host.snapshot();
    for Form {
        line,
        inside,
        outside,
    } in forms
    {
        pipework(host, line);
        blue.sh(&format!("set -e; {inside}"));
        host.sh(&format!("set -e; {outside}"));
        // The same again is no error, and nothing.
        let made = host.snapshot();
        pipework(host, line);
        made.assert_same(&host.snapshot());
        host.netpipe("check").status(0).stdout_has("netns:blue");
        let shown = host.netpipe("list --json").status(0).json();
        assert_eq!(shown.as_array().unwrap().len(), 1, "{line}");
        let ifname = shown[0]["ifname"].as_str().unwrap();
        blue.sh(&format!(
            "ip address flush dev {ifname} scope global; ip link set {ifname} down"
        ));
        host.netpipe("check --repair").status(0);
        blue.sh(&format!("set -e; {inside}"));
        host.netpipe("detach netns:blue").status(0).stderr("");
        before.assert_same(&host.snapshot());
    }
}

#[test]
fn the_lamp_stack_has_a_private_network_and_the_host_peeks_inside() {
    let host = Host::new();
    let (apache, mysql) = (host.container("apache"), host.container("mysql"));
    let before = host.snapshot();
    by_name(&host, "br1 netns:apache 192.168.1.1/24")
        .status(0)
        .stdout("")
        .stderr("");
    by_name(&host, "br1 netns:mysql 192.168.1.2/24").status(0);
    assert!(apache.reaches("192.168.1.2") && mysql.reaches("192.168.1.1"));
    transfer(apache.place(), mysql.place(), "192.168.1.2");
    transfer(mysql.place(), apache.place(), "192.168.1.1");
    host.sh("ip addr add 192.168.1.254/24 dev br1");
    assert!(apache.reaches("192.168.1.254"));
    host.sh("ip addr del 192.168.1.254/24 dev br1");
    host.netpipe("list")
        .status(0)
        .stdout_has("192.168.1.1/24  br1");
    host.netpipe("detach netns:apache").status(0);
    host.netpipe("detach netns:mysql").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn a_bridge_gives_interfaces_names_netmasks_gateways_and_macs() {
    let host = Host::new();
    let blue = host.container("blue");
    blue.sh(
        "ip link add up0 type veth peer name up1 && ip address add 172.17.0.2/16 dev up0 && \
         ip link set up0 up && ip link set up1 up && ip route add default via 172.17.0.1",
    );
    let by_gateway = "ip route show default | grep -q 'via 192.168.4.1 dev eth1'; \
                      test $(ip route show default | wc -l) = 1";
    run_all(
        (&host, &blue),
        &[
            // Setting container internal interface
            form(
                "br1 -i eth2 netns:blue 192.168.1.1/24",
                "ip -4 -o address show eth2 | grep -q 192.168.1.1/24; ! ip link show eth1",
                "ip -d link show br1 | grep -q bridge",
            ),
            // Setting host interface name
            form(
                "br1 -i eth2 -l hostapp1 netns:blue 192.168.1.1/24",
                "ip link show eth2",
                "ip link show hostapp1 | grep -q 'master br1'",
            ),
            // Using a different netmask
            form(
                "br1 netns:blue 192.168.4.25/20",
                "ip route | grep -q '192.168.0.0/20 dev eth1'",
                "ip link show br1",
            ),
            // Setting a default gateway
            form(
                "br1 netns:blue 192.168.4.25/20@192.168.4.1",
                by_gateway,
                "true",
            ),
            form(
                "br1 -a 4 netns:blue 192.168.4.25/255.255.240.0@192.168.4.1",
                by_gateway,
                "true",
            ),
            form(
                "br1 -a inet6 netns:blue fd00::5/64@fd00::1",
                "ip -6 route show default | grep -q 'via fd00::1 dev eth1'; \
                 ip route show default | grep -q 172.17.0.1",
                "true",
            ),
            // A gateway in no subnet of the interface, as some hosting providers have it
            form(
                "br1 netns:blue 10.0.0.5/32@10.9.0.1",
                "ip route show default | grep -q 'via 10.9.0.1 dev eth1'; \
                 ip route | grep -q '^10.9.0.1 dev eth1'",
                "true",
            ),
            // Add the interface without an IP address
            form(
                "br1 netns:blue 0/0",
                "ip link show up dev eth1 | grep -q eth1; test -z \"$(ip -4 -o address show eth1)\"",
                "true",
            ),
            // Specify a custom MAC address
            form(
                "br0 netns:blue 10.0.0.5/24 fa:de:b0:99:52:1c",
                "ip link show eth1 | grep -q fa:de:b0:99:52:1c",
                "true",
            ),
            form(
                "br0 netns:blue 10.0.0.5/24 U:myhost.foo.com",
                "ip link show eth1 | grep -q 02:72:6c:cd:9b:8d",
                "true",
            ),
        ],
    );
}

#[test]
fn a_card_gives_macvlans_or_itself() {
    if !needs("macvlan") {
        return;
    }
    let (host, lan) = scene();
    host.sh("ip link set nic0 down && ip link set nic0 name eth1 && ip link set eth1 up");
    let blue = host.container("blue");
    let before = host.snapshot();
    // Connect a container to a local physical interface
    for line in [
        "eth1 netns:blue 10.0.0.5/24@10.0.0.1 26:2e:71:98:60:8f",
        "mac:02:00:00:00:00:10 netns:blue 10.0.0.5/24@10.0.0.1 26:2e:71:98:60:8f",
    ] {
        pipework(&host, line);
        assert!(
            blue.sh("ip -d link show eth1")
                .contains("macvlan mode bridge")
        );
        assert!(blue.sh("ip link show eth1").contains("26:2e:71:98:60:8f"));
        assert!(blue.reaches("10.0.0.1") && lan.reaches("10.0.0.5"));
        transfer(blue.place(), lan.place(), "10.0.0.1");
        host.netpipe("detach netns:blue").status(0);
        before.assert_same(&host.snapshot());
    }
    // Exclusively; and use the MAC address to specify the physical interface.
    for (line, ifname) in [
        ("--direct-phys eth1 netns:blue 10.0.0.5/24", "eth1"),
        (
            "--direct-phys eth1 -i container0 netns:blue 0/0",
            "container0",
        ),
        (
            "--direct-phys mac:02:00:00:00:00:10 -i container0 netns:blue 0/0",
            "container0",
        ),
    ] {
        pipework(&host, line);
        assert_eq!(host.try_sh("ip link show eth1").code(), Some(1), "{line}");
        assert!(
            blue.sh(&format!("ip link show {ifname}"))
                .contains("02:00:00:00:00:10")
        );
        host.netpipe("check").status(0);
        host.netpipe("detach netns:blue").status(0);
        before.assert_same(&host.snapshot());
    }
    assert!(host.try_sh("ip link show eth1").code() == Some(0));
}

#[test]
fn the_host_reaches_macvlans_by_one_of_its_own() {
    if !needs("macvlan") {
        return;
    }
    let (host, lan) = scene();
    let blue = host.container("blue");
    // Let the Docker host communicate over macvlan interfaces
    host.sh(
        "ip link add link nic0 dev nic0m type macvlan mode bridge && ip link set nic0m up && \
         ip addr add 10.0.0.123/24 dev nic0m && ip route add default via 10.0.0.1",
    );
    pipework(&host, "nic0 netns:blue 10.0.0.234/24@10.0.0.1");
    assert!(blue.reaches("10.0.0.123") && blue.reaches("10.0.0.1") && lan.reaches("10.0.0.234"));
    host.netpipe("detach netns:blue").status(0);
}

#[test]
fn a_vlan_of_a_card_is_made_and_goes_with_its_last_user() {
    if !(needs("vlan") && needs("macvlan")) {
        return;
    }
    let (host, lan) = scene();
    lan.sh(
        "ip link add link eth0 name eth0.10 type vlan id 10 && ip link set eth0.10 up && \
         ip addr add 10.1.0.1/24 dev eth0.10",
    );
    let blue = host.container("blue");
    let before = host.snapshot();
    for line in [
        "nic0 netns:blue 10.1.0.5/24 26:2e:71:98:60:8f@10",
        "--direct-phys nic0 netns:blue 10.1.0.5/24 @10",
    ] {
        pipework(&host, line);
        assert!(
            host.sh("ip -d link show nic0.10").contains("id 10"),
            "{line}"
        );
        assert!(blue.comes_to_reach("10.1.0.1"), "{line}");
        host.netpipe("check").status(0);
        host.netpipe("detach netns:blue").status(0);
        before.assert_same(&host.snapshot());
    }
    // One that is there already moves as a whole.
    host.sh("ip link add link nic0 name nic0.10 type vlan id 10");
    let before = host.snapshot();
    pipework(&host, "--direct-phys nic0 netns:blue 10.1.0.5/24 @10");
    assert!(
        blue.sh("ip -d link show eth1")
            .contains("vlan protocol 802.1Q id 10")
    );
    assert!(blue.comes_to_reach("10.1.0.1"));
    host.netpipe("detach netns:blue").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn a_linux_bridge_has_vlans_too() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = Host::new();
    let all = ["blue", "red", "green"].map(|name| host.container(name));
    // On a bridge that is made for it, and on somebody else's.
    host.sh("ip link add br9 address 02:00:00:00:00:09 type bridge && ip link set br9 up");
    let before = host.snapshot();
    for bridge in ["br0", "br9"] {
        pipework(&host, &format!("{bridge} netns:blue 10.0.0.5/24 @10"));
        pipework(
            &host,
            &format!("{bridge} netns:red 10.0.0.6/24 26:2e:71:98:60:8f@10"),
        );
        pipework(&host, &format!("{bridge} netns:green 10.0.0.7/24 @20"));
        assert!(all[0].comes_to_reach("10.0.0.6") && !all[2].reaches("10.0.0.5"));
        if bridge == "br0" {
            transfer(all[0].place(), all[1].place(), "10.0.0.6");
        }
        for container in ["blue", "red", "green"] {
            host.netpipe(format!("detach netns:{container}")).status(0);
        }
        before.assert_same(&host.snapshot());
    }
}

#[test]
fn open_vswitch_has_a_bridge_made_with_vlans() {
    if !needs("ovs") {
        return;
    }
    let host = Host::new();
    host.start_ovs();
    let (blue, red) = (host.container("blue"), host.container("red"));
    let before = host.snapshot();
    // The kernel's module may be missing: then the daemon switches by itself.
    let kernel = needs_module();
    if !kernel {
        host.vsctl("add-br ovsbr0 -- set bridge ovsbr0 datapath_type=netdev");
    }
    pipework(&host, "ovsbr0 -l hostapp1 netns:blue 192.168.1.2/24");
    pipework(&host, "ovsbr0 -i eth2 netns:blue 10.0.0.2/24 @10");
    pipework(&host, "ovsbr0 netns:red 10.0.0.3/24 @10");
    assert_eq!(host.vsctl("get port hostapp1 tag").trim(), "[]");
    assert!(blue.comes_to_reach("10.0.0.3") && red.comes_to_reach("10.0.0.2"));
    host.netpipe("check").status(0);
    host.netpipe("detach netns:blue --all").status(0);
    host.netpipe("detach netns:red").status(0);
    if !kernel {
        host.vsctl("del-br ovsbr0");
    }
    before.assert_same(&host.snapshot());
}

/// Whether the kernel can switch for Open vSwitch. Either way the test has something to say.
fn needs_module() -> bool {
    crate::support::has("openvswitch")
}

#[test]
fn a_dummy_leads_nowhere() {
    if !needs("dummy") {
        return;
    }
    let host = Host::new();
    let blue = host.container("blue");
    run_all(
        (&host, &blue),
        &[
            // Add a dummy interface
            form(
                "dummy netns:blue 192.168.21.101/24@192.168.21.1",
                "ip -d link show eth1 | grep -q dummy; \
                 ip route show default | grep -q 'via 192.168.21.1 dev eth1'",
                "! ip link show dummy",
            ),
            form(
                "dummy7 -i dummy0 netns:blue 192.168.21.101/24",
                "ip -d link show dummy0 | grep -q dummy",
                "true",
            ),
        ],
    );
}

#[test]
fn routes_rules_and_queues_are_iproute2s() {
    let host = Host::new();
    let blue = host.container("blue");
    pipework(&host, "br1 netns:blue 192.168.2.5/24");
    // Control Routes. The first of pipework's own examples has host bits set, which the kernel
    // refuses; so does the second's address.
    let run = |line: &str| by_name(&host, line);
    run("route netns:blue add 10.0.5.6/24 via 192.168.2.1").status(2);
    run("route netns:blue replace default via 10.2.3.5.78").status(1);
    run("route netns:blue add 10.0.5.0/24 via 192.168.2.1")
        .status(0)
        .stderr("");
    run("route netns:blue replace default via 192.168.2.1").status(0);
    let routes = blue.sh("ip route");
    assert!(
        routes.contains("10.0.5.0/24 via 192.168.2.1")
            && routes.contains("default via 192.168.2.1")
    );
    run("route netns:blue")
        .status(1)
        .stderr_has("needs arguments");
    // Control Rules
    run("rule netns:blue add from 172.19.0.2/32 table 1").status(0);
    run("rule netns:blue add to 172.19.0.2/32 table 1").status(0);
    let rules = blue.sh("ip rule");
    assert!(rules.contains("from 172.19.0.2 lookup 1") && rules.contains("to 172.19.0.2 lookup 1"));
    run("tc netns:blue -s qdisc show dev eth1")
        .status(0)
        .stdout_has("Sent");
    run("tc netns:blue nonsense").status(255);
    run("tc netns:none qdisc show")
        .status(1)
        .stderr_has("netns:none");
}

#[test]
fn a_third_of_all_packets_is_lost() {
    if !needs("netem") {
        return;
    }
    let host = Host::new();
    let blue = host.container("blue");
    pipework(&host, "br1 -i eth0 netns:blue 10.0.0.5/24");
    // Control `tc`
    by_name(
        &host,
        "tc netns:blue qdisc add dev eth0 root netem loss 30%",
    )
    .status(0)
    .stderr("");
    assert!(blue.sh("tc qdisc show dev eth0").contains("loss 30%"));
}

#[test]
fn an_interface_is_waited_for() {
    let host = Host::new();
    let blue = host.container("blue");
    // Wait for the network to be ready
    let netpipe = env!("CARGO_BIN_EXE_netpipe");
    let mut waiting = Call::new(blue.place(), netpipe, "pipework --wait -i eth5").spawn_piped();
    pipework(&host, "br1 netns:blue 10.0.0.5/24");
    Call::new(blue.place(), netpipe, "pipework --wait")
        .run()
        .status(0)
        .stdout("")
        .stderr("");
    assert!(waiting.try_wait().unwrap().is_none());
    pipework(&host, "br1 -i eth5 netns:blue 10.0.1.5/24");
    let ended = waiting.wait_with_output().unwrap();
    assert!(
        ended.status.success() && ended.stdout.is_empty(),
        "{ended:?}"
    );
}

#[test]
fn words_without_meaning_are_warned_of() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("pipework --direct-phys br1 netns:blue 10.0.0.5/24 02:00:00:00:00:01 @10")
        .status(0)
        .stdout("")
        .stderr_has("warning: --direct-phys is ignored: it is for a network card")
        .stderr_has("warning: `@10` behind the MAC and VLAN is ignored");
}

#[test]
fn a_dry_run_and_json_are_netpipes() {
    let host = Host::new();
    host.container("blue");
    let before = host.snapshot();
    by_name(&host, "--dry-run br1 netns:blue 10.0.0.5/24@10.9.0.1")
        .status(0)
        .stdout_has("ip link add br1")
        .stdout_has("ip route add 10.9.0.1/32 dev eth1")
        .stderr("");
    before.assert_same(&host.snapshot());
    let shown = by_name(&host, "--json br1 netns:blue 10.0.0.5/24")
        .status(0)
        .json();
    assert_eq!(
        (&shown["change"], &shown["ifname"]),
        (&"attached".into(), &"eth1".into())
    );
    // Another link in the same place is refused.
    host.netpipe("pipework br2 netns:blue 10.0.0.5/24")
        .status(1)
        .stdout("")
        .stderr_has("`eth1` is attached already")
        .stderr_has("hint: with -i it gets another interface");
    by_name(&host, "--help")
        .status(0)
        .stdout_has("Usage: netpipe pipework");
}

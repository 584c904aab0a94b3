//! What each option of `attach` makes of the link.

use crate::support::{Container, Host};

fn link(container: &Container, name: &str) -> String {
    container.sh(&format!("ip -o link show dev {name}"))
}

#[test]
fn ifname_and_host_ifname() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 -i lan0 --host-ifname blue-lan0")
        .status(0)
        .stdout("attached: netns:blue lan0 in br0 with 10.0.0.5/24\n");
    link(&blue, "lan0");
    assert!(
        host.sh("ip -o link show dev blue-lan0")
            .contains("master br0")
    );
    host.netpipe("detach netns:blue lan0").status(0);
    host.try_sh("ip link show dev blue-lan0").status(1);
}

#[test]
fn a_name_of_fifteen_bytes_is_taken() {
    let host = Host::new();
    let blue = host.container("blue");
    let name = "a23456789012345";
    host.netpipe(format!("attach netns:blue br0 none -i {name}"))
        .status(0);
    link(&blue, name);
}

#[test]
fn taken_names_are_conflicts() {
    let host = Host::new();
    let blue = host.container("blue");
    blue.sh("ip link add eth1 type veth peer name x");
    host.sh("ip link add taken type veth peer name x");
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.5/24 -i eth1")
        .status(3)
        .stderr_has("`eth1` is in the target already, and not netpipe's")
        .stderr_has("hint: give another name with --ifname");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 --host-ifname taken")
        .status(3)
        .stderr_has("`taken` is on the host already");
    before.assert_same(&host.snapshot());
}

#[test]
fn mac_as_given_or_from_a_string() {
    let host = Host::new();
    let blue = host.container("blue");
    for (ifname, given, mac) in [
        ("eth1", "02:AB:cd:00:00:01", "02:ab:cd:00:00:01"),
        ("eth2", "U:hello", "02:b1:94:6a:c9:24"),
    ] {
        host.netpipe(format!(
            "attach netns:blue br0 none -i {ifname} --mac {given}"
        ))
        .status(0);
        let shown = link(&blue, ifname);
        assert!(shown.contains(mac), "{shown}");
    }
}

#[test]
fn without_one_the_mac_is_the_same_each_time() {
    let host = Host::new();
    let mac = || {
        host.container("blue");
        let report = host
            .netpipe("attach netns:blue br0 none --json")
            .status(0)
            .json();
        host.netpipe("detach netns:blue").status(0);
        report["mac"].as_str().unwrap().to_owned()
    };
    let first = mac();
    assert!(first.starts_with("02:"), "{first}");
    assert_eq!(mac(), first);
}

#[test]
fn mtu_as_given_at_both_ends() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 --mtu 1400")
        .status(0)
        .stderr("");
    assert!(link(&blue, "eth1").contains("mtu 1400"));
    let port = host.sh("ip -o link show master br0");
    assert!(port.contains("mtu 1400"), "{port}");
    assert!(host.sh("ip -o link show br0").contains("mtu 1400"));
}

#[test]
fn mtu_follows_the_bridge() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("bridge add lan0 --mtu 9000").status(0);
    host.netpipe("attach netns:blue lan0 10.0.0.5/24 -i eth1")
        .status(0);
    assert!(link(&blue, "eth1").contains("mtu 9000"));
    assert!(host.sh("ip -o link show lan0").contains("mtu 9000"));
    host.netpipe("attach netns:blue lan0 10.0.1.5/24 -i eth2 --mtu 1500")
        .status(0)
        .stderr(
            "warning: the MTU of `eth2` is 1500, but that of its bridge `lan0` is 9000: \
             large frames may be lost\n",
        );
    assert!(host.sh("ip -o link show lan0").contains("mtu 9000"));
}

#[test]
fn sysctl_set_inside_and_put_back() {
    let host = Host::new();
    let blue = host.container("blue");
    let forward = || blue.sh("cat /proc/sys/net/ipv4/ip_forward");
    let link = || blue.sh("cat /proc/sys/net/ipv4/conf/eth1/proxy_arp");
    assert_eq!(forward(), "0\n");
    host.netpipe(
        "attach netns:blue br0 10.0.0.5/24 --sysctl net.ipv4.ip_forward=1 \
         --sysctl net/ipv4/conf/eth1/proxy_arp=1",
    )
    .status(0);
    assert_eq!((forward().as_str(), link().as_str()), ("1\n", "1\n"));
    host.netpipe("detach netns:blue").status(0);
    assert_eq!(forward(), "0\n");
}

#[test]
fn a_setting_changed_since_is_not_put_back() {
    let host = Host::new();
    let blue = host.container("blue");
    let ttl = "/proc/sys/net/ipv4/ip_default_ttl";
    host.netpipe("attach netns:blue br0 none --sysctl net.ipv4.ip_default_ttl=99")
        .status(0);
    blue.sh(&format!("echo 77 > {ttl}"));
    host.netpipe("detach netns:blue").status(0);
    assert_eq!(blue.sh(&format!("cat {ttl}")), "77\n");
}

#[test]
fn network_names_the_addresses() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 --network acme")
        .status(0);
    let taken = host.netpipe("ip list acme --json").status(0).json();
    assert_eq!(taken[0]["address"], "10.0.0.5");
    assert_eq!(taken[0]["owner"]["target"], "netns:blue");
    host.netpipe("ip list br0 --json").status(0).stdout("[]\n");
}

#[test]
fn rp_filter_is_loosened_on_a_second_interface() {
    let host = Host::new();
    let blue = host.container("blue");
    blue.sh("echo 1 > /proc/sys/net/ipv4/conf/all/rp_filter");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    assert_eq!(blue.sh("cat /proc/sys/net/ipv4/conf/eth1/rp_filter"), "2\n");
}

#[test]
fn a_setting_of_several_values_is_put_back_however_they_are_spaced() {
    let host = Host::new();
    let blue = host.container("blue");
    let range = || blue.sh("cat /proc/sys/net/ipv4/ip_local_port_range");
    let before = range();
    let attach = "attach netns:blue br0 10.0.0.5/24 --sysctl";
    let given = ["net.ipv4.ip_local_port_range=20000 30000"];
    let args: Vec<_> = attach.split(' ').chain(given).collect();
    host.netpipe(&args[..]).status(0);
    assert_eq!(range(), "20000\t30000\n");
    host.netpipe("check").status(0);
    host.netpipe(&args[..]).status(0).stdout_has("unchanged:");
    host.netpipe("detach netns:blue").status(0);
    assert_eq!(range(), before);
}

#[test]
fn a_setting_given_twice_is_refused() {
    let host = Host::new();
    host.container("blue");
    host.netpipe(
        "attach netns:blue br0 none --sysctl net.ipv4.ip_forward=1 \
         --sysctl net/ipv4/ip_forward=0",
    )
    .status(2)
    .stderr_has("the sysctl `net/ipv4/ip_forward` is given twice");
}

#[test]
fn a_setting_that_was_empty_is_empty_again() {
    let host = Host::new();
    let blue = host.container("blue");
    let ports = || blue.sh("cat /proc/sys/net/ipv4/ip_local_reserved_ports");
    assert_eq!(ports(), "\n");
    let attach = "attach netns:blue br0 10.0.0.5/24 -i eth1 \
        --sysctl net.ipv4.ip_local_reserved_ports=8080,9148";
    host.netpipe(format!("{attach} --route 10.9.0.0/16,via=192.168.1.1"))
        .status(1);
    assert_eq!(ports(), "\n");
    host.netpipe(attach).status(0);
    assert_eq!(ports(), "8080,9148\n");
    host.netpipe("list").status(0).stdout_has("netns:blue");
    host.netpipe("check").status(0);
    host.netpipe("detach netns:blue").status(0);
    assert_eq!(ports(), "\n");
    host.netpipe("attach netns:blue br0 none --sysctl net.ipv4.ip_local_reserved_ports=")
        .status(2)
        .stderr_has("the value is empty");
}

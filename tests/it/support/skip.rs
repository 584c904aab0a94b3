//! What the running kernel lacks.

use std::fs::OpenOptions;
use std::io::Write;

use super::{Call, Host, Namespaces};

/// Whether the kernel has a feature: `br_netfilter`, `iptables`, `vlan_filtering`, `spare_cards`, or a
/// kind of link such as `macvlan`. The kernel itself is asked. A test that gets `false` returns at once;
/// that it did is written to the file that NETPIPE_TEST_SKIPS names, for the test has
/// to run elsewhere then.
pub fn needs(feature: &str) -> bool {
    let has = has(feature);
    if !has {
        note(feature);
    }
    has
}

/// The same for a test that has something to say either way.
pub fn has(feature: &str) -> bool {
    // Cards that a test may move about are the emulated machine's alone.
    if feature == "spare_cards" {
        let has = std::env::var_os("NETPIPE_TEST_CARDS").is_some();
        if !has {
            note(feature);
        }
        return has;
    }
    if feature == "cgroup_v1" {
        let host = Host::new();
        let mount = "mkdir /run/devices && mount -t cgroup -o devices none /run/devices";
        return host.try_sh(mount).code() == Some(0);
    }
    let place = Namespaces::container();
    let question = match feature {
        "br_netfilter" => "test -e /proc/sys/net/bridge/bridge-nf-call-iptables".into(),
        "iptables" => "iptables -S && ip6tables -S".into(),
        // What the kernel lacks of it the daemon does.
        "ovs" => "command -v ovs-vswitchd".into(),
        // The kernel's own; the daemon can do without.
        "openvswitch" => "test -d /sys/module/openvswitch".into(),
        // A kernel without it takes the wish and does nothing.
        "vlan_filtering" => "ip link add probe0 type bridge vlan_filtering 1 && \
             ip -d link show probe0 | grep -q 'vlan_filtering 1'"
            .into(),
        // Some are made on another link, and tunnels have to lead somewhere: without an end
        // they would be the kernel's own.
        "macvlan" | "ipvlan" => {
            format!("{PARENT} && ip link add link parent0 name probe0 type {feature}")
        }
        "vlan" => format!("{PARENT} && ip link add link parent0 name probe0 type vlan id 2"),
        "802.1ad" => {
            format!("{PARENT} && ip link add link parent0 name probe0 type vlan proto 802.1ad id 2")
        }
        "gre" | "gretap" => format!("ip link add probe0 type {feature} remote 127.0.0.1"),
        "ip6gre" | "ip6gretap" => format!("ip link add probe0 type {feature} remote ::1"),
        "vxlan" => "ip link add probe0 type vxlan id 2 dstport 4789".into(),
        "geneve" => "ip link add probe0 type geneve id 2 remote 127.0.0.1".into(),
        "tbf" => "tc qdisc add dev lo root tbf rate 1mbit burst 10kb latency 50ms".into(),
        "netem" => "tc qdisc add dev lo root netem delay 1ms".into(),
        kind => format!("ip link add probe0 type {kind}"),
    };
    let answer = Call::new(&place, "sh", ["-c", question.as_str()]).run();
    answer.code() == Some(0)
}

const PARENT: &str = "ip link add parent0 type veth peer name parent1";

fn note(feature: &str) {
    let thread = std::thread::current();
    let test = thread.name().expect("a test's thread has its name");
    eprintln!("skipped: {test} needs {feature}");
    let Some(path) = std::env::var_os("NETPIPE_TEST_SKIPS") else {
        return;
    };
    let mut file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .unwrap();
    // One write, so that tests that run at once do not mix their lines.
    file.write_all(format!("{test} {feature}\n").as_bytes())
        .unwrap();
}

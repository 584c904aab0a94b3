//! `netpipe doctor`: what it says must be what the kernel does.

use serde_json::Value;

use crate::support::{Host, Namespaces, Run};

const LINKS: [&str; 13] = [
    "veth",
    "bridge",
    "vlan_filtering",
    "macvlan",
    "ipvlan",
    "802.1Q",
    "802.1ad",
    "dummy",
    "gre",
    "gretap",
    "ip6gretap",
    "vxlan",
    "geneve",
];

fn doctor(host: &Host) -> Vec<Value> {
    checks(host.netpipe("doctor --json").status(0))
}

fn checks(run: Run) -> Vec<Value> {
    run.json().as_array().unwrap().clone()
}

#[track_caller]
fn find<'a>(checks: &'a [Value], name: &str) -> &'a Value {
    let found = checks.iter().find(|check| check["check"] == name);
    found.unwrap_or_else(|| panic!("no check `{name}` in {checks:#?}"))
}

#[test]
fn every_check_has_the_same_fields() {
    let host = Host::new();
    let all = doctor(&host);
    for check in &all {
        let fields = check.as_object().unwrap();
        let mut names: Vec<_> = fields.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["check", "detail", "fix", "status"]);
        let status = check["status"].as_str().unwrap();
        assert!(["ok", "warn", "info"].contains(&status), "{check}");
        assert!(check["fix"].is_null() || check["fix"].is_string());
    }
    for kind in LINKS {
        find(&all, &format!("link {kind}"));
    }
    for name in [
        "CAP_NET_ADMIN",
        "CAP_SYS_ADMIN",
        "CAP_SYS_PTRACE",
        "CAP_NET_RAW",
        "shape tbf",
        "shape netem",
        "namespace identity",
        "named namespaces",
        "store",
        "store writable",
        "store room",
        "engine",
        "firewall IPv4",
        "firewall IPv6",
        "rp_filter",
        "ip_forward",
    ] {
        find(&all, name);
    }
}

#[test]
fn nothing_on_the_host_changes() {
    let host = Host::new();
    let _blue = host.container("blue");
    let mounts = || host.sh("cat /proc/self/mountinfo");
    let before = (host.snapshot(), mounts());
    let _ = doctor(&host);
    before.0.assert_same(&host.snapshot());
    assert_eq!(before.1, mounts());
    assert!(!host.state_dir().exists());
}

#[test]
fn a_kind_is_ok_if_ip_can_make_it() {
    let host = Host::new();
    let all = doctor(&host);
    for (kind, arguments) in [
        ("veth", ""),
        ("bridge", ""),
        ("dummy", ""),
        ("macvlan", "link far0"),
        ("ipvlan", "link far0"),
        ("vxlan", "id 2 dstport 4789"),
        ("geneve", "id 2 remote 127.0.0.1"),
        ("gretap", "remote 127.0.0.1"),
    ] {
        let (link, options) = match arguments.starts_with("link") {
            true => (arguments, ""),
            false => ("", arguments),
        };
        let scratch = Host::within(Namespaces::host());
        scratch.sh("ip link add far0 type veth peer name far1");
        let made = scratch.try_sh(&format!("ip link add {link} probe type {kind} {options}"));
        let check = find(&all, &format!("link {kind}"));
        match check["status"].as_str() {
            Some("ok") => drop(made.status(0)),
            // A module that is not loaded is not tried.
            Some("info") => {}
            _ => {
                assert_ne!(made.code(), Some(0), "{check}");
                let fix = check["fix"].as_str().unwrap();
                assert!(fix.starts_with("modprobe "), "{check}");
            }
        }
    }
}

#[test]
fn a_discipline_is_ok_if_tc_can_use_it() {
    let host = Host::new();
    let all = doctor(&host);
    for (kind, arguments) in [
        ("tbf", "rate 8mbit burst 10kb latency 50ms"),
        ("netem", "limit 1000"),
    ] {
        let scratch = Host::within(Namespaces::host());
        scratch.sh("ip link add far0 type veth peer name far1");
        let check = find(&all, &format!("shape {kind}"));
        // A module that is not loaded is not tried, and tc would load it.
        if check["status"] == "info" {
            continue;
        }
        let used = scratch.try_sh(&format!("tc qdisc add dev far0 root {kind} {arguments}"));
        assert_eq!(used.code() == Some(0), check["status"] == "ok", "{check}");
        if check["status"] == "warn" {
            let fix = format!("modprobe sch_{kind}, ");
            assert!(check["fix"].as_str().unwrap().starts_with(&fix), "{check}");
        }
    }
}

#[test]
fn settings_and_mounts_are_read_from_this_host() {
    let host = Host::new();
    host.sh("echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter");
    let before = doctor(&host);
    assert_eq!(find(&before, "rp_filter")["status"], "ok");
    assert_eq!(find(&before, "named namespaces")["status"], "info");
    assert_eq!(find(&before, "store")["status"], "info");
    host.sh("echo 1 > /proc/sys/net/ipv4/conf/all/rp_filter");
    host.netpipe("netns add lab").status(0);
    host.netpipe("attach netns:lab br0 10.0.0.5/24").status(0);
    let after = doctor(&host);
    let rp_filter = find(&after, "rp_filter");
    assert_eq!(rp_filter["status"], "warn");
    assert_eq!(rp_filter["fix"], "sysctl -w net.ipv4.conf.all.rp_filter=2");
    assert_eq!(find(&after, "named namespaces")["status"], "ok");
    assert_eq!(find(&after, "store")["status"], "ok");
    host.sh("mount --make-private /run/netns");
    assert_eq!(find(&doctor(&host), "named namespaces")["status"], "warn");
}

#[test]
fn what_keeps_netpipe_from_working_is_bad() {
    let host = Host::new();
    let run = host.call("doctor --json").user(65534).run().status(1);
    let error = run.err.clone();
    let all = checks(run);
    for name in ["CAP_NET_ADMIN", "CAP_SYS_ADMIN", "store writable"] {
        assert_eq!(find(&all, name)["status"], "bad");
        assert!(error.contains(name), "{error}");
    }
    for kind in LINKS {
        assert_eq!(find(&all, &format!("link {kind}"))["status"], "info");
    }
    std::fs::create_dir_all(host.state_dir()).unwrap();
    std::fs::write(host.state_dir().join("kv.redb"), "no store").unwrap();
    let all = checks(host.netpipe("doctor --json").status(1));
    assert_eq!(find(&all, "store")["status"], "bad");
}

#[test]
fn people_get_a_table_with_fixes_below() {
    let host = Host::new();
    host.sh("echo 1 > /proc/sys/net/ipv4/conf/all/rp_filter");
    let run = host.netpipe("doctor").status(0).stderr("");
    assert!(run.out.starts_with("CHECK "), "{}", run.out);
    let mut lines = run.out.lines();
    let row = lines.find(|line| line.starts_with("rp_filter")).unwrap();
    assert!(row.contains("  warn    strict on all links"), "{row}");
    let fix = lines.next().unwrap();
    assert_eq!(fix.trim(), "fix: sysctl -w net.ipv4.conf.all.rp_filter=2");
}

#[test]
fn a_drop_policy_is_told_with_its_fix_apart() {
    let host = Host::new();
    host.sh("nft add table bridge l2");
    host.sh("nft 'add chain bridge l2 crossing { type filter hook forward priority 0 ; policy drop ; }'");
    let all = doctor(&host);
    let warning = find(&all, "firewall");
    assert_eq!(warning["status"], "warn");
    assert_eq!(warning["fix"], "nft insert rule bridge l2 crossing accept");
    let detail = warning["detail"].as_str().unwrap();
    assert!(
        detail.starts_with("chain `crossing` of `table bridge l2` drops"),
        "{detail}"
    );
    assert!(!detail.contains("insert"), "{detail}");
}

//! With Docker's defaults a bridge's own traffic passes: one rule a family and bridge,
//! that goes with the last attachment.

use crate::support::{Container, Host, needs, scene};

const RULE: &str = "-A DOCKER-USER -i br0 -o br0 -m comment --comment \"netpipe:br0\" -j ACCEPT\n";

fn pair() -> (Host, Container, Container) {
    let host = Host::new();
    scene::docker_firewall(&host);
    let (blue, red) = (host.container("blue"), host.container("red"));
    (host, blue, red)
}

fn has_rules(host: &Host) -> [bool; 2] {
    ["iptables", "ip6tables"]
        .map(|program| host.sh(&format!("{program} -S DOCKER-USER")).contains(RULE))
}

#[test]
fn traffic_of_both_families_passes_dockers_drop_policy() {
    if !needs("br_netfilter") {
        return;
    }
    let (host, blue, red) = pair();
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.5/24 fd00::5/64")
        .status(0);
    host.netpipe("attach netns:red br0 10.0.0.6/24 fd00::6/64")
        .status(0);
    assert_eq!(has_rules(&host), [true, true]);
    assert!(blue.comes_to_reach("10.0.0.6") && blue.comes_to_reach("fd00::6"));
    assert!(red.comes_to_reach("10.0.0.5") && red.comes_to_reach("fd00::5"));
    let rules = host.sh("iptables -S; ip6tables -S");
    assert_eq!(rules.matches("netpipe:br0").count(), 2, "{rules}");
    host.netpipe("detach netns:blue").status(0);
    assert_eq!(has_rules(&host), [true, true]);
    host.netpipe("detach netns:red").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn without_the_rule_it_does_not() {
    if !needs("br_netfilter") {
        return;
    }
    let (host, blue, _red) = pair();
    host.netpipe("attach netns:blue br0 10.0.0.5/24 --no-firewall")
        .status(0);
    host.netpipe("attach netns:red br0 10.0.0.6/24 --no-firewall")
        .status(0);
    assert_eq!(has_rules(&host), [false, false]);
    assert!(!blue.reaches("10.0.0.6"));
    assert_eq!(host.netpipe("check").code(), Some(0));
}

#[test]
fn a_host_without_such_a_policy_gets_no_rule() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    assert_eq!(host.sh("nft list ruleset"), "");
}

#[test]
fn a_rule_of_somebody_elses_stays() {
    if !needs("br_netfilter") {
        return;
    }
    let (host, ..) = pair();
    host.sh("iptables -I DOCKER-USER -i br0 -o br0 -j ACCEPT");
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    host.netpipe("detach netns:blue").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn a_lost_rule_is_drift_and_repaired() {
    if !needs("br_netfilter") {
        return;
    }
    let (host, ..) = pair();
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    let before = host.snapshot();
    host.sh("iptables -F DOCKER-USER && iptables -A DOCKER-USER -j RETURN");
    host.netpipe("check")
        .status(1)
        .stdout_has("a firewall rule is missing: iptables");
    host.netpipe("check --repair").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn a_bridge_that_is_filtered_by_its_own_setting_gets_the_rule_too() {
    if !needs("br_netfilter") {
        return;
    }
    let (host, blue, _red) = pair();
    host.sh("echo 0 > /proc/sys/net/bridge/bridge-nf-call-iptables");
    host.sh("echo 0 > /proc/sys/net/bridge/bridge-nf-call-ip6tables");
    host.sh("ip link add br0 address 02:00:00:00:00:01 type bridge nf_call_iptables 1");
    host.sh("ip link set br0 up");
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.5/24 fd00::5/64")
        .status(0);
    host.netpipe("attach netns:red br0 10.0.0.6/24 fd00::6/64")
        .status(0);
    assert_eq!(has_rules(&host), [true, false]);
    assert!(blue.comes_to_reach("10.0.0.6") && blue.comes_to_reach("fd00::6"));
    let attached = host.snapshot();
    host.sh("iptables -F DOCKER-USER && iptables -A DOCKER-USER -j RETURN");
    assert!(!blue.reaches("10.0.0.6"));
    host.netpipe("check")
        .status(1)
        .stdout_has("a firewall rule is missing: iptables");
    host.netpipe("check --repair").status(0);
    attached.assert_same(&host.snapshot());
    let report = host.netpipe("doctor --json").status(0).json();
    let families: Vec<_> = report
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["check"].as_str().unwrap().starts_with("firewall IPv"))
        .collect();
    let detail = |nth: usize| families[nth]["detail"].as_str().unwrap();
    assert!(detail(0).contains("by their own setting: br0;"), "{report}");
    assert!(detail(1).contains("br_netfilter is off"), "{report}");
    host.netpipe("detach netns:blue").status(0);
    host.netpipe("detach netns:red").status(0);
    before.assert_same(&host.snapshot());
}

/// Docker's chains in the legacy tables, and a directory for a program that is to be found
/// before the real ip6tables-legacy.
fn legacy(script: &str) -> (Host, String) {
    use std::os::unix::fs::PermissionsExt;
    let (host, _, _) = pair();
    host.sh("for program in iptables ip6tables; do \
         $program -w 10 -P FORWARD ACCEPT && $program -w 10 -F && $program -w 10 -X && \
         $program-legacy -w 10 -P FORWARD DROP || exit 1; done");
    let place = host.directory().join("programs");
    std::fs::create_dir(&place).unwrap();
    let program = place.join("ip6tables-legacy");
    let script = format!("#!/bin/sh\n{script}\nexec /usr/sbin/ip6tables-legacy \"$@\"\n");
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    (host, format!("{}:{path}", place.display()))
}

const BOTH: &str = "attach netns:blue br0 10.0.0.5/24 fd00::5/64";
const LEGACY: &str = "iptables-legacy -w 10 -S; ip6tables-legacy -w 10 -S";

#[test]
fn one_rule_that_is_refused_takes_the_other_along() {
    if !needs("br_netfilter") {
        return;
    }
    let (host, path) = legacy("case \"$*\" in *' -I '*) echo no >&2; exit 4;; esac");
    host.container("blue");
    let before = host.sh(LEGACY);
    host.call(BOTH)
        .env("PATH", &path)
        .run()
        .status(1)
        .stderr_has("ip6tables-legacy");
    assert_eq!(host.sh(LEGACY), before);
    host.netpipe(BOTH).status(0);
    assert_eq!(host.sh(LEGACY).matches("netpipe:br0").count(), 2);
    host.netpipe("detach netns:blue").status(0);
    assert_eq!(host.sh(LEGACY), before);
}

#[test]
fn a_ctrl_c_does_not_end_what_edits_the_rules() {
    if !needs("br_netfilter") {
        return;
    }
    // The terminal sends it to a whole process group.
    let (host, path) = legacy(
        "group() { cut -d' ' -f5 /proc/$1/stat; }\n\
         [ $(group $$) != $(group $PPID) ] || exit 130",
    );
    host.container("blue");
    host.call(BOTH).env("PATH", &path).run().status(0);
    assert_eq!(host.sh(LEGACY).matches("netpipe:br0").count(), 2);
    host.call("detach netns:blue")
        .env("PATH", &path)
        .run()
        .status(0);
}

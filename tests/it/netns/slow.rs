//! The same with many containers: too slow for an emulated machine, which leaves this
//! file out.

use std::collections::BTreeSet;

use crate::support::{Host, Run};

fn addresses(run: Run) -> Vec<String> {
    let report = run.status(0).json();
    let list = report["addresses"].as_array().unwrap();
    list.iter()
        .map(|ip| ip.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn detach_all_of_sixty_four() {
    let host = Host::new();
    let blue = host.container("blue");
    let before = host.snapshot();
    for n in 1..=64 {
        host.netpipe(format!("attach netns:blue br0 10.0.{n}.5/24 --no-announce"))
            .status(0);
    }
    let report = host
        .netpipe("detach netns:blue --all --json")
        .status(0)
        .json();
    let removed = report["removed"].as_array().unwrap();
    let names: BTreeSet<_> = removed.iter().map(|one| one["ifname"].as_str()).collect();
    assert_eq!(names.len(), 64);
    before.assert_same(&host.snapshot());
    assert_eq!(blue.sh("ip -o link").lines().count(), 1);
}

#[test]
fn forty_pool_addresses_at_once_are_all_distinct() {
    let host = Host::new();
    let names: Vec<String> = (0..40).map(|n| format!("c{n}")).collect();
    for name in &names {
        host.container(name);
    }
    let line = |name: &String| {
        format!("attach netns:{name} br0 auto --subnet 10.0.0.0/24 --no-announce --json")
    };
    let started: Vec<_> = names
        .iter()
        .map(|name| host.call(line(name)).spawn_piped())
        .collect();
    let mut seen = BTreeSet::new();
    for child in started {
        let limit = std::time::Duration::from_secs(60);
        seen.extend(addresses(Run::wait(child, "attach", limit)));
    }
    assert_eq!(seen.len(), 40, "{seen:?}");
    let taken = host.netpipe("ip list br0 --json").json();
    assert_eq!(taken.as_array().unwrap().len(), 40);
    host.netpipe("check").status(0);
}

#[test]
fn every_line_of_a_batch_is_attached() {
    let host = Host::new();
    let mut lines = String::from("# forty containers\n\n");
    let mut expected = String::new();
    let mut all = Vec::new();
    for n in 1..=40 {
        all.push(host.container(&format!("c{n}")));
        lines += &format!("attach netns:c{n} br0 10.0.0.{n}/24 fd00::{n}/64 --no-announce\n");
        expected += &format!("attached: netns:c{n} eth1 in br0 with 10.0.0.{n}/24,fd00::{n}/64\n");
    }
    super::batch::batch(&host, &lines)
        .status(0)
        .stdout(&expected)
        .stderr("");
    assert!(all[0].comes_to_reach("10.0.0.40") && all[39].comes_to_reach("fd00::1"));
    host.netpipe("check").status(0);
    let before = host.snapshot();
    super::batch::batch(&host, &lines)
        .status(0)
        .stdout(&expected.replace("attached:", "unchanged:"));
    before.assert_same(&host.snapshot());
}

#[test]
fn a_port_that_learns_keeps_nobody_else_waiting() {
    let host = Host::new();
    host.container("blue");
    host.container("red");
    host.netpipe("bridge add br0 --stp").status(0);
    host.sh("ip link set br0 type bridge forward_delay 500");
    let began = std::time::Instant::now();
    let lines = [
        "attach netns:blue br0 10.0.0.5/24",
        "attach netns:red br0 10.0.0.6/24",
    ];
    let both = lines.map(|line| host.call(line).spawn_piped());
    for (child, line) in both.into_iter().zip(lines) {
        Run::wait(child, line, std::time::Duration::from_secs(60)).status(0);
    }
    // Each port takes ten seconds; one after the other would take twenty.
    assert!(began.elapsed() < std::time::Duration::from_secs(18));
    host.netpipe("check").status(0);
}

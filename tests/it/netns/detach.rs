//! Taking attachments down: all that is netpipe's, nothing that is not.

use std::collections::BTreeSet;

use crate::support::Host;

#[test]
fn a_detach_leaves_nothing_of_it() {
    let host = Host::new();
    let _blue = host.container("blue");
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.5/24 fd00::5/64")
        .status(0);
    assert_ne!(before, host.snapshot());
    host.netpipe("detach netns:blue")
        .status(0)
        .stdout("detached: netns:blue eth1 from br0, freed 10.0.0.5/24,fd00::5/64\n")
        .stderr("");
    before.assert_same(&host.snapshot());
    assert_eq!(host.store(), []);
}

#[test]
fn what_is_detached_already_stays_so() {
    let host = Host::new();
    host.container("blue");
    for line in [
        "detach netns:blue",
        "detach netns:blue eth7",
        "detach netns:blue --all",
    ] {
        host.netpipe(line)
            .status(0)
            .stdout("nothing to detach: netns:blue\n")
            .stderr("");
    }
    let report = host.netpipe("detach netns:blue --json").status(0).json();
    assert_eq!(report["removed"], serde_json::json!([]));
}

#[test]
fn one_of_several_has_to_be_named() {
    let host = Host::new();
    let blue = host.container("blue");
    for n in [1, 2] {
        host.netpipe(format!("attach netns:blue br0 10.0.{n}.5/24"))
            .status(0);
    }
    let before = host.snapshot();
    host.netpipe("detach netns:blue")
        .status(2)
        .stderr_has("it has several interfaces: eth1, eth2")
        .stderr_has("hint: name one, or give --all");
    before.assert_same(&host.snapshot());
    host.netpipe("detach netns:blue eth1").status(0);
    blue.try_sh("ip link show eth1").status(1);
    blue.sh("ip link show eth2");
    host.sh("ip link show br0");
}

#[test]
fn a_container_that_is_gone_is_detached_by_its_records() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    host.remove(blue);
    host.netpipe("detach netns:blue")
        .status(0)
        .stdout("detached: netns:blue eth1 from br0, freed 10.0.0.5/24\n");
    assert_eq!(host.store(), []);
    host.try_sh("ip link show br0").status(1);
}

#[test]
fn all_of_sixty_four() {
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

/// Attaches twice, and puts foreign links in the place of the host's ends.
fn with_foreign_links(host: &Host) -> Vec<String> {
    let mut names = Vec::new();
    for n in [1, 2] {
        let report = host
            .netpipe(format!("attach netns:blue br0 10.0.{n}.5/24 --json"))
            .status(0)
            .json();
        let name = report["host_ifname"].as_str().unwrap().to_owned();
        host.sh(&format!(
            "ip link del {name} && ip link add {name} type veth peer name x{n}"
        ));
        names.push(name);
    }
    names
}

#[test]
fn a_foreign_link_of_the_same_name_stays_and_every_error_is_told() {
    let host = Host::new();
    host.container("blue");
    let names = with_foreign_links(&host);
    let before = host.snapshot();
    let run = host.netpipe("detach netns:blue --all").status(3);
    for name in &names {
        let told = format!("link `{name}` is not netpipe's, so it stays");
        assert!(run.err.contains(&told), "{}", run.err);
        host.sh(&format!("ip link show {name}"));
    }
    assert!(run.err.contains("hint: also: "), "{}", run.err);
    before.assert_same(&host.snapshot());
    // With the others out of the way the records can go.
    for name in &names {
        host.sh(&format!("ip link del {name}"));
    }
    host.netpipe("detach netns:blue --all").status(0);
    assert_eq!(host.store(), []);
}

#[test]
fn links_of_similar_names_stay() {
    let host = Host::new();
    host.container("blue");
    for (ifname, end) in [("e1", "h1"), ("e1-1", "h1-1"), ("e1-10", "h1-10")] {
        host.netpipe(format!(
            "attach netns:blue br0 none -i {ifname} --host-ifname {end}"
        ))
        .status(0);
    }
    host.netpipe("detach netns:blue e1-1").status(0);
    host.try_sh("ip link show h1-1").status(1);
    host.sh("ip link show h1 && ip link show h1-10");
}

#[test]
fn a_bridge_that_got_another_use_stays() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    host.sh("ip address add 10.0.0.1/24 dev br0");
    host.netpipe("detach netns:blue").status(0);
    host.sh("ip link show br0");
    host.sh("ip address del 10.0.0.1/24 dev br0");
    host.netpipe("gc").status(0);
    host.try_sh("ip link show br0").status(1);
}

#[test]
fn a_bridge_that_was_there_before_stays() {
    let host = Host::new();
    host.container("blue");
    host.sh("ip link add br0 address 02:00:00:00:00:01 type bridge && ip link set br0 up");
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    host.netpipe("detach netns:blue").status(0);
    before.assert_same(&host.snapshot());
}

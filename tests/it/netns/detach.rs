//! Taking attachments down: all that is netpipe's, nothing that is not.

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
fn a_foreign_link_of_the_same_name_stays_and_the_record_goes() {
    let host = Host::new();
    host.container("blue");
    let names = with_foreign_links(&host);
    host.netpipe("detach netns:blue --all").status(0);
    for name in &names {
        host.sh(&format!("ip link show {name}"));
    }
    assert_eq!(host.store(), []);
}

#[test]
fn another_attachments_link_of_the_same_name_stays() {
    let host = Host::new();
    let blue = host.container("blue");
    host.container("red");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 --host-ifname up0")
        .status(0);
    host.remove(blue);
    host.sh("ip link del up0 2>/dev/null || true");
    host.netpipe("attach netns:red br0 10.0.0.6/24 --host-ifname up0")
        .status(0);
    host.netpipe("detach netns:blue").status(0);
    host.sh("ip link show up0");
    host.netpipe("check netns:red").status(0);
}

#[test]
fn a_bridge_with_a_link_on_top_stays() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    host.sh("ip link add link br0 name mv0 type macvlan");
    host.netpipe("detach netns:blue").status(0);
    host.sh("ip link show br0 && ip link show mv0");
    host.sh("ip link del mv0");
    host.netpipe("gc").status(0);
    host.try_sh("ip link show br0").status(1);
}

#[test]
fn a_route_that_cannot_come_back_holds_nothing() {
    let host = Host::new();
    let blue = host.container("blue");
    blue.sh("ip link add d0 type veth peer name d1 && ip link set d0 up && ip link set d1 up");
    blue.sh("ip addr add 192.168.9.2/24 dev d0 && ip route add default via 192.168.9.1");
    host.netpipe("attach netns:blue br0 10.0.0.5/24@10.0.0.1")
        .status(0);
    blue.sh("ip addr del 192.168.9.2/24 dev d0");
    host.netpipe("detach netns:blue")
        .status(0)
        .stderr_has("warning: not put back: `");
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

#[test]
fn one_that_was_killed_shows_as_detaching_until_it_is_finished() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    let call = host.call("detach netns:blue");
    call.fault("kill:1").run().killed();
    host.netpipe("list").status(0).stdout_has("detaching");
    host.netpipe("show netns:blue")
        .status(0)
        .stdout_has("state       detaching");
    for line in ["list --json", "show netns:blue --json"] {
        let all = host.netpipe(line).status(0).json();
        assert_eq!(all[0]["state"], "detaching", "{line}");
    }
    let all = host.netpipe("check --json").status(1).json();
    assert_eq!(all[0]["state"], "detaching");
    host.netpipe("gc")
        .status(0)
        .stdout("netns:blue eth1: detached, as was begun\n");
    assert_eq!(host.store(), []);
}

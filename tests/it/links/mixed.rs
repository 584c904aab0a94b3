//! Links of several kinds in one container.

use crate::support::{Host, needs};

fn host() -> Host {
    let host = Host::new();
    host.sh(
        "ip link add nic0 type veth peer name nic1 && ip link set nic0 up && \
             ip link set nic1 up",
    );
    host
}

#[test]
fn one_kind_takes_the_place_of_another() {
    if !needs("macvlan") {
        return;
    }
    let host = host();
    host.container("blue");
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.5/24 -i eth1")
        .status(0);
    let bridged = host.snapshot();
    host.netpipe("attach netns:blue nic0 10.0.0.5/24 -i eth1")
        .status(3)
        .stderr_has("its link is br0, not nic0");
    host.netpipe("attach netns:blue nic0 10.0.0.5/24 -i eth1 --replace")
        .status(0)
        .stdout_has("replaced: netns:blue eth1 in nic0 with 10.0.0.5/24");
    host.netpipe("check").status(0);
    let shown = host.netpipe("list --json").status(0).json();
    assert_eq!(shown[0]["kind"], "macvlan");
    assert_eq!(shown[0]["kernel"], "up");
    assert!(shown[0]["host_ifname"].is_null());
    let replaced = "attach netns:blue br0 10.0.0.5/24 -i eth1 --replace";
    for nth in 1.. {
        let run = host.call(replaced).fault(&format!("fail:{nth}")).run();
        if run.code() == Some(0) {
            assert!(nth > 8, "only {nth} points");
            break;
        }
        host.netpipe("check").status(0);
    }
    bridged.assert_same(&host.snapshot());
    host.netpipe("detach netns:blue").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn all_of_them_go_together() {
    if !needs("macvlan") {
        return;
    }
    let host = host();
    let blue = host.container("blue");
    let before = host.snapshot();
    for line in [
        "attach netns:blue br0 10.0.0.5/24",
        "attach netns:blue nic0 10.0.1.5/24@10.0.1.1",
        "attach netns:blue br1 10.0.2.5/24",
        "attach netns:blue nic0 10.0.3.5/24",
    ] {
        host.netpipe(line).status(0);
    }
    let steps = host.netpipe("detach netns:blue --all --dry-run").status(0);
    let deleted: Vec<_> = steps
        .out
        .lines()
        .filter(|line| line.contains(" ip link del ") || line.starts_with("ip link del "))
        .collect();
    assert_eq!(
        deleted.len(),
        6,
        "two pairs, two macvlans, two bridges: {deleted:?}"
    );
    blue.sh("ip link set eth2 down");
    let listed = host.netpipe("list netns:blue --json").status(0).json();
    assert_eq!(listed[1]["kernel"], "down");
    host.netpipe("detach netns:blue --all").status(0).stderr("");
    before.assert_same(&host.snapshot());
}

#[test]
fn many_of_them_are_made_by_one_command() {
    if !needs("macvlan") {
        return;
    }
    let host = host();
    host.container("blue");
    host.container("red");
    let file = host.directory().join("batch");
    std::fs::write(
        &file,
        "attach netns:blue nic0 10.0.0.5/24\nattach netns:red nic0 10.0.0.6/24\n\
         attach netns:blue br0 10.0.1.5/24\n",
    )
    .unwrap();
    host.netpipe(["batch", file.to_str().unwrap()]).status(0);
    host.netpipe("check").status(0);
    let listed = host.netpipe("list --json").status(0).json();
    assert_eq!(listed.as_array().unwrap().len(), 3);
}

#[test]
fn a_link_that_was_renamed_in_there_goes_all_the_same() {
    if !needs("macvlan") {
        return;
    }
    let host = host();
    let blue = host.container("blue");
    let before = host.snapshot();
    host.netpipe("attach netns:blue nic0 10.0.0.5/24").status(0);
    blue.sh("ip link set eth1 down && ip link set eth1 name lan");
    host.netpipe("detach netns:blue").status(0).stderr("");
    before.assert_same(&host.snapshot());
}

#[test]
fn a_wire_that_does_not_take_a_place_frees_both_ends_addresses() {
    let host = host();
    host.container("blue");
    host.container("red");
    host.netpipe("attach netns:blue br0 10.9.0.1/24 -i eth1")
        .status(0);
    let wire = "attach netns:blue veth:netns:red 10.0.0.1/30 --peer-address 10.0.0.2/30 -i eth1 \
                --network wires --replace";
    for nth in 1..=3 {
        host.call(wire)
            .fault(&format!("fail:{nth}"))
            .run()
            .status(1);
    }
    let taken = host.netpipe("ip list --json").status(0).out;
    assert!(!taken.contains("10.0.0."), "{taken}");
    host.netpipe(wire).status(0);
}

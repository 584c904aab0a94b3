//! VLANs of a card that others than one store's attachments use.

use super::card_scene::scene;
use crate::support::{Container, Host, Run, needs};

/// Runs netpipe with another state directory than the host's own.
#[track_caller]
fn other(host: &Host, line: &str) -> Run {
    let place = host.directory().join("other");
    host.call(line).env("NETPIPE_STATE_DIR", place).run()
}

/// A card whose VLAN 10 has 10.9.0.1 at the far end.
fn trunk() -> (Host, Container) {
    let (host, lan) = scene();
    lan.sh(
        "ip link add link eth0 name ten type vlan id 10 && ip link set ten up && \
         ip address add 10.9.0.1/24 dev ten",
    );
    (host, lan)
}

#[test]
fn one_that_another_store_uses_stays_until_it_does_not() {
    if !needs("vlan") {
        return;
    }
    let (host, _lan) = trunk();
    host.container("blue");
    let red = host.container("red");
    let before = host.snapshot();
    host.netpipe("attach netns:blue nic0 10.9.0.5/24 --vlan 10")
        .status(0);
    other(&host, "attach netns:red nic0 10.9.0.6/24 --vlan 10").status(0);
    host.netpipe("detach netns:blue --dry-run")
        .status(0)
        .stdout_lacks("nic0.10");
    host.netpipe("detach netns:blue").status(0).stderr("");
    host.netpipe("gc").status(0).stdout("nothing to collect\n");
    assert!(red.comes_to_reach("10.9.0.1"));
    other(&host, "check").status(0);
    other(&host, "detach netns:red").status(0);
    host.netpipe("gc").status(0).stdout_has("nic0.10");
    before.assert_same_kernel(&host.snapshot());
}

#[test]
fn one_that_somebody_elses_container_is_on_stays() {
    if !needs("vlan") {
        return;
    }
    let (host, _lan) = trunk();
    host.container("blue");
    let red = host.container("red");
    let before = host.snapshot();
    let attach = "attach netns:blue nic0 10.9.0.5/24 --svlan 7 --vlan 10";
    host.netpipe(attach).status(0);
    // As an engine does it: made on the host, and moved.
    let parents = ["nic0.7.10", "nic0.7"];
    for parent in parents {
        host.sh(&format!(
            "ip link add link {parent} name moved0 type macvlan && \
             ip link set moved0 netns {}",
            red.path()
        ));
        host.netpipe("detach netns:blue --dry-run")
            .status(0)
            .stdout_lacks(&format!("ip link del {parent}\n"));
        host.netpipe("detach netns:blue").status(0).stderr("");
        red.sh("ip link show moved0");
        host.sh(&format!("ip link show {parent}"));
        host.netpipe("gc").status(0);
        red.sh("ip link show moved0 && ip link del moved0");
        host.netpipe(attach).status(0);
    }
    host.netpipe("detach netns:blue").status(0);
    before.assert_same_kernel(&host.snapshot());
}

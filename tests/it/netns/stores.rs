//! Two state directories on one host: each has its own, and leaves the other's alone.

use crate::support::{Host, Run, scene};

/// Runs netpipe with another state directory than the host's own.
#[track_caller]
fn other(host: &Host, line: &str) -> Run {
    let place = host.directory().join("other");
    host.call(line).env("NETPIPE_STATE_DIR", place).run()
}

fn rules(host: &Host) -> usize {
    host.sh("iptables -S").matches("netpipe:br0").count()
}

#[test]
fn gc_leaves_the_links_of_another_store() {
    let host = Host::new();
    host.container("blue");
    scene::docker_firewall(&host);
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    assert_eq!(rules(&host), 1);
    let before = host.snapshot();
    other(&host, "gc").status(0).stdout("nothing to collect\n");
    before.assert_same(&host.snapshot());
    host.netpipe("check").status(0);
}

#[test]
fn a_link_in_the_same_place_is_not_taken_for_the_own_one() {
    let host = Host::new();
    let blue = host.container("blue");
    let line = "attach netns:blue br0 10.0.0.5/24 -i eth1";
    host.netpipe(line).status(0);
    blue.sh("ip link del eth1");
    // The same owner has the same names and MACs in each store.
    other(&host, line).status(0);
    host.netpipe("check")
        .status(1)
        .stdout_has("is missing on the host");
    host.netpipe("detach netns:blue").status(0);
    other(&host, "check").status(0);
    blue.sh("ip link show eth1");
}

#[test]
fn a_bridge_that_two_stores_use_goes_with_its_last_port() {
    let host = Host::new();
    host.container("blue");
    host.container("red");
    scene::docker_firewall(&host);
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    other(&host, "attach netns:red br0 10.0.0.6/24").status(0);
    other(&host, "detach netns:red").status(0);
    assert_eq!(rules(&host), 1);
    host.netpipe("check").status(0);
    host.netpipe("detach netns:blue").status(0);
    before.assert_same_kernel(&host.snapshot());
}

#[test]
fn a_bridge_with_another_stores_ports_is_not_deleted() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("bridge add br0").status(0);
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    let before = host.snapshot();
    other(&host, "bridge del br0")
        .status(3)
        .stderr_has("attachments of another state directory use it");
    before.assert_same(&host.snapshot());
}

#[test]
fn a_store_that_was_moved_or_copied_still_knows_its_links() {
    let host = Host::new();
    host.container("blue");
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    let (old, new) = (host.state_dir(), host.directory().join("other"));
    host.sh(&format!("cp -a {} {}", old.display(), new.display()));
    host.sh(&format!("rm -r {}", old.display()));
    other(&host, "check").status(0);
    other(&host, "gc").status(0).stdout("nothing to collect\n");
    other(&host, "detach netns:blue").status(0);
    before.assert_same_kernel(&host.snapshot());
}

#[test]
fn marks_of_before_stores_had_ids_are_proof_for_their_records() {
    let host = Host::new();
    host.container("blue");
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    let id = std::fs::read_link(host.state_dir().join("id")).unwrap();
    host.rewrite(|value| value.replace(&format!(r#""store":"{}","#, id.display()), ""));
    host.sh("ip link set br0 alias netpipe:bridge:auto && \
         port=$(ip -br link show master br0 | cut -d@ -f1) && \
         ip link set $port alias netpipe:h1/netns:blue/eth1 address 02:00:00:00:00:99");
    host.netpipe("gc").status(0).stdout("nothing to collect\n");
    host.netpipe("detach netns:blue").status(0);
    before.assert_same_kernel(&host.snapshot());
}

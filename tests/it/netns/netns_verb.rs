//! `netpipe netns`, beside iproute2's.

use serde_json::json;

use crate::support::Host;

#[test]
fn ip_netns_sees_what_netpipe_makes() {
    let host = Host::new();
    host.netpipe("netns add lab")
        .status(0)
        .stdout("made: netns lab\n")
        .stderr("");
    assert_eq!(host.sh("ip netns list").trim(), "lab");
    let links = host.sh("ip netns exec lab ip -br link");
    assert!(links.starts_with("lo               DOWN"), "{links}");
    let mounts = host.sh("grep ' /run/netns ' /proc/self/mountinfo");
    assert!(mounts.contains(" shared:"), "{mounts}");
    host.sh("ip netns add other && ip netns del lab");
    host.netpipe("netns list")
        .status(0)
        .stdout("NETNS  ATTACHED\nother  -\n");
}

#[test]
fn netpipe_sees_what_ip_netns_makes() {
    let host = Host::new();
    host.sh("ip netns add a && ip netns add b");
    let mounts = || host.sh("grep -c ' /run/netns ' /proc/self/mountinfo");
    let before = mounts();
    host.netpipe("attach netns:b br0 10.0.0.5/24").status(0);
    let list = host.netpipe("netns list --json").status(0).json();
    let expected = json!([
        { "name": "a", "namespace": true, "attachments": [] },
        { "name": "b", "namespace": true, "attachments": ["eth1"] },
    ]);
    assert_eq!(list, expected);
    host.netpipe("netns del a")
        .status(0)
        .stdout("removed: netns a\n");
    assert_eq!(host.sh("ip netns list | cut -d ' ' -f 1"), "b\n");
    host.netpipe("netns add c").status(0);
    assert_eq!(before, mounts(), "one mount point serves both");
}

#[test]
fn a_name_is_taken_once() {
    let host = Host::new();
    host.netpipe("netns add lab").status(0);
    let inode = || host.sh("stat -L -c %i /run/netns/lab");
    let before = inode();
    host.netpipe("netns add lab")
        .status(3)
        .stderr_has("there is a network namespace `lab` already\nhint: ");
    assert_eq!(before, inode());
}

#[test]
fn what_is_not_there_is_not_found() {
    let host = Host::new();
    host.netpipe("netns del none")
        .status(4)
        .stderr_has("hint: `netpipe netns list`");
    for bad in ["", "..", "a/b", "-x"] {
        host.netpipe(["netns", "add", "--", bad]).status(2);
    }
    assert_eq!(host.sh("ls /run/netns"), "");
}

#[test]
fn one_with_attachments_stays() {
    let host = Host::new();
    host.netpipe("netns add lab").status(0);
    host.netpipe("attach netns:lab br0 10.0.0.5/24").status(0);
    host.netpipe("netns del lab")
        .status(3)
        .stderr_has("netpipe has attached eth1 to it")
        .stderr_has("hint: detach first: netpipe detach netns:lab --all\n");
    host.netpipe("exec netns:lab ip link show eth1").status(0);
    host.netpipe("detach netns:lab --all").status(0);
    host.netpipe("netns del lab").status(0);
    assert_eq!(host.sh("ls /run/netns"), "");
}

#[test]
fn a_failure_leaves_no_file() {
    let host = Host::new();
    for (fault, status) in [("fail:1", 1), ("int:1", 130)] {
        host.call("netns add lab").fault(fault).run().status(status);
        assert_eq!(host.sh("ls /run/netns"), "");
    }
    host.call("netns add lab").user(65534).run().status(1);
    assert_eq!(host.sh("ls /run/netns"), "");
}

#[test]
fn what_others_left_behind_can_be_removed() {
    let host = Host::new();
    host.sh("touch /run/netns/stale && ln -s /nowhere /run/netns/dangling");
    host.netpipe("netns list")
        .status(0)
        .stdout_has("stale     (no namespace behind the name)");
    host.netpipe("netns add stale").status(3);
    for name in ["stale", "dangling"] {
        host.netpipe(["netns", "del", name]).status(0);
    }
    assert_eq!(host.sh("ls /run/netns"), "");
}

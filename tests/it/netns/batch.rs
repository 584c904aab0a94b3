//! `batch`: many attaches by one process, each as if it were alone.

use crate::support::{Host, Run};

/// Runs a batch of these lines.
pub fn batch(host: &Host, lines: &str) -> Run {
    let file = host.directory().join("batch");
    std::fs::write(&file, lines).unwrap();
    host.netpipe(["batch", file.to_str().unwrap()])
}

#[test]
fn it_leaves_what_single_attaches_leave() {
    let host = Host::new();
    let _all = [host.container("blue"), host.container("red")];
    let lines = [
        "attach netns:blue br0 10.0.0.5/24@10.0.0.1 --route 10.9.0.0/16,via=10.0.0.2",
        "attach netns:red br0 10.0.0.6/24 --sysctl net.ipv4.ip_forward=1 -i lan0",
    ];
    for line in lines {
        host.netpipe(line).status(0);
    }
    let single = host.snapshot();
    host.netpipe("detach netns:blue").status(0);
    host.netpipe("detach netns:red").status(0);
    batch(&host, &lines.join("\n")).status(0);
    // The bridge's MAC is its first port's, and either may be that.
    let bridge = "ifname=\"br0\"";
    single
        .without(bridge)
        .assert_same(&host.snapshot().without(bridge));
}

#[test]
fn a_line_that_cannot_be_read_stops_all_of_them() {
    let host = Host::new();
    host.container("blue");
    let before = host.snapshot();
    for (bad, says) in [
        (
            "attach netns:blue br0 10.0.0.5/33",
            "`/33` is not a prefix length",
        ),
        ("detach netns:blue", "line 2"),
        ("nonsense", "line 2"),
    ] {
        batch(
            &host,
            &format!("attach netns:blue br0 10.0.0.5/24\n{bad}\n"),
        )
        .status(2)
        .stdout("")
        .stderr_has("line 2")
        .stderr_has(says);
        before.assert_same(&host.snapshot());
    }
}

#[test]
fn one_that_fails_does_not_stop_the_rest() {
    let host = Host::new();
    for name in ["a", "b", "c"] {
        host.container(name);
    }
    let run = batch(
        &host,
        "attach netns:a br0 10.0.0.1/24\n\
         attach netns:none br0 10.0.0.2/24\n\
         attach netns:b br0 10.0.0.1/24\n\
         attach netns:c br0 10.0.0.3/24 --route 10.9.0.0/16,via=192.168.1.1\n\
         attach netns:c br0 10.0.0.4/24\n",
    );
    assert_ne!(run.code(), Some(0));
    let run = run
        .stdout_has("attached: netns:a eth1 in br0 with 10.0.0.1/24\n")
        .stdout_has("attached: netns:c eth1 in br0 with 10.0.0.4/24\n")
        .stderr_has("line 2")
        .stderr_has("line 3")
        .stderr_has("line 4");
    assert!(!run.out.contains("netns:b"), "{run:?}");
    let list = host.netpipe("list --json").json();
    assert_eq!(list.as_array().unwrap().len(), 2);
    host.netpipe("check").status(0);
    host.netpipe("gc").status(0).stdout("nothing to collect\n");
}

#[test]
fn several_lines_for_one_container_keep_their_order() {
    let host = Host::new();
    host.container("blue");
    batch(
        &host,
        "attach netns:blue br0 10.0.0.5/24 -i eth5\n\
         attach netns:blue br0 10.0.1.5/24\n\
         attach netns:blue br0 10.0.0.6/24 -i eth5\n",
    )
    .status(0)
    .stdout(
        "attached: netns:blue eth5 in br0 with 10.0.0.5/24\n\
         attached: netns:blue eth1 in br0 with 10.0.1.5/24\n\
         extended: netns:blue eth5 in br0 with 10.0.0.5/24,10.0.0.6/24\n",
    );
}

#[test]
fn pool_addresses_are_distinct() {
    let host = Host::new();
    host.netpipe("network add br0 --subnet 10.0.0.0/24")
        .status(0);
    let mut lines = String::new();
    for n in 1..=5 {
        host.container(&format!("c{n}"));
        lines += &format!("attach netns:c{n} br0 auto\n");
    }
    batch(&host, &lines).status(0);
    let taken = host.netpipe("ip list br0 --json").json();
    assert_eq!(taken.as_array().unwrap().len(), 5);
}

//! `netpipe route`, `rule` and `tc`: iproute2 in a container's network.

use crate::support::{Container, Host};

fn scene() -> (Host, Container) {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    (host, blue)
}

#[test]
fn routes_rules_and_queues_are_those_of_the_target() {
    let (host, blue) = scene();
    let before = host.snapshot();
    for (add, show, piece, del) in [
        (
            "route netns:blue add 10.9.0.0/24 via 10.0.0.1",
            "ip route",
            "10.9.0.0/24 via 10.0.0.1 dev eth1",
            "route netns:blue del 10.9.0.0/24",
        ),
        (
            "rule netns:blue add from 10.0.0.5 table 77",
            "ip rule",
            "from 10.0.0.5 lookup 77",
            "rule netns:blue del from 10.0.0.5 table 77",
        ),
        (
            "tc netns:blue qdisc add dev eth1 root tbf rate 1mbit burst 10kb latency 50ms",
            "tc qdisc show dev eth1",
            "tbf",
            "tc netns:blue qdisc del dev eth1 root",
        ),
    ] {
        host.netpipe(add).status(0).stdout("").stderr("");
        assert!(blue.sh(show).contains(piece), "{add}");
        host.netpipe(del).status(0);
        assert!(!blue.sh(show).contains(piece), "{del}");
    }
    before.assert_same(&host.snapshot());
    host.netpipe("route netns:blue")
        .status(0)
        .stdout_has("10.0.0.0/24 dev eth1");
    // Options are the program's, behind the target.
    host.netpipe("tc netns:blue -s qdisc show dev eth1")
        .status(0)
        .stdout_has("Sent ");
}

#[test]
fn the_exit_status_and_the_words_are_the_programs() {
    let (host, _blue) = scene();
    host.netpipe("route netns:blue add 10.9.0.0/24 via 192.0.2.1")
        .status(2)
        .stdout("")
        .stderr_has("invalid gateway");
    host.netpipe("tc netns:blue nonsense")
        .status(255)
        .stderr_has("nonsense");
    // No shell reads them.
    let words = ["rule", "netns:blue", "add", "from; touch x"];
    assert_ne!(host.netpipe(words).code(), Some(0));
    host.netpipe("route netns:none show")
        .status(4)
        .stderr_has("cannot run a program in `netns:none`");
    host.netpipe("tc").status(2).stderr_has("<TARGET>");
}

//! `--replace`: the new attachment, or the old one as it was.

use crate::support::{Host, scene};

#[test]
fn another_attachment_takes_the_place() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 -i eth1")
        .status(0);
    host.netpipe("attach netns:blue br1 10.1.0.5/24 -i eth1 --mtu 1400 --replace")
        .status(0)
        .stdout("replaced: netns:blue eth1 in br1 with 10.1.0.5/24\n");
    let inside = blue.sh("ip -br address show eth1");
    assert!(inside.contains("10.1.0.5/24"), "{inside}");
    assert!(!inside.contains("10.0.0.5"), "{inside}");
    host.try_sh("ip link show br0").status(1);
    host.netpipe("ip list br0 --json").status(0).stdout("[]\n");
}

#[test]
fn the_default_route_from_before_netpipe_comes_back_in_the_end() {
    let host = Host::new();
    scene::uplink(&host.container("blue"));
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.5/24@10.0.0.1 -i eth1")
        .status(0);
    host.netpipe("attach netns:blue br0 10.0.0.6/24@10.0.0.2 -i eth1 --replace --mtu 1400")
        .status(0);
    host.netpipe("detach netns:blue").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn a_replace_that_fails_puts_the_old_one_back() {
    let host = Host::new();
    let blue = host.container("blue");
    let _red = host.container("red");
    scene::uplink(&blue);
    scene::docker_firewall(&host);
    host.netpipe("attach netns:red br1 10.1.0.5/24").status(0);
    host.netpipe("attach netns:blue br0 10.0.0.5/24@10.0.0.1 -i eth1")
        .status(0);
    let before = host.snapshot();
    for (failing, status) in [
        // An address that is taken: found out when it is reserved.
        ("br1 10.1.0.5/24", 3),
        // A route that the kernel refuses: found out at the last step.
        ("br1 10.1.0.6/24 --route 10.9.0.0/16,via=192.168.1.1", 1),
        ("up9 10.1.0.6/24", 4),
    ] {
        host.netpipe(format!("attach netns:blue {failing} -i eth1 --replace"))
            .status(status)
            .stdout("")
            .stderr_has("error: cannot attach `netns:blue`");
        before.assert_same(&host.snapshot());
    }
    assert_eq!(host.netpipe("check").code(), Some(0));
}

/// So many addresses of one subnet.
fn addresses(range: std::ops::Range<u32>) -> String {
    let all = range.map(|n| format!("10.7.{}.{}/16", n / 250, n % 250 + 1));
    all.collect::<Vec<_>>().join(" ")
}

#[test]
fn more_addresses_than_one_transaction_takes_are_refused_before_anything_changes() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 -i eth1")
        .status(0);
    let index = || blue.sh("ip -o link show eth1 | cut -d: -f1");
    let before = (host.snapshot(), index());
    let many = addresses(0..125);
    host.netpipe(format!("attach netns:blue br1 {many} -i eth1 --replace"))
        .status(2)
        .stderr_has("125 addresses are more than the 124 that can be reserved at once")
        .stderr_has("hint: attach with some of them");
    before.0.assert_same(&host.snapshot());
    assert_eq!(before.1, index());
}

#[test]
fn as_many_addresses_as_one_transaction_takes_are_replaced_extended_and_given_back() {
    let host = Host::new();
    let blue = host.container("blue");
    let before = host.snapshot();
    let held = || {
        let list = host.netpipe("ip list --json").status(0).json();
        list.as_array().unwrap().len()
    };
    host.netpipe("attach netns:blue br0 10.0.0.5/24 -i eth1")
        .status(0);
    let many = addresses(0..124);
    host.netpipe(format!("attach netns:blue br1 {many} -i eth1 --replace"))
        .status(0);
    assert_eq!(held(), 124);
    let more = addresses(124..248);
    host.netpipe(format!("attach netns:blue br1 {more} -i eth1"))
        .status(0);
    assert_eq!(held(), 248);
    assert_eq!(blue.sh("ip -o -4 address show eth1").lines().count(), 248);
    host.netpipe("attach netns:blue br2 10.2.0.5/24 -i eth1 --replace")
        .status(0);
    host.netpipe("gc").status(0);
    assert_eq!(held(), 1);
    host.netpipe("detach netns:blue").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn replace_of_nothing_is_an_attach() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 --replace")
        .status(0)
        .stdout("attached: netns:blue eth1 in br0 with 10.0.0.5/24\n");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 --replace")
        .status(0)
        .stdout("unchanged: netns:blue eth1 in br0 with 10.0.0.5/24\n");
}

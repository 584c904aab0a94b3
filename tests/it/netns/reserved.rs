//! Attachments with addresses that were set aside: `attach --reserved`.

use serde_json::json;

use super::batch::batch;
use crate::support::{Host, Run};

const USE: &str = "attach --reserved netns:blue br0 10.0.0.9/24";

/// A host with a target and an address of `br0` that is set aside.
fn scene() -> Host {
    let host = Host::new();
    host.container("blue");
    host.netpipe("ip reserve br0 10.0.0.9 --note printer")
        .status(0);
    host
}

/// Who has the address by `ip list`: owner, whether it is set aside, note.
fn held(host: &Host) -> serde_json::Value {
    let all = host.netpipe("ip list --json").status(0).json();
    let one =
        |one: &serde_json::Value| json!([one["owner"]["target"], one["reserved"], one["note"]]);
    all.as_array().unwrap().iter().map(one).collect()
}

fn lent() -> serde_json::Value {
    json!([["netns:blue", true, "printer"]])
}

#[test]
fn an_address_is_used_and_set_aside_again() {
    let host = scene();
    let before = host.snapshot();
    host.netpipe(USE)
        .status(0)
        .stdout("attached: netns:blue eth1 in br0 with 10.0.0.9/24\n");
    assert_eq!(held(&host), lent());
    host.netpipe("ip list").status(0).stdout(
        "NETWORK  ADDRESS   OWNER                          NOTE\n\
         br0      10.0.0.9  h1/netns:blue/eth1 (reserved)  printer\n",
    );
    let there = host.snapshot();
    for again in [USE, "attach netns:blue br0 10.0.0.9/24"] {
        host.netpipe(again).status(0).stdout_has("unchanged");
        there.assert_same(&host.snapshot());
    }
    // It is one attachment's, as any other address.
    let red = host.container("red");
    host.netpipe("attach --reserved netns:red br0 10.0.0.9/24")
        .status(3)
        .stderr_has("belongs to `eth1` on `netns:blue`");
    host.netpipe("check").status(0);
    host.netpipe("gc").status(0);
    assert_eq!(held(&host), lent());
    host.netpipe("detach netns:blue").status(0);
    host.remove(red);
    before.assert_same(&host.snapshot());
}

#[test]
fn without_the_option_it_is_refused_with_a_hint() {
    let host = scene();
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.9/24")
        .status(3)
        .stderr_has("address 10.0.0.9 of network `br0` was set aside with `netpipe ip reserve`")
        .stderr_has("hint: to use it while it is set aside, give --reserved");
    host.netpipe("attach --subnet 10.0.0.8/30 netns:blue br0 auto --dry-run")
        .status(0)
        .stdout_has("10.0.0.10/30");
    before.assert_same(&host.snapshot());
}

#[test]
fn an_address_that_is_not_set_aside_is_an_ordinary_one() {
    let host = scene();
    host.netpipe("attach --reserved netns:blue br0 10.0.0.9/24 10.0.0.5/24")
        .status(0);
    host.netpipe("detach netns:blue").status(0);
    assert_eq!(held(&host), json!([[null, true, "printer"]]));
}

#[test]
fn a_reservation_that_ends_while_it_is_used_ends_with_the_attachment() {
    let host = scene();
    host.netpipe(USE).status(0);
    host.netpipe("ip reserve br0 10.0.0.9").status(3);
    host.netpipe("ip release br0 10.0.0.9").status(0);
    assert_eq!(held(&host)[0][1], false);
    host.netpipe("ip release br0 10.0.0.9")
        .status(3)
        .stderr_has("belongs to `eth1`");
    host.netpipe("detach netns:blue").status(0);
    assert_eq!(host.store(), []);
}

#[test]
fn an_attachment_is_extended_and_replaced_with_it() {
    let host = scene();
    host.netpipe("ip reserve br0 10.0.0.8").status(0);
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    host.netpipe(format!("{USE} -i eth1").as_str())
        .status(0)
        .stdout_has("extended");
    // The option was for that address.
    host.netpipe("attach -i eth1 netns:blue br0 10.0.0.8/24")
        .status(3)
        .stderr_has("give --reserved");
    // One attachment takes it over from the other, whatever becomes of the rest.
    host.netpipe("attach --replace --mtu 1400 -i eth1 netns:blue br0 10.0.0.9/24")
        .status(0);
    assert_eq!(held(&host)[1], lent()[0]);
    // Replaced by one with another address it is free of its owner again.
    host.netpipe("attach --replace --reserved --mtu 1300 -i eth1 netns:blue br0 10.0.0.8/24")
        .status(0);
    assert_eq!(held(&host)[1], json!([null, true, "printer"]));
    host.netpipe("attach --replace --mtu 1200 -i eth1 --subnet 10.0.0.0/24 netns:blue br0 auto")
        .status(0)
        .stdout_has("10.0.0.1/24");
    host.netpipe("detach netns:blue").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn a_failed_attach_and_a_dead_target_leave_it_set_aside() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("ip reserve br0 10.0.0.9 --note printer")
        .status(0);
    let before = host.snapshot();
    for nth in [2, 5] {
        let failed = host.call(USE).fault(&format!("fail:{nth}")).run();
        assert_ne!(failed.code(), Some(0));
        before.assert_same(&host.snapshot());
    }
    host.netpipe(USE).status(0);
    host.remove(blue);
    host.netpipe("gc").status(0);
    assert_eq!(held(&host), json!([[null, true, "printer"]]));
}

#[test]
fn a_repair_takes_it_again() {
    let host = scene();
    host.netpipe(USE).status(0);
    let there = held(&host);
    let link = host.sh("ip -o link show master br0");
    let name = link.split([':', '@']).nth(1).unwrap().trim().to_owned();
    host.sh(&format!("ip link del {name}"));
    host.netpipe("check --repair").status(0);
    assert_eq!(held(&host), there);
}

#[test]
fn several_at_once_and_a_file_use_it() {
    let host = scene();
    host.container("red");
    let before = host.snapshot();
    let lines = "attach --reserved netns:blue br0 10.0.0.9/24\nattach netns:red br0 10.0.0.5/24\n";
    batch(&host, lines).status(0);
    assert_eq!(held(&host)[1], lent()[0]);
    host.netpipe("detach netns:blue").status(0);
    host.netpipe("detach netns:red").status(0);
    before.assert_same(&host.snapshot());

    let file = "version: 1\nattachments:\n  netns:blue:\n    - {link: br0, address: 10.0.0.9/24, reserved: true}\n";
    let apply = |file: &str| -> Run { host.call("apply -f -").input(file).run() };
    apply(&file.replace(", reserved: true", ""))
        .status(1)
        .stderr_has("or `reserved: true` in a topology");
    before.assert_same(&host.snapshot());
    apply(file).status(0);
    assert_eq!(held(&host), lent());
    apply(file).status(0);
    let exported = host.netpipe("export").status(0).out;
    assert!(exported.contains("reserved: true"), "{exported}");
    host.netpipe("detach netns:blue").status(0);
    apply(&exported).status(0);
    assert_eq!(held(&host), lent());
}

#[test]
fn a_wire_has_them_at_both_ends() {
    let host = Host::new();
    host.container("blue");
    host.container("red");
    let wire =
        "attach netns:blue veth:netns:red 10.9.0.1/30 --peer-address 10.9.0.2/30 --network w";
    host.netpipe("ip reserve w 10.9.0.2 --note far").status(0);
    let before = host.snapshot();
    host.netpipe(wire).status(3).stderr_has("give --reserved");
    host.netpipe(format!("{wire} --reserved").as_str())
        .status(0);
    host.netpipe("detach netns:red").status(0);
    before.assert_same(&host.snapshot());
}

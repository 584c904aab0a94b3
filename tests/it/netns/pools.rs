//! `auto`: the next free address of a network's pool, never the same one twice.

use std::collections::BTreeSet;

use crate::support::{Host, Run};

fn addresses(run: Run) -> Vec<String> {
    let report = run.status(0).json();
    let list = report["addresses"].as_array().unwrap();
    list.iter()
        .map(|ip| ip.as_str().unwrap().to_owned())
        .collect()
}

fn attach(host: &Host, name: &str, what: &str) -> Vec<String> {
    host.container(name);
    addresses(host.netpipe(format!("attach netns:{name} {what} --json")))
}

#[test]
fn the_next_free_one_of_a_subnet_given() {
    let host = Host::new();
    let what = "br0 auto --subnet 10.0.0.0/29";
    assert_eq!(attach(&host, "a", what), ["10.0.0.1/29"]);
    assert_eq!(attach(&host, "b", what), ["10.0.0.2/29"]);
    host.netpipe("detach netns:a").status(0);
    assert_eq!(attach(&host, "c", what), ["10.0.0.1/29"]);
}

#[test]
fn of_both_families() {
    let host = Host::new();
    host.netpipe("network add br0 --subnet 10.0.0.0/24 --subnet fd00::/64")
        .status(0);
    assert_eq!(
        attach(&host, "a", "br0 auto"),
        ["10.0.0.1/24", "fd00::1/64"]
    );
    assert_eq!(
        attach(&host, "b", "br0 auto"),
        ["10.0.0.2/24", "fd00::2/64"]
    );
}

#[test]
fn gateways_exclusions_ranges_and_reservations_are_heeded() {
    let host = Host::new();
    host.netpipe(
        "network add br0 --subnet 10.0.0.0/24 --gateway 10.0.0.10 \
         --range 10.0.0.10-10.0.0.15 --exclude 10.0.0.12-10.0.0.13",
    )
    .status(0);
    host.netpipe("ip reserve br0 10.0.0.11").status(0);
    assert_eq!(attach(&host, "a", "br0 auto"), ["10.0.0.14/24"]);
    assert_eq!(attach(&host, "b", "br0 auto"), ["10.0.0.15/24"]);
}

#[test]
fn the_bridges_own_address_is_not_handed_out() {
    let host = Host::new();
    host.netpipe("bridge add br0 --address 10.0.0.1/24")
        .status(0);
    assert_eq!(
        attach(&host, "a", "br0 auto --subnet 10.0.0.0/24"),
        ["10.0.0.2/24"]
    );
}

#[test]
fn a_full_pool_is_a_conflict() {
    let host = Host::new();
    let what = "br0 auto --subnet 10.0.0.0/30";
    attach(&host, "a", what);
    attach(&host, "b", what);
    host.container("c");
    let before = host.snapshot();
    host.netpipe(format!("attach netns:c {what}"))
        .status(3)
        .stderr_has("subnet 10.0.0.0/30 of network `br0` has no free address")
        .stderr_has("hint: see `netpipe ip list br0`, or add a subnet");
    before.assert_same(&host.snapshot());
}

#[test]
fn without_a_subnet_there_is_nothing_to_choose_from() {
    let host = Host::new();
    host.container("a");
    let before = host.snapshot();
    host.netpipe("attach netns:a br0 auto")
        .status(2)
        .stderr_has("network `br0` has no subnet to choose from")
        .stderr_has("hint: give --subnet, or register one");
    before.assert_same(&host.snapshot());
}

#[test]
fn two_hosts_of_one_store_never_get_the_same() {
    let host = Host::new();
    let mut seen = BTreeSet::new();
    for n in 0..6 {
        let name = format!("c{n}");
        host.container(&name);
        let line = format!("attach netns:{name} br0 auto --subnet 10.0.0.0/24 --json");
        let of_host = format!("h{}", n % 2);
        let run = host.call(&line).env("NETPIPE_HOST", &of_host).run();
        seen.extend(addresses(run));
    }
    assert_eq!(seen.len(), 6, "{seen:?}");
}

#[test]
fn a_static_and_a_chosen_address_together() {
    let host = Host::new();
    host.container("a");
    let run = host.netpipe("attach netns:a br0 10.0.0.1/24 auto --subnet 10.0.0.0/24 --json");
    assert_eq!(addresses(run), ["10.0.0.1/24", "10.0.0.2/24"]);
}

#[test]
fn what_does_not_go_with_the_address_chosen_is_refused() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("bridge add lan0 --mtu 1000").status(0);
    let before = host.snapshot();
    for (request, why) in [
        (
            "br0 auto --subnet 10.0.0.0/24 --gateway 10.1.0.1",
            "gateway `10.1.0.1` is outside 10.0.0.0/24",
        ),
        (
            "br0 auto --subnet 10.0.0.0/24 --gateway fd00::1",
            "gateway `fd00::1` is in no subnet of this link",
        ),
        ("br0 auto --subnet fd00::/64 --mtu 1000", "at least 1280"),
        ("lan0 fd00::5/64", "at least 1280"),
    ] {
        host.netpipe(format!("attach netns:blue {request}"))
            .status(2)
            .stderr_has(why);
        before.assert_same_kernel(&host.snapshot());
    }
    host.netpipe("ip list br0 --json").status(0).stdout("[]\n");
}

#[test]
fn a_gateway_that_was_given_is_not_handed_out() {
    let host = Host::new();
    host.netpipe("network add br0 --subnet 10.0.0.0/24 --subnet fd00::/64")
        .status(0);
    assert_eq!(
        attach(
            &host,
            "a",
            "br0 auto 10.0.0.5/24@10.0.0.1 fd00::5/64@fd00::1"
        ),
        ["10.0.0.5/24", "fd00::5/64", "10.0.0.2/24", "fd00::2/64"]
    );
    // Nor is one that the interface has already.
    attach(&host, "c", "br0 10.0.0.7/24@10.0.0.1");
    let more = addresses(host.netpipe("attach netns:c br0 auto -i eth1 --json"));
    assert_eq!(more, ["10.0.0.7/24", "10.0.0.3/24", "fd00::1/64"]);
}

//! What belongs to nobody any more goes; the rest stays.

use netpipe::kv::{Kv, LocalKv};

use crate::support::{Host, scene};

#[test]
fn with_nothing_to_do_nothing_is_changed() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("gc").status(0).stdout("nothing to collect\n");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    host.netpipe("bridge add lan0").status(0);
    host.netpipe("ip reserve br0 10.0.0.99").status(0);
    let before = host.snapshot();
    host.netpipe("gc")
        .status(0)
        .stdout("nothing to collect\n")
        .stderr("");
    before.assert_same(&host.snapshot());
}

#[test]
fn a_pending_record_is_rolled_back() {
    let host = Host::new();
    scene::uplink(&host.container("blue"));
    let before = host.snapshot();
    host.call("attach netns:blue br0 10.0.0.5/24@10.0.0.1")
        .fault("kill:4")
        .run()
        .killed();
    host.netpipe("list").status(0).stdout_has("pending");
    host.netpipe("gc")
        .status(0)
        .stdout("netns:blue eth1: rolled back\n");
    before.assert_same(&host.snapshot());
}

/// Kills a command at a point, and claims what the gc after it says it did about `eth1`;
/// gives what the gc left of the store.
#[track_caller]
fn gc_after(host: &Host, line: &str, point: u32, says: &str) -> Vec<(String, String)> {
    let call = host.call(line);
    call.fault(&format!("kill:{point}")).run().killed();
    let gc = host.netpipe("gc").status(0);
    gc.stdout(&format!("netns:blue eth1: {says}\n"));
    host.netpipe("gc").status(0).stdout("nothing to collect\n");
    host.store()
}

#[test]
fn what_was_settled_is_named_for_what_it_is() {
    let host = Host::new();
    host.container("blue");
    let attach = "attach netns:blue br0 10.0.0.5/24 -i eth1 --no-announce";
    gc_after(&host, attach, 1, "rolled back");
    host.netpipe(attach).status(0);
    let active = host.store();
    let repair = "; to make it: netpipe check netns:blue --repair";
    let more = "attach netns:blue br0 10.0.0.5/24 10.0.0.6/24 -i eth1 --no-announce";
    let left = gc_after(&host, more, 1, "rolled back to 10.0.0.5/24");
    assert_eq!(left, active);
    let replace = "attach netns:blue br0 10.0.0.9/24 -i eth1 --mtu 1400 --replace --no-announce";
    let says = format!("rolled back, and what it replaced is recorded again{repair}");
    // The first two points are the link that goes, and the reservation of the new one.
    let left = gc_after(&host, replace, 3, &says);
    assert_eq!(left, active);
    host.netpipe("check netns:blue --repair").status(0);
    host.netpipe("check").status(0);
    host.sh("ip link del $(ip -br link show master br0 | cut -d@ -f1)");
    let says = format!("link removed, its repair had not ended{repair}");
    gc_after(&host, "check --repair", 2, &says);
    host.netpipe("check netns:blue --repair").status(0);
    gc_after(&host, "detach netns:blue", 1, "detached, as was begun");
}

#[test]
fn a_namespace_that_is_gone_is_released() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    host.remove(blue);
    host.netpipe("gc")
        .status(0)
        .stdout("netns:blue eth1: released, the target is gone\n");
    assert_eq!(host.store(), []);
    host.try_sh("ip link show br0").status(1);
}

#[test]
fn another_namespace_under_the_old_name_is_not_the_old_one() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    let new = host.container("blue");
    new.sh("ip link add eth1 type veth peer name x");
    host.netpipe("gc").status(0).stdout_has("released");
    assert_eq!(host.store(), []);
    new.sh("ip link show eth1");
}

#[test]
fn what_was_made_before_a_reboot_is_released() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    let earlier = "00000000-0000-4000-8000-000000000000";
    host.rewrite(|value| value.replace(boot.trim(), earlier));
    host.netpipe("gc")
        .status(0)
        .stdout_has("netns:blue eth1: released");
    assert_eq!(host.store(), []);
}

/// Removes the keys of the store that have this piece.
fn forget(host: &Host, piece: &str) {
    let store = LocalKv::open(&host.state_dir()).unwrap();
    for (key, _) in host.store() {
        if key.contains(piece) {
            store.delete(key.as_bytes()).unwrap();
        }
    }
}

#[test]
fn links_rules_and_addresses_without_a_record_are_removed() {
    let host = Host::new();
    host.container("blue");
    scene::docker_firewall(&host);
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    forget(&host, "/attachments/");
    forget(&host, "/users/");
    let gone = host.netpipe("gc").status(0);
    gone.stdout_has("link np")
        .stdout_has("link br0: removed, no record names it")
        .stdout_has("rule for br0: removed")
        .stdout_has("address 10.0.0.5 of br0: freed, its attachment is gone");
    before.assert_same(&host.snapshot());
}

#[test]
fn what_others_made_stays() {
    let host = Host::new();
    host.sh("ip link add npdeadbeef0000 type veth peer name x && \
         ip link add br0 address 02:00:00:00:00:01 type bridge && \
         ip link set br0 alias 'netpipe' && ip link set x alias 'other:netpipe:x'");
    let before = host.snapshot();
    host.netpipe("gc").status(0).stdout("nothing to collect\n");
    before.assert_same(&host.snapshot());
}

#[test]
fn another_hosts_records_stay() {
    let host = Host::new();
    host.container("blue");
    let place = "attach netns:blue br0 10.0.0.5/24";
    host.call(place).env("NETPIPE_HOST", "h2").run().status(0);
    let store = host.store();
    host.netpipe("gc").status(0);
    assert_eq!(host.store(), store);
}

#[test]
fn json_lists_what_was_done() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    host.remove(blue);
    let report = host.netpipe("gc --json").status(0).json();
    assert_eq!(
        report["done"][0],
        "netns:blue eth1: released, the target is gone"
    );
    assert_eq!(report["errors"], serde_json::json!([]));
}

#[test]
fn another_hosts_links_stay() {
    let host = Host::new();
    let blue = host.container("blue");
    let h2 = |line: &str| host.call(line).env("NETPIPE_HOST", "h2").run().status(0);
    h2("attach netns:blue br0 10.0.0.5/24");
    let before = host.snapshot();
    host.netpipe("gc").status(0).stdout("nothing to collect\n");
    before.assert_same(&host.snapshot());
    blue.sh("ip link show eth1");
}

#[test]
fn what_was_attached_from_another_namespace_is_not_judged() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    let before = host.snapshot();
    let red = host.container("red");
    // Netpipe runs inside the target, and elsewhere.
    for place in ["blue", "red"] {
        let within = |line: &str| {
            let program = env!("CARGO_BIN_EXE_netpipe");
            let state = host.state_dir();
            let enter = format!("nsenter --net=/run/netns/{place}");
            let state = state.display();
            host.try_sh(&format!(
                "NETPIPE_HOST=h1 NETPIPE_STATE_DIR={state} {enter} {program} {line}"
            ))
        };
        within("gc")
            .status(1)
            .stderr_has("was attached from another host network namespace");
        within("check")
            .status(1)
            .stdout_has("another host network namespace");
        for line in ["detach netns:blue", "detach netns:blue --dry-run"] {
            within(line)
                .status(1)
                .stderr_has("was attached from another host network namespace");
        }
    }
    host.remove(red);
    before.assert_same(&host.snapshot());
    blue.sh("ip link show eth1");
}

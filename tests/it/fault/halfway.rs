//! What must hold of a command that was killed half way, beyond all or nothing.

use netpipe::kv::{Kv, LocalKv};
use netpipe::sys::lock;
use netpipe::sys::signal::Interrupt;

use crate::support::{Host, scene};

/// Removes the keys of the store that have this piece.
fn forget(host: &Host, piece: &str) {
    let store = LocalKv::open(&host.state_dir()).unwrap();
    for (key, _) in host.store() {
        if key.contains(piece) {
            store.delete(key.as_bytes()).unwrap();
        }
    }
}

fn holder(host: &Host, address: &str) -> String {
    let all = host.store();
    let held = all
        .iter()
        .find(|(key, _)| key.contains("/addresses/") && key.ends_with(address));
    held.map(|(_, value)| value.clone()).unwrap_or_default()
}

#[test]
fn a_record_that_lost_its_addresses_reserves_them_again() {
    let host = Host::new();
    host.container("blue");
    host.container("red");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    host.sh(
        "ip link del br0; for port in $(ip -br link show type veth | cut -d@ -f1); do \
        ip link del $port; done",
    );
    forget(&host, "/addresses/");
    host.netpipe("check --repair").status(0);
    assert!(holder(&host, "10.0.0.5").contains("netns:blue"));

    host.sh("for port in $(ip -br link show type veth | cut -d@ -f1); do ip link del $port; done");
    forget(&host, "/addresses/");
    host.netpipe("attach netns:red br0 10.0.0.5/24").status(0);
    let run = host.netpipe("check netns:blue --repair");
    assert_ne!(run.code(), Some(0));
    let said = format!("{}{}", run.out, run.err);
    assert!(said.contains("belongs to `eth1` on `netns:red`"), "{said}");
    assert!(holder(&host, "10.0.0.5").contains("netns:red"));
}

#[test]
fn whoever_meets_a_detach_that_was_killed_finishes_it() {
    let host = Host::new();
    let blue = host.container("blue");
    scene::uplink(&blue);
    let before = host.snapshot();
    for next in ["gc", "check --repair", "detach netns:blue"] {
        host.netpipe("attach netns:blue br0 10.0.0.5/24@10.0.0.1 -i eth1")
            .status(0);
        let call = host.call("detach netns:blue");
        call.fault("kill:1").run().killed();
        host.netpipe(next).status(0);
        before.assert_same(&host.snapshot());
    }
    host.netpipe("attach netns:blue br0 10.0.0.5/24@10.0.0.1 -i eth1")
        .status(0);
    let done = host.snapshot();
    let call = host.call("detach netns:blue");
    call.fault("kill:1").run().killed();
    host.netpipe("attach netns:blue br0 10.0.0.5/24@10.0.0.1 -i eth1")
        .status(0)
        .stdout_has("attached: netns:blue eth1");
    done.assert_same(&host.snapshot());
    host.netpipe("detach netns:blue").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn a_repair_that_was_killed_leaves_the_target_a_default_route() {
    let host = Host::new();
    let blue = host.container("blue");
    scene::uplink(&blue);
    let before = blue.sh("ip route show default");
    for nth in 1.. {
        host.netpipe("attach netns:blue br0 10.0.0.5/24@10.0.0.1 -i eth1")
            .status(0);
        let done = blue.sh("ip route show default");
        host.sh("ip link del $(ip -br link show master br0 | cut -d@ -f1)");
        blue.sh(&format!("ip route add {}", before.trim()));
        let call = host.call("check --repair");
        let run = call.fault(&format!("kill:{nth}")).run();
        let completed = run.code() == Some(0);
        host.netpipe("gc").status(0);
        let now = blue.sh("ip route show default");
        assert!(now == before || now == done, "after {nth}: {now:?}");
        host.netpipe("detach netns:blue").status(0);
        if completed {
            assert!(nth > 5);
            break;
        }
    }
}

#[test]
fn a_replacement_may_take_over_the_only_address() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("network add lan --subnet 10.0.0.0/30")
        .status(0);
    host.netpipe("attach netns:blue br0 10.0.0.1/30 -i eth1 --network lan")
        .status(0);
    host.netpipe("ip reserve lan 10.0.0.2").status(0);
    host.netpipe("attach netns:blue br0 auto -i eth1 --network lan --mtu 1400 --replace")
        .status(0)
        .stdout_has("10.0.0.1/30");
    assert!(holder(&host, "10.0.0.1").contains("netns:blue"));
    host.netpipe("detach netns:blue").status(0);
    assert_eq!(holder(&host, "10.0.0.1"), "");
}

const OLD: &str = "attach netns:blue br0 10.0.0.5/24@10.0.0.1 -i eth1 \
    --sysctl net.ipv4.ip_forward=1";
const NEW: &str = "attach netns:blue br1 10.1.0.5/24@10.1.0.1 -i eth1 --mtu 1400 --replace";

/// Kills a replacement at every point, and then another one in its place at the same point;
/// what they leave behind keeps neither the latter nor `gc` from a clean state.
fn replacements_are_killed(newest: &str) {
    let host = Host::new();
    let blue = host.container("blue");
    scene::uplink(&blue);
    scene::docker_firewall(&host);
    let before = host.snapshot();
    for line in [OLD, NEW, newest] {
        host.netpipe(line).status(0);
    }
    let done = host.snapshot();
    let both = [OLD, NEW].map(|line| {
        host.netpipe("detach netns:blue").status(0);
        before.assert_same(&host.snapshot());
        host.netpipe(line).status(0);
        host.snapshot()
    });
    for nth in 1.. {
        host.netpipe("detach netns:blue").status(0);
        host.netpipe(OLD).status(0);
        let fault = format!("kill:{nth}");
        let completed = host.call(NEW).fault(&fault).run().code() == Some(0);
        host.netpipe(newest).status(0);
        host.netpipe("gc").status(0).stdout("nothing to collect\n");
        done.assert_same(&host.snapshot());

        host.netpipe("detach netns:blue").status(0);
        before.assert_same(&host.snapshot());
        host.netpipe(OLD).status(0);
        host.call(NEW).fault(&fault).run();
        host.call(newest).fault(&fault).run();
        host.netpipe("gc").status(0);
        host.netpipe("check --repair").status(0);
        let now = host.snapshot();
        let known = both.contains(&now) || now == done;
        assert!(known, "after {nth}: {:#?}", done.difference(&now));
        host.netpipe(newest).status(0);
        done.assert_same(&host.snapshot());
        if completed {
            assert!(nth > 12, "only {nth} points");
            break;
        }
    }
    host.netpipe("detach netns:blue").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn a_replacement_after_killed_ones_leaves_nothing_of_them() {
    replacements_are_killed("attach netns:blue br2 10.2.0.5/24@10.2.0.1 -i eth1 --replace");
}

#[test]
fn a_replacement_after_killed_ones_may_take_over_what_they_reserved() {
    replacements_are_killed("attach netns:blue br1 10.1.0.5/24 -i eth1 --mtu 1300 --replace");
}

#[test]
fn a_target_that_changes_while_its_lock_is_waited_for_is_looked_up_again() {
    let host = Host::new();
    let old = host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 -i eth1")
        .status(0);
    host.netpipe("detach netns:blue").status(0);
    let none = Interrupt::default();
    let lock = lock::take(&host.state_dir(), "target", "netns:blue", &none).unwrap();
    let call = host.call("attach netns:blue br0 10.0.0.5/24 -i eth1");
    let mut waiting = call.spawn();
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert!(waiting.try_wait().unwrap().is_none());
    let new = host.container("blue");
    drop(lock);
    assert!(waiting.wait().unwrap().success());
    new.sh("ip link show eth1");
    old.try_sh("ip link show eth1").status(1);
}

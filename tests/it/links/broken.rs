//! Operations on links that are broken at every point, and what is left: the plans of
//! `fault` in short, for kernels that are slow to run in.

use super::card_scene::scene;
use crate::support::{Container, Host, needs};

/// What an operation is seen by: the host's links and routes, the target's, and the records.
fn seen(host: &Host, blue: &Container) -> (String, String, Vec<String>) {
    // Whether a link is known to be up, the kernel finds out in its own time.
    let all = "ip -o -d link | sed 's/^[0-9]*: //; s/ promiscuity [0-9]*//; s/[<].*[>]//; \
         s/ state [A-Z]*//; s/@if[0-9]*//; s/ numtxqueues .*alias/ alias/; s/ numtxqueues .*//' | \
         grep -v -e ^lo: -e @NONE: | sort; ip -o address | grep -v fe80 | sed 's/^[0-9]*: //' | sort; \
         ip -o route; ip -6 -o route | grep -v -e fe80 -e ff00; true";
    let keys = host.store().into_iter().map(|(key, _)| key).collect();
    (host.sh(all), blue.sh(all), keys)
}

/// Attaches and detaches, each broken at each point.
fn survives(command: &str, least: u32) {
    let (host, lan) = scene();
    let blue = host.container("blue");
    host.sh("ip address add 10.0.0.2/24 dev nic0");
    let before = seen(&host, &blue);
    let mut points = 0;
    for nth in 1.. {
        let run = host.call(command).fault(&format!("fail:{nth}")).run();
        if run.code() == Some(0) {
            points = nth - 1;
            break;
        }
        run.status(1);
        assert_eq!(seen(&host, &blue), before, "fail:{nth}");
    }
    assert!(points >= least, "only {points} points");
    let after = seen(&host, &blue);
    host.netpipe("detach netns:blue").status(0);
    assert_eq!(seen(&host, &blue), before);
    // At every third point, for each takes seconds in the emulated machine.
    for nth in (1..=points).step_by(3) {
        host.call(command)
            .fault(&format!("kill:{nth}"))
            .run()
            .killed();
        // One is collected, the next is repeated.
        if nth % 2 == 0 {
            host.netpipe(command).status(0);
            assert_eq!(seen(&host, &blue), after, "kill:{nth}, repeated");
            host.netpipe("detach netns:blue").status(0);
        } else {
            host.netpipe("gc").status(0);
            if seen(&host, &blue) == after {
                host.netpipe("detach netns:blue").status(0);
            }
        }
        assert_eq!(seen(&host, &blue), before, "kill:{nth}");
    }
    for nth in 1.. {
        host.netpipe(command).status(0);
        let detach = "detach netns:blue";
        let run = host.call(detach).fault(&format!("kill:{nth}")).run();
        if run.code() == Some(0) {
            break;
        }
        run.killed();
        host.netpipe("gc").status(0);
        assert_eq!(seen(&host, &blue), before, "detach, kill:{nth}");
    }
    drop(lan);
}

#[test]
fn ipvlan() {
    if needs("ipvlan") {
        survives("attach netns:blue ipvlan:nic0 10.0.0.5/24 --host-shim", 12);
    }
}

#[test]
fn dummy() {
    if needs("dummy") {
        survives("attach netns:blue dummy 10.0.0.5/24", 6);
    }
}

#[test]
fn vlan() {
    if needs("vlan") {
        survives("attach netns:blue nic0 10.0.0.5/24 --vlan 10", 9);
    }
}

#[test]
fn vlan_in_a_vlan() {
    if needs("802.1ad") {
        survives(
            "attach netns:blue nic0 10.0.0.5/24 --svlan 100 --vlan 10 --host-shim",
            17,
        );
    }
}

/// A repair that is broken is repeated.
#[test]
fn repair_of_a_vlan() {
    if !needs("vlan") {
        return;
    }
    let (host, _lan) = scene();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue nic0 10.0.0.5/24 --vlan 10 --host-shim")
        .status(0);
    let before = seen(&host, &blue);
    for fault in ["fail", "kill"] {
        for nth in 1.. {
            host.sh("ip link del nic0.10");
            let run = host
                .call("check --repair")
                .fault(&format!("{fault}:{nth}"))
                .run();
            if run.code() == Some(0) {
                break;
            }
            host.netpipe("check --repair").status(0);
            assert_eq!(seen(&host, &blue), before, "{fault}:{nth}");
        }
    }
}

#[test]
fn macvlan() {
    // The same on every kernel, so that this file is tried where it is fast.
    if needs("macvlan") {
        survives("attach netns:blue nic0 10.0.0.5/24 --host-shim", 12);
    }
}

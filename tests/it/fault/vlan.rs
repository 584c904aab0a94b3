//! The operations on bridges with VLANs that are broken. Only the emulated machine has
//! them, and there a whole snapshot takes seconds: so this looks at the host's links and
//! VLANs and at the records alone.

use crate::support::{Host, needs};

/// One operation to be broken.
struct Plan {
    setup: fn(&Host),
    command: &'static str,
    /// Takes a host from after the operation back to before it.
    reset: fn(&Host),
    /// Whether it is a teardown, which a failure does not undo: the same again completes it.
    teardown: bool,
    /// The steps that it has at least.
    least: u32,
}

/// The host's links, bridges and VLANs, and the addresses and states of the records.
pub(super) fn state(host: &Host) -> String {
    let kernel = host.sh("ip -j -d link | jq -r '.[] | [.ifname, .master, .ifalias, \
         .linkinfo.info_data.vlan_filtering, .linkinfo.info_data.vlan_protocol] | @tsv' | sort; \
         bridge -j -compressvlans vlan | jq -c '.[]' | sort");
    let records = host.netpipe("list --json").status(0).out;
    let lines = records.lines().filter(|line| !line.contains("\"kernel\""));
    lines.fold(kernel, |all, line| all + line + "\n")
}

impl Plan {
    /// Breaks it at every point by a failure, and by SIGKILL with `gc` behind it; Ctrl-C
    /// takes the way of a failure, and is tried once.
    fn survives_every_fault(&self) {
        let host = Host::new();
        (self.setup)(&host);
        let before = state(&host);
        host.netpipe(self.command).status(0);
        let after = state(&host);
        assert_ne!(before, after);
        (self.reset)(&host);
        assert_eq!(state(&host), before);
        let broken = |fault: &str| host.call(self.command).fault(fault).run();
        for nth in 1.. {
            let run = broken(&format!("fail:{nth}"));
            if run.code() == Some(0) {
                assert_eq!(state(&host), after);
                assert!(nth > self.least, "only {} points", nth - 1);
                break;
            }
            run.status(1);
            self.is_undone_or_completed(&host, &before, &after);
            // At every other point, for each takes seconds in the emulated machine.
            if nth % 2 == 0 {
                continue;
            }
            broken(&format!("kill:{nth}")).killed();
            host.netpipe("gc").status(0);
            // Whatever that made of it, the same again is all of it.
            if state(&host) != before {
                assert_eq!(state(&host), after, "kill:{nth}");
            }
            host.netpipe(self.command).status(0);
            assert_eq!(state(&host), after, "kill:{nth}");
            (self.reset)(&host);
        }
        (self.reset)(&host);
        broken("int:2").status(if self.teardown { 0 } else { 130 });
        self.is_undone_or_completed(&host, &before, &after);
    }

    fn is_undone_or_completed(&self, host: &Host, before: &str, after: &str) {
        if self.teardown {
            host.netpipe(self.command).status(0);
            assert_eq!(state(host), after);
            (self.reset)(host);
        }
        assert_eq!(state(host), before);
    }
}

fn container(host: &Host) {
    host.container("blue");
}

fn detach(host: &Host) {
    host.netpipe("detach netns:blue --all").status(0);
}

#[test]
fn attach_with_a_vlan_to_a_missing_bridge() {
    if !needs("vlan_filtering") {
        return;
    }
    Plan {
        setup: container,
        command: "attach netns:blue br0 none --vlan 10",
        reset: detach,
        teardown: false,
        // Reservation, bridge, alias, up, filtering, pair, VLANs, alias, up, commit.
        least: 10,
    }
    .survives_every_fault();
}

/// A bridge of somebody else's.
fn foreign(host: &Host) {
    container(host);
    host.sh("ip link add br9 address 02:00:00:00:00:09 type bridge && ip link set br9 up");
}

const FOREIGN: &str = "attach netns:blue br9 none --trunk 10,native=5 --vlan-filtering";

#[test]
fn attach_with_vlans_to_a_bridge_of_somebody_elses() {
    if !needs("vlan_filtering") {
        return;
    }
    Plan {
        setup: foreign,
        command: FOREIGN,
        reset: detach,
        teardown: false,
        // Reservation, filtering, pair, VLANs, alias, up, commit.
        least: 7,
    }
    .survives_every_fault();
}

#[test]
fn detach_from_a_bridge_of_somebody_elses() {
    if !needs("vlan_filtering") {
        return;
    }
    Plan {
        setup: |host| {
            foreign(host);
            host.netpipe(FOREIGN).status(0);
        },
        command: "detach netns:blue",
        reset: |host| {
            host.netpipe(FOREIGN).status(0);
        },
        teardown: true,
        // Link, filtering.
        least: 2,
    }
    .survives_every_fault();
}

#[test]
fn bridge_that_tells_vlans_apart() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = Host::new();
    const COMMAND: &str = "bridge add lan0 --vlan-filtering --vlan-protocol 802.1ad --port port0";
    host.sh("ip link add port0 type veth peer name port1");
    let before = state(&host);
    host.netpipe(COMMAND).status(0);
    let after = state(&host);
    host.netpipe("bridge del lan0").status(0);
    for nth in 1.. {
        let run = host.call(COMMAND).fault(&format!("fail:{nth}")).run();
        if run.code() == Some(0) {
            assert!(nth > 6, "only {} points", nth - 1);
            break;
        }
        assert_eq!(state(&host), before);
        // A bridge has no record: the same command again completes it.
        let call = host.call(COMMAND).fault(&format!("kill:{nth}"));
        call.run().killed();
        host.netpipe(COMMAND).status(0);
        assert_eq!(state(&host), after, "kill:{nth}");
        host.netpipe("bridge del lan0").status(0);
    }
}

#[test]
fn repair_of_vlans() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = Host::new();
    container(&host);
    host.netpipe("attach netns:blue br0 none --vlan 10 --host-ifname blue0")
        .status(0);
    let good = state(&host);
    let damage = || {
        host.sh("bridge vlan add dev blue0 vid 1 pvid untagged && \
             ip link set br0 type bridge vlan_filtering 0");
        state(&host)
    };
    let damaged = damage();
    for fault in ["fail:1", "fail:2", "int:1", "int:2"] {
        let run = host.call("check --repair").fault(fault).run();
        assert_ne!(run.code(), Some(0), "{fault}");
        assert_eq!(state(&host), damaged, "{fault}");
    }
    for fault in ["kill:1", "kill:2"] {
        host.call("check --repair").fault(fault).run().killed();
        host.netpipe("check --repair").status(0);
        assert_eq!(state(&host), good, "{fault}");
        damage();
    }
}

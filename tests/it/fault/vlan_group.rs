//! Replacements and batches with VLANs that are broken: see `vlan`.

use super::vlan::state;
use crate::support::{Host, needs};

/// One operation to be broken.
struct Plan {
    setup: fn(&Host),
    command: &'static str,
    /// Takes a host from after the operation back to before it.
    reset: fn(&Host),
    /// Whether what succeeded before a failure stays: each line of a batch is by itself.
    is_batch: bool,
    /// The steps that it has at least.
    least: u32,
}

impl Plan {
    fn survives_faults(&self) {
        let host = Host::new();
        (self.setup)(&host);
        let before = state(&host);
        host.netpipe(self.command).status(0);
        let after = state(&host);
        assert_ne!(before, after);
        (self.reset)(&host);
        assert_eq!(state(&host), before);
        let broken = |fault: &str| host.call(self.command).fault(fault).run();
        // At some points, for a run takes seconds in the emulated machine. In turn it
        // fails, is killed and collected, and is killed and repeated as it is.
        for (turn, nth) in (3_u32..).step_by(7).enumerate() {
            let way = if turn % 3 == 0 { "fail" } else { "kill" };
            let run = broken(&format!("{way}:{nth}"));
            if run.code() == Some(0) {
                assert!(nth > self.least, "only {} points", nth - 1);
                break;
            }
            match turn % 3 {
                0 => {
                    run.status(1);
                    if self.is_batch {
                        self.completes(&host, &after);
                    }
                    assert_eq!(state(&host), before, "fail:{nth}");
                    continue;
                }
                1 => {
                    run.killed();
                    host.netpipe("gc").status(0);
                    host.netpipe("check --repair").status(0);
                    let now = state(&host);
                    assert!(
                        self.is_batch || now == before || now == after,
                        "kill:{nth}, collected: {now}\n--- before:\n{before}\n--- after:\n{after}"
                    );
                }
                _ => drop(run.killed()),
            }
            self.completes(&host, &after);
            assert_eq!(state(&host), before, "kill:{nth}");
        }
        assert_eq!(state(&host), after);
        (self.reset)(&host);
        broken("int:3").status(130);
        if self.is_batch {
            self.completes(&host, &after);
        }
        assert_eq!(state(&host), before);
    }

    /// The command completes whatever was left.
    #[track_caller]
    fn completes(&self, host: &Host, after: &str) {
        host.netpipe(self.command).status(0);
        assert_eq!(state(host), after);
        host.netpipe("check").status(0);
        (self.reset)(host);
    }
}

fn detach(host: &Host) {
    host.netpipe("detach netns:blue --all").status(0);
}

fn on_bridge(host: &Host) {
    host.netpipe("attach netns:blue br0 10.0.0.5/24 -i eth1 --vlan 10")
        .status(0);
}

#[test]
fn another_vlan_of_a_bridge() {
    if !needs("vlan_filtering") {
        return;
    }
    Plan {
        setup: |host| {
            host.container("blue");
            on_bridge(host);
        },
        command: "attach netns:blue br0 10.0.0.6/24 -i eth1 --trunk 20,native=5 --replace",
        reset: |host| {
            detach(host);
            on_bridge(host);
        },
        is_batch: false,
        least: 10,
    }
    .survives_faults();
}

const FOREIGN: &str = "attach netns:blue br9 none -i eth1 --vlan 10 --vlan-filtering";

#[test]
fn from_a_bridge_of_somebody_elses_to_a_card() {
    if !needs("vlan_filtering") {
        return;
    }
    Plan {
        setup: |host| {
            host.container("blue");
            host.sh(
                "ip link add br9 address 02:00:00:00:00:09 type bridge && ip link set br9 up && \
                 ip link add nic0 type veth peer name nic1 && ip link set nic0 up",
            );
            host.netpipe(FOREIGN).status(0);
        },
        command: "attach netns:blue nic0 10.0.0.5/24 -i eth1 --vlan 10 --host-shim --replace",
        reset: |host| {
            detach(host);
            host.netpipe(FOREIGN).status(0);
        },
        is_batch: false,
        least: 10,
    }
    .survives_faults();
}

const ON_CARD: &str = "attach netns:blue nic0 10.0.0.5/24 -i eth1 --vlan 10 --host-shim";

#[test]
fn another_vlan_of_a_card() {
    if !needs("vlan") {
        return;
    }
    Plan {
        setup: |host| {
            host.container("blue");
            host.sh("ip link add nic0 type veth peer name nic1 && ip link set nic0 up");
            host.netpipe(ON_CARD).status(0);
        },
        command: "attach netns:blue nic0 10.0.0.5/24 -i eth1 --vlan 20 --replace",
        reset: |host| {
            detach(host);
            host.netpipe(ON_CARD).status(0);
        },
        is_batch: false,
        least: 10,
    }
    .survives_faults();
}

fn containers(host: &Host) {
    host.container("blue");
    host.container("red");
    host.container("green");
}

fn detach_all(host: &Host) {
    detach(host);
    host.netpipe("detach netns:red --all").status(0);
    host.netpipe("detach netns:green --all").status(0);
}

#[test]
fn a_batch_on_one_bridge() {
    if !needs("vlan_filtering") {
        return;
    }
    Plan {
        setup: |host| {
            containers(host);
            host.sh(
                "ip link add br9 address 02:00:00:00:00:09 type bridge && ip link set br9 up && \
                 printf '%s\n' 'attach netns:blue br9 none --vlan 10 --vlan-filtering' \
                 'attach netns:red br9 none --trunk 10,20 --vlan-filtering' \
                 'attach netns:green br9 none' >/run/batch",
            );
        },
        command: "batch /run/batch",
        reset: detach_all,
        is_batch: true,
        least: 10,
    }
    .survives_faults();
}

#[test]
fn a_batch_on_one_card() {
    if !needs("vlan") {
        return;
    }
    Plan {
        setup: |host| {
            containers(host);
            host.sh(
                "ip link add nic0 type veth peer name nic1 && ip link set nic0 up && \
                 printf '%s\n' 'attach netns:blue nic0 none --vlan 10' \
                 'attach netns:red nic0 none --vlan 10' 'attach netns:green nic0 none --vlan 20' \
                 >/run/batch",
            );
        },
        command: "batch /run/batch",
        reset: detach_all,
        is_batch: true,
        least: 10,
    }
    .survives_faults();
}

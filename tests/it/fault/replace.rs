//! Replacements of one kind of link by another, and batches on a card, that are broken.

use super::{Collected, Failed, Plan};
use crate::support::{Host, needs};

/// Two containers and a card with an address.
fn scene(host: &Host) {
    host.container("blue");
    host.container("red");
    host.sh(
        "ip link add nic0 address 02:00:00:00:00:10 type veth peer name nic1 && \
         ip link set nic0 up && ip address add 192.168.1.5/24 dev nic0",
    );
}

const BRIDGE: &str = "attach netns:blue br0 10.0.0.5/24@10.0.0.1 -i eth1";
const PHYS: &str = "attach netns:blue phys:nic0 10.2.0.5/24 -i eth1 --mtu 1400";
const WIRE: &str = "attach netns:blue veth:netns:red 10.3.0.1/30 -i eth1 \
    --peer-address 10.3.0.2/30";

fn detach(host: &Host) {
    host.netpipe("detach netns:blue --all").status(0);
}

/// Replaces the one by the other, broken at each point.
macro_rules! replaced {
    ($name:ident: $before:ident, $after:literal, $least:expr) => {
        #[test]
        fn $name() {
            if !needs("macvlan") {
                return;
            }
            Plan {
                setup: |host| {
                    scene(host);
                    host.netpipe($before).status(0);
                },
                command: $after,
                reset: |host| {
                    detach(host);
                    host.netpipe($before).status(0);
                },
                least: $least,
                failed: Failed::Undone,
                collected: Collected::Recorded,
                stays: None,
            }
            .survives_every_fault();
        }
    };
}

replaced!(a_bridge_by_a_card_itself: BRIDGE,
    "attach netns:blue phys:nic0 10.2.0.5/24 -i eth1 --mtu 1400 --replace", 11);
replaced!(a_card_itself_by_a_wire: PHYS,
    "attach netns:blue veth:netns:red 10.3.0.1/30 -i eth1 --peer-address 10.3.0.2/30 --replace", 12);
replaced!(a_wire_by_a_card_with_a_shim: WIRE,
    "attach netns:blue nic0 10.1.0.5/24 -i eth1 --host-shim --replace", 12);

#[test]
fn a_batch_on_a_card() {
    if !needs("macvlan") {
        return;
    }
    Plan {
        setup: |host| {
            scene(host);
            host.sh(
                "printf '%s\\n' 'attach netns:blue nic0 10.1.0.5/24 --host-shim' \
                 'attach netns:red nic0 10.1.0.6/24 --host-shim' >/run/batch",
            );
        },
        command: "batch /run/batch",
        reset: |host| {
            detach(host);
            host.netpipe("detach netns:red").status(0);
        },
        least: 15,
        failed: Failed::Completed,
        collected: Collected::Repeatable,
        stays: None,
    }
    .survives_every_fault();
}

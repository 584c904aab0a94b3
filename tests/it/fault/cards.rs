//! The operations on cards that are broken. For kinds that only other kernels have, see
//! `links::broken`.

use super::{Collected, Failed, Plan};
use crate::support::{Host, needs};

fn card(host: &Host) {
    host.container("blue");
    host.sh(
        "ip link add nic0 address 02:00:00:00:00:10 type veth peer name nic1 && \
         ip link set nic0 up && ip address add 10.0.0.2/24 dev nic0 && \
         ip address add fd00::2/64 dev nic0 nodad",
    );
}

fn detach(host: &Host) {
    host.netpipe("detach netns:blue --all").status(0);
}

/// An attach that is broken at each point, and its detach.
fn attach(command: &'static str, least: u32) {
    Plan {
        setup: card,
        command,
        reset: detach,
        least,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

/// The detach of what `setup` attached, which is done by `reset` too.
fn detached(setup: fn(&Host), reset: fn(&Host), least: u32) {
    Plan {
        setup,
        command: "detach netns:blue --all",
        reset,
        least,
        failed: Failed::Completed,
        collected: Collected::Completed,
        stays: None,
    }
    .survives_every_fault();
}

/// Attaches that, and detaches it.
macro_rules! both {
    ($attach:ident, $detach:ident: $command:literal, $needs:expr, $least:expr, $less:expr) => {
        #[test]
        fn $attach() {
            if needs($needs) {
                attach($command, $least);
            }
        }

        #[test]
        fn $detach() {
            if needs($needs) {
                let again = |host: &Host| drop(host.netpipe($command).status(0));
                detached(
                    |host| {
                        card(host);
                        host.netpipe($command).status(0);
                    },
                    again,
                    $less,
                );
            }
        }
    };
}

both!(attach_in_mode_passthru, detach_in_mode_passthru:
    "attach netns:blue nic0 10.0.0.5/24 --mode passthru", "macvlan", 6, 1);

both!(attach_in_mode_source, detach_in_mode_source:
    "attach netns:blue nic0 10.0.0.5/24 --mode source --source-mac 02:00:00:00:00:01",
    "macvlan", 6, 1);

// Reservation, link, mark, shim, mark, settings 5, up, proxy, routes 2, and the usual.
both!(attach_with_a_shim, detach_with_a_shim:
    "attach netns:blue nic0 10.0.0.5/24 fd00::5/64 --host-shim", "macvlan", 18, 2);

#[test]
fn extend_with_a_shim() {
    if !needs("macvlan") {
        return;
    }
    fn first(host: &Host) {
        host.netpipe("attach netns:blue nic0 10.0.0.5/24 --host-shim")
            .status(0);
    }
    Plan {
        setup: |host| {
            card(host);
            first(host);
        },
        command: "attach netns:blue nic0 10.0.0.6/24 -i eth1",
        reset: |host| {
            detach(host);
            first(host);
        },
        // Reservation, address, announcement, route, commit.
        least: 5,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

/// Takes away what the host has of it, and changes the rest.
fn damage(host: &Host) {
    host.sh("for name in $(ip -br link | cut -d@ -f1 | grep ^nh); do ip link del $name; done");
    host.sh("nsenter --net=/run/netns/blue ip link set eth1 type macvlan mode vepa");
}

#[test]
fn repair_of_a_shim_and_a_mode() {
    if !needs("macvlan") {
        return;
    }
    Plan {
        setup: |host| {
            card(host);
            host.netpipe("attach netns:blue nic0 10.0.0.5/24 fd00::5/64 --host-shim")
                .status(0);
            damage(host);
        },
        command: "check --repair",
        reset: damage,
        least: 9,
        failed: Failed::Undone,
        collected: Collected::Repeatable,
        stays: None,
    }
    .survives_every_fault();
}

//! Attachments that ask servers: what a fault leaves is given back or asked for again.

use std::cell::RefCell;

use super::{Collected, Failed, Plan};
use crate::dhcp::server::{Talker, dnsmasq, prepare};
use crate::support::Host;

thread_local! {
    /// The server of the test, which ends with its thread.
    static SERVER: RefCell<Option<Talker>> = const { RefCell::new(None) };
}

fn served(host: &Host) {
    let (_, srv) = prepare(host);
    let server = dnsmasq(host, &srv, "--dhcp-range=10.9.0.50,10.9.0.50,120");
    SERVER.set(Some(server));
}

fn detach(host: &Host) {
    host.netpipe("detach netns:blue --all").status(0);
}

#[test]
fn attach_with_a_lease() {
    Plan {
        setup: served,
        command: "attach netns:blue br0 dhcp",
        reset: detach,
        // Reservation, pair and mark, settings, up, question, address, route, announcement,
        // commit.
        least: 8,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn an_attachment_extended_by_a_lease() {
    Plan {
        setup: |host| {
            served(host);
            host.netpipe("attach netns:blue br0 10.8.0.5/24").status(0);
        },
        command: "attach netns:blue br0 dhcp -i eth1",
        reset: |host| {
            detach(host);
            host.netpipe("attach netns:blue br0 10.8.0.5/24").status(0);
        },
        least: 4,
        failed: Failed::Undone,
        collected: Collected::AllOrNone,
        stays: None,
    }
    .survives_every_fault();
}

#[test]
fn detach_of_a_lease() {
    Plan {
        setup: |host| {
            served(host);
            host.netpipe("attach netns:blue br0 dhcp").status(0);
        },
        command: "detach netns:blue",
        reset: |host| {
            host.netpipe("attach netns:blue br0 dhcp").status(0);
        },
        least: 3,
        failed: Failed::Completed,
        collected: Collected::Completed,
        stays: None,
    }
    .survives_every_fault();
}

//! Commands at one card, by whatever name: each waits for the other.

use std::time::Duration;

use netpipe::sys::lock;
use netpipe::sys::signal::Interrupt;

use super::card_scene::scene;
use crate::netns::gc_races::{await_waiting, gc_beside, take};
use crate::support::{Host, Run, needs};

/// Runs a command while the lock of a card is held, until it waits for that; its outcome.
#[track_caller]
fn waits(host: &Host, words: &str, card: &str) -> Run {
    let held = lock::take(&host.state_dir(), "bridge", card, &Interrupt::default()).unwrap();
    let mut child = host.call(words).spawn_piped();
    await_waiting(&mut child, "bridge", card);
    drop(held);
    Run::wait(child, words, Duration::from_secs(60))
}

#[test]
fn the_lock_of_a_vlan_is_its_cards() {
    if !needs("vlan") {
        return;
    }
    let (host, _lan) = scene();
    host.container("blue");
    host.sh("ip link add link nic0 name tenth type vlan id 10 && ip link set tenth up");
    let before = host.snapshot();
    waits(&host, "attach netns:blue tenth 10.0.0.5/24", "nic0").status(0);
    waits(&host, "detach netns:blue", "nic0").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn a_vlan_whose_name_was_cut_stays_for_an_attach_under_way() {
    if !needs("vlan") {
        return;
    }
    let (host, card) = (Host::new(), "enp0s31f6u1u2");
    host.container("blue");
    host.sh(&format!(
        "ip link add {card} type veth peer name far0 && ip link set {card} up"
    ));
    host.netpipe(format!("attach netns:blue {card} none --vlan 10"))
        .status(0);
    let before = host.snapshot();
    // As an attach finds it that has looked, and not written its record yet.
    let pairs = take(&host, &["/attachments/", "/users/"]);
    gc_beside(&host, &pairs, "bridge", card)
        .status(0)
        .stdout("nothing to collect\n");
    before.assert_same(&host.snapshot());
}

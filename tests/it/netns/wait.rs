//! `netpipe wait`, run inside a container.

use std::fs;
use std::process::Child;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::support::{Call, Container, Host, Run};

const SOON: Duration = Duration::from_secs(5);

/// A call in the container as its entry point would make it: no privilege, no store.
fn wait<'a>(container: &'a Container, args: &str) -> Call<'a> {
    let program = env!("CARGO_BIN_EXE_netpipe");
    Call::new(container.place(), program, format!("wait {args}"))
        .user(65534)
        .env("NETPIPE_STATE_DIR", "/nonexistent")
}

/// The subscriptions to link events in the container, as the kernel lists them: the
/// number of messages that each has lost.
fn subscriptions(container: &Container) -> Vec<u32> {
    let table = container
        .place()
        .run(|| fs::read_to_string("/proc/thread-self/net/netlink").unwrap());
    let rows = table.lines().map(|line| line.split_whitespace().collect());
    // sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode
    rows.filter(|row: &Vec<&str>| row[1] == "0")
        .filter(|row| u32::from_str_radix(row[3], 16).is_ok_and(|groups| groups & 1 != 0))
        .map(|row| row[8].parse().unwrap())
        .collect()
}

/// Starts the call and returns once it is subscribed.
fn started(container: &Container, args: &str) -> Child {
    let child = wait(container, args).spawn_piped();
    let late = Instant::now() + SOON;
    while subscriptions(container).is_empty() {
        assert!(Instant::now() < late, "no subscription within {SOON:?}");
        std::thread::yield_now();
    }
    child
}

fn send(child: &Child, signal: Signal) {
    kill(Pid::from_raw(child.id().cast_signed()), signal).unwrap();
}

#[test]
fn it_returns_once_the_container_is_attached() {
    let host = Host::new();
    let blue = host.container("blue");
    let child = started(&blue, "");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    Run::wait(child, "wait", SOON)
        .status(0)
        .stdout("")
        .stderr("");
    wait(&blue, "-i eth1 --json").run().status(0).json();
}

#[test]
fn it_waits_for_the_carrier_of_the_interface_named() {
    let host = Host::new();
    let blue = host.container("blue");
    blue.sh("ip link add lan0 type veth peer name far0");
    wait(&blue, "--ifname lan0 --timeout 0")
        .run()
        .status(1)
        .stderr("error: `lan0` is not ready: it is down\nhint: set it up: ip link set lan0 up\n");
    blue.sh("ip link set lan0 up");
    wait(&blue, "--ifname lan0 --timeout 0")
        .run()
        .status(1)
        .stderr_has("it has no carrier");
    let child = started(&blue, "--ifname lan0");
    blue.sh("ip link set far0 up");
    Run::wait(child, "wait", SOON).status(0);
}

#[test]
fn it_gives_up_when_the_time_is_over() {
    let host = Host::new();
    let blue = host.container("blue");
    let begin = Instant::now();
    wait(&blue, "--timeout 1")
        .run()
        .status(1)
        .stderr_has("error: `eth1` was not ready within 1 s: there is no such interface\nhint: ");
    assert!(begin.elapsed() >= Duration::from_secs(1));
    wait(&blue, "--timeout -1").run().status(2);
    wait(&blue, "-i not/a/name").run().status(2);
}

#[test]
fn signals_end_it_with_their_status() {
    let host = Host::new();
    let blue = host.container("blue");
    for (signal, status) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143)] {
        let child = started(&blue, "");
        send(&child, signal);
        Run::wait(child, "wait", SOON).status(status);
    }
}

#[test]
fn lost_events_do_not_matter() {
    let host = Host::new();
    let blue = host.container("blue");
    let child = started(&blue, "");
    send(&child, Signal::SIGSTOP);
    let noise = "link set lo mtu 1500\nlink set lo mtu 1600\n".repeat(500);
    let file = host.directory().join("noise");
    fs::write(&file, noise).unwrap();
    blue.sh(&format!("ip -batch {}", file.display()));
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    let lost = subscriptions(&blue);
    assert!(lost.iter().any(|drops| *drops > 0), "{lost:?}");
    send(&child, Signal::SIGCONT);
    Run::wait(child, "wait", SOON).status(0).stderr("");
}

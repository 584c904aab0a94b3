//! A host of the test's own: a network namespace, programs run in it, Docker's chains.

use std::fs::{self, File};
use std::os::fd::AsRawFd;
use std::process::{Command, Output, Stdio};
use std::thread;

use netpipe::error::Result;
use netpipe::sys::firewall::{self, Backend, Bridge, BridgeRule, Chain, Family, Table};
use netpipe::sys::link::NfCall;
use nix::sched::{CloneFlags, setns, unshare};

/// Runs a test as root of a new network namespace, on a thread of its own: the thread's
/// end is the namespace's.
pub fn on_a_new_host(test: impl FnOnce() + Send) {
    thread::scope(|scope| {
        let host = scope.spawn(|| {
            unshare(CloneFlags::CLONE_NEWNET).expect("these tests need root");
            sh("ip link set lo up");
            test();
        });
        if let Err(panic) = host.join() {
            std::panic::resume_unwind(panic);
        }
    });
}

/// The calling thread's network namespace, held open.
pub fn this_namespace() -> File {
    File::open("/proc/thread-self/ns/net").unwrap()
}

/// Runs `work` on a new thread inside a namespace.
pub fn inside<T: Send>(namespace: &File, work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let thread = scope.spawn(|| {
            setns(namespace, CloneFlags::CLONE_NEWNET).unwrap();
            work()
        });
        thread.join().unwrap()
    })
}

/// Runs a command of plain words in the calling thread's namespace.
pub fn try_sh(line: &str) -> Output {
    let mut words = line.split_whitespace();
    let program = words.next().unwrap();
    Command::new(program)
        .args(words)
        .stdin(Stdio::null())
        .env("LC_ALL", "C")
        .output()
        .unwrap_or_else(|error| panic!("cannot run `{line}`: {error}"))
}

/// The same, of a command that must succeed; returns what it printed, both streams.
pub fn sh(line: &str) -> String {
    let output = try_sh(line);
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(
        output.status.success(),
        "`{line}` failed: {}",
        text.concat()
    );
    text.concat()
}

/// A netns that is a container: `eth0` wired to `bridge`, both families' addresses.
pub struct Container(File);

impl Container {
    pub fn new(bridge: &str, number: u8) -> Self {
        let namespace = thread::scope(|scope| {
            let made = scope.spawn(|| {
                unshare(CloneFlags::CLONE_NEWNET).unwrap();
                this_namespace()
            });
            made.join().unwrap()
        });
        let path = format!("/proc/{}/fd/{}", std::process::id(), namespace.as_raw_fd());
        sh(&format!("ip link add v{number} type veth peer name eth0"));
        sh(&format!("ip link set eth0 netns {path}"));
        sh(&format!("ip link set v{number} master {bridge} up"));
        inside(&namespace, || {
            sh(&format!("ip addr add 10.9.0.{number}/24 dev eth0"));
            sh(&format!("ip -6 addr add fd09::{number}/64 dev eth0 nodad"));
            sh("ip link set eth0 up");
        });
        Self(namespace)
    }

    /// Whether an echo request comes back: tried for 3 s if it should, for 0.3 s if not.
    pub fn reaches(&self, family: Family, number: u8, expected: bool) -> bool {
        let peer = match family {
            Family::V4 => format!("10.9.0.{number}"),
            Family::V6 => format!("fd09::{number}"),
        };
        let patience = if expected { "-i 0.05 -w 3" } else { "-W 0.3" };
        inside(&self.0, || {
            try_sh(&format!("ping -n -q -c 1 {patience} {peer}"))
                .status
                .success()
        })
    }
}

/// Whether br_netfilter hands bridged packets to the family's filter, in this namespace.
pub fn set_bridge_netfilter(on: bool) {
    for name in ["bridge-nf-call-iptables", "bridge-nf-call-ip6tables"] {
        let value = if on { "1" } else { "0" };
        fs::write(format!("/proc/sys/net/bridge/{name}"), value).unwrap();
    }
}

/// Both families' programs of one flavour.
pub fn programs(backend: Backend) -> [&'static str; 2] {
    match backend {
        Backend::Nft => ["iptables-nft", "ip6tables-nft"],
        Backend::Legacy => ["iptables-legacy", "ip6tables-legacy"],
    }
}

/// Sets up the chains as dockerd 28 leaves them.
pub fn docker_chains(backend: Backend) {
    set_bridge_netfilter(true);
    for program in programs(backend) {
        for args in [
            "-N DOCKER-USER",
            "-A DOCKER-USER -j RETURN",
            "-N DOCKER-FORWARD",
            "-A DOCKER-FORWARD -i docker0 -j ACCEPT",
            "-A FORWARD -j DOCKER-USER",
            "-A FORWARD -j DOCKER-FORWARD",
            "-P FORWARD DROP",
        ] {
            sh(&format!("{program} -w 10 {args}"));
        }
    }
}

/// The rules of every table and family as both flavours of programs save them, without
/// counters and dates.
pub fn saved_rules() -> String {
    let mut text = sh("nft list ruleset");
    for program in ["iptables-nft-save", "ip6tables-nft-save"] {
        text += &sh(program);
    }
    let kept = text.lines().filter(|line| !line.starts_with("# "));
    let mut out = String::new();
    for line in kept {
        let line = line.split_once(" [").map_or(line, |(chain, _)| chain);
        let words: Vec<_> = line.split(' ').collect();
        let counter = words
            .windows(4)
            .position(|w| w[0] == "packets" && w[2] == "bytes");
        let words = words.iter().enumerate();
        let plain = words.filter(|(at, _)| counter.is_none_or(|c| !(c..c + 4).contains(at)));
        out += &plain.map(|(_, word)| *word).collect::<Vec<_>>().join(" ");
        out.push('\n');
    }
    out
}

/// A rule as netpipe would make it.
pub fn rule(family: Family, backend: Backend, chain: Chain, bridge: &str) -> BridgeRule {
    let bridge = Bridge::new(bridge).unwrap();
    BridgeRule {
        family,
        backend,
        table: Table::Filter,
        chain,
        bridge,
    }
}

/// What a bridge needs that asks for nothing itself.
pub fn needed(bridge: &str) -> Result<Vec<BridgeRule>> {
    firewall::needed(bridge, NfCall::default())
}

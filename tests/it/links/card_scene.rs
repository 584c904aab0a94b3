//! Packets between namespaces, and who sees them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::support::{Container, Host, Namespaces};

/// How much is sent: enough to catch faults of MTU and checksum, in bytes.
const AMOUNT: usize = 10 << 20;

/// A host with a card `nic0`, whose wire ends in a container `lan` as 10.0.0.1/24 and
/// fd00::1/64 on `eth0`.
pub fn scene() -> (Host, Container) {
    let host = Host::new();
    let lan = host.container("lan");
    host.sh(&format!(
        "ip link add nic0 address 02:00:00:00:00:10 type veth peer name eth0 \
         address 02:00:00:00:00:01 netns {} && ip link set nic0 up",
        lan.path()
    ));
    lan.sh(
        "ip address add 10.0.0.1/24 dev eth0 && ip address add fd00::1/64 dev eth0 nodad && \
         ip link set eth0 up",
    );
    (host, lan)
}

/// Claims that each reaches the other, and that much goes through either way.
#[track_caller]
pub fn carries(one: (&Container, &str), other: (&Container, &str)) {
    assert!(one.0.comes_to_reach(other.1), "{} is not reached", other.1);
    assert!(other.0.comes_to_reach(one.1), "{} is not reached", one.1);
    transfer(one.0.place(), other.0.place(), other.1);
    transfer(other.0.place(), one.0.place(), one.1);
}

/// Sends much from one namespace to an address of another, and claims that it arrives.
#[track_caller]
pub fn transfer(from: &Namespaces, to: &Namespaces, address: &str) {
    let ip: IpAddr = address.parse().unwrap();
    let listener = to.run(|| TcpListener::bind((ip, 0))).unwrap();
    let end: SocketAddr = listener.local_addr().unwrap();
    // A socket stays in the namespace that it was made in.
    let patience = Duration::from_secs(20);
    let mut sender = from
        .run(|| TcpStream::connect_timeout(&end, patience))
        .unwrap();
    let (mut receiver, _) = listener.accept().unwrap();
    receiver.set_read_timeout(Some(patience)).unwrap();
    sender.set_write_timeout(Some(patience)).unwrap();
    let sent: Vec<u8> = (0..AMOUNT).map(|n| (n / 3 % 251) as u8).collect();
    let mut received = Vec::with_capacity(AMOUNT);
    thread::scope(|scope| {
        scope.spawn(|| {
            sender.write_all(&sent).unwrap();
            drop(sender);
        });
        receiver.read_to_end(&mut received).unwrap();
    });
    assert!(received == sent, "{} of {AMOUNT} bytes", received.len());
}

/// A tcpdump in a container, ended with the test.
pub struct Capture {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Capture {
    /// Starts to listen, and returns when it does.
    pub fn start(container: &Container, dev: &str) -> Self {
        let mut command = Command::new("tcpdump");
        command
            .args(["-i", dev, "-n", "-e", "-t", "-l", "--immediate-mode"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = container.place().run(move || command.spawn()).unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
        let listens = said.any(|line| line.unwrap().starts_with("listening on"));
        assert!(listens, "tcpdump does not listen");
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// All frames up to the first that has this piece.
    pub fn until(mut self, piece: &str) -> Vec<String> {
        let mut seen = Vec::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.lines.read_line(&mut line).unwrap(), 0, "{seen:?}");
            if line.contains(piece) {
                return seen;
            }
            seen.push(line);
        }
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

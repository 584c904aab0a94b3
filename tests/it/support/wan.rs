//! Hosts in different networks, joined by a router: what tunnels go over.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use super::{Args, Container, Host, Run};

/// Long enough for an emulated machine.
const PATIENCE: Duration = Duration::from_secs(50);

/// A router, and hosts that have a network each behind it: host N is 192.0.N.2 and
/// fd00:N::2, on its link `up0`.
pub struct Wan {
    router: Host,
    /// The hosts; the first is host 1.
    pub hosts: Vec<Site>,
}

/// One host with a name of its own.
pub struct Site {
    /// The host.
    pub host: Host,
    number: usize,
}

impl Wan {
    /// So many hosts, whose links have that MTU.
    pub fn new(hosts: usize, mtu: u32) -> Self {
        let router = Host::new();
        router.sh("echo 1 > /proc/sys/net/ipv4/ip_forward && \
             echo 1 > /proc/sys/net/ipv6/conf/all/forwarding");
        let hosts = (1..=hosts).map(|number| join(&router, number, mtu));
        let hosts = hosts.collect();
        Self { router, hosts }
    }

    /// Runs a shell command on the router.
    #[track_caller]
    pub fn router(&self, command: &str) -> String {
        self.router.sh(command)
    }
}

fn join(router: &Host, number: usize, mtu: u32) -> Site {
    let host = Host::new();
    router.sh(&format!(
        "ip link add to{number} mtu {mtu} type veth peer name up0 mtu {mtu} netns {} && \
         ip address add 192.0.{number}.1/24 dev to{number} && \
         ip -6 address add fd00:{number}::1/64 dev to{number} nodad && \
         ip link set to{number} up",
        host.place().path()
    ));
    host.sh(&format!(
        "ip address add 192.0.{number}.2/24 dev up0 && \
         ip -6 address add fd00:{number}::2/64 dev up0 nodad && ip link set up0 up && \
         ip route add default via 192.0.{number}.1 && \
         ip -6 route add default via fd00:{number}::1"
    ));
    Site { host, number }
}

impl Site {
    /// Runs netpipe on this host.
    #[track_caller]
    pub fn netpipe(&self, args: impl Args) -> Run {
        let name = format!("h{}", self.number);
        self.host.call(args).env("NETPIPE_HOST", name).run()
    }

    /// Its address in the underlay.
    pub fn ip(&self, over_ipv6: bool) -> String {
        match over_ipv6 {
            true => format!("fd00:{}::2", self.number),
            false => format!("192.0.{}.2", self.number),
        }
    }

    /// The options that lead a tunnel from here to another host.
    pub fn ends(&self, other: &Self, over_ipv6: bool) -> String {
        let (local, remote) = (self.ip(over_ipv6), other.ip(over_ipv6));
        format!("--local {local} --remote {remote}")
    }
}

/// Claims that packets of just this size pass from one to the other and back, and that no
/// larger one is sent in one piece.
#[track_caller]
pub fn fits(from: &Container, address: &str, mtu: u32) {
    // The headers of IP and ICMP.
    let headers = if address.contains(':') { 48 } else { 28 };
    let ping = |size: u32| {
        from.try_sh(&format!(
            "ping -n -q -c 3 -i 0.3 -W 3 -M do -s {size} {address}"
        ))
    };
    let run = ping(mtu - headers);
    assert_eq!(run.code(), Some(0), "{mtu} bytes to {address}: {run:?}");
    assert!(ping(mtu - headers + 1).code() != Some(0));
    let link = from.sh(&format!(
        "ip -o link show $(ip route get {address} | sed 's/.* dev //;s/ .*//;q')"
    ));
    assert!(link.contains(&format!("mtu {mtu} ")), "{link}");
}

/// Sends 10 MB over TCP, which a wrong MTU or checksum stalls.
#[track_caller]
pub fn transfers(from: &Container, to: &Container, address: &str) {
    const BYTES: usize = 10_000_000;
    let ip = address.parse().unwrap();
    let listener = to
        .place()
        .run(|| TcpListener::bind(SocketAddr::new(ip, 0)))
        .unwrap();
    let port = listener.local_addr().unwrap().port();
    let receiver = thread::spawn(move || {
        let (mut stream, _) = listener.accept()?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut block = vec![0; 1 << 16];
        let (mut count, mut wrong) = (0, 0);
        loop {
            match stream.read(&mut block)? {
                0 => return Ok::<_, std::io::Error>((count, wrong)),
                size => {
                    wrong += block[..size].iter().filter(|byte| **byte != 0x5a).count();
                    count += size;
                }
            }
        }
    });
    let sent = from.place().run(|| {
        let mut stream = TcpStream::connect_timeout(&SocketAddr::new(ip, port), PATIENCE)?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.write_all(&vec![0x5a; BYTES])
    });
    sent.unwrap_or_else(|error| panic!("to {address}: {error}"));
    assert_eq!(
        receiver.join().unwrap().unwrap(),
        (BYTES, 0),
        "to {address}"
    );
}

/// Claims that two containers reach each other both ways, with packets as large as their
/// links take, and 10 MB of TCP both ways.
#[track_caller]
pub fn talk(one: (&Container, &str), other: (&Container, &str), mtu: u32) {
    for ((from, _), (to, address)) in [(one, other), (other, one)] {
        // The first packet may wait for an answer to ARP through a bridge that learns.
        from.sh(&format!("ping -n -q -c 5 -i 0.3 -W 3 {address}"));
        fits(from, address, mtu);
        transfers(from, to, address);
    }
}

//! Frames seen and sent, and bytes carried, to prove what a link does.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, recv, setsockopt, socket, sockopt,
};
use nix::sys::time::{TimeVal, TimeValLike};

use crate::support::Container;

/// A hardware address.
pub type Mac = [u8; 6];

/// What a container has seen on its links.
#[derive(Debug, Default)]
pub struct Seen {
    /// How many frames came or went, by the sender's MAC.
    pub senders: BTreeMap<Mac, usize>,
    /// How many of them were of ARP.
    pub arps: BTreeMap<Mac, usize>,
    /// The marks of the frames that [`send`] made.
    pub marks: BTreeSet<u8>,
}

/// Every frame of a container, of links to come too, until it is stopped.
pub struct Sniffer {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Seen>,
}

/// Stands in front of the mark in a frame's payload.
const MARK: &[u8] = b"netpipe-frame-";

impl Sniffer {
    /// Sees from now on.
    pub fn start(container: &Container) -> Self {
        let socket = container.place().run(|| {
            let kind = (AddressFamily::Packet, SockType::Raw, SockFlag::SOCK_CLOEXEC);
            socket(kind.0, kind.1, kind.2, SockProtocol::EthAll).unwrap()
        });
        // Not one frame may be lost while megabytes pass.
        setsockopt(&socket, sockopt::RcvBufForce, &(128 << 20)).unwrap();
        setsockopt(
            &socket,
            sockopt::ReceiveTimeout,
            &TimeVal::milliseconds(100),
        )
        .unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || see(&socket, &stopped));
        Self { stop, thread }
    }

    /// What it has seen until now.
    pub fn stop(self) -> Seen {
        self.stop.store(true, Ordering::SeqCst);
        self.thread.join().unwrap()
    }
}

fn see(socket: &OwnedFd, stopped: &AtomicBool) -> Seen {
    let mut seen = Seen::default();
    let mut buffer = vec![0; 1 << 17];
    loop {
        // Read before the socket is: what came before the stop is in it then.
        let last = stopped.load(Ordering::SeqCst);
        match recv(socket.as_raw_fd(), &mut buffer, MsgFlags::MSG_TRUNC) {
            Ok(size) => seen.note(&buffer[..size.min(buffer.len())]),
            Err(nix::errno::Errno::EAGAIN) if last => return seen,
            Err(nix::errno::Errno::EAGAIN | nix::errno::Errno::EINTR) => {}
            Err(error) => panic!("cannot read frames: {error}"),
        }
    }
}

impl Seen {
    fn note(&mut self, frame: &[u8]) {
        let Some(sender) = frame.get(6..12) else {
            return;
        };
        let sender: Mac = sender.try_into().unwrap();
        *self.senders.entry(sender).or_default() += 1;
        if frame.get(12..14) == Some(&[0x08, 0x06]) {
            *self.arps.entry(sender).or_default() += 1;
        }
        // Behind at most two tags and the type.
        let found = frame.windows(MARK.len()).take(32).position(|at| at == MARK);
        let mark = found.and_then(|at| frame.get(at + MARK.len()));
        self.marks.extend(mark);
    }
}

/// A frame to everybody.
pub const BROADCAST: Mac = [0xff; 6];

/// Sends one frame from a container's interface: to `to`, with these tags (type and VLAN),
/// and a mark to know it by.
pub fn send(container: &Container, ifname: &str, to: Mac, tags: &[(u16, u16)], mark: u8) {
    let mut frame = to.to_vec();
    frame.extend(mac(container, ifname));
    for (kind, id) in tags {
        frame.extend(kind.to_be_bytes());
        frame.extend(id.to_be_bytes());
    }
    // For experiments (IEEE 802, table of EtherTypes).
    frame.extend([0x88, 0xb5]);
    frame.extend(MARK);
    frame.push(mark);
    frame.resize(80, 0);
    container.place().run(|| {
        let kind = (AddressFamily::Packet, SockType::Raw, SockFlag::SOCK_CLOEXEC);
        let socket = socket(kind.0, kind.1, kind.2, None).unwrap();
        let index = nix::net::if_::if_nametoindex(ifname).unwrap();
        let address = libc::sockaddr_ll {
            sll_family: libc::AF_PACKET as u16,
            sll_protocol: 0,
            sll_ifindex: index.cast_signed(),
            sll_hatype: 0,
            sll_pkttype: 0,
            sll_halen: 0,
            sll_addr: [0; 8],
        };
        // SAFETY: the frame and the address are live for the call, with their true lengths.
        #[allow(unsafe_code)]
        let sent = unsafe {
            libc::sendto(
                socket.as_raw_fd(),
                frame.as_ptr().cast(),
                frame.len(),
                0,
                (&raw const address).cast(),
                size_of::<libc::sockaddr_ll>() as libc::socklen_t,
            )
        };
        assert_eq!(sent, frame.len() as isize);
    });
}

/// The MAC of a container's interface.
pub fn mac(container: &Container, ifname: &str) -> Mac {
    // Not from /sys, which shows the interfaces of the namespace that it was mounted in.
    let text = container.sh(&format!("ip -br link show {ifname} | awk '{{print $3}}'"));
    parse_mac(text.trim())
}

/// A MAC from its text.
pub fn parse_mac(text: &str) -> Mac {
    let bytes: Vec<u8> = text
        .split(':')
        .map(|byte| u8::from_str_radix(byte, 16).unwrap())
        .collect();
    bytes.try_into().unwrap()
}

/// Carries so many bytes by TCP from one container to another that MTU and checksum faults
/// show, and sees each of them arrive.
pub fn transfer(from: &Container, to: &Container, address: &str) {
    const SIZE: usize = 10 << 20;
    const LONGEST: Duration = Duration::from_secs(50);
    let address: IpAddr = address.parse().unwrap();
    let listener = to
        .place()
        .run(|| TcpListener::bind(SocketAddr::new(address, 0)).unwrap());
    let port = listener.local_addr().unwrap().port();
    thread::scope(|scope| {
        scope.spawn(|| {
            let (mut stream, _) = listener.accept().unwrap();
            stream.set_read_timeout(Some(LONGEST)).unwrap();
            let mut bytes = Vec::with_capacity(SIZE);
            stream.read_to_end(&mut bytes).unwrap();
            assert_eq!(bytes.len(), SIZE);
            assert!(bytes.iter().enumerate().all(|(at, byte)| *byte == at as u8));
        });
        let to = SocketAddr::new(address, port);
        let mut stream = from
            .place()
            .run(|| TcpStream::connect_timeout(&to, LONGEST).unwrap());
        stream.set_write_timeout(Some(LONGEST)).unwrap();
        let bytes: Vec<u8> = (0..SIZE).map(|at| at as u8).collect();
        stream.write_all(&bytes).unwrap();
    });
}

//! Asking neighbours whether they are there: ARP requests (RFC 826) and neighbour
//! solicitations (RFC 4861 section 7.2) of netpipe's own, so that the kernel's neighbour
//! table, which others use, stays as it is.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use etherparse::{ArpHardwareId, ArpOperation, ArpPacket, EtherType, Icmpv6Type, PacketBuilder};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::netlink::KernelResult;
use super::signal::Interrupt;
use crate::error::{Context, Error, Result};
use crate::spec::Mac;

/// How long an answer is waited for before the question is asked again: half of what the
/// kernel waits (`RETRANS_TIMER` in RFC 4861 section 10).
const AGAIN: Duration = Duration::from_millis(500);

/// How many frames are read before the time and the signals are looked at again: others may
/// send faster than they are read.
const MOST_AT_ONCE: u32 = 256;

/// Who is asked for, and in whose name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// The neighbour.
    pub neighbour: IpAddr,
    /// The address of this host that it answers to.
    pub source: IpAddr,
}

/// Who answered.
#[derive(Debug, Default)]
pub struct Answers {
    /// The neighbours that did.
    pub from: Vec<IpAddr>,
    /// The sockets that were used. To close one takes an RCU grace period, some 15 ms
    /// (`packet_release` in net/packet/af_packet.c), so whoever gets them decides when.
    pub spent: Vec<OwnedFd>,
}

/// Asks by the interface of that index, until all have answered or the time has come.
/// Nothing of the system is changed.
///
/// # Errors
/// What socket(2) or sendto(2) said, or the signal that arrived.
pub fn ask(
    (link, mac): (u32, Mac),
    questions: &[Question],
    end: Instant,
    interrupt: &Interrupt,
) -> Result<Answers> {
    let cannot = || "cannot ask the neighbours".to_owned();
    let mut answers = Answers::default();
    for family in [libc::ETH_P_ARP, libc::ETH_P_IPV6] {
        let asked = |q: &&Question| q.neighbour.is_ipv4() == (family == libc::ETH_P_ARP);
        if questions.iter().any(|q| asked(&q)) {
            let socket = match family {
                libc::ETH_P_IPV6 => packet_socket(link, family, Some(&mut only_advertisements())),
                _ => packet_socket(link, family, None),
            };
            answers.spent.push(socket.or_failed(cannot)?);
        }
    }
    let mut again = Instant::now();
    while let Some(left) = unanswered(questions, &answers.from) {
        interrupt.check()?;
        let now = Instant::now();
        if now >= end {
            break;
        }
        if now >= again {
            for question in left {
                let frame = question.frame(mac);
                // Any of the sockets can send any frame.
                send(&answers.spent[0], link, &frame).or_failed(cannot)?;
            }
            again = now + AGAIN;
        }
        wait(&answers.spent, interrupt, again.min(end))?;
        for socket in &answers.spent {
            for _ in 0..MOST_AT_ONCE {
                let Some(ip) = receive(socket).or_failed(cannot)? else {
                    break;
                };
                let asked = questions.iter().any(|q| Some(q.neighbour) == ip);
                // Many an answer may come to one question.
                let fresh = ip.filter(|ip| asked && !answers.from.contains(ip));
                answers.from.extend(fresh);
            }
        }
    }
    answers.from.sort();
    Ok(answers)
}

/// Those that have not answered; none if there are no such.
fn unanswered(questions: &[Question], answered: &[IpAddr]) -> Option<Vec<Question>> {
    let waits = |q: &&Question| !answered.contains(&q.neighbour);
    let left: Vec<_> = questions.iter().filter(waits).copied().collect();
    (!left.is_empty()).then_some(left)
}

/// Sleeps until a frame or a signal arrives, or the time has come.
fn wait(sockets: &[OwnedFd], interrupt: &Interrupt, end: Instant) -> Result<()> {
    let mut watched: Vec<_> = sockets
        .iter()
        .map(|socket| PollFd::new(socket.as_fd(), PollFlags::POLLIN))
        .collect();
    if let Some(stream) = interrupt.stream() {
        watched.push(PollFd::new(stream.as_fd(), PollFlags::POLLIN));
    }
    let left = end.saturating_duration_since(Instant::now()) + Duration::from_millis(1);
    let timeout = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
    match poll(&mut watched, timeout) {
        Ok(_) | Err(Errno::EINTR) => interrupt.check(),
        Err(errno) => Err(Error::failed("cannot wait for neighbours").because(errno)),
    }
}

/// A socket that gets the frames of that protocol which pass the interface, of them those that
/// the filter lets through: a busy link would fill it with others.
pub(super) fn packet_socket(
    link: u32,
    protocol: i32,
    filter: Option<&mut [libc::sock_filter]>,
) -> KernelResult<OwnedFd> {
    let kind = libc::SOCK_RAW | libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
    // SAFETY: socket(2) takes no pointers.
    #[allow(unsafe_code)]
    let fd = unsafe { libc::socket(libc::AF_PACKET, kind, 0) };
    if fd < 0 {
        return Err(Errno::last().into());
    }
    let socket = super::netns::own(fd);
    if let Some(steps) = filter {
        attach(&socket, steps)?;
    }
    let address = address(link, protocol);
    // SAFETY: the address is live for the call, with its true length.
    #[allow(unsafe_code)]
    let status = unsafe {
        let length = size_of::<libc::sockaddr_ll>() as libc::socklen_t;
        libc::bind(socket.as_raw_fd(), (&raw const address).cast(), length)
    };
    match status {
        0 => Ok(socket),
        _ => Err(Errno::last().into()),
    }
}

fn address(link: u32, protocol: i32) -> libc::sockaddr_ll {
    libc::sockaddr_ll {
        sll_family: libc::AF_PACKET as u16,
        sll_protocol: (protocol as u16).to_be(),
        sll_ifindex: link.cast_signed(),
        sll_hatype: 0,
        sll_pkttype: 0,
        sll_halen: 0,
        sll_addr: [0; 8],
    }
}

/// A filter of the kernel's (linux/filter.h): next header ICMPv6, type 136.
fn only_advertisements() -> [libc::sock_filter; 6] {
    const LOAD_BYTE: u16 = 0x30;
    const JUMP_IF_EQUAL: u16 = 0x15;
    const RETURN: u16 = 0x06;
    let step = |code, jt, jf, k| libc::sock_filter { code, jt, jf, k };
    [
        step(LOAD_BYTE, 0, 0, NEXT_HEADER as u32),
        step(JUMP_IF_EQUAL, 0, 3, ICMPV6.into()),
        step(LOAD_BYTE, 0, 0, ICMPV6_TYPE as u32),
        step(JUMP_IF_EQUAL, 0, 1, ADVERTISEMENT.into()),
        step(RETURN, 0, 0, u32::MAX),
        step(RETURN, 0, 0, 0),
    ]
}

fn attach(socket: &OwnedFd, steps: &mut [libc::sock_filter]) -> KernelResult<()> {
    let program = libc::sock_fprog {
        len: steps.len() as u16,
        filter: steps.as_mut_ptr(),
    };
    // SAFETY: the kernel copies the program, which is live for the call.
    #[allow(unsafe_code)]
    let status = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_ATTACH_FILTER,
            (&raw const program).cast(),
            size_of::<libc::sock_fprog>() as libc::socklen_t,
        )
    };
    match status {
        0 => Ok(()),
        _ => Err(Errno::last().into()),
    }
}

fn send(socket: &OwnedFd, link: u32, frame: &[u8]) -> KernelResult<()> {
    let address = address(link, 0);
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
    match Errno::result(sent) {
        // A link that is down or full now may not be when the question is asked again.
        Ok(_) | Err(Errno::ENETDOWN | Errno::ENOBUFS | Errno::EAGAIN) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}

/// Who sent the next frame, if it is an answer; none if there is no frame.
fn receive(socket: &OwnedFd) -> KernelResult<Option<Option<IpAddr>>> {
    let mut frame = [0; 128];
    match nix::unistd::read(socket, &mut frame) {
        Ok(length) => Ok(Some(frame.get(..length).and_then(sender))),
        Err(Errno::EAGAIN | Errno::EINTR | Errno::ENETDOWN) => Ok(None),
        Err(errno) => Err(errno.into()),
    }
}

const ETHER_TYPE: usize = 12;
const NEXT_HEADER: usize = 20;
const ICMPV6: u8 = 58;
const ICMPV6_TYPE: usize = 54;
const ADVERTISEMENT: u8 = 136;

/// Whose answer a frame is: the sender of an ARP reply, the target of an advertisement.
fn sender(frame: &[u8]) -> Option<IpAddr> {
    let bytes = |at: usize, length: usize| frame.get(at..at + length);
    match bytes(ETHER_TYPE, 2)? {
        [8, 6] => {
            let ip: [u8; 4] = bytes(28, 4)?.try_into().ok()?;
            (bytes(20, 2)? == [0, 2]).then(|| ip.into())
        }
        [0x86, 0xdd] => {
            let ip: [u8; 16] = bytes(62, 16)?.try_into().ok()?;
            let is = frame.get(NEXT_HEADER) == Some(&ICMPV6)
                && frame.get(ICMPV6_TYPE) == Some(&ADVERTISEMENT);
            is.then(|| ip.into())
        }
        _ => None,
    }
}

impl Question {
    fn frame(&self, mac: Mac) -> Vec<u8> {
        match (self.neighbour, self.source) {
            (IpAddr::V4(neighbour), IpAddr::V4(source)) => request(mac, neighbour, source),
            (IpAddr::V6(neighbour), IpAddr::V6(source)) => solicitation(mac, neighbour, source),
            // Nobody answers to another family's address.
            _ => Vec::new(),
        }
    }
}

fn request(mac: Mac, neighbour: Ipv4Addr, source: Ipv4Addr) -> Vec<u8> {
    let body = ArpPacket::new(
        ArpHardwareId::ETHERNET,
        EtherType::IPV4,
        ArpOperation::REQUEST,
        &mac.0,
        &source.octets(),
        &[0; 6],
        &neighbour.octets(),
    );
    let mut frame = Vec::with_capacity(60);
    if let Ok(body) = body {
        // Writing into a vector cannot fail.
        let _ = PacketBuilder::ethernet2(mac.0, [0xff; 6])
            .arp(body)
            .write(&mut frame);
    }
    frame.resize(frame.len().max(60), 0);
    frame
}

/// To the neighbour's solicited-node group (RFC 4291 section 2.7.1), with the sender's
/// link-layer address (option 1).
fn solicitation(mac: Mac, neighbour: Ipv6Addr, source: Ipv6Addr) -> Vec<u8> {
    let [.., a, b, c] = neighbour.octets();
    let group = [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, a, b, c];
    let mut body = Vec::with_capacity(24);
    body.extend(neighbour.octets());
    body.extend([1, 1]);
    body.extend(mac.0);
    let mut frame = Vec::with_capacity(86);
    // The hop limit of 255 proves to receivers that no router forwarded it.
    let _ = PacketBuilder::ethernet2(mac.0, [0x33, 0x33, 0xff, a, b, c])
        .ipv6(source.octets(), group, 255)
        .icmpv6(Icmpv6Type::NeighborSolicitation)
        .write(&mut frame, &body);
    frame
}

#[cfg(test)]
mod tests {
    use super::{Question, sender};
    use crate::spec::Mac;

    #[test]
    fn a_question_is_no_answer_and_what_is_cut_off_none() {
        for (neighbour, source) in [("10.0.0.1", "10.0.0.2"), ("fd00::1", "fd00::2")] {
            let question = Question {
                neighbour: neighbour.parse().unwrap(),
                source: source.parse().unwrap(),
            };
            let mut frame = question.frame(Mac([2, 0, 0, 0, 0, 1]));
            assert!(frame.len() >= 60);
            assert_eq!(sender(&frame), None);
            let kind = if question.source.is_ipv4() {
                (21, 2)
            } else {
                (54, 136)
            };
            frame[kind.0] = kind.1;
            let who = if question.source.is_ipv4() {
                source
            } else {
                neighbour
            };
            assert_eq!(sender(&frame), Some(who.parse().unwrap()));
            assert_eq!(sender(&frame[..frame.len() / 2]), None);
        }
    }
}

//! Watching a link's DHCPv4 messages. The client library takes no refusal (DHCPNAK) but to
//! its first request, and says nothing of answers that it cannot use; both are seen here.

use std::net::Ipv4Addr;
use std::os::fd::OwnedFd;

use etherparse::{SlicedPacket, TransportSlice};
use nix::errno::Errno;
use tokio::io::unix::AsyncFd;

use super::neighbour::packet_socket;
use super::netlink::KernelResult;

/// The parts of a message that matter here (RFC 2131 section 2).
#[derive(Debug, Clone, PartialEq, Eq)]
struct Message {
    is_reply: bool,
    xid: u32,
    /// Option 53: 2 offer, 3 request, 5 ack, 6 nak.
    kind: u8,
    yiaddr: Ipv4Addr,
    server: Option<Ipv4Addr>,
    lease: Option<u32>,
    times: (Option<u32>, Option<u32>),
    text: Option<String>,
}

const OFFER: u8 = 2;
const ACK: u8 = 5;
const NAK: u8 = 6;

/// What was seen of a server's answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Why the last answer was of no use.
    pub last: Option<String>,
}

/// A socket that gets what DHCPv4 clients and servers send by a link, both ways.
pub struct Tap {
    socket: AsyncFd<OwnedFd>,
    own: Vec<u32>,
    /// What was seen so far.
    pub seen: Seen,
}

impl Tap {
    /// Watches the link of that index in the calling thread's namespace, within a runtime.
    ///
    /// # Errors
    /// What socket(2), setsockopt(2) or bind(2) said.
    pub fn open(link: u32) -> KernelResult<Self> {
        let socket = packet_socket(link, libc::ETH_P_ALL, Some(&mut filter()))?;
        Ok(Self {
            socket: super::dhcp::readable(socket)?,
            own: Vec::new(),
            seen: Seen::default(),
        })
    }

    /// Waits until a server refuses what this client asked for; gives its words, if it had
    /// any. The client is whoever sends by this link.
    pub async fn refusal(&mut self) -> Option<String> {
        loop {
            let Ok(mut ready) = self.socket.readable().await else {
                return std::future::pending().await;
            };
            let mut frame = [0; 1600];
            let read = ready.try_io(|socket| {
                nix::unistd::read(socket.get_ref(), &mut frame).map_err(std::io::Error::from)
            });
            match read {
                Ok(Ok(length)) => {
                    let message = frame.get(..length).and_then(parse);
                    if let Some(words) = message.and_then(|message| self.judge(message)) {
                        return words;
                    }
                }
                // A link that is down may be up again.
                Ok(Err(error)) if error.raw_os_error() != Some(Errno::ENETDOWN as i32) => {
                    return std::future::pending().await;
                }
                Ok(Err(_)) | Err(_) => {}
            }
        }
    }

    /// The words of a refusal to this client.
    #[allow(clippy::option_option)]
    fn judge(&mut self, message: Message) -> Option<Option<String>> {
        /// A client has two or three of these at a time; others' are bounded.
        const MOST: usize = 16;
        if !message.is_reply {
            if !self.own.contains(&message.xid) {
                self.own.push(message.xid);
                let surplus = self.own.len().saturating_sub(MOST);
                self.own.drain(..surplus);
            }
            return None;
        }
        if !self.own.contains(&message.xid) {
            return None;
        }
        if message.kind == NAK {
            self.seen.last = Some("it refused the address".into());
            return Some(message.text);
        }
        self.seen.last = Some(message.flaw());
        None
    }
}

impl Message {
    /// Why nothing came of it, as far as can be seen.
    fn flaw(&self) -> String {
        let (renew, rebind) = self.times;
        let who = match self.server {
            Some(server) => format!("server {server}"),
            None => "a server without an identifier".into(),
        };
        let verb = match self.kind {
            OFFER => "offered",
            ACK => "gave",
            _ => return format!("{who} sent a message of type {}", self.kind),
        };
        let what = format!("{who} {verb} {}", self.yiaddr);
        let Some(lease) = self.lease else {
            return format!("{what} without a lease time");
        };
        let (t1, t2) = (renew.unwrap_or(lease / 2), rebind.unwrap_or(lease / 8 * 7));
        match self.kind {
            _ if lease < 4 => format!("{what} for {lease} s, which is too short to renew"),
            _ if t1 >= t2 || t2 >= lease => {
                format!("{what} for {lease} s, to be renewed after {t1} s and rebound after {t2} s")
            }
            OFFER => format!("{what}, and did not confirm it"),
            _ => what,
        }
    }
}

/// The message in an Ethernet frame.
fn parse(frame: &[u8]) -> Option<Message> {
    let packet = SlicedPacket::from_ethernet(frame).ok()?;
    let Some(TransportSlice::Udp(udp)) = packet.transport else {
        return None;
    };
    let body = udp.payload();
    const OPTIONS: usize = 240;
    if body.get(236..OPTIONS)? != [99, 130, 83, 99] {
        return None;
    }
    let four = |at: usize| -> Option<[u8; 4]> { body.get(at..at + 4)?.try_into().ok() };
    let mut message = Message {
        is_reply: body[0] == 2,
        xid: u32::from_be_bytes(four(4)?),
        kind: 0,
        yiaddr: four(16)?.into(),
        server: None,
        lease: None,
        times: (None, None),
        text: None,
    };
    for (code, value) in options(body.get(OPTIONS..)?) {
        let number = || value.try_into().ok().map(u32::from_be_bytes);
        match code {
            51 => message.lease = number(),
            53 => message.kind = value.first().copied().unwrap_or(0),
            54 => message.server = <[u8; 4]>::try_from(value).ok().map(Ipv4Addr::from),
            56 => message.text = Some(String::from_utf8_lossy(value).into_owned()),
            58 => message.times.0 = number(),
            59 => message.times.1 = number(),
            _ => {}
        }
    }
    Some(message)
}

/// The options of a message with their values; those behind a broken one are lost.
fn options(mut rest: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    std::iter::from_fn(move || {
        loop {
            match *rest.first()? {
                0 => rest = &rest[1..],
                255 => return None,
                code => {
                    let length = usize::from(*rest.get(1)?);
                    let value = rest.get(2..2 + length)?;
                    rest = &rest[2 + length..];
                    return Some((code, value));
                }
            }
        }
    })
}

/// A filter of the kernel's (linux/filter.h): IPv4, UDP, whole, to port 67 or 68.
fn filter() -> [libc::sock_filter; 12] {
    const LOAD_HALF: u16 = 0x28;
    const LOAD_BYTE: u16 = 0x30;
    const LOAD_HALF_BEHIND: u16 = 0x48;
    const LENGTH_OF_HEADER: u16 = 0xb1;
    const JUMP_IF_EQUAL: u16 = 0x15;
    const JUMP_IF_SET: u16 = 0x45;
    const RETURN: u16 = 0x06;
    let step = |code, jt, jf, k| libc::sock_filter { code, jt, jf, k };
    [
        step(LOAD_HALF, 0, 0, 12),
        step(JUMP_IF_EQUAL, 0, 8, 0x0800),
        step(LOAD_BYTE, 0, 0, 23),
        step(JUMP_IF_EQUAL, 0, 6, 17),
        step(LOAD_HALF, 0, 0, 20),
        step(JUMP_IF_SET, 4, 0, 0x3fff),
        step(LENGTH_OF_HEADER, 0, 0, 14),
        step(LOAD_HALF_BEHIND, 0, 0, 16),
        step(JUMP_IF_EQUAL, 2, 0, 68),
        step(JUMP_IF_EQUAL, 1, 0, 67),
        step(RETURN, 0, 0, 0),
        step(RETURN, 0, 0, u32::MAX),
    ]
}

#[cfg(test)]
mod tests {
    use super::{options, parse};

    #[test]
    fn broken_options_end_the_list() {
        let all = [0, 53, 1, 6, 0, 56, 2, b'n', b'o', 255, 1, 1];
        let found: Vec<_> = options(&all).collect();
        assert_eq!(found, [(53, &[6][..]), (56, &b"no"[..])]);
        for cut in [&[53][..], &[53, 4, 1], &[]] {
            assert_eq!(options(cut).count(), 0);
        }
    }

    #[test]
    fn what_is_no_message_is_none() {
        assert_eq!(parse(&[]), None);
        assert_eq!(parse(&[0; 300]), None);
    }
}

//! The one door to rtnetlink: a socket that sends a request and gives the kernel's
//! answers, with its extended-ack text, and repeats interrupted dumps.
//!
//! It is synchronous. A change is one send and one receive on a socket that no
//! other task shares, so an executor would add wake-ups and nothing else.

use std::fmt;
use std::io;

use netlink_packet_core::{
    NLM_F_ACK, NLM_F_ACK_TLVS, NLM_F_CAPPED, NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_ECHO,
    NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload,
};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_sys::{Socket, SocketAddr, protocols::NETLINK_ROUTE};

use super::netns;

/// A refusal by the kernel: its errno and, where it gave one, its own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelError {
    /// The positive errno.
    pub errno: i32,
    /// The extended-ack message (NLMSGERR_ATTR_MSG in linux/netlink.h).
    pub text: Option<String>,
}

impl KernelError {
    /// Whether the kernel said that the object does not exist.
    pub fn is_absent(&self) -> bool {
        [libc::ENODEV, libc::ENOENT, libc::ESRCH, libc::EADDRNOTAVAIL].contains(&self.errno)
    }

    /// Whether the kernel said that the object exists already.
    pub fn is_exists(&self) -> bool {
        self.errno == libc::EEXIST
    }
}

impl fmt::Display for KernelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", nix::errno::Errno::from_raw(self.errno).desc())?;
        match &self.text {
            Some(text) => write!(f, " (kernel: {text})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for KernelError {}

impl From<io::Error> for KernelError {
    fn from(error: io::Error) -> Self {
        Self {
            errno: error.raw_os_error().unwrap_or(libc::EIO),
            text: None,
        }
    }
}

impl From<nix::errno::Errno> for KernelError {
    fn from(error: nix::errno::Errno) -> Self {
        Self {
            errno: error as i32,
            text: None,
        }
    }
}

/// The outcome of a call into the kernel.
pub type KernelResult<T> = Result<T, KernelError>;

/// How often an interrupted dump is repeated before it counts as failed.
const DUMP_TRIES: u32 = 16;

/// A socket to rtnetlink in the namespace of the thread that opened it; usable from
/// any thread afterwards (netlink(7): the namespace is fixed at creation).
pub struct Door {
    socket: Socket,
    sequence: u32,
    buffer: Vec<u8>,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Door({})", self.sequence)
    }
}

impl Door {
    /// A door to the calling thread's network namespace.
    ///
    /// # Errors
    /// What socket(2) or connect(2) said.
    pub fn open() -> KernelResult<Self> {
        Self::open_on(NETLINK_ROUTE)
    }

    /// The same to another part of the kernel than routing.
    pub(super) fn open_on(protocol: isize) -> KernelResult<Self> {
        let socket = Socket::new(protocol)?;
        socket.connect(&SocketAddr::new(0, 0))?;
        // Without cap_ack a refusal carries the whole request back, text behind it.
        socket.set_cap_ack(true)?;
        socket.set_ext_ack(true)?;
        Ok(Self {
            socket,
            sequence: 0,
            buffer: Vec::with_capacity(32 * 1024),
        })
    }

    /// The cookie of the namespace it leads to, or zero if the kernel has none.
    pub fn cookie(&self) -> u64 {
        netns::cookie_of(&self.socket)
    }

    /// Makes a change and waits for its acknowledgement.
    ///
    /// # Errors
    /// The kernel's refusal.
    pub fn change(&mut self, message: RouteNetlinkMessage, flags: u16) -> KernelResult<()> {
        self.exchange(message, NLM_F_ACK | flags, |_| Ok(()))
    }

    /// Makes a change and has the kernel say what came of it (NLM_F_ECHO). `read` gets the
    /// bodies of those messages; a kernel that does not do that for this change sends none.
    ///
    /// # Errors
    /// The kernel's refusal.
    pub fn change_echoed(
        &mut self,
        message: RouteNetlinkMessage,
        flags: u16,
        mut read: impl FnMut(&[u8]),
    ) -> KernelResult<()> {
        let flags = NLM_F_ACK | NLM_F_ECHO | flags;
        self.exchange(message, flags, |frame| {
            read(body(frame));
            Ok(())
        })
    }

    /// Asks for one object. There is an answer in any case, so no acknowledgement is asked
    /// for beside it.
    ///
    /// # Errors
    /// The kernel's refusal, such as ENODEV.
    pub fn get(&mut self, message: &RouteNetlinkMessage) -> KernelResult<Vec<RouteNetlinkMessage>> {
        self.repeated(message, 0, |frame| object(frame).map(Some))
    }

    /// The same, with the answer's body read by `read`.
    ///
    /// # Errors
    /// The kernel's refusal.
    pub fn get_with<T>(
        &mut self,
        message: &RouteNetlinkMessage,
        read: impl Fn(&[u8]) -> Option<T>,
    ) -> KernelResult<Vec<T>> {
        self.repeated(message, 0, |frame| Ok(read(body(frame))))
    }

    /// Asks for one object with a message that has no type here: by its number and body.
    /// Gives the body of the answer.
    ///
    /// # Errors
    /// The kernel's refusal.
    pub fn get_raw(&mut self, kind: u16, body: &[u8]) -> KernelResult<Vec<u8>> {
        Ok(self.exchange_raw(kind, 0, body)?.concat())
    }

    /// Sends a message that has no type here, and gives the bodies of the answers.
    pub(super) fn exchange_raw(
        &mut self,
        kind: u16,
        flags: u16,
        body: &[u8],
    ) -> KernelResult<Vec<Vec<u8>>> {
        self.sequence += 1;
        let length = (HEADER + body.len()) as u32;
        let mut request = length.to_ne_bytes().to_vec();
        request.extend(kind.to_ne_bytes());
        request.extend((NLM_F_REQUEST | flags).to_ne_bytes());
        request.extend(self.sequence.to_ne_bytes());
        request.extend([0; 4]);
        request.extend(body);
        self.socket.send(&request, 0)?;
        let mut answers = Vec::new();
        self.receive(flags & (NLM_F_ACK | NLM_F_DUMP) == 0, |frame| {
            answers.push(self::body(frame).to_vec());
            Ok(())
        })?;
        Ok(answers)
    }

    /// Asks for a whole table. A dump the kernel marks as interrupted
    /// (NLM_F_DUMP_INTR: the table changed under it) is repeated, at most 16 times.
    ///
    /// # Errors
    /// The kernel's refusal, or EINTR when every try was interrupted.
    pub fn dump(
        &mut self,
        message: &RouteNetlinkMessage,
    ) -> KernelResult<Vec<RouteNetlinkMessage>> {
        self.repeated(message, NLM_F_DUMP, |frame| object(frame).map(Some))
    }

    /// The same, with the answers' bodies read by `read`.
    ///
    /// # Errors
    /// As [`Door::dump`].
    pub fn dump_with<T>(
        &mut self,
        message: &RouteNetlinkMessage,
        read: impl Fn(&[u8]) -> Option<T>,
    ) -> KernelResult<Vec<T>> {
        self.repeated(message, NLM_F_DUMP, |frame| Ok(read(body(frame))))
    }

    fn repeated<T>(
        &mut self,
        message: &RouteNetlinkMessage,
        flags: u16,
        read: impl Fn(&[u8]) -> KernelResult<Option<T>>,
    ) -> KernelResult<Vec<T>> {
        for _ in 0..DUMP_TRIES {
            let mut answers = Vec::new();
            let outcome = self.exchange(message.clone(), flags, |frame| {
                answers.extend(read(frame)?);
                Ok(())
            });
            match outcome {
                Err(error) if error.errno == libc::EINTR => {}
                outcome => return outcome.map(|()| answers),
            }
        }
        Err(KernelError {
            errno: libc::EINTR,
            text: Some("the table kept changing".into()),
        })
    }

    fn exchange(
        &mut self,
        message: RouteNetlinkMessage,
        flags: u16,
        each: impl FnMut(&[u8]) -> KernelResult<()>,
    ) -> KernelResult<()> {
        self.sequence += 1;
        let mut header = NetlinkHeader::default();
        header.flags = NLM_F_REQUEST | flags;
        header.sequence_number = self.sequence;
        let mut request = NetlinkMessage::new(header, NetlinkPayload::InnerMessage(message));
        request.finalize();
        let mut bytes = vec![0; request.buffer_len()];
        request.serialize(&mut bytes);
        self.socket.send(&bytes, 0)?;
        self.receive(flags & (NLM_F_ACK | NLM_F_DUMP) == 0, each)
    }

    /// Hands the answers to the last request to `each`, up to its end; that is the first
    /// answer if there is to be a `single` one.
    fn receive(
        &mut self,
        single: bool,
        mut each: impl FnMut(&[u8]) -> KernelResult<()>,
    ) -> KernelResult<()> {
        let mut interrupted = false;
        loop {
            self.read_datagram()?;
            let mut rest = &self.buffer[..];
            while let Some((frame, next)) = first_frame(rest) {
                rest = next;
                if sequence_of(frame) != self.sequence {
                    continue;
                }
                interrupted |= flags_of(frame) & NLM_F_DUMP_INTR != 0;
                if kind_of(frame) >= NLMSG_MIN_TYPE {
                    each(frame)?;
                    if single {
                        return Ok(());
                    }
                } else if is_end(frame)? {
                    return match interrupted {
                        true => Err(nix::errno::Errno::EINTR.into()),
                        false => Ok(()),
                    };
                }
            }
        }
    }

    /// Reads one datagram; a signal does not lose it. One that is larger than any before
    /// is lost, but the buffer grows, and EINTR asks for the request to be repeated.
    fn read_datagram(&mut self) -> KernelResult<()> {
        loop {
            self.buffer.clear();
            match self.socket.recv(&mut self.buffer, libc::MSG_TRUNC) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
                Ok(size) if size > self.buffer.capacity() => {
                    self.buffer.reserve(size);
                    return Err(nix::errno::Errno::EINTR.into());
                }
                Ok(_) => return Ok(()),
            }
        }
    }
}

/// The length of a message's header (`NLMSG_HDRLEN` in linux/netlink.h).
const HEADER: usize = 16;

/// The first type that is not netlink's own (linux/netlink.h).
const NLMSG_MIN_TYPE: u16 = 16;

fn parse(frame: &[u8]) -> KernelResult<NetlinkPayload<RouteNetlinkMessage>> {
    NetlinkMessage::deserialize(frame)
        .map(|message| message.payload)
        .map_err(|error| unreadable(error.to_string()))
}

fn unreadable(why: String) -> KernelError {
    KernelError {
        errno: libc::EBADMSG,
        text: Some(why),
    }
}

fn object(frame: &[u8]) -> KernelResult<RouteNetlinkMessage> {
    match parse(frame)? {
        NetlinkPayload::InnerMessage(object) => Ok(object),
        _ => Err(unreadable("not a message of rtnetlink".into())),
    }
}

/// Whether a message of netlink's own ends the answer.
fn is_end(frame: &[u8]) -> KernelResult<bool> {
    match parse(frame)? {
        NetlinkPayload::Done(done) if done.code < 0 => Err(KernelError {
            errno: -done.code,
            text: None,
        }),
        NetlinkPayload::Done(_) => Ok(true),
        NetlinkPayload::Error(error) => match error.code {
            None => Ok(true),
            Some(code) => Err(KernelError {
                errno: code.get().saturating_neg(),
                text: extended_ack(flags_of(frame), &error.header),
            }),
        },
        _ => Ok(false),
    }
}

/// The first frame of a datagram and what follows it (NLMSG_NEXT in linux/netlink.h).
fn first_frame(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = u32::from_ne_bytes(bytes.get(..4)?.try_into().ok()?) as usize;
    let frame = bytes.get(..length).filter(|frame| frame.len() >= 16)?;
    let aligned = length.next_multiple_of(4).min(bytes.len());
    Some((frame, &bytes[aligned..]))
}

fn body(frame: &[u8]) -> &[u8] {
    frame.get(HEADER..).unwrap_or_default()
}

fn kind_of(frame: &[u8]) -> u16 {
    frame
        .get(4..6)
        .and_then(|b| b.try_into().ok())
        .map_or(0, u16::from_ne_bytes)
}

fn flags_of(frame: &[u8]) -> u16 {
    frame
        .get(6..8)
        .and_then(|b| b.try_into().ok())
        .map_or(0, u16::from_ne_bytes)
}

fn sequence_of(frame: &[u8]) -> u32 {
    frame
        .get(8..12)
        .and_then(|b| b.try_into().ok())
        .map_or(0, u32::from_ne_bytes)
}

/// The kernel's words in an error frame: attributes behind the returned request,
/// of which a capped answer holds only the header.
fn extended_ack(flags: u16, returned: &[u8]) -> Option<String> {
    const NLMSGERR_ATTR_MSG: u16 = 1;
    if flags & NLM_F_ACK_TLVS == 0 {
        return None;
    }
    let request = if flags & NLM_F_CAPPED != 0 {
        HEADER
    } else {
        u32::from_ne_bytes(returned.get(..4)?.try_into().ok()?) as usize
    };
    let text = attribute(
        returned.get(request.next_multiple_of(4)..)?,
        NLMSGERR_ATTR_MSG,
    )?;
    let text = String::from_utf8_lossy(text);
    Some(text.trim_end_matches('\0').to_owned())
}

/// The value of the first attribute of that kind.
pub(super) fn attribute(all: &[u8], wanted: u16) -> Option<&[u8]> {
    attributes(all).find_map(|(kind, value)| (kind == wanted).then_some(value))
}

/// The attributes of a message, each with its kind; those behind a broken one are lost
/// (`struct nlattr` in linux/netlink.h).
pub(super) fn attributes(all: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    /// The upper two bits say how the value is written.
    const NLA_TYPE_MASK: u16 = 0x3fff;
    let mut rest = all;
    std::iter::from_fn(move || {
        let length = u16::from_ne_bytes(rest.get(..2)?.try_into().ok()?) as usize;
        let kind = u16::from_ne_bytes(rest.get(2..4)?.try_into().ok()?);
        let value = rest.get(4..length)?;
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some((kind & NLA_TYPE_MASK, value))
    })
}

#[cfg(test)]
mod tests {
    use super::{Door, attribute, extended_ack, first_frame};
    use crate::sys::netns::cookie_here;
    use netlink_packet_core::{NLM_F_ACK_TLVS, NLM_F_CAPPED};
    use netlink_packet_route::RouteNetlinkMessage;
    use netlink_packet_route::link::{LinkAttribute, LinkMessage};

    #[test]
    fn a_door_leads_to_where_it_was_opened() {
        assert_eq!(Door::open().unwrap().cookie(), cookie_here());
    }

    #[test]
    fn a_missing_link_is_absent() {
        let mut door = Door::open().unwrap();
        let mut message = LinkMessage::default();
        message
            .attributes
            .push(LinkAttribute::IfName("np-none".into()));
        let error = door
            .get(&RouteNetlinkMessage::GetLink(message))
            .unwrap_err();
        assert!(error.is_absent(), "{error:?}");
    }

    #[test]
    fn a_dump_has_the_loopback() {
        let mut door = Door::open().unwrap();
        let links = door
            .dump(&RouteNetlinkMessage::GetLink(LinkMessage::default()))
            .unwrap();
        assert!(!links.is_empty());
    }

    #[test]
    fn truncated_frames_end_the_datagram() {
        assert!(first_frame(&[]).is_none());
        assert!(first_frame(&[200, 0, 0, 0, 0, 0]).is_none());
        assert!(first_frame(&[3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).is_none());
    }

    #[test]
    fn the_kernels_words_are_found_behind_a_capped_header() {
        let mut returned = vec![0u8; 16];
        returned.extend([8, 0, 1, 0, b'n', b'o', b'!', 0]);
        let flags = NLM_F_ACK_TLVS | NLM_F_CAPPED;
        assert_eq!(extended_ack(flags, &returned).as_deref(), Some("no!"));
        assert_eq!(extended_ack(flags, &returned[..18]), None);
        assert_eq!(extended_ack(flags, &[0u8; 16]), None);
    }

    #[test]
    fn an_attribute_is_found_by_its_kind_in_what_is_whole() {
        let attributes = [5, 0, 1, 0, 7, 0, 0, 0, 8, 0, 5, 0, 1, 2, 3, 4];
        assert_eq!(attribute(&attributes, 1), Some(&[7][..]));
        assert_eq!(attribute(&attributes, 5), Some(&[1, 2, 3, 4][..]));
        assert_eq!(attribute(&attributes, 2), None);
        assert_eq!(attribute(&attributes[..14], 5), None);
        assert_eq!(attribute(&[0; 16], 5), None);
    }
}

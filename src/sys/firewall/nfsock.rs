//! The NETLINK_NETFILTER socket: dumps that are repeated when the kernel says they were
//! interrupted, and batches that apply as a whole or not at all.
//!
//! Source: net/netfilter/nfnetlink.c, net/netlink/af_netlink.c.

use std::io;

use netlink_sys::{Socket, SocketAddr, protocols::NETLINK_NETFILTER};
use nix::errno::Errno;
use nix::sys::socket::{setsockopt, sockopt};
use nix::sys::time::{TimeVal, TimeValLike};

use super::nferror::NetlinkError;
use super::nfmsg::{Attrs, Head, Message, Messages, Writer, flag};

const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
/// `NLMSGERR_ATTR_MSG`: the extended acknowledgement's text.
const NLMSGERR_ATTR_MSG: u16 = 1;

/// `NFNL_SUBSYS_NFTABLES`: the upper byte of every nf_tables message type.
const NFTABLES: u16 = 10;
const BATCH_BEGIN: u16 = 0x10;
const BATCH_END: u16 = 0x11;
/// `NFNL_BATCH_GENID`: the batch is refused unless the rules still are of that generation.
const NFNL_BATCH_GENID: u16 = 1;
const NFT_MSG_GETGEN: u16 = 16;
const NFTA_GEN_ID: u16 = 1;

/// The largest datagram the kernel makes for a dump (`netlink_recvmsg` caps it so).
const BUFFER: usize = 32 * 1024;
/// The kernel answers while it is being asked; this only keeps a bug from hanging netpipe.
const PATIENCE_SECONDS: i64 = 10;
/// How often a dump or a batch that others' changes spoiled is tried again.
pub(super) const ATTEMPTS: usize = 50;

type Result<T> = std::result::Result<T, NetlinkError>;

/// A change inside a batch.
pub(super) struct Change<'a> {
    pub(super) kind: u16,
    pub(super) flags: u16,
    pub(super) family: u8,
    pub(super) body: &'a dyn Fn(&mut Writer),
}

/// A socket in the network namespace of the thread that opened it.
pub(super) struct Nfnetlink {
    socket: Socket,
    buffer: Vec<u8>,
    seq: u32,
}

impl Nfnetlink {
    /// Opens the socket. The kernel binds it when the first request is sent.
    pub(super) fn open() -> Result<Self> {
        let socket = Socket::new(NETLINK_NETFILTER)?;
        // Kernels before 4.12 lack it; the errno alone must do there.
        let _ = socket.set_ext_ack(true);
        let _ = socket.set_cap_ack(true);
        setsockopt(
            &socket,
            sockopt::ReceiveTimeout,
            &TimeVal::seconds(PATIENCE_SECONDS),
        )?;
        Ok(Self {
            socket,
            buffer: Vec::with_capacity(BUFFER),
            seq: 0,
        })
    }

    /// Dumps objects; `parse` takes those that are wanted, by family and attributes. A dump
    /// that a change of the rules interrupted is repeated, for it may lack or double some.
    pub(super) fn dump<T>(
        &mut self,
        kind: u16,
        family: u8,
        body: impl Fn(&mut Writer),
        parse: impl Fn(u8, Attrs<'_>) -> Option<T>,
    ) -> Result<Vec<T>> {
        let mut last = NetlinkError::from(Errno::EINTR);
        for _ in 0..ATTEMPTS {
            match self.dump_once(kind, family, &body, &parse) {
                Err(error) if error.is_race() => last = error,
                result => return result,
            }
        }
        Err(last)
    }

    fn dump_once<T>(
        &mut self,
        kind: u16,
        family: u8,
        body: &impl Fn(&mut Writer),
        parse: &impl Fn(u8, Attrs<'_>) -> Option<T>,
    ) -> Result<Vec<T>> {
        let seq = self.request(kind, flag::DUMP, family, body)?;
        let mut found = Vec::new();
        let mut interrupted = false;
        self.replies(|message| {
            if message.seq != seq {
                return Ok(false);
            }
            interrupted |= message.flags & flag::DUMP_INTR != 0;
            if matches!(message.kind, NLMSG_ERROR | NLMSG_DONE) {
                return check(&message).map(|()| true);
            }
            found.extend(
                message
                    .netfilter()
                    .and_then(|(family, attrs)| parse(family, attrs)),
            );
            Ok(false)
        })?;
        if interrupted {
            Err(Errno::EINTR.into())
        } else {
            Ok(found)
        }
    }

    /// Asks for one object; `None` if the kernel has none of that name.
    pub(super) fn get<T>(
        &mut self,
        kind: u16,
        family: u8,
        body: impl Fn(&mut Writer),
        parse: impl Fn(Attrs<'_>) -> Option<T>,
    ) -> Result<Option<T>> {
        let seq = self.request(kind, 0, family, &body)?;
        let mut found = None;
        self.replies(|message| {
            if message.seq != seq {
                return Ok(false);
            }
            if message.kind != NLMSG_ERROR {
                found = message.netfilter().and_then(|(_, attrs)| parse(attrs));
                return Ok(true);
            }
            match check(&message) {
                Err(error) if error.errno == Errno::ENOENT => Ok(true),
                refused => refused.map(|()| true),
            }
        })?;
        Ok(found)
    }

    /// The number of the rules' present generation: it grows with every change.
    pub(super) fn generation(&mut self) -> Result<u32> {
        let found = self.get(NFT_MSG_GETGEN, 0, |_| {}, |attrs| attrs.be32(NFTA_GEN_ID))?;
        found.ok_or_else(|| NetlinkError::from(Errno::EPROTO))
    }

    /// Applies changes as one transaction, if the rules still are of `generation`
    /// (ERESTART if not). Returns when the kernel has committed them.
    pub(super) fn batch(&mut self, generation: u32, changes: &[Change<'_>]) -> Result<()> {
        let mut writer = Writer::default();
        let first = self.seq.wrapping_add(1);
        let mut frame = |writer: &mut Writer, kind, flags, family, body: &dyn Fn(&mut Writer)| {
            self.seq = self.seq.wrapping_add(1);
            let flags = flags | flag::REQUEST;
            let head = Head {
                kind,
                flags,
                seq: self.seq,
                family,
                res_id: NFTABLES,
            };
            writer.message(&head, body);
        };
        frame(&mut writer, BATCH_BEGIN, 0, 0, &|body| {
            body.be32(NFNL_BATCH_GENID, generation);
        });
        for change in changes {
            let kind = NFTABLES << 8 | change.kind;
            frame(
                &mut writer,
                kind,
                change.flags | flag::ACK,
                change.family,
                change.body,
            );
        }
        frame(&mut writer, BATCH_END, 0, 0, &|_| {});
        self.socket.send(writer.as_bytes(), 0)?;
        // The kernel queues every answer before `send` returns: a refusal of the whole
        // batch under the number of its first message, else one answer a change.
        let last = self.seq;
        let mut open = changes.len();
        self.replies(|message| {
            let ours = message.seq.wrapping_sub(first) <= last.wrapping_sub(first);
            if !ours || message.kind != NLMSG_ERROR {
                return Ok(false);
            }
            check(&message)?;
            open = open.saturating_sub(1);
            Ok(open == 0)
        })
    }

    /// Sends one request and returns its number.
    fn request(
        &mut self,
        kind: u16,
        flags: u16,
        family: u8,
        body: &impl Fn(&mut Writer),
    ) -> Result<u32> {
        self.seq = self.seq.wrapping_add(1);
        let kind = NFTABLES << 8 | kind;
        let flags = flags | flag::REQUEST;
        let mut writer = Writer::default();
        writer.message(
            &Head {
                kind,
                flags,
                seq: self.seq,
                family,
                res_id: 0,
            },
            body,
        );
        self.socket.send(writer.as_bytes(), 0)?;
        Ok(self.seq)
    }

    /// Hands every message of the kernel to `each` until that says it was the last.
    fn replies(&mut self, mut each: impl FnMut(Message<'_>) -> Result<bool>) -> Result<()> {
        loop {
            self.buffer.clear();
            let (len, from) = receive(&self.socket, &mut self.buffer)?;
            if len > self.buffer.len() {
                return Err(NetlinkError::new(Errno::EMSGSIZE, None));
            }
            if from.port_number() != 0 {
                // Any process may write to the socket; only the kernel is port 0.
                continue;
            }
            for message in Messages(&self.buffer) {
                if each(message)? {
                    return Ok(());
                }
            }
        }
    }
}

/// Receives a datagram; returns its true length, and a timeout as ETIMEDOUT, so that it
/// is not taken for the EAGAIN that asks for another try.
fn receive(socket: &Socket, buffer: &mut Vec<u8>) -> Result<(usize, SocketAddr)> {
    loop {
        match socket.recv_from(buffer, libc::MSG_TRUNC) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                return Err(Errno::ETIMEDOUT.into());
            }
            result => return Ok(result?),
        }
    }
}

/// The status of an NLMSG_ERROR or NLMSG_DONE.
fn check(message: &Message<'_>) -> Result<()> {
    match message.status(NLMSGERR_ATTR_MSG) {
        Some((0, _)) => Ok(()),
        Some((code, words)) => Err(NetlinkError::new(Errno::from_raw(code), words)),
        None => Err(Errno::EPROTO.into()),
    }
}

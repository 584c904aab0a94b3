//! Netlink messages as bytes: a writer for requests, bounded readers for replies.
//!
//! The layout is that of linux/netlink.h and linux/netfilter/nfnetlink.h. Readers take
//! what the kernel sent for untrusted: a length that does not fit ends the walk.

/// Bytes of `struct nlmsghdr`.
const HEADER: usize = 16;
/// Bytes of `struct nfgenmsg`.
const NFGENMSG: usize = 4;
/// Bytes of `struct nlattr`.
const NLA_HEADER: usize = 4;
/// `NLA_F_NESTED`, and the mask that takes all flags off an attribute's type.
const NLA_F_NESTED: u16 = 0x8000;
const NLA_TYPE_MASK: u16 = 0x3fff;

/// `NLM_F_*` of linux/netlink.h, those this room uses.
pub(super) mod flag {
    pub(in super::super) const REQUEST: u16 = 0x1;
    pub(in super::super) const ACK: u16 = 0x4;
    pub(in super::super) const DUMP_INTR: u16 = 0x10;
    pub(in super::super) const DUMP: u16 = 0x300;
    pub(in super::super) const CREATE: u16 = 0x400;
    pub(in super::super) const CAPPED: u16 = 0x100;
    pub(in super::super) const ACK_TLVS: u16 = 0x200;
}

/// Rounds up to netlink's alignment of four.
const fn align(len: usize) -> usize {
    (len + 3) & !3
}

/// What a netfilter request starts with.
pub(super) struct Head {
    pub(super) kind: u16,
    pub(super) flags: u16,
    pub(super) seq: u32,
    pub(super) family: u8,
    pub(super) res_id: u16,
}

/// One or more requests under construction.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// Writes one whole message: its head and the attributes that `body` adds.
    pub(super) fn message(&mut self, head: &Head, body: impl FnOnce(&mut Self)) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 4]);
        self.bytes.extend_from_slice(&head.kind.to_ne_bytes());
        self.bytes.extend_from_slice(&head.flags.to_ne_bytes());
        self.bytes.extend_from_slice(&head.seq.to_ne_bytes());
        self.bytes.extend_from_slice(&[0; 4]);
        self.bytes.extend_from_slice(&[head.family, 0]);
        self.bytes.extend_from_slice(&head.res_id.to_be_bytes());
        body(self);
        let len = u32::try_from(self.bytes.len() - start).unwrap_or(u32::MAX);
        self.patch(start, &len.to_ne_bytes());
    }

    /// Writes an attribute.
    pub(super) fn attr(&mut self, kind: u16, value: &[u8]) {
        self.nested(kind, |inner| inner.bytes.extend_from_slice(value));
    }

    /// Writes a string attribute with its closing NUL.
    pub(super) fn string(&mut self, kind: u16, value: &str) {
        self.nested(kind, |inner| {
            inner.bytes.extend_from_slice(value.as_bytes());
            inner.bytes.push(0);
        });
    }

    /// Writes a number as nf_tables wants all of its numbers: big-endian.
    pub(super) fn be32(&mut self, kind: u16, value: u32) {
        self.attr(kind, &value.to_be_bytes());
    }

    /// Writes an attribute that holds attributes.
    pub(super) fn nest(&mut self, kind: u16, body: impl FnOnce(&mut Self)) {
        self.nested(kind | NLA_F_NESTED, body);
    }

    /// Nothing this room writes comes near 64 KiB: names have at most 32 bytes.
    fn nested(&mut self, kind: u16, body: impl FnOnce(&mut Self)) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 2]);
        self.bytes.extend_from_slice(&kind.to_ne_bytes());
        body(self);
        let len = u16::try_from(self.bytes.len() - start).unwrap_or(u16::MAX);
        self.patch(start, &len.to_ne_bytes());
        self.bytes.resize(align(self.bytes.len()), 0);
    }

    fn patch(&mut self, at: usize, value: &[u8]) {
        if let Some(place) = self.bytes.get_mut(at..at + value.len()) {
            place.copy_from_slice(value);
        }
    }

    /// The bytes to send.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// One message of a reply.
#[derive(Clone, Copy)]
pub(super) struct Message<'a> {
    pub(super) kind: u16,
    pub(super) flags: u16,
    pub(super) seq: u32,
    pub(super) payload: &'a [u8],
}

impl<'a> Message<'a> {
    /// The family of a netfilter message (`nfgen_family`), and its attributes.
    pub(super) fn netfilter(&self) -> Option<(u8, Attrs<'a>)> {
        let family = *self.payload.first()?;
        Some((family, Attrs(self.payload.get(NFGENMSG..)?)))
    }

    /// What an NLMSG_ERROR or NLMSG_DONE message says: the errno (0 for success) and the
    /// kernel's own words. `None` if there is no number in it.
    pub(super) fn status(&self, errno_msg: u16) -> Option<(i32, Option<String>)> {
        let code = i32::from_ne_bytes(*self.payload.first_chunk()?);
        let words = (self.flags & flag::ACK_TLVS != 0 && self.flags & flag::CAPPED != 0)
            .then(|| self.payload.get(4 + HEADER..))
            .flatten()
            .and_then(|tlvs| Attrs(tlvs).find(errno_msg))
            .and_then(text)
            .map(str::to_owned);
        Some((code.saturating_neg(), words))
    }
}

/// Walks the messages of one datagram.
pub(super) struct Messages<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Messages<'a> {
    type Item = Message<'a>;

    fn next(&mut self) -> Option<Message<'a>> {
        let bytes = self.0;
        let len = usize::try_from(u32::from_ne_bytes(*bytes.first_chunk()?)).ok()?;
        let payload = bytes.get(HEADER..len)?;
        let kind = u16::from_ne_bytes(*bytes.get(4..)?.first_chunk()?);
        let flags = u16::from_ne_bytes(*bytes.get(6..)?.first_chunk()?);
        let seq = u32::from_ne_bytes(*bytes.get(8..)?.first_chunk()?);
        self.0 = bytes.get(align(len)..).unwrap_or_default();
        Some(Message {
            kind,
            flags,
            seq,
            payload,
        })
    }
}

/// Walks attributes: pairs of type (without flags) and value.
#[derive(Clone, Copy)]
pub(super) struct Attrs<'a>(pub(super) &'a [u8]);

impl<'a> Attrs<'a> {
    /// The value of the first attribute of a type.
    pub(super) fn find(mut self, kind: u16) -> Option<&'a [u8]> {
        self.find_map(|(found, value)| (found == kind).then_some(value))
    }

    /// The attributes inside the first attribute of a type.
    pub(super) fn inside(self, kind: u16) -> Option<Attrs<'a>> {
        self.find(kind).map(Attrs)
    }

    /// A string attribute.
    pub(super) fn string(self, kind: u16) -> Option<&'a str> {
        self.find(kind).and_then(text)
    }

    /// A big-endian number.
    pub(super) fn be32(self, kind: u16) -> Option<u32> {
        Some(u32::from_be_bytes(*self.find(kind)?.first_chunk()?))
    }

    /// A big-endian number of 64 bits.
    pub(super) fn be64(self, kind: u16) -> Option<u64> {
        Some(u64::from_be_bytes(*self.find(kind)?.first_chunk()?))
    }
}

impl<'a> Iterator for Attrs<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.0;
        let len = usize::from(u16::from_ne_bytes(*bytes.first_chunk()?));
        let kind = u16::from_ne_bytes(*bytes.get(2..)?.first_chunk()?);
        let value = bytes.get(NLA_HEADER..len)?;
        self.0 = bytes.get(align(len)..).unwrap_or_default();
        Some((kind & NLA_TYPE_MASK, value))
    }
}

/// A C string: the bytes up to the first NUL, if they are UTF-8.
pub(super) fn text(bytes: &[u8]) -> Option<&str> {
    let end = bytes
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(bytes.len());
    std::str::from_utf8(bytes.get(..end)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Writer {
        let mut writer = Writer::default();
        let head = Head {
            kind: 0xa04,
            flags: 5,
            seq: 7,
            family: 2,
            res_id: 0x0a,
        };
        writer.message(&head, |body| {
            body.string(1, "filter");
            body.nest(4, |inner| inner.be32(1, 2));
        });
        writer
    }

    #[test]
    fn reads_back_what_it_writes() {
        let writer = sample();
        let mut walk = Messages(writer.as_bytes());
        let message = walk.next().unwrap();
        assert_eq!((message.kind, message.flags, message.seq), (0xa04, 5, 7));
        let (family, attrs) = message.netfilter().unwrap();
        assert_eq!(family, 2);
        assert_eq!(attrs.string(1), Some("filter"));
        assert_eq!(attrs.inside(4).unwrap().be32(1), Some(2));
        assert!(walk.next().is_none());
    }

    #[test]
    fn no_damage_to_the_bytes_makes_a_reader_panic_or_loop() {
        let good = sample().as_bytes().to_vec();
        for cut in 0..good.len() {
            for at in 0..good.len() {
                for value in [0, 1, 3, 4, 15, 16, 0x7f, 0xff] {
                    let mut bad = good[..cut].to_vec();
                    if let Some(byte) = bad.get_mut(at) {
                        *byte = value;
                    }
                    let read = Messages(&bad).filter_map(|m| {
                        let _ = m.status(1);
                        m.netfilter()
                    });
                    let walked: usize = read.map(|(_, attrs)| attrs.count()).sum();
                    assert!(walked <= bad.len());
                }
            }
        }
    }
}

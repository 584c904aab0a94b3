//! The rules' expressions: what `iptables-nft -i br0 -o br0 -j ACCEPT`, or `-s SUBNET` and
//! `-d SUBNET`, would write, and the test whether a rule of the kernel's is that one and carries netpipe's mark.
//!
//! Source: linux/netfilter/nf_tables.h; iptables/nft-shared.c of iptables 1.8.9.

use super::blocker::{Ending, Stop};
use super::bridge::{Bridge, IFNAMSIZ};
use super::nfmsg::{Attrs, Writer, text};
use super::route::{Direction, Subnet};
use super::rule::{Family, Subject};

const NFTA_RULE_HANDLE: u16 = 3;
const NFTA_RULE_EXPRESSIONS: u16 = 4;
const NFTA_RULE_USERDATA: u16 = 7;
const NFTA_LIST_ELEM: u16 = 1;
const NFTA_EXPR_NAME: u16 = 1;
const NFTA_EXPR_DATA: u16 = 2;
const NFTA_META_DREG: u16 = 1;
const NFTA_META_KEY: u16 = 2;
const NFT_META_IIFNAME: u32 = 6;
const NFT_META_OIFNAME: u32 = 7;
const NFTA_CMP_SREG: u16 = 1;
const NFTA_CMP_OP: u16 = 2;
const NFTA_CMP_DATA: u16 = 3;
const NFT_CMP_EQ: u32 = 0;
const NFTA_PAYLOAD_DREG: u16 = 1;
const NFTA_PAYLOAD_BASE: u16 = 2;
const NFTA_PAYLOAD_OFFSET: u16 = 3;
const NFTA_PAYLOAD_LEN: u16 = 4;
const NFT_PAYLOAD_NETWORK_HEADER: u32 = 1;
const NFTA_BITWISE_SREG: u16 = 1;
const NFTA_BITWISE_DREG: u16 = 2;
const NFTA_BITWISE_LEN: u16 = 3;
const NFTA_BITWISE_MASK: u16 = 4;
const NFTA_BITWISE_XOR: u16 = 5;
const NFTA_DATA_VALUE: u16 = 1;
const NFTA_DATA_VERDICT: u16 = 2;
const NFTA_VERDICT_CODE: u16 = 1;
const NFTA_IMMEDIATE_DREG: u16 = 1;
const NFTA_IMMEDIATE_DATA: u16 = 2;
const NFT_REG_VERDICT: u32 = 0;
const NFT_REG_1: u32 = 1;
const NF_DROP: u32 = 0;
const NF_ACCEPT: u32 = 1;
const NFTA_TARGET_NAME: u16 = 1;
const NFTA_MATCH_NAME: u16 = 1;
const NFTA_MATCH_INFO: u16 = 3;
/// `NFTNL_UDATA_RULE_COMMENT` (libnftnl/udata.h): a byte of type, one of length, text.
const UDATA_COMMENT: u8 = 0;

/// A rule in the kernel that is netpipe's own.
pub(super) struct OwnRule {
    /// What the kernel knows it by; never given twice in a table.
    pub(super) handle: u64,
    /// What it accepts.
    pub(super) subject: Subject,
}

/// Writes the attributes of the new rule that follow its table and chain.
pub(super) fn write(body: &mut Writer, subject: &Subject) {
    body.nest(NFTA_RULE_EXPRESSIONS, |list| {
        match subject {
            Subject::Bridge(bridge) => write_bridge(list, bridge),
            Subject::Route(subnet, direction) => write_subnet(list, *subnet, *direction),
        }
        expression(list, "counter", |_| {});
        expression(list, "immediate", |data| {
            data.be32(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
            data.nest(NFTA_IMMEDIATE_DATA, |value| {
                value.nest(NFTA_DATA_VERDICT, |verdict| {
                    verdict.be32(NFTA_VERDICT_CODE, NF_ACCEPT);
                });
            });
        });
    });
    body.attr(NFTA_RULE_USERDATA, &comment(&subject.mark()));
}

fn write_bridge(list: &mut Writer, bridge: &Bridge) {
    for key in [NFT_META_IIFNAME, NFT_META_OIFNAME] {
        expression(list, "meta", |data| {
            data.be32(NFTA_META_DREG, NFT_REG_1);
            data.be32(NFTA_META_KEY, key);
        });
        expression(list, "cmp", |data| {
            data.be32(NFTA_CMP_SREG, NFT_REG_1);
            data.be32(NFTA_CMP_OP, NFT_CMP_EQ);
            // With its NUL the name is compared as a whole; without, as a prefix.
            data.nest(NFTA_CMP_DATA, |value| {
                value.string(NFTA_DATA_VALUE, bridge.as_str());
            });
        });
    }
}

/// The address, without the bits that are the hosts', is the subnet's.
fn write_subnet(list: &mut Writer, subnet: Subnet, direction: Direction) {
    let address = subnet.octets();
    let prefix = usize::from(subnet.get().prefix());
    let length = address.len() as u32;
    expression(list, "payload", |data| {
        data.be32(NFTA_PAYLOAD_DREG, NFT_REG_1);
        data.be32(NFTA_PAYLOAD_BASE, NFT_PAYLOAD_NETWORK_HEADER);
        data.be32(NFTA_PAYLOAD_OFFSET, direction.offset(subnet.family()));
        data.be32(NFTA_PAYLOAD_LEN, length);
    });
    if prefix < address.len() * 8 {
        expression(list, "bitwise", |data| {
            data.be32(NFTA_BITWISE_SREG, NFT_REG_1);
            data.be32(NFTA_BITWISE_DREG, NFT_REG_1);
            data.be32(NFTA_BITWISE_LEN, length);
            data.nest(NFTA_BITWISE_MASK, |value| {
                value.attr(NFTA_DATA_VALUE, &mask(prefix, address.len()));
            });
            data.nest(NFTA_BITWISE_XOR, |value| {
                value.attr(NFTA_DATA_VALUE, &vec![0; address.len()]);
            });
        });
    }
    expression(list, "cmp", |data| {
        data.be32(NFTA_CMP_SREG, NFT_REG_1);
        data.be32(NFTA_CMP_OP, NFT_CMP_EQ);
        data.nest(NFTA_CMP_DATA, |value| value.attr(NFTA_DATA_VALUE, &address));
    });
}

/// The bytes of an IPv6 address. No rule of netpipe's loads more.
const LONGEST_ADDRESS: u32 = 16;

/// So many bits that are set, in so many bytes.
fn mask(prefix: usize, length: usize) -> Vec<u8> {
    let bits = |byte: usize| prefix.saturating_sub(byte * 8).min(8);
    let byte = |byte| !(0xffu16 >> bits(byte)) as u8;
    (0..length).map(byte).collect()
}

fn expression(list: &mut Writer, name: &str, data: impl FnOnce(&mut Writer)) {
    list.nest(NFTA_LIST_ELEM, |element| {
        element.string(NFTA_EXPR_NAME, name);
        element.nest(NFTA_EXPR_DATA, data);
    });
}

/// The comment as nft stores it: type, length with the NUL, text, NUL.
fn comment(mark: &str) -> Vec<u8> {
    let len = u8::try_from(mark.len() + 1).unwrap_or(u8::MAX);
    let mut bytes = vec![UDATA_COMMENT, len];
    bytes.extend_from_slice(mark.as_bytes());
    bytes.push(0);
    bytes
}

/// Reads a rule from the kernel: `Some` if it is exactly the rule [`write`] makes. A rule
/// with anything more or less to it, or without the mark, is somebody else's.
pub(super) fn read(rule: Attrs<'_>) -> Option<OwnRule> {
    let handle = rule.be64(NFTA_RULE_HANDLE)?;
    let mut shape = Shape::default();
    for (kind, element) in rule.inside(NFTA_RULE_EXPRESSIONS)? {
        if kind == NFTA_LIST_ELEM {
            shape.take(Attrs(element))?;
        }
    }
    let mark = rule
        .find(NFTA_RULE_USERDATA)
        .and_then(stored_comment)
        .or(shape.comment)?;
    let subject = shape.subject()?;
    (shape.accepts && mark == subject.mark()).then_some(OwnRule { handle, subject })
}

/// What a rule makes of all packets; none for one that has a condition, or that neither
/// accepts nor stops them.
pub(super) fn ending(rule: Attrs<'_>) -> Option<Ending> {
    let mut ending = None;
    for (kind, element) in rule.inside(NFTA_RULE_EXPRESSIONS)? {
        if kind != NFTA_LIST_ELEM {
            continue;
        }
        let element = Attrs(element);
        let data = element.inside(NFTA_EXPR_DATA);
        ending = match element.string(NFTA_EXPR_NAME)? {
            "counter" | "log" => continue,
            "match" if data?.string(NFTA_MATCH_NAME)? == "comment" => continue,
            "reject" => Some(Ending::Stop(Stop::Reject)),
            // iptables' own, with xtables' module behind it.
            "target" if data?.string(NFTA_TARGET_NAME)? == "REJECT" => {
                Some(Ending::Stop(Stop::Reject))
            }
            "immediate" => {
                let verdict = data?
                    .inside(NFTA_IMMEDIATE_DATA)?
                    .inside(NFTA_DATA_VERDICT)?;
                match verdict.be32(NFTA_VERDICT_CODE)? {
                    NF_ACCEPT => Some(Ending::Accept),
                    NF_DROP => Some(Ending::Stop(Stop::Drop)),
                    _ => return None,
                }
            }
            _ => return None,
        };
    }
    ending
}

/// The comment in a rule's user data.
fn stored_comment(mut data: &[u8]) -> Option<&str> {
    while let [kind, len, rest @ ..] = data {
        let (value, tail) = rest.split_at_checked(usize::from(*len))?;
        if *kind == UDATA_COMMENT {
            return text(value);
        }
        data = tail;
    }
    None
}

/// What the register holds.
#[derive(Clone, Copy)]
enum Loaded {
    /// An interface's name, by its key.
    Meta(u32),
    /// So many bytes of the network header from there, of them so many bits.
    Header { offset: u32, length: u32, bits: u32 },
}

/// What a rule's expressions add up to.
#[derive(Default)]
struct Shape<'a> {
    loaded: Option<Loaded>,
    input: Option<&'a str>,
    output: Option<&'a str>,
    route: Option<(Subnet, Direction)>,
    comment: Option<&'a str>,
    accepts: bool,
}

impl<'a> Shape<'a> {
    /// What the rule's conditions are about; none for conditions that no rule of netpipe's
    /// has.
    fn subject(&self) -> Option<Subject> {
        match (self.input, self.output, self.route) {
            (Some(input), Some(output), None) if input == output => {
                Bridge::new(input).ok().map(Subject::Bridge)
            }
            (None, None, Some((subnet, direction))) => Some(Subject::Route(subnet, direction)),
            _ => None,
        }
    }

    /// Takes in one expression; `None` for one that netpipe's rules do not have.
    fn take(&mut self, element: Attrs<'a>) -> Option<()> {
        let name = element.string(NFTA_EXPR_NAME)?;
        if name == "counter" {
            return Some(());
        }
        let data = element.inside(NFTA_EXPR_DATA)?;
        match name {
            "meta" => self.loaded = Some(Loaded::Meta(data.be32(NFTA_META_KEY)?)),
            "payload" => self.load(data)?,
            "bitwise" => self.cut(data)?,
            "cmp" => self.compare(data)?,
            "immediate" => {
                let verdict = data
                    .inside(NFTA_IMMEDIATE_DATA)?
                    .inside(NFTA_DATA_VERDICT)?;
                self.accepts = verdict.be32(NFTA_VERDICT_CODE)? == NF_ACCEPT;
            }
            // `iptables-restore` of a saved table turns the mark into a match.
            "match" if data.string(NFTA_MATCH_NAME)? == "comment" => {
                self.comment = Some(data.string(NFTA_MATCH_INFO)?);
            }
            _ => return None,
        }
        Some(())
    }

    fn load(&mut self, data: Attrs<'a>) -> Option<()> {
        let length = data.be32(NFTA_PAYLOAD_LEN)?;
        if length > LONGEST_ADDRESS {
            return None;
        }
        let header = data.be32(NFTA_PAYLOAD_BASE)? == NFT_PAYLOAD_NETWORK_HEADER;
        self.loaded = Some(Loaded::Header {
            offset: data.be32(NFTA_PAYLOAD_OFFSET)?,
            length,
            bits: length.checked_mul(8)?,
        });
        header.then_some(())
    }

    /// A mask on what was loaded, that has its set bits first.
    fn cut(&mut self, data: Attrs<'a>) -> Option<()> {
        let Some(Loaded::Header { offset, length, .. }) = self.loaded else {
            return None;
        };
        let value = |kind| data.inside(kind)?.find(NFTA_DATA_VALUE);
        let (found, flipped) = (value(NFTA_BITWISE_MASK)?, value(NFTA_BITWISE_XOR)?);
        let bits: u32 = found.iter().map(|byte| byte.count_ones()).sum();
        self.loaded = Some(Loaded::Header {
            offset,
            length,
            bits,
        });
        let whole = found == mask(bits as usize, length as usize);
        (whole && flipped.iter().all(|byte| *byte == 0)).then_some(())
    }

    fn compare(&mut self, data: Attrs<'a>) -> Option<()> {
        let value = data.inside(NFTA_CMP_DATA)?.find(NFTA_DATA_VALUE)?;
        if data.be32(NFTA_CMP_OP)? != NFT_CMP_EQ {
            return None;
        }
        match self.loaded.take()? {
            Loaded::Meta(key) => self.compare_name(key, value),
            Loaded::Header {
                offset,
                length,
                bits,
            } => {
                let same_length = value.len() == length as usize;
                let known = subnet(offset, value, bits).filter(|_| same_length)?;
                self.route.replace(known).is_none().then_some(())
            }
        }
    }

    fn compare_name(&mut self, key: u32, value: &'a [u8]) -> Option<()> {
        let whole = value.last() == Some(&0) && value.len() <= IFNAMSIZ;
        let place = match key {
            NFT_META_IIFNAME => &mut self.input,
            NFT_META_OIFNAME => &mut self.output,
            _ => return None,
        };
        (whole && place.is_none()).then_some(())?;
        *place = text(value);
        Some(())
    }
}

/// The subnet whose first bytes are these, and the address it is compared with: iptables
/// loads no more bytes than the prefix has, where it ends with one.
fn subnet(offset: u32, first: &[u8], bits: u32) -> Option<(Subnet, Direction)> {
    let all = Family::ALL.into_iter();
    let mut places = all.flat_map(|family| Direction::BOTH.map(|direction| (family, direction)));
    let (family, direction) = places.find(|(family, way)| way.offset(*family) == offset)?;
    let ip: std::net::IpAddr = match family {
        Family::V4 => filled::<4>(first)?.into(),
        Family::V6 => filled::<16>(first)?.into(),
    };
    let network = ipnetwork::IpNetwork::new(ip, u8::try_from(bits).ok()?).ok()?;
    Some((Subnet::new(network).ok()?, direction))
}

/// An address with zeros behind its first bytes.
fn filled<const N: usize>(first: &[u8]) -> Option<[u8; N]> {
    let mut all = [0; N];
    all.get_mut(..first.len())?.copy_from_slice(first);
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::firewall::nfmsg::{Head, Messages};

    /// Writes a rule, lets `edit` spoil its bytes, and reads it back.
    fn round(name: &str, edit: impl FnOnce(&mut Vec<u8>)) -> Option<String> {
        let subject = Subject::Bridge(Bridge::new(name).unwrap());
        match read_back(&subject, edit)? {
            Subject::Bridge(bridge) => Some(bridge.as_str().to_owned()),
            other => panic!("{other:?}"),
        }
    }

    fn route(subnet: &str, direction: Direction) -> Subject {
        Subject::Route(Subnet::new(subnet.parse().unwrap()).unwrap(), direction)
    }

    fn read_back(subject: &Subject, edit: impl FnOnce(&mut Vec<u8>)) -> Option<Subject> {
        let mut writer = Writer::default();
        let head = Head {
            kind: 0,
            flags: 0,
            seq: 1,
            family: 2,
            res_id: 0,
        };
        writer.message(&head, |body| {
            body.attr(NFTA_RULE_HANDLE, &9u64.to_be_bytes());
            write(body, subject);
        });
        let mut bytes = writer.as_bytes().to_vec();
        edit(&mut bytes);
        let (_, attrs) = Messages(&bytes).next()?.netfilter()?;
        read(attrs).map(|own| own.subject)
    }

    #[test]
    fn knows_its_own_rule() {
        for name in ["br0", "b", "a23456789012345", "br-é"] {
            assert_eq!(round(name, |_| {}).as_deref(), Some(name));
        }
    }

    #[test]
    fn knows_the_rules_of_its_routes() {
        for subnet in [
            "10.2.0.0/24",
            "10.2.0.0/22",
            "128.0.0.0/1",
            "10.2.3.4/32",
            "fd02::/61",
        ] {
            for direction in Direction::BOTH {
                let subject = route(subnet, direction);
                assert_eq!(read_back(&subject, |_| {}), Some(subject));
            }
        }
    }

    #[test]
    fn damaged_bytes_never_name_another_route() {
        let subject = route("10.2.0.0/22", Direction::To);
        let mut len = 0;
        read_back(&subject, |bytes| len = bytes.len());
        for at in 0..len {
            for value in 0..=u8::MAX {
                let found = read_back(&subject, |bytes| bytes[at] = value);
                // The mark names the subnet; both directions are netpipe's.
                let mark = found.as_ref().map(Subject::mark);
                let same = mark.is_none_or(|mark| mark == subject.mark());
                assert!(same, "byte {at} = {value}: {found:?}");
            }
        }
    }

    #[test]
    fn damaged_bytes_never_panic_and_never_name_another_bridge() {
        let mut len = 0;
        round("br0", |bytes| len = bytes.len());
        for at in 0..len {
            for value in 0..=u8::MAX {
                let found = round("br0", |bytes| bytes[at] = value);
                assert!(
                    matches!(found.as_deref(), None | Some("br0")),
                    "byte {at} = {value}"
                );
            }
        }
    }
}

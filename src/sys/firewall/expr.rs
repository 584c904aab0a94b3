//! The rule's expressions: what `iptables-nft -i br0 -o br0 -j ACCEPT` would write, and
//! the test whether a rule of the kernel's is that one and carries netpipe's mark.
//!
//! Source: linux/netfilter/nf_tables.h; iptables/nft-shared.c of iptables 1.8.9.

use super::blocker::{Ending, Stop};
use super::bridge::{Bridge, IFNAMSIZ};
use super::nfmsg::{Attrs, Writer, text};

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
    /// The bridge it is for.
    pub(super) bridge: Bridge,
}

/// Writes the attributes of the new rule that follow its table and chain.
pub(super) fn write(body: &mut Writer, bridge: &Bridge) {
    body.nest(NFTA_RULE_EXPRESSIONS, |list| {
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
    body.attr(NFTA_RULE_USERDATA, &comment(&bridge.mark()));
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
    let (input, output) = (shape.input?, shape.output?);
    let bridge = Bridge::new(input).ok()?;
    (shape.accepts && input == output && mark == bridge.mark())
        .then_some(OwnRule { handle, bridge })
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

/// What a rule's expressions add up to.
#[derive(Default)]
struct Shape<'a> {
    /// What the last `meta` loaded.
    loaded: Option<u32>,
    input: Option<&'a str>,
    output: Option<&'a str>,
    comment: Option<&'a str>,
    accepts: bool,
}

impl<'a> Shape<'a> {
    /// Takes in one expression; `None` for one that netpipe's rule does not have.
    fn take(&mut self, element: Attrs<'a>) -> Option<()> {
        let name = element.string(NFTA_EXPR_NAME)?;
        if name == "counter" {
            return Some(());
        }
        let data = element.inside(NFTA_EXPR_DATA)?;
        match name {
            "meta" => self.loaded = Some(data.be32(NFTA_META_KEY)?),
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

    fn compare(&mut self, data: Attrs<'a>) -> Option<()> {
        let value = data.inside(NFTA_CMP_DATA)?.find(NFTA_DATA_VALUE)?;
        let whole = value.last() == Some(&0) && value.len() <= IFNAMSIZ;
        if !whole || data.be32(NFTA_CMP_OP)? != NFT_CMP_EQ {
            return None;
        }
        let place = match self.loaded.take()? {
            NFT_META_IIFNAME => &mut self.input,
            NFT_META_OIFNAME => &mut self.output,
            _ => return None,
        };
        place.is_none().then_some(())?;
        *place = text(value);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::firewall::nfmsg::{Head, Messages};

    /// Writes a rule, lets `edit` spoil its bytes, and reads it back.
    fn round(name: &str, edit: impl FnOnce(&mut Vec<u8>)) -> Option<String> {
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
            write(body, &Bridge::new(name).unwrap());
        });
        let mut bytes = writer.as_bytes().to_vec();
        edit(&mut bytes);
        let (_, attrs) = Messages(&bytes).next()?.netfilter()?;
        read(attrs).map(|own| own.bridge.as_str().to_owned())
    }

    #[test]
    fn knows_its_own_rule() {
        for name in ["br0", "b", "a23456789012345", "br-é"] {
            assert_eq!(round(name, |_| {}).as_deref(), Some(name));
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

//! What to plug a target into: the LINK of a command.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{IfName, Mac, NetworkName, serde_as_text, shown};
use crate::error::{Error, Result};

/// The kinds of link a target can be plugged into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkKind {
    /// A Linux bridge; the target gets one end of a veth pair.
    Bridge,
    /// An Open vSwitch bridge; the target gets one end of a veth pair.
    Ovs,
    /// A link with a MAC of its own on a network card of the host.
    Macvlan,
    /// A link that shares the MAC of a network card of the host.
    Ipvlan,
    /// A network card of the host itself, which moves into the target.
    Phys,
    /// A wire: the other end of the veth pair is in another target.
    Veth,
    /// A link that leads nowhere.
    Dummy,
    /// A child of an IP-over-InfiniBand card of the host.
    Ipoib,
}

impl LinkKind {
    /// Every kind, in the order help lists them.
    pub const ALL: [Self; 8] = [
        Self::Bridge,
        Self::Ovs,
        Self::Macvlan,
        Self::Ipvlan,
        Self::Phys,
        Self::Veth,
        Self::Dummy,
        Self::Ipoib,
    ];

    /// The word in front of the colon: `bridge` in `bridge:lan`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Bridge => "bridge",
            Self::Ovs => "ovs",
            Self::Macvlan => "macvlan",
            Self::Ipvlan => "ipvlan",
            Self::Phys => "phys",
            Self::Veth => "veth",
            Self::Dummy => "dummy",
            Self::Ipoib => "ipoib",
        }
    }

    /// Whether the target's link is one end of a pair whose other end is on the host, and
    /// goes when that one does. Any other is marked, looked for and deleted in the target.
    pub fn has_host_end(self) -> bool {
        matches!(self, Self::Bridge | Self::Ovs)
    }
}

impl fmt::Display for LinkKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for LinkKind {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.word() == word).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|kind| kind.word()).collect();
            Error::usage(format!("`{}` is not a kind of link", shown(word))).hint(format!(
                "the kinds are: {}, `net:` for a registered network, and `mac:` for the card \
                 with that address",
                known.join(", ")
            ))
        })
    }
}

/// What stands before a card's address.
const MAC: &str = "mac:";

/// Whether a name that nothing has yet means a bridge of Open vSwitch, as with pipework.
pub fn is_ovs_name(name: &IfName) -> bool {
    name.as_str().starts_with("ovs")
}

/// The LINK of a command: a link, or the network that says which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkArg {
    /// `br0` or `bridge:lan`.
    Link(LinkSpec),
    /// `net:acme`: the bridge of a registered network, and its addresses.
    Network(NetworkName),
    /// `mac:26:2e:71:98:60:8f` or `macvlan:mac:…`: the card of the host with that address.
    Card(Option<LinkKind>, Mac),
}

impl FromStr for LinkArg {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if let Some(name) = text.strip_prefix("net:") {
            return name.parse().map(Self::Network);
        }
        if let Some(mac) = text.strip_prefix(MAC) {
            return Ok(Self::Card(None, mac.parse()?));
        }
        if let Some((word, rest)) = text.split_once(':')
            && let Some(mac) = rest.strip_prefix(MAC)
        {
            return Ok(Self::Card(Some(word.parse()?), mac.parse()?));
        }
        // As pipework has it: a link that leads nowhere needs no name.
        if text == LinkKind::Dummy.word() {
            return Ok(Self::Link(LinkSpec {
                kind: Some(LinkKind::Dummy),
                name: text.parse()?,
            }));
        }
        text.parse().map(Self::Link)
    }
}

/// A link by name, with its kind if the user gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkSpec {
    /// The explicit kind; without one it is read off the host.
    pub kind: Option<LinkKind>,
    /// The name on the host.
    pub name: IfName,
}

impl FromStr for LinkSpec {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let Some((word, name)) = text.split_once(':') else {
            return Ok(Self {
                kind: None,
                name: text.parse()?,
            });
        };
        Ok(Self {
            kind: Some(word.parse()?),
            name: name.parse()?,
        })
    }
}

impl fmt::Display for LinkSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Some(kind) => write!(f, "{kind}:{}", self.name),
            None => write!(f, "{}", self.name),
        }
    }
}

serde_as_text!(LinkSpec);

#[cfg(test)]
mod tests {
    use super::{LinkArg, LinkKind, LinkSpec};

    #[test]
    fn a_card_is_known_by_its_address() {
        let mac = "26:2e:71:98:60:8f".parse().unwrap();
        for (text, kind) in [
            ("mac:26:2e:71:98:60:8f", None),
            ("macvlan:mac:26:2e:71:98:60:8F", Some(LinkKind::Macvlan)),
            ("phys:mac:26:2e:71:98:60:8f", Some(LinkKind::Phys)),
        ] {
            assert_eq!(text.parse::<LinkArg>().unwrap(), LinkArg::Card(kind, mac));
        }
        for bad in [
            "mac:",
            "mac:eth0",
            "macvlan:mac:26:2e",
            "x:mac:26:2e:71:98:60:8f",
        ] {
            assert!(bad.parse::<LinkArg>().is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn a_link_that_leads_nowhere_needs_no_name() {
        let LinkArg::Link(link) = "dummy".parse().unwrap() else {
            panic!("not a link");
        };
        assert_eq!(link.to_string(), "dummy:dummy");
    }

    #[test]
    fn reads_bare_and_explicit_links() {
        for good in ["br0", "bridge:lan"] {
            assert_eq!(good.parse::<LinkSpec>().unwrap().to_string(), good);
        }
    }

    #[test]
    fn refuses_unknown_kinds_and_bad_names() {
        for bad in [
            "",
            "bridge:",
            "nonsense:br0",
            "bridge:a/b",
            "br 0",
            "bridge:br0:x",
        ] {
            assert!(bad.parse::<LinkSpec>().is_err(), "{bad:?} was accepted");
        }
    }
}

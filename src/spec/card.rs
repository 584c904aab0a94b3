//! What a link on a network card can be told: its mode, and more.

use std::fmt;
use std::str::FromStr;

use super::{LinkKind, Mac, VlanId, serde_as_text, shown};
use crate::error::{Error, Result};

/// What a macvlan or ipvlan does with frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardMode {
    /// macvlan: those of one card reach each other.
    Bridge,
    /// macvlan: they do not.
    Private,
    /// macvlan: they do if the switch sends back what came from it.
    Vepa,
    /// macvlan: it has the card for itself, with its MAC.
    Passthru,
    /// macvlan: it accepts frames of certain MACs alone.
    Source,
    /// ipvlan: frames are told apart by their IP address, and ARP is answered.
    L2,
    /// ipvlan: packets are routed by the card's side; there is no broadcast.
    L3,
    /// ipvlan: the same, and packets pass the host's firewall.
    L3s,
}

impl CardMode {
    /// Every mode, in the order help lists them.
    pub const ALL: [Self; 8] = [
        Self::Bridge,
        Self::Private,
        Self::Vepa,
        Self::Passthru,
        Self::Source,
        Self::L2,
        Self::L3,
        Self::L3s,
    ];

    /// Its name, as iproute2 writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Bridge => "bridge",
            Self::Private => "private",
            Self::Vepa => "vepa",
            Self::Passthru => "passthru",
            Self::Source => "source",
            Self::L2 => "l2",
            Self::L3 => "l3",
            Self::L3s => "l3s",
        }
    }

    /// The kind of link that has it.
    pub fn kind(self) -> LinkKind {
        match self {
            Self::L2 | Self::L3 | Self::L3s => LinkKind::Ipvlan,
            _ => LinkKind::Macvlan,
        }
    }

    /// The one that a kind of link has unless told; none if it has no modes.
    pub fn default_of(kind: LinkKind) -> Option<Self> {
        match kind {
            LinkKind::Macvlan => Some(Self::Bridge),
            LinkKind::Ipvlan => Some(Self::L2),
            _ => None,
        }
    }

    /// Whether the link has the card's own MAC, and no say in it.
    pub fn shares_mac(self) -> bool {
        self == Self::Passthru || self.kind() == LinkKind::Ipvlan
    }

    /// Whether there is no ARP on the link: neighbours cannot be told anything.
    pub fn is_routed(self) -> bool {
        matches!(self, Self::L3 | Self::L3s)
    }

    /// Whether a link of the host's in the same mode reaches it.
    pub fn has_shim(self) -> bool {
        matches!(self, Self::Bridge | Self::L2)
    }
}

impl FromStr for CardMode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|mode| mode.word() == text);
        found.ok_or_else(|| {
            Error::usage(format!("`{}` is not a mode", shown(text))).hint(format!(
                "those of macvlan are {}; those of ipvlan {}",
                modes_of(LinkKind::Macvlan),
                modes_of(LinkKind::Ipvlan)
            ))
        })
    }
}

/// The modes of a kind of link, for messages.
fn modes_of(kind: LinkKind) -> String {
    let own = CardMode::ALL.into_iter().filter(|mode| mode.kind() == kind);
    own.map(CardMode::word).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for CardMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

serde_as_text!(CardMode);

/// What a request says of a link on a card, each part well-formed by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CardOptions {
    /// The mode; that of the kind if none is given.
    pub mode: Option<CardMode>,
    /// The MACs that a macvlan in mode `source` accepts.
    pub sources: Vec<Mac>,
    /// The provider's VLAN that the VLAN is in.
    pub svlan: Option<VlanId>,
    /// Whether the host gets a link that reaches it.
    pub host_shim: bool,
}

/// The most MACs that a macvlan accepts: each is one more comparison a frame.
const MOST_SOURCES: usize = 64;

impl CardOptions {
    /// Checks that the parts agree with each other.
    ///
    /// # Errors
    /// A usage error that names the parts at odds.
    pub fn check(&self, has_vlan: bool) -> Result<()> {
        for (nth, mac) in self.sources.iter().enumerate() {
            if self.sources[..nth].contains(mac) {
                return Err(Error::usage(format!("--source-mac {mac} is given twice")));
            }
        }
        if self.sources.len() > MOST_SOURCES {
            return Err(Error::usage(format!(
                "{} MACs are more than the {MOST_SOURCES} that a link accepts",
                self.sources.len()
            )));
        }
        if self.svlan.is_some() && !has_vlan {
            return Err(
                Error::usage("--svlan is the VLAN that --vlan is in, which was not given")
                    .hint("give both: --svlan 100 --vlan 10"),
            );
        }
        match (self.mode, self.sources.is_empty()) {
            (Some(CardMode::Source), true) => Err(Error::usage(
                "mode `source` accepts frames of certain MACs, and none is given",
            )
            .hint("give --source-mac MAC, as often as there are MACs")),
            (Some(CardMode::Source), false) | (_, true) => Ok(()),
            (_, false) => Err(
                Error::usage("--source-mac is for a macvlan in mode `source`")
                    .hint("give --mode source as well"),
            ),
        }
    }

    /// Checks them for the kind of link that LINK turned out to be. Gives its mode, if it
    /// has one.
    ///
    /// # Errors
    /// A usage error that names the option that is not for this kind.
    pub fn mode_for(&self, kind: LinkKind) -> Result<Option<CardMode>> {
        let Some(usual) = CardMode::default_of(kind) else {
            let given = [
                (self.mode.is_some(), "--mode"),
                (self.svlan.is_some(), "--svlan"),
                (self.host_shim, "--host-shim"),
            ];
            return match given.into_iter().find(|(given, _)| *given) {
                None => Ok(None),
                Some((_, option)) => Err(Error::usage(format!(
                    "{option} is for a macvlan or ipvlan on a card, and this is a {kind}"
                ))),
            };
        };
        let mode = self.mode.unwrap_or(usual);
        if mode.kind() != kind {
            return Err(Error::usage(format!(
                "`{mode}` is a mode of {}, and this is a {kind}",
                mode.kind()
            ))
            .hint(format!(
                "the modes of {kind} are {}; for that one write LINK as `{}:…`",
                modes_of(kind),
                mode.kind()
            )));
        }
        if self.host_shim && !mode.has_shim() {
            return Err(Error::usage(format!(
                "--host-shim cannot reach a {kind} in mode `{mode}`"
            ))
            .hint("it is for macvlan in mode `bridge` and for ipvlan in mode `l2`"));
        }
        Ok(Some(mode))
    }
}

#[cfg(test)]
mod tests {
    use super::{CardMode, CardOptions};
    use crate::spec::LinkKind;

    #[test]
    fn a_mode_reads_back() {
        for mode in CardMode::ALL {
            assert_eq!(mode.word().parse::<CardMode>().unwrap(), mode);
        }
        assert!("L2".parse::<CardMode>().is_err());
    }

    #[test]
    fn a_mode_is_of_one_kind() {
        let options = |mode: &str| CardOptions {
            mode: Some(mode.parse().unwrap()),
            ..CardOptions::default()
        };
        assert!(options("l2").mode_for(LinkKind::Macvlan).is_err());
        assert!(options("vepa").mode_for(LinkKind::Ipvlan).is_err());
        assert!(options("vepa").mode_for(LinkKind::Bridge).is_err());
        assert!(options("source").check(false).is_err());
        let usual = CardOptions::default().mode_for(LinkKind::Ipvlan).unwrap();
        assert_eq!(usual, Some(CardMode::L2));
    }
}

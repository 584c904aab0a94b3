//! A link that is made straight in the target.

use std::fmt;

use super::step::{Side, Step};
use crate::spec::{CardMode, IfName, Mac};

/// A link to be made in the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// Its name there.
    pub ifname: IfName,
    /// Its MAC, if it has one of its own: with the alias not set yet, it proves whose link
    /// this is.
    pub mac: Option<Mac>,
    /// What it will be marked with, if it has none.
    pub birth: Option<String>,
    /// Its MTU in bytes.
    pub mtu: u32,
    /// What it is.
    pub what: Virtual,
}

/// What such a link is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Virtual {
    /// A link that leads nowhere.
    Dummy,
    /// A macvlan or ipvlan.
    OnCard {
        /// The link of the host that it is on.
        parent: IfName,
        /// What it does with frames.
        mode: CardMode,
        /// The MACs that it accepts, in mode `source`.
        sources: Vec<Mac>,
    },
}

impl fmt::Display for Virtual {
    /// As the rest of a line of `ip link add`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dummy => f.write_str("type dummy"),
            Self::OnCard { mode, sources, .. } => f.write_str(&on_card(*mode, sources)),
        }
    }
}

/// The rest of a line of `ip link add` or `ip link set` for a link on a card.
pub fn on_card(mode: CardMode, sources: &[Mac]) -> String {
    let mut text = format!("type {} mode {mode}", mode.kind());
    if mode == CardMode::Source {
        text += " macaddr set";
        for mac in sources {
            text += &format!(" {mac}");
        }
    }
    text
}

impl NewLink {
    /// The step that deletes it again, if it is the one that was made.
    pub fn inverse(self) -> Step {
        Step::DelLink {
            side: Side::Target,
            name: self.ifname,
            mac: self.mac,
            mark: self.birth,
        }
    }

    /// The equal command of iproute2. `enter` is what runs a program in the target.
    pub fn command(&self, enter: &str) -> String {
        let Self {
            ifname, mtu, what, ..
        } = self;
        let netns = enter.rsplit('=').next().unwrap_or_default();
        let on = match what {
            Virtual::Dummy => String::new(),
            Virtual::OnCard { parent, .. } => format!("link {parent} "),
        };
        let address = self.mac.map(|mac| format!("address {mac} "));
        format!(
            "ip link add {on}name {ifname} netns {netns} {}mtu {mtu} {what}",
            address.unwrap_or_default()
        )
    }
}

//! Changes to a network card of the host that moves into a target, and comes home.

use crate::registry::ends::Home;
use crate::spec::IfName;

/// A card of the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Its name on the host.
    pub name: IfName,
    /// Its name in the target.
    pub ifname: IfName,
    /// The alias by which it is known wherever it is.
    pub mark: String,
    /// What it was.
    pub home: Home,
}

/// One change to a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhysStep {
    /// Moves it into the target, under its name there, down: one message. A wireless one
    /// moves with its radio, and gets its name by a second message.
    MoveIn(Card),
    /// Brings it home from the target, or from wherever on the host the kernel has put it,
    /// and gives it what it had: name, MTU, MAC, settings, addresses, up, routes. Several
    /// messages; what it has already is left out.
    GoHome(Card),
    /// Gives it the alias back that it had.
    Unmark(Card),
}

impl PhysStep {
    /// The step that takes this one back.
    pub fn inverse(&self) -> Option<Self> {
        match self {
            Self::MoveIn(card) => Some(Self::GoHome(card.clone())),
            Self::GoHome(_) | Self::Unmark(_) => None,
        }
    }

    /// The equal commands. `enter` is what runs a program in the target.
    pub fn command(&self, enter: &str) -> String {
        match self {
            Self::MoveIn(card) => {
                let Card { name, ifname, .. } = card;
                let netns = enter.rsplit('=').next().unwrap_or_default();
                match card.home.radio {
                    Some(radio) => format!(
                        "iw phy#{radio} set netns name {netns}\n{enter} ip link set {name} name {ifname}"
                    ),
                    None => format!("ip link set {name} netns {netns} name {ifname}"),
                }
            }
            Self::GoHome(card) => card.home_commands(enter).join("\n"),
            Self::Unmark(Card { name, home, .. }) => {
                format!("ip link set {name} alias '{}'", home.alias)
            }
        }
    }
}

impl Card {
    /// Without `enter` it is on the host already, perhaps under another name.
    fn home_commands(&self, enter: &str) -> Vec<String> {
        let Self {
            name, ifname, home, ..
        } = self;
        let mut lines = match home.radio {
            _ if enter.is_empty() && ifname == name => Vec::new(),
            _ if enter.is_empty() => vec![format!("ip link set {ifname} down name {name}")],
            Some(radio) => vec![
                format!("{enter} iw phy#{radio} set netns 1"),
                format!("ip link set {ifname} name {name}"),
            ],
            None => vec![format!("{enter} ip link set {ifname} netns 1 name {name}")],
        };
        lines.push(format!(
            "ip link set {name} mtu {} address {}",
            home.mtu, home.mac
        ));
        let settings = home.settings.iter();
        lines.extend(settings.map(|setting| format!("sysctl -w '{setting}'")));
        if home.up {
            lines.push(format!("ip link set {name} up"));
        }
        let addresses = home.addresses.iter();
        lines.extend(addresses.map(|held| format!("ip address add {held} dev {name}")));
        let routes = home.routes.iter();
        lines.extend(routes.map(|route| format!("ip route add {route} dev {name}")));
        lines
    }
}

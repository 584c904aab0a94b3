//! Changes on a card of the host and to links on it.

use std::net::{IpAddr, Ipv6Addr};

use super::new_link::on_card;
use super::step::Side;
use crate::registry::on_card::Shim;
use crate::spec::{CardMode, IfName, Mac, VlanId, VlanProtocol};

/// A VLAN of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVlan {
    /// Its name.
    pub name: IfName,
    /// The card, or the VLAN that it is in.
    pub parent: IfName,
    /// Its number.
    pub id: VlanId,
    /// How its frames are marked.
    pub protocol: VlanProtocol,
    /// What it will be marked with.
    pub mark: String,
}

/// What a link on a card does with frames.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manner {
    /// Its mode.
    pub mode: CardMode,
    /// The MACs it accepts, in mode `source`.
    pub sources: Vec<Mac>,
}

impl Manner {
    /// Whether the kernel lets a link of the one become the other: `passthru` is chosen when
    /// it is made (`macvlan_changelink` in drivers/net/macvlan.c).
    pub fn can_become(&self, wanted: &Self) -> bool {
        let alone = |manner: &Self| manner.mode == CardMode::Passthru;
        alone(self) == alone(wanted) && self.mode.kind() == wanted.mode.kind()
    }
}

/// The host's way to an address of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRoute {
    /// The host's link that reaches it.
    pub dev: IfName,
    /// The address.
    pub ip: IpAddr,
    /// The host's address that it is reached from.
    pub source: Option<IpAddr>,
    /// Its MAC, where it could not be asked for.
    pub mac: Option<Mac>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardStep {
    /// Makes a VLAN of a card, down.
    AddVlan(NewVlan),
    /// Deletes a VLAN that netpipe made, if nothing is on it and it has no addresses.
    DelUnusedVlan {
        /// Its name.
        name: IfName,
        /// The alias it was marked with.
        mark: String,
    },
    /// Makes the host's link that reaches containers on a card, down.
    AddShim {
        /// The link.
        shim: Shim,
    },
    /// Marks a link that was made to be marked so: one message.
    Mark {
        /// Where it is.
        side: Side,
        /// Its name.
        name: IfName,
        /// The mark.
        mark: String,
    },
    /// Makes a marked link one that is to be marked.
    Unmark {
        /// Where it is.
        side: Side,
        /// Its name.
        name: IfName,
        /// The mark.
        mark: String,
    },
    /// Has a link in the target treat frames otherwise.
    SetManner {
        /// Its name.
        name: IfName,
        /// The new manner.
        wanted: Manner,
        /// The one before.
        before: Manner,
    },
    /// Gives the host a way to an address of a container: a route, and in ipvlan's case the
    /// MAC.
    AddHostRoute(HostRoute),
    /// Takes it away.
    DelHostRoute(HostRoute),
    /// Has the host answer for its address on the link that reaches containers.
    AddProxy {
        /// That link.
        dev: IfName,
        /// The address.
        ip: Ipv6Addr,
    },
}

impl CardStep {
    /// The step that takes this one back. What is made is deleted after its mark was taken
    /// back, so that the group it was born into is the proof.
    pub fn inverse(&self) -> Option<super::Step> {
        use super::Step;
        Some(match self.clone() {
            Self::AddVlan(vlan) => Step::Card(Self::DelUnusedVlan {
                name: vlan.name,
                mark: vlan.mark,
            }),
            Self::AddShim { shim } => Step::DelLink {
                side: Side::Host,
                name: shim.name,
                mac: shim.mac,
                mark: Some(shim.mark),
            },
            Self::Mark { side, name, mark } => Step::Card(Self::Unmark { side, name, mark }),
            Self::Unmark { side, name, mark } => Step::Card(Self::Mark { side, name, mark }),
            Self::SetManner {
                name,
                wanted,
                before,
            } => Step::Card(Self::SetManner {
                name,
                wanted: before,
                before: wanted,
            }),
            Self::AddHostRoute(route) => Step::Card(Self::DelHostRoute(route)),
            Self::DelHostRoute(route) => Step::Card(Self::AddHostRoute(route)),
            Self::DelUnusedVlan { .. } | Self::AddProxy { .. } => return None,
        })
    }

    /// The equal commands of iproute2. `enter` is what runs a program in the target.
    pub fn command(&self, enter: &str) -> String {
        let at = |side: &Side| match side {
            Side::Host => String::new(),
            Side::Target => format!("{enter} "),
        };
        match self {
            Self::AddVlan(vlan) => format!(
                "ip link add link {} name {} type vlan proto {} id {}",
                vlan.parent, vlan.name, vlan.protocol, vlan.id
            ),
            Self::DelUnusedVlan { name, .. } => format!("ip link del {name}"),
            Self::AddShim { shim } => {
                let address = shim.mac.map(|mac| format!("address {mac} "));
                format!(
                    "ip link add link {} name {} {}{}",
                    shim.parent,
                    shim.name,
                    address.unwrap_or_default(),
                    on_card(shim.mode, &[])
                )
            }
            Self::Mark { side, name, mark } => {
                format!("{}ip link set {name} alias '{mark}'", at(side))
            }
            Self::Unmark { side, name, .. } => format!("{}ip link set {name} alias ''", at(side)),
            Self::SetManner { name, wanted, .. } => format!(
                "{enter} ip link set {name} {}",
                on_card(wanted.mode, &wanted.sources)
            ),
            Self::AddHostRoute(route) => route_commands(route, "add"),
            Self::DelHostRoute(route) => route_commands(route, "del"),
            Self::AddProxy { dev, ip } => format!("ip neigh add proxy {ip} dev {dev}"),
        }
    }
}

fn route_commands(
    HostRoute {
        dev,
        ip,
        source,
        mac,
    }: &HostRoute,
    verb: &str,
) -> String {
    let neighbour = mac.map(|mac| match verb {
        "add" => format!("ip neigh replace {ip} lladdr {mac} dev {dev} nud permanent\n"),
        _ => format!("ip neigh del {ip} dev {dev}\n"),
    });
    let source = source
        .filter(|_| verb == "add")
        .map(|ip| format!(" src {ip}"));
    format!(
        "{}ip route {verb} {ip} dev {dev}{} proto static",
        neighbour.unwrap_or_default(),
        source.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::{CardStep, HostRoute, Manner};
    use crate::plan::{Side, Step};

    #[test]
    fn what_is_undone_twice_is_done() {
        let name = || "eth1".parse().unwrap();
        let manner = |mode: &str| Manner {
            mode: mode.parse().unwrap(),
            sources: Vec::new(),
        };
        for step in [
            CardStep::Mark {
                side: Side::Target,
                name: name(),
                mark: "netpipe:x".into(),
            },
            CardStep::SetManner {
                name: name(),
                wanted: manner("vepa"),
                before: manner("private"),
            },
            CardStep::AddHostRoute(HostRoute {
                dev: name(),
                ip: "10.0.0.5".parse().unwrap(),
                source: None,
                mac: None,
            }),
        ] {
            let step = Step::Card(step);
            assert_eq!(step.inverse().and_then(|undo| undo.inverse()), Some(step));
        }
    }
}

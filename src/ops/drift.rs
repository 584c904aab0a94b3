//! How far the kernel is from a record.

use std::fmt;
use std::net::IpAddr;

use super::card_side::CardSide;
use super::dhcp;
use super::ovs_side::{self, OvsSide, SwitchDrift};
use super::shape;
use crate::plan::addressing::DefaultRoute;
use crate::plan::card_step::Manner;
use crate::plan::{Side, Step};
use crate::registry::lease::LeaseKind;
use crate::registry::record::AttachmentRecord;
use crate::resolve::Inside;
use crate::spec::{IfName, LinkKind, PortVlans, Sysctl, same_value, shown};
use crate::sys::firewall::BridgeRule;
use crate::sys::link::Link;
use crate::sys::qdisc::{Root, Shaping};

/// One way in which the kernel is not as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drift {
    /// The target is not there, or does not run.
    TargetGone(String),
    /// The target has another namespace than at the time of the record.
    NewNamespace,
    /// The host's end is missing.
    NoHostLink(IfName),
    /// The interface inside the target is missing.
    NoLink(IfName),
    /// The bridge is missing.
    NoBridge(IfName),
    /// The card that the interface is on is missing.
    NoParent(IfName),
    /// The interface is on another link of the host than this one.
    NotOn(IfName),
    /// The host's end is in another bridge, or in none.
    NotInBridge(IfName),
    /// The bridge does not tell VLANs apart.
    NoFiltering(IfName),
    /// The host's end is in other VLANs: it, is, should be.
    Vlans(IfName, Box<PortVlans>, Box<PortVlans>),
    /// An end is down.
    Down(IfName),
    /// The MTU differs: interface, is, should be.
    Mtu(IfName, u32, u32),
    /// The MAC differs: interface.
    Mac(IfName),
    /// The interface treats frames otherwise: interface, is, should be.
    Manner(IfName, Manner, Manner),
    /// The host's link that reaches it is missing or down.
    NoShim(IfName),
    /// The host has no way to an address of it.
    NoHostRoute(IpAddr),
    /// An address is missing.
    NoAddress(ipnetwork::IpNetwork),
    /// What a server or router was to give is missing or over: who, and how.
    Lease(LeaseKind, String),
    /// A route is missing.
    NoRoute(String),
    /// What the interface sends is not shaped so: what is at its root, what should be.
    Shape(IfName, Box<(Root, Shaping)>),
    /// A setting that the user asked for has another value: setting, is.
    Sysctl(Sysctl, String),
    /// A firewall rule is missing.
    NoRule(Box<BridgeRule>),
    /// Open vSwitch is not as recorded.
    Switch(SwitchDrift),
    /// The far end of a wire differs.
    Far(Box<Drift>),
}

impl Drift {
    /// Whether the link itself must be made anew; the rest is mended in place.
    fn needs_rebuild(&self) -> bool {
        if let Self::Far(drift) = self {
            return drift.needs_rebuild();
        }
        matches!(
            self,
            Self::NewNamespace
                | Self::NoHostLink(_)
                | Self::NoLink(_)
                | Self::NoParent(_)
                | Self::NotOn(_)
        ) || matches!(self, Self::Manner(_, is, wanted) if !is.can_become(wanted))
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TargetGone(why) => write!(f, "the target is not there: {why}"),
            Self::NewNamespace => f.write_str("the target has a new network namespace"),
            Self::NoHostLink(name) => write!(f, "`{name}` is missing on the host"),
            Self::NoLink(name) => write!(f, "`{name}` is missing in the target"),
            Self::NoBridge(name) => write!(f, "bridge `{name}` is missing"),
            Self::NoParent(name) => write!(f, "there is no `{name}` on the host"),
            Self::NotOn(name) => write!(f, "the interface is not on `{name}` of the host"),
            Self::NotInBridge(name) => write!(f, "the host's end is not in bridge `{name}`"),
            Self::NoFiltering(name) => write!(f, "bridge `{name}` does not tell VLANs apart"),
            Self::Vlans(name, is, should) => {
                write!(f, "the VLANs of `{name}` are {is}, not {should}")
            }
            Self::Down(name) => write!(f, "`{name}` is down"),
            Self::Mtu(name, is, should) => {
                write!(f, "the MTU of `{name}` is {is}, not {should}")
            }
            Self::Mac(name) => write!(f, "the MAC of `{name}` is not the recorded one"),
            Self::Manner(name, is, wanted) if is.mode == wanted.mode => {
                write!(
                    f,
                    "`{name}` accepts frames of other MACs than the recorded ones"
                )
            }
            Self::Manner(name, is, wanted) => {
                write!(
                    f,
                    "the mode of `{name}` is {}, not {}",
                    is.mode, wanted.mode
                )
            }
            Self::NoShim(name) => {
                write!(
                    f,
                    "the host's link `{name}`, which reaches it, is missing or down"
                )
            }
            Self::NoHostRoute(ip) => write!(f, "the host has no route to {ip} on its card"),
            Self::NoAddress(ip) => write!(f, "address {ip} is missing"),
            Self::Lease(kind, how) => write!(f, "{kind}: {how}"),
            Self::NoRoute(route) => write!(f, "route `{route}` is missing"),
            Self::Shape(name, differ) => shape::tell(name, differ, f),
            Self::Sysctl(setting, is) => write!(
                f,
                "the sysctl `{}` is {}, not {}",
                setting.key,
                shown(is),
                setting.value
            ),
            Self::NoRule(rule) => write!(f, "a firewall rule is missing: {rule}"),
            Self::Switch(drift) => drift.fmt(f),
            Self::Far(drift) => write!(f, "at the far end, {drift}"),
        }
    }
}

/// What the host has of an attachment.
#[derive(Debug)]
pub enum HostSide {
    /// Of one to a bridge.
    Bridge(BridgeSide),
    /// Of a link on a card.
    Card(Box<CardSide>),
    /// The card that a link in the target is on, if it is there.
    Nic(Option<Link>),
    /// Of one to a bridge of Open vSwitch.
    Ovs(OvsSide),
    /// Nothing: all of it is in the target.
    Nothing,
    /// Nothing: it is a wire, and this is where its far end differs.
    Far(Vec<Drift>),
}

impl HostSide {
    /// The steps that give the host what it lacks of its ways to a link on a card.
    pub fn ways_to(&self, record: &AttachmentRecord) -> Vec<Step> {
        match self {
            Self::Card(side) => side.ways_to(record),
            _ => Vec::new(),
        }
    }

    /// What the host's end is a port of, if that is not the recorded bridge.
    pub fn elsewhere(&self) -> Option<&IfName> {
        match self {
            Self::Bridge(side) => side.elsewhere.as_ref(),
            Self::Card(_) | Self::Nic(_) | Self::Ovs(_) | Self::Nothing | Self::Far(_) => None,
        }
    }
}

/// What the host has of an attachment to a bridge.
#[derive(Debug, Default)]
pub struct BridgeSide {
    /// The host's end.
    pub link: Option<Link>,
    /// The bridge.
    pub bridge: Option<Link>,
    /// What the host's end is a port of, if that is not the bridge.
    pub elsewhere: Option<IfName>,
    /// The VLANs of the host's end, if any were asked for and it is in the bridge.
    pub vlans: Option<PortVlans>,
    /// Rules the bridge needs and lacks.
    pub missing_rules: Vec<BridgeRule>,
}

/// Compares a record with the kernel. `others` may hold the other records of the target:
/// what they displaced is not missing.
pub fn drift(
    boot_id: &str,
    record: &AttachmentRecord,
    others: &[AttachmentRecord],
    host: &HostSide,
    inside: &Inside,
) -> Vec<Drift> {
    if !record.is_of(boot_id, inside.cookie) {
        return vec![Drift::NewNamespace];
    }
    let dev = &record.owner.ifname;
    let link = inside.link(dev).filter(|link| is_its(record, link));
    let mut found = match host {
        HostSide::Bridge(side) => bridge_drift(record, side),
        HostSide::Card(side) => card_drift(record, side, link),
        HostSide::Nic(parent) => parent_drift(record, parent.as_ref(), link),
        HostSide::Ovs(side) => {
            let switch = ovs_side::drift(record, side);
            let mut found: Vec<_> = switch.into_iter().map(Drift::Switch).collect();
            found.extend(end_drift(record, side.link.as_ref()));
            found
        }
        HostSide::Nothing => Vec::new(),
        HostSide::Far(drift) => drift
            .iter()
            .cloned()
            .map(Box::new)
            .map(Drift::Far)
            .collect(),
    };
    match link {
        None => found.push(Drift::NoLink(dev.clone())),
        Some(link) => found.extend(inside_drift(record, others, link, inside)),
    }
    found
}

/// Whether a link in the target is the attachment's: one without an end on the host has to
/// prove it itself.
fn is_its(record: &AttachmentRecord, link: &Link) -> bool {
    match record.handle() {
        (Side::Host, ..) => true,
        (Side::Target, _, mac) => link.is_proven(mac, Some(&record.mark())),
    }
}

fn parent_drift(
    record: &AttachmentRecord,
    parent: Option<&Link>,
    link: Option<&Link>,
) -> Vec<Drift> {
    match (parent, link) {
        (None, _) => vec![Drift::NoParent(record.uplink().clone())],
        (Some(parent), Some(link)) if link.peer != Some(parent.index) => {
            vec![Drift::NotOn(record.uplink().clone())]
        }
        _ => Vec::new(),
    }
}

fn card_drift(record: &AttachmentRecord, side: &CardSide, link: Option<&Link>) -> Vec<Drift> {
    let Some(parent) = &side.parent else {
        return vec![Drift::NoParent(record.uplink().clone())];
    };
    let mut found = parent_drift(record, Some(parent), link);
    // The card itself is the administrator's, a VLAN of it was set up for this. One in another
    // cannot be set up before that one.
    let outer = side.outer.as_ref().filter(|outer| !outer.up);
    found.extend(outer.and_then(|outer| Some(Drift::Down(outer.name.parse().ok()?))));
    if record.uplink() != &record.link && !parent.up {
        found.push(Drift::Down(record.uplink().clone()));
    }
    if let (Some(on), Some(link)) = (&record.card, link) {
        let wanted = Manner {
            mode: on.mode,
            sources: on.sources.clone(),
        };
        let is = link.card_mode.map(|mode| Manner {
            mode,
            sources: link.sources.clone(),
        });
        if let Some(is) = is.filter(|is| *is != wanted) {
            found.push(Drift::Manner(record.owner.ifname.clone(), is, wanted));
        }
    }
    if let Some(site) = &side.shim {
        if !site.is_whole() || !site.found.as_ref().is_some_and(|link| link.up) {
            found.push(Drift::NoShim(site.shim.name.clone()));
        }
        found.extend(side.unreached(record).into_iter().map(Drift::NoHostRoute));
    }
    found
}

fn bridge_drift(record: &AttachmentRecord, host: &BridgeSide) -> Vec<Drift> {
    let mut found = Vec::new();
    match &host.bridge {
        None => found.push(Drift::NoBridge(record.link.clone())),
        Some(bridge) if !bridge.up => found.push(Drift::Down(record.link.clone())),
        Some(_) => {}
    }
    let outside = |link: &Link| {
        let bridge = host.bridge.as_ref();
        bridge.is_some_and(|bridge| link.master != Some(bridge.index))
    };
    if host.link.as_ref().is_some_and(outside) {
        found.push(Drift::NotInBridge(record.link.clone()));
    }
    found.extend(vlan_drift(record, host));
    found.extend(end_drift(record, host.link.as_ref()));
    if host.link.is_none() {
        return found;
    }
    found.extend(
        host.missing_rules
            .iter()
            .cloned()
            .map(|rule| Drift::NoRule(Box::new(rule))),
    );
    found
}

/// What is at odds with the VLANs that were asked for. A port of which none were is in
/// whatever the bridge and its administrator put it.
fn vlan_drift(record: &AttachmentRecord, host: &BridgeSide) -> Vec<Drift> {
    let mut found = Vec::new();
    let (Some(port), Some(wanted)) = (
        &record.host_ifname,
        record.vlan.as_ref().map(PortVlans::from),
    ) else {
        return found;
    };
    if host
        .bridge
        .as_ref()
        .is_some_and(|link| !link.vlan_filtering)
    {
        found.push(Drift::NoFiltering(record.link.clone()));
    }
    if let Some(is) = host.vlans.clone().filter(|is| *is != wanted) {
        found.push(Drift::Vlans(port.clone(), is.into(), wanted.into()));
    }
    found
}

/// What is at odds with the host's end of a pair itself.
fn end_drift(record: &AttachmentRecord, link: Option<&Link>) -> Vec<Drift> {
    let Some(name) = &record.host_ifname else {
        return Vec::new();
    };
    let Some(link) = link else {
        return vec![Drift::NoHostLink(name.clone())];
    };
    let mut found = Vec::new();
    if !link.up {
        found.push(Drift::Down(name.clone()));
    }
    if link.mtu != record.mtu {
        found.push(Drift::Mtu(name.clone(), link.mtu, record.mtu));
    }
    found
}

/// Whether the link must be made anew to mend these. A port that has VLANs is not moved
/// into its bridge: there it would be in the default one for a moment.
pub fn needs_rebuild(record: &AttachmentRecord, found: &[Drift]) -> bool {
    let moves = |one: &Drift| matches!(one, Drift::NoBridge(_) | Drift::NotInBridge(_));
    let leaks = record.vlan.is_some() && found.iter().any(moves);
    leaks || found.iter().any(Drift::needs_rebuild)
}

fn inside_drift(
    record: &AttachmentRecord,
    others: &[AttachmentRecord],
    link: &Link,
    inside: &Inside,
) -> Vec<Drift> {
    let mut found = Vec::new();
    let dev = &record.owner.ifname;
    if !link.up {
        found.push(Drift::Down(dev.clone()));
    }
    if link.mtu != record.inner_mtu() {
        found.push(Drift::Mtu(dev.clone(), link.mtu, record.inner_mtu()));
    }
    // One that has the card's MAC goes along with that. An InfiniBand card gives its children
    // addresses, of 20 bytes.
    let own_mac = !record.shares_mac() && record.kind != LinkKind::Ipoib;
    if own_mac && link.mac != Some(record.mac) {
        found.push(Drift::Mac(dev.clone()));
    }
    for wanted in &record.addresses {
        if !inside
            .addresses_of(link.index)
            .any(|address| address.ip == *wanted)
        {
            found.push(Drift::NoAddress(*wanted));
        }
    }
    found.extend(dhcp::drift::drift(record, others, link, inside));
    for default in standing_defaults(record, others) {
        if let Ok(wanted) = default.route(record.metric)
            && !dhcp::drift::has_default(record, others, (link, inside), default)
        {
            found.push(Drift::NoRoute(wanted.to_string()));
        }
    }
    for wanted in &record.routes {
        let present = inside.routes.iter().any(|route| {
            route.link == link.index
                && route.destination == wanted.destination
                && route.gateway == wanted.via
        });
        if !present {
            found.push(Drift::NoRoute(wanted.destination.to_string()));
        }
    }
    found.extend(shape::drift(record, link, inside));
    found.extend(changed_settings(record, others, inside));
    found
}

/// The settings the user asked for that have another value. Of those about which the
/// attachments of a target disagree, either value is as good.
fn changed_settings(
    record: &AttachmentRecord,
    others: &[AttachmentRecord],
    inside: &Inside,
) -> Vec<Drift> {
    let agreed = |setting: &&Sysctl| {
        others
            .iter()
            .filter(|other| other.owner != record.owner)
            .filter_map(|other| other.needs(&setting.key))
            .all(|needed| same_value(needed, &setting.value))
    };
    let changed = |setting: &Sysctl| {
        let is = inside.sysctls.get(&setting.key)?;
        let differs = !same_value(is, &setting.value);
        differs.then(|| Drift::Sysctl(setting.clone(), is.clone()))
    };
    record
        .sysctls
        .iter()
        .filter(agreed)
        .filter_map(changed)
        .collect()
}

/// The settings that [`drift`] must know the values of.
pub fn settings(record: &AttachmentRecord) -> Vec<String> {
    let keys = record.sysctls.iter().map(|setting| setting.key.clone());
    keys.collect()
}

/// The default routes a record carries.
pub fn defaults(record: &AttachmentRecord) -> Vec<DefaultRoute> {
    let gateways = record.gateways.iter().copied();
    let mut defaults: Vec<_> = gateways.map(DefaultRoute::Via).collect();
    // A router that is known serves its own family only; without any, the link itself does.
    if record.default_route && record.gateways.is_empty() {
        if record.addresses.iter().any(ipnetwork::IpNetwork::is_ipv4) && !record.leasing.asks_v4() {
            defaults.push(DefaultRoute::OnLinkV4);
        }
        if record.addresses.iter().any(ipnetwork::IpNetwork::is_ipv6) && !record.leasing.asks_v6() {
            defaults.push(DefaultRoute::OnLinkV6);
        }
    }
    defaults
}

/// Those of its default routes that no other attachment of the same namespace has taken
/// the place of: such a one saved the route, and brings it back when it is detached.
pub fn standing_defaults(
    record: &AttachmentRecord,
    others: &[AttachmentRecord],
) -> Vec<DefaultRoute> {
    let all = defaults(record).into_iter();
    all.filter(|default| stands(record, others, *default))
        .collect()
}

/// Whether no other attachment of the namespace has displaced a default route of it.
pub fn stands(
    record: &AttachmentRecord,
    others: &[AttachmentRecord],
    default: DefaultRoute,
) -> bool {
    let beside = |other: &&AttachmentRecord| {
        other.owner != record.owner && other.netns_cookie == record.netns_cookie
    };
    let beside = others.iter().filter(beside);
    let routes = beside.flat_map(|other| &other.saved.routes);
    let mut displaced = routes.filter(|saved| saved.dev == record.owner.ifname);
    default.route(record.metric).is_ok_and(|route| {
        let same = (route.destination, route.gateway);
        !displaced.any(|saved| (saved.route.destination, saved.route.gateway) == same)
    })
}

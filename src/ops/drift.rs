//! How far the kernel is from a record.

use std::fmt;

use crate::plan::Side;
use crate::plan::addressing::DefaultRoute;
use crate::registry::record::AttachmentRecord;
use crate::resolve::Inside;
use crate::spec::{IfName, LinkKind, Sysctl, same_value, shown};
use crate::sys::firewall::BridgeRule;
use crate::sys::link::Link;

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
    /// An end is down.
    Down(IfName),
    /// The MTU differs: interface, is, should be.
    Mtu(IfName, u32, u32),
    /// The MAC differs: interface.
    Mac(IfName),
    /// An address is missing.
    NoAddress(ipnetwork::IpNetwork),
    /// A route is missing.
    NoRoute(String),
    /// A setting that the user asked for has another value: setting, is.
    Sysctl(Sysctl, String),
    /// A firewall rule is missing.
    NoRule(Box<BridgeRule>),
    /// The far end of a wire differs.
    Far(Box<Drift>),
}

impl Drift {
    /// Whether the link itself must be made anew; the rest is mended in place.
    pub fn needs_rebuild(&self) -> bool {
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
        )
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
            Self::Down(name) => write!(f, "`{name}` is down"),
            Self::Mtu(name, is, should) => {
                write!(f, "the MTU of `{name}` is {is}, not {should}")
            }
            Self::Mac(name) => write!(f, "the MAC of `{name}` is not the recorded one"),
            Self::NoAddress(ip) => write!(f, "address {ip} is missing"),
            Self::NoRoute(route) => write!(f, "route `{route}` is missing"),
            Self::Sysctl(setting, is) => write!(
                f,
                "the sysctl `{}` is {}, not {}",
                setting.key,
                shown(is),
                setting.value
            ),
            Self::NoRule(rule) => write!(f, "a firewall rule is missing: {rule}"),
            Self::Far(drift) => write!(f, "at the far end, {drift}"),
        }
    }
}

/// What the host has of an attachment.
#[derive(Debug)]
pub enum HostSide {
    /// Of one to a bridge.
    Bridge(BridgeSide),
    /// The card that a link in the target is on, if it is there.
    Nic(Option<Link>),
    /// Nothing: all of it is in the target.
    Nothing,
    /// Nothing: it is a wire, and this is where its far end differs.
    Far(Vec<Drift>),
}

impl HostSide {
    /// What the host's end is a port of, if that is not the recorded bridge.
    pub fn elsewhere(&self) -> Option<&IfName> {
        match self {
            Self::Bridge(side) => side.elsewhere.as_ref(),
            Self::Nic(_) | Self::Nothing | Self::Far(_) => None,
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
        HostSide::Nic(parent) => parent_drift(record, parent.as_ref(), link),
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
        (Side::Target, _, mac) => link.is_proven(Some(mac), Some(&record.mark())),
    }
}

fn parent_drift(
    record: &AttachmentRecord,
    parent: Option<&Link>,
    link: Option<&Link>,
) -> Vec<Drift> {
    match (parent, link) {
        (None, _) => vec![Drift::NoParent(record.link.clone())],
        (Some(parent), Some(link)) if link.peer != Some(parent.index) => {
            vec![Drift::NotOn(record.link.clone())]
        }
        _ => Vec::new(),
    }
}

fn bridge_drift(record: &AttachmentRecord, host: &BridgeSide) -> Vec<Drift> {
    let mut found = Vec::new();
    match &host.bridge {
        None => found.push(Drift::NoBridge(record.link.clone())),
        Some(bridge) if !bridge.up => found.push(Drift::Down(record.link.clone())),
        Some(_) => {}
    }
    let Some(name) = &record.host_ifname else {
        return found;
    };
    let Some(link) = &host.link else {
        found.push(Drift::NoHostLink(name.clone()));
        return found;
    };
    if host
        .bridge
        .as_ref()
        .is_some_and(|bridge| link.master != Some(bridge.index))
    {
        found.push(Drift::NotInBridge(record.link.clone()));
    }
    if !link.up {
        found.push(Drift::Down(name.clone()));
    }
    if link.mtu != record.mtu {
        found.push(Drift::Mtu(name.clone(), link.mtu, record.mtu));
    }
    found.extend(
        host.missing_rules
            .iter()
            .cloned()
            .map(|rule| Drift::NoRule(Box::new(rule))),
    );
    found
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
    if link.mtu != record.mtu {
        found.push(Drift::Mtu(dev.clone(), link.mtu, record.mtu));
    }
    // An InfiniBand card gives its children addresses, of 20 bytes.
    if link.mac != Some(record.mac) && record.kind != LinkKind::Ipoib {
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
    for default in standing_defaults(record, others) {
        let Ok(wanted) = default.route(record.metric) else {
            continue;
        };
        let present = inside.routes.iter().any(|route| {
            route.link == link.index
                && route.is_default()
                && route.gateway == wanted.gateway
                && route.destination.is_ipv4() == wanted.destination.is_ipv4()
        });
        if !present {
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
    let mut defaults: Vec<_> = record
        .gateways
        .iter()
        .copied()
        .map(DefaultRoute::Via)
        .collect();
    // A router that is known serves its own family only; without any, the link itself does.
    if record.default_route && record.gateways.is_empty() {
        if record.addresses.iter().any(ipnetwork::IpNetwork::is_ipv4) {
            defaults.push(DefaultRoute::OnLinkV4);
        }
        if record.addresses.iter().any(ipnetwork::IpNetwork::is_ipv6) {
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
    let displaced: Vec<_> = others
        .iter()
        .filter(|other| other.owner != record.owner && other.netns_cookie == record.netns_cookie)
        .flat_map(|other| &other.saved.routes)
        .filter(|saved| saved.dev == record.owner.ifname)
        .collect();
    let stands = |default: &DefaultRoute| {
        default.route(record.metric).is_ok_and(|route| {
            !displaced.iter().any(|saved| {
                saved.route.destination == route.destination && saved.route.gateway == route.gateway
            })
        })
    };
    defaults(record).into_iter().filter(stands).collect()
}

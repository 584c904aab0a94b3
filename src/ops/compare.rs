//! How a request stands to an attachment that is recorded.

use ipnetwork::IpNetwork;

use crate::registry::lease::LeaseKind;
use crate::registry::record::AttachmentRecord;
use crate::spec::{Attachment, LinkKind};

/// What a request asks beyond what is recorded.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// What is at odds, each as `MTU is 1500, not 9000`.
    pub conflicts: Vec<String>,
    /// Literal addresses the attachment lacks.
    pub addresses: Vec<IpNetwork>,
    /// Whether it lacks an address chosen by netpipe.
    pub auto: bool,
    /// Whom it does not ask for addresses yet.
    pub asks: Vec<LeaseKind>,
}

impl Difference {
    /// Whether the request asks for just what is there.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Compares a request with a record. What the request leaves open is not at odds.
pub fn difference(request: &Attachment, record: &AttachmentRecord) -> Difference {
    let mut found = Difference::default();
    let mut check = |what: &str, is: String, wanted: Option<String>| {
        if let Some(wanted) = wanted.filter(|wanted| *wanted != is) {
            found
                .conflicts
                .push(format!("its {what} is {is}, not {wanted}"));
        }
    };
    let text = |value: &dyn std::fmt::Display| value.to_string();
    let (plug, wanted_plug) = plugs(request, record);
    check("link", plug, Some(wanted_plug));
    check(
        "kind",
        text(&record.kind),
        request.link.kind.map(|kind| text(&kind)),
    );
    check(
        "MAC",
        text(&record.mac),
        request.mac.as_ref().map(|mac| text(&mac.0)),
    );
    check("MTU", text(&record.mtu), request.mtu.map(|mtu| text(&mtu)));
    of_kind(request, record, &mut check);
    if !record.leasing.asks.is_empty() {
        told(request, record, &mut check);
    }
    let host_ifname = record.host_ifname.as_ref();
    check(
        "host interface",
        host_ifname.map_or_else(|| "none".into(), |name| text(name)),
        request.host_ifname.as_ref().map(|n| text(n)),
    );
    let network = record.network.as_ref();
    check(
        "network",
        network.map_or_else(|| "none".into(), |name| text(name)),
        request.network.as_ref().map(|name| text(name)),
    );
    if request.metric.is_some() {
        let metric = record
            .metric
            .map_or_else(|| "the default".into(), |metric| text(&metric));
        check("metric", metric, request.metric.map(|metric| text(&metric)));
    }
    check(
        "VLAN",
        record
            .vlan
            .as_ref()
            .map_or_else(|| "none".into(), |vlan| text(vlan)),
        request.vlan.as_ref().map(|vlan| text(vlan)),
    );
    of_card(request, record, &mut check);
    match (record.network.is_some(), request.register) {
        (true, false) => found.conflicts.push("its addresses are registered".into()),
        (false, true) => found
            .conflicts
            .push("its addresses are not registered".into()),
        _ => {}
    }
    found.conflicts.extend(missing_parts(request, record));
    found.addresses = request
        .static_addresses()
        .map(|address| address.ip)
        .filter(|ip| !record.addresses.contains(ip))
        .collect();
    let asks = request.addresses.iter().filter_map(LeaseKind::of);
    found.asks = asks
        .filter(|kind| !record.leasing.asks.contains(kind))
        .collect();
    found.auto = request.wants_auto() && !record.auto;
    found
}

/// Compares what a link on a card has beyond others.
fn of_card(
    request: &Attachment,
    record: &AttachmentRecord,
    check: &mut dyn FnMut(&str, String, Option<String>),
) {
    let text = |value: &dyn std::fmt::Display| value.to_string();
    let card = record.card.as_ref();
    let none = || "none".to_owned();
    check(
        "mode",
        card.map_or_else(none, |card| text(&card.mode)),
        request.card.mode.map(|mode| text(&mode)),
    );
    let svlan = card.and_then(|card| card.svlan);
    let asked = request.card.svlan;
    // A request that names a VLAN of a card says all of it.
    let says = asked.is_some() || card.is_some() && request.vlan.is_some();
    check(
        "provider's VLAN",
        svlan.map_or_else(none, |id| text(&id)),
        says.then(|| asked.map_or_else(none, |id| text(&id))),
    );
}

/// Compares what only some kinds of link have.
fn of_kind(
    request: &Attachment,
    record: &AttachmentRecord,
    check: &mut dyn FnMut(&str, String, Option<String>),
) {
    let text = |value: &dyn std::fmt::Display| value.to_string();
    let or_parents = |value: Option<String>| value.unwrap_or_else(|| "the card's".into());
    let (was, asked) = (&record.ipoib, &request.ipoib);
    check(
        "partition",
        or_parents(was.pkey.map(|pkey| text(&pkey))),
        asked.pkey.map(|pkey| text(&pkey)),
    );
    check(
        "mode",
        or_parents(was.mode.map(|mode| text(&mode))),
        asked.mode.map(|mode| text(&mode)),
    );
    if let (Some(is), Some(asked)) = (&record.peer, &request.peer) {
        check(
            "far end",
            text(&is.ifname),
            asked.ifname.as_ref().map(|name| text(name)),
        );
        check(
            "far end's MAC",
            text(&is.mac),
            asked.mac.as_ref().map(|mac| text(&mac.0)),
        );
    }
}

/// Compares what its DHCP clients are told. How long they wait is no part of what it is.
fn told(
    request: &Attachment,
    record: &AttachmentRecord,
    check: &mut dyn FnMut(&str, String, Option<String>),
) {
    let (is, asked) = (&record.leasing.told, &request.dhcp);
    let text = |value: Option<String>| value.unwrap_or_else(|| "the owner's".into());
    check(
        "DHCP client id",
        text(is.client_id.as_ref().map(ToString::to_string)),
        asked.client_id.as_ref().map(ToString::to_string),
    );
    check(
        "DHCP host name",
        text(is.hostname.as_ref().map(ToString::to_string)),
        asked.hostname.as_ref().map(ToString::to_string),
    );
}

/// What the attachment is plugged into, and what the request wants it to be.
fn plugs(request: &Attachment, record: &AttachmentRecord) -> (String, String) {
    match (&record.peer, &request.peer) {
        (Some(peer), Some(_)) => {
            let plug = format!("{}:{}", LinkKind::Veth, peer.target);
            (plug, request.plug())
        }
        (None, Some(_)) => (record.plug(), request.plug()),
        (_, None) => (record.plug(), request.link.name.to_string()),
    }
}

/// What the request asks for and the attachment was made without.
fn missing_parts(request: &Attachment, record: &AttachmentRecord) -> Vec<String> {
    let mut missing = Vec::new();
    if let (Some(is), Some(asked)) = (&record.peer, &request.peer) {
        let lacks = asked.addresses.iter().map(|address| address.ip);
        for ip in lacks.filter(|ip| !is.addresses.contains(ip)) {
            missing.push(format!("its far end has no address {ip}"));
        }
    }
    let gateways = request
        .static_addresses()
        .filter_map(|a| a.gateway)
        .chain(request.gateways.iter().copied());
    for gateway in gateways.filter(|gateway| !record.gateways.contains(gateway)) {
        missing.push(format!("it has no default route via {gateway}"));
    }
    if request.default_route && record.gateways.is_empty() && !record.default_route {
        missing.push("it carries no default route".into());
    }
    let card = record.card.as_ref();
    if request.card.host_shim && !card.is_some_and(|card| card.host_shim) {
        missing.push("the host has no link that reaches it".into());
    }
    for mac in &request.card.sources {
        if !card.is_some_and(|card| card.sources.contains(mac)) {
            missing.push(format!("it does not accept frames of {mac}"));
        }
    }
    for route in request
        .routes
        .iter()
        .filter(|route| !record.routes.contains(route))
    {
        missing.push(format!("it has no route {route}"));
    }
    for setting in request
        .sysctls
        .iter()
        .filter(|setting| !record.sysctls.contains(setting))
    {
        missing.push(format!("it was made without the sysctl {setting}"));
    }
    missing
}

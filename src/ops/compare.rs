//! How a request stands to an attachment that is recorded.

use ipnetwork::IpNetwork;

use crate::registry::record::AttachmentRecord;
use crate::spec::Attachment;

/// What a request asks beyond what is recorded.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// What is at odds, each as `MTU is 1500, not 9000`.
    pub conflicts: Vec<String>,
    /// Literal addresses the attachment lacks.
    pub addresses: Vec<IpNetwork>,
    /// Whether it lacks an address chosen by netpipe.
    pub auto: bool,
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
    check("link", text(&record.link), Some(text(&request.link.name)));
    check(
        "MAC",
        text(&record.mac),
        request.mac.as_ref().map(|mac| text(&mac.0)),
    );
    check("MTU", text(&record.mtu), request.mtu.map(|mtu| text(&mtu)));
    check(
        "host interface",
        text(&record.host_ifname),
        request.host_ifname.as_ref().map(|n| text(n)),
    );
    let network = record
        .network
        .as_ref()
        .map_or_else(|| "none".into(), |name| text(name));
    check(
        "network",
        network,
        request.network.as_ref().map(|name| text(name)),
    );
    if request.metric.is_some() {
        let metric = record
            .metric
            .map_or_else(|| "the default".into(), |metric| text(&metric));
        check("metric", metric, request.metric.map(|metric| text(&metric)));
    }
    match (record.network.is_some(), request.register) {
        (true, false) => found.conflicts.push("its addresses are registered".into()),
        (false, true) => found
            .conflicts
            .push("its addresses are not registered".into()),
        _ => {}
    }
    let gateways = request
        .static_addresses()
        .filter_map(|a| a.gateway)
        .chain(request.gateways.iter().copied());
    for gateway in gateways.filter(|gateway| !record.gateways.contains(gateway)) {
        found
            .conflicts
            .push(format!("it has no default route via {gateway}"));
    }
    if request.default_route && record.gateways.is_empty() && !record.default_route {
        found.conflicts.push("it carries no default route".into());
    }
    for route in request
        .routes
        .iter()
        .filter(|route| !record.routes.contains(route))
    {
        found.conflicts.push(format!("it has no route {route}"));
    }
    for setting in request
        .sysctls
        .iter()
        .filter(|setting| !record.sysctls.contains(setting))
    {
        found
            .conflicts
            .push(format!("it was made without the sysctl {setting}"));
    }
    found.addresses = request
        .static_addresses()
        .map(|address| address.ip)
        .filter(|ip| !record.addresses.contains(ip))
        .collect();
    found.auto = request.wants_auto() && !record.auto;
    found
}

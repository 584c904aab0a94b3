//! What an attachment has beyond what the file says. Only a pruning apply minds.

use crate::registry::lease::LeaseKind;
use crate::registry::record::AttachmentRecord;
use crate::spec::Attachment;

/// What the request does not ask for and the record has, each as `it has the address …`.
pub(super) fn extras(request: &Attachment, record: &AttachmentRecord) -> Vec<String> {
    let mut found = Vec::new();
    let asks = request.asks_network(true) || request.asks_network(false);
    if !request.wants_auto() {
        let wanted: Vec<_> = request.static_addresses().map(|one| one.ip).collect();
        let more = record.addresses.iter().filter(|ip| !wanted.contains(ip));
        found.extend(more.map(|ip| format!("it has the address {ip}")));
    }
    let asked: Vec<_> = request.addresses.iter().filter_map(LeaseKind::of).collect();
    let more = record.leasing.asks.iter();
    let more = more.filter(|kind| !asked.contains(kind));
    found.extend(more.map(|kind| format!("it asks for {}", kind.word())));
    let routes = record.routes.iter();
    let more = routes.filter(|route| !request.routes.contains(route));
    found.extend(more.map(|route| format!("it has the route {route}")));
    let settings = record.sysctls.iter();
    let more = settings.filter(|setting| !request.sysctls.contains(setting));
    found.extend(more.map(|setting| format!("it was made with the sysctl {setting}")));
    if !request.default_route && !asks {
        let given: Vec<_> = request
            .static_addresses()
            .filter_map(|one| one.gateway)
            .chain(request.gateways.iter().copied())
            .collect();
        let more = record.gateways.iter().filter(|ip| !given.contains(ip));
        found.extend(more.map(|ip| format!("it has a default route via {ip}")));
        if record.default_route {
            found.push("it carries a default route".into());
        }
    }
    if request.metric.is_none() && record.metric.is_some() && !asks {
        found.push("its default route has a metric".into());
    }
    if let Some(vlan) = record.vlan.as_ref().filter(|_| request.vlan.is_none()) {
        found.push(format!("it is in VLAN {vlan}"));
    }
    if let Some(card) = &record.card {
        if card.host_shim && !request.card.host_shim {
            found.push("the host has a link that reaches it".into());
        }
        let more = card
            .sources
            .iter()
            .filter(|mac| !request.card.sources.contains(mac));
        found.extend(more.map(|mac| format!("it accepts frames of {mac}")));
    }
    if let (Some(peer), Some(asked)) = (&record.peer, &request.peer) {
        let wanted: Vec<_> = asked.addresses.iter().map(|one| one.ip).collect();
        let more = peer.addresses.iter().filter(|ip| !wanted.contains(ip));
        found.extend(more.map(|ip| format!("its far end has the address {ip}")));
    }
    found
}

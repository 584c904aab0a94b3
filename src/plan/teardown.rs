//! Taking an attachment down, from its record and what is there.

use ipnetwork::IpNetwork;

use super::card_step::{CardStep, HostRoute};
use super::ipoib_step::IpoibStep;
use super::kind::{self, ovs};
use super::lease;
use super::step::{Side, Step};
use crate::error::Result;
use crate::registry::on_card::Shim;
use crate::registry::record::{AttachmentRecord, auto_bridge};
use crate::resolve::Inside;
use crate::spec::{LinkKind, Mac, same_value};
use crate::sys::addr::Address;
use crate::sys::firewall::BridgeRule;
use crate::sys::link::Link;

/// The step that deletes the attachment's link. With it go its addresses and routes.
pub fn link(record: &AttachmentRecord) -> Step {
    let (side, name, mac) = record.handle();
    Step::DelLink {
        side,
        name: name.clone(),
        mac,
        mark: Some(record.mark()),
    }
}

/// The steps that take the attachment's link away, from where it is plugged in first: a switch
/// is not to look for a link that is gone. It is deleted, but for a card of the host, which
/// comes home.
///
/// # Errors
/// If the record of a card does not say what it was.
pub fn leave(record: &AttachmentRecord) -> Result<Vec<Step>> {
    Ok(match record.kind {
        LinkKind::Phys => kind::phys::leave(record)?,
        LinkKind::Ipoib => vec![Step::Ipoib(IpoibStep::Del(kind::ipoib::child(record)))],
        _ => {
            let mut steps: Vec<_> = ovs::plug_out(record).into_iter().collect();
            steps.push(link(record));
            steps
        }
    })
}

/// The steps that put back what the attachment displaced inside the target. They
/// follow the deletion of the link. What is no longer as netpipe left it stays: a
/// route whose link is gone, one that somebody put there since, a changed setting, and
/// the settings in `shared`, which other attachments rely on.
pub fn restore(record: &AttachmentRecord, shared: &[String], inside: &Inside) -> Vec<Step> {
    let mut steps = Vec::new();
    for saved in &record.saved.routes {
        let occupied = inside.routes.iter().any(|route| {
            route.destination == saved.route.destination
                && route.metric == saved.route.metric
                && inside.name_of(route.link) != Some(record.owner.ifname.as_str())
        });
        if inside.link(&saved.dev).is_some_and(|link| link.up) && !occupied {
            steps.push(Step::AddRoute(saved.clone()));
        }
    }
    for saved in record
        .saved
        .sysctls
        .iter()
        .filter(|saved| !shared.contains(&saved.key))
    {
        let now = inside.sysctls.get(&saved.key);
        if let (Some(now), Some(wanted)) = (now, record.needs(&saved.key))
            && same_value(now, wanted)
            && !same_value(now, &saved.value)
        {
            steps.push(Step::SetSysctl {
                side: Side::Target,
                setting: saved.clone(),
                before: now.clone(),
            });
        }
    }
    steps
}

/// The steps that follow when no other attachment uses the link: its firewall rules go,
/// and so does a bridge that an attachment had made.
pub fn last_user(record: &AttachmentRecord, rules: Vec<BridgeRule>) -> Vec<Step> {
    let mut steps: Vec<_> = ovs::last_user(record).into_iter().collect();
    if record.kind != LinkKind::Bridge {
        return steps;
    }
    if !rules.is_empty() {
        steps.push(Step::DelRules(rules));
    }
    let mac = super::kind::bridge::pinned_mac(&record.owner.to_string(), &record.link);
    steps.push(Step::DelUnusedBridge {
        name: record.link.clone(),
        mac: Some(mac),
        mark: auto_bridge(record.store),
    });
    steps
}

/// Whether a bridge was made by an attachment, proved by its mark, or by its MAC where a
/// crash or an error came before the mark, and has no ports and no addresses of its own.
/// `links` are the links of its namespace, `addresses` theirs.
pub fn is_unused(
    bridge: &Link,
    (mac, mark): (Option<Mac>, &str),
    links: &[Link],
    addresses: &[Address],
) -> bool {
    let ours = match bridge.alias.as_deref() {
        // One of before stores had ids goes with its last port as well.
        Some(alias) => alias == mark || alias == auto_bridge(None),
        None => mac.is_some() && bridge.mac == mac,
    };
    let in_use = links.iter().any(|link| link.depends_on(bridge.index));
    let has_address = addresses
        .iter()
        .any(|address| address.link == bridge.index && !address.is_automatic());
    ours && bridge.is_bridge() && !in_use && !has_address
}

/// Whether a VLAN was made by an attachment, proved by its mark or the group it was born
/// into, and nothing on the host is on it, and it has no addresses of its own. `links` are
/// the links of its namespace, `addresses` theirs.
pub fn is_unused_vlan(vlan: &Link, mark: &str, links: &[Link], addresses: &[Address]) -> bool {
    let in_use = links.iter().any(|link| link.depends_on(vlan.index));
    let has_address = addresses
        .iter()
        .any(|address| address.link == vlan.index && !address.is_automatic());
    vlan.vlan.is_some()
        && vlan.is_proven(None, Some(mark))
        && vlan.master.is_none()
        && !in_use
        && !has_address
}

/// The steps that take back addresses a crash left behind on a link that stays.
///
/// # Errors
/// Never: names are names.
pub fn extension(record: &AttachmentRecord) -> Result<Vec<Step>> {
    let dev = &record.owner.ifname;
    let mut steps = host_routes(record, &record.adding)?;
    steps.extend(lease::take_back(record));
    steps.extend(record.adding.iter().map(|ip| Step::DelAddress {
        side: Side::Target,
        dev: dev.clone(),
        ip: *ip,
    }));
    Ok(steps)
}

/// The step that deletes the host's link which reaches containers on a card.
pub fn shim(shim: &Shim) -> Step {
    Step::DelLink {
        side: Side::Host,
        name: shim.name.clone(),
        mac: shim.mac,
        mark: Some(shim.mark.clone()),
    }
}

/// The steps that take away the host's ways to these addresses.
///
/// # Errors
/// Never: names are names.
pub fn host_routes(record: &AttachmentRecord, addresses: &[IpNetwork]) -> Result<Vec<Step>> {
    let Some(shim) = record.shim()? else {
        return Ok(Vec::new());
    };
    let step = |ip: &IpNetwork| {
        Step::Card(CardStep::DelHostRoute(HostRoute {
            dev: shim.name.clone(),
            ip: ip.ip(),
            source: None,
            mac: shim.mac.is_none().then_some(record.mac),
        }))
    };
    Ok(addresses.iter().map(step).collect())
}

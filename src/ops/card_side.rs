//! What the host has of links on a card, and what of it goes with them.

use std::net::IpAddr;

use super::Context;
use crate::error::{Context as _, Result};
use crate::plan::card_step::CardStep;
use crate::plan::kind::card as plan;
use crate::plan::{Step, teardown};
use crate::registry::on_card::auto_vlan;
use crate::registry::record::{AttachmentRecord, Owner, mark};
use crate::resolve::card::{ShimSite, vlan_name};
use crate::spec::IfName;
use crate::sys::addr::Address;
use crate::sys::elsewhere;
use crate::sys::link::{self, Link};
use crate::sys::netlink::Door;

/// The steps that give the host its ways to further addresses of an attachment.
///
/// # Errors
/// If the kernel does not answer.
pub fn routes_to(
    door: &mut Door,
    record: &AttachmentRecord,
    addresses: &[ipnetwork::IpNetwork],
) -> Result<Vec<Step>> {
    let Some(shim) = record.shim()?.filter(|_| !addresses.is_empty()) else {
        return Ok(Vec::new());
    };
    let site = ShimSite::find(door, shim)?;
    Ok(plan::host_routes(record, &site, addresses))
}

/// What the host has of a link on a card.
#[derive(Debug)]
pub struct CardSide {
    /// What the link is on.
    pub parent: Option<Link>,
    /// The outer one of two VLANs that it is on.
    pub outer: Option<Link>,
    /// The host's link that reaches it, if it is to have one.
    pub shim: Option<ShimSite>,
}

impl CardSide {
    /// Looks at the host.
    ///
    /// # Errors
    /// If the kernel does not answer.
    pub fn find(door: &mut Door, record: &AttachmentRecord) -> Result<Self> {
        let mut find = |name: &IfName| {
            link::find(door, name.as_str())
                .or_failed(|| format!("cannot look up the link `{name}`"))
        };
        let svlan = record.card.as_ref().and_then(|card| card.svlan);
        let outer = svlan
            .map(|svlan| vlan_name(&record.link, svlan))
            .transpose()?;
        let parent = find(record.uplink())?;
        let outer = outer.and_then(|name| find(&name).transpose()).transpose()?;
        let shim = record.shim()?;
        Ok(Self {
            parent,
            outer,
            shim: shim.map(|shim| ShimSite::find(door, shim)).transpose()?,
        })
    }

    /// The steps that give the host what it lacks of its ways to an attachment.
    pub fn ways_to(&self, record: &AttachmentRecord) -> Vec<Step> {
        let Some(site) = &self.shim else {
            return Vec::new();
        };
        let mut steps = plan::shim(site);
        steps.extend(plan::host_routes(record, site, &record.own_addresses()));
        steps
    }

    /// The addresses that the host lacks a way to.
    pub fn unreached(&self, record: &AttachmentRecord) -> Vec<IpAddr> {
        let Some(site) = &self.shim else {
            return Vec::new();
        };
        let all = record.own_addresses().into_iter().map(|ip| ip.ip());
        all.filter(|ip| !site.reached.contains(ip)).collect()
    }
}

/// What of the host goes with an attachment to a card: the host's ways to it, the link that
/// they lead by if no other needs it, and the VLANs that netpipe made if it was their last
/// user. `gone` are attachments that are as good as gone, itself among them; `links` and
/// `addresses` are the host's.
///
/// # Errors
/// If the store does not answer.
pub fn leaving(
    ctx: &Context,
    record: &AttachmentRecord,
    gone: &[&Owner],
    (links, addresses): (&[Link], &[Address]),
) -> Result<Vec<Step>> {
    let Some(card) = &record.card else {
        return Ok(Vec::new());
    };
    let registry = ctx.registry()?;
    let mut links = links.to_vec();
    let mut steps = Vec::new();
    if let Some(shim) = record.shim()?
        && links.iter().any(|link| link.name == shim.name.as_str())
    {
        let needs_it = |other: &AttachmentRecord| {
            let same = matches!(other.shim(), Ok(Some(own)) if own.name == shim.name);
            same && !gone.contains(&&other.owner)
        };
        if registry.users_of(&card.parent)?.iter().any(needs_it) {
            steps.extend(teardown::host_routes(record, &record.own_addresses())?);
        } else {
            links.retain(|link| link.name != shim.name.as_str());
            steps.push(teardown::shim(&shim));
        }
    }
    let mark = auto_vlan(record.store);
    let mut next = Some(card.parent.clone());
    if let Some(svlan) = card.svlan
        && !links.iter().any(|link| link.name == card.parent.as_str())
    {
        // The one in it was never made, or is gone.
        next = Some(vlan_name(&record.link, svlan)?);
    }
    while let Some(name) = next.take() {
        let Some(link) = links.iter().find(|link| link.name == name.as_str()) else {
            break;
        };
        let unused = teardown::is_unused_vlan(link, &mark, &links, addresses);
        if !unused
            || !registry.are_only_users_anywhere(gone, &name)?
            || is_used_elsewhere(link, record, gone)?
        {
            break;
        }
        let below = links.iter().find(|below| Some(below.index) == link.peer);
        next = below.map(|below| below.name.parse()).transpose()?;
        links.retain(|link| link.name != name.as_str());
        steps.push(del_vlan(name, mark.clone()));
    }
    Ok(steps)
}

/// Whether links of other namespaces are on this one that are not of these attachments: those
/// of another store, or nobody's of netpipe's.
fn is_used_elsewhere(link: &Link, record: &AttachmentRecord, gone: &[&Owner]) -> Result<bool> {
    let marks = gone
        .iter()
        .map(|owner| mark(record.store, &owner.to_string()));
    let marks: Vec<String> = marks.collect();
    let strange = |other: &Link| {
        other
            .alias
            .as_ref()
            .is_none_or(|alias| !marks.contains(alias))
    };
    Ok(elsewhere::links_on(link.index)?.iter().any(strange))
}

fn del_vlan(name: IfName, mark: String) -> Step {
    Step::Card(CardStep::DelUnusedVlan { name, mark })
}

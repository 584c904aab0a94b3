//! Whether a bridge tells VLANs apart, and for whom.

use super::{Context, bridge};
use crate::error::{Context as _, Error, Result};
use crate::plan::{Step, VlanStep};
use crate::registry::record::AttachmentRecord;
use crate::resolve::host::{Anchor, Bridge};
use crate::spec::{Attachment, IfName, MARK, PortVlans, VlanId, VlanProtocol};
use crate::sys::bridge_vlan::{self, Membership};
use crate::sys::link::{self, Link};
use crate::sys::netlink::Door;

/// The steps after which a bridge tells VLANs apart. Ports that are in the bridge's default
/// VLAN, untagged, as the kernel puts them, go on as before; a bridge with another port
/// than these, but for netpipe's own, is refused, for that one would be cut off. `set`
/// is a port that is told its VLANs by name.
///
/// # Errors
/// A conflict if a port would be cut off.
pub fn turn_on(
    door: &mut Door,
    name: &IfName,
    found: Option<(&Link, &[Link])>,
    protocol: Option<VlanProtocol>,
    set: Option<u32>,
) -> Result<Vec<Step>> {
    let link = found.map(|(link, _)| link);
    if link.is_some_and(|link| link.vlan_filtering) {
        return Ok(Vec::new());
    }
    let mut steps = Vec::new();
    let before = link.map(|link| link.vlan_protocol).unwrap_or_default();
    if let Some(protocol) = protocol.filter(|protocol| *protocol != before) {
        steps.push(Step::Vlan(VlanStep::SetProtocol {
            bridge: name.clone(),
            protocol,
            before,
        }));
    }
    // Of a kernel that cannot, the step itself tells.
    if let Some((link, ports)) = found.filter(|(link, _)| link.knows_vlans) {
        let members = members(door)?;
        nobody_is_cut_off(link, ports, &members, set)?;
    }
    steps.push(Step::Vlan(VlanStep::SetFiltering {
        bridge: name.clone(),
        on: true,
        before: false,
    }));
    Ok(steps)
}

fn nobody_is_cut_off(
    bridge: &Link,
    ports: &[Link],
    members: &[Membership],
    set: Option<u32>,
) -> Result<()> {
    let common = |vlans: &PortVlans| {
        let untagged = |pvid: &VlanId| vlans.untagged.contains(*pvid);
        vlans.pvid.filter(untagged).is_some() && vlans.pvid == bridge.default_pvid
    };
    for port in ports {
        let of_netpipe = port
            .alias
            .as_deref()
            .is_some_and(|alias| alias.starts_with(MARK));
        let member = members.iter().find(|member| member.index == port.index);
        let stays = member.is_some_and(|member| common(&member.vlans));
        if of_netpipe || stays || set == Some(port.index) {
            continue;
        }
        let default = bridge.default_pvid.map_or(1, VlanId::get);
        return Err(Error::conflict(format!(
            "with VLAN filtering its port `{}` would be cut off: it is not in VLAN {default}, untagged",
            port.name
        ))
        .hint(format!(
            "say what it is in: netpipe vlan add {} {} {default} --pvid --untagged",
            bridge.name, port.name
        )));
    }
    Ok(())
}

/// The VLANs of all ports and bridges.
///
/// # Errors
/// If the kernel does not answer.
pub fn members(door: &mut Door) -> Result<Vec<Membership>> {
    bridge_vlan::list(door).or_failed(|| "cannot read the VLANs of bridges".into())
}

/// Checks that an attachment with VLANs may be plugged in here. Nobody else's bridge is made
/// to tell VLANs apart unless `may` says so.
///
/// # Errors
/// A conflict if the bridge would have to, or a port of it would be cut off by it.
pub fn check(door: &mut Door, anchor: &Anchor, may: bool) -> Result<()> {
    let link = match anchor {
        Anchor::Bridge(Bridge::Existing(link)) => link,
        Anchor::Bridge(Bridge::Missing(_)) => return Ok(()),
        other if may => {
            let kind = other.kind();
            return Err(Error::usage(format!(
                "--vlan-filtering is for a bridge, and this is a {kind}"
            ))
            .hint("leave it out"));
        }
        _ => return Ok(()),
    };
    if link.vlan_filtering {
        return Ok(());
    }
    if !may && !bridge::is_ours(link) {
        let name = &link.name;
        return Err(Error::conflict(format!(
            "`{name}` does not tell VLANs apart, and it is not netpipe's"
        ))
        .hint("give --vlan-filtering to have it do so: ports that need tags then need VLANs"));
    }
    if link.knows_vlans {
        let ports = link::ports(door, link.index)
            .or_failed(|| format!("cannot look up the ports of `{}`", link.name))?;
        nobody_is_cut_off(link, &ports, &members(door)?, None)?;
    }
    Ok(())
}

/// Whether a bridge of somebody else's tells VLANs apart for attachments alone: for this one
/// that is about to be made, or for one that is there.
///
/// # Errors
/// If the store fails.
pub fn is_for_attachments(ctx: &Context, request: &Attachment, anchor: &Anchor) -> Result<bool> {
    let Anchor::Bridge(Bridge::Existing(link)) = anchor else {
        return Ok(false);
    };
    if request.vlan.is_none() || bridge::is_ours(link) {
        return Ok(false);
    }
    if !link.vlan_filtering {
        return Ok(true);
    }
    let found = ctx.registry()?.attachments()?;
    let mut records = found.records.iter();
    Ok(records.any(|other| other.filters && other.link == request.link.name))
}

/// The steps that follow when no other attachment needs a bridge of somebody else's to tell
/// VLANs apart, if it does so for attachments alone. Where somebody has put a port into
/// VLANs since, it goes on doing so.
///
/// # Errors
/// If store or kernel do not answer.
pub fn last_user(
    ctx: &Context,
    door: &mut Door,
    record: &AttachmentRecord,
    gone: &[AttachmentRecord],
) -> Result<Vec<Step>> {
    if !record.filters {
        return Ok(Vec::new());
    }
    let found = ctx.registry()?.attachments()?;
    let is_gone = |other: &AttachmentRecord| gone.iter().any(|one| one.owner == other.owner);
    let others = found.records.iter().filter(|other| !is_gone(other));
    let mut users = others.chain(in_its_place(record, &found.records));
    let needs = |other: &AttachmentRecord| other.vlan.is_some() && other.link == record.link;
    if !found.broken.is_empty() || users.any(needs) {
        return Ok(Vec::new());
    }
    let name = &record.link;
    let bridge = link::find(door, name.as_str())
        .or_failed(|| format!("cannot look up bridge `{name}`"))?
        .filter(|link| link.vlan_filtering && !bridge::is_ours(link));
    let Some(bridge) = bridge else {
        return Ok(Vec::new());
    };
    let usual = PortVlans::default_of(bridge.default_pvid);
    let is_port_of = |record: &AttachmentRecord, port: &str| {
        let own = record.host_ifname.as_ref();
        own.is_some_and(|own| own.as_str() == port)
    };
    let used = members(door)?.into_iter().any(|member| {
        let leaves = gone.iter().any(|one| is_port_of(one, &member.name));
        member.bridge == bridge.index && member.vlans != usual && !leaves
    });
    if used {
        return Ok(Vec::new());
    }
    Ok(vec![Step::Vlan(VlanStep::SetFiltering {
        bridge: name.clone(),
        on: false,
        before: true,
    })])
}

/// What there is in the place of an attachment that goes: the one that replaces it, or the
/// one that it was to replace.
fn in_its_place<'a>(
    record: &'a AttachmentRecord,
    all: &'a [AttachmentRecord],
) -> Option<&'a AttachmentRecord> {
    let heir = |other: &&AttachmentRecord| other.replaces.as_deref() == Some(record);
    all.iter().find(heir).or(record.replaces.as_deref())
}

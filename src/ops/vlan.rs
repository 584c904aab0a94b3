//! The VLANs of bridges and their ports.

use std::collections::HashMap;

use super::Context;
use super::bridge::{self, Found};
use super::filtering::{self, members};
use super::install::run_or_undo;
use crate::error::{Context as _, Error, Result};
use crate::plan::{Step, VlanStep};
use crate::registry::record::AttachmentRecord;
use crate::spec::{IfName, MARK, PortVlans, VlanSet};
use crate::sys::bridge_vlan::Membership;
use crate::sys::link::{self, Link};
use crate::sys::netlink::Door;

/// What is asked about the VLANs of a port.
#[derive(Debug, Clone)]
pub struct Change {
    /// The bridge.
    pub bridge: IfName,
    /// The port, or the bridge's own name for what the host has to do with.
    pub port: IfName,
    /// The VLANs.
    pub vlans: VlanSet,
    /// Whether the one VLAN is that of frames without a tag.
    pub pvid: bool,
    /// Whether the frames leave without a tag.
    pub untagged: bool,
}

/// Which way a [`Change`] goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Into the VLANs.
    Add,
    /// Out of them.
    Del,
}

/// Puts a port into VLANs or takes it out of them; whether anything had to be done.
///
/// # Errors
/// A conflict if the bridge is not netpipe's and does not tell VLANs apart, or the port is
/// an attachment's; not found if it is no port of it.
pub fn change(ctx: &Context, way: Way, wanted: &Change) -> Result<bool> {
    let change = || {
        let _lock = ctx.lock_bridge(&wanted.bridge)?;
        let mut door = ctx.host_door()?;
        let steps = steps(ctx, &mut door, way, wanted)?;
        run_or_undo(ctx, &mut door, &steps)?;
        Ok(!steps.is_empty())
    };
    change().map_err(|error: Error| error.while_doing(&doing(way, wanted)))
}

/// The steps [`change`] would run, as commands. Nothing is changed.
///
/// # Errors
/// As [`change`].
pub fn dry_run(ctx: &Context, way: Way, wanted: &Change) -> Result<Vec<String>> {
    let steps = steps(ctx, &mut ctx.host_door()?, way, wanted)
        .map_err(|error| error.while_doing(&doing(way, wanted)))?;
    Ok(steps.iter().map(|step| step.command("")).collect())
}

fn doing(way: Way, wanted: &Change) -> String {
    let Change { port, bridge, .. } = wanted;
    match way {
        Way::Add => format!("cannot put `{port}` of `{bridge}` into VLANs"),
        Way::Del => format!("cannot take `{port}` of `{bridge}` out of VLANs"),
    }
}

fn steps(ctx: &Context, door: &mut Door, way: Way, wanted: &Change) -> Result<Vec<Step>> {
    let bridge = bridge::find(ctx, &wanted.bridge)?.ok_or_else(|| {
        Error::not_found(format!("there is no bridge `{}`", wanted.bridge))
            .hint("see `netpipe bridge list`")
    })?;
    may_change(&bridge)?;
    let own = wanted.port == wanted.bridge;
    let port = match own {
        true => &bridge.link,
        false => port(door, &bridge, &wanted.port)?,
    };
    refuse_attachments(ctx, &wanted.port)?;
    refuse_tunnel(ctx, &wanted.port)?;
    let members = members(door)?;
    let member = members
        .into_iter()
        .find(|member| member.index == port.index);
    let before = member.map(|member| member.vlans).unwrap_or_default();
    let after = match way {
        Way::Add => added(&before, wanted)?,
        Way::Del => removed(&before, wanted, &bridge, port)?,
    };
    let mut steps = Vec::new();
    if after != before {
        steps.push(Step::Vlan(VlanStep::SetPortVlans {
            port: wanted.port.clone(),
            own,
            wanted: after,
            before,
        }));
    }
    if way == Way::Add {
        let found = Some((&bridge.link, bridge.ports.as_slice()));
        match filtering::turn_on(door, &wanted.bridge, found, None, Some(port.index)) {
            Ok(more) => steps.extend(more),
            // Port by port is how it is brought about that none is.
            Err(error) => ctx.warn(format!("VLAN filtering stays off: {error}")),
        }
    }
    Ok(steps)
}

/// On a bridge of somebody else's that does not tell VLANs apart, nobody asked for them.
fn may_change(bridge: &Found) -> Result<()> {
    if bridge.is_ours() || bridge.link.vlan_filtering {
        return Ok(());
    }
    let name = &bridge.link.name;
    Err(Error::conflict(format!(
        "`{name}` does not tell VLANs apart, and it is not netpipe's"
    ))
    .hint(format!(
        "turn it on yourself: ip link set {name} type bridge vlan_filtering 1"
    )))
}

/// The port of that name.
fn port<'a>(door: &mut Door, bridge: &'a Found, name: &IfName) -> Result<&'a Link> {
    if let Some(port) = bridge.ports.iter().find(|port| port.name == name.as_str()) {
        return Ok(port);
    }
    let of = &bridge.link.name;
    let known = link::find(door, name.as_str())
        .or_failed(|| format!("cannot look up the link `{name}`"))?;
    Err(match known {
        Some(_) => Error::not_found(format!("`{name}` is not a port of `{of}`")).hint(format!(
            "see `netpipe bridge show {of}`; for the host itself, name the bridge twice"
        )),
        None => Error::not_found(format!("there is no link `{name}` on this host"))
            .hint(format!("see `netpipe bridge show {of}`")),
    })
}

/// What an attachment's port is in is the attachment's to say, or a repair would say it.
fn refuse_attachments(ctx: &Context, port: &IfName) -> Result<()> {
    let found = ctx.registry()?.attachments()?;
    let mut records = found.records.iter();
    match records.find(|record| record.host_ifname.as_ref() == Some(port)) {
        None => Ok(()),
        Some(record) => {
            let AttachmentRecord { owner, link, .. } = record;
            Err(Error::conflict(format!(
                "the port is that of the attachment `{}` of `{}`",
                owner.ifname, owner.target
            ))
            .hint(format!(
                "say it there: netpipe attach {} {link} … --ifname {} --vlan N --replace",
                owner.target, owner.ifname
            )))
        }
    }
}

/// The same of a tunnel that has a VLAN.
fn refuse_tunnel(ctx: &Context, port: &IfName) -> Result<()> {
    let record = ctx.registry()?.tunnel(port)?;
    match record.filter(|record| record.vlan.is_some()) {
        None => Ok(()),
        Some(_) => Err(Error::conflict(format!(
            "the port is the tunnel `{port}`, which has a VLAN"
        ))
        .hint(format!(
            "make it anew with another one: netpipe tunnel del {port}"
        ))),
    }
}

/// What a port is in that is put into VLANs. No trait that a VLAN has is taken away.
fn added(before: &PortVlans, wanted: &Change) -> Result<PortVlans> {
    let odd = wanted.vlans.ids().find(|id| before.untagged.contains(*id));
    if let Some(id) = odd.filter(|_| !wanted.untagged) {
        let (bridge, port) = (&wanted.bridge, &wanted.port);
        return Err(
            Error::conflict(format!("it is in VLAN {id} already, untagged")).hint(format!(
                "give --untagged too, or take it out first: netpipe vlan del {bridge} {port} {id}"
            )),
        );
    }
    let mut after = before.clone();
    after.add(&wanted.vlans, wanted.untagged);
    if wanted.pvid {
        after.pvid = wanted.vlans.ids().next();
    }
    Ok(after)
}

/// What a port is in that is taken out of VLANs. On others' bridges the VLAN of untagged
/// frames goes only if it is meant.
fn removed(before: &PortVlans, wanted: &Change, bridge: &Found, port: &Link) -> Result<PortVlans> {
    let mut after = before.clone();
    after.remove(&wanted.vlans);
    let of_netpipe = bridge.is_ours() || port.alias.as_deref().is_some_and(|a| a.starts_with(MARK));
    if let Some(pvid) = before.pvid.filter(|pvid| after.pvid != Some(*pvid))
        && !of_netpipe
        && !wanted.pvid
    {
        return Err(Error::conflict(format!(
            "VLAN {pvid} is the one of its untagged frames, and the bridge is not netpipe's"
        ))
        .hint("give --pvid if you mean it"));
    }
    Ok(after)
}

/// The VLANs of one port, as they are listed.
#[derive(Debug)]
pub struct Listed {
    /// The bridge.
    pub bridge: Link,
    /// The port, or the bridge itself.
    pub member: Membership,
    /// The attachment whose port it is.
    pub attachment: Option<AttachmentRecord>,
}

/// The VLANs of the ports of that bridge, or of all bridges that tell VLANs apart.
///
/// # Errors
/// Not found if there is no such bridge.
pub fn list(ctx: &Context, bridge: Option<&IfName>) -> Result<Vec<Listed>> {
    let mut door = ctx.host_door()?;
    let bridges: HashMap<u32, Link> = match bridge {
        Some(name) => {
            let found = bridge::find(ctx, name)?.ok_or_else(|| {
                Error::not_found(format!("there is no bridge `{name}`"))
                    .hint("see `netpipe bridge list`")
            })?;
            if !found.link.vlan_filtering {
                ctx.warn(format!("`{name}` does not tell VLANs apart"));
            }
            [(found.link.index, found.link)].into()
        }
        None => {
            let links = link::list(&mut door).or_failed(|| "cannot list links".into())?;
            let filters = links.into_iter().filter(|link| link.vlan_filtering);
            filters.map(|link| (link.index, link)).collect()
        }
    };
    let found = ctx.registry()?.attachments()?;
    let mut records: HashMap<String, AttachmentRecord> = found
        .records
        .into_iter()
        .filter_map(|record| Some((record.host_ifname.as_ref()?.to_string(), record)))
        .collect();
    let mut listed: Vec<Listed> = members(&mut door)?
        .into_iter()
        .filter_map(|member| {
            let bridge = bridges.get(&member.bridge)?.clone();
            let record = records.remove(&member.name);
            let attachment = record.filter(|record| record.link.as_str() == bridge.name);
            Some(Listed {
                bridge,
                member,
                attachment,
            })
        })
        .collect();
    listed.sort_by_key(|one| (one.member.bridge, !one.member.is_own(), one.member.index));
    Ok(listed)
}

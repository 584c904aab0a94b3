//! What Open vSwitch has that is nobody's any more: ports and bridges marked as netpipe's
//! without a record, and the ports of other tools whose containers are gone.

use std::collections::BTreeSet;

use super::Context;
use super::gc::Outcome;
use super::orphans::{Known, run, target_of};
use super::ovs_bridge::links_of;
use super::ovs_owner::PortOwner;
use crate::error::{Error, Result};
use crate::plan::{OvsStep, Step};
use crate::registry::record::{auto_bridge, mark};
use crate::spec::{IfName, OvsdbRemote, shown};
use crate::sys::netlink::Door;
use crate::sys::ovsdb::{self, Bridge, Client, Port};

/// Goes through the switches of this host: the one that is found, and those of records.
///
/// # Errors
/// If store or kernel does not answer, or a signal arrives.
pub fn collect(ctx: &Context, outcome: &mut Outcome) -> Result<()> {
    let records = ctx.registry()?.attachments()?.records;
    let mut databases: BTreeSet<OvsdbRemote> = records
        .into_iter()
        .filter_map(|record| record.ovs_db)
        .collect();
    databases.extend(ctx.has_switch().then(|| ctx.ovs_db()));
    for db in databases {
        ctx.interrupt.check()?;
        if let Err(error) = switch(ctx, &db, outcome) {
            outcome.errors.push(error);
        }
    }
    Ok(())
}

fn switch(ctx: &Context, db: &OvsdbRemote, outcome: &mut Outcome) -> Result<()> {
    let bridges = ovsdb::bridges(&mut Client::connect(db, &ctx.interrupt)?)?;
    let mut door = ctx.host_door()?;
    let links = links_of(&mut door)?;
    let store = ctx.store_id()?;
    let known = Known::read(ctx, store)?;
    let own = mark(Some(store), &format!("{}/", ctx.host));
    for bridge in &bridges {
        for port in bridge.others() {
            ctx.interrupt.check()?;
            let (Some(alias), Ok(name)) = (port.mark(), port.name.parse::<IfName>()) else {
                tell(ctx, bridge, port, links.contains(&port.name));
                continue;
            };
            if !alias.starts_with(&own) || known.has(&name, alias) {
                continue;
            }
            let owner = alias.strip_prefix(&own).unwrap_or_default();
            let removed = target_of(&name, alias, owner).and_then(|target| {
                let _target = ctx.lock_target(&target)?;
                remove_port(ctx, &mut door, db, bridge, (&name, alias))
            });
            outcome.note(
                format!(
                    "port {name} of {}: removed, no record names it",
                    shown(&bridge.name)
                ),
                removed,
            );
        }
        if let (Some(alias), Ok(name)) = (bridge.mark(), bridge.name.parse::<IfName>())
            && alias == auto_bridge(Some(store))
        {
            let removed = remove_bridge(ctx, &mut door, db, (&name, alias));
            outcome.note(
                format!("bridge {name} of Open vSwitch: removed, nothing uses it"),
                removed,
            );
        }
    }
    Ok(())
}

/// Says of a port that another tool left behind whose it is: netpipe deletes only its own.
fn tell(ctx: &Context, bridge: &Bridge, port: &Port, is_there: bool) {
    let owner = PortOwner::of(port);
    if owner.tool().is_some() && port.is_link() && !is_there {
        let (name, bridge) = (shown(&port.name), shown(&bridge.name));
        ctx.warn(format!(
            "port `{name}` of `{bridge}` is left over ({owner}): remove it with \
             `ovs-vsctl del-port {name}`"
        ));
    }
}

/// Deletes the port of an attachment that has no record; whether it did. The lock of its
/// target is held.
fn remove_port(
    ctx: &Context,
    door: &mut Door,
    db: &OvsdbRemote,
    bridge: &Bridge,
    (name, alias): (&IfName, &str),
) -> Result<bool> {
    let _bridge = ctx.lock_bridge(&bridge.name.parse()?)?;
    if Known::read(ctx, ctx.store_id()?)?.has(name, alias) {
        return Ok(false);
    }
    let step = OvsStep::DelPort {
        db: db.clone(),
        name: name.clone(),
        mark: alias.to_owned(),
    };
    run(ctx, door, Step::Ovs(step)).map(|()| true)
}

/// Deletes a bridge that an attachment had made and none uses; whether it did.
fn remove_bridge(
    ctx: &Context,
    door: &mut Door,
    db: &OvsdbRemote,
    (name, alias): (&IfName, &str),
) -> Result<bool> {
    let registry = ctx.registry()?;
    if registry.link_is_used_anywhere(name)? {
        return Ok(false);
    }
    let _lock = ctx.lock_bridge(name)?;
    if registry.link_is_used_anywhere(name)? {
        return Ok(false);
    }
    let step = OvsStep::DelBridge {
        db: db.clone(),
        name: name.clone(),
        mark: alias.to_owned(),
        only_unused: true,
    };
    run(ctx, door, Step::Ovs(step))?;
    let facts = ovsdb::facts(&mut Client::connect(db, &ctx.interrupt)?, name.as_str())?;
    Ok::<_, Error>(facts.bridge.is_none())
}

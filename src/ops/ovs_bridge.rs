//! Bridges of an Open vSwitch, made and removed by hand.

use std::collections::{HashMap, HashSet};

use super::bridge::NewBridge;
use super::install::{self, run_or_undo};
use super::ovs_owner::{OWN_PORT, PortOwner, is_ours};
use super::{Context, bridge_owner, ovs_tunnel};
use crate::error::{Context as _, Error, Result};
use crate::plan::kind::bridge as plan;
use crate::plan::{OvsStep, Side, Step};
use crate::registry::record::{AttachmentRecord, OWN_BRIDGE, auto_bridge, is_auto_bridge};
use crate::resolve::ovs::{datapath, may_be_local};
use crate::spec::{Datapath, IfName, Mac, is_ovs_name, shown};
use crate::sys::addr::{self, Address};
use crate::sys::link::{self, Link};
use crate::sys::netlink::Door;
use crate::sys::ovsdb::{self, Bridge, Client};
use crate::sys::sysctl;

/// A bridge of an Open vSwitch, and what the host has of it.
#[derive(Debug)]
pub struct Found {
    /// The bridge.
    pub bridge: Bridge,
    /// The host's own interface of it.
    pub link: Option<Link>,
    /// The host's addresses on that.
    pub addresses: Vec<Address>,
    /// Its further ports: whose each is, and whether the link behind it is gone.
    pub owners: Vec<(PortOwner, bool)>,
}

/// Makes a bridge of the switch. One that is there already and is netpipe's is taken as it
/// is, if it has what is asked for; an implicit one becomes permanent. Whether it was made.
///
/// # Errors
/// A conflict if the name belongs to something else or the bridge differs.
pub fn add(ctx: &Context, wanted: &NewBridge, datapath: Option<Datapath>) -> Result<bool> {
    let doing = format!("cannot add bridge `{}`", wanted.name);
    let add = || {
        let _lock = ctx.lock_bridge(&wanted.name)?;
        let existing = find(ctx, &wanted.name)?;
        let steps = add_steps(ctx, existing.as_ref(), wanted, datapath)?;
        let mark = existing.as_ref().map(|found| found.bridge.mark());
        let is_new = mark.is_none_or(|mark| mark.is_none_or(is_auto_bridge));
        bridge_owner::made_for(ctx, &wanted.name, is_new, || {
            run_or_undo(ctx, &mut ctx.host_door()?, &steps)
        })?;
        Ok(existing.is_none())
    };
    add().map_err(|error: Error| error.while_doing(&doing))
}

/// The steps [`add`] would run, as commands. Nothing is changed.
///
/// # Errors
/// As [`add`].
pub fn dry_run(
    ctx: &Context,
    wanted: &NewBridge,
    datapath: Option<Datapath>,
) -> Result<Vec<String>> {
    let existing = find(ctx, &wanted.name)?;
    let steps = add_steps(ctx, existing.as_ref(), wanted, datapath)?;
    Ok(steps.iter().map(|step| step.command("")).collect())
}

fn add_steps(
    ctx: &Context,
    existing: Option<&Found>,
    wanted: &NewBridge,
    asked: Option<Datapath>,
) -> Result<Vec<Step>> {
    let db = ctx.ovs_db();
    let mut client = ctx.switch()?;
    let name = &wanted.name;
    let mut steps = Vec::new();
    match existing {
        Some(found) => {
            check_equal(found, wanted, asked)?;
            let before = found.bridge.mark().unwrap_or_default();
            if before != OWN_BRIDGE {
                steps.push(Step::Ovs(OvsStep::MarkBridge {
                    db: db.clone(),
                    name: name.clone(),
                    mark: OWN_BRIDGE.into(),
                    before: before.to_owned(),
                }));
            }
        }
        None => {
            let facts = ovsdb::facts(&mut client, name.as_str())?;
            steps.push(Step::Ovs(OvsStep::AddBridge {
                db: db.clone(),
                bridge: ovsdb::NewBridge {
                    name: name.clone(),
                    datapath_type: datapath(&facts, asked)?,
                    mac: wanted.mac.unwrap_or_else(|| mac(ctx, name)),
                    mtu: wanted.mtu,
                    stp: wanted.stp,
                    mark: OWN_BRIDGE.into(),
                },
            }));
        }
    }
    let accept_ra = match existing {
        None => install::accept_ra(),
        Some(_) => sysctl::get(&format!("net/ipv6/conf/{name}/accept_ra")),
    };
    steps.extend(plan::deaf(name, accept_ra.as_deref()));
    let has = |ip| existing.is_some_and(|f| f.addresses.iter().any(|held| held.ip == ip));
    for ip in wanted.addresses.iter().copied().filter(|ip| !has(*ip)) {
        steps.push(Step::AddAddress {
            side: Side::Host,
            dev: name.clone(),
            ip,
        });
    }
    let link = existing.and_then(|found| found.link.as_ref());
    if !link.is_some_and(|link| link.up) {
        steps.push(Step::SetUp {
            side: Side::Host,
            name: name.clone(),
        });
    }
    let mut door = ctx.host_door()?;
    for port in &wanted.ports {
        if is_new_port(&mut door, &mut client, name, port)? {
            steps.push(Step::Ovs(OvsStep::AddPort {
                db: db.clone(),
                port: ovsdb::NewPort {
                    bridge: name.clone(),
                    name: port.clone(),
                    kind: None,
                    options: [].into(),
                    vlan: None,
                    mark: OWN_PORT.into(),
                },
            }));
        }
    }
    Ok(steps)
}

/// The MAC of a bridge that nobody gave one for: always the same.
fn mac(ctx: &Context, name: &IfName) -> Mac {
    Mac::derived(format!("bridge {name} {}", ctx.host).as_bytes())
}

/// Whether a link has yet to become a port of the bridge.
fn is_new_port(door: &mut Door, client: &mut Client, name: &IfName, port: &IfName) -> Result<bool> {
    match ovsdb::port_of(client, port.as_str())? {
        Some((bridge, _)) if bridge == name.as_str() => return Ok(false),
        Some((bridge, _)) => {
            return Err(Error::conflict(format!(
                "`{port}` is a port of the Open vSwitch bridge `{}` already",
                shown(&bridge)
            ))
            .hint(format!("take it out first: ovs-vsctl del-port {port}")));
        }
        None => {}
    }
    let found = link::find(door, port.as_str())
        .or_failed(|| format!("cannot look up the link `{port}`"))?
        .ok_or_else(|| {
            Error::not_found(format!("there is no link `{port}` on this host"))
                .hint("see `ip link`")
        })?;
    match found.master {
        Some(_) => Err(
            Error::conflict(format!("`{port}` is a port of another device already"))
                .hint(format!("take it out first: ip link set {port} nomaster")),
        ),
        None => Ok(true),
    }
}

fn check_equal(found: &Found, wanted: &NewBridge, datapath: Option<Datapath>) -> Result<()> {
    let name = &wanted.name;
    if !is_ours(&found.bridge) {
        return Err(Error::conflict(format!(
            "there is an Open vSwitch bridge `{name}`, and it is not netpipe's"
        ))
        .hint("attach to it as it is, or give another name"));
    }
    let mut differs = Vec::new();
    let link = found.link.as_ref();
    if let (Some(mtu), Some(link)) = (wanted.mtu, link)
        && mtu != link.mtu
    {
        differs.push(format!("its MTU is {}, not {mtu}", link.mtu));
    }
    if let Some(mac) = wanted.mac
        && link.is_some_and(|link| link.mac != Some(mac))
    {
        differs.push(format!("its MAC is not {mac}"));
    }
    let userspace = datapath.map(|kind| kind == Datapath::Netdev);
    if userspace.is_some_and(|userspace| userspace != found.bridge.is_userspace()) {
        differs.push("its datapath is of another type".into());
    }
    match differs.is_empty() {
        true => Ok(()),
        false => Err(
            Error::conflict(format!("it exists, and {}", differs.join("; ")))
                .hint(format!("remove it first: netpipe bridge del {name}")),
        ),
    }
}

/// Removes a bridge that netpipe made; whether it was there.
///
/// # Errors
/// A conflict while attachments use it, it has ports that would go with it, or it is not
/// netpipe's.
pub fn del(ctx: &Context, name: &IfName) -> Result<bool> {
    let doing = format!("cannot remove bridge `{name}`");
    del_inner(ctx, name).map_err(|error| error.while_doing(&doing))
}

fn del_inner(ctx: &Context, name: &IfName) -> Result<bool> {
    let _lock = ctx.lock_bridge(name)?;
    if ctx.registry()?.link_is_used(name)? {
        return Err(
            Error::conflict("attachments use it").hint("see `netpipe list`; detach them first")
        );
    }
    let Some(found) = find(ctx, name)? else {
        bridge_owner::forget(ctx, name)?;
        return Ok(false);
    };
    if !is_ours(&found.bridge) {
        return Err(Error::conflict("it is not netpipe's, so it stays")
            .hint(format!("remove it yourself: ovs-vsctl del-br {name}")));
    }
    for (port, (owner, _)) in found.bridge.others().zip(&found.owners) {
        let shown = shown(&port.name);
        if matches!(owner, PortOwner::Attachment(..)) {
            return Err(Error::conflict(format!(
                "attachments of another state directory use it: port `{shown}` is {owner}"
            ))
            .hint("detach them with that --state-dir"));
        }
        if !port.is_link() {
            let kind = port.interface().map_or("", |interface| &interface.kind);
            return Err(Error::conflict(format!(
                "its port `{shown}`, of type {kind}, would go with it"
            ))
            .hint(match port.mark() == Some(ovs_tunnel::MARK) {
                true => format!("take it out first: netpipe tunnel del {shown}"),
                false => format!("take it out first: ovs-vsctl del-port {shown}"),
            }));
        }
    }
    let step = Step::Ovs(OvsStep::DelBridge {
        db: ctx.ovs_db(),
        name: name.clone(),
        mark: found.bridge.mark().unwrap_or_default().to_owned(),
        only_unused: false,
    });
    run_or_undo(ctx, &mut ctx.host_door()?, &[step])?;
    Ok(true)
}

/// The switch's bridge of that name, or none.
///
/// # Errors
/// A conflict if the name belongs to something else, or if the switch does not answer.
pub fn find(ctx: &Context, name: &IfName) -> Result<Option<Found>> {
    let found = list(ctx)?
        .into_iter()
        .find(|found| found.bridge.name == name.as_str());
    if found.is_some() {
        return Ok(found);
    }
    let link = link::find(&mut ctx.host_door()?, name.as_str())
        .or_failed(|| format!("cannot look up the link `{name}`"))?;
    match link {
        None => Ok(None),
        Some(link) => {
            let kind = link.kind.unwrap_or_else(|| "network interface".into());
            Err(Error::conflict(format!(
                "`{name}` is a {kind}, not a bridge of Open vSwitch"
            ))
            .hint("see `netpipe bridge list`"))
        }
    }
}

/// All bridges of the switch.
///
/// # Errors
/// If the switch or the kernel does not answer.
pub fn list(ctx: &Context) -> Result<Vec<Found>> {
    let bridges = ovsdb::bridges(&mut ctx.switch()?)?;
    let mut door = ctx.host_door()?;
    let cannot = || "cannot list bridges".to_owned();
    let links = link::list(&mut door).or_failed(cannot)?;
    let addresses = addr::list(&mut door).or_failed(cannot)?;
    let by_name: HashMap<&str, &Link> = links
        .iter()
        .map(|link| (link.name.as_str(), link))
        .collect();
    let found = bridges.into_iter().map(|bridge| {
        let link = by_name.get(bridge.name.as_str()).copied();
        let owners = bridge.others().map(|port| {
            let gone = port.is_link() && !by_name.contains_key(port.name.as_str());
            (PortOwner::of(port), gone)
        });
        Found {
            owners: owners.collect(),
            addresses: addresses
                .iter()
                .filter(|address| link.is_some_and(|link| link.index == address.link))
                .filter(|address| !address.link_scope)
                .copied()
                .collect(),
            link: link.cloned(),
            bridge,
        }
    });
    Ok(found.collect())
}

/// Whether a name means a bridge of the switch: one that is there, for what the host has of
/// that name may be anything.
///
/// # Errors
/// If there is an Open vSwitch and it does not answer.
pub fn has(ctx: &Context, name: &IfName) -> Result<bool> {
    if !ctx.has_switch() {
        return Ok(false);
    }
    let link = link::find(&mut ctx.host_door()?, name.as_str())
        .or_failed(|| format!("cannot look up the link `{name}`"))?;
    // Most names need no question to the switch, which may hang.
    if link.is_some_and(|link| !may_be_local(&link)) {
        return Ok(false);
    }
    let facts = ovsdb::facts(&mut ctx.switch()?, name.as_str())?;
    Ok(facts.bridge.is_some())
}

/// Whether a name means a bridge of the switch, where one that is missing would be made: by
/// its name then. A switch is not asked for what is a link of another kind.
///
/// # Errors
/// If there is an Open vSwitch and it does not answer.
pub fn is_meant(ctx: &Context, name: &IfName) -> Result<bool> {
    let link = link::find(&mut ctx.host_door()?, name.as_str())
        .or_failed(|| format!("cannot look up the link `{name}`"))?;
    match link {
        Some(_) => has(ctx, name),
        None => Ok(is_ovs_name(name)),
    }
}

/// The names of the host's links.
///
/// # Errors
/// If the kernel does not answer.
pub(super) fn links_of(door: &mut Door) -> Result<HashSet<String>> {
    let links = link::list(door).or_failed(|| "cannot list links".into())?;
    Ok(links.into_iter().map(|link| link.name).collect())
}

/// What the switches of some attachments have of them, at one moment.
#[derive(Debug, Default)]
pub(super) struct Switched(Vec<Bridge>);

impl Switched {
    /// Reads it; nothing if none of them is of a switch.
    ///
    /// # Errors
    /// If a switch does not answer.
    pub(super) fn read(ctx: &Context, records: &[AttachmentRecord]) -> Result<Self> {
        let mut databases: Vec<_> = records.iter().filter_map(|r| r.ovs_db.as_ref()).collect();
        databases.sort_unstable();
        databases.dedup();
        let mut all = Vec::new();
        for db in databases {
            all.extend(ovsdb::bridges(&mut Client::connect(db, &ctx.interrupt)?)?);
        }
        Ok(Self(all))
    }

    /// Whether an attachment's end is a port that is its own.
    pub(super) fn has_port(&self, record: &AttachmentRecord) -> bool {
        let mark = record.mark();
        let mut ports = self.0.iter().flat_map(Bridge::others);
        ports.any(|port| {
            record.host_ifname.as_ref().map(IfName::as_str) == Some(&port.name)
                && port.mark() == Some(&mark)
        })
    }

    /// Whether an attachment had made its bridge, and it has no ports but those of the ones
    /// that are gone.
    pub(super) fn is_unused(&self, record: &AttachmentRecord, gone: &[AttachmentRecord]) -> bool {
        let leaves = |port: &ovsdb::Port| {
            let mut ends = gone.iter().filter_map(|record| record.host_ifname.as_ref());
            ends.any(|end| end.as_str() == port.name)
        };
        let mut named = self.0.iter().filter(|b| b.name == record.link.as_str());
        named.any(|bridge| {
            bridge.mark() == Some(&auto_bridge(record.store)) && bridge.others().all(leaves)
        })
    }
}

//! Interfaces of the host that become ports of its bridges, and give them their addresses.

mod facts;
mod settle;

use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::install::with_leftover;
use super::{Context, bridge};
use crate::error::{Context as _, Error, Result};
use crate::exec::{Executor, fault};
use crate::plan::port::{Facts, give_back, join};
use crate::plan::{LanStep, Step};
use crate::registry::keys;
use crate::registry::port::{Moved, PortRecord};
use crate::spec::{IfName, MARK};
use crate::sys::link::{self, Link};
use crate::sys::neighbour::{self, Question};
use crate::sys::netlink::Door;
use crate::sys::process;

pub use settle::{Look, check, gc};

/// How long gateways are given to answer before the move, at most.
const PATIENCE: Duration = Duration::from_secs(3);

/// An interface that is to be a port.
#[derive(Debug, Clone)]
pub struct Request {
    /// The bridge.
    pub bridge: IfName,
    /// The interface.
    pub nic: IfName,
    /// Whether the bridge takes its addresses and routes.
    pub take: bool,
    /// For how many seconds the gateways are waited for.
    pub confirm: Option<u32>,
}

/// What became of it.
#[derive(Debug)]
pub struct Added {
    /// Whether anything was done.
    pub made: bool,
    /// What the bridge has taken.
    pub moved: Option<Moved>,
    /// The gateways that answered.
    pub confirmed: Vec<IpAddr>,
}

/// A port of a bridge.
#[derive(Debug)]
pub struct Port {
    /// The link.
    pub link: Link,
    /// The record, if it is an interface that netpipe made a port.
    pub record: Option<PortRecord>,
}

impl Port {
    /// Whether it is the host's end of an attachment.
    pub fn is_attachment(&self) -> bool {
        let alias = self.link.alias.as_deref();
        alias.is_some_and(|alias| alias.starts_with(MARK))
    }
}

/// Makes an interface a port of a bridge. What is so already stays.
///
/// # Errors
/// Not found; a conflict that says why it cannot be; failed, undone.
pub fn add(ctx: &Context, request: &Request) -> Result<Added> {
    let Request { bridge, nic, .. } = request;
    add_inner(ctx, request)
        .map_err(|error| error.while_doing(&format!("cannot make `{nic}` a port of `{bridge}`")))
}

fn add_inner(ctx: &Context, request: &Request) -> Result<Added> {
    let _lock = ctx.lock_bridges(&[&request.bridge, &request.nic])?;
    let mut door = ctx.host_door()?;
    match known(ctx, &mut door, request)? {
        Some(known) => Ok(known),
        None => {
            let earlier = of(ctx, &request.bridge, &request.nic)?;
            make(ctx, &mut door, request, earlier.as_ref())
        }
    }
}

/// Makes a port of which nothing is recorded, or one of an earlier boot anew.
fn make(
    ctx: &Context,
    door: &mut Door,
    request: &Request,
    earlier: Option<&PortRecord>,
) -> Result<Added> {
    let facts = facts::read(ctx, door, &request.bridge, &request.nic)?;
    let record = PortRecord {
        restoring: earlier.is_some(),
        ..facts::record(ctx, request, &facts)?
    };
    if record.was_port && record.moved.is_none() {
        // Somebody else has made it one.
        earlier.map_or(Ok(()), |earlier| ctx.registry()?.forget(earlier))?;
        return Ok(Added {
            made: false,
            moved: None,
            confirmed: Vec::new(),
        });
    }
    let confirm = confirmed(ctx, request, &record, &facts)?;
    let confirmed = confirm.iter().flat_map(|(questions, _)| questions);
    let confirmed = confirmed.map(|question| question.neighbour).collect();
    let steps = steps(&record, &facts, confirm);
    install(ctx, door, (earlier, &record), &steps)?;
    Ok(Added {
        made: true,
        moved: record.moved,
        confirmed,
    })
}

/// What is recorded of it, if that is what is asked for; what a crash left is settled.
fn known(ctx: &Context, door: &mut Door, request: &Request) -> Result<Option<Added>> {
    let Some(record) = of(ctx, &request.bridge, &request.nic)? else {
        return Ok(None);
    };
    let Some(record) = settle::settle(ctx, door, &record)?.1 else {
        return Ok(None);
    };
    let facts = facts::read(ctx, door, &record.bridge, &record.nic)?;
    same(&record, request, &facts)?;
    Ok(Some(Added {
        made: false,
        moved: record.moved,
        confirmed: Vec::new(),
    }))
}

/// Refuses what is recorded, unless it is what is asked for, and as it was made.
fn same(record: &PortRecord, request: &Request, facts: &Facts) -> Result<()> {
    let (bridge, nic) = (&record.bridge, &record.nic);
    if record.moved.is_some() != request.take {
        let how = match record.moved {
            Some(_) => "with its addresses",
            None => "without its addresses",
        };
        let doing = format!("it is one already, {how}");
        return Err(Error::conflict(doing).hint(format!(
            "take it out first: netpipe bridge port del {bridge} {nic}"
        )));
    }
    match join(record, facts, None).is_empty() {
        true => Ok(()),
        false => Err(
            Error::conflict("it was one already, and something has changed it")
                .hint("see `netpipe check`; `netpipe check --repair` puts it back"),
        ),
    }
}

/// The steps of [`add`], the announcement included.
fn steps(record: &PortRecord, facts: &Facts, confirm: Option<(Vec<Question>, u32)>) -> Vec<Step> {
    let mut steps = join(record, facts, confirm);
    if let Some(moved) = &record.moved {
        let new = moved.addresses.iter().chain(&moved.copied);
        let held = facts.addresses_of(facts.bridge.as_ref());
        let addresses = held.into_iter().chain(new).map(|address| address.ip.ip());
        steps.extend(announce(
            &record.bridge,
            record.nic_mac,
            addresses.collect(),
        ));
    }
    steps
}

fn announce(dev: &IfName, mac: Option<crate::spec::Mac>, addresses: Vec<IpAddr>) -> Option<Step> {
    let (dev, mac) = (dev.clone(), mac?);
    let step = LanStep::Announce {
        dev,
        mac,
        addresses,
    };
    Some(Step::Lan(step))
}

/// The gateways that answer now, and will have to once more; of what cannot be asked for it
/// warns.
fn confirmed(
    ctx: &Context,
    request: &Request,
    record: &PortRecord,
    facts: &Facts,
) -> Result<Option<(Vec<Question>, u32)>> {
    let (Some(seconds), Some(moved)) = (request.confirm, &record.moved) else {
        return Ok(None);
    };
    let mut questions = facts::gateways(moved, facts);
    let (Some(nic), Some(mac)) = (&facts.nic, record.nic_mac) else {
        return Ok(None);
    };
    if questions.is_empty() {
        ctx.warn(format!(
            "no route of `{}` has a gateway: nothing to confirm",
            nic.name
        ));
        return Ok(None);
    }
    let end = Instant::now() + PATIENCE.min(Duration::from_secs(seconds.into()));
    let answers = neighbour::ask((nic.index, mac), &questions, end, &ctx.interrupt)?;
    process::close_in_background(answers.spent);
    for question in &questions {
        let gateway = question.neighbour;
        if !answers.from.contains(&gateway) {
            ctx.warn(format!(
                "gateway `{gateway}` does not answer before the move either: it is not waited for"
            ));
        }
    }
    questions.retain(|question| answers.from.contains(&question.neighbour));
    Ok((!questions.is_empty()).then_some((questions, seconds)))
}

/// Writes the record, in the place of an earlier boot's if there is one, runs the steps, and
/// marks it done; or takes everything back.
fn install(
    ctx: &Context,
    door: &mut Door,
    (earlier, record): (Option<&PortRecord>, &PortRecord),
    steps: &[Step],
) -> Result<()> {
    let registry = ctx.registry()?;
    let active = record.done();
    ctx.interrupt.check()?;
    registry.replace(earlier, record)?;
    let mut executor = Executor::new(door, None, &ctx.interrupt);
    let outcome = fault::point("the reservation")
        .and_then(|()| executor.run(steps))
        .and_then(|()| registry.swap(record, &active))
        .and_then(|()| fault::point("the commit"));
    let Err(error) = outcome else {
        executor.commit();
        return Ok(());
    };
    let leftover = executor.roll_back();
    let forgotten = match leftover.is_empty() {
        true => registry.restore(record, earlier),
        // What could not be undone now, `gc` finds by the record.
        false => registry.restore(record, Some(record)),
    };
    Err(with_leftover(error, leftover, forgotten))
}

/// The steps [`add`] would run, as commands. Nothing is changed, and nobody asked.
///
/// # Errors
/// As [`add`].
pub fn preview(ctx: &Context, request: &Request) -> Result<Vec<String>> {
    let plan = || {
        let facts = facts::read(ctx, &mut ctx.host_door()?, &request.bridge, &request.nic)?;
        if let Some(record) = of(ctx, &request.bridge, &request.nic)?
            && record.is_active()
            && record.boot_id == ctx.boot_id()?
        {
            return same(&record, request, &facts).map(|()| Vec::new());
        }
        let record = facts::record(ctx, request, &facts)?;
        let confirm = record.moved.as_ref().zip(request.confirm);
        let confirm = confirm.map(|(moved, seconds)| (facts::gateways(moved, &facts), seconds));
        Ok(steps(
            &record,
            &facts,
            confirm.filter(|(asked, _)| !asked.is_empty()),
        ))
    };
    let (bridge, nic) = (&request.bridge, &request.nic);
    let steps: Result<Vec<Step>> = plan();
    let steps = steps
        .map_err(|error| error.while_doing(&format!("cannot make `{nic}` a port of `{bridge}`")))?;
    Ok(steps.iter().map(|step| step.command("")).collect())
}

/// Takes an interface out of a bridge; it gets back what it had. Whether it was a port. From
/// the mark in the record on, no signal stops it.
///
/// # Errors
/// Not found; a conflict if it is not an interface of the host's; failed, and the same
/// command again goes on.
pub fn del(ctx: &Context, bridge: &IfName, nic: &IfName) -> Result<bool> {
    let doing = format!("cannot take `{nic}` out of `{bridge}`");
    let del = || {
        let _lock = ctx.lock_bridges(&[bridge, nic])?;
        let mut door = ctx.host_door()?;
        let Some(record) = of(ctx, bridge, nic)? else {
            let steps = unrecorded(ctx, &mut door, bridge, nic)?;
            super::install::run_or_undo(ctx, &mut door, &steps)?;
            return Ok(!steps.is_empty());
        };
        may_return(ctx, &record)?;
        ctx.interrupt.check()?;
        settle::leave(ctx, &mut door, &record).map(|()| true)
    };
    del().map_err(|error: Error| error.while_doing(&doing))
}

/// The steps [`del`] would run, as commands. Nothing is changed.
///
/// # Errors
/// As [`del`].
pub fn preview_del(ctx: &Context, bridge: &IfName, nic: &IfName) -> Result<Vec<String>> {
    let doing = format!("cannot take `{nic}` out of `{bridge}`");
    let plan = || {
        let mut door = ctx.host_door()?;
        match of(ctx, bridge, nic)? {
            None => unrecorded(ctx, &mut door, bridge, nic),
            Some(record) => {
                let facts = facts::read(ctx, &mut door, bridge, nic)?;
                may_return(ctx, &record)?;
                Ok(return_steps(&record, &facts, true))
            }
        }
    };
    let steps: Result<Vec<Step>> = plan();
    let steps = steps.map_err(|error| error.while_doing(&doing))?;
    Ok(steps.iter().map(|step| step.command("")).collect())
}

/// Refuses to take the addresses away that a direct route needs there.
fn may_return(ctx: &Context, record: &PortRecord) -> Result<()> {
    match record.moved.is_some() && !record.leaving {
        true => facts::refuse_pinned(ctx, &record.bridge),
        false => Ok(()),
    }
}

/// The steps that give everything back, the announcement of what the bridge keeps included.
fn return_steps(record: &PortRecord, facts: &Facts, leave: bool) -> Vec<Step> {
    let mut steps = give_back(record, facts, leave);
    let Some(moved) = &record.moved else {
        return steps;
    };
    let kept = facts.addresses_of(facts.bridge.as_ref()).into_iter();
    let mut taken = moved.addresses.iter().chain(&moved.copied);
    let kept = kept.filter(|held| !taken.any(|own| own.is_same(held)));
    let kept: Vec<_> = kept.map(|address| address.ip.ip()).collect();
    if moved.bridge_up && !kept.is_empty() && !steps.is_empty() {
        steps.extend(announce(&record.bridge, moved.bridge_mac, kept));
    }
    steps
}

/// The steps that take a port out that nothing is recorded of.
fn unrecorded(ctx: &Context, door: &mut Door, bridge: &IfName, nic: &IfName) -> Result<Vec<Step>> {
    let facts = facts::read(ctx, door, bridge, nic)?;
    let absent = |what: &str, name: &IfName| {
        Error::not_found(format!("there is no {what} `{name}` on this host")).hint("see `ip link`")
    };
    let held = facts
        .bridge
        .as_ref()
        .ok_or_else(|| absent("bridge", bridge))?;
    if !held.is_bridge() {
        return Err(Error::conflict(format!("`{bridge}` is not a bridge"))
            .hint("the bridge comes first, then the interface"));
    }
    let found = facts.nic.as_ref().ok_or_else(|| absent("link", nic))?;
    match found.master {
        None => return Ok(Vec::new()),
        Some(master) if master == held.index => {}
        Some(_) => {
            return Err(
                Error::conflict(format!("`{nic}` is a port of another device"))
                    .hint("see `ip link`"),
            );
        }
    }
    if found
        .alias
        .as_deref()
        .is_some_and(|alias| alias.starts_with(MARK))
    {
        return Err(Error::conflict(format!("`{nic}` is netpipe's own link"))
            .hint("see `netpipe list`, and detach it: netpipe detach"));
    }
    Ok(vec![Step::SetMaster {
        name: nic.clone(),
        master: None,
        before: Some(bridge.clone()),
    }])
}

/// The ports of a bridge.
///
/// # Errors
/// Not found, or a conflict if it is no bridge.
pub fn list(ctx: &Context, name: &IfName) -> Result<Vec<Port>> {
    let found = bridge::find(ctx, name)?.ok_or_else(|| {
        Error::not_found(format!("there is no bridge `{name}`")).hint("see `netpipe bridge list`")
    })?;
    let mut records = records_of(ctx, name)?;
    let ports = found.ports.into_iter().map(|link| {
        let own = records
            .iter()
            .position(|record| record.nic.as_str() == link.name);
        Port {
            record: own.map(|at| records.swap_remove(at)),
            link,
        }
    });
    Ok(ports.collect())
}

/// The record of a port, if there is one.
fn of(ctx: &Context, bridge: &IfName, nic: &IfName) -> Result<Option<PortRecord>> {
    ctx.registry()?.single(&keys::port(&ctx.host, bridge, nic))
}

/// The records of a bridge's ports.
///
/// # Errors
/// If the store fails or holds what is no record.
pub fn records_of(ctx: &Context, bridge: &IfName) -> Result<Vec<PortRecord>> {
    let all = ctx
        .registry()?
        .singles(&keys::ports_of(&ctx.host, bridge))?;
    all.into_iter().collect()
}

/// Refuses to remove a bridge that holds addresses of its port, which would go with it.
///
/// # Errors
/// That conflict.
pub fn refuse_holder(ctx: &Context, bridge: &IfName) -> Result<()> {
    let all = records_of(ctx, bridge)?;
    match all.iter().find(|record| record.moved.is_some()) {
        None => Ok(()),
        Some(PortRecord { nic, .. }) => Err(Error::conflict(format!(
            "it has the addresses of `{nic}`"
        ))
        .hint(format!(
            "give them back first: netpipe bridge port del {bridge} {nic}"
        ))),
    }
}

/// Forgets the ports of a bridge that is gone.
///
/// # Errors
/// If the store fails.
pub fn forget_all(ctx: &Context, bridge: &IfName) -> Result<()> {
    let registry = ctx.registry()?;
    let all = records_of(ctx, bridge)?;
    all.iter().try_for_each(|record| registry.forget(record))
}

/// Whether a link is there.
fn is_there(door: &mut Door, name: &IfName) -> Result<bool> {
    let found = link::find(door, name.as_str());
    let found = found.or_failed(|| format!("cannot look up the link `{name}`"))?;
    Ok(found.is_some())
}

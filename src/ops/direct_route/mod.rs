//! Routes to the containers of other hosts of the LAN: each host has a subnet of its own,
//! and knows by which host the others are reached.

mod facts;
mod settle;

use std::net::IpAddr;

use ipnetwork::IpNetwork;

use super::Context;
use super::install::with_leftover;
use crate::error::{Error, Result};
use crate::exec::{Executor, fault};
use crate::plan::{LanStep, Side, Step};
use crate::registry::direct_route::DirectRouteRecord;
use crate::registry::keys;
use crate::spec::{IfName, Sysctl};
use crate::sys::firewall::{self, RouteRule, Subnet};
use crate::sys::netlink::Door;
use crate::sys::sysctl;
use facts::Facts;

pub use settle::{Look, check, gc};

/// A route that is to be.
#[derive(Debug, Clone)]
pub struct Request {
    /// The other host's subnet.
    pub subnet: IpNetwork,
    /// The other host.
    pub via: IpAddr,
    /// Its metric.
    pub metric: Option<u32>,
    /// The interface by which the other host is reached.
    pub dev: Option<IfName>,
    /// Whether firewall rules may be added.
    pub firewall: bool,
}

/// Adds a route, and what its packets need to be forwarded. Whether anything was done.
///
/// # Errors
/// A conflict that says why it cannot be; failed, undone.
pub fn add(ctx: &Context, request: &Request) -> Result<(bool, DirectRouteRecord)> {
    let doing = doing(request);
    add_inner(ctx, request).map_err(|error| error.while_doing(&doing))
}

fn doing(request: &Request) -> String {
    format!("cannot route {} via `{}`", request.subnet, request.via)
}

fn add_inner(ctx: &Context, request: &Request) -> Result<(bool, DirectRouteRecord)> {
    let _lock = ctx.lock_routes()?;
    let mut door = ctx.host_door()?;
    if let Some(known) = of(ctx, request.subnet)?
        && let Some(known) = settle::settle(ctx, &mut door, &known)?.1
    {
        same(request, &known)?;
        let steps = make(&known, &Facts::read(&mut door)?)?;
        super::install::run_or_undo(ctx, &mut door, &steps)?;
        return Ok((false, known));
    }
    let earlier = of(ctx, request.subnet)?;
    anew(ctx, &mut door, request, earlier.as_ref()).map(|active| (true, active))
}

/// Adds a route of which nothing is recorded, or one of an earlier boot anew.
fn anew(
    ctx: &Context,
    door: &mut Door,
    request: &Request,
    earlier: Option<&DirectRouteRecord>,
) -> Result<DirectRouteRecord> {
    let facts = Facts::read(door)?;
    let record = DirectRouteRecord {
        restoring: earlier.is_some(),
        ..facts::record(ctx, request, &facts)?
    };
    let steps = make(&record, &facts)?;
    install(ctx, door, (earlier, &record), &steps)
}

/// Refuses what is recorded, unless it is what is asked for.
fn same(request: &Request, known: &DirectRouteRecord) -> Result<()> {
    let other_dev = request.dev.as_ref().is_some_and(|dev| *dev != known.dev);
    if known.via == request.via && known.metric == request.metric && !other_dev {
        return Ok(());
    }
    Err(Error::conflict(format!(
        "there is a direct route to it via `{}` dev `{}`",
        known.via, known.dev
    ))
    .hint(format!(
        "remove it first: netpipe direct-route del {}",
        known.subnet
    )))
}

/// The steps [`add`] would run, as commands. Nothing is changed.
///
/// # Errors
/// As [`add`].
pub fn preview(ctx: &Context, request: &Request) -> Result<Vec<String>> {
    let plan = || {
        let facts = Facts::read(&mut ctx.host_door()?)?;
        match of(ctx, request.subnet)? {
            Some(known) if known.is_active() && known.boot_id == ctx.boot_id()? => {
                same(request, &known)?;
                make(&known, &facts)
            }
            _ => make(&facts::record(ctx, request, &facts)?, &facts),
        }
    };
    let steps = plan().map_err(|error: Error| error.while_doing(&doing(request)))?;
    Ok(steps.iter().map(|step| step.command("")).collect())
}

/// The steps that make what is recorded; none where all of it is there. The way is open
/// before packets are sent on it.
fn make(record: &DirectRouteRecord, facts: &Facts) -> Result<Vec<Step>> {
    let mut steps: Vec<Step> = record.settings.iter().filter_map(set).collect();
    let held = firewall::owned_for_routes(Some(Subnet::new(record.subnet)?))?;
    let mut missing = record.rules.clone();
    missing.retain(|rule| !held.contains(rule));
    if !missing.is_empty() {
        steps.push(Step::Lan(LanStep::AddRules(missing)));
    }
    if facts.leaves_by(record).is_empty() {
        let dev = match record.pinned {
            true => record.dev.clone(),
            // The interface may have become a bridge's port since.
            false => facts.uplink(record.via, None)?,
        };
        let route = record.route();
        steps.push(Step::Lan(LanStep::AddRoute { dev, route }));
    }
    Ok(steps)
}

/// The steps that remove what is recorded; none where nothing is left of it.
fn unmake(ctx: &Context, record: &DirectRouteRecord, facts: &Facts) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    if !record.adopted {
        for dev in facts.leaves_by(record) {
            let route = record.route();
            steps.push(Step::Lan(LanStep::DelRoute { dev, route }));
        }
    }
    let rules: Vec<RouteRule> = firewall::owned_for_routes(Some(Subnet::new(record.subnet)?))?;
    if !rules.is_empty() {
        steps.push(Step::Lan(LanStep::DelRules(rules)));
    }
    let is_other = |other: &DirectRouteRecord| {
        let same_family = other.subnet.is_ipv4() == record.subnet.is_ipv4();
        // One of an earlier boot needs nothing yet: a repair of it looks anew.
        let of_now = other.boot_id == record.boot_id && other.host_cookie == record.host_cookie;
        other.subnet != record.subnet && same_family && of_now
    };
    if !records(ctx)?.iter().any(is_other) {
        // The first one changes the others along with it, so whether they differ is only
        // known when it has.
        let off = record.saved.iter().map(|saved| Step::SetSysctl {
            side: Side::Host,
            setting: saved.clone(),
            before: sysctl::get(&saved.key).unwrap_or_default(),
        });
        let any = record.saved.iter().any(|saved| set(saved).is_some());
        let there = |step: &Step| match step {
            Step::SetSysctl { setting, .. } => sysctl::get(&setting.key).is_some(),
            _ => false,
        };
        steps.extend(off.filter(there).filter(|_| any));
    }
    Ok(steps)
}

/// The step that gives a setting its value, unless it has it or there is none.
fn set(wanted: &Sysctl) -> Option<Step> {
    let now = sysctl::get(&wanted.key)?;
    (Sysctl::new(wanted.key.clone(), now.clone()) != *wanted).then(|| Step::SetSysctl {
        side: Side::Host,
        setting: wanted.clone(),
        before: now,
    })
}

/// Writes the record, in the place of an earlier boot's if there is one, runs the steps, and
/// marks it done; or takes everything back.
fn install(
    ctx: &Context,
    door: &mut Door,
    (earlier, record): (Option<&DirectRouteRecord>, &DirectRouteRecord),
    steps: &[Step],
) -> Result<DirectRouteRecord> {
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
        return Ok(active);
    };
    let mut leftover = executor.roll_back();
    drop(executor);
    // What the kernel changed along with the settings is put back as well.
    let rest = Facts::read(door).and_then(|facts| unmake(ctx, record, &facts));
    leftover.extend(match rest {
        Ok(rest) => Executor::new(door, None, &ctx.interrupt).run_all(&rest),
        Err(_) => Vec::new(),
    });
    let forgotten = match leftover.is_empty() {
        true => registry.restore(record, earlier),
        // What could not be undone now, `gc` finds by the record.
        false => registry.restore(record, Some(record)),
    };
    Err(with_leftover(error, leftover, forgotten))
}

/// Removes a route and all that came with it; whether it was there. From the mark in the
/// record on, no signal stops it.
///
/// # Errors
/// Failed, and the same command again goes on.
pub fn del(ctx: &Context, subnet: IpNetwork) -> Result<bool> {
    let del = || {
        let _lock = ctx.lock_routes()?;
        let Some(record) = of(ctx, subnet)? else {
            return Ok(false);
        };
        ctx.interrupt.check()?;
        settle::leave(ctx, &mut ctx.host_door()?, &record).map(|()| true)
    };
    del().map_err(|error: Error| error.while_doing(&format!("cannot remove the route to {subnet}")))
}

/// The steps [`del`] would run, as commands. Nothing is changed.
///
/// # Errors
/// As [`del`].
pub fn preview_del(ctx: &Context, subnet: IpNetwork) -> Result<Vec<String>> {
    let Some(record) = of(ctx, subnet)? else {
        return Ok(Vec::new());
    };
    let steps = unmake(ctx, &record, &Facts::read(&mut ctx.host_door()?)?)?;
    Ok(steps.iter().map(|step| step.command("")).collect())
}

/// Every route whose record can be read.
///
/// # Errors
/// If the store fails.
pub fn readable(ctx: &Context) -> Result<Vec<DirectRouteRecord>> {
    let all = ctx.registry()?.singles(&keys::direct_routes(&ctx.host))?;
    Ok(all.into_iter().flatten().collect())
}

/// Every route that is recorded.
///
/// # Errors
/// If the store fails or holds what is no record.
pub fn records(ctx: &Context) -> Result<Vec<DirectRouteRecord>> {
    let all = ctx.registry()?.singles(&keys::direct_routes(&ctx.host))?;
    all.into_iter().collect()
}

fn of(ctx: &Context, subnet: IpNetwork) -> Result<Option<DirectRouteRecord>> {
    ctx.registry()?
        .single(&keys::direct_route(&ctx.host, subnet))
}

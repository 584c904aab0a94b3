//! Reserve, run the steps, commit; or take everything back.

use std::net::IpAddr;

use super::{Context, detach, dhcp, filtering, shape, wire};
use crate::error::{Error, Kind, Result};
use crate::exec::{Executor, Leftover, fault};
use crate::plan::addressing::{DefaultRoute, Families};
use crate::plan::{DevRoute, Side, Step, addressing, kind};
use crate::registry::Taken;
use crate::registry::record::{AttachmentRecord, Saved};
use crate::resolve::host::{Anchor, Bridge};
use crate::resolve::{Inside, Place};
use crate::spec::Sysctl;
use crate::sys::firewall::BridgeRule;
use crate::sys::link::Link;
use crate::sys::lock::Lock;
use crate::sys::netlink::Door;
use crate::sys::sysctl;

/// A target open for work: its namespace, what is in it, and the doors.
#[derive(Debug)]
pub struct Site<'a> {
    /// The target.
    pub place: &'a Place,
    /// What is in its namespace.
    pub inside: Inside,
    /// The door to its namespace.
    pub target: Door,
    /// The door to the host's.
    pub host: Door,
    /// The other target, of a wire.
    pub far: Option<wire::Far>,
}

impl<'a> Site<'a> {
    /// Opens a target, and reads what is inside with the settings named.
    ///
    /// # Errors
    /// As [`Inside::read`].
    pub fn open(
        ctx: &Context,
        place: &'a Place,
        settings: impl FnOnce(&Inside) -> Vec<String> + Send,
    ) -> Result<Self> {
        let (inside, target) = Inside::read(&place.netns, settings)?;
        Ok(Self {
            place,
            inside,
            target,
            host: ctx.host_door()?,
            far: None,
        })
    }
}

/// The settings that planning this attachment must know.
pub fn settings(record: &AttachmentRecord, inside: &Inside) -> Vec<String> {
    let dev = &record.owner.ifname;
    let families = Families::of(record.addresses.iter().copied()) | given_families(record);
    let mut settings = addressing::settings(dev, families, &record.sysctls, inside, false);
    if inside.link(dev).is_some() {
        // Mended in place it has its own; made anew it starts with the defaults.
        settings.extend(addressing::settings(
            dev,
            families,
            &record.sysctls,
            inside,
            true,
        ));
    }
    settings
}

/// Whether the host takes routers' advertisements on a link that is made now; none if it
/// has no IPv6.
pub fn accept_ra() -> Option<String> {
    sysctl::get("net/ipv6/conf/default/accept_ra")
}

/// The steps that make an attachment from nothing, with these of its default routes.
///
/// # Errors
/// As [`addressing::steps`].
pub fn steps(
    record: &AttachmentRecord,
    defaults: &[DefaultRoute],
    (anchor, rules): (&Anchor, &[BridgeRule]),
    inside: &Inside,
    far: Option<kind::wire::FarEnd<'_>>,
) -> Result<Vec<Step>> {
    // Only a bridge that is to be made has that setting changed.
    let accept_ra = match anchor {
        Anchor::Bridge(Bridge::Missing(_)) => accept_ra(),
        Anchor::Ovs(bridge) if bridge.found.is_none() => accept_ra(),
        _ => None,
    };
    let wanted = kind::Wanted {
        record,
        anchor,
        rules,
        accept_ra: accept_ra.as_deref(),
        far,
    };
    let enter = wanted.far.as_ref().map(|far| far.enter);
    let mut steps = kind::steps(&wanted)?;
    // Before it is up: nothing leaves it as it should not.
    steps.extend(shape::steps(record, enter)?);
    steps.extend(addressing_steps(
        record,
        defaults,
        &record.addresses,
        inside,
    )?);
    steps.splice(
        announced_at(&steps)..announced_at(&steps),
        dhcp::questions(record, &record.leasing.asks, inside),
    );
    let announcement = steps
        .iter()
        .position(|step| matches!(step, Step::Announce { .. }));
    if let (Some(at), Anchor::Bridge(bridge)) = (announcement, anchor)
        && let Some(name) = record.host_ifname.clone()
    {
        if let Step::Announce { port, .. } = &mut steps[at] {
            *port = Some(name.clone());
        }
        if let Bridge::Existing(Link { stp: true, .. }) = bridge {
            steps.insert(at, Step::AwaitForwarding { port: name });
        }
    }
    if *anchor == Anchor::Wire {
        steps.extend(kind::wire::announcements(&wanted)?);
    }
    Ok(steps)
}

/// Where the announcement of addresses is, or would be.
fn announced_at(steps: &[Step]) -> usize {
    let tells = |step: &Step| matches!(step, Step::Announce { .. });
    steps.iter().position(tells).unwrap_or(steps.len())
}

/// The steps that give the record's interface these addresses, these default routes and
/// all its further ones.
///
/// # Errors
/// As [`addressing::steps`].
pub fn addressing_steps(
    record: &AttachmentRecord,
    defaults: &[DefaultRoute],
    addresses: &[ipnetwork::IpNetwork],
    inside: &Inside,
) -> Result<Vec<Step>> {
    let wanted = addressing::Wanted {
        dev: &record.owner.ifname,
        mac: record.mac,
        mtu: record.mtu,
        addresses,
        families: Families::of(addresses.iter().copied()) | given_families(record),
        defaults,
        metric: record.metric,
        routes: &record.routes,
        sysctls: &record.sysctls,
        announce: record.announces(),
    };
    addressing::steps(&wanted, inside)
}

/// The families of addresses that servers or routers give an attachment.
fn given_families(record: &AttachmentRecord) -> Families {
    Families {
        v4: record.leasing.asks_v4(),
        v6: record.leasing.asks_v6(),
    }
}

/// What the steps displace, for a later detach: routes they delete, settings of the
/// whole namespace they change.
pub fn displaced(record: &AttachmentRecord, steps: &[Step]) -> Saved {
    let mut saved = Saved::default();
    for step in steps {
        match step {
            Step::DelRoute(route) => saved.routes.push(route.clone()),
            Step::SetSysctl {
                side: Side::Target,
                setting,
                before,
            } if !setting.is_of(&record.owner.ifname) => {
                saved
                    .sysctls
                    .push(Sysctl::new(setting.key.clone(), before.clone()));
            }
            _ => {}
        }
    }
    saved
}

/// What was displaced before and what is displaced now, as one. Of a setting the oldest
/// value counts, for it is the one that netpipe found; of a route the newest, for somebody
/// has put it in the place of the one that netpipe took away.
pub fn both(before: &Saved, now: Saved) -> Saved {
    let mut all = before.clone();
    for new in now.routes {
        let same_place = |old: &&mut DevRoute| {
            old.route.destination == new.route.destination && old.route.metric == new.route.metric
        };
        match all.routes.iter_mut().find(same_place) {
            Some(old) => *old = new,
            None => all.routes.push(new),
        }
    }
    for new in now.sysctls {
        if !all.sysctls.iter().any(|old| old.key == new.key) {
            all.sysctls.push(new);
        }
    }
    all
}

/// Reserves `pending` with its `fresh` addresses, runs the steps, and marks it done.
/// `known` is the record that stands there now, which comes back if anything fails.
/// Gives the active record, or [`Taken`] if an address was taken, with nothing changed.
///
/// On a bridge with the spanning tree a port takes up to a minute to forward, and what is
/// announced before is lost. That wait comes after the commit and without `bridge`, the
/// bridge's lock: the attachment stands, whatever becomes of the announcement.
///
/// # Errors
/// What failed; everything has been undone then, unless the error says so.
pub fn install(
    ctx: &Context,
    site: &mut Site<'_>,
    steps: &[Step],
    pending: &AttachmentRecord,
    known: Option<&AttachmentRecord>,
    fresh: &[IpAddr],
    bridge: Option<Lock>,
) -> Result<Result<AttachmentRecord, Taken>> {
    let registry = ctx.registry()?;
    let waits = |step: &Step| matches!(step, Step::AwaitForwarding { .. });
    let (steps, later) = steps.split_at(steps.iter().position(waits).unwrap_or(steps.len()));
    ctx.interrupt.check()?;
    if let Err(taken) = registry.reserve(pending, known, fresh)? {
        return Ok(Err(taken));
    }
    let target = Some((&site.place.netns, &mut site.target));
    let far = site.far.as_mut();
    let (far_place, far) = far
        .map(|far| (&far.place, (&far.place.netns, &mut far.door)))
        .unzip();
    let mut executor = Executor::new(&mut site.host, target, &ctx.interrupt).with_far(far);
    let asks = |step: &Step| matches!(step, Step::Dhcp(_));
    let (made, asked) = steps.split_at(steps.iter().position(asks).unwrap_or(steps.len()));
    let mut bridge = bridge;
    let mut fresh = fresh.to_vec();
    let mut gone = Vec::new();
    let outcome = fault::point("the reservation")
        .and_then(|()| executor.run(made))
        .and_then(|()| {
            if !asked.is_empty() {
                // A server may take long: others can use the bridge, which has its port now.
                bridge = None;
            }
            executor.run(asked)
        })
        .and_then(|()| site.place.still_there())
        .and_then(|()| far_place.map_or(Ok(()), Place::still_there))
        .and_then(|()| dhcp::settle(ctx, &mut executor, &site.inside, pending, &mut fresh))
        .and_then(|(leased, unused)| {
            gone = unused;
            finish(ctx, &leased)
        })
        .and_then(|active| fault::point("the commit").map(|()| active));
    match outcome {
        Ok(active) => {
            executor.commit();
            drop(bridge);
            registry.free(&active, &gone)?;
            if let Err(error) = executor.run(later)
                && !matches!(error.kind(), Kind::Interrupted(_))
            {
                ctx.warn(format!("attached, but not announced: {error}"));
            }
            Ok(Ok(active))
        }
        Err(error) => {
            let leftover = executor.roll_back();
            let forgotten = forget(ctx, pending, known, &fresh);
            Err(with_leftover(error, leftover, forgotten))
        }
    }
}

/// Marks a pending record as done; what it replaces goes, and leaves what it displaced.
///
/// # Errors
/// As [`crate::registry::Registry::activate`].
pub fn finish(ctx: &Context, pending: &AttachmentRecord) -> Result<AttachmentRecord> {
    if let Some(before) = &pending.replaces {
        detach::bequeath(ctx, before)?;
        let mut host = ctx.host_door()?;
        let steps = filtering::last_user(ctx, &mut host, before, std::slice::from_ref(before))?;
        for (_, error) in Executor::new(&mut host, None, &ctx.interrupt).run_all(&steps) {
            ctx.warn(error.to_string());
        }
    }
    ctx.registry()?.activate(pending)
}

/// Runs steps on the host; all or none.
///
/// # Errors
/// The first step's failure, with what could not be undone as hints.
pub fn run_or_undo(ctx: &Context, host: &mut Door, steps: &[Step]) -> Result<()> {
    let mut executor = Executor::new(host, None, &ctx.interrupt);
    match executor.run(steps) {
        Ok(()) => {
            executor.commit();
            Ok(())
        }
        Err(error) => {
            let leftover = executor.roll_back();
            Err(with_leftover(error, leftover, Ok(())))
        }
    }
}

/// Takes a reservation back: the record becomes what it was, fresh addresses are free.
fn forget(
    ctx: &Context,
    pending: &AttachmentRecord,
    known: Option<&AttachmentRecord>,
    fresh: &[IpAddr],
) -> Result<()> {
    let registry = ctx.registry()?;
    // The mark `active` may have been written before the failure.
    let Some(now) = registry.attachment(&pending.owner)? else {
        return Ok(());
    };
    let Some(known) = known else {
        return registry.release(&now);
    };
    registry.update(&now, known)?;
    let fresh: Vec<_> = now
        .all_addresses()
        .filter(|ip| fresh.contains(&ip.ip()))
        .copied()
        .collect();
    registry.free(pending, &fresh)
}

/// Says on an error what its undo could not take back.
pub fn with_leftover(error: Error, leftover: Leftover, forgotten: Result<()>) -> Error {
    let mut error = error;
    for (step, why) in leftover {
        error = error.hint(format!("not undone: `{}`: {why}", step.command("")));
    }
    match forgotten {
        Ok(()) => error,
        Err(why) => error.hint(format!(
            "the reservation stays ({why}); `netpipe gc` removes it"
        )),
    }
}

//! Addresses that servers and routers give: asked for while an attachment is made, asked for
//! again, kept, and given back.

pub mod drift;
pub mod hold;
pub mod judge;

use std::net::IpAddr;

use ipnetwork::IpNetwork;

use super::install::{self, Site};
use super::{Context, card_side, standing};
use crate::error::{Error, Result};
use crate::exec::Executor;
use crate::plan::{DhcpStep, Step, lease as plan};
use crate::registry::lease::{Lease, LeaseKind, now};
use crate::registry::record::{AttachmentRecord, Owner};
use crate::resolve::{Inside, Place};
use crate::spec::{Attachment, IfName, Target};
use crate::sys::dhcp::Given;
use judge::{Bench, judge};

/// Whether an attachment takes the default routes it is given, of IPv4 and of IPv6: it was
/// asked to, or there is none of that family in its target. A gateway that was named comes
/// before any that is given.
pub fn defaults(record: &AttachmentRecord, inside: &Inside) -> (bool, bool) {
    let own = inside.link(&record.owner.ifname).map(|link| link.index);
    let takes = |v4: bool| {
        let named = record.gateways.iter().any(|ip| ip.is_ipv4() == v4);
        let other = inside.routes.iter().any(|route| {
            route.is_default() && route.destination.is_ipv4() == v4 && Some(route.link) != own
        });
        let had = record
            .leasing
            .leases
            .iter()
            .any(|lease| lease.kind.is_v4() == v4 && lease.default_via.is_some());
        !named && (record.default_route || record.metric.is_some() || !other || had)
    };
    (takes(true), takes(false))
}

/// The steps that ask for all that an attachment asks for.
pub fn questions(record: &AttachmentRecord, kinds: &[LeaseKind], inside: &Inside) -> Vec<Step> {
    plan::ask(record, kinds, defaults(record, inside))
}

/// The leases by the answers to questions.
fn judged(
    ctx: &Context,
    record: &AttachmentRecord,
    inside: &Inside,
    given: &[Given],
) -> Result<Vec<Lease>> {
    let bench = Bench {
        record,
        inside,
        defaults: defaults(record, inside),
    };
    let mut all: Vec<Lease> = Vec::new();
    for one in given {
        let (leases, left_out) = judge(&bench, one)?;
        left_out.into_iter().for_each(|text| ctx.warn(text));
        for lease in leases {
            // A DHCPv6 address may be in a prefix that routers advertise.
            let twice = all
                .iter()
                .any(|other| other.address.ip() == lease.address.ip());
            if !twice {
                all.push(lease);
            }
        }
    }
    Ok(all)
}

/// What changes with new leases of some kinds.
struct Change {
    /// The record with them.
    after: AttachmentRecord,
    steps: Vec<Step>,
    /// Addresses that are to be reserved.
    fresh: Vec<IpAddr>,
    /// Addresses that are not needed any more.
    gone: Vec<IpNetwork>,
}

impl Change {
    fn of(
        record: &AttachmentRecord,
        kinds: &[LeaseKind],
        new: Vec<Lease>,
        inside: &Inside,
    ) -> Result<Self> {
        let (old, kept): (Vec<Lease>, Vec<Lease>) = record
            .leasing
            .leases
            .iter()
            .cloned()
            .partition(|lease| kinds.contains(&lease.kind));
        let on_link = |lease: &Lease| {
            let link = inside.link(&record.owner.ifname);
            link.is_some_and(|link| {
                let mut held = inside.addresses_of(link.index);
                held.any(|address| address.ip == lease.address)
            })
        };
        // Of a link that is made anew, nothing is there.
        let there: Vec<Lease> = old.iter().filter(|lease| on_link(lease)).cloned().collect();
        let steps = plan::change(record, (&there, &new), inside, now())?;
        let mut after = record.clone();
        after.leasing.leases = kept;
        after.leasing.leases.extend(new);
        after.leasing.leases.sort_by_key(|lease| lease.kind);
        // What it replaces holds its addresses until it is done.
        let replaced = record.replaces.iter();
        let replaced = replaced.flat_map(|before| before.all_addresses());
        let had: Vec<IpAddr> = record
            .all_addresses()
            .chain(replaced)
            .map(|ip| ip.ip())
            .collect();
        let has: Vec<IpAddr> = after.all_addresses().map(|ip| ip.ip()).collect();
        let fresh = has.iter().filter(|ip| !had.contains(ip)).copied().collect();
        let gone = old.iter().map(|lease| lease.address);
        Ok(Self {
            fresh,
            gone: gone.filter(|ip| !has.contains(&ip.ip())).collect(),
            after,
            steps,
        })
    }

    fn announcement(&self) -> Option<Step> {
        let new: Vec<IpAddr> = self.after.leasing.addresses().map(|ip| ip.ip()).collect();
        let tell = self.after.announces() && !new.is_empty();
        tell.then(|| Step::Announce {
            dev: self.after.owner.ifname.clone(),
            port: self.after.host_ifname.clone(),
            mac: self.after.mac,
            addresses: new,
        })
    }
}

/// Puts what an executor was given into a record and on the link: addresses are reserved, and
/// nothing is done if somebody else has one. `fresh` gets what was reserved. Gives the record
/// as it is now, and the addresses to be freed once all of it stands.
///
/// # Errors
/// A conflict if an address is taken; what failed. Nothing is undone yet.
pub fn settle(
    ctx: &Context,
    executor: &mut Executor<'_>,
    inside: &Inside,
    record: &AttachmentRecord,
    fresh: &mut Vec<IpAddr>,
) -> Result<(AttachmentRecord, Vec<IpNetwork>)> {
    let given = executor.given();
    if given.is_empty() {
        return Ok((record.clone(), Vec::new()));
    }
    let kinds: Vec<LeaseKind> = given.iter().map(kind_of).collect();
    let new = judged(ctx, record, inside, &given)?;
    let mut change = Change::of(record, &kinds, new, inside)?;
    let added: Vec<IpNetwork> = change.after.leasing.addresses().copied().collect();
    let ways = card_side::routes_to(executor.host(), &change.after, &added)?;
    let replaced = install::displaced(record, &change.steps);
    change.after.saved = install::both(&record.saved, replaced);
    let registry = ctx.registry()?;
    if let Err(taken) = registry.reserve(&change.after, Some(record), &change.fresh)? {
        let why = format!("a server gave `{}`, which is taken", taken.ip);
        return Err(Error::from(taken).while_doing(&why));
    }
    fresh.extend(&change.fresh);
    executor.run(&change.steps)?;
    executor.run(&ways)?;
    if let Some(step) = change.announcement() {
        executor.run(&[step])?;
    }
    Ok((change.after, change.gone))
}

fn kind_of(given: &Given) -> LeaseKind {
    match given {
        Given::V4(_) => LeaseKind::Dhcp,
        Given::V6(_) => LeaseKind::Dhcp6,
        Given::Routers(_) => LeaseKind::Slaac,
    }
}

/// Does something to the leases of an attachment whose link is there: all of it, or nothing.
fn change(
    ctx: &Context,
    site: &mut Site<'_>,
    record: &AttachmentRecord,
    first: &[Step],
    settled: impl FnOnce(
        &mut Executor<'_>,
        &Inside,
        &mut Vec<IpAddr>,
    ) -> Result<(AttachmentRecord, Vec<IpNetwork>)>,
) -> Result<AttachmentRecord> {
    let registry = ctx.registry()?;
    let target = Some((&site.place.netns, &mut site.target));
    let mut executor = Executor::new(&mut site.host, target, &ctx.interrupt);
    let mut fresh = Vec::new();
    let done = executor
        .run(first)
        .and_then(|()| settled(&mut executor, &site.inside, &mut fresh));
    match done {
        Ok((after, gone)) => {
            executor.commit();
            registry.free(&after, &gone)?;
            Ok(after)
        }
        Err(error) => {
            let leftover = executor.roll_back();
            let forgotten = match registry.attachment(&record.owner)? {
                Some(now) if now != *record => registry.update(&now, record).and_then(|()| {
                    let gone: Vec<_> = now
                        .all_addresses()
                        .filter(|ip| fresh.contains(&ip.ip()))
                        .copied()
                        .collect();
                    registry.free(&now, &gone)
                }),
                _ => Ok(()),
            };
            Err(install::with_leftover(error, leftover, forgotten))
        }
    }
}

/// Asks again for leases of these kinds, for the same addresses first, and takes what comes.
/// Gives the record as it is now.
///
/// # Errors
/// What failed; what was there is as before.
pub fn again(
    ctx: &Context,
    site: &mut Site<'_>,
    record: &AttachmentRecord,
    kinds: &[LeaseKind],
) -> Result<AttachmentRecord> {
    let steps = questions(record, kinds, &site.inside);
    change(ctx, site, record, &steps, |executor, inside, fresh| {
        settle(ctx, executor, inside, record, fresh)
    })
}

/// Takes over what a server gave by itself: the same for a new time, or something else.
///
/// # Errors
/// What failed; what was there is as before.
fn take(
    ctx: &Context,
    site: &mut Site<'_>,
    record: &AttachmentRecord,
    given: Given,
) -> Result<AttachmentRecord> {
    change(ctx, site, record, &[], |executor, inside, fresh| {
        executor.take(given);
        settle(ctx, executor, inside, record, fresh)
    })
}

/// Takes leases off the link and out of the record; with `tell` the servers are told.
///
/// # Errors
/// If the store or the kernel refuses.
fn drop_leases(
    ctx: &Context,
    site: &mut Site<'_>,
    record: &AttachmentRecord,
    kinds: &[LeaseKind],
    tell: bool,
) -> Result<AttachmentRecord> {
    let inside = &site.inside;
    let change = Change::of(record, kinds, Vec::new(), inside)?;
    let mut steps = change.steps;
    if tell {
        let back = plan::give_back(record, kinds);
        let release = |step: &Step| matches!(step, Step::Dhcp(DhcpStep::Release(_)));
        steps.extend(back.into_iter().filter(release));
    }
    let target = Some((&site.place.netns, &mut site.target));
    // What is over is taken away whatever fails: nobody could undo it.
    for (step, why) in Executor::new(&mut site.host, target, &ctx.interrupt).run_all(&steps) {
        ctx.warn(format!(
            "not done: `{}`: {why}",
            step.command(&site.place.enter())
        ));
    }
    let registry = ctx.registry()?;
    registry.update(record, &change.after)?;
    registry.free(record, &change.gone)?;
    Ok(change.after)
}

/// Of an attachment that is replaced, the leases that the new one does not ask for again: by
/// another link there is another server, and for another client another lease.
pub fn given_up(record: &AttachmentRecord, request: &Attachment) -> Vec<LeaseKind> {
    let same = record.link == request.link.name
        && record.vlan == request.vlan
        && record.leasing.told.client_id == request.dhcp.client_id;
    let asked: Vec<_> = request.addresses.iter().filter_map(LeaseKind::of).collect();
    let mut kinds = record.leasing.asks.clone();
    kinds.retain(|kind| !same || !asked.contains(kind));
    kinds
}

/// Which of an attachment's leases are meant by a command.
fn meant(record: &AttachmentRecord) -> Result<Vec<LeaseKind>> {
    match record.leasing.asks.is_empty() {
        false => Ok(record.leasing.asks.clone()),
        true => Err(Error::usage(format!(
            "`{}` of `{}` has fixed addresses only",
            record.owner.ifname, record.owner.target
        ))
        .hint("attach it with `dhcp`, `dhcp6` or `slaac` as ADDRESS")),
    }
}

/// The attachment of a target that is meant: the one that is named, or the only one that
/// asks servers or routers.
///
/// # Errors
/// Not found; a usage error if several could be meant.
pub fn owner(ctx: &Context, target: &Target, ifname: Option<&IfName>) -> Result<Owner> {
    let name = ctx.recorded(target)?;
    if let Some(ifname) = ifname {
        return Ok(ctx.owner(&name, ifname));
    }
    let mut all = ctx.registry()?.of_target(&name)?;
    all.retain(|record| !record.leasing.asks.is_empty());
    match all.as_slice() {
        [one] => Ok(one.owner.clone()),
        [] => Err(Error::not_found(format!(
            "`{target}` has no attachment that asks for addresses"
        ))
        .hint("attach it with `dhcp`, `dhcp6` or `slaac` as ADDRESS")),
        several => {
            let names: Vec<_> = several
                .iter()
                .map(|record| record.owner.ifname.as_str())
                .collect();
            Err(Error::usage(format!(
                "it has several such interfaces: {}",
                names.join(", ")
            ))
            .hint("name one"))
        }
    }
}

/// The record of an attachment of this host whose link is there, and the place.
fn standing_record(ctx: &Context, owner: &Owner) -> Result<(Place, AttachmentRecord)> {
    let Some(record) = ctx.registry()?.attachment(owner)? else {
        return Err(Error::not_found(format!(
            "`{}` has no attachment `{}`",
            owner.target, owner.ifname
        ))
        .hint("`netpipe list` shows those there are"));
    };
    standing::refuse_elsewhere(ctx, &record)?;
    meant(&record)?;
    let place = ctx.place(&owner.target, None)?;
    if !record.is_of(ctx.boot_id()?, place.netns.cookie()?) || record.is_unsettled() {
        return Err(Error::failed(format!(
            "`{}` is not in `{}` as it is recorded",
            owner.ifname, owner.target
        ))
        .hint(format!("make it: netpipe check {} --repair", owner.target)));
    }
    Ok((place, record))
}

/// Asks again for all that an attachment asks for: the same addresses if servers agree.
///
/// # Errors
/// As [`again`]; not found.
pub fn renew(ctx: &Context, owner: &Owner) -> Result<AttachmentRecord> {
    let doing = format!("cannot renew the leases of `{}`", owner.target);
    let work = || {
        let _lock = ctx.lock_target(&owner.target)?;
        let (place, record) = standing_record(ctx, owner)?;
        let mut site = Site::open(ctx, &place, |_| Vec::new())?;
        again(ctx, &mut site, &record, &record.leasing.asks)
    };
    work().map_err(|error: Error| error.while_doing(&doing))
}

/// Gives back what an attachment has of servers. It stays, without those addresses.
///
/// # Errors
/// Not found; a conflict if a process keeps them, which would ask again; if the store or the
/// kernel refuses.
pub fn release_all(ctx: &Context, owner: &Owner) -> Result<AttachmentRecord> {
    let doing = format!("cannot release the leases of `{}`", owner.target);
    let work = || {
        if let Some(pid) = hold::holder(ctx, owner) {
            return Err(Error::conflict(format!("process {pid} keeps them"))
                .hint(format!("`kill {pid}` ends it, and it gives them back then")));
        }
        let _lock = ctx.lock_target(&owner.target)?;
        let (place, record) = standing_record(ctx, owner)?;
        release_at(ctx, &place, &record)
    };
    work().map_err(|error: Error| error.while_doing(&doing))
}

/// The same in a namespace that is known, for an attachment whose target is locked.
fn release_at(ctx: &Context, place: &Place, record: &AttachmentRecord) -> Result<AttachmentRecord> {
    let mut kinds = record.leasing.asks.clone();
    // What routers gave cannot be given back.
    kinds.retain(|kind| *kind != LeaseKind::Slaac);
    let mut site = Site::open(ctx, place, |_| Vec::new())?;
    drop_leases(ctx, &mut site, record, &kinds, true)
}

/// The attachments that ask servers or routers, of a target or of all.
///
/// # Errors
/// If the store does not answer.
pub fn list(ctx: &Context, target: Option<&Target>) -> Result<Vec<AttachmentRecord>> {
    let registry = ctx.registry()?;
    let mut all = match target {
        Some(target) => registry.of_target(&ctx.recorded(target)?)?,
        None => registry.attachments()?.records,
    };
    all.retain(|record| !record.leasing.asks.is_empty());
    Ok(all)
}

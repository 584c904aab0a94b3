//! Keeping leases: a process that renews them in time, follows what servers change, and gives
//! them back when its target ends or it is told to stop.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::net::IpAddr;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use super::{drop_leases, meant, release_at, standing_record, take};
use crate::error::{Context as _, Error, Kind, Result};
use crate::ops::Context;
#[cfg(feature = "etcd")]
use crate::ops::PASSWORD;
use crate::ops::install::Site;
use crate::plan::dhcp_step::{Client, from_hex};
use crate::plan::lease::client;
use crate::registry::lease::{Lease, LeaseKind, now};
use crate::registry::record::{AttachmentRecord, Owner};
use crate::resolve::Place;
use crate::resolve::place::Watch;
use crate::spec::IfName;
use crate::sys::dhcp::{Asking, Event, Given, Held4, Keeper};
use crate::sys::dhcp6::{Asking6, Held6};
use crate::sys::lock::{self, OwnLock};
use crate::sys::monitor::LinkEvents;
use crate::sys::{link, process, router};

/// The class of the locks that holders have.
const CLASS: &str = "hold";

/// How long a holder may take to end once there is nothing to hold.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Why a hold ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum End {
    /// Its target is gone.
    Gone,
    /// Somebody detached it, or deleted its link.
    Detached,
    /// A signal asked for it.
    Stopped,
}

/// Which process keeps the leases of an attachment.
pub fn holder(ctx: &Context, owner: &Owner) -> Option<u32> {
    let text = lock::holder(&ctx.state_dir, CLASS, &owner.to_string())?;
    text.trim().parse().ok()
}

/// Takes the right to keep an attachment's leases.
///
/// # Errors
/// A conflict if another process keeps them.
pub fn claim(ctx: &Context, owner: &Owner) -> Result<OwnLock> {
    let name = owner.to_string();
    lock::try_take_own(&ctx.state_dir, CLASS, &name)?.ok_or_else(|| {
        let who = holder(ctx, owner).map_or_else(String::new, |pid| format!(" (process {pid})"));
        Error::conflict(format!(
            "another netpipe keeps the leases of `{}` of `{}`{who}",
            owner.ifname, owner.target
        ))
        .hint("end that one first")
    })
}

/// Keeps the leases of an attachment until its target ends, it is detached, or a signal
/// arrives; then they are given back. `tell` is told what happens, a line each.
///
/// # Errors
/// Not found; a conflict if another process keeps them, or a server gives an address that
/// is somebody else's.
pub fn hold(ctx: &Context, owner: &Owner, tell: &dyn Fn(&str)) -> Result<End> {
    let doing = format!("cannot hold the leases of `{}`", owner.target);
    held(ctx, owner, tell).map_err(|error| error.while_doing(&doing))
}

/// Has another process of this program keep the leases, and gives its id once it does.
///
/// # Errors
/// What that process said.
pub fn background(ctx: &Context, owner: &Owner) -> Result<u32> {
    let words = words(ctx, owner)?;
    let cannot = || "cannot start a process in the background".to_owned();
    let mut child = process::start_again(&words, password(ctx)).or_failed(cannot)?;
    // The first line says that it holds them; without one it has ended.
    let mut line = String::new();
    if let Some(out) = child.stdout.take() {
        BufReader::new(out).read_line(&mut line).or_failed(cannot)?;
    }
    if !line.is_empty() {
        return Ok(child.id());
    }
    let mut why = String::new();
    if let Some(mut err) = child.stderr.take() {
        err.read_to_string(&mut why).or_failed(cannot)?;
    }
    child.wait().or_failed(cannot)?;
    let why = why.lines().next().unwrap_or_default();
    let why = why.trim_start_matches("error: ");
    Err(Error::failed(match why.is_empty() {
        true => cannot(),
        false => why.to_owned(),
    }))
}

/// What that process must know and no command line may show.
fn password(ctx: &Context) -> Option<(&str, &str)> {
    #[cfg(feature = "etcd")]
    return Some((PASSWORD, ctx.remote.as_ref()?.password()?));
    #[cfg(not(feature = "etcd"))]
    {
        let _ = ctx;
        None
    }
}

/// The command line of that process: all that the context was made of.
fn words(ctx: &Context, owner: &Owner) -> Result<Vec<OsString>> {
    // It stands in another directory.
    let state_dir = std::path::absolute(&ctx.state_dir)
        .or_failed(|| format!("cannot find `{}`", ctx.state_dir.display()))?;
    let mut words: Vec<OsString> = vec!["--state-dir".into(), state_dir.into()];
    words.extend(["--host-name".into(), ctx.host.clone().into()]);
    if let Some(engine) = &ctx.engine {
        words.extend(["--engine".into(), engine.into()]);
    }
    if let Some(ovs_db) = &ctx.ovs_db {
        words.extend(["--ovs-db".into(), ovs_db.to_string().into()]);
    }
    #[cfg(feature = "etcd")]
    if let Some(remote) = &ctx.remote {
        words.extend(remote.words()?);
    }
    words.extend(["dhcp".into(), "hold".into(), "--".into()]);
    words.push(owner.target.to_string().into());
    words.push(owner.ifname.as_str().into());
    Ok(words)
}

/// Waits for the end of a process that keeps the leases of what is not there any more: an
/// attachment that was made anew, or one of a target that was restarted. Such a one ends by
/// itself; whether nobody keeps them now.
///
/// # Errors
/// Interrupted.
pub fn await_nobody(ctx: &Context, owner: &Owner) -> Result<bool> {
    let end = Instant::now() + LAST_WORDS;
    while holder(ctx, owner).is_some() {
        if Instant::now() > end {
            return Ok(false);
        }
        ctx.interrupt.pause(Duration::from_millis(20))?;
    }
    Ok(true)
}

fn held(ctx: &Context, owner: &Owner, tell: &dyn Fn(&str)) -> Result<End> {
    let _claim = claim(ctx, owner)?;
    let (place, record) = standing_record(ctx, owner)?;
    meant(&record)?;
    let mut holding = Holding::start(ctx, &place, record)?;
    tell(&holding.summary());
    let ended = loop {
        match holding.next(ctx, tell) {
            Ok(None) => {}
            Ok(Some(end)) => break Ok(end),
            Err(error) if matches!(error.kind(), Kind::Interrupted(_)) => {
                ctx.interrupt.clear();
                break Ok(End::Stopped);
            }
            Err(error) => break Err(error),
        }
    };
    if !matches!(ended, Ok(End::Detached)) {
        holding.give_back(ctx)?;
    }
    ended
}

/// Leases that are being kept.
struct Holding<'a> {
    place: &'a Place,
    record: AttachmentRecord,
    link: u32,
    keeper: Keeper,
    target: Watch,
    links: LinkEvents,
}

impl<'a> Holding<'a> {
    fn start(ctx: &Context, place: &'a Place, record: AttachmentRecord) -> Result<Self> {
        let cannot = || format!("cannot watch `{}`", record.owner.target);
        let target = place.watch().or_failed(cannot)?;
        let dev = &record.owner.ifname;
        let links = place.netns.run(LinkEvents::subscribe)?.or_failed(cannot)?;
        let mut door = place.door()?;
        let link = link::index(&mut door, dev.as_str())
            .or_failed(|| format!("cannot look up the link `{dev}`"))?;
        let client = client(&record);
        let asks = |kind| record.leasing.asks.contains(&kind);
        let v4 = asks(LeaseKind::Dhcp).then(|| {
            let held = record.leasing.of(LeaseKind::Dhcp).find_map(held4);
            (asking(&client, dev, link), held)
        });
        let interrupt = &ctx.interrupt;
        let keeper = place.netns.run(|| {
            let v6 = match asks(LeaseKind::Dhcp6) {
                true => {
                    let end = Instant::now() + Duration::from_secs(10);
                    let asking = Asking6 {
                        dev,
                        link,
                        source: router::await_link_local(link, end, interrupt)?,
                        duid: u128::from_be_bytes(client.duid),
                        iaid: client.iaid,
                    };
                    let held = record.leasing.of(LeaseKind::Dhcp6).find_map(held6);
                    Some((asking, held))
                }
                false => None,
            };
            Keeper::start(v4, v6)
        })??;
        Ok(Self {
            place,
            record,
            link,
            keeper,
            target,
            links,
        })
    }

    /// What is kept, for people.
    fn summary(&self) -> String {
        let owner = &self.record.owner;
        let each = self.record.leasing.leases.iter();
        let each: Vec<_> = each.map(|lease| lease.address.to_string()).collect();
        format!(
            "holding: {} {} with {}",
            owner.target,
            owner.ifname,
            match each.is_empty() {
                true => "nothing yet".to_owned(),
                false => each.join(","),
            }
        )
    }

    /// Waits for what happens next, and does what it takes.
    fn next(&mut self, ctx: &Context, tell: &dyn Fn(&str)) -> Result<Option<End>> {
        let Self {
            place,
            keeper,
            target,
            links,
            ..
        } = self;
        let watched: [BorrowedFd<'_>; 2] = [target.as_fd(), links.as_fd()];
        let interrupt = &ctx.interrupt;
        let event = place.netns.run(|| keeper.next(&watched, interrupt))??;
        let dev = self.record.owner.ifname.clone();
        match event {
            Event::Woken => return self.look(),
            Event::Given4(given) => {
                let text = format!("{dev}: {} for {} s", given.address, given.seconds);
                return self.apply(ctx, Given::V4(given), &text, tell);
            }
            Event::Given6(given) => {
                let text = format!("{dev}: {} for {} s", given.address, given.seconds);
                return self.apply(ctx, Given::V6(given), &text, tell);
            }
            Event::Lost4 => self.lose(ctx, LeaseKind::Dhcp)?,
            Event::Lost6 => self.lose(ctx, LeaseKind::Dhcp6)?,
        }
        tell(&format!("{dev}: its lease is over, asking for another"));
        Ok(None)
    }

    /// Whether the target and the link are still there.
    fn look(&mut self) -> Result<Option<End>> {
        self.target.forget();
        let cannot = || "cannot look at the links of the target".to_owned();
        self.links.forget().or_failed(cannot)?;
        if !self.place.is_current() {
            return Ok(Some(End::Gone));
        }
        let mut door = self.place.door()?;
        let found = link::get_by_index(&mut door, self.link).or_failed(cannot)?;
        Ok(found.is_none().then_some(End::Detached))
    }

    /// The record as it is now, if it is still the one that is held.
    fn recorded(&mut self, ctx: &Context) -> Result<bool> {
        match ctx.registry()?.attachment(&self.record.owner)? {
            Some(now) if !now.is_unsettled() && now.netns_cookie == self.record.netns_cookie => {
                self.record = now;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn apply(
        &mut self,
        ctx: &Context,
        given: Given,
        text: &str,
        tell: &dyn Fn(&str),
    ) -> Result<Option<End>> {
        let _lock = ctx.lock_target(&self.record.owner.target)?;
        if !self.recorded(ctx)? {
            return Ok(Some(End::Detached));
        }
        let mut site = Site::open(ctx, self.place, |_| Vec::new())?;
        let before: Vec<_> = self.record.leasing.addresses().copied().collect();
        self.record = take(ctx, &mut site, &self.record, given)?;
        let after: Vec<_> = self.record.leasing.addresses().copied().collect();
        let verb = if before == after {
            "renewed"
        } else {
            "changed"
        };
        tell(&format!("{verb}: {text}"));
        ctx.warnings().iter().for_each(|warning| tell(warning));
        Ok(None)
    }

    fn lose(&mut self, ctx: &Context, kind: LeaseKind) -> Result<()> {
        let _lock = ctx.lock_target(&self.record.owner.target)?;
        if self.recorded(ctx)? {
            let mut site = Site::open(ctx, self.place, |_| Vec::new())?;
            self.record = drop_leases(ctx, &mut site, &self.record, &[kind], false)?;
        }
        Ok(())
    }

    /// Gives back what is held, through the namespace that is still open.
    fn give_back(&mut self, ctx: &Context) -> Result<()> {
        let _lock = ctx.lock_target(&self.record.owner.target)?;
        if self.recorded(ctx)? {
            self.record = release_at(ctx, self.place, &self.record)?;
        }
        Ok(())
    }
}

fn asking<'a>(client: &'a Client, dev: &'a IfName, link: u32) -> Asking<'a> {
    Asking {
        dev,
        link,
        mac: client.mac,
        id: &client.id,
        hostname: client.hostname.as_ref().map(|name| name.as_str()),
    }
}

/// Until when a lease is to be renewed, rebound, and over, from now; none if it is over.
fn left(lease: &Lease) -> Option<(u32, u32, u32)> {
    let at = now();
    let over = lease.left(at);
    (over > 0).then(|| {
        let renew = lease.left_of(lease.renew, at);
        (renew, lease.left_of(lease.rebind, at), over)
    })
}

fn held4(lease: &Lease) -> Option<Held4> {
    match (lease.address.ip(), lease.server) {
        (IpAddr::V4(address), Some(IpAddr::V4(server))) => Some(Held4 {
            address,
            server,
            left: left(lease)?,
        }),
        _ => None,
    }
}

fn held6(lease: &Lease) -> Option<Held6> {
    match lease.address.ip() {
        IpAddr::V6(address) => Some(Held6 {
            address,
            server: lease.server_id.as_deref().and_then(from_hex)?,
            left: left(lease)?,
        }),
        IpAddr::V4(_) => None,
    }
}

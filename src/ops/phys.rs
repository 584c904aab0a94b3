//! Cards of the host that move into targets: may they, what were they, and where are they.

use std::time::{Duration, Instant};

use super::install::Site;
use super::standing::{self, Standing};
use super::{Context, detach};
use crate::error::{Context as _, Error, Kind, Result};
use crate::exec::{Executor, Leftover, fault};
use crate::plan::{PhysStep, Step, teardown};
use crate::registry::ends::{Home, moved_from};
use crate::registry::record::{AttachmentRecord, Owner};
use crate::spec::{Attachment, IfName, LinkKind, MARK, Sysctl, Target};
use crate::sys::link::{self, Link};
use crate::sys::monitor::LinkEvents;
use crate::sys::netlink::Door;
use crate::sys::sysctl;
use crate::sys::verbatim::{self, VerbatimAddress, VerbatimRoute};
use crate::sys::wiphy::Radios;

/// How long the kernel may take to bring a card back from a namespace that has ended: its
/// worker runs after an RCU grace period, or several (`cleanup_net`).
const HOMECOMING: Duration = Duration::from_secs(5);

/// Routes that the kernel learns again (RTPROT_* in linux/rtnetlink.h): by redirects, and from
/// routers.
const LEARNT: [u8; 2] = [1, 9];

/// What a card is at home, if it may leave.
///
/// # Errors
/// A usage error or conflict that names what would be cut off.
pub fn home(ctx: &Context, door: &mut Door, card: &Link, request: &Request<'_>) -> Result<Home> {
    let name: IfName = card.name.parse()?;
    let Some(mac) = card.mac else {
        return Err(Error::usage(format!("`{name}` has no Ethernet address"))
            .hint("only Ethernet cards and the like can be moved"));
    };
    refuse_ties(ctx, door, card, request.own)?;
    let cannot = || format!("cannot read what `{name}` has");
    let all = verbatim::routes(door).or_failed(cannot)?;
    if !request.take_default_route {
        refuse_default_route(card, &all)?;
    }
    let mut addresses = verbatim::addresses(door).or_failed(cannot)?;
    addresses.retain(|(link, address)| {
        *link == card.index && !address.is_of_the_link() && !address.passing
    });
    let addresses: Vec<_> = addresses.into_iter().map(|(_, address)| address).collect();
    let (routes, beside) = routes(ctx, card, &all, &addresses);
    let radio = match card.kind {
        None => radio(ctx, door, card)?,
        Some(_) => None,
    };
    Ok(Home {
        alias: card.alias.clone().unwrap_or_default(),
        kind: card.kind.clone(),
        mac,
        mtu: card.mtu,
        up: card.up,
        addresses,
        routes,
        beside,
        settings: own_settings(&name),
        radio,
    })
}

/// Refuses a card that the host may lose its connection with.
fn refuse_default_route(card: &Link, all: &[(u32, VerbatimRoute)]) -> Result<()> {
    let name = &card.name;
    let is_default = |route: &VerbatimRoute| route.is_default() && route.is_unicast();
    let of = |link: u32| {
        let mut found = all.iter().filter(move |(index, _)| *index == link);
        found.find(|(_, route)| is_default(route))
    };
    if let Some((_, default)) = of(card.index) {
        return Err(Error::conflict(format!(
            "the host's default route leaves by `{name}`: {default}"
        ))
        .hint(
            "the host may lose its connection; give --take-default-route to move it all the same",
        ));
    }
    let Some((_, default)) = of(0) else {
        return Ok(());
    };
    Err(Error::conflict(format!(
        "the host's default route has a next-hop object: {default}"
    ))
    .hint(format!(
        "if that does not leave by `{name}`, give --take-default-route; see `ip nexthop`"
    )))
}

/// The routes that a card is to have again at home, and those of them that stand beside others.
/// Of those that are not its own it warns.
fn routes(
    ctx: &Context,
    card: &Link,
    all: &[(u32, VerbatimRoute)],
    addresses: &[VerbatimAddress],
) -> (Vec<VerbatimRoute>, Vec<VerbatimRoute>) {
    let comes_back = |(link, route): &&(u32, VerbatimRoute)| {
        let made = |address: &VerbatimAddress| address.makes_route(route.destination);
        let by_kernel = route.is_kernels() && addresses.iter().any(made);
        *link == card.index
            && !route.is_of_the_link()
            && !by_kernel
            && !LEARNT.contains(&route.protocol)
    };
    let own = all
        .iter()
        .filter(comes_back)
        .map(|(_, route)| route.clone());
    let (shared, own): (Vec<_>, Vec<_>) = own.partition(|route| route.shared);
    for route in shared {
        ctx.warn(format!(
            "the route `{route} dev {}` has several next hops or a next-hop object: it does not \
             come back by itself",
            card.name
        ));
    }
    let place = |route: &VerbatimRoute| (route.destination, route.metric, route.table);
    let alone = |route: &VerbatimRoute| {
        let same = all.iter().filter(|(_, other)| place(other) == place(route));
        same.count() == 1
    };
    own.into_iter().partition(alone)
}

/// What a request says of the card it is for.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Whether it may move although the host's default route leaves by it.
    pub take_default_route: bool,
    /// The attachment that has it already.
    pub own: Option<&'a Owner>,
}

/// Refuses a card that others of the host depend on.
fn refuse_ties(ctx: &Context, door: &mut Door, card: &Link, own: Option<&Owner>) -> Result<()> {
    let name = &card.name;
    if card.is_bridge() {
        return Err(Error::usage(format!("`{name}` is a bridge, not a card"))
            .hint(format!("plug the target into it: `bridge:{name}`")));
    }
    let links = link::list(door).or_failed(|| "cannot list links".into())?;
    if let Some(master) = card.master {
        let master = links.iter().find(|link| link.index == master);
        let of = master.map_or("another link", |master| master.name.as_str());
        return Err(Error::conflict(format!("`{name}` is a port of `{of}`"))
            .hint(format!("take it out first: ip link set {name} nomaster")));
    }
    // Of a veth pair either end names the other, and goes on without it.
    let pair = |link: &Link| card.peer == Some(link.index) && !card.peer_elsewhere;
    let on_it: Vec<_> = links
        .iter()
        .filter(|link| link.depends_on(card.index) && !pair(link))
        .map(|link| format!("`{}`", link.name))
        .collect();
    if !on_it.is_empty() {
        return Err(Error::conflict(format!(
            "`{name}` carries {}, which would be cut off",
            on_it.join(", ")
        ))
        .hint("delete what is on it first, or move that instead"));
    }
    let name: IfName = name.parse()?;
    let registry = ctx.registry()?;
    let mut users = registry.owners_using(&name)?;
    users.retain(|user| Some(user) != own);
    match users.first() {
        None => Ok(()),
        Some(Owner { target, ifname, .. }) => Err(Error::conflict(format!(
            "`{name}` is used by `{ifname}` of `{target}`"
        ))
        .hint(format!("detach it first: netpipe detach {target} {ifname}"))),
    }
}

/// The radio of a wireless card. Its other interfaces go with it; those that are in use are
/// not cut off unasked.
fn radio(ctx: &Context, door: &mut Door, card: &Link) -> Result<Option<u32>> {
    let cannot = || "cannot ask for radios".to_owned();
    let Some(mut radios) = Radios::open().or_failed(cannot)? else {
        return Ok(None);
    };
    let all = radios.interfaces().or_failed(cannot)?;
    let Some(own) = all.iter().find(|one| one.index == card.index) else {
        return Ok(None);
    };
    let mut others = Vec::new();
    for one in &all {
        if one.radio != own.radio || one.index == card.index {
            continue;
        }
        others.extend(link::get_by_index(door, one.index).or_failed(cannot)?);
    }
    if let Some(busy) = others.iter().find(|link| link.up) {
        return Err(Error::conflict(format!(
            "`{}` is of the same radio as `{}`, and would be cut off",
            busy.name, card.name
        ))
        .hint(format!(
            "a radio moves with all its interfaces; if that is meant: ip link set {} down",
            busy.name
        )));
    }
    if !others.is_empty() {
        let names: Vec<_> = others.iter().map(|link| link.name.as_str()).collect();
        ctx.warn(format!(
            "a radio moves with all its interfaces: {} goes along with `{}`",
            names.join(", "),
            card.name
        ));
    }
    Ok(Some(own.radio))
}

/// A card's own settings that are not those which a new link gets: the kernel forgets them
/// when it moves.
fn own_settings(name: &IfName) -> Vec<Sysctl> {
    let mut own = Vec::new();
    for family in ["ipv4", "ipv6"] {
        let directory = format!("/proc/sys/net/{family}/conf/{name}");
        let Ok(entries) = std::fs::read_dir(directory) else {
            continue;
        };
        for entry in entries.flatten() {
            let Ok(setting) = entry.file_name().into_string() else {
                continue;
            };
            // What the kernel alone sets, and what follows the card's own MTU.
            if ["mc_forwarding", "mtu"].contains(&setting.as_str()) {
                continue;
            }
            let key = |of: &str| format!("net/{family}/conf/{of}/{setting}");
            let now = sysctl::get(&key(name.as_str()));
            if let Some(now) = now.filter(|now| sysctl::get(&key("default")).as_ref() != Some(now))
            {
                own.push(Sysctl::new(key(name.as_str()), now));
            }
        }
    }
    own.sort_by(|one, other| one.key.cmp(&other.key));
    own
}

/// Where a card is on the host, by its mark or as it was before it moved.
fn find(door: &mut Door, record: &AttachmentRecord) -> Result<Option<Link>> {
    let mark = record.mark();
    let links = link::list(door).or_failed(|| "cannot list links".into())?;
    let mac = record.home.as_ref().map(|home| home.mac);
    let as_it_was = |link: &Link| {
        let marked = link
            .alias
            .as_deref()
            .is_some_and(|alias| alias.starts_with(MARK));
        link.name == record.link.as_str() && link.mac == mac && !marked
    };
    let found = links
        .iter()
        .find(|link| link.alias.as_deref() == Some(&mark));
    Ok(found
        .or_else(|| links.iter().find(|link| as_it_was(link)))
        .cloned())
}

/// Waits until the kernel has brought a card of a namespace that ended back to the host. A
/// virtual one does not come back; whether it is there.
///
/// # Errors
/// If the kernel does not answer.
fn wait(ctx: &Context, door: &mut Door, record: &AttachmentRecord) -> Result<bool> {
    let cannot = || format!("cannot wait for `{}`", record.link);
    let end = Instant::now() + HOMECOMING;
    let events = LinkEvents::subscribe().or_failed(cannot)?;
    let is_virtual = record.home.as_ref().is_none_or(|home| home.kind.is_some());
    loop {
        if find(door, record)?.is_some() {
            return Ok(true);
        }
        if is_virtual || Instant::now() >= end {
            return Ok(false);
        }
        ctx.interrupt.check()?;
        events.sleep(&ctx.interrupt, Some(end)).or_failed(cannot)?;
    }
}

/// Why a card that should be on the host is not.
fn lost(record: &AttachmentRecord) -> String {
    let name = &record.link;
    match record.home.as_ref().and_then(|home| home.kind.as_ref()) {
        Some(kind) => format!(
            "`{name}` is virtual (a {kind}), so the kernel has destroyed it with the namespace \
             it was in"
        ),
        None => format!(
            "`{name}` has not come back: its namespace still lives somewhere, or the card was \
             unplugged"
        ),
    }
}

/// Fails if a card whose target is gone has not come back, and may yet.
///
/// # Errors
/// Failed, with the reason.
pub fn await_home(ctx: &Context, record: &AttachmentRecord) -> Result<()> {
    let may_come = record.home.as_ref().is_some_and(|home| home.kind.is_none());
    if record.kind != LinkKind::Phys || !may_come {
        return Ok(());
    }
    match wait(ctx, &mut ctx.host_door()?, record)? {
        true => Ok(()),
        false => Err(Error::failed(lost(record)).hint(format!(
            "if it is gone for good: netpipe detach {} {}",
            record.owner.target, record.owner.ifname
        ))),
    }
}

/// Gives a card that is on the host already what it was; says if it is nowhere.
///
/// # Errors
/// If the kernel does not answer.
pub fn settle(ctx: &Context, host: &mut Door, record: &AttachmentRecord) -> Result<Leftover> {
    wait(ctx, host, record)?;
    let steps = teardown::leave(record)?;
    Ok(Executor::new(host, None, &ctx.interrupt).run_all(&steps))
}

/// Of what failed while a card went home, what must be tried again. If it is home, something
/// that it lacks there, such as a route whose gateway moved away, does not hold its record.
///
/// # Errors
/// If the kernel does not answer.
pub fn excuse(
    ctx: &Context,
    host: &mut Door,
    record: &AttachmentRecord,
    failed: Leftover,
) -> Result<Leftover> {
    if record.kind != LinkKind::Phys {
        return Ok(failed);
    }
    let is_home = find(host, record)?.is_some_and(|link| link.name == record.link.as_str());
    if !is_home && failed.is_empty() {
        ctx.warn(lost(record));
    }
    let mut kept = Leftover::new();
    for (step, why) in failed {
        let going = matches!(&step, Step::Phys(card) if matches!(**card, PhysStep::GoHome(_)));
        if is_home && going && !fault::is_injected(&why) {
            let hints = why.hints().join("; ");
            ctx.warn(format!("`{}` is home, but {why} {hints}", record.link));
        } else {
            kept.push((step, why));
        }
    }
    Ok(kept)
}

/// Brings the card of a container that does not run home; whether it did.
///
/// # Errors
/// What it did not get back.
pub fn rest(ctx: &Context, record: &AttachmentRecord) -> Result<bool> {
    if record.kind != LinkKind::Phys {
        return Ok(false);
    }
    let mut host = ctx.host_door()?;
    let mark = record.mark();
    let is_marked = find(&mut host, record)?.is_some_and(|link| link.alias == Some(mark));
    if !is_marked {
        return Ok(false);
    }
    let steps = teardown::leave(record)?;
    let failed = Executor::new(&mut host, None, &ctx.interrupt).run_all(&steps);
    let failed = excuse(ctx, &mut host, record, failed)?;
    match failed.into_iter().next() {
        None => Ok(true),
        Some((_, error)) => Err(error),
    }
}

/// Brings a card home, from the target or from where the kernel put it, so that it can be
/// moved in anew: what it is at home is noted in `pending`.
///
/// # Errors
/// Not found if it is nowhere; or what kept it from going home.
pub fn call_back(
    ctx: &Context,
    site: &mut Site<'_>,
    record: &AttachmentRecord,
    pending: &mut AttachmentRecord,
) -> Result<()> {
    if !site
        .inside
        .links
        .iter()
        .any(|link| link.alias == Some(record.mark()))
    {
        // Perhaps it is on its way.
        wait(ctx, &mut site.host, record)?;
    }
    let steps = teardown::leave(record)?;
    let target = Some((&site.place.netns, &mut site.target));
    let failed = Executor::new(&mut site.host, target, &ctx.interrupt).run_all(&steps);
    if let Some((_, error)) = failed.into_iter().next() {
        return Err(error);
    }
    let name = &record.link;
    let found = link::find(&mut site.host, name.as_str())
        .or_failed(|| format!("cannot look up the link `{name}`"))?;
    let Some(card) = found else {
        return Err(Error::not_found(lost(record)).hint(format!(
            "make a `{name}` again, or detach: netpipe detach {}",
            record.owner.target
        )));
    };
    let request = Request {
        // It was asked for when it was attached.
        take_default_route: true,
        own: Some(&record.owner),
    };
    let home = home(ctx, &mut site.host, &card, &request)?;
    if let Some(before) = &record.home {
        if before.mac == record.mac {
            pending.mac = home.mac;
        }
        if before.mtu == record.mtu {
            pending.mtu = home.mtu;
        }
    }
    pending.home = Some(Box::new(home));
    Ok(())
}

/// Settles a card that a request names and that an earlier attachment, whose target is gone,
/// has not given back yet.
///
/// # Errors
/// A conflict if the target is there.
pub fn recall(ctx: &Context, request: &Attachment, target: &Target) -> Result<()> {
    let name = &request.link.name;
    if !matches!(request.link.kind, None | Some(LinkKind::Phys)) {
        return Ok(());
    }
    let mut host = ctx.host_door()?;
    let found = link::find(&mut host, name.as_str())
        .or_failed(|| format!("cannot look up the link `{name}`"))?;
    let marked = |link: &Link| link.alias.as_deref().and_then(moved_from).is_some();
    if found.is_some_and(|link| !marked(&link)) {
        return Ok(());
    }
    let registry = ctx.registry()?;
    for owner in registry.owners_using(name)? {
        let Some(record) = registry.attachment(&owner)? else {
            continue;
        };
        if record.kind != LinkKind::Phys || owner.target == *target {
            continue;
        }
        let Some(_lock) = ctx.try_lock_target(&owner.target)? else {
            continue;
        };
        match standing::of(ctx, &record) {
            Ok(Standing::Renewed(_) | Standing::Gone(_)) => {
                await_home(ctx, &record)?;
                detach::record(ctx, detach::Whereabouts::Gone, &record)?;
            }
            Err(error) if error.kind() == Kind::Unreachable => return Err(error),
            _ => {
                let Owner { target, ifname, .. } = &owner;
                return Err(
                    Error::conflict(format!("`{name}` is in `{target}`, as `{ifname}`"))
                        .hint(format!("detach it first: netpipe detach {target} {ifname}")),
                );
            }
        }
    }
    Ok(())
}

//! What is marked as netpipe's and has no record: links, bridges, firewall rules and
//! addresses. Each is looked at twice, the second time under the lock that an attach
//! holds while it reserves and makes such a thing, so that none of its is taken.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};

use super::gc::Outcome;
use super::{Context, bridge};
use crate::error::{Context as _, Error, Result};
use crate::exec::Executor;
use crate::plan::card_step::CardStep;
use crate::plan::{Card, PhysStep, Side, Step};
use crate::registry::ends::{Home, WAS, moved_from};
use crate::registry::on_card::{auto_vlan, shim_mark};
use crate::registry::record::{AttachmentRecord, LONGEST_MARK, Owner, auto_bridge, mark};
use crate::registry::tunnel::of_mark;
use crate::spec::{IfName, LinkKind, StoreId, Target, shown};
use crate::sys::firewall;
use crate::sys::link::{self, Link};
use crate::sys::netlink::Door;

/// The links that are somebody's by the records of this moment.
pub(super) struct Known {
    names: HashSet<IfName>,
    /// The marks of attachments whose record cannot be read.
    marks: HashSet<String>,
}

impl Known {
    pub(super) fn read(ctx: &Context, store: StoreId) -> Result<Self> {
        let found = ctx.registry()?.attachments()?;
        // A card is known by its mark alone: its name is the host's.
        let cards = found
            .records
            .iter()
            .filter(|record| record.kind == LinkKind::Phys);
        let cards: Vec<String> = cards.map(AttachmentRecord::mark).collect();
        let records = found.records.into_iter();
        let names = records.filter_map(|record| record.host_ifname);
        let owners = found.broken.into_iter().filter_map(|broken| broken.owner);
        Ok(Self {
            names: names.collect(),
            marks: owners
                .map(|owner| mark(Some(store), &owner.to_string()))
                .chain(cards)
                .collect(),
        })
    }

    pub(super) fn has(&self, name: &IfName, alias: &str) -> bool {
        // A card whose record cannot be read has more in its mark than is known of it.
        let (mark, _) = alias.rsplit_once(WAS).unwrap_or((alias, ""));
        self.names.contains(name) || self.marks.contains(alias) || self.marks.contains(mark)
    }
}

/// Removes links marked as netpipe's that no record names, and bridges nobody uses.
///
/// # Errors
/// If store or kernel does not answer, or a signal arrives.
pub fn links(ctx: &Context, outcome: &mut Outcome) -> Result<()> {
    let mut door = ctx.host_door()?;
    let mut links = link::list(&mut door).or_failed(|| "cannot list links".into())?;
    // Ports before bridges: a bridge with ports stays.
    // And what is on a VLAN before that, and so what is younger: a VLAN in use stays.
    links.sort_by_key(|link| (link.is_bridge(), Reverse(link.index)));
    let store = ctx.store_id()?;
    let known = Known::read(ctx, store)?;
    // Another host of the same namespace has links here too, which its own gc judges, and
    // so has another store of the same host.
    let own = mark(Some(store), &format!("{}/", ctx.host));
    let auto = auto_bridge(Some(store));
    let (vlan, shim) = (auto_vlan(Some(store)), shim_mark(Some(store), &ctx.host));
    for found in &links {
        ctx.interrupt.check()?;
        let (Some(alias), Ok(name)) = (&found.alias, found.name.parse::<IfName>()) else {
            continue;
        };
        let removed = if *alias == auto {
            unused_bridge(ctx, &mut door, &name, &auto)
        } else if *alias == vlan {
            unused_vlan(ctx, &mut door, &name, &vlan)
        } else if *alias == shim {
            unused_shim(ctx, &mut door, &name, &shim)
        } else if alias.starts_with(&own)
            && !known.has(&name, alias)
            && let Some(home) = moved_from(alias)
        {
            let sent = card(ctx, &mut door, (found, alias), &home);
            outcome.note(format!("card {home}: home, no record names it"), sent);
            continue;
        } else if let Some(owner) = alias.strip_prefix(&own)
            && of_mark(owner).is_none()
            && !known.has(&name, alias)
        {
            let master = links.iter().find(|link| Some(link.index) == found.master);
            target_of(&name, alias, owner)
                .and_then(|target| port(ctx, &mut door, (&name, alias), &target, master))
        } else {
            continue;
        };
        outcome.note(format!("link {name}: removed, no record names it"), removed);
    }
    Ok(())
}

/// The target that the rest of a mark names, `TARGET/IFNAME`; a target may be a path.
pub(super) fn target_of(name: &IfName, alias: &str, owner: &str) -> Result<Target> {
    let target = owner
        .rsplit_once('/')
        .and_then(|(target, _)| target.parse().ok());
    // One as long as this may have been cut.
    let target = target.filter(|_| alias.len() < LONGEST_MARK);
    target.ok_or_else(|| {
        Error::failed(format!(
            "link `{name}` has no record, and its mark `{}` does not tell whose it was",
            shown(alias)
        ))
        .hint(format!("if nothing needs it: ip link del {name}"))
    })
}

/// Deletes the host's end of an attachment that has no record; whether it did.
fn port(
    ctx: &Context,
    door: &mut Door,
    (name, alias): (&IfName, &str),
    target: &Target,
    master: Option<&Link>,
) -> Result<bool> {
    let _target = ctx.lock_target(target)?;
    let _bridge = match master.and_then(|master| master.name.parse().ok()) {
        Some(bridge) => Some(ctx.lock_bridge(&bridge)?),
        None => None,
    };
    if Known::read(ctx, ctx.store_id()?)?.has(name, alias) {
        return Ok(false);
    }
    let step = Step::DelLink {
        side: Side::Host,
        name: name.clone(),
        mac: None,
        mark: Some(alias.to_owned()),
    };
    delete(ctx, door, name, step)
}

/// Gives a card that came back from a target, and of which there is no record, its name; what
/// else it had nobody knows. Whether it did.
fn card(
    ctx: &Context,
    door: &mut Door,
    (found, alias): (&Link, &str),
    home: &IfName,
) -> Result<bool> {
    let own = mark(Some(ctx.store_id()?), &format!("{}/", ctx.host));
    let owner = alias.strip_prefix(&own).unwrap_or_default();
    let owner = owner.rsplit_once(WAS).map_or(owner, |(owner, _)| owner);
    let name: IfName = found.name.parse()?;
    let _target = ctx.lock_target(&target_of(&name, alias, owner)?)?;
    if Known::read(ctx, ctx.store_id()?)?.has(&name, alias) {
        return Ok(false);
    }
    let Some(mac) = found.mac else {
        return Ok(false);
    };
    let card = Card {
        name: home.clone(),
        ifname: name,
        mark: alias.to_owned(),
        home: Home {
            alias: String::new(),
            kind: found.kind.clone(),
            mac,
            mtu: found.mtu,
            up: found.up,
            addresses: Vec::new(),
            routes: Vec::new(),
            beside: Vec::new(),
            settings: Vec::new(),
            radio: None,
        },
    };
    run(
        ctx,
        door,
        Step::Phys(Box::new(PhysStep::GoHome(card.clone()))),
    )?;
    run(ctx, door, Step::Phys(Box::new(PhysStep::Unmark(card))))?;
    Ok(true)
}

/// Deletes a bridge that an attachment had made and none uses; whether it did.
fn unused_bridge(ctx: &Context, door: &mut Door, name: &IfName, auto: &str) -> Result<bool> {
    let registry = ctx.registry()?;
    if registry.link_is_used_anywhere(name)? {
        return Ok(false);
    }
    let _lock = ctx.lock_bridge(name)?;
    if registry.link_is_used_anywhere(name)? {
        return Ok(false);
    }
    let step = Step::DelUnusedBridge {
        name: name.clone(),
        mac: None,
        mark: auto.to_owned(),
    };
    delete(ctx, door, name, step)
}

/// Deletes a VLAN of a card that an attachment had made and none uses; whether it did.
fn unused_vlan(ctx: &Context, door: &mut Door, name: &IfName, mark: &str) -> Result<bool> {
    let registry = ctx.registry()?;
    if registry.link_is_used_anywhere(name)? || may_be_renamed(ctx, door)? {
        return Ok(false);
    }
    let _lock = ctx.lock_bridge(name)?;
    if registry.link_is_used_anywhere(name)? {
        return Ok(false);
    }
    let step = Step::Card(CardStep::DelUnusedVlan {
        name: name.clone(),
        mark: mark.to_owned(),
    });
    delete(ctx, door, name, step)
}

/// Whether an attachment's card or VLAN is not to be found by its name: a VLAN that nobody
/// uses by name may be that one, under a name that somebody gave it.
fn may_be_renamed(ctx: &Context, door: &mut Door) -> Result<bool> {
    let found = ctx.registry()?.attachments()?;
    let links = link::list(door).or_failed(|| "cannot list links".into())?;
    let is_there = |name: &IfName| links.iter().any(|link| link.name == name.as_str());
    let on_cards = found.records.iter().filter(|record| record.card.is_some());
    let missing = on_cards
        .map(AttachmentRecord::uplink)
        .any(|name| !is_there(name));
    Ok(missing || !found.broken.is_empty())
}

/// Deletes the host's link that reaches containers on a card if no attachment needs it;
/// whether it did.
fn unused_shim(ctx: &Context, door: &mut Door, name: &IfName, mark: &str) -> Result<bool> {
    let is_needed = || -> Result<bool> {
        let found = ctx.registry()?.attachments()?;
        let needs = |record: &AttachmentRecord| matches!(record.shim(), Ok(Some(shim)) if shim.name == *name);
        // A record that cannot be read may need it.
        Ok(!found.broken.is_empty() || found.records.iter().any(needs))
    };
    if is_needed()? {
        return Ok(false);
    }
    let cannot = || format!("cannot look up the link `{name}`");
    let parent = match link::find(door, name.as_str()).or_failed(cannot)? {
        Some(Link {
            peer: Some(parent), ..
        }) => link::get_by_index(door, parent).or_failed(cannot)?,
        _ => None,
    };
    let _lock = match parent {
        Some(parent) => Some(ctx.lock_bridge(&parent.name.parse()?)?),
        None => None,
    };
    if is_needed()? {
        return Ok(false);
    }
    let step = Step::DelLink {
        side: Side::Host,
        name: name.clone(),
        mac: None,
        mark: Some(mark.to_owned()),
    };
    delete(ctx, door, name, step)
}

/// Runs a step that deletes a link if it is the one meant; whether it is gone.
fn delete(ctx: &Context, door: &mut Door, name: &IfName, step: Step) -> Result<bool> {
    run(ctx, door, step)?;
    let found = link::find(door, name.as_str());
    found
        .map(|found| found.is_none())
        .or_failed(|| format!("cannot look up the link `{name}`"))
}

pub(super) fn run(ctx: &Context, door: &mut Door, step: Step) -> Result<()> {
    let failed = Executor::new(door, None, &ctx.interrupt).run_all(&[step]);
    match failed.into_iter().next() {
        None => Ok(()),
        Some((_, error)) => Err(error),
    }
}

/// Removes firewall rules of bridges that no attachment uses.
///
/// # Errors
/// If the rules cannot be listed, or a signal arrives.
pub fn rules(ctx: &Context, outcome: &mut Outcome) -> Result<()> {
    let mut door = ctx.host_door()?;
    let rules = firewall::owned(None)?;
    let bridges: BTreeSet<_> = rules.into_iter().map(|rule| rule.bridge).collect();
    for bridge in bridges {
        ctx.interrupt.check()?;
        let removed = rules_of(ctx, &mut door, bridge.as_str());
        for _ in 0..*removed.as_ref().unwrap_or(&0) {
            outcome.done.push(format!("rule for {bridge}: removed"));
        }
        outcome.errors.extend(removed.err());
    }
    Ok(())
}

/// Removes the rules of a bridge that no attachment uses; how many there were.
fn rules_of(ctx: &Context, door: &mut Door, bridge: &str) -> Result<usize> {
    let name: IfName = bridge.parse()?;
    if has_users(ctx, door, &name)? {
        return Ok(0);
    }
    let _lock = ctx.lock_bridge(&name)?;
    if has_users(ctx, door, &name)? {
        return Ok(0);
    }
    let rules = firewall::owned(Some(bridge))?;
    let count = rules.len();
    run(ctx, door, Step::DelRules(rules)).map(|()| count)
}

/// Whether an attachment needs the bridge's rules. Their mark names no store: ports tell
/// whether another one has use of them.
fn has_users(ctx: &Context, door: &mut Door, name: &IfName) -> Result<bool> {
    Ok(ctx.registry()?.link_is_used_anywhere(name)?
        || bridge::has_attachments(door, name.as_str())?)
}

/// Frees addresses of this host whose attachment has no record. Those of attachments whose
/// record is `unreadable` stay.
///
/// # Errors
/// If the store does not answer, or a signal arrives.
pub fn addresses(ctx: &Context, unreadable: &HashSet<Owner>, outcome: &mut Outcome) -> Result<()> {
    let registry = ctx.registry()?;
    for taken in registry.each_taken(None)? {
        ctx.interrupt.check()?;
        let (network, ip, held) = match taken {
            Ok(taken) => taken,
            Err(error) => {
                outcome.errors.push(error);
                continue;
            }
        };
        let judged = |owner: &Owner| owner.host == ctx.host && !unreadable.contains(owner);
        let Some(owner) = held.owner.filter(judged) else {
            continue;
        };
        let freed = ctx
            .lock_target(&owner.target)
            .and_then(|_lock| registry.free_orphan(&network, ip, &owner));
        outcome.note(
            format!("address {ip} of {network}: freed, its attachment is gone"),
            freed,
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::target_of;

    #[test]
    fn a_mark_tells_its_target() {
        let name = "np0123456789ab".parse().unwrap();
        for target in ["web", "netns:blue", "/proc/1/ns/net"] {
            let found = target_of(&name, "short", &format!("{target}/eth1")).unwrap();
            assert_eq!(found.to_string(), target);
        }
        assert!(target_of(&name, "short", "eth1").is_err());
        assert!(target_of(&name, &"x".repeat(255), "web/eth1").is_err());
    }
}

//! Removing what belongs to nobody any more: pending records of crashed commands,
//! attachments of containers, namespaces and boots that are gone, links, rules, bridges
//! and addresses without a record.

use std::collections::HashSet;

use super::detach::{self, Whereabouts};
use super::standing::{self, Standing};
use super::{Context, bridge, recover};
use crate::error::{Context as _, Error, Kind, Result};
use crate::exec::Executor;
use crate::plan::Step;
use crate::registry::record::{AttachmentRecord, auto_bridge, mark};
use crate::spec::{IfName, Target};
use crate::sys::{firewall, link};

/// What a gc found and did.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What was removed or settled, a line each.
    pub done: Vec<String>,
    /// What could not be judged or removed.
    pub errors: Vec<Error>,
}

impl Outcome {
    fn note(&mut self, what: String, outcome: Result<bool>) {
        match outcome {
            Ok(true) => self.done.push(what),
            Ok(false) => {}
            Err(error) => self.errors.push(error),
        }
    }
}

/// Goes through everything of this host. What cannot be judged stays.
///
/// # Errors
/// If the store does not answer, or a signal arrives.
pub fn gc(ctx: &Context, progress: impl Fn(usize, usize)) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let found = ctx.registry()?.attachments()?;
    let total = found.records.len();
    let mut mute = false;
    for (nth, record) in found.records.into_iter().enumerate() {
        ctx.interrupt.check()?;
        progress(nth, total);
        if mute && matches!(record.owner.target, Target::Container(_)) {
            continue;
        }
        let what = format!("{} {}", record.owner.target, record.owner.ifname);
        match one(ctx, &record) {
            Ok(Some(done)) => outcome.done.push(format!("{what}: {done}")),
            Ok(None) => {}
            Err(error) => {
                // An engine that hangs would hang once for every container.
                mute |= error.kind() == Kind::Unreachable;
                outcome.errors.push(error.while_doing(&what));
            }
        }
    }
    // What cannot be read cannot be judged: it stays, with all that is its.
    let broken = found.broken.into_iter().map(|broken| broken.error);
    outcome.errors.extend(broken);
    orphan_links(ctx, &mut outcome)?;
    orphan_rules(ctx, &mut outcome)?;
    orphan_addresses(ctx, &mut outcome)?;
    Ok(outcome)
}

/// Judges one record; says what was done about it.
fn one(ctx: &Context, seen: &AttachmentRecord) -> Result<Option<&'static str>> {
    let _lock = ctx.lock_target(&seen.owner.target)?;
    // Somebody may have worked on it while we waited.
    let Some(record) = ctx.registry()?.attachment(&seen.owner)? else {
        return Ok(None);
    };
    let place = match standing::of(ctx, &record)? {
        Standing::Here(place) => Some(place),
        Standing::Stopped => None,
        // A namespace without a container is just itself: another one in its place means
        // that it is gone.
        Standing::Renewed(_) | Standing::Gone(_) => {
            detach::record(ctx, Whereabouts::Gone, &record)?;
            return Ok(Some("released, the target is gone"));
        }
    };
    if !record.is_unsettled() {
        return Ok(None);
    }
    if record.detaching {
        recover::settle(ctx, place.as_deref(), &record)?;
        return Ok(Some("detached, as was begun"));
    }
    Ok(Some(
        match recover::settle(ctx, place.as_deref(), &record)? {
            Some(_) => "completed",
            None => "rolled back",
        },
    ))
}

/// Links marked as netpipe's that no record names, and bridges nobody uses.
fn orphan_links(ctx: &Context, outcome: &mut Outcome) -> Result<()> {
    let mut door = ctx.host_door()?;
    let mut links = link::list(&mut door).or_failed(|| "cannot list links".into())?;
    // Ports before bridges: a bridge with ports stays.
    links.sort_by_key(link::Link::is_bridge);
    let registry = ctx.registry()?;
    let found = registry.attachments()?;
    let records = found.records.into_iter();
    let known: HashSet<IfName> = records.map(|record| record.host_ifname).collect();
    let unreadable: HashSet<String> = found
        .broken
        .into_iter()
        .filter_map(|broken| Some(broken.owner?.to_string()))
        .collect();
    // Another host of the same namespace has links here too, which its own gc judges.
    // So has another store of the same host.
    let store = Some(ctx.store_id()?);
    let own = mark(store, &format!("{}/", ctx.host));
    let auto = auto_bridge(store);
    for found in links {
        let is_ours = |alias: &&str| alias.starts_with(&own) || *alias == auto;
        let Some(alias) = found.alias.as_deref().filter(is_ours) else {
            continue;
        };
        let Ok(name) = found.name.parse::<IfName>() else {
            continue;
        };
        let step = if alias == auto {
            if registry.link_is_used_anywhere(&name)? {
                continue;
            }
            Step::DelUnusedBridge {
                name: name.clone(),
                mac: None,
                mark: auto.clone(),
            }
        } else if known.contains(&name)
            || unreadable.iter().any(|owner| mark(store, owner) == alias)
        {
            continue;
        } else {
            Step::DelLink {
                name: name.clone(),
                mac: None,
                mark: Some(alias.to_owned()),
            }
        };
        let _lock = ctx.lock_bridge(&name)?;
        let failed = Executor::new(&mut door, None, &ctx.interrupt).run_all(&[step]);
        let gone = link::find(&mut door, name.as_str()).is_ok_and(|found| found.is_none());
        let result = failed
            .into_iter()
            .next()
            .map_or(Ok(gone), |(_, error)| Err(error));
        outcome.note(format!("link {name}: removed, no record names it"), result);
    }
    Ok(())
}

/// Firewall rules of bridges that no attachment uses.
fn orphan_rules(ctx: &Context, outcome: &mut Outcome) -> Result<()> {
    let mut rules = firewall::owned(None)?;
    let registry = ctx.registry()?;
    let mut door = ctx.host_door()?;
    let mut used = HashSet::new();
    for rule in &rules {
        let name: IfName = rule.bridge.as_str().parse()?;
        // A rule's mark names no store: ports tell whether another one has use of it.
        if registry.link_is_used_anywhere(&name)?
            || bridge::has_attachments(&mut door, name.as_str())?
        {
            used.insert(rule.bridge.clone());
        }
    }
    rules.retain(|rule| !used.contains(&rule.bridge));
    if rules.is_empty() {
        return Ok(());
    }
    let what: Vec<_> = rules
        .iter()
        .map(|rule| format!("rule for {}: removed", rule.bridge))
        .collect();
    let steps = [Step::DelRules(rules)];
    let failed = Executor::new(&mut door, None, &ctx.interrupt).run_all(&steps);
    match failed.into_iter().next() {
        None => outcome.done.extend(what),
        Some((_, error)) => outcome.errors.push(error),
    }
    Ok(())
}

/// Addresses of this host whose attachment has no record.
fn orphan_addresses(ctx: &Context, outcome: &mut Outcome) -> Result<()> {
    let registry = ctx.registry()?;
    for taken in registry.each_taken(None)? {
        let (network, ip, held) = match taken {
            Ok(taken) => taken,
            Err(error) => {
                outcome.errors.push(error);
                continue;
            }
        };
        let Some(owner) = held.owner.filter(|owner| owner.host == ctx.host) else {
            continue;
        };
        let _lock = ctx.lock_target(&owner.target)?;
        let freed = registry.free_orphan(&network, ip, &owner);
        outcome.note(
            format!("address {ip} of {network}: freed, its attachment is gone"),
            freed,
        );
    }
    Ok(())
}

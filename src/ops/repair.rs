//! Putting back what is recorded and the kernel no longer has.

use super::card_side::CardSide;
use super::drift::{BridgeSide, Drift, HostSide, drift, needs_rebuild, standing_defaults};
use super::install::{self, Site};
use super::{Context, card, dhcp, filtering, names, ovs_side, phys, shape, wire};
use crate::error::{Context as _, Error, Result};
use crate::exec::Executor;
use crate::plan::card_step::{CardStep, Manner};
use crate::plan::kind::{bridge, ovs};
use crate::plan::{Side, Step, VlanStep, teardown, wire_step};
use crate::registry::record::{AttachmentRecord, State};
use crate::resolve::Inside;
use crate::resolve::host::Anchor;
use crate::spec::{IfName, LinkKind, Sysctl};
use crate::sys::bridge_vlan;
use crate::sys::firewall::{self, BridgeRule};
use crate::sys::link::{self, NfCall};
use crate::sys::netlink::Door;

/// What the host has of an attachment.
///
/// # Errors
/// If the kernel does not answer.
pub fn host_side(ctx: &Context, door: &mut Door, record: &AttachmentRecord) -> Result<HostSide> {
    Ok(match record.kind {
        LinkKind::Bridge => HostSide::Bridge(bridge_side(door, record)?),
        LinkKind::Ovs => HostSide::Ovs(ovs_side::read(ctx, door, record)?),
        // A card that has moved is in the target, with all there is of it.
        LinkKind::Dummy | LinkKind::Phys => HostSide::Nothing,
        LinkKind::Veth => HostSide::Far(wire::far_drift(ctx, record)?),
        _ if record.card.is_some() => HostSide::Card(Box::new(CardSide::find(door, record)?)),
        _ => HostSide::Nic(find(door, &record.link)?),
    })
}

fn find(door: &mut Door, name: &IfName) -> Result<Option<link::Link>> {
    link::find(door, name.as_str()).or_failed(|| format!("cannot look up the link `{name}`"))
}

fn bridge_side(door: &mut Door, record: &AttachmentRecord) -> Result<BridgeSide> {
    let (host_ifname, host_mac) = record.host_end()?;
    let alias = record.mark();
    // A name alone is no proof that the link is this attachment's.
    let ours = |link: &link::Link| link.is_proven(Some(host_mac), Some(&alias));
    let link = find(door, host_ifname)?.filter(ours);
    let bridge = find(door, &record.link)?.filter(link::Link::is_bridge);
    let master = link.as_ref().and_then(|link| link.master);
    let elsewhere = match master.filter(|index| bridge.as_ref().map(|b| b.index) != Some(*index)) {
        Some(index) => link::get_by_index(door, index)
            .or_failed(|| format!("cannot look up what `{host_ifname}` is a port of"))?
            .and_then(|master| master.name.parse().ok()),
        None => None,
    };
    let vlans = match &link {
        Some(link) if record.vlan.is_some() && link.master.is_some() && elsewhere.is_none() => {
            let vlans = bridge_vlan::get(door, link.index);
            Some(vlans.or_failed(|| format!("cannot read the VLANs of `{host_ifname}`"))?)
        }
        _ => None,
    };
    let nf_call = bridge.as_ref().map(|bridge| bridge.nf_call);
    let missing_rules = missing_rules(record, nf_call.unwrap_or_default())?;
    Ok(BridgeSide {
        link,
        bridge,
        elsewhere,
        vlans,
        missing_rules,
    })
}

/// The firewall rules that the record's bridge needs and lacks.
fn missing_rules(record: &AttachmentRecord, nf_call: NfCall) -> Result<Vec<BridgeRule>> {
    match record.firewall {
        true => firewall::needed(record.link.as_str(), nf_call),
        false => Ok(Vec::new()),
    }
}

/// Brings the kernel back to the record, one of the target's `all`. Gives the record as it is now, or none if
/// nothing had to be done.
///
/// # Errors
/// What failed; what was there is as before.
pub fn record(
    ctx: &Context,
    site: &mut Site<'_>,
    record: &AttachmentRecord,
    all: &[AttachmentRecord],
) -> Result<Option<AttachmentRecord>> {
    let host = host_side(ctx, &mut site.host, record)?;
    let found = drift(ctx.boot_id()?, record, all, &host, &site.inside);
    if found.is_empty() {
        return Ok(None);
    }
    if site.far.is_none() {
        site.far = wire::Far::recorded(ctx, record)?;
    }
    if needs_rebuild(record, &found) {
        return rebuild(ctx, site, record, all).map(Some);
    }
    // Seen again under the lock of the bridge, which may have to be made.
    let lock = ctx.lock_bridge(&record.link)?;
    let host = host_side(ctx, &mut site.host, record)?;
    let found = drift(ctx.boot_id()?, record, all, &host, &site.inside);
    if needs_rebuild(record, &found) {
        // It went away while the lock was waited for. Both ends go together.
        drop(lock);
        return rebuild(ctx, site, record, all).map(Some);
    }
    if found.iter().any(|one| matches!(one, Drift::NoFiltering(_))) {
        let bridge = card::anchor_of_record(ctx, &mut site.host, record)?;
        filtering::check(&mut site.host, &bridge, record.filters)?;
    }
    let mut steps = mending(record, all, &found, &host, &site.inside)?;
    steps.extend(mending_far(record, &found, site)?);
    // Noted before it happens: a crash in between leaves a note of what is still in its
    // place, and a detach then leaves that alone.
    let mut mended = AttachmentRecord {
        saved: install::both(&record.saved, install::displaced(record, &steps)),
        ..record.clone()
    };
    if let Some(peer) = &mut mended.peer {
        let displaced = wire::displaced(peer, &steps);
        keep_oldest(&mut peer.saved, displaced);
    }
    if mended != *record {
        ctx.registry()?.update(record, &mended)?;
    }
    let target = Some((&site.place.netns, &mut site.target));
    let far = site.far.as_mut();
    let far = far.map(|far| (&far.place.netns, &mut far.door));
    let mut executor = Executor::new(&mut site.host, target, &ctx.interrupt).with_far(far);
    match executor.run(&steps) {
        Ok(()) => {
            executor.commit();
            drop((executor, lock));
            lease_again(ctx, site, mended, &found).map(Some)
        }
        Err(error) => {
            let leftover = executor.roll_back();
            let forgotten = match mended == *record {
                true => Ok(()),
                false => ctx.registry()?.update(&mended, record),
            };
            Err(install::with_leftover(error, leftover, forgotten))
        }
    }
}

/// Asks again for the leases that are missing or over, once the link is as it should be.
fn lease_again(
    ctx: &Context,
    site: &mut Site<'_>,
    record: AttachmentRecord,
    found: &[Drift],
) -> Result<AttachmentRecord> {
    let mut kinds: Vec<_> = found
        .iter()
        .filter_map(|one| match one {
            Drift::Lease(kind, _) => Some(*kind),
            _ => None,
        })
        .collect();
    kinds.dedup();
    match kinds.is_empty() {
        true => Ok(record),
        false => dhcp::again(ctx, site, &record, &kinds),
    }
}

/// The steps that mend an attachment whose link is there.
fn mending(
    record: &AttachmentRecord,
    all: &[AttachmentRecord],
    found: &[Drift],
    host: &HostSide,
    inside: &Inside,
) -> Result<Vec<Step>> {
    let dev = &record.owner.ifname;
    // If a later step fails, the port goes back to where it was found.
    let plug_in = || {
        record.host_ifname.clone().map(|name| Step::SetMaster {
            name,
            master: Some(record.link.clone()),
            before: host.elsewhere().cloned(),
        })
    };
    let mut steps = Vec::new();
    for one in found {
        match one {
            Drift::Down(name) if name == dev => {}
            Drift::Down(name) => {
                steps.push(Step::SetUp {
                    side: Side::Host,
                    name: name.clone(),
                });
            }
            Drift::NotInBridge(_) => steps.extend(plug_in()),
            Drift::Mtu(name, is, should) => {
                let side = if name == dev {
                    Side::Target
                } else {
                    Side::Host
                };
                steps.push(Step::SetMtu {
                    side,
                    name: name.clone(),
                    mtu: *should,
                    before: *is,
                });
            }
            Drift::Mac(name) => steps.push(mac_step(record, inside, name)),
            Drift::Manner(name, is, wanted) => steps.push(manner(name, is, wanted)),
            Drift::NoFiltering(_) | Drift::Vlans(..) => {
                steps.extend(vlan_step(one).map(Step::Vlan));
            }
            Drift::NoRule(rule) => steps.push(Step::AddRules(vec![(**rule).clone()])),
            Drift::NoBridge(name) => {
                steps.extend(bridge::make(
                    name,
                    (record.store, &record.owner.to_string()),
                    None,
                    install::accept_ra().as_deref(),
                ));
                steps.extend(plug_in());
            }
            Drift::Shape(name, differ) => steps.push(shape::mending(name, differ)),
            // These are part of configuring it, and so is setting it up.
            Drift::NoShim(_)
            | Drift::NoHostRoute(_)
            | Drift::NoAddress(_)
            | Drift::NoRoute(_)
            | Drift::Lease(..)
            | Drift::Sysctl(..)
            | Drift::TargetGone(_)
            | Drift::NewNamespace
            | Drift::NoHostLink(_)
            | Drift::NoLink(_)
            | Drift::NoParent(_)
            | Drift::NotOn(_)
            | Drift::Switch(_)
            | Drift::Far(_) => {}
        }
    }
    if let HostSide::Ovs(side) = host
        && found.iter().any(|one| matches!(one, Drift::Switch(_)))
    {
        steps.extend(ovs_side::mending(record, side)?);
    }
    steps.extend(configuring(record, all, found, inside)?);
    steps.extend(host.ways_to(record));
    Ok(steps)
}

/// The step that gives an interface its MAC back.
fn mac_step(record: &AttachmentRecord, inside: &Inside, name: &IfName) -> Step {
    let before = inside.link(name).and_then(|link| link.mac);
    Step::SetMac {
        name: name.clone(),
        mac: record.mac,
        before: before.unwrap_or(record.mac),
    }
}

fn manner(name: &IfName, is: &Manner, wanted: &Manner) -> Step {
    Step::Card(CardStep::SetManner {
        name: name.clone(),
        wanted: wanted.clone(),
        before: is.clone(),
    })
}

/// The step that puts the VLANs of a port right, or has the bridge tell them apart.
fn vlan_step(found: &Drift) -> Option<VlanStep> {
    match found {
        Drift::NoFiltering(bridge) => Some(VlanStep::SetFiltering {
            bridge: bridge.clone(),
            on: true,
            before: false,
        }),
        Drift::Vlans(port, is, should) => Some(VlanStep::SetPortVlans {
            port: port.clone(),
            own: false,
            wanted: (**should).clone(),
            before: (**is).clone(),
        }),
        _ => None,
    }
}

/// The steps that mend the far end of a wire whose link is there.
fn mending_far(record: &AttachmentRecord, found: &[Drift], site: &Site<'_>) -> Result<Vec<Step>> {
    let (Some(far), Some(end)) = (record.far(), &site.far) else {
        return Ok(Vec::new());
    };
    let of_far = found.iter().filter_map(|one| match one {
        Drift::Far(drift) => Some((**drift).clone()),
        _ => None,
    });
    let found: Vec<Drift> = of_far.collect();
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let steps = mending(&far, &[], &found, &HostSide::Nothing, &end.inside)?;
    let steps = steps.into_iter();
    Ok(steps.map(|step| wire_step::far(&end.enter, step)).collect())
}

/// Adds what is displaced now; of a setting the oldest value counts.
fn keep_oldest(saved: &mut Vec<Sysctl>, now: Vec<Sysctl>) {
    for new in now {
        if !saved.iter().any(|old| old.key == new.key) {
            saved.push(new);
        }
    }
}

/// Of the steps that configure the link, those that put right what was found.
fn configuring(
    record: &AttachmentRecord,
    all: &[AttachmentRecord],
    found: &[Drift],
    inside: &Inside,
) -> Result<Vec<Step>> {
    let dev = &record.owner.ifname;
    let addresses: Vec<_> = found
        .iter()
        .filter_map(|one| match one {
            Drift::NoAddress(ip) => Some(*ip),
            _ => None,
        })
        .collect();
    // A link that is set up again has lost its routes.
    let routes = found.iter().any(|one| match one {
        Drift::Down(name) => name == dev,
        one => matches!(one, Drift::NoRoute(_)),
    });
    let index = inside.link(dev).map(|link| link.index);
    let defaults = standing_defaults(record, all);
    let configure = install::addressing_steps(record, &defaults, &addresses, inside)?;
    let wanted = configure.into_iter().filter(|step| match step {
        Step::AddRoute(wanted) => {
            routes
                && !inside.routes.iter().any(|route| {
                    Some(route.link) == index
                        && route.destination == wanted.route.destination
                        && route.gateway == wanted.route.gateway
                        && route.metric == wanted.route.metric
                })
        }
        Step::DelRoute(rival) => routes && rival.dev != *dev,
        // Not one that another attachment of the target wants otherwise.
        Step::SetSysctl { setting, .. } if record.sysctls.contains(setting) => found
            .iter()
            .any(|one| matches!(one, Drift::Sysctl(wanted, _) if wanted == setting)),
        _ => true,
    });
    Ok(wanted.collect())
}

/// Makes the link of a record anew, keeping its addresses.
fn rebuild(
    ctx: &Context,
    site: &mut Site<'_>,
    record: &AttachmentRecord,
    all: &[AttachmentRecord],
) -> Result<AttachmentRecord> {
    let lock = ctx.lock_bridge(&record.link)?;
    let mut pending = renewed(ctx, site, record)?;
    let mut remains = match record.kind {
        LinkKind::Phys => {
            phys::call_back(ctx, site, record, &mut pending)?;
            Vec::new()
        }
        _ => vec![teardown::link(record)],
    };
    let mut found = card::anchor_of_record(ctx, &mut site.host, record)?;
    card::renew(&mut pending, &found)?;
    card::prepare(ctx, &mut site.host, &mut found, &pending)?;
    if record.vlan.is_some() {
        filtering::check(&mut site.host, &found, record.filters)?;
    }
    let same_netns = record.is_of(ctx.boot_id()?, site.inside.cookie);
    if same_netns {
        site.inside.forget(&record.owner.ifname);
        // Under another name, it still goes with the host's end.
        let mark = record.mark();
        let renamed = |link: &&link::Link| match record.shares_mac() {
            true => link.alias.as_deref() == Some(&mark),
            false => link.mac == Some(record.mac),
        };
        if let Some(name) = site
            .inside
            .links
            .iter()
            .find(renamed)
            .map(|l| l.name.parse())
        {
            site.inside.forget(&name?);
        }
    }
    for address in &record.addresses {
        site.inside.check_free(*address, &record.owner.ifname)?;
    }
    let rules = match &found {
        Anchor::Bridge(bridge) => missing_rules(record, bridge.nf_call())?,
        _ => Vec::new(),
    };
    pending.rules.extend(rules.iter().cloned());
    pending.rules.sort();
    pending.rules.dedup();
    // What remains of it goes first: one end of a broken pair is of no use.
    if let Some(far) = &mut site.far {
        remains.extend(wire::remains(record, far));
        if let Some(peer) = &record.peer {
            far.inside.forget(&peer.ifname);
            for address in &peer.addresses {
                far.inside.check_free(*address, &peer.ifname)?;
            }
        }
    }
    let mut steps: Vec<_> = ovs::plug_out(record).into_iter().collect();
    steps.extend(remains);
    let defaults = standing_defaults(&pending, all);
    steps.extend(install::steps(
        &pending,
        &defaults,
        (&found, &rules),
        &site.inside,
        site.far.as_ref().map(wire::Far::end),
    )?);
    pending.saved = install::displaced(&pending, &steps);
    if same_netns {
        // The same namespace: what was displaced first is what a detach puts back.
        pending.saved = install::both(&record.saved, pending.saved);
    }
    if let (Some(peer), Some(before)) = (&mut pending.peer, &record.peer) {
        let displaced = wire::displaced(peer, &steps);
        peer.saved = match peer.netns_cookie == before.netns_cookie {
            true => before.saved.clone(),
            false => Vec::new(),
        };
        keep_oldest(&mut peer.saved, displaced);
    }
    // What it lost is reserved again, or belongs to somebody else by now.
    let lost = ctx.registry()?.lost(record)?;
    install::install(ctx, site, &steps, &pending, Some(record), &lost, Some(lock))?
        .map_err(Error::from)
}

/// The record for the namespace that the target has now.
fn renewed(ctx: &Context, site: &Site<'_>, record: &AttachmentRecord) -> Result<AttachmentRecord> {
    let mut pending = record.clone();
    let cookie = site.inside.cookie;
    if record.kind.has_host_end() {
        let chosen = names::host_ifname(&record.owner, record.netns_cookie)?;
        if record.host_ifname == Some(chosen) {
            pending.host_ifname = Some(names::host_ifname(&record.owner, cookie)?);
        }
        pending.host_mac = Some(names::host_mac(&record.owner, cookie));
    }
    pending.state = State::Pending;
    pending.restoring = true;
    pending.detaching = false;
    pending.boot_id = ctx.boot_id()?.to_owned();
    pending.container.clone_from(&site.place.container);
    pending.engine.clone_from(&site.place.engine);
    pending.netns_cookie = cookie;
    if let (Some(peer), Some(far)) = (&mut pending.peer, &site.far) {
        peer.netns_cookie = far.inside.cookie;
        peer.container.clone_from(&far.place.container);
        peer.engine.clone_from(&far.place.engine);
    }
    pending.host_cookie = ctx.host_cookie;
    if !record.is_of(ctx.boot_id()?, cookie) {
        // In the same namespace the link may be there still, under the mark it has.
        pending.store = Some(ctx.store_id()?);
    }
    Ok(pending)
}

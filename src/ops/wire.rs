//! Wires between two targets: what of an operation is about the far end.

use std::time::Duration;

use super::drift::{Drift, HostSide, drift, settings};
use super::install::{self, Site};
use super::standing::{self, Standing};
use super::target_lock::TargetLock;
use super::{Context, names};
use crate::error::{Error, Result};
use crate::exec::{Executor, Leftover};
use crate::plan::addressing::{self, Families};
use crate::plan::kind::wire::FarEnd;
use crate::plan::{Side, Step, WireStep, teardown, wire_step};
use crate::registry::ends::PeerEnd;
use crate::registry::record::{AttachmentRecord, Owner};
use crate::resolve::{Inside, Place};
use crate::spec::{Attachment, IfName, PeerSpec, Sysctl};
use crate::sys::netlink::Door;

/// The other target, open for work.
#[derive(Debug)]
pub struct Far {
    /// The target.
    pub place: Place,
    /// What runs a program in it, for people.
    pub enter: String,
    /// What is in its namespace.
    pub inside: Inside,
    /// The door to it.
    pub door: Door,
}

impl Far {
    fn open(place: Place, settings: impl FnOnce(&Inside) -> Vec<String> + Send) -> Result<Self> {
        let (inside, door) = Inside::read(&place.netns, settings)?;
        Ok(Self {
            enter: place.enter(),
            place,
            inside,
            door,
        })
    }

    /// Opens the other target for a wire that a request asks for.
    ///
    /// # Errors
    /// If its namespace cannot be entered or read.
    pub fn requested(place: Place, peer: &PeerSpec) -> Result<Self> {
        let families = Families::of(peer.addresses.iter().map(|address| address.ip));
        let any = IfName::eth(0);
        Self::open(place, |inside| {
            addressing::settings(&any, families, &[], inside, false)
        })
    }

    /// Opens the other target of a recorded wire.
    ///
    /// # Errors
    /// Failed if it is not there.
    pub fn recorded(ctx: &Context, record: &AttachmentRecord) -> Result<Option<Self>> {
        let Some(far) = record.far() else {
            return Ok(None);
        };
        let target = &far.owner.target;
        let place = match standing::of(ctx, &far)? {
            Standing::Here(place) | Standing::Renewed(place) => place,
            Standing::Stopped => {
                return Err(Error::failed(format!(
                    "container `{target}`, the far end, is not running"
                ))
                .hint("start it"));
            }
            Standing::Gone(why) => {
                return Err(Error::failed(format!("the far end is not there: {why}"))
                    .hint("`netpipe gc` removes what was recorded"));
            }
        };
        Self::open(*place, |inside| install::settings(&far, inside)).map(Some)
    }

    /// For a plan.
    pub fn end(&self) -> FarEnd<'_> {
        FarEnd {
            enter: &self.enter,
            inside: &self.inside,
        }
    }
}

/// The namespaces of a request's target and, if it is for a wire, of the other one, with
/// their locks. While these were waited for, one may have got another namespace.
///
/// # Errors
/// As [`Context::locked_place`]; a usage error if both are one namespace.
pub fn locked(
    ctx: &Context,
    request: &Attachment,
    wait: Option<Duration>,
) -> Result<(Place, Option<Place>, Vec<TargetLock>)> {
    let Some(peer) = &request.peer else {
        let (place, lock) = ctx.locked_place(&request.target, wait)?;
        return Ok((place, None, vec![lock]));
    };
    for _ in 0..2 {
        let (near, far) = places(ctx, request, peer, wait)?;
        let locks = ctx.lock_targets([&near.target, &far.target])?;
        if near.is_current() && far.is_current() {
            return Ok((near, Some(far), locks));
        }
    }
    Err(Error::failed(format!(
        "`{}` or `{}` got another network namespace twice while another netpipe worked on it",
        request.target, peer.target
    ))
    .hint("see what restarts it, and repeat the command"))
}

/// The same without locks, for a look.
///
/// # Errors
/// As [`locked`].
pub fn places(
    ctx: &Context,
    request: &Attachment,
    peer: &PeerSpec,
    wait: Option<Duration>,
) -> Result<(Place, Place)> {
    let near = ctx.place(&request.target, wait)?;
    let far = ctx
        .place(&peer.target, wait)
        .map_err(|error| error.while_doing("the far end"))?;
    if near.netns.is_same(&far.netns) {
        return Err(Error::usage(format!(
            "`{}` and `{}` are one network namespace",
            near.target, far.target
        ))
        .hint("name another target behind `veth:`"));
    }
    Ok((near, far))
}

/// The request with its far end under the name that records have for it.
pub fn canonical(request: &Attachment, far: Option<&Place>) -> Attachment {
    let mut request = request.clone();
    if let (Some(peer), Some(far)) = (&mut request.peer, far) {
        peer.target.clone_from(&far.target);
    }
    request
}

/// The far end of the wire that `near` is to have: names and addresses chosen, nothing
/// reserved.
///
/// # Errors
/// A conflict if its name or an address is taken.
pub fn end(ctx: &Context, site: &Site<'_>, near: &Owner, spec: &PeerSpec) -> Result<PeerEnd> {
    let Some(far) = &site.far else {
        return Err(Error::failed("the far end is not known"));
    };
    let target = &far.place.target;
    let reserved = reserved(ctx, far, near)?;
    let ifname = match &spec.ifname {
        None => far.inside.free_ifname(&reserved),
        Some(name) if far.inside.link(name).is_some() || reserved.contains(name) => {
            return Err(
                Error::conflict(format!("`{name}` is in `{target}` already"))
                    .hint("give another name with --peer-ifname"),
            );
        }
        Some(name) => name.clone(),
    };
    let owner = ctx.owner(target, &ifname);
    let addresses: Vec<_> = spec.addresses.iter().map(|address| address.ip).collect();
    for address in &addresses {
        far.inside
            .check_free(*address, &ifname)
            .map_err(|error| error.while_doing(&format!("in `{target}`")))?;
    }
    Ok(PeerEnd {
        target: target.clone(),
        mac: spec
            .mac
            .as_ref()
            .map_or_else(|| names::mac(&owner), |mac| mac.0),
        ifname,
        container: far.place.container.clone(),
        engine: far.place.engine.clone(),
        netns_cookie: far.inside.cookie,
        addresses,
        shape: spec.shape,
        saved: Vec::new(),
    })
}

/// The names that attachments have in the other target, whether their links are there or not.
/// The wire of `near` itself, if one is recorded, makes way for this one.
fn reserved(ctx: &Context, far: &Far, near: &Owner) -> Result<Vec<IfName>> {
    let registry = ctx.registry()?;
    let target = &far.place.target;
    let own = registry.all_of_target(target)?.records.into_iter();
    let mut names: Vec<IfName> = own.map(|record| record.owner.ifname).collect();
    let wires = registry.wires_to(target)?.into_iter();
    let others = wires.filter(|(_, owner)| owner != near);
    names.extend(others.map(|(name, _)| name));
    Ok(names)
}

/// The name of the far end's attachment, as the name of its link and network.
///
/// # Errors
/// Never: the text is a valid name.
pub fn name(near: &Owner, peer: &PeerEnd) -> Result<IfName> {
    let far = Owner {
        host: near.host.clone(),
        target: peer.target.clone(),
        ifname: peer.ifname.clone(),
    };
    names::wire(near, &far)
}

/// What the steps displace at the far end: settings of its whole namespace.
pub fn displaced(peer: &PeerEnd, steps: &[Step]) -> Vec<Sysctl> {
    let changed = |step: &Step| match step {
        Step::Wire(WireStep::Far { step, .. }) => match &**step {
            Step::SetSysctl {
                setting, before, ..
            } if !setting.is_of(&peer.ifname) => {
                Some(Sysctl::new(setting.key.clone(), before.clone()))
            }
            _ => None,
        },
        _ => None,
    };
    steps.iter().filter_map(changed).collect()
}

/// How far the far end is from the record; nothing if it is no wire.
///
/// # Errors
/// If it cannot be judged, or its namespace cannot be read.
pub fn far_drift(ctx: &Context, record: &AttachmentRecord) -> Result<Vec<Drift>> {
    let Some(far) = record.far() else {
        return Ok(Vec::new());
    };
    Ok(match standing::of(ctx, &far)? {
        Standing::Here(place) | Standing::Renewed(place) => {
            let (inside, _) = Inside::read(&place.netns, |_| settings(&far))?;
            drift(ctx.boot_id()?, &far, &[], &HostSide::Nothing, &inside)
        }
        Standing::Stopped => vec![Drift::TargetGone(format!(
            "container `{}` is not running",
            far.owner.target
        ))],
        Standing::Gone(why) => vec![Drift::TargetGone(why)],
    })
}

/// Why the far end will not come back, if it will not: a namespace without a container is
/// just itself, and another one in its place means that it is gone.
///
/// # Errors
/// If it cannot be judged.
pub fn is_cut(ctx: &Context, record: &AttachmentRecord) -> Result<bool> {
    let Some(far) = record.far() else {
        return Ok(false);
    };
    Ok(match standing::of(ctx, &far)? {
        Standing::Here(_) | Standing::Stopped => false,
        Standing::Renewed(_) | Standing::Gone(_) => true,
    })
}

/// Deletes the far end where the near one cannot be reached: both go together.
///
/// # Errors
/// If the far end's namespace cannot be judged or entered.
pub fn cut(ctx: &Context, host: &mut Door, record: &AttachmentRecord) -> Result<Leftover> {
    let Some(far) = record.far() else {
        return Ok(Leftover::new());
    };
    let Standing::Here(place) = standing::of(ctx, &far)? else {
        return Ok(Leftover::new());
    };
    let mut door = place.door()?;
    let target = Some((&place.netns, &mut door));
    let steps = [teardown::link(&far)];
    Ok(Executor::new(host, target, &ctx.interrupt).run_all(&steps))
}

/// Puts back what the wire displaced at its far end, if that is there.
///
/// # Errors
/// If its namespace cannot be read.
pub fn restore(ctx: &Context, record: &AttachmentRecord) -> Result<Leftover> {
    let Some(far) = record.far().filter(|far| !far.saved.sysctls.is_empty()) else {
        return Ok(Leftover::new());
    };
    match standing::of(ctx, &far) {
        Ok(Standing::Here(place)) => super::unplug::restore(ctx, &place, &far),
        _ => Ok(Leftover::new()),
    }
}

/// The step that deletes what is left of the far end before the wire is made anew, whatever
/// it is called by now; links of a namespace that ended go only after a while.
pub fn remains(record: &AttachmentRecord, far: &mut Far) -> Option<Step> {
    let there = record.far()?;
    let mark = there.mark();
    let is_it = |link: &&crate::sys::link::Link| link.is_proven(Some(there.mac), Some(&mark));
    let found = far.inside.links.iter().find(is_it)?;
    let name: IfName = found.name.parse().ok()?;
    far.inside.forget(&name);
    let step = Step::DelLink {
        side: Side::Target,
        name,
        mac: Some(there.mac),
        mark: Some(mark),
    };
    Some(wire_step::far(&far.enter, step))
}

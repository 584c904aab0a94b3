//! What is done to what an attachment sends: set, cleared, and compared with the kernel.

use std::fmt;

use super::drift::{self, Drift};
use super::install::{self, Site};
use super::standing::{self, Standing};
use super::{Context, recover, wire};
use crate::error::{Error, Kind, Result};
use crate::exec::shape::foreign;
use crate::exec::{Executor, fault};
use crate::plan::shape::shaping;
use crate::plan::{ShapeStep, Step, wire_step};
use crate::registry::record::AttachmentRecord;
use crate::resolve::place::canonical;
use crate::resolve::{Inside, Place};
use crate::spec::{Attachment, IfName, Shape, Target};
use crate::sys::link::Link;
use crate::sys::qdisc::{Root, Shaping};

/// What the kernel is told of a shape that a record holds.
fn wanted(record: &AttachmentRecord) -> Result<Shaping> {
    match &record.shape {
        Some(shape) => shaping(shape, record.mtu),
        None => Ok(Shaping::default()),
    }
}

/// How what an interface sends is shaped otherwise than recorded. What netpipe did not make is
/// no matter of a record without a shape.
pub(super) fn drift(record: &AttachmentRecord, link: &Link, inside: &Inside) -> Option<Drift> {
    let wanted = wanted(record).ok()?;
    let root = inside.root(link.index);
    let foreign = matches!(root, Root::Foreign(..)) && !wanted.is_empty();
    let differs = foreign || !wanted.has_become(&root.ours());
    differs.then(|| Drift::Shape(record.owner.ifname.clone(), Box::new((root, wanted))))
}

/// That difference in words.
pub(super) fn tell(
    name: &IfName,
    (root, wanted): &(Root, Shaping),
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    match root {
        _ if wanted.is_empty() => write!(f, "what `{name}` sends is shaped, and should not be"),
        Root::Plain => write!(f, "what `{name}` sends is not shaped any more"),
        Root::Ours(_) => write!(f, "what `{name}` sends is shaped otherwise than recorded"),
        Root::Foreign(..) => write!(f, "the shape of `{name}` gave way to `{root}`"),
    }
}

/// The step that mends it.
pub(super) fn mending(name: &IfName, (root, wanted): &(Root, Shaping)) -> Step {
    step(name, *wanted, root.ours())
}

fn step(name: &IfName, wanted: Shaping, before: Shaping) -> Step {
    Step::Shape(Box::new(ShapeStep {
        dev: name.clone(),
        wanted,
        before,
    }))
}

/// The steps that shape a new link. `far` is what runs a program at the other end of a wire.
///
/// # Errors
/// Usage, if the shape does not suit the link.
pub(super) fn steps(record: &AttachmentRecord, far: Option<&str>) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let new = |record: &AttachmentRecord| {
        let wanted = wanted(record)?;
        let step = || step(&record.owner.ifname, wanted, Shaping::default());
        Ok::<_, Error>((!wanted.is_empty()).then(step))
    };
    steps.extend(new(record)?);
    if let (Some(enter), Some(end)) = (far, record.far()) {
        steps.extend(new(&end)?.map(|step| wire_step::far(enter, step)));
    }
    Ok(steps)
}

/// The request for what takes an attachment's place: a shape is given to an interface by a
/// command of its own, and stays until one clears it, or asks for another.
pub(super) fn kept(request: &Attachment, before: &AttachmentRecord) -> Attachment {
    let mut request = request.clone();
    request.shape = request.shape.or(before.shape);
    if let (Some(wanted), Some(end)) = (&mut request.peer, &before.peer) {
        let named = wanted.ifname.as_ref();
        if canonical(&wanted.target) == end.target && named.is_none_or(|name| *name == end.ifname) {
            wanted.shape = wanted.shape.or(end.shape);
        }
    }
    request
}

/// An attachment by one of its ends.
#[derive(Debug, Clone)]
struct End {
    record: AttachmentRecord,
    /// Whether it is the far end of a wire.
    far: bool,
}

impl End {
    /// The attachment as this end sees it.
    fn view(&self) -> Result<AttachmentRecord> {
        let view = if self.far {
            self.record.far()
        } else {
            Some(self.record.clone())
        };
        view.ok_or_else(|| Error::failed("its record names no far end"))
    }

    /// The record with this end's shape.
    fn shaped(&self, shape: Option<Shape>) -> AttachmentRecord {
        let mut record = self.record.clone();
        match &mut record.peer {
            Some(peer) if self.far => peer.shape = shape,
            _ => record.shape = shape,
        }
        record
    }
}

/// Finds an attachment by target and interface.
///
/// # Errors
/// Not found if netpipe made no such.
fn find(ctx: &Context, target: &Target, ifname: &IfName) -> Result<End> {
    let registry = ctx.registry()?;
    let name = ctx.recorded(target)?;
    if let Some(record) = registry.attachment(&ctx.owner(&name, ifname))? {
        return Ok(End { record, far: false });
    }
    let is_end = |record: &AttachmentRecord| {
        let peer = record.peer.as_ref();
        peer.is_some_and(|peer| peer.ifname == *ifname)
    };
    let wire = registry.wired_to(&name)?.into_iter().find(is_end);
    wire.map(|record| End { record, far: true }).ok_or_else(|| {
        let what = format!("nothing of netpipe's is attached to `{target}` as `{ifname}`");
        Error::not_found(what).hint(format!(
            "`netpipe list` shows what is; to shape another link: netpipe tc {target} qdisc add \
             dev {ifname} …"
        ))
    })
}

/// What became of a change.
#[derive(Debug)]
pub struct Outcome {
    /// The attachment as the named end sees it.
    pub record: AttachmentRecord,
    /// Whether anything had to be done.
    pub changed: bool,
}

/// What is to be changed: the record as it will be, and the steps.
struct Change {
    end: End,
    after: AttachmentRecord,
    steps: Vec<Step>,
}

/// Shapes what an attachment sends, or with none stops shaping it.
///
/// # Errors
/// A conflict if something else shapes it; not found if there is no such attachment.
pub fn set(
    ctx: &Context,
    target: &Target,
    ifname: &IfName,
    shape: Option<Shape>,
) -> Result<Outcome> {
    let doing = doing(target, ifname);
    let work = || {
        let seen = find(ctx, target, ifname)?;
        let _locks = ctx.lock_ends(&seen.record)?;
        // Under the lock the record may be another one than before.
        let end = find(ctx, target, ifname)?;
        let place = place(ctx, &end)?;
        let end = settled(ctx, &place, end)?;
        let (mut site, change) = plan(ctx, &place, end, shape)?;
        run(ctx, &mut site, change)
    };
    work().map_err(|error: Error| error.while_doing(&doing))
}

fn doing(target: &Target, ifname: &IfName) -> String {
    format!("cannot shape `{ifname}` of `{target}`")
}

/// The steps [`set`] would run, as commands. Nothing is changed.
///
/// # Errors
/// As [`set`].
pub fn dry_run(
    ctx: &Context,
    target: &Target,
    ifname: &IfName,
    shape: Option<Shape>,
) -> Result<Vec<String>> {
    let work = || {
        let end = find(ctx, target, ifname)?;
        let place = place(ctx, &end)?;
        let (_, change) = plan(ctx, &place, end, shape)?;
        let enter = place.enter();
        Ok(change
            .steps
            .iter()
            .map(|step| step.command(&enter))
            .collect())
    };
    work().map_err(|error: Error| error.while_doing(&doing(target, ifname)))
}

/// Where the near end is.
fn place(ctx: &Context, end: &End) -> Result<Place> {
    let target = &end.record.owner.target;
    match standing::of(ctx, &end.record)? {
        Standing::Here(place) | Standing::Renewed(place) => Ok(*place),
        Standing::Stopped => {
            Err(Error::failed(format!("container `{target}` is not running")).hint("start it"))
        }
        Standing::Gone(why) => {
            Err(Error::not_found(why).hint("`netpipe gc` removes what was recorded"))
        }
    }
}

/// What a crash left of it is settled first.
fn settled(ctx: &Context, place: &Place, end: End) -> Result<End> {
    if !end.record.is_unsettled() {
        return Ok(end);
    }
    match recover::settle(ctx, Some(place), &end.record)?.remaining() {
        Some(record) => Ok(End { record, ..end }),
        None => Err(Error::not_found(
            "the command that made or removed it did not finish, and now it is gone",
        )),
    }
}

fn plan<'p>(
    ctx: &Context,
    place: &'p Place,
    end: End,
    shape: Option<Shape>,
) -> Result<(Site<'p>, Change)> {
    let mut site = Site::open(ctx, place, |inside| install::settings(&end.record, inside))?;
    site.far = wire::Far::recorded(ctx, &end.record)?;
    let after = end.shaped(shape);
    let view = End {
        record: after.clone(),
        far: end.far,
    }
    .view()?;
    let wanted = wanted(&view)?;
    let far = site.far.as_ref().filter(|_| end.far);
    let inside = far.map_or(&site.inside, |far| &far.inside);
    let dev = &view.owner.ifname;
    let is_same = view.is_of(ctx.boot_id()?, inside.cookie);
    let link = inside.link(dev);
    let link = link.filter(|link| is_same && drift::is_its(&view, link));
    let Some(link) = link else {
        let target = &view.owner.target;
        return Err(Error::failed(format!("`{dev}` is missing in the target"))
            .hint(format!("repair it: netpipe check {target} --repair")));
    };
    let root = inside.root(link.index);
    if matches!(root, Root::Foreign(..)) && !wanted.is_empty() {
        return Err(foreign(dev, &root));
    }
    let mut steps = Vec::new();
    if !wanted.has_become(&root.ours()) {
        let step = step(dev, wanted, root.ours());
        steps.push(match far {
            Some(far) => wire_step::far(&far.enter, step),
            None => step,
        });
    }
    Ok((site, Change { end, after, steps }))
}

/// The record comes first: what a crash leaves of the rest is a drift from it, which the same
/// command or a repair mends.
fn run(ctx: &Context, site: &mut Site<'_>, change: Change) -> Result<Outcome> {
    let Change { end, after, steps } = change;
    let registry = ctx.registry()?;
    let recorded = after != end.record;
    if recorded {
        ctx.interrupt.check()?;
        registry.update(&end.record, &after)?;
    }
    let target = Some((&site.place.netns, &mut site.target));
    let far = site.far.as_mut();
    let far = far.map(|far| (&far.place.netns, &mut far.door));
    let mut executor = Executor::new(&mut site.host, target, &ctx.interrupt).with_far(far);
    let outcome = fault::point("the record").and_then(|()| executor.run(&steps));
    if let Err(error) = outcome {
        let leftover = executor.roll_back();
        let forgotten = match recorded {
            true => registry.update(&after, &end.record),
            false => Ok(()),
        };
        return Err(install::with_leftover(error, leftover, forgotten));
    }
    executor.commit();
    let changed = recorded || !steps.is_empty();
    let record = End {
        record: after,
        far: end.far,
    }
    .view()?;
    Ok(Outcome { record, changed })
}

/// The shaped ends of this host's attachments, or of one target's, each as that end sees it.
/// Of records that cannot be read it warns.
///
/// # Errors
/// If the store does not answer.
pub fn list(ctx: &Context, target: Option<&Target>) -> Result<Vec<AttachmentRecord>> {
    let found = super::check::records(ctx, target)?;
    let name = target.map(|target| ctx.recorded(target)).transpose()?;
    for broken in &found.broken {
        ctx.warn(broken.to_string());
    }
    let mut ends = Vec::new();
    for record in found.records {
        ends.extend(record.far());
        ends.push(record);
    }
    let is_asked = |end: &AttachmentRecord| {
        let named = name.as_ref();
        end.shape.is_some() && named.is_none_or(|name| end.owner.target == *name)
    };
    ends.retain(is_asked);
    ends.sort_by(|one, other| one.owner.cmp(&other.owner));
    Ok(ends)
}

/// One attachment's end, and how its shape in the kernel differs, if it can be seen.
///
/// # Errors
/// Not found if there is no such attachment.
pub fn show(
    ctx: &Context,
    target: &Target,
    ifname: &IfName,
) -> Result<(AttachmentRecord, Option<String>)> {
    let view = find(ctx, target, ifname)?.view()?;
    let place = match standing::of(ctx, &view) {
        Err(error) if matches!(error.kind(), Kind::Interrupted(_)) => return Err(error),
        Err(error) => return Ok((view, Some(error.to_string()))),
        Ok(Standing::Here(place) | Standing::Renewed(place)) => place,
        Ok(Standing::Stopped) => {
            let why = format!("container `{}` is not running", view.owner.target);
            return Ok((view, Some(why)));
        }
        Ok(Standing::Gone(why)) => return Ok((view, Some(why))),
    };
    let (inside, _) = Inside::read(&place.netns, |_| Vec::new())?;
    let missing = || Some(format!("`{}` is missing in the target", view.owner.ifname));
    let differs = match inside.link(&view.owner.ifname) {
        Some(link) => drift(&view, link, &inside).map(|drift| drift.to_string()),
        None => missing(),
    };
    Ok((view, differs))
}

//! Making the attachments of a file: many targets together where all that is to be done is to
//! attach, else a target by itself. Either way each target gets all of it, or nothing.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use super::assess::{Item, TargetPlan, Verdict};
use super::undo::Undo;
use super::{Fate, Options, Report};
use crate::error::{Error, Kind, Result};
use crate::ops::attach::Outcome;
use crate::ops::many::{self, Job, OPERATIONS};
use crate::ops::{Context, attach, shape};
use crate::resolve::Place;
use crate::sys::lock;

/// Does what the plans say, and reports on each of their items.
pub(super) fn attachments(
    ctx: &Context,
    plans: Vec<TargetPlan>,
    options: &Options,
    report: &mut Report,
    progress: &dyn Fn(usize, usize),
) {
    let total = plans.iter().map(|plan| plan.items.len()).sum();
    let mut done = 0;
    let (mut together, mut alone): (VecDeque<_>, VecDeque<_>) =
        plans.into_iter().partition(is_simple);
    while let Some(group) = next_group(&mut together) {
        if stopped(ctx, report) {
            together.extend(group);
            break;
        }
        done += attach_group(ctx, group, &mut together, &mut alone, report);
        progress(done, total);
    }
    // Those that were put aside on the way keep the order of the file among themselves.
    for plan in together.into_iter().chain(alone) {
        let items = plan.items.len();
        match stopped(ctx, report) {
            true => not_begun(plan, report),
            false => one_target(ctx, plan, options, report),
        }
        done += items;
        progress(done, total);
    }
}

/// Whether a signal has stopped the whole.
fn stopped(ctx: &Context, report: &mut Report) -> bool {
    if let Err(error) = ctx.interrupt.check()
        && let Kind::Interrupted(signal) = error.kind()
    {
        report.signal = Some(signal);
    }
    report.signal.is_some()
}

fn not_begun(plan: TargetPlan, report: &mut Report) {
    let items = plan.items.into_iter();
    let noted = items.map(|item| (item.change, Fate::NotBegun));
    report.changes.extend(noted);
}

/// Whether nothing but plain new attachments is to be made, and few enough for one go.
fn is_simple(plan: &TargetPlan) -> bool {
    let mut size = 0;
    plan.place.is_ok()
        && plan.items.iter().all(|item| {
            size += many::size(&item.request);
            matches!(item.verdict, Verdict::New) && many::is_plain(&item.request)
        })
        && size <= OPERATIONS
}

/// The next targets that fit into one transaction, each with a lock that is a file of its own.
fn next_group(plans: &mut VecDeque<TargetPlan>) -> Option<Vec<TargetPlan>> {
    let mut group = Vec::new();
    let mut buckets = BTreeSet::new();
    let mut room = OPERATIONS;
    while let Some(plan) = plans.front() {
        let sizes = plan.items.iter().map(|item| many::size(&item.request));
        let size: usize = sizes.sum();
        let place = plan.place.as_ref().ok();
        let is_own =
            place.is_none_or(|place| buckets.insert(lock::bucket(&place.target.to_string())));
        if !group.is_empty() && (size > room || !is_own) {
            break;
        }
        room = room.saturating_sub(size);
        group.extend(plans.pop_front());
    }
    (!group.is_empty()).then_some(group)
}

/// Attaches a group; gives how many items came to an end. If something in it is out of the
/// ordinary its first target goes by itself, after which the others may well be ordinary.
fn attach_group(
    ctx: &Context,
    group: Vec<TargetPlan>,
    together: &mut VecDeque<TargetPlan>,
    alone: &mut VecDeque<TargetPlan>,
    report: &mut Report,
) -> usize {
    let mut jobs = Vec::with_capacity(group.len());
    let mut plans = Vec::with_capacity(group.len());
    for TargetPlan { place, wait, items } in group {
        match place {
            Ok(place) => {
                jobs.push((place, items));
                plans.push(wait);
            }
            Err(error) => alone.push_back(TargetPlan {
                place: Err(error),
                wait,
                items,
            }),
        }
    }
    let (places, items): (Vec<Place>, Vec<Vec<Item>>) = jobs.into_iter().unzip();
    let asked: Vec<Job<'_>> = places
        .into_iter()
        .zip(&items)
        .map(|(place, items)| Job {
            place,
            requests: items.iter().map(|item| &item.request).collect(),
        })
        .collect();
    let outcomes = many::attach(ctx, &asked);
    let places: Vec<Place> = asked.into_iter().map(|job| job.place).collect();
    let Some(outcomes) = outcomes else {
        let mut back = places
            .into_iter()
            .zip(items)
            .zip(plans)
            .map(|((place, items), wait)| TargetPlan {
                place: Ok(place),
                wait,
                items,
            });
        let first = back.next();
        let rest: Vec<_> = back.collect();
        for plan in rest.into_iter().rev() {
            together.push_front(plan);
        }
        return first.map_or(0, |first| {
            let count = first.items.len();
            one_target(ctx, first, &Options::default(), report);
            count
        });
    };
    let mut ended = 0;
    for (items, outcome) in items.into_iter().zip(outcomes) {
        ended += items.len();
        let changes = items.into_iter().map(|item| item.change);
        match outcome {
            Ok(done) => report.changes.extend(
                changes
                    .zip(done)
                    .map(|(change, outcome)| (change, Fate::Attached(Box::new(outcome)))),
            ),
            Err(error) => failed(changes, error, report),
        }
    }
    ended
}

/// Notes of a target's changes that they failed together: the error is told once.
fn failed(changes: impl Iterator<Item = super::Change>, error: Error, report: &mut Report) {
    if let Kind::Interrupted(signal) = error.kind() {
        report.signal = Some(signal);
    }
    let mut error = Some(error);
    let noted = changes.map(|change| {
        let fate = error.take().map_or(Fate::TakenBack, Fate::Failed);
        (change, fate)
    });
    report.changes.extend(noted);
}

/// Does what is to be done for one target, in the order of the file; all of it or nothing.
fn one_target(ctx: &Context, plan: TargetPlan, options: &Options, report: &mut Report) {
    let wait = plan.wait.or(options.wait);
    if let Err(error) = plan.place {
        let target = plan.items.first().map(|item| item.request.target.clone());
        let target = target.map(|target| target.to_string()).unwrap_or_default();
        let error = error.while_doing(&format!("cannot attach `{target}`"));
        return failed(
            plan.items.into_iter().map(|item| item.change),
            error,
            report,
        );
    }
    let mut undos: Vec<Undo> = Vec::new();
    let mut fates: Vec<(super::Change, Fate)> = Vec::new();
    let mut items: VecDeque<Item> = plan.items.into();
    // What cannot be done is told before anything is.
    let refused = items
        .iter()
        .position(|item| matches!(item.verdict, Verdict::Refused(_)));
    if let Some(at) = refused
        && let Some(item) = items.remove(at)
    {
        items.push_front(item);
    }
    while let Some(item) = items.pop_front() {
        let done = ctx
            .interrupt
            .check()
            .and_then(|()| act(ctx, &item, (wait, options.replace), &mut undos));
        match done {
            Ok(outcome) => fates.push((item.change, Fate::Attached(Box::new(outcome)))),
            Err(error) => {
                let error = take_back(ctx, undos, error);
                let before = fates
                    .into_iter()
                    .map(|(change, _)| (change, Fate::TakenBack));
                report.changes.extend(before);
                if let Kind::Interrupted(signal) = error.kind() {
                    report.signal = Some(signal);
                }
                report.changes.push((item.change, Fate::Failed(error)));
                let rest = items.into_iter().map(|item| match item.verdict {
                    Verdict::Refused(error) => (item.change, Fate::Failed(error)),
                    _ => (item.change, Fate::TakenBack),
                });
                report.changes.extend(rest);
                return;
            }
        }
    }
    report.changes.extend(fates);
}

/// Takes back what was done to a target; whatever arrives meanwhile.
fn take_back(ctx: &Context, undos: Vec<Undo>, error: Error) -> Error {
    if undos.is_empty() {
        return error;
    }
    ctx.interrupt.clear();
    undos.into_iter().rev().fold(error, |error, undo| {
        let what = format!("{undo:?}");
        match undo.run(ctx) {
            Ok(()) => error,
            Err(why) => {
                tracing::warn!(what, "not taken back");
                error.hint(format!("not taken back: {why}"))
            }
        }
    })
}

/// Does one thing, and notes how to take it back.
fn act(
    ctx: &Context,
    item: &Item,
    (wait, replace): (Option<Duration>, bool),
    undos: &mut Vec<Undo>,
) -> Result<Outcome> {
    let request = &item.request;
    let outcome = match &item.verdict {
        Verdict::Refused(error) => return Err(again(error)),
        Verdict::New => attach::attach(ctx, request, wait)?,
        Verdict::Mend => {
            // What a crash left of a replacement is put back first, and differs again.
            let record = item.record.as_ref();
            let of = record.and_then(|record| record.topology.as_ref());
            let mut request = request.clone();
            request.replace |= replace || of.is_some() && of == ctx.topology();
            attach::attach(ctx, &request, wait)?
        }
        Verdict::Anew => {
            let mut request = request.clone();
            request.replace = true;
            if let Some(record) = &item.record {
                request.ifname = Some(record.owner.ifname.clone());
            }
            attach::anew(ctx, &request, wait)?
        }
        Verdict::Same | Verdict::Reshape => {
            let Some(record) = item.record.clone() else {
                return Err(Error::failed("there is no record of it"));
            };
            Outcome {
                change: attach::Change::Unchanged,
                record,
                warnings: Vec::new(),
            }
        }
    };
    undos.extend(Undo::of(&outcome, item.record.as_ref()));
    reshape(ctx, item, outcome, undos)
}

/// Shapes what is not made anew, and so is not shaped yet.
fn reshape(
    ctx: &Context,
    item: &Item,
    mut outcome: Outcome,
    undos: &mut Vec<Undo>,
) -> Result<Outcome> {
    let made = [attach::Change::Attached, attach::Change::Replaced].contains(&outcome.change);
    if made {
        return Ok(outcome);
    }
    let owner = outcome.record.owner.clone();
    let is_asked = matches!(item.verdict, Verdict::Reshape);
    let wanted = item.request.shape;
    if outcome.record.shape != wanted && (wanted.is_some() || is_asked) {
        let before = outcome.record.shape;
        shape::set(ctx, &owner.target, &owner.ifname, wanted)?;
        undos.push(Undo::Reshape(owner.target, owner.ifname, before));
        outcome.record.shape = wanted;
    }
    let peers = (outcome.record.peer.clone(), item.request.peer.as_ref());
    if let (Some(is), Some(asked)) = peers
        && is.shape != asked.shape
        && (asked.shape.is_some() || is_asked)
    {
        shape::set(ctx, &is.target, &is.ifname, asked.shape)?;
        undos.push(Undo::Reshape(is.target, is.ifname, is.shape));
    }
    Ok(outcome)
}

/// The same error once more.
fn again(error: &Error) -> Error {
    let text = error.to_string();
    let same = match error.kind() {
        Kind::Usage => Error::usage(text),
        Kind::Conflict => Error::conflict(text),
        Kind::NotFound => Error::not_found(text),
        _ => Error::failed(text),
    };
    error.hints().iter().fold(same, Error::hint)
}

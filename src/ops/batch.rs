//! Many attaches by one process. What they share is done once a group: one reservation
//! and one mark in the store for up to `GROUP` of them, one look at each bridge. Each
//! attachment is still all or nothing by itself.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::attach::{self, Change, Outcome};
use super::draft::{Draft, Segment};
use super::install::{self, Site};
use super::{Context, recover};
use crate::error::{Error, Kind, Result};
use crate::exec::{Executor, fault};
use crate::plan::{Step, VlanStep};
use crate::registry::record::AttachmentRecord;
use crate::registry::reservation_size;
use crate::resolve::Place;
use crate::spec::{Attachment, LinkSpec, Target};
use crate::sys::lock;

/// The most attachments of a group. Their targets are locked together.
const GROUP: usize = 32;

/// The most operations of a transaction (etcd's default of --max-txn-ops).
const OPERATIONS: usize = 128;

/// Attaches all of these, in groups; gives each one's outcome in the order given, and
/// tells `progress` how many are done. Requests for one target keep their order, so that
/// each is planned with what the one before it made.
pub fn attach_all(
    ctx: &Context,
    requests: &[Attachment],
    progress: impl Fn(usize),
) -> Vec<Result<Outcome>> {
    let mut queues: BTreeMap<&Target, VecDeque<usize>> = BTreeMap::new();
    for (index, request) in requests.iter().enumerate() {
        queues.entry(&request.target).or_default().push_back(index);
    }
    let mut outcomes: BTreeMap<usize, Result<Outcome>> = BTreeMap::new();
    while outcomes.len() < requests.len() {
        let (indices, places) = pick(ctx, requests, &queues, &mut outcomes);
        let picked: Vec<_> = indices.iter().map(|index| &requests[*index]).collect();
        let done = group(ctx, &picked, &places).unwrap_or_else(|| {
            // Something in it is out of the ordinary: one by one, each has its say.
            picked
                .iter()
                .map(|request| attach::attach(ctx, request, None))
                .collect()
        });
        outcomes.extend(indices.into_iter().zip(done));
        for queue in queues.values_mut() {
            while queue
                .front()
                .is_some_and(|index| outcomes.contains_key(index))
            {
                queue.pop_front();
            }
        }
        queues.retain(|_, queue| !queue.is_empty());
        progress(outcomes.len());
    }
    outcomes.into_values().collect()
}

/// The next requests that go together: each with a target of its own, whose lock is a
/// file of its own, and plain enough to be planned without the others. One whose target
/// is not there has its outcome already.
fn pick(
    ctx: &Context,
    requests: &[Attachment],
    queues: &BTreeMap<&Target, VecDeque<usize>>,
    outcomes: &mut BTreeMap<usize, Result<Outcome>>,
) -> (Vec<usize>, Vec<Place>) {
    let mut picked = (Vec::new(), Vec::new());
    let mut buckets = BTreeSet::new();
    let mut operations = 0;
    for index in queues.values().filter_map(|queue| queue.front().copied()) {
        let request = &requests[index];
        operations += 2 + request.addresses.len();
        let full = picked.0.len() == GROUP || operations > OPERATIONS || request.wants_auto();
        if full && !picked.0.is_empty() {
            break;
        }
        match ctx.place(&request.target, None) {
            Ok(place) if buckets.insert(lock::bucket(&place.target.to_string())) => {
                picked.0.push(index);
                picked.1.push(place);
            }
            // Another one's lock is in the same file, or it is the same target: later.
            Ok(_) => {}
            Err(error) => {
                let doing = format!("cannot attach `{}` to `{}`", request.target, request.plug());
                outcomes.insert(index, Err(error.while_doing(&doing)));
            }
        }
        if request.wants_auto() {
            break;
        }
    }
    picked
}

/// One attachment of a group on its way.
struct Work<'a> {
    site: Site<'a>,
    record: AttachmentRecord,
    steps: Vec<Step>,
    warnings: Vec<String>,
}

/// Attaches a group together; none if one of them is not simply new, or another process
/// came in between. Nothing has changed then.
fn group(
    ctx: &Context,
    requests: &[&Attachment],
    places: &[Place],
) -> Option<Vec<Result<Outcome>>> {
    if requests.len() < 2 {
        return None;
    }
    // What has another end, or moves a card, is a matter of its own.
    if requests.iter().any(|request| request.stands_alone()) {
        return None;
    }
    let places_of = places.iter().map(|place| &place.target);
    let _targets = ctx.lock_targets(places_of).ok()?;
    // Before the bridges are locked: what a crash left behind is taken down under the locks
    // of its own bridges, which may be these.
    let known: Option<Vec<_>> = places
        .iter()
        .map(|place| recover::target(ctx, place).ok())
        .collect();
    let known = known?;
    let bridges: Vec<_> = requests.iter().map(|request| &request.link.name).collect();
    let _bridges = ctx.lock_bridges(&bridges).ok()?;
    let mut host = ctx.host_door().ok()?;
    let mut segments: Vec<((&LinkSpec, [bool; 3]), Segment)> = Vec::new();
    let mut works = Vec::with_capacity(requests.len());
    for ((request, place), records) in requests.iter().zip(places).zip(&known) {
        let vlans = [request.vlan.is_some(), request.vlan_filtering];
        let key = (&request.link, [request.firewall, vlans[0], vlans[1]]);
        let known = segments.iter().find(|(of, _)| *of == key);
        let segment = match known {
            Some((_, segment)) => segment.clone(),
            None => {
                let segment = Segment::of(ctx, &mut host, request).ok()?;
                segments.push((key, segment.clone()));
                segment
            }
        };
        // Whether two fit on one card shows when the first is there.
        if segment.is_on_card() {
            return None;
        }
        let work = prepare(ctx, request, place, records, segment)?;
        // What several would share is made by one alone; the next group finds it there.
        // And the wait for a port of a spanning tree is nothing to hold locks for.
        let shares = |step: &Step| {
            use Step::{AddBridge, AddRules, AwaitForwarding, Ovs, Vlan};
            matches!(
                step,
                AddBridge { .. }
                    | AddRules(_)
                    | AwaitForwarding { .. }
                    | Ovs(_)
                    | Vlan(VlanStep::SetFiltering { .. })
            )
        };
        if work.steps.iter().any(shares) {
            return None;
        }
        works.push(work);
    }
    let records: Vec<_> = works.iter().map(|work| &work.record).collect();
    let registry = ctx.registry().ok()?;
    if records
        .iter()
        .map(|record| reservation_size(record))
        .sum::<usize>()
        > OPERATIONS
        || !registry.reserve_all(&records).ok()?
    {
        return None;
    }
    Some(carry_out(ctx, works))
}

/// Plans a request if it is a new attachment; none if it is anything else.
fn prepare<'a>(
    ctx: &Context,
    request: &Attachment,
    place: &'a Place,
    records: &[AttachmentRecord],
    segment: Segment,
) -> Option<Work<'a>> {
    let mut site = attach::open(ctx, place, request, records).ok()?;
    if attach::counterpart(request, records).is_some() {
        return None;
    }
    let mut draft = Draft::new(ctx, &mut site, request, records, segment).ok()?;
    let warnings = attach::warnings(&draft);
    draft.choose_addresses(ctx, &mut site, request).ok()?;
    let steps = draft.plan(&site).ok()?;
    Some(Work {
        site,
        record: draft.record,
        steps,
        warnings,
    })
}

/// Runs the steps of reserved attachments, and marks those that succeeded.
fn carry_out(ctx: &Context, works: Vec<Work<'_>>) -> Vec<Result<Outcome>> {
    let mut outcomes: Vec<Result<Outcome>> = works.into_iter().map(|work| run(ctx, work)).collect();
    let pending: Vec<_> = outcomes
        .iter()
        .flatten()
        .map(|outcome| &outcome.record)
        .collect();
    let active = ctx
        .registry()
        .and_then(|registry| registry.activate_all(&pending));
    match active {
        Ok(active) => {
            let done = outcomes.iter_mut().flatten();
            done.zip(active)
                .for_each(|(outcome, record)| outcome.record = record);
        }
        // Every step is done and reserved: the next command on each target completes it.
        Err(error) => outcomes.iter_mut().flatten().for_each(|outcome| {
            outcome
                .warnings
                .push(format!("the record still says pending: {error}"));
        }),
    }
    outcomes
}

fn run(ctx: &Context, work: Work<'_>) -> Result<Outcome> {
    let Work {
        mut site,
        record,
        steps,
        warnings,
    } = work;
    let target = Some((&site.place.netns, &mut site.target));
    let mut executor = Executor::new(&mut site.host, target, &ctx.interrupt);
    let done = fault::point("the reservation")
        .and_then(|()| executor.run(&steps))
        .and_then(|()| site.place.still_there());
    match done {
        Ok(()) => {
            executor.commit();
            Ok(Outcome {
                change: Change::Attached,
                record,
                warnings,
            })
        }
        Err(error) => {
            let leftover = executor.roll_back();
            let forgotten = ctx
                .registry()
                .and_then(|registry| registry.release(&record));
            let doing = format!(
                "cannot attach `{}` to `{}`",
                record.owner.target, record.link
            );
            Err(install::with_leftover(error, leftover, forgotten).while_doing(&doing))
        }
    }
}

/// One error for many lines, each named.
pub fn failures(errors: Vec<(usize, Error)>, total: usize) -> Result<()> {
    if errors.is_empty() {
        return Ok(());
    }
    let signal = errors.iter().find_map(|(_, error)| match error.kind() {
        Kind::Interrupted(signal) => Some(signal),
        _ => None,
    });
    let mut all = match signal {
        Some(signal) => Error::interrupted(signal),
        None => Error::failed(format!("{} of {total} failed", errors.len())),
    };
    for (line, error) in errors {
        all = all.hint(format!("line {line}: {error}"));
    }
    Err(all)
}

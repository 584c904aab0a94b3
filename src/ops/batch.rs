//! Many attaches by one process. Those of a target go together, and several targets share
//! one transaction of the store (`many`). Each attachment is still all or nothing by itself.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::Context;
use super::attach::{self, Outcome};
use super::many::{self, Job, OPERATIONS};
use crate::error::{Error, Kind, Result};
use crate::spec::{Attachment, Target};
use crate::sys::lock;

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
        let picked = pick(ctx, requests, &mut queues, &mut outcomes);
        let (indices, jobs): (Vec<Vec<usize>>, Vec<Job<'_>>) = picked.into_iter().unzip();
        let mut done = match together(&jobs) {
            true => many::attach(ctx, &jobs),
            false => None,
        };
        for (nth, (indices, job)) in indices.into_iter().zip(&jobs).enumerate() {
            let whole = done
                .as_mut()
                .map(|all| std::mem::replace(&mut all[nth], Ok(Vec::new())));
            match whole {
                Some(Ok(done)) => {
                    outcomes.extend(indices.into_iter().zip(done.into_iter().map(Ok)));
                }
                Some(Err(error)) if indices.len() == 1 => {
                    outcomes.extend(indices.into_iter().zip([Err(error)]));
                }
                // Something in it is out of the ordinary, or one of several has failed: one by
                // one, each has its say.
                _ => outcomes.extend(
                    indices.into_iter().zip(
                        job.requests
                            .iter()
                            .map(|request| attach::attach(ctx, request, None)),
                    ),
                ),
            }
            progress(outcomes.len());
        }
    }
    outcomes.into_values().collect()
}

/// Whether there is a point in planning these together.
fn together(jobs: &[Job<'_>]) -> bool {
    let mut all = jobs.iter().flat_map(|job| &job.requests);
    let several = jobs.iter().map(|job| job.requests.len()).sum::<usize>() > 1;
    several && all.all(|request| many::is_plain(request))
}

/// The next requests that go together, by target: as many as fit into one transaction, each
/// target with a lock that is a file of its own. One that is not plain goes by itself. One
/// whose target is not there has its outcome already.
fn pick<'r>(
    ctx: &Context,
    requests: &'r [Attachment],
    queues: &mut BTreeMap<&Target, VecDeque<usize>>,
    outcomes: &mut BTreeMap<usize, Result<Outcome>>,
) -> Vec<(Vec<usize>, Job<'r>)> {
    let mut picked: Vec<(Vec<usize>, Job<'r>)> = Vec::new();
    let mut buckets = BTreeSet::new();
    let mut room = OPERATIONS;
    for (target, queue) in queues.iter_mut() {
        let Some(first) = queue.front().map(|index| &requests[*index]) else {
            continue;
        };
        let alone = !many::is_plain(first);
        if !picked.is_empty() && (alone || many::size(first) > room) {
            break;
        }
        let place = match ctx.place(target, None) {
            Ok(place) if buckets.insert(lock::bucket(&place.target.to_string())) => place,
            // Another one's lock is in the same file, or it is the same target: later.
            Ok(_) => continue,
            Err(error) => {
                if let Some(index) = queue.pop_front() {
                    let request = &requests[index];
                    let doing =
                        format!("cannot attach `{}` to `{}`", request.target, request.plug());
                    outcomes.insert(index, Err(error.while_doing(&doing)));
                }
                continue;
            }
        };
        let mut indices = Vec::new();
        while let Some(index) = queue.front().copied() {
            let request = &requests[index];
            let size = many::size(request);
            let fits = match indices.is_empty() {
                true => true,
                false => !alone && many::is_plain(request) && size <= room,
            };
            if !fits {
                break;
            }
            room = room.saturating_sub(size);
            indices.push(index);
            queue.pop_front();
        }
        let asked = indices.iter().map(|index| &requests[*index]).collect();
        picked.push((
            indices,
            Job {
                place,
                requests: asked,
            },
        ));
        if alone {
            break;
        }
    }
    queues.retain(|_, queue| !queue.is_empty());
    picked
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

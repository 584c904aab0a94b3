//! New attachments of many targets, each target's all or none. Each target is locked, entered
//! and read once, one transaction reserves for all, and one more marks those that are done.
//! What is planned later sees what was planned before it.

use std::collections::BTreeSet;

use super::attach::{self, Change, Outcome};
use super::draft::{self, Draft, Known, Segment};
use super::install::{self, Site};
use super::{Context, recover};
use crate::error::{Error, Result};
use crate::exec::{Executor, fault};
use crate::plan::addressing::{self, Families};
use crate::plan::{Side, Step, VlanStep};
use crate::registry::record::AttachmentRecord;
use crate::registry::reservation_size;
use crate::resolve::{Inside, Place};
use crate::spec::{Attachment, LinkSpec, Sysctl};
use crate::sys::addr::Address;
use crate::sys::link::Link;
use crate::sys::lock::Lock;

/// The most operations of a transaction (etcd's default of --max-txn-ops).
pub(super) const OPERATIONS: usize = 128;

/// What is to be attached to one target.
#[derive(Debug)]
pub(super) struct Job<'a> {
    /// The target.
    pub place: Place,
    /// The requests, in order.
    pub requests: Vec<&'a Attachment>,
}

/// Whether a request can be planned with others: it touches its target and a bridge alone,
/// and nothing has to be asked for its addresses.
pub(super) fn is_plain(request: &Attachment) -> bool {
    let asks = request.asks_network(true) || request.asks_network(false);
    !request.stands_alone() && !request.wants_auto() && !asks
}

/// How many operations of a transaction a plain request takes.
pub(super) fn size(request: &Attachment) -> usize {
    2 + request.addresses.len()
}

/// One target's attachments on their way.
struct Work<'a> {
    site: Site<'a>,
    drafts: Vec<(AttachmentRecord, Vec<String>)>,
    steps: Vec<Step>,
}

/// Attaches to several targets; gives each one's outcome. None if one of the requests is not
/// simply new, or another process came in between: nothing has changed then.
pub(super) fn attach(ctx: &Context, jobs: &[Job<'_>]) -> Option<Vec<Result<Vec<Outcome>>>> {
    let _targets = ctx
        .lock_targets(jobs.iter().map(|job| &job.place.target))
        .ok()?;
    if !jobs.iter().all(|job| job.place.is_current()) {
        return None;
    }
    // Before the bridges are locked: what a crash left behind is taken down under the locks
    // of its own bridges, which may be these.
    let known: Option<Vec<_>> = jobs
        .iter()
        .map(|job| recover::target(ctx, &job.place).ok())
        .collect();
    let known = known?;
    let _bridges = lock_bridges(ctx, jobs)?;
    let registry = ctx.registry().ok()?;
    let networks = registry.networks().ok()?;
    let mut segments = Segments::default();
    let mut works = Vec::with_capacity(jobs.len());
    for (job, records) in jobs.iter().zip(known) {
        let known = Known {
            wires: registry.wires_to(&job.place.target).ok()?,
            networks: networks.clone(),
        };
        works.push(prepare(ctx, job, records, &known, &mut segments)?);
    }
    let records: Vec<_> = works
        .iter()
        .flat_map(|work| work.drafts.iter().map(|(record, _)| record))
        .collect();
    let sizes = records.iter().map(|record| reservation_size(record));
    if sizes.sum::<usize>() > OPERATIONS || !registry.reserve_all(&records).ok()? {
        return None;
    }
    Some(carry_out(ctx, works))
}

/// The locks of the bridges.
fn lock_bridges(ctx: &Context, jobs: &[Job<'_>]) -> Option<Vec<Lock>> {
    let requests = jobs.iter().flat_map(|job| &job.requests);
    let names: BTreeSet<_> = requests.map(|request| &request.link.name).collect();
    ctx.lock_bridges(&Vec::from_iter(names)).ok()
}

/// What the links of the requests are, looked up once each.
#[derive(Default)]
struct Segments<'a>(Vec<((&'a LinkSpec, [bool; 3]), Segment)>);

impl<'a> Segments<'a> {
    fn of(
        &mut self,
        ctx: &Context,
        site: &mut Site<'_>,
        request: &'a Attachment,
    ) -> Option<Segment> {
        let switches = [
            request.firewall,
            request.vlan.is_some(),
            request.vlan_filtering,
        ];
        let key = (&request.link, switches);
        if let Some((_, segment)) = self.0.iter().find(|(of, _)| *of == key) {
            return Some(segment.clone());
        }
        let segment = Segment::of(ctx, &mut site.host, request).ok()?;
        self.0.push((key, segment.clone()));
        Some(segment)
    }
}

/// Plans the requests of a target if all of them are new attachments; none if one is
/// anything else.
fn prepare<'a>(
    ctx: &Context,
    job: &'a Job<'a>,
    mut records: Vec<AttachmentRecord>,
    known: &Known,
    segments: &mut Segments<'a>,
) -> Option<Work<'a>> {
    let far_ends = known.far_ends();
    let mut site = Site::open(ctx, &job.place, |inside| {
        settings(&job.requests, inside, &records, &far_ends)
    })
    .ok()?;
    let mut work_drafts = Vec::with_capacity(job.requests.len());
    let mut steps = Vec::new();
    for request in &job.requests {
        if attach::counterpart(request, &records).is_some() {
            return None;
        }
        let segment = segments.of(ctx, &mut site, request)?;
        // Whether two fit on one card shows when the first is there.
        if segment.is_on_card() {
            return None;
        }
        let draft = Draft::among(ctx, &mut site, request, &records, segment, known);
        let mut draft = draft.ok()?;
        let warnings = attach::warnings(&draft);
        draft.choose_addresses(ctx, &mut site, request).ok()?;
        let own = draft.plan(&site).ok()?;
        if own.iter().any(is_shared) {
            return None;
        }
        foresee(&mut site.inside, &draft.record, &own);
        records.push(draft.record.clone());
        work_drafts.push((draft.record, warnings));
        steps.extend(own);
    }
    Some(Work {
        site,
        drafts: work_drafts,
        steps,
    })
}

/// What several would share is made by one alone; the next group finds it there. And the wait
/// for a port of a spanning tree is nothing to hold locks for.
fn is_shared(step: &Step) -> bool {
    use Step::{AddBridge, AddRules, AwaitForwarding, Ovs, Vlan};
    matches!(
        step,
        AddBridge { .. }
            | AddRules(_)
            | AwaitForwarding { .. }
            | Ovs(_)
            | Vlan(VlanStep::SetFiltering { .. })
    )
}

/// The settings that planning these requests must know.
fn settings(
    requests: &[&Attachment],
    inside: &Inside,
    records: &[AttachmentRecord],
    far_ends: &[crate::spec::IfName],
) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for request in requests {
        let families = Families::of(request.static_addresses().map(|address| address.ip));
        let dev = draft::ifname(request, inside, records, far_ends);
        for key in addressing::settings(&dev, families, &request.sysctls, inside, false) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    keys
}

/// What is inside once these steps are done, as far as planning the next attachment goes.
pub(super) fn foresee(inside: &mut Inside, record: &AttachmentRecord, steps: &[Step]) {
    let dev = &record.owner.ifname;
    // No index of the kernel's: those are positive and of 31 bits.
    let index = u32::MAX - u32::try_from(inside.links.len()).unwrap_or_default();
    inside.links.push(Link {
        index,
        name: dev.to_string(),
        mac: Some(record.mac),
        mtu: record.mtu,
        up: true,
        ipv6: inside.has_ipv6() && record.mtu >= crate::spec::LEAST_MTU_OF_IPV6,
        ..Link::default()
    });
    for step in steps {
        match step {
            Step::AddAddress {
                side: Side::Target,
                dev,
                ip,
            } => foresee_address(inside, dev, *ip),
            Step::AddRoute(route) => inside.expect(&route.route, &route.dev),
            Step::DelRoute(gone) => {
                let link = inside.link(&gone.dev).map(|link| link.index);
                inside.routes.retain(|route| {
                    Some(route.link) != link
                        || route.destination != gone.route.destination
                        || route.metric != gone.route.metric
                });
            }
            Step::SetSysctl {
                side: Side::Target,
                setting,
                ..
            } => {
                let Sysctl { key, value } = setting.clone();
                inside.sysctls.insert(key, value);
            }
            _ => {}
        }
    }
}

fn foresee_address(inside: &mut Inside, dev: &crate::spec::IfName, ip: ipnetwork::IpNetwork) {
    let Some(link) = inside.link(dev).map(|link| link.index) else {
        return;
    };
    inside.addresses.push(Address {
        link,
        ip,
        tentative: false,
        duplicate: false,
        link_scope: false,
        temporary: false,
        left: (u32::MAX, u32::MAX),
    });
    if let Ok(subnet) = ipnetwork::IpNetwork::new(ip.network(), ip.prefix()) {
        let route = crate::sys::route::Route::new(subnet, None, link, None);
        inside.routes.push(route);
    }
}

/// Runs the steps of reserved attachments, and marks those that succeeded.
fn carry_out(ctx: &Context, works: Vec<Work<'_>>) -> Vec<Result<Vec<Outcome>>> {
    let mut outcomes: Vec<Result<Vec<Outcome>>> =
        works.into_iter().map(|work| run(ctx, work)).collect();
    let pending: Vec<_> = outcomes
        .iter()
        .flatten()
        .flatten()
        .map(|outcome| &outcome.record)
        .collect();
    let active = ctx
        .registry()
        .and_then(|registry| registry.activate_all(&pending));
    let done = outcomes.iter_mut().flatten().flatten();
    match active {
        Ok(active) => done
            .zip(active)
            .for_each(|(outcome, record)| outcome.record = record),
        // Every step is done and reserved: the next command on each target completes it.
        Err(error) => done.for_each(|outcome| {
            outcome
                .warnings
                .push(format!("the record still says pending: {error}"));
        }),
    }
    outcomes
}

fn run(ctx: &Context, work: Work<'_>) -> Result<Vec<Outcome>> {
    let Work {
        mut site,
        drafts,
        steps,
    } = work;
    let target = Some((&site.place.netns, &mut site.target));
    let mut executor = Executor::new(&mut site.host, target, &ctx.interrupt);
    let done = fault::point("the reservation")
        .and_then(|()| executor.run(&steps))
        .and_then(|()| site.place.still_there());
    match done {
        Ok(()) => {
            executor.commit();
            let outcomes = drafts.into_iter().map(|(record, warnings)| Outcome {
                change: Change::Attached,
                record,
                warnings,
            });
            Ok(outcomes.collect())
        }
        Err(error) => {
            let leftover = executor.roll_back();
            let registry = ctx.registry();
            let forgotten = registry.and_then(|registry| {
                drafts
                    .iter()
                    .try_for_each(|(record, _)| registry.release(record))
            });
            Err(named(
                install::with_leftover(error, leftover, forgotten),
                &drafts,
            ))
        }
    }
}

/// Says of an error what could not be attached.
fn named(error: Error, drafts: &[(AttachmentRecord, Vec<String>)]) -> Error {
    let Some((first, _)) = drafts.first() else {
        return error;
    };
    let (target, link) = (&first.owner.target, &first.link);
    match drafts.len() {
        1 => error.while_doing(&format!("cannot attach `{target}` to `{link}`")),
        n => error.while_doing(&format!("cannot attach the {n} links of `{target}`")),
    }
}

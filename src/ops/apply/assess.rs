//! The attachments of a file beside what is recorded and what the kernel has: which are as
//! they should be, and what has to be done for the others.

use std::collections::BTreeMap;
use std::time::Duration;

use super::extras::extras;
use super::survey::Survey;
use super::{Action, Change, Options, Prune, Report, Sort};
use crate::error::{Error, Result};
use crate::ops::compare::{Difference, difference};
use crate::ops::drift::{drift, settings};
use crate::ops::{Context, network, ovs_bridge};
use crate::registry::record::AttachmentRecord;
use crate::resolve::place::canonical;
use crate::resolve::{Inside, Place};
use crate::spec::topology::AttachmentItem;
use crate::spec::{Attachment, IfName, LinkArg, LinkKind, LinkSpec, Shape, Target, Topology};

/// What has to be done for one attachment.
#[derive(Debug)]
pub(super) enum Verdict {
    /// Nothing.
    Same,
    /// Nothing of it is there.
    New,
    /// It is there, and lacks something that attaching it again adds or mends.
    Mend,
    /// It has to be made anew.
    Anew,
    /// How it is shaped differs.
    Reshape,
    /// It cannot be done.
    Refused(Error),
}

/// One attachment of a file with what has to be done.
#[derive(Debug)]
pub(super) struct Item {
    /// The request.
    pub request: Attachment,
    /// What has to be done.
    pub verdict: Verdict,
    /// What is recorded.
    pub record: Option<AttachmentRecord>,
    /// What changes, in words.
    pub change: Change,
}

/// The attachments of one target.
#[derive(Debug)]
pub(super) struct TargetPlan {
    /// The target, if it is there.
    pub place: Result<Place>,
    /// How long to wait for it.
    pub wait: Option<Duration>,
    /// Its attachments in the order of the file; those that are as they should be are left
    /// out.
    pub items: Vec<Item>,
}

/// The longest wait that the attachments of a target ask for.
fn patience(items: &[&AttachmentItem], options: &Options) -> Option<Duration> {
    let own = items.iter().filter_map(|item| item.wait);
    let own = own.map(|seconds| Duration::from_secs(seconds.into()));
    own.chain(options.wait).max()
}

/// Compares all attachments of a file; counts those that are as they should be.
pub(super) fn attachments(
    ctx: &Context,
    topology: &Topology,
    options: &Options,
    survey: &mut Survey,
    report: &mut Report,
) -> Vec<TargetPlan> {
    let mut plans = Vec::new();
    for (target, items) in by_target(topology) {
        let plan = assess(ctx, topology, options, survey, (&target, &items));
        report.unchanged += items.len() - plan.items.len();
        if !plan.items.is_empty() {
            plans.push(plan);
        }
    }
    plans
}

/// The attachments of a file by target.
pub(super) fn by_target(topology: &Topology) -> Vec<(Target, Vec<&AttachmentItem>)> {
    let mut order: Vec<Target> = Vec::new();
    let mut all: BTreeMap<Target, Vec<&AttachmentItem>> = BTreeMap::new();
    let mut seen: BTreeMap<&Target, Target> = BTreeMap::new();
    for item in &topology.attachments {
        let asked = &item.request.target;
        let target = seen.entry(asked).or_insert_with(|| canonical(asked));
        let items = all.entry(target.clone()).or_default();
        if items.is_empty() {
            order.push(target.clone());
        }
        items.push(item);
    }
    order
        .into_iter()
        .filter_map(|target| {
            let items = all.remove(&target)?;
            Some((target, items))
        })
        .collect()
}

/// Compares the attachments of one target.
pub(super) fn assess(
    ctx: &Context,
    topology: &Topology,
    options: &Options,
    survey: &mut Survey,
    (target, items): (&Target, &[&AttachmentItem]),
) -> TargetPlan {
    let wait = patience(items, options);
    let place = ctx.place(target, wait);
    let resolved: Vec<Result<Attachment>> = items
        .iter()
        .map(|item| {
            let mut request = resolved(ctx, topology, item)?;
            leave_network(survey, &mut request)?;
            Ok(request)
        })
        .collect();
    let name = place.as_ref().map_or(target, |place| &place.target);
    let records = survey.attachments.get(name).cloned().unwrap_or_default();
    let pairs = pair(&resolved, &records);
    let looked = match &place {
        Ok(place) if !records.is_empty() => look(place, &records).map(Some),
        _ => Ok(None),
    };
    let mut out: Vec<Item> = Vec::new();
    for ((request, at), item) in resolved.into_iter().zip(pairs).zip(items) {
        let record = at.and_then(|at| records.get(at));
        let judged = match (request, &looked) {
            (Err(error), _) => (item.request.clone(), Verdict::Refused(error), Vec::new()),
            (Ok(request), Err(error)) => {
                let error = Error::failed(error.to_string());
                (request, Verdict::Refused(error), Vec::new())
            }
            (Ok(request), Ok(inside)) => {
                let known = record.zip(inside.as_ref());
                let place = place.as_ref().ok();
                match judge(ctx, options, survey, (place, &records), &request, known) {
                    Ok((verdict, reasons)) => (request, verdict, reasons),
                    Err(error) => (request, Verdict::Refused(error), Vec::new()),
                }
            }
        };
        let (request, verdict, reasons) = judged;
        if matches!(verdict, Verdict::Same) {
            continue;
        }
        let change = change(&request, record, &verdict, reasons);
        out.push(Item {
            request,
            verdict,
            record: record.cloned(),
            change,
        });
    }
    if let Ok(place) = &place {
        name_them(ctx, survey, place, &records, &mut out);
    }
    TargetPlan {
        place,
        wait,
        items: out,
    }
}

fn change(
    request: &Attachment,
    record: Option<&AttachmentRecord>,
    verdict: &Verdict,
    reasons: Vec<String>,
) -> Change {
    let addresses: Vec<_> = request.addresses.iter().map(ToString::to_string).collect();
    let ifname = record.map(|record| &record.owner.ifname);
    let name = match ifname.or(request.ifname.as_ref()) {
        Some(ifname) => format!("{} {ifname}", request.target),
        None => request.target.to_string(),
    };
    let action = match (verdict, record) {
        (Verdict::New, _) | (_, None) => Action::Add,
        _ => Action::Change,
    };
    Change {
        action,
        sort: Sort::Attachment,
        name,
        what: format!("in {} with {}", request.plug(), addresses.join(", ")),
        reasons,
    }
}

/// What is inside a target, with the settings that comparing needs.
fn look(place: &Place, records: &[AttachmentRecord]) -> Result<Inside> {
    let read = Inside::read(&place.netns, |_| {
        let mut keys: Vec<String> = records.iter().flat_map(settings).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    });
    read.map(|(inside, _)| inside)
}

/// Which record each request is about: those that name an interface first, then the others
/// in order, and no record twice.
pub(super) fn pair(
    requests: &[Result<Attachment>],
    records: &[AttachmentRecord],
) -> Vec<Option<usize>> {
    let mut taken = vec![false; records.len()];
    let mut pairs = vec![None; requests.len()];
    for named in [true, false] {
        for (nth, request) in requests.iter().enumerate() {
            let Ok(request) = request else { continue };
            if request.ifname.is_some() != named {
                continue;
            }
            let fits = |record: &AttachmentRecord| match &request.ifname {
                Some(ifname) => record.owner.ifname == *ifname,
                None => {
                    let bare = request.static_addresses().next().is_none() && !request.wants_auto();
                    let asks = request.asks_network(true) || request.asks_network(false);
                    difference(request, record).is_none()
                        && (!bare || asks || record.own_addresses().is_empty())
                }
            };
            let found = records
                .iter()
                .enumerate()
                .position(|(at, record)| !taken[at] && fits(record));
            if let Some(at) = found {
                taken[at] = true;
                pairs[nth] = Some(at);
            }
        }
    }
    pairs
}

/// What has to be done for one request, and why.
fn judge(
    ctx: &Context,
    options: &Options,
    survey: &mut Survey,
    (place, records): (Option<&Place>, &[AttachmentRecord]),
    request: &Attachment,
    known: Option<(&AttachmentRecord, &Inside)>,
) -> Result<(Verdict, Vec<String>)> {
    let Some((record, inside)) = known else {
        return Ok((Verdict::New, Vec::new()));
    };
    if place.is_some_and(|place| place.container != record.container) {
        return Ok((Verdict::Mend, vec!["it is of an earlier container".into()]));
    }
    if record.is_unsettled() {
        let word = record.state_word();
        return Ok((Verdict::Mend, vec![format!("it is {word}")]));
    }
    let Difference {
        mut conflicts,
        addresses,
        auto,
        asks,
    } = difference(request, record);
    if options.prune != Prune::No {
        conflicts.extend(extras(request, record));
    }
    if !conflicts.is_empty() {
        let own = record.topology.is_some() && record.topology.as_ref() == ctx.topology();
        if own || options.replace || request.replace {
            return Ok((Verdict::Anew, conflicts));
        }
        let error = Error::conflict(format!(
            "`{}` of `{}` is attached already, and {}",
            record.owner.ifname,
            record.owner.target,
            conflicts.join("; ")
        ));
        let error = match (&record.topology, ctx.topology()) {
            (Some(other), _) => error.hint(format!("it was made for the topology `{other}`")),
            (None, _) => error.hint("it was not made for a topology of this name"),
        };
        return Err(error.hint("give --replace to make it anew, or another ifname"));
    }
    let mut reasons: Vec<String> = addresses
        .iter()
        .map(|ip| format!("it has no address {ip}"))
        .collect();
    if auto {
        reasons.push("it has no address chosen by netpipe".into());
    }
    reasons.extend(
        asks.iter()
            .map(|ask| format!("it does not ask for {}", ask.word())),
    );
    if reasons.is_empty() {
        let host = survey.host_side(ctx, record)?;
        let found = drift(ctx.boot_id()?, record, records, &host, inside);
        reasons.extend(found.iter().map(ToString::to_string));
    }
    if !reasons.is_empty() {
        return Ok((Verdict::Mend, reasons));
    }
    match reshaped(request, record, options) {
        Some(reason) => Ok((Verdict::Reshape, vec![reason])),
        None => Ok((Verdict::Same, Vec::new())),
    }
}

/// How the shapes of an attachment and its far end differ, if they do.
fn reshaped(request: &Attachment, record: &AttachmentRecord, options: &Options) -> Option<String> {
    let differs = |is: Option<Shape>, wanted: Option<Shape>| match (is, wanted) {
        (is, Some(wanted)) if is != Some(wanted) => Some(match is {
            Some(is) => format!("its shape is {is}, not {wanted}"),
            None => "it is not shaped".into(),
        }),
        (Some(is), None) if options.prune != Prune::No => Some(format!("its shape is {is}")),
        _ => None,
    };
    let far = record.peer.as_ref().zip(request.peer.as_ref());
    differs(record.shape, request.shape)
        .or_else(|| far.and_then(|(is, wanted)| differs(is.shape, wanted.shape)))
}

/// Gives new attachments without a name theirs where one might be taken for another: two
/// alike in one target, or one alike what is there.
fn name_them(
    ctx: &Context,
    survey: &Survey,
    place: &Place,
    records: &[AttachmentRecord],
    items: &mut [Item],
) {
    let is_nameless =
        |item: &Item| matches!(item.verdict, Verdict::New) && item.request.ifname.is_none();
    let nameless = items.iter().filter(|item| is_nameless(item)).count();
    if nameless == 0 || (nameless == 1 && records.is_empty()) {
        return;
    }
    let Ok((inside, _)) = Inside::read(&place.netns, |_| Vec::new()) else {
        // Attaching will tell.
        return;
    };
    let mut taken: Vec<IfName> = records
        .iter()
        .map(|record| record.owner.ifname.clone())
        .chain(items.iter().filter_map(|item| item.request.ifname.clone()))
        .collect();
    let wires = survey.wires.get(&place.target).into_iter().flatten();
    taken.extend(wires.map(|(name, _)| name.clone()));
    let _ = ctx;
    for item in items.iter_mut().filter(|item| is_nameless(item)) {
        let name = inside.free_ifname(&taken);
        item.change.name = format!("{} {name}", item.request.target);
        item.request.ifname = Some(name.clone());
        taken.push(name);
    }
}

/// Names the network of a request whose link's network is about to go.
fn leave_network(survey: &Survey, request: &mut Attachment) -> Result<()> {
    if survey.leaving.is_empty() || !request.register || request.network.is_some() {
        return Ok(());
    }
    let mut networks = survey.network_specs();
    let now = network::of_request(&networks, request, &request.link.name)?;
    if survey.leaving.contains(&now) && request.peer.is_none() {
        networks.retain(|(name, _)| !survey.leaving.contains(name));
        let then = network::of_request(&networks, request, &request.link.name)?;
        request.network = Some(then).filter(|then| *then != now);
    }
    Ok(())
}

/// The request of an item on this host: a network of the file need not be registered yet, nor
/// a bridge of the file be there.
pub(super) fn resolved(
    ctx: &Context,
    topology: &Topology,
    item: &AttachmentItem,
) -> Result<Attachment> {
    let mut request = item.request.clone();
    let bridge_kind = |name: &IfName| {
        let mut bridges = topology.bridges.iter();
        let found = bridges.find(|bridge| bridge.name == *name)?;
        Some(match found.ovs {
            true => LinkKind::Ovs,
            false => LinkKind::Bridge,
        })
    };
    let mut vlan = None;
    match &item.link {
        LinkArg::Network(name) => {
            let mut networks = topology.networks.iter();
            match networks.find(|net| net.name == *name) {
                Some(net) => {
                    let bridge = net.spec.bridge.clone().ok_or_else(|| {
                        Error::usage(format!("network `{name}` names no bridge"))
                            .hint("name the link itself, with `network` for the addresses")
                    })?;
                    let kind = match bridge_kind(&bridge) {
                        Some(kind) => kind,
                        None if ovs_bridge::is_meant(ctx, &bridge)? => LinkKind::Ovs,
                        None => LinkKind::Bridge,
                    };
                    request.link = LinkSpec {
                        kind: Some(kind),
                        name: bridge,
                    };
                    vlan = net.spec.vlan;
                }
                None => {
                    let meant = network::link(ctx, item.link.clone())?;
                    request.link = meant.link;
                    vlan = meant.vlan;
                }
            }
        }
        LinkArg::Link(link) => {
            if link.kind.is_none() {
                request.link.kind = bridge_kind(&link.name);
            }
        }
        other => {
            let meant = network::link(ctx, other.clone())?;
            request.link = meant.link;
        }
    }
    request.vlan = network::vlan_in(request.vlan, vlan)?;
    request.validated()
}

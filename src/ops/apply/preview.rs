//! What an apply would do, as commands. Each attachment of a target is planned with what
//! those before it will have left there.

use std::collections::HashMap;

use super::assess::{self, Item, TargetPlan, Verdict};
use super::survey::Survey;
use super::{Change, Options, Plan, Report, host, prune, tunnels};
use crate::error::{Error, Result};
use crate::ops::draft::{Draft, Known, Segment};
use crate::ops::install::Site;
use crate::ops::{Context, attach, many, shape};
use crate::plan::Step;
use crate::plan::addressing::{self, Families};
use crate::registry::record::{AttachmentRecord, OWN_BRIDGE};
use crate::resolve::host::{Anchor, Bridge};
use crate::resolve::{Inside, Place};
use crate::spec::{Attachment, IfName, LinkKind, LinkSpec, Topology, VlanId};
use crate::sys::link::Link;

pub(super) fn plan(ctx: &Context, topology: &Topology, options: &Options) -> Result<Plan> {
    let mut survey = Survey::read(ctx)?;
    let leaving = prune::leaving(ctx, topology, options, &survey)?;
    survey.leaving.clone_from(leaving.networks());
    let (early, late) = leaving.commands(ctx);
    let mut plan = Plan {
        changes: early,
        unchanged: 0,
    };
    for (tasks, same) in [
        host::networks(ctx, topology, options, &survey),
        host::bridges(ctx, topology, options, &survey),
        tunnels::assess(ctx, topology, options, &survey),
    ] {
        plan.unchanged += same;
        plan.changes.extend(tasks.into_iter().map(|(change, task)| {
            let commands = task.and_then(|task| host::commands(ctx, topology, &survey, &task));
            (change, commands)
        }));
    }
    let mut report = Report::default();
    let coming = coming(topology, &survey);
    let plans = assess::attachments(ctx, topology, options, &mut survey, &mut report);
    plan.unchanged += report.unchanged;
    ctx.interrupt.check()?;
    for target in plans {
        ctx.interrupt.check()?;
        plan.changes
            .extend(of_target(ctx, topology, &survey, &coming, target));
    }
    plan.changes.extend(late);
    Ok(plan)
}

/// The bridges of the file that are not there yet, as they will be.
fn coming(topology: &Topology, survey: &Survey) -> HashMap<IfName, Link> {
    let missing = topology
        .bridges
        .iter()
        .filter(|item| !item.ovs && survey.link(&item.name).is_none());
    missing
        .map(|item| {
            let link = Link {
                name: item.name.to_string(),
                kind: Some("bridge".into()),
                mtu: item.mtu.map_or(1500, |mtu| mtu.0),
                up: true,
                alias: Some(OWN_BRIDGE.into()),
                knows_vlans: true,
                vlan_filtering: item.vlans.is_some(),
                default_pvid: VlanId::new(1),
                ..Link::default()
            };
            (item.name.clone(), link)
        })
        .collect()
}

fn of_target(
    ctx: &Context,
    topology: &Topology,
    survey: &Survey,
    coming: &HashMap<IfName, Link>,
    plan: TargetPlan,
) -> Vec<(Change, Result<Vec<String>>)> {
    let place = match plan.place {
        Ok(place) => place,
        Err(error) => {
            let mut error = Some(error);
            let changes = plan.items.into_iter().map(|item| {
                let told = error.take().map_or(Ok(Vec::new()), Err);
                (item.change, told)
            });
            return changes.collect();
        }
    };
    let asked: Vec<_> = plan.items.iter().map(|item| &item.request).collect();
    let mut scene = Scene::new(ctx, topology, survey, &place, &asked);
    let changes = plan.items.into_iter().map(|mut item| {
        let commands = match (
            &mut scene,
            std::mem::replace(&mut item.verdict, Verdict::Same),
        ) {
            (_, Verdict::Refused(error)) => Err(error),
            (Ok(scene), verdict) => {
                item.verdict = verdict;
                scene.commands(ctx, coming, &item)
            }
            (Err(error), _) => Err(Error::failed(error.to_string())),
        };
        (item.change, commands)
    });
    changes.collect()
}

/// A target as it will be by then.
struct Scene<'a> {
    site: Site<'a>,
    records: Vec<AttachmentRecord>,
    known: Known,
    segments: Vec<(LinkSpec, [bool; 3], Segment)>,
}

impl<'a> Scene<'a> {
    fn new(
        ctx: &Context,
        topology: &Topology,
        survey: &Survey,
        place: &'a Place,
        asked: &[&Attachment],
    ) -> Result<Self> {
        let records = survey.attachments.get(&place.target).cloned();
        let mut networks = survey.network_specs();
        for item in &topology.networks {
            networks.retain(|(name, _)| *name != item.name);
            networks.push((item.name.clone(), item.spec.clone()));
        }
        let wires = survey.wires.get(&place.target).cloned();
        Ok(Self {
            site: Site::open(ctx, place, |inside| all_settings(inside, asked))?,
            records: records.unwrap_or_default(),
            known: Known {
                wires: wires.unwrap_or_default(),
                networks,
            },
            segments: Vec::new(),
        })
    }

    fn commands(
        &mut self,
        ctx: &Context,
        coming: &HashMap<IfName, Link>,
        item: &Item,
    ) -> Result<Vec<String>> {
        let mut request = item.request.clone();
        if let Some(record) = &item.record {
            request.ifname = Some(record.owner.ifname.clone());
        }
        match item.verdict {
            Verdict::New if !request.stands_alone() => {}
            Verdict::New => return attach::dry_run(ctx, &request, None),
            Verdict::Anew => {
                request.replace = true;
                return attach::preview(ctx, &request, None, true);
            }
            Verdict::Reshape => {
                let Some(record) = &item.record else {
                    return Ok(Vec::new());
                };
                let owner = &record.owner;
                return shape::dry_run(ctx, &owner.target, &owner.ifname, request.shape);
            }
            _ => return attach::dry_run(ctx, &request, None),
        }
        let place = self.site.place;
        let segment = self.segment(ctx, coming, &request)?;
        let site = &mut self.site;
        let mut draft = Draft::among(ctx, site, &request, &self.records, segment, &self.known)?;
        draft.choose_addresses(ctx, site, &request)?;
        let steps = draft.plan(site)?;
        many::foresee(&mut site.inside, &draft.record, &steps);
        self.records.push(draft.record);
        let enter = place.enter();
        let shown = steps
            .iter()
            .filter(|step| !made_before(step, &request.link.name, self));
        Ok(shown.map(|step| step.command(&enter)).collect())
    }

    fn segment(
        &mut self,
        ctx: &Context,
        coming: &HashMap<IfName, Link>,
        request: &Attachment,
    ) -> Result<Segment> {
        let link = coming.get(&request.link.name);
        let is_bridge = matches!(request.link.kind, None | Some(LinkKind::Bridge));
        if let Some(link) = link.filter(|_| is_bridge) {
            let anchor = Anchor::Bridge(Bridge::Existing(link.clone()));
            return Ok(Segment::bare(anchor));
        }
        let switches = [
            request.firewall,
            request.vlan.is_some(),
            request.vlan_filtering,
        ];
        let known = self.segments.iter();
        let mut known = known.filter(|(of, on, _)| *of == request.link && *on == switches);
        if let Some((.., segment)) = known.next() {
            return Ok(segment.clone());
        }
        let segment = Segment::of(ctx, &mut self.site.host, request)?;
        self.segments
            .push((request.link.clone(), switches, segment.clone()));
        Ok(segment)
    }
}

/// Nothing of an attachment's own steps is made by an earlier one of the same target but its
/// bridge, which is then there.
fn made_before(step: &Step, bridge: &IfName, scene: &Scene<'_>) -> bool {
    let again = matches!(step, Step::AddBridge { name, .. } if name == bridge);
    let users = scene.records.iter().filter(|record| record.link == *bridge);
    again && users.count() > 1
}

/// All settings that planning may ask for, whatever the addresses.
fn all_settings(inside: &Inside, asked: &[&Attachment]) -> Vec<String> {
    let any = IfName::eth(0);
    let mut keys = addressing::settings(&any, Families::BOTH, &[], inside, false);
    for request in asked {
        let dev = request.ifname.as_ref().unwrap_or(&any);
        let sysctls = &request.sysctls;
        keys.extend(addressing::settings(
            dev,
            Families::BOTH,
            sysctls,
            inside,
            false,
        ));
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

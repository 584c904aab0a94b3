//! What a detach would do, as commands: its checks, and its steps in its order, each
//! planned with what the ones before it have left.

use super::detach::{self, Whereabouts, Which};
use super::ovs_bridge::Switched;
use super::standing::{self, Standing};
use super::{Context, card_side, filtering, unplug};
use crate::error::{Context as _, Error, Result};
use crate::plan::card_step::CardStep;
use crate::plan::kind::{ovs, phys};
use crate::plan::{PhysStep, Side, Step, teardown, wire_step};
use crate::registry::record::AttachmentRecord;
use crate::resolve::Inside;
use crate::spec::{IfName, LinkKind, MARK, Sysctl, Target};
use crate::sys::addr::{self, Address};
use crate::sys::firewall::{self, BridgeRule};
use crate::sys::link::{self, Link};

/// The steps a detach would run, as commands. Nothing is changed.
///
/// # Errors
/// As [`detach::detach`].
pub fn commands(ctx: &Context, target: &Target, which: &Which) -> Result<Vec<String>> {
    let doing = format!("cannot detach `{target}`");
    let work = || {
        let (own, wires) = detach::far_ends(ctx, target, which)?;
        let mut commands = match own {
            true => inner(ctx, target, which)?,
            false => Vec::new(),
        };
        for owner in wires {
            commands.extend(inner(ctx, &owner.target, &Which::Named(owner.ifname))?);
        }
        Ok(commands)
    };
    work().map_err(|error: Error| error.while_doing(&doing))
}

fn inner(ctx: &Context, target: &Target, which: &Which) -> Result<Vec<String>> {
    let found = ctx.place(target, None);
    let name = detach::canonical(ctx, target, &found)?;
    let (found, records) = detach::judged(ctx, found, &name, which)?;
    let Some(whereabouts) = detach::whereabouts(&found, &records) else {
        return found.map(|_| Vec::new());
    };
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let mut preview = Preview::new(ctx, whereabouts, &name, &records)?;
    let mut steps = preview.unplug(ctx)?;
    for record in &records {
        steps.extend(preview.give_back(ctx, record)?);
    }
    let enter = match whereabouts {
        Whereabouts::Here(place) => place.enter(),
        Whereabouts::Gone | Whereabouts::Unknown => String::new(),
    };
    Ok(steps.iter().map(|step| step.command(&enter)).collect())
}

/// Host and target as they would be by now.
struct Preview<'a> {
    /// What the target has, if it is there.
    inside: Option<Inside>,
    /// The links in the target that are to go.
    doomed: Vec<Link>,
    /// Its attachments.
    remaining: Vec<AttachmentRecord>,
    /// What Open vSwitch has of them.
    switched: Switched,
    /// The host's links.
    links: Vec<Link>,
    /// Those that are detached.
    records: &'a [AttachmentRecord],
    done: usize,
}

impl<'a> Preview<'a> {
    fn new(
        ctx: &Context,
        whereabouts: Whereabouts<'_>,
        name: &Target,
        records: &'a [AttachmentRecord],
    ) -> Result<Self> {
        if matches!(whereabouts, Whereabouts::Unknown) && records.iter().any(detach::is_missed) {
            return Err(Error::unreachable(
                "the engine does not answer, so what was replaced inside the target cannot be \
                 put back",
            )
            .hint("repeat the command when the engine is up"));
        }
        let inside_only = |record: &AttachmentRecord| record.host_end().is_err();
        if matches!(whereabouts, Whereabouts::Unknown) && records.iter().any(inside_only) {
            return Err(unplug::unreachable_link());
        }
        let remaining = ctx.registry()?.all_of_target(name)?.records;
        let settings = || remaining.iter().flat_map(detach::displaced_settings);
        let mut doomed = Vec::new();
        let inside = match whereabouts {
            Whereabouts::Here(place) => {
                let (mut inside, _) = Inside::read(&place.netns, |_| settings().collect())?;
                // Their links go together, before anything is put back.
                let boot_id = ctx.boot_id()?;
                let cookie = inside.cookie;
                let own = |record: &&AttachmentRecord| record.is_of(boot_id, cookie);
                for record in records.iter().filter(own) {
                    doomed.extend(inside.link(&record.owner.ifname).cloned());
                    inside.forget(&record.owner.ifname);
                }
                Some(inside)
            }
            Whereabouts::Gone | Whereabouts::Unknown => None,
        };
        Ok(Self {
            inside,
            doomed,
            remaining,
            switched: Switched::read(ctx, records)?,
            links: link::list(&mut ctx.host_door()?).or_failed(|| "cannot list links".into())?,
            records,
            done: 0,
        })
    }

    /// The steps that delete the links that are there.
    fn unplug(&mut self, ctx: &Context) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        for record in self.records {
            steps.extend(self.stranded(ctx, record)?);
            let (side, name, mac) = record.handle();
            let is_its =
                |link: &Link| is_named(link, name) && link.is_proven(mac, Some(&record.mark()));
            let there = match side {
                Side::Host => self.links.iter().any(is_its),
                Side::Target => self.doomed.iter().any(is_its),
            };
            steps.extend(
                self.switched
                    .has_port(record)
                    .then(|| ovs::plug_out(record))
                    .flatten(),
            );
            if there {
                let leaving = teardown::leave(record)?.into_iter();
                // The switch has been asked whether it has the port.
                steps.extend(leaving.filter(|step| !matches!(step, Step::Ovs(_))));
            }
            if side == Side::Host {
                self.links.retain(|link| !is_its(link));
            }
        }
        Ok(steps)
    }

    /// The steps for what outlived the target: a card that the kernel brought back, the far
    /// end of a wire.
    fn stranded(&self, ctx: &Context, record: &AttachmentRecord) -> Result<Vec<Step>> {
        let boot_id = ctx.boot_id()?;
        let mut there = self.inside.iter();
        if there.any(|inside| record.is_of(boot_id, inside.cookie)) {
            return Ok(Vec::new());
        }
        if let Some(far) = record.far()
            && let Standing::Here(place) = standing::of(ctx, &far)?
        {
            return Ok(vec![wire_step::far(&place.enter(), teardown::link(&far))]);
        }
        let mark = record.mark();
        let is_it = |link: &&Link| link.alias.as_ref() == Some(&mark);
        let Some(found) = self.links.iter().find(is_it) else {
            return Ok(Vec::new());
        };
        if record.kind != LinkKind::Phys {
            return Ok(Vec::new());
        }
        let mut card = phys::card(record)?;
        card.ifname = found.name.parse()?;
        let steps = [PhysStep::GoHome(card.clone()), PhysStep::Unmark(card)];
        // On the host, where nothing has to be entered.
        let here = |step| wire_step::far("", Step::Phys(Box::new(step)));
        Ok(steps.map(here).into())
    }

    /// The steps that put back what a wire displaced at its far end.
    fn restore_far(ctx: &Context, record: &AttachmentRecord) -> Result<Vec<Step>> {
        let Some(far) = record.far().filter(|far| !far.saved.sysctls.is_empty()) else {
            return Ok(Vec::new());
        };
        let Standing::Here(place) = standing::of(ctx, &far)? else {
            return Ok(Vec::new());
        };
        let (inside, _) = Inside::read(&place.netns, |_| detach::displaced_settings(&far))?;
        let steps = teardown::restore(&far, &detach::shared_settings(ctx, &far)?, &inside);
        let enter = place.enter();
        Ok(steps
            .into_iter()
            .map(|step| wire_step::far(&enter, step))
            .collect())
    }

    /// What follows when the links are gone: the steps of the next attachment.
    fn give_back(&mut self, ctx: &Context, record: &AttachmentRecord) -> Result<Vec<Step>> {
        let mut steps = Self::restore_far(ctx, record)?;
        steps.extend(self.restore(ctx.boot_id()?, record));
        self.done += 1;
        if record.filters {
            let gone = self.records.get(..self.done).unwrap_or_default();
            let mut host = ctx.host_door()?;
            steps.extend(filtering::last_user(ctx, &mut host, record, gone)?);
        }
        let owners: Vec<_> = self.records.iter().map(|record| &record.owner).collect();
        let gone = owners.get(..self.done).unwrap_or_default();
        if record.card.is_some() {
            let addresses = host_addresses(ctx)?;
            let host = (self.links.as_slice(), addresses.as_slice());
            let leaving = card_side::leaving(ctx, record, gone, host)?;
            self.forget(&leaving);
            steps.extend(leaving);
        } else if ctx.registry()?.are_only_users(gone, &record.link)? {
            steps.extend(self.last_user(ctx, record)?);
        }
        self.remaining.retain(|other| other.owner != record.owner);
        for heir in &mut self.remaining {
            heir.saved = detach::inherited(heir, record);
        }
        Ok(steps)
    }

    /// Takes the links that these steps delete for gone.
    fn forget(&mut self, steps: &[Step]) {
        for step in steps {
            let (Step::DelLink { name, .. } | Step::Card(CardStep::DelUnusedVlan { name, .. })) =
                step
            else {
                continue;
            };
            self.links.retain(|link| !is_named(link, name));
        }
    }

    /// The steps that put back what the attachment displaced.
    fn restore(&mut self, boot_id: &str, record: &AttachmentRecord) -> Vec<Step> {
        let of_now = |now: &&AttachmentRecord| now.owner == record.owner;
        let record = self.remaining.iter().find(of_now).unwrap_or(record);
        let inside = self.inside.as_mut();
        let Some(inside) = inside.filter(|inside| record.is_of(boot_id, inside.cookie)) else {
            return Vec::new();
        };
        let shared = detach::shared_among(&self.remaining, record);
        let steps = teardown::restore(record, &shared, inside);
        for step in &steps {
            match step {
                Step::AddRoute(route) => inside.expect(&route.route, &route.dev),
                Step::SetSysctl { setting, .. } => {
                    let Sysctl { key, value } = setting.clone();
                    inside.sysctls.insert(key, value);
                }
                _ => {}
            }
        }
        steps
    }

    /// The steps of the last user of a bridge: its rules go unless others have ports in it,
    /// and so does the bridge if it would be deleted.
    fn last_user(&self, ctx: &Context, record: &AttachmentRecord) -> Result<Vec<Step>> {
        if record.kind == LinkKind::Ovs {
            let gone = self.records.get(..self.done).unwrap_or_default();
            let unused = self.switched.is_unused(record, gone);
            return Ok(ovs::last_user(record)
                .into_iter()
                .filter(|_| unused)
                .collect());
        }
        let bridge = self.links.iter().find(|link| is_named(link, &record.link));
        let mut steps = teardown::last_user(record, self.rules(record, bridge)?);
        let addresses = host_addresses(ctx)?;
        steps.retain(|step| match step {
            Step::DelUnusedBridge { mac, mark, .. } => bridge.is_some_and(|bridge| {
                teardown::is_unused(bridge, (*mac, mark), &self.links, &addresses)
            }),
            _ => true,
        });
        Ok(steps)
    }

    fn rules(&self, record: &AttachmentRecord, bridge: Option<&Link>) -> Result<Vec<BridgeRule>> {
        let needs_rules = |port: &Link| {
            bridge.is_some_and(|bridge| port.master == Some(bridge.index))
                && port
                    .alias
                    .as_ref()
                    .is_some_and(|alias| alias.starts_with(MARK))
        };
        match self.links.iter().any(needs_rules) {
            true => Ok(Vec::new()),
            false => firewall::owned(Some(record.link.as_str())),
        }
    }
}

fn host_addresses(ctx: &Context) -> Result<Vec<Address>> {
    addr::list(&mut ctx.host_door()?).or_failed(|| "cannot read the host's addresses".into())
}

fn is_named(link: &Link, name: &IfName) -> bool {
    link.name == name.as_str()
}

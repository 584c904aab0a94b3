//! Plugging a target into a link: resolve → reserve → plan → exec → commit.

use std::net::IpAddr;
use std::time::Duration;

use ipnetwork::IpNetwork;

use super::compare::{Difference, difference};
use super::detach::{self, Whereabouts};
use super::install::{self, Site};
use super::{Context, names, recover, repair};
use crate::error::{Context as _, Error, Result};
use crate::plan::kind::bridge;
use crate::plan::{Step, addressing};
use crate::registry::record::{AttachmentRecord, Saved, State, VERSION};
use crate::registry::{Taken, pool};
use crate::resolve::host::{self, Bridge};
use crate::resolve::{Inside, Place};
use crate::spec::{Attachment, IfName, LinkKind, NetworkName, NetworkSpec};
use crate::sys::firewall::{self, BridgeRule};
use crate::sys::{addr, link};

/// How often `auto` chooses again when somebody else was faster.
const TRIES: u32 = 64;

/// What an attach did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// A new attachment.
    Attached,
    /// Addresses were added to one that was there.
    Extended,
    /// What was recorded was put back.
    Repaired,
    /// Another attachment in the same place was replaced.
    Replaced,
    /// Everything was as requested already.
    Unchanged,
}

/// The outcome of an attach.
#[derive(Debug)]
pub struct Outcome {
    /// What it did.
    pub change: Change,
    /// The attachment as it is now.
    pub record: AttachmentRecord,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// Plugs a target into a link, or finds that it is. All of it happens, or none.
///
/// # Errors
/// Conflict if an address, name or place is taken; not found; failed, undone.
pub fn attach(ctx: &Context, request: &Attachment, wait: Option<Duration>) -> Result<Outcome> {
    let doing = format!("cannot attach `{}` to `{}`", request.target, request.link);
    attach_inner(ctx, request, wait).map_err(|error| error.while_doing(&doing))
}

fn attach_inner(ctx: &Context, request: &Attachment, wait: Option<Duration>) -> Result<Outcome> {
    let place = ctx.place(&request.target, wait)?;
    let _lock = ctx.lock_target(&place.target)?;
    let records = recover::target(ctx, &place)?;
    let mut site = open(ctx, &place, request, &records)?;
    let Some((record, difference)) = counterpart(request, &records) else {
        return fresh(ctx, &mut site, request, &records);
    };
    if difference.conflicts.is_empty() {
        return extend_or_keep(ctx, &mut site, request, record, &difference);
    }
    if !request.replace {
        return Err(conflict(record, &difference));
    }
    replace(ctx, site, request, record)
}

/// The steps an attach would run, as commands. Nothing is changed or reserved.
///
/// # Errors
/// As [`attach`].
pub fn dry_run(ctx: &Context, request: &Attachment, wait: Option<Duration>) -> Result<Vec<String>> {
    let place = ctx.place(&request.target, wait)?;
    let records = ctx.registry()?.of_target(&place.target)?;
    let mut site = open(ctx, &place, request, &records)?;
    let enter = place.enter();
    let steps = match counterpart(request, &records) {
        Some((record, difference)) if difference.conflicts.is_empty() => {
            let added = wanted_addresses(
                ctx,
                &mut site,
                request,
                record.network.as_ref(),
                &difference,
            )?;
            let mut record = record.clone();
            record.addresses.clone_from(&added);
            if added.is_empty() {
                return Ok(Vec::new());
            }
            only_new(install::addressing_steps(&record, &added, &site.inside)?)
        }
        Some((record, difference)) if !request.replace => {
            return Err(conflict(record, &difference));
        }
        _ => {
            let mut draft = Draft::new(ctx, &mut site, request, &records)?;
            draft.choose_addresses(ctx, &mut site, request)?;
            draft.plan(&site.inside)?
        }
    };
    Ok(steps.iter().map(|step| step.command(&enter)).collect())
}

/// Opens the target with the settings that planning needs: those of the interface asked
/// for, and of the ones recorded, one of which the request may turn out to mean.
fn open<'a>(
    ctx: &Context,
    place: &'a Place,
    request: &Attachment,
    records: &[AttachmentRecord],
) -> Result<Site<'a>> {
    Site::open(ctx, place, |inside| {
        let dev = ifname(request, inside, records);
        let mut settings =
            addressing::settings(&dev, &request.sysctls, inside.link(&dev).is_some());
        settings.extend(
            records
                .iter()
                .flat_map(|record| install::settings(record, inside)),
        );
        settings.sort_unstable();
        settings.dedup();
        settings
    })
}

/// The interface a new attachment gets: the one asked for, or the first free one.
fn ifname(request: &Attachment, inside: &Inside, records: &[AttachmentRecord]) -> IfName {
    let taken: Vec<_> = records
        .iter()
        .map(|record| record.owner.ifname.clone())
        .collect();
    request
        .ifname
        .clone()
        .unwrap_or_else(|| inside.free_ifname(&taken))
}

/// The recorded attachment a request speaks of: the one of the interface it names, or
/// else one that has all it asks for.
fn counterpart<'r>(
    request: &Attachment,
    records: &'r [AttachmentRecord],
) -> Option<(&'r AttachmentRecord, Difference)> {
    let mut compared = records
        .iter()
        .map(|record| (record, difference(request, record)));
    match &request.ifname {
        Some(ifname) => compared.find(|(record, _)| record.owner.ifname == *ifname),
        None => compared.find(|(record, difference)| {
            let bare = request.static_addresses().next().is_none() && !request.wants_auto();
            difference.is_none() && (!bare || record.addresses.is_empty())
        }),
    }
}

fn conflict(record: &AttachmentRecord, difference: &Difference) -> Error {
    let what = difference.conflicts.join("; ");
    Error::conflict(format!(
        "`{}` is attached already, and {what}",
        record.owner.ifname
    ))
    .hint("give --replace to attach it anew, or another --ifname")
}

/// A new attachment on its way.
struct Draft {
    record: AttachmentRecord,
    bridge: Bridge,
    rules: Vec<BridgeRule>,
}

impl Draft {
    fn new(
        ctx: &Context,
        site: &mut Site<'_>,
        request: &Attachment,
        records: &[AttachmentRecord],
    ) -> Result<Self> {
        let bridge = host::bridge(&mut site.host, &request.link)?;
        let ifname = ifname(request, &site.inside, records);
        if site.inside.link(&ifname).is_some() {
            return Err(Error::conflict(format!(
                "`{ifname}` is in the target already, and not netpipe's"
            ))
            .hint("give another name with --ifname"));
        }
        let owner = ctx.owner(&site.place.target, &ifname);
        let cookie = site.inside.cookie;
        let host_ifname = match &request.host_ifname {
            Some(name) => free_host_ifname(site, name)?,
            None => names::host_ifname(&owner, cookie)?,
        };
        let network = request
            .network
            .clone()
            .unwrap_or_else(|| NetworkName::of_link(&request.link.name));
        let rules = if request.firewall {
            firewall::needed(request.link.name.as_str())?
        } else {
            Vec::new()
        };
        let given = request
            .static_addresses()
            .filter_map(|address| address.gateway);
        let record = AttachmentRecord {
            version: VERSION,
            state: State::Pending,
            boot_id: ctx.boot_id.clone(),
            container: site.place.container.clone(),
            netns_cookie: cookie,
            kind: LinkKind::Bridge,
            link: request.link.name.clone(),
            host_mac: names::host_mac(&owner, cookie),
            mac: request
                .mac
                .as_ref()
                .map_or_else(|| names::mac(&owner), |mac| mac.0),
            mtu: bridge::mtu(&bridge, request.mtu.map(|mtu| mtu.0)),
            host_ifname,
            owner,
            network: request.register.then_some(network),
            addresses: Vec::new(),
            adding: Vec::new(),
            auto: request.wants_auto(),
            gateways: given.chain(request.gateways.iter().copied()).collect(),
            default_route: request.default_route,
            metric: request.metric,
            routes: request.routes.clone(),
            sysctls: request.sysctls.clone(),
            firewall: request.firewall,
            rules: rules.clone(),
            announce: request.announce,
            restoring: false,
            saved: Saved::default(),
        };
        Ok(Self {
            record,
            bridge,
            rules,
        })
    }

    /// Fills in the addresses; `auto` ones are chosen, not reserved yet.
    fn choose_addresses(
        &mut self,
        ctx: &Context,
        site: &mut Site<'_>,
        request: &Attachment,
    ) -> Result<()> {
        let network = self.record.network.clone();
        let all = Difference {
            addresses: request
                .static_addresses()
                .map(|address| address.ip)
                .collect(),
            auto: request.wants_auto(),
            ..Difference::default()
        };
        self.record.addresses = wanted_addresses(ctx, site, request, network.as_ref(), &all)?;
        if !request.default_route {
            return Ok(());
        }
        let Some(name) = network else { return Ok(()) };
        let Some(spec) = ctx.registry()?.network(&name)? else {
            return Ok(());
        };
        for ip in &self.record.addresses {
            let known = self
                .record
                .gateways
                .iter()
                .any(|gateway| gateway.is_ipv4() == ip.is_ipv4());
            if let Some(gateway) = spec.gateway_for(*ip).filter(|_| !known) {
                self.record.gateways.push(gateway);
            }
        }
        Ok(())
    }

    /// The steps, with what they displace noted in the record.
    fn plan(&mut self, inside: &Inside) -> Result<Vec<Step>> {
        let steps = install::steps(&self.record, &self.bridge, &self.rules, inside)?;
        self.record.saved = install::displaced(&self.record, &steps);
        Ok(steps)
    }
}

/// Refuses a name for the host's end that is taken.
fn free_host_ifname(site: &mut Site<'_>, name: &IfName) -> Result<IfName> {
    let taken = link::find(&mut site.host, name.as_str())
        .or_failed(|| format!("cannot look up the link `{name}`"))?;
    match taken {
        None => Ok(name.clone()),
        Some(_) => Err(Error::conflict(format!("`{name}` is on the host already"))
            .hint("give another name with --host-ifname, or none to have one chosen")),
    }
}

/// The addresses a request asks for that are not there yet, checked against what the
/// target has; `auto` ones are chosen from the network's pool.
fn wanted_addresses(
    ctx: &Context,
    site: &mut Site<'_>,
    request: &Attachment,
    network: Option<&NetworkName>,
    missing: &Difference,
) -> Result<Vec<IpNetwork>> {
    let dev = request
        .ifname
        .clone()
        .unwrap_or_else(|| IfName::eth(u32::MAX));
    let mut addresses = missing.addresses.clone();
    if let Some(network) = network.filter(|_| missing.auto) {
        addresses.extend(choose(ctx, site, request, network)?);
    }
    for address in &addresses {
        site.inside.check_free(*address, &dev)?;
    }
    Ok(addresses)
}

/// Chooses `auto` addresses: not the gateways', not the bridge's own, not the ones given.
fn choose(
    ctx: &Context,
    site: &mut Site<'_>,
    request: &Attachment,
    name: &NetworkName,
) -> Result<Vec<IpNetwork>> {
    let registry = ctx.registry()?;
    let mut network = registry.network(name)?.unwrap_or_default();
    if !request.subnets.is_empty() {
        let given = NetworkSpec {
            subnets: request.subnets.clone(),
            ..NetworkSpec::default()
        };
        network.subnets = given.validated()?.subnets;
        network.ranges.retain(|range| {
            network
                .subnets
                .iter()
                .any(|subnet| subnet.contains(range.first))
        });
    }
    let mut used: Vec<IpAddr> = request.gateways.clone();
    used.extend(request.static_addresses().map(|address| address.ip.ip()));
    if let Bridge::Existing(found) = host::bridge(&mut site.host, &request.link)? {
        let held =
            addr::list(&mut site.host).or_failed(|| "cannot read the host's addresses".into())?;
        used.extend(
            held.iter()
                .filter(|a| a.link == found.index)
                .map(|a| a.ip.ip()),
        );
    }
    pool::choose(&registry, name, &network, &used)
}

/// Makes an attachment where there is none.
fn fresh(
    ctx: &Context,
    site: &mut Site<'_>,
    request: &Attachment,
    records: &[AttachmentRecord],
) -> Result<Outcome> {
    // Held until the steps are done: nobody makes or removes this bridge meanwhile.
    let _lock = ctx.lock_bridge(&request.link.name)?;
    let mut draft = Draft::new(ctx, site, request, records)?;
    let warnings = warnings(&draft);
    for _ in 0..TRIES {
        draft.choose_addresses(ctx, site, request)?;
        let steps = draft.plan(&site.inside)?;
        let fresh: Vec<IpAddr> = draft.record.addresses.iter().map(|ip| ip.ip()).collect();
        match install::install(ctx, site, &steps, &draft.record, None, &fresh)? {
            Ok(record) => {
                return Ok(Outcome {
                    change: Change::Attached,
                    record,
                    warnings,
                });
            }
            Err(taken) => make_way(ctx, request, taken)?,
        }
    }
    Err(Error::failed("other processes keep taking the addresses chosen").hint("try again"))
}

/// Decides whether a taken address is worth another try: one chosen by netpipe is, and
/// so is one that a crashed netpipe on this host left behind.
fn make_way(ctx: &Context, request: &Attachment, taken: Taken) -> Result<()> {
    let given = request
        .static_addresses()
        .any(|address| address.ip.ip() == taken.ip);
    if !given || recover::free_abandoned(ctx, &taken)? {
        return Ok(());
    }
    Err(taken.into())
}

fn warnings(draft: &Draft) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Bridge::Existing(bridge) = &draft.bridge
        && bridge.mtu != draft.record.mtu
    {
        warnings.push(format!(
            "the MTU of `{}` is {}, but that of its bridge `{}` is {}: large frames may be lost",
            draft.record.owner.ifname, draft.record.mtu, bridge.name, bridge.mtu
        ));
    }
    warnings
}

/// The interface is there and nothing is at odds: adds what is missing.
fn extend_or_keep(
    ctx: &Context,
    site: &mut Site<'_>,
    request: &Attachment,
    record: &AttachmentRecord,
    difference: &Difference,
) -> Result<Outcome> {
    let repaired = repair::record(ctx, site, record)?;
    let record = repaired.as_ref().unwrap_or(record);
    if difference.is_none() {
        let change = if repaired.is_some() {
            Change::Repaired
        } else {
            Change::Unchanged
        };
        return Ok(Outcome {
            change,
            record: record.clone(),
            warnings: Vec::new(),
        });
    }
    for _ in 0..TRIES {
        let network = record.network.clone();
        let mut named = request.clone();
        named.ifname = Some(record.owner.ifname.clone());
        let added = wanted_addresses(ctx, site, &named, network.as_ref(), difference)?;
        let mut pending = record.clone();
        pending.state = State::Pending;
        pending.addresses.extend(&added);
        pending.auto |= difference.auto;
        pending.adding.clone_from(&added);
        let steps = only_new(install::addressing_steps(&pending, &added, &site.inside)?);
        let fresh: Vec<IpAddr> = added.iter().map(|ip| ip.ip()).collect();
        match install::install(ctx, site, &steps, &pending, Some(record), &fresh)? {
            Ok(record) => {
                return Ok(Outcome {
                    change: Change::Extended,
                    record,
                    warnings: Vec::new(),
                });
            }
            Err(taken) => make_way(ctx, request, taken)?,
        }
    }
    Err(Error::failed("other processes keep taking the addresses chosen").hint("try again"))
}

/// Of the steps for a whole link, those that further addresses need.
fn only_new(steps: Vec<Step>) -> Vec<Step> {
    steps
        .into_iter()
        .filter(|step| !matches!(step, Step::AddRoute(_) | Step::DelRoute(_)))
        .collect()
}

/// Takes the old attachment down and makes the new one; if that fails, the old one is
/// made again.
fn replace(
    ctx: &Context,
    site: Site<'_>,
    request: &Attachment,
    record: &AttachmentRecord,
) -> Result<Outcome> {
    let place = site.place;
    drop(site);
    let replaced = detach::record(ctx, Whereabouts::Here(place), record).and_then(|()| {
        let others = ctx.registry()?.of_target(&place.target)?;
        let mut again = open(ctx, place, request, &others)?;
        fresh(ctx, &mut again, request, &others)
    });
    match replaced {
        Ok(outcome) => Ok(Outcome {
            change: Change::Replaced,
            ..outcome
        }),
        Err(error) => {
            ctx.interrupt.clear();
            Err(match put_back(ctx, place, record) {
                Ok(_) => error.hint("the attachment that was there has been put back"),
                Err(why) => error.hint(format!("the attachment that was there is gone: {why}")),
            })
        }
    }
}

/// Makes an attachment again of which all, some or nothing has been taken down.
fn put_back(ctx: &Context, place: &Place, record: &AttachmentRecord) -> Result<()> {
    let mut site = Site::open(ctx, place, |inside| install::settings(record, inside))?;
    match ctx.registry()?.attachment(&record.owner)? {
        Some(record) => repair::record(ctx, &mut site, &record).map(drop),
        None => repair::reinstall(ctx, &mut site, record).map(drop),
    }
}

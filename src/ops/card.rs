//! Links on a card: what a request means there, what forbids it, and what goes with it.

use std::net::IpAddr;

use super::Context;
use super::standing::{self, Standing};
use crate::error::{Context as _, Error, Result};
use crate::plan::card_step::CardStep;
use crate::plan::kind::card as plan;
use crate::plan::{Step, teardown};
use crate::registry::on_card::{OnCard, auto_vlan};
use crate::registry::record::{AttachmentRecord, Owner};
use crate::resolve::card::{Card, ShimSite, vlan_name};
use crate::resolve::host::{self, Anchor};
use crate::spec::{
    Attachment, CardMode, IfName, LinkKind, LinkSpec, Mac, PortVlan, VlanId, VlanProtocol,
};
use crate::sys::addr::Address;
use crate::sys::link::{self, Link};
use crate::sys::netlink::Door;

/// What the link of a request is on this host, with the VLANs that it names.
///
/// # Errors
/// As [`host::anchor`], and if VLANs are asked for that it cannot have.
pub fn anchor_of(door: &mut Door, request: &Attachment) -> Result<Anchor> {
    let (vlan, svlan) = (request.vlan.as_ref(), request.card.svlan);
    with_vlans(door, &request.link, vlan, svlan)
}

/// The same for what is recorded.
///
/// # Errors
/// As [`anchor_of`].
pub fn anchor_of_record(door: &mut Door, record: &AttachmentRecord) -> Result<Anchor> {
    let spec = LinkSpec {
        kind: Some(record.kind),
        name: record.link.clone(),
    };
    let svlan = record.card.as_ref().and_then(|card| card.svlan);
    with_vlans(door, &spec, record.vlan.as_ref(), svlan)
}

fn with_vlans(
    door: &mut Door,
    spec: &LinkSpec,
    vlan: Option<&PortVlan>,
    svlan: Option<VlanId>,
) -> Result<Anchor> {
    let mut anchor = host::anchor(door, spec)?;
    let inner = match (&anchor, vlan) {
        (Anchor::Card(_), Some(PortVlan::Trunk(_))) => {
            return Err(Error::usage(format!(
                "--trunk is for a port of a bridge, and `{}` is a card",
                spec.name
            ))
            .hint("a link on a card is in one VLAN: give --vlan, and attach once for each"));
        }
        (Anchor::Nothing, Some(_)) => {
            return Err(Error::usage("a dummy leads nowhere, so it is in no VLAN"));
        }
        (_, Some(PortVlan::Access(id))) => Some(*id),
        _ => None,
    };
    if let Anchor::Card(card) = &mut anchor {
        refuse_cut_name(door, &card.link)?;
        let outer = svlan.map(|id| (id, VlanProtocol::Dot1ad));
        let inner = inner.map(|id| (id, VlanProtocol::Dot1q));
        let ids: Vec<_> = outer.into_iter().chain(inner).collect();
        card.find_vlans(door, &ids)?;
    }
    Ok(anchor)
}

/// Refuses a VLAN of netpipe's own under a name that was cut, which does not tell its card:
/// the two would not meet at one lock.
fn refuse_cut_name(door: &mut Door, link: &Link) -> Result<()> {
    let is_auto = |alias: &str| alias.starts_with(&auto_vlan(None));
    let (Some((id, _)), Some(below)) = (link.vlan, link.peer) else {
        return Ok(());
    };
    if !link.alias.as_deref().is_some_and(is_auto) {
        return Ok(());
    }
    let Some(below) = by_index(door, below)? else {
        return Ok(());
    };
    if link.name == format!("{}.{id}", below.name) {
        return Ok(());
    }
    Err(Error::usage(format!(
        "`{}` is netpipe's own name for VLAN {id} of `{}`",
        link.name, below.name
    ))
    .hint(format!("name the card: {} --vlan {id}", below.name)))
}

fn by_index(door: &mut Door, index: u32) -> Result<Option<Link>> {
    link::get_by_index(door, index).or_failed(|| format!("cannot look up link {index}"))
}

/// What the record of a link on a card will say of that; none for other links.
///
/// # Errors
/// A usage error for an option that is not for this kind of link.
pub fn on_card(request: &Attachment, anchor: &Anchor) -> Result<Option<OnCard>> {
    let mode = request.card.mode_for(anchor.kind())?;
    let (Some(mode), Anchor::Card(card)) = (mode, anchor) else {
        return Ok(None);
    };
    let mut sources = request.card.sources.clone();
    sources.sort_unstable();
    Ok(Some(OnCard {
        mode,
        sources,
        svlan: request.card.svlan,
        parent: card.parent_name()?,
        host_shim: request.card.host_shim,
    }))
}

/// The MAC of the link: the one asked for, or the card's where it has no other; none if it
/// is to be chosen.
///
/// # Errors
/// A usage error for a MAC where there is no choice.
pub fn mac(request: &Attachment, anchor: &Anchor, on: Option<&OnCard>) -> Result<Option<Mac>> {
    let asked = request.mac.as_ref().map(|mac| mac.0);
    let (Some(on), Anchor::Card(card)) = (on, anchor) else {
        return Ok(asked);
    };
    if !on.mode.shares_mac() {
        return Ok(asked);
    }
    let name = &card.link.name;
    if asked.is_some() {
        let what = describe(card.kind, on.mode);
        return Err(Error::usage(format!(
            "--mac is not for {what}: it has the MAC of `{name}`"
        ))
        .hint("leave --mac out, or attach as `macvlan:` in another mode"));
    }
    let own = card.top().mac;
    own.map(Some)
        .ok_or_else(|| Error::usage(format!("`{name}` has no MAC to share")))
}

/// Looks at what a new link on a card meets there, and refuses it if it cannot be.
///
/// # Errors
/// A conflict with who is in the way, or a usage error.
pub fn prepare(
    ctx: &Context,
    door: &mut Door,
    anchor: &mut Anchor,
    record: &AttachmentRecord,
) -> Result<()> {
    let Anchor::Card(card) = anchor else {
        return Ok(());
    };
    check_card(card, record.mtu)?;
    if let Some(parent) = card.parent().cloned() {
        check_parent(door, &parent)?;
        check_others(ctx, door, &parent, record)?;
    }
    if let Some(shim) = record.shim()? {
        card.shim = Some(ShimSite::find(door, shim)?);
    }
    Ok(())
}

fn check_card(card: &Card, mtu: u32) -> Result<()> {
    let (name, top) = (&card.link.name, card.top());
    if card.link.hardware != libc::ARPHRD_ETHER {
        return Err(Error::usage(format!(
            "`{name}` is no Ethernet card, and a {} needs one",
            card.kind
        ))
        .hint("see `ip link` for those that say link/ether"));
    }
    if !card.vlans.is_empty() && !card.link.up {
        // `vlan_dev_open` in net/8021q/vlan_dev.c.
        return Err(
            Error::failed(format!("`{name}` is down, and so its VLANs cannot be up"))
                .hint(format!("set it up first: ip link set {name} up")),
        );
    }
    if mtu > top.mtu {
        return Err(Error::usage(format!(
            "an MTU of {mtu} is larger than that of `{}`, which is {}",
            top.name, top.mtu
        ))
        .hint(format!(
            "give a smaller --mtu, or raise that one first: ip link set {} mtu {mtu}",
            top.name
        )));
    }
    Ok(())
}

/// Refuses what can have no link on it, whatever else is there.
fn check_parent(door: &mut Door, parent: &Link) -> Result<()> {
    let name = &parent.name;
    if is_on_card(parent) {
        let kind = parent.kind.as_deref().unwrap_or_default();
        let below = parent.peer.filter(|_| !parent.peer_elsewhere);
        let below = below
            .map(|index| by_index(door, index))
            .transpose()?
            .flatten();
        let refused = Error::conflict(format!("`{name}` is itself a {kind} on a card"));
        return Err(match below {
            Some(card) => refused.hint(format!("name the card itself: {}", card.name)),
            None => refused.hint("name the card itself; see `ip link`"),
        });
    }
    let Some(master) = parent.master else {
        return Ok(());
    };
    let master = by_index(door, master)?;
    let (what, hint) = match &master {
        Some(master) => (
            format!(
                "a port of the {} `{}`",
                master.kind.as_deref().unwrap_or("device"),
                master.name
            ),
            format!(
                "attach to {} itself, or take `{name}` out of it",
                master.name
            ),
        ),
        None => ("a port of another device".into(), "see `ip link`".into()),
    };
    Err(Error::conflict(format!(
        "`{name}` is {what}, and a port can have neither macvlans nor ipvlans"
    ))
    .hint(format!("{hint}: ip link set {name} nomaster")))
}

fn is_on_card(link: &Link) -> bool {
    let kinds = ["macvlan", "macvtap", "ipvlan", "ipvtap"];
    link.kind
        .as_deref()
        .is_some_and(|kind| kinds.contains(&kind))
}

/// A link that is on the same card.
struct Other {
    who: String,
    kind: LinkKind,
    mode: CardMode,
    hint: String,
}

impl Other {
    fn what(&self) -> String {
        format!("{} (`{}`)", describe(self.kind, self.mode), self.who)
    }
}

/// A kind of link in a mode, with its article.
fn describe(kind: LinkKind, mode: CardMode) -> String {
    match (kind, mode == CardMode::Passthru) {
        (LinkKind::Ipvlan, _) => "an ipvlan".into(),
        (_, true) => "a macvlan in mode `passthru`".into(),
        (_, false) => "a macvlan".into(),
    }
}

/// Refuses a link that the card cannot have beside those that it has: the kernel would say
/// "device or resource busy" or "invalid argument", or change the others.
fn check_others(
    ctx: &Context,
    door: &mut Door,
    parent: &Link,
    record: &AttachmentRecord,
) -> Result<()> {
    let Some(mode) = record.mode() else {
        return Ok(());
    };
    let name = &parent.name;
    for other in others(ctx, door, parent, record)? {
        let what = other.what();
        let why = if other.kind != record.kind {
            format!("`{name}` has {what}, and a card can have either macvlans or ipvlans")
        } else if other.mode == CardMode::Passthru {
            format!("`{name}` has {what}, which has the card for itself")
        } else if mode == CardMode::Passthru {
            format!("`{name}` has {what}, and one in mode `passthru` has the card for itself")
        } else if record.kind == LinkKind::Ipvlan && other.mode != mode {
            format!(
                "`{name}` has {what} in mode `{}`, and all ipvlans of a card have one mode",
                other.mode
            )
        } else {
            continue;
        };
        return Err(Error::conflict(why).hint(other.hint));
    }
    Ok(())
}

/// What is on the same card: of netpipe's, by the records, for it is in containers; and what
/// the host has there.
fn others(
    ctx: &Context,
    door: &mut Door,
    parent: &Link,
    record: &AttachmentRecord,
) -> Result<Vec<Other>> {
    let mut found = Vec::new();
    for other in ctx.registry()?.users_of(&parent.name.parse()?)? {
        let Some(mode) = other.mode().filter(|_| other.owner != record.owner) else {
            continue;
        };
        // What is gone is in nobody's way; its record waits for `gc`.
        if mode.kind() == record.kind && Some(mode) == record.mode() && mode != CardMode::Passthru {
            continue;
        }
        if matches!(standing::of(ctx, &other), Ok(Standing::Gone(_))) {
            continue;
        }
        let Owner { target, ifname, .. } = &other.owner;
        found.push(Other {
            who: format!("{ifname} of {target}"),
            kind: other.kind,
            mode,
            hint: format!("detach that one first: netpipe detach {target} {ifname}"),
        });
    }
    let links = link::list(door).or_failed(|| "cannot list links".into())?;
    let shim = record.shim()?;
    for link in links.iter().filter(|link| is_on_card(link)) {
        let on_it = link.peer == Some(parent.index) && !link.peer_elsewhere;
        let Some(mode) = link.card_mode.filter(|_| on_it) else {
            continue;
        };
        if shim
            .as_ref()
            .is_some_and(|shim| link.name == shim.name.as_str())
        {
            continue;
        }
        found.push(Other {
            who: format!("{} of the host", link.name),
            kind: mode.kind(),
            mode,
            hint: format!("delete that one first: ip link del {}", link.name),
        });
    }
    Ok(found)
}

/// What of a record depends on how its card is now: the name of the VLAN, and the MAC that
/// it shares.
///
/// # Errors
/// Never: the kernel's names are names.
pub fn renew(record: &mut AttachmentRecord, anchor: &Anchor) -> Result<()> {
    let (Some(on), Anchor::Card(card)) = (&mut record.card, anchor) else {
        return Ok(());
    };
    on.parent = card.parent_name()?;
    if on.mode.shares_mac() {
        record.mac = card.top().mac.unwrap_or(record.mac);
    }
    Ok(())
}

/// What a user should know of the card.
pub fn warning(card: &Card) -> Option<String> {
    let link = &card.link;
    (!link.up).then(|| {
        format!(
            "`{0}` is down, so nothing gets through: ip link set {0} up",
            link.name
        )
    })
}

/// The steps that give the host its ways to further addresses of an attachment.
///
/// # Errors
/// If the kernel does not answer.
pub fn routes_to(
    door: &mut Door,
    record: &AttachmentRecord,
    addresses: &[ipnetwork::IpNetwork],
) -> Result<Vec<Step>> {
    let Some(shim) = record.shim()?.filter(|_| !addresses.is_empty()) else {
        return Ok(Vec::new());
    };
    let site = ShimSite::find(door, shim)?;
    Ok(plan::host_routes(record, &site, addresses))
}

/// What the host has of a link on a card.
#[derive(Debug)]
pub struct CardSide {
    /// What the link is on.
    pub parent: Option<Link>,
    /// The host's link that reaches it, if it is to have one.
    pub shim: Option<ShimSite>,
}

impl CardSide {
    /// Looks at the host.
    ///
    /// # Errors
    /// If the kernel does not answer.
    pub fn find(door: &mut Door, record: &AttachmentRecord) -> Result<Self> {
        let name = record.uplink();
        let shim = record.shim()?;
        Ok(Self {
            parent: link::find(door, name.as_str())
                .or_failed(|| format!("cannot look up the link `{name}`"))?,
            shim: shim.map(|shim| ShimSite::find(door, shim)).transpose()?,
        })
    }

    /// The steps that give the host what it lacks of its ways to an attachment.
    pub fn ways_to(&self, record: &AttachmentRecord) -> Vec<Step> {
        let Some(site) = &self.shim else {
            return Vec::new();
        };
        let mut steps = plan::shim(site);
        steps.extend(plan::host_routes(record, site, &record.addresses));
        steps
    }

    /// The addresses that the host lacks a way to.
    pub fn unreached(&self, record: &AttachmentRecord) -> Vec<IpAddr> {
        let Some(site) = &self.shim else {
            return Vec::new();
        };
        let all = record.addresses.iter().map(|ip| ip.ip());
        all.filter(|ip| !site.reached.contains(ip)).collect()
    }
}

/// What of the host goes with an attachment to a card: the host's ways to it, the link that
/// they lead by if no other needs it, and the VLANs that netpipe made if it was their last
/// user. `gone` are attachments that are as good as gone, itself among them; `links` and
/// `addresses` are the host's.
///
/// # Errors
/// If the store does not answer.
pub fn leaving(
    ctx: &Context,
    record: &AttachmentRecord,
    gone: &[&Owner],
    (links, addresses): (&[Link], &[Address]),
) -> Result<Vec<Step>> {
    let Some(card) = &record.card else {
        return Ok(Vec::new());
    };
    let registry = ctx.registry()?;
    let mut links = links.to_vec();
    let mut steps = Vec::new();
    if let Some(shim) = record.shim()?
        && links.iter().any(|link| link.name == shim.name.as_str())
    {
        let needs_it = |other: &AttachmentRecord| {
            let same = matches!(other.shim(), Ok(Some(own)) if own.name == shim.name);
            same && !gone.contains(&&other.owner)
        };
        if registry.users_of(&card.parent)?.iter().any(needs_it) {
            steps.extend(teardown::host_routes(record, &record.addresses)?);
        } else {
            links.retain(|link| link.name != shim.name.as_str());
            steps.push(teardown::shim(&shim));
        }
    }
    let mark = auto_vlan(record.store);
    let mut next = Some(card.parent.clone());
    if let Some(svlan) = card.svlan
        && !links.iter().any(|link| link.name == card.parent.as_str())
    {
        // The one in it was never made, or is gone.
        next = Some(vlan_name(&record.link, svlan)?);
    }
    while let Some(name) = next.take() {
        let Some(link) = links.iter().find(|link| link.name == name.as_str()) else {
            break;
        };
        let unused = teardown::is_unused_vlan(link, &mark, &links, addresses);
        if !unused || !registry.are_only_users(gone, &name)? {
            break;
        }
        let below = links.iter().find(|below| Some(below.index) == link.peer);
        next = below.map(|below| below.name.parse()).transpose()?;
        links.retain(|link| link.name != name.as_str());
        steps.push(del_vlan(name, mark.clone()));
    }
    Ok(steps)
}

fn del_vlan(name: IfName, mark: String) -> Step {
    Step::Card(CardStep::DelUnusedVlan { name, mark })
}

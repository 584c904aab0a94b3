//! Links on a card: what a request means there, what forbids it, and what goes with it.

use super::standing::{self, Standing};
use super::{Context, ovs_side};
use crate::error::{Context as _, Error, Result};
use crate::registry::on_card::{OnCard, auto_vlan};
use crate::registry::record::{AttachmentRecord, Owner};
use crate::resolve::card::{Card, ShimSite};
use crate::resolve::host::{self, Anchor};
use crate::resolve::ovs::Access;
use crate::spec::{Attachment, CardMode, LinkKind, LinkSpec, Mac, PortVlan, VlanId, VlanProtocol};
use crate::sys::link::{self, Link};
use crate::sys::netlink::Door;

/// What the link of a request is on this host, with the VLANs that it names.
///
/// # Errors
/// As [`host::anchor`], and if VLANs are asked for that it cannot have.
pub fn anchor_of(ctx: &Context, door: &mut Door, request: &Attachment) -> Result<Anchor> {
    let (vlan, svlan) = (request.vlan.as_ref(), request.card.svlan);
    with_vlans(door, (&request.link, &ctx.ovs()), vlan, svlan)
}

/// The same for what is recorded.
///
/// # Errors
/// As [`anchor_of`].
pub fn anchor_of_record(
    ctx: &Context,
    door: &mut Door,
    record: &AttachmentRecord,
) -> Result<Anchor> {
    let spec = LinkSpec {
        kind: Some(record.kind),
        name: record.link.clone(),
    };
    let svlan = record.card.as_ref().and_then(|card| card.svlan);
    let access = ovs_side::access(ctx, record);
    with_vlans(door, (&spec, &access), record.vlan.as_ref(), svlan)
}

fn with_vlans(
    door: &mut Door,
    (spec, access): (&LinkSpec, &Access<'_>),
    vlan: Option<&PortVlan>,
    svlan: Option<VlanId>,
) -> Result<Anchor> {
    let mut anchor = host::anchor(door, spec, access)?;
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

/// Refuses a VLAN of netpipe's own under a name that was cut, which does not tell its card
/// and so nobody what the attachment is on.
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

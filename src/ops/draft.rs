//! A new attachment on its way: what it will be, before anything is reserved.

use std::net::IpAddr;

use ipnetwork::IpNetwork;

pub use super::segment::{Known, Segment, far_ends};

use super::compare::Difference;
use super::drift::defaults;
use super::install::{self, Site};
use super::{Context, card, filtering, names, network, phys, wire};
use crate::error::{Context as _, Error, Result};
use crate::plan::{Step, kind};
use crate::registry::ends::Home;
use crate::registry::lease::{LeaseKind, Leasing};
use crate::registry::pool;
use crate::registry::record::{AttachmentRecord, Owner, Saved, State, VERSION};
use crate::resolve::Inside;
use crate::resolve::host::Anchor;
use crate::spec::{
    Attachment, CardMode, IfName, LEAST_MTU_OF_IPV6, LinkKind, Mac, NetworkName, NetworkSpec,
    check_gateway, is_on_link,
};
use crate::sys::firewall::BridgeRule;
use crate::sys::{addr, link};

/// The interface a new attachment gets: the one asked for, or the first free one.
pub fn ifname(
    request: &Attachment,
    inside: &Inside,
    records: &[AttachmentRecord],
    far_ends: &[IfName],
) -> IfName {
    let own = records.iter().map(|record| record.owner.ifname.clone());
    let taken: Vec<_> = own.chain(far_ends.iter().cloned()).collect();
    request
        .ifname
        .clone()
        .unwrap_or_else(|| inside.free_ifname(&taken))
}

/// A new attachment on its way.
pub struct Draft {
    /// The record it will have.
    pub record: AttachmentRecord,
    /// What it is plugged into.
    pub anchor: Anchor,
    rules: Vec<BridgeRule>,
    /// What is registered of its network.
    network: Option<NetworkSpec>,
}

impl Draft {
    /// What the request means for this target: names chosen, nothing reserved.
    ///
    /// # Errors
    /// A conflict if a name is taken, not found if there is no such link.
    pub fn new(
        ctx: &Context,
        site: &mut Site<'_>,
        request: &Attachment,
        records: &[AttachmentRecord],
        segment: Segment,
    ) -> Result<Self> {
        let known = Known::read(ctx, site.place)?;
        Self::among(ctx, site, request, records, segment, &known)
    }

    /// The same with what the store has at hand.
    ///
    /// # Errors
    /// As [`Draft::new`].
    pub fn among(
        ctx: &Context,
        site: &mut Site<'_>,
        request: &Attachment,
        records: &[AttachmentRecord],
        segment: Segment,
        known: &Known,
    ) -> Result<Self> {
        let Segment { mut anchor, rules } = segment;
        let ifname = ifname(request, &site.inside, records, &known.far_ends());
        let owner = ctx.owner(&site.place.target, &ifname);
        refuse_far_end(known, &owner)?;
        refuse_taken(site, &ifname)?;
        let cookie = site.inside.cookie;
        let kind = anchor.kind();
        let on_card = card::on_card(request, &anchor)?;
        refuse_others_options(request, kind)?;
        let home = home(ctx, site, request, (&anchor, &owner))?;
        let peer = match &request.peer {
            Some(spec) => Some(wire::end(ctx, site, &owner, spec)?),
            None => None,
        };
        let link = match &peer {
            Some(peer) => wire::name(&owner, peer)?,
            None => request.link.name.clone(),
        };
        let (host_ifname, host_mac) = match kind.has_host_end() {
            true => Some(host_end(site, request, &owner)?),
            false => no_host_end(request, kind)?,
        }
        .unzip();
        let network = network_of(known, request, &link)?;
        let given = request
            .static_addresses()
            .filter_map(|address| address.gateway);
        let record = AttachmentRecord {
            version: VERSION,
            state: State::Pending,
            boot_id: ctx.boot_id()?.to_owned(),
            container: site.place.container.clone(),
            engine: site.place.engine.clone(),
            netns_cookie: cookie,
            host_cookie: ctx.host_cookie,
            store: Some(ctx.store_id()?),
            kind,
            link,
            ovs_db: anchor.ovs_db().cloned(),
            filters: filtering::is_for_attachments(ctx, request, &anchor)?,
            vlan: request.vlan.clone(),
            ipoib: request.ipoib,
            peer,
            host_ifname,
            host_mac,
            mac: card::mac(request, &anchor, on_card.as_ref())?
                .unwrap_or_else(|| mac_of(request, home.as_ref(), &owner)),
            card: on_card,
            home: home.map(Box::new),
            mtu: kind::mtu(&anchor, request.mtu.map(|mtu| mtu.0)),
            owner,
            network,
            addresses: Vec::new(),
            reserved: request.may_be_set_aside(),
            adding: Vec::new(),
            leasing: leasing(request, kind)?,
            auto: request.wants_auto(),
            gateways: given.chain(request.gateways.iter().copied()).collect(),
            default_route: request.default_route,
            metric: request.metric,
            routes: request.routes.clone(),
            sysctls: request.sysctls.clone(),
            shape: request.shape,
            firewall: request.firewall,
            rules: rules.clone(),
            // The frames that netpipe sends are Ethernet's.
            announce: request.announce && kind != LinkKind::Ipoib,
            restoring: false,
            detaching: false,
            replaces: None,
            saved: Saved::default(),
            topology: ctx.topology().cloned(),
        };
        card::prepare(ctx, &mut site.host, &mut anchor, &record)?;
        Ok(Self {
            network: known.network(record.network.as_ref()),
            record,
            anchor,
            rules,
        })
    }

    /// Fills in the addresses; `auto` ones are chosen, not reserved yet.
    pub fn choose_addresses(
        &mut self,
        ctx: &Context,
        site: &mut Site<'_>,
        request: &Attachment,
    ) -> Result<()> {
        let name = self.record.network.clone();
        let network = name.as_ref().map(|name| (name, self.network.as_ref()));
        // What the one before it has, it may take over.
        let replaces = self.record.replaces.is_some();
        let own = Some(&self.record.owner).filter(|_| replaces);
        let all = Difference {
            addresses: request
                .static_addresses()
                .map(|address| address.ip)
                .collect(),
            auto: request.wants_auto(),
            ..Difference::default()
        };
        self.record.addresses = wanted_addresses(ctx, site, request, network, &all, own)?;
        if !request.default_route {
            return Ok(());
        }
        let Some(spec) = &self.network else {
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
    pub fn plan(&mut self, site: &Site<'_>) -> Result<Vec<Step>> {
        check_parts(&self.record)?;
        let defaults = defaults(&self.record);
        let anchor = (&self.anchor, self.rules.as_slice());
        let far = site.far.as_ref().map(wire::Far::end);
        let steps = install::steps(&self.record, &defaults, anchor, &site.inside, far)?;
        self.record.saved = install::displaced(&self.record, &steps);
        if let Some(peer) = &mut self.record.peer {
            peer.saved = wire::displaced(peer, &steps);
        }
        Ok(steps)
    }
}

/// The network that the addresses are registered in, unless they are not.
fn network_of(known: &Known, request: &Attachment, link: &IfName) -> Result<Option<NetworkName>> {
    Ok(match &request.network {
        _ if !request.register => None,
        Some(name) => Some(name.clone()),
        None => Some(network::of_request(&known.networks, request, link)?),
    })
}

/// Checks what a request could not be checked for before `auto` chose and the bridge had
/// its say: that each gateway is in a subnet, and the MTU is enough for IPv6.
///
/// # Errors
/// A usage error.
pub fn check_parts(record: &AttachmentRecord) -> Result<()> {
    for gateway in &record.gateways {
        let of_family = record
            .addresses
            .iter()
            .filter(|ip| ip.is_ipv4() == gateway.is_ipv4());
        let reasons: Vec<_> = of_family.map(|ip| check_gateway(*ip, *gateway)).collect();
        let on_link = is_on_link(&record.routes, *gateway);
        if on_link || reasons.iter().any(Result::is_ok) {
            continue;
        }
        let outside = || {
            Error::usage(format!("gateway `{gateway}` is in no subnet of this link"))
                .hint("give an address of its subnet as well")
        };
        let mut reasons = reasons.into_iter().filter_map(Result::err);
        return Err(reasons.next().unwrap_or_else(outside));
    }
    if record.mtu < LEAST_MTU_OF_IPV6 && record.all_addresses().any(IpNetwork::is_ipv6) {
        return Err(Error::usage(format!(
            "IPv6 needs an MTU of at least 1280 (RFC 8200 section 5), and this is {}",
            record.mtu
        ))
        .hint("give --mtu, or a link of the host with a larger one"));
    }
    Ok(())
}

/// Refuses a name that a link of the target has.
fn refuse_taken(site: &Site<'_>, ifname: &IfName) -> Result<()> {
    if site.inside.link(ifname).is_none() {
        return Ok(());
    }
    Err(Error::conflict(format!(
        "`{ifname}` is in the target already, and not netpipe's"
    ))
    .hint("give another name with --ifname"))
}

/// The name and MAC of the host's end.
fn host_end(site: &mut Site<'_>, request: &Attachment, owner: &Owner) -> Result<(IfName, Mac)> {
    let cookie = site.inside.cookie;
    let name = match &request.host_ifname {
        Some(name) => free_host_ifname(site, name)?,
        None => match pid_name(site, request, owner) {
            Some(name) => name,
            None => names::host_ifname(owner, cookie)?,
        },
    };
    Ok((name, names::host_mac(owner, cookie)))
}

/// The name that pipework gives the host's end, if that is asked for, fits and is free. No
/// more than a wish: a record keeps it when the container has another process.
fn pid_name(site: &mut Site<'_>, request: &Attachment, owner: &Owner) -> Option<IfName> {
    let pid = site.place.pid().filter(|_| request.pid_names)?;
    let name: IfName = format!("v{}pl{pid}", owner.ifname).parse().ok()?;
    free_host_ifname(site, &name).ok()
}

/// What a card that is to move is at home.
fn home(
    ctx: &Context,
    site: &mut Site<'_>,
    request: &Attachment,
    (anchor, owner): (&Anchor, &Owner),
) -> Result<Option<Home>> {
    let Anchor::Nic(LinkKind::Phys, link) = anchor else {
        return Ok(None);
    };
    let asked = phys::Request {
        take_default_route: request.take_default_route,
        own: Some(owner),
    };
    phys::home(ctx, &mut site.host, link, &asked).map(Some)
}

/// The MAC inside the target: the one asked for, else a card's own, else one by the owner.
fn mac_of(request: &Attachment, home: Option<&Home>, owner: &Owner) -> Mac {
    match (&request.mac, home) {
        (Some(mac), _) => mac.0,
        (None, Some(home)) => home.mac,
        (None, None) => names::mac(owner),
    }
}

/// Refuses a name that the far end of a wire has, whether that is there or not.
fn refuse_far_end(known: &Known, owner: &Owner) -> Result<()> {
    let mut wires = known.wires.iter();
    let Some((ifname, near)) = wires.find(|(name, _)| *name == owner.ifname) else {
        return Ok(());
    };
    Err(Error::conflict(format!(
        "`{ifname}` of `{}` is the far end of the wire of `{}` of `{}`",
        owner.target, near.ifname, near.target
    ))
    .hint(format!(
        "give another name with --ifname, or detach that: netpipe detach {} {}",
        near.target, near.ifname
    )))
}

/// Refuses the options of one kind of link for another.
fn refuse_others_options(request: &Attachment, kind: LinkKind) -> Result<()> {
    let Attachment {
        ipoib,
        take_default_route,
        vlan,
        mac,
        ..
    } = request;
    let of_another = |option: &str, what: &str| {
        Err(Error::usage(format!(
            "{option} is for {what}, and `{}` is a {kind}",
            request.plug()
        )))
    };
    match kind {
        LinkKind::Ipoib if mac.is_some() => {
            Err(Error::usage("--mac is not for an InfiniBand card")
                .hint("its address has 20 bytes, and is the card's to give"))
        }
        LinkKind::Phys if vlan.is_some() => Err(Error::usage(
            "--vlan is not for a card that moves into the target itself",
        )
        .hint("move a VLAN of it: `ip link add link eth1 name eth1.10 type vlan id 10`, then `phys:eth1.10`")),
        LinkKind::Ipoib if vlan.is_some() => Err(Error::usage(
            "--vlan and --trunk are not for an InfiniBand card",
        )
        .hint("its partitions tell hosts apart: give --pkey")),
        LinkKind::Ipoib => Ok(()),
        _ if ipoib.pkey.is_some() => of_another("--pkey", "a child of an InfiniBand card"),
        _ if ipoib.mode.is_some() => of_another("--mode", "a child of an InfiniBand card"),
        LinkKind::Phys => Ok(()),
        _ if *take_default_route => of_another("--take-default-route", "a card that moves"),
        _ => Ok(()),
    }
}

/// What the request asks servers and routers for.
fn leasing(request: &Attachment, kind: LinkKind) -> Result<Leasing> {
    let asks: Vec<LeaseKind> = request.addresses.iter().filter_map(LeaseKind::of).collect();
    let Some(first) = asks.first() else {
        return Ok(Leasing::default());
    };
    if kind == LinkKind::Ipoib {
        return Err(Error::usage(format!("`{first}` is for links of Ethernet"))
            .hint("give an InfiniBand link an address of its own"));
    }
    if request.card.mode.is_some_and(CardMode::is_routed) {
        return Err(Error::usage(format!(
            "`{first}` needs broadcasts, which an ipvlan in mode l3 or l3s has not"
        ))
        .hint("give it a fixed address, or --mode l2"));
    }
    Ok(Leasing {
        asks,
        told: request.dhcp.clone(),
        ..Leasing::default()
    })
}

/// Refuses a name for what a kind of link does not have.
fn no_host_end(request: &Attachment, kind: LinkKind) -> Result<Option<(IfName, Mac)>> {
    match &request.host_ifname {
        None => Ok(None),
        Some(_) => Err(Error::usage(format!(
            "--host-ifname is for a bridge: a {kind} has no end on the host"
        ))),
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
pub fn wanted_addresses(
    ctx: &Context,
    site: &mut Site<'_>,
    request: &Attachment,
    network: Option<(&NetworkName, Option<&NetworkSpec>)>,
    missing: &Difference,
    own: Option<&Owner>,
) -> Result<Vec<IpNetwork>> {
    let dev = request
        .ifname
        .clone()
        .unwrap_or_else(|| IfName::eth(u32::MAX));
    let mut addresses = missing.addresses.clone();
    if let Some(network) = network.filter(|_| missing.auto) {
        addresses.extend(choose(ctx, site, request, network, own)?);
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
    (name, network): (&NetworkName, Option<&NetworkSpec>),
    own: Option<&Owner>,
) -> Result<Vec<IpNetwork>> {
    let registry = ctx.registry()?;
    let mut network = network.cloned().unwrap_or_default();
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
    used.extend(
        request
            .static_addresses()
            .filter_map(|address| address.gateway),
    );
    if let (None, Some(ifname)) = (own, &request.ifname) {
        // One that gets further addresses keeps its gateways.
        let known = registry.attachment(&ctx.owner(&site.place.target, ifname))?;
        used.extend(known.into_iter().flat_map(|record| record.gateways));
    }
    let far = request.peer.iter().flat_map(|peer| &peer.addresses);
    used.extend(far.map(|address| address.ip.ip()));
    used.extend(site.inside.addresses.iter().map(|held| held.ip.ip()));
    if let Some(found) = card::anchor_of(ctx, &mut site.host, request)?.link() {
        let held =
            addr::list(&mut site.host).or_failed(|| "cannot read the host's addresses".into())?;
        used.extend(
            held.iter()
                .filter(|a| a.link == found.index)
                .map(|a| a.ip.ip()),
        );
    }
    pool::choose(&registry, name, &network, &used, own)
}

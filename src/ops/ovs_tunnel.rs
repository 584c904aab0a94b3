//! Tunnels that are ports of an Open vSwitch bridge. The switch's own database keeps them
//! over a boot, so they have no record: their mark tells that they are netpipe's.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::install::{self, run_or_undo};
use super::{Context, bridge_owner};
use crate::error::{Context as _, Error, Result};
use crate::plan::kind::bridge::deaf;
use crate::plan::kind::ovs as plan;
use crate::plan::{OvsStep, Side, Step};
use crate::registry::record::auto_bridge;
use crate::resolve::ovs::{self, OvsBridge, TUNNEL_TAG, tunnel_kind};
use crate::resolve::underlay::{self, Underlay};
use crate::spec::{
    IfName, LinkKind, LinkSpec, Mac, PortVlan, TunnelKind, TunnelSpec, VlanId, Wire, shown,
};
use crate::sys::ovsdb::{self, NewPort, Port};
use crate::sys::{link, sysctl};

/// The mark of a tunnel's port.
pub const MARK: &str = "netpipe:tunnel";

/// What the switch and the specifications take a TTL to be that nobody gave.
const USUAL_TTL: u8 = 64;

/// What an add came to.
#[derive(Debug)]
pub struct Added {
    /// The largest packet that fits through it, in bytes.
    pub mtu: u32,
    /// Whether anything had to be made.
    pub made: bool,
}

/// A tunnel's port.
#[derive(Debug)]
pub struct TunnelPort {
    /// Its name.
    pub name: String,
    /// Its bridge.
    pub bridge: String,
    /// Its VLAN.
    pub vlan: Option<VlanId>,
    /// What frames are wrapped in.
    pub wire: Wire,
    /// The largest packet that fits through it, in bytes, if there is a way to the other end.
    pub mtu: Option<u32>,
    /// Whether netpipe made it.
    pub owned: bool,
    /// Why the switch cannot use it.
    pub error: Option<String>,
}

/// Makes a tunnel's port, or finds that it is there.
///
/// # Errors
/// A conflict if the name is taken; failed, undone, if the switch cannot make it.
pub fn add(ctx: &Context, spec: &TunnelSpec) -> Result<Added> {
    let doing = format!("cannot add tunnel `{}`", spec.name);
    let add = || {
        let _lock = ctx.lock_tunnel(&spec.name)?;
        let _bridge = spec
            .bridge
            .as_ref()
            .map(|name| ctx.lock_bridge(name))
            .transpose()?;
        let (steps, mtu) = steps(ctx, spec)?;
        let made = !steps.is_empty();
        bridge_owner::made_for(ctx, &spec.name, made, || {
            run_or_undo(ctx, &mut ctx.host_door()?, &steps)
        })?;
        Ok(Added { mtu, made })
    };
    add().map_err(|error: Error| error.while_doing(&doing))
}

/// The steps [`add`] would run, as commands. Nothing is changed.
///
/// # Errors
/// As [`add`].
pub fn dry_run(ctx: &Context, spec: &TunnelSpec) -> Result<Vec<String>> {
    let (steps, _) = steps(ctx, spec)
        .map_err(|error| error.while_doing(&format!("cannot add tunnel `{}`", spec.name)))?;
    Ok(steps.iter().map(|step| step.command("")).collect())
}

fn steps(ctx: &Context, spec: &TunnelSpec) -> Result<(Vec<Step>, u32)> {
    check(spec)?;
    let mut door = ctx.host_door()?;
    let below = underlay::find(&mut door, spec)?;
    let mtu = spec
        .wire(below.local)
        .mtu_over(below.mtu)
        .saturating_sub(TUNNEL_TAG);
    let bridge = bridge(ctx, spec)?;
    let port = port(spec, &bridge.name);
    let mut client = ctx.switch()?;
    if let Some((of, found)) = ovsdb::port_of(&mut client, spec.name.as_str())? {
        return match is_same(&port, &of, &found) {
            true => Ok((Vec::new(), mtu)),
            false => Err(taken(&of, &found)),
        };
    }
    let cannot = || format!("cannot look up the link `{}`", spec.name);
    if let Some(link) = link::find(&mut door, spec.name.as_str()).or_failed(cannot)? {
        return Err(underlay::foreign(&link));
    }
    if ctx.registry()?.tunnel(&spec.name)?.is_some() {
        return Err(Error::conflict("another tunnel of that name is recorded")
            .hint("see `netpipe tunnel list`"));
    }
    warn_of_wider_ports(ctx, &bridge, &below, mtu)?;
    let db = bridge.db.clone();
    let mut steps = Vec::new();
    if bridge.found.is_none() {
        let mark = auto_bridge(Some(ctx.store_id()?));
        let mac = Mac::derived(format!("bridge {} {}", bridge.name, ctx.host).as_bytes());
        let accept_ra = install::accept_ra();
        steps.extend(plan::make(&bridge, (mac, mark), None, accept_ra.as_deref()));
    }
    steps.extend(unfinished(ctx, &bridge)?);
    steps.push(Step::Ovs(OvsStep::AddPort { db, port }));
    Ok((steps, mtu))
}

/// The steps that a command which was killed did not come to, of a bridge that goes with its
/// last port.
fn unfinished(ctx: &Context, bridge: &OvsBridge) -> Result<Vec<Step>> {
    let auto = auto_bridge(Some(ctx.store_id()?));
    let (Some(found), Some(link)) = (&bridge.found, &bridge.link) else {
        return Ok(Vec::new());
    };
    if found.mark() != Some(&auto) || link.up {
        return Ok(Vec::new());
    }
    let name = bridge.name.clone();
    let accept_ra = sysctl::get(&format!("net/ipv6/conf/{name}/accept_ra"));
    let mut steps: Vec<_> = deaf(&name, accept_ra.as_deref()).into_iter().collect();
    let side = Side::Host;
    steps.push(Step::SetUp { side, name });
    Ok(steps)
}

/// Refuses what only a tunnel of the kernel's can have.
fn check(spec: &TunnelSpec) -> Result<()> {
    let has = [
        (
            spec.remote.is_none(),
            "needs --remote",
            "give the other host's address",
        ),
        (
            spec.dev.is_some(),
            "takes no --dev",
            "the kernel's route to the remote decides; see `ip route get`",
        ),
        (
            spec.mtu.is_some(),
            "has no MTU of its own",
            "give --mtu to `netpipe attach` instead, if what is derived is too large",
        ),
        (
            !spec.learning,
            "does not learn, so --no-learning says nothing",
            "leave it out",
        ),
    ];
    match has.into_iter().find(|(wrong, ..)| *wrong) {
        None => Ok(()),
        Some((_, what, hint)) => {
            Err(Error::usage(format!("a tunnel of Open vSwitch {what}")).hint(hint))
        }
    }
}

fn bridge(ctx: &Context, spec: &TunnelSpec) -> Result<OvsBridge> {
    let name = spec.bridge.clone().ok_or_else(|| {
        Error::usage("a tunnel of Open vSwitch needs --bridge").hint("see `netpipe bridge list`")
    })?;
    let mut door = ctx.host_door()?;
    let found = link::find(&mut door, name.as_str())
        .or_failed(|| format!("cannot look up the link `{name}`"))?;
    let link = LinkSpec {
        kind: Some(LinkKind::Ovs),
        name: name.clone(),
    };
    ovs::anchor(&mut door, &link, found, &ctx.ovs())?.map_err(|_| {
        Error::conflict(format!("`{name}` is no bridge of Open vSwitch"))
            .hint("see `netpipe bridge list`")
    })
}

/// The port that was asked for (ovs-vswitchd.conf.db(5), "Tunnel Options").
fn port(spec: &TunnelSpec, bridge: &IfName) -> NewPort {
    let wire = spec.wire(spec.local);
    let inherited = |number: u8, inherit: u8| match number == inherit {
        true => "inherit".to_owned(),
        false => number.to_string(),
    };
    let options = [
        ("remote_ip", wire.remote.map(|ip| ip.to_string())),
        ("local_ip", spec.local.map(|ip| ip.to_string())),
        ("key", wire.id.map(|id| id.to_string())),
        ("dst_port", spec.port.map(|port| port.0.to_string())),
        (
            "ttl",
            Some(inherited(wire.ttl, 0)).filter(|_| wire.ttl != USUAL_TTL),
        ),
        (
            "tos",
            Some(inherited(wire.tos, 1)).filter(|_| wire.tos != 0),
        ),
    ];
    let set = |(key, value): (&str, Option<String>)| Some((key.to_owned(), value?));
    NewPort {
        bridge: bridge.clone(),
        name: spec.name.clone(),
        kind: Some(
            match spec.kind {
                TunnelKind::Vxlan => "vxlan",
                TunnelKind::Geneve => "geneve",
                TunnelKind::Gre | TunnelKind::Gretap | TunnelKind::Ip6gretap => "gre",
            }
            .into(),
        ),
        options: options.into_iter().filter_map(set).collect(),
        vlan: spec.vlan.map(PortVlan::Access),
        mark: MARK.into(),
    }
}

fn is_same(wanted: &NewPort, bridge: &str, found: &Port) -> bool {
    let interface = found.interface();
    bridge == wanted.bridge.as_str()
        && found.mark() == Some(MARK)
        && found.is_in(wanted.vlan.as_ref())
        && interface.is_some_and(|interface| {
            Some(&interface.kind) == wanted.kind.as_ref() && interface.options == wanted.options
        })
}

fn taken(bridge: &str, found: &Port) -> Error {
    let name = shown(&found.name);
    let taken = Error::conflict(format!(
        "`{name}` is a port of the Open vSwitch bridge `{}`, and not this tunnel",
        shown(bridge)
    ));
    match found.mark() == Some(MARK) {
        true => taken.hint(format!("remove it first: netpipe tunnel del {name}")),
        false => taken.hint("give another name"),
    }
}

/// Says which ports send packets that do not fit: the switch drops those without a word.
fn warn_of_wider_ports(
    ctx: &Context,
    bridge: &OvsBridge,
    below: &Underlay,
    mtu: u32,
) -> Result<()> {
    let name = bridge.name.as_str();
    let links = link::list(&mut ctx.host_door()?).or_failed(|| "cannot list links".into())?;
    let bridges = ovsdb::bridges(&mut ctx.switch()?)?;
    let ports = bridges.iter().find(|one| one.name == name);
    let is_wider = |port: &&Port| {
        links
            .iter()
            .any(|link| link.name == port.name && link.mtu > mtu && link.name != below.link)
    };
    let wider: Vec<_> = ports
        .into_iter()
        .flat_map(|bridge| bridge.others())
        .filter(is_wider)
        .map(|port| format!("`{}`", shown(&port.name)))
        .collect();
    if !wider.is_empty() {
        ctx.warn(format!(
            "these ports of `{name}` have a larger MTU than the tunnel's {mtu}: {}; what they \
             send in longer packets is lost: attach them anew, or give them the MTU {mtu}",
            wider.join(", ")
        ));
    }
    Ok(())
}

/// The steps that remove a tunnel's port, and its bridge if that was made for it; none if
/// the switch has no such port.
///
/// # Errors
/// A conflict if it is not netpipe's.
pub fn teardown(ctx: &Context, name: &IfName) -> Result<Option<(IfName, Vec<Step>)>> {
    if !ctx.has_switch() {
        return Ok(None);
    }
    let Some((bridge, port)) = ovsdb::port_of(&mut ctx.switch()?, name.as_str())? else {
        return Ok(None);
    };
    if port.mark() != Some(MARK) {
        return Err(Error::conflict("it is not netpipe's, so it stays")
            .hint(format!("remove it yourself: ovs-vsctl del-port {name}")));
    }
    let (db, bridge): (_, IfName) = (ctx.ovs_db(), bridge.parse()?);
    let mut steps = vec![Step::Ovs(OvsStep::DelPort {
        db: db.clone(),
        name: name.clone(),
        mark: MARK.into(),
    })];
    if !ctx.registry()?.link_is_used(&bridge)? {
        steps.push(Step::Ovs(OvsStep::DelBridge {
            db,
            name: bridge.clone(),
            mark: auto_bridge(Some(ctx.store_id()?)),
            only_unused: true,
        }));
    }
    Ok(Some((bridge, steps)))
}

/// Removes a tunnel's port; whether it was there.
///
/// # Errors
/// A conflict if it is not netpipe's.
pub fn del(ctx: &Context, name: &IfName) -> Result<bool> {
    let Some((bridge, _)) = teardown(ctx, name)? else {
        return Ok(false);
    };
    let _bridge = ctx.lock_bridge(&bridge)?;
    let Some((_, steps)) = teardown(ctx, name)? else {
        return Ok(false);
    };
    run_or_undo(ctx, &mut ctx.host_door()?, &steps)?;
    bridge_owner::forget(ctx, name).map(|()| true)
}

/// All tunnels of the switch; none if there is no switch.
///
/// # Errors
/// If it does not answer.
pub fn list(ctx: &Context) -> Result<Vec<TunnelPort>> {
    if !ctx.has_switch() {
        return Ok(Vec::new());
    }
    let mut door = ctx.host_door()?;
    let mut all = Vec::new();
    for bridge in ovsdb::bridges(&mut ctx.switch()?)? {
        for port in bridge.others() {
            let Some(interface) = port.interface().filter(|one| one.is_tunnel()) else {
                continue;
            };
            let Some(kind) = tunnel_kind(&interface.kind) else {
                continue;
            };
            all.push(TunnelPort {
                name: port.name.clone(),
                bridge: bridge.name.clone(),
                vlan: port.tag.and_then(VlanId::new),
                wire: wire(kind, &interface.options),
                mtu: ovs::through_tunnel(&mut door, interface),
                owned: port.mark() == Some(MARK),
                error: interface.error.clone(),
            });
        }
    }
    Ok(all)
}

/// What the options of a tunnel's port say.
fn wire(kind: TunnelKind, options: &BTreeMap<String, String>) -> Wire {
    let ip = |key: &str| options.get(key)?.parse::<IpAddr>().ok();
    let number = |key: &str, inherit: u8, usual: u8| match options.get(key).map(String::as_str) {
        Some("inherit") => inherit,
        Some(text) => text.parse().unwrap_or(usual),
        None => usual,
    };
    Wire {
        kind,
        local: ip("local_ip"),
        remote: ip("remote_ip"),
        id: options.get("key").and_then(|key| key.parse().ok()),
        ttl: number("ttl", 0, USUAL_TTL),
        tos: number("tos", 1, 0),
        port: options
            .get("dst_port")
            .and_then(|port| port.parse().ok())
            .or(kind.usual_port()),
        learning: true,
    }
}

//! Bridges made and removed by hand.

use super::filtering;
use super::install::{self, run_or_undo};
use super::{Context, bridge_owner, port};
use crate::error::{Context as _, Error, Result};
use crate::plan::kind::bridge as plan;
use crate::plan::{Side, Step};
use crate::registry::record::{OWN_BRIDGE, is_auto_bridge, mark};
use crate::spec::{IfName, MARK, Mac, VlanProtocol};
use crate::sys::addr::{self, Address};
use crate::sys::firewall;
use crate::sys::link::{self, Link};
use crate::sys::netlink::Door;
use crate::sys::sysctl;

/// What a bridge is to be.
#[derive(Debug, Clone)]
pub struct NewBridge {
    /// Its name.
    pub name: IfName,
    /// Addresses of the host on it.
    pub addresses: Vec<ipnetwork::IpNetwork>,
    /// Its MTU in bytes.
    pub mtu: Option<u32>,
    /// Its MAC; one made from the name otherwise, so that it never changes.
    pub mac: Option<Mac>,
    /// Whether the spanning tree runs.
    pub stp: bool,
    /// Whether it tells VLANs apart, and how they are marked.
    pub vlans: Option<VlanProtocol>,
    /// Links of the host that become its ports.
    pub ports: Vec<IfName>,
}

/// A bridge of the host.
#[derive(Debug)]
pub struct Found {
    /// The link itself.
    pub link: Link,
    /// Its ports.
    pub ports: Vec<Link>,
    /// The host's addresses on it.
    pub addresses: Vec<Address>,
}

impl Found {
    /// Whether netpipe made it.
    pub fn is_ours(&self) -> bool {
        is_ours(&self.link)
    }
}

/// The MAC that a bridge is made with unless another is asked for.
fn own_mac(ctx: &Context, name: &IfName) -> Mac {
    Mac::derived(format!("bridge {name} {}", ctx.host).as_bytes())
}

/// Whether a bridge is one that a crash of [`add`] left unfinished: the same again finishes it.
pub fn is_unfinished(ctx: &Context, bridge: &Link, name: &IfName) -> bool {
    bridge.alias.is_none() && bridge.mac == Some(own_mac(ctx, name))
}

/// Whether netpipe made that bridge.
pub fn is_ours(bridge: &Link) -> bool {
    let mark = bridge.alias.as_deref();
    mark.is_some_and(|alias| alias == OWN_BRIDGE || is_auto_bridge(alias))
}

/// Makes a bridge. One that is there already and is netpipe's is taken as it is, if it
/// has what is asked for; an implicit one becomes permanent. Whether it was made.
///
/// # Errors
/// A conflict if the name belongs to something else or the bridge differs.
pub fn add(ctx: &Context, wanted: &NewBridge) -> Result<bool> {
    let doing = format!("cannot add bridge `{}`", wanted.name);
    let add = || {
        let _lock = ctx.lock_bridge(&wanted.name)?;
        let existing = find(ctx, &wanted.name)?;
        let steps = add_steps(ctx, existing.as_ref(), wanted)?;
        bridge_owner::made_for(ctx, &wanted.name, is_new(existing.as_ref()), || {
            run_or_undo(ctx, &mut ctx.host_door()?, &steps)
        })?;
        Ok(existing.is_none())
    };
    add().map_err(|error: Error| error.while_doing(&doing))
}

/// The steps [`add`] would run, as commands. Nothing is changed.
///
/// # Errors
/// As [`add`].
pub fn dry_run(ctx: &Context, wanted: &NewBridge) -> Result<Vec<String>> {
    let steps = add_steps(ctx, find(ctx, &wanted.name)?.as_ref(), wanted)?;
    Ok(steps.iter().map(|step| step.command("")).collect())
}

/// Whether it is to be made, or made one that stays.
fn is_new(existing: Option<&Found>) -> bool {
    let alias = existing.map(|found| found.link.alias.as_deref());
    alias.is_none_or(|alias| alias.is_none_or(is_auto_bridge))
}

pub(super) fn add_steps(
    ctx: &Context,
    existing: Option<&Found>,
    wanted: &NewBridge,
) -> Result<Vec<Step>> {
    let mut door = ctx.host_door()?;
    let mut steps = Vec::new();
    let mac = wanted.mac.unwrap_or_else(|| own_mac(ctx, &wanted.name));
    match existing {
        Some(found) => check_equal(found, wanted, mac)?,
        None => steps.push(Step::AddBridge {
            name: wanted.name.clone(),
            mac,
            mtu: None,
            stp: wanted.stp,
        }),
    }
    let accept_ra = match existing {
        None => install::accept_ra(),
        // One that a crash left unfinished.
        Some(found) if found.link.alias.is_none() => {
            sysctl::get(&format!("net/ipv6/conf/{}/accept_ra", wanted.name))
        }
        Some(_) => None,
    };
    steps.extend(plan::deaf(&wanted.name, accept_ra.as_deref()));
    // By a message of its own: the kernel takes the MTU of the message that makes the
    // bridge for its own choice, and lowers or raises it with the bridge's ports.
    let mtu = existing.map_or(1500, |found| found.link.mtu);
    if let Some(wanted_mtu) = wanted.mtu.filter(|wanted| *wanted != mtu) {
        steps.push(Step::SetMtu {
            side: Side::Host,
            name: wanted.name.clone(),
            mtu: wanted_mtu,
            before: mtu,
        });
    }
    let has = |ip| existing.is_some_and(|f| f.addresses.iter().any(|held| held.ip == ip));
    for ip in wanted.addresses.iter().copied().filter(|ip| !has(*ip)) {
        steps.push(Step::AddAddress {
            side: Side::Host,
            dev: wanted.name.clone(),
            ip,
        });
    }
    if !existing.is_some_and(|found| found.link.up) {
        steps.push(Step::SetUp {
            side: Side::Host,
            name: wanted.name.clone(),
        });
    }
    // Before it gets further ports: these start in its default VLAN.
    if let Some(protocol) = wanted.vlans {
        let found = existing.map(|found| (&found.link, found.ports.as_slice()));
        steps.extend(filtering::turn_on(
            &mut door,
            &wanted.name,
            found,
            Some(protocol),
            None,
        )?);
    }
    for port in &wanted.ports {
        steps.extend(port_step(&mut door, existing, &wanted.name, port)?);
    }
    // The mark comes last: a bridge without it is one that a crash left unfinished.
    let before = existing
        .and_then(|found| found.link.alias.clone())
        .unwrap_or_default();
    if before != OWN_BRIDGE {
        steps.push(Step::SetAlias {
            side: Side::Host,
            name: wanted.name.clone(),
            alias: OWN_BRIDGE.into(),
            before,
        });
    }
    Ok(steps)
}

/// The step that makes a link a port, unless it is one of this bridge already.
fn port_step(
    door: &mut Door,
    bridge: Option<&Found>,
    name: &IfName,
    port: &IfName,
) -> Result<Option<Step>> {
    let found = link::find(door, port.as_str())
        .or_failed(|| format!("cannot look up the link `{port}`"))?
        .ok_or_else(|| {
            Error::not_found(format!("there is no link `{port}` on this host"))
                .hint("see `ip link`")
        })?;
    match found.master {
        Some(master) if bridge.is_some_and(|bridge| bridge.link.index == master) => Ok(None),
        Some(_) => Err(
            Error::conflict(format!("`{port}` is a port of another device already"))
                .hint(format!("take it out first: ip link set {port} nomaster")),
        ),
        None => Ok(Some(Step::SetMaster {
            name: port.clone(),
            master: Some(name.clone()),
            before: None,
        })),
    }
}

/// `mac` is the one that the bridge would be made with: on a bridge without a mark, it
/// tells that a command like this one made it and then was killed.
fn check_equal(found: &Found, wanted: &NewBridge, mac: Mac) -> Result<()> {
    let link = &found.link;
    let mut differs = Vec::new();
    let unmarked = link.alias.is_none() && link.mac == Some(mac);
    if let Some(mtu) = wanted.mtu.filter(|mtu| *mtu != link.mtu && !unmarked) {
        differs.push(format!("its MTU is {}, not {mtu}", link.mtu));
    }
    if let Some(mac) = wanted.mac.filter(|mac| Some(*mac) != link.mac) {
        differs.push(format!("its MAC is not {mac}"));
    }
    if wanted.stp && !link.stp {
        differs.push("it has no spanning tree".into());
    }
    if let Some(wanted) = wanted.vlans
        && link.vlan_filtering
        && link.vlan_protocol != wanted
    {
        let is = link.vlan_protocol;
        differs.push(format!("it expects VLANs of {is}, not {wanted}"));
    }
    if !(found.is_ours() || unmarked) {
        return Err(Error::conflict(format!(
            "there is a bridge `{}`, and it is not netpipe's",
            link.name
        ))
        .hint("attach to it as it is, or give another name"));
    }
    match differs.is_empty() {
        true => Ok(()),
        false => Err(
            Error::conflict(format!("it exists, and {}", differs.join("; ")))
                .hint(format!("remove it first: netpipe bridge del {}", link.name)),
        ),
    }
}

/// Removes a bridge that netpipe made; whether it was there.
///
/// # Errors
/// A conflict while attachments use it, it has other ports, or it is not netpipe's.
pub fn del(ctx: &Context, name: &IfName) -> Result<bool> {
    let doing = format!("cannot remove bridge `{name}`");
    del_inner(ctx, name).map_err(|error| error.while_doing(&doing))
}

fn del_inner(ctx: &Context, name: &IfName) -> Result<bool> {
    let _lock = ctx.lock_bridge(name)?;
    if ctx.registry()?.link_is_used(name)? {
        return Err(
            Error::conflict("attachments use it").hint("see `netpipe list`; detach them first")
        );
    }
    port::refuse_holder(ctx, name)?;
    let mut steps = Vec::new();
    let rules = firewall::owned(Some(name.as_str()))?;
    if !rules.is_empty() {
        steps.push(Step::DelRules(rules));
    }
    let found = find(ctx, name)?;
    if let Some(found) = &found {
        if !found.is_ours() {
            return Err(Error::conflict("it is not netpipe's, so it stays")
                .hint(format!("remove it yourself: ip link del {name}")));
        }
        refuse_tunnels(ctx, name)?;
        refuse_others_ports(ctx, found)?;
        // Ports that are not netpipe's leave unharmed.
        steps.extend(found.ports.iter().filter_map(|port| {
            let port = port.name.parse().ok()?;
            Some(Step::SetMaster {
                name: port,
                master: None,
                before: Some(name.clone()),
            })
        }));
        steps.push(Step::DelLink {
            side: Side::Host,
            name: name.clone(),
            mac: None,
            mark: found.link.alias.clone(),
        });
    }
    run_or_undo(ctx, &mut ctx.host_door()?, &steps)?;
    port::forget_all(ctx, name)?;
    bridge_owner::forget(ctx, name)?;
    Ok(found.is_some())
}

/// Refuses a bridge that tunnels are recorded for.
fn refuse_tunnels(ctx: &Context, bridge: &IfName) -> Result<()> {
    let tunnels = ctx.registry()?.tunnels()?;
    let port = tunnels
        .iter()
        .find(|one| one.bridge.as_ref() == Some(bridge));
    port.map_or(Ok(()), |port| {
        Err(
            Error::conflict(format!("the tunnel `{}` is its port", port.name)).hint(format!(
                "remove that first: netpipe tunnel del {}",
                port.name
            )),
        )
    })
}

/// Refuses a bridge with ports that are marked as another store's.
fn refuse_others_ports(ctx: &Context, bridge: &Found) -> Result<()> {
    let own = mark(Some(ctx.store_id()?), "");
    let mut marks = bridge.ports.iter().filter_map(|port| port.alias.as_deref());
    if !marks.any(|alias| alias.starts_with(MARK) && !alias.starts_with(&own)) {
        return Ok(());
    }
    let name = &bridge.link.name;
    Err(
        Error::conflict("attachments of another state directory use it").hint(format!(
            "detach them with that --state-dir; whose they are: netpipe bridge show {name}"
        )),
    )
}

/// Whether a link of that name has ports that are marked as netpipe's: attachments of any
/// store, which need the bridge's firewall rules.
///
/// # Errors
/// If the kernel does not answer.
pub fn has_attachments(door: &mut Door, name: &str) -> Result<bool> {
    let cannot = || format!("cannot look up the ports of `{name}`");
    let Some(bridge) = link::find(door, name).or_failed(cannot)? else {
        return Ok(false);
    };
    let ports = link::ports(door, bridge.index).or_failed(cannot)?;
    let mut marks = ports.iter().filter_map(|port| port.alias.as_deref());
    Ok(marks.any(|alias| alias.starts_with(MARK)))
}

/// The bridge of that name, or none.
///
/// # Errors
/// A conflict if the name belongs to something that is no bridge.
pub fn find(ctx: &Context, name: &IfName) -> Result<Option<Found>> {
    let mut door = ctx.host_door()?;
    let cannot = || format!("cannot look up bridge `{name}`");
    let Some(link) = link::find(&mut door, name.as_str()).or_failed(cannot)? else {
        return Ok(None);
    };
    if !link.is_bridge() {
        let kind = link.kind.unwrap_or_else(|| "network interface".into());
        return Err(
            Error::conflict(format!("`{name}` is a {kind}, not a bridge"))
                .hint("see `netpipe bridge list`"),
        );
    }
    let ports = link::ports(&mut door, link.index).or_failed(cannot)?;
    let addresses = addr::list(&mut door).or_failed(cannot)?;
    let addresses = addresses
        .into_iter()
        .filter(|a| a.link == link.index && !a.link_scope)
        .collect();
    Ok(Some(Found {
        link,
        ports,
        addresses,
    }))
}

/// All bridges of the host.
///
/// # Errors
/// If the kernel does not answer.
pub fn list(ctx: &Context) -> Result<Vec<Found>> {
    let mut door = ctx.host_door()?;
    let cannot = || "cannot list bridges".to_owned();
    let links = link::list(&mut door).or_failed(cannot)?;
    let addresses = addr::list(&mut door).or_failed(cannot)?;
    let found = links
        .iter()
        .filter(|link| link.is_bridge())
        .map(|bridge| Found {
            link: bridge.clone(),
            ports: links
                .iter()
                .filter(|link| link.master == Some(bridge.index))
                .cloned()
                .collect(),
            addresses: addresses
                .iter()
                .filter(|address| address.link == bridge.index && !address.link_scope)
                .copied()
                .collect(),
        });
    Ok(found.collect())
}

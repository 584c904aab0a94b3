//! What a tunnel goes over: the way to the other host, the address it is sent from, and the
//! largest packet that passes; and what of a tunnel the kernel has.

use std::net::IpAddr;

use ipnetwork::IpNetwork;

use crate::error::{Context, Error, Result};
use crate::plan::tunnel::Have;
use crate::registry::tunnel::TunnelRecord;
use crate::spec::{IfName, TunnelKind, TunnelSpec};
use crate::sys::addr::{self, Address};
use crate::sys::link::{self, Link};
use crate::sys::netlink::Door;
use crate::sys::{bridge_vlan, fdb, route, sysctl, tunnel, way};

/// What is below a tunnel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Underlay {
    /// This host's end.
    pub local: Option<IpAddr>,
    /// The name of the link that packets leave by.
    pub link: String,
    /// The largest packet that leaves in one piece, in bytes.
    pub mtu: u32,
}

/// What the tunnel asked for goes over.
///
/// # Errors
/// Not found if the device or this end's address is not there, a usage error if the other
/// end is this host, failed if there is no way to it.
pub fn find(door: &mut Door, spec: &TunnelSpec) -> Result<Underlay> {
    let cannot = || "cannot look up the underlay".to_owned();
    let dev = spec.dev.as_ref().map(|dev| named(door, dev)).transpose()?;
    let addresses = addr::list(door).or_failed(cannot)?;
    let holder = |ip: IpAddr| addresses.iter().find(|held| held.ip.ip() == ip);
    if let Some(local) = spec.local
        && holder(local).is_none()
    {
        return Err(
            Error::not_found(format!("--local `{local}` is no address of this host"))
                .hint("see `ip address`"),
        );
    }
    let dev_index = dev.as_ref().map(|dev| dev.index);
    let way = match spec.remote {
        Some(remote) => Some(way_to(door, remote, dev.as_ref())?),
        // A group is reached by the device; the way tells the address it is sent from.
        None => spec
            .group
            .and_then(|group| way::get(door, group, dev_index).ok()),
    };
    let by_local = spec.local.and_then(holder).map(|held: &Address| held.link);
    let index = dev_index.or(way.map(|way| way.link)).or(by_local);
    let link = match (dev, index) {
        (Some(dev), _) => Some(dev),
        (None, Some(index)) => link::get_by_index(door, index).or_failed(cannot)?,
        (None, None) => None,
    };
    let link = link.ok_or_else(|| Error::failed("the link below the tunnel is gone"))?;
    let source = way.and_then(|way| way.source);
    check_geneve(spec, source)?;
    let of_way = way.and_then(|way| way.mtu).unwrap_or(u32::MAX);
    Ok(Underlay {
        local: spec.local.or(source),
        link: link.name,
        mtu: link.mtu.min(of_way),
    })
}

fn named(door: &mut Door, dev: &IfName) -> Result<Link> {
    link::find(door, dev.as_str())
        .or_failed(|| format!("cannot look up the link `{dev}`"))?
        .ok_or_else(|| {
            Error::not_found(format!("there is no link `{dev}` on this host"))
                .hint("--dev names the link that the tunnel's packets leave by; see `ip link`")
        })
}

fn way_to(door: &mut Door, remote: IpAddr, dev: Option<&Link>) -> Result<way::Way> {
    let by = dev.map(|dev| format!(" dev {}", dev.name));
    let by = by.unwrap_or_default();
    let found = way::get(door, remote, dev.map(|dev| dev.index))
        .or_failed(|| format!("there is no route to {remote}{by}"))
        .map_err(|error| error.hint(format!("see `ip route get {remote}{by}`")))?;
    match found.is_own {
        true => Err(
            Error::usage(format!("--remote `{remote}` is an address of this host"))
                .hint("give the other host's address"),
        ),
        false => Ok(found),
    }
}

/// The kernel lets the route choose the address that Geneve is sent from.
fn check_geneve(spec: &TunnelSpec, source: Option<IpAddr>) -> Result<()> {
    match (spec.local, source) {
        (Some(local), Some(source)) if spec.kind == TunnelKind::Geneve && local != source => {
            Err(Error::usage(format!(
                "a geneve tunnel to this remote is sent from {source}, not from {local}"
            ))
            .hint("the route decides: leave --local out, or give the route another `src`"))
        }
        _ => Ok(()),
    }
}

/// What of a recorded tunnel the kernel has.
///
/// # Errors
/// A conflict if the name belongs to a link that is not this tunnel.
pub fn have(door: &mut Door, record: &TunnelRecord) -> Result<Have> {
    let name = &record.name;
    let cannot = || format!("cannot look up the tunnel `{name}`");
    let mut have = Have {
        accept_ra: sysctl::get("net/ipv6/conf/default/accept_ra"),
        ..Have::default()
    };
    if let Some(dev) = &record.dev {
        let found = link::find(door, dev.as_str()).or_failed(cannot)?;
        have.dev = found.map(|found| found.index);
    }
    if let Some(bridge) = &record.bridge {
        have.bridge = link::find(door, bridge.as_str()).or_failed(cannot)?;
        if let Some(other) = have.bridge.as_ref().filter(|found| !found.is_bridge()) {
            let kind = other.kind.as_deref().unwrap_or("network interface");
            return Err(
                Error::conflict(format!("`{bridge}` is a {kind}, not a bridge"))
                    .hint("see `netpipe bridge list`"),
            );
        }
    }
    let Some(link) = link::find(door, name.as_str()).or_failed(cannot)? else {
        return Ok(have);
    };
    let ours = match link.alias.as_deref() {
        Some(alias) => alias == record.mark(),
        None => link.group == record.group(),
    };
    if !ours {
        return Err(foreign(&link));
    }
    have.tunnel = tunnel::find(door, name.as_str()).or_failed(cannot)?;
    let addresses = addr::list(door).or_failed(cannot)?;
    let own = addresses.iter().filter(|held| held.link == link.index);
    have.addresses = own.map(|held| held.ip).collect();
    if !record.routes.is_empty() {
        let routes = route::list(door).or_failed(cannot)?;
        let own = routes.iter().filter(|route| route.link == link.index);
        have.routes = own
            .map(|route| route.destination)
            .collect::<Vec<IpNetwork>>();
    }
    if record.vlan.is_some() {
        have.vlans = bridge_vlan::get(door, link.index).or_failed(cannot)?;
    }
    if record.wire.kind == TunnelKind::Vxlan {
        have.peers = fdb::list(door, link.index).or_failed(cannot)?;
    }
    Ok(have)
}

/// The conflict with a link that has a tunnel's name and is not it.
pub fn foreign(link: &Link) -> Error {
    let kind = link.kind.as_deref().unwrap_or("network interface");
    Error::conflict(format!(
        "there is a link `{}`, a {kind}, and it is not this tunnel",
        link.name
    ))
    .hint("give another name, or remove that link if nothing needs it")
}

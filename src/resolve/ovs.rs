//! This host's Open vSwitch, found as its own tools find it, and what a name means to it.

use std::env;
use std::net::IpAddr;
use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::spec::{Datapath, IfName, LinkKind, LinkSpec, OvsdbRemote, TunnelKind, is_ovs_name};
use crate::sys::link::{self, Link};
use crate::sys::netlink::Door;
use crate::sys::ovsdb::{self, Bridge, Client, Facts, Interface};
use crate::sys::signal::Interrupt;
use crate::sys::way;

/// Where the sockets of Open vSwitch are (ovs-vsctl(8), `--db`).
const RUNDIR: &str = "/var/run/openvswitch";

/// The database: `given` (`--ovs-db`), else `db.sock` in OVS_RUNDIR, else the usual one.
pub fn find(given: Option<&OvsdbRemote>) -> OvsdbRemote {
    if let Some(remote) = given {
        return remote.clone();
    }
    let directory = env::var_os("OVS_RUNDIR").filter(|name| !name.is_empty());
    let directory = directory.map_or_else(|| PathBuf::from(RUNDIR), PathBuf::from);
    OvsdbRemote::Unix(directory.join("db.sock"))
}

/// Whether there is any sign of an Open vSwitch: one was named, or its socket is there.
pub fn is_there(given: Option<&OvsdbRemote>) -> bool {
    match (given, find(given)) {
        (None, OvsdbRemote::Unix(path)) => path.exists(),
        _ => true,
    }
}

/// How a switch is asked: which one, and what ends the wait for its answer.
#[derive(Debug, Clone, Copy)]
pub struct Access<'a> {
    /// The database, if one was given.
    pub given: Option<&'a OvsdbRemote>,
    /// The signals that end a wait.
    pub interrupt: &'a Interrupt,
}

/// A bridge of Open vSwitch to plug into: one that is there, or one to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OvsBridge {
    /// The database.
    pub db: OvsdbRemote,
    /// Its name.
    pub name: IfName,
    /// What the database has of it, but for its ports; none if it is to be made.
    pub found: Option<Bridge>,
    /// The host's own interface of it.
    pub link: Option<Link>,
    /// The type of its datapath; none for the switch's own choice.
    pub datapath_type: Option<String>,
    /// The largest packet that fits through it, in bytes, if that is known.
    pub mtu: Option<u32>,
}

impl OvsBridge {
    /// Whether frames are switched by the daemon and not in the kernel.
    pub fn is_userspace(&self) -> bool {
        self.datapath_type.as_deref() == Some(Datapath::Netdev.word())
    }
}

/// What `spec` means to the switch, of which the host has the link `found`; the inner error
/// is that link, if it is nothing of the switch's. A switch is asked only for names that may
/// be its: it may hang.
///
/// # Errors
/// A conflict if the name belongs to something else although `ovs:` was written; unreachable
/// if there is no switch where one is needed.
pub fn anchor(
    door: &mut Door,
    spec: &LinkSpec,
    found: Option<Link>,
    access: &Access<'_>,
) -> Result<Result<OvsBridge, Option<Link>>> {
    let LinkSpec { kind, name } = spec;
    let asked = match (kind, &found) {
        (Some(LinkKind::Ovs), _) => true,
        (None, None) => is_ovs_name(name),
        (None, Some(link)) => may_be_local(link) && is_there(access.given),
        (Some(_), _) => false,
    };
    if !asked {
        return Ok(Err(found));
    }
    let db = find(access.given);
    let mut client = Client::connect(&db, access.interrupt)?;
    let facts = ovsdb::facts(&mut client, name.as_str())?;
    match (&facts.bridge, &found) {
        (None, Some(link)) if kind.is_some() => {
            let kind = link.kind.as_deref().unwrap_or("network interface");
            Err(Error::conflict(format!(
                "`{name}` is a {kind}, not a bridge of Open vSwitch"
            ))
            .hint("name one, or a name that is free to have one made"))
        }
        (None, Some(_)) => Ok(Err(found)),
        (Some(_), _) | (None, None) => {
            let mtu = found.as_ref().map(|link| link.mtu);
            let tunnels = match facts.tunnels && facts.bridge.is_some() {
                true => largest_through_tunnels(door, &mut client, name)?,
                false => None,
            };
            Ok(Ok(OvsBridge {
                db,
                name: name.clone(),
                datapath_type: match &facts.bridge {
                    Some(bridge) => {
                        Some(bridge.datapath_type.clone()).filter(|kind| !kind.is_empty())
                    }
                    None => datapath(&facts, None)?,
                },
                found: facts.bridge,
                link: found,
                mtu: mtu.into_iter().chain(tunnels).min(),
            }))
        }
    }
}

/// The bytes of a VLAN's tag: a frame of a port in a VLAN keeps it in the tunnel.
pub const TUNNEL_TAG: u32 = 4;

/// The largest packet that fits through every tunnel of a bridge: what is too large for one
/// is lost without a word, for the switch answers nobody.
fn largest_through_tunnels(
    door: &mut Door,
    client: &mut Client,
    name: &IfName,
) -> Result<Option<u32>> {
    let bridges = ovsdb::bridges(client)?;
    let ports = bridges.iter().filter(|bridge| bridge.name == name.as_str());
    let interfaces = ports
        .flat_map(|bridge| bridge.others())
        .flat_map(|port| &port.interfaces);
    Ok(interfaces
        .filter_map(|interface| through_tunnel(door, interface))
        .min())
}

/// The largest packet that fits through a tunnel, in bytes; none if it is no tunnel, or there
/// is no way to its other end.
pub fn through_tunnel(door: &mut Door, interface: &Interface) -> Option<u32> {
    let kind = tunnel_kind(&interface.kind)?;
    let remote: IpAddr = interface.options.get("remote_ip")?.parse().ok()?;
    let way = way::get(door, remote, None).ok()?;
    let below = link::get_by_index(door, way.link).ok()??;
    let keys = ["key", "in_key", "out_key"];
    let keyed = kind.is_gre() && keys.iter().any(|key| interface.options.contains_key(*key));
    let cost = kind.overhead(remote.is_ipv6(), keyed) + TUNNEL_TAG;
    Some(
        below
            .mtu
            .min(way.mtu.unwrap_or(u32::MAX))
            .saturating_sub(cost),
    )
}

/// What the type of an interface is as a tunnel, all of which carry frames.
pub fn tunnel_kind(kind: &str) -> Option<TunnelKind> {
    match kind {
        "gre" | "ip6gre" => Some(TunnelKind::Gretap),
        "vxlan" => Some(TunnelKind::Vxlan),
        "geneve" => Some(TunnelKind::Geneve),
        _ => None,
    }
}

/// Whether a link may be the host's own interface of a bridge of the switch: one of the
/// kernel's datapath, or a tap of the daemon's.
pub fn may_be_local(link: &Link) -> bool {
    matches!(link.kind.as_deref(), Some("openvswitch" | "tun"))
}

/// The kind of datapath for a new bridge: the one asked for, else the kernel's where there
/// is one.
///
/// # Errors
/// Failed if the switch has none of that kind.
pub fn datapath(facts: &Facts, asked: Option<Datapath>) -> Result<Option<String>> {
    let has = |kind: Datapath| facts.datapath_types.iter().any(|has| has == kind.word());
    match asked {
        // A daemon that has never run has not said what it can do.
        _ if facts.datapath_types.is_empty() => Ok(asked.map(|kind| kind.word().to_owned())),
        Some(kind) if !has(kind) => Err(Error::failed(format!(
            "this Open vSwitch has no datapath of type {kind}"
        ))
        .hint(match kind {
            Datapath::System => {
                "kernel has no Open vSwitch support: modprobe openvswitch, and restart ovs-vswitchd"
            }
            Datapath::Netdev => "see `ovs-vsctl get Open_vSwitch . datapath_types`",
        })),
        Some(kind) => Ok(Some(kind.word().to_owned())),
        None if has(Datapath::System) => Ok(None),
        None => Ok(Some(Datapath::Netdev.word().to_owned())),
    }
}

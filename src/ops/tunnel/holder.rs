//! Who has a tunnel's key or VNI: the kernel has each but once, and says no more than that
//! it exists.

use std::path::PathBuf;

use crate::error::{Context as _, Error, Kind, Result};
use crate::ops::Context;
use crate::registry::record::mark;
use crate::registry::tunnel::{TunnelRecord, of_mark};
use crate::spec::{IfName, MARK, StoreId, Wire, shown};
use crate::sys::elsewhere;
use crate::sys::netlink::Door;
use crate::sys::netns::Netns;
use crate::sys::tunnel::{self, Found};

/// Refuses a tunnel whose key or VNI another one has: on this host, or in the records, from
/// which a repair would make it.
///
/// # Errors
/// A conflict that names the other one and whose it is.
pub fn refuse(ctx: &Context, door: &mut Door, name: &IfName, wire: &Wire) -> Result<()> {
    let found = tunnel::list(door).or_failed(|| "cannot list tunnels".into())?;
    let clash = |other: &&Found| other.link.name != name.as_str() && other.wire.clashes(wire);
    if let Some(other) = found.iter().find(clash) {
        let (whose, hint) = whose(ctx, other)?;
        return Err(Error::conflict(format!(
            "{} is taken by the link `{}`, which is {whose}",
            wire.identity(),
            other.link.name
        ))
        .hint(hint));
    }
    let records = ctx.registry()?.tunnels()?;
    let clash = |record: &&TunnelRecord| record.name != *name && record.wire.clashes(wire);
    match records.iter().find(clash) {
        None => Ok(()),
        Some(other) => Err(Error::conflict(format!(
            "{} belongs to the tunnel `{}`, which is recorded but not there",
            wire.identity(),
            other.name
        ))
        .hint(format!(
            "give another, or remove that one: netpipe tunnel del {}",
            other.name
        ))),
    }
}

/// Whose a tunnel is, and what to do about it.
fn whose(ctx: &Context, other: &Found) -> Result<(&'static str, String)> {
    let name = &other.link.name;
    let alias = other.link.alias.as_deref();
    let own = ctx.store_id()?;
    Ok(match alias {
        Some(_) if is_marked(ctx, alias)? => (
            "a tunnel of netpipe's",
            format!("give another, or remove that one: netpipe tunnel del {name}"),
        ),
        Some(text) if StoreId::of_mark(text).is_some_and(|id| id != own) => (
            "of another state directory of netpipe's",
            "give another, or remove it with that --state-dir".into(),
        ),
        Some(text) if text.starts_with(MARK) => (
            "of another host's name in this store",
            "give another, or remove it with that --host-name".into(),
        ),
        _ => (
            "not netpipe's",
            format!("give another, or remove it if nothing needs it: ip link del {name}"),
        ),
    })
}

/// Whether an alias is that of a tunnel of this host in this store.
///
/// # Errors
/// If the store cannot be read.
pub fn is_marked(ctx: &Context, alias: Option<&str>) -> Result<bool> {
    let own = mark(Some(ctx.store_id()?), &format!("{}/", ctx.host));
    let rest = alias.and_then(|alias| alias.strip_prefix(own.as_str()));
    Ok(rest.and_then(of_mark).is_some())
}

/// Whether a tunnel is marked as this host's and has no record.
///
/// # Errors
/// If the store does not answer.
pub fn is_unrecorded(ctx: &Context, found: &Found) -> Result<bool> {
    if !is_marked(ctx, found.link.alias.as_deref())? {
        return Ok(false);
    }
    let records = ctx.registry()?.tunnels()?;
    Ok(!records
        .iter()
        .any(|record| record.name.as_str() == found.link.name))
}

/// Adds to the kernel's "exists" who has it: if nobody here, it was made here and moved into
/// a namespace, where it keeps its key or VNI of this host.
pub fn name(ctx: &Context, record: &TunnelRecord, error: Error) -> Error {
    if error.kind() != Kind::Conflict || ctx.interrupt.check().is_err() {
        return error;
    }
    match moved_away(&record.wire) {
        Some((place, name)) => error.hint(format!(
            "it is `{}` in the namespace `{}`, which was made on this host and moved there",
            shown(&name),
            shown(&place.to_string_lossy())
        )),
        None => error.hint("see `ip -d link` here and in the containers"),
    }
}

/// Where a link is that was made in this namespace and has this wire.
fn moved_away(wire: &Wire) -> Option<(PathBuf, String)> {
    for path in elsewhere::namespaces() {
        let Ok(netns) = Netns::open(&path) else {
            continue;
        };
        let found = netns.run(|| Door::open().and_then(|mut door| tunnel::list(&mut door)));
        let Ok(Ok(found)) = found else {
            continue;
        };
        let same = |one: &&Found| one.link.peer_elsewhere && one.wire.clashes(wire);
        if let Some(found) = found.iter().find(same) {
            return Some((path, found.link.name.clone()));
        }
    }
    None
}

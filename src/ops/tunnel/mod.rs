//! Tunnels between hosts: made, removed, listed. A tunnel is recorded, so that a repair can
//! make it anew after a boot.

mod draft;
mod holder;
mod install;
mod peer;
mod settle;
mod upkeep;

pub use peer::{add as add_peer, del as del_peer, list as peers};
pub use upkeep::{Checked, check, collect};

use super::Context;
use super::install::{run_or_undo, with_leftover};
use super::ovs_tunnel::{self, TunnelPort};
use crate::error::{Context as _, Error, Result};
use crate::plan::tunnel as plan;
use crate::registry::record::State;
use crate::registry::tunnel::TunnelRecord;
use crate::resolve::underlay;
use crate::spec::{IfName, TunnelSpec};
use crate::sys::lock::Lock;
use crate::sys::tunnel::{self, Found};

/// What an add came to.
#[derive(Debug)]
pub struct Added {
    /// The tunnel.
    pub record: TunnelRecord,
    /// Whether anything had to be made.
    pub made: bool,
}

/// A tunnel of the host: recorded, in the kernel, or both.
#[derive(Debug)]
pub struct Listed {
    /// The record, if it is netpipe's.
    pub record: Option<TunnelRecord>,
    /// The link, if it is there.
    pub found: Option<Found>,
    /// The port of Open vSwitch that it is, in place of both.
    pub port: Option<TunnelPort>,
}

impl Listed {
    /// Its name.
    pub fn name(&self) -> &str {
        match (&self.record, &self.found, &self.port) {
            (Some(record), ..) => record.name.as_str(),
            (None, Some(found), _) => &found.link.name,
            (None, None, Some(port)) => &port.name,
            (None, None, None) => "",
        }
    }
}

/// Makes a tunnel, or what is missing of the same one.
///
/// # Errors
/// A conflict if the name or the tunnel's key or VNI is taken or it differs from what is
/// there; otherwise what failed, with nothing changed.
pub fn add(ctx: &Context, spec: &TunnelSpec) -> Result<Added> {
    let doing = format!("cannot add tunnel `{}`", spec.name);
    add_inner(ctx, spec).map_err(|error| error.while_doing(&doing))
}

fn add_inner(ctx: &Context, spec: &TunnelSpec) -> Result<Added> {
    let _lock = ctx.lock_tunnel(&spec.name)?;
    let known = settle::known(ctx, &spec.name)?;
    let _bridge = lock_bridge_of(ctx, spec.bridge.as_ref())?;
    let mut door = ctx.host_door()?;
    if let Some(record) = known {
        draft::check_equal(&record, spec)?;
        let have = underlay::have(&mut door, &record)?;
        let record = settle::renewed(ctx, &record, &have)?;
        let steps = plan::steps(&record, &have);
        run_or_undo(ctx, &mut door, &steps).map_err(|error| holder::name(ctx, &record, error))?;
        let made = !steps.is_empty();
        return Ok(Added { record, made });
    }
    let drafted = draft::new(ctx, &mut door, spec)?;
    let steps = plan::steps(&drafted.record, &drafted.have);
    let record = install::install(ctx, &mut door, &steps, &drafted.record)?;
    drafted.warnings.into_iter().for_each(|text| ctx.warn(text));
    Ok(Added { record, made: true })
}

/// The steps [`add`] would run, as commands. Nothing is changed.
///
/// # Errors
/// As [`add`].
pub fn dry_run(ctx: &Context, spec: &TunnelSpec) -> Result<Vec<String>> {
    preview(ctx, spec, false)
}

/// The same; of one that is made anew (`anew`) as if it were not there.
///
/// # Errors
/// As [`add`].
pub fn preview(ctx: &Context, spec: &TunnelSpec, anew: bool) -> Result<Vec<String>> {
    let doing = format!("cannot add tunnel `{}`", spec.name);
    let steps = || {
        let mut door = ctx.host_door()?;
        let registry = ctx.registry()?;
        if anew {
            let drafted = draft::anew(ctx, &mut door, spec)?;
            return Ok(plan::steps(&drafted.record, &drafted.have));
        }
        if let Some(record) = registry.tunnel(&spec.name)? {
            draft::check_equal(&record, spec)?;
            let have = underlay::have(&mut door, &record)?;
            return Ok(plan::steps(&record, &have));
        }
        let drafted = draft::new(ctx, &mut door, spec)?;
        drafted.warnings.into_iter().for_each(|text| ctx.warn(text));
        Ok(plan::steps(&drafted.record, &drafted.have))
    };
    let steps = steps().map_err(|error: Error| error.while_doing(&doing))?;
    Ok(steps.iter().map(|step| step.command("")).collect())
}

/// Makes a tunnel that was removed as it was recorded.
///
/// # Errors
/// As [`add`].
pub fn restore(ctx: &Context, record: &TunnelRecord) -> Result<()> {
    let _lock = ctx.lock_tunnel(&record.name)?;
    let _bridge = lock_bridge_of(ctx, record.bridge.as_ref())?;
    let mut door = ctx.host_door()?;
    let have = underlay::have(&mut door, record)?;
    let pending = TunnelRecord {
        state: State::Pending,
        removing: false,
        ..record.clone()
    };
    let steps = plan::steps(&pending, &have);
    install::install(ctx, &mut door, &steps, &pending).map(drop)
}

/// How a recorded tunnel differs from what is asked for; none if it does not.
pub fn difference(record: &TunnelRecord, spec: &TunnelSpec) -> Option<Error> {
    draft::check_equal(record, spec).err()
}

/// Removes a tunnel that netpipe made; whether it was there.
///
/// # Errors
/// A conflict if a tunnel of that name is not netpipe's, or what could not be removed.
pub fn del(ctx: &Context, name: &IfName) -> Result<bool> {
    let doing = format!("cannot remove tunnel `{name}`");
    let del = || {
        let _lock = ctx.lock_tunnel(name)?;
        match ctx.registry()?.tunnel(name)? {
            Some(record) => {
                settle::refuse_elsewhere(ctx, &record)?;
                settle::remove(ctx, &record).map(|()| true)
            }
            None => {
                refuse_foreign(ctx, name)?;
                ovs_tunnel::del(ctx, name)
            }
        }
    };
    del().map_err(|error: Error| error.while_doing(&doing))
}

/// The steps [`del`] would run, as commands. Nothing is changed.
///
/// # Errors
/// As [`del`].
pub fn dry_run_del(ctx: &Context, name: &IfName) -> Result<Vec<String>> {
    let Some(record) = ctx.registry()?.tunnel(name)? else {
        refuse_foreign(ctx, name)?;
        let port = ovs_tunnel::teardown(ctx, name)?;
        let steps = port.map(|(_, steps)| steps).unwrap_or_default();
        return Ok(steps.iter().map(|step| step.command("")).collect());
    };
    let steps = settle::teardown_steps(ctx, &record)?;
    Ok(steps.iter().map(|step| step.command("")).collect())
}

/// Refuses to remove a tunnel without a record.
fn refuse_foreign(ctx: &Context, name: &IfName) -> Result<()> {
    let found = tunnel::find(&mut ctx.host_door()?, name.as_str());
    match found.or_failed(|| format!("cannot look up the link `{name}`"))? {
        None => Ok(()),
        Some(found) if holder::is_unrecorded(ctx, &found)? => {
            Err(Error::conflict("it has lost its record").hint("`netpipe gc` removes it"))
        }
        Some(_) => Err(Error::conflict("it is not netpipe's, so it stays")
            .hint(format!("remove it yourself: ip link del {name}"))),
    }
}

/// All tunnels of the host. Of records that cannot be read it warns.
///
/// # Errors
/// If store or kernel does not answer.
pub fn list(ctx: &Context) -> Result<Vec<Listed>> {
    let found = tunnel::list(&mut ctx.host_door()?);
    let mut found = found.or_failed(|| "cannot list tunnels".into())?;
    let mut all = Vec::new();
    for record in ctx.registry()?.each_tunnel()? {
        match record {
            Ok(record) => {
                let own = |one: &Found| one.link.alias.as_ref() == Some(&record.mark());
                let at = found.iter().position(own);
                let found = at.map(|at| found.swap_remove(at));
                let record = Some(record);
                all.push(Listed {
                    record,
                    found,
                    port: None,
                });
            }
            Err((_, error)) => ctx.warn(error.to_string()),
        }
    }
    all.extend(found.into_iter().map(|found| Listed {
        record: None,
        found: Some(found),
        port: None,
    }));
    // A switch that does not answer hides none of the kernel's.
    match ovs_tunnel::list(ctx) {
        Ok(ports) => all.extend(ports.into_iter().map(|port| Listed {
            record: None,
            found: None,
            port: Some(port),
        })),
        Err(error) => ctx.warn(format!("without those of Open vSwitch: {error}")),
    }
    all.sort_by(|one, other| one.name().cmp(other.name()));
    Ok(all)
}

/// One tunnel of the host.
///
/// # Errors
/// Not found if there is none of that name.
pub fn show(ctx: &Context, name: &IfName) -> Result<Listed> {
    // One whose record cannot be read is an error here.
    ctx.registry()?.tunnel(name)?;
    let found = list(ctx)?
        .into_iter()
        .find(|one| one.name() == name.as_str());
    found.ok_or_else(|| {
        Error::not_found(format!("there is no tunnel `{name}`")).hint("see `netpipe tunnel list`")
    })
}

/// Keeps other netpipe processes off a tunnel's bridge, if it has one.
fn lock_bridge_of(ctx: &Context, bridge: Option<&IfName>) -> Result<Option<Lock>> {
    bridge.map(|bridge| ctx.lock_bridge(bridge)).transpose()
}

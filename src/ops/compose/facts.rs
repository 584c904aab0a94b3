//! What the host has of a service's bridge, and who else uses what a service made.

use crate::error::{Context as _, Result};
use crate::ops::{Context, bridge, ovs_bridge, ovs_owner};
use crate::registry::compose::{BridgeClaim, ComposeRecord};
use crate::registry::record::{OWN_BRIDGE, State};
use crate::spec::IfName;
use crate::sys::link;

/// A bridge of the host.
#[derive(Debug)]
pub(super) struct Bridge {
    /// Its index; zero if the host has no link of it.
    pub index: u32,
    /// Whether netpipe made it.
    pub ours: bool,
    /// Whether it stays until it is removed; others go with their last port.
    pub stays: bool,
    /// The host's addresses on it.
    pub addresses: Vec<ipnetwork::IpNetwork>,
    /// Its ports.
    pub ports: Vec<String>,
}

/// The bridge of a claim, or none.
///
/// # Errors
/// A conflict if the name belongs to something else.
pub(super) fn bridge(ctx: &Context, claim: &BridgeClaim) -> Result<Option<Bridge>> {
    if claim.ovs {
        let found = ovs_bridge::find(ctx, &claim.name)?;
        return Ok(found.map(|found| Bridge {
            // The daemon makes its link anew when it starts again.
            index: 0,
            ours: ovs_owner::is_ours(&found.bridge),
            stays: found.bridge.mark() == Some(OWN_BRIDGE),
            addresses: found.addresses.iter().map(|one| one.ip).collect(),
            ports: found.bridge.others().map(|one| one.name.clone()).collect(),
        }));
    }
    let found = bridge::find(ctx, &claim.name)?;
    Ok(found.map(|found| Bridge {
        index: found.link.index,
        ours: bridge::is_ours(&found.link) || bridge::is_unfinished(ctx, &found.link, &claim.name),
        stays: found.link.alias.as_deref() == Some(OWN_BRIDGE),
        addresses: found.addresses.iter().map(|one| one.ip).collect(),
        ports: found.ports.iter().map(|one| one.name.clone()).collect(),
    }))
}

/// Whether the name is that of a link which is no bridge of the kernel's.
pub(super) fn is_of_switch(ctx: &Context, name: &IfName) -> Result<bool> {
    ovs_bridge::has(ctx, name)
}

/// Whether there is any link of that name.
pub(super) fn is_there(ctx: &Context, name: &IfName) -> Result<bool> {
    let found = link::find(&mut ctx.host_door()?, name.as_str());
    Ok(found
        .or_failed(|| format!("cannot look up the link `{name}`"))?
        .is_some())
}

/// Whether the bridge that is there is the one that was made for a record: by its index in the
/// boot it was made in, for a bridge's mark names nobody.
pub(super) fn is_its_own(
    ctx: &Context,
    record: &ComposeRecord,
    claim: &BridgeClaim,
    found: &Bridge,
) -> Result<bool> {
    if !claim.made || !found.ours {
        return Ok(false);
    }
    if claim.ovs {
        // The database outlives boots.
        return Ok(true);
    }
    let unknown = claim.index == 0 && record.state == State::Pending;
    Ok(record.boot_id == ctx.boot_id()? && (unknown || claim.index == found.index))
}

/// The other services of this host that are up.
///
/// # Errors
/// If the store does not answer.
pub(super) fn others(ctx: &Context, record: &ComposeRecord) -> Result<Vec<ComposeRecord>> {
    let all = ctx.registry()?.each_compose()?.into_iter().flatten();
    let other = |one: &ComposeRecord| !one.leaving && one.name() != record.name();
    Ok(all.filter(other).collect())
}

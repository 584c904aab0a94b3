//! Which topology a bridge was made for.

use super::Context;
use crate::error::Result;
use crate::registry::bridge::BridgeRecord;
use crate::registry::keys;
use crate::spec::IfName;

/// Makes a bridge with a note, beforehand, of the topology it is for; that goes again if the
/// bridge could not be made. One that was there already is nobody's but its maker's.
///
/// # Errors
/// What `make` says; if the store fails.
pub fn made_for<T>(
    ctx: &Context,
    name: &IfName,
    is_new: bool,
    make: impl FnOnce() -> Result<T>,
) -> Result<T> {
    let Some(topology) = ctx.topology().filter(|_| is_new) else {
        return make();
    };
    let registry = ctx.registry()?;
    let record = BridgeRecord::new(registry.host(), name, topology);
    let before = of(ctx, name)?;
    if before.as_ref() != Some(&record) {
        registry.replace(before.as_ref(), &record)?;
    }
    let made = make();
    if made.is_err() {
        registry.restore(&record, before.as_ref())?;
    }
    made
}

/// The note, if there is one.
///
/// # Errors
/// If the store fails.
pub fn of(ctx: &Context, name: &IfName) -> Result<Option<BridgeRecord>> {
    ctx.registry()?.single(&keys::bridge(&ctx.host, name))
}

/// Drops the note of a bridge that has gone.
///
/// # Errors
/// If the store fails.
pub fn forget(ctx: &Context, name: &IfName) -> Result<()> {
    match of(ctx, name)? {
        Some(record) => ctx.registry()?.forget(&record),
        None => Ok(()),
    }
}

//! Finding drift between records and kernel, and putting it right.

use super::drift::{Drift, drift, settings};
use super::install::{self, Site};
use super::standing::{self, Standing};
use super::{Context, recover, repair};
use crate::error::{Error, Kind, Result};
use crate::registry::found::Found;
use crate::registry::record::AttachmentRecord;
use crate::resolve::Inside;
use crate::spec::{IfName, Target};

/// One attachment looked at.
#[derive(Debug)]
pub struct Checked {
    /// The record.
    pub record: AttachmentRecord,
    /// Where the kernel differs from it.
    pub drift: Vec<Drift>,
    /// What became of the repair, if one was asked for.
    pub repair: Option<Result<()>>,
}

/// Looks at one attachment; changes nothing. What cannot be looked at is a drift of its own,
/// so that one odd target does not hide the others.
fn look(ctx: &Context, record: AttachmentRecord) -> Result<Checked> {
    let drift = match differences(ctx, &record) {
        Err(error) if matches!(error.kind(), Kind::Interrupted(_)) => return Err(error),
        Err(error) => vec![Drift::TargetGone(error.to_string())],
        Ok(drift) => drift,
    };
    Ok(Checked {
        record,
        drift,
        repair: None,
    })
}

fn differences(ctx: &Context, record: &AttachmentRecord) -> Result<Vec<Drift>> {
    Ok(match standing::of(ctx, record)? {
        Standing::Here(place) | Standing::Renewed(place) => {
            let (inside, _) = Inside::read(&place.netns, |_| settings(record))?;
            let host = repair::host_side(ctx, &mut ctx.host_door()?, record)?;
            let others = ctx.registry()?.all_of_target(&record.owner.target)?.records;
            drift(ctx.boot_id()?, record, &others, &host, &inside)
        }
        Standing::Stopped => vec![Drift::TargetGone(format!(
            "container `{}` is not running",
            record.owner.target
        ))],
        Standing::Gone(why) => vec![Drift::TargetGone(why)],
    })
}

/// The attachments of a target, each with its drift. Of records that cannot be read it warns.
///
/// # Errors
/// Not found if nothing is recorded of it.
pub fn show(ctx: &Context, target: &Target, ifname: Option<&IfName>) -> Result<Vec<Checked>> {
    let registry = ctx.registry()?;
    let name = ctx.recorded(target)?;
    let found = registry.all_of_target(&name)?;
    let is_asked = |name: &IfName| ifname.is_none_or(|asked| asked == name);
    let mut records = found.records;
    records.retain(|record| is_asked(&record.owner.ifname));
    // The wires that end here, each under its near end.
    let is_end = |record: &AttachmentRecord| {
        record
            .peer
            .as_ref()
            .is_some_and(|peer| is_asked(&peer.ifname))
    };
    records.extend(registry.wired_to(&name)?.into_iter().filter(is_end));
    for broken in found.broken {
        match &broken.owner {
            Some(owner) if !is_asked(&owner.ifname) => {}
            _ if records.is_empty() => return Err(broken.error),
            _ => ctx.warn(broken.to_string()),
        }
    }
    if records.is_empty() {
        let what = ifname.map(|name| format!(" `{name}`")).unwrap_or_default();
        return Err(
            Error::not_found(format!("nothing is attached to `{target}`{what}"))
                .hint("`netpipe list` shows what is"),
        );
    }
    records
        .into_iter()
        .map(|record| look(ctx, record))
        .collect()
}

/// The records that a check looks at: all of this host, or one target's.
///
/// # Errors
/// If the store does not answer.
pub fn records(ctx: &Context, target: Option<&Target>) -> Result<Found> {
    match target {
        Some(target) => {
            let name = ctx.recorded(target)?;
            let mut found = ctx.registry()?.all_of_target(&name)?;
            found.records.extend(ctx.registry()?.wired_to(&name)?);
            Ok(found)
        }
        None => ctx.registry()?.attachments(),
    }
}

/// Checks one attachment and, if asked, puts it right.
///
/// # Errors
/// If store or kernel does not answer; a failed repair is part of the outcome.
pub fn check(ctx: &Context, record: AttachmentRecord, fix: bool) -> Result<Checked> {
    ctx.interrupt.check()?;
    let mut checked = look(ctx, record)?;
    let unsettled = checked.record.is_unsettled();
    if fix && (unsettled || !checked.drift.is_empty()) {
        checked.repair = match repair_one(ctx, &checked.record) {
            Err(error) if matches!(error.kind(), Kind::Interrupted(_)) => return Err(error),
            repaired => Some(repaired),
        };
    }
    Ok(checked)
}

fn repair_one(ctx: &Context, seen: &AttachmentRecord) -> Result<()> {
    let _locks = ctx.lock_ends(seen)?;
    // Under the lock the record may be another one than before.
    let Some(record) = ctx.registry()?.attachment(&seen.owner)? else {
        return Err(Error::failed("it was detached meanwhile"));
    };
    let place = match standing::of(ctx, &record)? {
        Standing::Here(place) | Standing::Renewed(place) => place,
        Standing::Stopped => {
            return Err(Error::failed("its container is not running").hint("start it"));
        }
        Standing::Gone(why) => {
            return Err(Error::failed(why).hint("`netpipe gc` removes what was recorded"));
        }
    };
    let record = if record.is_unsettled() {
        match recover::settle(ctx, Some(&place), &record)?.remaining() {
            Some(settled) => settled,
            // A detach that was begun is finished now.
            None if record.detaching => return Ok(()),
            None => {
                return Err(Error::failed(
                    "the command that made it did not finish, so it was rolled back",
                ));
            }
        }
    } else {
        record
    };
    let records = ctx.registry()?.all_of_target(&record.owner.target)?.records;
    let mut site = Site::open(ctx, &place, |inside| install::settings(&record, inside))?;
    repair::record(ctx, &mut site, &record, &records).map(drop)
}

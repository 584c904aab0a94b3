//! Finding drift between records and kernel, and putting it right.

use super::drift::{Drift, drift};
use super::install::{self, Site};
use super::{Context, recover, repair};
use crate::error::{Error, Kind, Result};
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

/// Looks at one attachment; changes nothing.
fn look(ctx: &Context, record: AttachmentRecord) -> Result<Checked> {
    let drift = match ctx.place(&record.owner.target, None) {
        Ok(place) => {
            let (inside, _) = Inside::read(&place.netns, |_| Vec::new())?;
            let host = repair::host_side(&mut ctx.host_door()?, &record)?;
            if place.container == record.container {
                drift(&record, &host, &inside)
            } else {
                vec![Drift::TargetGone(
                    "another container has its name now".into(),
                )]
            }
        }
        Err(error) if error.kind() == Kind::Usage => return Err(error),
        Err(error) => vec![Drift::TargetGone(error.to_string())],
    };
    Ok(Checked {
        record,
        drift,
        repair: None,
    })
}

/// The attachments of a target, each with its drift.
///
/// # Errors
/// Not found if nothing is recorded of it.
pub fn show(ctx: &Context, target: &Target, ifname: Option<&IfName>) -> Result<Vec<Checked>> {
    let mut records = ctx.registry()?.of_target(&ctx.recorded(target)?)?;
    records.retain(|record| ifname.is_none_or(|name| record.owner.ifname == *name));
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
pub fn records(ctx: &Context, target: Option<&Target>) -> Result<Vec<AttachmentRecord>> {
    match target {
        Some(target) => ctx.registry()?.of_target(&ctx.recorded(target)?),
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

fn repair_one(ctx: &Context, record: &AttachmentRecord) -> Result<()> {
    let (place, _lock) = ctx.locked_place(&record.owner.target, None)?;
    // Under the lock the record may be another one than before.
    let records = recover::target(ctx, &place)?;
    let Some(record) = records.into_iter().find(|now| now.owner == record.owner) else {
        return Ok(());
    };
    let mut site = Site::open(ctx, &place, |inside| install::settings(&record, inside))?;
    repair::record(ctx, &mut site, &record).map(drop)
}

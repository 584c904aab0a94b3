//! What is recorded beside what the kernel has, at a glance: one dump of the host's
//! links serves all records with an end there. `check` looks closer.

use std::collections::HashMap;

use super::Context;
use super::standing::{self, Standing};
use crate::error::{Context as _, Result};
use crate::registry::record::AttachmentRecord;
use crate::spec::Target;
use crate::sys::link::{self, Link};

/// What the kernel has of an attachment: of the host's end, or of the link in the target if
/// there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// It is there, up, and has carrier.
    Up,
    /// It is there, but down or without carrier.
    Down,
    /// The end is missing.
    Missing,
    /// It is inside a target that nobody can be asked for.
    Unknown,
}

impl Kernel {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
        }
    }

    fn of(link: Option<&Link>) -> Self {
        match link {
            Some(link) if link.up && link.running => Self::Up,
            Some(_) => Self::Down,
            None => Self::Missing,
        }
    }
}

/// A recorded attachment with what the host has of it.
#[derive(Debug)]
pub struct Listed {
    /// The record.
    pub record: AttachmentRecord,
    /// What the host has.
    pub kernel: Kernel,
}

/// All attachments of this host, or of one target. Of records that cannot be read it warns.
///
/// # Errors
/// If the store or the kernel does not answer.
pub fn list(ctx: &Context, target: Option<&Target>) -> Result<Vec<Listed>> {
    let registry = ctx.registry()?;
    let found = match target {
        Some(target) => registry.all_of_target(&ctx.recorded(target)?)?,
        None => registry.attachments()?,
    };
    found
        .broken
        .iter()
        .for_each(|broken| ctx.warn(broken.to_string()));
    let records = found.records;
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let host = link::list(&mut ctx.host_door()?).or_failed(|| "cannot list links".into())?;
    let links: HashMap<&str, &Link> = host.iter().map(|link| (link.name.as_str(), link)).collect();
    let listed = records.into_iter().map(|record| {
        let kernel = match &record.host_ifname {
            Some(name) => Kernel::of(links.get(name.as_str()).copied()),
            None => inside(ctx, &record),
        };
        Listed { record, kernel }
    });
    Ok(listed.collect())
}

/// What the target has of an attachment without an end on the host.
fn inside(ctx: &Context, record: &AttachmentRecord) -> Kernel {
    let found = standing::of(ctx, record).and_then(|standing| match standing {
        Standing::Here(place) => link::find(&mut place.door()?, record.owner.ifname.as_str())
            .or_failed(|| "cannot look up the link".into()),
        Standing::Renewed(_) | Standing::Stopped | Standing::Gone(_) => Ok(None),
    });
    let ours = |link: &Link| link.is_proven(record.handle().2, Some(&record.mark()));
    match found {
        Ok(link) => Kernel::of(link.filter(ours).as_ref()),
        Err(_) => Kernel::Unknown,
    }
}

//! What is recorded beside what the kernel has, at a glance: one dump of the host's
//! links serves all records. `check` looks closer.

use std::collections::HashMap;

use super::Context;
use crate::error::{Context as _, Result};
use crate::registry::record::AttachmentRecord;
use crate::spec::Target;
use crate::sys::link::{self, Link};

/// What the host has of an attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// The host's end is there, up, and has carrier.
    Up,
    /// The host's end is there, but down or without carrier.
    Down,
    /// The host's end is missing.
    Missing,
}

impl Kernel {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Missing => "missing",
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
    let links = link::list(&mut ctx.host_door()?).or_failed(|| "cannot list links".into())?;
    let links: HashMap<&str, &Link> = links
        .iter()
        .map(|link| (link.name.as_str(), link))
        .collect();
    let listed = records.into_iter().map(|record| {
        let kernel = match links.get(record.host_ifname.as_str()) {
            Some(link) if link.up && link.running => Kernel::Up,
            Some(_) => Kernel::Down,
            None => Kernel::Missing,
        };
        Listed { record, kernel }
    });
    Ok(listed.collect())
}

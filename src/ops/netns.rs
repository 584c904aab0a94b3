//! Named network namespaces made and removed by hand.

use std::path::Path;

use super::Context;
use super::install::run_or_undo;
use crate::error::{Error, Result};
use crate::plan::Step;
use crate::registry::record::AttachmentRecord;
use crate::spec::{NETNS_DIR, Target};
use crate::sys::netns::Netns;
use crate::sys::netns_file;

/// A name in /run/netns.
#[derive(Debug)]
pub struct Named {
    /// The name.
    pub name: String,
    /// Whether a namespace is behind it that may be opened.
    pub namespace: bool,
    /// What netpipe has attached to it.
    pub attachments: Vec<AttachmentRecord>,
}

/// Makes a network namespace of that name, as `ip netns add` does.
///
/// # Errors
/// A conflict if the name is taken; failed, undone.
pub fn add(ctx: &Context, name: &str) -> Result<()> {
    let step = Step::AddNetns { name: name.into() };
    run_or_undo(ctx, &mut ctx.host_door()?, &[step])
        .map_err(|error| error.while_doing(&format!("cannot add network namespace `{name}`")))
}

/// Removes a name, as `ip netns del` does.
///
/// # Errors
/// Not found; a conflict while something is attached to it.
pub fn del(ctx: &Context, name: &str) -> Result<()> {
    let doing = format!("cannot remove network namespace `{name}`");
    del_inner(ctx, name).map_err(|error| error.while_doing(&doing))
}

fn del_inner(ctx: &Context, name: &str) -> Result<()> {
    let target = Target::Netns(name.to_owned());
    let _lock = ctx.lock_target(&target)?;
    if !netns_file::exists(name) {
        return Err(
            Error::not_found(format!("there is none at `{NETNS_DIR}/{name}`"))
                .hint("`netpipe netns list` shows those there are"),
        );
    }
    let attached = ctx.registry()?.of_target(&target)?;
    if !attached.is_empty() {
        let names: Vec<_> = attached.iter().map(|r| r.owner.ifname.as_str()).collect();
        return Err(
            Error::conflict(format!("netpipe has attached {} to it", names.join(", ")))
                .hint(format!("detach first: netpipe detach {target} --all")),
        );
    }
    let step = Step::DelNetns { name: name.into() };
    run_or_undo(ctx, &mut ctx.host_door()?, &[step])
}

/// Every name there is, whoever made it.
///
/// # Errors
/// If the directory or the store cannot be read.
pub fn list(ctx: &Context) -> Result<Vec<Named>> {
    let mut records = ctx.registry()?.attachments()?.records;
    let named = netns_file::names()?.into_iter().map(|name| {
        let target = Target::Netns(name.clone());
        let (attachments, others) = std::mem::take(&mut records)
            .into_iter()
            .partition(|record| record.owner.target == target);
        records = others;
        Named {
            namespace: Netns::open(&Path::new(NETNS_DIR).join(&name)).is_ok(),
            name,
            attachments,
        }
    });
    Ok(named.collect())
}

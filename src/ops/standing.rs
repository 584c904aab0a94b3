//! Whether what a record speaks of is still there. A container is known by its id: its
//! name may be another one's by now, or it may have been renamed.

use super::Context;
use crate::error::{Context as _, Error, Kind, Result};
use crate::registry::record::{AttachmentRecord, Owner};
use crate::resolve::{Engine, Place};
use crate::spec::Target;
use crate::sys::link;
use crate::sys::netns::Netns;

/// What became of a record's target.
#[derive(Debug)]
pub enum Standing {
    /// It is there.
    Here(Box<Place>),
    /// Where it was is another namespace now.
    Renewed(Box<Place>),
    /// A container that does not run: its attachments wait for it.
    Stopped,
    /// It will not come back; why.
    Gone(String),
}

impl Standing {
    /// The namespace to work in, if there is one.
    pub fn place(self) -> Option<Box<Place>> {
        match self {
            Self::Here(place) | Self::Renewed(place) => Some(place),
            Self::Stopped | Self::Gone(_) => None,
        }
    }
}

/// Judges a record.
///
/// # Errors
/// If it cannot be judged: nothing may be done about it then.
pub fn of(ctx: &Context, record: &AttachmentRecord) -> Result<Standing> {
    refuse_elsewhere(ctx, record)?;
    match &record.owner.target {
        Target::Container(name) => container(ctx, record, name),
        _ => namespace(ctx, record),
    }
}

/// Refuses a record whose links are in another host namespace: from here its target may
/// look as if it were gone.
///
/// # Errors
/// Failed, with what to do.
pub fn refuse_elsewhere(ctx: &Context, record: &AttachmentRecord) -> Result<()> {
    if !record.is_elsewhere(ctx.boot_id()?, ctx.host_cookie) {
        return Ok(());
    }
    let Owner { target, ifname, .. } = &record.owner;
    Err(Error::failed(format!(
        "`{ifname}` of `{target}` was attached from another host network namespace"
    ))
    .hint("run netpipe there, or give another --state-dir here"))
}

fn container(ctx: &Context, record: &AttachmentRecord, name: &str) -> Result<Standing> {
    let asked = record.container.as_deref().unwrap_or(name);
    let mut engine = Engine::connect(ctx.engine.as_deref())?;
    let found = match engine.container(asked, &ctx.interrupt) {
        Err(error) if error.kind() == Kind::NotFound => {
            may_know(ctx, record, &engine)?;
            return Ok(Standing::Gone(
                match engine.container(name, &ctx.interrupt) {
                    Ok(_) => "another container has its name now".into(),
                    Err(_) => format!("there is no container `{name}`"),
                },
            ));
        }
        found => found?,
    };
    if record.container.as_ref().is_some_and(|id| *id != found.id) {
        return Err(Error::unreachable(format!(
            "the engine at {} answered with another container than `{asked}`",
            engine.address()
        )));
    }
    if found.pid.is_none() {
        return Ok(Standing::Stopped);
    }
    match ctx.place(&Target::Container(found.id), None) {
        Ok(mut place) => {
            // Whatever it is called now: its records and locks keep their name.
            place.target.clone_from(&record.owner.target);
            Ok(Standing::Here(Box::new(place)))
        }
        // It ended just now.
        Err(error) if matches!(error.kind(), Kind::Failed | Kind::NotFound) => {
            Ok(Standing::Stopped)
        }
        Err(error) => Err(error),
    }
}

/// Refuses an engine's word that there is no such container unless it would know: only the
/// one that a container was found with can tell that it is gone. A record that does not say
/// which one that was may be of any, so the kernel has to say the same: the link goes with
/// the container's namespace, and with the boot.
fn may_know(ctx: &Context, record: &AttachmentRecord, engine: &Engine) -> Result<()> {
    let asked = engine.address();
    match &record.engine {
        Some(made) if *made != asked => Err(Error::failed(format!(
            "its container is of the engine at {made}, and the one at {asked} was asked"
        ))
        .hint(format!("give --engine unix://{made}"))),
        None if has_link(ctx, record)? => Err(Error::failed(format!(
            "the engine at {asked} has no such container, but the link of its `{}` is there, \
             and the record does not say which engine it is of",
            record.owner.ifname
        ))
        .hint(format!(
            "give the --engine it runs on; if there is none: netpipe detach {} --all",
            record.owner.target
        ))),
        _ => Ok(()),
    }
}

/// Whether the kernel has the host's end still, and so the namespace of the other one.
fn has_link(ctx: &Context, record: &AttachmentRecord) -> Result<bool> {
    if record.boot_id != ctx.boot_id()? {
        return Ok(false);
    }
    let Ok((name, mac)) = record.host_end() else {
        return Ok(false);
    };
    let found = link::find(&mut ctx.host_door()?, name.as_str())
        .or_failed(|| format!("cannot look up the link `{name}`"))?;
    Ok(found.is_some_and(|link| link.is_proven(Some(mac), Some(&record.mark()))))
}

fn namespace(ctx: &Context, record: &AttachmentRecord) -> Result<Standing> {
    match ctx.place(&record.owner.target, None) {
        Ok(place) => {
            let cookie = place.netns.cookie()?;
            Ok(if record.is_of(ctx.boot_id()?, cookie) {
                Standing::Here(Box::new(place))
            } else if record.owner.target.is_of_process() {
                Standing::Gone("another process has its id now, or it left its namespace".into())
            } else {
                Standing::Renewed(Box::new(place))
            })
        }
        Err(error) if error.kind() == Kind::Usage && is_own(record)? => {
            // A process that has the id now may run on the host; of anything else this says
            // that netpipe does not run where the record was made.
            let sure = record.owner.target.is_of_process() && record.host_cookie != 0;
            match sure {
                true => Ok(Standing::Gone(error.to_string())),
                false => Err(error),
            }
        }
        Err(error) if matches!(error.kind(), Kind::NotFound | Kind::Usage) => {
            Ok(Standing::Gone(error.to_string()))
        }
        Err(error) => Err(error),
    }
}

/// Whether the record's target leads to the namespace that netpipe itself runs in.
fn is_own(record: &AttachmentRecord) -> Result<bool> {
    let there = record.owner.target.path().map(|path| Netns::open(&path));
    match there {
        Some(Ok(there)) => there.is_here(),
        _ => Ok(false),
    }
}

/// Refuses to let go of a container's record while that container is there.
///
/// # Errors
/// A conflict, with how to detach it; or as [`of`].
pub fn refuse_alive(ctx: &Context, record: &AttachmentRecord) -> Result<()> {
    if let Standing::Gone(_) = of(ctx, record)? {
        return Ok(());
    }
    let target = &record.owner.target;
    let id: String = record
        .container
        .iter()
        .flat_map(|id| id.chars())
        .take(12)
        .collect();
    Err(Error::conflict(format!(
        "`{target}` is recorded for container {id}, which still exists under another name"
    ))
    .hint(format!("detach that one first: netpipe detach {id} --all")))
}

//! What is done to what a link of the target sends.

use super::Executor;
use crate::error::{Context, Error, Result};
use crate::plan::{ShapeStep, Side};
use crate::spec::IfName;
use crate::sys::netlink::{Door, KernelError, KernelResult};
use crate::sys::qdisc::{self, NETEM, Root, Shaping, TBF};

impl Executor<'_> {
    pub(super) fn shape(&mut self, step: &ShapeStep) -> Result<bool> {
        let ShapeStep { dev, wanted, .. } = step;
        let cannot = || format!("cannot shape what `{dev}` sends");
        let index = match self.index(Side::Target, dev)? {
            Ok(index) => index,
            // With the link its disciplines are gone.
            Err(error) if error.is_absent() && wanted.is_empty() => return Ok(false),
            Err(error) => return Err(Error::failed(cannot()).because(error)),
        };
        let door = self.door(Side::Target)?;
        let all = qdisc::list(door).or_failed(cannot)?;
        let now = match qdisc::root(&all, index) {
            Root::Foreign(..) if wanted.is_empty() => return Ok(false),
            root @ Root::Foreign(..) => return Err(foreign(dev, &root)),
            root => root.ours(),
        };
        if wanted.has_become(&now) {
            return Ok(false);
        }
        if let Err((kind, error)) = change(door, index, wanted, &now) {
            // What of it was done is taken back.
            let failed = explain(cannot(), kind, error);
            return Err(match restore(door, index, &now) {
                Ok(()) => failed,
                Err((_, why)) => failed.hint(format!("what it had before is not back: {why}")),
            });
        }
        Ok(true)
    }
}

/// The conflict with somebody else's discipline.
pub fn foreign(dev: &IfName, root: &Root) -> Error {
    Error::conflict(format!(
        "`{dev}` has a queueing discipline that is not netpipe's: `{root}`"
    ))
    .hint(format!(
        "remove it in the target, if nobody needs it: tc qdisc del dev {dev} root"
    ))
}

/// A refusal, and the kind of discipline it is about.
type Changed = std::result::Result<(), (&'static str, KernelError)>;

/// Makes one of the other. A discipline that stays is changed in its place, so that it keeps
/// what is on its way.
fn change(door: &mut Door, link: u32, wanted: &Shaping, now: &Shaping) -> Changed {
    let stays = match (&wanted.netem, &now.netem) {
        (Some(_), Some(now)) => !now.odd,
        (None, None) => wanted.tbf.is_some() && now.tbf.is_some(),
        _ => false,
    };
    let named = |kind: &'static str| move |error| (kind, error);
    if !stays {
        clear(door, link, now).map_err(named("qdisc"))?;
    }
    let had = if stays { *now } else { Shaping::default() };
    if let Some(netem) = wanted.netem.filter(|_| wanted.netem != had.netem) {
        qdisc::set_netem(door, link, &netem).map_err(named("netem"))?;
    }
    match &wanted.tbf {
        Some(tbf) => qdisc::set_tbf(door, link, wanted.netem.is_some(), tbf).map_err(named("tbf")),
        None if had.netem.is_some() && had.tbf.is_some() => {
            let gone = qdisc::delete_child(door, link);
            gone.map(drop).map_err(named("tbf"))
        }
        None => Ok(()),
    }
}

/// Makes what there was, whatever there is now of netpipe's.
fn restore(door: &mut Door, link: u32, before: &Shaping) -> Changed {
    let named = |error| ("qdisc", error);
    let all = qdisc::list(door).map_err(named)?;
    change(door, link, before, &qdisc::root(&all, link).ours())
}

fn clear(door: &mut Door, link: u32, now: &Shaping) -> KernelResult<bool> {
    match (now.netem, now.tbf) {
        (Some(_), _) => qdisc::delete_root(door, link, NETEM),
        (None, Some(_)) => qdisc::delete_root(door, link, TBF),
        (None, None) => Ok(false),
    }
}

fn explain(cannot: String, kind: &str, error: KernelError) -> Error {
    let errno = error.errno;
    match errno {
        // That is how it says that it knows none of the kind (`qdisc_create` in
        // net/sched/sch_api.c).
        libc::ENOENT => Error::failed(format!("kernel has no {kind} support"))
            .because(error)
            .hint(format!("modprobe sch_{kind}")),
        libc::EPERM => Error::failed(cannot)
            .because(error)
            .hint("run as root, or with CAP_NET_ADMIN"),
        _ => Error::failed(cannot).because(error),
    }
}

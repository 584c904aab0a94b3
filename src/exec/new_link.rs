//! Links that are made straight in the target.

use std::os::fd::AsFd;

use super::Executor;
use super::steps::vanished;
use crate::error::{Error, Result};
use crate::plan::Side;
use crate::plan::new_link::{NewLink, Virtual};
use crate::sys::netlink::KernelError;
use crate::sys::new_link::{self, New};

impl Executor<'_> {
    pub(super) fn add_link(&mut self, wanted: &NewLink) -> Result<bool> {
        let parent = match &wanted.what {
            Virtual::Dummy => Ok(0),
            Virtual::OnCard { parent, .. } => self.index(Side::Host, parent)?,
        };
        let Some((netns, _)) = &self.target else {
            return Err(Error::failed("the target's namespace is gone"));
        };
        let link = New {
            netns: Some(netns.as_fd()),
            name: &wanted.ifname,
            mtu: Some(wanted.mtu),
            mac: wanted.mac,
            birth: wanted.birth.as_deref(),
        };
        let made = parent.and_then(|parent| match &wanted.what {
            Virtual::Dummy => new_link::add_dummy(self.host, &link),
            Virtual::OnCard { mode, sources, .. } => {
                new_link::add_on_card(self.host, &link, parent, (*mode, sources))
            }
        });
        made.map(|()| true).map_err(|error| explain(wanted, error))
    }
}

/// Turns a kernel's refusal to make a link into an error with a hint.
fn explain(wanted: &NewLink, error: KernelError) -> Error {
    let NewLink { ifname, what, .. } = wanted;
    let errno = error.errno;
    let cannot = format!("cannot make `{ifname}`");
    let failed = match errno {
        libc::EEXIST => Error::conflict(cannot),
        _ => Error::failed(cannot),
    };
    let failed = failed.because(error);
    let (module, parent) = match what {
        Virtual::Dummy => ("dummy", None),
        Virtual::OnCard { parent, mode, .. } => (mode.kind().word(), Some(parent)),
    };
    match (errno, parent) {
        (libc::EPERM, _) => failed.hint("run as root, or with CAP_NET_ADMIN"),
        (libc::EEXIST, _) => failed.hint(format!(
            "`{ifname}` in the target is there already; give another name with --ifname"
        )),
        (libc::EOPNOTSUPP, _) => {
            failed.hint(format!("kernel has no {module} support: modprobe {module}"))
        }
        (libc::EBUSY, Some(parent)) => failed.hint(format!(
            "`{parent}` is used by another kind of link, perhaps in a namespace that is not \
             netpipe's: a card can be a port of a bridge, or have macvlans, or have ipvlans"
        )),
        (libc::EINVAL, Some(parent)) if module == "macvlan" => failed.hint(format!(
            "a macvlan in mode `passthru` may have `{parent}` for itself"
        )),
        (libc::ENODEV, Some(_)) => vanished(failed),
        _ => failed,
    }
}

//! Links that are made straight in the target.

use std::os::fd::AsFd;

use netlink_packet_route::link::MacVlanMode;

use super::Executor;
use super::steps::vanished;
use crate::error::{Error, Result};
use crate::plan::Side;
use crate::plan::new_link::{NewLink, Virtual};
use crate::sys::netlink::KernelError;
use crate::sys::new_link::{self, InNetns};

impl Executor<'_> {
    pub(super) fn add_link(&mut self, wanted: &NewLink) -> Result<bool> {
        let parent = match &wanted.what {
            Virtual::Dummy => Ok(0),
            Virtual::Macvlan { parent } => self.index(Side::Host, parent)?,
        };
        let Some((netns, _)) = &self.target else {
            return Err(Error::failed("the target's namespace is gone"));
        };
        let link = InNetns {
            netns: netns.as_fd(),
            name: &wanted.ifname,
            mtu: wanted.mtu,
            mac: wanted.mac,
        };
        let made = parent.and_then(|parent| match &wanted.what {
            Virtual::Dummy => new_link::add_dummy(self.host, &link),
            Virtual::Macvlan { .. } => {
                new_link::add_macvlan(self.host, &link, parent, MacVlanMode::Bridge)
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
        Virtual::Macvlan { parent } => ("macvlan", Some(parent)),
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
            "`{parent}` is used by another kind of link; see `ip -d link`"
        )),
        (libc::ENODEV, Some(_)) => vanished(failed),
        _ => failed,
    }
}

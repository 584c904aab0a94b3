//! Children of InfiniBand cards.

use std::os::fd::AsFd;

use super::Executor;
use super::steps::vanished;
use crate::error::{Context, Error, Result};
use crate::plan::Side;
use crate::plan::ipoib_step::{IpoibChild, IpoibStep};
use crate::sys::link;
use crate::sys::netlink::KernelError;
use crate::sys::new_link::{self, New};

impl Executor<'_> {
    pub(super) fn ipoib(&mut self, step: &IpoibStep) -> Result<bool> {
        match step {
            IpoibStep::Add(child) => self.add_ipoib(child),
            IpoibStep::Del(child) => self.del_ipoib(child),
        }
    }

    fn add_ipoib(&mut self, child: &IpoibChild) -> Result<bool> {
        let parent = self.index(Side::Host, &child.parent)?;
        let Some((netns, _)) = &self.target else {
            return Err(Error::failed("the target's namespace is gone"));
        };
        let link = New {
            netns: Some(netns.as_fd()),
            name: &child.ifname,
            mtu: Some(child.mtu),
            // The card gives one, of 20 bytes.
            mac: None,
            birth: None,
        };
        let made =
            parent.and_then(|parent| new_link::add_ipoib(self.host, &link, parent, child.ipoib));
        made.map(|()| true).map_err(|error| explain(child, error))
    }

    fn del_ipoib(&mut self, child: &IpoibChild) -> Result<bool> {
        let name = &child.ifname;
        let cannot = || format!("cannot delete link `{name}`");
        let parent = link::find(self.host, child.parent.as_str()).or_failed(cannot)?;
        let found = link::find(self.door(Side::Target)?, name.as_str()).or_failed(cannot)?;
        let ours = found.is_some_and(|link| match &link.alias {
            Some(alias) => *alias == child.mark,
            None => {
                link.kind.as_deref() == Some("ipoib")
                    && parent.is_some_and(|parent| link.peer == Some(parent.index))
            }
        });
        if !ours {
            return Ok(false);
        }
        self.indices.clear();
        link::delete(self.door(Side::Target)?, name).or_failed(cannot)
    }
}

/// Turns a kernel's refusal into an error with a hint.
fn explain(child: &IpoibChild, error: KernelError) -> Error {
    let IpoibChild { ifname, parent, .. } = child;
    let errno = error.errno;
    let cannot = format!("cannot make `{ifname}`");
    let failed = match errno {
        libc::EEXIST | libc::ENOTUNIQ => Error::conflict(cannot),
        _ => Error::failed(cannot),
    };
    let failed = failed.because(error);
    match errno {
        libc::EPERM => failed.hint("run as root, or with CAP_NET_ADMIN"),
        libc::EEXIST => failed.hint(format!(
            "`{ifname}` in the target is there already; give another name with --ifname"
        )),
        libc::ENOTUNIQ => failed.hint(format!(
            "`{parent}` has a link of that partition already; give another --pkey"
        )),
        libc::EOPNOTSUPP => failed.hint("kernel has no IPoIB support: modprobe ib_ipoib"),
        libc::ENODEV => vanished(failed).hint(format!("or `{parent}` is no InfiniBand card")),
        _ => failed,
    }
}

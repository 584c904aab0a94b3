//! Changes on a card of the host and to links on it.

use super::Executor;
use super::steps::vanished;
use crate::error::{Context, Error, Result};
use crate::plan::card_step::{CardStep, HostRoute, NewVlan};
use crate::plan::{Side, teardown};
use crate::registry::on_card::Shim;
use crate::spec::{IfName, VlanProtocol};
use crate::sys::netlink::{KernelError, KernelResult};
use crate::sys::new_link::{self, New};
use crate::sys::route::Route;
use crate::sys::{addr, elsewhere, link, neigh, route};

impl Executor<'_> {
    /// Does one step; whether it changed anything.
    pub(super) fn card(&mut self, step: &CardStep) -> Result<bool> {
        let done = match step {
            CardStep::DelUnusedVlan { name, mark } => return self.del_unused_vlan(name, mark),
            CardStep::AddVlan(vlan) => self.add_vlan(vlan)?.map(|()| true),
            CardStep::AddShim { shim } => self.add_shim(shim)?.map(|()| true),
            CardStep::Mark { side, name, mark } => {
                new_link::set_marked(self.door(*side)?, name, mark, true).map(|()| true)
            }
            CardStep::Unmark { side, name, mark } => {
                new_link::set_marked(self.door(*side)?, name, mark, false).map(|()| true)
            }
            CardStep::SetManner { name, wanted, .. } => {
                let door = self.door(Side::Target)?;
                new_link::set_mode(door, name, wanted.mode, &wanted.sources).map(|()| true)
            }
            CardStep::AddHostRoute(route) => self.add_host_route(route)?.map(|()| true),
            CardStep::DelHostRoute(route) => self.del_host_route(route)?,
            CardStep::AddProxy { dev, ip } => match self.index(Side::Host, dev)? {
                Ok(index) => neigh::add_proxy(self.host, index, *ip).map(|()| true),
                Err(error) => Err(error),
            },
        };
        done.map_err(|error| explain(step, error))
    }

    fn add_vlan(&mut self, vlan: &NewVlan) -> Result<KernelResult<()>> {
        let parent = self.index(Side::Host, &vlan.parent)?;
        let link = New {
            netns: None,
            name: &vlan.name,
            mtu: None,
            mac: None,
            birth: Some(&vlan.mark),
        };
        let what = (vlan.id, vlan.protocol);
        Ok(parent.and_then(|parent| new_link::add_vlan(self.host, &link, parent, what)))
    }

    fn add_shim(&mut self, shim: &Shim) -> Result<KernelResult<()>> {
        let parent = self.index(Side::Host, &shim.parent)?;
        let link = New {
            netns: None,
            name: &shim.name,
            mtu: None,
            mac: shim.mac,
            birth: Some(&shim.mark),
        };
        let what = (shim.mode, [].as_slice());
        Ok(parent.and_then(|parent| new_link::add_on_card(self.host, &link, parent, what)))
    }

    /// Deletes a VLAN of netpipe's once nothing is on it, in any namespace: the kernel would
    /// delete that as well. The plan has counted the containers of its own store alone.
    fn del_unused_vlan(&mut self, name: &IfName, mark: &str) -> Result<bool> {
        let cannot = || format!("cannot delete the VLAN `{name}`");
        let Some(found) = link::find(self.host, name.as_str()).or_failed(cannot)? else {
            return Ok(false);
        };
        // Whose it is first: most are nobody's to delete, and need no dumps.
        if !teardown::is_unused_vlan(&found, mark, &[], &[]) {
            return Ok(false);
        }
        let links = link::list(self.host).or_failed(cannot)?;
        let addresses = addr::list(self.host).or_failed(cannot)?;
        if !teardown::is_unused_vlan(&found, mark, &links, &addresses)
            || !elsewhere::links_on(found.index)?.is_empty()
        {
            return Ok(false);
        }
        self.indices.clear();
        link::delete(self.host, name).or_failed(cannot)
    }

    /// The route, and what goes with it; both or neither.
    fn add_host_route(&mut self, wanted: &HostRoute) -> Result<KernelResult<()>> {
        let index = match self.index(Side::Host, &wanted.dev)? {
            Ok(index) => index,
            Err(error) => return Ok(Err(error)),
        };
        if let Some(mac) = wanted.mac
            && let Err(error) = neigh::set(self.host, index, wanted.ip, mac)
        {
            return Ok(Err(error));
        }
        let added = route::add(self.host, &host_route(wanted, index));
        if added.is_err() && wanted.mac.is_some() {
            let _ = neigh::delete(self.host, index, wanted.ip);
        }
        Ok(added)
    }

    fn del_host_route(&mut self, wanted: &HostRoute) -> Result<KernelResult<bool>> {
        let index = match self.index(Side::Host, &wanted.dev)? {
            Ok(index) => index,
            // Both went with the link.
            Err(error) if error.is_absent() => return Ok(Ok(false)),
            Err(error) => return Ok(Err(error)),
        };
        let deleted = route::delete(self.host, &host_route(wanted, index));
        if wanted.mac.is_some()
            && let Err(error) = neigh::delete(self.host, index, wanted.ip)
        {
            return Ok(Err(error));
        }
        Ok(deleted)
    }
}

fn host_route(wanted: &HostRoute, link: u32) -> Route {
    Route {
        source: wanted.source,
        ..Route::new(wanted.ip.into(), None, link, None)
    }
}

/// Turns a kernel's refusal into an error with a hint.
fn explain(step: &CardStep, error: KernelError) -> Error {
    let errno = error.errno;
    let what = match step {
        CardStep::AddVlan(vlan) => {
            format!("cannot make VLAN {} of `{}`", vlan.id, vlan.parent)
        }
        CardStep::AddShim { shim } => {
            format!("cannot give the host a link on `{}`", shim.parent)
        }
        CardStep::Mark { name, .. } | CardStep::Unmark { name, .. } => {
            format!("cannot mark `{name}`")
        }
        CardStep::SetManner { name, wanted, .. } => {
            format!("cannot set the mode of `{name}` to `{}`", wanted.mode)
        }
        CardStep::AddHostRoute(route) | CardStep::DelHostRoute(route) => {
            format!("cannot change the host's route to {}", route.ip)
        }
        other => format!("cannot run `{}`", other.command("")),
    };
    if let (libc::EOPNOTSUPP, CardStep::AddVlan(vlan)) = (errno, step) {
        return Error::failed(format!("{what}: kernel has no {} support", vlan.protocol))
            .hint("modprobe 8021q");
    }
    let failed = match errno {
        libc::EEXIST => Error::conflict(what),
        _ => Error::failed(what),
    };
    let failed = failed.because(error);
    match (errno, step) {
        (libc::EPERM, _) => failed.hint("run as root, or with CAP_NET_ADMIN"),
        (libc::EEXIST, CardStep::AddVlan(vlan)) => {
            let proto = match vlan.protocol {
                VlanProtocol::Dot1q => "",
                VlanProtocol::Dot1ad => "802.1ad ",
            };
            failed.hint(format!(
                "somebody made {proto}VLAN {} of `{}` meanwhile, or moved it into a container",
                vlan.id, vlan.parent
            ))
        }
        (libc::EEXIST, CardStep::AddHostRoute(route)) => failed.hint(format!(
            "see who has it: ip route show {}; take that away, or leave --host-shim out",
            route.ip
        )),
        (libc::EOPNOTSUPP, CardStep::AddShim { shim }) => {
            let kind = shim.mode.kind();
            failed.hint(format!("kernel has no {kind} support: modprobe {kind}"))
        }
        (libc::ENODEV, _) => vanished(failed),
        _ => failed,
    }
}

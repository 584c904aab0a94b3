//! What each kind of step does to the kernel.

use std::os::fd::AsFd;

use super::Executor;
use crate::error::{Context, Error, Result};
use crate::plan::step::VethPair;
use crate::plan::{DevRoute, Side, Step, teardown};
use crate::spec::{IfName, Mac};
use crate::sys::netlink::{KernelError, KernelResult};
use crate::sys::{addr, link, route};

impl Executor<'_> {
    pub(super) fn link(&mut self, step: &Step) -> Result<bool> {
        let done = match step {
            Step::AddBridge {
                name,
                mac,
                mtu,
                stp,
            } => {
                let bridge = link::NewBridge {
                    name,
                    mac: *mac,
                    mtu: *mtu,
                    stp: *stp,
                };
                link::add_bridge(self.host, &bridge)
            }
            Step::SetAlias {
                side, name, alias, ..
            } => link::set_alias(self.door(*side)?, name, alias),
            Step::SetUp { side, name } => link::set_up(self.door(*side)?, name),
            Step::SetMtu {
                side, name, mtu, ..
            } => link::set_mtu(self.door(*side)?, name, *mtu),
            Step::SetMac { name, mac, .. } => link::set_mac(self.door(Side::Target)?, name, *mac),
            _ => Ok(()),
        };
        done.map(|()| true).map_err(|error| explain(step, error))
    }

    pub(super) fn add_veth(&mut self, pair: &VethPair) -> Result<bool> {
        let mut made = match (pair.master, &pair.bridge) {
            (None, Some(_)) => {
                let bridge = self.bridge_of(pair)?;
                self.add_port(pair, Some(bridge))?
            }
            (planned, _) => self.add_port(pair, planned)?,
        };
        // So an index is refused that is nobody's any more (`do_set_master` in
        // net/core/rtnetlink.c): the bridge was deleted since, and perhaps made anew.
        if let (Some(planned), Err(error)) = (pair.master, &made)
            && error.errno == libc::EINVAL
        {
            let now = self.bridge_of(pair)?;
            if now != planned {
                made = self.add_port(pair, Some(now))?;
            }
        }
        let peer = made.map_err(|error| explain(&Step::AddVeth(pair.clone()), error))?;
        // Not asked for again; a kernel that does not tell is asked when it is needed.
        let known = peer.map(|index| (Side::Target, pair.ifname.clone(), index));
        self.indices.extend(known);
        Ok(true)
    }

    fn bridge_of(&mut self, pair: &VethPair) -> Result<u32> {
        let Some(bridge) = &pair.bridge else {
            return Err(Error::failed("no bridge is planned"));
        };
        self.index(Side::Host, bridge)?
            .or_failed(|| format!("bridge `{bridge}` is gone"))
            .map_err(vanished)
    }

    /// Makes the pair with its near end a port of the bridge with that index, or of none.
    fn add_port(
        &mut self,
        pair: &VethPair,
        master: Option<u32>,
    ) -> Result<KernelResult<Option<u32>>> {
        let Some((netns, _)) = &self.target else {
            return Err(Error::failed("the target's namespace is gone"));
        };
        let veth = link::NewVeth {
            name: &pair.host_ifname,
            master,
            mac: pair.host_mac,
            mtu: pair.mtu,
            peer_name: &pair.ifname,
            peer_mac: pair.mac,
            peer_netns: netns.as_fd(),
        };
        Ok(link::add_veth(self.host, &veth))
    }

    /// Deletes a link if its MAC or its alias is the one it was made with. Any other link of
    /// that name is somebody else's, and the one that was made is gone.
    pub(super) fn del_link(
        &mut self,
        side: Side,
        name: &IfName,
        (mac, mark): (Option<Mac>, Option<&str>),
    ) -> Result<bool> {
        let cannot = || format!("cannot delete link `{name}`");
        let door = self.door(side)?;
        let found = link::find(door, name.as_str()).or_failed(cannot)?;
        let mut found = found.filter(|link| link.is_proven(mac, mark));
        if let (None, Side::Target, Some(mark)) = (&found, side, mark) {
            // Somebody may have given it another name in there.
            let mut links = link::list(door).or_failed(cannot)?.into_iter();
            found = links.find(|link| link.alias.as_deref() == Some(mark));
        }
        let Some(found) = found else {
            tracing::info!(%name, "it is gone, or another link has the name now");
            return Ok(false);
        };
        let gone = link::delete_by_index(door, found.index).or_failed(cannot);
        self.indices.clear();
        gone
    }

    pub(super) fn del_links(&mut self, names: &[IfName]) -> Result<bool> {
        self.indices.clear();
        let cannot = || format!("cannot delete {} links", names.len());
        let group = link::unused_group(self.host).or_failed(cannot)?;
        link::delete_all(self.host, names, group).or_failed(cannot)?;
        Ok(true)
    }

    /// Deletes a bridge of netpipe's once it has no ports and no addresses of its own.
    pub(super) fn del_unused_bridge(
        &mut self,
        name: &IfName,
        mac: Option<Mac>,
        mark: &str,
    ) -> Result<bool> {
        let cannot = || format!("cannot delete bridge `{name}`");
        let Some(found) = link::find(self.host, name.as_str()).or_failed(cannot)? else {
            return Ok(false);
        };
        // Whose it is first: most bridges are nobody's to delete, and need no dumps.
        let proof = (mac, mark);
        if !teardown::is_unused(&found, proof, &[], &[]) {
            return Ok(false);
        }
        let links = link::list(self.host).or_failed(cannot)?;
        let addresses = addr::list(self.host).or_failed(cannot)?;
        if !teardown::is_unused(&found, proof, &links, &addresses) {
            return Ok(false);
        }
        self.indices.clear();
        link::delete(self.host, name).or_failed(cannot)
    }

    pub(super) fn set_master(&mut self, name: &IfName, master: Option<&IfName>) -> Result<bool> {
        let cannot = || match master {
            Some(master) => format!("cannot make `{name}` a port of `{master}`"),
            None => format!("cannot take `{name}` out of its bridge"),
        };
        let index = match master {
            Some(master) => self.index(Side::Host, master)?,
            None => Ok(0),
        };
        let done = index.and_then(|index| link::set_master(self.host, name, index));
        done.map(|()| true).map_err(|error| {
            let errno = error.errno;
            let absent = error.is_absent();
            let failed = Error::failed(cannot()).because(error);
            match errno {
                _ if absent => vanished(failed),
                // `br_add_if` in net/bridge/br_if.c: IFF_DONT_BRIDGE, the interface's one
                // receive handler is taken, it has no Ethernet frames.
                libc::EOPNOTSUPP => failed.hint(
                    "a wireless interface cannot be a port unless it is an access point or \
                     sends four addresses: iw dev IF set 4addr on",
                ),
                libc::EBUSY => failed.hint(
                    "something else receives its frames: a macvlan, ipvlan, bond, team or \
                     Open vSwitch on it; see `ip -d link`",
                ),
                libc::EINVAL => failed.hint("only an Ethernet interface can be a port"),
                _ => failed,
            }
        })
    }

    pub(super) fn address(&mut self, step: &Step) -> Result<bool> {
        let (Step::AddAddress { side, dev, ip } | Step::DelAddress { side, dev, ip }) = step else {
            return Ok(false);
        };
        let index = self.index(*side, dev)?;
        let door = self.door(*side)?;
        let done = match step {
            Step::AddAddress { .. } => index
                .and_then(|index| addr::add(door, index, *ip))
                .map(|()| true),
            _ => absent_is_done(index.and_then(|index| addr::delete(door, index, *ip))),
        };
        done.map_err(|error| explain(step, error))
    }

    pub(super) fn route(&mut self, DevRoute { dev, route }: &DevRoute, add: bool) -> Result<bool> {
        let index = self.index(Side::Target, dev)?;
        let door = self.door(Side::Target)?;
        let outcome = index.and_then(|link| {
            let route = route::Route {
                link,
                ..route.clone()
            };
            if add {
                route::add(door, &route).map(|()| true)
            } else {
                route::delete(door, &route)
            }
        });
        let outcome = if add {
            outcome
        } else {
            absent_is_done(outcome)
        };
        outcome.map_err(|error| {
            let verb = if add { "add" } else { "delete" };
            let failed = Error::failed(format!("cannot {verb} the route `{route} dev {dev}`"))
                .because(error.clone());
            match error.errno {
                libc::ENODEV => vanished(failed),
                libc::EEXIST => failed.hint("the target has such a route already"),
                libc::ENETUNREACH | libc::EHOSTUNREACH | libc::EINVAL => {
                    failed.hint("the gateway must be in a subnet of this link")
                }
                _ => failed,
            }
        })
    }
}

pub(super) fn absent_is_done(outcome: KernelResult<bool>) -> KernelResult<bool> {
    match outcome {
        Err(error) if error.is_absent() => Ok(false),
        outcome => outcome,
    }
}

/// Turns a kernel's refusal of a link or address into an error with a hint.
fn explain(step: &Step, error: KernelError) -> Error {
    let errno = error.errno;
    let what = match step {
        Step::AddBridge { name, .. } => format!("cannot make bridge `{name}`"),
        Step::AddVeth(pair) => {
            format!(
                "cannot make `{}` and its peer `{}`",
                pair.host_ifname, pair.ifname
            )
        }
        Step::SetUp { name, .. } => format!("cannot set `{name}` up"),
        Step::SetAlias { name, .. } => format!("cannot mark `{name}`"),
        Step::SetMtu { name, mtu, .. } => format!("cannot set the MTU of `{name}` to {mtu}"),
        Step::SetMac { name, mac, .. } => format!("cannot set the MAC of `{name}` to {mac}"),
        Step::AddAddress { dev, ip, .. } => format!("cannot give `{dev}` the address {ip}"),
        Step::DelAddress { dev, ip, .. } => format!("cannot take the address {ip} from `{dev}`"),
        other => format!("cannot run `{}`", other.command("")),
    };
    let failed = match errno {
        libc::EEXIST => Error::conflict(what),
        _ => Error::failed(what),
    };
    let failed = failed.because(error);
    match (errno, step) {
        (libc::EPERM, _) => failed.hint("run as root, or with CAP_NET_ADMIN"),
        (libc::EEXIST, Step::AddVeth(pair)) => failed.hint(format!(
            "`{}` on the host or `{}` in the target is there already; give another name with \
             --host-ifname or --ifname",
            pair.host_ifname, pair.ifname
        )),
        (libc::EOPNOTSUPP, Step::AddBridge { .. }) => {
            failed.hint("kernel has no bridge support: modprobe bridge")
        }
        (libc::EOPNOTSUPP, Step::AddVeth(_)) => {
            failed.hint("kernel has no veth support: modprobe veth")
        }
        (libc::EBUSY, Step::AddVeth(_)) => failed.hint("the bridge has 1023 ports, its most"),
        (libc::ENODEV, _) => vanished(failed),
        _ => failed,
    }
}

/// Says of a link that a plan counted on, and that is not there, what became of it.
pub(super) fn vanished(error: Error) -> Error {
    error.hint(
        "something else deleted that link while netpipe worked: see what does, and repeat \
         the command",
    )
}

#[cfg(test)]
mod tests {
    use super::explain;
    use crate::plan::{Side, Step};
    use crate::sys::netlink::KernelError;

    #[test]
    fn a_link_that_vanished_is_told_from_one_that_is_refused() {
        let name = "eth1".parse().unwrap();
        let step = Step::SetUp {
            side: Side::Target,
            name,
        };
        let hints = |errno| {
            let error = explain(&step, KernelError { errno, text: None });
            error.hints().join("; ")
        };
        assert!(hints(libc::ENODEV).contains("something else deleted that link"));
        assert_eq!(hints(libc::EINVAL), "");
    }
}

//! What the steps of tunnels do to the kernel.

use std::net::IpAddr;

use ipnetwork::IpNetwork;

use super::Executor;
use crate::error::{Context, Error, Result};
use crate::plan::Side;
use crate::plan::tunnel::is_own_bridge;
use crate::plan::tunnel_step::{NewTunnel, TunnelStep};
use crate::spec::{IfName, TunnelKind};
use crate::sys::netlink::KernelError;
use crate::sys::{fdb, link, route, tunnel};

impl Executor<'_> {
    /// Does one step; whether it changed anything.
    pub(super) fn tunnel(&mut self, step: &TunnelStep) -> Result<bool> {
        match step {
            TunnelStep::Add(new) => self.add_tunnel(new).map(|()| true),
            TunnelStep::Mark { name, alias } => tunnel::mark(self.host, name, alias)
                .or_failed(|| format!("cannot mark `{name}`"))
                .map(|()| true),
            TunnelStep::Del { name, mark, group } => self.del_tunnel(name, mark.as_deref(), *group),
            TunnelStep::BridgeMtu {
                name,
                bridge,
                mtu,
                before,
            } => self.bridge_mtu(bridge, name, *mtu, *before),
            TunnelStep::AddRoute { name, to } => self.tunnel_route(name, *to, true),
            TunnelStep::DelRoute { name, to } => self.tunnel_route(name, *to, false),
            TunnelStep::AddPeer { name, host } => self.peer(name, *host, true),
            TunnelStep::DelPeer { name, host } => self.peer(name, *host, false),
        }
    }

    fn add_tunnel(&mut self, new: &NewTunnel) -> Result<()> {
        let dev = match &new.dev {
            None => None,
            Some(dev) => Some(
                self.index(Side::Host, dev)?
                    .or_failed(|| format!("the underlay `{dev}` is gone"))?,
            ),
        };
        let wanted = tunnel::NewTunnel {
            name: &new.name,
            wire: &new.wire,
            dev,
            mac: new.mac,
            mtu: new.mtu,
            group: new.group,
        };
        tunnel::add(self.host, &wanted).map_err(|error| explain(new, error))
    }

    fn del_tunnel(&mut self, name: &IfName, mark: Option<&str>, group: u32) -> Result<bool> {
        let cannot = || format!("cannot delete tunnel `{name}`");
        let Some(found) = link::find(self.host, name.as_str()).or_failed(cannot)? else {
            return Ok(false);
        };
        let proven = match found.alias.as_deref() {
            Some(alias) => Some(alias) == mark,
            None => group != 0 && found.group == group,
        };
        if !proven {
            tracing::info!(%name, "another link has the name now, so it stays");
            return Ok(false);
        }
        self.indices.clear();
        link::delete(self.host, name).or_failed(cannot)
    }

    fn bridge_mtu(
        &mut self,
        name: &IfName,
        tunnel: &IfName,
        mtu: u32,
        before: u32,
    ) -> Result<bool> {
        let cannot = || format!("cannot set the MTU of bridge `{name}` to {mtu}");
        let Some(bridge) = link::find(self.host, name.as_str()).or_failed(cannot)? else {
            return Ok(false);
        };
        if bridge.mtu != before || !is_own_bridge(&bridge) {
            return Ok(false);
        }
        let ports = link::ports(self.host, bridge.index).or_failed(cannot)?;
        let others = ports.iter().filter(|port| port.name != tunnel.as_str());
        let lowest = others.map(|port| port.mtu).min();
        let mtu = match lowest {
            Some(lowest) if mtu > before => mtu.min(lowest),
            _ => mtu,
        };
        if mtu == bridge.mtu {
            return Ok(false);
        }
        link::set_mtu(self.host, name, mtu)
            .or_failed(cannot)
            .map(|()| true)
    }

    fn tunnel_route(&mut self, name: &IfName, to: IpNetwork, add: bool) -> Result<bool> {
        let index = self.index(Side::Host, name)?;
        let done = index.and_then(|index| {
            let route = route::Route::new(to, None, index, None);
            match add {
                true => route::add(self.host, &route).map(|()| true),
                false => route::delete(self.host, &route),
            }
        });
        match done {
            Err(error) if !add && error.is_absent() => Ok(false),
            Err(error) if error.is_exists() => Err(Error::conflict(format!(
                "the host has a route to {to} already"
            ))
            .hint(format!("see `ip route show {to}`"))),
            done => done.or_failed(|| format!("cannot change the route to {to} by `{name}`")),
        }
    }

    fn peer(&mut self, name: &IfName, host: IpAddr, add: bool) -> Result<bool> {
        let index = self.index(Side::Host, name)?;
        let done = index.and_then(|index| match add {
            true => fdb::add(self.host, index, host).map(|()| true),
            false => fdb::delete(self.host, index, host),
        });
        match done {
            Err(error) if !add && error.is_absent() => Ok(false),
            done => done.or_failed(|| {
                let verb = if add { "add" } else { "delete" };
                format!("cannot {verb} the peer {host} of `{name}`")
            }),
        }
    }
}

/// Turns the kernel's refusal of a tunnel into an error with a hint.
fn explain(new: &NewTunnel, error: KernelError) -> Error {
    let wire = &new.wire;
    let kind = wire.link_kind();
    let what = format!("cannot make {kind} tunnel `{}`", new.name);
    match error.errno {
        // Geneve says EBUSY (`geneve_configure` in drivers/net/geneve.c).
        libc::EEXIST | libc::EBUSY => Error::conflict(format!(
            "{what}: the kernel has `{}` or {} already",
            new.name,
            wire.identity()
        ))
        .because(error),
        libc::EOPNOTSUPP => Error::failed(format!("kernel has no {kind} support")).hint(format!(
            "modprobe {}",
            wire.kind.module(wire.is_over_ipv6())
        )),
        libc::EPERM => Error::failed(what)
            .because(error)
            .hint("run as root, or with CAP_NET_ADMIN"),
        libc::EADDRNOTAVAIL | libc::EAFNOSUPPORT if wire.kind == TunnelKind::Vxlan => {
            Error::failed(what)
                .because(error)
                .hint("the host needs IPv6 for a tunnel over IPv6")
        }
        _ => Error::failed(what).because(error),
    }
}

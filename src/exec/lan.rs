//! What the steps of [`LanStep`] do to the kernel.

use std::time::{Duration, Instant};

use super::Executor;
use super::apply::add_rules;
use super::steps::{absent_is_done, vanished};
use crate::error::{Context, Error, Result};
use crate::plan::{LanStep, Side};
use crate::spec::{IfName, Mac};
use crate::sys::neighbour::{self, Question};
use crate::sys::netlink::{Door, KernelError, KernelResult};
use crate::sys::verbatim::VerbatimAddress;
use crate::sys::{announce, firewall, link, verbatim};

impl Executor<'_> {
    /// Does one step; whether it changed anything.
    pub(super) fn lan(&mut self, step: &LanStep) -> Result<bool> {
        match step {
            LanStep::AddAddress { .. }
            | LanStep::DelAddress { .. }
            | LanStep::AddRoute { .. }
            | LanStep::DelRoute { .. } => self.moved(step),
            LanStep::SetMac { name, mac, .. } => link::set_mac(self.host, name, *mac)
                .map(|()| true)
                .map_err(|error| explain(step, error)),
            LanStep::SetAdmin { name, up } => {
                let done = match up {
                    true => link::set_up(self.host, name),
                    false => link::set_down(self.host, name),
                };
                done.map(|()| true).map_err(|error| explain(step, error))
            }
            LanStep::LimitMtu { bridge, mtu, .. } => {
                self.change_mtu(step, bridge, |now| now > *mtu, *mtu)
            }
            LanStep::RestoreMtu {
                bridge,
                limited,
                before,
            } => self.change_mtu(step, bridge, |now| now == *limited, *before),
            LanStep::Confirm {
                dev,
                mac,
                questions,
                seconds,
            } => self.confirm((dev, *mac), questions, *seconds),
            LanStep::Announce {
                dev,
                mac,
                addresses,
            } => {
                let cannot = || format!("cannot announce the addresses of `{dev}`");
                let index = self.index(Side::Host, dev)?.or_failed(cannot)?;
                let socket = announce::send(index, *mac, addresses).or_failed(cannot)?;
                self.spent.push(socket);
                Ok(true)
            }
            LanStep::AddRules(rules) => add_rules(rules).map(|()| true),
            LanStep::DelRules(rules) => firewall::remove_all(rules).map(|()| true),
        }
    }

    /// An address or route that comes or goes. What is there already was not added by this
    /// step, and what is gone not deleted: undo leaves it.
    fn moved(&mut self, step: &LanStep) -> Result<bool> {
        let (LanStep::AddAddress { dev, .. }
        | LanStep::DelAddress { dev, .. }
        | LanStep::AddRoute { dev, .. }
        | LanStep::DelRoute { dev, .. }) = step
        else {
            return Ok(false);
        };
        let index = self.index(Side::Host, dev)?;
        let added = |done: KernelResult<()>| match done {
            Err(error) if error.is_exists() => Ok(false),
            done => done.map(|()| true),
        };
        let host = &mut *self.host;
        let outcome = match step {
            LanStep::AddAddress { address, .. } => {
                index.and_then(|index| added(verbatim::add_address(host, index, address)))
            }
            LanStep::DelAddress { address, .. } => {
                absent_is_done(index.and_then(|index| delete_address(host, index, address)))
            }
            LanStep::AddRoute { route, .. } => {
                index.and_then(|index| added(verbatim::add_route_first(host, index, route)))
            }
            LanStep::DelRoute { route, .. } => {
                absent_is_done(index.and_then(|index| verbatim::delete_route(host, index, route)))
            }
            _ => Ok(false),
        };
        outcome.map_err(|error| explain(step, error))
    }

    /// Sets the MTU of a bridge if `needed` says so of what it has now: the kernel follows
    /// the ports' MTU on bridges nobody set one for (`br_mtu_auto_adjust` in
    /// net/bridge/br_if.c), and does not tell which those are.
    fn change_mtu(
        &mut self,
        step: &LanStep,
        bridge: &IfName,
        needed: impl Fn(u32) -> bool,
        mtu: u32,
    ) -> Result<bool> {
        let found = link::find(self.host, bridge.as_str());
        let now = found.map_err(|error| explain(step, error))?;
        if !now.is_some_and(|link| needed(link.mtu)) {
            return Ok(false);
        }
        link::set_mtu(self.host, bridge, mtu)
            .map(|()| true)
            .map_err(|error| explain(step, error))
    }

    fn confirm(
        &mut self,
        (dev, mac): (&IfName, Mac),
        questions: &[Question],
        seconds: u32,
    ) -> Result<bool> {
        let index = self
            .index(Side::Host, dev)?
            .or_failed(|| format!("cannot ask neighbours by `{dev}`"))?;
        let end = Instant::now() + Duration::from_secs(seconds.into());
        let answers = neighbour::ask((index, mac), questions, end, self.interrupt)?;
        self.spent.extend(answers.spent);
        let silent: Vec<_> = questions
            .iter()
            .map(|question| question.neighbour)
            .filter(|neighbour| !answers.from.contains(neighbour))
            .map(|neighbour| format!("`{neighbour}`"))
            .collect();
        if silent.is_empty() {
            return Ok(false);
        }
        Err(Error::failed(format!(
            "gateway {} does not answer through `{dev}` within {seconds} seconds",
            silent.join(" and ")
        ))
        .hint(
            "the network may let one MAC a port alone, or a switch or a firewall of the bridge \
             stops the frames; everything is as before",
        ))
    }
}

/// Deletes an address, and the route to its subnet where the kernel leaves that behind and no
/// other address needs it.
fn delete_address(door: &mut Door, link: u32, address: &VerbatimAddress) -> KernelResult<bool> {
    let deleted = verbatim::delete_address(door, link, address)?;
    if let Some(route) = address.orphaned_route().filter(|_| deleted) {
        let held = verbatim::addresses(door)?;
        let mut held = held.iter().filter(|(of, _)| *of == link);
        if !held.any(|(_, other)| other.makes_route(route.destination)) {
            verbatim::delete_route(door, link, &route)?;
        }
    }
    Ok(deleted)
}

/// Turns a kernel's refusal into an error.
fn explain(step: &LanStep, error: KernelError) -> Error {
    let what = match step {
        LanStep::AddAddress { dev, address } => {
            format!("cannot give `{dev}` the address {}", address.ip)
        }
        LanStep::DelAddress { dev, address } => {
            format!("cannot take the address {} from `{dev}`", address.ip)
        }
        LanStep::AddRoute { dev, route } => format!("cannot add the route `{route} dev {dev}`"),
        LanStep::DelRoute { dev, route } => format!("cannot delete the route `{route} dev {dev}`"),
        LanStep::SetMac { name, mac, .. } => format!("cannot set the MAC of `{name}` to {mac}"),
        LanStep::SetAdmin { name, up: true } => format!("cannot set `{name}` up"),
        LanStep::SetAdmin { name, up: false } => format!("cannot set `{name}` down"),
        other => format!("cannot run `{}`", other.command()),
    };
    let errno = error.errno;
    let failed = Error::failed(what).because(error);
    match (errno, step) {
        (libc::EPERM, _) => failed.hint("run as root, or with CAP_NET_ADMIN"),
        (libc::ENODEV, _) => vanished(failed),
        (libc::ENETUNREACH | libc::EHOSTUNREACH | libc::EINVAL, LanStep::AddRoute { .. }) => {
            failed.hint("its next hop must be in a subnet of this interface")
        }
        _ => failed,
    }
}

//! Running steps, and taking them back.

use std::os::fd::OwnedFd;

use super::fault;
use super::undo::{Leftover, UndoStack};
use crate::error::{Context, Error, Result};
use crate::plan::{Side, Step};
use crate::spec::IfName;
use crate::sys::dhcp::Given;
use crate::sys::firewall::Rule;
use crate::sys::netlink::{Door, KernelResult};
use crate::sys::netns::Netns;
use crate::sys::ovsdb::Client;
use crate::sys::signal::Interrupt;
use crate::sys::{firewall, link, netns_file, process, sysctl};

/// Runs steps in the host's namespace and, if it was given one, in a target's.
#[derive(Debug)]
pub struct Executor<'a> {
    pub(super) host: &'a mut Door,
    pub(super) target: Option<(&'a Netns, &'a mut Door)>,
    pub(super) far: Option<(&'a Netns, &'a mut Door)>,
    pub(super) interrupt: &'a Interrupt,
    undo: UndoStack,
    pub(super) spent: Vec<OwnedFd>,
    pub(super) indices: Vec<(Side, IfName, u32)>,
    pub(super) switch: Option<Client>,
    pub(super) given: Vec<Given>,
}

impl<'a> Executor<'a> {
    /// An executor with nothing to undo yet.
    pub fn new(
        host: &'a mut Door,
        target: Option<(&'a Netns, &'a mut Door)>,
        interrupt: &'a Interrupt,
    ) -> Self {
        Self {
            host,
            target,
            far: None,
            interrupt,
            undo: UndoStack::default(),
            spent: Vec::new(),
            indices: Vec::new(),
            switch: None,
            given: Vec::new(),
        }
    }

    /// The same with the other target of a wire.
    #[must_use]
    pub fn with_far(mut self, far: Option<(&'a Netns, &'a mut Door)>) -> Self {
        self.far = far;
        self
    }

    /// Runs the steps in order; each is remembered for [`Executor::roll_back`].
    ///
    /// # Errors
    /// The first step's failure, or the signal that arrived. Nothing is undone yet.
    pub fn run(&mut self, steps: &[Step]) -> Result<()> {
        for step in steps {
            self.interrupt.check()?;
            tracing::debug!(command = step.command("@target"), "step");
            if self.apply(step)? {
                self.undo.push(step);
            }
            fault::point("a step")?;
        }
        self.interrupt.check()
    }

    /// Runs every step whatever the others do, for teardown. Gives what failed.
    pub fn run_all(&mut self, steps: &[Step]) -> Leftover {
        let mut failed = Leftover::new();
        for step in steps {
            if let Err(error) = self.apply(step).and_then(|_| fault::point("a step")) {
                failed.push((step.clone(), error));
            }
        }
        failed
    }

    /// Takes back what was done, last done first, going on past failures.
    pub fn roll_back(&mut self) -> Leftover {
        let mut failed = Leftover::new();
        while let Some(step) = self.undo.pop() {
            tracing::debug!(command = step.command("@target"), "undo");
            if let Err(error) = self.apply(&step) {
                failed.push((step, error));
            }
        }
        failed
    }

    /// Declares the operation done: it is not undone any more.
    pub fn commit(&mut self) {
        self.undo.clear();
    }

    /// The target's door and namespace.
    pub(super) fn target(&mut self) -> Result<(&Netns, &mut Door)> {
        match &mut self.target {
            Some((netns, door)) => Ok((netns, door)),
            None => Err(Error::failed("the target's namespace is gone")),
        }
    }

    /// Does one step; whether it changed anything, so that undo takes back no more than
    /// was done.
    pub(super) fn apply(&mut self, step: &Step) -> Result<bool> {
        match step {
            Step::AddVeth(pair) => self.add_veth(pair),
            Step::DelUnusedBridge { name, mac, mark } => self.del_unused_bridge(name, *mac, mark),
            Step::AddLink(link) => self.add_link(link),
            Step::DelLink {
                side,
                name,
                mac,
                mark,
            } => self.del_link(*side, name, (*mac, mark.as_deref())),
            Step::DelLinks { names } => self.del_links(names),
            Step::SetMaster { name, master, .. } => self.set_master(name, master.as_ref()),
            Step::AddAddress { .. } | Step::DelAddress { .. } => self.address(step),
            Step::AddRoute(wanted) => self.route(wanted, true),
            Step::DelRoute(wanted) => self.route(wanted, false),
            Step::SetSysctl { side, setting, .. } => {
                let set = || sysctl::set(&setting.key, &setting.value);
                let done = match side {
                    Side::Host => set(),
                    Side::Target => self.target()?.0.run(set)?,
                };
                done.or_failed(|| format!("cannot set `{setting}`"))
                    .map(|()| true)
            }
            Step::AddRules(rules) => add_rules(rules).map(|()| true),
            Step::DelRules(rules) => firewall::remove_all(rules).map(|()| true),
            Step::AwaitForwarding { port } => self.await_forwarding(port),
            Step::AddNetns { name } => netns_file::add(name).map(|()| true),
            Step::DelNetns { name } => netns_file::delete(name),
            Step::Announce {
                dev,
                port,
                mac,
                addresses,
            } => self.announce((dev, port.as_ref()), *mac, addresses),
            Step::Lan(step) => self.lan(step),
            Step::Ovs(step) => self.ovs(step),
            Step::Tunnel(step) => self.tunnel(step),
            Step::Vlan(step) => self.vlan(step),
            Step::Card(step) => self.card(step),
            Step::Wire(step) => self.wire(step),
            Step::Phys(step) => self.phys(step),
            Step::Ipoib(step) => self.ipoib(step),
            Step::Shape(step) => self.shape(step),
            Step::Dhcp(step) => self.dhcp(step),
            Step::AddBridge { .. }
            | Step::SetAlias { .. }
            | Step::SetUp { .. }
            | Step::SetMtu { .. }
            | Step::SetMac { .. } => self.link(step),
        }
    }

    /// The index of a link, looked up once: a name means the same link until one is deleted.
    pub(super) fn index(&mut self, side: Side, name: &IfName) -> Result<KernelResult<u32>> {
        let known = self
            .indices
            .iter()
            .find(|(of, held, _)| *of == side && held == name);
        if let Some((_, _, index)) = known {
            return Ok(Ok(*index));
        }
        let index = link::index(self.door(side)?, name.as_str());
        if let Ok(index) = index {
            self.indices.push((side, name.clone(), index));
        }
        Ok(index)
    }

    pub(super) fn door(&mut self, side: Side) -> Result<&mut Door> {
        match side {
            Side::Host => Ok(self.host),
            Side::Target => self.target().map(|(_, door)| door),
        }
    }
}

/// Adds firewall rules, all or none: those of one backend may be there when another refuses.
pub(super) fn add_rules<'r, R>(rules: &'r [R]) -> Result<()>
where
    Rule: From<&'r R>,
{
    firewall::add_all(rules).inspect_err(|_| {
        // What cannot be taken back either carries netpipe's mark, and `gc` finds it by that.
        let _ = firewall::remove_all(rules);
    })
}

impl Drop for Executor<'_> {
    fn drop(&mut self) {
        process::close_in_background(std::mem::take(&mut self.spent));
    }
}

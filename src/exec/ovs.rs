//! What each kind of step does to an Open vSwitch.

use super::Executor;
use crate::error::{Context, Result};
use crate::plan::OvsStep;
use crate::spec::{IfName, OvsdbRemote};
use crate::sys::ovsdb::{self, Client};
use crate::sys::signal::Interrupt;
use crate::sys::{addr, ethtool, link};

impl Executor<'_> {
    pub(super) fn ovs(&mut self, step: &OvsStep) -> Result<bool> {
        match step {
            OvsStep::AddBridge { db, bridge } => {
                self.indices.clear();
                self.switch(db, |client| ovsdb::add_bridge(client, bridge))
                    .map(|()| true)
            }
            OvsStep::DelBridge {
                db,
                name,
                mark,
                only_unused,
            } => {
                if *only_unused && self.has_address(name)? {
                    return Ok(false);
                }
                self.indices.clear();
                self.deaf_switch(db, |client| {
                    ovsdb::delete_bridge(client, name, mark, *only_unused)
                })
            }
            OvsStep::MarkBridge { db, name, mark, .. } => self
                .deaf_switch(db, |client| ovsdb::set_mark(client, name, mark))
                .map(|()| true),
            OvsStep::AddPort { db, port } => self
                .switch(db, |client| ovsdb::add_port(client, port))
                .map(|()| true),
            OvsStep::DelPort { db, name, mark } => {
                self.deaf_switch(db, |client| ovsdb::delete_port(client, name, mark))
            }
            OvsStep::WholeChecksums { dev } => {
                let (netns, _) = self.target()?;
                netns
                    .run(|| ethtool::set_tx_checksum(dev, false))?
                    .or_failed(|| format!("cannot turn off the checksum offload of `{dev}`"))?;
                Ok(true)
            }
        }
    }

    /// Works with the switch, and a signal ends the waits for it.
    fn switch<T>(
        &mut self,
        db: &OvsdbRemote,
        work: impl FnOnce(&mut Client) -> Result<T>,
    ) -> Result<T> {
        let interrupt = self.interrupt.clone();
        self.switch_until(&interrupt, db, work)
    }

    /// Works with the switch to the end: what takes something back is not interrupted.
    fn deaf_switch<T>(
        &mut self,
        db: &OvsdbRemote,
        work: impl FnOnce(&mut Client) -> Result<T>,
    ) -> Result<T> {
        self.switch_until(&Interrupt::default(), db, work)
    }

    /// Uses the connection that the steps before have opened. One on which something failed
    /// may be out of step, and is not used again.
    fn switch_until<T>(
        &mut self,
        interrupt: &Interrupt,
        db: &OvsdbRemote,
        work: impl FnOnce(&mut Client) -> Result<T>,
    ) -> Result<T> {
        let kept = self.switch.take().filter(|client| client.remote() == db);
        let mut client = match kept {
            Some(client) => client,
            None => Client::connect(db, interrupt)?,
        };
        client.listen_to(interrupt);
        let done = work(&mut client)?;
        self.switch = Some(client);
        Ok(done)
    }

    /// Whether the host has an address of its own on the link.
    fn has_address(&mut self, name: &IfName) -> Result<bool> {
        let cannot = || format!("cannot read the addresses of `{name}`");
        let Some(found) = link::find(self.host, name.as_str()).or_failed(cannot)? else {
            return Ok(false);
        };
        let addresses = addr::list(self.host).or_failed(cannot)?;
        Ok(addresses
            .iter()
            .any(|address| address.link == found.index && !address.is_automatic()))
    }
}

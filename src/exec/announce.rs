//! Telling neighbours of addresses, once they can be told.

use std::time::{Duration, Instant};

use super::Executor;
use super::steps::vanished;
use crate::error::{Context, Result};
use crate::plan::Side;
use crate::spec::{IfName, Mac};
use crate::sys::link::Link;
use crate::sys::monitor::LinkEvents;
use crate::sys::{announce, link};

/// Twice the longest forward delay a bridge can have (`BR_MAX_FORWARD_DELAY` in
/// net/bridge/br_private_stp.h), and some.
const LONGEST_LEARNING: Duration = Duration::from_secs(65);

/// The longest that the kernel's link watch leaves a change of carrier lying, and some.
const LINK_WATCH: Duration = Duration::from_secs(3);

impl Executor<'_> {
    /// Sleeps on the kernel's events until the port forwards. One that does not within
    /// the longest the protocol takes is left alone: the announcement may be lost, the
    /// attachment is good all the same.
    pub(super) fn await_forwarding(&mut self, port: &IfName) -> Result<bool> {
        let cannot = || format!("cannot wait for `{port}` to forward");
        let end = Instant::now() + LONGEST_LEARNING;
        let events = LinkEvents::subscribe().or_failed(cannot)?;
        loop {
            self.interrupt.check()?;
            let found = link::find(self.host, port.as_str()).or_failed(cannot)?;
            let waits = found.is_some_and(|link| {
                link.port_state
                    .is_some_and(|state| state != link::FORWARDING)
            });
            if !waits || Instant::now() >= end {
                return Ok(false);
            }
            events.sleep(self.interrupt, Some(end)).or_failed(cannot)?;
        }
    }

    /// Sleeps on the kernel's events until a link that has a carrier is ready to send, and
    /// the bridge it is a port of takes its frames. One that is not soon is left alone.
    ///
    /// Its message is made under the lock that the link watch holds while it looks after all
    /// links that changed: once one end of a pair is ready, the other is.
    pub(super) fn await_running(&mut self, side: Side, name: &IfName) -> Result<()> {
        let cannot = || format!("cannot wait for `{name}`");
        let end = Instant::now() + LINK_WATCH;
        let interrupt = self.interrupt;
        let mut events = None;
        loop {
            interrupt.check()?;
            let found = link::find(self.door(side)?, name.as_str()).or_failed(cannot)?;
            let waits = |link: Link| {
                let deaf = link.port_state == Some(link::DISABLED);
                link.carrier && (!link.running || deaf)
            };
            if !found.is_some_and(waits) || Instant::now() >= end {
                return Ok(());
            }
            match &events {
                // What happened before the subscription is looked for once more.
                None => events = Some(self.link_events(side)?.or_failed(cannot)?),
                Some(events) => {
                    LinkEvents::sleep(events, interrupt, Some(end)).or_failed(cannot)?;
                }
            }
        }
    }

    fn link_events(&self, side: Side) -> Result<std::io::Result<LinkEvents>> {
        match (side, &self.target) {
            (Side::Target, Some((netns, _))) => netns.run(LinkEvents::subscribe),
            _ => Ok(LinkEvents::subscribe()),
        }
    }

    /// Announces addresses of an interface in the target, whose other end on the host is the
    /// port of a bridge if it has one.
    pub(super) fn announce(
        &mut self,
        (dev, port): (&IfName, Option<&IfName>),
        mac: Mac,
        addresses: &[std::net::IpAddr],
    ) -> Result<bool> {
        let cannot = || format!("cannot announce the addresses of `{dev}`");
        match port {
            Some(port) => self.await_running(Side::Host, port)?,
            None => self.await_running(Side::Target, dev)?,
        }
        let index = self
            .index(Side::Target, dev)?
            .or_failed(cannot)
            .map_err(vanished)?;
        let (netns, _) = self.target()?;
        let socket = netns
            .run(|| announce::send(index, mac, addresses))?
            .or_failed(cannot)?;
        self.spent.push(socket);
        Ok(true)
    }
}

//! Waiting, inside a container, for an interface to be usable. Needs no privilege, no
//! engine and no store.

use std::fmt;
use std::time::{Duration, Instant};

use crate::error::{Context, Error, Result};
use crate::spec::IfName;
use crate::sys::link::{self, Link};
use crate::sys::monitor::LinkEvents;
use crate::sys::netlink::Door;
use crate::sys::signal::Interrupt;

/// What is still missing before an interface can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lacks {
    Link,
    Up,
    Carrier,
}

impl fmt::Display for Lacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Link => "there is no such interface",
            Self::Up => "it is down",
            Self::Carrier => "it has no carrier",
        })
    }
}

/// Returns once the interface of this namespace is up and has carrier.
///
/// # Errors
/// Failed when the time is over, interrupted by a signal.
pub fn wait(ifname: &IfName, timeout: Option<Duration>, interrupt: &Interrupt) -> Result<()> {
    let cannot = || format!("cannot wait for `{ifname}`");
    let end = timeout.map(|timeout| Instant::now() + timeout);
    // Subscribed first, looked second: what comes in between wakes the sleep.
    let events = LinkEvents::subscribe().or_failed(cannot)?;
    let mut door = Door::open().or_failed(cannot)?;
    loop {
        interrupt.check()?;
        let found = link::find(&mut door, ifname.as_str()).or_failed(cannot)?;
        let Some(lacks) = lacks(found.as_ref()) else {
            return Ok(());
        };
        if end.is_some_and(|end| Instant::now() >= end) {
            return Err(late(ifname, timeout.unwrap_or_default(), lacks));
        }
        tracing::debug!(%ifname, %lacks, "waiting");
        events.sleep(interrupt, end).or_failed(cannot)?;
    }
}

fn lacks(link: Option<&Link>) -> Option<Lacks> {
    match link {
        None => Some(Lacks::Link),
        Some(link) if !link.up => Some(Lacks::Up),
        // A new link counts as running until the kernel has looked at its carrier.
        Some(link) if !(link.running && link.carrier) => Some(Lacks::Carrier),
        Some(_) => None,
    }
}

fn late(ifname: &IfName, timeout: Duration, lacks: Lacks) -> Error {
    let error = Error::failed(match timeout.as_secs() {
        0 => format!("`{ifname}` is not ready: {lacks}"),
        seconds => format!("`{ifname}` was not ready within {seconds} s: {lacks}"),
    });
    match lacks {
        Lacks::Link => error.hint(format!(
            "on the host: netpipe attach CONTAINER LINK --ifname {ifname}"
        )),
        Lacks::Up => error.hint(format!("set it up: ip link set {ifname} up")),
        Lacks::Carrier => error.hint("its other end, or the host's link, is down"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Lacks, lacks};
    use crate::sys::link::Link;

    fn link(up: bool, running: bool, carrier: bool) -> Link {
        Link {
            up,
            running,
            carrier,
            ..Link::default()
        }
    }

    #[test]
    fn only_a_link_with_carrier_is_ready() {
        assert_eq!(lacks(None), Some(Lacks::Link));
        assert_eq!(lacks(Some(&link(false, false, false))), Some(Lacks::Up));
        assert_eq!(
            lacks(Some(&link(true, true, false))),
            Some(Lacks::Carrier),
            "fresh links run without carrier"
        );
        assert_eq!(
            lacks(Some(&link(true, false, true))),
            Some(Lacks::Carrier),
            "dormant links have carrier but do not run"
        );
        assert_eq!(lacks(Some(&link(true, true, true))), None);
    }
}

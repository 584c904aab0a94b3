//! Wires between two targets.

use std::os::fd::AsFd;

use super::Executor;
use crate::error::{Error, Result};
use crate::plan::{Side, Step, Wire, WireStep};
use crate::spec::IfName;
use crate::sys::netlink::KernelError;
use crate::sys::new_link::{self, FarEnd};

impl Executor<'_> {
    pub(super) fn wire(&mut self, step: &WireStep) -> Result<bool> {
        match step {
            WireStep::Add(wire) => self.add_wire(wire),
            WireStep::Far { step, .. } => self.in_the_other(step),
            WireStep::AwaitCarrier { ifname, .. } => self.await_carrier(ifname),
        }
    }

    fn add_wire(&mut self, wire: &Wire) -> Result<bool> {
        let (Some((far, _)), Some((_, door))) = (&self.far, &mut self.target) else {
            return Err(gone());
        };
        let far = FarEnd {
            netns: far.as_fd(),
            name: &wire.peer_ifname,
            mtu: wire.mtu,
            mac: wire.peer_mac,
        };
        let made = new_link::add_wire(door, (&wire.ifname, wire.mac), &far);
        made.map(|()| true).map_err(|error| explain(wire, error))
    }

    /// Waits until the far end is ready to send.
    fn await_carrier(&mut self, name: &IfName) -> Result<bool> {
        self.other_way_round(|other| other.await_running(Side::Target, name))?;
        Ok(false)
    }

    /// Does a step of the target in the other one.
    fn in_the_other(&mut self, step: &Step) -> Result<bool> {
        self.other_way_round(|other| other.apply(step))
    }

    fn other_way_round<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.far.is_none() {
            return Err(gone());
        }
        std::mem::swap(&mut self.target, &mut self.far);
        let indices = std::mem::take(&mut self.indices);
        let done = work(self);
        self.indices = indices;
        std::mem::swap(&mut self.target, &mut self.far);
        done
    }
}

fn gone() -> Error {
    Error::failed("the namespace of the far end is gone")
}

/// Turns a kernel's refusal into an error with a hint.
fn explain(wire: &Wire, error: KernelError) -> Error {
    let Wire {
        ifname,
        peer_ifname,
        ..
    } = wire;
    let errno = error.errno;
    let cannot = format!("cannot make the wire from `{ifname}` to `{peer_ifname}`");
    let failed = match errno {
        libc::EEXIST => Error::conflict(cannot),
        _ => Error::failed(cannot),
    };
    let failed = failed.because(error);
    match errno {
        libc::EPERM => failed.hint("run as root, or with CAP_NET_ADMIN"),
        libc::EEXIST => failed.hint(format!(
            "`{ifname}` or, at the far end, `{peer_ifname}` is there already; give another name \
             with --ifname or --peer-ifname"
        )),
        libc::EOPNOTSUPP => failed.hint("kernel has no veth support: modprobe veth"),
        _ => failed,
    }
}

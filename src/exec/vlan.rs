//! Changes to the VLANs of bridges and their ports.

use super::Executor;
use crate::error::{Error, Result};
use crate::plan::Side;
use crate::plan::vlan_step::{Changes, VlanStep};
use crate::spec::{IfName, PortVlans};
use crate::sys::netlink::{Door, KernelError, KernelResult};
use crate::sys::{bridge_vlan, link};

impl Executor<'_> {
    /// Does one step; whether it changed anything.
    pub(super) fn vlan(&mut self, step: &VlanStep) -> Result<bool> {
        let done = match step {
            VlanStep::SetFiltering { bridge, on, .. } => self.set_filtering(bridge, *on),
            VlanStep::SetProtocol {
                bridge, protocol, ..
            } => bridge_vlan::set_protocol(self.host, bridge, *protocol).map(|()| true),
            VlanStep::SetPortVlans {
                port, own, wanted, ..
            } => match self.index(Side::Host, port)? {
                Ok(index) => set_port_vlans(self.host, (index, *own), wanted),
                Err(error) => Err(error),
            },
        };
        done.map_err(|error| explain(step, error))
    }

    /// One that is as wanted already was not changed by this step, and its undo must not
    /// change it either.
    fn set_filtering(&mut self, bridge: &IfName, on: bool) -> KernelResult<bool> {
        let found = link::find(self.host, bridge.as_str())?;
        if found.is_some_and(|link| link.vlan_filtering == on) {
            return Ok(false);
        }
        bridge_vlan::set_filtering(self.host, bridge, on).map(|()| true)
    }
}

/// Puts a port into just these VLANs, whatever it is in. New ones come first, so that a
/// port whose VLAN for untagged frames changes has one at any moment. A failure between the
/// two messages takes the first one back.
fn set_port_vlans(door: &mut Door, place: (u32, bool), wanted: &PortVlans) -> KernelResult<bool> {
    let before = bridge_vlan::get(door, place.0)?;
    let changes = Changes::between(&before, wanted);
    if changes.is_empty() {
        return Ok(false);
    }
    let done = change(door, place, &changes);
    if done.is_err()
        && let Ok(now) = bridge_vlan::get(door, place.0)
    {
        let _ = change(door, place, &Changes::between(&now, &before));
    }
    done.map(|()| true)
}

fn change(door: &mut Door, place: (u32, bool), changes: &Changes) -> KernelResult<()> {
    let Changes { gets, loses } = changes;
    bridge_vlan::add(door, place, &gets.untagged, true, gets.pvid)?;
    bridge_vlan::add(door, place, &gets.tagged, false, gets.pvid)?;
    bridge_vlan::delete(door, place, loses)
}

fn explain(step: &VlanStep, error: KernelError) -> Error {
    let errno = error.errno;
    let what = match step {
        VlanStep::SetFiltering { bridge, on, .. } => {
            let way = if *on { "on" } else { "off" };
            format!("cannot turn VLAN filtering of `{bridge}` {way}")
        }
        VlanStep::SetProtocol {
            bridge, protocol, ..
        } => format!("cannot have `{bridge}` expect VLANs of {protocol}"),
        VlanStep::SetPortVlans { port, .. } => format!("cannot set the VLANs of `{port}`"),
    };
    if errno == libc::EOPNOTSUPP {
        return Error::failed(format!("{what}: kernel has no bridge VLAN filtering"))
            .hint("it takes a kernel built with CONFIG_BRIDGE_VLAN_FILTERING");
    }
    let failed = Error::failed(what).because(error);
    match errno {
        libc::EPERM => failed.hint("run as root, or with CAP_NET_ADMIN"),
        libc::ENODEV => failed.hint(
            "something else deleted that link while netpipe worked: see what does, and repeat \
             the command",
        ),
        _ => failed,
    }
}

//! Offloads of an interface (`SIOCETHTOOL`, netdevice(7), ethtool(8)).

use std::io;
use std::os::fd::AsRawFd;

use super::ifreq;
use crate::spec::IfName;

/// Reads whether transmit checksums are left to the device (linux/ethtool.h).
const ETHTOOL_GTXCSUM: u32 = 0x16;
/// Sets it.
const ETHTOOL_STXCSUM: u32 = 0x17;

/// `struct ethtool_value` of linux/ethtool.h.
#[repr(C)]
struct EthtoolValue {
    command: u32,
    data: u32,
}

/// Whether checksums of what an interface of this namespace sends are left to the device.
///
/// # Errors
/// What ioctl(2) said: ENODEV if there is no such interface.
pub fn get_tx_checksum(name: &IfName) -> io::Result<bool> {
    value(name, ETHTOOL_GTXCSUM, 0).map(|data| data != 0)
}

/// Leaves them to the device, or not; then segmentation, which needs that, is off as well.
///
/// # Errors
/// What ioctl(2) said; EOPNOTSUPP also if the device does not do as told.
pub fn set_tx_checksum(name: &IfName, on: bool) -> io::Result<()> {
    value(name, ETHTOOL_STXCSUM, u32::from(on))?;
    match get_tx_checksum(name)? == on {
        true => Ok(()),
        false => Err(io::Error::from_raw_os_error(libc::EOPNOTSUPP)),
    }
}

fn value(name: &IfName, command: u32, data: u32) -> io::Result<u32> {
    let mut argument = EthtoolValue { command, data };
    let mut request = ifreq::of(name);
    request.ifr_ifru.ifru_data = (&raw mut argument).cast();
    let socket = ifreq::socket()?;
    // SAFETY: both structures live until the call returns, and have the kernel's layout; it
    // writes no more than the `ethtool_value` that `ifru_data` points to.
    #[allow(unsafe_code)]
    let done = unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCETHTOOL as _, &mut request) };
    match done {
        0 => Ok(argument.data),
        _ => Err(io::Error::last_os_error()),
    }
}

//! Offloads of an interface (`SIOCETHTOOL`, netdevice(7), ethtool(8)).

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};

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
    let socket: OwnedFd = socket(
        AddressFamily::Inet,
        SockType::Datagram,
        SockFlag::SOCK_CLOEXEC,
        None,
    )?;
    let mut argument = EthtoolValue { command, data };
    let mut ifr_name = [0; libc::IFNAMSIZ];
    // An interface's name has at most 15 bytes, so a NUL stays behind it.
    for (to, from) in ifr_name.iter_mut().zip(name.as_str().bytes()) {
        *to = libc::c_char::from_ne_bytes([from]);
    }
    let mut request = libc::ifreq {
        ifr_name,
        ifr_ifru: libc::__c_anonymous_ifr_ifru {
            ifru_data: (&raw mut argument).cast(),
        },
    };
    // SAFETY: both structures live until the call returns, and have the kernel's layout; it
    // writes no more than the `ethtool_value` that `ifru_data` points to.
    #[allow(unsafe_code)]
    let done = unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCETHTOOL as _, &mut request) };
    match done {
        0 => Ok(argument.data),
        _ => Err(io::Error::last_os_error()),
    }
}

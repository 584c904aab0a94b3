//! What the kernel tells of an interface without taking its lock (`struct ifreq`,
//! netdevice(7)).

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::sys::socket::{AddressFamily, SockFlag, SockType};

use crate::spec::IfName;

/// A socket of the calling thread's namespace that such requests are made on.
pub(super) fn socket() -> io::Result<OwnedFd> {
    let (family, kind) = (AddressFamily::Inet, SockType::Datagram);
    nix::sys::socket::socket(family, kind, SockFlag::SOCK_CLOEXEC, None).map_err(Into::into)
}

/// A request about the interface of that name.
pub(super) fn of(name: &IfName) -> libc::ifreq {
    let mut ifr_name = [0; libc::IFNAMSIZ];
    // An interface's name has at most 15 bytes, so a NUL stays behind it.
    for (to, from) in ifr_name.iter_mut().zip(name.as_str().bytes()) {
        *to = libc::c_char::from_ne_bytes([from]);
    }
    libc::ifreq {
        ifr_name,
        ifr_ifru: libc::__c_anonymous_ifr_ifru { ifru_flags: 0 },
    }
}

/// Whether an interface of this namespace is ready to send (IFF_RUNNING). The kernel says so
/// a moment after it is set up and has a carrier; what is sent before is dropped without a
/// word (`linkwatch_do_dev` in net/core/link_watch.c, `noop_enqueue` in
/// net/sched/sch_generic.c).
///
/// # Errors
/// What ioctl(2) said: ENODEV if there is no such interface.
pub fn is_running(name: &IfName) -> io::Result<bool> {
    let mut request = of(name);
    let socket = socket()?;
    // SAFETY: the structure lives until the call returns, and has the kernel's layout.
    #[allow(unsafe_code)]
    let done = unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCGIFFLAGS as _, &mut request) };
    if done != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call has written the flags, and any bits are such.
    #[allow(unsafe_code)]
    let flags = unsafe { request.ifr_ifru.ifru_flags };
    Ok(libc::c_int::from(flags) & libc::IFF_RUNNING != 0)
}

#[cfg(test)]
mod tests {
    use super::is_running;

    #[test]
    fn an_interface_is_running_or_absent() {
        let of = |name: &str| is_running(&name.parse().unwrap());
        assert!(of("lo").is_ok());
        assert_eq!(
            of("np-none").unwrap_err().raw_os_error(),
            Some(libc::ENODEV)
        );
    }
}

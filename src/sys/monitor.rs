//! Sleeping until something happens to the namespace's links: rtnetlink's multicast
//! group RTNLGRP_LINK (rtnetlink(7)), which needs no privilege.

use std::io::{self, ErrorKind};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use netlink_sys::{Socket, SocketAddr, protocols::NETLINK_ROUTE};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use rtnetlink::MulticastGroup;

use super::signal::Interrupt;

/// How many messages are taken at a time before the caller looks again.
const BATCH: u32 = 256;

/// A subscription to the links of the namespace of the thread that made it.
pub struct LinkEvents {
    socket: Socket,
}

impl LinkEvents {
    /// Subscribes: from here on, nothing that happens is missed. Look after this.
    ///
    /// # Errors
    /// What socket(2), bind(2) or setsockopt(2) said.
    pub fn subscribe() -> io::Result<Self> {
        Self::subscribe_to(&[MulticastGroup::Link])
    }

    /// The same to its addresses, and links that go.
    ///
    /// # Errors
    /// As [`LinkEvents::subscribe`].
    pub fn subscribe_to_addresses() -> io::Result<Self> {
        Self::subscribe_to(&[MulticastGroup::Link, MulticastGroup::Ipv6Ifaddr])
    }

    fn subscribe_to(groups: &[MulticastGroup]) -> io::Result<Self> {
        let mut socket = Socket::new(NETLINK_ROUTE)?;
        socket.bind(&SocketAddr::new(0, 0))?;
        for group in groups {
            socket.add_membership(*group as u32)?;
        }
        Ok(Self { socket })
    }

    /// Sleeps until something happened, a signal arrived or the time has come; without
    /// an end, as long as it takes. Whatever it was, the caller looks for itself.
    ///
    /// # Errors
    /// What poll(2) or recv(2) said.
    pub fn sleep(&self, interrupt: &Interrupt, end: Option<Instant>) -> io::Result<()> {
        let mut watched = vec![PollFd::new(self.socket.as_fd(), PollFlags::POLLIN)];
        if let Some(stream) = interrupt.stream() {
            watched.push(PollFd::new(stream.as_fd(), PollFlags::POLLIN));
        }
        match poll(&mut watched, poll_timeout(end, Instant::now())) {
            Ok(_) | Err(nix::errno::Errno::EINTR) => self.drain(),
            Err(errno) => Err(errno.into()),
        }
    }

    /// What becomes readable when something happens.
    pub fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.socket.as_fd()
    }

    /// Forgets what happened so far.
    ///
    /// # Errors
    /// What recv(2) said.
    pub fn forget(&self) -> io::Result<()> {
        self.drain()
    }

    /// Takes messages off the socket unread: the state is asked for afterwards anyway,
    /// and so it does not matter if the kernel had to drop some (ENOBUFS).
    fn drain(&self) -> io::Result<()> {
        for _ in 0..BATCH {
            match self.socket.recv(&mut &mut [0u8; 0][..], libc::MSG_DONTWAIT) {
                Ok(_) => {}
                Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The time left in whole milliseconds, rounded up: rounded down, the last one would be
/// spent in a busy loop.
fn poll_timeout(end: Option<Instant>, now: Instant) -> PollTimeout {
    let Some(end) = end else {
        return PollTimeout::NONE;
    };
    let left = end.saturating_duration_since(now);
    if left.is_zero() {
        return PollTimeout::ZERO;
    }
    PollTimeout::try_from(left + Duration::from_millis(1)).unwrap_or(PollTimeout::MAX)
}

#[cfg(test)]
mod tests {
    use super::poll_timeout;
    use nix::poll::PollTimeout;
    use std::time::{Duration, Instant};

    #[test]
    fn the_time_left_is_rounded_up_and_bounded() {
        let now = Instant::now();
        let after = |left| poll_timeout(Some(now + left), now);
        assert_eq!(poll_timeout(None, now), PollTimeout::NONE);
        assert_eq!(after(Duration::ZERO), PollTimeout::ZERO);
        assert_eq!(after(Duration::from_micros(10)), PollTimeout::from(1u8));
        assert_eq!(after(Duration::from_secs(86_400 * 365)), PollTimeout::MAX);
        let past = now.checked_sub(Duration::from_secs(1)).unwrap_or(now);
        assert_eq!(poll_timeout(Some(past), now), PollTimeout::ZERO);
    }
}

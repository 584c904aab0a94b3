//! What netfilter's netlink says no with, and what that means for the caller.

use std::fmt;
use std::io;

use nix::errno::Errno;

/// What the kernel, or the way to it, said no with.
#[derive(Debug)]
pub(super) struct NetlinkError {
    pub(super) errno: Errno,
    words: Option<String>,
}

impl NetlinkError {
    /// An error with the kernel's own words, if it gave any.
    pub(super) fn new(errno: Errno, words: Option<String>) -> Self {
        Self { errno, words }
    }

    /// Others changed the rules meanwhile: the same request can succeed now.
    pub(super) fn is_race(&self) -> bool {
        matches!(
            self.errno,
            Errno::ERESTART | Errno::EINTR | Errno::EBUSY | Errno::EAGAIN
        )
    }

    /// This kernel has no nf_tables, or no netfilter netlink at all. A message type
    /// without a subsystem is EINVAL (`nfnetlink_rcv_msg`).
    pub(super) fn is_unsupported(&self) -> bool {
        matches!(
            self.errno,
            Errno::EINVAL | Errno::EOPNOTSUPP | Errno::EPROTONOSUPPORT | Errno::EAFNOSUPPORT
        )
    }
}

impl fmt::Display for NetlinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.errno)?;
        match &self.words {
            Some(words) => write!(f, ": {words}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for NetlinkError {}

impl From<io::Error> for NetlinkError {
    fn from(error: io::Error) -> Self {
        match error.raw_os_error() {
            Some(code) => Self::new(Errno::from_raw(code), None),
            None => Self::new(Errno::EIO, Some(error.to_string())),
        }
    }
}

impl From<Errno> for NetlinkError {
    fn from(errno: Errno) -> Self {
        Self::new(errno, None)
    }
}

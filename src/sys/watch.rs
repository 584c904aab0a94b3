//! Descriptors that become readable when something ends: a process (pidfd_open(2)), or what
//! a directory has a name for (inotify(7)).

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};

/// A descriptor that is readable once the process has ended. Whoever asks makes sure that it
/// is the one that is meant.
///
/// # Errors
/// ESRCH if there is none, ENOSYS before Linux 5.3.
pub fn process(pid: u32) -> io::Result<OwnedFd> {
    // SAFETY: pidfd_open(2) takes numbers only.
    #[allow(unsafe_code)]
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid as libc::pid_t, 0) };
    match i32::try_from(fd) {
        Ok(fd) if fd >= 0 => Ok(super::netns::own(fd)),
        _ => Err(io::Error::last_os_error()),
    }
}

/// What becomes readable when a name in a directory goes or comes to mean something else.
/// [`forget`] makes it wait for the next time.
///
/// # Errors
/// What inotify_init(2) or inotify_add_watch(2) said.
pub fn directory(path: &Path) -> io::Result<Inotify> {
    let watch = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK)?;
    let changes = AddWatchFlags::IN_DELETE
        | AddWatchFlags::IN_MOVED_FROM
        | AddWatchFlags::IN_MOVED_TO
        | AddWatchFlags::IN_CREATE
        | AddWatchFlags::IN_ATTRIB;
    watch.add_watch(path, changes)?;
    Ok(watch)
}

/// Forgets what happened so far.
pub fn forget(watch: &Inotify) {
    while watch.read_events().is_ok_and(|events| !events.is_empty()) {}
}

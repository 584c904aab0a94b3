//! Processes that netpipe leaves behind or becomes.

use std::ffi::{OsStr, OsString};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Becomes another program (execvp(3)), with the signals as a program expects them: the
/// runtime ignores SIGPIPE, and what is ignored would stay so. Returns only if it fails.
pub fn replace(program: &OsStr, arguments: &[OsString]) -> std::io::Error {
    Command::new(program).args(arguments).exec()
}

/// Closes spent sockets in a child process, so that the command does not wait for
/// the kernel to let go of them. The child holds nothing else: no lock, no pipe of
/// the caller's, no namespace.
#[allow(clippy::needless_pass_by_value, reason = "it closes them")]
pub fn close_in_background(sockets: Vec<OwnedFd>) {
    let Some(lowest) = sockets.iter().map(AsRawFd::as_raw_fd).min() else {
        return;
    };
    let highest = sockets
        .iter()
        .map(AsRawFd::as_raw_fd)
        .max()
        .unwrap_or(lowest);
    // SAFETY: between fork and _exit the child makes system calls only, which is what
    // signal-safety(7) allows in a process that may have had threads.
    #[allow(unsafe_code)]
    unsafe {
        if libc::fork() == 0 {
            // The pipes of whoever reads our output must close with the parent.
            if lowest > 0 {
                libc::syscall(libc::SYS_close_range, 0, lowest - 1, 0);
            }
            libc::syscall(libc::SYS_close_range, highest + 1, libc::c_uint::MAX, 0);
            libc::_exit(0);
        }
    }
}

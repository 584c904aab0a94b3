//! Connecting to a unix socket without being at its listener's mercy.

use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, UnixAddr, connect, socket};

use super::signal::Interrupt;
use crate::error::Result;

/// How long to wait until a listener whose queue was full is tried again.
const PAUSE: Duration = Duration::from_millis(20);

/// Connects to the listener at `path`; the stream does not block. While the listener's queue
/// is full it is tried again, until `deadline`: then the inner error is a `WouldBlock`.
///
/// A blocking connect(2) would sleep in `unix_wait_for_peer` (net/unix/af_unix.c) until the
/// listener accepts somebody. A signal does not end that, for the handlers restart system
/// calls (SA_RESTART); SO_SNDTIMEO would bound it and keep the kernel from restarting it
/// (signal(7)), but a signal that comes just before it is not seen. So this one does not
/// block: a full queue is EAGAIN then (`unix_stream_connect`), and not EINPROGRESS, so there
/// is nothing to poll for, and a pause that signals end has to do.
///
/// # Errors
/// If a signal arrives; the inner error is what socket(2) or connect(2) said.
pub fn to_listener(
    path: &Path,
    deadline: Instant,
    interrupt: &Interrupt,
) -> Result<io::Result<UnixStream>> {
    loop {
        interrupt.check()?;
        match attempt(path) {
            Err(Errno::EAGAIN) if Instant::now() < deadline => {
                let left = deadline.saturating_duration_since(Instant::now());
                interrupt.pause(PAUSE.min(left))?;
            }
            Err(Errno::EINTR) => {}
            outcome => return Ok(outcome.map_err(io::Error::from)),
        }
    }
}

fn attempt(path: &Path) -> nix::Result<UnixStream> {
    let flags = SockFlag::SOCK_NONBLOCK | SockFlag::SOCK_CLOEXEC;
    let made = socket(AddressFamily::Unix, SockType::Stream, flags, None)?;
    connect(made.as_raw_fd(), &UnixAddr::new(path)?)?;
    Ok(made.into())
}

#[cfg(test)]
mod tests {
    use super::to_listener;
    use crate::sys::signal::Interrupt;
    use nix::sys::socket::{Backlog, listen};
    use std::io::ErrorKind;
    use std::os::unix::net::UnixListener;
    use std::time::{Duration, Instant};

    #[test]
    fn a_full_queue_is_waited_for_no_longer_than_asked() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("full.sock");
        let none = Interrupt::default();
        let soon = || Instant::now() + Duration::from_millis(50);
        let nobody = to_listener(&path, soon(), &none).unwrap().unwrap_err();
        assert_eq!(nobody.kind(), ErrorKind::NotFound);

        let listener = UnixListener::bind(&path).unwrap();
        // The kernel lets one more in than asked for.
        listen(&listener, Backlog::new(0).unwrap()).unwrap();
        let first = to_listener(&path, soon(), &none).unwrap().unwrap();
        let full = to_listener(&path, soon(), &none).unwrap().unwrap_err();
        assert_eq!(full.kind(), ErrorKind::WouldBlock);

        let late = Instant::now() + Duration::from_secs(30);
        let waiting = std::thread::spawn(move || {
            to_listener(&path, late, &Interrupt::default())
                .unwrap()
                .is_ok()
        });
        drop((listener.accept().unwrap(), first));
        assert!(waiting.join().unwrap());
    }
}

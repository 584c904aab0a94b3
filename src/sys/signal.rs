//! Signals that ask netpipe to stop: noted here, acted on between steps.

use std::ffi::c_int;
use std::io::Read;
use std::os::fd::{AsFd, IntoRawFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socketpair};

use crate::error::{Context, Error, Result};

/// The signals that undo an operation.
const STOPPING: [Signal; 3] = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP];

/// The signal that arrived last, or zero.
static ARRIVED: AtomicI32 = AtomicI32::new(0);

/// The descriptor that wakes who sleeps on [`Interrupt::stream`]; it stays open.
static WAKER: AtomicI32 = AtomicI32::new(-1);

/// Remembers whether SIGINT, SIGTERM or SIGHUP arrived. Cheap to ask; a waiter can
/// sleep on [`Interrupt::stream`], which becomes readable when one does.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    stream: Option<Arc<UnixStream>>,
}

impl Interrupt {
    /// Takes these signals over for the whole process.
    ///
    /// # Errors
    /// If the kernel refuses a handler.
    pub fn install() -> Result<Self> {
        let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
        let (stream, waker) = socketpair(AddressFamily::Unix, SockType::Stream, None, flags)
            .or_failed(|| "cannot make a signal pipe".into())?;
        WAKER.store(waker.into_raw_fd(), Ordering::SeqCst);
        let action = SigAction::new(
            SigHandler::Handler(note),
            SaFlags::SA_RESTART,
            SigSet::empty(),
        );
        for signal in STOPPING {
            // SAFETY: the handler does nothing but what signal-safety(7) allows.
            #[allow(unsafe_code)]
            unsafe { sigaction(signal, &action) }
                .or_failed(|| format!("cannot handle signal {signal}"))?;
        }
        Ok(Self {
            stream: Some(Arc::new(stream.into())),
        })
    }

    /// The signal that arrived, or zero; always that if none is handled.
    fn arrived(&self) -> c_int {
        self.stream
            .as_ref()
            .map_or(0, |_| ARRIVED.load(Ordering::SeqCst))
    }

    /// Fails once a stopping signal has arrived.
    ///
    /// # Errors
    /// [`Error::interrupted`] with the signal's number.
    pub fn check(&self) -> Result<()> {
        match self.arrived() {
            0 => Ok(()),
            signal => Err(Error::interrupted(signal)),
        }
    }

    /// What becomes readable when a signal arrives; none if none is handled.
    pub fn stream(&self) -> Option<&UnixStream> {
        self.stream.as_deref()
    }

    /// Waits until `ready` is readable or its other end closed, at most so long; whether
    /// it came to that.
    ///
    /// # Errors
    /// [`Error::interrupted`] if a signal arrives first.
    pub fn wait_for(&self, ready: &impl AsFd, patience: Duration) -> Result<bool> {
        self.wait_until((ready, PollFlags::POLLIN), patience)
    }

    /// The same until bytes can be written to `ready`.
    ///
    /// # Errors
    /// As [`Interrupt::wait_for`].
    pub fn wait_for_room(&self, ready: &impl AsFd, patience: Duration) -> Result<bool> {
        self.wait_until((ready, PollFlags::POLLOUT), patience)
    }

    fn wait_until(
        &self,
        (ready, what): (&impl AsFd, PollFlags),
        patience: Duration,
    ) -> Result<bool> {
        let deadline = Instant::now() + patience;
        loop {
            self.check()?;
            let left = deadline.saturating_duration_since(Instant::now());
            let mut fds = vec![PollFd::new(ready.as_fd(), what)];
            fds.extend(
                self.stream()
                    .map(|s| PollFd::new(s.as_fd(), PollFlags::POLLIN)),
            );
            let timeout = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
            match poll(&mut fds, timeout) {
                Ok(0) if left.is_zero() => return Ok(false),
                Ok(_) if fds[0].any().unwrap_or(false) => return Ok(true),
                // Of a signal that was cleared, if there is none now.
                Ok(1..) if self.check().is_ok() => self.drain(),
                Ok(_) | Err(Errno::EINTR) => {}
                Err(errno) => return Err(Error::failed("cannot wait").because(errno)),
            }
        }
    }

    /// Waits so long.
    ///
    /// # Errors
    /// [`Error::interrupted`] if a signal arrives first.
    pub fn pause(&self, length: Duration) -> Result<()> {
        let watched = self.stream().into_iter();
        let mut fds: Vec<_> = watched
            .map(|stream| PollFd::new(stream.as_fd(), PollFlags::POLLIN))
            .collect();
        let timeout = PollTimeout::try_from(length).unwrap_or(PollTimeout::MAX);
        match poll(&mut fds, timeout) {
            Ok(_) | Err(Errno::EINTR) => self.check(),
            Err(errno) => Err(Error::failed("cannot wait").because(errno)),
        }
    }

    /// Forgets the signals so far: called once their undo is done.
    pub fn clear(&self) {
        if self.stream().is_some() {
            ARRIVED.store(0, Ordering::SeqCst);
            self.drain();
            if ARRIVED.load(Ordering::SeqCst) != 0 {
                // It came in between, and its wake-up may be gone.
                wake();
            }
        }
    }

    /// Takes the wake-ups away, so that a sleeper sleeps.
    fn drain(&self) {
        if let Some(mut stream) = self.stream() {
            let mut bin = [0; 16];
            while matches!(stream.read(&mut bin), Ok(1..)) {}
        }
    }
}

/// The handler. The order matters: the flag is up before a sleeper wakes.
extern "C" fn note(signal: c_int) {
    let errno = Errno::last_raw();
    ARRIVED.store(signal, Ordering::SeqCst);
    wake();
    // The code that was interrupted may be about to read its own.
    Errno::set_raw(errno);
}

/// Wakes who sleeps on the socket; async-signal-safe (signal-safety(7) has send).
fn wake() {
    let waker = WAKER.load(Ordering::SeqCst);
    // SAFETY: one byte of a static is read. A full socket takes no more, and wakes anyway.
    #[allow(unsafe_code)]
    unsafe {
        libc::send(waker, c"!".as_ptr().cast(), 1, libc::MSG_NOSIGNAL);
    }
}

#[cfg(test)]
mod tests {
    use super::Interrupt;
    use nix::sys::signal::{Signal, raise};
    use std::os::unix::net::UnixStream;
    use std::time::Duration;

    #[test]
    fn a_signal_is_noted_and_wakes_until_it_is_cleared() {
        let (never, _other) = UnixStream::pair().unwrap();
        let interrupt = Interrupt::install().unwrap();
        interrupt.check().unwrap();
        for signal in [Signal::SIGHUP, Signal::SIGTERM] {
            raise(signal).unwrap();
            let error = interrupt.check().unwrap_err();
            assert_eq!(error.exit_code(), 128 + signal as i32);
            interrupt
                .wait_for(&never, Duration::from_secs(60))
                .unwrap_err();
            Interrupt::default().check().unwrap();
            interrupt.clear();
            assert!(!interrupt.wait_for(&never, Duration::ZERO).unwrap());
        }
        let other = std::thread::spawn(|| raise(Signal::SIGINT).unwrap());
        let asleep = interrupt.wait_for(&never, Duration::from_secs(60));
        assert_eq!(asleep.unwrap_err().exit_code(), 130);
        other.join().unwrap();
    }
}

//! Signals that ask netpipe to stop: noted here, acted on between steps.

use std::io::Read;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::error::{Context, Error, Result};

/// The signals that undo an operation.
const STOPPING: [i32; 3] = [SIGINT, SIGTERM, SIGHUP];

/// Remembers whether SIGINT, SIGTERM or SIGHUP arrived. Cheap to ask; a waiter can
/// sleep on [`Interrupt::stream`], which becomes readable when one does.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    arrived: Arc<AtomicUsize>,
    stream: Option<Arc<UnixStream>>,
}

impl Interrupt {
    /// Takes these signals over for the whole process.
    ///
    /// # Errors
    /// If the kernel refuses a handler.
    pub fn install() -> Result<Self> {
        let arrived = Arc::new(AtomicUsize::new(0));
        let (stream, writer) =
            UnixStream::pair().or_failed(|| "cannot make a signal pipe".into())?;
        stream
            .set_nonblocking(true)
            .or_failed(|| "cannot make a signal pipe".into())?;
        for signal in STOPPING {
            let writer = writer
                .try_clone()
                .or_failed(|| "cannot make a signal pipe".into())?;
            // The order matters: the flag is up before a sleeper wakes.
            signal_hook::flag::register_usize(signal, arrived.clone(), signal as usize)
                .and_then(|_| signal_hook::low_level::pipe::register(signal, writer))
                .or_failed(|| format!("cannot handle signal {signal}"))?;
        }
        Ok(Self {
            arrived,
            stream: Some(Arc::new(stream)),
        })
    }

    /// Fails once a stopping signal has arrived.
    ///
    /// # Errors
    /// [`Error::interrupted`] with the signal's number.
    pub fn check(&self) -> Result<()> {
        match self.arrived.load(Ordering::Relaxed) {
            0 => Ok(()),
            signal => Err(Error::interrupted(signal as i32)),
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
        let deadline = Instant::now() + patience;
        loop {
            self.check()?;
            let left = deadline.saturating_duration_since(Instant::now());
            let mut fds = vec![PollFd::new(ready.as_fd(), PollFlags::POLLIN)];
            fds.extend(
                self.stream()
                    .map(|s| PollFd::new(s.as_fd(), PollFlags::POLLIN)),
            );
            let timeout = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
            match poll(&mut fds, timeout) {
                Ok(0) if left.is_zero() => return Ok(false),
                Ok(_) if fds[0].any().unwrap_or(false) => return Ok(true),
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
        self.arrived.store(0, Ordering::Relaxed);
        if let Some(mut stream) = self.stream() {
            let mut bin = [0; 16];
            while matches!(stream.read(&mut bin), Ok(1..)) {}
        }
    }
}

//! A lease that is kept alive while a lock or an office is held.

use std::future::Future;
use std::pin::Pin;

use nix::sys::signal::Signal;
use tokio::signal::unix::{Signal as Signals, SignalKind, signal};

use super::lease::keep_alive;
use super::remote::Remote;
use crate::error::{Context as _, Error, Result};
use crate::kv::proto::etcdserverpb::{LeaseGrantRequest, LeaseRevokeRequest};

/// A lease that lives as long as this is asked for what happens, and the signals that end it.
pub struct Session<'a> {
    remote: &'a Remote,
    lease: i64,
    alive: Pin<Box<dyn Future<Output = Result<()>> + 'a>>,
    interrupted: Signals,
    terminated: Signals,
    hung_up: Signals,
}

/// Why to stop.
#[derive(Debug)]
pub enum Stop {
    /// A signal came.
    Signal(Signal),
    /// The lease has ended, and all that was held with it.
    Lost(Error),
}

impl<'a> Session<'a> {
    /// Grants the lease, and takes the signals over.
    ///
    /// # Errors
    /// The server refuses it or cannot be reached.
    pub async fn begin(remote: &'a Remote, ttl: i64) -> Result<Self> {
        let handle = |kind| signal(kind).or_failed(|| "cannot handle signals".into());
        let (interrupted, terminated, hung_up) = (
            handle(SignalKind::interrupt())?,
            handle(SignalKind::terminate())?,
            handle(SignalKind::hangup())?,
        );
        let request = LeaseGrantRequest { ttl, id: 0 };
        let granted = remote
            .call(|| async { remote.lease().lease_grant(request).await })
            .await?;
        let lease = granted.id;
        Ok(Self {
            remote,
            lease,
            alive: Box::pin(keep_alive(remote, lease, |_| Ok(()))),
            interrupted,
            terminated,
            hung_up,
        })
    }

    /// The lease.
    pub fn lease(&self) -> i64 {
        self.lease
    }

    /// Waits for a reason to stop, and keeps the lease alive meanwhile. Not to be asked again
    /// once the lease is lost.
    pub async fn stop(&mut self) -> Stop {
        tokio::select! {
            Some(()) = self.interrupted.recv() => Stop::Signal(Signal::SIGINT),
            Some(()) = self.terminated.recv() => Stop::Signal(Signal::SIGTERM),
            Some(()) = self.hung_up.recv() => Stop::Signal(Signal::SIGHUP),
            ended = &mut self.alive => Stop::Lost(match ended {
                Ok(()) => Error::failed("the session expired"),
                Err(error) => error,
            }),
        }
    }

    /// Waits for `work`, and keeps the lease alive meanwhile.
    ///
    /// # Errors
    /// What the work failed with; the signal that came first; the lease ended.
    pub async fn until<T>(&mut self, work: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::select! {
            done = work => done,
            stop = self.stop() => Err(match stop {
                Stop::Signal(signal) => Error::interrupted(signal as i32),
                Stop::Lost(error) => error,
            }),
        }
    }

    /// Ends the lease, and with it all that is held: at once, and not when its time is over.
    ///
    /// # Errors
    /// The server cannot be reached. One that knows the lease no more is fine.
    pub async fn end(self) -> Result<()> {
        let request = LeaseRevokeRequest { id: self.lease };
        let call = || async { self.remote.lease().lease_revoke(request).await };
        match self.remote.call(call).await {
            Err(error) if error.kind() != crate::error::Kind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

//! `netpipe kv lock`

use std::ffi::OsString;

use clap::Args;

use super::print::Printer;
use super::remote::{Remote, Server};
use super::run::{Program, pass, shell_status};
use super::session::{Session, Stop};
use super::value::bytes;
use crate::error::{Error, Result};
use crate::kv::proto::etcdserverpb::RangeRequest;
use crate::kv::proto::v3lockpb::{LockRequest, LockResponse, UnlockRequest};

/// Wait for a lock, and hold it
///
/// Without a COMMAND, the key that stands for the lock is printed when it is taken, and the lock
/// is held until a signal comes. With one, it is held while the command runs, and the exit status
/// is the command's; ETCD_LOCK_KEY and ETCD_LOCK_REV tell it which key and since which revision.
/// A holder that dies loses the lock after --ttl.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  netpipe kv lock nightly
  netpipe kv lock nightly -- backup --all")]
pub struct Lock {
    /// The lock
    name: OsString,
    /// Run this while the lock is held
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
    /// After so many seconds a holder that is silent has lost it
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    ttl: i64,
}

impl Lock {
    /// Takes the lock, holds it, and lets go of it.
    pub fn run(self, server: Server, printer: Printer<'_>) -> Result<()> {
        server.run(|remote| async move {
            let mut session = Session::begin(&remote, self.ttl).await?;
            let outcome = self.hold(&remote, &mut session, printer).await;
            let ended = session.end().await;
            outcome.and(ended)
        })
    }

    async fn hold(
        self,
        remote: &Remote,
        session: &mut Session<'_>,
        printer: Printer<'_>,
    ) -> Result<()> {
        let request = LockRequest {
            name: bytes(self.name),
            lease: session.lease(),
        };
        // As long as it takes: somebody else may hold it.
        let call = remote.call(|| async { remote.lock().lock(request.clone()).await });
        let held = session.until(call).await?;
        let outcome = match Program::new(&self.command) {
            Some(program) => work(program, &held, session, printer).await,
            None => wait(&held, remote, session, printer).await,
        };
        let request = UnlockRequest { key: held.key };
        let unlocked = remote
            .call(|| async { remote.lock().unlock(request.clone()).await })
            .await;
        outcome.and(unlocked.map(drop))
    }
}

/// Prints the key, and waits for a signal.
async fn wait(
    held: &LockResponse,
    remote: &Remote,
    session: &mut Session<'_>,
    printer: Printer<'_>,
) -> Result<()> {
    let request = RangeRequest {
        key: held.key.clone(),
        ..RangeRequest::default()
    };
    let found = remote
        .call(|| async { remote.kv().range(request.clone()).await })
        .await?;
    if found.kvs.is_empty() {
        return Err(Error::failed("the lock was lost as soon as it was taken"));
    }
    printer.print_next(&found)?;
    match session.stop().await {
        Stop::Signal(_) => Ok(()),
        Stop::Lost(error) => Err(error),
    }
}

/// Runs the program, and passes signals on to it.
async fn work(
    program: Program,
    held: &LockResponse,
    session: &mut Session<'_>,
    printer: Printer<'_>,
) -> Result<()> {
    let revision = held.header.map_or(0, |header| header.revision);
    let key = String::from_utf8_lossy(&held.key).into_owned();
    let running = program
        .env("ETCD_LOCK_KEY", key)
        .env("ETCD_LOCK_REV", revision.to_string())
        .start()?;
    let id = running.id();
    let end = running.end();
    tokio::pin!(end);
    let mut lost = false;
    let status = loop {
        tokio::select! {
            status = &mut end => break status?,
            stop = session.stop(), if !lost => match stop {
                Stop::Signal(signal) => pass(signal, id),
                Stop::Lost(error) => {
                    lost = true;
                    printer.out.warn(&format!("the lock is lost while the command runs: {error}"));
                }
            },
        }
    };
    printer.out.exit_with(shell_status(status));
    Ok(())
}

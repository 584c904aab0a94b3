//! Programs that a verb runs, while its own business goes on.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::error::{Context as _, Error, Result};
use crate::spec::shown;

/// A program to be run, with its arguments and what is added to its environment.
#[derive(Debug, Clone)]
pub struct Program {
    name: OsString,
    arguments: Vec<OsString>,
    variables: Vec<(&'static str, String)>,
}

/// A program that runs.
#[derive(Debug)]
pub struct Running {
    name: String,
    id: Pid,
    child: Child,
}

impl Program {
    /// The program that these words name; none without words.
    pub fn new(words: &[OsString]) -> Option<Self> {
        let (name, arguments) = words.split_first()?;
        Some(Self {
            name: name.clone(),
            arguments: arguments.to_vec(),
            variables: Vec::new(),
        })
    }

    /// Adds a variable to its environment.
    #[must_use]
    pub fn env(mut self, name: &'static str, value: String) -> Self {
        self.variables.push((name, value));
        self
    }

    /// Starts it, with the descriptors of this process.
    ///
    /// # Errors
    /// As the shell's: 127 if there is none of that name, 126 if it cannot be run.
    pub fn start(self) -> Result<Running> {
        let name = shown(&self.name.to_string_lossy());
        let child = Command::new(&self.name)
            .args(&self.arguments)
            .envs(
                self.variables
                    .iter()
                    .map(|(name, value)| (OsStr::new(name), value)),
            )
            .spawn()
            .map_err(|cause| {
                let status = match cause.kind() {
                    io::ErrorKind::NotFound => 127,
                    _ => 126,
                };
                Error::not_run(status, format!("cannot run `{name}`")).because(cause)
            })?;
        let id = Pid::from_raw(i32::try_from(child.id()).unwrap_or(i32::MAX));
        Ok(Running { name, id, child })
    }
}

impl Running {
    /// Its process.
    pub fn id(&self) -> Pid {
        self.id
    }

    /// Waits for its end, without keeping other tasks from their work.
    ///
    /// # Errors
    /// What wait4(2) said.
    pub async fn end(self) -> Result<ExitStatus> {
        let Self {
            name, mut child, ..
        } = self;
        tokio::task::spawn_blocking(move || child.wait())
            .await
            .map_err(io::Error::other)
            .and_then(|status| status)
            .or_failed(|| format!("cannot wait for `{name}`"))
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// It failed.
    pub async fn succeed(self) -> Result<()> {
        let name = self.name.clone();
        let status = self.end().await?;
        match status.success() {
            true => Ok(()),
            false => Err(Error::failed(format!("`{name}` failed: {status}"))),
        }
    }
}

/// The status that a shell would have of a program: its own, or 128 and the signal's number.
pub fn shell_status(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
    u8::try_from(code).unwrap_or(1)
}

/// Passes a signal on; a process that is gone needs none.
pub fn pass(signal: Signal, to: Pid) {
    let _ = kill(to, signal);
}

//! The one error type: what failed, on which object, why, and what to do next.

use std::fmt;

/// A `Result` whose error is netpipe's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What sort of failure this is; decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The operation failed; nothing changed unless the message says so. Exit 1.
    Failed,
    /// The request itself is wrong. Exit 2.
    Usage,
    /// An address, name or place is taken by somebody else. Exit 3.
    Conflict,
    /// The object named does not exist. Exit 4.
    NotFound,
    /// What would know the answer, such as the engine, does not answer. Exit 1.
    Unreachable,
    /// A program could not be run. Exit with this status, the shell's for the case.
    NotRun(i32),
    /// A signal arrived and everything was undone. Exit 128 + the signal's number.
    Interrupted(i32),
}

/// A failure as the user sees it: a message, the cause behind it, and hints.
///
/// `Display` writes the message and the cause on one line; hints are kept apart
/// so that the command line can print each on a line of its own.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    message: String,
    cause: Option<anyhow::Error>,
    hints: Vec<String>,
}

impl Error {
    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            cause: None,
            hints: Vec::new(),
        }
    }

    /// An operation that failed: exit code 1.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Kind::Failed, message)
    }

    /// A request that is wrong in itself: exit code 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Something the request needs is taken: exit code 3.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, message)
    }

    /// Something the request names does not exist: exit code 4.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, message)
    }

    /// Something that must be asked does not answer: exit code 1.
    pub fn unreachable(message: impl Into<String>) -> Self {
        Self::new(Kind::Unreachable, message)
    }

    /// A program that could not be run; `status` is the shell's for the case, 126 or 127.
    pub fn not_run(status: i32, message: impl Into<String>) -> Self {
        Self::new(Kind::NotRun(status), message)
    }

    /// A signal that stopped the operation; what was done has been undone.
    pub fn interrupted(signal: i32) -> Self {
        Self::new(Kind::Interrupted(signal), "interrupted")
    }

    /// Names the cause.
    #[must_use]
    pub fn because(mut self, cause: impl Into<anyhow::Error>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Adds a line that says what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Puts what was being done in front: `cannot attach …: <this error>`.
    #[must_use]
    pub fn while_doing(mut self, what: &str) -> Self {
        self.message = format!("{what}: {}", self.message);
        self
    }

    /// The same as a failure like any other, for a command line with one status for all:
    /// exit code 1. Signals and programs that could not be run keep theirs.
    #[must_use]
    pub fn as_failed(mut self) -> Self {
        if !matches!(self.kind, Kind::NotRun(_) | Kind::Interrupted(_)) {
            self.kind = Kind::Failed;
        }
        self
    }

    /// The sort of failure.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What to do next, a line each.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// The process exit code this failure maps to.
    pub fn exit_code(&self) -> i32 {
        match self.kind {
            Kind::Failed | Kind::Unreachable => 1,
            Kind::Usage => 2,
            Kind::Conflict => 3,
            Kind::NotFound => 4,
            Kind::NotRun(status) => status,
            Kind::Interrupted(signal) => 128 + signal,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.cause {
            Some(cause) => write!(f, ": {cause:#}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause
            .as_ref()
            .map(|cause| &**cause as &(dyn std::error::Error + 'static))
    }
}

/// Adds the message of a failed operation to any error.
pub trait Context<T> {
    /// Turns an error into a [`Kind::Failed`] that says what could not be done.
    fn or_failed(self, message: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: Into<anyhow::Error>> Context<T> for Result<T, E> {
    fn or_failed(self, message: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|cause| Error::failed(message()).because(cause))
    }
}

//! What became of a command, with the assertions that tests chain on it.

use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// A command that has ended.
#[derive(Debug)]
pub struct Run {
    line: String,
    ended: ExitStatus,
    /// What it wrote to stdout.
    pub out: String,
    /// What it wrote to stderr.
    pub err: String,
}

impl Run {
    /// Waits for a command, and fails if it takes longer than `longest`.
    #[track_caller]
    pub fn wait(mut child: Child, line: &str, longest: Duration) -> Self {
        let pid = Pid::from_raw(child.id().cast_signed());
        let (done, ended) = mpsc::channel::<()>();
        let watch = thread::spawn(move || {
            let late = ended.recv_timeout(longest) == Err(mpsc::RecvTimeoutError::Timeout);
            if late {
                let _ = kill(pid, Signal::SIGKILL);
            }
            late
        });
        let mut stderr = child.stderr.take().unwrap();
        let errors = thread::spawn(move || read(&mut stderr));
        let out = read(&mut child.stdout.take().unwrap());
        let err = errors.join().unwrap();
        let ended = child.wait().unwrap();
        drop(done);
        let late = watch.join().unwrap();
        assert!(!late, "{line}: no end within {longest:?}\n{out}{err}");
        Self {
            line: line.to_owned(),
            ended,
            out,
            err,
        }
    }

    /// Its exit status, if it was not killed.
    pub fn code(&self) -> Option<i32> {
        self.ended.code()
    }

    /// The signal that killed it, if one did.
    pub fn signal(&self) -> Option<i32> {
        self.ended.signal()
    }

    #[track_caller]
    fn claim(&self, holds: bool, what: &str) {
        let Self { line, ended, .. } = self;
        assert!(
            holds,
            "{line}\n{what}\n--- {ended}\n--- stdout\n{}--- stderr\n{}",
            self.out, self.err
        );
    }

    /// Claims this exit status.
    #[track_caller]
    pub fn status(self, code: i32) -> Self {
        self.claim(
            self.code() == Some(code),
            &format!("exit status {code} expected"),
        );
        self
    }

    /// Claims that SIGKILL ended it.
    #[track_caller]
    pub fn killed(self) -> Self {
        self.claim(self.signal() == Some(9), "SIGKILL expected");
        self
    }

    /// Claims just this text on stdout.
    #[track_caller]
    pub fn stdout(self, text: &str) -> Self {
        self.claim(self.out == text, &format!("stdout expected:\n{text}"));
        self
    }

    /// Claims just this text on stderr.
    #[track_caller]
    pub fn stderr(self, text: &str) -> Self {
        self.claim(self.err == text, &format!("stderr expected:\n{text}"));
        self
    }

    /// Claims that stdout has this piece.
    #[track_caller]
    pub fn stdout_has(self, piece: &str) -> Self {
        self.claim(self.out.contains(piece), &format!("stdout lacks: {piece}"));
        self
    }

    /// Claims that stdout does not have this piece.
    #[track_caller]
    pub fn stdout_lacks(self, piece: &str) -> Self {
        self.claim(!self.out.contains(piece), &format!("stdout has: {piece}"));
        self
    }

    /// Claims that stderr has this piece.
    #[track_caller]
    pub fn stderr_has(self, piece: &str) -> Self {
        self.claim(self.err.contains(piece), &format!("stderr lacks: {piece}"));
        self
    }

    /// What it wrote to stdout, as JSON.
    #[track_caller]
    pub fn json(self) -> serde_json::Value {
        match serde_json::from_str(&self.out) {
            Ok(value) => value,
            Err(error) => {
                self.claim(false, &format!("stdout is no JSON: {error}"));
                serde_json::Value::Null
            }
        }
    }
}

fn read(from: &mut impl Read) -> String {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

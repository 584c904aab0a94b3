//! A command line of netpipe or of another program, about to run in a namespace.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::{Namespaces, Run};

/// No command of a test runs longer than this: a hang is a failure, not a wait.
const LONGEST: Duration = Duration::from_secs(60);

/// What can be the arguments of a command: a line of words, or the words themselves.
pub trait Args {
    /// The words.
    fn words(self) -> Vec<OsString>;
}

impl Args for &str {
    fn words(self) -> Vec<OsString> {
        self.split_whitespace().map(Into::into).collect()
    }
}

impl Args for &String {
    fn words(self) -> Vec<OsString> {
        self.as_str().words()
    }
}

impl Args for String {
    fn words(self) -> Vec<OsString> {
        self.as_str().words()
    }
}

impl<T: AsRef<OsStr>, const N: usize> Args for [T; N] {
    fn words(self) -> Vec<OsString> {
        self.iter().map(|word| word.as_ref().to_owned()).collect()
    }
}

impl<T: AsRef<OsStr>> Args for &[T] {
    fn words(self) -> Vec<OsString> {
        self.iter().map(|word| word.as_ref().to_owned()).collect()
    }
}

/// A command that has not started yet.
pub struct Call<'a> {
    place: &'a Namespaces,
    command: Command,
}

impl<'a> Call<'a> {
    /// A program in a namespace. It inherits no setting of netpipe's or Docker's.
    pub fn new(place: &'a Namespaces, program: impl AsRef<OsStr>, args: impl Args) -> Self {
        let mut command = Command::new(program);
        command.args(args.words()).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            let ours = ["NETPIPE_", "DOCKER_", "OVS_", "RUST_LOG"];
            if ours.iter().any(|start| text.starts_with(start)) {
                command.env_remove(&name);
            }
        }
        command.env("LC_ALL", "C");
        Self { place, command }
    }

    /// Sets a variable of the command's environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets the variables that there are.
    #[must_use]
    pub fn envs<V: AsRef<OsStr>>(
        mut self,
        all: impl IntoIterator<Item = (&'static str, V)>,
    ) -> Self {
        self.command.envs(all);
        self
    }

    /// Gives it a few lines to read.
    #[must_use]
    pub fn input(mut self, text: &str) -> Self {
        let (reader, mut writer) = std::io::pipe().unwrap();
        writer.write_all(text.as_bytes()).unwrap();
        self.command.stdin(reader);
        self
    }

    /// Arms a fault: `fail:3`, `kill:1`, `int:2`.
    #[must_use]
    pub fn fault(self, fault: &str) -> Self {
        self.env("NETPIPE_FAULT", fault)
    }

    /// Runs it as another user, without any capability.
    #[must_use]
    pub fn user(mut self, id: u32) -> Self {
        self.command.uid(id).gid(id);
        self
    }

    /// Runs it in another directory.
    #[must_use]
    pub fn directory(mut self, path: impl AsRef<Path>) -> Self {
        self.command.current_dir(path);
        self
    }

    /// Starts it; its output is not taken.
    #[track_caller]
    pub fn spawn(mut self) -> Child {
        let command = &mut self.command;
        self.place.run(move || command.spawn()).unwrap()
    }

    /// Starts it with its output on pipes.
    #[track_caller]
    pub fn spawn_piped(mut self) -> Child {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        self.spawn()
    }

    /// Runs it to its end.
    #[track_caller]
    pub fn run(self) -> Run {
        let line = format!("{:?}", self.command);
        Run::wait(self.spawn_piped(), &line, LONGEST)
    }
}

//! `netpipe kv` beside etcdctl, on real etcd, and on a host's own store.

mod etcdctl;
mod live;
mod local;
mod members;
mod server;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::thread;

/// The program, without the variables that the machine may have set.
fn netpipe() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netpipe"));
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if name_text.starts_with("ETCDCTL_") || name_text.starts_with("NETPIPE_") {
            command.env_remove(&name);
        }
    }
    command.arg("kv");
    command
}

/// The program on a server.
fn kv(endpoint: &str) -> Command {
    let mut command = netpipe();
    command.env("ETCDCTL_ENDPOINTS", endpoint);
    command
}

/// The program on a host's own store.
fn on(state_dir: &Path) -> Command {
    let mut command = netpipe();
    command.env("NETPIPE_STATE_DIR", state_dir);
    command
}

/// Runs a command to its end, with this on stdin.
fn run(command: &mut Command, stdin: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Nobody may read it.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    child.wait_with_output().unwrap()
}

/// Runs a command that has to succeed; what it printed.
fn stdout(command: &mut Command) -> String {
    let output = run(command, "");
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a command that has to fail with this status; what it said.
fn fails(command: &mut Command, status: i32) -> String {
    let output = run(command, "");
    assert_eq!(
        output.status.code(),
        Some(status),
        "{command:?}: {output:?}"
    );
    String::from_utf8(output.stderr).unwrap()
}

/// A program that runs while the test goes on, killed with the value.
struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// Waits for so many lines.
    fn lines(&mut self, count: usize) -> Vec<String> {
        let mut line = || {
            let mut line = String::new();
            assert_ne!(self.lines.read_line(&mut line).unwrap(), 0, "it ended");
            line.trim_end_matches('\n').to_owned()
        };
        (0..count).map(|_| line()).collect()
    }

    fn write(&mut self, text: &str) {
        let stdin = self.child.stdin.as_mut().unwrap();
        stdin.write_all(text.as_bytes()).unwrap();
        stdin.flush().unwrap();
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits for its end; its status, 128 and the number for a signal, and the rest it printed.
    fn end(mut self) -> (i32, String) {
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut self.lines, &mut rest).unwrap();
        let status = self.child.wait().unwrap();
        let signal = std::os::unix::process::ExitStatusExt::signal(&status);
        (status.code().unwrap_or(128 + signal.unwrap_or(0)), rest)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Has a thread read what nobody else does, so that the writer never waits.
fn drain(pipe: impl std::io::Read + Send + 'static) {
    thread::spawn(move || std::io::copy(&mut { pipe }, &mut std::io::sink()));
}

/// The arguments of a line; `''` is an empty one.
fn words(line: &str) -> impl Iterator<Item = &OsStr> {
    let word = |word: &'_ str| match word {
        "''" => "",
        word => &line[word.as_ptr() as usize - line.as_ptr() as usize..][..word.len()],
    };
    line.split(' ').map(move |text| OsStr::new(word(text)))
}

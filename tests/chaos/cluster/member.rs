//! One member of the cluster: a server process in its namespace, on a small disk of its own.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use netpipe::sys::netns::Netns;
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::network::address;

/// The server that is tried.
#[derive(Debug, Clone)]
pub struct Server {
    /// The program and its first arguments.
    pub words: Vec<String>,
    /// A library that gives a dynamic program another wall clock, if there is one.
    pub clock: Option<PathBuf>,
    /// How much a member's disk holds, in MiB.
    pub disk: u32,
}

/// A member.
#[derive(Debug)]
pub struct Member {
    /// Its place in the cluster, and in its address.
    pub number: usize,
    /// Its name; another after it was replaced.
    pub name: String,
    /// Seconds added to CLOCK_MONOTONIC and CLOCK_BOOTTIME of its next process, by a time
    /// namespace (time_namespaces(7)).
    pub steady_clock: u32,
    /// What it has to be told of the cluster when it starts: `--initial-cluster`, and whether the
    /// cluster exists.
    pub cluster: (String, bool),
    server: Server,
    dir: PathBuf,
    child: Option<Child>,
}

impl Member {
    /// A member that has not been started.
    pub fn new(number: usize, server: &Server, dir: &Path) -> Self {
        let dir = dir.join(format!("member{}", number + 1));
        fs::create_dir_all(dir.join("disk")).unwrap();
        let size = format!("size={}m,mode=700", server.disk);
        let disk = dir.join("disk");
        let kind = Some("tmpfs");
        mount(kind, &disk, kind, MsFlags::empty(), Some(size.as_str())).unwrap();
        let member = Self {
            number,
            name: format!("m{}", number + 1),
            steady_clock: 0,
            cluster: (String::new(), false),
            server: server.clone(),
            dir,
            child: None,
        };
        member.set_wall_clock(0);
        member
    }

    /// What clients connect to.
    pub fn client_url(&self) -> String {
        format!("http://{}:2379", address(self.number))
    }

    /// What the other members connect to.
    pub fn peer_url(&self) -> String {
        format!("http://{}:2380", address(self.number))
    }

    /// Its part of `--initial-cluster`.
    pub fn entry(&self) -> String {
        format!("{}={}", self.name, self.peer_url())
    }

    /// Where it writes what it has to say.
    pub fn log(&self) -> PathBuf {
        self.dir.join("log")
    }

    /// Starts it in its namespace.
    pub fn start(&mut self, place: &Netns) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log())
            .unwrap();
        let (client, peer) = (self.client_url(), self.peer_url());
        let state = if self.cluster.1 { "existing" } else { "new" };
        let data = self.dir.join("disk/data");
        let steady = self.steady_clock.to_string();
        let mut command = Command::new("unshare");
        command
            .args(["--time", "--monotonic", &steady, "--boottime", &steady])
            .arg("--")
            .args(&self.server.words)
            .args(["--name", &self.name, "--data-dir"])
            .arg(data)
            .args(["--listen-client-urls", &client])
            .args(["--advertise-client-urls", &client])
            .args(["--listen-peer-urls", &peer])
            .args(["--initial-advertise-peer-urls", &peer])
            .args(["--initial-cluster", &self.cluster.0])
            .args(["--initial-cluster-token", "chaos"])
            .args(["--initial-cluster-state", state])
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        if let Some(library) = &self.server.clock {
            command.env("LD_PRELOAD", library);
            command.env("NETPIPE_CHAOS_CLOCK", self.dir.join("clock"));
        }
        self.child = Some(place.run(|| command.spawn()).unwrap().unwrap());
    }

    /// Whether it runs; a status that it ended with by itself is told.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.as_mut()?.try_wait().unwrap()
    }

    /// Whether it was started and has not ended.
    pub fn runs(&mut self) -> bool {
        self.child.is_some() && self.ended().is_none()
    }

    /// Ends it at once (SIGKILL).
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            let _ = child.kill();
            child.wait().unwrap();
        }
    }

    /// Asks it to end (SIGTERM) and waits until it has; kills it if it does not, and then
    /// there is no status.
    pub async fn stop(&mut self) -> Option<ExitStatus> {
        self.signal(Signal::SIGTERM);
        for _ in 0..400 {
            if let Some(status) = self.ended() {
                self.child = None;
                return Some(status);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.kill();
        None
    }

    /// Stops it in its tracks, or lets it go on.
    pub fn pause(&self, stopped: bool) {
        self.signal(if stopped {
            Signal::SIGSTOP
        } else {
            Signal::SIGCONT
        });
    }

    fn signal(&self, signal: Signal) {
        if let Some(child) = &self.child {
            let pid = Pid::from_raw(child.id().cast_signed());
            // It may have ended by itself.
            let _ = kill(pid, signal);
        }
    }

    /// Fills its disk to the last byte, or makes room again.
    pub fn fill_disk(&self, full: bool) {
        let path = self.dir.join("disk/filler");
        if !full {
            let _ = fs::remove_file(path);
            return;
        }
        let Ok(mut file) = File::create(path) else {
            return;
        };
        let mut block = vec![0; 1 << 20];
        while !block.is_empty() {
            if file.write_all(&block).is_err() {
                block.truncate(block.len() / 2);
            }
        }
    }

    /// Sets how wrong its wall clock (CLOCK_REALTIME) is, in seconds, at once; see `clock.c`.
    pub fn set_wall_clock(&self, seconds: i64) {
        // In place: the server has the file mapped.
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.dir.join("clock"))
            .unwrap();
        file.write_all_at(&seconds.to_ne_bytes(), 0).unwrap();
    }

    /// Whether its wall clock can be set.
    pub fn has_wall_clock(&self) -> bool {
        self.server.clock.is_some()
    }

    /// Keeps its data, as they are, where they outlive its disk.
    pub fn keep(&mut self) {
        self.kill();
        let (from, to) = (self.dir.join("disk/data"), self.dir.join("data"));
        let copied = Command::new("cp").arg("-r").arg(from).arg(to).status();
        assert!(copied.is_ok_and(|status| status.success()), "cp failed");
    }

    /// Forgets all it knows.
    pub fn forget(&self) {
        let data = self.dir.join("disk/data");
        if data.exists() {
            fs::remove_dir_all(data).unwrap();
        }
    }

    /// Forgets all it knows, and gets another name.
    pub fn wipe(&mut self) {
        self.forget();
        let generation = match self.name.split_once('-') {
            Some((_, generation)) => generation.parse::<u32>().unwrap() + 1,
            None => 2,
        };
        self.name = format!("m{}-{generation}", self.number + 1);
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.kill();
        let _ = umount2(&self.dir.join("disk"), MntFlags::MNT_DETACH);
    }
}

/// How a process ended, in words.
pub fn told(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("status {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "no status".into(),
    }
}

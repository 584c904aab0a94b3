//! A cluster of real etcd, as processes.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use netpipe::kv::etcd::{Access, EtcdKv};
use netpipe::kv::{Kv, RangeRequest};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

/// Which etcd.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Release {
    V34,
    V35,
}

impl Release {
    fn binary(self) -> PathBuf {
        let (name, version) = match self {
            Self::V34 => ("NETPIPE_TEST_ETCD34", "3.4"),
            Self::V35 => ("NETPIPE_TEST_ETCD35", "3.5"),
        };
        let directory = std::env::var_os(name);
        let directory = directory.unwrap_or_else(|| panic!("set {name}: scripts/etcd {version}"));
        Path::new(&directory).join("etcd")
    }
}

/// The members, which end with the value.
pub struct Cluster {
    pub members: Vec<Member>,
    _directory: TempDir,
    scheme: &'static str,
}

/// One member.
pub struct Member {
    process: Child,
    pub address: SocketAddr,
}

/// An address of the loopback network that no other test has, and free ports of it.
fn addresses(count: usize) -> Vec<SocketAddr> {
    static CLUSTERS: AtomicU8 = AtomicU8::new(0);
    let [.., a, b, c] = std::process::id().to_be_bytes();
    let own = 64 | (a & 3) << 4 | (CLUSTERS.fetch_add(1, Ordering::Relaxed) & 15);
    let ip = Ipv4Addr::new(127, own, b, c.clamp(1, 254));
    let listeners: Vec<_> = (0..count)
        .map(|_| TcpListener::bind((ip, 0)).unwrap())
        .collect();
    listeners
        .iter()
        .map(|one| one.local_addr().unwrap())
        .collect()
}

impl Cluster {
    /// Starts a cluster and waits until it has a leader.
    pub fn start(release: Release, count: usize) -> Self {
        Self::start_with(release, count, "http", &[])
    }

    /// The same with further options; a cluster with `https` is not waited for.
    pub fn start_with(
        release: Release,
        count: usize,
        scheme: &'static str,
        options: &[String],
    ) -> Self {
        let directory = TempDir::new().unwrap();
        let all = addresses(count * 2);
        let (clients, peers) = all.split_at(count);
        let initial: Vec<_> = peers
            .iter()
            .enumerate()
            .map(|(number, peer)| format!("m{number}=http://{peer}"))
            .collect();
        let members = clients.iter().zip(peers).enumerate();
        let members = members.map(|(number, (client, peer))| {
            let mut command = Command::new(release.binary());
            command
                .args(["--name", &format!("m{number}")])
                .args(["--initial-cluster", &initial.join(",")])
                .args(["--listen-client-urls", &format!("{scheme}://{client}")])
                .args(["--advertise-client-urls", &format!("{scheme}://{client}")])
                .args(["--listen-peer-urls", &format!("http://{peer}")])
                .args(["--initial-advertise-peer-urls", &format!("http://{peer}")])
                .arg("--data-dir")
                .arg(directory.path().join(format!("m{number}")))
                .args(["--logger", "zap", "--log-level", "error"])
                .args(options)
                .stdin(Stdio::null())
                .stdout(Stdio::null());
            if release == Release::V35 {
                command.arg("--unsafe-no-fsync");
            }
            Member {
                process: command.spawn().unwrap(),
                address: *client,
            }
        });
        let cluster = Self {
            members: members.collect(),
            _directory: directory,
            scheme,
        };
        if scheme == "http" {
            cluster.await_leader(&Access::parse(&cluster.urls()).unwrap());
        }
        cluster
    }

    /// Waits until the cluster answers a linearizable read.
    pub fn await_leader(&self, access: &Access) {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let answer = EtcdKv::open(access).and_then(|kv| {
                let found = kv.range(&RangeRequest::key("any"));
                found.map_err(Into::into)
            });
            match answer {
                Ok(_) => return,
                Err(error) => assert!(Instant::now() < end, "no leader: {error}"),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The members' URLs, as `--kv` takes them.
    pub fn urls(&self) -> String {
        let urls: Vec<_> = (0..self.members.len()).map(|one| self.url(one)).collect();
        urls.join(",")
    }

    /// One member's URL.
    pub fn url(&self, member: usize) -> String {
        format!("{}://{}", self.scheme, self.members[member].address)
    }
}

impl Member {
    /// Kills it.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Stops it in the middle of what it does, or has it go on.
    pub fn pause(&self, paused: bool) {
        let signal = match paused {
            true => Signal::SIGSTOP,
            false => Signal::SIGCONT,
        };
        kill(Pid::from_raw(self.process.id().try_into().unwrap()), signal).unwrap();
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

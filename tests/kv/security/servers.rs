//! Servers for the tests: real etcd, and a member of netpipe's.

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use tempfile::TempDir;

/// How long a server may take to start.
const START: Duration = Duration::from_secs(60);

/// Where etcd and etcdctl 3.5 are.
pub fn binaries() -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/etcd");
    let output = Command::new(script).arg("3.5").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// A member of real etcd, which ends with it.
pub struct Etcd {
    child: Child,
    ready: mpsc::Receiver<()>,
    _data: TempDir,
}

impl Etcd {
    /// Starts a member with these flags.
    pub fn start(flags: &[String]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut child = Command::new(format!("{}/etcd", binaries()))
            .args(["--data-dir", data.path().to_str().unwrap()])
            .args(flags)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (tell, ready) = mpsc::channel();
        let log = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                if line.contains("ready to serve client requests") {
                    let _ = tell.send(());
                }
            }
        });
        Self {
            child,
            ready,
            _data: data,
        }
    }

    /// Waits until it serves.
    pub fn wait(self) -> Self {
        self.ready.recv_timeout(START).expect("etcd serves");
        self
    }

    /// Starts the only member of a cluster, in the clear; returns its port too.
    pub fn alone() -> (Self, u16) {
        let (client, peer) = (free_port(), free_port());
        let flags = [
            format!("--listen-client-urls=http://127.0.0.1:{client}"),
            format!("--advertise-client-urls=http://127.0.0.1:{client}"),
            format!("--listen-peer-urls=http://127.0.0.1:{peer}"),
            format!("--initial-advertise-peer-urls=http://127.0.0.1:{peer}"),
            format!("--initial-cluster=default=http://127.0.0.1:{peer}"),
        ];
        (Self::start(&flags).wait(), client)
    }
}

impl Drop for Etcd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs etcdctl.
pub fn etcdctl(arguments: &[&str]) -> Output {
    Command::new(format!("{}/etcdctl", binaries()))
        .env("ETCDCTL_API", "3")
        .args(["--command-timeout=5s", "--dial-timeout=5s"])
        .args(arguments)
        .output()
        .unwrap()
}

/// A member of netpipe's, which ends with it.
pub struct Netpipe {
    child: Child,
    /// Where it serves.
    pub port: u16,
    _data: TempDir,
}

impl Netpipe {
    /// Starts the only member of a cluster, which listens for clients with this scheme.
    pub fn alone(scheme: &str, flags: &[String]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_netpipe"))
            .args(["kv", "serve", "--name", "one", "--data-dir"])
            .arg(data.path().join("one"))
            .args(["--listen-client", &format!("{scheme}://127.0.0.1:0")])
            .args(["--listen-peer", "http://127.0.0.1:0"])
            .args(flags)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (tell, port) = mpsc::channel();
        let log = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                match line.split_once(" serves clients at ") {
                    Some((_, url)) => {
                        let port = url.rsplit(':').next().and_then(|port| port.parse().ok());
                        let _ = tell.send(port.unwrap());
                    }
                    None => eprintln!("netpipe: {line}"),
                }
            }
        });
        let port = port.recv_timeout(START).expect("netpipe serves");
        Self {
            child,
            port,
            _data: data,
        }
    }
}

impl Drop for Netpipe {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

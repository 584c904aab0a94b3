//! Real etcd: `scripts/etcd` names where its binaries are.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::drain;

/// The versions that tests run.
pub const VERSIONS: [&str; 2] = ["34", "35"];

/// The binaries of a version.
fn binaries(version: &str) -> PathBuf {
    let name = format!("NETPIPE_TEST_ETCD{version}");
    std::env::var_os(&name)
        .unwrap_or_else(|| {
            panic!("no {name}: run scripts/test, or set it to what scripts/etcd prints")
        })
        .into()
}

/// A running etcd, stopped with the value.
pub struct Etcd {
    child: Child,
    endpoint: String,
    data: TempDir,
}

impl Etcd {
    /// A member that is alone, on a port that the kernel chose. Its ids are the same each time.
    pub fn start(version: &'static str) -> Self {
        let peer = "http://127.0.0.1:1";
        let cluster = format!("a={peer}");
        Self::member(
            version,
            "127.0.0.1:0",
            &[
                ("ETCD_NAME", "a"),
                ("ETCD_LISTEN_PEER_URLS", "http://127.0.0.1:0"),
                ("ETCD_INITIAL_ADVERTISE_PEER_URLS", peer),
                ("ETCD_INITIAL_CLUSTER", &cluster),
            ],
        )
    }

    /// A member that is told with variables what it is.
    pub fn member(version: &'static str, listen: &str, variables: &[(&str, &str)]) -> Self {
        let data = TempDir::new().unwrap();
        let url = format!("http://{listen}");
        let mut child = Command::new(binaries(version).join("etcd"))
            .arg("--data-dir")
            .arg(data.path())
            .args(["--listen-client-urls", &url])
            .args(["--advertise-client-urls", &url.replace(":0", ":1")])
            .args(["--heartbeat-interval", "20", "--election-timeout", "200"])
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let endpoint = loop {
            let mut line = String::new();
            assert_ne!(log.read_line(&mut line).unwrap(), 0, "etcd did not start");
            let serves = ["serving insecure client requests", "serving client traffic"];
            if serves.iter().any(|text| line.contains(text)) {
                let address = &line[line.find("127.0.0.1:").unwrap()..];
                let end = address.find([',', '"']).unwrap();
                break address[..end].to_owned();
            }
        };
        drain(log);
        Self {
            child,
            endpoint,
            data,
        }
    }

    /// Its address.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// A directory that goes with it.
    pub fn directory(&self) -> &std::path::Path {
        self.data.path()
    }

    /// etcdctl, on it: the newest, for older ones lack commands and crash at some.
    pub fn etcdctl(&self) -> Command {
        let mut command = Command::new(binaries("35").join("etcdctl"));
        command
            .env("ETCDCTL_API", "3")
            .args(["--endpoints", &self.endpoint]);
        command
    }
}

impl Drop for Etcd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

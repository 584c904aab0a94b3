//! A member of netpipe's and one of etcd's, each alone.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// Whose server it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Maker {
    Netpipe,
    Etcd34,
    Etcd35,
}

/// A running server, stopped with the value.
pub struct Server {
    child: Child,
    /// Its address, without a scheme.
    pub address: String,
    pub maker: Maker,
    _data: TempDir,
}

impl Server {
    /// A member that is alone, on ports that the kernel chose.
    pub fn start(maker: Maker) -> Self {
        let data = TempDir::new().unwrap();
        let mut command = match maker {
            Maker::Netpipe => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_netpipe"));
                command.args(["kv", "serve", "--listen-client", "http://127.0.0.1:0"]);
                command.args(["--listen-peer", "http://127.0.0.1:0"]);
                command.args(["--advertise-peer", "http://127.0.0.1:1"]);
                command
            }
            Maker::Etcd34 | Maker::Etcd35 => {
                let mut command = Command::new(binaries(maker).join("etcd"));
                // Its gateway is a client of this very address, so it must have a port.
                let url = format!("http://{}", free());
                command.args(["--listen-client-urls", &url]);
                command.args(["--advertise-client-urls", "http://127.0.0.1:1"]);
                command.args(["--listen-peer-urls", "http://127.0.0.1:0"]);
                command.args(["--initial-advertise-peer-urls", "http://127.0.0.1:1"]);
                command
            }
        };
        let mut child = command
            .args(["--name", "a", "--initial-cluster", "a=http://127.0.0.1:1"])
            .arg("--data-dir")
            .arg(data.path().join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let address = loop {
            let start = said.len();
            assert_ne!(log.read_line(&mut said).unwrap(), 0, "{maker:?}: {said}");
            let line = &said[start..];
            let ready = [
                "serves clients at",
                "serving insecure",
                "serving client traffic",
            ];
            if ready.iter().any(|text| line.contains(text)) {
                let address = &line[line.rfind("127.0.0.1:").unwrap()..];
                let end = address.find([',', '"', '\n']).unwrap_or(address.len());
                break address[..end].to_owned();
            }
        };
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self {
            child,
            address,
            maker,
            _data: data,
        }
    }
}

/// An address that nobody has: the kernel does not choose it again soon.
fn free() -> std::net::SocketAddr {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    taken.local_addr().unwrap()
}

/// Where the binaries of a version are.
pub fn binaries(maker: Maker) -> PathBuf {
    let name = match maker {
        Maker::Etcd34 => "NETPIPE_TEST_ETCD34",
        _ => "NETPIPE_TEST_ETCD35",
    };
    let set = std::env::var_os(name);
    set.unwrap_or_else(|| {
        panic!("no {name}: run scripts/test, or set it to what scripts/etcd prints")
    })
    .into()
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

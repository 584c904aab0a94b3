//! Plain HTTP: health, metrics, the version, and paths that lead nowhere.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::servers::{Maker, Server};

/// An answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub kind: String,
    pub body: String,
}

/// Asks over a connection of its own.
pub fn ask(address: &str, method: &str, path: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, rest) = answer.split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    let field = |name: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(name));
        line.map(str::trim).unwrap_or_default().to_owned()
    };
    let body = if field("transfer-encoding:") == "chunked" {
        unchunked(rest)
    } else {
        rest.to_owned()
    };
    Answer {
        status: head[9..12].parse().unwrap(),
        kind: field("content-type:"),
        body,
    }
}

fn unchunked(mut rest: &str) -> String {
    let mut body = String::new();
    while let Some((length, tail)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap();
        if length == 0 {
            break;
        }
        body.push_str(&tail[..length]);
        rest = &tail[length + 2..];
    }
    body
}

/// A server that has settled which version its cluster has, which etcd's does a moment after it
/// serves.
fn settled(maker: Maker) -> Server {
    let server = Server::start(maker);
    let end = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while ask(&server.address, "GET", "/version", "")
        .body
        .contains("not_decided")
        || !ask(&server.address, "GET", "/metrics", "")
            .body
            .contains("etcd_cluster_version{")
    {
        assert!(std::time::Instant::now() < end, "{maker:?} does not settle");
    }
    server
}

#[test]
fn health_and_version_are_those_of_etcd() {
    let (ours, theirs) = (settled(Maker::Netpipe), settled(Maker::Etcd35));
    for (method, path) in [
        ("GET", "/health"),
        ("GET", "/health?serializable=true"),
        ("GET", "/health?exclude=NOSPACE&serializable=false"),
        ("POST", "/health"),
        ("GET", "/version"),
        ("GET", "/livez"),
        ("GET", "/livez/serializable_read"),
        ("GET", "/readyz"),
        ("GET", "/readyz/linearizable_read?verbose"),
        ("GET", "/readyz/nothing"),
        ("GET", "/nothing"),
    ] {
        let [ours, theirs] = [&ours, &theirs].map(|server| ask(&server.address, method, path, ""));
        assert_eq!(ours, theirs, "{method} {path}");
    }
}

/// What monitoring of etcd looks at is there, under its names.
#[test]
fn metrics_have_the_names_of_etcds() {
    let (ours, theirs) = (settled(Maker::Netpipe), settled(Maker::Etcd35));
    let kinds = |server: &Server| -> std::collections::BTreeMap<String, String> {
        let text = ask(&server.address, "GET", "/metrics", "").body;
        let kinds = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
        let kinds = kinds.filter_map(|line| line.split_once(' '));
        kinds
            .map(|(name, kind)| (name.to_owned(), kind.to_owned()))
            .collect()
    };
    let (ours, theirs) = (kinds(&ours), kinds(&theirs));
    assert!(ours.len() > 20, "{ours:?}");
    for (name, kind) in &ours {
        let own = ["etcd_debugging_lease_total"];
        if !own.contains(&name.as_str()) {
            assert_eq!(theirs.get(name), Some(kind), "{name}");
        }
    }
}

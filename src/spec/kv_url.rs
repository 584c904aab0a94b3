//! Where a member of a store answers.

use std::fmt;
use std::str::FromStr;

use super::shown;
use crate::error::{Error, Result};

/// The port of etcd's clients (IANA: etcd-client).
const PORT: u16 = 2379;

/// The longest host name that DNS has (RFC 1035, 2.3.4).
const LONGEST_HOST: usize = 253;

/// The address of one member, as etcdctl's `--endpoints` takes it: `http://HOST:PORT`,
/// `https://HOST:PORT`, or `HOST:PORT` alone, which is https if anything of TLS is given.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KvUrl {
    tls: Option<bool>,
    /// As a URL has it: an IPv6 address is in brackets.
    host: String,
    port: u16,
}

/// How the URL of a socket begins.
const SOCKET: &str = "unix://";

const HOW: &str = "write http://HOST:PORT or https://HOST:PORT, such as http://127.0.0.1:2379";

impl KvUrl {
    /// The socket at which a member on this host answers; none if its path cannot be written as a
    /// URL.
    pub fn socket(path: &std::path::Path) -> Option<Self> {
        format!("{SOCKET}{}", path.to_str()?).parse().ok()
    }

    /// The URL to connect to; `secured` is whether one without a scheme is https.
    pub fn url(&self, secured: bool) -> String {
        if self.host.starts_with('/') {
            return format!("{SOCKET}{}", self.host);
        }
        let scheme = match self.tls.unwrap_or(secured) {
            true => "https",
            false => "http",
        };
        format!("{scheme}://{}:{}", self.host, self.port)
    }

    /// Whether it says `https`.
    pub fn wants_tls(&self) -> bool {
        self.tls == Some(true)
    }
}

impl FromStr for KvUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bad = |why: &str| {
            // A password in it is not repeated.
            let start = text.split_once('@').map_or(text, |_| "…@…");
            Error::usage(format!(
                "`{}` is no address of a store: {why}",
                shown(start)
            ))
            .hint(HOW)
        };
        if let Some(path) = text.strip_prefix(SOCKET) {
            // As long as an address of a socket can be (unix(7)).
            if !path.starts_with('/') || path.len() > 107 || path.contains(char::is_control) {
                return Err(bad("bad path of a socket"));
            }
            return Ok(Self {
                tls: Some(false),
                host: path.into(),
                port: 0,
            });
        }
        let (tls, rest) = match text.split_once("://") {
            Some(("http", rest)) => (Some(false), rest),
            Some(("https", rest)) => (Some(true), rest),
            Some(_) => return Err(bad("a store is asked by http or https")),
            None => (None, text),
        };
        if rest.contains('@') {
            return Err(bad("the user is given with --kv-user"));
        }
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (
                host,
                port.parse()
                    .ok()
                    .filter(|port| *port != 0)
                    .ok_or_else(|| bad("bad port"))?,
            ),
            _ => (rest, PORT),
        };
        let good = match host.strip_prefix('[').map(|host| host.strip_suffix(']')) {
            Some(Some(ip)) => ip.parse::<std::net::Ipv6Addr>().is_ok(),
            Some(None) => false,
            None => {
                (1..=LONGEST_HOST).contains(&host.len())
                    && host
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
            }
        };
        if !good {
            return Err(bad("bad host"));
        }
        let host = host.to_ascii_lowercase();
        Ok(Self { tls, host, port })
    }
}

impl fmt::Display for KvUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tls {
            Some(tls) => f.write_str(&self.url(tls)),
            None => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::KvUrl;

    #[test]
    fn addresses_are_read_as_etcdctl_does() {
        for (text, url) in [
            ("http://127.0.0.1:2379", "http://127.0.0.1:2379"),
            ("https://Db.example:1/", "https://db.example:1"),
            ("127.0.0.1", "https://127.0.0.1:2379"),
            ("etcd-0.etcd:23790", "https://etcd-0.etcd:23790"),
            ("http://[::1]:2379", "http://[::1]:2379"),
            ("http://[fd00::1]", "http://[fd00::1]:2379"),
            ("unix:///run/Kv.sock", "unix:///run/Kv.sock"),
        ] {
            assert_eq!(text.parse::<KvUrl>().unwrap().url(true), url, "{text}");
        }
        assert_eq!("a:1".parse::<KvUrl>().unwrap().url(false), "http://a:1");
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in [
            "",
            "http://",
            "unix://run/etcd.sock",
            "ftp://a:1",
            "http://a:0",
            "http://a:70000",
            "http://a:b",
            "http://::1:2379",
            "http://[::1",
            "http://a/b",
            "http://a b",
            "http://a\n:1",
            "http://root:secret@a:1",
        ] {
            let error = text.parse::<KvUrl>().unwrap_err();
            assert_eq!(error.exit_code(), 2, "{text}");
            assert!(!error.to_string().contains("secret"));
        }
    }
}

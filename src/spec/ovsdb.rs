//! Where the database of an Open vSwitch is.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use super::{serde_as_text, shown};
use crate::error::{Error, Result};

/// The port of OVSDB (IANA; ovs-vsctl(8)).
const PORT: u16 = 6640;

/// The longest path of a socket: `sun_path` in unix(7), less the NUL.
const LONGEST_PATH: usize = 107;

/// The address of an OVSDB server of this host, as ovs-vsctl's `--db` takes it:
/// `unix:/PATH`, or `tcp:127.0.0.1[:PORT]`. A server of another host would name links that
/// are not here.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OvsdbRemote {
    /// A unix socket.
    Unix(PathBuf),
    /// A port of the loopback interface.
    Tcp(SocketAddr),
}

const HOW: &str = "write unix:/PATH, such as unix:/var/run/openvswitch/db.sock";

impl FromStr for OvsdbRemote {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bad = |why: &str| {
            Error::usage(format!(
                "`{}` is not the address of an OVSDB server: {why}",
                shown(text)
            ))
            .hint(HOW)
        };
        if let Some(rest) = text.strip_prefix("tcp:") {
            return tcp(rest).map_err(bad);
        }
        let path = match text.split_once(':') {
            Some(("unix", path)) => path.strip_prefix("//").unwrap_or(path),
            Some(("ssl", _)) => return Err(bad("netpipe speaks no TLS to it")),
            Some(("punix" | "ptcp" | "pssl", _)) => {
                return Err(bad("it is one that a server listens at"));
            }
            Some((before, _)) if !before.starts_with('/') => return Err(bad("no such method")),
            _ => text,
        };
        match path {
            _ if !path.starts_with('/') => Err(bad("the path is not absolute")),
            _ if path.contains('\0') => Err(bad("there is a NUL in the path")),
            _ if path.len() > LONGEST_PATH => Err(bad("the path is longer than 107 bytes")),
            _ => Ok(Self::Unix(path.into())),
        }
    }
}

fn tcp(text: &str) -> Result<OvsdbRemote, &'static str> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let address = match (text.parse::<SocketAddr>(), bare.parse::<IpAddr>()) {
        (Ok(address), _) => address,
        (Err(_), Ok(ip)) => SocketAddr::new(ip, PORT),
        _ => return Err("behind `tcp:` comes an IP address, and perhaps a port"),
    };
    match address.ip().is_loopback() && address.port() != 0 {
        true => Ok(OvsdbRemote::Tcp(address)),
        false => Err("it is not this host's own"),
    }
}

impl fmt::Display for OvsdbRemote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Tcp(address) => write!(f, "tcp:{address}"),
        }
    }
}

serde_as_text!(OvsdbRemote);

#[cfg(test)]
mod tests {
    use super::OvsdbRemote;

    #[test]
    fn reads_what_ovs_vsctl_reads() {
        for (text, canonical) in [
            ("unix:/run/ovs/db.sock", "unix:/run/ovs/db.sock"),
            ("unix:///run/db.sock", "unix:/run/db.sock"),
            ("/run/a:b.sock", "unix:/run/a:b.sock"),
            ("tcp:127.0.0.1:6641", "tcp:127.0.0.1:6641"),
            ("tcp:127.0.0.1", "tcp:127.0.0.1:6640"),
            ("tcp:[::1]:6640", "tcp:[::1]:6640"),
            ("tcp:[::1]", "tcp:[::1]:6640"),
        ] {
            let remote: OvsdbRemote = text.parse().unwrap();
            assert_eq!(remote.to_string(), canonical);
            assert_eq!(canonical.parse::<OvsdbRemote>().unwrap(), remote);
        }
    }

    #[test]
    fn refuses_other_hosts_and_other_ways() {
        for bad in [
            "",
            "unix:",
            "unix:db.sock",
            "db.sock",
            "tcp:10.0.0.1:6640",
            "tcp:0.0.0.0:6640",
            "tcp:127.0.0.1:0",
            "tcp:127.0.0.1:65536",
            "tcp:localhost:6640",
            "tcp:",
            "ssl:127.0.0.1:6640",
            "punix:/run/db.sock",
            "http://127.0.0.1",
            "unix:/a\0b",
            &format!("unix:/{}", "x".repeat(107)),
        ] {
            assert!(bad.parse::<OvsdbRemote>().is_err(), "{bad:?} was accepted");
        }
    }
}

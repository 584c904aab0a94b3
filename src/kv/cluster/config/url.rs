//! Where a member listens, and where it says that it does.

use std::fmt;
use std::str::FromStr;

use crate::error::Error;
use crate::spec::shown;

/// `http://HOST:PORT` or `https://HOST:PORT`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Url {
    /// Whether it is TLS.
    pub tls: bool,
    /// A name or an address, without the brackets of IPv6.
    pub host: String,
    /// The port; 0 is one of the kernel's choice.
    pub port: u16,
}

impl Url {
    /// Host and port, as a socket is made of.
    pub fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Whether only this host reaches it.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost"
            || self
                .host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority())
    }
}

impl FromStr for Url {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = || {
            Error::usage(format!("`{}` is no URL of a member", shown(text)))
                .hint("write it as http://HOST:PORT or https://HOST:PORT")
        };
        let (tls, rest) = match text.split_once("://") {
            Some(("http", rest)) => (false, rest),
            Some(("https", rest)) => (true, rest),
            _ => return Err(wrong()),
        };
        let (host, port) = rest
            .trim_end_matches('/')
            .rsplit_once(':')
            .ok_or_else(wrong)?;
        let host = match host.strip_prefix('[') {
            Some(host) => host.strip_suffix(']').ok_or_else(wrong)?,
            None if host.contains(':') => return Err(wrong()),
            None => host,
        };
        let good = !host.is_empty()
            && host.len() <= 253
            && host
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".-_:%".contains(c));
        if !good {
            return Err(wrong());
        }
        Ok(Self {
            tls,
            host: host.into(),
            port: port.parse().map_err(|_| wrong())?,
        })
    }
}

/// Reads a list separated by commas; a bare `HOST:PORT` is one with TLS if there is a certificate.
///
/// # Errors
/// The first that is none.
pub(super) fn list(text: &str, tls: bool) -> Result<Vec<Url>, Error> {
    let words = text
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty());
    words
        .map(|word| match word.contains("://") {
            true => word.parse(),
            false if tls => format!("https://{word}").parse(),
            false => format!("http://{word}").parse(),
        })
        .collect()
}

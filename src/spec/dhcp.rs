//! What a DHCP client tells its server, and how long it waits for one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{serde_as_text, shown};
use crate::error::{Error, Result};

/// The name a client gives itself (option 12 of RFC 2132): labels of letters, digits and
/// hyphens, at most 253 characters in all (RFC 1123 section 2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DhcpHostname(String);

impl DhcpHostname {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The nearest host name to any text: what no host name may have becomes a hyphen. None
    /// if nothing is left.
    pub fn near(text: &str) -> Option<Self> {
        let usable = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let name: String = text.chars().take(63).map(usable).collect();
        name.trim_matches('-').parse().ok()
    }
}

impl FromStr for DhcpHostname {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        match text.len() <= 253 && text.split('.').all(label) {
            true => Ok(Self(text.to_owned())),
            false => Err(
                Error::usage(format!("`{}` is not a host name", shown(text))).hint(
                    "it has letters, digits and hyphens, in parts of at most 63 between dots",
                ),
            ),
        }
    }
}

impl fmt::Display for DhcpHostname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_as_text!(DhcpHostname);

/// What a DHCP server tells clients apart by (option 61 of RFC 2132): its type and value.
/// Written as text, which is of type 0, or as hex octets such as `01:02:00:00:00:00:01`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DhcpClientId(Vec<u8>);

impl DhcpClientId {
    /// The most octets: an option has 255, and records and messages should stay readable.
    pub const LONGEST: usize = 128;

    /// Of type 0, from octets that are no hardware address; what is too long is cut.
    pub fn opaque(value: &[u8]) -> Self {
        let value = &value[..value.len().min(Self::LONGEST - 1)];
        Self([&[0], value].concat())
    }

    /// Its type, the first octet.
    pub fn kind(&self) -> u8 {
        self.0.first().copied().unwrap_or(0)
    }

    /// What follows the type.
    pub fn value(&self) -> &[u8] {
        self.0.get(1..).unwrap_or_default()
    }
}

impl FromStr for DhcpClientId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = |why: &str| {
            Err(
                Error::usage(format!("`{}` is not a client id: {why}", shown(text))).hint(
                    "give a text such as web-1, or the octets with their type: \
                     01:02:00:00:00:00:01",
                ),
            )
        };
        let hex = |octet: &str| match octet.len() {
            2 if octet.bytes().all(|b| b.is_ascii_hexdigit()) => u8::from_str_radix(octet, 16).ok(),
            _ => None,
        };
        if text.contains(':') {
            let octets: Option<Vec<u8>> = text.split(':').map(hex).collect();
            return match octets {
                // A type and at least one octet (RFC 2132 section 9.14).
                Some(octets) if (2..=Self::LONGEST).contains(&octets.len()) => Ok(Self(octets)),
                Some(_) => wrong("it needs 2 to 128 octets"),
                None => wrong("with colons it is octets of two hex digits"),
            };
        }
        match text.len() {
            0 => wrong("it is empty"),
            length if length >= Self::LONGEST => wrong("it is longer than 127 characters"),
            _ if !text.bytes().all(|b| b.is_ascii_graphic()) => {
                wrong("a text has letters, digits and signs of ASCII only")
            }
            _ => Ok(Self::opaque(text.as_bytes())),
        }
    }
}

impl fmt::Display for DhcpClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_text = |b: &u8| b.is_ascii_graphic() && *b != b':';
        if self.kind() == 0 && !self.value().is_empty() && self.value().iter().all(is_text) {
            return f.write_str(&String::from_utf8_lossy(self.value()));
        }
        for (nth, octet) in self.0.iter().enumerate() {
            let colon = if nth == 0 { "" } else { ":" };
            write!(f, "{colon}{octet:02x}")?;
        }
        Ok(())
    }
}

serde_as_text!(DhcpClientId);

/// How many seconds a server is waited for: 1 to 3600.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DhcpTimeout(pub u32);

impl Default for DhcpTimeout {
    fn default() -> Self {
        Self(20)
    }
}

impl FromStr for DhcpTimeout {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.parse() {
            Ok(seconds @ 1..=3600) if !text.starts_with('+') => Ok(Self(seconds)),
            _ => Err(Error::usage(format!(
                "`{}` is not a time to wait for a server",
                shown(text)
            ))
            .hint("it is a number of seconds from 1 to 3600")),
        }
    }
}

impl fmt::Display for DhcpTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

serde_as_text!(DhcpTimeout);

/// What an attachment's DHCP client is told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DhcpOptions {
    /// The client id; one made from the owner if none is given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub client_id: Option<DhcpClientId>,
    /// The host name that is sent; the target's if none is given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hostname: Option<DhcpHostname>,
    /// How long a server is waited for; 20 seconds if nothing is given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub timeout: Option<DhcpTimeout>,
}

impl DhcpOptions {
    /// Whether nothing is given.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::{DhcpClientId, DhcpHostname, DhcpTimeout};

    #[test]
    fn client_ids_are_text_or_octets() {
        for good in [
            "web-1",
            "host/web/eth1",
            "01:02:00:00:00:00:01",
            "00:00",
            "ff:01",
        ] {
            let id: DhcpClientId = good.parse().unwrap();
            assert_eq!(id.to_string(), good);
        }
        let id: DhcpClientId = "web".parse().unwrap();
        assert_eq!((id.kind(), id.value()), (0, &b"web"[..]));
        let long = "x".repeat(128);
        for bad in [
            "", ":", "0:1", "01", "01:", "01:0g", "01:+1", "a b", "ä", &long,
        ] {
            let is_text = bad == "01";
            assert_eq!(bad.parse::<DhcpClientId>().is_ok(), is_text, "{bad:?}");
        }
        let many = vec!["00"; 129].join(":");
        assert!(many.parse::<DhcpClientId>().is_err());
    }

    #[test]
    fn host_names_have_labels() {
        for good in ["web", "web-1.lan", "3com"] {
            assert_eq!(good.parse::<DhcpHostname>().unwrap().as_str(), good);
        }
        let (label, name) = ("a".repeat(64), vec!["a".repeat(63); 4].join("."));
        for bad in [
            "", ".", "a..b", "-a", "a-", "a_b", "a b", "a\n", "ä", &label, &name,
        ] {
            assert!(bad.parse::<DhcpHostname>().is_err(), "{bad:?}");
        }
        assert_eq!(
            DhcpHostname::near("my_app.1_").unwrap().as_str(),
            "my-app-1"
        );
        assert_eq!(DhcpHostname::near("__"), None);
    }

    #[test]
    fn waits_are_bounded() {
        assert_eq!("3600".parse::<DhcpTimeout>().unwrap(), DhcpTimeout(3600));
        for bad in ["", "0", "+5", "-1", "3601", "1.5", "10s"] {
            assert!(bad.parse::<DhcpTimeout>().is_err(), "{bad:?}");
        }
    }
}

//! The name of a bridge, checked for use in a rule, and the mark made of it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The kernel's `IFNAMSIZ` (linux/if.h), the closing NUL included.
pub(super) const IFNAMSIZ: usize = 16;

/// What every mark starts with; the bridge's name follows.
const MARK_PREFIX: &str = "netpipe:";

/// The name of a bridge that is safe to write into a rule: an interface name by the
/// kernel's own rule (`dev_valid_name`, net/core/dev.c), that iptables reads as that one
/// interface and not as an option, a negation or a wildcard.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bridge(String);

impl Bridge {
    /// Checks a name. A usage error says what is wrong with it.
    pub fn new(name: &str) -> Result<Self> {
        match objection(name) {
            None => Ok(Self(name.to_owned())),
            Some(why) => Err(Error::usage(format!(
                "bridge name {name:?} cannot be used in a firewall rule: {why}"
            ))),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The ownership mark of this bridge's rules: `netpipe:br0`.
    pub fn mark(&self) -> String {
        format!("{MARK_PREFIX}{}", self.0)
    }
}

/// Why a name is refused, or `None` for a good one.
fn objection(name: &str) -> Option<&'static str> {
    if name.is_empty() || name.len() >= IFNAMSIZ {
        return Some("it must have 1 to 15 bytes");
    }
    if name == "." || name == ".." {
        return Some("it is a directory's name");
    }
    if name
        .chars()
        .any(|c| c == '/' || c == ':' || c.is_whitespace() || c.is_control())
    {
        return Some("it has a slash, a colon, a blank or a control character");
    }
    if name.starts_with(['-', '!']) {
        return Some("iptables reads a leading '-' as an option and '!' as a negation");
    }
    // The kernel's comparison would be exact, but iptables lists the rule as a prefix,
    // and a saved and restored table would then accept every bridge of that prefix.
    if name.ends_with(['+', '*']) {
        return Some("a '+' or '*' at the end is a wildcard in a rule");
    }
    None
}

impl TryFrom<String> for Bridge {
    type Error = Error;

    fn try_from(name: String) -> Result<Self> {
        Self::new(&name)
    }
}

impl From<Bridge> for String {
    fn from(bridge: Bridge) -> Self {
        bridge.0
    }
}

impl fmt::Display for Bridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_names_a_rule_would_misread() {
        let long = "a".repeat(16);
        for bad in [
            "", ".", "..", "a/b", "a b", "a\tb", "a\u{a0}b", "a\0", "-j", "!x", "br+", "*",
        ] {
            assert!(Bridge::new(bad).is_err(), "{bad:?} was accepted");
        }
        assert!(Bridge::new(&long).is_err());
        for good in ["br0", "br-1a2b3c", "a+b", "lan.10", &long[1..]] {
            assert!(Bridge::new(good).is_ok(), "{good:?} was refused");
        }
    }
}

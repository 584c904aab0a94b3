//! Names of network interfaces.

use std::fmt;
use std::str::FromStr;

use super::{serde_as_text, shown};
use crate::error::{Error, Result};

/// The name of a network interface: 1 to 15 printable ASCII bytes that the kernel
/// accepts (`dev_valid_name` in net/core/dev.c) and no tool mistakes for an option,
/// a template (`%`) or a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IfName(String);

impl IfName {
    /// IFNAMSIZ less the terminating NUL, in bytes.
    pub const LONGEST: usize = 15;

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `eth<n>`, the pattern of default names inside a container.
    pub fn eth(n: u32) -> Self {
        Self(format!("eth{n}"))
    }
}

impl FromStr for IfName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refuse = |why: &str| {
            Err(
                Error::usage(format!("`{}` is not an interface name: {why}", shown(text)))
                    .hint("use 1 to 15 letters, digits, '-', '_' or '.', such as `eth1`"),
            )
        };
        if text.is_empty() {
            return refuse("it is empty");
        }
        if text.len() > Self::LONGEST {
            return refuse(&format!("{} bytes, at most {}", text.len(), Self::LONGEST));
        }
        if text == "." || text == ".." {
            return refuse("the kernel reserves it");
        }
        if text.starts_with('-') {
            return refuse("it starts with '-'");
        }
        if let Some(bad) = text
            .chars()
            .find(|c| !c.is_ascii_graphic() || "/:%*'\"\\`$".contains(*c))
        {
            return refuse(&format!("'{}' is not allowed", bad.escape_debug()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for IfName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_as_text!(IfName);

#[cfg(test)]
mod tests {
    use super::IfName;

    #[test]
    fn accepts_what_the_kernel_accepts() {
        for good in [
            "eth0",
            "br-lan",
            "eth0.10",
            "a",
            "abcdefghijklmno",
            "wg_0",
            "veth@x",
        ] {
            assert_eq!(good.parse::<IfName>().unwrap().as_str(), good);
        }
    }

    #[test]
    fn refuses_what_the_kernel_or_a_tool_would_trip_over() {
        for bad in [
            "",
            ".",
            "..",
            "abcdefghijklmnop",
            "a b",
            "a/b",
            "a:b",
            "é",
            "-x",
            "a\n",
            "a\0",
            "eth%d",
        ] {
            assert!(bad.parse::<IfName>().is_err(), "{bad:?} was accepted");
        }
    }
}

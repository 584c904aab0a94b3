//! Kernel settings of a network namespace.

use std::fmt;
use std::str::FromStr;

use super::{IfName, serde_as_text, shown};
use crate::error::{Error, Result};

/// One setting below `net`, as `key=value`; the key is kept in its slash form, for
/// an interface such as `eth0.10` breaks the dotted one (sysctl.d(5)).
#[derive(Debug, Clone, Eq)]
pub struct Sysctl {
    /// `net/ipv4/conf/eth1/rp_filter`: relative to /proc/sys.
    pub key: String,
    /// The value as written into the file.
    pub value: String,
}

impl Sysctl {
    /// A setting from parts netpipe itself made.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            value: value.into(),
        }
    }

    /// A setting as it was found, for the record: its key is one that a user could give, but
    /// the kernel may have had any value for it, an empty one or a long list too.
    ///
    /// # Errors
    /// If it is not `KEY=VALUE` with a key below `net`, or no file's text.
    pub fn found(text: &str) -> Result<Self> {
        let (key, value) = split(text)?;
        if value.contains('\0') {
            return Err(refused(text, "the value has a NUL"));
        }
        Ok(Self {
            key,
            value: value.to_owned(),
        })
    }

    /// Whether it is one of that interface: the kernel takes those away with the link.
    pub fn is_of(&self, dev: &IfName) -> bool {
        ["conf", "neigh"]
            .iter()
            .any(|table| self.key.contains(&format!("/{table}/{dev}/")))
    }
}

/// Whether two values of a setting are the same to the kernel, which writes a tab between
/// the parts and takes any white space.
pub fn same_value(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

impl PartialEq for Sysctl {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && same_value(&self.value, &other.value)
    }
}

fn refused(text: &str, why: &str) -> Error {
    Error::usage(format!("`{}` is not a sysctl: {why}", shown(text)))
        .hint("write KEY=VALUE below `net`, such as net.ipv4.ip_forward=1")
}

/// The key in its slash form, checked, and the value as it stands.
fn split(text: &str) -> Result<(String, &str)> {
    let (key, value) = text
        .split_once('=')
        .ok_or_else(|| refused(text, "there is no `=`"))?;
    // With a slash present the text is in slash form already, and dots are data.
    let key = if key.contains('/') {
        key.to_owned()
    } else {
        key.replace('.', "/")
    };
    let parts: Vec<_> = key.split('/').collect();
    let part_is_good = |part: &&str| {
        !part.is_empty()
            && *part != "."
            && *part != ".."
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-.@".contains(c))
    };
    if parts.len() < 3 || parts[0] != "net" || key.len() > 128 || !parts.iter().all(part_is_good) {
        return Err(refused(text, "the key is not one below `net`"));
    }
    Ok((key, value))
}

impl FromStr for Sysctl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (key, value) = split(text)?;
        if value.is_empty()
            || value.len() > 256
            || value.chars().any(|c| c.is_control() && c != '\t')
        {
            return Err(refused(
                text,
                "the value is empty, too long, or has control characters",
            ));
        }
        Ok(Self {
            key,
            value: value.to_owned(),
        })
    }
}

impl fmt::Display for Sysctl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.key, self.value)
    }
}

serde_as_text!(Sysctl);

#[cfg(test)]
mod tests {
    use super::{Sysctl, same_value};

    #[test]
    fn dotted_and_slashed_keys_are_one() {
        for text in ["net.ipv4.ip_forward=1", "net/ipv4/ip_forward=1"] {
            assert_eq!(text.parse::<Sysctl>().unwrap().key, "net/ipv4/ip_forward");
        }
        let vlan: Sysctl = "net/ipv4/conf/eth0.10/rp_filter=2".parse().unwrap();
        assert_eq!(vlan.key, "net/ipv4/conf/eth0.10/rp_filter");
    }

    #[test]
    fn white_space_between_the_parts_is_one() {
        assert!(same_value("2000 3000", "2000\t3000") && same_value(" 1 2", "1   2"));
        assert!(!same_value("20003000", "2000 3000") && !same_value("1 2", "1 2 3"));
    }

    #[test]
    fn a_setting_of_an_interface_is_not_one_named_alike() {
        let dev = "tcp".parse().unwrap();
        assert!(Sysctl::new("net/ipv4/conf/tcp/rp_filter", "1").is_of(&dev));
        assert!(Sysctl::new("net/ipv6/neigh/tcp/retrans_time_ms", "1").is_of(&dev));
        assert!(!Sysctl::new("net/ipv4/tcp/x", "1").is_of(&dev));
    }

    #[test]
    fn a_setting_that_was_found_may_have_any_value() {
        let ports = (1..999).map(|port| (port * 2).to_string());
        let ports = ports.collect::<Vec<_>>().join(",");
        for value in ["", "1", "a\tb\nc", &ports] {
            let found = Sysctl::new("net/ipv4/ip_local_reserved_ports", value);
            let read = Sysctl::found(&found.to_string()).unwrap();
            assert_eq!((read.key, read.value.as_str()), (found.key, value));
        }
        for bad in ["net/ipv4/x", "kernel/panic=", "net/../x/y=", "net/a/b=\0"] {
            assert!(Sysctl::found(bad).is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn refuses_what_leaves_the_namespace() {
        for bad in [
            "",
            "net.ipv4.ip_forward",
            "net.ipv4.ip_forward=",
            "kernel.panic=1",
            "net/../kernel/panic=1",
            "net//x=1",
            "vm.swappiness=1",
            "net.ipv4.x=1\n2",
            "=1",
        ] {
            assert!(bad.parse::<Sysctl>().is_err(), "{bad:?} was accepted");
        }
    }
}

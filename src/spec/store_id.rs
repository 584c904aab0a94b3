//! Which store something belongs to.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::str::FromStr;

use md5::{Digest, Md5};

use super::{serde_as_text, shown};
use crate::error::{Error, Result};

/// What the alias of every link of netpipe's starts with, of whichever store.
pub const MARK: &str = "netpipe:";

/// The name of a store among all that netpipe uses in one host's namespace, eight hex
/// digits: part of the marks in the kernel, so that the links of another state directory
/// are not taken for links that lost their record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StoreId(u32);

impl StoreId {
    /// One that no other store has, but for one chance in four thousand million.
    pub fn random() -> Self {
        // Its keys are the kernel's random bytes (std::hash::RandomState).
        let [.., a, b, c, d] = RandomState::new().hash_one(()).to_be_bytes();
        Self(u32::from_be_bytes([a, b, c, d]))
    }

    /// The store that the mark of an attachment's link names: `netpipe:ID/OWNER`.
    pub fn of_mark(alias: &str) -> Option<Self> {
        let (id, _) = alias.strip_prefix(MARK)?.split_once('/')?;
        id.parse().ok()
    }
}

/// The group that a link is born into which will be marked so, where its MAC cannot tell
/// whose it is: the kernel takes a group with the message that makes a link, and an alias
/// only with another (`rtnl_create_link` in net/core/rtnetlink.c). Its own when it is marked
/// is the default, 0.
pub fn birth_group(mark: &str) -> u32 {
    let digest = Md5::digest(mark.as_bytes());
    // Above those that people write into /etc/iproute2/group.
    0x8000_0000 | u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

impl fmt::Display for StoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

impl FromStr for StoreId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let good = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let number = match text.len() == 8 && text.bytes().all(good) {
            true => u32::from_str_radix(text, 16).ok(),
            false => None,
        };
        number.map(Self).ok_or_else(|| {
            Error::usage(format!("`{}` is not the id of a store", shown(text)))
                .hint("it has eight hex digits")
        })
    }
}

serde_as_text!(StoreId);

#[cfg(test)]
mod tests {
    use super::StoreId;

    #[test]
    fn it_reads_back_and_nothing_else_does() {
        let id = StoreId::random();
        assert_eq!(id.to_string().parse::<StoreId>().unwrap(), id);
        for bad in ["", "123", "0123456g", "0123456A", "+1234567", "012345678"] {
            assert!(bad.parse::<StoreId>().is_err(), "{bad} was accepted");
        }
    }
}

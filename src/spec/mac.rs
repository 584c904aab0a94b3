//! Hardware addresses.

use std::fmt;
use std::str::FromStr;

use md5::{Digest, Md5};

use super::{serde_as_text, shown};
use crate::error::{Error, Result};

/// A unicast Ethernet address, six bytes (IEEE 802).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac(pub [u8; 6]);

impl Mac {
    /// A locally administered unicast address that depends on `seed` alone.
    ///
    /// The first byte is `02`: bit 1 (locally administered) set, bit 0 (group) clear.
    pub fn derived(seed: &[u8]) -> Self {
        let digest = Md5::digest(seed);
        Self([0x02, digest[0], digest[1], digest[2], digest[3], digest[4]])
    }

    /// pipework's `U:string`: the first ten hex digits of `echo $string | md5sum` behind
    /// `02` (the MACADDR case of the pipework script). The shell leaves one blank between
    /// words, and echo ends the line.
    pub fn from_unique_string(text: &str) -> Self {
        let words: Vec<_> = text.split_ascii_whitespace().collect();
        Self::derived(format!("{}\n", words.join(" ")).as_bytes())
    }
}

impl FromStr for Mac {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refuse = |why: &str| {
            Error::usage(format!("`{}` is not a MAC address: {why}", shown(text)))
                .hint("write six hex bytes such as 02:42:ac:11:00:02, or `U:some-string`")
        };
        let mut bytes = [0u8; 6];
        let mut parts = text.split(':');
        for byte in &mut bytes {
            let part = parts.next().unwrap_or_default();
            if part.len() != 2 || !part.bytes().all(|b| b.is_ascii_hexdigit()) {
                return Err(refuse("it takes six bytes of two hex digits"));
            }
            *byte = u8::from_str_radix(part, 16).map_err(|_| refuse("bad hex digits"))?;
        }
        if parts.next().is_some() {
            return Err(refuse("it has more than six bytes"));
        }
        if bytes[0] & 1 == 1 {
            return Err(refuse("the group bit is set, so it is a multicast address"));
        }
        if bytes == [0; 6] {
            return Err(refuse("it is all zeros"));
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

serde_as_text!(Mac);

/// A MAC address as the user gives it: literal, or `U:string` for a stable one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MacSpec(pub Mac);

impl FromStr for MacSpec {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.strip_prefix("U:") {
            Some("") => Err(Error::usage("`U:` needs a string behind the colon")
                .hint("as in `--mac U:web`, which gives the same address each time")),
            Some(unique) if unique.len() > 4096 => Err(Error::usage(
                "the string behind `U:` is longer than 4096 bytes",
            )),
            Some(unique) => Ok(Self(Mac::from_unique_string(unique))),
            None => text.parse().map(Self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Mac, MacSpec};

    #[test]
    fn unique_strings_give_pipeworks_addresses() {
        // echo hello | md5sum = b1946ac92492d2347c6235b4d2611184
        let MacSpec(mac) = "U:hello".parse().unwrap();
        assert_eq!(mac.to_string(), "02:b1:94:6a:c9:24");
    }

    #[test]
    fn refuses_what_no_interface_can_have() {
        for bad in [
            "",
            "02:00:00:00:00",
            "02:00:00:00:00:00:00",
            "01:00:5e:00:00:01",
            "ff:ff:ff:ff:ff:ff",
            "00:00:00:00:00:00",
            "02:00:00:00:00:0g",
            "2:0:0:0:0:1",
            "02-00-00-00-00-01",
            "U:",
            "+2:00:00:00:00:01",
        ] {
            assert!(bad.parse::<MacSpec>().is_err(), "{bad:?} was accepted");
        }
        assert_eq!(
            "02:AB:cd:00:00:01".parse::<Mac>().unwrap().to_string(),
            "02:ab:cd:00:00:01"
        );
    }
}

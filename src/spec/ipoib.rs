//! IP over InfiniBand (RFC 4391): the partition and the mode of a child link.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{serde_as_text, shown};
use crate::error::{Error, Result};

/// The bit of a partition key that says full membership; the kernel's IPoIB joins its
/// multicast groups with it (`ipoib_intf_alloc` and `create_child` in
/// drivers/infiniband/ulp/ipoib).
const FULL_MEMBER: u16 = 0x8000;

/// A partition key with the full-membership bit set, as the kernel wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pkey(u16);

impl Pkey {
    /// The number, for the kernel.
    pub fn number(self) -> u16 {
        self.0
    }
}

impl FromStr for Pkey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
        let number = match digits {
            Some(hex) if hex.bytes().all(|b| b.is_ascii_hexdigit()) => {
                u16::from_str_radix(hex, 16).ok()
            }
            None if text.bytes().all(|b| b.is_ascii_digit()) => text.parse::<u16>().ok(),
            _ => None,
        };
        match number {
            Some(number) if number & !FULL_MEMBER != 0 => Ok(Self(number | FULL_MEMBER)),
            _ => Err(
                Error::usage(format!("`{}` is not a partition key", shown(text))).hint(
                    "it is a number from 1 to 0x7fff, with or without the bit 0x8000 of full \
                     membership, such as 0x8001",
                ),
            ),
        }
    }
}

impl fmt::Display for Pkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#06x}", self.0)
    }
}

serde_as_text!(Pkey);

/// How a child sends: `IPOIB_MODE_DATAGRAM` and `IPOIB_MODE_CONNECTED` in linux/if_link.h.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IpoibMode {
    /// One packet, one datagram: MTUs up to 4092 (RFC 4391).
    Datagram,
    /// A connection to each neighbour: MTUs up to 65520 (RFC 4755).
    Connected,
}

impl IpoibMode {
    /// The number, for the kernel.
    pub fn number(self) -> u16 {
        match self {
            Self::Datagram => 0,
            Self::Connected => 1,
        }
    }
}

impl FromStr for IpoibMode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "datagram" => Ok(Self::Datagram),
            "connected" => Ok(Self::Connected),
            _ => Err(
                Error::usage(format!("`{}` is not a mode of IPoIB", shown(text)))
                    .hint("the modes are: datagram, connected"),
            ),
        }
    }
}

impl fmt::Display for IpoibMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Datagram => "datagram",
            Self::Connected => "connected",
        })
    }
}

serde_as_text!(IpoibMode);

/// What a child of an InfiniBand card is told; what is not given is the parent's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ipoib {
    /// Its partition.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pkey: Option<Pkey>,
    /// How it sends.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mode: Option<IpoibMode>,
}

impl Ipoib {
    /// Whether it is told nothing.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for Ipoib {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("type ipoib")?;
        if let Some(pkey) = self.pkey {
            write!(f, " pkey {pkey}")?;
        }
        match self.mode {
            Some(mode) => write!(f, " mode {mode}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{IpoibMode, Pkey};

    #[test]
    fn a_partition_key_has_the_full_membership_bit() {
        for text in ["0x8001", "0x1", "1", "32769", "0X0001"] {
            assert_eq!(text.parse::<Pkey>().unwrap().to_string(), "0x8001");
        }
        assert_eq!("0xffff".parse::<Pkey>().unwrap().number(), 0xffff);
    }

    #[test]
    fn what_is_no_partition_key_is_refused() {
        for bad in [
            "", "0", "0x", "0x0", "0x8000", "32768", "0x10000", "65536", "-1", "+1", "x", "0x+1",
            "8001h", " 1",
        ] {
            assert!(bad.parse::<Pkey>().is_err(), "{bad:?} was accepted");
        }
        assert!("Datagram".parse::<IpoibMode>().is_err());
    }
}

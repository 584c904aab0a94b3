//! Numbers with bounds of their own.

use std::fmt;
use std::str::FromStr;

use super::{serde_as_text, shown};
use crate::error::{Error, Result};

/// A number type with its bounds, what it is called, and what to write.
macro_rules! number {
    ($(#[$doc:meta])* $name:ident($of:ty), $least:expr, $most:expr, $what:expr, $hint:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $of);

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                let number = digits.then(|| text.parse::<$of>().ok()).flatten();
                number
                    .filter(|number| ($least..=$most).contains(number))
                    .map(Self)
                    .ok_or_else(|| {
                        Error::usage(format!("`{}` is not {}", shown(text), $what)).hint($hint)
                    })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        serde_as_text!($name);
    };
}

number!(
    /// The network of a VXLAN or Geneve tunnel, 24 bits (RFC 7348, RFC 8926).
    Vni(u32),
    1,
    0x00ff_ffff,
    "a VNI",
    "it is a number from 1 to 16777215"
);
number!(
    /// The key of a GRE tunnel, 32 bits (RFC 2890).
    TunnelKey(u32),
    0,
    u32::MAX,
    "a key",
    "it is a number from 0 to 4294967295"
);
number!(
    /// A UDP port.
    UdpPort(u16),
    1,
    u16::MAX,
    "a UDP port",
    "it is a number from 1 to 65535"
);

/// The TTL of a tunnel's own packets: 1 to 255, or 0, written `inherit`, for the inner one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ttl(pub u8);

/// The type of service of a tunnel's own packets: 0 to 255, or 1, written `inherit`, for the
/// inner one's (`INET_ECN_…` has the lowest bits, so 1 is no value of its own there).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tos(pub u8);

impl FromStr for Ttl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let number = match text {
            "inherit" => Some(0),
            text => byte(text).filter(|number| *number != 0),
        };
        number.map(Self).ok_or_else(|| {
            Error::usage(format!("`{}` is not a TTL", shown(text)))
                .hint("it is a number from 1 to 255, or `inherit`")
        })
    }
}

impl FromStr for Tos {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let number = match text {
            "inherit" => Some(1),
            text => byte(text).filter(|number| *number != 1),
        };
        number.map(Self).ok_or_else(|| {
            Error::usage(format!("`{}` is not a type of service", shown(text)))
                .hint("it is a number from 0 to 255 (0x10 for low delay), or `inherit`")
        })
    }
}

/// A byte in decimal, or in hexadecimal behind `0x`.
fn byte(text: &str) -> Option<u8> {
    let (digits, radix) = match text.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    let good = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    good.then(|| u8::from_str_radix(digits, radix).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::{Tos, Ttl, TunnelKey, UdpPort, Vni};

    #[test]
    fn bounds_hold() {
        assert_eq!("16777215".parse::<Vni>().unwrap().0, 0x00ff_ffff);
        assert_eq!("4294967295".parse::<TunnelKey>().unwrap().0, u32::MAX);
        assert_eq!("inherit".parse::<Ttl>().unwrap().0, 0);
        assert_eq!("0x10".parse::<Tos>().unwrap().0, 16);
        for bad in ["", "0", "16777216", "+1", "-1", "0x1", "1 ", "99999999999"] {
            assert!(bad.parse::<Vni>().is_err(), "{bad:?}");
        }
        for bad in ["", "0", "256", "+1", "0x", "-1"] {
            assert!(bad.parse::<Ttl>().is_err(), "{bad:?}");
        }
        assert!("4294967296".parse::<TunnelKey>().is_err());
        assert!("0".parse::<UdpPort>().is_err() && "65536".parse::<UdpPort>().is_err());
        assert!("256".parse::<Tos>().is_err() && "1".parse::<Tos>().is_err());
    }
}

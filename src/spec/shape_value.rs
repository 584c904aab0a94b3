//! Rates, sizes, times and percents as tc(8) writes them (section PARAMETERS). A unit is never
//! guessed: tc takes a bare time for microseconds, and people mean milliseconds.

use std::fmt;
use std::str::FromStr;

use super::{serde_as_text, shown};
use crate::error::{Error, Result};

/// Bytes in a second. It is written in bits, of which a byte that is begun is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(pub u64);

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Size(pub u32);

/// A number of nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub u64);

/// A share, in millionths of a percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(pub u32);

/// Units of a rate with their bits; tc reads them in any case.
const RATES: [(&str, u64); 18] = [
    ("bit", 1),
    ("kbit", 1_000),
    ("mbit", 1_000_000),
    ("gbit", 1_000_000_000),
    ("tbit", 1_000_000_000_000),
    ("kibit", 1 << 10),
    ("mibit", 1 << 20),
    ("gibit", 1 << 30),
    ("tibit", 1 << 40),
    ("bps", 8),
    ("kbps", 8_000),
    ("mbps", 8_000_000),
    ("gbps", 8_000_000_000),
    ("tbps", 8_000_000_000_000),
    ("kibps", 8 << 10),
    ("mibps", 8 << 20),
    ("gibps", 8 << 30),
    ("tibps", 8 << 40),
];

const SIZES: [(&str, u64); 11] = [
    ("", 1),
    ("b", 1),
    ("k", 1 << 10),
    ("kb", 1 << 10),
    ("m", 1 << 20),
    ("mb", 1 << 20),
    ("g", 1 << 30),
    ("gb", 1 << 30),
    ("kbit", 1 << 7),
    ("mbit", 1 << 17),
    ("gbit", 1 << 27),
];

const TIMES: [(&str, u64); 12] = [
    ("s", 1_000_000_000),
    ("sec", 1_000_000_000),
    ("secs", 1_000_000_000),
    ("ms", 1_000_000),
    ("msec", 1_000_000),
    ("msecs", 1_000_000),
    ("us", 1_000),
    ("usec", 1_000),
    ("usecs", 1_000),
    ("ns", 1),
    ("nsec", 1),
    ("nsecs", 1),
];

const PERCENTS: [(&str, u64); 1] = [("%", 1_000_000)];

/// A kilobit a second: below, a single packet would take longer than the kernel can wait.
const LEAST_RATE: u64 = 125;
const MOST_RATE: u64 = 125_000_000_000;
const MOST_TIME: u64 = 3_600_000_000_000;
const ALL: u64 = 100_000_000;

/// A decimal number with a unit, in the least unit: digits behind the point that are less than
/// that are cut.
fn measure(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    let (_, factor) = units
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(unit))?;
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let good = !whole.is_empty() && !part.is_empty() && part.len() <= 9 && !part.contains('.');
    if !good {
        return None;
    }
    let whole = whole.parse::<u64>().ok()?.checked_mul(*factor)?;
    let scale = 10u128.pow(u32::try_from(part.len()).ok()?);
    let part = u128::from(part.parse::<u64>().ok()?) * u128::from(*factor) / scale;
    whole.checked_add(u64::try_from(part).ok()?)
}

/// A number in the largest of these units that it is a whole number of.
fn written(number: u64, units: &[(&str, u64)], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let whole = units
        .iter()
        .find(|(_, factor)| number.is_multiple_of(*factor));
    let (unit, factor) = whole.unwrap_or(&("", 1));
    write!(f, "{}{unit}", number / factor)
}

fn refused(text: &str, what: &str, hint: &str) -> Error {
    Error::usage(format!("`{}` is not {what}", shown(text))).hint(hint)
}

impl FromStr for Rate {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bytes = measure(text, &RATES).map(|bits| bits / 8);
        let bytes = bytes.filter(|bytes| (LEAST_RATE..=MOST_RATE).contains(bytes));
        bytes.map(Self).ok_or_else(|| {
            let hint = "write 500kbit, 10mbit or 1gbit in bits, or 1mbps in bytes a second; from \
                        1kbit to 1tbit";
            refused(text, "a rate", hint)
        })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [
            ("gbit", 1_000_000_000),
            ("mbit", 1_000_000),
            ("kbit", 1_000),
            ("bit", 1),
        ];
        written(self.0.saturating_mul(8), &units, f)
    }
}

impl FromStr for Size {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bytes = measure(text, &SIZES).and_then(|bytes| u32::try_from(bytes).ok());
        bytes.filter(|bytes| *bytes > 0).map(Self).ok_or_else(|| {
            let hint = "write bytes, as 1600, or 32kb or 1mb; less than 4gb";
            refused(text, "a size", hint)
        })
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [("mb", 1 << 20), ("kb", 1 << 10), ("b", 1)];
        written(u64::from(self.0), &units, f)
    }
}

impl FromStr for Time {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let time = measure(text, &TIMES).filter(|time| (1..=MOST_TIME).contains(time));
        time.map(Self).ok_or_else(|| {
            let hint = "write 1.5s, 100ms or 200us; up to 3600s";
            refused(text, "a time", hint)
        })
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [
            ("s", 1_000_000_000),
            ("ms", 1_000_000),
            ("us", 1_000),
            ("ns", 1),
        ];
        written(self.0, &units, f)
    }
}

impl Percent {
    /// The same as a share of the largest 32-bit number, as the kernel has it.
    pub fn of_u32(self) -> u32 {
        let share = u64::from(self.0) * u64::from(u32::MAX) + ALL / 2;
        u32::try_from(share / ALL).unwrap_or(u32::MAX)
    }

    /// What the kernel has, as near as it can be told.
    pub fn from_u32(share: u32) -> Self {
        let most = u64::from(u32::MAX);
        let millionths = (u64::from(share) * ALL + most / 2) / most;
        Self(u32::try_from(millionths).unwrap_or(u32::MAX))
    }
}

impl FromStr for Percent {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let share = measure(text, &PERCENTS).filter(|share| (1..=ALL).contains(share));
        let share = share.and_then(|share| u32::try_from(share).ok());
        share.map(Self).ok_or_else(|| {
            let hint = "write 1% or 0.1%; from 0.000001% to 100%, and for none leave it out";
            refused(text, "a percentage", hint)
        })
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 1_000_000, self.0 % 1_000_000);
        if part == 0 {
            return write!(f, "{whole}%");
        }
        let digits = format!("{part:06}");
        write!(f, "{whole}.{}%", digits.trim_end_matches('0'))
    }
}

serde_as_text!(Rate);
serde_as_text!(Size);
serde_as_text!(Time);
serde_as_text!(Percent);

#[cfg(test)]
mod tests {
    use super::{Percent, Rate, Size, Time};

    #[test]
    fn units_are_those_of_tc() {
        let rate = |text: &str| text.parse::<Rate>().unwrap().0;
        assert_eq!(rate("10mbit"), 1_250_000);
        assert_eq!(rate("1gbit"), 125_000_000);
        assert_eq!(rate("500kbit"), 62_500);
        assert_eq!(rate("1mbps"), 1_000_000);
        assert_eq!(rate("1.5Mbit"), 187_500);
        assert_eq!(rate("1Kibps"), 1024);
        let size = |text: &str| text.parse::<Size>().unwrap().0;
        assert_eq!(
            (size("32kb"), size("1600"), size("32kbit")),
            (32768, 1600, 4096)
        );
        let time = |text: &str| text.parse::<Time>().unwrap().0;
        assert_eq!((time("100ms"), time("1.5s")), (100_000_000, 1_500_000_000));
        assert_eq!((time("200us"), time("0.5us")), (200_000, 500));
        let percent = |text: &str| text.parse::<Percent>().unwrap().0;
        assert_eq!(
            (percent("1%"), percent("0.1%"), percent("100%")),
            (1_000_000, 100_000, 100_000_000)
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["10mbit", "1500kbit", "8008bit", "1gbit", "1000gbit"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
        for text in ["1601b", "32kb", "1mb"] {
            assert_eq!(text.parse::<Size>().unwrap().to_string(), text);
        }
        for text in ["1s", "1500ms", "200us", "1ns"] {
            assert_eq!(text.parse::<Time>().unwrap().to_string(), text);
        }
        for text in ["1%", "0.1%", "33.333333%", "100%", "0.000001%"] {
            let share: Percent = text.parse().unwrap();
            assert_eq!(share.to_string(), text);
            assert_eq!(Percent::from_u32(share.of_u32()), share);
        }
        assert_eq!("100%".parse::<Percent>().unwrap().of_u32(), u32::MAX);
    }

    #[test]
    fn what_is_no_measure_is_refused() {
        for bad in [
            "",
            "mbit",
            "10",
            "-1mbit",
            "1e6bit",
            "10 mbit",
            "10mbitt",
            "1..5mbit",
            "1.mbit",
            ".5mbit",
            "999bit",
            "1001gbit",
            "99999999999999999999tbit",
            "10mbit\n",
            "١mbit",
        ] {
            assert!(bad.parse::<Rate>().is_err(), "{bad:?}");
        }
        for bad in ["", "0", "4gb", "kb", "-1", "10q", "0.1"] {
            assert!(bad.parse::<Size>().is_err(), "{bad:?}");
        }
        for bad in ["", "0ms", "100", "3601s", "1m", "-1ms", "0.1ns"] {
            assert!(bad.parse::<Time>().is_err(), "{bad:?}");
        }
        for bad in [
            "",
            "0%",
            "1",
            "101%",
            "100.000001%",
            "1%%",
            "-1%",
            "0.0000001%",
        ] {
            assert!(bad.parse::<Percent>().is_err(), "{bad:?}");
        }
    }
}

//! The name of a topology: what tells one file's things from another's.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::spec::{serde_as_text, shown};

/// What a topology file calls itself: 1 to 63 of letters, digits, `.`, `_` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopologyName(String);

impl FromStr for TopologyName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let good = (1..=63).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        if good {
            return Ok(Self(text.to_owned()));
        }
        Err(
            Error::usage(format!("`{}` is not the name of a topology", shown(text))).hint(
                "use 1 to 63 letters, digits, '.', '_' or '-', starting with a letter or digit",
            ),
        )
    }
}

impl fmt::Display for TopologyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_as_text!(TopologyName);

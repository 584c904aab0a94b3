//! The mode of a link, of whichever kind that has modes.

use std::fmt;
use std::str::FromStr;

use super::{CardMode, IpoibMode, serde_as_text, shown};
use crate::error::{Error, Result};

/// A mode: the names of the kinds' modes are all different.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkMode {
    /// Of a link on a network card.
    Card(CardMode),
    /// Of a child of an InfiniBand card.
    Ipoib(IpoibMode),
}

impl LinkMode {
    /// That of a link on a network card, if it is one.
    pub fn of_card(self) -> Option<CardMode> {
        match self {
            Self::Card(mode) => Some(mode),
            Self::Ipoib(_) => None,
        }
    }

    /// That of a child of an InfiniBand card, if it is one.
    pub fn of_ipoib(self) -> Option<IpoibMode> {
        match self {
            Self::Ipoib(mode) => Some(mode),
            Self::Card(_) => None,
        }
    }
}

impl FromStr for LinkMode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let card = text.parse().map(Self::Card);
        card.or_else(|_| text.parse().map(Self::Ipoib))
            .map_err(|_| {
                Error::usage(format!("`{}` is not a mode", shown(text))).hint(
                    "those of macvlan are bridge, private, vepa, passthru, source; those of \
                     ipvlan l2, l3, l3s; those of ipoib datagram, connected",
                )
            })
    }
}

impl fmt::Display for LinkMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Card(mode) => mode.fmt(f),
            Self::Ipoib(mode) => mode.fmt(f),
        }
    }
}

serde_as_text!(LinkMode);

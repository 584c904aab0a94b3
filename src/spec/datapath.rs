//! Where an Open vSwitch switches.

use std::fmt;
use std::str::FromStr;

use super::shown;
use crate::error::{Error, Result};

/// The type of an Open vSwitch's datapath (ovs-vswitchd.conf.db(5), `datapath_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Datapath {
    /// The kernel's, of its module openvswitch.
    System,
    /// The daemon's own.
    Netdev,
}

impl Datapath {
    /// Its name in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Netdev => "netdev",
        }
    }
}

impl FromStr for Datapath {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        [Self::System, Self::Netdev]
            .into_iter()
            .find(|kind| kind.word() == text)
            .ok_or_else(|| {
                Error::usage(format!("`{}` is not a type of datapath", shown(text)))
                    .hint("write `system` for the kernel's, or `netdev` for the daemon's own")
            })
    }
}

impl fmt::Display for Datapath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

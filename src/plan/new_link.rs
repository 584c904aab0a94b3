//! A link that is made straight in the target.

use std::fmt;

use crate::spec::{IfName, Mac};

/// A link to be made in the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// Its name there.
    pub ifname: IfName,
    /// Its MAC: with the alias not set yet, it proves whose link this is.
    pub mac: Mac,
    /// Its MTU in bytes.
    pub mtu: u32,
    /// What it is.
    pub what: Virtual,
}

/// What such a link is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Virtual {
    /// A link that leads nowhere.
    Dummy,
    /// A link with a MAC of its own on a link of the host.
    Macvlan {
        /// The link of the host.
        parent: IfName,
    },
}

impl fmt::Display for Virtual {
    /// As the rest of a line of `ip link add`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dummy => f.write_str("type dummy"),
            Self::Macvlan { .. } => f.write_str("type macvlan mode bridge"),
        }
    }
}

impl NewLink {
    /// The equal command of iproute2. `enter` is what runs a program in the target.
    pub fn command(&self, enter: &str) -> String {
        let Self {
            ifname,
            mac,
            mtu,
            what,
        } = self;
        let netns = enter.rsplit('=').next().unwrap_or_default();
        let on = match what {
            Virtual::Dummy => String::new(),
            Virtual::Macvlan { parent } => format!("link {parent} "),
        };
        format!("ip link add {on}name {ifname} netns {netns} address {mac} mtu {mtu} {what}")
    }
}

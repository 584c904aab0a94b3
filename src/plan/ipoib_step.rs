//! Changes to a child of an InfiniBand card. Its hardware address is not netpipe's choice and
//! proves nothing, so before it is marked it is known by its name, its kind and its card.

use crate::spec::{IfName, Ipoib};

/// A child of an InfiniBand card, in the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IpoibChild {
    /// Its name there.
    pub ifname: IfName,
    /// The card.
    pub parent: IfName,
    /// Its MTU in bytes.
    pub mtu: u32,
    /// What it is told.
    pub ipoib: Ipoib,
    /// The alias that it will be marked with.
    pub mark: String,
}

/// One change to such a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IpoibStep {
    /// Makes it in the target.
    Add(IpoibChild),
    /// Deletes it, if it has the mark, or none and is this card's.
    Del(IpoibChild),
}

impl IpoibStep {
    /// The step that takes this one back.
    pub fn inverse(&self) -> Option<Self> {
        match self {
            Self::Add(child) => Some(Self::Del(child.clone())),
            Self::Del(_) => None,
        }
    }

    /// The equal command. `enter` is what runs a program in the target.
    pub fn command(&self, enter: &str) -> String {
        match self {
            Self::Add(child) => {
                let IpoibChild {
                    ifname,
                    parent,
                    mtu,
                    ipoib,
                    ..
                } = child;
                let netns = enter.rsplit('=').next().unwrap_or_default();
                format!("ip link add link {parent} name {ifname} netns {netns} mtu {mtu} {ipoib}")
            }
            Self::Del(child) => format!("{enter} ip link del {}", child.ifname),
        }
    }
}

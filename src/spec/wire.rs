//! The far end of a wire between two targets.

use super::{IfName, MacSpec, Shape, StaticAddress, Target};

/// What a wire's far end is asked to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerSpec {
    /// Whose network namespace it is in.
    pub target: Target,
    /// Its name there; the first free `ethN`, N ≥ 1, if none is given.
    pub ifname: Option<IfName>,
    /// Its MAC address.
    pub mac: Option<MacSpec>,
    /// Its addresses.
    pub addresses: Vec<StaticAddress>,
    /// How what it sends is shaped.
    pub shape: Option<Shape>,
}

impl PeerSpec {
    /// A far end of which nothing but the target is asked.
    pub fn new(target: Target) -> Self {
        Self {
            target,
            ifname: None,
            mac: None,
            addresses: Vec::new(),
            shape: None,
        }
    }
}

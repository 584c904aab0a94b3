//! Bridges that a topology made. A bridge by itself is known by its mark; this record says
//! whose it is, so that a topology removes no bridge but its own.

use serde::{Deserialize, Serialize};

use super::keys;
use super::record::VERSION;
use super::single::Single;
use crate::spec::{IfName, TopologyName};

/// A bridge of a topology.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BridgeRecord {
    /// The record's format.
    pub version: u32,
    /// The host.
    pub host: String,
    /// The bridge.
    pub name: IfName,
    /// The topology.
    pub topology: TopologyName,
}

impl BridgeRecord {
    /// A record of this version.
    pub fn new(host: &str, name: &IfName, topology: &TopologyName) -> Self {
        Self {
            version: VERSION,
            host: host.to_owned(),
            name: name.clone(),
            topology: topology.clone(),
        }
    }
}

impl Single for BridgeRecord {
    fn key(&self) -> Vec<u8> {
        keys::bridge(&self.host, &self.name)
    }
}

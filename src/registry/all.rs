//! What the store knows of all hosts that share it.

use super::Registry;
use super::found::Found;
use super::keys;
use super::port::PortRecord;
use super::record::decode;
use super::tunnel::{self, TunnelRecord};
use crate::error::Result;

/// The records of every host.
#[derive(Debug, Default)]
pub struct Everything {
    /// The attachments, and those that cannot be read.
    pub attachments: Found,
    /// The tunnels.
    pub tunnels: Vec<TunnelRecord>,
    /// The ports.
    pub ports: Vec<PortRecord>,
    /// What is wrong with tunnels and ports that cannot be read.
    pub broken: Vec<String>,
}

impl Registry<'_> {
    /// All attachments, tunnels and ports, of whichever host.
    ///
    /// # Errors
    /// If the store fails.
    pub fn everything(&self) -> Result<Everything> {
        let attachments = Found::of(&self.kv.prefix(&keys::all_attachments())?);
        let mut all = Everything {
            attachments,
            ..Everything::default()
        };
        for pair in self.kv.prefix(&keys::all_tunnels())? {
            match tunnel::read(&pair) {
                Ok(record) => all.tunnels.push(record),
                Err(error) => all.broken.push(error.to_string()),
            }
        }
        for pair in self.kv.prefix(&keys::all_ports())? {
            match decode::<PortRecord>(&pair.key, &pair.value) {
                Ok(record) => all.ports.push(record),
                Err(error) => all.broken.push(error.to_string()),
            }
        }
        Ok(all)
    }
}

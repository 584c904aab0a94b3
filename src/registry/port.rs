//! Interfaces of the host that are ports of its bridges, and what the bridges took of them.

use serde::{Deserialize, Serialize};

use super::keys;
use super::record::State;
use super::single::Single;
use crate::spec::{IfName, Mac, Sysctl};
use crate::sys::verbatim::{VerbatimAddress, VerbatimRoute};

/// An interface that netpipe made a port of a bridge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortRecord {
    /// The record's format.
    pub version: u32,
    /// The host.
    pub host: String,
    /// The bridge.
    pub bridge: IfName,
    /// The interface.
    pub nic: IfName,
    /// How far it has come.
    pub state: State,
    /// Whether it is being given back: a crash then leaves that to be finished.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub leaving: bool,
    /// Whether it is being made anew after a boot: a crash does not make that forgotten.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub restoring: bool,
    /// The boot it was made under.
    pub boot_id: String,
    /// The cookie of the host's namespace; zero if not known.
    #[serde(default)]
    pub host_cookie: u64,
    /// The interface's MAC.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub nic_mac: Option<Mac>,
    /// Whether the interface was up before.
    pub nic_up: bool,
    /// Whether it was a port of this bridge before.
    #[serde(default)]
    pub was_port: bool,
    /// What the bridge took of it, if it did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub moved: Option<Moved>,
}

/// What a bridge took of its port, and what it was before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The bridge's MAC before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bridge_mac: Option<Mac>,
    /// The bridge's MTU before, in bytes.
    pub bridge_mtu: u32,
    /// Whether the bridge was up before.
    pub bridge_up: bool,
    /// The interface's MTU in bytes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub nic_mtu: Option<u32>,
    /// The bridge's settings as the interface had them.
    #[serde(default)]
    pub settings: Vec<Sysctl>,
    /// The same settings as the bridge had them.
    #[serde(default)]
    pub saved: Vec<Sysctl>,
    /// The addresses, in the kernel's order.
    #[serde(default)]
    pub addresses: Vec<VerbatimAddress>,
    /// The addresses of fe80::/10 that both have.
    #[serde(default)]
    pub copied: Vec<VerbatimAddress>,
    /// The routes in the order in which they are made: those without a next hop first, for
    /// they make the others' next hops reachable, and of those alike the first one last, for
    /// each comes before those that are there.
    #[serde(default)]
    pub routes: Vec<VerbatimRoute>,
    /// The routes to subnets that the kernel makes with addresses.
    #[serde(default)]
    pub connected: Vec<VerbatimRoute>,
}

impl PortRecord {
    /// Whether it is done, and not being undone.
    pub fn is_active(&self) -> bool {
        self.state == State::Active && !self.leaving
    }

    /// The same, done.
    #[must_use]
    pub fn done(&self) -> Self {
        Self {
            state: State::Active,
            restoring: false,
            ..self.clone()
        }
    }

    /// The record that this one stands for until it is done: of a boot that is over.
    pub fn of_earlier_boot(&self) -> Option<Self> {
        (self.restoring && !self.leaving).then(|| Self {
            boot_id: String::new(),
            ..self.done()
        })
    }

    /// Whether it was made in another namespace of this boot: its links cannot be seen.
    pub fn is_elsewhere(&self, boot_id: &str, host_cookie: u64) -> bool {
        let known = self.host_cookie != 0 && host_cookie != 0;
        known && self.boot_id == boot_id && self.host_cookie != host_cookie
    }
}

impl Single for PortRecord {
    fn key(&self) -> Vec<u8> {
        keys::port(&self.host, &self.bridge, &self.nic)
    }
}

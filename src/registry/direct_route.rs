//! Routes of the host to the containers of others.

use std::net::IpAddr;

use ipnetwork::IpNetwork;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::keys;
use super::record::State;
use super::single::Single;
use crate::spec::{IfName, Sysctl};
use crate::sys::firewall::RouteRule;
use crate::sys::verbatim::VerbatimRoute;

/// A route to a subnet of containers on another host of the LAN.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectRouteRecord {
    /// The record's format.
    pub version: u32,
    /// The host.
    pub host: String,
    /// The subnet.
    pub subnet: IpNetwork,
    /// The other host.
    pub via: IpAddr,
    /// The interface it was reached by.
    pub dev: IfName,
    /// Whether the user named that interface.
    #[serde(default)]
    pub pinned: bool,
    /// The route's metric, if one was asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub metric: Option<u32>,
    /// How far it has come.
    pub state: State,
    /// Whether it is being removed: a crash then leaves that to be finished.
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
    /// Whether the route was there before, and stays.
    #[serde(default)]
    pub adopted: bool,
    /// The settings it needs, in the order in which they are written.
    #[serde(default, deserialize_with = "found")]
    pub settings: Vec<Sysctl>,
    /// What settings were before the first route, in the order in which they are put back.
    #[serde(default, deserialize_with = "found")]
    pub saved: Vec<Sysctl>,
    /// Whether firewall rules may be added for it.
    #[serde(default)]
    pub firewall: bool,
    /// The rules it needed.
    #[serde(default)]
    pub rules: Vec<RouteRule>,
}

/// The kernel's own values, which a user's grammar would refuse some of.
fn found<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<Sysctl>, D::Error> {
    let texts = Vec::<String>::deserialize(input)?;
    let all = texts.iter().map(|text| Sysctl::found(text));
    all.collect::<Result<_, _>>().map_err(D::Error::custom)
}

impl DirectRouteRecord {
    /// The route.
    pub fn route(&self) -> VerbatimRoute {
        VerbatimRoute::new(self.subnet, self.via, self.metric)
    }

    /// Whether it is done, and not being removed.
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

    /// Whether it was made in another namespace of this boot.
    pub fn is_elsewhere(&self, boot_id: &str, host_cookie: u64) -> bool {
        let known = self.host_cookie != 0 && host_cookie != 0;
        known && self.boot_id == boot_id && self.host_cookie != host_cookie
    }
}

impl Single for DirectRouteRecord {
    fn key(&self) -> Vec<u8> {
        keys::direct_route(&self.host, self.subnet)
    }
}

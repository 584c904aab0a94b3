//! What projects of Compose had made for them.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::record::{AddressRecord, State, encode};
use super::set_aside::Seen;
use super::single::Single;
use super::{Registry, keys, was_faster};
use crate::error::Result;
use crate::kv::{Compare, Op, Txn};
use crate::spec::{ComposeName, IfName, MARK, NetworkName, NetworkSpec, Wire};

/// The bridge that a service uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BridgeClaim {
    /// Its name.
    pub name: IfName,
    /// Whether it is one of Open vSwitch.
    #[serde(default)]
    pub ovs: bool,
    /// Whether it was made for the service.
    #[serde(default)]
    pub made: bool,
    /// Its index on the host, which no other link of this boot has; zero while it is not known.
    #[serde(default)]
    pub index: u32,
}

/// The network that a service uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkClaim {
    /// Its name.
    pub name: NetworkName,
    /// What it is: one that differs is another's.
    pub spec: NetworkSpec,
    /// Whether it was registered for the service.
    #[serde(default)]
    pub made: bool,
}

/// The tunnel that a service uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TunnelClaim {
    /// Its name.
    pub name: IfName,
    /// Whether it was made for the service.
    #[serde(default)]
    pub made: bool,
    /// What it is made with: one that differs is another's. None while it is not known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub wire: Option<Wire>,
}

/// What one service of a project asked for and got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposeRecord {
    /// The record's format.
    pub version: u32,
    /// The host's name.
    pub host: String,
    /// The project.
    pub project: ComposeName,
    /// The service.
    pub service: ComposeName,
    /// How far it has come: pending until all of it was there once.
    pub state: State,
    /// Whether its project is down, and what is left is in use by others.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub leaving: bool,
    /// The boot it was made under.
    pub boot_id: String,
    /// The cookie of the host's namespace; zero if not known.
    #[serde(default)]
    pub host_cookie: u64,
    /// What was asked for, `option=value`.
    #[serde(default)]
    pub asked: Vec<String>,
    /// The bridge.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bridge: Option<BridgeClaim>,
    /// The network.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub network: Option<NetworkClaim>,
    /// The tunnel.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tunnel: Option<TunnelClaim>,
}

impl Single for ComposeRecord {
    fn key(&self) -> Vec<u8> {
        keys::compose_service(&self.host, &self.project, &self.service)
    }
}

impl ComposeRecord {
    /// The word for how far it has come.
    pub fn state_word(&self) -> &'static str {
        match self.state {
            _ if self.leaving => "leaving",
            State::Pending => "pending",
            State::Active => "active",
        }
    }

    /// The service as people name it: `PROJECT/SERVICE`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.project, self.service)
    }

    /// The note of an address that is set aside for it, which tells whose it is: no other note
    /// may start with netpipe's mark.
    pub fn note(&self, label: Option<&str>) -> String {
        let name = self.name();
        match label {
            Some(label) => format!("{MARK}compose {}/{name} {label}", self.host),
            None => format!("{MARK}compose {}/{name}", self.host),
        }
    }

    /// The label in such a note; none if the address is another's. Of one that was left to an
    /// attachment the note still tells.
    pub fn label_in<'a>(&self, held: &'a AddressRecord) -> Option<Option<&'a str>> {
        let note = held.note.as_deref()?;
        match note.strip_prefix(&self.note(None))? {
            "" => Some(None),
            rest => rest.strip_prefix(' ').map(Some),
        }
    }
}

/// An address of a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressKey {
    /// The network.
    pub network: NetworkName,
    /// The address.
    pub ip: IpAddr,
}

impl AddressKey {
    /// An address of a network.
    pub fn new(network: &NetworkName, ip: IpAddr) -> Self {
        Self {
            network: network.clone(),
            ip,
        }
    }

    fn key(&self) -> Vec<u8> {
        keys::address(&self.network, self.ip)
    }
}

impl std::fmt::Display for AddressKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {}", self.ip, self.network)
    }
}

impl Registry<'_> {
    /// What projects of Compose have on this host, each record that cannot be read for itself.
    ///
    /// # Errors
    /// If the store fails.
    pub fn each_compose(&self) -> Result<Vec<Result<ComposeRecord>>> {
        self.singles(&keys::compose(self.host))
    }

    /// The addresses of a network that are set aside for a service, with their labels.
    ///
    /// # Errors
    /// If the store fails or holds what is no record.
    pub fn set_aside_for(
        &self,
        record: &ComposeRecord,
        network: &NetworkName,
    ) -> Result<Vec<(IpAddr, Option<String>)>> {
        let taken = self.taken(Some(network))?;
        let set_aside = taken.iter().filter(|(_, _, held)| held.is_set_aside());
        let own = set_aside.filter_map(|(_, ip, held)| {
            let label = record.label_in(held)?;
            Some((*ip, label.map(Into::into)))
        });
        Ok(own.collect())
    }

    /// Frees an address that is set aside for a service, and gives what it was. One that is in
    /// use is left to its owner, and freed with him.
    ///
    /// # Errors
    /// If the store fails.
    pub fn free_for(
        &self,
        record: &ComposeRecord,
        network: &NetworkName,
        ip: IpAddr,
    ) -> Result<Option<AddressRecord>> {
        let key = keys::address(network, ip);
        let own = |held: &AddressRecord| held.is_set_aside() && record.label_in(held).is_some();
        self.change_if(&key, own, Seen::given_up)
    }

    /// Replaces a record, sets addresses aside for it, each with its note, and frees others that
    /// it has, all or nothing. False if somebody was faster with one of them.
    ///
    /// # Errors
    /// If the record is not as the caller saw it, or the store fails.
    pub fn commit_compose(
        &self,
        (before, after): (&ComposeRecord, &ComposeRecord),
        new: &[(AddressKey, String)],
        free: &[AddressKey],
    ) -> Result<bool> {
        let mut compares = vec![Compare::value(before.key(), encode(before)?)];
        let mut ops = vec![Op::put(after.key(), encode(after)?)];
        for (address, note) in new {
            let key = address.key();
            let mut held = AddressRecord::set_aside(Some(note.clone()));
            // One of its own gets another note, whoever uses it.
            compares.push(match self.own(after, &key)? {
                Some(seen) => {
                    if let Some(owner) = &seen.held.owner {
                        held = held.lent_to(owner);
                    }
                    seen.unchanged()
                }
                None => Compare::missing(key.clone()),
            });
            ops.push(Op::put(key, encode(&held)?));
        }
        for address in free {
            if let Some(seen) = self.own(after, &address.key())? {
                compares.push(seen.unchanged());
                ops.push(seen.given_up()?);
            }
        }
        if self.kv.txn(&Txn::when(compares).then(ops))?.succeeded {
            return Ok(true);
        }
        match self.single(&before.key())?.as_ref() == Some(before) {
            true => Ok(false),
            false => Err(was_faster()),
        }
    }

    /// An address that is or was set aside for a record.
    fn own(&self, record: &ComposeRecord, key: &[u8]) -> Result<Option<Seen>> {
        let seen = self.seen(key)?;
        Ok(seen.filter(|seen| record.label_in(&seen.held).is_some()))
    }

    /// Who has an address.
    ///
    /// # Errors
    /// If the store fails or holds what is no record.
    pub fn holder(&self, network: &NetworkName, ip: IpAddr) -> Result<Option<AddressRecord>> {
        let seen = self.seen(&keys::address(network, ip))?;
        Ok(seen.map(|seen| seen.held))
    }
}

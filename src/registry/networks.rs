//! Networks, and the addresses taken in them.

use std::net::IpAddr;

use super::record::{AddressRecord, NetworkRecord, Owner, VERSION, decode, encode};
use super::release::held;
use super::set_aside::Seen;
use super::{Registry, Taken, keys};
use crate::error::{Error, Result};
use crate::kv::{Compare, Op, Txn};
use crate::spec::{NetworkName, NetworkSpec, TopologyName};

impl Registry<'_> {
    /// The addresses taken in one network, or in all, each with its record.
    ///
    /// # Errors
    /// If the store fails or holds what is no record.
    pub fn taken(
        &self,
        network: Option<&NetworkName>,
    ) -> Result<Vec<(NetworkName, IpAddr, AddressRecord)>> {
        self.each_taken(network)?.into_iter().collect()
    }

    /// The same with each record that cannot be read for itself.
    ///
    /// # Errors
    /// If the store fails.
    pub fn each_taken(
        &self,
        network: Option<&NetworkName>,
    ) -> Result<Vec<Result<(NetworkName, IpAddr, AddressRecord)>>> {
        let prefix = network.map_or_else(keys::all_addresses, keys::addresses);
        let pairs = self.kv.prefix(&prefix)?;
        let named = pairs
            .iter()
            .filter_map(|pair| Some((pair, keys::parse_address(&pair.key)?)));
        Ok(named
            .map(|(pair, (network, ip))| Ok((network, ip, decode(&pair.key, &pair.value)?)))
            .collect())
    }

    /// Whether somebody has the address.
    ///
    /// # Errors
    /// If the store does not answer.
    pub fn is_taken(&self, network: &NetworkName, ip: IpAddr) -> Result<bool> {
        Ok(self.kv.get(&keys::address(network, ip))?.is_some())
    }

    /// Sets an address aside; whether it was free.
    ///
    /// # Errors
    /// If the store fails.
    pub fn set_aside(&self, network: &NetworkName, ip: IpAddr, note: Option<&str>) -> Result<bool> {
        let key = keys::address(network, ip);
        let held = AddressRecord::set_aside(note.map(Into::into));
        let txn = Txn::when([Compare::missing(key.clone())]).then([Op::put(key, encode(&held)?)]);
        Ok(self.kv.txn(&txn)?.succeeded)
    }

    /// Frees an address that was set aside; whether it was. One that is in use is left to its
    /// owner, and freed with him.
    ///
    /// # Errors
    /// [`Taken`] as the inner error if an attachment has it.
    pub fn free_set_aside(&self, network: &NetworkName, ip: IpAddr) -> Result<Result<bool, Taken>> {
        let key = keys::address(network, ip);
        let freed = self.change_if(&key, AddressRecord::is_set_aside, Seen::given_up)?;
        if freed.is_some() {
            return Ok(Ok(true));
        }
        Ok(match self.holder(network, ip)? {
            None => Ok(false),
            Some(held) => Err(Taken {
                network: network.clone(),
                ip,
                held,
            }),
        })
    }

    /// Frees an address whose attachment is gone; for `gc`.
    ///
    /// # Errors
    /// If the store fails.
    pub fn free_orphan(&self, network: &NetworkName, ip: IpAddr, owner: &Owner) -> Result<bool> {
        let key = keys::address(network, ip);
        // What a replacement has not replaced yet keeps its addresses.
        let still = self
            .attachment(owner)?
            .is_some_and(|record| held(&record).contains(&key));
        if still {
            return Ok(false);
        }
        self.free_of(&key, owner)
    }

    /// All registered networks by name.
    ///
    /// # Errors
    /// If the store fails or holds what is no record.
    pub fn networks(&self) -> Result<Vec<(NetworkName, NetworkSpec)>> {
        let all = self.network_records()?.into_iter();
        Ok(all.map(|(name, record)| (name, record.spec)).collect())
    }

    /// The same with all that is recorded of each.
    ///
    /// # Errors
    /// As [`Registry::networks`].
    pub fn network_records(&self) -> Result<Vec<(NetworkName, NetworkRecord)>> {
        let prefix = keys::networks();
        let pairs = self.kv.prefix(&prefix)?;
        pairs
            .iter()
            .filter_map(|pair| {
                let name = std::str::from_utf8(pair.key.get(prefix.len()..)?)
                    .ok()?
                    .parse()
                    .ok()?;
                Some((name, pair))
            })
            .map(|(name, pair)| Ok((name, decode(&pair.key, &pair.value)?)))
            .collect()
    }

    /// One registered network.
    ///
    /// # Errors
    /// If the store fails or holds what is no record.
    pub fn network(&self, name: &NetworkName) -> Result<Option<NetworkSpec>> {
        let pair = self.kv.get(&keys::network(name))?;
        let record = pair
            .map(|pair| decode::<NetworkRecord>(&pair.key, &pair.value))
            .transpose()?;
        Ok(record.map(|record| record.spec))
    }

    /// Registers a network, for a topology or by hand; whether the name was free.
    ///
    /// # Errors
    /// If the store fails.
    pub fn add_network(
        &self,
        name: &NetworkName,
        spec: &NetworkSpec,
        topology: Option<&TopologyName>,
    ) -> Result<bool> {
        let key = keys::network(name);
        let record = NetworkRecord {
            version: VERSION,
            spec: spec.clone(),
            topology: topology.cloned(),
        };
        let txn = Txn::when([Compare::missing(key.clone())]).then([Op::put(key, encode(&record)?)]);
        Ok(self.kv.txn(&txn)?.succeeded)
    }

    /// Registers a network anew, if it is still as the caller saw it and all its addresses
    /// that are taken are in the new subnets.
    ///
    /// # Errors
    /// A conflict while addresses of other subnets are taken; failed if another process was
    /// faster, or the store fails.
    pub fn change_network(
        &self,
        name: &NetworkName,
        before: &NetworkRecord,
        after: &NetworkRecord,
    ) -> Result<()> {
        let outside = self.taken(Some(name))?.into_iter().find(|(_, ip, _)| {
            let mut subnets = after.spec.subnets.iter();
            !subnets.any(|subnet| subnet.contains(*ip))
        });
        if let Some((_, ip, _)) = outside {
            return Err(Error::conflict(format!(
                "{ip} is taken, and would be in no subnet of network `{name}`"
            ))
            .hint(format!("see `netpipe ip list {name}`; detach what has it")));
        }
        let key = keys::network(name);
        let there = Compare::value(key.clone(), encode(before)?);
        let txn = Txn::when([there]).then([Op::put(key, encode(after)?)]);
        let done = self.kv.txn(&txn)?.succeeded;
        done.then_some(()).ok_or_else(super::was_faster)
    }

    /// Forgets a network that has no addresses taken; whether it was registered.
    ///
    /// # Errors
    /// A conflict while addresses are taken.
    pub fn del_network(&self, name: &NetworkName) -> Result<bool> {
        let addresses = keys::addresses(name);
        let none_taken =
            Compare::missing(addresses.clone()).over(crate::kv::prefix_end(&addresses));
        let txn = Txn::when([none_taken]).then([Op::delete(keys::network(name))]);
        let known = self.network(name)?.is_some();
        if self.kv.txn(&txn)?.succeeded {
            return Ok(known);
        }
        let taken = self.taken(Some(name))?.len();
        Err(Error::conflict(format!(
            "network `{name}` still has {taken} addresses taken"
        ))
        .hint(format!(
            "see `netpipe ip list {name}`; detach what has them"
        )))
    }
}

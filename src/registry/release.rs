//! Giving back what an attachment holds.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::record::{AddressRecord, AttachmentRecord, Owner, decode, encode};
use super::set_aside::Seen;
use super::{Registry, TRIES, keys, was_faster};
use crate::error::Result;
use crate::kv::{Compare, Op, Txn};

/// How many addresses one transaction frees: etcd allows 128 operations, and three more go
/// for the record and its entries in the indices.
const MOST: usize = 125;

/// The keys of an attachment's addresses and of what it replaces, each once.
pub(super) fn held(record: &AttachmentRecord) -> BTreeSet<Vec<u8>> {
    let ips = record.all_addresses().map(ipnetwork::IpNetwork::ip);
    let network = record.network.as_ref();
    let own = ips.filter_map(|ip| Some(keys::address(network?, ip)));
    let before = record.replaces.iter().flat_map(|before| held(before));
    own.chain(before).collect()
}

impl Registry<'_> {
    /// Marks attachments as being taken down, all of them or none in each transaction, and
    /// gives them as they are then; those that are gone are left out. The mark need not
    /// survive a power cut, which takes the links along.
    ///
    /// # Errors
    /// If the store fails.
    pub fn mark_detaching(&self, owners: &[&Owner]) -> Result<Vec<AttachmentRecord>> {
        let mut marked = Vec::with_capacity(owners.len());
        for owners in owners.chunks(MOST) {
            marked.extend(self.mark_chunk(owners)?);
        }
        Ok(marked)
    }

    fn mark_chunk(&self, owners: &[&Owner]) -> Result<Vec<AttachmentRecord>> {
        for _ in 0..TRIES {
            let mut marked = Vec::with_capacity(owners.len());
            let (mut compares, mut ops) = (Vec::new(), Vec::new());
            for owner in owners {
                let Some(pair) = self.kv.get(&keys::attachment(owner))? else {
                    continue;
                };
                let mut record: AttachmentRecord = decode(&pair.key, &pair.value)?;
                if !record.detaching {
                    record.detaching = true;
                    compares.push(Compare::mod_revision(pair.key.clone(), pair.mod_revision));
                    ops.push(Op::put(pair.key, encode(&record)?));
                }
                marked.push(record);
            }
            if ops.is_empty() || self.kv.txn_later(&Txn::when(compares).then(ops))?.succeeded {
                return Ok(marked);
            }
        }
        Err(was_faster())
    }

    /// Forgets an attachment and frees those of its addresses it still owns, in one
    /// transaction: a record without its addresses would claim what others may have by
    /// now. A record that is gone already is success.
    ///
    /// # Errors
    /// If the store fails.
    pub fn release(&self, record: &AttachmentRecord) -> Result<()> {
        let keys = held(record);
        for _ in 0..TRIES {
            let mut owned = self.owned(&keys, &record.owner)?;
            // More than one transaction takes: the record stays until the last of them.
            let last = owned.len() <= MOST;
            owned.truncate(MOST);
            let txn = Txn::when(owned.iter().map(Seen::unchanged));
            let back = owned.into_iter().map(Seen::given_back);
            let mut ops: Vec<Op> = back.collect::<Result<_>>()?;
            if last {
                ops.push(Op::delete(keys::attachment(&record.owner)));
                ops.push(Op::delete(keys::user(&record.owner, record.uplink())));
                if let Some((key, _)) = self.peer_entry(record)? {
                    ops.push(Op::delete(key));
                }
            }
            if self.kv.txn(&txn.then(ops))?.succeeded && last {
                return Ok(());
            }
        }
        Err(was_faster())
    }

    /// Those of the addresses that an attachment owns.
    fn owned(&self, keys: &BTreeSet<Vec<u8>>, owner: &Owner) -> Result<Vec<Seen>> {
        let mut owned = Vec::with_capacity(keys.len());
        for key in keys {
            let seen = self.seen(key)?;
            owned.extend(seen.filter(|seen| seen.held.owner.as_ref() == Some(owner)));
        }
        Ok(owned)
    }

    /// What gives back the addresses that go with what the record replaces, as many as one
    /// transaction takes; `gc` frees the rest.
    pub(super) fn superseded(&self, record: &AttachmentRecord) -> Result<Vec<(Compare, Op)>> {
        let Some(before) = &record.replaces else {
            return Ok(Vec::new());
        };
        let mut kept = record.clone();
        kept.replaces = None;
        let gone = &held(before) - &held(&kept);
        let mut owned = self.owned(&gone, &record.owner)?;
        owned.truncate(MOST - 2);
        let back = owned
            .into_iter()
            .map(|seen| Ok((seen.unchanged(), seen.given_back()?)));
        let mut changes: Vec<_> = back.collect::<Result<_>>()?;
        if before.peer.is_some() && super::wires::key(before) != super::wires::key(record) {
            let entry = self.peer_entry(before)?;
            changes.extend(entry.map(|(key, revision)| {
                (
                    Compare::mod_revision(key.clone(), revision),
                    Op::delete(key),
                )
            }));
        }
        Ok(changes)
    }

    /// The recorded addresses that the attachment does not own, as it should: nobody has
    /// them, or somebody else.
    ///
    /// # Errors
    /// If the store fails.
    pub fn lost(&self, record: &AttachmentRecord) -> Result<Vec<IpAddr>> {
        let Some(network) = &record.network else {
            return Ok(Vec::new());
        };
        let owned = self.owned(&held(record), &record.owner)?;
        let ips = record.all_addresses().map(ipnetwork::IpNetwork::ip);
        Ok(ips
            .filter(|ip| {
                let key = keys::address(network, *ip);
                owned.iter().all(|seen| seen.key != key)
            })
            .collect())
    }

    /// Frees addresses of an attachment, each only if the attachment owns it.
    ///
    /// # Errors
    /// If the store fails.
    pub fn free(
        &self,
        record: &AttachmentRecord,
        addresses: &[ipnetwork::IpNetwork],
    ) -> Result<()> {
        let Some(network) = &record.network else {
            return Ok(());
        };
        for address in addresses {
            let key = keys::address(network, address.ip());
            self.free_of(&key, &record.owner)?;
        }
        Ok(())
    }

    /// Takes its owner from an address if that is the one; whether it was.
    pub(super) fn free_of(&self, key: &[u8], owner: &Owner) -> Result<bool> {
        let mine = |held: &AddressRecord| held.owner.as_ref() == Some(owner);
        Ok(self.change_if(key, mine, Seen::given_back)?.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::{AttachmentRecord, Registry};
    use crate::kv::{Kv, LocalKv};
    use crate::registry::record::decode;

    fn record(addresses: usize) -> AttachmentRecord {
        let addresses: Vec<String> = (0..addresses)
            .map(|n| format!("10.0.{}.{}/16", n / 256, n % 256))
            .collect();
        let value = serde_json::json!({
            "version": 1, "host": "h", "target": "netns:blue", "ifname": "eth1",
            "state": "active", "boot_id": "b", "netns_cookie": 1, "kind": "bridge",
            "link": "br0", "host_ifname": "np1", "host_mac": "02:00:00:00:00:01",
            "mac": "02:00:00:00:00:02", "mtu": 1500, "network": "br0",
            "addresses": addresses,
        });
        decode(b"k", value.to_string().as_bytes()).unwrap()
    }

    fn revision(kv: &LocalKv) -> i64 {
        kv.range(&crate::kv::RangeRequest::key(b"none".to_vec()))
            .unwrap()
            .revision
    }

    #[test]
    fn a_release_is_one_change_of_the_store() {
        let dir = tempfile::tempdir().unwrap();
        let kv = LocalKv::open(dir.path()).unwrap();
        let registry = Registry::new(&kv, "h");
        let record = record(5);
        assert!(registry.reserve_all(&[&record]).unwrap());
        let before = revision(&kv);
        registry.release(&record).unwrap();
        assert_eq!(revision(&kv), before + 1);
        assert!(kv.prefix(b"").unwrap().is_empty());
    }

    #[test]
    fn what_a_replacement_has_not_replaced_yet_is_no_orphan() {
        let dir = tempfile::tempdir().unwrap();
        let kv = LocalKv::open(dir.path()).unwrap();
        let registry = Registry::new(&kv, "h");
        let before = record(2);
        assert!(registry.reserve_all(&[&before]).unwrap());
        let mut after = record(1);
        after.replaces = Some(Box::new(before.clone()));
        registry
            .reserve(&after, Some(&before), &[])
            .unwrap()
            .unwrap();
        let network = before.network.as_ref().unwrap();
        let freed = |nth: usize| {
            let ip = before.addresses[nth].ip();
            registry.free_orphan(network, ip, &before.owner).unwrap()
        };
        assert!(!freed(0) && !freed(1));
        after.replaces = None;
        kv.put(
            &crate::registry::keys::attachment(&after.owner),
            &crate::registry::record::encode(&after).unwrap(),
        )
        .unwrap();
        assert!(!freed(0) && freed(1));
    }

    #[test]
    fn the_record_outlives_the_addresses_that_take_several_changes() {
        let dir = tempfile::tempdir().unwrap();
        let kv = LocalKv::open(dir.path()).unwrap();
        let registry = Registry::new(&kv, "h");
        let mut all = record(200);
        let first = record(100);
        assert!(registry.reserve_all(&[&first]).unwrap());
        let fresh: Vec<_> = all.addresses[100..].iter().map(|ip| ip.ip()).collect();
        registry
            .reserve(&all, Some(&first), &fresh)
            .unwrap()
            .unwrap();
        registry.release(&all).unwrap();
        assert!(kv.prefix(b"").unwrap().is_empty());
        all.addresses.truncate(1);
        assert_eq!(registry.lost(&all).unwrap().len(), 1);
    }
}

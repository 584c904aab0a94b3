//! The index from the far ends of wires to the attachments that own them.

use super::record::{AddressRecord, AttachmentRecord, Owner, decode, encode};
use super::{Registry, keys};
use crate::error::Result;
use crate::kv::{Op, Revision};
use crate::spec::{IfName, Target};

/// The key of a record's far end, if it is a wire.
pub(super) fn key(record: &AttachmentRecord) -> Option<Vec<u8>> {
    let peer = record.peer.as_ref()?;
    Some(keys::peer(&record.owner.host, &peer.target, &peer.ifname))
}

/// What brings the index from one state of a record to another.
pub(super) fn moved(
    before: Option<&AttachmentRecord>,
    after: &AttachmentRecord,
) -> Result<Vec<Op>> {
    let (old, new) = (before.and_then(key), key(after));
    let mut ops = Vec::new();
    if let Some(new) = &new {
        let held = AddressRecord::owned_by(&after.owner);
        ops.push(Op::put(new.clone(), encode(&held)?));
    }
    ops.extend(old.filter(|old| Some(old) != new.as_ref()).map(Op::delete));
    Ok(ops)
}

impl Registry<'_> {
    /// The attachments whose far ends are in a target, each with the far end's name.
    ///
    /// # Errors
    /// If the store fails or holds what is no entry of the index.
    pub fn wires_to(&self, target: &Target) -> Result<Vec<(IfName, Owner)>> {
        let prefix = keys::peers(self.host, target);
        let mut found = Vec::new();
        for pair in self.kv.prefix(&prefix)? {
            let entry: AddressRecord = decode(&pair.key, &pair.value)?;
            let name = String::from_utf8_lossy(&pair.key[prefix.len()..]).parse()?;
            found.extend(entry.owner.map(|owner| (name, owner)));
        }
        Ok(found)
    }

    /// The attachments themselves. One that cannot be read is its own target's to tell of.
    ///
    /// # Errors
    /// If the store fails.
    pub fn wired_to(&self, target: &Target) -> Result<Vec<AttachmentRecord>> {
        let mut records = Vec::new();
        for (_, owner) in self.wires_to(target)? {
            records.extend(self.attachment(&owner).ok().flatten());
        }
        Ok(records)
    }

    /// The entry of a record's far end, with its revision, if that is still this record's.
    pub(super) fn peer_entry(
        &self,
        record: &AttachmentRecord,
    ) -> Result<Option<(Vec<u8>, Revision)>> {
        let Some(key) = key(record) else {
            return Ok(None);
        };
        let Some(pair) = self.kv.get(&key)? else {
            return Ok(None);
        };
        let entry: AddressRecord = decode(&pair.key, &pair.value)?;
        let own = entry.owner.as_ref() == Some(&record.owner);
        Ok(own.then_some((key, pair.mod_revision)))
    }
}

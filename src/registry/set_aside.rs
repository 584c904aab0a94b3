//! Addresses that are set aside, and lent to attachments that may use them.
//!
//! The address has one record all the time. While an attachment uses it, the record has both:
//! the owner, and that it is set aside (`reserved`) with the note why. When the owner goes, only
//! the owner is taken out. When the reservation goes first, only that is, and the address is
//! freed with its owner.

use std::net::IpAddr;

use super::record::{AddressRecord, AttachmentRecord, Owner, VERSION, decode, encode};
use super::{Registry, TRIES, was_faster};
use crate::error::Result;
use crate::kv::{Compare, Op, Revision, Txn};

impl AddressRecord {
    /// An address that is set aside.
    pub fn set_aside(note: Option<String>) -> Self {
        Self {
            version: VERSION,
            owner: None,
            reserved: false,
            note,
        }
    }

    /// An address that an attachment has.
    pub fn owned_by(owner: &Owner) -> Self {
        Self {
            owner: Some(owner.clone()),
            ..Self::set_aside(None)
        }
    }

    /// Whether it is set aside, in use or not.
    pub fn is_set_aside(&self) -> bool {
        self.owner.is_none() || self.reserved
    }

    /// The same in the hands of an attachment.
    #[must_use]
    pub fn lent_to(mut self, owner: &Owner) -> Self {
        self.owner = Some(owner.clone());
        self.reserved = true;
        self
    }

    /// What is left of it when its owner goes.
    fn without_owner(self) -> Option<Self> {
        let left = Self {
            owner: None,
            reserved: false,
            ..self
        };
        self.reserved.then_some(left)
    }

    /// What is left of it when it is no longer set aside: an owner keeps it. The note stays with
    /// him, so that who had it set aside finds it again.
    fn without_reservation(self) -> Option<Self> {
        let left = Self {
            reserved: false,
            ..self
        };
        left.owner.is_some().then_some(left)
    }
}

/// An address record as it was read.
pub(super) struct Seen {
    /// Its key.
    pub key: Vec<u8>,
    /// Its revision.
    pub revision: Revision,
    /// What it says.
    pub held: AddressRecord,
}

impl Seen {
    /// That nobody has changed it since.
    pub fn unchanged(&self) -> Compare {
        Compare::mod_revision(self.key.clone(), self.revision)
    }

    /// What takes the owner out of it.
    pub fn given_back(self) -> Result<Op> {
        becoming(self.key, self.held.without_owner())
    }

    /// What ends the reservation.
    pub fn given_up(self) -> Result<Op> {
        becoming(self.key, self.held.without_reservation())
    }
}

fn becoming(key: Vec<u8>, left: Option<AddressRecord>) -> Result<Op> {
    Ok(match left {
        Some(left) => Op::put(key, encode(&left)?),
        None => Op::delete(key),
    })
}

impl Registry<'_> {
    /// An address record, with its revision.
    pub(super) fn seen(&self, key: &[u8]) -> Result<Option<Seen>> {
        let pair = self.kv.get(key)?;
        let seen = pair.map(|pair| {
            Ok(Seen {
                held: decode(&pair.key, &pair.value)?,
                revision: pair.mod_revision,
                key: pair.key,
            })
        });
        seen.transpose()
    }

    /// The reservation of an address that an attachment may use, if it is set aside.
    pub(super) fn lendable(
        &self,
        record: &AttachmentRecord,
        ip: IpAddr,
        key: &[u8],
    ) -> Result<Option<Seen>> {
        if !record.reserved.contains(&ip) {
            return Ok(None);
        }
        Ok(self.seen(key)?.filter(|seen| seen.held.owner.is_none()))
    }

    /// Changes an address record to what `change` makes of it, if `mine` says so of the one that
    /// is there; gives what it was. Between look and change nobody else can change it.
    pub(super) fn change_if(
        &self,
        key: &[u8],
        mine: impl Fn(&AddressRecord) -> bool,
        change: impl Fn(Seen) -> Result<Op>,
    ) -> Result<Option<AddressRecord>> {
        for _ in 0..TRIES {
            let Some(seen) = self.seen(key)?.filter(|seen| mine(&seen.held)) else {
                return Ok(None);
            };
            let was = seen.held.clone();
            let txn = Txn::when([seen.unchanged()]).then([change(seen)?]);
            if self.kv.txn(&txn)?.succeeded {
                return Ok(Some(was));
            }
        }
        Err(was_faster())
    }
}

//! Who has which address, and what is plugged in where: records in the store, changed
//! by compare-and-swap alone.

pub mod all;
pub mod bridge;
pub mod compose;
pub mod direct_route;
pub mod ends;
pub mod found;
pub mod keys;
pub mod lease;
mod networks;
pub mod on_card;
pub mod pool;
pub mod port;
pub mod record;
mod release;
mod set_aside;
pub mod single;
pub mod tunnel;
mod wires;

use std::net::IpAddr;

use crate::error::{Error, Result};
use crate::kv::store::MAX_TXN_OPS;
use crate::kv::{Compare, KeyValue, Kv, Op, RangeRequest, Txn};
use crate::spec::{IfName, MARK, NetworkName, Target};

use record::{AddressRecord, AttachmentRecord, Owner, State, decode, encode};

/// How often a change is tried again when another process was faster.
const TRIES: u32 = 64;

/// The registry of one host, on any store.
#[derive(Clone, Copy)]
pub struct Registry<'a> {
    kv: &'a dyn Kv,
    host: &'a str,
}

/// An address somebody else has.
#[derive(Debug)]
pub struct Taken {
    /// The network.
    pub network: NetworkName,
    /// The address.
    pub ip: IpAddr,
    /// Who has it, or why nobody may.
    pub held: AddressRecord,
}

/// For which service of Compose an address is set aside, by its note.
fn service_of(note: Option<&str>) -> Option<&str> {
    let of = note?.strip_prefix(MARK)?.strip_prefix("compose ")?;
    of.split(' ').next()
}

impl From<Taken> for Error {
    fn from(taken: Taken) -> Self {
        let Taken { network, ip, held } = taken;
        let service = service_of(held.note.as_deref());
        let (holder, hint) = match (&held.owner, service) {
            (Some(owner), _) => (
                format!(
                    "belongs to `{}` on `{}` of host `{}`",
                    owner.ifname, owner.target, owner.host
                ),
                format!(
                    "give another address, or free it: netpipe detach {} {}",
                    owner.target, owner.ifname
                ),
            ),
            (None, Some(service)) => (
                format!("is set aside for the service `{service}` of Compose"),
                "give another address, or take the service down: docker compose down".to_owned(),
            ),
            (None, None) => (
                "was set aside with `netpipe ip reserve`".to_owned(),
                format!("give another address, or free it: netpipe ip release {network} {ip}"),
            ),
        };
        Self::conflict(format!("address {ip} of network `{network}` {holder}")).hint(hint)
    }
}

fn was_faster() -> Error {
    Error::failed("other processes keep changing the same records").hint("try again")
}

/// The change from one record to another, if the first is there.
fn replacement(before: &AttachmentRecord, after: &AttachmentRecord) -> Result<Txn> {
    let key = keys::attachment(&after.owner);
    let there = Compare::value(key.clone(), encode(before)?);
    let mut ops = vec![Op::put(key, encode(after)?)];
    if before.uplink() != after.uplink() {
        ops.push(Op::delete(keys::user(&before.owner, before.uplink())));
        ops.push(Op::put(
            keys::user(&after.owner, after.uplink()),
            Vec::new(),
        ));
    }
    if before.peer != after.peer {
        ops.extend(wires::moved(Some(before), after)?);
    }
    Ok(Txn::when([there]).then(ops))
}

/// How many operations of a transaction a reservation takes, of the 128 that etcd allows.
pub fn reservation_size(record: &AttachmentRecord) -> usize {
    2 + record.all_addresses().count() + usize::from(record.peer.is_some())
}

fn activated(record: &AttachmentRecord) -> AttachmentRecord {
    let mut active = record.clone();
    active.state = State::Active;
    active.adding.clear();
    active.leasing.adding.clear();
    active.restoring = false;
    active.detaching = false;
    active.replaces = None;
    active
}

impl<'a> Registry<'a> {
    /// The registry of the host of that name.
    pub fn new(kv: &'a dyn Kv, host: &'a str) -> Self {
        Self { kv, host }
    }

    /// What must hold for a reservation, and what it writes.
    fn reservation(
        &self,
        record: &AttachmentRecord,
        known: Option<&AttachmentRecord>,
        fresh: &[IpAddr],
    ) -> Result<(Vec<Compare>, Vec<Op>)> {
        let key = keys::attachment(&record.owner);
        let mut compares = vec![match known {
            None => Compare::missing(key.clone()),
            Some(known) => Compare::value(key.clone(), encode(known)?),
        }];
        let mut ops = vec![
            Op::put(key, encode(record)?),
            Op::put(keys::user(&record.owner, record.uplink()), Vec::new()),
        ];
        if let Some(known) = known.filter(|known| known.uplink() != record.uplink()) {
            ops.push(Op::delete(keys::user(&known.owner, known.uplink())));
        }
        ops.extend(wires::moved(known, record)?);
        let Some(network) = &record.network else {
            return Ok((compares, ops));
        };
        let owned = encode(&AddressRecord::owned_by(&record.owner))?;
        for ip in fresh {
            let key = keys::address(network, *ip);
            let (as_seen, value) = match self.lendable(record, *ip, &key)? {
                Some(seen) => (seen.unchanged(), encode(&seen.held.lent_to(&record.owner))?),
                None => (Compare::missing(key.clone()), owned.clone()),
            };
            compares.push(as_seen);
            ops.push(Op::put(key, value));
        }
        Ok((compares, ops))
    }

    fn read<T: for<'de> serde::Deserialize<'de>>(pairs: &[KeyValue]) -> Result<Vec<T>> {
        pairs
            .iter()
            .map(|pair| decode(&pair.key, &pair.value))
            .collect()
    }

    /// The attachments of one target of this host, for an operation that has to know all of
    /// them; [`Registry::all_of_target`] is for the others.
    ///
    /// # Errors
    /// If the store fails or holds what is no record.
    pub fn of_target(&self, target: &Target) -> Result<Vec<AttachmentRecord>> {
        Self::read(&self.kv.prefix(&keys::of_target(self.host, target))?)
    }

    /// One attachment.
    ///
    /// # Errors
    /// As for [`Registry::of_target`].
    pub fn attachment(&self, owner: &Owner) -> Result<Option<AttachmentRecord>> {
        let key = keys::attachment(owner);
        self.kv
            .get(&key)?
            .map(|pair| decode(&pair.key, &pair.value))
            .transpose()
    }

    /// Whether any attachment of this host uses a link.
    ///
    /// # Errors
    /// If the store fails.
    pub fn link_is_used(&self, link: &IfName) -> Result<bool> {
        let request = RangeRequest::prefix(keys::users(self.host, link)).limit(1);
        Ok(!self.kv.range(&request)?.kvs.is_empty())
    }

    /// Whose attachments on this host use a link.
    ///
    /// # Errors
    /// If the store fails.
    pub fn owners_using(&self, link: &IfName) -> Result<Vec<Owner>> {
        let pairs = self.kv.prefix(&keys::users(self.host, link))?;
        let owners = pairs.iter().filter_map(|pair| keys::parse_user(&pair.key));
        Ok(owners.collect())
    }

    /// Whether any attachment of any host in this store uses a link of that name: hosts may
    /// share a namespace.
    ///
    /// # Errors
    /// If the store fails.
    pub fn link_is_used_anywhere(&self, link: &IfName) -> Result<bool> {
        let all = self.kv.prefix(&keys::all_users())?;
        Ok(all.iter().any(|pair| keys::is_user(&pair.key, link)))
    }

    /// Whether no attachment of any host in this store but these uses a link of that name.
    ///
    /// # Errors
    /// If the store fails.
    pub fn are_only_users_anywhere(&self, owners: &[&Owner], link: &IfName) -> Result<bool> {
        let own: Vec<_> = owners.iter().map(|owner| keys::user(owner, link)).collect();
        let all = self.kv.prefix(&keys::all_users())?;
        let mut users = all.iter().filter(|pair| keys::is_user(&pair.key, link));
        Ok(users.all(|pair| own.contains(&pair.key)))
    }

    /// Whether no attachment of this host but these uses the link.
    ///
    /// # Errors
    /// If the store fails.
    pub fn are_only_users(&self, owners: &[&Owner], link: &IfName) -> Result<bool> {
        let more = i64::try_from(owners.len() + 1).unwrap_or(i64::MAX);
        let request = RangeRequest::prefix(keys::users(self.host, link)).limit(more);
        let own: Vec<_> = owners.iter().map(|owner| keys::user(owner, link)).collect();
        let users = self.kv.range(&request)?.kvs;
        Ok(users.iter().all(|pair| own.contains(&pair.key)))
    }

    /// The attachments of this host that use a link. Those whose record cannot be read are
    /// left out.
    ///
    /// # Errors
    /// If the store fails.
    pub fn users_of(&self, link: &IfName) -> Result<Vec<AttachmentRecord>> {
        let owners = self.owners_using(link)?.into_iter();
        let records = owners.filter_map(|owner| self.attachment(&owner).ok().flatten());
        Ok(records.collect())
    }

    /// Writes a pending record and reserves the addresses in `fresh`, all or none.
    /// `known` is the record's state as the caller saw it: none for a new one.
    ///
    /// # Errors
    /// [`Taken`] as the inner error if an address has another owner; failed if the
    /// record is not as the caller saw it.
    pub fn reserve(
        &self,
        record: &AttachmentRecord,
        known: Option<&AttachmentRecord>,
        fresh: &[IpAddr],
    ) -> Result<Result<(), Taken>> {
        let (compares, ops) = self.reservation(record, known, fresh)?;
        if ops.len() > MAX_TXN_OPS {
            // Requests are bounded; only `auto` in a network of very many subnets gets here.
            return Err(Error::usage(format!(
                "{} addresses are more than can be reserved at once",
                fresh.len()
            ))
            .hint("give --subnet to choose from fewer of the network's subnets"));
        }
        if self.kv.txn(&Txn::when(compares).then(ops))?.succeeded {
            return Ok(Ok(()));
        }
        let Some(network) = &record.network else {
            return Err(was_faster());
        };
        for ip in fresh {
            if let Some(held) = self.holder(network, *ip)? {
                return Ok(Err(Taken {
                    network: network.clone(),
                    ip: *ip,
                    held,
                }));
            }
        }
        Err(was_faster())
    }

    /// Reserves many new attachments in one transaction, all or none; whether it did. The
    /// caller bounds their number: see [`reservation_size`].
    ///
    /// # Errors
    /// If the store fails.
    pub fn reserve_all(&self, records: &[&AttachmentRecord]) -> Result<bool> {
        let mut all = (Vec::new(), Vec::new());
        for record in records {
            let fresh: Vec<IpAddr> = record.addresses.iter().map(|ip| ip.ip()).collect();
            let (compares, ops) = self.reservation(record, None, &fresh)?;
            all.0.extend(compares);
            all.1.extend(ops);
        }
        Ok(self.kv.txn(&Txn::when(all.0).then(all.1))?.succeeded)
    }

    /// Marks many pending records as done, all or none, and gives them back.
    ///
    /// # Errors
    /// As for [`Registry::activate`].
    pub fn activate_all(&self, records: &[&AttachmentRecord]) -> Result<Vec<AttachmentRecord>> {
        let mut all = (Vec::new(), Vec::new());
        let mut done = Vec::with_capacity(records.len());
        for record in records {
            let active = activated(record);
            let key = keys::attachment(&record.owner);
            all.0.push(Compare::value(key.clone(), encode(*record)?));
            all.1.push(Op::put(key, encode(&active)?));
            done.push(active);
        }
        let answer = self.kv.txn_later(&Txn::when(all.0).then(all.1))?;
        answer.succeeded.then_some(done).ok_or_else(was_faster)
    }

    /// Replaces a record the caller has read.
    ///
    /// # Errors
    /// If it is not as the caller saw it, or the store fails.
    pub fn update(&self, before: &AttachmentRecord, after: &AttachmentRecord) -> Result<()> {
        if self.kv.txn(&replacement(before, after)?)?.succeeded {
            Ok(())
        } else {
            Err(was_faster())
        }
    }

    /// Marks a pending record as done and gives it back; what it replaces goes. The mark need not survive a power
    /// cut, which takes the attachment itself along; the reservation is on disk already.
    ///
    /// # Errors
    /// As for [`Registry::update`].
    pub fn activate(&self, record: &AttachmentRecord) -> Result<AttachmentRecord> {
        let active = activated(record);
        let mut txn = replacement(record, &active)?;
        for (as_seen, op) in self.superseded(record)? {
            txn.compares.push(as_seen);
            txn.success.push(op);
        }
        let done = self.kv.txn_later(&txn)?;
        done.succeeded.then_some(active).ok_or_else(was_faster)
    }
}

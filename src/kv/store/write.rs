//! Changes: transactions, and what begins and ends them.

use std::collections::HashSet;

use crate::kv::{
    DeleteRequest, DeleteResponse, KeyValue, KvError, Op, OpResponse, PutRequest, PutResponse,
    RangeRequest, Result, Revision, Txn, TxnResponse,
};

use super::Event;
use super::codec::{change_key, decode_record, encode_record, history_key, value_of};
use super::lease;
use super::paths::{Path, branch, choose};
use super::tables::{Meta, Tables};
use super::{UnixMillis, check, read};

pub(super) const PUT: u8 = 0;
pub(super) const DELETE: u8 = 1;

/// The state machine at work. Nothing it did lasts unless [`Writer::finish`] returns and its caller
/// keeps the changes of the tables: after an error they must be taken back, or what was half done
/// would be kept.
pub struct Writer<'t> {
    pub(super) tables: &'t mut Tables,
    pub(super) meta: Meta,
    /// The meta row as stored; `None` if it was never written.
    stored: Option<Meta>,
    pub(super) now: UnixMillis,
    /// The changes made so far in the revision under way.
    changes: u32,
    /// Whether rows that no revision counts were changed: leases, compacted history.
    pub(super) touched: bool,
    /// What happened so far, if somebody wants to know.
    events: Option<Vec<Event>>,
}

/// A row of `history`: the revision that ended a version, and its record.
struct Ended(Vec<u8>);

impl Ended {
    fn new(revision: Revision, record: &[u8]) -> Self {
        let mut row = Vec::with_capacity(8 + record.len());
        row.extend_from_slice(&revision.to_be_bytes());
        row.extend_from_slice(record);
        Self(row)
    }

    fn record(&self) -> &[u8] {
        self.0.get(8..).unwrap_or_default()
    }
}

impl<'t> Writer<'t> {
    /// Reads where the store stands, and revokes the leases that expired before `now`, each in a revision of
    /// its own, as etcd's leader does.
    ///
    /// # Errors
    /// A storage failure, or a store written by a newer netpipe.
    pub fn begin(tables: &'t mut Tables, now: UnixMillis) -> Result<Self> {
        let meta = Meta::load(&tables.meta)?;
        let stored = Some(meta).filter(|meta| *meta != Meta::EMPTY);
        let mut writer = Self {
            tables,
            meta,
            stored,
            now,
            changes: 0,
            touched: false,
            events: None,
        };
        for (_, id) in lease::expired(&writer.tables.leases, now)? {
            writer.lease_revoke(id)?;
        }
        Ok(writer)
    }

    /// Writes the meta row; returns whether there is anything to keep.
    pub fn finish(self) -> bool {
        if self.stored == Some(self.meta) || (self.stored.is_none() && self.meta == Meta::EMPTY) {
            return self.touched;
        }
        self.meta.save(&mut self.tables.meta);
        true
    }

    /// Keeps what happens from now on for [`Writer::take_events`].
    pub fn note_events(&mut self) {
        self.events = Some(Vec::new());
    }

    /// Returns what happened since [`Writer::note_events`].
    pub fn take_events(&mut self) -> Vec<Event> {
        self.events.take().unwrap_or_default()
    }

    /// Returns the revision of the last change.
    pub fn revision(&self) -> Revision {
        self.meta.revision
    }

    /// Runs a transaction; see [`crate::kv::Kv::txn`].
    ///
    /// # Errors
    /// As [`crate::kv::Kv::txn`]; nothing was changed if the error is not a storage failure.
    pub fn txn(&mut self, txn: &Txn) -> Result<TxnResponse> {
        check::txn(txn)?;
        let path = choose(self.tables, self.meta, txn)?;
        self.check_branch(txn, &path)?;
        let mut response = self.run(txn, &path)?;
        self.end_revision();
        response.revision = self.meta.revision;
        Ok(response)
    }

    /// Checks what the branch taken refers to, before any of it is done.
    fn check_branch(&self, txn: &Txn, path: &Path) -> Result<()> {
        let mut nested = path.nested.iter();
        for op in branch(txn, path.succeeded) {
            match op {
                Op::Put(put) => {
                    if put.lease != 0 && lease::find(&self.tables.leases, put.lease)?.is_none() {
                        return Err(KvError::LeaseNotFound);
                    }
                    if (put.ignore_value || put.ignore_lease) && self.find(&put.key)?.is_none() {
                        return Err(KvError::KeyNotFound);
                    }
                }
                Op::Range(range) => read::check(range, self.meta)?,
                Op::DeleteRange(_) => {}
                Op::Txn(txn) => {
                    if let Some(path) = nested.next() {
                        self.check_branch(txn, path)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn run(&mut self, txn: &Txn, path: &Path) -> Result<TxnResponse> {
        let mut nested = path.nested.iter();
        let mut responses = Vec::new();
        for op in branch(txn, path.succeeded) {
            responses.push(match op {
                Op::Put(put) => OpResponse::Put(self.put(put)?),
                Op::DeleteRange(delete) => OpResponse::Delete(self.delete_range(delete)?),
                Op::Range(range) => {
                    let now = Meta {
                        revision: self.visible_revision(),
                        ..self.meta
                    };
                    OpResponse::Range(read::range(self.tables, now, range, &HashSet::new())?)
                }
                Op::Txn(txn) => match nested.next() {
                    Some(path) => OpResponse::Txn(self.run(txn, path)?),
                    None => continue,
                },
            });
        }
        Ok(TxnResponse {
            revision: 0,
            succeeded: path.succeeded,
            responses,
        })
    }

    fn put(&mut self, put: &PutRequest) -> Result<PutResponse> {
        let revision = self.meta.revision + 1;
        let previous = self.tables.current.get(&put.key)?;
        let previous = previous.map(|row| Ended::new(revision, row.value()));
        let old = match &previous {
            Some(ended) => Some(decode_record(&[], ended.record(), false)?),
            None => None,
        };
        let old_lease = old.as_ref().map_or(0, |old| old.lease);
        let numbers = KeyValue {
            create_revision: old.as_ref().map_or(revision, |old| old.create_revision),
            mod_revision: revision,
            version: old.as_ref().map_or(0, |old| old.version) + 1,
            lease: if put.ignore_lease {
                old_lease
            } else {
                put.lease
            },
            ..KeyValue::default()
        };
        let value = match &previous {
            Some(ended) if put.ignore_value => value_of(ended.record()),
            _ => put.value.as_slice(),
        };
        let row = encode_record(&numbers, value);
        let wanted = put.prev_kv || self.events.is_some();
        let prev_kv = match &previous {
            Some(ended) if wanted => Some(decode_record(&put.key, ended.record(), true)?),
            _ => None,
        };
        if let Some(events) = &mut self.events {
            let kv = decode_record(&put.key, &row, true)?;
            events.push(Event::put(kv, prev_kv.clone()));
        }
        self.tables.current.insert(&put.key, row);
        self.tables.attach(&put.key, old_lease, numbers.lease);
        let ended = previous.zip(old).map(|(row, old)| (old.mod_revision, row));
        self.note_change(PUT, &put.key, ended);
        Ok(PutResponse {
            revision,
            prev_kv: prev_kv.filter(|_| put.prev_kv),
        })
    }

    fn delete_range(&mut self, delete: &DeleteRequest) -> Result<DeleteResponse> {
        let request = RangeRequest::range(delete.key.clone(), delete.range_end.clone());
        let found = read::range(self.tables, self.meta, &request, &HashSet::new())?.kvs;
        for kv in &found {
            self.delete(kv);
        }
        Ok(DeleteResponse {
            revision: self.visible_revision(),
            deleted: i64::try_from(found.len()).unwrap_or(i64::MAX),
            prev_kvs: if delete.prev_kv { found } else { Vec::new() },
        })
    }

    pub(super) fn delete(&mut self, kv: &KeyValue) {
        let revision = self.meta.revision + 1;
        self.tables.current.remove(&kv.key);
        self.tables.attach(&kv.key, kv.lease, 0);
        let row = Ended::new(revision, &encode_record(kv, &kv.value));
        self.note_change(DELETE, &kv.key, Some((kv.mod_revision, row)));
        if let Some(events) = &mut self.events {
            events.push(Event::delete(kv.key.clone(), revision, Some(kv.clone())));
        }
    }

    /// Records a change of the revision under way, and moves the version it ended, with that one's
    /// mod revision, into history.
    fn note_change(&mut self, kind: u8, key: &[u8], ended: Option<(Revision, Ended)>) {
        let revision = self.meta.revision + 1;
        let begun = ended.as_ref().map_or(0, |(begun, _)| *begun);
        if let Some((begun, row)) = ended {
            self.tables.history.insert(&history_key(key, begun), row.0);
        }
        let mut row = Vec::with_capacity(9 + key.len());
        row.push(kind);
        row.extend_from_slice(&begun.to_be_bytes());
        row.extend_from_slice(key);
        let place = change_key(revision, self.changes);
        self.tables.changes.insert(&place, row);
        self.changes += 1;
    }

    /// The revision that a read within the transaction sees.
    fn visible_revision(&self) -> Revision {
        self.meta.revision + Revision::from(self.changes > 0)
    }

    /// Closes the revision under way; without a change there was none.
    pub(super) fn end_revision(&mut self) {
        self.meta.revision = self.visible_revision();
        self.changes = 0;
    }

    pub(super) fn find(&self, key: &[u8]) -> Result<Option<KeyValue>> {
        self.tables
            .current
            .get(key)?
            .map(|row| decode_record(key, row.value(), true))
            .transpose()
    }
}

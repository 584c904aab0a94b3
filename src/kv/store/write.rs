//! Changes: transactions, and what begins and ends them.

use std::collections::HashSet;

use crate::kv::{
    DeleteRequest, DeleteResponse, KeyValue, KvError, Op, OpResponse, PutRequest, PutResponse,
    RangeRequest, Result, Revision, Txn, TxnResponse,
};

use super::Event;
use super::codec::{change_key, decode_record, encode_record, history_key};
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
        let previous = self.find(&put.key)?;
        let (old_value, create_revision, version, old_lease) = match &previous {
            Some(kv) => (
                kv.value.as_slice(),
                kv.create_revision,
                kv.version + 1,
                kv.lease,
            ),
            None => (&[][..], revision, 1, 0),
        };
        let value = if put.ignore_value {
            old_value
        } else {
            put.value.as_slice()
        };
        let kv = KeyValue {
            key: put.key.clone(),
            value: value.to_vec(),
            create_revision,
            mod_revision: revision,
            version,
            lease: if put.ignore_lease {
                old_lease
            } else {
                put.lease
            },
        };
        self.tables.current.insert(&kv.key, &encode_record(&kv));
        self.tables.attach(&kv.key, old_lease, kv.lease);
        self.note_change(PUT, &kv.key, previous.as_ref());
        let Some(events) = &mut self.events else {
            let prev_kv = previous.filter(|_| put.prev_kv);
            return Ok(PutResponse { revision, prev_kv });
        };
        let prev_kv = previous.as_ref().filter(|_| put.prev_kv).cloned();
        events.push(Event::put(kv, previous));
        Ok(PutResponse { revision, prev_kv })
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
        self.tables.current.remove(&kv.key);
        self.tables.attach(&kv.key, kv.lease, 0);
        self.note_change(DELETE, &kv.key, Some(kv));
        if let Some(events) = &mut self.events {
            let revision = self.meta.revision + 1;
            events.push(Event::delete(kv.key.clone(), revision, Some(kv.clone())));
        }
    }

    /// Records a change of the revision under way, and moves the version it ended into history.
    fn note_change(&mut self, kind: u8, key: &[u8], ended: Option<&KeyValue>) {
        let revision = self.meta.revision + 1;
        if let Some(kv) = ended {
            let row = [revision.to_be_bytes().as_slice(), &encode_record(kv)].concat();
            let place = history_key(key, kv.mod_revision);
            self.tables.history.insert(&place, &row);
        }
        let ended = ended.map_or(0, |kv| kv.mod_revision);
        let row = [&[kind][..], &ended.to_be_bytes(), key].concat();
        let place = change_key(revision, self.changes);
        self.tables.changes.insert(&place, &row);
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

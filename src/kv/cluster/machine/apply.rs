//! What a command does.
//!
//! It is refused, which is the same on every member, or done. What a disk alone refuses is not:
//! then this member must not go on, or it would have another state than the others.

use std::cell::Cell;
use std::io;
use std::sync::Arc;
use std::time::Instant;

use super::alarms;
use super::state::{ALARMS, AUTH, State};
use crate::kv::cluster::{Change, Command, EtcdError, Outcome, Reply};
use crate::kv::store::{Event, Writer};
use crate::kv::{KvError, Result};

/// A reply, or why it is refused.
type Replied = std::result::Result<Reply, EtcdError>;

impl State {
    /// Applies the command at an index of the log.
    pub(super) fn apply(&mut self, index: u64, command: &Command) -> io::Result<Outcome> {
        self.check()?;
        let result = match self.try_apply(index, command) {
            Ok(result) => result,
            Err(error) => {
                let why = error.to_string();
                self.broken = Some(why.clone());
                return Err(io::Error::other(why));
            }
        };
        if self.auth.enabled() {
            self.auth.applied(index);
        }
        Ok(Outcome {
            revision: self.revision,
            result,
        })
    }

    fn try_apply(&mut self, index: u64, command: &Command) -> Result<Replied> {
        if let Err(refused) = self.permitted(command)? {
            return Ok(Err(refused));
        }
        match &*command.change {
            Change::Auth(change) => {
                let applied = match self.auth.apply(index, &command.identity, change) {
                    Ok(applied) => applied,
                    Err(refused) => return Ok(Err(refused)),
                };
                for (key, row) in &applied.rows {
                    self.tables
                        .put_system(&[AUTH, key].concat(), row.as_deref());
                }
                Ok(Ok(applied.token.map_or(Reply::Done, Reply::Token)))
            }
            Change::Alarm(request) => {
                let (told, changed) = alarms::apply(&mut self.alarms, *request);
                if changed {
                    let row = postcard::to_stdvec(&self.alarms).map_err(|cause| {
                        KvError::storage(
                            crate::Error::failed("cannot write the alarms").because(cause),
                        )
                    })?;
                    self.tables.put_system(ALARMS, Some(&row));
                }
                Ok(Ok(Reply::Alarms(told)))
            }
            change => match self.store(change) {
                Ok(reply) => {
                    self.note(change, &reply);
                    Ok(Ok(reply))
                }
                Err(KvError::Storage(error)) => Err(KvError::Storage(error)),
                Err(refused) => Ok(Err(refused.into())),
            },
        }
    }

    fn permitted(&self, command: &Command) -> Result<std::result::Result<(), EtcdError>> {
        if self.auth.enabled() {
            let failed = Cell::new(None);
            let keys = |id| {
                let reader = self.reader();
                let lease = reader.and_then(|reader| reader.lease_time_to_live(id, true));
                lease.map(|lease| lease.keys).map_err(|error| {
                    let told = EtcdError::internal(&error);
                    failed.set(Some(error));
                    told
                })
            };
            let auth = self.auth.state();
            let checked = auth.check_change(&command.identity, &command.change, &keys);
            if let Some(error) = failed.take() {
                return Err(error);
            }
            if checked.is_err() {
                return Ok(checked);
            }
        }
        Ok(alarms::check(&self.alarms, &command.change))
    }

    /// Changes keys and leases, all of it or nothing.
    fn store(&mut self, asked: &Change) -> Result<Reply> {
        let observer = self.observer.clone().filter(|observer| observer.wants());
        let mut writer = Writer::begin(&mut self.tables, 0)?;
        if observer.is_some() {
            writer.note_events();
        }
        let reply = change(&mut writer, asked)?;
        let events = writer.take_events();
        self.revision = writer.revision();
        writer.finish();
        if let Some(observer) = observer.filter(|_| !events.is_empty()) {
            observer.happened(self.revision, &Arc::<[Event]>::from(events));
        }
        Ok(reply)
    }

    /// Lets the lessor know, and the next fold.
    fn note(&mut self, change: &Change, reply: &Reply) {
        match (change, reply) {
            (_, Reply::Lease(lease)) => self.lessor.grant(lease.id, lease.ttl, Instant::now()),
            (Change::LeaseRevoke(id), _) => {
                self.lessor.revoke(*id);
                self.lease_ended.notify_waiters();
            }
            (Change::Compact(_), _) => self.unswept = true,
            _ => {}
        }
    }
}

/// Makes a change of keys or leases. What it is refused for is found out before anything is
/// changed.
fn change(writer: &mut Writer<'_>, change: &Change) -> Result<Reply> {
    Ok(match change {
        Change::Txn(txn) => Reply::Txn(writer.txn(txn)?),
        Change::Compact(revision) => {
            writer.compact_later(*revision)?;
            Reply::Done
        }
        Change::LeaseGrant { id, ttl } => Reply::Lease(writer.lease_grant(*ttl, *id)?),
        Change::LeaseRevoke(id) => {
            writer.lease_revoke(*id)?;
            Reply::Done
        }
        // Not of keys and leases.
        Change::Auth(_) | Change::Alarm(_) => Reply::Done,
    })
}

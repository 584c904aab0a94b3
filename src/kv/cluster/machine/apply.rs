//! What a command does.

use std::sync::Arc;
use std::time::Instant;

use super::alarms;
use super::state::State;
use crate::kv::Result;
use crate::kv::cluster::{Change, Command, EtcdError, Outcome, Reply};
use crate::kv::store::{Event, Writer};

/// The row of the alarms.
pub(super) const ALARMS: &[u8] = b"alarms";

/// What the rows of users and roles begin with.
pub(super) const AUTH: &[u8] = b"auth/";

impl State {
    /// Applies the command at an index of the log.
    pub(super) fn apply(&mut self, index: u64, command: &Command) -> Outcome {
        let result = self
            .permitted(command)
            .and_then(|()| self.change(index, command));
        self.auth.applied(index);
        Outcome {
            revision: self.revision,
            result,
        }
    }

    fn permitted(&self, command: &Command) -> std::result::Result<(), EtcdError> {
        if self.auth.enabled() {
            let keys = |id| {
                let reader = self.reader()?;
                Ok(reader.lease_time_to_live(id, true)?.keys)
            };
            let auth = self.auth.state();
            auth.check_change(&command.identity, &command.change, &keys)?;
        }
        alarms::check(&self.alarms, &command.change)
    }

    fn change(&mut self, index: u64, command: &Command) -> std::result::Result<Reply, EtcdError> {
        let reply = match &*command.change {
            Change::Auth(change) => {
                let applied = self.auth.apply(index, &command.identity, change)?;
                for (key, row) in &applied.rows {
                    self.put_system(&[AUTH, key].concat(), row.as_deref());
                }
                applied.token.map_or(Reply::Done, Reply::Token)
            }
            Change::Alarm(request) => {
                let (told, changed) = alarms::apply(&mut self.alarms, *request);
                if changed {
                    let row = postcard::to_stdvec(&self.alarms).map_err(EtcdError::internal)?;
                    self.put_system(ALARMS, Some(&row));
                }
                Reply::Alarms(told)
            }
            change => self.store(change)?,
        };
        self.note(&command.change, &reply);
        Ok(reply)
    }

    fn put_system(&mut self, key: &[u8], row: Option<&[u8]>) {
        self.tables.put_system(key, row);
        self.tables.keep();
    }

    /// Changes keys and leases, all of it or nothing.
    fn store(&mut self, asked: &Change) -> Result<Reply> {
        let observer = self.observer.clone().filter(|observer| observer.wants());
        let done = Writer::begin(&mut self.tables, 0).and_then(|mut writer| {
            if observer.is_some() {
                writer.note_events();
            }
            let reply = change(&mut writer, asked)?;
            let (revision, events) = (writer.revision(), writer.take_events());
            writer.finish();
            Ok((reply, revision, events))
        });
        match done {
            Ok((reply, revision, events)) => {
                self.tables.keep();
                self.revision = revision;
                if let Some(observer) = observer.filter(|_| !events.is_empty()) {
                    observer.happened(revision, &Arc::<[Event]>::from(events));
                }
                Ok(reply)
            }
            Err(error) => {
                self.tables.revert();
                Err(error)
            }
        }
    }

    /// Lets the lessor know.
    fn note(&mut self, change: &Change, reply: &Reply) {
        match (change, reply) {
            (_, Reply::Lease(lease)) => self.lessor.grant(lease.id, lease.ttl, Instant::now()),
            (Change::LeaseRevoke(id), _) => {
                self.lessor.revoke(*id);
                self.lease_ended.notify_waiters();
            }
            _ => {}
        }
    }
}

fn change(writer: &mut Writer<'_>, change: &Change) -> Result<Reply> {
    Ok(match change {
        Change::Txn(txn) => Reply::Txn(writer.txn(txn)?),
        Change::Compact(revision) => {
            writer.compact(*revision)?;
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

//! The locks of targets. An operation on a wire holds those of both its targets, so what
//! this process holds is known, and the order in which it takes them is one for all.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

use super::Context;
use crate::error::{Error, Result};
use crate::registry::record::AttachmentRecord;
use crate::spec::Target;
use crate::sys::lock::{self, Lock};

/// The locks that this process holds, by the file each is of.
#[derive(Debug, Default)]
pub(super) struct Held(RefCell<BTreeMap<u8, Weak<Lock>>>);

/// A held lock; the last of those that share it lets the next process in.
#[derive(Debug, Clone)]
pub struct TargetLock(#[allow(dead_code)] Rc<Lock>);

impl Held {
    fn get(&self, bucket: u8) -> Option<TargetLock> {
        let all = self.0.borrow();
        all.get(&bucket)?.upgrade().map(TargetLock)
    }

    fn add(&self, bucket: u8, lock: Lock) -> TargetLock {
        let lock = Rc::new(lock);
        self.0.borrow_mut().insert(bucket, Rc::downgrade(&lock));
        TargetLock(lock)
    }

    /// Whether one is held that comes behind this one in the order.
    fn is_late(&self, bucket: u8) -> bool {
        let all = self.0.borrow();
        let mut behind = all.range(bucket..);
        behind.any(|(_, lock)| lock.strong_count() > 0)
    }
}

impl Context {
    /// Keeps other netpipe processes off a target. One that this process holds is shared. Of
    /// several, those of lower files are waited for first; one that is asked for out of
    /// turn is had at once or not at all, so that two processes never wait for each other.
    ///
    /// # Errors
    /// As [`lock::take`]; failed if it is asked for out of turn and another process has it.
    pub fn lock_target(&self, target: &Target) -> Result<TargetLock> {
        let name = target.to_string();
        let bucket = lock::bucket(&name);
        if let Some(held) = self.held.get(bucket) {
            return Ok(held);
        }
        let taken = match self.held.is_late(bucket) {
            false => lock::take(&self.state_dir, "target", &name, &self.interrupt)?,
            true => lock::try_take(&self.state_dir, "target", &name)?.ok_or_else(|| {
                Error::failed(format!("another netpipe works on `{target}`"))
                    .hint("repeat the command when it has ended")
            })?,
        };
        Ok(self.held.add(bucket, taken))
    }

    /// The same for several, in the order that keeps two processes from waiting in a circle.
    ///
    /// # Errors
    /// As [`Context::lock_target`].
    pub fn lock_targets<'t>(
        &self,
        targets: impl IntoIterator<Item = &'t Target>,
    ) -> Result<Vec<TargetLock>> {
        let mut all: Vec<&Target> = targets.into_iter().collect();
        all.sort_by_cached_key(|target| lock::bucket(&target.to_string()));
        all.into_iter()
            .map(|target| self.lock_target(target))
            .collect()
    }

    /// The locks of a record's target and, if it is a wire, of its far end's.
    ///
    /// # Errors
    /// As [`Context::lock_target`].
    pub fn lock_ends(&self, record: &AttachmentRecord) -> Result<Vec<TargetLock>> {
        let far = record.peer.iter().map(|peer| &peer.target);
        self.lock_targets(std::iter::once(&record.owner.target).chain(far))
    }

    /// The lock of a target if nobody else has it.
    ///
    /// # Errors
    /// As [`lock::try_take`].
    pub fn try_lock_target(&self, target: &Target) -> Result<Option<TargetLock>> {
        let name = target.to_string();
        let bucket = lock::bucket(&name);
        if let Some(held) = self.held.get(bucket) {
            return Ok(Some(held));
        }
        let taken = lock::try_take(&self.state_dir, "target", &name)?;
        Ok(taken.map(|lock| self.held.add(bucket, lock)))
    }
}

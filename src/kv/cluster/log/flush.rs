//! When what is on the tape is written and synced.
//!
//! One sync is for all that wait. While one is under way others come to wait, and the next is for
//! all of these. Where it is done matters more than how: handing a sync to another thread costs as
//! much as the sync (160–250 µs against 110–300), but a sync on the only thread keeps the next
//! requests from coming in. So an append only has a flush scheduled, as a task that lets everything
//! run first that could run. If little has come together by then, and the disk is quick, the task
//! syncs where it is; else a thread does, which goes on for as long as something waits.

use std::io;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use openraft::entry::RaftEntry;
use openraft::storage::IOFlushed;
use openraft::type_config::TypeConfigExt;
use tokio::runtime::Handle;

use super::record::Kind;
use super::state::State;
use super::{Log, Shared, TypeConfig, again};

/// As many entries are synced by the thread that also serves.
const INLINE_MOST: u64 = 4;
/// A disk whose syncs take longer keeps too many others waiting.
const INLINE_PACE: Duration = Duration::from_micros(700);
/// How long the hint of what is committed may stay in memory; a process that is killed loses it.
const HINT_AFTER: Duration = Duration::from_millis(20);
/// Records that are no entries are shorter.
const SMALL: usize = 256;

impl Log {
    /// Makes a change that is a record or two, and returns when it is on the disk.
    pub(super) async fn durably(
        &self,
        change: impl FnOnce(&mut State) -> io::Result<()>,
    ) -> io::Result<()> {
        let (told, flushed) = TypeConfig::oneshot();
        self.changed(|state| {
            change(state)?;
            state.waiters.0.push(IOFlushed::signal(told));
            Ok(true)
        })
        .await?;
        flushed
            .await
            .unwrap_or_else(|_| Err(io::Error::other("the Raft log was closed")))
    }

    /// Makes a change that is a record or two; it is on the disk with whatever comes after.
    pub(super) async fn changed(
        &self,
        change: impl FnOnce(&mut State) -> io::Result<bool>,
    ) -> io::Result<()> {
        loop {
            let lacks = {
                let mut state = self.0.state();
                state.check()?;
                let lacks = state.tape.lacks(Kind::Known, [SMALL, SMALL]);
                if lacks.is_none() {
                    if change(&mut state)? {
                        drop(state);
                        self.0.schedule();
                    }
                    return Ok(());
                }
                lacks
            };
            self.0.make_room(lacks.unwrap_or_default()).await?;
        }
    }
}

impl Shared {
    /// Has what is on the tape flushed, unless somebody does that already.
    pub(super) fn schedule(self: &Arc<Self>) {
        {
            let mut state = self.state();
            if state.flushing || state.scheduled {
                return;
            }
            state.scheduled = true;
        }
        match Handle::try_current() {
            Ok(handle) if !self.settings.alone => drop(handle.spawn(flush_soon(self.due()))),
            _ => self.flush_here(),
        }
    }

    fn due(self: &Arc<Self>) -> Due {
        Due(self.clone(), Self::flush_here)
    }

    /// Whether there is so little to write that handing it over would take longer.
    fn is_light(&self) -> bool {
        let state = self.state();
        let quick = state.pace <= INLINE_PACE && !state.tape.begins_segment();
        state.queued <= INLINE_MOST && quick
    }

    /// Flushes until nothing is left. Whoever scheduled it is the only one to call it.
    fn flush_here(self: &Arc<Self>) {
        {
            let mut state = self.state();
            state.scheduled = false;
            state.flushing = true;
        }
        while self.flush_once(true) {}
        self.look_after();
    }

    /// Writes what is on the tape; returns whether there is more by then.
    fn flush_once(&self, sync: bool) -> bool {
        let mut flush = self.state().flush();
        let sync = sync || flush.is_awaited();
        let begun = Instant::now();
        let result = flush.batch.write(&*self.files, flush.known.owner, sync);
        let took = (sync || flush.batch.begins_segment()).then(|| begun.elapsed());
        let mut waiters = std::mem::take(&mut flush.waiters);
        let result = match result {
            Ok(()) => {
                self.state().settle(&flush, took, self.settings.cache);
                Ok(())
            }
            Err(error) => {
                flush.batch.wipe();
                let error = self.cannot_write(&error);
                tracing::error!("{error}");
                waiters.0.extend(self.state().fail(&error).0);
                self.find_last();
                Err(error)
            }
        };
        waiters.tell(&result);
        let mut state = self.state();
        state.flushing = state.failed.is_none() && state.dirty;
        state.flushing
    }

    /// Finds out which entry is the last one if that was forgotten.
    fn find_last(&self) {
        let end = {
            let state = self.state();
            let unknown = state.entries.last().is_none() && state.entries.len() > 0;
            unknown.then(|| state.entries.end())
        };
        let last = end.and_then(|end| self.read(&(end - 1..end), u64::MAX).ok()?.pop());
        if let Some(last) = last {
            self.state().entries.set_last(Some(last.log_id()));
        }
    }

    /// Names the log in an error of its disk.
    pub(super) fn cannot_write(&self, error: &io::Error) -> io::Error {
        let path = self.files.path("");
        let path = path.trim_end_matches('/');
        let text = match error.kind() {
            io::ErrorKind::StorageFull => {
                format!("cannot write the Raft log `{path}`: the disk is full")
            }
            _ => format!("cannot write the Raft log `{path}`: {error}"),
        };
        io::Error::new(error.kind(), text)
    }

    /// Has the hint of what is committed written soon, if nothing else is.
    pub(super) fn hint_later(self: &Arc<Self>) {
        if self.settings.alone || std::mem::replace(&mut self.state().timer, true) {
            return;
        }
        match Handle::try_current() {
            Ok(handle) => drop(handle.spawn(write_hint(Arc::downgrade(self)))),
            Err(_) => self.state().timer = false,
        }
    }

    /// Writes the hint if nobody else is about to; returns whether it is done with.
    fn write_hint(self: &Arc<Self>) -> bool {
        {
            let mut state = self.state();
            if !state.hint || state.failed.is_some() {
                state.timer = false;
                return true;
            }
            if state.flushing || state.scheduled {
                return false;
            }
            state.flushing = true;
            state.timer = false;
        }
        // It is not synced: a power cut may take it.
        if self.flush_once(false) {
            self.flush_here();
        }
        true
    }
}

/// Something that has to be done, and is done when this is dropped: at the latest when the runtime
/// ends that was to do it.
pub(super) struct Due(pub(super) Arc<Shared>, pub(super) fn(&Arc<Shared>));

impl Drop for Due {
    fn drop(&mut self) {
        (self.1)(&self.0);
    }
}

/// Flushes when all that could run has run.
async fn flush_soon(due: Due) {
    // The first time what has come in is read, the second time it is acted upon.
    for _ in 0..2 {
        tokio::task::yield_now().await;
    }
    if due.0.is_light() {
        drop(due);
    } else {
        tokio::task::spawn_blocking(move || drop(due));
    }
}

async fn write_hint(shared: Weak<Shared>) {
    loop {
        tokio::time::sleep(HINT_AFTER).await;
        if shared.upgrade().is_none_or(|shared| shared.write_hint()) {
            return;
        }
    }
}

impl Drop for Shared {
    /// Writes what nobody waits for.
    fn drop(&mut self) {
        let wanted = {
            let state = self.state();
            state.failed.is_none() && (state.dirty || state.hint)
        };
        if wanted {
            self.flush_once(true);
        }
        let waiters = std::mem::take(&mut self.state().waiters);
        if !waiters.0.is_empty() {
            waiters.tell(&Err(again(&io::Error::other("the Raft log was closed"))));
        }
    }
}

//! Segments that are made before they are needed, and let go of afterwards.

use std::io;
use std::sync::Arc;

use tokio::runtime::Handle;

use super::Shared;
use super::flush::Due;
use super::segment::{Segment, Spare};

/// The name of a spare.
pub(super) fn spare_name(number: u64) -> String {
    format!("spare-{number}")
}

/// The number of the spare with a name.
pub(super) fn spare_number(name: &str) -> Option<u64> {
    name.strip_prefix("spare-")?.parse().ok()
}

impl Shared {
    /// Makes a spare of a size now, on another thread, for something waits for it.
    ///
    /// # Errors
    /// The disk's. The log is as it was.
    pub(super) async fn make_room(self: &Arc<Self>, size: u64) -> io::Result<()> {
        if self.settings.alone {
            return self.make_spare(size);
        }
        let shared = self.clone();
        tokio::task::spawn_blocking(move || shared.make_spare(size))
            .await
            .map_err(io::Error::other)?
    }

    fn make_spare(&self, size: u64) -> io::Result<()> {
        let name = {
            let mut state = self.state();
            state.spare += 1;
            spare_name(state.spare)
        };
        let made = Spare::create(&*self.files, name, size);
        let mut state = self.state();
        match made {
            Ok(spare) => {
                state.tape.spares.push(spare);
                state.full = None;
                Ok(())
            }
            Err(error) => {
                let error = self.cannot_write(&error);
                if state.full.is_none() {
                    tracing::error!("{error}");
                }
                state.full = Some(error.to_string());
                Err(error)
            }
        }
    }

    /// Has done what is to be done behind the log's back, if anything is.
    pub(super) fn look_after(self: &Arc<Self>) {
        {
            let mut state = self.state();
            let durable = state.tape.durable;
            let retired = state.retired.front().is_some_and(|(at, _)| *at <= durable);
            if state.upkeep || !(retired || state.tape.wants_spare()) || state.failed.is_some() {
                return;
            }
            state.upkeep = true;
        }
        let due = Due(self.clone(), Self::upkeep);
        match Handle::try_current() {
            Ok(handle) if !self.settings.alone => {
                handle.spawn_blocking(move || drop(due));
            }
            _ => drop(due),
        }
    }

    fn upkeep(self: &Arc<Self>) {
        while let Some(segment) = self.next_retired() {
            let number = segment.number;
            if let Err(error) = self.let_go(segment) {
                let name = self.files.path(&Segment::name(number));
                tracing::warn!("cannot remove `{name}`, which the Raft log needs no more: {error}");
                // Those after it have to stay too, until the log is opened again.
                let mut state = self.state();
                state.kept = true;
                state.retired.clear();
            }
        }
        let wanted = {
            let state = self.state();
            state.tape.wants_spare().then(|| state.tape.segment_size())
        };
        // What goes wrong is in the status; it is tried again after the next flush.
        if let Some(size) = wanted {
            let _ = self.make_spare(size);
        }
        self.state().upkeep = false;
    }

    fn next_retired(&self) -> Option<Arc<Segment>> {
        let mut state = self.state();
        let durable = state.tape.durable;
        let next = state.retired.pop_front_if(|(at, _)| *at <= durable);
        next.map(|(_, segment)| segment)
    }

    /// Makes a segment a spare if there is none and nobody reads it; else removes it. One after the
    /// other is, durably, so that what is left is always the end of the log.
    fn let_go(&self, segment: Arc<Segment>) -> io::Result<()> {
        let name = Segment::name(segment.number);
        let spare = {
            let mut state = self.state();
            let few = state.tape.spares.is_empty() && segment.size == state.tape.segment_size();
            state.spare += u64::from(few);
            few.then(|| spare_name(state.spare))
        };
        let unread = spare.and_then(|name| Some((name, Arc::into_inner(segment)?)));
        let Some((spare, Segment { size, disk, .. })) = unread else {
            self.files.remove(&name)?;
            return self.files.sync();
        };
        self.files.rename(&name, &spare)?;
        self.files.sync()?;
        let name = spare;
        let spare = Spare { name, size, disk };
        self.state().tape.spares.push(spare);
        Ok(())
    }
}

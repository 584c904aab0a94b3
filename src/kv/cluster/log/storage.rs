//! The log as openraft wants it.

use std::fmt::Debug;
use std::io;
use std::ops::{Bound, Range, RangeBounds};

use openraft::storage::{IOFlushed, RaftLogReader, RaftLogStorage};
use openraft::{LogState, OptionalSend};

use super::record::{self, Kind};
use super::{Entry, Log, LogId, TypeConfig, Vote};

/// As many bytes of entries go to another member in one message, or one entry if it is longer.
const MESSAGE: u64 = 1 << 20;

impl RaftLogReader<TypeConfig> for Log {
    async fn try_get_log_entries<B: RangeBounds<u64> + Clone + Debug + OptionalSend>(
        &mut self,
        range: B,
    ) -> io::Result<Vec<Entry>> {
        self.0.read(&indexes(&range), u64::MAX)
    }

    async fn limited_get_log_entries(&mut self, start: u64, end: u64) -> io::Result<Vec<Entry>> {
        self.0.read(&(start..end), MESSAGE)
    }

    async fn read_vote(&mut self) -> io::Result<Option<Vote>> {
        Ok(self.0.state().known.vote)
    }
}

fn indexes(range: &impl RangeBounds<u64>) -> Range<u64> {
    let start = match range.start_bound() {
        Bound::Included(index) => *index,
        Bound::Excluded(index) => index.saturating_add(1),
        Bound::Unbounded => 0,
    };
    let end = match range.end_bound() {
        Bound::Included(index) => index.saturating_add(1),
        Bound::Excluded(index) => *index,
        Bound::Unbounded => u64::MAX,
    };
    start..end
}

impl RaftLogStorage<TypeConfig> for Log {
    type LogReader = Self;

    async fn get_log_state(&mut self) -> io::Result<LogState<TypeConfig>> {
        let state = self.0.state();
        let purged = state.known.purged;
        Ok(LogState {
            last_purged_log_id: purged,
            last_log_id: state.entries.last().or(purged),
        })
    }

    async fn get_log_reader(&mut self) -> Self {
        self.clone()
    }

    async fn save_vote(&mut self, vote: &Vote) -> io::Result<()> {
        self.durably(|state| {
            state.push(Kind::Vote, vote)?;
            state.known.vote = Some(*vote);
            Ok(())
        })
        .await
    }

    async fn save_committed(&mut self, committed: Option<LogId>) -> io::Result<()> {
        let mut state = self.0.state();
        state.known.committed = committed;
        state.hint = true;
        drop(state);
        self.0.hint_later();
        Ok(())
    }

    async fn read_committed(&mut self) -> io::Result<Option<LogId>> {
        Ok(self.0.state().known.committed)
    }

    async fn append<I>(&mut self, entries: I, callback: IOFlushed<TypeConfig>) -> io::Result<()>
    where
        I: IntoIterator<Item = Entry> + OptionalSend,
        I::IntoIter: OptionalSend,
    {
        let entries = entries.into_iter().map(|entry| {
            let bytes = record::encode(Kind::Entry, &entry)?;
            Ok((entry, bytes))
        });
        let entries = entries.collect::<io::Result<Vec<_>>>()?;
        loop {
            let lacks = {
                let mut state = self.0.state();
                state.check()?;
                let lens = entries.iter().map(|(_, bytes)| bytes.len());
                let lacks = state.tape.lacks(Kind::Entry, lens);
                if lacks.is_none() {
                    state.append(entries)?;
                    state.waiters.0.push(callback);
                    break;
                }
                lacks
            };
            self.0.make_room(lacks.unwrap_or_default()).await?;
        }
        self.0.schedule();
        Ok(())
    }

    async fn truncate_after(&mut self, last: Option<LogId>) -> io::Result<()> {
        self.changed(|state| state.truncate(last)).await
    }

    async fn purge(&mut self, until: LogId) -> io::Result<()> {
        self.changed(|state| state.purge(until)).await
    }
}

//! A disk in memory that can lose power, fill up and fail.

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Result};
use std::sync::{Arc, Mutex};

use netpipe::kv::local::disk::Disk;

/// Writes reach a disk in pieces of this size, each whole or not at all.
const SECTOR: usize = 512;

/// A disk that remembers what is durable and what is only written.
#[derive(Debug, Clone, Default)]
pub struct FaultDisk(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    durable: Vec<u8>,
    cached: Vec<u8>,
    /// The sectors written since the last sync.
    unsynced: BTreeMap<usize, ()>,
    /// How many more writes, cuts and syncs succeed; `None`: all.
    left: Option<usize>,
    /// The operations so far that count against `left`.
    done: usize,
    /// How many syncs there were.
    syncs: usize,
    /// The most bytes the disk holds; `None`: any number.
    room: Option<usize>,
}

impl FaultDisk {
    /// A disk that holds this after a restart.
    pub fn holding(bytes: Vec<u8>) -> Self {
        let state = State {
            durable: bytes.clone(),
            cached: bytes,
            ..State::default()
        };
        Self(Arc::new(Mutex::new(state)))
    }

    /// Another disk in the same state, what is not synced included.
    pub fn copy(&self) -> Self {
        let state = self.0.lock().unwrap();
        let state = State {
            durable: state.durable.clone(),
            cached: state.cached.clone(),
            unsynced: state.unsynced.clone(),
            ..State::default()
        };
        Self(Arc::new(Mutex::new(state)))
    }

    /// Dies after this many more writes, cuts and syncs.
    pub fn die_after(&self, operations: usize) {
        let mut state = self.0.lock().unwrap();
        (state.left, state.done) = (Some(operations), 0);
    }

    /// Holds at most this many bytes.
    pub fn limit(&self, room: Option<usize>) {
        self.0.lock().unwrap().room = room;
    }

    /// The writes, cuts and syncs since [`Self::die_after`], or since it was made.
    pub fn operations(&self) -> usize {
        self.0.lock().unwrap().done
    }

    /// The syncs so far.
    pub fn syncs(&self) -> usize {
        self.0.lock().unwrap().syncs
    }

    /// What a process that starts now finds: everything written.
    pub fn cached(&self) -> Vec<u8> {
        self.0.lock().unwrap().cached.clone()
    }

    /// What is left after a power cut: of each unsynced sector `keeps` decides; a length that was
    /// not synced is kept if it says so for sector `usize::MAX`.
    pub fn after_power_cut(&self, mut keeps: impl FnMut(usize) -> bool) -> Vec<u8> {
        let state = self.0.lock().unwrap();
        let mut left = state.durable.clone();
        if keeps(usize::MAX) {
            left.resize(state.cached.len(), 0);
        }
        for &sector in state.unsynced.keys() {
            let start = sector * SECTOR;
            let end = (start + SECTOR).min(state.cached.len()).min(left.len());
            if start < end && keeps(sector) {
                left[start..end].copy_from_slice(&state.cached[start..end]);
            }
        }
        left
    }
}

impl State {
    fn count(&mut self) -> Result<()> {
        if self.left == Some(self.done) {
            return Err(Error::other("the power is gone"));
        }
        self.done += 1;
        Ok(())
    }

    fn check_room(&self, end: usize) -> Result<()> {
        match self.room {
            Some(room) if end > room => Err(ErrorKind::StorageFull.into()),
            _ => Ok(()),
        }
    }
}

impl Disk for FaultDisk {
    fn len(&self) -> Result<u64> {
        Ok(self.0.lock().unwrap().cached.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<()> {
        let state = self.0.lock().unwrap();
        let start = offset as usize;
        let found = state.cached.get(start..start + out.len());
        out.copy_from_slice(found.ok_or(ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<()> {
        let mut state = self.0.lock().unwrap();
        state.count()?;
        let (start, end) = (offset as usize, offset as usize + data.len());
        state.check_room(end)?;
        if state.cached.len() < end {
            state.cached.resize(end, 0);
        }
        state.cached[start..end].copy_from_slice(data);
        state
            .unsynced
            .extend((start / SECTOR..end.div_ceil(SECTOR)).map(|sector| (sector, ())));
        Ok(())
    }

    fn set_len(&self, len: u64) -> Result<()> {
        let mut state = self.0.lock().unwrap();
        state.count()?;
        let len = len as usize;
        state.check_room(len)?;
        let old = state.cached.len();
        state.cached.resize(len, 0);
        state
            .unsynced
            .extend((old.min(len) / SECTOR..len.div_ceil(SECTOR)).map(|s| (s, ())));
        Ok(())
    }

    fn sync(&self) -> Result<()> {
        let mut state = self.0.lock().unwrap();
        state.count()?;
        state.syncs += 1;
        state.durable = state.cached.clone();
        state.unsynced.clear();
        Ok(())
    }
}

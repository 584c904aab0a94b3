//! One sync for a commit, open and close included.
//!
//! # What redb asks for, and what is really needed
//!
//! A redb commit with "quick repair" (the allocator's state is kept in the file, so that opening
//! costs the same however much is stored) syncs twice: once so that the pages are on disk before
//! the header names them, once for the header. Open and close rewrite the header's recovery flag
//! and sync two to four times more. This backend syncs once, after the header is written, and
//! never writes anything at close. Why the file survives:
//!
//! *A process dies* (panic, SIGKILL): nothing is lost, for the page cache holds its writes in the
//! order it made them. The header names the old commit until every page of the new one is
//! written, which is all that redb's second phase relies on.
//!
//! *The power goes*: any part of what was written after the last sync may be lost. Let N be the
//! last commit that was acknowledged, hence synced; N+1 is the only one that can be under way,
//! because
//! - a writer starts N+1 only after it has synced N itself, or found N's name in the *seal*, which
//!   is written only after N's sync returned; if the seal names another commit (its writer died
//!   before it was told of the sync), the opener syncs the file first;
//! - redb, as for its own one-phase commits, never writes N's pages or N's slot during N+1.
//!
//! So at the next open the file holds N whole, and perhaps parts of N+1. The opener trusts the
//! commit that the header names if either
//! - the seal names it: it was synced, and later writes did not touch its pages; or
//! - the *intent* names it, and the pages listed there have the digest given there: all that this
//!   commit wrote is on disk, and all else it needs is part of N.
//!
//! Otherwise redb is shown the header without its mark "two-phase", and runs its own recovery of
//! one-phase commits: verify the checksums of every page of the newer commit, and fall back to the
//! older one if one fails. That alone reads the whole store; it happens when a power cut tore a
//! commit, and after a process was killed within one. Its own writes are synced as redb asks.
//! The seal and the intent need no sync and no order of their own: if they are stale or torn they
//! name no commit that the header names.
//!
//! Commits too scattered for the intent's page are synced in two phases, as redb would.
//!
//! Changes that need not be durable when they are acknowledged: see [`super::note`].

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redb::StorageBackend;

use super::dirty::Dirty;
use super::disk::Disk;
use super::header::Header;
use super::seal::{self, MAX_RUNS, PAGE};

/// What a write or a sync of redb's means at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// The file is being made or recovered: every sync is done.
    Strict,
    /// One sync for a commit.
    OneSync,
    /// Another process may own the file: nothing may be written, nor read.
    Parked,
    /// A read-only snapshot: nothing may be written.
    ReadOnly,
}

#[derive(Debug)]
struct State {
    mode: Mode,
    /// The header as it is in the file.
    header: Option<Header>,
    /// What redb is to see in place of it until it writes its own.
    shown: Option<Header>,
    /// The header before the one that switched the primary, if that is not synced yet.
    unsynced_switch: Option<Header>,
    /// The pages written since the last sync of a commit.
    dirty: Dirty,
    /// The length of the file as this process left it, once asked for.
    len: Option<u64>,
    /// Whether the file has grown since the last sync. redb writes the new length into the
    /// header, and must not find the file shorter than that.
    grown: bool,
    /// Whether the commit under way need not be synced before it is acknowledged.
    later: bool,
    /// Whether the commit that the header names was left unsynced by this process.
    owed: bool,
}

/// redb's storage: the file without its first page.
#[derive(Debug)]
pub(super) struct Backend<D> {
    disk: D,
    state: Mutex<State>,
}

impl<D: Disk> Backend<D> {
    /// Wraps the file; `header` is what it holds, `shown` what redb is to see.
    pub(super) fn new(
        disk: D,
        mode: Mode,
        header: Option<Header>,
        shown: Option<Header>,
    ) -> Arc<Self> {
        let state = State {
            mode,
            header,
            shown,
            unsynced_switch: None,
            dirty: Dirty::default(),
            len: None,
            grown: false,
            later: false,
            owed: false,
        };
        Arc::new(Self {
            disk,
            state: Mutex::new(state),
        })
    }

    pub(super) fn disk(&self) -> &D {
        &self.disk
    }

    pub(super) fn set_mode(&self, mode: Mode) {
        self.state().mode = mode;
    }

    /// The header as this process last left it.
    pub(super) fn header(&self) -> Option<Header> {
        self.state().header
    }

    /// Forgets what was written so far, all of which has been synced.
    pub(super) fn all_synced(&self) {
        let mut state = self.state();
        state.dirty.clear();
        (state.unsynced_switch, state.grown, state.owed) = (None, false, false);
    }

    /// Sets whether the next commits may reach the disk later than they are acknowledged.
    pub(super) fn set_later(&self, later: bool) {
        self.state().later = later;
    }

    /// Syncs the commit that was left unsynced, if one was; before another may begin.
    pub(super) fn pay(&self) -> io::Result<()> {
        let mut state = self.state();
        if let Some(header) = state.header.filter(|_| state.owed) {
            self.disk.sync()?;
            state.owed = false;
            // If this fails the next opener syncs once more.
            let _ = seal::write_seal(&self.disk, header.commit());
        }
        Ok(())
    }

    /// The length of the file as this process last left it.
    pub(super) fn len(&self) -> io::Result<u64> {
        let mut state = self.state();
        let len = state.len.map_or_else(|| self.disk.len(), Ok)?;
        state.len = Some(len);
        Ok(len)
    }

    /// Whether the last commit has yet to be synced, and whether the file has grown since it was.
    pub(super) fn unsynced(&self) -> (bool, bool) {
        let state = self.state();
        (state.owed, state.grown)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The state is changed after the file is, field by field: a panic leaves it usable.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the commit that the header now names durable.
    fn sync_commit(&self, state: &mut State, before: Header) -> io::Result<()> {
        let Some(header) = state.header else {
            return self.disk.sync();
        };
        let runs = state.dirty.runs();
        // Without room for the list no intent is written, and the stale one names another commit.
        if runs.len() <= MAX_RUNS {
            seal::write_intent(&self.disk, header.commit(), &runs, state.dirty.digest())?;
            if state.later {
                state.dirty.clear();
                state.owed = true;
                return Ok(());
            }
        }
        if let Err(error) = self.disk.sync() {
            // The caller is told that nothing was done, so nothing may be seen of it; what of it
            // has reached the disk all the same is up to the disk.
            state.mode = Mode::Parked;
            if self.disk.write(PAGE, &before.0).is_ok() {
                let _ = self.disk.sync();
            }
            return Err(error);
        }
        state.dirty.clear();
        state.grown = false;
        // If this fails the next opener syncs once more.
        let _ = seal::write_seal(&self.disk, header.commit());
        Ok(())
    }
}

fn refused() -> io::Error {
    io::Error::new(
        io::ErrorKind::PermissionDenied,
        "the store is not locked by this process",
    )
}

/// The handle that redb owns.
#[derive(Debug)]
pub(super) struct Handle<D>(pub(super) Arc<Backend<D>>);

impl<D: Disk> StorageBackend for Handle<D> {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.len()?.saturating_sub(PAGE))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let (mode, shown) = {
            let state = self.0.state();
            (state.mode, state.shown)
        };
        match shown {
            _ if mode == Mode::Parked => Err(refused()),
            Some(header) if offset == 0 && out.len() <= header.0.len() => {
                out.iter_mut()
                    .zip(header.0)
                    .for_each(|(to, from)| *to = from);
                Ok(())
            }
            _ => self.0.disk.read(offset + PAGE, out),
        }
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let before = self.0.len()?;
        let mut state = self.0.state();
        if matches!(state.mode, Mode::Parked | Mode::ReadOnly) {
            return Err(refused());
        }
        state.grown |= len + PAGE > before;
        state.len = None;
        self.0.disk.set_len(len + PAGE)?;
        state.len = Some(len + PAGE);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.0.state();
        match state.mode {
            Mode::Parked | Mode::ReadOnly => return Err(refused()),
            Mode::Strict => {
                self.0.disk.sync()?;
                drop(state);
                self.0.all_synced();
                return Ok(());
            }
            Mode::OneSync => {}
        }
        if let Some(before) = state.unsynced_switch.take() {
            return self.0.sync_commit(&mut state, before);
        }
        let scattered = state.dirty.runs().len() > MAX_RUNS;
        if scattered || state.grown {
            self.0.disk.sync()?;
            state.grown = false;
        }
        if scattered {
            state.dirty.clear();
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.0.state();
        if matches!(state.mode, Mode::Parked | Mode::ReadOnly) {
            return Err(refused());
        }
        let first = u32::try_from(offset / PAGE).map_err(io::Error::other)?;
        if first > 0 {
            self.0.disk.write(offset + PAGE, data)?;
            state.dirty.add(first, data);
            return Ok(());
        }
        let written = Header::from_write(data);
        if written.is_none() || written != state.header {
            self.0.disk.write(PAGE, data)?;
        }
        if let (Some(old), Some(new)) = (state.header, written)
            && old.primary() != new.primary()
        {
            state.unsynced_switch = Some(old);
        }
        (state.header, state.shown) = (written, None);
        Ok(())
    }
}

//! When the image is written, and by whom: a thread of its own, so that no command waits for it.
//!
//! What changed is put aside, and read from there, until the image has it. One at a time writes
//! the image, or makes another one for its place: whoever has set `folding`.

use std::io;
use std::sync::{Arc, Weak};

use super::image::{Position, View};
use super::state::State;
use super::{Machine, Shared};
use crate::kv::store::Frozen;

/// How many bytes of memory changes take before they are folded into the image. It bounds how much
/// of the log is applied again at a start, too.
const FOLD_BYTES: usize = 16 << 20;

/// How many they take before commands wait for the fold under way.
const MOST_BYTES: usize = 2 * FOLD_BYTES;

/// A fold to be made.
struct Job {
    view: View,
    frozen: Frozen,
    position: Position,
}

impl Job {
    /// Puts aside what there is to be folded.
    fn begin(state: &mut State) -> Self {
        state.folding = true;
        state.unswept = false;
        Self {
            view: state.view.clone(),
            frozen: state.tables.freeze(),
            position: state.position.clone(),
        }
    }

    fn run(self, shared: &Weak<Shared>) {
        let done = self.view.image.fold(&self.frozen, &self.position);
        let Some(shared) = shared.upgrade() else {
            return;
        };
        let mut state = shared.state();
        state.folding = false;
        let old = match done {
            Ok((view, unswept)) => {
                state.unswept |= unswept;
                let old = state.tables.rebase(&view.rows);
                Some((old, std::mem::replace(&mut state.view, view)))
            }
            Err(error) => {
                tracing::error!("the state cannot be written: {error}");
                state.broken = Some(error.to_string());
                None
            }
        };
        drop(state);
        shared.folds.send_modify(|folds| *folds += 1);
        // A large map takes a while to drop.
        drop((self.frozen, self.view, old));
    }
}

impl Machine {
    /// Begins a fold if enough has changed; returns whether commands are to wait for one.
    pub(super) fn fold_if_due(&self, state: &mut State) -> bool {
        let weight = state.tables.weight();
        if (weight >= FOLD_BYTES || state.unswept) && !state.folding {
            self.start(state);
            return false;
        }
        weight >= MOST_BYTES
    }

    fn start(&self, state: &mut State) {
        let job = Job::begin(state);
        let shared = Arc::downgrade(&self.shared);
        tokio::task::spawn_blocking(move || job.run(&shared));
    }

    /// Waits until the image has all that was applied before the call.
    ///
    /// # Errors
    /// The disk's.
    pub async fn fold(&self) -> io::Result<()> {
        let target = self.shared.state().position.applied;
        loop {
            let mut folds = self.shared.folds.subscribe();
            {
                let mut state = self.shared.state();
                state.check()?;
                if state.view.position.applied >= target {
                    return Ok(());
                }
                if !state.folding {
                    self.start(&mut state);
                }
            }
            // The sender lives as long as this does.
            let _ = folds.changed().await;
        }
    }

    /// Waits for the fold under way, if there is one.
    ///
    /// # Errors
    /// The disk's.
    pub(super) async fn folded(&self) -> io::Result<()> {
        let mut folds = self.shared.folds.subscribe();
        {
            let state = self.shared.state();
            state.check()?;
            if !state.folding {
                return Ok(());
            }
        }
        let _ = folds.changed().await;
        self.shared.state().check()
    }

    /// Has nobody write the image until the guard is dropped.
    ///
    /// # Errors
    /// The disk failed before.
    pub(super) async fn claim(&self) -> io::Result<Claim> {
        loop {
            let mut folds = self.shared.folds.subscribe();
            {
                let mut state = self.shared.state();
                state.check()?;
                if !state.folding {
                    state.folding = true;
                    return Ok(Claim(self.clone()));
                }
            }
            let _ = folds.changed().await;
        }
    }
}

/// The right to write the image.
pub(super) struct Claim(Machine);

impl Drop for Claim {
    fn drop(&mut self) {
        self.0.shared.state().folding = false;
        self.0.shared.folds.send_modify(|folds| *folds += 1);
    }
}

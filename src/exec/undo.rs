//! The undo stack.

use crate::error::Error;
use crate::plan::Step;

/// What could not be taken back, each with its reason.
pub type Leftover = Vec<(Step, Error)>;

/// The steps that take back what was done, last done first.
#[derive(Debug, Default)]
pub struct UndoStack(Vec<Step>);

impl UndoStack {
    /// Remembers how to take a step back; called right after its effect.
    pub fn push(&mut self, done: &Step) {
        self.0.extend(done.inverse());
    }

    /// Forgets everything: the operation as a whole is done.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The next step to run, until there is none.
    pub fn pop(&mut self) -> Option<Step> {
        self.0.pop()
    }
}

//! Who is told of what was applied.

use std::fmt::Debug;
use std::sync::Arc;

use crate::kv::Revision;
use crate::kv::store::Event;

/// Is told of every change, in order, by the one who applies it, which takes the time of all: it
/// must be short, and must not ask the machine. Every call comes while the machine's lock is held,
/// so what is noted within [`super::Machine::read`] is before or after it, never at once.
pub trait Observer: Debug + Send + Sync {
    /// Whether anybody wants events: asked before each change.
    fn wants(&self) -> bool;

    /// All that the revision changed, at least one event, with what was there before. The keys and
    /// values are shared, not copied.
    fn happened(&self, revision: Revision, events: &Arc<[Event]>);

    /// The state was replaced by another member's, which is at this revision: what happened in
    /// between is to be read from [`super::Machine::events`].
    fn replaced(&self, revision: Revision);
}

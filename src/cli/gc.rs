//! `netpipe gc`

use clap::Args;
use serde::Serialize;

use super::output::Output;
use crate::error::Result;
use crate::ops::{Context, detach, gc};

/// Remove what belongs to nobody any more
///
/// Rolls back what a crashed command left behind, and releases what belongs to
/// containers, namespaces or boots that are gone. Stopped containers keep theirs.
#[derive(Debug, Args)]
pub struct Gc {}

#[derive(Serialize)]
struct Report<'a> {
    done: &'a [String],
    errors: Vec<String>,
}

impl Gc {
    /// Collects and says what it did; fails if anything had to stay.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        let bar = out.progress(usize::MAX, "collecting");
        let outcome = gc::gc(ctx, |nth, total| {
            bar.set_length(total as u64);
            bar.set_position(nth as u64);
        })?;
        bar.finish_and_clear();
        let errors = outcome.errors.iter().map(ToString::to_string).collect();
        out.json(&Report {
            done: &outcome.done,
            errors,
        });
        outcome.done.iter().for_each(|done| out.line(done));
        if outcome.done.is_empty() && outcome.errors.is_empty() {
            out.line("nothing to collect");
        }
        if outcome.errors.is_empty() {
            Ok(())
        } else {
            Err(detach::collected(outcome.errors))
        }
    }
}

//! `netpipe kv compact`

use clap::Args;

use super::json::Object;
use super::print::{Done, Printer};
use super::store::Store;
use crate::error::Result;
use crate::kv::proto::etcdserverpb::CompactionRequest;

/// Forget what was superseded at a revision or before
///
/// What is current stays, and so does what was current at that revision.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Example:
  netpipe kv compact 1200 --physical")]
pub struct Compact {
    /// The revision
    revision: i64,
    /// Return when it is gone from the disk too
    #[arg(long)]
    physical: bool,
}

impl Compact {
    /// Compacts.
    pub fn run(self, store: &Store, printer: Printer<'_>) -> Result<()> {
        let Self { revision, physical } = self;
        let response = store.compact(CompactionRequest { revision, physical })?;
        printer.print(&Done::new(
            response.header,
            format!("compacted revision {revision}"),
            Object::new().with("compact_revision", revision),
        ))
    }
}

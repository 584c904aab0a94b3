//! `netpipe kv take-back`

use std::path::PathBuf;

use clap::Args;

use super::super::Global;
use super::super::output::Output;
use crate::error::{Context as _, Result};
use crate::kv::cluster::node::local;

/// Make the store of this host one without a server again, with all that its member has
///
/// The member must have ended, and be the last of its cluster that is needed: what others get
/// from now on is not in the store of this host. What it had is kept beside, as DIR.old.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Example:
  systemctl stop netpipe-kv
  netpipe kv take-back")]
pub struct TakeBack {
    /// Where the member has its log and state [default: STATE_DIR/cluster]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

impl TakeBack {
    pub(super) fn run(self, global: &Global, out: &Output) -> Result<()> {
        let state_dir = &global.state_dir;
        let data_dir = self.data_dir.unwrap_or_else(|| state_dir.join("cluster"));
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .or_failed(|| "cannot start the runtime".into())?
            .block_on(local::give_back(state_dir, &data_dir))?;
        out.message(
            "taken_back",
            &format!("the store of this host is in {} again", state_dir.display()),
        );
        Ok(())
    }
}

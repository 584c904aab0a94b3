//! `netpipe kv`

#[cfg(feature = "cluster")]
pub mod serve;

use clap::{Args, Subcommand};

use super::Global;
use super::output::Output;
use crate::error::Result;

/// Keep the registry in a cluster: run a member of one
#[derive(Debug, Args)]
pub struct Kv {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[cfg(feature = "cluster")]
    Serve(serve::Serve),
}

impl Kv {
    pub(super) fn run(self, global: &Global, out: &Output) -> Result<()> {
        match self.command {
            #[cfg(feature = "cluster")]
            Command::Serve(command) => command.run(global, out),
        }
    }
}

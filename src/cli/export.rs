//! `netpipe export`

use clap::Args;

use super::grammar;
use super::output::Output;
use crate::error::Result;
use crate::ops::{Context, export};
use crate::spec::TopologyName;

/// Write the topology file of what is there
///
/// The file has the networks, bridges, tunnels and attachments that netpipe made on this host.
/// To apply it here changes nothing; to apply it where none of it is there makes the same,
/// with the same addresses. With --json it is the same file as JSON, which `apply` reads as
/// well.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  netpipe export > topology.yaml
  netpipe export --name shop | netpipe plan -f -")]
pub struct Export {
    /// Only what was made for this topology
    #[arg(long, value_name = "NAME", value_parser = grammar::<TopologyName>)]
    name: Option<TopologyName>,
}

impl Export {
    /// Writes the file.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        let file = export::export(ctx, self.name.as_ref())?;
        out.json(&file);
        if !out.is_json() {
            out.raw(file.to_yaml().as_bytes());
        }
        Ok(())
    }
}

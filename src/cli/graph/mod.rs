//! `netpipe graph`

mod card;
mod colour;
mod dot;
mod host;
mod layout;
mod mermaid;
mod parent;
mod picture;
mod port;
#[cfg(test)]
mod sample;
mod svg;
#[cfg(test)]
mod tests;
mod text;

use clap::{Args, ValueEnum};

use super::output::Output;
use crate::error::Result;
use crate::ops::Context;
use crate::ops::graph::{self, model::Graph as Model};

/// Draw hosts, bridges, VLANs, tunnels and containers
///
/// All hosts whose records are in the store are drawn. What is recorded of this host is
/// compared with its kernel: what is missing is red and dashed, what is down dotted. Each
/// network has a colour.
#[derive(Debug, Args)]
#[command(after_long_help = "\
With --json it prints what would be drawn: `nodes` (id, kind, name, host, parent, state,
about, network) and `edges` (kind, from, to, state, link, ifname, addresses, …), where
from and to are ids of nodes.

Examples:
  netpipe graph > network.svg
  netpipe graph --format dot | dot -Tpdf > network.pdf
  netpipe graph --format mermaid")]
pub struct Graph {
    /// What to draw it as
    #[arg(long, value_enum, default_value = "svg")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// A picture, for a browser
    Svg,
    /// Graphviz
    Dot,
    /// Mermaid, for a page of text on a forge
    Mermaid,
}

impl Graph {
    /// Draws it.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        let model = graph::collect(ctx)?;
        if out.is_json() {
            out.json(&model);
            return Ok(());
        }
        let draw: fn(&Model) -> String = match self.format {
            Format::Svg => svg::render,
            Format::Dot => dot::render,
            Format::Mermaid => mermaid::render,
        };
        out.raw(draw(&model).as_bytes());
        Ok(())
    }
}

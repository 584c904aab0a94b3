//! `netpipe tunnel`

mod add;
mod peer;
mod view;

use clap::{Args, Subcommand};

use super::grammar;
use super::output::Output;
use crate::error::Result;
use crate::ops::{Context, tunnel};
use crate::spec::IfName;
use view::{View, row};

/// Join hosts by GRE, VXLAN and Geneve tunnels
///
/// A tunnel that carries Ethernet frames becomes a bridge's port, so that containers of
/// several hosts share a subnet; a gre tunnel carries IP packets, and joins hosts with a
/// subnet each by routes. The MTU is what the way to the other host leaves, and a bridge
/// of netpipe's takes it over, so that containers attached to it get it too.
#[derive(Debug, Args)]
pub struct Tunnel {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(Box<add::Add>),
    /// Remove a tunnel that netpipe made
    Del(Del),
    /// List the tunnels of this host
    List,
    /// Show one tunnel
    Show(Name),
    Peer(peer::Peer),
}

#[derive(Debug, Args)]
struct Name {
    /// The tunnel
    #[arg(value_parser = grammar::<IfName>)]
    name: IfName,
}

#[derive(Debug, Args)]
struct Del {
    /// The tunnel
    #[arg(value_parser = grammar::<IfName>)]
    name: IfName,
    /// Print the equal iproute2 commands and change nothing
    #[arg(long)]
    dry_run: bool,
}

const HEAD: [&str; 9] = [
    "TUNNEL", "KIND", "LOCAL", "REMOTE", "ID", "MTU", "BRIDGE", "STATE", "OWNER",
];

impl Tunnel {
    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        match &self.command {
            Command::List | Command::Show(_) => true,
            Command::Add(add) => add.dry_run,
            Command::Del(del) => del.dry_run,
            Command::Peer(peer) => peer.only_reads(),
        }
    }

    /// Runs the subcommand.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        match self.command {
            Command::Add(add) => add.run(ctx, out),
            Command::Del(Del { name, dry_run }) => {
                if dry_run {
                    out.commands(&tunnel::dry_run_del(ctx, &name)?);
                    return Ok(());
                }
                let removed = tunnel::del(ctx, &name)?;
                out.json(&serde_json::json!({ "name": name, "removed": removed }));
                out.line(&format!(
                    "{}: tunnel {name}",
                    if removed { "removed" } else { "not there" }
                ));
                Ok(())
            }
            Command::List => {
                let all = tunnel::list(ctx)?;
                let views: Vec<View<'_>> = all.iter().map(Into::into).collect();
                out.json(&views);
                out.table(&HEAD, views.iter().map(row));
                Ok(())
            }
            Command::Show(Name { name }) => {
                let listed = tunnel::show(ctx, &name)?;
                let view = View::from(&listed);
                out.json(&view);
                view.show(out);
                Ok(())
            }
            Command::Peer(peer) => peer.run(ctx, out),
        }
    }
}

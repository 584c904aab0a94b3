//! `netpipe tunnel peer`

use std::net::IpAddr;

use clap::{Args, Subcommand};

use crate::cli::grammar;
use crate::cli::output::Output;
use crate::error::Result;
use crate::ops::{Context, tunnel};
use crate::spec::IfName;

/// The hosts to which a VXLAN tunnel sends what is for everybody
///
/// Where there is no multicast between the hosts, each host's tunnel names the others:
/// broadcasts, and frames to a MAC not learnt yet, are sent once to each.
#[derive(Debug, Args)]
pub struct Peer {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add a host
    #[command(after_long_help = "\
Example:
  netpipe tunnel add vxlan vx10 --local 192.0.2.1 --vni 10 --bridge br0
  netpipe tunnel peer add vx10 192.0.2.2
  netpipe tunnel peer add vx10 192.0.2.3")]
    Add(Host),
    /// Take a host away
    Del(Host),
    /// List the hosts of a tunnel
    List(Name),
}

#[derive(Debug, Args)]
struct Host {
    /// The tunnel
    #[arg(value_parser = grammar::<IfName>)]
    name: IfName,
    /// The host's address in the underlay
    #[arg(value_name = "IP")]
    host: IpAddr,
}

#[derive(Debug, Args)]
struct Name {
    /// The tunnel
    #[arg(value_parser = grammar::<IfName>)]
    name: IfName,
}

impl Peer {
    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        matches!(self.command, Command::List(_))
    }

    /// Runs the subcommand.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        match self.command {
            Command::Add(Host { name, host }) => {
                let added = tunnel::add_peer(ctx, &name, host)?;
                let word = if added { "added" } else { "there already" };
                out.json(&serde_json::json!({ "name": name, "peer": host, "added": added }));
                out.line(&format!("{word}: peer {host} of {name}"));
            }
            Command::Del(Host { name, host }) => {
                let removed = tunnel::del_peer(ctx, &name, host)?;
                let word = if removed { "removed" } else { "not there" };
                out.json(&serde_json::json!({ "name": name, "peer": host, "removed": removed }));
                out.line(&format!("{word}: peer {host} of {name}"));
            }
            Command::List(Name { name }) => {
                let peers = tunnel::peers(ctx, &name)?;
                let views = peers.iter().map(|peer| {
                    serde_json::json!({
                        "peer": peer.host, "remote": peer.is_default, "there": peer.is_there
                    })
                });
                out.json(&views.collect::<Vec<_>>());
                let rows = peers.iter().map(|peer| {
                    vec![
                        peer.host.to_string(),
                        if peer.is_default { "remote" } else { "peer" }.to_owned(),
                        if peer.is_there { "active" } else { "missing" }.to_owned(),
                    ]
                });
                out.table(&["PEER", "KIND", "STATE"], rows);
            }
        }
        Ok(())
    }
}

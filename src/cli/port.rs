//! `netpipe bridge port`

use clap::{Args, Subcommand};
use ipnetwork::IpNetwork;
use serde::Serialize;

use super::grammar;
use super::output::Output;
use super::view::listed;
use crate::error::Result;
use crate::ops::Context;
use crate::ops::port::{self, Request};
use crate::registry::port::Moved;
use crate::spec::{IfName, Mac};
use crate::sys::link::FORWARDING;

/// Join a bridge to the LAN: interfaces of the host that are its ports
#[derive(Debug, Args)]
pub struct Port {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make an interface of the host a port
    Add(Add),
    /// Take an interface out; it gets back what it had
    Del(Del),
    /// List the ports of a bridge
    List(List),
}

#[derive(Debug, Args)]
#[command(after_long_help = "\
What moves:
  With --take-address the bridge, one of netpipe's, gets the interface's MAC, its addresses
  and the routes of all tables that leave by it, and follows routers as the interface did.
  The host is reachable all the while, and its connections stay. A DHCP client goes on with
  the interface: have it ask on the bridge from now on, where it gets the same address.

Examples:
  netpipe bridge port add br0 eth0 --take-address --confirm 10
  netpipe bridge port add br0 eth1")]
struct Add {
    /// The bridge
    #[arg(value_parser = grammar::<IfName>)]
    bridge: IfName,
    /// The interface
    #[arg(value_name = "NIC", value_parser = grammar::<IfName>)]
    nic: IfName,
    /// Move the interface's addresses and routes to the bridge, in one go
    #[arg(long)]
    take_address: bool,
    /// Undo it unless every gateway that answered ARP or neighbour solicitations before the
    /// move answers within so many seconds after it
    #[arg(long, value_name = "SECONDS", requires = "take_address")]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=3600))]
    confirm: Option<u32>,
    /// Print the equal iproute2 commands and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
struct Del {
    /// The bridge
    #[arg(value_parser = grammar::<IfName>)]
    bridge: IfName,
    /// The interface
    #[arg(value_name = "NIC", value_parser = grammar::<IfName>)]
    nic: IfName,
    /// Print the equal iproute2 commands and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
struct List {
    /// The bridge
    #[arg(value_parser = grammar::<IfName>)]
    bridge: IfName,
}

#[derive(Serialize)]
struct View<'a> {
    name: &'a str,
    mac: Option<Mac>,
    mtu: u32,
    up: bool,
    forwarding: bool,
    owner: Option<&'static str>,
    taken: Vec<IpNetwork>,
}

impl<'a> From<&'a port::Port> for View<'a> {
    fn from(port: &'a port::Port) -> Self {
        let link = &port.link;
        let record = port.record.as_ref();
        let owner = match record {
            Some(_) => Some("netpipe"),
            None => port.is_attachment().then_some("attachment"),
        };
        Self {
            name: &link.name,
            mac: link.mac,
            mtu: link.mtu,
            up: link.up,
            forwarding: link.port_state == Some(FORWARDING),
            owner,
            taken: addresses(record.and_then(|record| record.moved.as_ref())),
        }
    }
}

fn addresses(moved: Option<&Moved>) -> Vec<IpNetwork> {
    let all = moved.into_iter().flat_map(|moved| &moved.addresses);
    all.map(|address| address.ip).collect()
}

impl Port {
    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        match &self.command {
            Command::Add(add) => add.dry_run,
            Command::Del(del) => del.dry_run,
            Command::List(_) => true,
        }
    }

    /// Runs the subcommand.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        match self.command {
            Command::Add(add) => add.run(ctx, out),
            Command::Del(Del {
                bridge,
                nic,
                dry_run,
            }) => {
                if dry_run {
                    out.commands(&port::preview_del(ctx, &bridge, &nic)?);
                    return Ok(());
                }
                let removed = port::del(ctx, &bridge, &nic)?;
                out.json(&serde_json::json!({
                    "bridge": bridge, "name": nic, "removed": removed,
                }));
                let word = if removed { "removed" } else { "not there" };
                out.line(&format!("{word}: port {nic} of {bridge}"));
                Ok(())
            }
            Command::List(List { bridge }) => {
                let all = port::list(ctx, &bridge)?;
                let views: Vec<View<'_>> = all.iter().map(Into::into).collect();
                out.json(&views);
                let head = ["PORT", "MAC", "MTU", "STATE", "OWNER", "TAKEN"];
                out.table(&head, views.iter().map(row));
                Ok(())
            }
        }
    }
}

impl Add {
    fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        let request = Request {
            bridge: self.bridge,
            nic: self.nic,
            take: self.take_address,
            confirm: self.confirm,
        };
        if self.dry_run {
            out.commands(&port::preview(ctx, &request)?);
            return Ok(());
        }
        let added = port::add(ctx, &request)?;
        let Request { bridge, nic, .. } = &request;
        let taken = addresses(added.moved.as_ref());
        let routes = added.moved.iter().flat_map(|moved| &moved.routes);
        let routes: Vec<_> = routes.map(ToString::to_string).collect();
        out.json(&serde_json::json!({
            "bridge": bridge, "name": nic, "made": added.made, "taken": taken,
            "routes": routes, "confirmed": added.confirmed,
        }));
        let word = if added.made { "made" } else { "there already" };
        out.line(&format!("{word}: port {nic} of {bridge}"));
        if added.made && !taken.is_empty() {
            out.line(&format!("  taken       {}", listed(&taken)));
            out.line(&format!("  routes      {}", routes.len()));
        }
        if !added.confirmed.is_empty() {
            out.line(&format!("  confirmed   {}", listed(&added.confirmed)));
        }
        Ok(())
    }
}

fn row(view: &View<'_>) -> Vec<String> {
    let state = match (view.up, view.forwarding) {
        (false, _) => "down",
        (true, true) => "forwarding",
        (true, false) => "up",
    };
    vec![
        view.name.to_owned(),
        view.mac.map_or_else(|| "-".into(), |mac| mac.to_string()),
        view.mtu.to_string(),
        state.to_owned(),
        view.owner.unwrap_or("-").to_owned(),
        listed(&view.taken),
    ]
}

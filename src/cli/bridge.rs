//! `netpipe bridge`

use clap::{Args, Subcommand};
use ipnetwork::IpNetwork;
use serde::Serialize;

use super::grammar;
use super::output::Output;
use super::port::Port;
use super::view::listed;
use crate::error::{Error, Result};
use crate::ops::Context;
use crate::ops::bridge::{self, Found, NewBridge};
use crate::spec::{IfName, Mac, MacSpec, Mtu, StaticAddress};

/// Make, remove and show Linux bridges
#[derive(Debug, Args)]
pub struct Bridge {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a bridge that stays until it is removed
    Add(Add),
    /// Remove a bridge that netpipe made; its other ports leave unharmed
    Del(Name),
    /// List the bridges of this host
    List,
    /// Show one bridge
    Show(Name),
    Port(Port),
}

#[derive(Debug, Args)]
struct Name {
    /// The bridge
    #[arg(value_parser = grammar::<IfName>)]
    name: IfName,
}

#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  netpipe bridge add br0 --address 10.0.0.1/24
  netpipe bridge add lan --mtu 9000 --port eth0")]
struct Add {
    /// The bridge
    #[arg(value_parser = grammar::<IfName>)]
    name: IfName,
    /// An address of the host on it
    #[arg(long = "address", value_name = "ADDRESS", value_parser = grammar::<StaticAddress>)]
    addresses: Vec<StaticAddress>,
    /// Its MTU in bytes
    #[arg(long, value_parser = grammar::<Mtu>)]
    mtu: Option<Mtu>,
    /// Its MAC [default: one made from host and name, so that it never changes]
    #[arg(long, value_parser = grammar::<MacSpec>)]
    mac: Option<MacSpec>,
    /// Run the spanning tree protocol
    #[arg(long)]
    stp: bool,
    /// A link of the host that becomes its port
    #[arg(long = "port", value_name = "IF", value_parser = grammar::<IfName>)]
    ports: Vec<IfName>,
    /// Print the equal iproute2 commands and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct View<'a> {
    name: &'a str,
    mac: Option<Mac>,
    mtu: u32,
    up: bool,
    stp: bool,
    owned: bool,
    addresses: Vec<IpNetwork>,
    ports: Vec<&'a str>,
}

impl<'a> From<&'a Found> for View<'a> {
    fn from(found: &'a Found) -> Self {
        Self {
            name: &found.link.name,
            mac: found.link.mac,
            mtu: found.link.mtu,
            up: found.link.up,
            stp: found.link.stp,
            owned: found.is_ours(),
            addresses: found.addresses.iter().map(|address| address.ip).collect(),
            ports: found.ports.iter().map(|port| port.name.as_str()).collect(),
        }
    }
}

impl Bridge {
    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        match &self.command {
            Command::List | Command::Show(_) => true,
            Command::Add(add) => add.dry_run,
            Command::Del(_) => false,
            Command::Port(port) => port.only_reads(),
        }
    }

    /// Runs the subcommand.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        match self.command {
            Command::Add(add) => add.run(ctx, out),
            Command::Del(Name { name }) => {
                let removed = bridge::del(ctx, &name)?;
                out.json(&serde_json::json!({ "name": name, "removed": removed }));
                out.line(&format!(
                    "{}: bridge {name}",
                    if removed { "removed" } else { "not there" }
                ));
                Ok(())
            }
            Command::List => {
                let all = bridge::list(ctx)?;
                let views: Vec<View<'_>> = all.iter().map(Into::into).collect();
                out.json(&views);
                out.table(
                    &[
                        "BRIDGE",
                        "MAC",
                        "MTU",
                        "STATE",
                        "OWNER",
                        "ADDRESSES",
                        "PORTS",
                    ],
                    views.iter().map(row),
                );
                Ok(())
            }
            Command::Show(Name { name }) => show(ctx, &name, out),
            Command::Port(port) => port.run(ctx, out),
        }
    }
}

impl Add {
    fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        if let Some(address) = self
            .addresses
            .iter()
            .find(|address| address.gateway.is_some())
        {
            return Err(Error::usage(format!("`{address}` names a gateway"))
                .hint("a bridge's address takes none"));
        }
        let wanted = NewBridge {
            name: self.name,
            addresses: self.addresses.iter().map(|address| address.ip).collect(),
            mtu: self.mtu.map(|mtu| mtu.0),
            mac: self.mac.map(|mac| mac.0),
            stp: self.stp,
            ports: self.ports,
        };
        if self.dry_run {
            out.commands(&bridge::dry_run(ctx, &wanted)?);
            return Ok(());
        }
        let made = bridge::add(ctx, &wanted)?;
        out.json(&serde_json::json!({ "name": wanted.name, "made": made }));
        out.line(&format!(
            "{}: bridge {}",
            if made { "made" } else { "there already" },
            wanted.name
        ));
        Ok(())
    }
}

fn row(view: &View<'_>) -> Vec<String> {
    vec![
        view.name.to_owned(),
        view.mac.map_or_else(|| "-".into(), |mac| mac.to_string()),
        view.mtu.to_string(),
        if view.up { "up" } else { "down" }.to_owned(),
        if view.owned { "netpipe" } else { "-" }.to_owned(),
        listed(&view.addresses),
        listed(&view.ports),
    ]
}

fn show(ctx: &Context, name: &IfName, out: &Output) -> Result<()> {
    let found = bridge::find(ctx, name)?.ok_or_else(|| {
        Error::not_found(format!("there is no bridge `{name}`")).hint("see `netpipe bridge list`")
    })?;
    let view = View::from(&found);
    out.json(&view);
    out.line(view.name);
    out.line(&format!(
        "  state       {}{}",
        if view.up { "up" } else { "down" },
        if view.stp { ", spanning tree" } else { "" }
    ));
    out.line(&format!("  mac         {}", listed(view.mac)));
    out.line(&format!("  mtu         {}", view.mtu));
    out.line(&format!(
        "  owner       {}",
        if view.owned { "netpipe" } else { "-" }
    ));
    out.line(&format!("  addresses   {}", listed(&view.addresses)));
    found.ports.iter().for_each(|port| {
        let alias = port
            .alias
            .as_deref()
            .map(|alias| format!(" ({})", crate::spec::shown(alias)));
        out.line(&format!(
            "  port        {}{}",
            port.name,
            alias.unwrap_or_default()
        ));
    });
    Ok(())
}

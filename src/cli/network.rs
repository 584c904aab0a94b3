//! `netpipe network`

use std::net::IpAddr;

use clap::{Args, Subcommand};
use ipnetwork::IpNetwork;
use serde::Serialize;

use super::grammar;
use super::output::Output;
use super::view::listed;
use crate::error::{Error, Result};
use crate::ops::{Context, network};
use crate::spec::{AddressRange, IfName, NetworkName, NetworkSpec, VlanId};

/// Register networks: named segments with the address pools that `auto` draws from
#[derive(Debug, Args)]
pub struct Network {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Register a network
    Add(Add),
    /// Forget a network that has no address taken
    Del(Name),
    /// List the networks
    List,
    /// Show one network
    Show(Name),
}

#[derive(Debug, Args)]
struct Name {
    /// The network
    #[arg(value_parser = grammar::<NetworkName>)]
    name: NetworkName,
}

#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  netpipe network add lab --subnet 10.1.0.0/24 --gateway 10.1.0.1
  netpipe network add lab --subnet 10.1.0.0/24 --range 10.1.0.10-10.1.0.99 \\
      --exclude 10.1.0.50
  netpipe network add acme --bridge br0 --vlan 10 --subnet 10.0.0.0/24")]
struct Add {
    /// The network; attachments that name none belong to the one named after their link
    #[arg(value_parser = grammar::<NetworkName>)]
    name: NetworkName,
    /// The bridge it lives on
    #[arg(long, value_parser = grammar::<IfName>)]
    bridge: Option<IfName>,
    /// The VLAN of that bridge that attachments to `net:NAME` are in, untagged
    #[arg(long, value_name = "N", value_parser = grammar::<VlanId>)]
    vlan: Option<VlanId>,
    /// A subnet; one of each gives dual stack
    #[arg(long = "subnet", value_name = "SUBNET", required = true)]
    subnets: Vec<IpNetwork>,
    /// The router of a subnet; never handed out, and used by --default-route
    #[arg(long = "gateway", value_name = "IP")]
    gateways: Vec<IpAddr>,
    /// Where `auto` draws from, FIRST-LAST [default: the whole subnet]
    #[arg(long = "range", value_name = "RANGE", value_parser = grammar::<AddressRange>)]
    ranges: Vec<AddressRange>,
    /// Addresses that `auto` never hands out, FIRST-LAST or one
    #[arg(long = "exclude", value_name = "RANGE", value_parser = grammar::<AddressRange>)]
    exclude: Vec<AddressRange>,
}

#[derive(Serialize)]
struct View<'a> {
    name: &'a NetworkName,
    #[serde(flatten)]
    spec: &'a NetworkSpec,
}

impl Network {
    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        matches!(self.command, Command::List | Command::Show(_))
    }

    /// Runs the subcommand.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        match self.command {
            Command::Add(add) => add.run(ctx, out),
            Command::Del(Name { name }) => {
                let removed = network::del(ctx, &name)?;
                out.json(&serde_json::json!({ "name": name, "removed": removed }));
                out.line(&format!(
                    "{}: network {name}",
                    if removed { "forgotten" } else { "not there" }
                ));
                Ok(())
            }
            Command::List => {
                let all = network::list(ctx)?;
                let views: Vec<_> = all.iter().map(|(name, spec)| View { name, spec }).collect();
                out.json(&views);
                out.table(&HEAD, views.iter().map(row));
                Ok(())
            }
            Command::Show(Name { name }) => {
                let spec = network::find(ctx, &name)?.ok_or_else(|| {
                    Error::not_found(format!("there is no network `{name}`"))
                        .hint("see `netpipe network list`")
                })?;
                let view = View {
                    name: &name,
                    spec: &spec,
                };
                out.json(&view);
                out.table(&HEAD, [row(&view)]);
                Ok(())
            }
        }
    }
}

impl Add {
    fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        let spec = NetworkSpec {
            bridge: self.bridge,
            vlan: self.vlan,
            subnets: self.subnets,
            gateways: self.gateways,
            ranges: self.ranges,
            exclude: self.exclude,
        };
        let made = network::add(ctx, &self.name, spec)?;
        out.json(&serde_json::json!({ "name": self.name, "made": made }));
        out.line(&format!(
            "{}: network {}",
            if made { "registered" } else { "there already" },
            self.name
        ));
        Ok(())
    }
}

const HEAD: [&str; 7] = [
    "NETWORK", "BRIDGE", "VLAN", "SUBNETS", "GATEWAYS", "RANGES", "EXCLUDED",
];

fn row(view: &View<'_>) -> Vec<String> {
    vec![
        view.name.to_string(),
        listed(&view.spec.bridge),
        listed(view.spec.vlan),
        listed(&view.spec.subnets),
        listed(&view.spec.gateways),
        listed(&view.spec.ranges),
        listed(&view.spec.exclude),
    ]
}

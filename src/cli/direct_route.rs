//! `netpipe direct-route`

use std::net::IpAddr;

use clap::{Args, Subcommand};
use ipnetwork::IpNetwork;
use serde::Serialize;

use super::grammar;
use super::output::Output;
use crate::error::{Error, Result};
use crate::ops::Context;
use crate::ops::direct_route::{self, Request};
use crate::registry::direct_route::DirectRouteRecord;
use crate::spec::{IfName, RouteSpec, shown};

/// Reach the containers of other hosts on the LAN by routes
///
/// For hosts that each have a subnet of containers of their own. Each host gets a route to
/// the subnet of each other one, forwards, and lets the packets pass its firewall where that
/// drops what is forwarded.
#[derive(Debug, Args)]
pub struct DirectRoute {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Route to the subnet of another host's containers
    Add(Add),
    /// Remove such a route, and with the last one what it changed
    Del(Del),
    /// List such routes
    List,
}

#[derive(Debug, Args)]
#[command(after_long_help = "\
Example, on a host with containers in 10.1.0.0/24 and the address 192.168.7.1:
  netpipe direct-route add 10.2.0.0/24 via 192.168.7.2
and on the other, 192.168.7.2, with containers in 10.2.0.0/24:
  netpipe direct-route add 10.1.0.0/24 via 192.168.7.1")]
struct Add {
    /// The subnet of the other host's containers
    #[arg(value_parser = subnet)]
    subnet: IpNetwork,
    /// The word `via`
    #[arg(value_parser = ["via"], hide_possible_values = true)]
    via: String,
    /// The other host's address on the LAN
    #[arg(value_parser = host)]
    host: IpAddr,
    /// The route's metric
    #[arg(long, value_name = "N")]
    metric: Option<u32>,
    /// The interface by which the other host is reached [default: the one of its subnet]
    #[arg(long, value_name = "IF", value_parser = grammar::<IfName>)]
    dev: Option<IfName>,
    /// Add no firewall rules
    #[arg(long)]
    no_firewall: bool,
    /// Print the equal commands and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
struct Del {
    /// The subnet
    #[arg(value_parser = subnet)]
    subnet: IpNetwork,
    /// Print the equal commands and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// A subnet by the grammar of routes, that can be on another host.
fn subnet(text: &str) -> std::result::Result<IpNetwork, String> {
    let refuse = |why: &str| {
        let text = shown(text);
        Err(format!(
            "`{text}` is not a subnet of containers: {why}\nhint: write one such as 10.2.0.0/24"
        ))
    };
    if text.contains(',') {
        return refuse("it is not an address with a prefix length");
    }
    let destination = grammar::<RouteSpec>(text)?.destination;
    match destination.ip() {
        _ if destination.prefix() == 0 => refuse("it is everything"),
        ip if ip.is_loopback() => refuse("it is the loopback's"),
        IpAddr::V6(v6) if v6.is_unicast_link_local() => refuse("it is each link's own"),
        IpAddr::V4(v4) if v4.is_unspecified() => refuse("it is nobody's"),
        _ => Ok(destination),
    }
}

/// An address that a host can have.
fn host(text: &str) -> std::result::Result<IpAddr, String> {
    let shown = shown(text);
    let refuse = |why: &str| {
        Err(format!(
            "`{shown}` is not a host's address: {why}\nhint: write one such as 192.168.7.2"
        ))
    };
    match text.parse::<IpAddr>() {
        Err(_) => refuse("it is not an IP address"),
        Ok(ip) if ip.is_unspecified() => refuse("it is nobody's"),
        Ok(ip) if ip.is_multicast() => refuse("it is a multicast group"),
        Ok(ip) if ip.is_loopback() => refuse("it is the loopback's"),
        Ok(IpAddr::V4(v4)) if v4.is_broadcast() => refuse("it is everybody's"),
        Ok(ip) => Ok(ip),
    }
}

#[derive(Serialize)]
struct View<'a> {
    subnet: IpNetwork,
    via: IpAddr,
    dev: &'a str,
    metric: Option<u32>,
    state: &'static str,
    rules: usize,
}

impl<'a> From<&'a DirectRouteRecord> for View<'a> {
    fn from(record: &'a DirectRouteRecord) -> Self {
        Self {
            subnet: record.subnet,
            via: record.via,
            dev: record.dev.as_str(),
            metric: record.metric,
            state: match record.is_active() {
                true => "active",
                false => "pending",
            },
            rules: record.rules.len(),
        }
    }
}

impl DirectRoute {
    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        match &self.command {
            Command::Add(add) => add.dry_run,
            Command::Del(del) => del.dry_run,
            Command::List => true,
        }
    }

    /// Runs the subcommand.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        match self.command {
            Command::Add(add) => add.run(ctx, out),
            Command::Del(Del { subnet, dry_run }) => {
                if dry_run {
                    out.commands(&direct_route::preview_del(ctx, subnet)?);
                    return Ok(());
                }
                let removed = direct_route::del(ctx, subnet)?;
                out.json(&serde_json::json!({ "subnet": subnet, "removed": removed }));
                let word = if removed { "removed" } else { "not there" };
                out.line(&format!("{word}: direct route {subnet}"));
                Ok(())
            }
            Command::List => {
                let all = direct_route::records(ctx)?;
                let views: Vec<View<'_>> = all.iter().map(Into::into).collect();
                out.json(&views);
                let head = ["SUBNET", "VIA", "DEV", "METRIC", "STATE", "RULES"];
                out.table(&head, views.iter().map(row));
                Ok(())
            }
        }
    }
}

impl Add {
    fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        if self.subnet.is_ipv4() != self.host.is_ipv4() {
            return Err(Error::usage(format!(
                "{} and `{}` are of two address families",
                self.subnet, self.host
            ))
            .hint("give a host's address of the subnet's family"));
        }
        if self.subnet.is_ipv6() && self.metric == Some(0) {
            return Err(Error::usage("0 is not a metric of an IPv6 route")
                .hint("the kernel takes it for 1024; leave --metric away"));
        }
        let request = Request {
            subnet: self.subnet,
            via: self.host,
            metric: self.metric,
            dev: self.dev,
            firewall: !self.no_firewall,
        };
        if self.dry_run {
            out.commands(&direct_route::preview(ctx, &request)?);
            return Ok(());
        }
        let (made, record) = direct_route::add(ctx, &request)?;
        let mut shown = serde_json::json!(View::from(&record));
        shown["made"] = made.into();
        out.json(&shown);
        let word = if made { "made" } else { "there already" };
        let DirectRouteRecord {
            subnet, via, dev, ..
        } = &record;
        out.line(&format!(
            "{word}: direct route {subnet} via {via} dev {dev}"
        ));
        Ok(())
    }
}

fn row(view: &View<'_>) -> Vec<String> {
    vec![
        view.subnet.to_string(),
        view.via.to_string(),
        view.dev.to_owned(),
        view.metric
            .map_or_else(|| "-".into(), |metric| metric.to_string()),
        view.state.to_owned(),
        view.rules.to_string(),
    ]
}

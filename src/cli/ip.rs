//! `netpipe ip`

use std::net::IpAddr;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::grammar;
use super::output::Output;
use crate::error::{Error, Result};
use crate::ops::{Context, network};
use crate::registry::record::Owner;
use crate::spec::{MARK, NetworkName};

/// Set addresses aside, free them, and see who has which
#[derive(Debug, Args)]
pub struct Ip {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Set an address aside: only an attachment with --reserved gets it
    Reserve(Reserve),
    /// Free an address that was set aside; one in use is freed with its attachment
    Release(Address),
    /// List the addresses that are taken
    List {
        /// Only this network's
        #[arg(value_parser = grammar::<NetworkName>)]
        network: Option<NetworkName>,
    },
}

#[derive(Debug, Args)]
struct Address {
    /// The network
    #[arg(value_parser = grammar::<NetworkName>)]
    network: NetworkName,
    /// The address, without a prefix length
    #[arg(value_name = "IP")]
    ip: IpAddr,
}

#[derive(Debug, Args)]
struct Reserve {
    #[command(flatten)]
    address: Address,
    /// Why
    #[arg(long, value_parser = note)]
    note: Option<String>,
}

fn note(text: &str) -> std::result::Result<String, String> {
    if text.len() > 256 || text.chars().any(char::is_control) {
        return Err("a note is at most 256 bytes, without control characters".into());
    }
    if text.starts_with(MARK) {
        return Err(format!("a note that starts with `{MARK}` is netpipe's own"));
    }
    Ok(text.to_owned())
}

#[derive(Serialize)]
struct View<'a> {
    network: &'a NetworkName,
    address: IpAddr,
    owner: Option<&'a Owner>,
    /// Whether it is set aside, in use or not.
    reserved: bool,
    note: Option<&'a str>,
}

impl Ip {
    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        matches!(self.command, Command::List { .. })
    }

    /// Runs the subcommand.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        match self.command {
            Command::Reserve(Reserve {
                address: Address { network, ip },
                note,
            }) => {
                network::reserve(ctx, &network, ip, note.as_deref())?;
                out.json(&serde_json::json!({ "network": network, "address": ip }));
                out.line(&format!("reserved: {ip} of {network}"));
                Ok(())
            }
            Command::Release(Address { network, ip }) => {
                if !network::release(ctx, &network, ip)? {
                    return Err(Error::not_found(format!(
                        "{ip} of network `{network}` is not reserved"
                    ))
                    .hint(format!("see `netpipe ip list {network}`")));
                }
                out.json(&serde_json::json!({ "network": network, "address": ip }));
                out.line(&format!("released: {ip} of {network}"));
                Ok(())
            }
            Command::List { network } => list(ctx, network.as_ref(), out),
        }
    }
}

fn list(ctx: &Context, network: Option<&NetworkName>, out: &Output) -> Result<()> {
    let taken = network::taken(ctx, network)?;
    let views = taken.iter().map(|(network, address, held)| View {
        network,
        address: *address,
        owner: held.owner.as_ref(),
        reserved: held.is_set_aside(),
        note: held.note.as_deref(),
    });
    let views: Vec<_> = views.collect();
    out.json(&views);
    let row = |view: &View<'_>| {
        let owner = match (view.owner, view.reserved) {
            (None, _) => "reserved".to_owned(),
            (Some(owner), true) => format!("{owner} (reserved)"),
            (Some(owner), false) => owner.to_string(),
        };
        let note = view.note.unwrap_or("-").to_owned();
        vec![
            view.network.to_string(),
            view.address.to_string(),
            owner,
            note,
        ]
    };
    out.table(
        &["NETWORK", "ADDRESS", "OWNER", "NOTE"],
        views.iter().map(row),
    );
    Ok(())
}

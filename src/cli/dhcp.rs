//! `netpipe dhcp`

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use super::grammar;
use super::output::{Output, Tone};
use super::view::{AttachmentView, listed};
use crate::error::Result;
use crate::ops::Context;
use crate::ops::dhcp::{self, hold};
use crate::registry::lease::{FOREVER, Lease, now};
use crate::registry::record::{AttachmentRecord, Owner};
use crate::spec::{IfName, Target};

/// Keep, renew and give back addresses that DHCP servers and routers gave
///
/// An address from a DHCP server is good for its lease's time only; after that the kernel
/// drops it. `hold` keeps it: it renews the lease in time, follows what the server changes,
/// asks again if the server refuses or is gone, and gives it back when the target ends, or on
/// SIGINT or SIGTERM. `netpipe attach --hold` does the same right after an attach.
/// `netpipe check --repair` asks again for a lease that is over, for the same address first.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  netpipe attach --hold web br0 dhcp
  netpipe dhcp list
  netpipe dhcp hold web
  netpipe dhcp hold --background web eth1
  netpipe dhcp renew web
  netpipe dhcp release web")]
pub struct Dhcp {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the addresses that were given for a time, for how long, and who keeps them
    List {
        /// Only this target's
        #[arg(value_parser = grammar::<Target>)]
        target: Option<Target>,
    },
    /// Keep the leases of an attachment until its target ends
    Hold {
        #[command(flatten)]
        which: Which,
        /// Go on in the background once it is started
        #[arg(long)]
        background: bool,
    },
    /// Ask again, for the same addresses first
    Renew(Which),
    /// Give the addresses back; the attachment stays, without them
    Release(Which),
}

/// Which attachment.
#[derive(Debug, Args)]
struct Which {
    /// The target, as given to attach
    #[arg(value_parser = grammar::<Target>)]
    target: Target,
    /// The interface [default: the only one that asks for addresses]
    #[arg(value_parser = grammar::<IfName>)]
    ifname: Option<IfName>,
}

/// Where the leases of a new attachment are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Manner {
    /// Here, until the target ends
    Foreground,
    /// In a process of its own
    Background,
}

#[derive(Serialize)]
struct Row<'a> {
    target: String,
    ifname: &'a str,
    #[serde(flatten)]
    lease: &'a Lease,
    left: Option<u32>,
    holder: Option<u32>,
}

#[derive(Serialize)]
struct Held<'a> {
    target: String,
    ifname: &'a str,
    end: hold::End,
}

impl Dhcp {
    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        matches!(self.command, Command::List { .. })
    }

    /// Runs the subcommand.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        match self.command {
            Command::List { target } => list(ctx, out, target.as_ref()),
            Command::Hold { which, background } => {
                let owner = which.owner(ctx)?;
                let manner = match background {
                    true => Manner::Background,
                    false => Manner::Foreground,
                };
                keep(ctx, out, &owner, manner)
            }
            Command::Renew(which) => {
                let owner = which.owner(ctx)?;
                report(&dhcp::renew(ctx, &owner)?, "renewed", out);
                Ok(())
            }
            Command::Release(which) => {
                let owner = which.owner(ctx)?;
                report(&dhcp::release_all(ctx, &owner)?, "released", out);
                Ok(())
            }
        }
    }
}

impl Which {
    fn owner(&self, ctx: &Context) -> Result<Owner> {
        dhcp::owner(ctx, &self.target, self.ifname.as_ref())
    }
}

fn report(record: &AttachmentRecord, verb: &str, out: &Output) {
    out.json(&AttachmentView::from(record));
    let (target, ifname) = (&record.owner.target, &record.owner.ifname);
    let addresses = listed(record.leasing.addresses());
    out.line(&format!("{verb}: {target} {ifname} with {addresses}"));
}

/// Keeps the leases of an attachment.
///
/// # Errors
/// As [`hold::hold`].
pub fn keep(ctx: &Context, out: &Output, owner: &Owner, manner: Manner) -> Result<()> {
    let (target, ifname) = (&owner.target, &owner.ifname);
    if manner == Manner::Background {
        let pid = hold::background(ctx, owner)?;
        out.json(&serde_json::json!({
            "target": target.to_string(), "ifname": ifname, "holder": pid,
        }));
        out.line(&format!("holding: {target} {ifname} by process {pid}"));
        return Ok(());
    }
    let end = hold::hold(ctx, owner, &|text| out.line(text))?;
    out.json(&Held {
        target: target.to_string(),
        ifname: ifname.as_str(),
        end,
    });
    let why = match end {
        hold::End::Gone => "its target is gone",
        hold::End::Detached => "it was detached",
        hold::End::Stopped => "stopped",
    };
    out.line(&format!("ended: {target} {ifname}: {why}"));
    Ok(())
}

fn list(ctx: &Context, out: &Output, target: Option<&Target>) -> Result<()> {
    let records = dhcp::list(ctx, target)?;
    let at = now();
    let holders: Vec<_> = records
        .iter()
        .map(|record| hold::holder(ctx, &record.owner))
        .collect();
    let mut rows = Vec::new();
    for (record, holder) in records.iter().zip(&holders) {
        rows.extend(record.leasing.leases.iter().map(|lease| Row {
            target: record.owner.target.to_string(),
            ifname: record.owner.ifname.as_str(),
            left: Some(lease.left(at)).filter(|left| *left != FOREVER),
            holder: *holder,
            lease,
        }));
    }
    out.json(&rows);
    let head = [
        "TARGET", "IFNAME", "KIND", "ADDRESS", "SERVER", "LEFT", "HOLDER",
    ];
    let cells = records.iter().zip(&holders).flat_map(|(record, holder)| {
        let line = |kind: String, lease: Option<&Lease>| {
            let left = lease.map(|lease| match lease.left(at) {
                FOREVER => "forever".to_owned(),
                0 => out.toned(Tone::Bad, "over"),
                left => format!("{left} s"),
            });
            vec![
                record.owner.target.to_string(),
                record.owner.ifname.to_string(),
                kind,
                listed(lease.map(|lease| lease.address)),
                listed(lease.and_then(|lease| lease.server)),
                listed(left),
                listed(*holder),
            ]
        };
        let asks = record.leasing.asks.iter();
        let each = asks.flat_map(move |kind| {
            let mut lines: Vec<_> = record
                .leasing
                .of(*kind)
                .map(|lease| line(kind.to_string(), Some(lease)))
                .collect();
            if lines.is_empty() {
                lines.push(line(kind.to_string(), None));
            }
            lines
        });
        each.collect::<Vec<_>>()
    });
    out.table(&head, cells);
    Ok(())
}

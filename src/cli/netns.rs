//! `netpipe netns`

use clap::{Args, Subcommand};
use serde::Serialize;

use super::grammar;
use super::output::Output;
use super::view::listed;
use crate::error::Result;
use crate::ops::Context;
use crate::ops::netns::{self, Named};
use crate::spec::Target;

/// Make, remove and show named network namespaces
///
/// The same ones as those of `ip netns`: what one makes, the other sees.
#[derive(Debug, Args)]
pub struct Netns {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a network namespace, a target as netns:NAME
    Add(Name),
    /// Remove a network namespace that nothing is attached to
    Del(Name),
    /// List the network namespaces of this host, and what netpipe attached to them
    List,
}

#[derive(Debug, Args)]
struct Name {
    /// Its name, without netns: in front
    #[arg(value_parser = name)]
    name: String,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    namespace: bool,
    attachments: Vec<&'a str>,
}

impl<'a> From<&'a Named> for Row<'a> {
    fn from(named: &'a Named) -> Self {
        let attachments = named.attachments.iter();
        Self {
            name: &named.name,
            namespace: named.namespace,
            attachments: attachments
                .map(|record| record.owner.ifname.as_str())
                .collect(),
        }
    }
}

/// A name by the grammar of TARGET.
fn name(text: &str) -> std::result::Result<String, String> {
    match grammar::<Target>(&format!("netns:{text}"))? {
        Target::Netns(name) => Ok(name),
        other => Err(format!("`{other}` is not a name")),
    }
}

impl Netns {
    /// Runs the subcommand.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        match self.command {
            Command::Add(Name { name }) => {
                netns::add(ctx, &name)?;
                out.json(&serde_json::json!({ "name": name, "made": true }));
                out.line(&format!("made: netns {name}"));
            }
            Command::Del(Name { name }) => {
                netns::del(ctx, &name)?;
                out.json(&serde_json::json!({ "name": name, "removed": true }));
                out.line(&format!("removed: netns {name}"));
            }
            Command::List => {
                let all = netns::list(ctx)?;
                let rows: Vec<Row<'_>> = all.iter().map(Into::into).collect();
                out.json(&rows);
                out.table(&["NETNS", "ATTACHED"], rows.iter().map(cells));
            }
        }
        Ok(())
    }
}

fn cells(row: &Row<'_>) -> Vec<String> {
    let attached = match row.namespace {
        true => listed(&row.attachments),
        false => "(no namespace behind the name)".into(),
    };
    vec![crate::spec::shown(row.name), attached]
}

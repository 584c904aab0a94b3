//! `netpipe compose`

mod metadata;
mod options;

use std::ffi::{OsStr, OsString};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::grammar;
use super::output::Output;
use super::view::listed;
use crate::error::{Error, Result};
use crate::ops::compose::{self as segments, Down, Up};
use crate::ops::{Context, compose};
use crate::registry::compose::ComposeRecord;
use crate::spec::{ComposeName, Segment, variable_of};
use options::Options;

/// Serve Docker Compose as a provider of bridges, networks and tunnels
///
/// Compose calls this itself for a service that has `provider:` with `type: netpipe`, if
/// netpipe is on the PATH. What `up` made for a service `down` removes; what several services
/// use goes with the last of them. Messages for Compose go to stdout, a JSON object a line.
#[derive(Debug, Args)]
#[command(after_long_help = "\
In compose.yaml:
  services:
    net:
      provider:
        type: netpipe
        options:
          bridge: br-lamp
          bridge-address: 10.50.0.1/24
          network: lamp
          subnet: 10.50.0.0/24
          address: [printer=10.50.0.9, spare=auto]

Services that depend on it get in their environment, after the service's name (here `NET_`):
  BRIDGE, NETWORK, VLAN, SUBNET, GATEWAY, TUNNEL, MTU
  LINK                    what to give to `netpipe attach` as LINK
  ADDRESS_1, ADDRESS_2…   the addresses set aside; ADDRESS_PRINTER of one with a label

Examples:
  netpipe compose --project-name=lamp up --bridge=br-lamp --dry-run net
  netpipe compose list
  netpipe compose --project-name=lamp down net")]
pub struct Compose {
    /// The project
    #[arg(long, value_name = "PROJECT", value_parser = grammar::<ComposeName>)]
    project_name: Option<ComposeName>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Tell Compose which options there are
    Metadata,
    /// Make what a service asks for, or what is missing of it
    Up(Box<Wanted>),
    /// Remove what was made for a service; what is in use goes with its last use
    Down(Service),
    /// Leave everything as it is: a network has nothing to stop
    Stop(Service),
    /// List what projects have on this host
    List,
}

#[derive(Debug, Args)]
struct Wanted {
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    service: Service,
}

#[derive(Debug, Args)]
struct Service {
    /// The service
    #[arg(value_parser = grammar::<ComposeName>)]
    service: ComposeName,
    /// Print the equal netpipe commands and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// What a service has, as programs see it.
#[derive(Serialize)]
struct View<'a> {
    project: &'a ComposeName,
    service: &'a ComposeName,
    state: &'static str,
    bridge: Option<&'a str>,
    network: Option<&'a str>,
    tunnel: Option<&'a str>,
    /// The things that were made for it, and go with it.
    made: Vec<&'a str>,
    options: &'a [String],
}

impl<'a> From<&'a ComposeRecord> for View<'a> {
    fn from(record: &'a ComposeRecord) -> Self {
        let bridge = record.bridge.as_ref();
        let network = record.network.as_ref();
        let tunnel = record.tunnel.as_ref();
        let made = [
            bridge.filter(|claim| claim.made).map(|_| "bridge"),
            network.filter(|claim| claim.made).map(|_| "network"),
            tunnel.filter(|claim| claim.made).map(|_| "tunnel"),
        ];
        Self {
            project: &record.project,
            service: &record.service,
            state: record.state_word(),
            bridge: bridge.map(|claim| claim.name.as_str()),
            network: network.map(|claim| claim.name.as_str()),
            tunnel: tunnel.map(|claim| claim.name.as_str()),
            made: made.into_iter().flatten().collect(),
            options: &record.asked,
        }
    }
}

/// The words of a command line as clap is to see them, and whether Compose listens: then an
/// option without a value is one that a variable of compose.yaml left empty, and is left out.
pub fn heard(mut words: Vec<OsString>) -> (Vec<OsString>, bool) {
    let word = |nth: usize| words.get(nth).and_then(|word| word.to_str());
    let listens = word(1) == Some("compose")
        && words
            .iter()
            .any(|word| ["up", "down", "stop"].iter().any(|verb| word == verb));
    if listens {
        let empty = |word: &OsStr| {
            let word = word.as_encoded_bytes();
            word.starts_with(b"--") && word.ends_with(b"=") && !word.starts_with(b"--project")
        };
        words.retain(|word| !empty(word));
    }
    (words, listens)
}

/// Says to Compose why a command line was refused: it shows no stderr to anybody.
pub fn refuse(out: &Output, error: &clap::Error) {
    let text = error.to_string();
    let mut told = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:"))
        .filter(|line| !line.is_empty() && !line.starts_with("For more information"))
        .map(|line| line.trim_start_matches("error: "));
    let first = told.next().unwrap_or("the command line cannot be read");
    let hints: Vec<_> = told.collect();
    out.message("error", &sentence(first, &hints));
}

/// A message with its hints on one line: Compose shows no more.
fn sentence(message: &str, hints: &[&str]) -> String {
    match hints.is_empty() {
        true => message.to_owned(),
        false => format!("{message} ({})", hints.join("; ")),
    }
}

impl Compose {
    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        match &self.command {
            Command::Metadata | Command::List => true,
            Command::Up(wanted) => wanted.service.dry_run,
            Command::Down(service) | Command::Stop(service) => service.dry_run,
        }
    }

    /// Runs the subcommand.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        let project = self.project_name;
        let work = || match self.command {
            Command::Metadata => {
                out.raw(format!("{}\n", metadata::text()).as_bytes());
                Ok(())
            }
            Command::List => list(ctx, project.as_ref(), out),
            Command::Up(wanted) => {
                let (project, service) = (named(project)?, wanted.service.service);
                let segment = wanted.options.segment()?;
                match wanted.service.dry_run {
                    true => out.commands(&options::commands(&segment)),
                    false => told(
                        &compose::up(ctx, &project, &service, &segment)?,
                        &segment,
                        out,
                    ),
                }
                Ok(())
            }
            Command::Down(service) => down(ctx, &named(project)?, &service, out),
            Command::Stop(Service { service, .. }) => {
                let project = named(project)?;
                let text = match compose::find(ctx, &project, &service)? {
                    Some(_) => "stays until it is taken down",
                    None => "not up",
                };
                out.message("info", text);
                Ok(())
            }
        };
        let outcome = work();
        for warning in ctx.warnings() {
            out.message("info", &format!("warning: {warning}"));
        }
        if let Err(error) = &outcome {
            let hints: Vec<_> = error.hints().iter().map(String::as_str).collect();
            out.message("error", &sentence(&error.to_string(), &hints));
        }
        outcome
    }
}

fn named(project: Option<ComposeName>) -> Result<ComposeName> {
    project.ok_or_else(|| {
        Error::usage("no project is named").hint("give --project-name, as Compose does")
    })
}

fn down(ctx: &Context, project: &ComposeName, service: &Service, out: &Output) -> Result<()> {
    if service.dry_run {
        let commands = match compose::find(ctx, project, &service.service)? {
            Some(record) => options::removal(&record, &compose::reserved(ctx, &record)?),
            None => Vec::new(),
        };
        out.commands(&commands);
        return Ok(());
    }
    let Down {
        removed,
        stays,
        left,
    } = segments::down(ctx, project, &service.service)?;
    for line in &removed {
        out.message("info", &format!("removed {line}"));
    }
    for line in &left {
        out.message("info", &format!("left {line}"));
    }
    for line in &stays {
        out.message("info", &format!("goes later: {line}"));
    }
    Ok(())
}

/// Tells Compose what there is now. The same again for a service that was up: its dependents
/// need their environment each time.
fn told(up: &Up, wanted: &Segment, out: &Output) {
    for line in &up.made {
        out.message("info", &format!("made {line}"));
    }
    let set = |name: &str, value: &str| out.message("setenv", &format!("{name}={value}"));
    if let Some(bridge) = wanted.bridge_name() {
        set("BRIDGE", bridge.as_str());
    }
    if let Some((name, spec)) = &wanted.network {
        set("NETWORK", name.as_str());
        set("SUBNET", &joined(wanted.subnets()));
        if !spec.gateways.is_empty() {
            set("GATEWAY", &joined(&spec.gateways));
        }
    }
    match (&wanted.network, wanted.bridge_name()) {
        (Some((name, _)), Some(_)) => set("LINK", &format!("net:{name}")),
        (None, Some(bridge)) => set("LINK", bridge.as_str()),
        (_, None) => {}
    }
    if let Some(vlan) = wanted.vlan {
        set("VLAN", &vlan.to_string());
    }
    if let Some(tunnel) = &wanted.tunnel {
        set("TUNNEL", tunnel.name.as_str());
    }
    if let Some(mtu) = up.mtu {
        set("MTU", &mtu.to_string());
    }
    for (nth, (label, ip)) in (1..).zip(&up.addresses) {
        set(&format!("ADDRESS_{nth}"), &ip.to_string());
        if let Some(label) = label {
            set(&format!("ADDRESS_{}", variable_of(label)), &ip.to_string());
        }
    }
}

fn joined<T: ToString>(all: &[T]) -> String {
    let all: Vec<_> = all.iter().map(ToString::to_string).collect();
    all.join(",")
}

fn list(ctx: &Context, project: Option<&ComposeName>, out: &Output) -> Result<()> {
    let mut all = compose::list(ctx)?;
    all.retain(|record| project.is_none_or(|project| *project == record.project));
    let views: Vec<View<'_>> = all.iter().map(Into::into).collect();
    out.json(&views);
    let row = |view: &View<'_>| {
        vec![
            view.project.to_string(),
            view.service.to_string(),
            view.state.to_owned(),
            listed(view.bridge),
            listed(view.network),
            listed(view.tunnel),
            listed(&view.made),
        ]
    };
    out.table(
        &[
            "PROJECT", "SERVICE", "STATE", "BRIDGE", "NETWORK", "TUNNEL", "MADE",
        ],
        views.iter().map(row),
    );
    Ok(())
}

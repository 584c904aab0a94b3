//! `netpipe check`

use std::fmt::Display;

use clap::Args;
use serde::Serialize;

use super::grammar;
use super::output::{Output, Tone};
use super::view::AttachmentView;
use crate::error::{Error, Result};
use crate::ops::check::{self, Checked};
use crate::ops::{Context, direct_route, port, tunnel};
use crate::registry::found::Broken;
use crate::spec::{Target, TunnelKind, shown};

/// Compare what is recorded with what the kernel has
///
/// Exits 1 if anything differs, or a record cannot be read. With --repair what differs is
/// put back, also after a container's restart, which gives it a new network namespace.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  netpipe check
  netpipe check web --repair")]
pub struct Check {
    /// Only this target's
    #[arg(value_parser = grammar::<Target>)]
    target: Option<Target>,
    /// Put back what is missing
    #[arg(long)]
    repair: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    attachment: AttachmentView<'a>,
    drift: Vec<String>,
    repaired: Option<bool>,
}

impl<'a> From<&'a Checked> for Row<'a> {
    fn from(one: &'a Checked) -> Self {
        let Checked {
            record,
            drift,
            repair,
        } = one;
        Row {
            attachment: record.into(),
            drift: drift.iter().map(ToString::to_string).collect(),
            repaired: repair.as_ref().map(Result::is_ok),
        }
    }
}

/// A record that cannot be read: what its key says of it.
#[derive(Serialize)]
struct Unreadable<'a> {
    host: Option<&'a str>,
    target: Option<String>,
    ifname: Option<&'a str>,
    key: &'a str,
    drift: Vec<String>,
    repaired: Option<bool>,
}

/// A tunnel.
#[derive(Serialize)]
struct TunnelRow<'a> {
    host: &'a str,
    tunnel: &'a str,
    kind: Option<TunnelKind>,
    state: Option<&'static str>,
    drift: &'a [String],
    repaired: Option<bool>,
}

impl<'a> TunnelRow<'a> {
    fn new(ctx: &'a Context, one: &'a tunnel::Checked) -> Self {
        Self {
            host: &ctx.host,
            tunnel: &one.name,
            kind: one.kind,
            state: one.state,
            drift: &one.drift,
            repaired: one.repair.as_ref().map(Result::is_ok),
        }
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Line<'a> {
    Checked(Box<Row<'a>>),
    Tunnel(TunnelRow<'a>),
    Unreadable(Unreadable<'a>),
    Lan(&'a Lan),
}

/// Something of the host's own network that is recorded.
#[derive(Serialize)]
struct Lan {
    host: String,
    #[serde(flatten)]
    what: serde_json::Value,
    #[serde(skip)]
    name: String,
    drift: Vec<String>,
    repaired: Option<bool>,
    #[serde(skip)]
    error: Option<String>,
}

impl Lan {
    fn new(
        host: &str,
        (name, what): (String, serde_json::Value),
        (drift, repair): (Vec<String>, Option<Result<()>>),
    ) -> Self {
        Self {
            host: host.to_owned(),
            what,
            name,
            drift,
            repaired: repair.as_ref().map(Result::is_ok),
            error: repair.and_then(Result::err).map(|error| error.to_string()),
        }
    }

    fn unreadable(host: &str, error: &Error, fix: bool) -> Self {
        let what = serde_json::json!({});
        let mut one = Self::new(
            host,
            ("record".into(), what),
            (vec![error.to_string()], None),
        );
        one.repaired = fix.then_some(false);
        one
    }

    fn is_wrong(&self) -> bool {
        !self.drift.is_empty() && self.repaired != Some(true)
    }

    fn print(&self, out: &Output) {
        let (tone, word) = verdict_of(self.repaired, self.drift.is_empty());
        out.line(&format!("{}: {}", self.name, out.toned(tone, word)));
        let error = self.error.iter();
        let lines = self.drift.iter().chain(error);
        lines.for_each(|line| out.line(&format!("  {line}")));
    }
}

/// The ports and routes of the host's own network, with what differs.
fn lan(ctx: &Context, fix: bool) -> Result<Vec<Lan>> {
    let mut all = Vec::new();
    let host = ctx.host.as_str();
    for port in port::check(ctx, fix)? {
        all.push(match port {
            Err(error) => Lan::unreadable(host, &error, fix),
            Ok(port) => {
                let (bridge, nic) = (&port.record.bridge, &port.record.nic);
                let what = serde_json::json!({ "bridge": bridge, "port": nic });
                let name = format!("port {nic} of {bridge}");
                Lan::new(host, (name, what), (port.drift, port.repair))
            }
        });
    }
    for route in direct_route::check(ctx, fix)? {
        all.push(match route {
            Err(error) => Lan::unreadable(host, &error, fix),
            Ok(route) => {
                let (subnet, via) = (&route.record.subnet, &route.record.via);
                let what = serde_json::json!({ "subnet": subnet, "via": via });
                let name = format!("direct route {subnet}");
                Lan::new(host, (name, what), (route.drift, route.repair))
            }
        });
    }
    Ok(all)
}

/// The word for what was found and done, and how it is meant.
fn verdict_of(repaired: Option<bool>, same: bool) -> (Tone, &'static str) {
    match (repaired, same) {
        (Some(true), _) => (Tone::Warn, "repaired"),
        (Some(false), _) => (Tone::Bad, "not repaired"),
        (None, true) => (Tone::Good, "ok"),
        (None, false) => (Tone::Bad, "drift"),
    }
}

impl Check {
    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        !self.repair
    }

    /// Prints what differs; fails if anything still does.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        // Before the attachments: a bridge that comes with a tunnel has its MTU by then.
        let (tunnels, silent) = match self.target {
            None => tunnel::check(ctx, self.repair)?,
            Some(_) => (Vec::new(), None),
        };
        let found = check::records(ctx, self.target.as_ref())?;
        let bar = out.progress(found.records.len(), "checking");
        let mut all = Vec::with_capacity(found.records.len());
        for record in found.records {
            all.push(check::check(ctx, record, self.repair)?);
            bar.inc(1);
        }
        bar.finish_and_clear();
        let checked = all.iter().map(|one| Line::Checked(Box::new(one.into())));
        let broken = found.broken.iter();
        let unreadable = broken.map(|one| Line::Unreadable(self.unreadable(one)));
        let mut lan = match self.target {
            Some(_) => Vec::new(),
            None => lan(ctx, self.repair)?,
        };
        lan.extend(silent.map(|error| self.silent(ctx, error)));
        let rows = tunnels.iter();
        let rows = rows.map(|one| Line::Tunnel(TunnelRow::new(ctx, one)));
        let rows = rows.chain(lan.iter().map(Line::Lan));
        out.json(&checked.chain(unreadable).chain(rows).collect::<Vec<_>>());
        all.iter().for_each(|one| {
            let place = format!("{} {}", one.record.owner.target, one.record.owner.ifname);
            print(&place, &one.drift, one.repair.as_ref(), out);
        });
        tunnels.iter().for_each(|one| {
            let place = format!("tunnel {}", shown(&one.name));
            print(&place, &one.drift, one.repair.as_ref(), out);
        });
        for one in &found.broken {
            let word = out.toned(Tone::Bad, "unreadable");
            out.line(&format!("{}: {word}", shown(&one.key)));
            out.line(&format!("  {one}"));
        }
        lan.iter().for_each(|one| one.print(out));
        self.verdict(&all, &tunnels, &lan, found.broken.len())
    }

    fn unreadable<'a>(&self, one: &'a Broken) -> Unreadable<'a> {
        let owner = one.owner.as_ref();
        Unreadable {
            host: owner.map(|owner| owner.host.as_str()),
            target: owner.map(|owner| owner.target.to_string()),
            ifname: owner.map(|owner| owner.ifname.as_str()),
            key: &one.key,
            drift: vec![one.to_string()],
            repaired: self.repair.then_some(false),
        }
    }

    /// An Open vSwitch that cannot be asked for its tunnels.
    fn silent(&self, ctx: &Context, error: Error) -> Lan {
        let what = serde_json::json!({ "switch": ctx.ovs_db().to_string() });
        let drift = vec![format!("its tunnels cannot be looked at: {error}")];
        let error = error.hint("start it, or give its database with --ovs-db unix:/PATH");
        let repair = self.repair.then_some(Err(error));
        Lan::new(&ctx.host, ("Open vSwitch".into(), what), (drift, repair))
    }

    /// The error that sums up what differs, `broken` records that cannot be read included.
    fn verdict(
        &self,
        all: &[Checked],
        tunnels: &[tunnel::Checked],
        lan: &[Lan],
        broken: usize,
    ) -> Result<()> {
        let attachments = all
            .iter()
            .filter(|one| !one.drift.is_empty() && !is_repaired(one.repair.as_ref()));
        let others = tunnels
            .iter()
            .filter(|one| !one.drift.is_empty() && !is_repaired(one.repair.as_ref()));
        let own = lan.iter().filter(|one| one.is_wrong());
        let wrong = attachments.count() + others.count() + own.count();
        if wrong + broken == 0 {
            return Ok(());
        }
        let what = match (tunnels, lan) {
            ([], []) => "attachments",
            (_, []) => "attachments and tunnels",
            ([], _) => "attachments, ports and routes",
            _ => "attachments, tunnels, ports and routes",
        };
        let error = Error::failed(format!(
            "{} of {} {what} differ from the records",
            wrong + broken,
            all.len() + tunnels.len() + lan.len() + broken
        ));
        Err(match self.repair {
            _ if wrong == 0 => error.hint("a record that cannot be read is not repaired"),
            true => error.hint("what cannot be repaired: start the target, or `netpipe detach` it"),
            false => error.hint("`netpipe check --repair` puts them back"),
        })
    }
}

fn is_repaired(repair: Option<&Result<()>>) -> bool {
    matches!(repair, Some(Ok(())))
}

fn print<T: Display>(place: &str, drift: &[T], repair: Option<&Result<()>>, out: &Output) {
    let (tone, word) = verdict_of(repair.map(Result::is_ok), drift.is_empty());
    out.line(&format!("{place}: {}", out.toned(tone, word)));
    drift
        .iter()
        .for_each(|drift| out.line(&format!("  {drift}")));
    if let Some(Err(error)) = repair {
        out.line(&format!("  {error}"));
    }
}

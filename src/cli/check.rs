//! `netpipe check`

use clap::Args;
use serde::Serialize;

use super::grammar;
use super::output::{Output, Tone};
use super::view::AttachmentView;
use crate::error::{Error, Result};
use crate::ops::Context;
use crate::ops::check::{self, Checked};
use crate::registry::found::Broken;
use crate::spec::{Target, shown};

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

#[derive(Serialize)]
#[serde(untagged)]
enum Line<'a> {
    Checked(Box<Row<'a>>),
    Unreadable(Unreadable<'a>),
}

impl Check {
    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        !self.repair
    }

    /// Prints what differs; fails if anything still does.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
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
        out.json(&checked.chain(unreadable).collect::<Vec<_>>());
        all.iter().for_each(|one| print(one, out));
        for one in &found.broken {
            let word = out.toned(Tone::Bad, "unreadable");
            out.line(&format!("{}: {word}", shown(&one.key)));
            out.line(&format!("  {one}"));
        }
        self.verdict(&all, found.broken.len())
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

    /// The error that sums up what differs, `broken` records that cannot be read included.
    fn verdict(&self, all: &[Checked], broken: usize) -> Result<()> {
        let wrong = all
            .iter()
            .filter(|one| !one.drift.is_empty() && !is_repaired(one))
            .count();
        if wrong + broken == 0 {
            return Ok(());
        }
        let error = Error::failed(format!(
            "{} of {} attachments differ from the records",
            wrong + broken,
            all.len() + broken
        ));
        Err(match self.repair {
            _ if wrong == 0 => error.hint("a record that cannot be read is not repaired"),
            true => error.hint("what cannot be repaired: start the target, or `netpipe detach` it"),
            false => error.hint("`netpipe check --repair` puts them back"),
        })
    }
}

fn is_repaired(one: &Checked) -> bool {
    matches!(one.repair, Some(Ok(())))
}

fn print(one: &Checked, out: &Output) {
    let place = format!("{} {}", one.record.owner.target, one.record.owner.ifname);
    let (tone, word) = match (&one.repair, one.drift.is_empty()) {
        (Some(Ok(())), _) => (Tone::Warn, "repaired"),
        (Some(Err(_)), _) => (Tone::Bad, "not repaired"),
        (None, true) => (Tone::Good, "ok"),
        (None, false) => (Tone::Bad, "drift"),
    };
    out.line(&format!("{place}: {}", out.toned(tone, word)));
    one.drift
        .iter()
        .for_each(|drift| out.line(&format!("  {drift}")));
    if let Some(Err(error)) = &one.repair {
        out.line(&format!("  {error}"));
    }
}

//! `netpipe check`

use clap::Args;
use serde::Serialize;

use super::grammar;
use super::output::{Output, Tone};
use super::view::AttachmentView;
use crate::error::{Error, Result};
use crate::ops::Context;
use crate::ops::check::{self, Checked};
use crate::spec::Target;

/// Compare what is recorded with what the kernel has
///
/// Exits 1 if anything differs. With --repair it is put back, also after a container's
/// restart, which gives it a new network namespace.
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

impl Check {
    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        !self.repair
    }

    /// Prints what differs; fails if anything still does.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        let records = check::records(ctx, self.target.as_ref())?;
        let bar = out.progress(records.len(), "checking");
        let mut all = Vec::with_capacity(records.len());
        for record in records {
            all.push(check::check(ctx, record, self.repair)?);
            bar.inc(1);
        }
        bar.finish_and_clear();
        out.json(&all.iter().map(Row::from).collect::<Vec<_>>());
        all.iter().for_each(|one| print(one, out));
        self.verdict(&all)
    }

    fn verdict(&self, all: &[Checked]) -> Result<()> {
        let wrong = all
            .iter()
            .filter(|one| !one.drift.is_empty() && !is_repaired(one))
            .count();
        if wrong == 0 {
            return Ok(());
        }
        let error = Error::failed(format!(
            "{wrong} of {} attachments differ from the records",
            all.len()
        ));
        Err(match self.repair {
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

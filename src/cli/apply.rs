//! `netpipe apply`

use clap::Args;
use serde::Serialize;

use super::attach;
use super::output::{Output, Tone};
use super::plan;
use super::topology::FileOptions;
use crate::error::{Error, Result};
use crate::ops::Context;
use crate::ops::apply::{self, Action, Change, Fate, Report};

/// Make what a topology file says
///
/// The file names networks, bridges, tunnels and attachments; each key is an option of the
/// command for that thing, with the same grammar. What is there already as the file says
/// stays untouched, so the same file again changes nothing. What left the file stays, unless
/// --prune is given. Anything that is wrong with the file is told, all at once, before
/// anything is changed.
///
/// Each target gets all of its attachments, or none of this run: if one fails, the others
/// are taken back. Other targets go on. A signal takes back what is being done, and begins no
/// more; the same command goes on from there.
///
/// What a file with a `name` makes is recorded as its own: --prune removes only that, and
/// what differs from the file is made anew only if it is its own, or with --replace. An
/// attachment with an `ifname` is changed in place; one without is known by what it is, so
/// that a changed one is another.
#[derive(Debug, Args)]
#[command(after_long_help = "\
A file:
  version: 1
  name: shop
  networks:
    lab: {subnet: 10.1.0.0/24, gateway: 10.1.0.1, bridge: br0}
  bridges:
    br0: {address: 10.1.0.1/24}
  tunnels:
    gre1: {kind: gretap, remote: 192.0.2.2, key: 7, bridge: br0}
  attachments:
    web:
      - {link: \"net:lab\", address: auto, ifname: eth1, default-route: true}
    db:
      - link: br0
        address: [10.1.0.20/24, fd00::20/64]
        shape: {rate: 10mbit, delay: 20ms}

Examples:
  netpipe apply -f topology.yaml
  netpipe apply -f topology.yaml --prune --wait
  netpipe export | netpipe apply -f -")]
pub struct Apply {
    #[command(flatten)]
    file: FileOptions,
    /// Print what would change, as `netpipe plan` does, and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct View<'a> {
    #[serde(flatten)]
    change: &'a Change,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachment: Option<attach::Report<'a>>,
}

impl Apply {
    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        self.dry_run
    }

    /// Applies the file and says what was done.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        let topology = self.file.read(out)?;
        let options = self.file.options();
        if self.dry_run {
            return plan::show(&apply::plan(ctx, &topology, &options)?, out).map(drop);
        }
        let bar = out.progress(topology.attachments.len(), "attaching");
        let report = apply::apply(ctx, &topology, &options, &|done, total| {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        });
        bar.finish_and_clear();
        let report = report?;
        show(&report, out);
        outcome(&report)
    }
}

fn show(report: &Report, out: &Output) {
    let views: Vec<_> = report.changes.iter().map(view).collect();
    let count = |action: Action| {
        let done = |(change, fate): &&(Change, Fate)| {
            change.action == action && matches!(fate, Fate::Done | Fate::Attached(_))
        };
        report.changes.iter().filter(done).count()
    };
    let (added, changed, removed) = (
        count(Action::Add),
        count(Action::Change),
        count(Action::Remove),
    );
    out.json(&serde_json::json!({
        "added": added, "changed": changed, "removed": removed,
        "unchanged": report.unchanged, "changes": views,
    }));
    for (change, fate) in &report.changes {
        match fate {
            Fate::Attached(outcome) => attach::line(outcome, out),
            Fate::Done => {
                let word = match change.action {
                    Action::Add => "made",
                    Action::Change => "changed",
                    Action::Remove => "removed",
                };
                out.line(&format!("{word}: {}", named(change)));
            }
            Fate::Failed(error) => {
                let word = out.toned(Tone::Bad, "failed");
                out.line(&format!("{word}: {}", named(change)));
                out.error(error);
            }
            Fate::TakenBack | Fate::NotBegun => {
                let word = out.toned(Tone::Warn, fate.word());
                out.line(&format!("{word}: {}", named(change)));
            }
        }
    }
    out.line(&format!(
        "{added} added, {changed} changed, {removed} removed, {} unchanged",
        report.unchanged
    ));
}

fn named(change: &Change) -> String {
    let word = change.sort.section().trim_end_matches('s');
    let text = format!("{word} {} {}", change.name, change.what);
    text.trim_end().to_owned()
}

fn view((change, fate): &(Change, Fate)) -> View<'_> {
    View {
        change,
        result: fate.word(),
        error: match fate {
            Fate::Failed(error) => Some(error.to_string()),
            _ => None,
        },
        attachment: match fate {
            Fate::Attached(outcome) => Some((&**outcome).into()),
            _ => None,
        },
    }
}

/// The error that a report comes to.
fn outcome(report: &Report) -> Result<()> {
    let total = report.changes.len();
    let done = report.count(|fate| matches!(fate, Fate::Done | Fate::Attached(_)));
    if let Some(signal) = report.signal {
        return Err(Error::interrupted(signal).hint(format!(
            "{done} of {total} changes are done and stand; the same command goes on from there"
        )));
    }
    match total - done {
        0 => Ok(()),
        failed => Err(
            Error::failed(format!("{failed} of {total} changes were not made"))
                .hint("the others stand; the same command tries those that are missing again"),
        ),
    }
}

//! `netpipe plan`

use clap::Args;
use serde::Serialize;

use super::output::{Output, Tone};
use super::topology::FileOptions;
use crate::error::{Error, Result};
use crate::ops::Context;
use crate::ops::apply::{self, Action, Change};

/// The exit status that says that something would change.
pub const DIFFERS: u8 = 5;

/// Show what applying a topology file would change
///
/// Each thing that would change has a sign, + for one that is made, ~ for one that differs, -
/// for one that --prune removes, and below it the commands of iproute2, ovs-vsctl or iptables
/// that the change equals. Networks are records, so their command is netpipe's. Nothing is
/// changed.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  netpipe plan -f topology.yaml
  netpipe plan -f topology.yaml --prune --exit-code || echo not as the file says")]
pub struct Plan {
    #[command(flatten)]
    file: FileOptions,
    /// Exit with status 5 if anything would change
    #[arg(long)]
    exit_code: bool,
}

#[derive(Serialize)]
struct View<'a> {
    #[serde(flatten)]
    change: &'a Change,
    commands: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Plan {
    /// Compares and shows.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        let topology = self.file.read(out)?;
        let plan = apply::plan(ctx, &topology, &self.file.options())?;
        let differs = show(&plan, out)?;
        if differs && self.exit_code {
            out.exit_with(DIFFERS);
        }
        Ok(())
    }
}

/// Shows a plan; whether anything would change.
///
/// # Errors
/// If something in it cannot be done.
pub fn show(plan: &apply::Plan, out: &Output) -> Result<bool> {
    let views: Vec<_> = plan.changes.iter().map(view).collect();
    let [add, change, remove] = [Action::Add, Action::Change, Action::Remove].map(|action| {
        let of = plan.changes.iter().filter(|(one, _)| one.action == action);
        of.count()
    });
    out.json(&serde_json::json!({
        "add": add, "change": change, "remove": remove,
        "unchanged": plan.unchanged, "changes": views,
    }));
    let mut section = None;
    for (change, commands) in &plan.changes {
        let head = (change.sort, change.action == Action::Remove);
        if section != Some(head) {
            out.line(change.sort.section());
            section = Some(head);
        }
        let tone = match change.action {
            Action::Add => Tone::Good,
            Action::Change => Tone::Warn,
            Action::Remove => Tone::Bad,
        };
        let sign = out.toned(tone, &change.action.sign().to_string());
        let text = format!("  {sign} {} {}", change.name, change.what);
        out.line(text.trim_end());
        for reason in &change.reasons {
            out.line(&format!("      # {reason}"));
        }
        match commands {
            Ok(commands) => commands
                .iter()
                .flat_map(|command| command.lines())
                .for_each(|command| out.line(&format!("      {command}"))),
            Err(error) => out.error(error),
        }
    }
    out.line(&format!(
        "{add} to add, {change} to change, {remove} to remove, {} unchanged",
        plan.unchanged
    ));
    let broken = plan
        .changes
        .iter()
        .filter(|(_, told)| told.is_err())
        .count();
    match broken {
        0 => Ok(!plan.changes.is_empty()),
        _ => Err(Error::failed(format!(
            "{broken} of {} changes cannot be made",
            plan.changes.len()
        ))),
    }
}

fn view((change, commands): &(Change, Result<Vec<String>>)) -> View<'_> {
    View {
        change,
        commands: commands.as_deref().unwrap_or_default(),
        error: commands.as_ref().err().map(ToString::to_string),
    }
}

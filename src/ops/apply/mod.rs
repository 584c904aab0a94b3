//! A whole topology, from what is there to what a file says: networks, bridges, tunnels, then
//! attachments, and what left the file. Everything is done as the commands for the single
//! things do it; what is new here is the comparison, and the order.
//!
//! What the topology no longer names goes first where something new may want its place
//! (attachments, tunnels), and last where something old may still use it (bridges, networks).

mod assess;
mod extras;
mod host;
mod preview;
mod prune;
mod run;
mod survey;
mod tunnels;
mod undo;

use std::time::Duration;

use super::Context;
use super::attach::Outcome;
use crate::error::{Error, Kind, Result};
use crate::spec::Topology;

/// What becomes of things that the file does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Prune {
    /// They stay.
    #[default]
    No,
    /// Those go that were made for the file's topology.
    Own,
    /// All go that netpipe made on this host, by hand too.
    All,
}

/// How a topology is applied.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// What becomes of things that the file does not name.
    pub prune: Prune,
    /// Whether things of others that differ are made anew, too.
    pub replace: bool,
    /// How long containers that do not run are waited for.
    pub wait: Option<Duration>,
}

/// What happens to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is made.
    Add,
    /// It is there, and differs.
    Change,
    /// It goes.
    Remove,
}

impl Action {
    /// The sign for it.
    pub fn sign(self) -> char {
        match self {
            Self::Add => '+',
            Self::Change => '~',
            Self::Remove => '-',
        }
    }
}

/// The sorts of things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// A registered network.
    Network,
    /// A bridge.
    Bridge,
    /// A tunnel.
    Tunnel,
    /// An attachment.
    Attachment,
}

impl Sort {
    /// The name of its section.
    pub fn section(self) -> &'static str {
        match self {
            Self::Network => "networks",
            Self::Bridge => "bridges",
            Self::Tunnel => "tunnels",
            Self::Attachment => "attachments",
        }
    }
}

/// One thing that is to change.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Change {
    /// What happens to it.
    pub action: Action,
    /// What it is.
    #[serde(rename = "kind")]
    pub sort: Sort,
    /// Which one.
    pub name: String,
    /// What it is to be, in a few words.
    pub what: String,
    /// Why it changes, if it is there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}

/// What would change.
#[derive(Debug, Default)]
pub struct Plan {
    /// The changes in their order, each with the commands that it equals.
    pub changes: Vec<(Change, Result<Vec<String>>)>,
    /// How many things are as the file says.
    pub unchanged: usize,
}

/// What became of a change.
#[derive(Debug)]
pub enum Fate {
    /// It is done.
    Done,
    /// It is done, and this is the attachment.
    Attached(Box<Outcome>),
    /// It failed; nothing of it stands.
    Failed(Error),
    /// It was taken back, because something else of its target failed.
    TakenBack,
    /// It was not begun: a signal arrived.
    NotBegun,
}

impl Fate {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Done | Self::Attached(_) => "done",
            Self::Failed(_) => "failed",
            Self::TakenBack => "taken back",
            Self::NotBegun => "not begun",
        }
    }
}

/// What was done.
#[derive(Debug, Default)]
pub struct Report {
    /// What became of each change, in the order in which they were done.
    pub changes: Vec<(Change, Fate)>,
    /// How many things were as the file says.
    pub unchanged: usize,
    /// The signal that stopped it.
    pub signal: Option<i32>,
}

impl Report {
    fn note(&mut self, change: Change, done: Result<()>) {
        let fate = match done {
            Ok(()) => Fate::Done,
            Err(error) => {
                if let Kind::Interrupted(signal) = error.kind() {
                    self.signal = Some(signal);
                }
                Fate::Failed(error)
            }
        };
        self.changes.push((change, fate));
    }

    /// How many changes came to that.
    pub fn count(&self, is: impl Fn(&Fate) -> bool) -> usize {
        self.changes.iter().filter(|(_, fate)| is(fate)).count()
    }
}

/// Makes what the topology says. Each target's attachments are all made or none; whatever
/// fails is part of the report, and the rest goes on. A signal takes back what is being done
/// and begins no more.
///
/// # Errors
/// If store or kernel do not answer before anything has been changed.
pub fn apply(
    ctx: &Context,
    topology: &Topology,
    options: &Options,
    progress: &dyn Fn(usize, usize),
) -> Result<Report> {
    check(topology, options)?;
    if let Some(name) = &topology.name {
        ctx.work_for(name.clone());
    }
    let mut report = Report::default();
    let mut survey = survey::Survey::read(ctx)?;
    let leaving = prune::leaving(ctx, topology, options, &survey)?;
    if leaving.has_early() {
        leaving.early(ctx, &mut report);
        survey = survey::Survey::read(ctx)?;
    }
    survey.leaving.clone_from(leaving.networks());
    host::make(ctx, topology, options, &survey, &mut report)?;
    if !report.changes.is_empty() {
        survey.look_again(ctx)?;
    }
    let plans = assess::attachments(ctx, topology, options, &mut survey, &mut report);
    run::attachments(ctx, plans, options, &mut report, progress);
    leaving.late(ctx, &mut report);
    Ok(report)
}

/// What [`apply`] would change, as commands. Nothing is changed.
///
/// # Errors
/// As [`apply`].
pub fn plan(ctx: &Context, topology: &Topology, options: &Options) -> Result<Plan> {
    check(topology, options)?;
    if let Some(name) = &topology.name {
        ctx.work_for(name.clone());
    }
    preview::plan(ctx, topology, options)
}

fn check(topology: &Topology, options: &Options) -> Result<()> {
    if options.prune == Prune::Own && topology.name.is_none() {
        return Err(
            Error::usage("--prune needs to know what the file made, and it has no `name`")
                .hint("give the file a name, such as `name: shop`, before it is applied first")
                .hint(
                    "--prune=all removes whatever the file does not name, things made by hand too",
                ),
        );
    }
    Ok(())
}

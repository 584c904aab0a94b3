//! The topology file of `netpipe apply` and `netpipe plan`.

use std::io::Read;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::output::Output;
use crate::error::{Context as _, Error, Result};
use crate::ops::apply::{Options, Prune};
use crate::spec::{Topology, TopologyName, shown};

use super::grammar;

/// The most bytes a file may have.
const LONGEST: u64 = 8 << 20;

/// How long `--wait` waits without a number, in seconds.
const USUAL_WAIT: &str = "60";

/// What a pruning removes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PruneArg {
    /// What was made for this topology
    Own,
    /// Whatever netpipe made on this host
    All,
}

/// Which file, and how it is applied.
#[derive(Debug, Args)]
pub struct FileOptions {
    /// The file; - reads standard input
    #[arg(short, long)]
    file: PathBuf,
    /// The topology's name [default: the file's `name`]
    #[arg(long, value_name = "NAME", value_parser = grammar::<TopologyName>)]
    name: Option<TopologyName>,
    /// Remove what left the file: what was made for its topology, or with `all` whatever
    /// netpipe made on this host, by hand too
    #[arg(long, value_name = "WHAT", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "own", value_enum)]
    prune: Option<PruneArg>,
    /// Make what differs anew, though it was not made for this topology
    #[arg(long)]
    replace: bool,
    /// Wait for containers to start, for 60 seconds or as many as given
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = USUAL_WAIT, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    wait: Option<u64>,
}

impl FileOptions {
    /// How it is applied.
    pub fn options(&self) -> Options {
        Options {
            prune: match self.prune {
                None => Prune::No,
                Some(PruneArg::Own) => Prune::Own,
                Some(PruneArg::All) => Prune::All,
            },
            replace: self.replace,
            wait: self.wait.map(Duration::from_secs),
        }
    }

    /// What the file says. All that is wrong with it is told at once.
    ///
    /// # Errors
    /// If it cannot be read, or something is wrong with it.
    pub fn read(&self, out: &Output) -> Result<Topology> {
        let text = self.text()?;
        let shown = self.shown();
        let mut topology = match Topology::parse(&text) {
            Ok(topology) => topology,
            Err(problems) => {
                let count = problems.count();
                let mut errors = problems.into_sorted().into_iter();
                let (Some(first), one) = (errors.next(), count == 1) else {
                    return Err(Error::usage(format!("`{shown}` is no topology")));
                };
                if one {
                    return Err(first.in_file(&shown));
                }
                out.error(&first.in_file(&shown));
                errors.for_each(|problem| out.error(&problem.in_file(&shown)));
                return Err(Error::usage(format!(
                    "`{shown}` has {count} mistakes, and nothing was changed"
                )));
            }
        };
        if let Some(name) = &self.name {
            topology.name = Some(name.clone());
        }
        Ok(topology)
    }

    fn shown(&self) -> String {
        match self.file.as_os_str().as_encoded_bytes() {
            b"-" => "standard input".into(),
            _ => shown(&self.file.display().to_string()),
        }
    }

    fn text(&self) -> Result<String> {
        let name = self.shown();
        let cannot = || format!("cannot read `{name}`");
        let mut bytes = Vec::new();
        let mut input: Box<dyn Read> = match self.file.as_os_str().as_encoded_bytes() {
            b"-" => Box::new(std::io::stdin().lock()),
            _ => Box::new(std::fs::File::open(&self.file).map_err(|error| {
                let missing = error.kind() == std::io::ErrorKind::NotFound;
                let failed = match missing {
                    true => Error::not_found(cannot()),
                    false => Error::failed(cannot()),
                };
                failed.because(error)
            })?),
        };
        input
            .by_ref()
            .take(LONGEST + 1)
            .read_to_end(&mut bytes)
            .or_failed(cannot)?;
        if bytes.len() as u64 > LONGEST {
            return Err(
                Error::usage(format!("`{name}` is longer than {} MiB", LONGEST >> 20))
                    .hint("split it into several topologies"),
            );
        }
        String::from_utf8(bytes).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            let before = &error.as_bytes()[..valid];
            let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
            Error::usage(format!("{name}:{line}: this is not UTF-8 text"))
                .hint("save the file as UTF-8")
        })
    }
}

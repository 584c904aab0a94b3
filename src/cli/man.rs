//! `netpipe man`

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use clap_mangen::Man as Page;

use super::output::Output;
use crate::error::{Context as _, Error, Result};

/// Print a manual page, or write all of them
#[derive(Debug, Args)]
pub struct Man {
    /// The subcommand [default: netpipe itself]
    #[arg(num_args = 0.., value_name = "SUBCOMMAND")]
    subcommand: Vec<String>,
    /// Write the pages of all subcommands into this directory
    #[arg(long, value_name = "DIR", conflicts_with = "subcommand")]
    dir: Option<PathBuf>,
}

impl Man {
    /// Prints one page or writes all.
    pub fn run(self, out: &Output) -> Result<()> {
        if let Some(dir) = &self.dir {
            fs::create_dir_all(dir).or_failed(|| format!("cannot make `{}`", dir.display()))?;
            return write_all(&named(super::command(), "netpipe"), dir);
        }
        let mut command = named(super::command(), "netpipe");
        for name in &self.subcommand {
            let found = command
                .get_subcommands()
                .find(|sub| short_name(sub) == *name)
                .cloned();
            command = found.ok_or_else(|| {
                Error::usage(format!(
                    "there is no subcommand `{}`",
                    crate::spec::shown(name)
                ))
            })?;
        }
        out.raw(&render(&command)?);
        Ok(())
    }
}

fn short_name(command: &clap::Command) -> &str {
    command.get_name().rsplit('-').next().unwrap_or_default()
}

/// Gives each command the name of its page: `netpipe-bridge-add`.
fn named(command: clap::Command, name: &str) -> clap::Command {
    let subs: Vec<_> = command
        .get_subcommands()
        .filter(|sub| sub.get_name() != "help")
        .map(|sub| named(sub.clone(), &format!("{name}-{}", sub.get_name())))
        .collect();
    // clap keeps names as `&'static str`; a page's name lives as long as the process.
    let name: &'static str = Box::leak(name.to_owned().into_boxed_str());
    let mut renamed = command.name(name).disable_help_subcommand(true);
    for sub in subs {
        let old = sub
            .get_name()
            .rsplit('-')
            .next()
            .unwrap_or_default()
            .to_owned();
        renamed = renamed.mut_subcommand(old, |_| sub);
    }
    renamed
}

fn render(command: &clap::Command) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    Page::new(command.clone())
        .date("")
        .source(concat!("netpipe ", env!("CARGO_PKG_VERSION")))
        .render(&mut page)
        .or_failed(|| "cannot render the page".into())?;
    Ok(page)
}

fn write_all(command: &clap::Command, dir: &Path) -> Result<()> {
    let path = dir.join(format!("{}.1", command.get_name()));
    fs::write(&path, render(command)?)
        .or_failed(|| format!("cannot write `{}`", path.display()))?;
    command
        .get_subcommands()
        .try_for_each(|sub| write_all(sub, dir))
}

//! `netpipe exec`

use std::ffi::OsString;

use clap::Args;

use super::grammar;
use super::output::Output;
use crate::error::Result;
use crate::ops::{Context, enter};
use crate::spec::Target;

/// Run a program of this host in a container's network
///
/// The program sees the target's interfaces, also in /sys, and the host's files; for
/// netns:NAME the files of /etc/netns/NAME lie over those of /etc, as with `ip netns
/// exec`. The exit status is the program's: 127 if there is none of that name, 126 if
/// it cannot be run.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  netpipe exec web -- tcpdump -ni eth1
  netpipe exec netns:blue -- ip -br address")]
pub struct Exec {
    /// Whose network namespace: a container's name or id, pid:N, netns:NAME, cgroup:NAME, or a path
    #[arg(value_parser = grammar::<Target>)]
    target: Target,
    /// The program and its arguments
    #[arg(required = true, trailing_var_arg = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Exec {
    /// Becomes the program; returns only if that fails.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        for warning in enter::enter(ctx, &self.target)? {
            out.warn(&warning);
        }
        Err(enter::become_program(&self.command))
    }
}

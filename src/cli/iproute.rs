//! `netpipe route`, `netpipe rule` and `netpipe tc`: commands of iproute2 in a target.

use std::ffi::OsString;

use clap::Args;

use super::grammar;
use super::output::Output;
use crate::error::Result;
use crate::ops::{Context, enter};
use crate::spec::Target;

/// Makes the subcommand that runs these words in a target's network.
macro_rules! subcommand {
    ($name:ident, $words:literal, $about:literal, $examples:literal) => {
        #[doc = $about]
        ///
        /// The host's program runs in the target's network, as with `netpipe exec`, and its exit
        /// status is the command's. netpipe does not record what it changes.
        #[derive(Debug, Args)]
        #[command(after_long_help = $examples)]
        pub struct $name {
            /// Whose network namespace: a container's name or id, pid:N, netns:NAME, cgroup:NAME, or a path
            #[arg(value_parser = grammar::<Target>)]
            target: Target,
            /// The arguments of the program
            #[arg(
                trailing_var_arg = true,
                allow_hyphen_values = true,
                value_name = "ARGUMENT"
            )]
            arguments: Vec<OsString>,
        }

        impl $name {
            /// Becomes the program; returns only if that fails.
            pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
                become_one(ctx, out, (&self.target, $words), self.arguments)
            }
        }
    };
}

subcommand!(
    Route,
    "ip route",
    "Run `ip route` in a container's network",
    "\
Examples:
  netpipe route web show
  netpipe route web add 10.9.0.0/24 via 10.0.0.1"
);
subcommand!(
    Rule,
    "ip rule",
    "Run `ip rule` in a container's network",
    "\
Examples:
  netpipe rule web show
  netpipe rule web add from 10.0.0.5 table 77"
);
subcommand!(
    Tc,
    "tc",
    "Run `tc` in a container's network",
    "\
Examples:
  netpipe tc web qdisc show dev eth1
  netpipe tc web qdisc add dev eth1 root tbf rate 10mbit burst 32kb latency 50ms"
);

fn become_one(
    ctx: &Context,
    out: &Output,
    (target, words): (&Target, &str),
    arguments: Vec<OsString>,
) -> Result<()> {
    for warning in enter::enter(ctx, target)? {
        out.warn(&warning);
    }
    let mut command: Vec<OsString> = words.split(' ').map(Into::into).collect();
    command.extend(arguments);
    Err(enter::become_program(&command))
}

//! `netpipe pipework`: the command line of pipework, the shell script.

use std::ffi::OsString;

use clap::Args;

use super::Global;
use super::attach::Report;
use super::output::Output;
use crate::error::{Error, Kind, Result};
use crate::ops::attach::Outcome;
use crate::ops::dhcp::hold;
use crate::ops::{Context, attach, enter, pipework, wait};
use crate::spec::pipework::{Line, Plug, Run, parse};
use crate::sys::signal::Interrupt;

/// The name by which the program is this subcommand alone.
pub const NAME: &str = "pipework";

/// Take the command line of pipework, the shell script
///
/// What pipework did is done as `netpipe attach` does it: all or nothing, and recorded, so
/// that list, check, detach and gc know it. Called by the name `pipework`, by a link, netpipe
/// is this subcommand alone. Like the script it says nothing if all is well.
///
/// HOSTIF is a bridge, made if it is missing and called `br…` or `ovs…`; a network card, which
/// the container gets a macvlan on, or with --direct-phys itself; an InfiniBand card; the
/// card with an address, as mac:26:2e:71:98:60:8f; or `dummy`. GUEST is a container of the
/// engine, or else the control group of that name, such as LXC's; it may be any TARGET of
/// netpipe's too. The interface in it is eth1 (ib0 on InfiniBand), unless -i says another
/// name; -l names the host's end of it.
///
/// ADDRESS is an address with its prefix length or netmask, 0/0 for none, or a DHCP client.
/// All of these are netpipe's own client, which sends the container's name as the host name;
/// with -f it stays in the background and renews the lease. Of OPTIONS it takes what it knows; the rest is named in a warning. MAC is one, or
/// U:STRING for the same each time. With @VLAN the interface is in that VLAN, on a Linux bridge
/// too; on an InfiniBand card it is the partition, in hex.
#[derive(Debug, Clone, Args)]
#[command(
    override_usage = "netpipe pipework [--dry-run] [--direct-phys] HOSTIF [-i NAME] [-l NAME] \
        [-a FAMILY] GUEST ADDRESS[@GATEWAY] [MAC][@VLAN]\n       \
        netpipe pipework route|rule|tc GUEST ARGUMENTS\n       \
        netpipe pipework --wait [-i NAME]",
    after_help = "Exit status: 0 if it is done, 1 if not, 128 and its number for a signal; that \
        of the program for route, rule and tc.",
    after_long_help = "\
Exit status: 0 if it is done, 1 if not, 128 and its number for a signal; that of the program
for route, rule and tc.

Examples:
  netpipe pipework br1 web 192.168.1.1/24
  netpipe pipework br1 -i eth2 -l hostapp1 web 192.168.4.25/20@192.168.4.1
  netpipe pipework eth0 web 192.168.1.2/24 26:2e:71:98:60:8f
  netpipe pipework --direct-phys mac:00:f3:15:4a:42:c8 -i container0 web 0/0
  netpipe pipework br1 web dhcp U:web@10
  netpipe pipework dummy web 192.168.21.101/24@192.168.21.1
  netpipe pipework route web add 10.0.5.0/24 via 192.168.2.1
  netpipe pipework --wait -i ib0"
)]
pub struct Pipework {
    /// Print the equal iproute2 commands and change nothing
    #[arg(long)]
    dry_run: bool,
    /// The words of pipework, in its order
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "ARGUMENT"
    )]
    words: Vec<OsString>,
}

impl Pipework {
    /// Does what the words ask for. Whatever fails has the script's exit status.
    pub fn run(self, global: &Global, out: &Output) -> Result<()> {
        self.run_inner(global, out)
            .map_err(|error| in_these_words(error).as_failed())
    }

    fn run_inner(self, global: &Global, out: &Output) -> Result<()> {
        let parsed = parse(self.words)?;
        parsed.warnings.iter().for_each(|warning| out.warn(warning));
        match parsed.line {
            // Inside a container there is no state to have a context of.
            Line::Wait(ifname) => wait::wait(&ifname, None, &Interrupt::install()?),
            // Nothing to undo: signals do what they do to any program.
            Line::Run(run) => become_program(&global.context(Interrupt::default())?, out, &run),
            Line::Plug(plug) => {
                let mut ctx = global.context(Interrupt::install()?)?;
                if self.dry_run {
                    ctx = ctx.reading();
                }
                let outcome = plug_in(&ctx, out, *plug, self.dry_run);
                ctx.warnings().iter().for_each(|warning| out.warn(warning));
                // As in `Command::run`.
                std::mem::forget(ctx);
                outcome
            }
        }
    }
}

/// A conflict's hints are about the options of `netpipe attach`: says what pipework has.
fn in_these_words(error: Error) -> Error {
    if error.kind() != Kind::Conflict {
        return error;
    }
    error.hint(
        "with -i it gets another interface; `netpipe detach` undoes what is there; those with two \
         hyphens are options of `netpipe attach`, which takes the same TARGET, LINK and ADDRESS",
    )
}

/// Becomes a program of iproute2 in the container's network; returns only if that fails.
fn become_program(ctx: &Context, out: &Output, run: &Run) -> Result<()> {
    let warnings = pipework::with_guest(ctx, &run.guest, |guest, _| enter::enter(ctx, guest))?;
    warnings.iter().for_each(|warning| out.warn(warning));
    Err(enter::become_program(&run.command))
}

fn plug_in(ctx: &Context, out: &Output, plug: Plug, dry_run: bool) -> Result<()> {
    let meant = pipework::meaning(ctx, plug)?;
    meant.warnings.iter().for_each(|warning| out.warn(warning));
    let guest = meant.request.target.clone();
    let mut request = meant.request;
    if dry_run {
        let commands = pipework::with_guest(ctx, &guest, |guest, wait| {
            request.target.clone_from(guest);
            attach::dry_run(ctx, &request, wait)
        })?;
        out.commands(&commands);
        return Ok(());
    }
    let outcome: Outcome = pipework::with_guest(ctx, &guest, |guest, wait| {
        request.target.clone_from(guest);
        attach::attach(ctx, &request, wait)
    })?;
    outcome
        .warnings
        .iter()
        .for_each(|warning| out.warn(warning));
    out.json(&Report::from(&outcome));
    let owner = &outcome.record.owner;
    // One that stays from an earlier time goes on, unless its link is gone.
    if !meant.stays {
        return Ok(());
    }
    let nobody = match outcome.change.is_new_link() {
        true => hold::await_nobody(ctx, owner)?,
        false => hold::holder(ctx, owner).is_none(),
    };
    match nobody {
        true => hold::background(ctx, owner).map(drop),
        false => Ok(()),
    }
}

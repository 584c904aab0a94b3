//! The command line: one file a subcommand, with its arguments, its help and its run.

mod apply;
mod attach;
mod attach_kinds;
mod batch;
mod bridge;
mod bridge_ovs;
mod check;
mod completions;
mod compose;
mod detach;
mod dhcp;
mod direct_route;
mod doctor;
mod exec;
mod export;
mod gc;
mod graph;
mod ip;
mod iproute;
#[cfg(feature = "grpc")]
mod kv;
mod list;
mod man;
mod netns;
mod network;
pub mod output;
mod pipework;
mod plan;
mod port;
#[cfg(feature = "etcd")]
mod remote;
mod shape;
mod show;
mod topology;
mod tunnel;
mod view;
mod vlan;
mod wait;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand};

use crate::error::{Error, Result};
use crate::ops::Context;
use crate::spec::{OvsdbRemote, shown};
use crate::sys::signal::Interrupt;
use crate::telemetry;
use output::Output;

macro_rules! after_help {
    () => {
        "\
Example:
  netpipe attach web br0 10.0.0.5/24

Exit status:
  0         done
  1         failed; nothing changed unless said
  2         wrong usage
  3         conflict: an address, name or place is taken
  4         not found
  5         with plan --exit-code: something would change
  130, 143  interrupted (129 by SIGHUP), and undone; a detach that has begun is
            finished instead, with status 0"
    };
}

/// Plug containers into Linux bridges, remember it, and undo it
///
/// A container gets one end of a veth pair, the bridge the other. The addresses are
/// registered, so that nobody gets one twice. Each command does all of what it is asked
/// for, or nothing; what it did is recorded and can be listed, checked, repaired and
/// undone.
#[derive(Debug, Parser)]
#[command(
    name = "netpipe",
    version,
    arg_required_else_help = true,
    subcommand_required = true
)]
#[command(after_help = after_help!(), after_long_help = concat!(after_help!(), "\n\n\
Files:
  /var/lib/netpipe/kv.redb  the store
  /var/lib/netpipe/id       which store it is: the marks of its links name it
  /var/lib/netpipe/locks    what keeps commands off each other's target or bridge

Environment:
  NETPIPE_STATE_DIR, NETPIPE_ENGINE, NETPIPE_OVSDB, NETPIPE_HOST
                            as --state-dir, --engine, --ovs-db, --host-name
  OVS_RUNDIR                where the sockets of Open vSwitch are
  DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG
                            where the engine is, as docker reads them
  NETPIPE_LOG               what to trace, such as netpipe=debug
  NO_COLOR                  no colours"))]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every subcommand.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Print JSON with stable field names
    #[arg(long, global = true)]
    json: bool,
    /// Say what is done, on stderr; twice: every step
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
    /// Where records and locks are kept
    #[arg(long, global = true, value_name = "DIR", env = "NETPIPE_STATE_DIR")]
    #[arg(default_value = "/var/lib/netpipe")]
    state_dir: PathBuf,
    /// The container engine's socket, unix:///PATH [default: as docker finds it]
    #[arg(long, global = true, value_name = "URL", env = "NETPIPE_ENGINE")]
    engine: Option<String>,
    /// The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]
    #[arg(long, global = true, value_name = "URL", env = "NETPIPE_OVSDB")]
    #[arg(value_parser = grammar::<OvsdbRemote>)]
    ovs_db: Option<OvsdbRemote>,
    /// This host's name in the records [default: the kernel's host name]
    #[arg(long, global = true, value_name = "NAME", env = "NETPIPE_HOST", value_parser = host_name)]
    host_name: Option<String>,
    #[cfg(feature = "etcd")]
    #[command(flatten)]
    remote: remote::RemoteOptions,
}

#[derive(Debug, Subcommand)]
enum Command {
    Attach(Box<attach::Attach>),
    Batch(batch::Batch),
    Apply(apply::Apply),
    Plan(plan::Plan),
    Export(export::Export),
    Detach(detach::Detach),
    Dhcp(dhcp::Dhcp),
    List(list::List),
    Show(show::Show),
    Check(check::Check),
    Gc(gc::Gc),
    Graph(graph::Graph),
    Exec(exec::Exec),
    Route(iproute::Route),
    Rule(iproute::Rule),
    Tc(iproute::Tc),
    Shape(Box<shape::Shape>),
    Wait(wait::Wait),
    Pipework(pipework::Pipework),
    Bridge(bridge::Bridge),
    DirectRoute(direct_route::DirectRoute),
    Tunnel(tunnel::Tunnel),
    Vlan(vlan::Vlan),
    Network(network::Network),
    Netns(netns::Netns),
    Compose(compose::Compose),
    Doctor(doctor::Doctor),
    Ip(ip::Ip),
    #[cfg(feature = "grpc")]
    Kv(kv::Kv),
    Completions(completions::Completions),
    Man(man::Man),
}

impl Command {
    /// Whether it changes nothing, so that it makes no store either.
    fn only_reads(&self) -> bool {
        match self {
            Self::List(_) | Self::Show(_) | Self::Graph(_) | Self::Plan(_) | Self::Export(_) => {
                true
            }
            Self::Apply(apply) => apply.only_reads(),
            Self::Attach(attach) => attach.only_reads(),
            Self::Detach(detach) => detach.only_reads(),
            Self::Check(check) => check.only_reads(),
            Self::Dhcp(dhcp) => dhcp.only_reads(),
            Self::Bridge(bridge) => bridge.only_reads(),
            Self::DirectRoute(route) => route.only_reads(),
            Self::Shape(shape) => shape.only_reads(),
            Self::Tunnel(tunnel) => tunnel.only_reads(),
            Self::Vlan(vlan) => vlan.only_reads(),
            Self::Network(network) => network.only_reads(),
            Self::Compose(compose) => compose.only_reads(),
            Self::Ip(ip) => ip.only_reads(),
            _ => false,
        }
    }

    fn run(self, global: &Global, out: &Output) -> Result<()> {
        match self {
            Self::Completions(command) => return command.run(out),
            Self::Man(command) => return command.run(out),
            // Inside a container there is no state to have a context of.
            Self::Wait(command) => return command.run(out),
            Self::Pipework(command) => return command.run(global, out),
            // It changes nothing but keys, and knows itself what signals mean to it.
            #[cfg(feature = "grpc")]
            Self::Kv(command) => return command.run(global, out),
            _ => {}
        }
        let interrupt = match self {
            // Nothing to undo: signals do what they do to any program.
            Self::Exec(_) | Self::Route(_) | Self::Rule(_) | Self::Tc(_) => Interrupt::default(),
            _ => Interrupt::install()?,
        };
        let mut ctx = global.context(interrupt)?;
        if self.only_reads() {
            ctx = ctx.reading();
        }
        let outcome = self.run_with(&ctx, out);
        ctx.warnings().iter().for_each(|warning| out.warn(warning));
        // The process is about to end. Nothing is written when the store closes, so to free
        // its memory piece by piece would only take time.
        std::mem::forget(ctx);
        outcome
    }

    fn run_with(self, ctx: &Context, out: &Output) -> Result<()> {
        match self {
            Self::Attach(command) => command.run(ctx, out),
            Self::Batch(command) => command.run(ctx, out),
            Self::Apply(command) => command.run(ctx, out),
            Self::Plan(command) => command.run(ctx, out),
            Self::Export(command) => command.run(ctx, out),
            Self::Detach(command) => command.run(ctx, out),
            Self::Dhcp(command) => command.run(ctx, out),
            Self::List(command) => command.run(ctx, out),
            Self::Show(command) => command.run(ctx, out),
            Self::Check(command) => command.run(ctx, out),
            Self::Gc(command) => command.run(ctx, out),
            Self::Graph(command) => command.run(ctx, out),
            Self::Exec(command) => command.run(ctx, out),
            Self::Route(command) => command.run(ctx, out),
            Self::Rule(command) => command.run(ctx, out),
            Self::Tc(command) => command.run(ctx, out),
            Self::Shape(command) => command.run(ctx, out),
            Self::Bridge(command) => command.run(ctx, out),
            Self::DirectRoute(command) => command.run(ctx, out),
            Self::Tunnel(command) => command.run(ctx, out),
            Self::Vlan(command) => command.run(ctx, out),
            Self::Network(command) => command.run(ctx, out),
            Self::Netns(command) => command.run(ctx, out),
            Self::Compose(command) => command.run(ctx, out),
            Self::Doctor(command) => command.run(ctx, out),
            Self::Ip(command) => command.run(ctx, out),
            #[cfg(feature = "grpc")]
            Self::Kv(_) => Ok(()),
            Self::Completions(_) | Self::Man(_) | Self::Wait(_) | Self::Pipework(_) => Ok(()),
        }
    }
}

impl Global {
    /// This host's name: the one given, or the kernel's.
    #[cfg(feature = "etcd")]
    fn host(&self) -> Result<String> {
        match &self.host_name {
            Some(name) => Ok(name.clone()),
            None => crate::sys::boot::host(),
        }
    }

    fn context(&self, interrupt: Interrupt) -> Result<Context> {
        let state_dir = self.state_dir.clone();
        let mut ctx = Context::new(
            state_dir,
            self.host_name.clone(),
            self.engine.clone(),
            interrupt,
        )?;
        ctx.ovs_db.clone_from(&self.ovs_db);
        #[cfg(feature = "etcd")]
        {
            let of_host = || crate::ops::Remote::of_host(&self.state_dir);
            ctx.remote = self.remote.remote()?.or_else(of_host);
        }
        Ok(ctx)
    }
}

fn host_name(text: &str) -> std::result::Result<String, String> {
    let good = (1..=253).contains(&text.len())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    if good {
        Ok(text.to_owned())
    } else {
        Err("a host name has letters, digits, '.', '-' and '_'".into())
    }
}

/// Parses an argument by its own grammar; the hint goes below the message.
pub(crate) fn grammar<T: std::str::FromStr<Err = Error>>(
    text: &str,
) -> std::result::Result<T, String> {
    text.parse().map_err(|error: Error| {
        let hints: String = error
            .hints()
            .iter()
            .map(|hint| format!("\nhint: {hint}"))
            .collect();
        format!("{error}{hints}")
    })
}

/// The definition of the command line, for completions and man pages.
pub fn command() -> clap::Command {
    Cli::command()
}

/// The options of one subcommand, with the global ones.
#[derive(Debug, Parser)]
struct Alone<A: Args> {
    #[command(flatten)]
    global: Global,
    #[command(flatten)]
    command: A,
}

/// Parses the commands that programs run in numbers without describing all others to clap,
/// which takes longer than all of the parsing. None where clap must see the whole: other
/// commands, help, and whatever is wrong.
fn parse_quickly(arguments: impl IntoIterator<Item = OsString>) -> Option<Cli> {
    let mut words = arguments.into_iter().skip(1).peekable();
    let name = words.peek()?.to_str()?.to_owned();
    let (global, command) = match name.as_str() {
        "attach" => {
            let Alone { global, command } = Alone::try_parse_from(words).ok()?;
            (global, Command::Attach(command))
        }
        "detach" => {
            let Alone { global, command } = Alone::try_parse_from(words).ok()?;
            (global, Command::Detach(command))
        }
        pipework::NAME => {
            let Alone { global, command } = Alone::try_parse_from(words).ok()?;
            (global, Command::Pipework(command))
        }
        #[cfg(feature = "grpc")]
        "kv" => {
            let Alone { global, command } = Alone::try_parse_from(words).ok()?;
            (global, Command::Kv(command))
        }
        _ => return None,
    };
    Some(Cli { global, command })
}

/// The same refusal with hostile text in it quoted: no control characters, nothing long.
fn quoted(mut error: clap::Error) -> clap::Error {
    use clap::error::{ContextKind, ContextValue, ErrorKind};
    let mut hostile = vec![ContextKind::InvalidValue, ContextKind::InvalidSubcommand];
    if error.kind() == ErrorKind::UnknownArgument {
        hostile.push(ContextKind::InvalidArg);
    }
    for kind in hostile {
        let Some(ContextValue::String(text)) = error.get(kind) else {
            continue;
        };
        let quoted = shown(text);
        if quoted != *text {
            error.insert(kind, ContextValue::String(quoted));
            // The suggestions repeat it.
            error.remove(ContextKind::Suggested);
        }
    }
    error
}

/// The command line: called by the name of a subcommand, the program is that one.
fn arguments() -> impl Iterator<Item = OsString> {
    let mut words = std::env::args_os();
    let name = words.next().unwrap_or_default();
    let by_name = Path::new(&name).file_name() == Some(pipework::NAME.as_ref());
    let subcommand = by_name.then(|| pipework::NAME.into());
    std::iter::once(name).chain(subcommand).chain(words)
}

/// Runs the program and gives its exit status.
pub fn main() -> ExitCode {
    let words: Vec<OsString> = arguments().collect();
    #[cfg(feature = "cluster")]
    let words = kv::serve::heard(words);
    let (words, for_compose) = compose::heard(words);
    let whole = || Cli::try_parse_from(&words);
    let parsed = parse_quickly(words.iter().cloned()).map_or_else(whole, Ok);
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            let error = quoted(error);
            if for_compose && error.use_stderr() {
                compose::refuse(&Output::new(false), &error);
            }
            // Help and version go to stdout with status 0, errors to stderr with 2.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    telemetry::start(cli.global.verbose);
    let out = Output::new(cli.global.json);
    let outcome = cli.command.run(&cli.global, &out);
    match outcome.and_then(|()| out.finish()) {
        Ok(()) => ExitCode::from(out.status()),
        Err(error) => {
            out.error(&error);
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(1))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cli, parse_quickly};
    use clap::Parser;

    const OF_THE_STORE: &[&str] = if cfg!(feature = "etcd") {
        &[
            "netpipe kv get a --prefix --endpoints a:1,b:2 -w json --state-dir /x",
            "netpipe kv --user u lease timetolive 7f --keys --json",
            "netpipe attach web br0 10.0.0.5/24 --kv http://a:1,b:2 --kv-prefix /lab",
        ]
    } else {
        &[]
    };

    #[test]
    fn quick_parsing_reads_what_whole_parsing_reads() {
        for line in [
            "netpipe attach web br0 10.0.0.5/24@10.0.0.1 fd00::5/64 -i eth1 --json -vv",
            "netpipe attach web br0 none --wait --state-dir /x --route 10.9.0.0/16,via=10.0.0.9",
            "netpipe detach web --all --engine unix:///x",
            "netpipe pipework --json br1 -i eth2 web 10.0.0.5/24 @10",
            "netpipe pipework --wait -i ib0",
            "netpipe pipework tc web -s qdisc --json",
        ]
        .into_iter()
        .chain(OF_THE_STORE.iter().copied())
        {
            let words = || line.split(' ').map(Into::into);
            let quick = parse_quickly(words()).unwrap();
            let whole = Cli::try_parse_from(line.split(' ')).unwrap();
            assert_eq!(format!("{quick:?}"), format!("{whole:?}"), "{line}");
        }
        for line in [
            "netpipe",
            "netpipe --json attach web br0 none",
            "netpipe attach --help",
            "netpipe attach web",
            "netpipe detach --version",
            "netpipe list",
        ] {
            assert!(
                parse_quickly(line.split(' ').map(Into::into)).is_none(),
                "{line}"
            );
        }
    }
}

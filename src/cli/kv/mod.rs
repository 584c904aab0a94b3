//! `netpipe kv`

#[cfg(feature = "cluster")]
mod certs;
#[cfg(feature = "etcd")]
mod client;
#[cfg(feature = "cluster")]
mod restore;
#[cfg(feature = "cluster")]
pub mod serve;
#[cfg(feature = "cluster")]
mod take_back;

use clap::{ArgMatches, Args, FromArgMatches, Subcommand};

use super::Global;
use super::output::Output;
use crate::error::Result;

/// `netpipe kv` as clap sees it: its subcommands are described only when it is called, for there
/// are many of them, and to describe them takes longer than most commands do.
#[derive(Debug)]
pub struct Kv(Box<Arguments>);

/// What `netpipe kv` is for, in a line.
const ABOUT: &str = "Read and change the key-value store, of this host or a cluster, and serve one";

/// What there is to say of all its subcommands.
const MORE: &str = "\
Read and change the key-value store, of this host or a cluster, and serve one

The verbs, their options and what they print are those of etcdctl, and work with any etcd v3. Where \
the store is: at --endpoints (or ETCDCTL_ENDPOINTS); else at --kv (or NETPIPE_KV); else, if this \
host has a store of its own (--state-dir), that one, without a server; else at 127.0.0.1:2379.";

#[derive(Debug, Args)]
#[command(about = ABOUT, long_about = MORE, after_long_help = "\
Examples:
  netpipe kv get --prefix ''
  netpipe kv put --endpoints https://10.0.0.1:2379,https://10.0.0.2:2379 \\
    --cacert ca.pem --cert host-a.pem --key host-a-key.pem greeting hello

Environment:
  ETCDCTL_ENDPOINTS, ETCDCTL_CACERT, ETCDCTL_CERT, ETCDCTL_KEY, ETCDCTL_USER,
  ETCDCTL_PASSWORD, ETCDCTL_DIAL_TIMEOUT, ETCDCTL_COMMAND_TIMEOUT,
  ETCDCTL_WRITE_OUT, ETCDCTL_HEX
                            as the options of these names")]
struct Arguments {
    #[cfg(feature = "etcd")]
    #[command(flatten)]
    connect: client::Connect,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[cfg(feature = "etcd")]
    #[command(flatten)]
    Verb(client::Verb),
    #[cfg(feature = "cluster")]
    Certs(certs::Certs),
    #[cfg(feature = "cluster")]
    Serve(serve::Serve),
    #[cfg(feature = "cluster")]
    TakeBack(take_back::TakeBack),
}

/// Describes the subcommands. A server has no use for the options of a client.
fn described(command: clap::Command) -> clap::Command {
    let command = Arguments::augment_args(command);
    let globals: Vec<_> = command
        .get_arguments()
        .filter(|argument| argument.is_global_set())
        .map(|argument| argument.clone().global(false).hide(true).env(None::<&str>))
        .collect();
    match command.find_subcommand("serve") {
        Some(_) => command.mut_subcommand("serve", |serve| serve.args(globals)),
        None => command,
    }
}

impl Args for Kv {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.about(ABOUT).defer(described)
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Kv {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Arguments::from_arg_matches(matches).map(|arguments| Self(Box::new(arguments)))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

impl Kv {
    /// Runs the subcommand.
    pub(super) fn run(self, global: &Global, out: &Output) -> Result<()> {
        match self.0.command {
            #[cfg(feature = "etcd")]
            Command::Verb(verb) => verb.run(&self.0.connect, global, out),
            #[cfg(feature = "cluster")]
            Command::Certs(command) => command.run(out),
            #[cfg(feature = "cluster")]
            Command::Serve(command) => command.run(global, out),
            #[cfg(feature = "cluster")]
            Command::TakeBack(command) => command.run(global, out),
        }
    }
}

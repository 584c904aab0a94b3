//! `netpipe kv`: the verbs of etcdctl, for any etcd and for this host's own store.

mod alarm;
mod auth;
#[cfg(feature = "cluster")]
mod certs;
mod check;
mod compact;
mod connect;
mod defrag;
mod del;
mod elect;
mod endpoint;
mod get;
mod json;
mod lease;
mod lock;
mod member;
mod move_leader;
mod password;
mod print;
mod put;
mod remote;
mod role;
mod run;
#[cfg(feature = "cluster")]
pub mod serve;
mod session;
mod snapshot;
mod span;
mod store;
mod txn;
mod txn_text;
mod user;
mod value;
mod watch;

use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};

use super::Global;
use super::output::Output;
use crate::error::Result;
use connect::Connect;
use print::Printer;
use remote::Server;
use store::{Need, Store};

/// `netpipe kv` as clap sees it: its subcommands are described only when it is called, for there
/// are many of them, and to describe them takes longer than most commands do.
#[derive(Debug)]
pub struct Kv(Box<Arguments>);

/// Read and change the key-value store, of this host or of a cluster
///
/// The verbs, their options and what they print are those of etcdctl, and work with any etcd v3.
/// Where the store is: at --endpoints (or ETCDCTL_ENDPOINTS); else, if this host has a store of
/// its own (--state-dir), that one, without a server; else at 127.0.0.1:2379.
#[derive(Debug, Args)]
#[command(after_long_help = "\
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
    #[command(flatten)]
    connect: Connect,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Get(get::Get),
    Put(put::Put),
    Del(del::Del),
    Txn(txn::Txn),
    Watch(watch::Watch),
    #[command(alias = "compaction")]
    Compact(compact::Compact),
    Lease(lease::Lease),
    Lock(lock::Lock),
    Elect(elect::Elect),
    Member(member::Member),
    Endpoint(endpoint::Endpoint),
    MoveLeader(move_leader::MoveLeader),
    Snapshot(snapshot::Snapshot),
    Defrag(defrag::Defrag),
    Alarm(alarm::Alarm),
    Auth(auth::Auth),
    User(user::User),
    Role(role::Role),
    Check(check::Check),
    #[cfg(feature = "cluster")]
    Certs(certs::Certs),
    #[cfg(feature = "cluster")]
    Serve(Box<serve::Serve>),
}

impl Args for Kv {
    fn augment_args(command: Command) -> Command {
        let about = Arguments::augment_args(Command::new("kv"));
        let about = about.get_about().cloned().unwrap_or_default();
        command.about(about).defer(Arguments::augment_args)
    }

    fn augment_args_for_update(command: Command) -> Command {
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
    /// Runs the verb.
    pub(super) fn run(self, global: &Global, out: &Output) -> Result<()> {
        let Arguments { connect, verb } = *self.0;
        let state_dir = &global.state_dir;
        let printer = Printer {
            out,
            form: connect.write_out,
            hex: connect.hex,
            value_only: false,
        };
        let store = |need| Store::open(&connect, state_dir, need);
        let server = |verb| Server::of(&connect, state_dir, verb);
        match verb {
            Verb::Get(verb) => verb.run(&store(Need::Read)?, printer),
            Verb::Put(verb) => verb.run(&store(Need::Write)?, printer),
            Verb::Del(verb) => verb.run(&store(Need::Write)?, printer),
            Verb::Txn(verb) => verb.run(&store(Need::Write)?, printer),
            Verb::Compact(verb) => verb.run(&store(Need::Write)?, printer),
            Verb::Lease(verb) => {
                let store = store(verb.need())?;
                verb.run(store, printer)
            }
            Verb::Watch(verb) => verb.run(server("watch")?, printer),
            Verb::Lock(verb) => verb.run(server("lock")?, printer),
            Verb::Elect(verb) => verb.run(server("elect")?, printer),
            Verb::Member(verb) => verb.run(server("member")?, printer),
            Verb::Endpoint(verb) => verb.run(server("endpoint")?, printer),
            Verb::MoveLeader(verb) => verb.run(server("move-leader")?, printer),
            Verb::Snapshot(verb) => verb.run(|| server("snapshot save"), printer),
            Verb::Defrag(verb) => verb.run(server("defrag")?, printer),
            Verb::Alarm(verb) => verb.run(server("alarm")?, printer),
            Verb::Auth(verb) => verb.run(server("auth")?, printer),
            Verb::User(verb) => verb.run(server("user")?, printer),
            Verb::Role(verb) => verb.run(server("role")?, printer),
            Verb::Check(verb) => verb.run(server("check")?, printer),
            #[cfg(feature = "cluster")]
            Verb::Certs(verb) => verb.run(out),
            #[cfg(feature = "cluster")]
            Verb::Serve(verb) => verb.run(global, out),
        }
    }
}

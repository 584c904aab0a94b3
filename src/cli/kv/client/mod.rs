//! The verbs of etcdctl, for any etcd v3 and for this host's own store.

mod alarm;
mod auth;
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
mod session;
mod snapshot;
mod span;
mod store;
mod txn;
mod txn_text;
mod user;
mod value;
mod watch;

use clap::Subcommand;

use crate::cli::Global;
use crate::cli::output::Output;
use crate::error::Result;
pub use connect::Connect;
use print::Printer;
use remote::Server;
use store::{Need, Store};

/// What is asked of a store.
#[derive(Debug, Subcommand)]
pub enum Verb {
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
}

impl Verb {
    /// Asks it.
    pub fn run(self, connect: &Connect, global: &Global, out: &Output) -> Result<()> {
        let printer = Printer {
            out,
            form: connect.write_out,
            hex: connect.hex,
            value_only: false,
        };
        // The member that has taken over the store of this host, if no other server is named.
        let mut connect = connect.clone();
        if connect.endpoints.is_empty()
            && let Some(member) = crate::ops::Remote::of_host(&global.state_dir)
        {
            let urls = member.access.endpoints.iter();
            connect.endpoints = urls.map(ToString::to_string).collect();
        }
        let connect = &connect;
        let store = |need| Store::open(connect, global, need);
        let server = |verb| Server::of(connect, global, verb);
        match self {
            Self::Get(verb) => verb.run(&store(Need::Read)?, printer),
            Self::Put(verb) => verb.run(&store(Need::Write)?, printer),
            Self::Del(verb) => verb.run(&store(Need::Write)?, printer),
            Self::Txn(verb) => verb.run(&store(Need::Write)?, printer),
            Self::Compact(verb) => verb.run(&store(Need::Write)?, printer),
            Self::Lease(verb) => {
                let store = store(verb.need())?;
                verb.run(store, printer)
            }
            Self::Watch(verb) => verb.run(server("watch")?, printer),
            Self::Lock(verb) => verb.run(server("lock")?, printer),
            Self::Elect(verb) => verb.run(server("elect")?, printer),
            Self::Member(verb) => verb.run(server("member")?, printer),
            Self::Endpoint(verb) => verb.run(server("endpoint")?, printer),
            Self::MoveLeader(verb) => verb.run(server("move-leader")?, printer),
            Self::Snapshot(verb) => verb.run(|| server("snapshot save"), printer),
            Self::Defrag(verb) => verb.run(server("defrag")?, printer),
            Self::Alarm(verb) => verb.run(server("alarm")?, printer),
            Self::Auth(verb) => verb.run(server("auth")?, printer),
            Self::User(verb) => verb.run(server("user")?, printer),
            Self::Role(verb) => verb.run(server("role")?, printer),
            Self::Check(verb) => verb.run(server("check")?, printer),
        }
    }
}

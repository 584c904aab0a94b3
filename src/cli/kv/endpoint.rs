//! `netpipe kv endpoint`

use std::time::{Duration, Instant};

use clap::{Args, Subcommand};

use super::json::{self, Json, Object, headed};
use super::print::{Answer, Page, Printer, Table};
use super::remote::{Endpoint as One, Remote, Server};
use super::value::{quoted, size, took};
use crate::error::{Error, Result};
use crate::kv::proto::etcdserverpb::{
    AlarmRequest, AlarmType, HashKvRequest, HashKvResponse, RangeRequest, StatusRequest,
    StatusResponse,
};

/// Ask each endpoint by itself
///
/// The endpoints are those of --endpoints, or with --cluster those of all members.
#[derive(Debug, Args)]
pub struct Endpoint {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct Which {
    /// Ask all members of the cluster
    #[arg(long)]
    cluster: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say which endpoints can answer a read that the cluster agrees on
    ///
    /// The exit status is 1 if one cannot.
    #[command(after_long_help = "\
Example:
  netpipe kv endpoint health --cluster")]
    Health {
        #[command(flatten)]
        which: Which,
    },
    /// Say of each endpoint its version, how large its data is, and how far it has come
    ///
    /// Each is its endpoint, id, version, database size, whether it is the leader, whether it is
    /// a learner, its Raft term, index and applied index, and its errors.
    #[command(after_long_help = "\
Example:
  netpipe kv endpoint status --cluster --write-out table")]
    Status {
        #[command(flatten)]
        which: Which,
    },
    /// Print the hash of the keys that each endpoint has; equal members have equal ones
    #[command(after_long_help = "\
Example:
  netpipe kv endpoint hashkv --cluster --rev 1200")]
    Hashkv {
        #[command(flatten)]
        which: Which,
        /// Up to this revision; 0: the newest
        #[arg(long, value_name = "REVISION", default_value_t = 0)]
        rev: i64,
    },
}

impl Endpoint {
    /// Runs the subcommand.
    pub fn run(self, server: Server, printer: Printer<'_>) -> Result<()> {
        match self.command {
            Command::Health { which } => server.run_each(which.cluster, |all| async move {
                let asked = all.into_iter().map(health);
                report(futures_util::future::join_all(asked).await, printer)
            }),
            Command::Status { which } => server.run_each(which.cluster, |all| async move {
                let (mut found, mut failed) = (Statuses::default(), 0);
                for one in all {
                    match status(one.remote).await {
                        Ok(status) => found.0.push((one.name, status)),
                        Err(error) => failed += complain(printer, "status", &one.name, &error),
                    }
                }
                printer.print(&found)?;
                all_answered(failed)
            }),
            Command::Hashkv { which, rev } => server.run_each(which.cluster, |all| async move {
                let (mut found, mut failed) = (Hashes::default(), 0);
                for one in all {
                    match hash(one.remote, rev).await {
                        Ok(hash) => found.0.push((one.name, hash)),
                        Err(error) => failed += complain(printer, "hash", &one.name, &error),
                    }
                }
                printer.print(&found)?;
                all_answered(failed)
            }),
        }
    }
}

async fn status(remote: Result<Remote>) -> Result<StatusResponse> {
    let remote = remote?;
    let call = || async { remote.maintenance().status(StatusRequest {}).await };
    remote.ask(call).await
}

async fn hash(remote: Result<Remote>, revision: i64) -> Result<HashKvResponse> {
    let remote = remote?;
    let request = HashKvRequest { revision };
    let call = || async { remote.maintenance().hash_kv(request).await };
    remote.ask(call).await
}

fn complain(printer: Printer<'_>, what: &str, name: &str, error: &Error) -> usize {
    let text = format!("cannot get the {what} of endpoint {name}: {error}");
    printer.out.warn(&text);
    1
}

fn all_answered(failed: usize) -> Result<()> {
    match failed {
        0 => Ok(()),
        1 => Err(Error::failed("one endpoint did not answer")),
        failed => Err(Error::failed(format!("{failed} endpoints did not answer"))),
    }
}

/// How one endpoint does.
struct Health {
    endpoint: String,
    took: Duration,
    error: Option<String>,
}

async fn health(one: One) -> Health {
    let begin = Instant::now();
    let error = illness(one.remote).await.err();
    Health {
        endpoint: one.name,
        took: begin.elapsed(),
        error: error.map(|error| error.to_string()),
    }
}

/// Fails if an endpoint cannot answer a read that the cluster agrees on, or has an alarm. That
/// somebody may not read is an answer all the same.
async fn illness(one: Result<Remote>) -> Result<()> {
    let one = one?;
    let request = RangeRequest {
        key: b"health".to_vec(),
        ..RangeRequest::default()
    };
    let read = one
        .ask(|| async { one.kv().range(request.clone()).await })
        .await;
    if let Err(error) = read
        && !error.to_string().contains("permission denied")
    {
        return Err(error);
    }
    let call = || async { one.maintenance().alarm(AlarmRequest::default()).await };
    let alarms = one.ask(call).await?.alarms;
    let names: Vec<_> = alarms
        .iter()
        .map(|alarm| match alarm.alarm() {
            AlarmType::Nospace => "NOSPACE",
            AlarmType::Corrupt => "CORRUPT",
            AlarmType::None => "UNKNOWN",
        })
        .collect();
    match names.is_empty() {
        true => Ok(()),
        false => Err(Error::failed(format!(
            "Active Alarm(s): {}",
            names.join(" ")
        ))),
    }
}

fn report(found: Vec<Health>, printer: Printer<'_>) -> Result<()> {
    if printer.is_simple() {
        for one in &found {
            if let Some(error) = &one.error {
                let what = "is unhealthy: failed to commit proposal";
                printer
                    .out
                    .warn(&format!("{} {what}: {error}", one.endpoint));
            }
        }
    }
    let ill = found.iter().any(|one| one.error.is_some());
    printer.print(&Healths(found))?;
    match ill {
        true => Err(Error::failed("the cluster is unhealthy")),
        false => Ok(()),
    }
}

struct Healths(Vec<Health>);

impl Healths {
    fn etcd(&self) -> Json {
        Json::list(self.0.iter().map(|one| {
            Object::new()
                .with("endpoint", &one.endpoint)
                .with("health", one.error.is_none())
                .with("took", took(one.took))
                .with_set("error", one.error.as_deref().unwrap_or_default())
        }))
    }
}

impl Answer for Healths {
    fn simple(&self, page: &mut Page) {
        for one in self.0.iter().filter(|one| one.error.is_none()) {
            page.line(format!(
                "{} is healthy: successfully committed proposal: took = {}",
                one.endpoint,
                took(one.took)
            ));
        }
    }

    fn fields(&self, page: &mut Page) -> bool {
        for one in &self.0 {
            page.field("Endpoint", quoted(one.endpoint.as_bytes()));
            page.field("Health", one.error.is_none());
            page.field("Took", took(one.took));
            page.field("Error", one.error.as_deref().unwrap_or_default());
            page.line("");
        }
        true
    }

    fn table(&self) -> Option<Table> {
        let rows = self.0.iter().map(|one| {
            vec![
                one.endpoint.clone(),
                one.error.is_none().to_string(),
                took(one.took),
                one.error.clone().unwrap_or_default(),
            ]
        });
        Some((&["ENDPOINT", "HEALTH", "TOOK", "ERROR"], rows.collect()))
    }

    fn etcd(&self, _hex: bool) -> Json {
        self.etcd()
    }

    fn json(&self) -> Json {
        self.etcd()
    }
}

#[derive(Default)]
struct Statuses(Vec<(String, StatusResponse)>);

impl Statuses {
    fn rows(&self) -> Vec<Vec<String>> {
        let row = |(endpoint, status): &(String, StatusResponse)| {
            let id = status.header.map_or(0, |header| header.member_id);
            vec![
                endpoint.clone(),
                format!("{id:x}"),
                status.version.clone(),
                size(status.db_size),
                (status.leader == id).to_string(),
                status.is_learner.to_string(),
                status.raft_term.to_string(),
                status.raft_index.to_string(),
                status.raft_applied_index.to_string(),
                status.errors.join(", "),
            ]
        };
        self.0.iter().map(row).collect()
    }
}

impl Answer for Statuses {
    fn simple(&self, page: &mut Page) {
        self.rows().iter().for_each(|row| page.line(row.join(", ")));
    }

    fn fields(&self, page: &mut Page) -> bool {
        for (endpoint, status) in &self.0 {
            page.header(status.header.as_ref());
            page.field("Version", quoted(status.version.as_bytes()));
            page.field("DBSize", status.db_size);
            page.id("Leader", status.leader);
            page.field("IsLearner", status.is_learner);
            page.field("RaftIndex", status.raft_index);
            page.field("RaftTerm", status.raft_term);
            page.field("RaftAppliedIndex", status.raft_applied_index);
            page.field("Errors", format_args!("[{}]", status.errors.join(" ")));
            page.field("Endpoint", quoted(endpoint.as_bytes()));
            page.line("");
        }
        true
    }

    fn table(&self) -> Option<Table> {
        const HEAD: &[&str] = &[
            "ENDPOINT",
            "ID",
            "VERSION",
            "DB SIZE",
            "IS LEADER",
            "IS LEARNER",
            "RAFT TERM",
            "RAFT INDEX",
            "RAFT APPLIED INDEX",
            "ERRORS",
        ];
        Some((HEAD, self.rows()))
    }

    fn etcd(&self, _hex: bool) -> Json {
        Json::list(self.0.iter().map(|(endpoint, status)| {
            let inner = headed(status.header.as_ref())
                .with_set("version", &status.version)
                .with_set("dbSize", status.db_size)
                .with_set("leader", status.leader)
                .with_set("raftIndex", status.raft_index)
                .with_set("raftTerm", status.raft_term)
                .with_set("raftAppliedIndex", status.raft_applied_index)
                .with_set("errors", Json::list(&status.errors))
                .with_set("dbSizeInUse", status.db_size_in_use)
                .with_set("isLearner", status.is_learner)
                .with_set("storageVersion", &status.storage_version)
                .with_set("dbSizeQuota", status.db_size_quota);
            Object::new()
                .with("Endpoint", endpoint)
                .with("Status", inner)
        }))
    }

    fn json(&self) -> Json {
        Json::list(self.0.iter().map(|(endpoint, status)| {
            let header = status.header.unwrap_or_default();
            Object::new()
                .with("endpoint", endpoint)
                .with("member", json::id(header.member_id))
                .with("cluster", json::id(header.cluster_id))
                .with("revision", header.revision)
                .with("version", &status.version)
                .with("db_size", status.db_size)
                .with("db_size_in_use", status.db_size_in_use)
                .with("leader", json::id(status.leader))
                .with("is_leader", status.leader == header.member_id)
                .with("is_learner", status.is_learner)
                .with("raft_term", status.raft_term)
                .with("raft_index", status.raft_index)
                .with("raft_applied_index", status.raft_applied_index)
                .with("errors", Json::list(&status.errors))
        }))
    }
}

#[derive(Default)]
struct Hashes(Vec<(String, HashKvResponse)>);

impl Answer for Hashes {
    fn simple(&self, page: &mut Page) {
        for (endpoint, found) in &self.0 {
            page.line(format!("{endpoint}, {}", found.hash));
        }
    }

    fn fields(&self, page: &mut Page) -> bool {
        for (endpoint, found) in &self.0 {
            page.header(found.header.as_ref());
            page.field("Endpoint", quoted(endpoint.as_bytes()));
            page.field("Hash", found.hash);
            page.line("");
        }
        true
    }

    fn table(&self) -> Option<Table> {
        let rows = self.0.iter();
        let rows = rows.map(|(endpoint, found)| vec![endpoint.clone(), found.hash.to_string()]);
        Some((&["ENDPOINT", "HASH"], rows.collect()))
    }

    fn etcd(&self, _hex: bool) -> Json {
        Json::list(self.0.iter().map(|(endpoint, found)| {
            let inner = headed(found.header.as_ref())
                .with_set("hash", found.hash)
                .with_set("compact_revision", found.compact_revision)
                .with_set("hash_revision", found.hash_revision);
            Object::new()
                .with("Endpoint", endpoint)
                .with("HashKV", inner)
        }))
    }

    fn json(&self) -> Json {
        Json::list(self.0.iter().map(|(endpoint, found)| {
            let header = found.header.unwrap_or_default();
            Object::new()
                .with("endpoint", endpoint)
                .with("member", json::id(header.member_id))
                .with("revision", header.revision)
                .with("hash", found.hash)
                .with("compact_revision", found.compact_revision)
        }))
    }
}

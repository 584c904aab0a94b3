//! `netpipe kv move-leader`

use clap::Args;

use super::json::{self, Object};
use super::print::{Done, Printer};
use super::remote::{Remote, Server};
use super::value::member_id;
use crate::error::{Error, Kind, Result};
use crate::kv::proto::etcdserverpb::{MoveLeaderRequest, StatusRequest};

/// Hand the lead of the cluster over to another member
///
/// The leader has to be among the endpoints, or with --cluster among the members.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Example:
  netpipe kv move-leader 8e9e05c52164694d --cluster")]
pub struct MoveLeader {
    /// The member that is to lead
    #[arg(value_parser = member_id)]
    member: u64,
    /// Look for the leader among all members of the cluster
    #[arg(long)]
    cluster: bool,
}

impl MoveLeader {
    /// Finds the leader and asks it.
    pub fn run(self, server: Server, printer: Printer<'_>) -> Result<()> {
        server.run_each(self.cluster, |all| async move {
            let target = self.member;
            let mut unheard = None;
            for one in all {
                match hand_over(one.remote, target).await {
                    Ok(None) => {}
                    Ok(Some(done)) => return printer.print(&done),
                    // Another one may lead.
                    Err(error) if error.kind() == Kind::Unreachable => unheard = Some(error),
                    Err(error) => return Err(error),
                }
            }
            Err(unheard.unwrap_or_else(|| {
                Error::failed("no leader endpoint given")
                    .hint("give --cluster, or the leader's endpoint")
            }))
        })
    }
}

/// Has an endpoint hand the lead over, if it leads.
async fn hand_over(remote: Result<Remote>, target: u64) -> Result<Option<Done>> {
    let remote = remote?;
    let call = || async { remote.maintenance().status(StatusRequest {}).await };
    let status = remote.ask(call).await?;
    let leader = status.leader;
    if status.header.map_or(0, |header| header.member_id) != leader {
        return Ok(None);
    }
    let request = MoveLeaderRequest { target_id: target };
    let call = || async { remote.maintenance().move_leader(request).await };
    let done = remote.call(call).await?;
    Ok(Some(Done::new(
        done.header,
        format!("Leadership transferred from {leader:x} to {target:x}"),
        Object::new()
            .with("from", json::id(leader))
            .with("to", json::id(target)),
    )))
}

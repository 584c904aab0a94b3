//! `netpipe kv move-leader`

use clap::Args;

use super::json::{self, Object};
use super::print::{Done, Printer};
use super::remote::Remote;
use super::value::member_id;
use crate::error::{Error, Result};
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
    pub fn run(self, remote: Remote, printer: Printer<'_>) -> Result<()> {
        remote.run(|remote| async move {
            let target = self.member;
            let mut unheard = None;
            for one in remote.each(self.cluster).await? {
                let call = async { one.maintenance().status(StatusRequest {}).await };
                let status = match one.call(call).await {
                    Ok(status) => status,
                    // Another one may lead.
                    Err(error) => {
                        unheard = Some(error);
                        continue;
                    }
                };
                let leader = status.leader;
                if status.header.map_or(0, |header| header.member_id) != leader {
                    continue;
                }
                let request = MoveLeaderRequest { target_id: target };
                let call = async { one.maintenance().move_leader(request).await };
                let done = one.call(call).await?;
                return printer.print(&Done::new(
                    done.header,
                    format!("Leadership transferred from {leader:x} to {target:x}"),
                    Object::new()
                        .with("from", json::id(leader))
                        .with("to", json::id(target)),
                ));
            }
            Err(unheard.unwrap_or_else(|| {
                Error::failed("no leader endpoint given")
                    .hint("give --cluster, or the leader's endpoint")
            }))
        })
    }
}

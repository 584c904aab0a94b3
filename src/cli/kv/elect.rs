//! `netpipe kv elect`

use std::ffi::OsString;

use clap::Args;
use tokio_stream::StreamExt;

use super::print::Printer;
use super::remote::{Remote, Server};
use super::session::{Session, Stop};
use super::value::bytes;
use crate::error::{Error, Result};
use crate::kv::proto::etcdserverpb::{RangeRequest, RangeResponse};
use crate::kv::proto::v3electionpb::{CampaignRequest, LeaderKey, LeaderRequest, ResignRequest};

/// Stand for an office, or see who holds it
///
/// With a VALUE, waits until no earlier candidate is left, prints the key that stands for the
/// office, and holds it until a signal comes. With --listen, prints the holder's key and value
/// each time they change.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  netpipe kv elect gateway host-a
  netpipe kv elect gateway --listen")]
pub struct Elect {
    /// The office
    name: OsString,
    /// What the holder says of itself
    #[arg(required_unless_present = "listen", conflicts_with = "listen")]
    value: Option<OsString>,
    /// Only see who holds it
    #[arg(short, long)]
    listen: bool,
    /// After so many seconds a holder that is silent has lost it
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    ttl: i64,
}

impl Elect {
    /// Stands for the office, or observes it.
    pub fn run(self, server: Server, printer: Printer<'_>) -> Result<()> {
        let name = bytes(self.name);
        let Some(value) = self.value.map(bytes) else {
            return server.run(|remote| async move { observe(&remote, name, printer).await });
        };
        server.run(|remote| async move {
            let mut session = Session::begin(&remote, self.ttl).await?;
            let request = CampaignRequest {
                name,
                lease: session.lease(),
                value,
            };
            let outcome = campaign(&remote, &mut session, request, printer).await;
            let ended = session.end().await;
            outcome.and(ended)
        })
    }
}

async fn campaign(
    remote: &Remote,
    session: &mut Session<'_>,
    request: CampaignRequest,
    printer: Printer<'_>,
) -> Result<()> {
    // As long as it takes: somebody else may hold it.
    let call = remote.call(|| async { remote.election().campaign(request.clone()).await });
    let leader = session.until(call).await?.leader.unwrap_or_default();
    printer.print_next(&holder(remote, &leader).await?)?;
    let outcome = match session.stop().await {
        Stop::Signal(_) => Ok(()),
        Stop::Lost(error) => return Err(error),
    };
    let request = ResignRequest {
        leader: Some(leader),
    };
    let resigned = remote.call(|| async { remote.election().resign(request.clone()).await });
    outcome.and(resigned.await.map(drop))
}

async fn holder(remote: &Remote, leader: &LeaderKey) -> Result<RangeResponse> {
    let request = RangeRequest {
        key: leader.key.clone(),
        ..RangeRequest::default()
    };
    remote
        .call(|| async { remote.kv().range(request.clone()).await })
        .await
}

async fn observe(remote: &Remote, name: Vec<u8>, printer: Printer<'_>) -> Result<()> {
    let request = LeaderRequest { name };
    let mut leaders = remote
        .call(|| async { remote.election().observe(request.clone()).await })
        .await?;
    while let Some(leader) = leaders.next().await {
        let leader = leader.map_err(|status| remote.refused(&status))?;
        let found = RangeResponse {
            header: leader.header,
            count: i64::from(leader.kv.is_some()),
            kvs: leader.kv.into_iter().collect(),
            more: false,
        };
        printer.print_next(&found)?;
    }
    Err(Error::unreachable("the server ended the observation"))
}

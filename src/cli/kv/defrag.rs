//! `netpipe kv defrag`

use std::time::Instant;

use clap::Args;

use super::json::{Json, Object};
use super::print::Printer;
use super::remote::{Endpoint, Remote, Server};
use super::value::took;
use crate::error::{Error, Result};
use crate::kv::proto::etcdserverpb::DefragmentRequest;

/// Give the space of what was deleted back to the disk
///
/// One endpoint after the other; each may answer nothing else meanwhile.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Example:
  netpipe kv defrag --cluster --command-timeout 60s")]
pub struct Defrag {
    /// Those of all members of the cluster
    #[arg(long)]
    cluster: bool,
}

impl Defrag {
    /// Asks each endpoint for it.
    pub fn run(self, server: Server, printer: Printer<'_>) -> Result<()> {
        server.run_each(self.cluster, |all| async move {
            let mut done = Vec::new();
            let mut failed = 0;
            for Endpoint { name, remote } in all {
                let begin = Instant::now();
                let outcome = defragment(remote).await;
                let time = took(begin.elapsed());
                match &outcome {
                    Ok(()) => {
                        let what = "Finished defragmenting etcd member";
                        printer.out.line(&format!("{what}[{name}]. took {time}"));
                    }
                    Err(error) => {
                        failed += 1;
                        let text = format!("cannot defragment {name}, in {time}: {error}");
                        printer.out.warn(&text);
                    }
                }
                let object = Object::new().with("endpoint", name).with("took", time);
                done.push(object.with("done", outcome.is_ok()));
            }
            printer.out.json(&Json::list(done));
            match failed {
                0 => Ok(()),
                failed => Err(Error::failed(format!("{failed} of the endpoints failed"))),
            }
        })
    }
}

/// Has one endpoint give its space back.
///
/// # Errors
/// It refuses, or does not answer in time.
pub async fn defragment(remote: Result<Remote>) -> Result<()> {
    let remote = remote?;
    let call = || async { remote.maintenance().defragment(DefragmentRequest {}).await };
    remote.in_time(remote.call(call)).await.map(drop)
}

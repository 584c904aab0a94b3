//! `netpipe kv defrag`

use std::time::Instant;

use clap::Args;

use super::json::{Json, Object};
use super::print::Printer;
use super::remote::Remote;
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
    pub fn run(self, remote: Remote, printer: Printer<'_>) -> Result<()> {
        remote.run(|remote| async move {
            let mut done = Vec::new();
            let mut failed = 0;
            for one in remote.each(self.cluster).await? {
                let begin = Instant::now();
                let name = one.name();
                let call = async { one.maintenance().defragment(DefragmentRequest {}).await };
                let outcome = one.call(call).await;
                let time = took(begin.elapsed());
                match outcome {
                    Ok(_) => {
                        let text = format!("Finished defragmenting etcd member[{name}]. took {time}");
                        printer.out.line(&text);
                    }
                    Err(ref error) => {
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

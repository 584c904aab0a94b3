//! `netpipe kv snapshot restore`

use std::path::PathBuf;

use clap::Args;

use super::super::output::Output;
use crate::error::Result;
use crate::kv::cluster::config::{Config, Given, Style};
use crate::kv::cluster::node::recover;

/// Make the data of a member of a new cluster from a saved file
///
/// Each member of the new cluster is made from the same file, with the flags that it is then
/// started with. It has new ids, so the old members cannot talk to it by mistake.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Example:
  netpipe kv snapshot restore /var/backups/kv.db --name a --data-dir /var/lib/kv \\
    --initial-cluster a=http://127.0.0.1:2380
  netpipe kv serve --name a --data-dir /var/lib/kv")]
pub struct Restore {
    /// The file
    file: PathBuf,
    /// The member's name
    #[arg(long, value_name = "NAME", default_value = "default")]
    name: String,
    /// Where its data is made; nothing may be there [default: NAME.etcd]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,
    /// The members of the new cluster, each with its peer URL [default: this one alone]
    #[arg(long, value_name = "NAME=URL,…")]
    initial_cluster: Option<String>,
    /// What the new ids are made of
    #[arg(long, value_name = "TOKEN", default_value = "etcd-cluster")]
    initial_cluster_token: String,
    /// How other members reach this one
    #[arg(long, value_name = "URLS", default_value = "http://localhost:2380")]
    #[arg(visible_alias = "advertise-peer")]
    initial_advertise_peer_urls: String,
    /// Taken as etcdctl's: there is one place for log and state
    #[arg(long, value_name = "DIR", hide = true)]
    wal_dir: Option<String>,
}

impl Restore {
    /// Makes the data.
    pub(super) fn run(self, out: &Output) -> Result<()> {
        let mut given = Given::from([
            ("name", self.name),
            ("initial-cluster-token", self.initial_cluster_token),
            (
                "initial-advertise-peer-urls",
                self.initial_advertise_peer_urls,
            ),
        ]);
        given.extend(self.initial_cluster.map(|value| ("initial-cluster", value)));
        given.extend(self.data_dir.map(|value| ("data-dir", value)));
        let config = Config::new(&given, &Style::Etcd)?;
        let head = recover::restore(&self.file, &config)?;
        out.message(
            "restored",
            &format!(
                "restored {} up to revision {} as the data of {} in {}",
                self.file.display(),
                head.revision,
                config.name,
                config.data_dir.display()
            ),
        );
        Ok(())
    }
}

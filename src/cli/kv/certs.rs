//! `netpipe kv certs`

use std::path::PathBuf;

use clap::Args;

use crate::cli::output::Output;
use crate::error::Result;
use crate::kv::cluster::certs::{self, CertRequest, Made, Purpose};

/// Make a CA, and certificates for members and clients
///
/// Makes what a cluster with TLS takes: a CA (ca.crt, ca.key), the certificate that members
/// listen for clients with (server), the one that they know each other by (peer), and one that
/// clients connect with (client). All are in one directory that only its owner can read. A
/// member needs all but ca.key, a client ca.crt, client.crt and client.key.
///
/// A CA that is there is used again, so that certificates can be made anew, with --force,
/// without telling anybody: a member reads the files again when they have changed, without a
/// restart. The CA itself is never replaced.
///
/// The certificate of a client names a user: where a member is started with --client-cert-auth,
/// who connects with it is that user, without a password.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Example:
  netpipe kv certs /etc/netpipe/certs --host 10.0.0.1 --host db1.example.net
  netpipe kv certs /etc/netpipe/certs --client alice
  netpipe kv certs /etc/netpipe/certs --host 10.0.0.1 --days 90 --force

Files:
  ca.crt, ca.key      the CA, good for ten years; keep its key where no member is
  server.crt, .key    for --cert-file and --key-file
  peer.crt, .key      for --peer-cert-file and --peer-key-file
  client.crt, .key    for clients: the user root
  client-NAME.crt     for clients: the user of --client NAME")]
pub struct Certs {
    /// Where; made (mode 0700) if it is missing
    #[arg(value_name = "DIRECTORY")]
    directory: PathBuf,
    /// A name or address by which members are reached; again for more (localhost, 127.0.0.1
    /// and ::1 are always there)
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
    /// Make only a certificate for clients that are this user; again for more
    #[arg(long = "client", value_name = "NAME", conflicts_with = "hosts")]
    users: Vec<String>,
    /// How long the certificates are good
    #[arg(long, value_name = "DAYS", default_value_t = 365)]
    days: u32,
    /// Make certificates that are there already anew, with the same CA; give each --host again
    #[arg(long)]
    force: bool,
}

impl Certs {
    /// Makes them, and tells what is where.
    pub fn run(self, out: &Output) -> Result<()> {
        let made = certs::make(&CertRequest {
            directory: self.directory,
            hosts: self.hosts,
            users: self.users,
            days: self.days,
            force: self.force,
        })?;
        out.json(&made);
        let header = ["FOR", "NAME", "CERTIFICATE", "KEY", "UNTIL", "HOSTS"];
        out.table(&header, made.iter().map(cells));
        Ok(())
    }
}

fn cells(made: &Made) -> Vec<String> {
    let purpose = match made.purpose {
        Purpose::Ca => "ca",
        Purpose::Server => "server",
        Purpose::Peer => "peer",
        Purpose::Client => "client",
    };
    vec![
        purpose.to_owned(),
        made.name.clone(),
        made.cert.display().to_string(),
        made.key.display().to_string(),
        made.until.clone().unwrap_or_else(|| "as it was".to_owned()),
        made.hosts.join(", "),
    ]
}

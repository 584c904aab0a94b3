//! `netpipe kv lease`

use std::time::{Duration, Instant};

use clap::{Args, Subcommand};
use tokio_stream::StreamExt;
use tonic::Response;

use super::json::{self, Json, Object, header_fields};
use super::print::{Answer, Done, Page, Printer};
use super::remote::Remote;
use super::store::{Need, Store};
use super::value::{lease_id, quoted};
use crate::error::{Error, Result};
use crate::kv::proto::etcdserverpb::{
    LeaseGrantRequest, LeaseGrantResponse, LeaseKeepAliveRequest, LeaseKeepAliveResponse,
    LeaseLeasesResponse, LeaseRevokeRequest, LeaseTimeToLiveRequest, LeaseTimeToLiveResponse,
    ResponseHeader,
};

/// The pause before a server that did not answer is asked again.
const AGAIN: Duration = Duration::from_millis(500);

/// Make keys that go away by themselves
///
/// A lease ends when it is not renewed for its time, and the keys stored with it (`put --lease`)
/// end with it. Ids are hexadecimal.
#[derive(Debug, Args)]
pub struct Lease {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a lease
    #[command(after_long_help = "\
Example:
  netpipe kv lease grant 60")]
    Grant {
        /// How long it lasts without being renewed, in seconds
        ttl: i64,
    },
    /// End a lease, and delete its keys
    #[command(after_long_help = "\
Example:
  netpipe kv lease revoke 694d77aa9e38260f")]
    Revoke {
        /// The lease
        #[arg(value_parser = lease_id)]
        lease: i64,
    },
    /// Say how long a lease still lasts
    #[command(name = "timetolive", alias = "time-to-live")]
    #[command(after_long_help = "\
Example:
  netpipe kv lease timetolive 694d77aa9e38260f --keys")]
    TimeToLive {
        /// The lease
        #[arg(value_parser = lease_id)]
        lease: i64,
        /// Say which keys it has, too
        #[arg(long)]
        keys: bool,
    },
    /// List the leases
    List,
    /// Renew a lease again and again, until it ends or a signal comes
    #[command(after_long_help = "\
Example:
  netpipe kv lease keep-alive 694d77aa9e38260f --once")]
    KeepAlive {
        /// The lease
        #[arg(value_parser = lease_id)]
        lease: i64,
        /// Renew it once only
        #[arg(long)]
        once: bool,
    },
}

impl Lease {
    /// Whether it changes something.
    pub fn need(&self) -> Need {
        match self.command {
            Command::TimeToLive { .. } | Command::List => Need::Read,
            _ => Need::Write,
        }
    }

    /// Runs the subcommand.
    pub fn run(self, store: Store, printer: Printer<'_>) -> Result<()> {
        match self.command {
            Command::Grant { ttl } => {
                let response = store.lease_grant(LeaseGrantRequest { ttl, id: 0 })?;
                printer.print(&response)
            }
            Command::Revoke { lease } => {
                let response = store.lease_revoke(LeaseRevokeRequest { id: lease })?;
                printer.print(&Done::new(
                    response.header,
                    format!("lease {lease:016x} revoked"),
                    Object::new().with("lease", json::lease(lease)),
                ))
            }
            Command::TimeToLive { lease, keys } => {
                let request = LeaseTimeToLiveRequest { id: lease, keys };
                let response = store.lease_time_to_live(request)?;
                printer.print(&Left { response, keys })
            }
            Command::List => printer.print(&store.leases()?),
            Command::KeepAlive { lease, once: true } => {
                let response = store.lease_keep_alive(lease)?;
                match response.ttl {
                    ..=0 => Err(Error::not_found("etcdserver: requested lease not found")),
                    _ => printer.print(&response),
                }
            }
            Command::KeepAlive { lease, once: false } => {
                store.server("lease keep-alive")?.run(|remote| async move {
                    keep_alive(&remote, lease, |answer| printer.print_next(&answer)).await?;
                    if printer.is_simple() {
                        let text = format!("lease {lease:016x} expired or revoked.");
                        printer.out.line(&text);
                    }
                    Ok(())
                })
            }
        }
    }
}

/// Renews a lease three times in its time, and hands each answer on; returns when the lease has
/// ended. A server that does not answer is asked again while the lease can still be alive.
///
/// # Errors
/// No server could be reached before the lease ended, or what `heard` fails with.
pub async fn keep_alive(
    remote: &Remote,
    lease: i64,
    mut heard: impl FnMut(LeaseKeepAliveResponse) -> Result<()>,
) -> Result<()> {
    let mut ends = None;
    loop {
        let asked = Instant::now();
        let pause = match remote.keep_alive_once(lease).await {
            Ok(answer) => {
                let time = Duration::from_secs(u64::try_from(answer.ttl).unwrap_or(0));
                if time.is_zero() {
                    return Ok(());
                }
                heard(answer)?;
                ends = Some(asked + time);
                time / 3
            }
            Err(_) if ends.is_some_and(|ends| Instant::now() < ends) => AGAIN,
            Err(error) => return Err(error),
        };
        tokio::time::sleep(pause).await;
    }
}

impl Remote {
    /// Renews a lease once; a TTL of 0 says that there is none.
    ///
    /// # Errors
    /// The server cannot be reached, or refuses.
    pub async fn keep_alive_once(&self, id: i64) -> Result<LeaseKeepAliveResponse> {
        let call = || async {
            let request = tokio_stream::once(LeaseKeepAliveRequest { id });
            let mut answers = self.lease().lease_keep_alive(request).await?.into_inner();
            let answer = answers.next().await.transpose()?;
            Ok(Response::new(answer.unwrap_or_default()))
        };
        // To renew it twice is as good as once.
        self.in_time(self.ask(call)).await
    }
}

/// A lease as netpipe's JSON has it.
fn own(id: i64, ttl: i64) -> Object {
    Object::new()
        .with("lease", format!("{id:016x}"))
        .with("ttl", ttl)
}

fn head(page: &mut Page, header: Option<&ResponseHeader>, id: i64, ttl: i64) {
    page.header(header);
    page.lease("ID", id);
    page.field("TTL", ttl);
}

impl Answer for LeaseGrantResponse {
    fn simple(&self, page: &mut Page) {
        let Self { id, ttl, .. } = self;
        page.line(format!("lease {id:016x} granted with TTL({ttl}s)"));
    }

    fn fields(&self, page: &mut Page) -> bool {
        head(page, self.header.as_ref(), self.id, self.ttl);
        true
    }

    fn etcd(&self, _hex: bool) -> Json {
        let object = header_fields(self.header.as_ref()).with("ID", self.id);
        object
            .with("TTL", self.ttl)
            .with("Error", &self.error)
            .into()
    }

    fn json(&self) -> Json {
        own(self.id, self.ttl).into()
    }
}

impl Answer for LeaseKeepAliveResponse {
    fn simple(&self, page: &mut Page) {
        let Self { id, ttl, .. } = self;
        page.line(format!("lease {id:016x} keepalived with TTL({ttl})"));
    }

    fn fields(&self, page: &mut Page) -> bool {
        head(page, self.header.as_ref(), self.id, self.ttl);
        true
    }

    fn etcd(&self, _hex: bool) -> Json {
        let object = header_fields(self.header.as_ref()).with("ID", self.id);
        object.with("TTL", self.ttl).into()
    }

    fn json(&self) -> Json {
        own(self.id, self.ttl).into()
    }
}

/// What is left of a lease, and whether its keys were asked for.
struct Left {
    response: LeaseTimeToLiveResponse,
    keys: bool,
}

impl Answer for Left {
    fn simple(&self, page: &mut Page) {
        let LeaseTimeToLiveResponse {
            id,
            ttl,
            granted_ttl: granted,
            keys,
            ..
        } = &self.response;
        if *granted == 0 && *ttl == -1 {
            return page.line(format!("lease {id:016x} already expired"));
        }
        let mut line =
            format!("lease {id:016x} granted with TTL({granted}s), remaining({ttl}s)").into_bytes();
        if self.keys {
            line.extend_from_slice(b", attached keys([");
            line.extend_from_slice(&keys.join(&b' '));
            line.extend_from_slice(b"])");
        }
        page.line(line);
    }

    fn fields(&self, page: &mut Page) -> bool {
        let found = &self.response;
        head(page, found.header.as_ref(), found.id, found.ttl);
        page.field("GrantedTTL", found.granted_ttl);
        let keys = found.keys.iter();
        keys.for_each(|key| page.field("Key", quoted(key)));
        true
    }

    fn etcd(&self, _hex: bool) -> Json {
        let found = &self.response;
        let keys = match found.keys.is_empty() {
            true => Json::Null,
            false => Json::list(found.keys.iter().map(|key| json::base64(key))),
        };
        header_fields(found.header.as_ref())
            .with("id", found.id)
            .with("ttl", found.ttl)
            .with("granted-ttl", found.granted_ttl)
            .with("keys", keys)
            .into()
    }

    fn json(&self) -> Json {
        let found = &self.response;
        let object = own(found.id, found.ttl).with("granted_ttl", found.granted_ttl);
        let keys = found
            .keys
            .iter()
            .map(|key| Object::new().with_bytes("key", "key_base64", key));
        match self.keys {
            true => object.with("keys", Json::list(keys)).into(),
            false => object.into(),
        }
    }
}

impl Answer for LeaseLeasesResponse {
    fn simple(&self, page: &mut Page) {
        page.line(format!("found {} leases", self.leases.len()));
        let leases = self.leases.iter();
        leases.for_each(|lease| page.line(format!("{:016x}", lease.id)));
    }

    fn fields(&self, page: &mut Page) -> bool {
        page.header(self.header.as_ref());
        let leases = self.leases.iter();
        leases.for_each(|lease| page.lease("ID", lease.id));
        true
    }

    fn etcd(&self, _hex: bool) -> Json {
        let one = |id: i64| Object::new().with("id", id);
        let leases = Json::list(self.leases.iter().map(|lease| one(lease.id)));
        header_fields(self.header.as_ref())
            .with("leases", leases)
            .into()
    }

    fn json(&self) -> Json {
        let leases = self.leases.iter().map(|lease| json::lease(lease.id));
        Object::new().with("leases", Json::list(leases)).into()
    }
}

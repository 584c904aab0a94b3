//! `netpipe kv member`

use clap::{Args, Subcommand};

use super::get::Consistency;
use super::json::{self, Json, Object, etcd_member, headed};
use super::print::{Answer, Page, Printer, Table};
use super::remote::{Remote, Server};
use super::value::{member_id, quoted};
use crate::error::Result;
use crate::kv::proto::etcdserverpb::{
    Member as Described, MemberAddRequest, MemberAddResponse, MemberListRequest,
    MemberListResponse, MemberPromoteRequest, MemberRemoveRequest, MemberUpdateRequest,
    ResponseHeader,
};

/// Add, remove, change and list the members of the cluster
///
/// Members are named by their ids, in hexadecimal, as `netpipe kv member list` shows them.
#[derive(Debug, Args)]
pub struct Member {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Announce a member, before it is started
    ///
    /// Prints what the new member has to be started with.
    #[command(after_long_help = "\
Example:
  netpipe kv member add host-d --peer-urls https://10.0.0.4:2380 --learner")]
    Add {
        /// Its name
        name: String,
        /// Where the other members reach it
        #[arg(long, value_name = "URL", value_delimiter = ',', required = true)]
        peer_urls: Vec<String>,
        /// Have it follow without a vote, until it is promoted
        #[arg(long)]
        learner: bool,
    },
    /// Remove a member for good
    #[command(after_long_help = "\
Example:
  netpipe kv member remove 8e9e05c52164694d")]
    Remove {
        /// The member
        #[arg(value_parser = member_id)]
        member: u64,
    },
    /// Change where the other members reach a member
    #[command(after_long_help = "\
Example:
  netpipe kv member update 8e9e05c52164694d --peer-urls https://10.0.0.9:2380")]
    Update {
        /// The member
        #[arg(value_parser = member_id)]
        member: u64,
        /// Where the other members reach it
        #[arg(long, value_name = "URL", value_delimiter = ',', required = true)]
        peer_urls: Vec<String>,
    },
    /// Give a learner that has caught up its vote
    #[command(after_long_help = "\
Example:
  netpipe kv member promote 8e9e05c52164694d")]
    Promote {
        /// The member
        #[arg(value_parser = member_id)]
        member: u64,
    },
    /// List the members
    ///
    /// Each is its id, status, name, peer URLs, client URLs, and whether it is a learner.
    #[command(after_long_help = "\
Example:
  netpipe kv member list --write-out table")]
    List {
        /// Whether the list is the newest there is (l), or what the server asked knows (s)
        #[arg(long, value_name = "l|s", default_value = "l")]
        consistency: Consistency,
    },
}

impl Member {
    /// Runs the subcommand.
    pub fn run(self, server: Server, printer: Printer<'_>) -> Result<()> {
        server.run(|remote| async move {
            match self.command {
                Command::Add {
                    name,
                    peer_urls,
                    learner,
                } => add(&remote, name, peer_urls, learner, printer).await,
                Command::List { consistency } => {
                    let linearizable = consistency == Consistency::Linearizable;
                    let request = MemberListRequest { linearizable };
                    let call = || async { remote.cluster().member_list(request).await };
                    printer.print(&remote.call(call).await?)
                }
                Command::Remove { member } => {
                    let request = MemberRemoveRequest { id: member };
                    let call = || async { remote.cluster().member_remove(request).await };
                    let done = remote.call(call).await?;
                    let what = "removed from";
                    printer.print(&Changed::new(member, what, done.header, done.members))
                }
                Command::Update { member, peer_urls } => {
                    let request = MemberUpdateRequest {
                        id: member,
                        peer_ur_ls: peer_urls,
                    };
                    let call = || async { remote.cluster().member_update(request.clone()).await };
                    let done = remote.call(call).await?;
                    let what = "updated in";
                    printer.print(&Changed::new(member, what, done.header, done.members))
                }
                Command::Promote { member } => {
                    let request = MemberPromoteRequest { id: member };
                    let call = || async { remote.cluster().member_promote(request).await };
                    let done = remote.call(call).await?;
                    let what = "promoted in";
                    printer.print(&Changed::new(member, what, done.header, done.members))
                }
            }
        })
    }
}

async fn add(
    remote: &Remote,
    name: String,
    peer_urls: Vec<String>,
    learner: bool,
    printer: Printer<'_>,
) -> Result<()> {
    let request = MemberAddRequest {
        peer_ur_ls: peer_urls.clone(),
        is_learner: learner,
    };
    let call = || async { remote.cluster().member_add(request.clone()).await };
    let response = remote.call(call).await?;
    printer.print(&Added {
        response,
        name,
        peer_urls,
    })
}

/// A member that was announced, and what it was announced as.
struct Added {
    response: MemberAddResponse,
    name: String,
    peer_urls: Vec<String>,
}

impl Added {
    fn member(&self) -> Described {
        self.response.member.clone().unwrap_or_default()
    }

    /// What `--initial-cluster` has to be for the new member.
    fn initial_cluster(&self) -> String {
        let new = self.member().id;
        let members = self.response.members.iter();
        let each = members.flat_map(|member| {
            let name = if member.id == new {
                &self.name
            } else {
                &member.name
            };
            let urls = member.peer_ur_ls.iter();
            urls.map(move |url| format!("{name}={url}"))
        });
        each.collect::<Vec<_>>().join(",")
    }
}

impl Answer for Added {
    fn simple(&self, page: &mut Page) {
        let id = self.member().id;
        let cluster = self.response.header.map_or(0, |header| header.cluster_id);
        page.line(format!("Member {id:16x} added to cluster {cluster:16x}"));
        page.line("");
        let text = |text: &str| quoted(text.as_bytes());
        page.line(format!("ETCD_NAME={}", text(&self.name)));
        let cluster = text(&self.initial_cluster());
        page.line(format!("ETCD_INITIAL_CLUSTER={cluster}"));
        let urls = text(&self.peer_urls.join(","));
        page.line(format!("ETCD_INITIAL_ADVERTISE_PEER_URLS={urls}"));
        page.line("ETCD_INITIAL_CLUSTER_STATE=\"existing\"");
    }

    fn etcd(&self, hex: bool) -> Json {
        let Some(member) = &self.response.member else {
            return headed(self.response.header.as_ref()).into();
        };
        let members = self.response.members.iter();
        headed(self.response.header.as_ref())
            .with("member", etcd_member(member, hex))
            .with(
                "members",
                Json::list(members.map(|one| etcd_member(one, hex))),
            )
            .into()
    }

    fn json(&self) -> Json {
        own(&self.member())
            .with("name", &self.name)
            .with("initial_cluster", self.initial_cluster())
            .into()
    }
}

/// A member as netpipe's JSON has it; of one that was announced, the name is not known yet.
fn own(member: &Described) -> Object {
    Object::new()
        .with("id", json::id(member.id))
        .with_set("name", &member.name)
        .with("started", !member.name.is_empty())
        .with("peer_urls", Json::list(&member.peer_ur_ls))
        .with("client_urls", Json::list(&member.client_ur_ls))
        .with("learner", member.is_learner)
}

/// A member that was changed, and the members as they are now.
struct Changed {
    id: u64,
    what: &'static str,
    header: Option<ResponseHeader>,
    members: Vec<Described>,
}

impl Changed {
    fn new(
        id: u64,
        what: &'static str,
        header: Option<ResponseHeader>,
        members: Vec<Described>,
    ) -> Self {
        Self {
            id,
            what,
            header,
            members,
        }
    }
}

impl Answer for Changed {
    fn simple(&self, page: &mut Page) {
        let Self { id, what, .. } = self;
        let cluster = self.header.map_or(0, |header| header.cluster_id);
        page.line(format!("Member {id:16x} {what} cluster {cluster:16x}"));
    }

    fn etcd(&self, hex: bool) -> Json {
        let members = self.members.iter().map(|one| etcd_member(one, hex));
        headed(self.header.as_ref())
            .with_set("members", Json::list(members))
            .into()
    }

    fn json(&self) -> Json {
        let members = Json::list(self.members.iter().map(own));
        Object::new()
            .with("id", json::id(self.id))
            .with("members", members)
            .into()
    }
}

impl Answer for MemberListResponse {
    fn simple(&self, page: &mut Page) {
        self.rows().iter().for_each(|row| page.line(row.join(", ")));
    }

    fn fields(&self, page: &mut Page) -> bool {
        page.header(self.header.as_ref());
        for member in &self.members {
            page.id("ID", member.id);
            page.field("Name", quoted(member.name.as_bytes()));
            let urls = |page: &mut Page, name, urls: &[String]| {
                let urls = urls.iter();
                urls.for_each(|url| page.field(name, quoted(url.as_bytes())));
            };
            urls(page, "PeerURL", &member.peer_ur_ls);
            urls(page, "ClientURL", &member.client_ur_ls);
            page.field("IsLearner", member.is_learner);
            page.line("");
        }
        true
    }

    fn table(&self) -> Option<Table> {
        const HEAD: &[&str] = &[
            "ID",
            "STATUS",
            "NAME",
            "PEER ADDRS",
            "CLIENT ADDRS",
            "IS LEARNER",
        ];
        Some((HEAD, self.rows()))
    }

    fn etcd(&self, hex: bool) -> Json {
        let members = self.members.iter().map(|one| etcd_member(one, hex));
        headed(self.header.as_ref())
            .with_set("members", Json::list(members))
            .into()
    }

    fn json(&self) -> Json {
        let cluster = self.header.map_or(0, |header| header.cluster_id);
        Object::new()
            .with("cluster", json::id(cluster))
            .with("members", Json::list(self.members.iter().map(own)))
            .into()
    }
}

impl MemberListResponse {
    fn rows(&self) -> Vec<Vec<String>> {
        let row = |member: &Described| {
            let status = match member.name.is_empty() {
                true => "unstarted",
                false => "started",
            };
            vec![
                format!("{:x}", member.id),
                status.to_owned(),
                member.name.clone(),
                member.peer_ur_ls.join(","),
                member.client_ur_ls.join(","),
                member.is_learner.to_string(),
            ]
        };
        self.members.iter().map(row).collect()
    }
}

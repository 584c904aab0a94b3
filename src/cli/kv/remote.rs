//! A server that a verb talks to.

use std::future::Future;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tonic::metadata::MetadataValue;
use tonic::{Code, Request, Response, Status};

use super::connect::Connect;
use super::store::needs_a_server;
use crate::error::{Context as _, Error, Result};
use crate::kv::etcd::{Access, Connection, was_not_sent};
use crate::kv::proto::etcdserverpb::MemberListRequest;
use crate::spec::shown;

/// Where a server is, and who asks; not connected yet.
#[derive(Debug, Clone)]
pub struct Server {
    access: Access,
    patience: Option<Duration>,
    runtime: Rc<Runtime>,
}

/// A connection to a server.
#[derive(Clone)]
pub struct Remote {
    access: Access,
    /// How long the options say that an answer may take, if they say it.
    patience: Option<Duration>,
    connection: Connection,
}

/// One endpoint, and the connection to it.
pub struct Endpoint {
    /// The endpoint, as it was given.
    pub name: String,
    /// The connection, or why there is none.
    pub remote: Result<Remote>,
}

impl Server {
    /// The server of these options, for what only a server can do.
    ///
    /// # Errors
    /// None is named, and the store is this host's own; as [`Server::new`].
    pub fn of(options: &Connect, state_dir: &Path, verb: &str) -> Result<Self> {
        match options.is_local(state_dir) {
            true => Err(needs_a_server(verb)),
            false => Self::new(options),
        }
    }

    /// The server of these options.
    ///
    /// # Errors
    /// An endpoint is no address; the password was asked for and not given.
    pub fn new(options: &Connect) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build();
        Ok(Self {
            access: options.access()?,
            patience: options.command_timeout,
            runtime: Rc::new(runtime.or_failed(|| "cannot start the runtime".into())?),
        })
    }

    /// Connects, and runs what talks to the server.
    ///
    /// # Errors
    /// No connection; what the work fails with.
    pub fn run<T, F>(self, work: impl FnOnce(Remote) -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let Self {
            access,
            patience,
            runtime,
        } = self;
        runtime.block_on(async { work(Remote::connect(access, patience).await?).await })
    }

    /// Runs what talks to each endpoint by itself: those given, or with `cluster` those of all
    /// members.
    ///
    /// # Errors
    /// The members are not known; what the work fails with.
    pub fn run_each<T, F>(self, cluster: bool, work: impl FnOnce(Vec<Endpoint>) -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let Self {
            access,
            patience,
            runtime,
        } = self;
        runtime.block_on(async { work(each(access, patience, cluster).await?).await })
    }
}

async fn each(access: Access, patience: Option<Duration>, cluster: bool) -> Result<Vec<Endpoint>> {
    let names: Vec<String> = match cluster {
        false => access.endpoints.iter().map(ToString::to_string).collect(),
        true => {
            let remote = Remote::connect(access.clone(), patience).await?;
            let request = MemberListRequest { linearizable: true };
            let call = || async { remote.cluster().member_list(request).await };
            let members = remote.ask(call).await?.members;
            let urls = members.into_iter().flat_map(|one| one.client_ur_ls);
            urls.collect()
        }
    };
    let one = |name: String| {
        let mut access = access.clone();
        async move {
            let remote = match name.parse() {
                Ok(url) => {
                    access.endpoints = vec![url];
                    Remote::connect(access, patience).await
                }
                Err(error) => Err(error),
            };
            Endpoint { name, remote }
        }
    };
    Ok(futures_util::future::join_all(names.into_iter().map(one)).await)
}

impl std::ops::Deref for Remote {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl Remote {
    async fn connect(access: Access, patience: Option<Duration>) -> Result<Self> {
        let connection = access.connect().await?;
        Ok(Self {
            access,
            patience,
            connection,
        })
    }

    /// Another connection to the same.
    ///
    /// # Errors
    /// No member takes one.
    pub async fn another(&self) -> Result<Self> {
        Self::connect(self.access.clone(), self.patience).await
    }

    /// Each endpoint by itself.
    ///
    /// # Errors
    /// Never: what cannot be reached says so itself.
    pub async fn each(&self) -> Result<Vec<Endpoint>> {
        each(self.access.clone(), self.patience, false).await
    }

    /// Waits for an answer. The call is made again only where nothing can have been done.
    ///
    /// # Errors
    /// The server's refusal; none can be reached, or none answers in time.
    pub async fn call<T, F>(&self, call: impl Fn() -> F) -> Result<T>
    where
        F: Future<Output = Result<Response<T>, Status>>,
    {
        self.repeat(call, was_not_sent).await
    }

    /// Waits for an answer to what changes nothing: another member is asked where one fails.
    ///
    /// # Errors
    /// As [`Remote::call`].
    pub async fn ask<T, F>(&self, call: impl Fn() -> F) -> Result<T>
    where
        F: Future<Output = Result<Response<T>, Status>>,
    {
        let failed = |status: &Status| {
            was_not_sent(status)
                || matches!(status.code(), Code::Unavailable | Code::DeadlineExceeded)
        };
        self.repeat(call, failed).await
    }

    async fn repeat<T, F>(&self, call: impl Fn() -> F, again: impl Fn(&Status) -> bool) -> Result<T>
    where
        F: Future<Output = Result<Response<T>, Status>>,
    {
        let mut left = self.connection.wire().members();
        loop {
            let status = match call().await {
                Ok(answer) => return Ok(answer.into_inner()),
                Err(status) => status,
            };
            left -= 1;
            if left == 0 || !again(&status) {
                if self.connection.renew(&status).await? {
                    let answer = call().await;
                    return answer
                        .map(Response::into_inner)
                        .map_err(|status| self.refused(&status));
                }
                return Err(self.refused(&status));
            }
        }
    }

    /// Waits for `work` as long as one answer may take.
    ///
    /// # Errors
    /// What it fails with, or that the time is over.
    pub async fn in_time<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        at_most(self.access.request_timeout, work).await
    }

    /// Waits for `work` as long as the options say; if they say nothing, as long as it takes.
    ///
    /// # Errors
    /// What it fails with, or that the time is over.
    pub async fn within_the_given_time<T>(
        &self,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        match self.patience {
            Some(patience) => at_most(patience, work).await,
            None => work.await,
        }
    }

    /// What a server refused, in its own words, or that none answered.
    pub fn refused(&self, status: &Status) -> Error {
        let text = match status.message() {
            "" => status.code().description().to_owned(),
            text => shown(text),
        };
        match status.code() {
            Code::InvalidArgument if text.contains("user name is empty") => {
                Error::failed(text).hint("say who asks with --user")
            }
            Code::InvalidArgument => Error::usage(text),
            Code::NotFound => Error::not_found(text),
            Code::AlreadyExists => Error::conflict(text),
            Code::DeadlineExceeded => {
                Error::unreachable(text).hint("give it more time with --command-timeout")
            }
            Code::Unavailable => Error::unreachable(text),
            _ => Error::failed(text),
        }
    }
}

async fn at_most<T>(patience: Duration, work: impl Future<Output = Result<T>>) -> Result<T> {
    let over = |_| {
        Err(Error::unreachable(format!("no answer within {patience:?}"))
            .hint("give it more time with --command-timeout"))
    };
    tokio::time::timeout(patience, work)
        .await
        .unwrap_or_else(over)
}

/// A request that is refused by a server that has no leader, instead of waiting for one.
pub fn with_leader<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    let yes = MetadataValue::from_static("true");
    request.metadata_mut().insert("hasleader", yes);
    request
}

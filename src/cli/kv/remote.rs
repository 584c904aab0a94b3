//! A server that a verb talks to.

use std::future::Future;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Response, Status};

use super::connect::{Connect, DEFAULT_ENDPOINT};
use super::store::needs_a_server;
use crate::error::{Context as _, Error, Result};
use crate::kv::proto::etcdserverpb::MemberListRequest;
use crate::kv::proto::etcdserverpb::auth_client::AuthClient;
use crate::kv::proto::etcdserverpb::cluster_client::ClusterClient;
use crate::kv::proto::etcdserverpb::kv_client::KvClient;
use crate::kv::proto::etcdserverpb::lease_client::LeaseClient;
use crate::kv::proto::etcdserverpb::maintenance_client::MaintenanceClient;
use crate::kv::proto::etcdserverpb::watch_client::WatchClient;
use crate::kv::proto::v3electionpb::election_client::ElectionClient;
use crate::kv::proto::v3lockpb::lock_client::LockClient;

/// How long to wait for an answer if nothing is said.
const PATIENCE: Duration = Duration::from_secs(5);

/// A channel whose calls carry the user's token.
type Caller = InterceptedService<Channel, Token>;

/// Adds the token to a call.
#[derive(Debug, Clone, Default)]
pub struct Token(Option<MetadataValue<Ascii>>);

impl tonic::service::Interceptor for Token {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(token) = &self.0 {
            request.metadata_mut().insert("token", token.clone());
        }
        Ok(request)
    }
}

/// A connection to any of the endpoints, with how long to wait for an answer.
#[derive(Debug, Clone)]
pub struct Remote {
    runtime: Rc<Runtime>,
    options: Connect,
    caller: Caller,
}

macro_rules! clients {
    ($($(#[$doc:meta])* $name:ident: $client:ident),* $(,)?) => {$(
        $(#[$doc])*
        pub fn $name(&self) -> $client<Caller> {
            $client::new(self.caller.clone()).max_decoding_message_size(usize::MAX)
        }
    )*};
}

impl Remote {
    clients! {
        /// Keys.
        kv: KvClient,
        /// Changes of keys.
        watch: WatchClient,
        /// Leases.
        lease: LeaseClient,
        /// Members.
        cluster: ClusterClient,
        /// The servers themselves.
        maintenance: MaintenanceClient,
        /// Users and roles.
        auth: AuthClient,
        /// Locks.
        lock: LockClient,
        /// Elections.
        election: ElectionClient,
    }

    /// Makes ready to talk to the servers of these options, for what only a server can do.
    ///
    /// # Errors
    /// None is named, and the store is this host's own; as [`Remote::open`].
    pub fn of(options: &Connect, state_dir: &Path, verb: &str) -> Result<Self> {
        match options.is_local(state_dir) {
            true => Err(needs_a_server(verb)),
            false => Self::open(options),
        }
    }

    /// Makes ready to talk to the servers of these options.
    ///
    /// # Errors
    /// An endpoint is no address.
    pub fn open(options: &Connect) -> Result<Self> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .or_failed(|| "cannot start the runtime".into())?;
        let mut options = options.clone();
        if options.endpoints.is_empty() {
            options.endpoints.push(DEFAULT_ENDPOINT.to_owned());
        }
        Self::to(Rc::new(runtime), options)
    }

    fn to(runtime: Rc<Runtime>, options: Connect) -> Result<Self> {
        let first = options.endpoints.first().cloned().unwrap_or_default();
        let url = match first.contains("://") {
            true => first,
            false => format!("http://{first}"),
        };
        let _inside = runtime.enter();
        let endpoint = Endpoint::from_shared(url.clone())
            .map_err(|cause| Error::usage(format!("`{url}` is no endpoint")).because(cause))?
            .connect_timeout(options.dial_timeout);
        let caller = InterceptedService::new(endpoint.connect_lazy(), Token::default());
        drop(_inside);
        Ok(Self {
            runtime,
            options,
            caller,
        })
    }

    /// Runs what talks to the server.
    ///
    /// # Errors
    /// What it fails with.
    pub fn run<T, F: Future<Output = Result<T>>>(self, work: impl FnOnce(Self) -> F) -> Result<T> {
        let runtime = Rc::clone(&self.runtime);
        runtime.block_on(work(self))
    }

    /// Another connection to the same.
    ///
    /// # Errors
    /// As [`Remote::open`].
    pub fn another(&self) -> Result<Self> {
        Self::to(Rc::clone(&self.runtime), self.options.clone())
    }

    /// Its endpoint, as it was given.
    pub fn name(&self) -> String {
        self.options.endpoints.join(",")
    }

    /// Each endpoint by itself: those given, or with `cluster` those of all members.
    ///
    /// # Errors
    /// The members are not known.
    pub async fn each(&self, cluster: bool) -> Result<Vec<Self>> {
        let endpoints = match cluster {
            false => self.options.endpoints.clone(),
            true => {
                let request = MemberListRequest { linearizable: true };
                let call = async { self.cluster().member_list(request).await };
                let members = self.call(call).await?.members;
                members.into_iter().flat_map(|one| one.client_ur_ls).collect()
            }
        };
        let one = |endpoint| {
            let options = Connect {
                endpoints: vec![endpoint],
                ..self.options.clone()
            };
            Self::to(Rc::clone(&self.runtime), options)
        };
        endpoints.into_iter().map(one).collect()
    }

    /// Waits for an answer, for as long as the options say.
    ///
    /// # Errors
    /// The server's refusal; none can be reached, or none answers in time.
    pub async fn call<T>(
        &self,
        call: impl Future<Output = Result<Response<T>, Status>>,
    ) -> Result<T> {
        let patience = self.options.command_timeout.unwrap_or(PATIENCE);
        self.at_most(patience, self.wait_for(call)).await
    }

    /// Waits for an answer, as long as it takes.
    ///
    /// # Errors
    /// The server's refusal, or none can be reached.
    pub async fn wait_for<T>(
        &self,
        call: impl Future<Output = Result<Response<T>, Status>>,
    ) -> Result<T> {
        let answer = call.await.map_err(|status| refused(&status))?;
        Ok(answer.into_inner())
    }

    /// Waits for `work` as long as the options say; if they say nothing, as long as it takes.
    ///
    /// # Errors
    /// What it fails with, or that the time is over.
    pub async fn within_the_given_time<T>(
        &self,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        match self.options.command_timeout {
            Some(patience) => self.at_most(patience, work).await,
            None => work.await,
        }
    }

    async fn at_most<T>(
        &self,
        patience: Duration,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        tokio::time::timeout(patience, work).await.unwrap_or_else(|_| {
            let text = format!("{} did not answer within {patience:?}", self.name());
            Err(Error::unreachable(text).hint("give it more time with --command-timeout"))
        })
    }
}

/// A request that is refused by a server that has no leader, instead of waiting for one.
pub fn with_leader<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    let yes = MetadataValue::from_static("true");
    request.metadata_mut().insert("hasleader", yes);
    request
}

/// What a server refused, in its own words.
pub fn refused(status: &Status) -> Error {
    let text = crate::spec::shown(status.message());
    match status.code() {
        Code::InvalidArgument => Error::usage(text),
        Code::NotFound => Error::not_found(text),
        Code::AlreadyExists => Error::conflict(text),
        Code::Unavailable => Error::unreachable(text),
        _ => Error::failed(text),
    }
}

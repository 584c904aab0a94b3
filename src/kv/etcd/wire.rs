//! The way to the members of a store: one connection at a time, and another member when it fails.
//!
//! Requests are never sent twice from here: whether a repeat is harmless, the caller knows.
//! [`was_not_sent`] tells it what cannot have reached a member.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::timeout;
use tonic::body::Body;
use tonic::codegen::http::{HeaderValue, Request, Response};
use tonic::codegen::{BoxFuture, Service};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, ConnectError, Status};

use crate::error::{Error, Result};

/// The metadata in which a token is sent (etcd: `rpctypes.TokenFieldNameGRPC`).
const TOKEN: &str = "token";

/// The methods that answer when something happens, or go on: they have no deadline.
const ENDLESS: [&str; 7] = [
    "/etcdserverpb.Watch/Watch",
    "/etcdserverpb.Lease/LeaseKeepAlive",
    "/etcdserverpb.Maintenance/Snapshot",
    "/v3lockpb.Lock/Lock",
    "/v3electionpb.Election/Campaign",
    "/v3electionpb.Election/Observe",
    "/etcdserverpb.Maintenance/Defragment",
];

/// A gRPC transport to whichever member answers. Clones share the connection.
#[derive(Clone)]
pub struct Wire {
    shared: Arc<Shared>,
}

struct Shared {
    /// URL and way of each member.
    members: Vec<(String, Endpoint)>,
    dial_timeout: Duration,
    request_timeout: Duration,
    line: Mutex<Line>,
    token: RwLock<Option<HeaderValue>>,
}

/// The connection in use.
struct Line {
    /// The member to dial next, or that is connected.
    member: usize,
    /// Counts connections, so that a late failure of an old one does not end a new one.
    number: u64,
    channel: Option<Channel>,
}

/// Why nothing was sent: no member takes a connection.
#[derive(Debug)]
struct NotSent;

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing was sent")
    }
}

impl std::error::Error for NotSent {}

/// Whether a request that failed so cannot have reached a member.
pub fn was_not_sent(status: &Status) -> bool {
    let mut cause = std::error::Error::source(status);
    while let Some(error) = cause {
        if error.is::<NotSent>() || error.is::<ConnectError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

impl Wire {
    pub(super) fn new(
        members: Vec<(String, Endpoint)>,
        dial_timeout: Duration,
        request_timeout: Duration,
    ) -> Self {
        let line = Line {
            member: 0,
            number: 0,
            channel: None,
        };
        Self {
            shared: Arc::new(Shared {
                members,
                dial_timeout,
                request_timeout,
                line: Mutex::new(line),
                token: RwLock::new(None),
            }),
        }
    }

    /// How many members there are to try.
    pub fn members(&self) -> usize {
        self.shared.members.len()
    }

    /// How long one request may take.
    pub fn request_timeout(&self) -> Duration {
        self.shared.request_timeout
    }

    /// Sets the token that is sent along from now on.
    pub(super) fn set_token(&self, token: Option<HeaderValue>) {
        let mut known = self.shared.token.write();
        *known
            .as_deref_mut()
            .unwrap_or_else(|poisoned| poisoned.get_mut()) = token;
    }

    /// Connects, if there is no connection.
    ///
    /// # Errors
    /// Unreachable, with what each member said.
    pub async fn dialled(&self) -> Result<()> {
        let answer = self.shared.channel().await;
        answer
            .map(drop)
            .map_err(|status| self.unreachable(status.message()))
    }

    /// The error of a store that does not answer.
    pub fn unreachable(&self, why: &str) -> Error {
        let urls: Vec<_> = self
            .shared
            .members
            .iter()
            .map(|(url, _)| url.as_str())
            .collect();
        let which = match &urls[..] {
            [one] => format!("the store at {one} does not answer"),
            all => format!("no member of the store answers ({})", all.join(", ")),
        };
        let error = Error::unreachable(format!("{which}: {why}"))
            .hint("start it, or name members that run with --kv");
        match urls.iter().any(|url| url.starts_with("http:")) {
            true => error.hint("if it wants TLS, write https:// and see --kv-cacert"),
            false => error,
        }
    }
}

impl Shared {
    /// The connection in use, or a new one to the first member that takes it.
    async fn channel(&self) -> std::result::Result<(Channel, u64), Status> {
        let mut line = self.line.lock().await;
        if let Some(channel) = &line.channel {
            return Ok((channel.clone(), line.number));
        }
        let mut failures = Vec::new();
        for _ in 0..self.members.len() {
            let (url, endpoint) = &self.members[line.member];
            let why = match timeout(self.dial_timeout, endpoint.connect()).await {
                Ok(Ok(channel)) => {
                    line.number += 1;
                    line.channel = Some(channel.clone());
                    tracing::debug!("connected to {url}");
                    return Ok((channel, line.number));
                }
                Ok(Err(error)) => innermost(&error),
                Err(_) => format!("no answer within {:?}", self.dial_timeout),
            };
            tracing::debug!("cannot connect to {url}: {why}");
            failures.push(match self.members.len() {
                1 => why,
                _ => format!("{url}: {why}"),
            });
            line.member = (line.member + 1) % self.members.len();
        }
        let mut status = Status::unavailable(failures.join("; "));
        status.set_source(Arc::new(NotSent));
        Err(status)
    }

    /// Has the next request go to the next member, unless that is so already.
    async fn leave(&self, number: u64) {
        let mut line = self.line.lock().await;
        if line.number == number && line.channel.is_some() {
            line.channel = None;
            line.member = (line.member + 1) % self.members.len();
        }
    }

    async fn send(
        &self,
        mut request: Request<Body>,
    ) -> std::result::Result<Response<Body>, Status> {
        let endless = ENDLESS.contains(&request.uri().path());
        if let Some(token) = &*self.token.read().unwrap_or_else(PoisonError::into_inner) {
            request.headers_mut().insert(TOKEN, token.clone());
        }
        let (mut channel, number) = self.channel().await?;
        let exchange = async {
            std::future::poll_fn(|cx| channel.poll_ready(cx)).await?;
            channel.call(request).await
        };
        let answer = match endless {
            true => Ok(exchange.await),
            false => timeout(self.request_timeout, exchange).await,
        };
        let failure = match answer {
            Ok(Ok(response)) => {
                if is_unavailable(&response) {
                    self.leave(number).await;
                }
                return Ok(response);
            }
            Ok(Err(error)) => failed(error),
            Err(_) => {
                Status::deadline_exceeded(format!("no answer within {:?}", self.request_timeout))
            }
        };
        self.leave(number).await;
        Err(failure)
    }
}

/// A failure of the transport as a status, with the reason in its message.
fn failed(error: tonic::transport::Error) -> Status {
    let why = innermost(&error);
    let found = Status::from_error(Box::new(error));
    let mut status = Status::new(
        match found.code() {
            Code::Unknown => Code::Unavailable,
            code => code,
        },
        why,
    );
    status.set_source(Arc::new(found));
    status
}

/// The last of a chain of causes, which names the reason: those before it only say that it failed.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    last.to_string()
}

/// Whether a member says that it cannot serve now; the error of a unary call comes in the head.
fn is_unavailable(response: &Response<Body>) -> bool {
    let status = response.headers().get("grpc-status");
    let unavailable = (Code::Unavailable as i32).to_string();
    status.is_some_and(|status| status.as_bytes() == unavailable.as_bytes())
}

impl Service<Request<Body>> for Wire {
    type Response = Response<Body>;
    type Error = Status;
    type Future = BoxFuture<Response<Body>, Status>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::result::Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move { shared.send(request).await })
    }
}

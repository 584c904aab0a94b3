//! One port for everything: gRPC and plain HTTP, over HTTP/2 and HTTP/1.1, told apart by the
//! request's content type and path.

use std::convert::Infallible;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service, http};
use tonic::{Code, Status};

use super::gateway::Gateway;
use super::metrics::{Calls, Method};
use super::{MAX_MESSAGE_BYTES, Services, http as plain};
use crate::kv::cluster::EtcdError;
use crate::kv::proto::{etcdserverpb as pb, v3electionpb, v3lockpb};

/// What a request's answer is.
pub type Answer = http::Response<Body>;

/// All services of a member behind one address. Clones are of one.
#[derive(Clone)]
pub struct Front(Arc<Parts>);

struct Parts {
    services: Services,
    gateway: Gateway,
    kv: pb::kv_server::KvServer<Services>,
    watch: pb::watch_server::WatchServer<Services>,
    auth: pb::auth_server::AuthServer<Services>,
    lease: pb::lease_server::LeaseServer<Services>,
    cluster: pb::cluster_server::ClusterServer<Services>,
    maintenance: pb::maintenance_server::MaintenanceServer<Services>,
    lock: v3lockpb::lock_server::LockServer<Services>,
    election: v3electionpb::election_server::ElectionServer<Services>,
}

macro_rules! served {
    ($server:path, $services:expr) => {
        <$server>::new($services.clone()).max_decoding_message_size(MAX_MESSAGE_BYTES)
    };
}

impl Front {
    /// The front of `services`.
    ///
    /// # Errors
    /// The interface does not describe itself, which is a fault of the build.
    pub fn new(services: &Services) -> crate::Result<Self> {
        Ok(Self(Arc::new(Parts {
            gateway: Gateway::new()?,
            kv: served!(pb::kv_server::KvServer<Services>, services),
            watch: served!(pb::watch_server::WatchServer<Services>, services),
            auth: served!(pb::auth_server::AuthServer<Services>, services),
            lease: served!(pb::lease_server::LeaseServer<Services>, services),
            cluster: served!(pb::cluster_server::ClusterServer<Services>, services),
            maintenance: served!(
                pb::maintenance_server::MaintenanceServer<Services>,
                services
            ),
            lock: served!(v3lockpb::lock_server::LockServer<Services>, services),
            election: served!(
                v3electionpb::election_server::ElectionServer<Services>,
                services
            ),
            services: services.clone(),
        })))
    }

    /// Answers a call of gRPC.
    pub fn grpc(&self, request: http::Request<Body>) -> Counted {
        let parts = &*self.0;
        let calls = &parts.services.calls;
        let path = request.uri().path();
        let method = calls.method(path);
        let service = path.get(1..).unwrap_or_default().split('/').next();
        if let Err(refused) = parts.services.check_call(path, request.headers()) {
            let answer = Status::from(refused).into_http();
            return Counted::new(Box::pin(ready(Ok(answer))), method);
        }
        let inner: BoxFuture<Answer, Infallible> = match service {
            Some("etcdserverpb.KV") => parts.kv.clone().call(request),
            Some("etcdserverpb.Watch") => parts.watch.clone().call(request),
            Some("etcdserverpb.Auth") => parts.auth.clone().call(request),
            Some("etcdserverpb.Lease") => parts.lease.clone().call(request),
            Some("etcdserverpb.Cluster") => parts.cluster.clone().call(request),
            Some("etcdserverpb.Maintenance") => parts.maintenance.clone().call(request),
            Some("v3lockpb.Lock") => parts.lock.clone().call(request),
            Some("v3electionpb.Election") => parts.election.clone().call(request),
            _ => Box::pin(ready(Ok(unknown_service(path).into_http()))),
        };
        Counted::new(inner, method)
    }
}

impl Services {
    /// Refuses a call that demands a leader while there is none, and what a learner does not
    /// answer (etcd: `newUnaryInterceptor`, `newStreamInterceptor`).
    fn check_call(&self, path: &str, head: &http::HeaderMap) -> Result<(), EtcdError> {
        let demanded = head.get("hasleader").is_some_and(|value| value == "true");
        if demanded && self.node.leader().is_none() {
            return Err(EtcdError::NoLeader);
        }
        if self.is_learner() && !LEARNER_ANSWERS.contains(&path) {
            return Err(EtcdError::NotSupportedForLearner);
        }
        Ok(())
    }
}

/// What a learner answers; of ranges those that need not be up to date.
const LEARNER_ANSWERS: [&str; 3] = [
    "/etcdserverpb.KV/Range",
    "/etcdserverpb.Maintenance/Status",
    "/etcdserverpb.Maintenance/Snapshot",
];

/// What grpc-go says of a service that it does not have.
fn unknown_service(path: &str) -> Status {
    let service = path.trim_start_matches('/').split('/').next();
    Status::unimplemented(format!("unknown service {}", service.unwrap_or_default()))
}

impl Service<http::Request<Body>> for Front {
    type Response = Answer;
    type Error = Infallible;
    type Future = Reply;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Reply {
        if is_grpc(&request) {
            return Reply::Grpc(self.grpc(request));
        }
        let front = self.clone();
        Reply::Plain(Box::pin(async move {
            let parts = &*front.0;
            let path = request.uri().path();
            if path.starts_with("/v3/") || path.starts_with("/v3beta/") {
                return parts.gateway.answer(&front, request).await;
            }
            let (head, _) = request.into_parts();
            plain::answer(&parts.services, &head).await
        }))
    }
}

fn is_grpc(request: &http::Request<Body>) -> bool {
    request
        .headers()
        .get(http::header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"))
}

/// The answer to come.
pub enum Reply {
    /// Of a call.
    Grpc(Counted),
    /// Of anything else.
    Plain(Pin<Box<dyn Future<Output = Answer> + Send>>),
}

impl Future for Reply {
    type Output = Result<Answer, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Grpc(counted) => Pin::new(counted).poll(cx),
            Self::Plain(answer) => answer.as_mut().poll(cx).map(Ok),
        }
    }
}

/// A call whose end is counted, and whose errors are in the words of etcd's gRPC library.
pub struct Counted {
    inner: BoxFuture<Answer, Infallible>,
    method: Option<Arc<Method>>,
}

impl Counted {
    fn new(inner: BoxFuture<Answer, Infallible>, method: Option<Arc<Method>>) -> Self {
        if let Some(method) = &method {
            method.started();
        }
        Self { inner, method }
    }
}

impl Future for Counted {
    type Output = Result<Answer, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let Poll::Ready(Ok(mut answer)) = this.inner.as_mut().poll(cx) else {
            return Poll::Pending;
        };
        let code = if answer.headers().contains_key(Status::GRPC_STATUS) {
            let status = Status::from_header_map(answer.headers());
            status.map_or(Code::Unknown, |status| {
                let (code, worded) = (status.code(), in_etcds_words(&status));
                if let Some(worded) = worded {
                    answer = worded.into_http();
                    return Code::ResourceExhausted;
                }
                code
            })
        } else {
            Code::Ok
        };
        match this.method.take() {
            Some(method) if code == Code::Ok && method.streams => {
                answer = answer.map(|body| Body::new(Calls::until_its_end(body, method)));
            }
            Some(method) => method.handled(code),
            None => {}
        }
        Poll::Ready(Ok(answer))
    }
}

/// A message that is too long: grpc-go has another code and text for it than tonic.
pub fn in_etcds_words(status: &Status) -> Option<Status> {
    let text = status
        .message()
        .strip_prefix("Error, decoded message length too large: found ")?;
    let found = text.split(' ').next()?;
    Some(Status::resource_exhausted(format!(
        "grpc: received message larger than max ({found} vs. {MAX_MESSAGE_BYTES})"
    )))
}

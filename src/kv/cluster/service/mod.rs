//! etcd's services, a file each: what is asked is checked, made a command or a read, and answered
//! with etcd's words and codes.
//!
//! - `front`: one port for gRPC and plain HTTP, which tells them apart.
//! - `kv`, `watch`, `lease`, `cluster`, `maintenance`, `lock`, `election`: the services.
//! - `gateway`: the same calls in JSON; `http`: health, metrics and the version.

mod cluster;
mod election;
mod front;
mod gateway;
mod http;
mod incoming;
mod kv;
mod lease;
mod lock;
mod maintenance;
mod metrics;
mod session;
mod watch;

use std::ops::Deref;
use std::sync::Arc;

use tonic::metadata::MetadataMap;
use tonic::{Request, Status};

use self::front::Front;
use self::incoming::Incoming;
use self::metrics::Calls;
use self::watch::Hub;
use super::auth::Claim;
use super::{EtcdError, Identity, Node};
use crate::error::Error;
use crate::kv::Revision;
use crate::kv::proto::etcdserverpb::ResponseHeader;

/// The largest message that a client may send: a request of the largest size, and half a
/// mebibyte that gRPC may need (etcd: `grpcOverheadBytes`).
const MAX_MESSAGE_BYTES: usize = 2 * 1024 * 1024;

/// The most streams of a connection, if the configuration has no bound: each takes memory.
const MAX_STREAMS: u32 = 16_384;

/// The services of one member. Clones are of one.
#[derive(Clone)]
pub struct Services(Arc<Inner>);

/// What they share.
pub struct Inner {
    node: Node,
    hub: Arc<Hub>,
    calls: Calls,
}

impl Deref for Services {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Services {
    /// The services of `node`. There is one set of them a node, for it is the one observer of
    /// what happens.
    pub fn new(node: Node) -> Self {
        let hub = Arc::new(Hub::default());
        node.machine().observe(Arc::clone(&hub) as Arc<_>);
        let calls = Calls::new();
        Self(Arc::new(Inner { node, hub, calls }))
    }

    /// Serves clients until the listener fails.
    ///
    /// # Errors
    /// The listener's.
    pub async fn serve(self, listener: tokio::net::TcpListener) -> crate::Result<()> {
        let config = self.node.config();
        let keepalive = Some(config.keepalive).filter(|time| !time.is_zero());
        tonic::transport::Server::builder()
            .accept_http1(true)
            .max_concurrent_streams(config.max_streams.min(MAX_STREAMS))
            .http2_keepalive_interval(keepalive)
            .http2_keepalive_timeout(Some(config.keepalive_timeout))
            .serve_with_incoming(Front::new(&self)?, Incoming::new(listener))
            .await
            .map_err(|cause| Error::failed("cannot serve clients").because(cause))
    }

    fn header(&self, revision: Revision) -> Option<ResponseHeader> {
        Some(ResponseHeader {
            cluster_id: self.node.cluster_id(),
            member_id: self.node.id(),
            revision,
            raft_term: self.node.term(),
        })
    }

    /// Who a request says it is from.
    fn claim<T>(&self, request: &Request<T>) -> Claim {
        Claim::new(request.metadata(), None)
    }

    /// Who asks; nobody is told from anybody while authentication is off.
    async fn identity<T>(&self, request: &Request<T>) -> Result<Identity, EtcdError> {
        let auth = self.node.machine().auth();
        if !auth.enabled() {
            return Ok(Identity::nobody());
        }
        auth.identify(&self.claim(request)).await
    }

    /// Refuses a call that demands a leader while there is none (etcd: `newUnaryInterceptor`,
    /// `newStreamInterceptor`).
    fn check_leader(&self, metadata: &MetadataMap) -> Result<(), Status> {
        let demanded = metadata.get("hasleader").is_some_and(|value| value == "true");
        if demanded && self.node.leader().is_none() {
            return Err(EtcdError::NoLeader.into());
        }
        Ok(())
    }
}

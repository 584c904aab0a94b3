//! etcd's services, a file each: what is asked is checked, made a command or a read, and answered
//! with etcd's words and codes.
//!
//! - `front`: one port for gRPC and plain HTTP, which tells them apart.
//! - `kv`, `watch`, `lease`, `cluster`, `maintenance`, `auth`, `lock`, `election`: the services.
//! - `gateway`: the same calls in JSON; `http`: health, metrics and the version.

mod auth;
mod cluster;
mod election;
mod front;
mod gateway;
mod http;
mod kv;
mod lease;
mod lock;
mod maintenance;
mod metrics;
mod session;
mod watch;

use std::ops::Deref;
use std::sync::Arc;

use self::front::Front;
use self::metrics::{Calls, Counts};
use self::watch::Hub;
use super::Node;
use super::tls::Listener;
use crate::error::Error;
use crate::kv::Revision;
use crate::kv::proto::etcdserverpb::ResponseHeader;

/// The largest message that a client may send: a request of the largest size, and half a
/// mebibyte that gRPC may need (etcd: `grpcOverheadBytes`).
const MAX_MESSAGE_BYTES: usize = 2 * 1024 * 1024;

/// The most streams of a connection, if the configuration has no bound: each takes memory.
const MAX_STREAMS: u32 = 16_384;

/// Which etcd's answers these are.
const VERSION: &str = "3.5.30";

/// The version that all members of the cluster can speak.
const CLUSTER_VERSION: &str = "3.5.0";

/// The services of one member. Clones are of one.
#[derive(Clone)]
pub struct Services(Arc<Inner>);

/// What they share.
pub struct Inner {
    node: Node,
    hub: Arc<Hub>,
    calls: Calls,
    counts: Counts,
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
        let counts = Counts::default();
        Self(Arc::new(Inner {
            node,
            hub,
            calls,
            counts,
        }))
    }

    /// Serves clients until the listener fails.
    ///
    /// # Errors
    /// The listener's.
    pub async fn serve(self, listener: Listener) -> crate::Result<()> {
        let config = self.node.config();
        let keepalive = Some(config.keepalive).filter(|time| !time.is_zero());
        tonic::transport::Server::builder()
            .accept_http1(true)
            .max_concurrent_streams(config.max_streams.min(MAX_STREAMS))
            .http2_keepalive_interval(keepalive)
            .http2_keepalive_timeout(Some(config.keepalive_timeout))
            .serve_with_incoming(Front::new(&self)?, listener.incoming())
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

    /// Whether this member only learns and has no vote.
    fn is_learner(&self) -> bool {
        self.node.standing().learner
    }
}

//! etcd's services, a file each: what is asked is checked, made a command or a read, and answered
//! with etcd's words and codes.

mod kv;

use tokio_stream::wrappers::TcpListenerStream;

use super::Node;
use crate::error::Error;
use crate::kv::Revision;
use crate::kv::proto::etcdserverpb::ResponseHeader;
use crate::kv::proto::etcdserverpb::kv_server::KvServer;

/// The services of one member.
#[derive(Clone)]
pub struct Services {
    node: Node,
}

impl Services {
    /// The services of `node`.
    pub fn new(node: Node) -> Self {
        Self { node }
    }

    /// Serves clients until the listener fails.
    ///
    /// # Errors
    /// The listener's.
    pub async fn serve(self, listener: tokio::net::TcpListener) -> crate::Result<()> {
        tonic::transport::Server::builder()
            .tcp_nodelay(true)
            .add_service(KvServer::new(self))
            .serve_with_incoming(TcpListenerStream::new(listener))
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
}

//! Connections to members.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tonic::codegen::Service;
use tonic::codegen::http::Uri;
use tonic::transport::{Channel, Endpoint};

use super::Tls;
use crate::error::{Error, Result};

/// How long opening a connection may take, TLS included.
const OPEN: Duration = Duration::from_secs(5);

/// Opens connections to members: each with the certificate as it is then.
#[derive(Debug, Clone)]
pub struct Connector {
    tls: Option<Arc<Tls>>,
}

/// A connection that was opened.
pub trait Opened: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Opened for T {}

impl Connector {
    /// Opens connections with this TLS, or in the clear.
    pub fn new(tls: Option<Arc<Tls>>) -> Self {
        Self { tls }
    }

    /// A gRPC channel to the member at `url` (`http://…` or `https://…`), which is opened when
    /// it is used, and again if it breaks.
    ///
    /// # Errors
    /// It is no URL, or one with TLS and there is none.
    pub fn channel(&self, url: &str) -> Result<Channel> {
        let (https, rest) = match url.split_once("://") {
            Some(("https", rest)) => (true, rest),
            Some(("http", rest)) => (false, rest),
            _ => return Err(Error::usage(format!("`{url}` is no URL of a member"))),
        };
        let tls = match (&self.tls, https) {
            (_, false) => None,
            (Some(tls), true) => Some(Arc::clone(tls)),
            (None, true) => {
                let why = format!("cannot reach the member at {url}: there is no certificate");
                return Err(Error::usage(why).hint("give --peer-cert-file and --peer-key-file"));
            }
        };
        // TLS is the connector's, of which tonic knows nothing.
        let endpoint = Endpoint::from_shared(format!("http://{rest}"))
            .map_err(|cause| Error::usage(format!("`{url}` is no URL")).because(cause))?;
        let endpoint = endpoint.tcp_nodelay(true).connect_timeout(OPEN);
        Ok(endpoint.connect_with_connector_lazy(Self { tls }))
    }

    /// Opens a connection, with TLS if there is one.
    ///
    /// # Errors
    /// It cannot be opened, the handshake fails, or the member is not allowed.
    pub async fn open(&self, host: &str, port: u16) -> Result<Box<dyn Opened>> {
        let failed = || Error::failed(format!("cannot connect to {host}:{port}"));
        let stream = TcpStream::connect((host, port))
            .await
            .map_err(|cause| failed().because(cause))?;
        let _ = stream.set_nodelay(true);
        let Some(tls) = &self.tls else {
            return Ok(Box::new(stream));
        };
        let name =
            ServerName::try_from(host.to_owned()).map_err(|cause| failed().because(cause))?;
        let stream = TlsConnector::from(tls.client()?)
            .connect(name, stream)
            .await
            .map_err(|cause| failed().because(cause))?;
        tls.allows(stream.get_ref().1.peer_certificates())
            .map_err(|refused| refused.while_doing(&failed().to_string()))?;
        Ok(Box::new(stream))
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Box<dyn Opened>>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move {
            let host = uri.host().unwrap_or_default();
            // The brackets of an IPv6 address are the URL's.
            let host = host.trim_start_matches('[').trim_end_matches(']');
            let opened = connector.open(host, uri.port_u16().unwrap_or(80)).await;
            opened.map(TokioIo::new).map_err(io::Error::other)
        })
    }
}

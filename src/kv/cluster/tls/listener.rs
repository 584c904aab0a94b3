//! Connections of clients and members, from where they are accepted to where they are served.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;

use super::{Tls, names};

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How many handshakes are made at once; who comes then waits to be accepted.
const HANDSHAKES: usize = 1024;

/// How long nothing is accepted after that failed, as where there are no more descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// A listener in the clear or with TLS.
#[derive(Debug)]
pub struct Listener {
    socket: Socket,
    tls: Option<Arc<Tls>>,
}

#[derive(Debug)]
enum Socket {
    Tcp(TcpListener),
    /// On this host alone, for whom the file system lets in.
    Local(UnixListener),
}

/// A connection that is ready to be served.
#[derive(Debug)]
pub enum Connection {
    /// From this host.
    Local(UnixStream),
    /// In the clear.
    Plain(TcpStream),
    /// With TLS, after the handshake.
    Tls(Box<TlsStream<TcpStream>>),
}

/// Who is at the other end of a connection; in the extensions of each request on it.
#[derive(Debug, Clone, Default)]
pub struct PeerInfo {
    /// The address.
    pub address: Option<SocketAddr>,
    /// Whether it is a connection with TLS.
    pub encrypted: bool,
    /// The common name of its certificate, if it has one: the handshake checked it.
    pub common_name: Option<Arc<str>>,
}

impl Listener {
    /// Accepts on `tcp`, with TLS if there is one.
    pub fn new(tcp: TcpListener, tls: Option<Arc<Tls>>) -> Self {
        let socket = Socket::Tcp(tcp);
        Self { socket, tls }
    }

    /// Accepts from this host alone.
    pub fn local(socket: UnixListener) -> Self {
        let socket = Socket::Local(socket);
        Self { socket, tls: None }
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The kernel's, or it is no address of a network.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        match &self.socket {
            Socket::Tcp(tcp) => tcp.local_addr(),
            Socket::Local(_) => Err(io::ErrorKind::AddrNotAvailable.into()),
        }
    }

    /// Accepts until the stream is dropped. A handshake that is slow or fails holds nobody up.
    /// To be called within a runtime.
    pub fn incoming(self) -> impl Stream<Item = io::Result<Connection>> + Send + Unpin + 'static {
        let (ready, connections) = mpsc::channel(64);
        tokio::spawn(async move {
            let closed = ready.clone();
            tokio::select! {
                () = self.accept(ready) => {}
                () = closed.closed() => {}
            }
        });
        ReceiverStream::new(connections)
    }

    async fn accept(self, ready: mpsc::Sender<io::Result<Connection>>) {
        let handshakes = Arc::new(Semaphore::new(HANDSHAKES));
        loop {
            let accepted = match &self.socket {
                Socket::Tcp(tcp) => tcp.accept().await,
                Socket::Local(socket) => {
                    let local = socket.accept().await;
                    match local {
                        Ok((stream, _)) => {
                            if ready.send(Ok(Connection::Local(stream))).await.is_err() {
                                return;
                            }
                            continue;
                        }
                        Err(error) => Err(error),
                    }
                }
            };
            let (stream, address) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!("cannot accept a connection: {error}");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            // A request is answered as soon as it can be, not when more fills the packet.
            let _ = stream.set_nodelay(true);
            let Some(tls) = self.tls.clone() else {
                if ready.send(Ok(Connection::Plain(stream))).await.is_err() {
                    return;
                }
                continue;
            };
            let Ok(turn) = Arc::clone(&handshakes).acquire_owned().await else {
                return;
            };
            let ready = ready.clone();
            tokio::spawn(async move {
                match shake_hands(&tls, stream).await {
                    Ok(connection) => drop(ready.send(Ok(connection)).await),
                    Err(error) => tracing::info!("refused a connection from {address}: {error}"),
                }
                drop(turn);
            });
        }
    }
}

async fn shake_hands(tls: &Tls, stream: TcpStream) -> crate::Result<Connection> {
    let failed = || crate::Error::failed("the TLS handshake failed");
    let stream = timeout(HANDSHAKE, TlsAcceptor::from(tls.server()).accept(stream))
        .await
        .map_err(|slow| failed().because(slow))?
        .map_err(|error| failed().because(error))?;
    tls.allows(stream.get_ref().1.peer_certificates())?;
    Ok(Connection::Tls(Box::new(stream)))
}

impl Connected for Connection {
    type ConnectInfo = PeerInfo;

    fn connect_info(&self) -> PeerInfo {
        match self {
            Self::Local(_) => PeerInfo::default(),
            Self::Plain(stream) => PeerInfo {
                address: stream.peer_addr().ok(),
                ..PeerInfo::default()
            },
            Self::Tls(stream) => {
                let (stream, session) = stream.get_ref();
                let certificate = session.peer_certificates().and_then(<[_]>::first);
                PeerInfo {
                    address: stream.peer_addr().ok(),
                    encrypted: true,
                    common_name: certificate.and_then(names::common_name).map(Arc::from),
                }
            }
        }
    }
}

impl Connection {
    fn as_read(self: Pin<&mut Self>) -> Pin<&mut (dyn AsyncRead + Send + Unpin)> {
        match self.get_mut() {
            Self::Local(stream) => Pin::new(stream),
            Self::Plain(stream) => Pin::new(stream),
            Self::Tls(stream) => Pin::new(stream),
        }
    }

    fn as_write(self: Pin<&mut Self>) -> Pin<&mut (dyn AsyncWrite + Send + Unpin)> {
        match self.get_mut() {
            Self::Local(stream) => Pin::new(stream),
            Self::Plain(stream) => Pin::new(stream),
            Self::Tls(stream) => Pin::new(stream),
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.as_read().poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.as_write().poll_write(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.as_write().poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Local(stream) => stream.is_write_vectored(),
            Self::Plain(stream) => stream.is_write_vectored(),
            Self::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.as_write().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.as_write().poll_shutdown(cx)
    }
}

//! The connections of clients, as the listener gives them.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::Stream;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Sleep, sleep};

/// How long to wait before the next try if a connection cannot be accepted: without a free file
/// descriptor, an immediate one fails as well.
const PAUSE: Duration = Duration::from_millis(50);

/// Connections without delays of small packets. A failure to accept one is waited out, so the
/// stream never ends and never spins.
pub struct Incoming {
    listener: TcpListener,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Incoming {
    /// The connections that `listener` gets.
    pub fn new(listener: TcpListener) -> Self {
        let pause = None;
        Self { listener, pause }
    }
}

impl Stream for Incoming {
    type Item = io::Result<TcpStream>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(pause) = &mut self.pause {
                if pause.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                self.pause = None;
            }
            match self.listener.poll_accept(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok((stream, _))) => {
                    // A connection that is gone already fails at its first read.
                    let _ = stream.set_nodelay(true);
                    return Poll::Ready(Some(Ok(stream)));
                }
                Poll::Ready(Err(cause)) => {
                    tracing::warn!("cannot accept a connection: {cause}");
                    self.pause = Some(Box::pin(sleep(PAUSE)));
                }
            }
        }
    }
}

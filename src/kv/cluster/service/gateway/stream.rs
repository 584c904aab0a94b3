//! The body of an answer that is a stream.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::Stream as _;
use http_body::{Body, Frame};
use prost_reflect::DynamicMessage;
use serde_json::json;
use tonic::codegen::Bytes;
use tonic::{Status, Streaming};

use super::codec::to_json;
use super::http_status;

/// A line of JSON for each message: `{"result":…}`, and at last `{"error":…}` if the call failed.
pub struct Lines {
    answers: Option<Streaming<DynamicMessage>>,
}

impl Lines {
    /// The lines of these messages.
    pub fn new(answers: Streaming<DynamicMessage>) -> Self {
        let answers = Some(answers);
        Self { answers }
    }
}

impl Body for Lines {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(answers) = &mut self.answers else {
            return Poll::Ready(None);
        };
        let next = match Pin::new(answers).poll_next(cx) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(None) => {
                self.answers = None;
                return Poll::Ready(None);
            }
            Poll::Ready(Some(next)) => next,
        };
        let line = match next.and_then(|message| to_json(&message)) {
            Ok(message) => format!("{{\"result\":{message}}}\n"),
            Err(status) => {
                self.answers = None;
                error_line(&status)
            }
        };
        Poll::Ready(Some(Ok(Frame::data(line.into()))))
    }
}

/// grpc-gateway 1: `handleForwardResponseStreamError`.
fn error_line(status: &Status) -> String {
    let http = http_status(status.code());
    let error = json!({
        "grpc_code": status.code() as i32,
        "http_code": http.as_u16(),
        "message": status.message(),
        "http_status": http.canonical_reason().unwrap_or_default(),
    });
    format!("{{\"error\":{error}}}\n")
}

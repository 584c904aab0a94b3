//! The JSON values that a client sends, one after the other in the body of its request.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::Stream;
use prost_reflect::{DeserializeOptions, DynamicMessage, MessageDescriptor};
use serde::de::IgnoredAny;
use tonic::body::Body;
use tonic::codegen::Body as _;

/// The most bytes of a value: what a message of gRPC may have, in base64, and names around it.
const MAX_VALUE_BYTES: usize = 4 * 1024 * 1024;

/// The messages in a body. Ends at what is no message, as etcd's gateway does.
pub struct Source {
    body: Body,
    ended: bool,
    bytes: Vec<u8>,
    kind: MessageDescriptor,
}

impl Source {
    /// The messages of a type in a body.
    pub fn new(body: Body, kind: MessageDescriptor) -> Self {
        Self {
            body,
            ended: false,
            bytes: Vec::new(),
            kind,
        }
    }

    /// The next message; `None` at the end of the body.
    ///
    /// # Errors
    /// What is wrong with the JSON, or with the connection.
    pub fn poll_message(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<DynamicMessage>, String>> {
        loop {
            if let Some(length) = self.first_value()? {
                return Poll::Ready(self.take(length).map(Some));
            }
            if self.ended {
                return Poll::Ready(self.rest());
            }
            if self.bytes.len() > MAX_VALUE_BYTES {
                return Poll::Ready(Err("the request is too large".into()));
            }
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                None => self.ended = true,
                Some(Err(status)) => return Poll::Ready(Err(status.message().to_owned())),
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.bytes.extend_from_slice(&data);
                    }
                }
            }
        }
    }

    /// The length of the first value, with what is before it, if all of it is there. A value that
    /// is neither object, array nor text ends where something else begins, so at the body's end
    /// at the latest.
    fn first_value(&self) -> Result<Option<usize>, String> {
        let mut values =
            serde_json::Deserializer::from_slice(&self.bytes).into_iter::<IgnoredAny>();
        match values.next() {
            Some(Ok(_)) => Ok(Some(values.byte_offset())),
            Some(Err(error)) if error.is_eof() => Ok(None),
            Some(Err(error)) => Err(error.to_string()),
            None => Ok(None),
        }
    }

    fn take(&mut self, length: usize) -> Result<DynamicMessage, String> {
        let rest = self.bytes.split_off(length);
        let value = std::mem::replace(&mut self.bytes, rest);
        let mut json = serde_json::Deserializer::from_slice(&value);
        let options = DeserializeOptions::new().deny_unknown_fields(false);
        DynamicMessage::deserialize_with_options(self.kind.clone(), &mut json, &options)
            .map_err(|error| error.to_string())
    }

    /// What it means that the body is over and no value is left.
    fn rest(&self) -> Result<Option<DynamicMessage>, String> {
        if self.bytes.iter().all(u8::is_ascii_whitespace) {
            Ok(None)
        } else {
            Err("unexpected EOF".into())
        }
    }
}

impl Stream for Source {
    type Item = DynamicMessage;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<DynamicMessage>> {
        self.poll_message(cx).map(|message| message.ok().flatten())
    }
}

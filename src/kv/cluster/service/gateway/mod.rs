//! etcd's JSON gateway: POST of a message as JSON to `/v3/…` makes the call of gRPC, in the
//! process. Made after grpc-gateway 1, which etcd 3.4 and 3.5 have.

mod codec;
mod routes;
mod source;
mod stream;

use std::future::poll_fn;

use futures_util::StreamExt as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor};
use serde::Serialize;
use tonic::body::Body;
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::codegen::http::{self, StatusCode, header};
use tonic::{Code, Request, Status};

use self::codec::{Dynamic, to_json};
use self::source::Source;
use self::stream::Lines;
use super::front::{Answer, Front};
use crate::error::Error;
use crate::kv::proto::DESCRIPTION;

/// The gateway.
pub struct Gateway {
    interface: DescriptorPool,
}

impl Gateway {
    /// The gateway to all services.
    ///
    /// # Errors
    /// The interface does not describe itself, which is a fault of the build.
    pub fn new() -> crate::Result<Self> {
        let interface = DescriptorPool::decode(DESCRIPTION).map_err(|e| {
            Error::failed("cannot read the description of etcd's interface").because(e)
        })?;
        Ok(Self { interface })
    }

    /// Answers a request by the call of gRPC that its path stands for.
    pub async fn answer(&self, front: &Front, request: http::Request<Body>) -> Answer {
        let Some(call) = routes::call_of(request.uri().path()) else {
            return text(StatusCode::NOT_FOUND, "Not Found\n");
        };
        if request.method() != http::Method::POST {
            return text(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed\n");
        }
        let Some(method) = self.method(call) else {
            return text(StatusCode::NOT_FOUND, "Not Found\n");
        };
        match forward(front, call, &method, request).await {
            Ok(answer) => answer,
            Err(status) => refusal(&status),
        }
    }

    fn method(&self, call: &str) -> Option<MethodDescriptor> {
        let (service, name) = call.get(1..)?.split_once('/')?;
        let service = self.interface.get_service_by_name(service)?;
        service.methods().find(|method| method.name() == name)
    }
}

/// Makes the call.
async fn forward(
    front: &Front,
    call: &'static str,
    method: &MethodDescriptor,
    request: http::Request<Body>,
) -> Result<Answer, Status> {
    let (head, body) = request.into_parts();
    let mut source = Source::new(body, method.input());
    let first = poll_fn(|cx| source.poll_message(cx)).await;
    let mut client = Grpc::new(front.clone()).max_decoding_message_size(usize::MAX);
    let path = PathAndQuery::from_static(call);
    let codec = Dynamic {
        answer: method.output(),
    };
    if method.is_client_streaming() {
        // The message of an error is Go's there, and no status.
        let first = first.map_err(Status::unknown)?;
        let messages = futures_util::stream::iter(first).chain(source);
        let answers = client.streaming(with_head(messages, &head), path, codec);
        return Ok(stream(answers.await?.into_inner()));
    }
    let message = first
        .map_err(Status::invalid_argument)?
        .unwrap_or_else(|| DynamicMessage::new(method.input()));
    if method.is_server_streaming() {
        let answers = client.server_streaming(with_head(message, &head), path, codec);
        return Ok(stream(answers.await?.into_inner()));
    }
    let answer = client.unary(with_head(message, &head), path, codec).await?;
    Ok(json(StatusCode::OK, to_json(answer.get_ref())?))
}

/// A call with what the request's head says of who asks: the token, and the connection.
fn with_head<T>(message: T, head: &http::request::Parts) -> Request<T> {
    let mut request = Request::new(message);
    *request.extensions_mut() = head.extensions.clone();
    // The connection's certificate is then not taken for that of who asks.
    let through = tonic::metadata::MetadataValue::from_static("*/*");
    request.metadata_mut().insert("grpcgateway-accept", through);
    for name in ["authorization", "token"] {
        let value = head.headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(value) = value.and_then(|value| value.parse().ok()) {
            request.metadata_mut().insert(name, value);
        }
    }
    request
}

fn stream(answers: tonic::Streaming<DynamicMessage>) -> Answer {
    let mut answer = Answer::new(Body::new(Lines::new(answers)));
    let json = header::HeaderValue::from_static("application/json");
    answer.headers_mut().insert(header::CONTENT_TYPE, json);
    answer
}

/// An error as grpc-gateway 1 writes it.
#[derive(Serialize)]
struct Refusal<'a> {
    error: &'a str,
    code: i32,
    message: &'a str,
}

fn refusal(status: &Status) -> Answer {
    let body = serde_json::to_string(&Refusal {
        error: status.message(),
        code: status.code() as i32,
        message: status.message(),
    });
    json(http_status(status.code()), body.unwrap_or_default())
}

/// The status of HTTP that stands for a code (grpc-gateway 1: `HTTPStatusFromCode`).
fn http_status(code: Code) -> StatusCode {
    match code {
        Code::Ok => StatusCode::OK,
        Code::Cancelled => StatusCode::REQUEST_TIMEOUT,
        Code::InvalidArgument | Code::OutOfRange | Code::FailedPrecondition => {
            StatusCode::BAD_REQUEST
        }
        Code::DeadlineExceeded => StatusCode::GATEWAY_TIMEOUT,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::AlreadyExists | Code::Aborted => StatusCode::CONFLICT,
        Code::PermissionDenied => StatusCode::FORBIDDEN,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        Code::Unimplemented => StatusCode::NOT_IMPLEMENTED,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::Unknown | Code::Internal | Code::DataLoss => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// An answer in JSON.
pub fn json(status: StatusCode, body: String) -> Answer {
    whole(status, "application/json", body)
}

/// An answer in words.
pub fn text(status: StatusCode, body: impl Into<String>) -> Answer {
    whole(status, "text/plain; charset=utf-8", body.into())
}

/// An answer whose body is there as a whole.
pub fn whole(status: StatusCode, kind: &'static str, body: String) -> Answer {
    let mut answer = Answer::new(Body::new(body));
    *answer.status_mut() = status;
    let kind = header::HeaderValue::from_static(kind);
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer
}

//! How many calls there were, and how they ended.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use http_body::{Body, Frame};
use prost_reflect::DescriptorPool;
use tonic::codegen::Bytes;
use tonic::{Code, Status};

use super::Text;
use crate::kv::proto::DESCRIPTION;

/// The codes of gRPC, by their number, as Prometheus' library for Go writes them.
const CODES: [&str; 17] = [
    "OK",
    "Canceled",
    "Unknown",
    "InvalidArgument",
    "DeadlineExceeded",
    "NotFound",
    "AlreadyExists",
    "PermissionDenied",
    "ResourceExhausted",
    "FailedPrecondition",
    "Aborted",
    "OutOfRange",
    "Unimplemented",
    "Internal",
    "Unavailable",
    "DataLoss",
    "Unauthenticated",
];

/// The counts of all methods, by their path.
pub struct Calls(HashMap<String, Arc<Method>>);

/// The counts of one method.
pub struct Method {
    service: String,
    name: String,
    kind: &'static str,
    /// Whether its answer is a stream, which can fail after it has begun.
    pub streams: bool,
    started: AtomicU64,
    handled: [AtomicU64; CODES.len()],
}

impl Method {
    /// Counts the begin of a call.
    pub fn started(&self) {
        self.started.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts the end of a call.
    pub fn handled(&self, code: Code) {
        if let Some(count) = self.handled.get(code as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Calls {
    /// Counts of 0 for every method of the interface.
    pub fn new() -> Self {
        // A description that cannot be read is refused where it is needed.
        let pool = DescriptorPool::decode(DESCRIPTION).unwrap_or_default();
        let mut methods = HashMap::new();
        for method in pool
            .services()
            .flat_map(|s| s.methods().collect::<Vec<_>>())
        {
            let service = method.parent_service().full_name().to_owned();
            let kind = match (method.is_client_streaming(), method.is_server_streaming()) {
                (true, true) => "bidi_stream",
                (true, false) => "client_stream",
                (false, true) => "server_stream",
                (false, false) => "unary",
            };
            let path = format!("/{service}/{}", method.name());
            let counts = Method {
                service,
                name: method.name().to_owned(),
                kind,
                streams: method.is_server_streaming(),
                started: AtomicU64::new(0),
                handled: Default::default(),
            };
            methods.insert(path, Arc::new(counts));
        }
        Self(methods)
    }

    /// The counts of the method at a path.
    pub fn method(&self, path: &str) -> Option<Arc<Method>> {
        self.0.get(path).map(Arc::clone)
    }

    /// A body whose end is the end of a call.
    pub fn until_its_end(
        body: tonic::body::Body,
        method: Arc<Method>,
    ) -> impl Body<Data = Bytes, Error = Status> + Send {
        Watched {
            body,
            method: Some(method),
        }
    }

    /// Writes the counts.
    pub fn write(&self, to: &mut Text) {
        let mut methods: Vec<_> = self.0.values().collect();
        methods.sort_by(|a, b| (&a.service, &a.name).cmp(&(&b.service, &b.name)));
        let labels = |method: &Method| {
            let Method {
                service,
                name,
                kind,
                ..
            } = method;
            format!("grpc_method=\"{name}\",grpc_service=\"{service}\",grpc_type=\"{kind}\"")
        };
        to.counter(
            "grpc_server_handled_total",
            "Total number of RPCs completed on the server, regardless of success or failure.",
        );
        for method in &methods {
            for (code, count) in CODES.iter().zip(&method.handled) {
                let labels = format!("grpc_code=\"{code}\",{}", labels(method));
                let count = count.load(Ordering::Relaxed);
                to.labelled("grpc_server_handled_total", &labels, count);
            }
        }
        to.counter(
            "grpc_server_started_total",
            "Total number of RPCs started on the server.",
        );
        for method in methods {
            let count = method.started.load(Ordering::Relaxed);
            to.labelled("grpc_server_started_total", &labels(method), count);
        }
    }
}

/// The body of a stream: counts how it ends, a client that leaves included.
struct Watched {
    body: tonic::body::Body,
    method: Option<Arc<Method>>,
}

impl Watched {
    fn ended(&mut self, code: Code) {
        if let Some(method) = self.method.take() {
            method.handled(code);
        }
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        match &frame {
            Poll::Ready(None) => self.ended(Code::Ok),
            Poll::Ready(Some(Err(status))) => self.ended(status.code()),
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(status) = frame.trailers_ref().and_then(Status::from_header_map) {
                    self.ended(status.code());
                }
            }
            Poll::Pending => {}
        }
        frame
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.ended(Code::Cancelled);
    }
}

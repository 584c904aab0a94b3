//! Calls of any method, with messages that are written as JSON.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use netpipe::kv::proto::DESCRIPTION;
use prost::Message as _;
use prost_reflect::{
    DescriptorPool, DeserializeOptions, DynamicMessage, MessageDescriptor, MethodDescriptor,
    SerializeOptions,
};
use serde_json::{Value, json};
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::Channel;
use tonic::{Request, Status};

/// How long a stream is silent before it is taken to have said all.
const SILENCE: Duration = Duration::from_millis(500);

/// The wire.
struct Wire(MessageDescriptor);

struct ToWire;

impl Codec for Wire {
    type Encode = DynamicMessage;
    type Decode = DynamicMessage;
    type Encoder = ToWire;
    type Decoder = Self;

    fn encoder(&mut self) -> ToWire {
        ToWire
    }

    fn decoder(&mut self) -> Self {
        Self(self.0.clone())
    }
}

impl Encoder for ToWire {
    type Item = DynamicMessage;
    type Error = Status;

    fn encode(&mut self, item: DynamicMessage, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        item.encode(to).unwrap();
        Ok(())
    }
}

impl Decoder for Wire {
    type Item = DynamicMessage;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<DynamicMessage>, Status> {
        Ok(Some(DynamicMessage::decode(self.0.clone(), from).unwrap()))
    }
}

/// A client of a server's gRPC.
#[derive(Clone)]
pub struct Caller {
    channel: Channel,
    pool: DescriptorPool,
}

impl Caller {
    /// A client of the server at an address.
    pub async fn of(address: &str) -> Self {
        let url = format!("http://{address}");
        let channel = Channel::from_shared(url).unwrap().connect().await.unwrap();
        let pool = DescriptorPool::decode(DESCRIPTION).unwrap();
        Self { channel, pool }
    }

    fn method(&self, call: &str) -> MethodDescriptor {
        let (service, name) = call.split_once('/').unwrap();
        let service = self.pool.get_service_by_name(service).unwrap();
        let found = service.methods().find(|method| method.name() == name);
        found.unwrap_or_else(|| panic!("no {call}"))
    }

    /// Sends messages, as many as there are, and returns what comes back until there is silence:
    /// messages as JSON, and at last an error if there is one. `None` if the JSON is no message.
    pub async fn call(&self, call: &str, messages: &[Value]) -> Option<Vec<Value>> {
        let method = self.method(call);
        let mut asked = Vec::new();
        for message in messages {
            let options = DeserializeOptions::new().deny_unknown_fields(false);
            let text = encoded(message).to_string();
            let mut json = serde_json::Deserializer::from_str(&text);
            let kind = method.input();
            let read = DynamicMessage::deserialize_with_options(kind, &mut json, &options);
            asked.push(read.ok()?);
        }
        let mut client = Grpc::new(self.channel.clone()).max_decoding_message_size(usize::MAX);
        client.ready().await.unwrap();
        let path = PathAndQuery::try_from(format!("/{call}")).unwrap();
        // The client says no more only when all has come back.
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let silent = method.is_client_streaming();
        let first = tokio_stream::iter(asked);
        let rest = futures_util::stream::once(async move {
            if silent {
                let _ = ended.await;
            }
        });
        let rest = futures_util::StreamExt::filter_map(rest, |()| async { None });
        let messages = futures_util::StreamExt::chain(first, rest);
        let answers = client.streaming(Request::new(messages), path, Wire(method.output()));
        let mut found = Vec::new();
        match answers.await {
            Err(status) => found.push(error(&status)),
            Ok(answers) => {
                let mut answers = answers.into_inner();
                while let Ok(next) = tokio::time::timeout(SILENCE, answers.message()).await {
                    match next {
                        Ok(None) => break,
                        Ok(Some(message)) => found.push(comparable(to_json(&message))),
                        Err(status) => {
                            found.push(error(&status));
                            break;
                        }
                    }
                }
            }
        }
        drop(end);
        Some(found)
    }
}

/// A stream of messages in both directions.
pub struct Stream {
    messages: tokio::sync::mpsc::Sender<DynamicMessage>,
    answers: tokio::sync::mpsc::Receiver<Value>,
    kind: MessageDescriptor,
}

impl Caller {
    /// Opens a stream.
    pub async fn open(&self, call: &str) -> Stream {
        let method = self.method(call);
        let (messages, sent) = tokio::sync::mpsc::channel(16);
        let mut client = Grpc::new(self.channel.clone()).max_decoding_message_size(usize::MAX);
        client.ready().await.unwrap();
        let path = PathAndQuery::try_from(format!("/{call}")).unwrap();
        let sent = Request::new(tokio_stream::wrappers::ReceiverStream::new(sent));
        let (found, answers) = tokio::sync::mpsc::channel(64);
        let wire = Wire(method.output());
        // etcd says nothing, not even that there is a stream, before it has something to say.
        tokio::spawn(async move {
            let mut streaming = match client.streaming(sent, path, wire).await {
                Ok(streaming) => streaming.into_inner(),
                Err(status) => return drop(found.send(error(&status)).await),
            };
            loop {
                let next = match streaming.message().await {
                    Ok(Some(message)) => comparable(to_json(&message)),
                    Ok(None) => return,
                    Err(status) => return drop(found.send(error(&status)).await),
                };
                if found.send(next).await.is_err() {
                    return;
                }
            }
        });
        Stream {
            messages,
            answers,
            kind: method.input(),
        }
    }
}

impl Stream {
    /// Sends a message.
    pub async fn send(&self, message: &Value) {
        let text = encoded(message).to_string();
        let mut json = serde_json::Deserializer::from_str(&text);
        let message = DynamicMessage::deserialize(self.kind.clone(), &mut json).unwrap();
        self.messages.send(message).await.unwrap();
    }

    /// What comes next, if anything does in that time; an error as JSON too.
    pub async fn next(&mut self, within: Duration) -> Option<Value> {
        tokio::time::timeout(within, self.answers.recv())
            .await
            .ok()?
    }
}

fn error(status: &Status) -> Value {
    json!({"code": status.code() as i32, "message": status.message()})
}

fn to_json(message: &DynamicMessage) -> Value {
    let options = SerializeOptions::new()
        .use_proto_field_name(true)
        .stringify_64_bit_integers(true);
    message
        .serialize_with_options(serde_json::value::Serializer, &options)
        .unwrap()
}

/// The message with what follows `b:` as bytes.
pub fn encoded(message: &Value) -> Value {
    match message {
        Value::String(text) => match text.strip_prefix("b:") {
            Some(bytes) => STANDARD.encode(bytes).into(),
            None => message.clone(),
        },
        Value::Array(values) => values.iter().map(encoded).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), encoded(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        _ => message.clone(),
    }
}

/// What differs between two servers that are alike: who they are, hashes, sizes, places in the
/// log.
const OWN: [&str; 11] = [
    "cluster_id",
    "member_id",
    "raft_term",
    "raftTerm",
    "raftIndex",
    "raftAppliedIndex",
    "hash",
    "dbSize",
    "dbSizeInUse",
    "clientURLs",
    "storageVersion",
];

/// A message without what is each server's own. Keys of a lease come in any order.
pub fn comparable(message: Value) -> Value {
    match message {
        Value::Array(values) => values.into_iter().map(comparable).collect(),
        Value::Object(fields) => {
            let version = fields.contains_key("raftTerm");
            let kept = fields.into_iter().filter(|(name, value)| {
                let own = OWN.contains(&name.as_str());
                let status = name == "leader" && value.is_string() || name == "version" && version;
                !own && !status
            });
            let kept = kept.map(|(name, value)| {
                let mut value = comparable(value);
                if let (true, Value::Array(keys)) = (name == "keys", &mut value) {
                    keys.sort_by_key(ToString::to_string);
                }
                (name, value)
            });
            kept.collect::<serde_json::Map<_, _>>().into()
        }
        other => other,
    }
}

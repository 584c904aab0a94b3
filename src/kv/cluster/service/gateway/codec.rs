//! Messages whose type is known at run time only: from JSON to the wire and back.

use prost::Message as _;
use prost_reflect::{DynamicMessage, MessageDescriptor, SerializeOptions};
use tonic::Status;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};

/// gRPC's codec of a call by its answer's type; what is asked knows its own.
#[derive(Clone)]
pub struct Dynamic {
    /// The type of the answer.
    pub answer: MessageDescriptor,
}

impl Codec for Dynamic {
    type Encode = DynamicMessage;
    type Decode = DynamicMessage;
    type Encoder = ToWire;
    type Decoder = Self;

    fn encoder(&mut self) -> ToWire {
        ToWire
    }

    fn decoder(&mut self) -> Self {
        self.clone()
    }
}

/// The half of [`Dynamic`] that encodes.
pub struct ToWire;

impl Encoder for ToWire {
    type Item = DynamicMessage;
    type Error = Status;

    fn encode(&mut self, item: DynamicMessage, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        item.encode(to).map_err(|e| Status::internal(e.to_string()))
    }
}

impl Decoder for Dynamic {
    type Item = DynamicMessage;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<DynamicMessage>, Status> {
        DynamicMessage::decode(self.answer.clone(), from)
            .map(Some)
            .map_err(|e| Status::internal(e.to_string()))
    }
}

/// A message as etcd's gateway writes it: the names of the interface, 64-bit integers as text,
/// fields of default value left out.
pub fn to_json(message: &DynamicMessage) -> Result<String, Status> {
    let mut json = serde_json::Serializer::new(Vec::new());
    let options = SerializeOptions::new()
        .use_proto_field_name(true)
        .skip_default_fields(true)
        .stringify_64_bit_integers(true);
    message
        .serialize_with_options(&mut json, &options)
        .map_err(|e| Status::internal(e.to_string()))?;
    String::from_utf8(json.into_inner()).map_err(|e| Status::internal(e.to_string()))
}
